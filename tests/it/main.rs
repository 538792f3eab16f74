//! The tests that need no process of their own, as one program: it is linked once, and its tests run side by side.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod accounts;
mod architecture;
mod chunks;
mod conditional;
mod declared_responses;
mod forms;
mod grammar;
mod headers;
mod idempotency;
mod layers;
mod mounted;
mod oauth2;
mod observer;
mod official_sdks;
mod pages;
mod path_safety;
mod proofs;
mod public_apis;
mod quirks;
mod random;
mod recordings;
mod refusals;
mod requests;
mod responses;
mod retries;
mod secret_values;
mod sessions;
mod storms;
mod streams;
mod transport;
mod uploads;
mod values;
mod who_may_call;
mod words;
mod world;
