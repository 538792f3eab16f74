//! Requests whose body is a stream: how often they are sent, and how long they may take. Tokio's time is paused where time
//! passes. The same over sockets is in `transport/uploads.rs`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_client::auth::SignedIn;
use qelos_client::testing::{FakeQelos, FakeTransport, Fault, Faults, Refusal};
use qelos_client::transport::TransportErrorKind;
use qelos_client::{
    ApiTokenAuth, Client, DecodeRequest, Endpoint, Error, OAuth, RequestSnapshot, Transport, TransportError,
};
use qelos_spec::Upload;
use qelos_spec::multipart::File;
use tokio::time::Instant;

use crate::chunks::Chunks;
use crate::world::{LIFETIME, World};

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(PUT, "/api/files/{id}", auth = SignedIn)]
struct Put {
    id: u32,
    #[endpoint(raw = "image/png")]
    content: Upload,
}

/// Not idempotent.
#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/files", auth = SignedIn)]
struct Add {
    #[endpoint(part)]
    file: File,
}

const CONTENT: Bytes = Bytes::from_static(b"0123456789");

fn chunks() -> Chunks {
    Chunks::of(&CONTENT, 3)
}

fn put(content: impl Into<Upload>) -> Put {
    Put { id: 7, content: content.into() }
}

fn add(content: impl Into<Upload>) -> Add {
    Add { file: File::new("a", content) }
}

fn repeatable() -> Upload {
    Upload::from_fn(chunks)
}

fn once() -> Upload {
    Upload::once(chunks())
}

/// Whether the stream failed: only `TransportErrorKind::Upload` says so.
fn is_of_the_upload(error: &Error) -> bool {
    error.is_transport()
        && !error.is_transient()
        && error.to_string().contains(": the body of the request could not be sent")
}

fn subject() -> (FakeTransport, Client<ApiTokenAuth, FakeTransport>) {
    let server = FakeTransport::new();
    let builder = Client::builder("https://acme.example").transport(server.clone()).api_token("ql_1");
    (server, builder.build().unwrap())
}

fn refusal() -> Refusal {
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "later")
}

fn no_connection() -> TransportError {
    TransportError::new(TransportErrorKind::Connect, "no connection")
}

#[test]
fn an_upload_is_a_raw_body() {
    let request = put(CONTENT).encode().unwrap();
    assert_eq!((request.headers()["content-type"].as_bytes(), request.body()), (&b"image/png"[..], &CONTENT));
    let sent = request.into_http(&"https://acme.example".parse().unwrap()).unwrap();
    assert_eq!(Put::decode_request(&sent).unwrap(), put(CONTENT));

    let request = put(repeatable().with_length(10)).encode().unwrap();
    assert!(request.sends_stream() && request.is_repeatable() && request.body().is_empty());
    let shown = "PUT /api/files/7\naccept: application/json\ncontent-type: image/png\n\n<stream, 10 bytes>\n";
    assert_eq!(RequestSnapshot::from(&request).as_str(), shown);
    assert!(!put(once()).encode().unwrap().is_repeatable());
}

