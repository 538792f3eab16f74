//! Agents, threads, and the storages that models search.

use crate::auth::{Privileged, SignedIn};
use crate::id::{IntegrationId, SourceId, ThreadId, UserId, WorkspaceId};
use crate::wire::{
    Agent, AgentChanges, AiRefusal, ClearedStorage, CreatedStorage, NewAgent, NewStorage, RemovedAgent, RemovedThread,
    StorageClearing, StorageContent, StoredContent, Thread,
};
use crate::{DecodeRequest, Endpoint, resource};

/// Lists agents: all of them, or those with these values. There are no pages.
///
/// `GET /api/ai/agents`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::ListAgents;
///
/// let mut list = ListAgents::default();
/// list.active = Some(true);
/// assert_eq!(list.encode()?.target(), "/api/ai/agents?active=true");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/ai/agents", response = Vec<Agent>, auth = Privileged)]
#[non_exhaustive]
pub struct ListAgents {
    /// Whether they answer.
    pub active: Option<bool>,
    /// The kind of their model, a word: `openai`.
    pub kind: Option<String>,
}

/// The agents of the tenant, for users with the role `admin` or `plugin`. To ask one, see
/// [`ChatWithAgent`](crate::api::ChatWithAgent).
///
/// # Errors
///
/// The server refuses a user without the role with 500 in a list, and with 401 elsewhere. An agent that does not exist is
/// a 404.
#[resource(path = "/api/ai/agents", auth = Privileged, decode, crate = crate)]
pub trait Agents {
    /// Lists agents.
    #[endpoint(ListAgents)]
    async fn list(&self, agents: &ListAgents) -> Vec<Agent>;

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

/// Begins a thread with an integration or an agent.
///
/// `POST /api/ai/threads`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::CreateThread;
///
/// let create = CreateThread::new("6b072b604e3c4dfbd79ceef2".parse().unwrap());
/// assert_eq!(create.encode()?.body(), r#"{"integration":"6b072b604e3c4dfbd79ceef2"}"#);
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
///
/// # Errors
///
/// An integration that does not exist is a 500.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/ai/threads", response = Thread, error = AiRefusal, auth = SignedIn)]
#[non_exhaustive]
pub struct CreateThread {
    /// The integration or the agent.
    pub integration: IntegrationId,
    /// The server ignores it: a model makes the title.
    pub title: Option<String>,
}

impl CreateThread {
    /// A thread with this integration or agent.
    #[must_use]
    pub fn new(integration: IntegrationId) -> Self {
        Self { integration, title: None }
    }
}

/// Lists threads without their messages: those of the signed-in user in the active workspace, and for administrators those
/// of all. There are no pages.
///
/// `GET /api/ai/threads`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::ListThreads;
///
/// let mut list = ListThreads::default();
/// list.sort = Some("-created".to_owned());
/// assert_eq!(list.encode()?.target(), "/api/ai/threads?sort=-created");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/ai/threads", response = Vec<Thread>, auth = SignedIn)]
#[non_exhaustive]
pub struct ListThreads {
    /// The integration or the agent that they are with.
    pub integration: Option<IntegrationId>,
    /// The field that they are sorted by, `created` or `updated`, in descending order with `-` before it. Without it, the
    /// order is `-updated`: the last one that was written to is the first one.
    pub sort: Option<String>,
    /// The user. The server ignores it unless the caller is an administrator.
    pub user: Option<UserId>,
    /// The workspace. The server ignores it unless the caller is an administrator.
    pub workspace: Option<WorkspaceId>,
}

/// The threads of the signed-in user in the active workspace. Administrators see those of all.
///
/// # Errors
///
/// A thread that does not exist, or that the caller may not see, is a 404. The server refuses a guest with 401 and an empty
/// body.
#[resource(path = "/api/ai/threads", auth = SignedIn, decode, crate = crate)]
pub trait Threads {
    /// Begins a thread with an integration or an agent.
    ///
    /// # Errors
    ///
    /// An integration that does not exist is a 500.
    #[endpoint(CreateThread)]
    async fn create(&self, thread: &CreateThread) -> Thread;

    /// Reads a thread, with its messages.
    #[get("/{thread_id}", error = AiRefusal)]
    #[doc(alias = "getOne")]
    async fn get(&self, thread_id: &ThreadId) -> Thread;

    /// Lists threads without their messages.
    #[endpoint(ListThreads)]
    async fn list(&self, threads: &ListThreads) -> Vec<Thread>;

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
