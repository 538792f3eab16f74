//! libFuzzer: any declaration, into `#[derive(Endpoint)]`. The properties are in the documentation of
//! `drive::endpoint`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qelos_fuzz::drive::endpoint(data));
