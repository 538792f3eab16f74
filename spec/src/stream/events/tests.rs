//! Events as a user reads them.

use std::collections::VecDeque;
use std::io;

use bytes::Bytes;
use serde::Deserialize;

use super::*;
use crate::stream::rules::Marker;
use crate::stream::{Event, EventRef, ready, splits};

/// Chunks, and an error at the end if the connection breaks.
struct Chunks(VecDeque<io::Result<Bytes>>);

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}

fn body(chunks: &[&[u8]], breaks: bool) -> Body {
    let chunks = chunks.iter().map(|chunk| Ok(Bytes::copy_from_slice(chunk)));
    let error = breaks.then(|| Err(io::ErrorKind::ConnectionReset.into()));
    Body::from_stream(Chunks(chunks.chain(error).collect()))
}

fn all<T>(mut events: Events<T>) -> Vec<Result<T, StreamError>> {
    let all = std::iter::from_fn(|| ready(events.next())).collect();
    assert!(ready(events.next()).is_none(), "a stream that has ended stays at its end");
    all
}

/// The events, and the line of the error at the end.
fn outcome<T>(events: Events<T>) -> (Vec<T>, Option<StreamError>) {
    let mut results = all(events);
    let error = match results.pop() {
        Some(Err(error)) => Some(error),
        last => {
            results.extend(last);
            None
        }
    };
    (results.into_iter().map(Result::unwrap).collect(), error)
}

/// The chat of Qelos.
const RULES: StreamRules =
    StreamRules::new().ends_with(Marker::Field("type", "done")).fails_with(Marker::Field("type", "error"));

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Delta {
    Chunk { content: String },
    Heartbeat,
}

const RECORDED: &str = ": open\n\ndata: {\"type\":\"heartbeat\"}\n\ndata: {\"type\":\"chunk\",\"content\":\"Grüße\"}\r\n\r\n\
                        id: 7\ndata: {\"type\":\"chunk\",\ndata: \"content\":\" 👋\"}\n\ndata: {\"type\":\"done\"}\n\n";

fn recorded() -> Vec<Delta> {
    let chunk = |content: &str| Delta::Chunk { content: content.to_owned() };
    vec![Delta::Heartbeat, chunk("Grüße"), chunk(" 👋")]
}

#[test]
fn events_are_decoded_up_to_the_marker() {
    for chunks in splits(RECORDED.as_bytes()) {
        // The error behind the marker is not reached: the connection was let go.
        let mut events = Events::<Delta>::new(body(&chunks, true), RULES);
        let read: Vec<_> = std::iter::from_fn(|| ready(events.next())).map(Result::unwrap).collect();
        assert_eq!(read, recorded(), "in {chunks:?}");
        assert_eq!(events.last_event_id(), "7");
    }
}

#[test]
fn a_stream_that_is_cut_anywhere_yields_the_whole_events_and_an_error() {
    for at in 0..RECORDED.len() - 1 {
        let cut = &RECORDED.as_bytes()[..at];
        for breaks in [true, false] {
            let (events, error) = outcome(Events::<Delta>::new(body(&[cut], breaks), RULES));
            let error = error.unwrap_or_else(|| panic!("cut at {at}"));
            assert_eq!((error.is_broken(), error.is_unfinished()), (breaks, !breaks), "cut at {at}: {error}");
            assert!(recorded().starts_with(&events), "cut at {at}: {events:?}");
            // Each event is there as soon as its blank line is.
            let text = String::from_utf8_lossy(cut).replace("\r\n", "\n").replace('\r', "\n");
            let whole = text.split_inclusive("\n\n").filter(|event| event.ends_with("\n\n") && event.contains("data"));
            assert_eq!(events.len(), whole.count(), "cut at {at}");
        }
    }
    let (events, error) =
        outcome(Events::<Delta>::new(body(&[&RECORDED.as_bytes()[..RECORDED.len() - 1]], false), RULES));
    assert_eq!(events, recorded());
    assert!(error.is_some_and(|error| error.is_unfinished()), "the marker is an event, and has to be whole");
}

#[test]
fn without_a_declared_end_only_a_cut_event_is_an_error() {
    let end_of = |stream: &'static str| outcome(Events::<Event>::new(stream.into(), StreamRules::new()));
    for whole in
        ["", "\u{feff}", "data: 1\n\n", "data: 1\n\n\n", "data: 1\n\n:", "data: 1\n\n: comment", "retry: 1\n", "x\n"]
    {
        let (_, error) = end_of(whole);
        assert!(error.is_none(), "{whole:?}: {error:?}");
    }
    for cut in ["data: 1\n", "data: 1", "d", "data: 1\n\nid: 2\n", "event: a\n", "data: 1\n: comment", "data: 1\n\nid"]
    {
        let (events, error) = end_of(cut);
        assert_eq!(events.len(), cut.matches("\n\n").count());
        assert_eq!(error.expect(cut).to_string(), "the stream ended in an event");
    }
}

