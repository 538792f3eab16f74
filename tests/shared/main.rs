//! One session in a store, with several clients, in one process and in several.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod authorization_server;
#[cfg(target_os = "linux")]
mod command_line;
#[cfg(unix)]
mod exits;
mod fake_qelos;
mod identity;
mod in_process;
mod oauth2;
#[cfg(unix)]
mod outages;
mod processes;
#[path = "../it/random.rs"]
mod random;
mod redis;
mod redis_server;
mod store;
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "../it/world.rs"]
mod world;
