//! The types in the responses of Qelos, and in the bodies of requests that have many fields.
//!
//! They accept all forms in which the server was seen to respond. A field that it sometimes leaves out is optional. A
//! field that a client must not know is not read.

#[cfg(feature = "administration")]
mod account;
#[cfg(feature = "ai")]
mod agent;
mod api_token;
#[cfg(feature = "content")]
mod block;
#[cfg(feature = "blueprints")]
mod blueprint;
#[cfg(feature = "blueprints")]
mod chart;
#[cfg(feature = "ai")]
mod chat;
#[cfg(feature = "blueprints")]
mod component;
#[cfg(feature = "content")]
mod configuration;
#[cfg(any(feature = "blueprints", feature = "content"))]
mod deletion;
#[cfg(feature = "content")]
mod draft;
#[cfg(feature = "blueprints")]
mod entity;
#[cfg(feature = "plugins")]
mod event;
#[cfg(feature = "plugins")]
mod integration;
mod invite;
#[cfg(feature = "payments")]
mod invoice;
#[cfg(feature = "ai")]
pub(crate) mod json_text;
#[cfg(feature = "plugins")]
mod lambda;
#[cfg(feature = "mcp")]
mod mcp;
mod name;
mod object;
#[cfg(feature = "payments")]
mod payment;
#[cfg(feature = "plugins")]
mod plugin;
mod session;
#[cfg(feature = "plugins")]
mod source;
#[cfg(test)]
mod tests;
mod user;
mod words;
mod workspace;

#[cfg(feature = "administration")]
pub use account::*;
#[cfg(feature = "ai")]
pub use agent::*;
pub use api_token::{ApiToken, CreatedApiToken, WorkspaceLink};
#[cfg(feature = "content")]
pub use block::*;
#[cfg(feature = "blueprints")]
pub use blueprint::*;
#[cfg(feature = "blueprints")]
pub use chart::*;
#[cfg(feature = "ai")]
pub use chat::*;
#[cfg(feature = "blueprints")]
pub use component::*;
#[cfg(feature = "content")]
pub use configuration::*;
#[cfg(any(feature = "blueprints", feature = "content"))]
pub use deletion::Deletion;
#[cfg(feature = "content")]
pub use draft::*;
#[cfg(feature = "blueprints")]
pub use entity::*;
#[cfg(feature = "plugins")]
pub use event::*;
#[cfg(feature = "plugins")]
pub use integration::*;
pub use invite::{Done, InviteReply, InvitedTo};
#[cfg(feature = "payments")]
pub use invoice::*;
#[cfg(feature = "plugins")]
pub use lambda::*;
#[cfg(feature = "mcp")]
pub use mcp::{McpMetadata, McpRedirect, McpRegistration, McpTokens};
#[cfg(feature = "payments")]
pub use payment::*;
#[cfg(feature = "plugins")]
pub use plugin::*;
pub use session::{
    CallbackSession, CallbackUser, Payload, Profile, Refreshed, RefreshedCookie, SignedInOAuth, SignedInUser, Tokens,
};
#[cfg(feature = "plugins")]
pub use source::*;
pub use user::{ActiveWorkspace, User};
pub use workspace::{Invite, Member, Membership, Workspace};

pub(crate) use name::{label, username};
