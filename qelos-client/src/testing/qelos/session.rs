//! Sessions: signing in, refreshing tokens, rotating cookies, signing out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Response, StatusCode};
use qelos_spec::auth::{CredentialKind, Presented};
use qelos_spec::{ExposeSecret as _, Timestamp, UserId, WorkspaceId};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::call::{self, Call};
use super::caller::{Identity, verify};
use super::jwt::{self, ClaimedWorkspace, Claims, RefreshClaims, Secret, unix_seconds, whole_seconds};
use super::state::{SessionKind, SessionRecord, State, TENANT, UserRecord};
use super::{response, sign_outs};

/// The response to a sign-in; the tokens only when they were asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignedIn {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    user: Profile,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<ClaimedWorkspace>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    username: String,
    email: String,
    first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    name: String,
    roles: Vec<String>,
}

#[derive(Serialize)]
struct Payload<T> {
    payload: T,
}

/// Responds to `POST /api/signin`.
pub(super) fn sign_in(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    let id = match check_password(state, &call.body) {
        Ok(id) => id,
        Err(errors) => return response::json(StatusCode::UNAUTHORIZED, &json!({ "errors": errors })),
    };
    if state.settings.spurious_sign_in_refusals > 0 {
        state.settings.spurious_sign_in_refusals -= 1;
        return refuse_sign_in(state.version(id));
    }
    let workspace = choose_workspace(state, id, call.body.get("workspace"));
    let Some(user) = state.active_user(id).map(profile) else { return response::empty(StatusCode::UNAUTHORIZED) };
    let mut payload = SignedIn { token: None, refresh_token: None, user, workspace: workspace.clone() };
    if call.text("authType") == Some("oauth") {
        let tokens = begin_oauth(state, id, workspace, call.now);
        (payload.token, payload.refresh_token) = tokens.unzip();
        return response::json(StatusCode::OK, &Payload { payload });
    }
    let claims = state.claims(id, workspace, call.now, state.settings.cookie_lifetime);
    let cookie = claims.map(|claims| begin_cookie(state, claims, call.now));
    let mut response = response::json(StatusCode::OK, &Payload { payload });
    if let Some(cookie) = cookie {
        set_cookie(state, &mut response, &cookie, call);
    }
    response
}

/// The error of the database for a record that was changed meanwhile, which the server passes on.
pub(super) fn refuse_sign_in(version: u64) -> Response<Bytes> {
    let error = json!({ "version": version, "modifiedPaths": ["lastLogin", "tokens"] });
    response::json(StatusCode::UNAUTHORIZED, &json!({ "errors": { "general": error } }))
}

fn profile(user: &UserRecord) -> Profile {
    Profile {
        username: user.username.clone(),
        email: user.email.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        name: user.name(),
        roles: user.roles.clone(),
    }
}

/// The user with this name and password, or the `errors` of the response.
pub(super) fn check_password(state: &State, body: &Map<String, Value>) -> Result<UserId, Value> {
    let text = |name| body.get(name).and_then(Value::as_str).filter(|text: &&str| !text.is_empty());
    let password = text("password").filter(|password| !password.trim().is_empty());
    let password = password.ok_or_else(|| json!({ "password": { "code": "EMPTY_PASSWORD" } }))?;
    let username = text("username").ok_or_else(|| json!({ "password": "password is incorrect" }))?.trim();
    // A blank username is not a missing one: then the e-mail address is tried.
    let username = if username.is_empty() { text("email").unwrap_or_default().trim() } else { username };
    // No user has one of no roles.
    let wanted_roles = body.get("roles").and_then(Value::as_array);
    let user = state.users.iter().find(|(_, user)| {
        !user.deleted
            && user.username == username
            && user.password.expose_secret() == password.trim()
            && wanted_roles.is_none_or(|wanted| wanted.iter().any(|role| user.roles.iter().any(|has| role == has)))
    });
    user.map(|(&id, _)| id).ok_or_else(|| json!({ "general": { "message": "Invalid username or password" } }))
}

/// The workspace of a new session: the one asked for, or else the one of the last session, or the first if that was in
/// none. A workspace that does not exist, or of which the user is not a member, is replaced by none.
fn choose_workspace(state: &State, user: UserId, wanted: Option<&Value>) -> Option<ClaimedWorkspace> {
    let wanted = wanted.filter(|wanted| !wanted.is_null() && *wanted != "");
    if let Some(wanted) = wanted {
        return state.membership(user, wanted.as_str()?.parse().ok()?);
    }
    match state.users.get(&user)?.last_workspace {
        Some(last) => state.membership(user, last),
        None => state.workspaces.iter().find_map(|workspace| state.membership(user, workspace.id)),
    }
}

