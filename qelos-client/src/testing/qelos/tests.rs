//! Behaviour that recordings cannot show, because it takes time or several requests: rotation, expiry, sweeps.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use qelos_spec::{Timestamp, UserId};
use serde_json::{Value, json};

use super::*;
use crate::testing::ManualClock;

mod api_tokens;
#[cfg(feature = "ai")]
mod chats;
mod configurations;
mod cookies;
mod entities;
mod mcp;
mod mounting;
mod paths;
mod people;
mod races;
mod services;
mod switches;
mod users;
mod workspaces;

const DAY: Duration = Duration::from_hours(24);

struct Test {
    qelos: FakeQelos,
    clock: ManualClock,
    ada: UserId,
}

/// A server with the user Ada, a member of the workspaces "One" and "Two".
fn start() -> Test {
    let clock = ManualClock::new("2026-11-21T17:20:37Z".parse::<Timestamp>().unwrap());
    let qelos = FakeQelos::new(clock.clone());
    let ada = qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
    qelos.add_workspace("One", &[Member::new(ada, &["user"])]);
    qelos.add_workspace("Two", &[Member::new(ada, &["user"])]);
    Test { qelos, clock, ada }
}

impl Test {
    fn call(&self, method: Method, path: &str, credential: (&str, &str), body: &Value) -> Response<Bytes> {
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let mut request = Request::builder().method(method).uri(format!("https://acme.example{path}"));
        request = request.header("content-type", "application/json");
        if !credential.0.is_empty() {
            request = request.header(credential.0, credential.1);
        }
        self.qelos.handle(request.body(body).unwrap())
    }

    fn get(&self, path: &str, credential: (&str, &str)) -> Response<Bytes> {
        self.call(Method::GET, path, credential, &Value::Null)
    }

    /// Access and refresh token.
    fn sign_in(&self, workspace: Option<WorkspaceId>) -> (String, String) {
        let body = json!({
            "username": "ada@example.com", "password": "hunter2hunter2", "authType": "oauth", "workspace": workspace,
        });
        tokens(&self.call(Method::POST, "/api/signin", GUEST, &body))
    }

    fn cookie(&self) -> String {
        let body = json!({ "username": "ada@example.com", "password": "hunter2hunter2" });
        set_cookie(&self.call(Method::POST, "/api/signin", GUEST, &body)).unwrap()
    }

    fn refresh(&self, token: &str) -> Response<Bytes> {
        let bearer = format!("Bearer {token}");
        self.call(Method::POST, "/api/token/refresh", ("authorization", &bearer), &Value::Null)
    }

    fn me(&self, access: &str) -> Response<Bytes> {
        self.get("/api/me", ("authorization", &format!("Bearer {access}")))
    }

    fn create_api_token(&self, access: &str, lifetime: Duration) -> Response<Bytes> {
        let expires_at = self.clock.now().saturating_add(lifetime);
        let body = json!({ "nickname": "ci", "expiresAt": expires_at });
        let bearer = format!("Bearer {access}");
        self.call(Method::POST, "/api/me/api-tokens", ("authorization", &bearer), &body)
    }

    fn api_tokens(&self, access: &str) -> Value {
        json_of(&self.get("/api/me/api-tokens", ("authorization", &format!("Bearer {access}"))))
    }
}

const GUEST: (&str, &str) = ("", "");

