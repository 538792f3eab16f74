//! API tokens: their number, their lists, and their uses.

use super::*;

#[test]
fn expired_api_tokens_count_until_they_are_swept() {
    let test = start();
    let (access, _) = test.sign_in(None);
    for _ in 0..10 {
        assert_eq!(test.create_api_token(&access, Duration::from_secs(5)).status(), 201);
    }
    test.clock.advance(Duration::from_secs(65));
    assert_eq!(test.api_tokens(&access).as_array().unwrap().len(), 10);
    assert_eq!(test.create_api_token(&access, DAY).status(), 400);
    test.clock.advance(Duration::from_millis(1));
    assert_eq!(test.api_tokens(&access), json!([]));
    assert_eq!(test.create_api_token(&access, DAY).status(), 201);
}

#[test]
fn api_tokens_are_listed_newest_first_with_their_use() {
    let test = start();
    let (access, _) = test.sign_in(None);
    let first = json_of(&test.create_api_token(&access, DAY));
    let second = json_of(&test.create_api_token(&access, DAY));
    let raw = first["token"].as_str().unwrap();
    test.clock.advance(Duration::from_secs(1));
    assert_eq!(test.get("/api/me", ("x-api-key", raw)).status(), 200);
    let listed = test.api_tokens(&access);
    assert_eq!(listed[0]["_id"], second["apiToken"]["_id"]);
    assert_eq!((&listed[1]["usageCount"], &listed[1]["lastUsedAt"]), (&json!(2), &json!("2026-11-21T17:20:38.000Z")));
    assert_eq!(first["apiToken"]["token"], digest::hash(raw));
    assert_eq!(first["apiToken"]["tokenPrefix"], raw[..8]);
}

#[test]
fn a_token_locked_to_a_foreign_workspace_never_works() {
    let test = start();
    let (access, _) = test.sign_in(None);
    let body = json!({ "nickname": "x", "expiresAt": "2099-01-01", "workspace": "0123456789abcdef01234567" });
    let bearer = format!("Bearer {access}");
    let created = test.call(Method::POST, "/api/me/api-tokens", ("authorization", &bearer), &body);
    let token = json_of(&created)["token"].as_str().unwrap().to_owned();
    assert_eq!(test.get("/api/me", ("x-api-key", &token)).status(), 401);
}

#[test]
fn every_call_that_carries_an_api_token_is_a_use_of_it() {
    let test = start();
    let (access, _) = test.sign_in(None);
    let token = json_of(&test.create_api_token(&access, DAY))["token"].as_str().unwrap().to_owned();
    let uses = || test.api_tokens(&access)[0]["usageCount"].as_u64().unwrap();
    let by_key = ("x-api-key", token.as_str());
    let mut counted = 0;
    for (method, path, more) in [
        (Method::GET, "/api/me", 2),
        (Method::POST, "/api/signin", 1),
        (Method::POST, "/api/token/refresh", 1),
        (Method::GET, "/api/no-such-thing", 1),
        (Method::GET, "/api/blocks/no/such/thing", 1),
        (Method::GET, "/no/such/page", 0),
    ] {
        test.clock.advance(Duration::from_secs(1));
        test.call(method, path, by_key, &Value::Null);
        counted += more;
        assert_eq!(uses(), counted, "{path}");
        let last_used = test.api_tokens(&access)[0]["lastUsedAt"].take();
        assert_eq!(last_used == json!(test.clock.now()), more > 0, "{path}");
    }
}

#[test]
fn a_refusal_for_its_workspace_is_a_use_of_an_api_token() {
    let test = start();
    let (access, _) = test.sign_in(None);
    let body = json!({ "nickname": "x", "expiresAt": "2099-01-01", "workspace": "0123456789abcdef01234567" });
    let bearer = format!("Bearer {access}");
    let created = test.call(Method::POST, "/api/me/api-tokens", ("authorization", &bearer), &body);
    let token = json_of(&created)["token"].as_str().unwrap().to_owned();
    for call in 1..=2 {
        assert_eq!(test.get("/api/me", ("x-api-key", &token)).status(), 401, "also when it was used a moment ago");
        let listed = test.api_tokens(&access)[0].take();
        assert_eq!((&listed["usageCount"], &listed["lastUsedAt"]), (&json!(2 * call), &json!(test.clock.now())));
    }
}

#[test]
fn a_nickname_is_no_list_and_dates_are_read_in_several_forms() {
    let test = start();
    let bearer = format!("Bearer {}", test.sign_in(None).0);
    let create = |nickname: Value, expires_at: &str| {
        let body = json!({ "nickname": nickname, "expiresAt": expires_at });
        test.call(Method::POST, "/api/me/api-tokens", ("authorization", &bearer), &body)
    };
    let refused = create(json!(["ci"]), "2099-01-01");
    let body = json!({ "message": "Failed to create API token" });
    assert_eq!((refused.status().as_u16(), json_of(&refused)), (500, body));
    for (text, expiry) in [("2099", "2099-01-01"), ("12/31/2099", "2099-12-31"), ("Dec 31, 2099", "2099-12-31")] {
        let created = json_of(&create(json!("ci"), text));
        assert_eq!(created["apiToken"]["expiresAt"], format!("{expiry}T00:00:00.000Z"), "{text}");
    }
}
