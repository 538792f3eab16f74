//! `POST /.well-known/oauth-authorization-server/register`.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::call::{Call, is_falsy};
use super::super::digest::hash;
use super::super::jwt::unix_seconds;
use super::super::response;
use super::super::state::State;
use super::redirect::may_register;

/// The response, its fields in the order of the wire.
#[derive(Serialize)]
struct Registered<'c> {
    client_id: &'c str,
    client_id_issued_at: i64,
    redirect_uris: &'c [String],
    grant_types: Vec<String>,
    response_types: Vec<String>,
    token_endpoint_auth_method: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'c Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// 0: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_expires_at: Option<u8>,
}

/// Responds to the route.
pub(in super::super) fn register(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    try_register(state, call).unwrap_or_else(|(error, description)| {
        let body = json!({ "error": error, "error_description": description });
        response::json(StatusCode::BAD_REQUEST, &body)
    })
}

fn try_register(state: &mut State, call: &Call<'_>) -> Result<Response<Bytes>, (&'static str, String)> {
    let redirect_uris = redirect_uris(call).map_err(|reason| ("invalid_redirect_uri", reason))?;
    let invalid = |name: &str| ("invalid_request", format!("Invalid {name}"));
    let known = |name: &str, known: &[&str]| {
        let Some(given) = call.body.get(name).filter(|value| !is_falsy(value)) else {
            return Ok(known.iter().map(|&one| one.to_owned()).collect());
        };
        let given: Option<Vec<_>> = given.as_array().and_then(|list| {
            list.iter().map(|one| one.as_str().filter(|one| known.contains(one)).map(str::to_owned)).collect()
        });
        given.ok_or_else(|| invalid(name))
    };
    let grant_types = known("grant_types", &["authorization_code", "refresh_token"])?;
    let response_types = known("response_types", &["code"])?;
    let method = call.text("token_endpoint_auth_method").unwrap_or("none");
    if !matches!(method, "none" | "client_secret_basic" | "client_secret_post") {
        return Err(invalid("token_endpoint_auth_method"));
    }
    let client_id = uuid(&hash(&state.random_text("MCP client")));
    let client_secret = (method != "none").then(|| state.random_text("MCP client secret"));
    let registered = response::json(
        StatusCode::CREATED,
        &Registered {
            client_id: &client_id,
            client_id_issued_at: unix_seconds(call.now),
            redirect_uris: &redirect_uris,
            grant_types,
            response_types,
            token_endpoint_auth_method: method,
            scope: call.body.get("scope").filter(|scope| !is_falsy(scope)),
            client_secret_expires_at: client_secret.is_some().then_some(0),
            client_secret,
        },
    );
    state.mcp.clients.insert(client_id, redirect_uris);
    Ok(registered)
}

fn redirect_uris(call: &Call<'_>) -> Result<Vec<String>, String> {
    let given = call.body.get("redirect_uris").and_then(Value::as_array).filter(|given| !given.is_empty());
    let given = given.ok_or("redirect_uris is required and must be a non-empty array")?;
    let read = |uri: &Value| {
        let text = uri.as_str().map_or_else(|| uri.to_string(), str::to_owned);
        let good = uri.is_string() && may_register(&text);
        if good { Ok(text) } else { Err(format!("Invalid redirect URI: {text}")) }
    };
    given.iter().map(read).collect()
}

/// In the form of a random UUID.
fn uuid(digits: &str) -> String {
    format!("{}-{}-4{}-8{}-{}", &digits[..8], &digits[8..12], &digits[13..16], &digits[17..20], &digits[20..32])
}
