//! One session in a store, with several clients, in one process and in several.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

#[cfg(unix)]
mod exits;
mod identity;
mod in_process;
#[cfg(unix)]
mod outages;
mod processes;
mod random;
mod redis;
mod redis_server;
mod world;
