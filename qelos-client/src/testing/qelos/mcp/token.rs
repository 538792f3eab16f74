//! `POST /api/auth/mcp/token`: tokens for a code.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::{Timestamp, UserId};
use serde::Serialize;
use serde_json::json;

use super::super::call::Call;
use super::super::digest::sha256;
use super::super::jwt::ClaimedWorkspace;
use super::super::state::{Challenge, State};
use super::super::{response, session};

/// The response, its fields in the order of the wire.
#[derive(Serialize)]
pub(super) struct Tokens {
    pub(super) access_token: String,
    pub(super) refresh_token: String,
    pub(super) token_type: &'static str,
    pub(super) expires_in: u64,
}

/// Begins a session with tokens; `None` when there is no such user.
pub(super) fn issue(
    state: &mut State,
    user: UserId,
    workspace: Option<ClaimedWorkspace>,
    now: Timestamp,
) -> Option<Tokens> {
    let expires_in = state.settings.access_token_lifetime.as_secs();
    let (access_token, refresh_token) = session::begin_oauth(state, user, workspace, now)?;
    Some(Tokens { access_token, refresh_token, token_type: "Bearer", expires_in })
}

/// Responds to the route. A right verifier uses the code up, a wrong one does not.
pub(in super::super) fn exchange(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    match try_exchange(state, call) {
        Ok(tokens) => response::json(StatusCode::OK, &tokens),
        Err((status, error, None)) => response::json(status, &json!({ "error": error })),
        Err((status, error, Some(description))) => {
            response::json(status, &json!({ "error": error, "error_description": description }))
        }
    }
}

type Refused = (StatusCode, &'static str, Option<&'static str>);

fn try_exchange(state: &mut State, call: &Call<'_>) -> Result<Tokens, Refused> {
    let bad = |error| (StatusCode::BAD_REQUEST, error, None);
    if call.text("grant_type") != Some("authorization_code") {
        return Err(bad("unsupported_grant_type"));
    }
    let given = (call.text("code"), call.text("redirect_uri"), call.text("code_verifier"));
    let (Some(code), Some(redirect_uri), Some(verifier)) = given else { return Err(bad("invalid_request")) };
    if !state.mcp.enabled {
        return Err((StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", None));
    }
    match state.mcp.permits(redirect_uri, call.text("client_id")) {
        None => return Err(bad("invalid_client")),
        Some(false) => {
            return Err((StatusCode::BAD_REQUEST, "invalid_request", Some("redirect_uri is not permitted")));
        }
        Some(true) => {}
    }
    let fits = state.mcp.codes.get(code).is_some_and(|known| {
        call.now < known.expires_at && known.redirect_uri == redirect_uri && known.challenge.is_met_by(verifier)
    });
    if !fits {
        return Err(bad("invalid_grant"));
    }
    let known = state.mcp.codes.remove(code).ok_or(bad("invalid_grant"))?;
    issue(state, known.user, known.workspace, call.now).ok_or(bad("invalid_grant"))
}

impl Challenge {
    fn is_met_by(&self, verifier: &str) -> bool {
        match self.method.as_str() {
            "plain" => verifier == self.text,
            "S256" => URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes())) == self.text,
            _ => false,
        }
    }
}
