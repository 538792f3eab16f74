//! Users and all workspaces of the tenant, as their administrators see them.

use super::*;

struct Administration {
    test: Test,
    root_signs: String,
}

fn open() -> Administration {
    let test = start();
    test.qelos.add_user(NewUser::new("root@example.com", "root-pass-1").role("admin"));
    let body = json!({ "username": "root@example.com", "password": "root-pass-1", "authType": "oauth" });
    let root_signs = format!("Bearer {}", tokens(&test.call(Method::POST, "/api/signin", GUEST, &body)).0);
    Administration { test, root_signs }
}

impl Administration {
    fn call(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let response = self.test.call(method, path, ("authorization", &self.root_signs), body);
        (response.status().as_u16(), json_of(&response))
    }

    fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, &Value::Null)
    }

    /// The names of the found users, or workspaces.
    fn found(&self, path: &str, name: &str) -> Vec<String> {
        let (status, found) = self.get(path);
        assert_eq!(status, 200, "{found}");
        found.as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn users_are_found_by_a_pattern_whatever_its_case_and_by_roles() {
    let open = open();
    for (query, found) in [
        ("?username=^ADA", vec!["ada@example.com"]),
        ("?username=ada&exact=true", vec!["ada@example.com"]),
        ("?username=(", vec![]),
        ("?username=ad+a@", vec!["ada@example.com"]),
        ("?username=ad%20a@", vec!["ada@example.com"]),
        ("?username=ad%2Ba@", vec!["ada@example.com"]),
        ("?username=ada+b@", vec![]),
        ("?roles=editor,admin", vec!["root@example.com"]),
        ("?username=example.com&roles=user", vec!["ada@example.com"]),
        ("?_id=zz", vec![]),
        ("?users=zz", vec![]),
    ] {
        assert_eq!(open.found(&format!("/api/users{query}"), "username"), found, "{query}");
    }
    let (_, selected) = open.get(&format!("/api/users?users={},zz&select=email,roles", open.test.ada));
    assert_eq!(selected, json!([{ "_id": open.test.ada, "email": "ada@example.com", "roles": ["user"] }]));
}

#[test]
fn a_created_user_signs_in_and_a_removed_one_does_not() {
    let open = open();
    let body =
        json!({ "username": " Dora@example.com", "password": "pass-of-dora", "email": "d@example.com", "name": "D." });
    let (_, created) = open.call(Method::POST, "/api/users", &body);
    assert_eq!((&created["name"], &created["roles"], created.get("email")), (&json!("D."), &json!(["user"]), None));
    assert_eq!(open.call(Method::POST, "/api/users", &body), (400, json!({ "message": "user creation failed" })));
    let sign_in = || {
        let body = json!({ "username": "dora@example.com", "password": "pass-of-dora" });
        open.test.call(Method::POST, "/api/signin", GUEST, &body).status()
    };
    assert_eq!(sign_in(), 200);
    let path = format!("/api/users/{}", created["_id"].as_str().unwrap());
    assert_eq!(open.get(&path).1["lastLogin"]["created"], "2026-11-21T17:20:37.000Z");
    let removed = json!({ "_id": created["_id"], "tenant": "0" });
    assert_eq!(open.call(Method::DELETE, &path, &Value::Null), (200, removed));
    assert_eq!((sign_in().as_u16(), open.get(&path).0), (401, 404));
}

#[test]
fn a_change_of_a_user_is_repeated_and_not_the_user() {
    let open = open();
    let path = format!("/api/users/{}", open.test.ada);
    let change = json!({ "firstName": "Augusta", "lastName": "", "internalMetadata": { "plan": "gold" } });
    open.call(Method::PUT, &path, &change);
    let (_, echo) = open.call(Method::PUT, &path, &json!({ "internalMetadata": { "seats": 3 }, "x": 1 }));
    let merged = json!({ "plan": "gold", "seats": 3 });
    assert_eq!(echo, json!({ "internalMetadata": merged, "_id": open.test.ada }));
    let (_, ada) = open.get(&path);
    assert_eq!(
        (&ada["firstName"], &ada["lastName"], &ada["internalMetadata"]),
        (&json!("Augusta"), &json!("User"), &merged)
    );
    let taken = open.call(Method::PUT, &path, &json!({ "username": "root@example.com" }));
    assert_eq!(taken, (500, json!({ "message": "user update failed" })));
}

#[test]
fn a_change_of_a_user_that_does_not_exist_is_accepted_for_names_only() {
    let open = open();
    let path = "/api/users/0123456789abcdef01234567";
    let echo = json!({ "firstName": "X", "_id": "0123456789abcdef01234567" });
    assert_eq!(open.call(Method::PUT, path, &json!({ "firstName": "X" })), (200, echo));
    assert_eq!(open.get(path).0, 404, "it is stored nowhere");
    for field in ["username", "password", "roles"] {
        assert_eq!(open.call(Method::PUT, path, &json!({ field: "x@y.zz" })).0, 500, "{field}");
    }
}

#[test]
fn encrypted_data_is_stored_under_a_name_that_may_be_empty() {
    let open = open();
    let path = format!("/api/users/{}/encrypted", open.test.ada);
    assert_eq!(open.get(&path), (200, Value::Null));
    assert_eq!(open.call(Method::POST, &path, &json!({ "last4": "4242" })), (200, json!({})));
    assert_eq!(open.get(&path), (200, json!({ "last4": "4242" })));
    let named = Request::get(&path).header("authorization", &open.root_signs).header("x-encrypted-id", "card");
    assert_eq!(json_of(&open.test.qelos.handle(named.body(Bytes::new()).unwrap())), Value::Null, "another name");
}

#[test]
fn all_workspaces_are_filtered_and_an_invalid_pattern_is_never_answered() {
    let open = open();
    let ada = open.test.ada;
    let beyond = open.test.qelos.add_workspace("Beyond", &[]);
    for (query, found) in [
        (String::new(), vec!["One", "Two", "Beyond"]),
        (format!("?members.user={ada}"), vec!["One", "Two"]),
        ("?q=^T".to_owned(), vec!["Two"]),
        (format!("?_id={beyond},0123456789abcdef01234567"), vec!["Beyond"]),
        ("?labels=x".to_owned(), vec![]),
    ] {
        assert_eq!(open.found(&format!("/api/workspaces/all{query}"), "name"), found, "{query}");
    }
    let (_, selected) = open.get(&format!("/api/workspaces/all?_id={beyond}&select=name,members"));
    assert_eq!(selected, json!([{ "_id": beyond, "name": "Beyond", "members": [] }]));
    let (_, selected) = open.get(&format!("/api/workspaces/all?_id={beyond}&select=name,members,labels"));
    assert_eq!(selected, json!([{ "_id": beyond, "name": "Beyond" }]), "only the first comma separates names");
    assert_eq!(open.get("/api/workspaces/all?_id=zz").0, 500);
    let response = open.test.get("/api/workspaces/all?name=(", ("authorization", &open.root_signs));
    assert_eq!((response.status(), response.headers().get("content-type")), (StatusCode::GATEWAY_TIMEOUT, None));
}

#[test]
fn an_administrator_acts_in_a_workspace_of_the_user_and_keeps_their_own_tokens() {
    let open = open();
    let acting = |path: &str, workspace: &str| {
        let request = Request::get(path).header("authorization", &open.root_signs);
        let request = request.header("x-impersonate-user", open.test.ada.as_str());
        open.test.qelos.handle(request.header("x-impersonate-workspace", workspace).body(Bytes::new()).unwrap())
    };
    let one = open.found("/api/workspaces/all?q=One", "_id").remove(0);
    assert_eq!(json_of(&acting("/api/me", &one))["workspace"]["name"], "One");
    let beyond = open.test.qelos.add_workspace("Beyond", &[]);
    let refused = json!({ "message": "Failed to impersonate user", "error": "Unknown error" });
    assert_eq!(json_of(&acting("/api/workspaces", beyond.as_str())), refused, "the user is not in it");
    open.test.create_api_token(&open.test.sign_in(None).0, DAY);
    assert_eq!(json_of(&acting("/api/me/api-tokens", &one)), json!([]), "the tokens of the administrator");
}
