//! libFuzzer: any declaration, into `#[derive(Endpoint)]`. What holds is written at `drive::endpoint`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qelos_fuzz::drive::endpoint(data));
