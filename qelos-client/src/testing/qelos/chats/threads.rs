//! `/api/ai/threads`: begin, list, read and delete the chats that are kept.

use http::StatusCode;
use qelos_spec::{ThreadId, UserId, WorkspaceId};
use serde_json::{Value, json};

use super::super::call::Call;
use super::super::entities::bypasses_admin;
use super::super::mount::Caller;
use super::super::response::{self, Refused};
use super::super::service::Service;
use super::super::state::{State, ThreadRecord};
use super::found::{Outcome, forbidden, position};

fn refused(status: StatusCode, error: &str) -> Refused {
    Box::new(response::json(status, &json!({ "error": error })))
}

/// The user and the active workspace.
fn signed_in(caller: &Caller) -> Result<(UserId, Option<WorkspaceId>), Refused> {
    let user = caller.user().ok_or_else(|| Box::new(Service::Ai.refuse_guest()))?;
    Ok((user.id, caller.workspace().map(|workspace| workspace.id)))
}

/// Whether the caller sees the threads of all users.
fn sees_all(caller: &Caller, call: &Call<'_>) -> bool {
    caller.has_role("admin") && !bypasses_admin(call)
}

/// Whether the database takes the text for an id: also 12 characters of any kind.
fn is_id(text: &str) -> bool {
    text.len() == 12 || (text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// `POST /`: the title that was sent is ignored.
pub(super) fn create(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let (user, workspace) = signed_in(caller)?;
    let named = call.body.get("integration").and_then(Value::as_str).filter(|id| is_id(id));
    let named = named.ok_or_else(|| refused(StatusCode::BAD_REQUEST, "Valid integration ID is required"))?;
    let failed = || refused(StatusCode::INTERNAL_SERVER_ERROR, "Failed to create thread");
    let at = position(&state.chats, named).ok_or_else(failed)?;
    if !state.chats[at].is_for(&caller.user().map(|user| user.roles.clone()).unwrap_or_default()) {
        return Err(forbidden());
    }
    let id = state.next_id(call.now).parse().map_err(|_| failed())?;
    let thread = ThreadRecord::new(id, state.chats[at].id, user, workspace, call.now);
    let response = response::json(StatusCode::CREATED, &thread);
    state.threads.push(thread);
    Ok(response)
}

/// `GET /`: without the messages. There are no pages.
pub(super) fn list(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let (user, workspace) = signed_in(caller)?;
    let failed = || refused(StatusCode::INTERNAL_SERVER_ERROR, "Failed to fetch threads");
    let given = |name: &str| call.query(name).filter(|text| !text.is_empty());
    let wanted_id = |name: &str| given(name).map(|id| if is_id(&id) { Ok(id) } else { Err(failed()) }).transpose();
    let integration = wanted_id("integration")?;
    let (owner, place) = if sees_all(caller, call) {
        (wanted_id("user")?.map(Into::into), wanted_id("workspace")?.map(Into::into))
    } else {
        (Some(user.to_string()), workspace.map(|workspace| workspace.to_string()))
    };
    let mut found: Vec<_> = state
        .threads
        .iter()
        .filter(|thread| integration.as_ref().is_none_or(|wanted| thread.integration.as_str() == wanted))
        .filter(|thread| owner.as_ref().is_none_or(|owner| thread.user.as_str() == owner))
        .filter(|thread| place.as_ref().is_none_or(|place| thread.workspace.is_some_and(|own| own.as_str() == place)))
        .collect();
    match given("sort").as_deref().unwrap_or("-updated") {
        "created" => found.sort_by_key(|thread| thread.created),
        "-created" => found.sort_by_key(|thread| std::cmp::Reverse(thread.created)),
        "updated" => found.sort_by_key(|thread| thread.updated),
        "-updated" => found.sort_by_key(|thread| std::cmp::Reverse(thread.updated)),
        other => return Err(response::unsupported(&format!("the order `{other}` of threads"))),
    }
    let shown = found.into_iter().map(|thread| {
        let mut shown = response::fields(thread);
        shown.remove("messages");
        shown
    });
    Ok(response::json(StatusCode::OK, &shown.collect::<Vec<_>>()))
}

/// `GET /{thread}`.
pub(super) fn get(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let at = find(state, caller, call)?;
    Ok(response::json(StatusCode::OK, &state.threads[at]))
}

/// `DELETE /{thread}`.
pub(super) fn delete(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let at = find(state, caller, call)?;
    state.threads.remove(at);
    Ok(response::message(StatusCode::OK, "Thread deleted successfully"))
}

/// The thread that the path names. Users have those of their own, in the active workspace.
fn find(state: &State, caller: &Caller, call: &Call<'_>) -> Result<usize, Refused> {
    let (user, workspace) = signed_in(caller)?;
    let named = call.name(3);
    if !is_id(&named) {
        return Err(refused(StatusCode::BAD_REQUEST, "Valid thread ID is required"));
    }
    let is_own = |thread: &ThreadRecord| thread.user == user && (workspace.is_none() || thread.workspace == workspace);
    let named: Option<ThreadId> = named.parse().ok();
    let is_it = |thread: &ThreadRecord| Some(thread.id) == named && (sees_all(caller, call) || is_own(thread));
    let unknown = || refused(StatusCode::NOT_FOUND, "Thread not found");
    state.threads.iter().position(is_it).ok_or_else(unknown)
}
