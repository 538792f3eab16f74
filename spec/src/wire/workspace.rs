//! Workspaces and their members.

use serde::{Deserialize, Serialize};

use crate::id::{InviteId, MembershipId, UserId, WorkspaceId};
use crate::timestamp::Timestamp;

/// A workspace. Lists show less of it than reading one does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Workspace {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: WorkspaceId,
    /// The name.
    pub name: String,
    /// The address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The labels; not in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The members; in lists only the caller. Absent for an administrator who is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Membership>,
    /// Who was invited; not in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invites: Vec<Invite>,
    /// In lists: whether the caller may change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_privileged_user: Option<bool>,
    /// When it was created; only in the answer to creating it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
}

/// A user's membership in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Membership {
    /// `_id` of the membership, which is not the user's.
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MembershipId>,
    /// The user.
    pub user: UserId,
    /// The user's roles in the workspace.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
}

/// A member of a workspace, with a name and an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Member {
    /// The membership.
    #[serde(flatten)]
    pub membership: Membership,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
}

/// Somebody who was asked to join a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Invite {
    /// `_id`; given by the server.
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<InviteId>,
    /// The e-mail address it was sent to.
    pub email: String,
    /// The name of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The phone number of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The roles the person will have.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
}

impl Invite {
    /// An invite to be sent; without roles the person becomes a `member`.
    #[must_use]
    pub fn new(email: impl Into<String>, roles: Vec<String>) -> Self {
        let roles = if roles.is_empty() { vec!["member".to_owned()] } else { roles };
        Self { id: None, email: email.into(), name: None, phone: None, roles, created: None }
    }
}