fn json_of(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

fn tokens(response: &Response<Bytes>) -> (String, String) {
    let payload = json_of(response)["payload"].take();
    let text = |name: &str| payload[name].as_str().unwrap().to_owned();
    (text("token"), text("refreshToken"))
}

/// Sends a request as over a network, and reads its response.
async fn sent(qelos: &FakeQelos, request: Request<Bytes>) -> Response<Bytes> {
    let response = qelos.send(request.map(Body::from)).await.unwrap();
    response.map(|body| body.try_into_bytes().unwrap())
}

/// `qlt_0=…`, as a client sends it back.
fn set_cookie(response: &Response<Bytes>) -> Option<String> {
    let cookie = response.headers().get("set-cookie")?.to_str().unwrap();
    Some(cookie.split(';').next().unwrap().to_owned())
}

#[test]
fn a_refresh_token_is_good_for_one_refresh() {
    let test = start();
    let (access, first) = test.sign_in(None);
    test.clock.advance(Duration::from_secs(1));
    let (_, second) = tokens(&test.refresh(&first));
    let reused = test.refresh(&first);
    assert_eq!((reused.status(), reused.body().len()), (StatusCode::UNAUTHORIZED, 0));
    assert_eq!(test.refresh(&second).status(), 200, "using one twice does not revoke the others");
    assert_eq!(test.me(&access).status(), 200, "the access token from before stays valid");
}

#[test]
fn a_refresh_token_lives_thirty_days_and_can_be_revoked() {
    let test = start();
    let (_, revoked) = test.sign_in(None);
    test.qelos.revoke_refresh_tokens(test.ada);
    assert_eq!(test.refresh(&revoked).status(), 401);
    let (_, refresh) = test.sign_in(None);
    test.clock.advance(30 * DAY);
    assert_eq!(test.refresh(&refresh).status(), 401);
}

#[test]
fn the_workspace_is_lost_over_two_refreshes() {
    let test = start();
    let two = test.qelos.add_workspace("Zwei", &[Member::new(test.ada, &["admin"])]);
    let workspace = |access: &str| json_of(&test.me(access))["workspace"].take();
    let (access, refresh) = test.sign_in(Some(two));
    assert_eq!(workspace(&access), json!({ "_id": two, "name": "Zwei", "roles": ["admin"], "labels": [] }));
    assert_eq!(workspace(&test.sign_in(None).0)["name"], "Zwei", "the last one is the default");
    let (access, refresh) = tokens(&test.refresh(&refresh));
    assert_eq!(workspace(&access), json!({ "_id": two, "name": "" }));
    let (access, _) = tokens(&test.refresh(&refresh));
    assert_eq!(workspace(&access), Value::Null);
    assert_eq!(workspace(&test.sign_in(None).0)["name"], "One", "nor does the next sign-in remember it");
}

#[test]
fn expired_access_tokens_are_refused() {
    let test = start();
    test.qelos.set_access_token_lifetime(Duration::from_secs(2));
    let (access, _) = test.sign_in(None);
    test.clock.advance(Duration::from_millis(1999));
    assert_eq!(test.me(&access).status(), 200);
    test.clock.advance(Duration::from_millis(1));
    let refused = test.me(&access);
    assert_eq!(refused.status(), 401);
    assert_eq!(json_of(&refused), json!({ "message": "authorization token is not valid." }));
}

#[test]
fn an_aged_cookie_is_replaced_by_exactly_one_response() {
    let test = start();
    let cookie = test.cookie();
    assert_eq!(set_cookie(&test.get("/api/me", ("cookie", &cookie))), None, "it is fresh");
    test.clock.advance(Duration::from_hours(1));
    let responses: Vec<_> = (0..10).map(|_| test.get("/api/me", ("cookie", &cookie))).collect();
    assert!(responses.iter().all(|response| response.status() == 200));
    let replaced: Vec<_> = responses.iter().filter_map(set_cookie).collect();
    assert_eq!(replaced.len(), 1);
    test.clock.advance(Duration::from_hours(1));
    assert_eq!(set_cookie(&test.get("/api/me", ("cookie", &cookie))), None, "its session has moved on");
    let unknown = test.get("/api/blocks/no/such/thing", ("cookie", &replaced[0]));
    assert_eq!(unknown.status(), 404);
    assert!(set_cookie(&unknown).is_some(), "any response can carry the next cookie");
}

#[tokio::test]
async fn parallel_callers_interleave_and_get_one_new_cookie() {
    let test = start();
    let cookie = test.cookie();
    test.clock.advance(DAY);
    test.qelos.forget_requests();
    let call = || {
        let request = Request::get("https://acme.example/api/me").header("cookie", &cookie).body(Bytes::new()).unwrap();
        let qelos = test.qelos.clone();
        tokio::spawn(async move { sent(&qelos, request).await })
    };
    let calls: Vec<_> = (0..10).map(|_| call()).collect();
    let mut replaced = 0;
    for (at, call) in calls.into_iter().enumerate() {
        let response = call.await.unwrap();
        if at == 0 {
            assert_eq!(test.qelos.count("GET", "/api/me"), 10, "all requests arrive before the first response does");
        }
        replaced += usize::from(set_cookie(&response).is_some());
    }
    assert_eq!(replaced, 1);
}

#[test]
fn a_signed_out_cookie_works_but_is_never_replaced() {
    let test = start();
    let cookie = test.cookie();
    let signed_out = test.call(Method::POST, "/api/logout", ("cookie", &cookie), &Value::Null);
    assert_eq!(set_cookie(&signed_out).as_deref(), Some("qlt_0="));
    test.clock.advance(DAY);
    let response = test.get("/api/me", ("cookie", &cookie));
    assert_eq!((response.status(), set_cookie(&response)), (StatusCode::OK, None));
    test.clock.advance(29 * DAY);
    assert_eq!(test.get("/api/me", ("cookie", &cookie)).status(), 401, "until it expires by itself");
}

#[test]
fn signing_out_with_tokens_ends_the_session_they_came_from() {
    let test = start();
    let (old, refresh) = test.sign_in(None);
    test.clock.advance(Duration::from_secs(1));
    let (new, refresh) = tokens(&test.refresh(&refresh));
    let sign_out = |access: &str| {
        let bearer = format!("Bearer {access}");
        assert_eq!(test.call(Method::POST, "/api/logout", ("authorization", &bearer), &Value::Null).status(), 200);
    };
    sign_out(&old);
    test.clock.advance(Duration::from_secs(1));
    let (newest, refresh) = tokens(&test.refresh(&refresh));
    sign_out(&new);
    sign_out(&newest);
    assert_eq!(test.refresh(&refresh).status(), 401);
    assert_eq!(test.me(&newest).status(), 200);
}

#[test]
fn tokens_outlive_their_user_but_nothing_renews_them() {
    let test = start();
    let (access, refresh) = test.sign_in(None);
    let cookie = test.cookie();
    let used = json_of(&test.create_api_token(&access, DAY))["token"].as_str().unwrap().to_owned();
    let unused = json_of(&test.create_api_token(&access, DAY))["token"].as_str().unwrap().to_owned();
    assert_eq!(test.get("/api/me", ("x-api-key", &used)).status(), 200);
    test.qelos.delete_user(test.ada);
    test.clock.advance(Duration::from_secs(1));
    assert_eq!(test.me(&access).status(), 200);
    assert_eq!(test.get("/api/me", ("cookie", &cookie)).status(), 200);
    assert_eq!(test.get("/api/me", ("x-api-key", &used)).status(), 200);
    assert_eq!(test.get("/api/me", ("x-api-key", &unused)).status(), 401);
    assert_eq!(test.refresh(&refresh).status(), 401);
}

#[test]
fn pages_limits_and_etags_are_those_of_express() {
    let test = start();
    let (access, _) = test.sign_in(None);
    let unknown = test.get("/api/v1/me?x=1", ("authorization", &format!("Bearer {access}")));
    assert_eq!(unknown.status(), 404);
    assert!(std::str::from_utf8(unknown.body()).unwrap().contains("<pre>Cannot GET /api/v1/me</pre>"));
    let large = json!({ "username": "x".repeat(101 * 1024) });
    assert_eq!(test.call(Method::POST, "/api/signin", GUEST, &large).status(), 413);
    let me = test.me(&access);
    let request = Request::get("/api/me").header("authorization", format!("Bearer {access}"));
    let again = test.qelos.handle(request.header("if-none-match", &me.headers()["etag"]).body(Bytes::new()).unwrap());
    assert_eq!((again.status(), again.body().len()), (StatusCode::NOT_MODIFIED, 0));
    let bearer = format!("Bearer {access}");
    let empty_id = test.call(Method::DELETE, "/api/me/api-tokens/", ("authorization", &bearer), &Value::Null);
    assert_eq!(empty_id.status(), 404);
}

#[test]
fn the_same_calls_get_the_same_responses() {
    let play = || {
        let test = start();
        let (access, refresh) = test.sign_in(None);
        let created = test.create_api_token(&access, DAY);
        (test.cookie(), tokens(&test.refresh(&refresh)), created.body().clone())
    };
    assert_eq!(play(), play());
}

#[test]
fn only_administrators_impersonate_other_users() {
    let test = start();
    let admin = test.qelos.add_user(NewUser::new("root", "root-pass-1").role("admin"));
    let me = |username: &str, password: &str, wanted: &str| {
        let body = json!({ "username": username, "password": password, "authType": "oauth" });
        let (access, _) = tokens(&test.call(Method::POST, "/api/signin", GUEST, &body));
        let request = Request::get("/api/me").header("authorization", format!("Bearer {access}"));
        test.qelos.handle(request.header("x-impersonate-user", wanted).body(Bytes::new()).unwrap())
    };
    assert_eq!(json_of(&me("root", "root-pass-1", test.ada.as_str()))["username"], "ada@example.com");
    assert_eq!(json_of(&me("ada@example.com", "hunter2hunter2", admin.as_str()))["username"], "ada@example.com");
    for unknown in ["0123456789abcdef01234567", "nope"] {
        let refused = me("root", "root-pass-1", unknown);
        let body = json!({ "message": "failed to impersonate user", "error": "Unknown error" });
        assert_eq!((refused.status().as_u16(), json_of(&refused)), (500, body));
    }
}
