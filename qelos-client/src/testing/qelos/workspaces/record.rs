//! A workspace as it is remembered, and the JSON that is shown of it.

use qelos_spec::{InviteId, Timestamp, UserId, WorkspaceId};
use serde::Serialize;
use serde_json::{Map, Value};

use super::super::state::{Member, State, TENANT};

pub(crate) struct WorkspaceRecord {
    pub(crate) id: WorkspaceId,
    pub(crate) name: String,
    pub(crate) logo: Option<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) members: Vec<MemberRecord>,
    pub(super) invites: Vec<InviteRecord>,
    pub(super) created: Timestamp,
}

/// A member, with the id of the membership.
#[derive(Clone, Serialize)]
pub(crate) struct MemberRecord {
    pub(crate) user: UserId,
    pub(crate) roles: Vec<String>,
    #[serde(rename = "_id")]
    pub(super) id: String,
    pub(super) created: Timestamp,
}

/// Somebody who was asked to join.
#[derive(Clone, Serialize)]
pub(super) struct InviteRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    roles: Vec<String>,
    #[serde(rename = "_id")]
    id: String,
    created: Timestamp,
}

/// What an answer shows; its fields in the order of the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown<'w> {
    #[serde(rename = "_id")]
    id: WorkspaceId,
    name: &'w str,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<&'w str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<&'w [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) members: Option<Vec<&'w MemberRecord>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) invites: Option<&'w [InviteRecord]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_privileged_user: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<Timestamp>,
    #[serde(rename = "__v", skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<u8>,
}

impl WorkspaceRecord {
    /// An empty workspace.
    pub(crate) fn new(id: WorkspaceId, name: String, created: Timestamp) -> Self {
        let (labels, members, invites) = (Vec::new(), Vec::new(), Vec::new());
        Self { id, name, logo: None, labels, members, invites, created }
    }

    /// The user as a member.
    pub(super) fn member(&self, user: UserId) -> Option<&MemberRecord> {
        self.members.iter().find(|member| member.user == user)
    }

    /// Name and labels, and of the members only this one. An administrator of the tenant is shown no member at all.
    pub(super) fn shown(&self, only: Option<UserId>) -> Shown<'_> {
        Shown {
            id: self.id,
            name: &self.name,
            logo: self.logo.as_deref(),
            tenant: None,
            labels: Some(&self.labels),
            members: only.map(|user| self.member(user).into_iter().collect()),
            invites: None,
            is_privileged_user: None,
            created: None,
            version: None,
        }
    }

    /// As a list shows it to a member.
    pub(super) fn listed(&self, user: UserId) -> Shown<'_> {
        let is_admin = self.member(user).is_some_and(MemberRecord::is_admin);
        let shown = self.shown(Some(user));
        Shown { tenant: Some(TENANT), labels: None, is_privileged_user: Some(is_admin), ..shown }
    }

    /// As the list of all workspaces shows it.
    pub(super) fn listed_to_administrators(&self) -> Shown<'_> {
        Shown { tenant: Some(TENANT), ..self.shown(None) }
    }

    /// Whether there is an invite to this address.
    pub(super) fn invites(&self, email: &str) -> bool {
        self.invites.iter().any(|invite| invite.email.as_deref() == Some(email))
    }

    /// The whole record, as the database holds it.
    pub(super) fn whole(&self) -> Shown<'_> {
        Shown {
            tenant: Some(TENANT),
            members: Some(self.members.iter().collect()),
            invites: Some(&self.invites),
            created: Some(self.created),
            version: Some(0),
            ..self.shown(None)
        }
    }
}

impl MemberRecord {
    /// A new membership.
    pub(crate) fn new(state: &mut State, member: Member, now: Timestamp) -> Self {
        Self { user: member.user, roles: member.roles, id: state.next_id(now), created: now }
    }

    pub(super) fn is_admin(&self) -> bool {
        self.roles.iter().any(|role| role == "admin")
    }
}

impl InviteRecord {
    /// An invite as it was sent; without roles the person becomes a `member`. One that is written back keeps its id and
    /// its date.
    pub(super) fn new(state: &mut State, invite: &Map<String, Value>, now: Timestamp) -> Self {
        let text = |name: &str| invite.get(name).and_then(Value::as_str).map(str::to_owned);
        let roles = texts(invite.get("roles")).filter(|roles| !roles.is_empty());
        let roles = roles.unwrap_or_else(|| vec!["member".to_owned()]);
        let id = text("_id").filter(|id| id.parse::<InviteId>().is_ok());
        let created = text("created").and_then(|created| created.parse().ok());
        Self {
            email: text("email"),
            phone: text("phone"),
            name: text("name"),
            roles,
            id: id.unwrap_or_else(|| state.next_id(now)),
            created: created.unwrap_or(now),
        }
    }
}

/// A list of texts; `None` for anything else.
pub(super) fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    value?.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}
