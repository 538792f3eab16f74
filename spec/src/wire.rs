//! The types that travel: what the answers of Qelos say.
//!
//! They take everything the server has been seen to send: what it leaves out in one mode or another is optional, and
//! what a client has no business knowing is not read.

mod api_token;
mod mcp;
mod name;
mod session;
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
