//! Social login. No provider is set up here, so `GET /api/auth/{provider}` is refused. The refresh token that a
//! provider would put into a URL is exchanged for a cookie at `POST /api/auth/callback?rt=…`.

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::{ExposeSecret as _, Timestamp, UserId};
use serde_json::{Value, json};

use super::call::Call;
use super::digest::hash;
use super::jwt::{self, ClaimedWorkspace, RefreshClaims, Secret};
use super::state::{SessionKind, State, TENANT};
use super::{response, session};

/// The providers, as the path and as the messages name them.
const PROVIDERS: [(&str, &str); 4] =
    [("google", "Google"), ("github", "Github"), ("facebook", "Facebook"), ("linkedin", "Linkedin")];

/// Responds to `GET /api/auth/{provider}` and `GET /api/auth/{provider}/callback`; `None` for an unknown provider.
pub(super) fn begin(provider: &str) -> Option<Response<Bytes>> {
    let (_, name) = PROVIDERS.iter().find(|(known, _)| *known == provider)?;
    Some(response::message(StatusCode::BAD_REQUEST, &format!("{name} social login does not exist")))
}

/// Responds to `POST /api/auth/callback`. The refresh token is used up.
pub(super) fn exchange(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    let refuse = |general: &str| response::json(StatusCode::UNAUTHORIZED, &json!({ "errors": { "general": general } }));
    let invalid = || response::json(StatusCode::UNAUTHORIZED, &json!({ "error": "Invalid refresh token" }));
    let token = call.query("rt").unwrap_or_default();
    if token.is_empty() {
        return response::empty(StatusCode::UNAUTHORIZED);
    }
    if token.trim().is_empty() {
        return response::json(StatusCode::BAD_REQUEST, &json!({ "error": "Refresh token is missing" }));
    }
    let Some(claims) = jwt::verify::<RefreshClaims>(&token, Secret::Refresh, call.now) else { return invalid() };
    if state.active_user(claims.sub).is_none() {
        return refuse("User not found");
    }
    if state.sessions.remove(&claims.token_identifier).is_none() {
        return refuse("Refresh token not valid");
    }
    // The token inside lives as long as an access token, the cookie around it 30 days.
    let lifetime = state.settings.access_token_lifetime;
    let workspace = claims.workspace;
    let in_cookie = workspace.map(|id| ClaimedWorkspace { id, name: String::new(), roles: None, labels: None });
    let Some(in_cookie) = state.claims(claims.sub, in_cookie, call.now, lifetime) else { return invalid() };
    let cookie = session::begin_cookie(state, in_cookie, call.now);
    let workspace = workspace.map(|id| json!({ "_id": id }));
    let payload = json!({ "user": whole_record(state, claims.sub, call.now), "workspace": workspace });
    let mut response = response::json(StatusCode::OK, &json!({ "payload": payload }));
    session::set_cookie(state, &mut response, &cookie, call);
    response
}

/// The user as the database has it, with two secrets that no client needs: the hash of the password, and every session
/// with the access token that it was begun with.
fn whole_record(state: &State, id: UserId, now: Timestamp) -> Option<Value> {
    let user = state.users.get(&id)?;
    let sessions = state.sessions.iter().filter(|(_, session)| session.user == id);
    let tokens = sessions.map(|(identifier, session)| {
        let (kind, metadata) = match &session.kind {
            SessionKind::Cookie => ("cookie", None),
            SessionKind::Refresh { access } => ("oauth", Some(json!({ "relatedToken": access }))),
        };
        let expires_at = session.expires_at;
        let token = json!({ "kind": kind, "tokenIdentifier": identifier, "expiresAt": expires_at });
        with_fields(token, [("metadata", metadata), ("_id", Some(hash(identifier)[..24].into()))])
    });
    let last_login = json!({ "created": now });
    let last_login = with_fields(last_login, [("workspace", user.last_workspace.map(|id| json!(id)))]);
    let salt = &hash(id.as_str())[..22];
    let record = json!({
        "_id": id,
        "tenant": TENANT,
        "username": user.username,
        "email": user.email,
        "emailVerified": false,
        "socialLogins": [],
        "password": format!("$2a$10${salt}{}", &hash(user.password.expose_secret())[..31]),
        "salt": format!("$2a$10${salt}"),
        "firstName": user.first_name,
        "roles": user.roles,
        "tokens": tokens.collect::<Vec<_>>(),
        "lastLogin": last_login,
        "created": user.created,
        "__v": user.version,
    });
    let sometimes = [
        ("lastName", user.last_name.as_deref().map(Value::from)),
        ("fullName", user.full_name.as_deref().map(Value::from)),
        ("birthDate", user.birth_date.as_deref().map(Value::from)),
        ("profileImage", user.profile_image.clone()),
    ];
    Some(with_fields(record, sometimes))
}

/// The same object with the fields that have a value.
fn with_fields(mut object: Value, fields: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    for (name, value) in fields {
        if let Some(value) = value {
            object[name] = value;
        }
    }
    object
}