/// Begins a session with tokens: an access token and its refresh token.
pub(super) fn begin_oauth(
    state: &mut State,
    user: UserId,
    workspace: Option<ClaimedWorkspace>,
    now: Timestamp,
) -> Option<(String, String)> {
    let in_refresh = workspace.as_ref().map(|workspace| workspace.id);
    let claims = state.claims(user, workspace, now, state.settings.access_token_lifetime)?;
    Some(issue_tokens(state, &claims, in_refresh, now))
}

/// Issues an access token and its refresh token, which may disagree about the workspace.
pub(super) fn issue_tokens(
    state: &mut State,
    claims: &Claims,
    in_refresh: Option<WorkspaceId>,
    now: Timestamp,
) -> (String, String) {
    let access = jwt::sign(claims, state.session_secret(claims.sub));
    let token_identifier = next_identifier(state, now);
    let (iat, lifetime) = (unix_seconds(now), state.settings.refresh_token_lifetime);
    let refresh = RefreshClaims {
        sub: claims.sub,
        tenant: TENANT.to_owned(),
        workspace: in_refresh,
        token_identifier: token_identifier.clone(),
        iat,
        exp: iat.saturating_add(whole_seconds(lifetime)),
    };
    let kind = SessionKind::Refresh { access: access.clone() };
    let session = SessionRecord { user: claims.sub, since: now, expires_at: now.saturating_add(lifetime), kind };
    remember(state, claims, token_identifier, session);
    state.count_up_version(claims.sub);
    (access, jwt::sign(&refresh, Secret::Refresh))
}

/// Begins a session with a cookie that has these claims; returns its value.
pub(super) fn begin_cookie(state: &mut State, claims: Claims, now: Timestamp) -> String {
    state.count_up_version(claims.sub);
    issue_cookie(state, claims, now)
}

/// Issues a cookie that has these claims; returns its value. When it replaces another cookie, the server writes the
/// record without comparing or changing its version.
pub(super) fn issue_cookie(state: &mut State, mut claims: Claims, now: Timestamp) -> String {
    let token_identifier = next_identifier(state, now);
    claims.token_identifier = Some(token_identifier.clone());
    let session = with_cookie(state, claims.sub, now);
    remember(state, &claims, token_identifier, session);
    jwt::sign(&claims, state.session_secret(claims.sub))
}

/// Begins a session on another device: its cookie is not known here.
pub(super) fn begin_elsewhere(state: &mut State, user: UserId, now: Timestamp) {
    let token_identifier = next_identifier(state, now);
    let session = with_cookie(state, user, now);
    state.sessions.insert(token_identifier, session);
}

fn with_cookie(state: &State, user: UserId, now: Timestamp) -> SessionRecord {
    let expires_at = now.saturating_add(state.settings.cookie_lifetime);
    SessionRecord { user, since: now, expires_at, kind: SessionKind::Cookie }
}

/// Keeps the session. The next one that asks for no workspace is in the workspace of this one.
fn remember(state: &mut State, claims: &Claims, token_identifier: String, session: SessionRecord) {
    let since = session.since;
    state.sessions.insert(token_identifier, session);
    if let Some(user) = state.users.get_mut(&claims.sub) {
        user.last_login = Some(since);
        user.last_workspace = claims.workspace.as_ref().map(|workspace| workspace.id);
    }
}

/// Sets the cookie of a session.
pub(super) fn set_cookie(state: &State, response: &mut Response<Bytes>, cookie: &str, call: &Call<'_>) {
    let max_age = whole_seconds(state.settings.cookie_lifetime);
    response::set_cookie(response, cookie, max_age, call.host(), call.now);
}

/// `<ms>:<base64>`: the server encodes a random number as text.
fn next_identifier(state: &mut State, now: Timestamp) -> String {
    let number = format!("0.{:016}", state.next());
    format!("{}:{}", now.unix_millis(), STANDARD.encode(number))
}

