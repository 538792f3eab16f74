//! OAuth for MCP clients: discovery, the request, and the user's consent. Clients register in `clients`, codes are
//! exchanged for tokens in `token`, and `redirect` checks the addresses that users are sent back to.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::redirect::{query_of, with_parameters};
use super::call::Call;
use super::caller::{Denied, Identity, authenticate};
use super::jwt::{self, ClaimedWorkspace, Secret, percent_encode, unix_seconds};
use super::response;
use super::state::{Challenge, Code, Mcp, State, TENANT};

mod clients;
mod redirect;
mod token;

pub(super) use self::clients::register;
pub(super) use self::token::exchange;

/// The path at which MCP clients discover the other addresses.
pub(super) const DISCOVERY: &str = "/.well-known/oauth-authorization-server";

/// How long a user may take to consent, and how long a code is good.
const TEN_MINUTES: Duration = Duration::from_mins(10);

/// The claims of `mcp_state`: the request of the client, which the browser of the user carries along.
#[derive(Serialize, Deserialize)]
struct Asked {
    ru: String,
    t: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cc: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ccm: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cid: Option<String>,
    iat: i64,
    exp: i64,
}

/// Responds to `GET /.well-known/oauth-authorization-server`. The response lists a `refresh_token` grant, which the
/// server refuses.
pub(super) fn discover(call: &Call<'_>) -> Response<Bytes> {
    let name = call.authority.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let is_loopback = name.starts_with("localhost") || name.contains("127.0.0.1");
    let issuer = format!("{}://{}", if is_loopback { "http" } else { "https" }, call.authority);
    let body = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/api/auth/mcp/authorize"),
        "token_endpoint": format!("{issuer}/api/auth/mcp/token"),
        "registration_endpoint": format!("{issuer}/.well-known/oauth-authorization-server/register"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256", "plain"],
        "token_endpoint_auth_methods_supported": ["none"],
    });
    response::json(StatusCode::OK, &body)
}

/// Responds to `GET /api/auth/mcp/authorize`: sends the browser to the page that asks the user, or to the sign-in
/// first.
pub(super) fn authorize(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    let signed_in = match authenticate(state, call.headers, call.now) {
        Ok(_) => true,
        Err(Denied::Guest) => false,
        Err(denied) => return denied.response(),
    };
    let given = |name: &str| call.query(name).filter(|value| !value.is_empty()).map(std::borrow::Cow::into_owned);
    let iat = unix_seconds(call.now);
    let asked = Asked {
        ru: given("redirect_uri").unwrap_or_default(),
        t: TENANT.to_owned(),
        s: given("state"),
        cc: given("code_challenge"),
        ccm: given("code_challenge_method"),
        cid: given("client_id"),
        iat,
        exp: iat + i64::try_from(TEN_MINUTES.as_secs()).unwrap_or_default(),
    };
    if let Some(refused) = refuse(&state.mcp, &asked) {
        return refused;
    }
    if signed_in {
        let asked = jwt::sign(&asked, Secret::Refresh);
        return response::redirect(&format!("/mcp/authorize?mcp_state={}", percent_encode(&asked)));
    }
    let query = query_of([
        ("redirect_uri", Some(asked.ru.as_str())),
        ("state", asked.s.as_deref()),
        ("code_challenge", asked.cc.as_deref()),
        ("code_challenge_method", asked.ccm.as_deref()),
        ("client_id", asked.cid.as_deref()),
    ]);
    let back = percent_encode(&format!("/api/auth/mcp/authorize?{query}"));
    response::redirect(&format!("/login?redirect={back}"))
}

fn refuse(mcp: &Mcp, asked: &Asked) -> Option<Response<Bytes>> {
    let refused = |status, reason| Some(response::message(status, reason));
    if asked.ru.is_empty() {
        return refused(StatusCode::BAD_REQUEST, "redirect_uri is required");
    }
    if !mcp.enabled {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "MCP OAuth is not enabled for this tenant");
    }
    match mcp.permits(&asked.ru, asked.cid.as_deref()) {
        None => return refused(StatusCode::BAD_REQUEST, "Invalid client_id"),
        Some(false) => return refused(StatusCode::BAD_REQUEST, "redirect_uri is not permitted"),
        Some(true) => {}
    }
    if asked.cc.is_some() && !matches!(asked.ccm.as_deref(), Some("S256" | "plain")) {
        return refused(StatusCode::BAD_REQUEST, "code_challenge_method must be S256 or plain");
    }
    None
}

/// Responds to `POST /api/auth/mcp/consent`: sends the user back to the client, with a code, or with the refusal. Without a
/// challenge the tokens themselves are in the address.
pub(super) fn consent(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    let identity = match authenticate(state, call.headers, call.now) {
        Ok(identity) => identity,
        Err(denied) => return denied.response(),
    };
    let bad = |reason| response::message(StatusCode::BAD_REQUEST, reason);
    let (Some(asked), Some(action @ ("accept" | "deny"))) = (call.text("mcp_state"), call.text("action")) else {
        return bad("mcp_state and action are required");
    };
    let Some(asked) = jwt::verify::<Asked>(asked, Secret::Refresh, call.now) else {
        return bad("mcp_state is invalid or expired");
    };
    if let Some(refused) = refuse(&state.mcp, &asked) {
        return refused;
    }
    if action == "deny" {
        let parameters = [("error", Some("access_denied")), ("state", asked.s.as_deref())];
        return response::redirect(&with_parameters(&asked.ru, parameters));
    }
    accept(state, &identity, asked, call)
}

fn accept(state: &mut State, identity: &Identity, asked: Asked, call: &Call<'_>) -> Response<Bytes> {
    if state.active_user(identity.user).is_none() {
        return response::message(StatusCode::UNAUTHORIZED, "user not found");
    }
    let workspace = workspace_of(state, identity);
    if let (Some(text), Some(method)) = (asked.cc, asked.ccm) {
        let code = state.random_text("MCP code");
        let address = with_parameters(&asked.ru, [("code", Some(code.as_str())), ("state", asked.s.as_deref())]);
        let expires_at = call.now.saturating_add(TEN_MINUTES);
        let challenge = Challenge { text, method };
        let record = Code { user: identity.user, redirect_uri: asked.ru, challenge, workspace, expires_at };
        state.mcp.codes.insert(code, record);
        return response::redirect(&address);
    }
    let Some(tokens) = token::issue(state, identity.user, workspace, call.now) else {
        return response::message(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error");
    };
    let query = query_of([
        ("access_token", Some(tokens.access_token.as_str())),
        ("refresh_token", Some(tokens.refresh_token.as_str())),
        ("token_type", Some(tokens.token_type)),
        ("expires_in", Some(tokens.expires_in.to_string().as_str())),
        ("state", asked.s.as_deref()),
    ]);
    let (address, separator) = match call.text("token_delivery") {
        Some("fragment") => (asked.ru.split('#').next().unwrap_or_default(), '#'),
        _ => (asked.ru.as_str(), if asked.ru.contains('?') { '&' } else { '?' }),
    };
    response::redirect(&format!("{address}{separator}{query}"))
}

/// The workspace of the session that consents, or else the one of the user's last session, or else the first.
fn workspace_of(state: &State, identity: &Identity) -> Option<ClaimedWorkspace> {
    let user = identity.user;
    let active = identity.workspace();
    match active.or_else(|| state.users.get(&user)?.last_workspace) {
        Some(id) => state.membership(user, id),
        None => state.workspaces.iter().find_map(|workspace| state.membership(user, workspace.id)),
    }
}
