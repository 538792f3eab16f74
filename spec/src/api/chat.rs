//! Chats with language models.

use crate::auth::SignedIn;
use crate::id::{IntegrationId, ThreadId};
use crate::stream::{Events, Marker, StreamRules};
use crate::wire::{AiRefusal, ChatEvent, ChatMessage, ChatOptions, ChatResponse, QueryParams};
use crate::{DecodeRequest, Endpoint};

/// The stream of an answer: it ends with the event `done`, and fails with the event `error`. A stream that ends without
/// either was broken off.
pub const CHAT_STREAM: StreamRules =
    StreamRules::new().ends_with(Marker::Field("type", "done")).fails_with(Marker::Field("type", "error"));

/// Asks the model of an integration, and waits for the whole answer.
///
/// `POST /api/ai/{integration_id}/chat-completion`.
///
/// The server sends no response, ever, when the integration was changed less than a second ago, or when its source is no
/// model. A client gives such a call up after its deadline.
///
/// # Errors
///
/// An integration that does not exist is a 400. Where the model fails, the server responds with 500, and [`AiRefusal`] says
/// why. A missing role is a 403.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(
    POST, "/api/ai/{integration_id}/chat-completion", response = ChatResponse, error = AiRefusal, auth = SignedIn,
)]
#[doc(alias = "chat")]
#[non_exhaustive]
pub struct Chat {
    /// The integration.
    pub integration_id: IntegrationId,
    /// What is asked.
    #[serde(flatten)]
    pub options: ChatOptions,
    /// The parameters that the integration gets.
    #[endpoint(query)]
    #[serde(flatten)]
    pub query: QueryParams,
}

/// Asks as [`Chat`] does, in a thread that the server keeps. The integration has to record threads.
///
/// `POST /api/ai/{integration_id}/chat-completion/{thread_id}`.
///
/// # Errors
///
/// As for [`Chat`]. A thread that does not exist is a 404.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(
    POST, "/api/ai/{integration_id}/chat-completion/{thread_id}",
    response = ChatResponse, error = AiRefusal, auth = SignedIn,
)]
#[doc(alias = "chatInThread")]
#[non_exhaustive]
pub struct ChatInThread {
    /// The integration.
    pub integration_id: IntegrationId,
    /// The thread.
    pub thread_id: ThreadId,
    /// What is asked.
    #[serde(flatten)]
    pub options: ChatOptions,
    /// The parameters that the integration gets.
    #[endpoint(query)]
    #[serde(flatten)]
    pub query: QueryParams,
}

/// Asks as [`Chat`] does, and reads the answer while the model makes it.
///
/// `POST /api/ai/{integration_id}/chat-completion?stream=true`.
///
/// # Errors
///
/// As for [`Chat`] before the answer begins. A model that fails, also after some pieces, is an error of the stream.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(
    POST, "/api/ai/{integration_id}/chat-completion?stream=true",
    response = Events<ChatEvent>, stream = CHAT_STREAM, error = AiRefusal, auth = SignedIn,
)]
#[doc(alias = "stream")]
#[non_exhaustive]
pub struct StreamChat {
    /// The integration.
    pub integration_id: IntegrationId,
    /// What is asked.
    #[serde(flatten)]
    pub options: ChatOptions,
    /// The parameters that the integration gets.
    #[endpoint(query)]
    #[serde(flatten)]
    pub query: QueryParams,
}

/// Asks as [`ChatInThread`] does, and reads the answer while the model makes it.
///
/// `POST /api/ai/{integration_id}/chat-completion/{thread_id}?stream=true`.
///
/// # Errors
///
/// As for [`StreamChat`]. A thread that does not exist is a 404.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(
    POST, "/api/ai/{integration_id}/chat-completion/{thread_id}?stream=true",
    response = Events<ChatEvent>, stream = CHAT_STREAM, error = AiRefusal, auth = SignedIn,
)]
#[doc(alias = "streamInThread")]
#[non_exhaustive]
pub struct StreamChatInThread {
    /// The integration.
    pub integration_id: IntegrationId,
    /// The thread.
    pub thread_id: ThreadId,
    /// What is asked.
    #[serde(flatten)]
    pub options: ChatOptions,
    /// The parameters that the integration gets.
    #[endpoint(query)]
    #[serde(flatten)]
    pub query: QueryParams,
}

