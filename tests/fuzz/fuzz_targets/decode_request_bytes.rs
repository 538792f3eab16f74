//! libFuzzer: any request, into the code that reads it. The properties are in the documentation of
//! `drive::decode_request_bytes`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qelos_fuzz::drive::decode_request_bytes(data));
