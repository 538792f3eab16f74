//! Workspaces and their members.

use serde::{Deserialize, Deserializer, Serialize};

use crate::id::{InviteId, MembershipId, UserId, WorkspaceId};
use crate::timestamp::Timestamp;
use crate::wire::object;

/// A workspace. In lists some fields are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Workspace {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: WorkspaceId,
    /// The name.
    pub name: String,
    /// The URL of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The labels. Absent in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The members; in lists only the caller. Absent for an administrator that is not a member.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Membership>,
    /// The invites. Absent in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invites: Vec<Invite>,
    /// Whether the caller may change it. Only in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_privileged_user: Option<bool>,
    /// When it was created. Only in the response to creating it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
}

/// A user's membership in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Membership {
    /// `_id` of the membership. The user has another id.
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MembershipId>,
    /// The user.
    pub user: UserId,
    /// The user's roles in the workspace.
    #[serde(default)]
    pub roles: Vec<String>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
}

/// A member of a workspace, with names and e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields {
            #[serde(rename = "_id")]
            id: Option<MembershipId>,
            user: UserId,
            #[serde(default)]
            roles: Vec<String>,
            created: Option<Timestamp>,
            email: Option<String>,
            first_name: Option<String>,
            last_name: Option<String>,
            full_name: Option<String>,
        }

        let Fields { id, user, roles, created, email, first_name, last_name, full_name } =
            object::fields("Member", deserializer)?;
        let membership = Membership { id, user, roles, created };
        Ok(Self { membership, email, first_name, last_name, full_name })
    }
}

/// An invite to a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Invite {
    /// `_id`, which the server gives it.
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<InviteId>,
    /// The e-mail address that it is sent to.
    pub email: String,
    /// The name of the invited person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The phone number of the invited person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The roles that the person gets.
    #[serde(default)]
    pub roles: Vec<String>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
}

impl Invite {
    /// An invite to send. Without roles the person becomes a `member`.
    #[must_use]
    pub fn new(email: impl Into<String>, roles: Vec<String>) -> Self {
        let roles = if roles.is_empty() { vec!["member".to_owned()] } else { roles };
        Self { id: None, email: email.into(), name: None, phone: None, roles, created: None }
    }
}
