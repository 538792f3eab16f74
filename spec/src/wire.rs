//! The types in the responses of Qelos.
//!
//! They accept all forms in which the server was seen to respond. A field that it sometimes leaves out is optional. A
//! field that a client must not know is not read.

mod api_token;
mod mcp;
mod name;
mod object;
mod session;
#[cfg(test)]
mod tests;
mod user;
mod workspace;

pub use api_token::{ApiToken, CreatedApiToken, WorkspaceLink};
pub use mcp::{McpMetadata, McpRegistration, McpTokens};
pub use session::{
    CallbackSession, CallbackUser, Payload, Profile, Refreshed, RefreshedCookie, SignedInOAuth, SignedInUser, Tokens,
};
pub use user::{ActiveWorkspace, User};
pub use workspace::{Invite, Member, Membership, Workspace};

pub(crate) use name::{label, username};
