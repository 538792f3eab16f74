//! `/api/users/{id}/encrypted` and `/api/workspaces/{id}/encrypted`: data under a key, for administrators of the tenant.
//! The embedded server does not encrypt them.

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::{UserId, WorkspaceId};
use serde_json::json;

use super::call::Call;
use super::caller::Identity;
use super::response;
use super::service::Service;
use super::state::State;

/// Responds to `GET /api/users/{id}/encrypted`: `null` also for a user that does not exist.
pub(super) fn of_user(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    if !identity.is_privileged() {
        return Service::Auth.refuse_unprivileged();
    }
    if is_user(state, call) { stored(state, call) } else { response::json(StatusCode::OK, &()) }
}

/// Responds to `POST /api/users/{id}/encrypted`.
pub(super) fn set_of_user(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    if !identity.is_privileged() {
        return Service::Auth.refuse_unprivileged();
    }
    if is_user(state, call) { store(state, call) } else { not_stored() }
}

/// Responds to `GET /api/workspaces/{id}/encrypted`.
pub(super) fn of_workspace(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    if !identity.is_privileged() {
        return Service::Auth.refuse_unprivileged();
    }
    if is_workspace(state, call) {
        stored(state, call)
    } else {
        response::message(StatusCode::NOT_FOUND, "workspace does not exist")
    }
}

/// Responds to `POST /api/workspaces/{id}/encrypted`. The message of a failure names a user here too.
pub(super) fn set_of_workspace(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    if !identity.is_privileged() {
        return Service::Auth.refuse_unprivileged();
    }
    if is_workspace(state, call) { store(state, call) } else { not_stored() }
}

fn is_user(state: &State, call: &Call<'_>) -> bool {
    call.segments[2].parse::<UserId>().is_ok_and(|id| state.active_user(id).is_some())
}

fn is_workspace(state: &State, call: &Call<'_>) -> bool {
    let id = call.segments[2].parse::<WorkspaceId>();
    id.is_ok_and(|id| state.workspaces.iter().any(|workspace| workspace.id == id))
}

/// The owner of the data and their name, which may be empty.
fn key(call: &Call<'_>) -> (String, String) {
    let name = call.headers.get("x-encrypted-id").map(|name| String::from_utf8_lossy(name.as_bytes()).into_owned());
    (call.segments[2].to_owned(), name.unwrap_or_default())
}

fn stored(state: &State, call: &Call<'_>) -> Response<Bytes> {
    match state.encrypted.get(&key(call)) {
        Some(data) => response::without_etag(response::json(StatusCode::OK, data)),
        None => response::json(StatusCode::OK, &()),
    }
}

fn store(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    state.encrypted.insert(key(call), call.body.clone());
    response::without_etag(response::json(StatusCode::OK, &json!({})))
}

fn not_stored() -> Response<Bytes> {
    response::message(StatusCode::BAD_REQUEST, "failed to set encrypted data for user")
}
