//! What is Qelos' own: its credentials, what its refusals say, how it renews sessions, and the methods of a client that make sense
//! for its API only.
//!
//! Nothing outside of this room names it, except for the face of the client and the embedded Qelos: `.ci/run` checks that.

pub(crate) mod api_tokens;
pub(crate) mod browser;
pub(crate) mod credentials;
pub(crate) mod environment;
mod invites;
mod races;
mod renewal;
mod sign_in;
mod sign_out;
pub(crate) mod verdict;
mod workspace_mismatch;
mod workspaces;
