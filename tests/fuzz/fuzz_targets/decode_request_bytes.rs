//! libFuzzer: any request, into what reads it. What holds is written at `drive::decode_request_bytes`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qelos_fuzz::drive::decode_request_bytes(data));
