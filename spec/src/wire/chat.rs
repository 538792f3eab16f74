//! Chats with language models.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::timestamp::Timestamp;
use crate::wire::words::words;

words! {
    /// The author of a message.
    ChatRole {
        /// The user.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// A function that the model has called.
        Tool = "tool",
        /// The operator. The server takes such messages from agents only.
        System = "system",
    }
}

/// A message of a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatMessage {
    /// The author.
    pub role: ChatRole,
    /// The text. A model that calls functions has said nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The name of the function that was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The call that a message of a function answers.
    #[serde(rename = "tool_call_id", default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// The functions that the model calls.
    #[serde(rename = "tool_calls", default, skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
    /// When it was written. In threads only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A function that a model calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolCall {
    /// The id of the call.
    pub id: String,
    /// `function`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The function, and what it is given.
    pub function: FunctionCall,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A function, and what it is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FunctionCall {
    /// The name.
    pub name: String,
    /// The arguments, as JSON.
    #[serde(default)]
    pub arguments: String,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A function of the caller that a model may call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientTool {
    /// The name.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// The JSON schema of its arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a model is asked. Of the options besides the messages, the server uses `context`, `client_tools` and, where the
/// integration allows it, `rules`: the model and its settings are those of the integration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChatOptions {
    /// The messages of the chat, the oldest first.
    #[serde(default)]
    pub messages: Vec<ChatMessage>,
    /// The model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How much chance there is in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The part of the likely words that are taken.
    #[serde(rename = "top_p", default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// How much a word counts less because it was said often.
    #[serde(rename = "frequency_penalty", default, skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f64>,
    /// How much a word counts less because it was said.
    #[serde(rename = "presence_penalty", default, skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<f64>,
    /// The texts at which the model stops.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Value>,
    /// The longest answer, in tokens.
    #[serde(rename = "max_tokens", default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// The form of the answer.
    #[serde(rename = "response_format", default, skip_serializing_if = "Option::is_none")]
    pub response_format: Option<Value>,
    /// What the model is told about the caller. The server cuts texts after 512 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Value>,
    /// The functions of the caller that the model may call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client_tools: Vec<ClientTool>,
    /// Rules for the model, where the integration allows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Value>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The answer of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Completion {
    /// The id of the answer.
    #[serde(default)]
    pub id: String,
    /// When it was made, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<u64>,
    /// The model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The answer, and the others that were asked for.
    pub choices: Vec<ChatChoice>,
    /// The number of tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Value>,
    /// The functions that the server has called.
    #[serde(rename = "function_calls", default, skip_serializing_if = "Vec::is_empty")]
    pub function_calls: Vec<Value>,
    /// Their results.
    #[serde(rename = "function_results", default, skip_serializing_if = "Vec::is_empty")]
    pub function_results: Vec<Value>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One answer of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatChoice {
    /// Its number.
    #[serde(default)]
    pub index: u32,
    /// The message.
    pub message: ChatMessage,
    /// Why the model has stopped.
    #[serde(rename = "finish_reason", default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The functions of the caller that the model wants to call. Run them, and ask again with the message of the model and
/// one message of each function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClientToolCalls {
    /// The functions of the caller.
    pub function_calls: Vec<ToolCall>,
    /// The results of functions that the server has run already.
    #[serde(default)]
    pub backend_results: Vec<Value>,
    /// All calls of the message of the model.
    #[serde(default)]
    pub assistant_tool_calls: Vec<ToolCall>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Why a chat, a thread or a storage was refused.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AiRefusal {
    /// The reason, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The reason of the model, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The kind of failure: `INVALID_REQUEST`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// What may have caused it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub possible_causes: Vec<String>,
    /// What may help.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggested_fixes: Vec<String>,
    /// How bad it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// Whether another attempt may succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_retryable: Option<bool>,
    /// The id of the request at the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The answer of a model, or the functions of the caller that it wants to call first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "there is one of them for each call")]
#[non_exhaustive]
pub enum ChatResponse {
    /// The functions of the caller that the model wants to call.
    ToolCalls(ClientToolCalls),
    /// The answer.
    Completion(Completion),
}

impl ChatResponse {
    /// The text of the answer; `None` where the model has said nothing.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Completion(completion) => completion.choices.first()?.message.content.as_deref(),
            Self::ToolCalls(_) => None,
        }
    }
}

impl ChatMessage {
    /// A message of the user.
    #[must_use]
    pub fn user(content: impl Into<String>) -> Self {
        Self::of(ChatRole::User, Some(content.into()))
    }

    /// A message of the model.
    #[must_use]
    pub fn assistant(content: impl Into<String>) -> Self {
        Self::of(ChatRole::Assistant, Some(content.into()))
    }

    /// A message of the operator.
    #[must_use]
    pub fn system(content: impl Into<String>) -> Self {
        Self::of(ChatRole::System, Some(content.into()))
    }

    /// The message of the model that calls functions, which is sent back before their results.
    #[must_use]
    pub fn calling(calls: Vec<ToolCall>) -> Self {
        Self { tool_calls: calls, ..Self::of(ChatRole::Assistant, None) }
    }

    /// The result of a function that the model has called.
    #[must_use]
    pub fn result(call: &ToolCall, content: impl Into<String>) -> Self {
        Self { tool_call_id: Some(call.id.clone()), ..Self::of(ChatRole::Tool, Some(content.into())) }
    }

    fn of(role: ChatRole, content: Option<String>) -> Self {
        let (name, tool_call_id, tool_calls, timestamp) = (None, None, Vec::new(), None);
        Self { role, content, name, tool_call_id, tool_calls, timestamp, other: Map::new() }
    }
}

impl ClientTool {
    /// A function without a schema of its arguments.
    #[must_use]
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self { name: name.into(), description: description.into(), schema: None, other: Map::new() }
    }
}

impl ChatOptions {
    /// Asks with these messages, and no options.
    #[must_use]
    pub fn new(messages: Vec<ChatMessage>) -> Self {
        Self { messages, ..Self::default() }
    }
}

/// A piece of an answer that arrives while the model makes it.
///
/// The server sends more kinds of events than are of interest to each caller: take the texts, and act on
/// [`ClientToolCalls`](ChatEvent::ClientToolCalls). The end and the failures of the stream are none of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ChatEvent {
    /// A piece of the text.
    Chunk {
        /// The text.
        content: String,
    },
    /// The whole text again, in place of its pieces. Some models send it.
    FullContent {
        /// The text.
        content: String,
    },
    /// The model calls functions. The event comes a second time, with the calls, when the server runs them.
    FunctionCallsDetected {
        /// The calls.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        function_calls: Vec<ToolCall>,
    },
    /// Nothing has happened; the server goes on.
    Heartbeat,
    /// The server runs a function.
    FunctionExecuting {
        /// The call.
        function_call: Value,
    },
    /// The server has run a function.
    FunctionExecuted {
        /// The call.
        function_call: Value,
        /// The result.
        #[serde(default)]
        result: Value,
    },
    /// A function has failed. The model goes on.
    FunctionFailed {
        /// The call.
        function_call: Value,
        /// The failure.
        #[serde(default)]
        error: Value,
    },
    /// The functions were run, and the model goes on.
    ContinuingConversation,
    /// As [`ContinuingConversation`](Self::ContinuingConversation), after more functions.
    FollowupContinuingConversation,
    /// A piece of the text after functions were run.
    FollowupChunk {
        /// The text.
        content: String,
    },
    /// The model calls more functions.
    FollowupFunctionCallsDetected,
    /// The functions of the caller that the model wants to call. The stream ends behind it.
    ClientToolCalls(ClientToolCalls),
    /// An event that this version does not know.
    #[serde(other)]
    Other,
}

impl ChatEvent {
    /// The piece of the text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Chunk { content } | Self::FollowupChunk { content } => Some(content),
            _ => None,
        }
    }
}

/// The parameters of the query that an integration gets with a chat.
pub type QueryParams = BTreeMap<String, String>;
