//! libFuzzer: any declaration, into `#[derive(DecodeRequest)]`. The properties are in the documentation of
//! `drive::decode_request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qelos_fuzz::drive::decode_request(data));
