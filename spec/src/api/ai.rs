//! Agents, threads, and the storages that models search.

use crate::auth::{Privileged, SignedIn};
use crate::id::{IntegrationId, SourceId, ThreadId, UserId, WorkspaceId};
use crate::resource;
use crate::wire::{
    Agent, AgentChanges, AiRefusal, ClearedStorage, CreatedStorage, NewAgent, NewStorage, RemovedAgent, RemovedThread,
    StorageClearing, StorageContent, StoredContent, Thread,
};

/// The agents of the tenant, for users with the role `admin` or `plugin`. To ask one, see
/// [`ChatWithAgent`](crate::api::ChatWithAgent).
///
/// # Errors
///
/// The server refuses a user without the role with 500 in a list, and with 401 elsewhere. An agent that does not exist is
/// a 404.
#[resource(path = "/api/ai/agents", auth = Privileged, decode, crate = crate)]
pub trait Agents {
    /// Lists the agents, or those that answer or do not, and those of a kind of model. There are no pages.
    #[get]
    async fn list(&self, active: Option<bool>, kind: Option<&str>) -> Vec<Agent>;

    /// Reads an agent.
    #[get("/{agent_id}")]
    async fn get(&self, agent_id: &IntegrationId) -> Agent;

    /// Creates an agent. The response does not show what it is told at the beginning of each chat.
    #[post]
    async fn create(&self, #[serde(flatten)] agent: &NewAgent) -> Agent;

    /// Changes an agent. For about a second afterwards the server sends no response to a chat with it.
    #[put("/{agent_id}")]
    async fn update(&self, agent_id: &IntegrationId, #[serde(flatten)] changes: &AgentChanges) -> Agent;

    /// Deletes an agent.
    #[delete("/{agent_id}")]
    #[doc(alias = "remove")]
    async fn delete(&self, agent_id: &IntegrationId) -> RemovedAgent;
}

/// The threads of the signed-in user in the active workspace. Administrators see those of all.
///
/// # Errors
///
/// A thread that does not exist, or that the caller may not see, is a 404. The server refuses a guest with 401 and an empty
/// body.
#[resource(path = "/api/ai/threads", auth = SignedIn, decode, crate = crate)]
pub trait Threads {
    /// Begins a thread with an integration or an agent. The server ignores the title: a model makes one.
    ///
    /// # Errors
    ///
    /// An integration that does not exist is a 500.
    #[post(error = AiRefusal)]
    async fn create(&self, integration: &IntegrationId, title: Option<&str>) -> Thread;

    /// Reads a thread, with its messages.
    #[get("/{thread_id}", error = AiRefusal)]
    #[doc(alias = "getOne")]
    async fn get(&self, thread_id: &ThreadId) -> Thread;

    /// Lists threads without their messages, the last one that was written to first. There are no pages. Only
    /// administrators may ask for those of a user or a workspace.
    #[get]
    async fn list(
        &self,
        integration: Option<&IntegrationId>,
        sort: Option<&str>,
        user: Option<&UserId>,
        workspace: Option<&WorkspaceId>,
    ) -> Vec<Thread>;

    /// Deletes a thread.
    #[delete("/{thread_id}", error = AiRefusal)]
    async fn delete(&self, thread_id: &ThreadId) -> RemovedThread;
}

/// Storages that the models of a source search, for administrators: retrieval-augmented generation.
///
/// # Errors
///
/// [`AiRefusal`] says what is missing: 400. The server refuses a guest and a user without the role with 401 and an empty
/// body.
#[resource(path = "/api/ai/sources/{source_id}/storage", auth = Privileged, decode, crate = crate)]
pub trait Rag {
    /// Creates a storage for an agent.
    #[post(error = AiRefusal)]
    #[doc(alias = "createStorage")]
    async fn create_storage(&self, source_id: &SourceId, #[serde(flatten)] storage: &NewStorage) -> CreatedStorage;

    /// Adds content to a storage.
    #[post("/upload", error = AiRefusal)]
    #[doc(alias = "uploadContent")]
    async fn upload_content(&self, source_id: &SourceId, #[serde(flatten)] content: &StorageContent) -> StoredContent;

    /// Deletes content from a storage.
    #[post("/clear", error = AiRefusal, idempotent)]
    #[doc(alias = "clearStorage")]
    async fn clear_storage(&self, source_id: &SourceId, #[serde(flatten)] content: &StorageClearing) -> ClearedStorage;
}
