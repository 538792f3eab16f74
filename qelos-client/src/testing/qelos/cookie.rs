//! `POST /api/cookie/refresh`: the next cookie on demand. The gateway does not know the route, and passes the request
//! on to another service. The auth service itself has the route.

use bytes::Bytes;
use http::header::TRANSFER_ENCODING;
use http::{HeaderValue, Response, StatusCode};
use qelos_spec::UserId;
use qelos_spec::auth::Presented;
use serde::Serialize;
use serde_json::{Value, json};

use super::call::Call;
use super::caller::verify;
use super::jwt::{ClaimedWorkspace, Claims};
use super::state::State;
use super::{response, session};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Renewed {
    user: User,
    /// The workspace in the cookie, with a percent-encoded name.
    workspace: Option<ClaimedWorkspace>,
    cookie_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User {
    #[serde(rename = "_id")]
    id: UserId,
    username: String,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<String>,
    first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    roles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_image: Option<Value>,
}

/// Responds as the route, or as the other service.
pub(super) fn refresh(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    if !state.settings.cookie_refresh_reachable {
        return not_here();
    }
    renew(state, call).unwrap_or_else(|| response::empty(StatusCode::UNAUTHORIZED))
}

/// The response of the stub that stood in for the plugins service when the recordings were made. It is chunked.
fn not_here() -> Response<Bytes> {
    let text = "stub of the plugins service: POST /api/cookie/refresh";
    let mut response = response::message(StatusCode::NOT_FOUND, text);
    response.headers_mut().insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    response
}

/// The cookie of a request, if there is a session to renew.
pub(super) fn read_cookie(state: &State, call: &Call<'_>) -> Option<Claims> {
    // The cookie may also come as a bearer token. An access token is accepted so far, but names no session.
    let (Presented::Cookie(token) | Presented::Bearer(token)) = Presented::on(call.headers)? else { return None };
    let claims = verify(state, token, call.now)?;
    state.sessions.contains_key(claims.token_identifier.as_ref()?).then_some(claims)
}

fn renew(state: &mut State, call: &Call<'_>) -> Option<Response<Bytes>> {
    let claims = read_cookie(state, call)?;
    let (id, workspace) = (claims.sub, claims.workspace.clone());
    let cookie_token = session::replace_cookie(state, claims, call.now)?;
    let user = state.active_user(id)?;
    let user = User {
        id,
        username: user.username.clone(),
        email: user.email.clone(),
        full_name: user.full_name.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        roles: user.roles.clone(),
        profile_image: user.profile_image.clone(),
    };
    let payload = Renewed { user, workspace, cookie_token };
    let mut response = response::json(StatusCode::OK, &json!({ "payload": payload }));
    session::set_cookie(state, &mut response, &payload.cookie_token, call);
    Some(response)
}
