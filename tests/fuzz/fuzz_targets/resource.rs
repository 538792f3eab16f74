//! libFuzzer: any declaration, into `#[resource]`. What holds is written at `drive::resource`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qelos_fuzz::drive::resource(data));
