//! Streams of events that go on where they broke off, where their endpoints declare that.

use std::time::Duration;

use http::{Response, StatusCode};
use qelos_client::auth::SignedIn;
use qelos_client::stream::{Event, Marker, StreamRules};
use qelos_client::testing::{FakeTransport, Refusal};
use qelos_client::transport::TransportErrorKind;
use qelos_client::{Endpoint, Error, Events, Retries, StreamError, TransportError, Upload};
use tokio::time::{Instant, sleep, timeout};

use super::subject;
use crate::chunks::Chunks;

const NEWS: StreamRules = StreamRules::new().ends_with(Marker::Data("[DONE]")).resumable();

#[derive(Endpoint)]
#[endpoint(GET, "/api/news", response = Events<Event>, stream = NEWS, auth = SignedIn)]
struct News {}

/// Begins where its caller says.
#[derive(Endpoint)]
#[endpoint(GET, "/api/news/archive", response = Events<Event>, stream = NEWS, auth = SignedIn)]
struct NewsBehind<'n> {
    #[endpoint(header = "last-event-id")]
    id: &'n str,
}

/// Sends a body, and is not idempotent.
#[derive(Endpoint)]
#[endpoint(POST, "/api/questions", response = Events<Event>, stream = NEWS, auth = SignedIn)]
struct Ask {
    #[endpoint(raw = "text/plain")]
    question: Upload,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/news", response = Events<Event>, auth = SignedIn)]
struct NotDeclared {}

/// The data of all events, and the error at the end.
async fn read(mut events: Events<Event>) -> (String, Option<StreamError>) {
    let mut data = String::new();
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => data += &event.data,
            Err(error) => {
                assert!(events.next().await.is_none(), "an error is the end");
                return (data, Some(error));
            }
        }
    }
    (data, None)
}

fn client_error(error: &StreamError) -> &Error {
    error.client_error().and_then(|error| error.downcast_ref()).unwrap()
}

