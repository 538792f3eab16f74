//! The caller of a request: the user of its credential, or the reason why there is none.

use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Response, StatusCode};
use qelos_spec::auth::{CredentialKind, Presented};
use qelos_spec::{Timestamp, UserId, WorkspaceId};

use super::digest::hash;
use super::jwt::{self, ClaimedWorkspace, Claims};
use super::response;
use super::service::Service;
use super::state::{LookedUp, State};

/// How long the server remembers the user of an API token, also when the user changes.
const API_TOKEN_CACHE: Duration = Duration::from_hours(1);

/// A caller whose credential was accepted.
pub(super) struct Identity {
    pub(super) kind: CredentialKind,
    pub(super) user: UserId,
    pub(super) proof: Proof,
}

impl Identity {
    /// Whether the caller is an administrator of the tenant, also while impersonating another user.
    pub(super) fn is_privileged(&self) -> bool {
        let is_admin = |roles: &[String]| roles.iter().any(|role| role == "admin");
        match &self.proof {
            Proof::Claims(claims) => is_admin(&claims.roles),
            Proof::ApiToken(looked_up) => is_admin(&looked_up.roles),
            Proof::Impersonation(_) => true,
        }
    }

    /// The workspace the credential is in.
    pub(super) fn workspace(&self) -> Option<WorkspaceId> {
        match &self.proof {
            Proof::Claims(claims) => claims.workspace.as_ref().map(|workspace| workspace.id),
            Proof::ApiToken(looked_up) => looked_up.workspace.as_ref().map(|workspace| workspace.id),
            Proof::Impersonation(workspace) => workspace.as_ref().map(|workspace| workspace.id),
        }
    }
}

/// Facts about the caller besides the record of the user.
pub(super) enum Proof {
    /// A session: `/api/me` repeats some of its claims, however old they are.
    Claims(Box<Claims>),
    /// An API token, perhaps locked to a workspace.
    ApiToken(LookedUp),
    /// An administrator that acts as this user, perhaps in a workspace.
    Impersonation(Option<ClaimedWorkspace>),
}

/// The reason why the caller is not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denied {
    /// No credential; an invalid cookie counts as none.
    Guest,
    Bearer,
    ApiToken,
    /// `authorization` without a scheme word, on which the server fails.
    NoScheme,
    /// An administrator names a user that does not exist, or a workspace that the user is not in.
    Impersonation,
}

impl Denied {
    pub(super) fn response(self) -> Response<Bytes> {
        let (status, text) = match self {
            Self::Bearer => (StatusCode::UNAUTHORIZED, "authorization token is not valid."),
            Self::ApiToken => (StatusCode::UNAUTHORIZED, "Invalid or expired API token"),
            Self::Impersonation => return failed_impersonation("Failed to impersonate user"),
            Self::Guest => return Service::Auth.refuse_guest(),
            Self::NoScheme => return response::page(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        };
        response::message(status, text)
    }
}

/// The response when an administrator cannot act as another user.
pub(super) fn failed_impersonation(text: &str) -> Response<Bytes> {
    let body = serde_json::json!({ "message": text, "error": "Unknown error" });
    response::json(StatusCode::INTERNAL_SERVER_ERROR, &body)
}

/// Identifies the caller, or the user that the caller impersonates.
pub(super) fn identify(state: &mut State, headers: &HeaderMap, now: Timestamp) -> Result<Identity, Denied> {
    let identity = authenticate(state, headers, now)?;
    impersonate(state, headers, identity)
}

/// Identifies the caller. Only the first credential that is present counts.
pub(super) fn authenticate(state: &mut State, headers: &HeaderMap, now: Timestamp) -> Result<Identity, Denied> {
    Ok(match Presented::on(headers) {
        Some(Presented::ApiKey(token)) => by_api_token(state, token, now).ok_or(Denied::ApiToken)?,
        Some(Presented::Cookie(token)) => {
            // Both are signed with the same secret, but an access token is not a cookie.
            let claims =
                verify(state, token, now).filter(|claims| claims.token_identifier.is_some()).ok_or(Denied::Guest)?;
            by_claims(CredentialKind::Cookie, claims)
        }
        Some(Presented::Bearer(token)) => {
            by_claims(CredentialKind::OAuth, verify(state, token, now).ok_or(Denied::Bearer)?)
        }
        None if headers.get(AUTHORIZATION).is_some_and(|value| !value.is_empty()) => return Err(Denied::NoScheme),
        None => return Err(Denied::Guest),
    })
}

/// The claims of a cookie or an access token. Their session is not looked up: both stay valid after a sign-out, and
/// after their user was deleted.
pub(super) fn verify(state: &State, token: &str, now: Timestamp) -> Option<Claims> {
    jwt::verify(token, state.session_secret(jwt::claimed_user(token)?), now)
}

fn by_claims(kind: CredentialKind, claims: Claims) -> Identity {
    Identity { kind, user: claims.sub, proof: Proof::Claims(Box::new(claims)) }
}

/// The use is counted before the user and the workspace are looked up, so a token that is refused for one of them was used
/// as well.
fn by_api_token(state: &mut State, token: &str, now: Timestamp) -> Option<Identity> {
    let hash = hash(token);
    let at = state.api_tokens.iter().position(|record| record.hash == hash && now < record.expires_at)?;
    let record = &mut state.api_tokens[at];
    record.last_used_at = Some(now);
    record.usage_count += 1;
    let user = record.user;
    let remembered = record.looked_up.clone().filter(|looked_up| now.since(looked_up.at) < API_TOKEN_CACHE);
    let looked_up = match remembered {
        Some(looked_up) => looked_up,
        None => look_up(state, at, now)?,
    };
    state.api_tokens[at].looked_up = Some(looked_up.clone());
    Some(Identity { kind: CredentialKind::ApiToken, user, proof: Proof::ApiToken(looked_up) })
}

/// The user and the workspace of a token. A token that is locked to a workspace whose member the user is not can be
/// created, and never works.
fn look_up(state: &State, at: usize, now: Timestamp) -> Option<LookedUp> {
    let record = &state.api_tokens[at];
    let roles = state.active_user(record.user)?.roles.clone();
    let workspace = match record.workspace {
        Some(id) => Some(state.membership(record.user, id)?),
        None => None,
    };
    Some(LookedUp { at: now, roles, workspace })
}

/// Administrators may impersonate another user; the header of other callers is ignored.
fn impersonate(state: &State, headers: &HeaderMap, identity: Identity) -> Result<Identity, Denied> {
    let Some(wanted) = headers.get("x-impersonate-user").filter(|wanted| !wanted.is_empty()) else {
        return Ok(identity);
    };
    if !identity.is_privileged() {
        return Ok(identity);
    }
    let user: UserId = wanted.to_str().ok().and_then(|id| id.parse().ok()).ok_or(Denied::Impersonation)?;
    state.active_user(user).ok_or(Denied::Impersonation)?;
    let workspace = headers.get("x-impersonate-workspace").filter(|wanted| !wanted.is_empty());
    let workspace = workspace.map(|wanted| {
        let id = wanted.to_str().ok().and_then(|id| id.parse().ok()).ok_or(Denied::Impersonation)?;
        state.membership(user, id).ok_or(Denied::Impersonation)
    });
    Ok(Identity { kind: identity.kind, user, proof: Proof::Impersonation(workspace.transpose()?) })
}