#[tokio::test(start_paused = true)]
async fn a_repeatable_upload_is_sent_again() {
    let (server, client) = subject();
    server.expect(&put(CONTENT)).refuse(refusal());
    server.expect(&put(CONTENT)).fail(no_connection());
    server.expect(&put(CONTENT)).reply(&());
    client.call(&put(repeatable())).await.unwrap();

    server.expect(&add(CONTENT)).fail(no_connection());
    server.expect(&add(CONTENT)).reply(&());
    client.call(&add(repeatable())).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_is_read_once_is_sent_once() {
    let (server, client) = subject();
    server.expect(&put(CONTENT)).refuse(refusal());
    let error = client.call(&put(once())).await.unwrap_err();
    assert_eq!((error.attempts(), error.status()), (1, Some(StatusCode::SERVICE_UNAVAILABLE)), "{error}");

    server.expect(&add(CONTENT)).fail(no_connection());
    let error = client.call(&add(once())).await.unwrap_err();
    assert!(error.is_connect() && error.attempts() == 1, "{error}");

    let upload = once();
    server.expect(&put(CONTENT)).reply(&());
    client.call(&put(upload.clone())).await.unwrap();
    let error = client.call(&put(upload)).await.unwrap_err();
    assert!(error.to_string().contains("the body of `Put` cannot be written"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_upload_whose_stream_fails_is_not_sent_again() {
    let (_server, client) = subject();
    for content in [
        Upload::from_fn(|| chunks().that_fail()),
        Upload::once(chunks().that_fail()),
        repeatable().with_length(9),
        repeatable().with_length(11),
    ] {
        let error = client.call(&put(content.clone())).await.unwrap_err();
        assert!(is_of_the_upload(&error) && error.attempts() == 1, "{error}");
    }
    let error = client.call(&add(Upload::from_fn(|| chunks().that_fail()))).await.unwrap_err();
    assert!(is_of_the_upload(&error) && error.attempts() == 1, "{error}");
}

type Network = Faults<FakeQelos>;

/// The requests that a server has accepted.
type Accepted = Arc<Mutex<Vec<Put>>>;

/// A client whose access token the server refuses.
async fn with_an_expired_token() -> (World<Network>, Client<OAuth, Network>, Accepted) {
    let world = World::behind(Faults::around);
    let came = Accepted::default();
    let kept = Arc::clone(&came);
    world.qelos.mount::<Put>(move |put, _| {
        kept.lock().unwrap().push(put);
        Ok(())
    });
    let client = world.oauth().await;
    world.server_clock.advance(LIFETIME);
    (world, client, came)
}

#[tokio::test]
async fn a_repeatable_upload_is_sent_again_with_a_renewed_token() {
    let (world, client, came) = with_an_expired_token().await;
    client.call(&put(repeatable())).await.unwrap();
    assert_eq!((world.network.of::<Put>().sent(), world.refreshes()), (2, 1));
    assert_eq!(*came.lock().unwrap(), [put(CONTENT)]);
}

#[tokio::test]
async fn an_upload_that_is_read_once_is_not_sent_again_with_a_renewed_token() {
    let (world, client, came) = with_an_expired_token().await;
    let error = client.call(&put(once())).await.unwrap_err();
    assert!(error.is_unauthorized() && error.attempts() == 1, "{error}");
    assert_eq!((world.network.of::<Put>().sent(), world.refreshes()), (1, 0));
    assert!(came.lock().unwrap().is_empty());
}

/// A token that expires soon is renewed before the request is sent.
#[tokio::test]
async fn an_upload_that_is_read_once_is_sent_with_a_fresh_token() {
    let (world, client, came) = with_an_expired_token().await;
    world.client_clock.advance(LIFETIME);
    client.call(&put(once())).await.unwrap();
    assert_eq!((world.network.of::<Put>().sent(), world.refreshes()), (1, 1));
    assert_eq!(*came.lock().unwrap(), [put(CONTENT)]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_response_to_an_upload_is_retried_like_any() {
    let (world, client, _) = with_an_expired_token().await;
    client.call(&put(CONTENT)).await.unwrap();
    world.network.of::<Put>().next([Fault::lost_response(), Fault::lost_request()]);
    client.call(&put(repeatable())).await.unwrap();
    assert_eq!(world.network.of::<Put>().sent(), 2 + 3, "the first call was refused once, for its token");
}

/// A transport with a timeout, on which bodies arrive as they are taken.
struct Direct;

impl Transport for Direct {
    async fn send(&self, request: Request<qelos_client::Body>) -> Result<Response<qelos_client::Body>, TransportError> {
        let request = qelos_client::transport::whole(request).await?;
        assert_eq!(*request.body(), CONTENT);
        Ok(Response::new(qelos_client::Body::default()))
    }

    fn timeout(&self) -> Option<Duration> {
        Some(Duration::from_secs(30))
    }
}

fn direct() -> Client<ApiTokenAuth, Direct> {
    Client::builder("https://acme.example").transport(Direct).api_token("ql_1").build().unwrap()
}

/// A stream whose chunks take this long each.
fn slow(each: Duration) -> Upload {
    Upload::from_fn(move || Chunks::of(&CONTENT, 1).each_after(each))
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_makes_progress_may_take_as_long_as_it_likes() {
    let started = Instant::now();
    direct().call(&put(slow(Duration::from_secs(50)))).await.unwrap();
    assert_eq!(started.elapsed(), Duration::from_secs(550), "longer than timeout and deadline");
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_stands_still_is_cut() {
    let started = Instant::now();
    let error = direct().call(&add_of(slow(Duration::from_secs(70)))).await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 1, "{error}");
    assert_eq!(started.elapsed(), Duration::from_mins(1));

    let patient = direct().call(&put(slow(Duration::from_secs(70)))).longest_silence(Duration::from_secs(80));
    patient.await.unwrap();
}

fn add_of(content: Upload) -> AddRaw {
    AddRaw { content }
}

/// Not idempotent, so that a timeout is not retried.
#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/files", auth = SignedIn)]
struct AddRaw {
    #[endpoint(raw)]
    content: Upload,
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_the_caller_sets_holds_for_an_upload() {
    let minute = Duration::from_mins(1);
    for (call, after) in [
        (direct().call(&add_of(slow(Duration::from_secs(50)))).deadline(2 * minute), 2 * minute),
        (direct().call(&add_of(slow(Duration::from_secs(50)))).timeout(3 * minute), 3 * minute),
    ] {
        let started = Instant::now();
        assert!(call.await.unwrap_err().is_timeout());
        assert_eq!(started.elapsed(), after);
    }
}
