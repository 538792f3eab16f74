//! Compares the recorded traffic of the real server with both sides: our requests and types, and the embedded Qelos.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod conformance;
mod fixture;
mod replay;
