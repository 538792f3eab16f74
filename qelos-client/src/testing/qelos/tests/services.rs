//! The services behind the gateway: how each refuses a caller, which callers each admits, and how a slow gateway turns
//! users into guests.

use qelos_spec::auth::{Public, SignedIn};
use qelos_spec::{DecodeRequest, Endpoint};

use super::*;

/// Responds with the name of the caller.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/things", response = String, auth = SignedIn)]
struct ListThings;

/// Mounts the endpoint in a service, under its rules.
fn mount(service: &ServiceMount) {
    service.mount::<ListThings>(|_, caller| {
        let username = caller.user().and_then(|user| user.username.clone());
        Ok(username.unwrap_or_else(|| "a guest".to_owned()))
    });
}

fn things(test: &Test, credential: (&str, &str)) -> (u16, String) {
    let response = test.get("/api/things", credential);
    (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
}

fn message(status: u16, text: &str) -> (u16, String) {
    (status, json!({ "message": text }).to_string())
}

fn served(name: &str) -> (u16, String) {
    (200, json!(name).to_string())
}

const GARBAGE: (&str, &str) = ("authorization", "Bearer garbage");

#[test]
fn each_service_refuses_in_its_own_way() {
    let test = start();
    let bearer = format!("Bearer {}", test.sign_in(None).0);
    let not_permitted = || message(403, "not permitted");
    let not_authorized = || message(401, "you are not authorized");
    let empty = || (401, String::new());
    for (service, to_guests, to_users) in [
        (Service::NoCode, empty(), empty()),
        (Service::Drafts, empty(), empty()),
        (Service::Plugins, empty(), empty()),
        (Service::Ai, empty(), empty()),
        (Service::Assets, empty(), empty()),
        (Service::Entities, not_permitted(), not_permitted()),
        (Service::Content, not_authorized(), not_authorized()),
        (Service::Payments, message(401, "authentication required"), message(401, "insufficient permissions")),
    ] {
        mount(&test.qelos.service(service).for_roles(&["admin"]));
        assert_eq!(things(&test, GUEST), to_guests, "{service:?}, a guest");
        assert_eq!(things(&test, GARBAGE), to_guests, "{service:?}, a bad token makes a guest");
        assert_eq!(things(&test, ("authorization", &bearer)), to_users, "{service:?}, a user without the role");
        mount(&test.qelos.service(service).for_roles(&["admin", "user"]));
        assert_eq!(things(&test, ("authorization", &bearer)), served("ada@example.com"), "{service:?}");
    }
}

#[test]
fn the_auth_service_tells_guests_bad_tokens_and_missing_roles_apart() {
    let test = start();
    let bearer = format!("Bearer {}", test.sign_in(None).0);
    mount(&test.qelos.service(Service::Auth).for_roles(&["admin"]));
    assert_eq!(things(&test, GUEST), message(401, "you are not authorized. must be logged in."));
    assert_eq!(things(&test, GARBAGE), message(401, "authorization token is not valid."));
    assert_eq!(things(&test, ("x-api-key", "ql_garbage")), message(401, "Invalid or expired API token"));
    assert_eq!(things(&test, ("authorization", &bearer)), message(401, "you are not privileged."));
}

#[test]
fn an_expired_token_makes_a_guest_outside_of_the_auth_service() {
    let test = start();
    test.qelos.set_access_token_lifetime(Duration::from_secs(2));
    let bearer = format!("Bearer {}", test.sign_in(None).0);
    mount(&test.qelos.service(Service::Entities).for_guests());
    assert_eq!(things(&test, ("authorization", &bearer)), served("ada@example.com"));
    test.clock.advance(Duration::from_secs(2));
    assert_eq!(things(&test, ("authorization", &bearer)), served("a guest"), "200, with another view");
    assert_eq!(things(&test, GUEST), served("a guest"));
    for bad in [("x-api-key", "ql_garbage"), ("cookie", "qlt_0=garbage"), ("authorization", "without-scheme")] {
        assert_eq!(things(&test, bad), served("a guest"), "{bad:?}");
    }
}

/// Public by its declaration; only the service may ask for a role.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/open", response = String, auth = Public)]
struct Open;

#[test]
fn a_public_endpoint_is_open_to_guests_unless_its_service_asks_for_a_role() {
    let test = start();
    let open = |credential| test.get("/api/open", credential).status().as_u16();
    test.qelos.service(Service::Content).mount::<Open>(|_, _| Ok(String::new()));
    assert_eq!((open(GUEST), open(GARBAGE)), (200, 200));
    test.qelos.service(Service::Content).for_roles(&["user"]).mount::<Open>(|_, _| Ok(String::new()));
    assert_eq!((open(GUEST), open(GARBAGE)), (401, 401));
    let bearer = format!("Bearer {}", test.sign_in(None).0);
    assert_eq!(open(("authorization", &bearer)), 200);
}

#[test]
fn every_credential_works_for_every_service() {
    let test = start();
    let (access, _) = test.sign_in(None);
    let api_token = json_of(&test.create_api_token(&access, DAY))["token"].as_str().unwrap().to_owned();
    let (bearer, cookie) = (format!("Bearer {access}"), test.cookie());
    mount(&test.qelos.service(Service::Ai));
    for good in [("authorization", bearer.as_str()), ("cookie", &cookie), ("x-api-key", &api_token)] {
        assert_eq!(things(&test, good), served("ada@example.com"));
    }
}

#[test]
fn a_slow_gateway_makes_guests_of_signed_in_callers_except_for_the_auth_service() {
    let test = start();
    let bearer = format!("Bearer {}", test.sign_in(None).0);
    let signed_in = ("authorization", bearer.as_str());
    mount(&test.qelos.service(Service::Content));
    test.qelos.slow_gateway(2);
    assert_eq!(test.get("/api/me", signed_in).status(), 200, "which is asked directly");
    assert_eq!(things(&test, GUEST).0, 401, "nothing is asked about a guest");
    assert_eq!(things(&test, signed_in), message(401, "you are not authorized"));
    mount(&test.qelos.service(Service::Entities).for_guests());
    assert_eq!(things(&test, signed_in), served("a guest"));
    assert_eq!(things(&test, signed_in), served("ada@example.com"), "the credential was good all the time");
}

#[test]
fn the_routes_of_administrators_say_that_others_are_not_privileged() {
    let test = start();
    let root = test.qelos.add_user(NewUser::new("root", "root-pass-1").role("admin"));
    test.qelos.add_workspace("Without members", &[]);
    let bearer = format!("Bearer {}", test.sign_in(None).0);
    let refused = test.get("/api/workspaces/all", ("authorization", &bearer));
    assert_eq!((refused.status().as_u16(), json_of(&refused)), (401, json!({ "message": "you are not privileged." })));
    assert_eq!(
        json_of(&test.get("/api/workspaces/all", GUEST))["message"],
        "you are not authorized. must be logged in."
    );
    let body = json!({ "username": "root", "password": "root-pass-1", "authType": "oauth" });
    let (access, _) = tokens(&test.call(Method::POST, "/api/signin", GUEST, &body));
    let all = json_of(&test.get("/api/workspaces/all", ("authorization", &format!("Bearer {access}"))));
    let names: Vec<_> = all.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["One", "Two", "Without members"]);
    assert_eq!((&all[2]["tenant"], &all[2]["labels"], all[2].get("members")), (&json!("0"), &json!([]), None));
    assert_eq!(test.qelos.sessions(root), 1);
}

