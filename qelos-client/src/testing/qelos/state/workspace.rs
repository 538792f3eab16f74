//! The records of workspaces, with their members and invites.

use qelos_spec::{Timestamp, UserId, WorkspaceId};
use serde::Serialize;

/// A member of a workspace, with the roles the user has in it.
///
/// ```
/// use qelos_client::SystemClock;
/// use qelos_client::testing::{FakeQelos, Member, NewUser};
///
/// let qelos = FakeQelos::new(SystemClock);
/// let ada = qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
/// let acme = qelos.add_workspace("Acme", &[Member::new(ada, &["admin", "user"])]);
/// # let _ = acme;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub(in super::super) user: UserId,
    pub(in super::super) roles: Vec<String>,
}

impl Member {
    /// A member with these roles. The creator of a workspace has `["admin", "user"]`.
    #[must_use]
    pub fn new(user: UserId, roles: &[&str]) -> Self {
        Self { user, roles: roles.iter().map(|&role| role.to_owned()).collect() }
    }
}

pub(crate) struct WorkspaceRecord {
    pub(crate) id: WorkspaceId,
    pub(crate) name: String,
    pub(crate) logo: Option<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) members: Vec<MemberRecord>,
    pub(crate) invites: Vec<InviteRecord>,
    pub(crate) created: Timestamp,
}

/// A member, with the id of the membership.
#[derive(Clone, Serialize)]
pub(crate) struct MemberRecord {
    pub(crate) user: UserId,
    pub(crate) roles: Vec<String>,
    #[serde(rename = "_id")]
    pub(crate) id: String,
    pub(crate) created: Timestamp,
}

/// An invite to a person that is not a member yet.
#[derive(Clone, Serialize)]
pub(crate) struct InviteRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    pub(crate) roles: Vec<String>,
    #[serde(rename = "_id")]
    pub(crate) id: String,
    pub(crate) created: Timestamp,
}

impl WorkspaceRecord {
    /// An empty workspace.
    pub(crate) fn new(id: WorkspaceId, name: String, created: Timestamp) -> Self {
        let (labels, members, invites) = (Vec::new(), Vec::new(), Vec::new());
        Self { id, name, logo: None, labels, members, invites, created }
    }

    /// The user as a member.
    pub(crate) fn member(&self, user: UserId) -> Option<&MemberRecord> {
        self.members.iter().find(|member| member.user == user)
    }

    /// Whether there is an invite to this address.
    pub(crate) fn invites(&self, email: &str) -> bool {
        self.invites.iter().any(|invite| invite.email.as_deref() == Some(email))
    }
}

impl MemberRecord {
    /// A new membership, under an id of its own.
    pub(crate) fn new(member: Member, id: String, created: Timestamp) -> Self {
        Self { user: member.user, roles: member.roles, id, created }
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.roles.iter().any(|role| role == "admin")
    }
}