fn no_connection() -> TransportError {
    TransportError::new(TransportErrorKind::Connect, "no connection")
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_off_goes_on_unnoticed() {
    let (server, client) = subject();
    server.expect(&News {}).stream().id("7").text_event("", "a").cut();
    server.expect(&News {}).behind_event("7").stream().id("8").text_event("", "b").end();
    server.expect(&News {}).behind_event("8").stream().text_event("", "c").text_event("", "[DONE]").end();
    let start = Instant::now();
    let (data, error) = read(client.call(&News {}).await.unwrap()).await;
    assert_eq!(data, "abc");
    assert!(error.is_none(), "{error:?}");
    assert_eq!(start.elapsed(), Duration::from_secs(6), "browsers wait for 3 seconds as well");
}

#[tokio::test(start_paused = true)]
async fn the_server_says_how_long_to_wait() {
    let (hour, minute) = (Duration::from_hours(1), Duration::from_mins(1));
    for (asked, waited) in [(minute, minute), (3 * hour, hour)] {
        let (server, client) = subject();
        server.expect(&News {}).stream().retry(asked).id("7").text_event("", "a").cut();
        server.expect(&News {}).behind_event("7").stream().text_event("", "[DONE]").end();
        let start = Instant::now();
        let (data, error) = read(client.call(&News {}).await.unwrap()).await;
        assert_eq!((data.as_str(), error.is_none(), start.elapsed()), ("a", true, waited));
    }
    // Not at once, whatever the server says.
    let (server, client) = subject();
    server.expect(&News {}).stream().retry(Duration::ZERO).id("7").text_event("", "a").cut();
    server.expect(&News {}).behind_event("7").stream().text_event("", "[DONE]").end();
    let start = Instant::now();
    read(client.call(&News {}).await.unwrap()).await;
    assert!((100..=201).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_is_opened_again() {
    let (server, client) = subject();
    server.expect(&News {}).stream().id("7").text_event("", "a").wait(Duration::from_hours(1)).end();
    server.expect(&News {}).behind_event("7").stream().text_event("", "b").text_event("", "[DONE]").end();
    let start = Instant::now();
    let silence = Duration::from_secs(20);
    let (data, error) = read(client.call(&News {}).longest_silence(silence).await.unwrap()).await;
    assert_eq!((data.as_str(), error.is_none(), start.elapsed().as_secs()), ("ab", true, 23));
}

#[tokio::test(start_paused = true)]
async fn an_id_of_the_caller_is_replaced() {
    let (server, client) = subject();
    server.expect(&NewsBehind { id: "3" }).stream().id("7").text_event("", "a").cut();
    server.expect(&NewsBehind { id: "7" }).stream().text_event("", "[DONE]").end();
    let (data, error) = read(client.call(&NewsBehind { id: "3" }).await.unwrap()).await;
    assert_eq!((data.as_str(), error.is_none()), ("a", true));
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_opened_in_a_row_as_often_as_a_call_is_retried() {
    let (server, client) = subject();
    server.expect(&News {}).stream().id("7").text_event("", "a").cut();
    server.expect(&News {}).behind_event("7").fail(no_connection());
    server.expect(&News {}).behind_event("7").stream().id("8").text_event("", "b").cut();
    server.expect(&News {}).behind_event("8").stream().retry(Duration::from_secs(1)).end();
    server.expect(&News {}).behind_event("8").fail(no_connection());
    let (data, error) = read(client.call(&News {}).await.unwrap()).await;
    assert_eq!(data, "ab");
    let error = error.unwrap();
    assert!(error.client_error().is_some(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_ends_the_stream_and_a_transient_one_does_not() {
    let (server, client) = subject();
    server.expect(&News {}).stream().id("7").text_event("", "a").cut();
    let busy = Response::builder().status(503).header("retry-after", "20").body("".into()).unwrap();
    server.expect(&News {}).behind_event("7").reply_with(busy);
    server.expect(&News {}).behind_event("7").refuse(Refusal::new(StatusCode::GONE, "no longer"));
    let start = Instant::now();
    let (data, error) = read(client.call(&News {}).retries(Retries::at_most(9)).await.unwrap()).await;
    assert_eq!((data.as_str(), start.elapsed()), ("a", Duration::from_secs(23)));
    let error = error.unwrap();
    assert_eq!(client_error(&error).status(), Some(StatusCode::GONE));
    assert!(error.to_string().contains("no longer"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn no_content_ends_the_stream() {
    let (server, client) = subject();
    server.expect(&News {}).stream().id("7").text_event("", "a").cut();
    let none = Response::builder().status(204).body("".into()).unwrap();
    server.expect(&News {}).behind_event("7").reply_with(none);
    let (data, error) = read(client.call(&News {}).await.unwrap()).await;
    assert_eq!((data.as_str(), error.is_none()), ("a", true));
}

#[tokio::test(start_paused = true)]
async fn without_the_word_or_without_retries_nothing_is_opened_again() {
    let (server, client) = subject();
    server.expect(&NotDeclared {}).stream().id("7").text_event("", "a").cut();
    let (data, error) = read(client.call(&NotDeclared {}).await.unwrap()).await;
    assert_eq!((data.as_str(), error.unwrap().is_broken()), ("a", true));
    server.expect(&News {}).stream().id("7").text_event("", "a").cut();
    let (data, error) = read(client.call(&News {}).retries(Retries::none()).await.unwrap()).await;
    assert_eq!((data.as_str(), error.unwrap().is_broken()), ("a", true));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_read_once_is_not_sent_again() {
    let (server, client) = subject();
    let ask = || Ask { question: "why?".into() };
    server.expect(&ask()).stream().id("7").text_event("", "a").cut();
    server.expect(&ask()).behind_event("7").stream().text_event("", "[DONE]").end();
    let (data, error) = read(client.call(&ask()).await.unwrap()).await;
    assert_eq!((data.as_str(), error.is_none()), ("a", true), "the declaration counts, not the method");

    server.expect(&ask()).stream().id("7").text_event("", "a").cut();
    let once = Ask { question: Upload::once(Chunks::of(&"why?".into(), 1)).with_length(4) };
    let (data, error) = read(client.call(&once).await.unwrap()).await;
    assert_eq!((data.as_str(), error.unwrap().is_broken()), ("a", true));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_dropped_is_not_opened_again() {
    // The transport panics when a request comes that it does not expect.
    let (server, client): (FakeTransport, _) = subject();
    server.expect(&News {}).stream().id("7").text_event("", "a").cut();
    let mut events = client.call(&News {}).await.unwrap();
    events.next().await.unwrap().unwrap();
    assert_eq!(events.last_event_id(), "7");
    assert!(timeout(Duration::from_secs(2), events.next()).await.is_err(), "it waits before it is opened again");
    drop(events);
    sleep(Duration::from_hours(1)).await;
}
