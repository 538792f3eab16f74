//! Invites, as the invited user sees them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::WorkspaceId;
use crate::wire::words::words;

words! {
    /// The reply to an invite.
    InviteReply {
        /// The user becomes a member.
        Accept = "accept",
        /// The user does not.
        Decline = "decline",
    }
}

/// A workspace that the user is invited to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InvitedTo {
    /// `_id` of the workspace.
    #[serde(rename = "_id")]
    pub id: WorkspaceId,
    /// The name.
    pub name: String,
    /// The URL of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The response to a request that returns no data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Done {
    /// Whether it was done.
    pub success: bool,
}
