//! Everything that is specific to Qelos: its credentials, the causes of its refusals, how it renews sessions, and the
//! methods of a client for its API.
//!
//! Files outside of this folder do not use it, except for `auth.rs`, which offers its credentials to users:
//! `tests/it/architecture.rs` checks that.

mod advice;
pub(crate) mod api_tokens;
pub(crate) mod browser;
mod browser_session;
mod claims;
pub(crate) mod credentials;
pub(crate) mod environment;
mod invites;
#[cfg(feature = "mcp")]
pub(crate) mod mcp;
#[cfg(feature = "plugin")]
pub mod plugin;
mod races;
pub(crate) mod scheme;
mod sign_in;
mod sign_out;
pub(crate) mod verdict;
mod workspace_mismatch;
mod workspaces;
