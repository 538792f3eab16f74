//! libFuzzer: any body, into the streams of events and lines. The properties are in the documentation of
//! `drive::events`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qelos_fuzz::drive::events(data));
