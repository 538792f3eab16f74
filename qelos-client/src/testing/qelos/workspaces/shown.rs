//! Workspaces as JSON in responses.

use qelos_spec::{Timestamp, UserId, WorkspaceId};
use serde::Serialize;

use super::super::state::{InviteRecord, MemberRecord, TENANT, WorkspaceRecord};

/// A workspace in a response; its fields in the order of the wire.
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
    /// Name and labels, and of the members only this one. An administrator of the tenant sees no member at all.
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

    /// The whole record, as the database has it.
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
