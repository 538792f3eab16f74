//! Compares the recorded traffic of the real server with both sides: our requests and types, and the embedded Qelos.

mod conformance;
mod fixture;
mod replay;
