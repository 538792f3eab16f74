//! Configurations, and the one that the server itself looks at.

use super::*;

fn root(test: &Test) -> String {
    test.qelos.add_user(NewUser::new("root", "root-pass-1").role("admin"));
    let body = json!({ "username": "root", "password": "root-pass-1", "authType": "oauth" });
    format!("Bearer {}", tokens(&test.call(Method::POST, "/api/signin", GUEST, &body)).0)
}

#[test]
fn guests_read_public_configurations_only() {
    let test = start();
    for (key, public) in [("prices", true), ("secrets", false)] {
        test.qelos.set_configuration(&json!({ "key": key, "public": public, "kind": "mine", "metadata": {"a": 1} }));
    }
    let prices = test.get("/api/configurations/prices", GUEST);
    assert_eq!(json_of(&prices), json!({ "tenant": "0", "key": "prices", "metadata": {"a": 1} }));
    assert_eq!(test.get("/api/configurations/secrets", GUEST).status(), 404);
    let secrets = test.get("/api/configurations/secrets", ("authorization", &root(&test)));
    assert_eq!(json_of(&secrets)["kind"], "mine", "administrators see the kind as well");
}

#[test]
fn a_change_replaces_fields_of_the_content() {
    let test = start();
    let root = root(&test);
    let put = |key: &str, body: &Value| {
        test.call(Method::PUT, &format!("/api/configurations/{key}"), ("authorization", &root), body)
    };
    test.qelos.set_configuration(&json!({ "key": "prices", "metadata": {"a": 1, "b": {"c": 2}} }));
    let changed = json_of(&put("prices", &json!({ "metadata": {"b": {}, "websiteUrls": ["x"]}, "public": true })));
    assert_eq!(changed["metadata"], json!({ "a": 1, "b": {} }));
    assert_eq!(changed["public"], false);
    let urls = |urls: &Value| json_of(&put("app-configuration", &json!({ "metadata": {"websiteUrls": urls} })));
    assert_eq!(urls(&json!(["acme.example"]))["metadata"]["websiteUrls"], json!(["acme.example"]));
    assert_eq!(urls(&json!([]))["metadata"]["websiteUrls"], json!(["acme.example"]), "an empty list is ignored");
    let unanswered = put("unknown", &json!({}));
    assert_eq!(unanswered.status(), 504);
    assert!(std::str::from_utf8(unanswered.body()).unwrap().ends_with("acme.example/api/configurations/unknown"));
}

#[test]
fn a_list_is_filtered() {
    let test = start();
    let root = root(&test);
    test.qelos.set_configuration(&json!({ "key": "prices", "kind": "mine", "metadata": {} }));
    let keys = |query: &str| {
        let listed = json_of(&test.get(&format!("/api/configurations?{query}"), ("authorization", &root)));
        let keys = listed.as_array().unwrap().iter().map(|known| known["key"].as_str().unwrap().to_owned());
        keys.collect::<Vec<_>>()
    };
    assert_eq!(keys("key=^APP"), ["app-configuration"]);
    assert_eq!(keys("public=false"), ["prices"]);
    assert_eq!(keys("kind=mine"), ["prices"]);
    assert_eq!(keys("").len(), 5);
}

#[test]
fn the_configuration_of_sign_ins_says_who_manages_api_tokens() {
    let test = start();
    let (access, _) = test.sign_in(None);
    let created = || test.create_api_token(&access, DAY).status().as_u16();
    assert_eq!(created(), 201);
    for (permissions, expected) in [
        (json!({ "roles": ["admin"], "wsRoles": [] }), 403),
        (json!({ "roles": ["user"], "wsRoles": [] }), 201),
        (json!({ "roles": [], "wsRoles": ["user"] }), 201),
    ] {
        test.qelos.set_configuration(&json!({
            "key": "auth-configuration", "public": true,
            "metadata": {"allowUserTokenAuthentication": true, "tokenAuthenticationPermissions": permissions},
        }));
        assert_eq!(created(), expected, "{permissions}");
    }
    let body = json!({ "metadata": {"allowUserTokenAuthentication": false} });
    test.call(Method::PUT, "/api/configurations/auth-configuration", ("authorization", &root(&test)), &body);
    assert_eq!(created(), 403);
    test.qelos.set_api_tokens_allowed(true);
    assert_eq!(created(), 201);
}
