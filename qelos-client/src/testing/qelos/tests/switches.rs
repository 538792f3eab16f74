//! Changes of a test to users and their sessions while clients hold them.

use super::*;

#[test]
fn revoked_access_tokens_are_bad_at_once_and_refresh_tokens_are_not() {
    let test = start();
    let bob = test.qelos.add_user(NewUser::new("bob@example.com", "hunter2hunter2"));
    let body = json!({ "username": "bob@example.com", "password": "hunter2hunter2", "authType": "oauth" });
    let (of_bob, _) = tokens(&test.call(Method::POST, "/api/signin", GUEST, &body));
    let (access, refresh) = test.sign_in(None);
    let cookie = test.cookie();

    test.qelos.revoke_access_tokens(test.ada);
    assert_eq!(json_of(&test.me(&access)), json!({ "message": "authorization token is not valid." }));
    let by_cookie = test.get("/api/me", ("cookie", &cookie));
    assert_eq!(json_of(&by_cookie), json!({ "message": "you are not authorized. must be logged in." }));
    assert_eq!(test.me(&of_bob).status(), 200, "others are not concerned");
    let (renewed, _) = tokens(&test.refresh(&refresh));
    assert_eq!(test.me(&renewed).status(), 200, "although it was issued in the same second");

    test.qelos.revoke_access_tokens(bob);
    assert_eq!((test.me(&of_bob).status(), test.me(&renewed).status()), (StatusCode::UNAUTHORIZED, StatusCode::OK));
}

#[test]
fn another_signing_secret_ends_the_access_tokens_of_all() {
    let test = start();
    test.qelos.add_user(NewUser::new("bob@example.com", "hunter2hunter2"));
    let body = json!({ "username": "bob@example.com", "password": "hunter2hunter2", "authType": "oauth" });
    let bob = tokens(&test.call(Method::POST, "/api/signin", GUEST, &body));
    let ada = test.sign_in(None);
    test.qelos.rotate_signing_secret();
    for (access, refresh) in [ada, bob] {
        assert_eq!(test.me(&access).status(), 401);
        assert_eq!(test.me(&tokens(&test.refresh(&refresh)).0).status(), 200);
    }
}

#[test]
fn after_its_workspace_is_gone_a_user_signs_in_without_one_once() {
    let test = start();
    let two = test.qelos.add_workspace("Zwei", &[Member::new(test.ada, &["user"])]);
    let workspace = |access: &str| json_of(&test.me(access))["workspace"]["name"].take();
    let (access, _) = test.sign_in(Some(two));
    test.qelos.remove_workspace(two);
    assert_eq!(workspace(&access), "Zwei", "the token still says so");
    assert_eq!(workspace(&test.sign_in(None).0), Value::Null);
    assert_eq!(workspace(&test.sign_in(None).0), "One");
    assert_eq!(test.qelos.sessions(test.ada), 3);
}

#[test]
fn tokens_and_cookies_live_as_long_as_is_set() {
    let test = start();
    test.qelos.set_refresh_token_lifetime(Duration::from_mins(10));
    test.qelos.set_cookie_lifetime(Duration::from_mins(20));
    let (_, refresh) = test.sign_in(None);
    let cookie = test.cookie();
    assert_eq!(test.qelos.sessions(test.ada), 2);
    test.clock.advance(Duration::from_mins(10));
    assert_eq!((test.refresh(&refresh).status().as_u16(), test.qelos.sessions(test.ada)), (401, 1));
    assert_eq!(test.get("/api/me", ("cookie", &cookie)).status(), 200);
    test.clock.advance(Duration::from_mins(10));
    assert_eq!((test.get("/api/me", ("cookie", &cookie)).status().as_u16(), test.qelos.sessions(test.ada)), (401, 0));
}

#[test]
fn the_longest_lifetime_lasts_until_the_last_day_of_the_calendar() {
    let test = start();
    test.qelos.set_cookie_lifetime(Duration::MAX);
    test.qelos.set_refresh_token_lifetime(Duration::MAX);
    let body = json!({ "username": "ada@example.com", "password": "hunter2hunter2" });
    let response = test.call(Method::POST, "/api/signin", GUEST, &body);
    assert!(response.headers()["set-cookie"].to_str().unwrap().contains("Expires=Fri, 31 Dec 9999 23:59:59 GMT"));
    let (_, refresh) = test.sign_in(None);
    assert_eq!((test.refresh(&refresh).status().as_u16(), test.qelos.sessions(test.ada)), (200, 2));
}

#[test]
fn a_sign_in_that_is_refused_for_no_reason_begins_no_session() {
    let test = start();
    test.qelos.spurious_sign_in_refusals(1);
    let sign_in = |password: &str| {
        let body = json!({ "username": "ada@example.com", "password": password });
        test.call(Method::POST, "/api/signin", GUEST, &body)
    };
    assert_eq!(sign_in("wrong").status(), 401);
    let refused = sign_in("hunter2hunter2");
    let error = json!({ "version": 0, "modifiedPaths": ["lastLogin", "tokens"] });
    assert_eq!((refused.status().as_u16(), json_of(&refused)), (401, json!({ "errors": { "general": error } })));
    assert_eq!(test.qelos.sessions(test.ada), 0);
    assert_eq!(sign_in("hunter2hunter2").status(), 200);
}
