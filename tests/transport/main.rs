//! The reqwest transport over real sockets: where it goes, where it does not, and what becomes of a call when the network or
//! the server fails.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod certificates;
mod configured;
mod faults;
mod origins;
mod runtimes;
mod server;
mod tls;
