//! Endpoints that return streams: declared, called over a network and through doubles.

use std::time::Duration;

use http::StatusCode;
use qelos_client::auth::SignedIn;
use qelos_client::stream::{Marker, StreamRules};
use qelos_client::testing::{FakeTransport, Refusal};
use qelos_client::{ApiTokenAuth, Client, Download, Endpoint, Events, Lines, Retries, resource};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

mod resumed;

const CHAT: StreamRules =
    StreamRules::new().ends_with(Marker::Field("type", "done")).fails_with(Marker::Field("type", "error"));

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Delta {
    content: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/ai/{thread}/chat", response = Events<Delta>, stream = CHAT, auth = SignedIn)]
struct Chat<'c> {
    thread: u32,
    message: &'c str,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/pods", response = Lines<u32>, auth = SignedIn)]
struct Watch {}

type Feed = Lines<u32>;

#[derive(Endpoint)]
#[endpoint(GET, "/api/feed", response = Feed, stream, auth = SignedIn)]
struct ReadFeed {}

#[resource(path = "/api/files", auth = SignedIn)]
trait Files {
    #[get("/{id}/content")]
    async fn content(&self, id: u32) -> Download;
}

const HELLO: Chat<'_> = Chat { thread: 7, message: "hello" };

fn subject() -> (FakeTransport, Client<ApiTokenAuth, FakeTransport>) {
    let server = FakeTransport::new();
    let builder = Client::builder("https://acme.example").transport(server.clone()).api_token("ql_1");
    (server, builder.build().unwrap())
}

fn delta(content: &str) -> Delta {
    Delta { content: content.to_owned() }
}

#[tokio::test(start_paused = true)]
async fn events_arrive_while_the_response_goes_on() {
    let (server, client) = subject();
    let hour = Duration::from_secs(40);
    let stream = server.expect(&HELLO).stream().event("", &delta("a")).wait(hour).event("", &delta("b")).wait(hour);
    stream.event("", &serde_json::json!({ "type": "done" })).end();
    let start = Instant::now();
    let mut events = client.call(&HELLO).deadline(Duration::from_secs(5)).await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap(), delta("a"));
    assert_eq!(start.elapsed(), Duration::ZERO, "the first event is there before the last one");
    assert_eq!(events.next().await.unwrap().unwrap(), delta("b"), "the deadline is that of the head");
    assert!(events.next().await.is_none());
    assert_eq!(start.elapsed(), 2 * hour);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_silent_for_too_long_is_an_error() {
    let (server, client) = subject();
    server.expect(&HELLO).stream().event("", &delta("a")).wait(Duration::from_secs(100)).end();
    let start = Instant::now();
    let mut events = client.call(&HELLO).await.unwrap();
    events.next().await.unwrap().unwrap();
    // A program that reads slowly does not make its server silent.
    tokio::time::sleep(Duration::from_secs(50)).await;
    let error = events.next().await.unwrap().unwrap_err();
    assert!(error.is_idle() && error.to_string() == "the stream was silent for 60s", "{error}");
    assert_eq!(start.elapsed(), Duration::from_secs(110));

    let (server, client) = subject();
    server.expect(&HELLO).stream().event("", &delta("a")).wait(Duration::from_secs(100)).end();
    let mut events = client.call(&HELLO).longest_silence(Duration::from_secs(2)).await.unwrap();
    events.next().await.unwrap().unwrap();
    assert_eq!(events.next().await.unwrap().unwrap_err().to_string(), "the stream was silent for 2s");
}

#[tokio::test]
async fn a_stream_that_is_cut_or_fails_is_an_error() {
    let (server, client) = subject();
    server.expect(&HELLO).stream().event("", &delta("a")).cut();
    server.expect(&HELLO).stream().event("", &delta("a")).end();
    server.expect(&HELLO).stream().text_event("", r#"{"type":"error","message":"no"}"#).end();
    let mut events = client.call(&HELLO).await.unwrap();
    events.next().await.unwrap().unwrap();
    assert!(events.next().await.unwrap().unwrap_err().is_broken());
    let mut events = client.call(&HELLO).await.unwrap();
    events.next().await.unwrap().unwrap();
    assert!(events.next().await.unwrap().unwrap_err().is_unfinished(), "its end marker is missing");
    let mut events = client.call(&HELLO).await.unwrap();
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.failure(), Some(r#"{"type":"error","message":"no"}"#));
}

#[tokio::test]
async fn a_refusal_and_another_type_are_errors_of_the_call() {
    let (server, client) = subject();
    server.expect(&HELLO).refuse(Refusal::new(StatusCode::FORBIDDEN, "not today"));
    let error = client.call(&HELLO).await.unwrap_err();
    assert!(error.is_forbidden() && error.to_string().contains("not today"), "{error}");
    server.expect(&HELLO).stream().line(&1).end();
    let error = client.call(&HELLO).await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    let text = "its type is `application/x-ndjson`, and events are `text/event-stream`";
    assert!(format!("{error:#}").contains(text) || error.to_string().contains(text), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_head_of_a_stream_is_retried_and_its_body_is_not() {
    let (server, client) = subject();
    server.expect(&Watch {}).refuse(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "later"));
    server.expect(&Watch {}).stream().line(&1).line(&2).cut();
    let mut lines = client.call(&Watch {}).await.unwrap();
    assert_eq!(lines.next().await.unwrap().unwrap(), 1);
    assert_eq!(lines.next().await.unwrap().unwrap(), 2);
    assert!(lines.next().await.unwrap().unwrap_err().is_broken());
    assert!(lines.next().await.is_none());
}

#[tokio::test]
async fn an_alias_of_a_stream_is_one_with_the_word() {
    let (server, client) = subject();
    server.expect(&ReadFeed {}).stream().line(&7).end();
    let (mut lines, head) = client.call(&ReadFeed {}).with_head().await.unwrap();
    assert_eq!(head.headers["content-type"], "application/x-ndjson");
    assert_eq!(lines.next().await.unwrap().unwrap(), 7);
}

#[tokio::test]
async fn a_method_of_a_resource_returns_a_stream() {
    let (server, client) = subject();
    server.expect(&FilesContent { id: 7 }).stream().bytes("ab").bytes("c").end();
    let mut content = client.files().content(7).retries(Retries::none()).await.unwrap();
    assert_eq!(content.next().await.unwrap().unwrap(), "ab");
    assert_eq!(content.collect(1 << 20).await.unwrap(), "c");
}

#[tokio::test]
async fn a_response_that_has_arrived_is_a_stream_of_it() {
    let (server, client) = subject();
    let body = "data: {\"content\":\"a\"}\n\ndata: {\"type\":\"done\"}\n\n";
    server.expect(&HELLO).reply_with(http::Response::new(body.into()));
    let mut events = client.call(&HELLO).await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap(), delta("a"));
    assert!(events.next().await.is_none());
}