impl Chat {
    /// Asks with these options.
    #[must_use]
    pub fn new(integration_id: IntegrationId, options: ChatOptions) -> Self {
        Self { integration_id, options, query: QueryParams::new() }
    }

    /// The same, as a stream.
    #[must_use]
    pub fn streamed(self) -> StreamChat {
        let Self { integration_id, options, query } = self;
        StreamChat { integration_id, options, query }
    }

    /// The same, in a thread.
    #[must_use]
    pub fn in_thread(self, thread_id: ThreadId) -> ChatInThread {
        let Self { integration_id, options, query } = self;
        ChatInThread { integration_id, thread_id, options, query }
    }
}

impl ChatInThread {
    /// The same, as a stream.
    #[must_use]
    pub fn streamed(self) -> StreamChatInThread {
        let Self { integration_id, thread_id, options, query } = self;
        StreamChatInThread { integration_id, thread_id, options, query }
    }
}

/// Asks an agent, and waits for the whole answer.
///
/// `POST /api/ai/agents/{agent_id}/chat`.
///
/// Without a thread the server makes one, and does not tell its id: [create](crate::api::Threads::create) one first.
///
/// # Errors
///
/// An agent and a thread that do not exist are a 404. A chat without messages is a 400.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/ai/agents/{agent_id}/chat", response = ChatResponse, error = AiRefusal, auth = SignedIn)]
#[doc(alias = "chat")]
#[doc(alias = "chatInThread")]
#[non_exhaustive]
pub struct ChatWithAgent {
    /// The agent.
    pub agent_id: IntegrationId,
    /// What is asked: the messages before, and the new one last.
    #[serde(flatten)]
    pub options: ChatOptions,
    /// The thread.
    #[serde(rename = "threadId")]
    pub thread_id: Option<ThreadId>,
}

/// Asks an agent, and reads the answer while the model makes it. The messages are in the query, whose length servers
/// limit. It is sent once: the server creates a thread where none is named, and runs the tools of the agent.
///
/// `GET /api/ai/agents/{agent_id}/chat`.
///
/// # Errors
///
/// As for [`ChatWithAgent`].
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(
    GET, "/api/ai/agents/{agent_id}/chat", idempotent = false,
    response = Events<ChatEvent>, stream = CHAT_STREAM, error = AiRefusal, auth = SignedIn,
)]
#[doc(alias = "streamChat")]
#[doc(alias = "streamChatInThread")]
#[non_exhaustive]
pub struct StreamChatWithAgent {
    /// The agent.
    pub agent_id: IntegrationId,
    /// The messages before, and the new one last.
    #[serde(with = "crate::wire::json_text")]
    pub messages: Vec<ChatMessage>,
    /// The thread.
    #[serde(rename = "threadId")]
    pub thread_id: Option<ThreadId>,
    /// Other parameters.
    #[serde(flatten)]
    pub query: QueryParams,
}

impl ChatWithAgent {
    /// Asks with these options, in a new thread.
    #[must_use]
    pub fn new(agent_id: IntegrationId, options: ChatOptions) -> Self {
        Self { agent_id, options, thread_id: None }
    }
}

impl StreamChatWithAgent {
    /// Asks with these messages, in a new thread.
    #[must_use]
    pub fn new(agent_id: IntegrationId, messages: Vec<ChatMessage>) -> Self {
        Self { agent_id, messages, thread_id: None, query: QueryParams::new() }
    }
}
