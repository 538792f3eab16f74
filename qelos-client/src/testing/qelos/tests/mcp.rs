//! OAuth for MCP clients: expiry, and requests that are refused.

use super::*;

const ASK: &str = "/api/auth/mcp/authorize?redirect_uri=https%3A%2F%2Fclient.example%2Fcb&state=s";
/// Of the verifier `y`.
const CHALLENGE: &str = "&code_challenge_method=plain&code_challenge=y";

fn begin() -> (Test, String) {
    let test = start();
    test.qelos.set_mcp_callbacks(&["https://client.example/cb"]);
    let cookie = test.cookie();
    (test, cookie)
}

fn location(response: &Response<Bytes>) -> String {
    response.headers()["location"].to_str().unwrap().to_owned()
}

fn ask(test: &Test, cookie: &str, more: &str) -> String {
    let response = test.get(&format!("{ASK}{more}"), ("cookie", cookie));
    location(&response).strip_prefix("/mcp/authorize?mcp_state=").unwrap().to_owned()
}

fn consent(test: &Test, cookie: &str, state: &str) -> Response<Bytes> {
    let body = json!({ "mcp_state": state, "action": "accept" });
    test.call(Method::POST, "/api/auth/mcp/consent", ("cookie", cookie), &body)
}

fn code(test: &Test, cookie: &str) -> String {
    let response = consent(test, cookie, &ask(test, cookie, CHALLENGE));
    let code = location(&response);
    code.strip_prefix("https://client.example/cb?code=").unwrap().strip_suffix("&state=s").unwrap().to_owned()
}

fn exchange(test: &Test, code: &str, verifier: &str, redirect_uri: &str) -> (StatusCode, Value) {
    let body = json!({
        "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier,
    });
    let response = test.call(Method::POST, "/api/auth/mcp/token", GUEST, &body);
    (response.status(), json_of(&response))
}

const CALLBACK: &str = "https://client.example/cb";

#[test]
fn a_code_is_good_once_and_survives_a_wrong_verifier() {
    let (test, cookie) = begin();
    let code = code(&test, &cookie);
    let refused = (StatusCode::BAD_REQUEST, json!({ "error": "invalid_grant" }));
    assert_eq!(exchange(&test, &code, "wrong", CALLBACK), refused);
    assert_eq!(exchange(&test, &code, "y", "https://client.example/other"), refused, "permitted, but another");
    let (status, tokens) = exchange(&test, &code, "y", CALLBACK);
    assert_eq!((status, &tokens["expires_in"]), (StatusCode::OK, &json!(18_000)));
    assert_eq!(exchange(&test, &code, "y", CALLBACK), refused);
    assert_eq!(test.me(tokens["access_token"].as_str().unwrap()).status(), 200);
    assert_eq!(test.refresh(tokens["refresh_token"].as_str().unwrap()).status(), 200, "renewed like any other");
}

#[test]
fn mcp_requests_and_codes_last_ten_minutes() {
    let (test, cookie) = begin();
    let (state, code) = (ask(&test, &cookie, CHALLENGE), code(&test, &cookie));
    test.clock.advance(Duration::from_mins(10));
    let late = consent(&test, &cookie, &state);
    assert_eq!(json_of(&late), json!({ "message": "mcp_state is invalid or expired" }));
    assert_eq!(exchange(&test, &code, "y", CALLBACK).1, json!({ "error": "invalid_grant" }));
}

#[test]
fn without_a_challenge_the_tokens_are_in_the_address() {
    let (test, cookie) = begin();
    let response = consent(&test, &cookie, &ask(&test, &cookie, ""));
    assert!(location(&response).starts_with("https://client.example/cb?access_token=ey"), "{}", location(&response));
    assert!(location(&response).ends_with("&token_type=Bearer&expires_in=18000&state=s"), "{}", location(&response));
}

#[test]
fn wrong_authorize_requests_are_refused_with_a_reason() {
    let (test, cookie) = begin();
    let reason = |path: &str| {
        let response = test.get(path, ("cookie", &cookie));
        (response.status().as_u16(), json_of(&response)["message"].as_str().unwrap().to_owned())
    };
    let wrong_method = "code_challenge_method must be S256 or plain";
    assert_eq!(reason(&format!("{ASK}&code_challenge=x")), (400, wrong_method.to_owned()));
    let bearer = test.get(ASK, ("authorization", "Bearer garbage"));
    assert_eq!(bearer.status(), 401, "a bad token is not the same as none");
    test.qelos.set_mcp_enabled(false);
    assert_eq!(reason(ASK), (503, "MCP OAuth is not enabled for this tenant".to_owned()));
    assert_eq!(exchange(&test, "x", "y", CALLBACK).0, StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn a_registration_returns_a_client_or_names_the_wrong_field() {
    let (test, _) = begin();
    let register = |body: Value| {
        let response = test.call(Method::POST, "/.well-known/oauth-authorization-server/register", GUEST, &body);
        (response.status().as_u16(), json_of(&response))
    };
    let (status, client) = register(json!({ "redirect_uris": ["cursor://x/cb"] }));
    assert_eq!((status, client.get("client_secret")), (201, None));
    let uuid = client["client_id"].as_str().unwrap();
    let lengths: Vec<_> = uuid.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
    let good = json!(["https://a.example/cb"]);
    for (body, error, description) in [
        (json!({}), "invalid_redirect_uri", "redirect_uris is required and must be a non-empty array"),
        (
            json!({ "redirect_uris": [] }),
            "invalid_redirect_uri",
            "redirect_uris is required and must be a non-empty array",
        ),
        (json!({ "redirect_uris": good, "grant_types": ["password"] }), "invalid_request", "Invalid grant_types"),
        (json!({ "redirect_uris": good, "response_types": ["token"] }), "invalid_request", "Invalid response_types"),
        (
            json!({ "redirect_uris": good, "token_endpoint_auth_method": "mtls" }),
            "invalid_request",
            "Invalid token_endpoint_auth_method",
        ),
    ] {
        assert_eq!(register(body), (400, json!({ "error": error, "error_description": description })));
    }
}

#[test]
fn only_a_loopback_issuer_is_plain_http() {
    let (test, _) = begin();
    let issuer = |host: &str| {
        let request = Request::get("/.well-known/oauth-authorization-server").header("host", host);
        json_of(&test.qelos.handle(request.body(Bytes::new()).unwrap()))["issuer"].as_str().unwrap().to_owned()
    };
    assert_eq!(issuer("127.0.0.1:8080"), "http://127.0.0.1:8080");
    assert_eq!(issuer("localhost"), "http://localhost");
    assert_eq!(issuer("acme.example:8443"), "https://acme.example:8443");
}
