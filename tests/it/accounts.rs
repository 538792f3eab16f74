//! Users and programs with an account: signing up, sessions, workspaces, API tokens, and logins through a browser.
//!
//! They run on the embedded Qelos, whose clock the tests set.

mod api_tokens;
mod browser;
mod browser_sessions;
mod cookies;
mod environment;
mod mcp;
mod people;
mod workspaces;
