//! Expected requests, those that come in their place, and their responses.

use std::panic::{AssertUnwindSafe, catch_unwind};

use http::StatusCode;
use qelos_spec::api::{OAuthSignIn, WorkspacesGet, WorkspacesList};
use qelos_spec::{ApiError, DecodeError, EncodeError, EndpointInfo, ErrorResponse, SecretString};
use serde::{Deserialize, Serialize};

use super::*;
use crate::auth::SignedIn;
use crate::{ApiTokenAuth, Client, Endpoint, Response};

type Subject = Client<ApiTokenAuth, FakeTransport>;

fn subject() -> (FakeTransport, Subject) {
    let server = FakeTransport::new();
    let builder = Client::builder("https://acme.example/prefix").transport(server.clone());
    (server, builder.api_token("ql_1").build().unwrap())
}

fn complaint(server: FakeTransport, client: Subject) -> String {
    drop(client);
    let panic = catch_unwind(AssertUnwindSafe(|| drop(server))).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Paid {
    on: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices/{id}/reminder", auth = SignedIn, error = Paid)]
struct Remind {
    id: u32,
}

#[tokio::test]
async fn an_endpoint_is_refused_with_its_declared_error() {
    let (server, client) = subject();
    let paid = Paid { on: "2026-11-21".to_owned() };
    server.expect(&Remind { id: 7 }).refuse(Refusal::declared(StatusCode::CONFLICT, &paid));
    let error = client.call(&Remind { id: 7 }).await.unwrap_err();
    assert_eq!((error.status(), error.declared::<Remind>()), (Some(StatusCode::CONFLICT), Some(Ok(paid))));
}

#[derive(Debug, PartialEq, Response)]
enum Declined {
    #[response(402)]
    Unpaid {
        #[response(header = "x-invoice")]
        invoice: u32,
    },
    #[response(4xx)]
    Other {
        #[response(status)]
        status: StatusCode,
    },
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/orders", response = u32, auth = SignedIn, error = Declined)]
struct Order {}

#[tokio::test]
async fn a_declared_error_has_the_status_and_the_headers_of_its_variant() {
    let (server, client) = subject();
    for (declined, status) in [
        (Declined::Unpaid { invoice: 7 }, StatusCode::PAYMENT_REQUIRED),
        (Declined::Other { status: StatusCode::GONE }, StatusCode::GONE),
    ] {
        server.expect(&Order {}).refuse_as(&declined);
        let error = client.call(&Order {}).await.unwrap_err();
        assert_eq!((error.status(), error.declared::<Order>()), (Some(status), Some(Ok(declined))));
    }
}

/// An error whose other side does not fit: a client knows it by 409 only.
#[derive(Debug)]
struct Teapot(u16);

impl ErrorResponse for Teapot {
    fn from_refusal(_: &'static EndpointInfo, refusal: &ApiError) -> Option<Result<Self, DecodeError>> {
        (refusal.status() == StatusCode::CONFLICT).then_some(Ok(Self(409)))
    }
}

impl ToResponse for Teapot {
    fn to_response(&self) -> Result<http::Response<Bytes>, EncodeError> {
        let response = http::Response::builder().status(self.0).body(Bytes::new());
        response.map_err(|error| EncodeError::new("Teapot", error.to_string()))
    }
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/tea", auth = SignedIn, error = Teapot)]
struct MakeTea {}

/// The text of the panic.
fn panics<R>(work: impl FnOnce() -> R) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(work)) else { panic!("it does not panic") };
    *panic.downcast::<String>().unwrap()
}

#[test]
fn an_error_that_a_client_would_not_read_is_refused() {
    let _ = Refusal::of::<MakeTea>(&Teapot(409));
    assert_eq!(
        panics(|| Refusal::of::<MakeTea>(&Teapot(418))),
        "418 I'm a teapot is not a status that the error of `MakeTea` declares"
    );
    assert_eq!(
        panics(|| Refusal::of::<Remind>(&Paid { on: String::new() })),
        "200 OK is a success of `Remind`, and no refusal: the type of its error has no status of its own, so take \
         `Refusal::declared(status, &error)`"
    );
    let text = panics(|| Refusal::of::<Order>(&Declined::Other { status: StatusCode::BAD_GATEWAY }));
    assert!(text.ends_with("its status is not one of its own, which are 400, 401 or 403 to 499"), "{text}");
    // A value that is read as another variant.
    let text = panics(|| Refusal::of::<Order>(&Declined::Other { status: StatusCode::PAYMENT_REQUIRED }));
    assert!(text.ends_with("its status is not one of its own, which are 400, 401 or 403 to 499"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn requests_get_their_responses_in_order() {
    let (server, client) = subject();
    server.expect(&WorkspacesList {}).reply(&Vec::new());
    server.expect(&WorkspacesList {}).refuse(Refusal::new(StatusCode::CONFLICT, "not now"));
    server.expect(&WorkspacesList {}).fail(no_connection());
    server.expect(&WorkspacesList {}).reply(&Vec::new());
    assert_eq!(client.workspaces().list().await.unwrap(), Vec::new());
    let refused = client.workspaces().list().await.unwrap_err();
    assert_eq!(refused.status(), Some(StatusCode::CONFLICT));
    assert_eq!(refused.api().and_then(|error| error.message()), Some("not now"));
    assert_eq!(client.workspaces().list().await.unwrap(), Vec::new(), "it is sent again after a failed connection");
}

#[tokio::test]
async fn another_request_is_shown_next_to_the_expected_one() {
    let (server, client) = subject();
    let [expected, other] = ["65f000000000000000000001", "65f000000000000000000002"].map(|id| id.parse().unwrap());
    server.expect(&WorkspacesGet { workspace_id: expected }).fail(no_connection());
    let error = client.workspaces().get(&other).await.unwrap_err();
    let difference = "- expected\n+ came\n\n\
        - GET /api/workspaces/65f000000000000000000001\n\
        + GET /api/workspaces/65f000000000000000000002\n\
        \x20 accept: application/json\n";
    assert!(causes(&error).contains(&difference.to_owned()), "the call says so: {:#?}", causes(&error));
    assert_eq!(complaint(server, client), format!("the requests were not those expected\n\n{difference}"));
}

#[tokio::test]
async fn an_unexpected_and_a_missing_request_fail_the_test() {
    let (server, client) = subject();
    assert!(client.workspaces().list().await.is_err());
    server.expect(&WorkspacesList {}).reply(&Vec::new());
    assert_eq!(
        complaint(server, client),
        "the requests were not those expected\n\n\
         nothing was expected any more, and this came:\n\
         GET /api/workspaces\naccept: application/json\n\n\
         this never came:\n\
         GET /api/workspaces\naccept: application/json\n"
    );
}

#[tokio::test]
async fn a_request_may_be_expected_several_times() {
    let (server, client) = subject();
    server.expect(&WorkspacesList {}).times(3).reply(&Vec::new());
    for _ in 0..2 {
        assert_eq!(client.workspaces().list().await.unwrap(), Vec::new());
    }
    let missing = complaint(server, client);
    assert!(missing.ends_with("this never came:\nGET /api/workspaces\naccept: application/json\n"), "{missing}");

    let (server, client) = subject();
    server.expect(&WorkspacesList {}).times(3).reply(&Vec::new());
    assert!(complaint(server, client).contains("this never came (3 times):\nGET /api/workspaces"));
}

#[tokio::test]
async fn requests_in_any_order_get_their_own_responses() {
    let server = FakeTransport::in_any_order();
    let builder = Client::builder("https://acme.example").transport(server.clone());
    let client = builder.api_token("ql_1").build().unwrap();
    server.expect(&Remind { id: 1 }).refuse(Refusal::new(StatusCode::CONFLICT, "one"));
    server.expect(&Remind { id: 2 }).refuse(Refusal::new(StatusCode::CONFLICT, "two"));
    let refusal = |id| {
        let call = client.call(&Remind { id });
        async { call.await.unwrap_err().api().and_then(|error| error.message().map(str::to_owned)) }
    };
    assert_eq!((refusal(2).await, refusal(1).await), (Some("two".to_owned()), Some("one".to_owned())));

    server.expect(&Remind { id: 1 }).refuse(Refusal::new(StatusCode::CONFLICT, "one"));
    assert!(client.call(&Remind { id: 3 }).await.is_err());
    assert!(client.workspaces().list().await.is_err());
    let complaint = complaint(server, client);
    assert!(complaint.contains("- POST /api/invoices/1/reminder\n+ POST /api/invoices/3/reminder"), "{complaint}");
    assert!(complaint.contains("no request of this endpoint was expected any more, and this came:"), "{complaint}");
    assert!(complaint.contains("this never came:\nPOST /api/invoices/1/reminder"), "{complaint}");
}

#[tokio::test]
async fn secrets_are_compared_and_not_shown() {
    let (server, client) = subject();
    let sign_in = |password: &str| OAuthSignIn::new("ada", SecretString::from(password));
    server.expect(&sign_in("hunter2")).fail(no_connection());
    assert!(client.oauth_sign_in(&sign_in("hunter3")).await.is_err());
    let complaint = complaint(server, client);
    assert!(complaint.contains("differ in a secret"), "{complaint}");
    assert!(!complaint.contains("hunter"), "{complaint}");
}

fn no_connection() -> TransportError {
    TransportError::new(TransportErrorKind::Connect, "no connection")
}

fn causes(error: &dyn std::error::Error) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect()
}
