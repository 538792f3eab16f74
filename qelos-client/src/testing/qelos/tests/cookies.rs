//! Cookies: renewed on demand, for a refresh token, and moved into another workspace.

use super::*;

fn renew(test: &Test, credential: (&str, &str)) -> Response<Bytes> {
    test.call(Method::POST, "/api/cookie/refresh", credential, &Value::Null)
}

fn exchange(test: &Test, refresh: &str) -> Response<Bytes> {
    test.call(Method::POST, &format!("/api/auth/callback?rt={refresh}"), GUEST, &Value::Null)
}

#[test]
fn a_cookie_is_renewed_once_and_only_where_the_route_is_known() {
    let test = start();
    let cookie = test.cookie();
    assert_eq!(renew(&test, ("cookie", &cookie)).status(), 404);
    test.qelos.set_cookie_refresh_reachable(true);
    let renewed = renew(&test, ("cookie", &cookie));
    let next = set_cookie(&renewed).unwrap();
    assert_eq!(next, format!("qlt_0={}", json_of(&renewed)["payload"]["cookieToken"].as_str().unwrap()));
    assert_eq!(renew(&test, ("cookie", &cookie)).status(), 401);
    assert_eq!(test.get("/api/me", ("cookie", &cookie)).status(), 200, "the old cookie is still accepted");
    let bearer = next.replace("qlt_0=", "Bearer ");
    assert_eq!(renew(&test, ("authorization", &bearer)).status(), 200, "a cookie may come as a bearer token");
}

#[test]
fn a_callback_uses_up_its_token_and_returns_the_whole_record() {
    let test = start();
    test.qelos.set_access_token_lifetime(Duration::from_secs(2));
    let (_, refresh) = test.sign_in(None);
    let response = exchange(&test, &refresh);
    let payload = json_of(&response)["payload"].take();
    for field in ["_id", "username", "password", "salt", "tokens", "lastLogin", "created"] {
        assert!(payload["user"].get(field).is_some(), "{field}");
    }
    assert!(!payload.to_string().contains("hunter2"), "the password is hashed");
    assert_eq!(payload["workspace"].as_object().unwrap().len(), 1, "only the id");
    let token = &payload["user"]["tokens"][0];
    assert_eq!((token["kind"].as_str(), token["_id"].as_str().map(str::len)), (Some("cookie"), Some(24)));
    assert_eq!((token.get("metadata"), payload["user"].get("metadata")), (None, None));
    assert!(payload["user"]["lastLogin"].get("workspace").is_some());
    let cookie = set_cookie(&response).unwrap();
    assert_eq!(test.get("/api/me", ("cookie", &cookie)).status(), 200);
    test.clock.advance(Duration::from_secs(2));
    assert_eq!(test.get("/api/me", ("cookie", &cookie)).status(), 401, "it is no older than an access token");
    assert_eq!(json_of(&exchange(&test, &refresh)), json!({ "errors": { "general": "Refresh token not valid" } }));
    assert_eq!(test.refresh(&refresh).status(), 401);
}

#[test]
fn the_record_of_a_callback_lacks_absent_fields() {
    let test = start();
    test.qelos.add_user(NewUser::new("bob@example.com", "hunter2hunter2"));
    let body = json!({ "username": "bob@example.com", "password": "hunter2hunter2", "authType": "oauth" });
    let (_, refresh) = tokens(&test.call(Method::POST, "/api/signin", GUEST, &body));
    let payload = json_of(&exchange(&test, &refresh))["payload"].take();
    assert_eq!(payload["workspace"], Value::Null);
    let last_login = payload["user"]["lastLogin"].as_object().unwrap();
    assert_eq!(last_login.keys().collect::<Vec<_>>(), ["created"]);
}

#[test]
fn a_callback_fails_in_four_ways() {
    let test = start();
    let (access, refresh) = test.sign_in(None);
    let blank = exchange(&test, "%20");
    assert_eq!(
        (blank.status(), json_of(&blank)),
        (StatusCode::BAD_REQUEST, json!({ "error": "Refresh token is missing" }))
    );
    assert_eq!(exchange(&test, "").body().len(), 0);
    assert_eq!(json_of(&exchange(&test, &access)), json!({ "error": "Invalid refresh token" }));
    test.qelos.delete_user(test.ada);
    assert_eq!(json_of(&exchange(&test, &refresh)), json!({ "errors": { "general": "User not found" } }));
}

#[test]
fn providers_are_known_and_not_set_up() {
    let test = start();
    assert_eq!(test.get("/api/auth/linkedin/callback", GUEST).status(), 400);
    assert_eq!(test.get("/api/auth/myspace", GUEST).status(), 404);
}

#[test]
fn an_activated_workspace_stays_with_the_cookie_and_the_username_comes_back() {
    let test = start();
    let two = test.qelos.add_workspace("Zwei", &[Member::new(test.ada, &["user"])]);
    let old = test.cookie();
    let path = format!("/api/workspaces/{two}/activate");
    let activated = set_cookie(&test.call(Method::POST, &path, ("cookie", &old), &Value::Null)).unwrap();
    let me = |cookie: &str| json_of(&test.get("/api/me", ("cookie", cookie)));
    assert_eq!((&me(&activated)["workspace"]["name"], &me(&activated)["username"]), (&json!("Zwei"), &Value::Null));
    assert_eq!(me(&test.cookie())["workspace"]["name"], "Zwei", "the next sign-in remembers");
    test.clock.advance(Duration::from_hours(1));
    assert_eq!(set_cookie(&test.get("/api/me", ("cookie", &old))), None, "its session has moved on");
    let rotated = set_cookie(&test.get("/api/me", ("cookie", &activated))).unwrap();
    assert_eq!(
        (&me(&rotated)["workspace"]["name"], &me(&rotated)["username"]),
        (&json!("Zwei"), &json!("ada@example.com"))
    );
}
