//! Events that the server has logged.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{EventId, UserId, WorkspaceId};
use crate::timestamp::Timestamp;

/// An event that was logged: of a service, a plugin, or a change of an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LoggedEvent {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: EventId,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The user who caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The workspace that the user was in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
    /// The part of the system that it comes from: `auth`, or the name of a plugin.
    pub source: String,
    /// What it is about: `signup`.
    pub kind: String,
    /// What has happened: `user-registered`.
    pub event_name: String,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The data.
    #[serde(default)]
    pub metadata: Value,
    /// When it was logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A page of events, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LoggedEvents {
    /// The events.
    #[serde(default)]
    pub events: Vec<LoggedEvent>,
    /// How many there are on all pages; at most 10000 are counted.
    pub total: u64,
    /// Whether there are more than were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_capped: Option<bool>,
    /// The number of the page. The first one is 0.
    pub page: u32,
    /// The number of events of a full page.
    pub limit: u32,
    /// The number of pages.
    pub total_pages: u32,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An event to log. The server drops one without a source, a kind or a name, and reports a success.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewEvent {
    /// The part of the system that it comes from. That of a plugin gets the prefix `plugin:`.
    pub source: String,
    /// What it is about.
    pub kind: String,
    /// What has happened.
    pub event_name: String,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl NewEvent {
    /// With the required fields only.
    #[must_use]
    pub fn new(source: impl Into<String>, kind: impl Into<String>, event_name: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            kind: kind.into(),
            event_name: event_name.into(),
            description: None,
            metadata: None,
            other: Map::new(),
        }
    }
}

/// A number of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventCount {
    /// The number.
    pub count: u64,
}

/// The words that occur in the events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EventFilters {
    /// What they are about.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// What has happened.
    #[serde(default)]
    pub event_names: Vec<String>,
    /// Where they come from.
    #[serde(default)]
    pub sources: Vec<String>,
}
