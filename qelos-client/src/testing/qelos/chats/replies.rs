//! What a model replies, as a stream of events or as one response, and as messages of a thread.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::response::{self, Refused};
use super::super::state::{ModelReply, ReplyEnd};
use crate::testing::script::{StreamReply, StreamScript};

/// The parts of a request that decide how a reply is told.
pub(super) struct Asked<'c> {
    pub(super) client_tools: Vec<String>,
    pub(super) is_recorded: bool,
    pub(super) is_streamed: bool,
    pub(super) call: &'c Call<'c>,
}

/// A reply that was told.
pub(super) struct Told {
    /// The response, or the events of a stream.
    pub(super) response: Result<Response<Bytes>, StreamScript>,
    /// The messages for the thread.
    pub(super) said: Vec<Map<String, Value>>,
    /// How many replies of the model and calls of functions it takes.
    pub(super) replies: usize,
    pub(super) calls: u64,
}

/// A call of a function, in the order of the wire.
#[derive(Clone, Serialize)]
struct ToolCall<'r> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    function: Function<'r>,
}

#[derive(Clone, Serialize)]
struct Function<'r> {
    name: &'r str,
    arguments: &'r str,
}

/// An event of a stream.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum Event<'r> {
    Chunk {
        content: &'r str,
    },
    FunctionCallsDetected {
        #[serde(skip_serializing_if = "Option::is_none")]
        function_calls: Option<&'r [ToolCall<'r>]>,
    },
    Heartbeat,
    ContinuingConversation,
    FollowupChunk {
        content: &'r str,
    },
    ClientToolCalls {
        function_calls: &'r [ToolCall<'r>],
        backend_results: [(); 0],
        assistant_tool_calls: &'r [ToolCall<'r>],
    },
    Error {
        message: &'r str,
    },
    Done,
}

/// Tells a reply. Where the model calls a function that the caller does not offer, the server runs it, and the model goes
/// on with the second reply.
pub(super) fn tell(first: &ModelReply, second: &ModelReply, asked: &Asked<'_>, number: u64) -> Result<Told, Refused> {
    let calls: Vec<_> = (number..)
        .zip(&first.calls)
        .map(|(number, (name, arguments))| ToolCall {
            id: format!("call_{number}"),
            kind: "function",
            function: Function { name, arguments },
        })
        .collect();
    let is_offered = |call: &ToolCall<'_>| asked.client_tools.iter().any(|tool| tool == call.function.name);
    let runs_on_server = first.end == ReplyEnd::Done && !calls.iter().all(is_offered);
    if runs_on_server {
        let is_known =
            asked.is_streamed && !asked.is_recorded && second.calls.is_empty() && !calls.iter().any(is_offered);
        if !is_known {
            let what = "functions that the server runs, in threads, in chats that are no stream, and several times";
            return Err(response::unsupported(what));
        }
    }
    let response = if asked.is_streamed {
        Err(if runs_on_server { followed_up(first, second, &calls) } else { streamed(first, &calls) })
    } else {
        Ok(whole(first, &calls, asked.call)?)
    };
    let replies = if runs_on_server { 2 } else { 1 };
    Ok(Told { response, said: said(first, &calls), replies, calls: calls.len() as u64 })
}

type Stream = StreamReply<'static, StreamScript>;

fn begin() -> Stream {
    StreamReply::new(|script| script)
}

/// The pieces of a reply.
fn pieces<'r>(stream: Stream, reply: &'r ModelReply, event: fn(&'r str) -> Event<'r>) -> Stream {
    reply.pieces.iter().fold(stream, |stream, piece| {
        let stream = if reply.pause.is_zero() { stream } else { stream.wait(reply.pause) };
        stream.event("", &event(piece))
    })
}

/// The end of a reply.
fn end(stream: Stream, reply: &ModelReply) -> StreamScript {
    match &reply.end {
        ReplyEnd::Done => stream.event("", &Event::Done),
        ReplyEnd::Failed(message) => stream.event("", &Event::Error { message }),
        ReplyEnd::Missing => stream,
    }
    .end()
}

fn streamed(reply: &ModelReply, calls: &[ToolCall<'_>]) -> StreamScript {
    let mut stream = pieces(begin(), reply, |content| Event::Chunk { content });
    if reply.end == ReplyEnd::Done && !calls.is_empty() {
        let calls = Event::ClientToolCalls { function_calls: calls, backend_results: [], assistant_tool_calls: calls };
        stream = stream.event("", &Event::FunctionCallsDetected { function_calls: None }).event("", &calls);
    }
    end(stream, reply)
}

fn followed_up(first: &ModelReply, second: &ModelReply, calls: &[ToolCall<'_>]) -> StreamScript {
    let stream = pieces(begin(), first, |content| Event::Chunk { content })
        .event("", &Event::FunctionCallsDetected { function_calls: None })
        .event("", &Event::FunctionCallsDetected { function_calls: Some(calls) })
        .event("", &Event::Heartbeat)
        .event("", &Event::ContinuingConversation);
    end(pieces(stream, second, |content| Event::FollowupChunk { content }), second)
}

/// The response to a request that asks for no stream.
fn whole(reply: &ModelReply, calls: &[ToolCall<'_>], call: &Call<'_>) -> Result<Response<Bytes>, Refused> {
    match &reply.end {
        ReplyEnd::Failed(message) => return Ok(failed(message)),
        ReplyEnd::Missing => return Err(response::unanswered(call.authority, &call.target())),
        ReplyEnd::Done => {}
    }
    if !calls.is_empty() {
        let calls = Event::ClientToolCalls { function_calls: calls, backend_results: [], assistant_tool_calls: calls };
        return Ok(response::json(StatusCode::OK, &calls));
    }
    let text = reply.pieces.concat();
    let tokens = reply.pieces.len();
    let completion = json!({
        "id": "chatcmpl-1",
        "created": call.now.unix_millis().div_euclid(1000),
        "model": "m-1",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": tokens, "total_tokens": tokens + 1},
    });
    Ok(response::json(StatusCode::OK, &completion))
}

/// The response when the model has refused a request as wrong.
fn failed(message: &str) -> Response<Bytes> {
    let body = json!({
        "error": "AI chat completion failed",
        "message": message,
        "category": "INVALID_REQUEST",
        "possibleCauses": [
            "Invalid model name", "Malformed request parameters", "Missing required fields", "Invalid message format",
        ],
        "suggestedFixes": [
            "Check model name is correct for the provider", "Validate request parameters",
            "Ensure all required fields are present", "Check message format follows API specifications",
        ],
        "severity": "low",
        "isRetryable": false,
        "requestId": "unknown",
    });
    response::json(StatusCode::INTERNAL_SERVER_ERROR, &body)
}

/// The messages for the thread. A reply that fails is not kept.
fn said(reply: &ModelReply, calls: &[ToolCall<'_>]) -> Vec<Map<String, Value>> {
    let message = match &reply.end {
        ReplyEnd::Done if !calls.is_empty() => json!({ "role": "assistant", "content": "", "tool_calls": calls }),
        ReplyEnd::Done if !reply.pieces.is_empty() => json!({ "role": "assistant", "content": reply.pieces.concat() }),
        _ => return Vec::new(),
    };
    vec![response::fields(&message)]
}
