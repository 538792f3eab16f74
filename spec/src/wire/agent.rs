//! Agents, the threads of chats, and the storages that models search.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{IntegrationId, SourceId, ThreadId, UserId, VectorStoreId, WorkspaceId};
use crate::timestamp::Timestamp;
use crate::wire::ChatMessage;
use crate::wire::words::words;

words! {
    /// What a storage is kept for.
    StorageScope {
        /// A thread.
        Thread = "thread",
        /// A user.
        User = "user",
        /// A workspace.
        Workspace = "workspace",
        /// The tenant.
        Tenant = "tenant",
    }
}

/// An agent: an integration that is triggered by a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Agent {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: IntegrationId,
    /// The name.
    #[serde(default)]
    pub name: String,
    /// The model.
    #[serde(default)]
    pub model: String,
    /// Empty: the server keeps it, and does not show it.
    #[serde(default)]
    pub system_prompt: String,
    /// Empty: the server does not show them.
    #[serde(default)]
    pub tools: Vec<Value>,
    /// How much chance there is in its answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The longest answer, in tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The workspace that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
    /// The source of its trigger: one of the kind `qelos`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger_source: Option<SourceId>,
    /// The source of its model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_source: Option<SourceId>,
    /// Whether it answers.
    #[serde(default)]
    pub active: bool,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An agent to create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewAgent {
    /// The name.
    pub name: String,
    /// The model.
    pub model: String,
    /// The source of its trigger: one of the kind `qelos`.
    pub trigger_source: SourceId,
    /// The source of its model.
    pub target_source: SourceId,
    /// What it is told at the beginning of each chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// The functions that it may call. The server ignores them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<Value>>,
    /// How much chance there is in its answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The longest answer, in tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// The workspace that it is for. The server ignores it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
    /// Whether it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl NewAgent {
    /// With the required fields only.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        model: impl Into<String>,
        trigger_source: SourceId,
        target_source: SourceId,
    ) -> Self {
        Self {
            name: name.into(),
            model: model.into(),
            trigger_source,
            target_source,
            system_prompt: None,
            tools: None,
            temperature: None,
            max_tokens: None,
            workspace: None,
            active: None,
            other: Map::new(),
        }
    }
}

/// Changes of an agent. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentChanges {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The source of its trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger_source: Option<SourceId>,
    /// The source of its model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_source: Option<SourceId>,
    /// What it is told at the beginning of each chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// The functions that it may call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<Value>>,
    /// How much chance there is in its answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The longest answer, in tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// Whether it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The response to deleting an agent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RemovedAgent {
    /// Whether it was deleted.
    #[serde(default)]
    pub success: bool,
    /// The message of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A chat that the server keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Thread {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: ThreadId,
    /// The agent, or the integration, that it is with.
    pub integration: IntegrationId,
    /// The title, which a model makes. One that begins with `*` is not the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The messages. Absent in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<ChatMessage>,
    /// The summaries of older messages, which the model gets in their place.
    #[serde(default)]
    pub message_summaries: Vec<MessageSummary>,
    /// The user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When something was said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A summary of messages of a thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MessageSummary {
    /// The first one.
    pub from_index: u32,
    /// The last one.
    pub to_index: u32,
    /// The summary.
    pub summary: String,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The response to deleting a thread.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RemovedThread {
    /// The message of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A storage that a model searches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct VectorStore {
    /// The id.
    #[serde(default)]
    pub id: String,
    /// What it is kept for.
    pub scope: StorageScope,
    /// The thread, the user or the workspace that it is kept for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_id: Option<String>,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The agent that searches it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<IntegrationId>,
    /// Its id at the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// After how many days without use it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_after_days: Option<u32>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The response to creating a storage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedStorage {
    /// Whether it was created.
    #[serde(default)]
    pub success: bool,
    /// The message of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The storage.
    pub vector_store: VectorStore,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A storage to create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewStorage {
    /// The agent that searches it.
    pub integration_id: IntegrationId,
    /// What it is kept for.
    pub scope: StorageScope,
    /// The thread, the user or the workspace that it is kept for. A tenant needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_id: Option<String>,
    /// After how many days without use it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_after_days: Option<u32>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl NewStorage {
    /// With the required fields only.
    #[must_use]
    pub fn new(integration_id: IntegrationId, scope: StorageScope) -> Self {
        Self { integration_id, scope, subject_id: None, expiration_after_days: None, other: Map::new() }
    }
}

/// Content for a storage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StorageContent {
    /// The agent that searches it.
    pub integration_id: IntegrationId,
    /// The content: a text, or an object.
    pub content: Value,
    /// The storage, if the agent has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector_store_id: Option<VectorStoreId>,
    /// The name of the file that it becomes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The data that is kept with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl StorageContent {
    /// With the required fields only.
    #[must_use]
    pub fn new(integration_id: IntegrationId, content: Value) -> Self {
        Self { integration_id, content, vector_store_id: None, file_name: None, metadata: None, other: Map::new() }
    }
}

/// Content that was stored.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StoredContent {
    /// Whether it was stored.
    #[serde(default)]
    pub success: bool,
    /// The message of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The file that it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_id: Option<String>,
    /// The storage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector_store_id: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What is deleted from a storage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StorageClearing {
    /// The agent that searches it.
    pub integration_id: IntegrationId,
    /// The storage, if the agent has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector_store_id: Option<VectorStoreId>,
    /// The files; all, unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_ids: Option<Vec<String>>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl StorageClearing {
    /// With the required fields only.
    #[must_use]
    pub fn new(integration_id: IntegrationId) -> Self {
        Self { integration_id, vector_store_id: None, file_ids: None, other: Map::new() }
    }
}

/// The response to deleting content from a storage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClearedStorage {
    /// Whether it was deleted.
    #[serde(default)]
    pub success: bool,
    /// The message of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The number of files that were deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared_count: Option<u64>,
    /// The storage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector_store_id: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
