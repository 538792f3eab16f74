//! People and programs with an account: signing up, sessions, workspaces, API tokens, and what goes through a browser.
//!
//! Against the embedded Qelos, with its clock in our hands.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod api_tokens;
mod browser;
mod cookies;
mod environment;
mod people;
mod workspaces;
mod world;
