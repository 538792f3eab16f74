//! Chats: as a test adds them, and the records of integrations and threads.

use std::time::Duration;

use qelos_spec::{IntegrationId, ThreadId, Timestamp, UserId, WorkspaceId};
use serde::Serialize;
use serde_json::{Map, Value};

/// An integration with a language model to put into the fake. The test says what the model replies.
///
/// ```
/// use qelos_client::testing::{ModelReply, NewChat};
///
/// let colours = ModelReply::calling("pick_colour", &serde_json::json!({"hue": "red"}));
/// let chat = NewChat::new([colours, ModelReply::text(["A ", "red one."])]).role("editor").recording_threads();
/// # let _ = chat;
/// ```
#[derive(Debug, Clone)]
pub struct NewChat {
    replies: Vec<ModelReply>,
    roles: Vec<String>,
    records_threads: bool,
}

impl NewChat {
    /// A chat for each user, whose model gives these replies, one to each request; the last one is repeated.
    #[must_use]
    pub fn new(replies: impl IntoIterator<Item = ModelReply>) -> Self {
        Self { replies: replies.into_iter().collect(), roles: Vec::new(), records_threads: false }
    }

    /// A role in the tenant that a user needs; of several, one is enough.
    #[must_use]
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// Keeps the messages in threads: each request has to name one.
    #[must_use]
    pub fn recording_threads(mut self) -> Self {
        self.records_threads = true;
        self
    }

    pub(in super::super) fn has_replies(&self) -> bool {
        !self.replies.is_empty()
    }
}

/// What a language model replies to one request.
///
/// ```
/// use std::time::Duration;
///
/// use qelos_client::testing::ModelReply;
///
/// let slow = ModelReply::text(["Hello", " there"]).pausing(Duration::from_secs(1));
/// let stopped = ModelReply::text(["Hello"]).then_failing("terminated");
/// # let _ = (slow, stopped);
/// ```
#[derive(Debug, Clone)]
pub struct ModelReply {
    pub(crate) pieces: Vec<String>,
    /// Names of functions, and their arguments as JSON.
    pub(crate) calls: Vec<(String, String)>,
    pub(crate) pause: Duration,
    pub(crate) end: ReplyEnd,
}

/// How a reply ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReplyEnd {
    Done,
    Failed(String),
    Missing,
}

impl ModelReply {
    /// A text, which a stream sends in these pieces.
    #[must_use]
    pub fn text<P: Into<String>>(pieces: impl IntoIterator<Item = P>) -> Self {
        let pieces = pieces.into_iter().map(Into::into).collect();
        Self { pieces, calls: Vec::new(), pause: Duration::ZERO, end: ReplyEnd::Done }
    }

    /// A call of a function with these arguments. Where the request offers the function, it is the caller's, and the caller
    /// has to ask again with its result.
    ///
    /// # Panics
    ///
    /// When the arguments have no JSON form.
    #[must_use]
    #[track_caller]
    pub fn calling(function: &str, arguments: &(impl Serialize + ?Sized)) -> Self {
        Self::text::<String>([]).and_calling(function, arguments)
    }

    /// A failure, with what the model says about it.
    #[must_use]
    pub fn failing(message: impl Into<String>) -> Self {
        Self::text::<String>([]).then_failing(message)
    }

    /// Calls a function behind the text, and behind other functions.
    ///
    /// # Panics
    ///
    /// When the arguments have no JSON form.
    #[must_use]
    #[track_caller]
    pub fn and_calling(mut self, function: &str, arguments: &(impl Serialize + ?Sized)) -> Self {
        let arguments = serde_json::to_string(arguments).unwrap_or_else(|error| panic!("{error}"));
        self.calls.push((function.to_owned(), arguments));
        self
    }

    /// Fails behind the text. Functions are not called then.
    #[must_use]
    pub fn then_failing(mut self, message: impl Into<String>) -> Self {
        self.end = ReplyEnd::Failed(message.into());
        self
    }

    /// Ends the stream behind the text, without the event `done`. A request for a whole response gets none, which the
    /// gateway tells with 504.
    #[must_use]
    pub fn then_stopping(mut self) -> Self {
        self.end = ReplyEnd::Missing;
        self
    }

    /// Waits before each piece of a stream. The time is tokio's, so a test can pause it.
    #[must_use]
    pub fn pausing(mut self, time: Duration) -> Self {
        self.pause = time;
        self
    }
}

/// An integration.
pub(crate) struct ChatRecord {
    pub(crate) id: IntegrationId,
    replies: Vec<ModelReply>,
    next: usize,
    calls: u64,
    roles: Vec<String>,
    pub(crate) records_threads: bool,
}

impl ChatRecord {
    pub(crate) fn new(id: IntegrationId, chat: NewChat) -> Self {
        let NewChat { replies, roles, records_threads } = chat;
        Self { id, replies, next: 0, calls: 0, roles, records_threads }
    }

    /// Whether users with these roles may use it.
    pub(crate) fn is_for(&self, roles: &[String]) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|role| role == "*" || roles.contains(role))
    }

    /// The next reply of the model, and the one behind it.
    pub(crate) fn next_reply(&self) -> Option<(&ModelReply, &ModelReply)> {
        let at = |place: usize| self.replies.get(place).or(self.replies.last());
        at(self.next).zip(at(self.next + 1))
    }

    /// Counts replies and calls of functions as given.
    pub(crate) fn count(&mut self, replies: usize, calls: u64) {
        self.next += replies;
        self.calls += calls;
    }

    /// The number of the next call of a function.
    pub(crate) fn next_call(&self) -> u64 {
        self.calls + 1
    }
}

/// A thread: a chat that is kept.
#[derive(Serialize)]
pub(crate) struct ThreadRecord {
    #[serde(rename = "_id")]
    pub(crate) id: ThreadId,
    pub(crate) integration: IntegrationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    pub(crate) messages: Vec<Map<String, Value>>,
    #[serde(rename = "messageSummaries")]
    summaries: [(); 0],
    pub(crate) user: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

impl ThreadRecord {
    pub(crate) fn new(
        id: ThreadId,
        integration: IntegrationId,
        user: UserId,
        workspace: Option<WorkspaceId>,
        now: Timestamp,
    ) -> Self {
        let (title, messages) = (None, Vec::new());
        Self { id, integration, title, messages, summaries: [], user, workspace, created: now, updated: now }
    }
}
