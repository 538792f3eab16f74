//! The servers of the other tests of transports.

#[path = "../it/transport/encrypted.rs"]
pub(crate) mod encrypted;
#[allow(dead_code, reason = "these tests use a part of it")]
#[path = "../it/transport/server.rs"]
pub(crate) mod server;
