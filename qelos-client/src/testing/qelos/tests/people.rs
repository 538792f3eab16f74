//! Signing up, and changing one's profile.

use super::*;

fn sign_up(test: &Test, fields: &Value) -> Value {
    let mut body = json!({
        "username": "bob@example.com", "email": "bob@example.com", "password": "hunter2hunter2", "firstName": "Bob",
    });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json_of(&test.call(Method::POST, "/api/signup", GUEST, &body))
}

fn update(test: &Test, access: &str, changes: &Value) -> Value {
    let bearer = format!("Bearer {access}");
    json_of(&test.call(Method::POST, "/api/me", ("authorization", &bearer), changes))
}

#[test]
fn a_new_user_can_sign_in_but_not_sign_up_again() {
    let test = start();
    let failed = json!({ "errors": { "": "FORM_SUBMISSION_FAILED" } });
    let signed_up = sign_up(&test, &json!({ "username": " BOB@example.com ", "authType": "oauth" }));
    assert_eq!(signed_up["payload"]["user"]["username"], "bob@example.com");
    assert_eq!(sign_up(&test, &json!({})), failed, "the name is taken");
    assert_eq!(sign_up(&test, &json!({ "username": "x", "authType": "magic" })), failed);
    let body = json!({ "username": "bob@example.com", "password": " hunter2hunter2 " });
    assert_eq!(test.call(Method::POST, "/api/signin", GUEST, &body).status(), 200);
    assert_eq!(test.refresh(signed_up["payload"]["refreshToken"].as_str().unwrap()).status(), 200);
}

#[test]
fn a_blank_username_is_the_address_and_a_missing_one_creates_no_user() {
    let test = start();
    assert_eq!(sign_up(&test, &json!({ "username": "" })), json!({ "payload": {} }));
    assert_eq!(sign_up(&test, &json!({ "username": null })), json!({ "payload": {} }));
    assert_eq!(sign_up(&test, &json!({ "username": " " }))["payload"]["user"]["username"], "bob@example.com");
    assert_eq!(sign_up(&test, &json!({ "username": "Bob" }))["payload"]["user"]["email"], "bob@null");
}

#[test]
fn the_first_session_lacks_the_address() {
    let test = start();
    let signed_up = sign_up(&test, &json!({ "authType": "oauth", "birthDate": "1990-05-17" }));
    let me = json_of(&test.me(signed_up["payload"]["token"].as_str().unwrap()));
    assert_eq!((&me["email"], &me["lastName"], &me["birthDate"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(me["fullName"], "Bob undefined");
}

#[test]
fn empty_and_ignored_fields_leave_a_profile_as_it_is() {
    let test = start();
    let (access, _) = test.sign_in(None);
    let before = json_of(&test.me(&access));
    let ignored =
        json!({ "firstName": "", "email": "x@y.zz", "phone": "1", "metadata": { "a": 1 }, "username": "eve" });
    let response = update(&test, &access, &ignored);
    assert_eq!(response["username"], "eve", "echoed");
    assert_eq!(json_of(&test.me(&access)), before, "and not stored");
    let response = update(&test, &access, &json!({ "name": "A. L.", "birthDate": "1990-05-17", "profileImage": "p" }));
    assert_eq!((&response["fullName"], &response["birthDate"]), (&json!("A. L."), &json!("1990-04-04")));
    let response = update(&test, &access, &json!({ "profileImage": "" }));
    assert_eq!(response.get("profileImage"), Some(&Value::Null));
}

#[test]
fn a_new_password_counts_from_the_next_sign_in_and_may_be_short() {
    let test = start();
    let (access, refresh) = test.sign_in(None);
    update(&test, &access, &json!({ "password": "x" }));
    assert_eq!(test.me(&access).status(), 200);
    assert_eq!(test.refresh(&refresh).status(), 200);
    let sign_in = |password: &str| {
        let body = json!({ "username": "ada@example.com", "password": password });
        test.call(Method::POST, "/api/signin", GUEST, &body).status()
    };
    assert_eq!((sign_in("hunter2hunter2"), sign_in("x")), (StatusCode::UNAUTHORIZED, StatusCode::OK));
}

#[test]
fn a_deleted_profile_cannot_be_changed() {
    let test = start();
    let (access, _) = test.sign_in(None);
    test.qelos.delete_user(test.ada);
    assert_eq!(update(&test, &access, &json!({})), json!({ "message": "failed to update your user information" }));
}

#[test]
fn a_spurious_refusal_leaves_the_token_good() {
    let test = start();
    let (_, refresh) = test.sign_in(None);
    test.qelos.spurious_refresh_refusals(2);
    assert_eq!(test.refresh("garbage").status(), 401, "which does not count");
    for _ in 0..2 {
        let refused = test.refresh(&refresh);
        assert_eq!((refused.status(), refused.body().len()), (StatusCode::UNAUTHORIZED, 0));
    }
    assert_eq!(test.refresh(&refresh).status(), 200);
}

#[test]
#[should_panic(expected = "there is a user called \"ada@example.com\" already: add it once")]
fn adding_a_user_twice_is_a_mistake_of_the_test() {
    start().qelos.add_user(NewUser::new("Ada@example.com", "another password"));
}

#[test]
fn no_user_has_one_of_no_roles() {
    let test = start();
    let sign_in = |roles: Value| {
        let body = json!({ "username": "ada@example.com", "password": "hunter2hunter2", "roles": roles });
        test.call(Method::POST, "/api/signin", GUEST, &body).status().as_u16()
    };
    assert_eq!((sign_in(json!([])), sign_in(json!(["user"])), sign_in(Value::Null)), (401, 200, 200));
}
