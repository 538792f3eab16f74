//! libFuzzer: any declaration, into `#[derive(Response)]`. The properties are in the documentation of
//! `drive::response`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qelos_fuzz::drive::response(data));
