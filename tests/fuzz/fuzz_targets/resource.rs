//! libFuzzer: any declaration, into `#[resource]`. The properties are in the documentation of `drive::resource`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qelos_fuzz::drive::resource(data));
