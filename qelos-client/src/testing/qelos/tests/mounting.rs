//! Mounted endpoints: the callers they admit, the requests they get, and the recorded requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Method, Request, StatusCode};
use qelos_spec::auth::{CookieOnly, CredentialKind, Public, SignedIn};
use qelos_spec::{DecodeRequest, Endpoint, SecretString};

use super::*;
use crate::testing::Refusal;

/// Responds with the name of the caller.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/things/{id}", response = String, auth = SignedIn)]
struct PostThing {
    id: u32,
    name: String,
    #[endpoint(secret)]
    pin: SecretString,
}

/// Only for browsers.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/browser", response = String, auth = CookieOnly)]
struct ForBrowsers;

/// Public.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/me", response = String, auth = Public)]
struct PublicMe;

fn thing() -> Value {
    json!({ "name": "bicycle", "pin": "1234" })
}

#[test]
fn a_mounted_endpoint_gets_its_request_and_its_caller() {
    let test = start();
    let (access, _) = test.sign_in(None);
    test.qelos.mount::<PostThing>(|thing, caller| match thing.id {
        7 => {
            let username = caller.user().and_then(|user| user.username.clone()).unwrap_or_default();
            let workspace = caller.workspace().map(|workspace| workspace.name.clone()).unwrap_or_default();
            Ok(format!("{} of {username} in {workspace} by {}", thing.name, caller.kind()))
        }
        _ => Err(Refusal::new(StatusCode::CONFLICT, "not that one")),
    });
    let bearer = format!("Bearer {access}");
    let response = test.call(Method::POST, "/api/things/7", ("authorization", &bearer), &thing());
    assert_eq!(json_of(&response), "bicycle of ada@example.com in One by an OAuth session");
    assert_eq!(response.headers()["x-powered-by"], "Express");
    let refused = test.call(Method::POST, "/api/things/8", ("authorization", &bearer), &thing());
    assert_eq!((refused.status(), json_of(&refused)), (StatusCode::CONFLICT, json!({ "message": "not that one" })));
}

#[test]
fn a_handler_gets_only_admitted_and_well_formed_requests() {
    let test = start();
    let (access, _) = test.sign_in(None);
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    test.qelos.mount::<PostThing>(move |_, _| Ok(counter.fetch_add(1, Ordering::SeqCst).to_string()));
    test.qelos.mount::<ForBrowsers>(|_, _| Ok("hello".to_owned()));
    let bearer = format!("Bearer {access}");

    let anonymous = test.call(Method::POST, "/api/things/7", GUEST, &thing());
    assert_eq!(anonymous.status(), 401);
    assert_eq!(json_of(&anonymous), json!({ "message": "you are not authorized. must be logged in." }));
    let expired = test.call(Method::POST, "/api/things/7", ("authorization", "Bearer x"), &thing());
    assert_eq!(json_of(&expired), json!({ "message": "authorization token is not valid." }));
    let malformed = test.call(Method::POST, "/api/things/seven", ("authorization", &bearer), &thing());
    assert_eq!(malformed.status(), 400);
    assert!(json_of(&malformed)["message"].as_str().unwrap().contains("the path value `id`"));
    assert_eq!(asked.load(Ordering::SeqCst), 0);

    let wrong = test.get("/api/browser", ("authorization", &bearer));
    assert_eq!(wrong.status(), 403);
    assert_eq!(
        json_of(&wrong),
        json!({ "message": "this needs a cookie session, and the caller has an OAuth session" })
    );
    assert_eq!(test.get("/api/browser", ("cookie", &test.cookie())).status(), 200);
}

#[test]
fn a_mounted_endpoint_takes_precedence_over_routes_and_earlier_ones() {
    let test = start();
    test.qelos.mount::<PublicMe>(|_, caller| Ok(caller.kind().as_str().to_owned()));
    assert_eq!(json_of(&test.get("/api/me", ("authorization", "Bearer of something else"))), "anonymous");
    test.qelos.mount::<PublicMe>(|_, caller| {
        assert_eq!(caller.kind(), CredentialKind::Anonymous);
        Ok("another".to_owned())
    });
    assert_eq!(json_of(&test.get("/api/me", GUEST)), "another");
}

#[test]
fn a_handler_may_use_the_fake() {
    let test = start();
    let qelos = test.qelos.clone();
    test.qelos.mount::<PublicMe>(move |_, _| Ok(qelos.count("GET", "/api/me").to_string()));
    assert_eq!(json_of(&test.get("/api/me", GUEST)), "1");
}

#[test]
fn recorded_requests_show_no_secret() {
    let test = start();
    let (access, refresh) = test.sign_in(None);
    test.qelos.mount::<PostThing>(|_, _| Ok(String::new()));
    let bearer = format!("Bearer {access}");
    test.call(Method::POST, "/api/things/7", ("authorization", &bearer), &thing());
    test.call(Method::POST, "/api/things/7", ("authorization", &bearer), &json!({ "pin": "1234" }));
    test.call(Method::POST, "/api/token/refresh", GUEST, &json!({ "refreshToken": refresh }));
    let form = Request::post("/api/signin").body(Bytes::from_static(b"password=hunter2hunter2")).unwrap();
    let _ = test.qelos.handle(form);
    let shown = format!("{:?}{:?}", test.qelos.requests(), test.qelos);
    for secret in ["hunter2", "1234", access.as_str(), refresh.as_str()] {
        assert!(!shown.contains(secret), "{secret}");
    }
    assert!(shown.contains(r#""name": "bicycle""#), "the rest is there: {shown}");
    test.qelos.forget_requests();
    assert_eq!(test.qelos.count("POST", "/api/signin"), 0);
}