#[test]
fn roles_are_those_of_the_token_until_it_is_renewed() {
    let test = start();
    let (access, refresh) = test.sign_in(None);
    let (bearer, cookie) = (format!("Bearer {access}"), test.cookie());
    let [used, unused] =
        [(); 2].map(|()| json_of(&test.create_api_token(&access, DAY))["token"].as_str().unwrap().to_owned());
    mount(&test.qelos.service(Service::NoCode).for_roles(&["editor"]));
    assert_eq!(things(&test, ("x-api-key", &used)).0, 401);

    test.qelos.set_roles(test.ada, &["user", "editor"]);
    for old in [("authorization", bearer.as_str()), ("cookie", &cookie), ("x-api-key", &used)] {
        assert_eq!(things(&test, old).0, 401);
        assert_eq!(json_of(&test.get("/api/me", old))["roles"], json!(["user"]));
    }
    assert_eq!(things(&test, ("x-api-key", &unused)).0, 200, "it is looked up now");
    let (renewed, _) = tokens(&test.refresh(&refresh));
    assert_eq!(things(&test, ("authorization", &format!("Bearer {renewed}"))).0, 200);
    test.clock.advance(Duration::from_hours(1));
    assert_eq!(things(&test, ("x-api-key", &used)).0, 200, "it is looked up again");
    let rotated = set_cookie(&test.get("/api/me", ("cookie", &cookie))).unwrap();
    assert_eq!(things(&test, ("cookie", &rotated)).0, 200);
}