#[test]
fn a_failure_is_an_error_with_its_data_and_the_stream_goes_on() {
    let stream = "data: {\"type\":\"error\",\"message\":\"hunter2\"}\n\ndata: {\"type\":\"heartbeat\"}\n\n";
    for (end, unfinished) in [("data: {\"type\":\"done\"}\n\n", 0), ("", 0), ("data: {", 1)] {
        let results = all(Events::<Delta>::new(format!("{stream}{end}").into(), RULES));
        let error = results[0].as_ref().unwrap_err();
        assert_eq!(error.failure(), Some(r#"{"type":"error","message":"hunter2"}"#));
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        assert_eq!(results[1].as_ref().unwrap(), &Delta::Heartbeat);
        assert_eq!(results.len(), 2 + unfinished, "a failure explains why there is no marker");
    }
}

#[test]
fn an_item_at_the_end_is_returned() {
    let rules = StreamRules::new().ends_after(Marker::Event("stop"));
    let (events, error) = outcome(Events::<Event>::new("data: a\n\nevent: stop\ndata: b\n\ndata: c\n\n".into(), rules));
    assert_eq!(events, [Event::new("message", "a"), Event::new("stop", "b")]);
    assert!(error.is_none());
    let (_, error) = outcome(Events::<Event>::new("data: a\n\n".into(), rules));
    assert_eq!(error.unwrap().to_string(), "the stream ended without its end marker");
}

#[test]
fn an_event_that_cannot_be_read_is_an_error_without_its_values() {
    let stream = "data: 1\n\ndata: \"hunter2\"\n\ndata: hunter2\n\ndata:\n\ndata: <html>hunter2</html>\n\ndata: 2\n\n";
    let results = all(Events::<u32>::new(stream.into(), StreamRules::new()));
    let lines = results.iter().map(|result| match result {
        Ok(number) => number.to_string(),
        Err(error) => {
            assert!(error.is_malformed());
            assert!(!format!("{error} {error:?}").contains("hunter2"));
            error.to_string()
        }
    });
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "1",
            "an event of the stream cannot be read: invalid type: string, expected u32 at line 1 column 9",
            "an event of the stream cannot be read: expected value at line 1 column 1",
            "an event of the stream cannot be read: it is empty",
            "an event of the stream cannot be read: it is an HTML page",
            "2"
        ]
    );
}

#[test]
fn a_type_may_depend_on_the_name_and_leave_events_out() {
    #[derive(Debug, PartialEq)]
    enum Change {
        Added(u64),
        Removed(String),
    }

    impl FromEvent for Change {
        fn from_event(event: &EventRef<'_>) -> Result<Option<Self>, StreamError> {
            match event.name() {
                "add" => event.json().map(Self::Added).map(Some),
                "remove" => Ok(Some(Self::Removed(event.data().to_owned()))),
                _ => Ok(None),
            }
        }
    }

    let stream = "event: add\ndata: 7\n\nevent: ping\ndata: {}\n\nevent: remove\ndata: all\n\nevent: add\ndata: x\n\n";
    let (changes, error) = outcome(Events::<Change>::new(stream.into(), StreamRules::new()));
    assert_eq!(changes, [Change::Added(7), Change::Removed("all".to_owned())]);
    assert!(error.unwrap().is_malformed());
}

#[test]
fn an_event_that_is_too_large_ends_the_stream() {
    let (events, error) =
        outcome(Events::<Event>::new("data: 12\n\ndata: 12345\n\ndata: 1\n\n".into(), StreamRules::new().limit(4)));
    assert_eq!(events, [Event::new("message", "12")]);
    assert_eq!(error.unwrap().to_string(), "an event is larger than 4 bytes; raise the limit if this size is expected");
}

#[test]
fn a_double_has_the_given_events() {
    assert_eq!(outcome(Events::of([7, 8])).0, [7, 8]);
    let failing = Events::of_results([Ok(7), Err(StreamError::idle(Duration::from_secs(30)))]);
    let (events, error) = outcome(failing);
    assert_eq!(events, [7]);
    assert!(error.unwrap().is_idle());
    assert_eq!(format!("{:?}", Events::of(["hunter2"])), "Events { .. }");
}

#[test]
fn each_event_has_the_last_id_that_was_given() {
    #[derive(Debug, PartialEq)]
    struct Id(String);

    impl FromEvent for Id {
        fn from_event(event: &EventRef<'_>) -> Result<Option<Self>, StreamError> {
            Ok(Some(Self(event.id().to_owned())))
        }
    }

    let stream = "data: a\n\nid: 7\ndata: b\n\ndata: c\n\nid\ndata: d\n\n";
    let (ids, error) = outcome(Events::<Id>::new(stream.into(), StreamRules::new()));
    assert_eq!(ids, ["", "7", "7", ""].map(|id| Id(id.to_owned())));
    assert!(error.is_none());
}

#[test]
fn the_time_that_the_server_asks_to_wait_is_known_after_its_field() {
    let mut events = Events::<Event>::new("data: a\n\nretry: 1500\ndata: b\n\n".into(), StreamRules::new());
    assert_eq!(ready(events.next()).unwrap().unwrap(), Event::new("message", "a"));
    assert_eq!(events.retry(), None);
    assert_eq!(ready(events.next()).unwrap().unwrap(), Event::new("message", "b"));
    assert_eq!(events.retry(), Some(Duration::from_millis(1500)));
}

#[test]
fn the_debug_of_an_event_shows_its_name_and_the_size_of_its_data() {
    let event = Event { id: "hunter2".to_owned(), ..Event::new("login", "hunter2") };
    assert_eq!(format!("{event:?}"), r#"Event { name: "login", data_bytes: 7, .. }"#);
    let event = EventRef { what: "an event", name: "login", data: "hunter2", id: "hunter2" };
    assert_eq!(format!("{event:?}"), r#"EventRef { name: "login", data_bytes: 7, .. }"#);
}

#[test]
fn events_are_a_stream() {
    let mut events = Events::<u8>::new("data: 7\n\ndata: 8\n\n".into(), StreamRules::new());
    let items = std::iter::from_fn(|| ready(poll_fn(|cx| Pin::new(&mut events).poll_next(cx))));
    assert_eq!(items.map(Result::unwrap).collect::<Vec<_>>(), [7, 8]);
}
