//! `/api/me/api-tokens`: creating, listing and revoking API tokens.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::auth::CredentialKind;
use qelos_spec::{ApiTokenId, Timestamp, UserId, WorkspaceId};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::call::{Call, is_falsy};
use super::caller::Identity;
use super::digest::hash;
use super::mount::Caller;
use super::state::{ApiTokenRecord, State, TENANT};
use super::{date, response};

/// The limit for the tokens of a user. Expired tokens that were not swept yet count as well.
const MOST_TOKENS: usize = 10;

/// How long an expired token stays in the lists, until the database sweeps it.
const SWEPT_AFTER: Duration = Duration::from_mins(1);

/// A token as the lists show it, its fields in the order of the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'s> {
    #[serde(rename = "_id")]
    id: ApiTokenId,
    workspace: Option<Value>,
    nickname: &'s str,
    token_prefix: &'s str,
    expires_at: Timestamp,
    last_used_at: Option<Timestamp>,
    usage_count: u64,
    created: Timestamp,
}

/// A token as the response to its creation shows it: the record as the database holds it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stored<'s> {
    tenant: &'static str,
    user: UserId,
    workspace: Option<WorkspaceId>,
    nickname: &'s str,
    /// The SHA-256 of the token, not the token itself.
    token: &'s str,
    token_prefix: &'s str,
    expires_at: Timestamp,
    last_used_at: Option<Timestamp>,
    usage_count: u64,
    #[serde(rename = "_id")]
    id: ApiTokenId,
    created: Timestamp,
    #[serde(rename = "__v")]
    version: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'s> {
    token: &'s str,
    api_token: Stored<'s>,
}

type Handler = fn(&mut State, &Identity, &Call<'_>) -> Response<Bytes>;

/// The routes.
pub(super) fn route(method: &str, call: &Call<'_>) -> Option<Handler> {
    let handler: Handler = match (method, &call.segments[3..]) {
        ("GET", []) => |state, identity, _| refuse(state, identity).unwrap_or_else(|| list(state, identity.user)),
        ("POST", []) => |state, identity, call| {
            refuse(state, identity).unwrap_or_else(|| create(state, identity.user, &call.body, call.now))
        },
        ("DELETE", [_]) => |state, identity, call| {
            let id = call.segments.last().copied().unwrap_or_default();
            refuse(state, identity).unwrap_or_else(|| delete(state, identity.user, id))
        },
        _ => return None,
    };
    Some(handler)
}

/// The refusal of a caller that may not manage tokens at all.
fn refuse(state: &State, identity: &Identity) -> Option<Response<Bytes>> {
    let reason = if identity.kind == CredentialKind::ApiToken {
        "API token management is not allowed via token authentication"
    } else if !may_manage(state, identity) {
        "You do not have permission to manage API tokens"
    } else {
        return None;
    };
    Some(response::message(StatusCode::FORBIDDEN, reason))
}

fn may_manage(state: &State, identity: &Identity) -> bool {
    let caller = Caller::new(state, identity);
    let roles = caller.user().map(|user| user.roles.as_slice()).unwrap_or_default();
    let workspace_roles = caller.workspace().map(|workspace| workspace.roles.as_slice()).unwrap_or_default();
    state.configurations.permits_api_tokens(roles, workspace_roles)
}

/// Responds to `GET /api/me/api-tokens`: newest first.
fn list(state: &State, user: UserId) -> Response<Bytes> {
    let own = state.api_tokens.iter().rev().filter(|token| token.user == user);
    let listed: Vec<_> = own
        .map(|token| Listed {
            id: token.id,
            // A workspace that does not exist reads as no workspace.
            workspace: token.workspace.and_then(|id| {
                let workspace = state.workspaces.iter().find(|workspace| workspace.id == id)?;
                Some(json!({ "_id": id, "name": workspace.name }))
            }),
            nickname: &token.nickname,
            token_prefix: &token.prefix,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
            usage_count: token.usage_count,
            created: token.created,
        })
        .collect();
    response::json(StatusCode::OK, &listed)
}

/// Responds to `POST /api/me/api-tokens`: the only response that holds the token itself.
fn create(state: &mut State, user: UserId, body: &Map<String, Value>, now: Timestamp) -> Response<Bytes> {
    match try_create(state, user, body, now) {
        Ok((token, record)) => {
            let api_token = Stored {
                tenant: TENANT,
                user,
                workspace: record.workspace,
                nickname: &record.nickname,
                token: &record.hash,
                token_prefix: &record.prefix,
                expires_at: record.expires_at,
                last_used_at: record.last_used_at,
                usage_count: record.usage_count,
                id: record.id,
                created: record.created,
                version: 0,
            };
            response::json(StatusCode::CREATED, &Created { token: &token, api_token })
        }
        Err((status, reason)) => response::message(status, reason),
    }
}

type Refused = (StatusCode, &'static str);

fn try_create<'s>(
    state: &'s mut State,
    user: UserId,
    body: &Map<String, Value>,
    now: Timestamp,
) -> Result<(String, &'s ApiTokenRecord), Refused> {
    const BAD: StatusCode = StatusCode::BAD_REQUEST;
    const BROKEN: Refused = (StatusCode::INTERNAL_SERVER_ERROR, "Failed to create API token");
    let given = |name| body.get(name).filter(|value| !is_falsy(value));
    let (Some(nickname), Some(expires_at)) = (given("nickname"), given("expiresAt")) else {
        return Err((BAD, "nickname and expiresAt are required"));
    };
    let expires_at = date::read(expires_at).filter(|&expiry| expiry > now);
    let expires_at = expires_at.ok_or((BAD, "expiresAt must be a valid future date"))?;
    if state.api_tokens.iter().filter(|token| token.user == user).count() >= MOST_TOKENS {
        return Err((BAD, "Maximum 10 active tokens allowed per user"));
    }
    // The server does not check the workspace, except that its id has to have the form of one.
    let workspace =
        given("workspace").map(|id| id.as_str().and_then(|id| id.parse().ok()).ok_or(BROKEN)).transpose()?;
    let nickname = match nickname {
        Value::String(nickname) => nickname.clone(),
        Value::Array(_) | Value::Object(_) => return Err(BROKEN),
        _ => nickname.to_string(),
    };
    let token = format!("ql_{}", hash(&format!("API token {}", state.next())));
    let id = state.next_id(now).parse().map_err(|_| BROKEN)?;
    state.api_tokens.push(ApiTokenRecord {
        id,
        user,
        workspace,
        nickname,
        hash: hash(&token),
        prefix: token[..8].to_owned(),
        expires_at,
        looked_up: None,
        last_used_at: None,
        usage_count: 0,
        created: now,
    });
    state.api_tokens.last().map(|record| (token, record)).ok_or(BROKEN)
}

/// Responds to `DELETE /api/me/api-tokens/{id}`.
fn delete(state: &mut State, user: UserId, id: &str) -> Response<Bytes> {
    let Ok(id) = id.parse::<ApiTokenId>() else {
        return response::message(StatusCode::INTERNAL_SERVER_ERROR, "Failed to delete API token");
    };
    // The token of another user counts as unknown.
    match state.api_tokens.iter().position(|token| token.id == id && token.user == user) {
        Some(at) => {
            state.api_tokens.remove(at);
            response::message(StatusCode::OK, "Token revoked")
        }
        None => response::message(StatusCode::NOT_FOUND, "Token not found"),
    }
}

/// Removes the tokens that expired long enough ago.
pub(super) fn sweep(state: &mut State, now: Timestamp) {
    state.api_tokens.retain(|token| now.since(token.expires_at) <= SWEPT_AFTER);
}
