//! What a client does with declared statuses: it follows, retries and refuses none of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use qelos_client::auth::SignedIn;
use qelos_client::testing::FakeTransport;
use qelos_client::{ApiTokenAuth, Client, Refused as _, Transport, TransportError, resource};

use super::*;

#[derive(Debug, PartialEq, Response)]
enum Job {
    #[response(200)]
    Done(Item),
    #[response(303)]
    Elsewhere {
        #[response(header)]
        location: String,
    },
    #[response(401)]
    Unknown,
    #[response(403)]
    Closed,
    #[response(503)]
    Busy {
        #[response(header)]
        retry_after: Option<u32>,
    },
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/job", response = Job, auth = SignedIn)]
struct GetJob {}

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/job", response = Item, auth = SignedIn)]
struct GetItem {}

/// Sends one response to all requests, and counts them.
fn client(response: HttpResponse<Bytes>) -> (Arc<AtomicUsize>, Client<ApiTokenAuth, impl Transport>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let transport = move |_: http::Request<Bytes>| {
        counted.fetch_add(1, Ordering::Relaxed);
        let response = response.clone();
        async move { Ok::<_, TransportError>(response) }
    };
    let client = Client::builder("https://acme.example").transport(transport).api_token("ql_1").build();
    (requests, client.unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_declared_status_is_neither_retried_nor_followed_nor_refused() {
    for (response, job) in [
        (with(response(303, ""), "location", "/api/jobs/7"), Job::Elsewhere { location: "/api/jobs/7".to_owned() }),
        (with(response(503, ""), "retry-after", "30"), Job::Busy { retry_after: Some(30) }),
        (response(403, ""), Job::Closed),
        (response(200, r#"{"id":7}"#), Job::Done(Item { id: 7, note: None })),
    ] {
        let (requests, client) = client(response);
        assert_eq!(client.call(&GetJob {}).await.unwrap(), job);
        assert_eq!(requests.load(Ordering::Relaxed), 1, "{job:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_undeclared_status_is_retried_or_refused() {
    for (status, attempts) in [(503, 3), (303, 1), (409, 1)] {
        let (requests, client) = client(response(status, ""));
        let error = client.call(&GetItem {}).await.unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.is_redirect(), status == 303);
        assert_eq!(requests.load(Ordering::Relaxed), attempts);
    }
    let (requests, client) = client(response(502, ""));
    assert_eq!(client.call(&GetJob {}).await.unwrap_err().status().unwrap(), 502, "503 is declared, and 502 is not");
    assert_eq!(requests.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn a_declared_401_is_judged_before_it_is_a_response() {
    let (requests, client) = client(response(401, ""));
    assert_eq!(client.call(&GetJob {}).await.unwrap(), Job::Unknown);
    assert!(requests.load(Ordering::Relaxed) > 1, "the credential has asked the server about its token");
}

#[tokio::test]
async fn a_double_responds_with_a_declared_response() {
    let server = FakeTransport::new();
    server.expect(&GetJob {}).reply(&Job::Busy { retry_after: None });
    server.expect(&GetJob {}).reply(&Job::Elsewhere { location: "/api/jobs/7".to_owned() });
    let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build().unwrap();
    assert_eq!(client.call(&GetJob {}).await.unwrap(), Job::Busy { retry_after: None });
    assert_eq!(client.call(&GetJob {}).await.unwrap(), Job::Elsewhere { location: "/api/jobs/7".to_owned() });
}

#[resource(path = "/api/items", auth = SignedIn)]
trait Items {
    #[get("/{id}", none = 404)]
    async fn find(&self, id: u32) -> Option<Item>;
    #[get("/{id}/pdf", raw = "application/pdf")]
    async fn pdf(&self, id: u32) -> Bytes;
    #[delete("/{id}", error = Item)]
    async fn delete(&self, id: u32);
}

#[tokio::test]
async fn methods_of_a_resource_take_the_words_about_the_response() {
    let (_, missing) = client(response(404, ""));
    assert_eq!(missing.items().find(7).await.unwrap(), None);
    let (_, file) = client(with(response(200, "%PDF"), "content-type", "application/pdf"));
    assert_eq!(file.items().pdf(7).await.unwrap(), "%PDF");
}

/// The item that keeps another one from being deleted.
async fn in_use<I: Items<Error: qelos_client::Refused>>(items: &I) -> Option<Item> {
    items.delete(7).await.unwrap_err().declared::<ItemsDelete>()?.ok()
}

#[tokio::test]
async fn a_declared_error_is_read_without_knowing_the_client() {
    let (_, refusing) = client(response(409, r#"{"id":8}"#));
    assert_eq!(in_use(&refusing.items()).await, Some(Item { id: 8, note: None }));
    let error = refusing.items().delete(7).await.unwrap_err();
    assert!(error.refusal().is_some() && error.declared::<GetItem>().is_none());
}
