//! libFuzzer: any body, into the reader of forms with several parts. The properties are in the documentation of
//! `drive::multipart`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qelos_fuzz::drive::multipart(data));