/// Responds to `POST /api/token/refresh`. The token is good for one refresh, and every failure is a 401 without a body.
pub(super) fn refresh(state: &mut State, headers: &HeaderMap, now: Timestamp) -> Response<Bytes> {
    renew(state, headers, now).unwrap_or_else(|| response::empty(StatusCode::UNAUTHORIZED))
}

/// The refresh token of a request, if it is good.
pub(super) fn read_refresh_token(state: &State, headers: &HeaderMap, now: Timestamp) -> Option<RefreshClaims> {
    // This route reads no other credential.
    let (_scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let claims: RefreshClaims = jwt::verify(token, Secret::Refresh, now)?;
    state.active_user(claims.sub)?;
    state.sessions.contains_key(&claims.token_identifier).then_some(claims)
}

fn renew(state: &mut State, headers: &HeaderMap, now: Timestamp) -> Option<Response<Bytes>> {
    let claims = read_refresh_token(state, headers, now)?;
    if state.settings.spurious_refresh_refusals > 0 {
        state.settings.spurious_refresh_refusals -= 1;
        return None;
    }
    state.sessions.remove(&claims.token_identifier);
    // The workspace is lost in two steps: this access token has only its id, and the next refresh token does not have
    // it.
    let in_access = claims.workspace.map(|id| ClaimedWorkspace { id, name: String::new(), roles: None, labels: None });
    let access = state.claims(claims.sub, in_access, now, state.settings.access_token_lifetime)?;
    let (token, refresh_token) = issue_tokens(state, &access, None, now);
    let user = state.active_user(claims.sub)?;
    let user = json!({ "email": user.email, "roles": user.roles });
    Some(response::json(
        StatusCode::OK,
        &json!({ "payload": { "user": user, "token": token, "refreshToken": refresh_token } }),
    ))
}

/// A new cookie in place of an aged one; `None` while it is fresh, and when its session has a newer cookie or has
/// ended. So of many requests with the same cookie, exactly one gets the next.
fn rotate(state: &mut State, headers: &HeaderMap, now: Timestamp) -> Option<String> {
    let Some(Presented::Cookie(token)) = Presented::on(headers) else { return None };
    let claims = verify(state, token, now)?;
    let session = state.sessions.get(claims.token_identifier.as_ref()?)?;
    if now.since(session.since) < state.settings.cookie_rotation_after {
        return None;
    }
    replace_cookie(state, claims, now)
}

/// The next cookie of a session, which stays in its workspace; `None` when the session has a newer cookie or has ended.
pub(super) fn replace_cookie(state: &mut State, old: Claims, now: Timestamp) -> Option<String> {
    let next = state.claims(old.sub, old.workspace, now, state.settings.cookie_lifetime)?;
    state.sessions.remove(&old.token_identifier?)?;
    Some(issue_cookie(state, next, now))
}

/// Sets the next cookie on any response, if the current one is old enough.
pub(super) fn rotate_cookie(
    state: &mut State,
    request: &Request<Bytes>,
    now: Timestamp,
    response: &mut Response<Bytes>,
) {
    // A response that sets the cookie itself, by signing in or out, keeps it.
    if response.headers().contains_key(http::header::SET_COOKIE) {
        return;
    }
    if let Some(cookie) = rotate(state, request.headers(), now) {
        let host = call::host(call::authority(request));
        let max_age = whole_seconds(state.settings.cookie_lifetime);
        response::set_cookie(response, &cookie, max_age, host, now);
    }
}

/// Responds to `POST /api/logout`: removes the record of the session. The tokens themselves stay valid.
pub(super) fn sign_out(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    let mut response = response::empty(StatusCode::OK);
    let ended: Vec<String> = match (identity.kind, Presented::on(call.headers)) {
        (CredentialKind::Cookie, Some(Presented::Cookie(token))) => {
            response::set_cookie(&mut response, "", -1, call.host(), call.now);
            let named = verify(state, token, call.now).and_then(|claims| claims.token_identifier);
            named.filter(|named| state.sessions.contains_key(named)).into_iter().collect()
        }
        (CredentialKind::OAuth, Some(Presented::Bearer(token))) => {
            // An access token from before a refresh belongs to no session any more.
            let is_its =
                |session: &SessionRecord| matches!(&session.kind, SessionKind::Refresh { access } if access == token);
            let its = state.sessions.iter().filter(|(_, session)| is_its(session));
            its.map(|(identifier, _)| identifier.clone()).collect()
        }
        _ => Vec::new(),
    };
    sign_outs::sign_out(state, ended);
    response
}
