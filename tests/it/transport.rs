//! The transports over real sockets: the servers that they call, the servers that they do not call, and the outcome of a
//! call when the network or the server fails.
//!
//! Both transports keep the same promises, so most files are built once for each of them: `super` is then the transport
//! that is tested, `reqwest.rs` or `hyper.rs`.
#![allow(clippy::duplicate_mod, reason = "the same tests for each transport")]

mod configured;
mod encrypted;
mod hyper;
mod reqwest;
mod server;
