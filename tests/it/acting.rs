//! Administrators that act as another user, or without privileges.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use qelos_client::api::{EntitiesExt, EntityQuery, GetMe, ListAllWorkspaces, PlansExt, UpdateMe, WorkspacesList};
use qelos_client::auth::{Acting, ActingAs};
use qelos_client::{AnyCredential, ApiTokenAuth, Client, Transport, TransportError, UserId, WorkspaceId};
use serde_json::Value;

type Seen = Arc<Mutex<Vec<(String, HeaderMap)>>>;

/// A server that gives this response to each request, and what it was sent.
fn server(response: &'static str) -> (impl Transport + Clone, Seen) {
    let seen = Seen::default();
    let sent = Arc::clone(&seen);
    let transport = move |request: Request<Bytes>| {
        let target = request.uri().path_and_query().unwrap().to_string();
        sent.lock().unwrap().push((format!("{} {target}", request.method()), request.headers().clone()));
        async move { Ok::<_, TransportError>(Response::new(Bytes::from_static(response.as_bytes()))) }
    };
    (transport, seen)
}

fn root<T: Transport>(transport: T) -> Client<ApiTokenAuth, T> {
    Client::builder("https://acme.example").transport(transport).api_token("ql_1").build().unwrap()
}

fn una() -> UserId {
    "6b072b309deb66ecc9cde621".parse().unwrap()
}

fn acme() -> WorkspaceId {
    "6b072b319deb66ecc9cde69b".parse().unwrap()
}

/// As the official SDK sends it: `request-shapes.json` has the same headers.
#[tokio::test]
async fn another_user_is_named_in_headers_beside_the_credential() {
    let (transport, seen) = server("[]");
    let root = root(transport);
    let una_in_acme = root.acting_as(ActingAs::user(una()).in_workspace(acme()));
    una_in_acme.workspaces().list().await.unwrap();
    root.workspaces().list().await.unwrap();
    let seen = seen.lock().unwrap();
    let ((target, acting), (_, own)) = (&seen[0], &seen[1]);
    assert_eq!(target, "GET /api/workspaces");
    assert_eq!(acting["x-impersonate-user"], una().as_str());
    assert_eq!(acting["x-impersonate-workspace"], acme().as_str());
    assert_eq!(acting["x-api-key"], own["x-api-key"]);
    assert!(!own.contains_key("x-impersonate-user"), "the client of the administrator acts for the administrator");
}

#[tokio::test]
async fn endpoints_that_need_no_credential_are_called_without_another_user() {
    let (transport, seen) = server("[]");
    let una = root(transport).acting_as(ActingAs::user(una()));
    una.plans().public().await.unwrap();
    let (target, headers) = seen.lock().unwrap().remove(0);
    assert_eq!(target, "GET /api/plans/public");
    assert!(!headers.keys().any(|name| name.as_str().starts_with("x-")), "{headers:?}");
}

#[tokio::test]
async fn an_administrator_without_privileges_says_so_in_the_query() {
    let (transport, seen) = server("[]");
    let plain = root(transport).acting_as(ActingAs::without_privileges());
    plain.entities::<Value>("car").list(EntityQuery::new().limit(1)).await.unwrap();
    plain.call(&ListAllWorkspaces::default()).await.unwrap();
    let targets: Vec<_> = seen.lock().unwrap().iter().map(|(target, _)| target.clone()).collect();
    let expected = [
        "GET /api/blueprints/car/entities?%24limit=1&%24flat=true&bypassAdmin=true",
        "GET /api/workspaces/all?bypassAdmin=true",
    ];
    assert_eq!(targets, expected);
}

/// The server would change the password of the administrator.
#[tokio::test]
async fn what_the_server_does_for_the_administrator_is_not_sent_as_another_user() {
    let (transport, seen) = server("{}");
    let root = root(transport);
    let mut changes = UpdateMe::default();
    changes.password = Some("hunter2".into());
    let error = root.acting_as(ActingAs::user(una())).call(&changes).await.unwrap_err();
    assert!(error.to_string().contains("POST /api/me acts for the administrator"), "{error}");
    assert!(seen.lock().unwrap().is_empty());

    _ = root.acting_as(ActingAs::user(una())).call(&GetMe).await;
    _ = root.acting_as(ActingAs::without_privileges()).call(&changes).await;
    assert_eq!(
        seen.lock().unwrap().len(),
        2,
        "reading the profile is that of the user, and without another user nothing is refused"
    );
}

#[tokio::test]
async fn a_credential_chosen_at_run_time_is_checked_as_another_user_as_well() {
    let (transport, seen) = server("[]");
    let client = Client::builder("https://acme.example").transport(transport).build().unwrap().into_any();
    let client: Client<Acting<AnyCredential>, _> = client.acting_as(ActingAs::user(una()));
    let error = client.call(&WorkspacesList {}).await.unwrap_err();
    assert!(error.is_not_allowed() && seen.lock().unwrap().is_empty(), "{error}");
}
