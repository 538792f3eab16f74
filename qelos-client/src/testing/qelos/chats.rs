//! `/api/ai/{integration}/chat-completion`: chats with a language model whose replies a test has written. The threads are
//! in `threads`, the forms of replies in `replies`.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use qelos_spec::Timestamp;
use qelos_spec::wire::User;
use serde_json::{Map, Value};

use self::found::{Outcome, forbidden, position};
use self::replies::{Asked, Told};
use super::call::Call;
use super::mount::Caller;
use super::response::{self, Refused};
use super::service::Service;
use super::state::{State, ThreadRecord};
use crate::testing::script::StreamScript;

mod found;
mod replies;
mod threads;

type Handler = fn(&mut State, &Caller, &Call<'_>) -> Response<Bytes>;

/// The routes.
pub(super) fn route(method: &str, call: &Call<'_>) -> Option<Handler> {
    Some(match (method, &call.segments[2..]) {
        ("POST", ["threads"]) => |state, caller, call| response::either(threads::create(state, caller, call)),
        ("GET", ["threads"]) => |state, caller, call| response::either(threads::list(state, caller, call)),
        ("GET", ["threads", _]) => |state, caller, call| response::either(threads::get(state, caller, call)),
        ("DELETE", ["threads", _]) => |state, caller, call| response::either(threads::delete(state, caller, call)),
        ("POST", [_, "chat-completion"] | [_, "chat-completion", _]) => {
            |state, caller, call| response::either(chat(state, caller, call))
        }
        _ => return None,
    })
}

/// `POST`: the response is a stream where the client asks for one.
fn chat(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let user = caller.user().ok_or_else(|| Box::new(Service::Ai.refuse_guest()))?;
    let at = position(&state.chats, &call.name(2)).ok_or_else(unknown_integration)?;
    let thread = if state.chats[at].records_threads { Some(thread(state, user, call)?) } else { None };
    if !state.chats[at].is_for(&user.roles) {
        return Err(forbidden());
    }
    let asked = Asked {
        client_tools: offered(&call.body),
        is_recorded: thread.is_some(),
        is_streamed: is_streamed(call),
        call,
    };
    let (first, second) = state.chats[at].next_reply().ok_or_else(unknown_integration)?;
    let told = replies::tell(first, second, &asked, state.chats[at].next_call())?;
    if let Some(thread) = thread {
        record(&mut state.threads[thread], &call.body, &told, call.now);
    }
    state.chats[at].count(told.replies, told.calls);
    match told.response {
        Ok(response) => Ok(response),
        Err(events) => Ok(stream(events)),
    }
}

fn unknown_integration() -> Refused {
    Box::new(response::message(StatusCode::BAD_REQUEST, "Could not get integration to integrate"))
}

/// The thread that the path names, of the user and the active workspace, also for administrators.
fn thread(state: &State, user: &User, call: &Call<'_>) -> Result<usize, Refused> {
    let named = call.segments.get(4).map(|_| call.name(4));
    let missing = || Box::new(response::message(StatusCode::BAD_REQUEST, "thread id is required"));
    let named: qelos_spec::ThreadId = named.ok_or_else(missing)?.parse().map_err(|_| unknown_integration())?;
    let workspace = user.workspace.as_ref().map(|workspace| workspace.id);
    let is_it = |thread: &ThreadRecord| {
        thread.id == named && thread.user == user.id && (workspace.is_none() || thread.workspace == workspace)
    };
    let unknown = || Box::new(response::message(StatusCode::NOT_FOUND, "thread not found"));
    state.threads.iter().position(is_it).ok_or_else(unknown)
}

fn is_streamed(call: &Call<'_>) -> bool {
    let accepted = call.headers.get(http::header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/event-stream"))
        || call.query("stream").as_deref() == Some("true")
}

/// The functions of the caller that the model may call.
fn offered(body: &Map<String, Value>) -> Vec<String> {
    let tools = body.get("clientTools").and_then(Value::as_array).into_iter().flatten();
    let text = |tool: &Value, name: &str| tool.get(name).and_then(Value::as_str).map(str::to_owned);
    tools.filter_map(|tool| text(tool, "description").and(text(tool, "name"))).collect()
}

/// Keeps the new messages of the user and what the model has said.
fn record(thread: &mut ThreadRecord, body: &Map<String, Value>, told: &Told, now: Timestamp) {
    let messages = body.get("messages").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
    let is_first = thread.messages.is_empty();
    let last = thread.messages.last().and_then(time_of);
    let of = |message: &Map<String, Value>, role: &str| message.get("role").is_some_and(|own| own == role);
    let is_new = |message: &&Map<String, Value>| match time_of(message) {
        _ if is_first => of(message, "user"),
        _ if of(message, "tool") || (of(message, "assistant") && message.contains_key("tool_calls")) => true,
        time => of(message, "user") && time.is_none_or(|time| last.is_none_or(|last| time > last)),
    };
    let mut new: Vec<_> = messages.filter(is_new).cloned().collect();
    new.extend(told.said.clone());
    for mut message in new {
        if is_first || !message.contains_key("timestamp") {
            message.insert("timestamp".to_owned(), now.to_string().into());
        }
        thread.messages.push(message);
    }
    let title = || {
        let text = thread.messages.first()?.get("content")?.as_str()?;
        Some(text.chars().take(40).collect())
    };
    thread.title = thread.title.take().or_else(title);
    thread.updated = now;
}

fn time_of(message: &Map<String, Value>) -> Option<Timestamp> {
    message.get("timestamp")?.as_str()?.parse().ok()
}

/// The response of a stream that has begun.
fn stream(script: StreamScript) -> Response<Bytes> {
    let mut response = script.announced();
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache"),
        ("connection", "keep-alive"),
        ("access-control-allow-origin", "*"),
        ("access-control-allow-headers", "Cache-Control"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
