//! The reqwest transport over real sockets: the servers that it calls, the servers that it does not call, and the
//! outcome of a call when the network or the server fails.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod certificates;
mod configured;
mod faults;
mod origins;
mod runtimes;
mod server;
mod tls;
