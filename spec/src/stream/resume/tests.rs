//! When a stream goes on, and where.

use std::collections::VecDeque;
use std::io;
use std::sync::Mutex;

use bytes::Bytes;
use futures_core::Stream;

use super::*;
use crate::Endpoint;
use crate::auth::SignedIn;
use crate::stream::{Event, EventRef, Events, FromEvent, Marker, StreamRules, ready};

const RULES: StreamRules = StreamRules::new().ends_with(Marker::Data("[DONE]")).resumable();

#[derive(Endpoint)]
#[endpoint(GET, "/api/news", response = Events<Event>, stream = RULES, auth = SignedIn)]
struct News {}

#[derive(Endpoint)]
#[endpoint(GET, "/api/news", response = Events<Event>, stream = RULES.endless(), auth = SignedIn)]
struct Feed {}

#[derive(Endpoint)]
#[endpoint(GET, "/api/news", response = Events<Event>, stream = StreamRules::new().resumable(), auth = SignedIn)]
struct Unmarked {}

#[derive(Endpoint)]
#[endpoint(GET, "/api/news", response = Events<Event>, stream = StreamRules::new().endless(), auth = SignedIn)]
struct NotResumable {}

/// A chunk, and a broken connection.
struct Broken(Option<Bytes>);

impl Stream for Broken {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        Poll::Ready(Some(self.0.take().ok_or_else(|| io::ErrorKind::ConnectionReset.into())))
    }
}

fn broken(text: &'static str) -> Response<Body> {
    Response::new(Body::from_stream(Broken(Some(text.into()))))
}

fn whole(text: &'static str) -> Response<Body> {
    Response::new(text.into())
}

/// The stream of these responses, one after the other; no more than so many in a row. Returns the data of the events, the
/// error at the end, and the interruptions: the last id, and the number in the row.
fn read<E: Endpoint<Response = Events<Event>>>(
    responses: impl IntoIterator<Item = Response<Body>>,
    most: usize,
) -> (Vec<String>, Option<StreamError>, Vec<(String, usize)>) {
    let mut responses: VecDeque<_> = responses.into_iter().collect();
    let mut response = responses.pop_front().unwrap();
    let responses = Mutex::new(responses);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    let reopen = Reopen::new(EndpointInfo::of::<E>(), move |interruption| {
        let debug = format!("{interruption:?}");
        assert!(!debug.contains("last_event_id"), "an id is a part of the response: {debug}");
        kept.lock().unwrap().push((interruption.last_event_id().to_owned(), interruption.in_a_row()));
        let next = (interruption.in_a_row() < most).then(|| responses.lock().unwrap().pop_front()).flatten()?;
        Some(Box::pin(std::future::ready(Ok(next))))
    });
    response.extensions_mut().insert(reopen);
    let mut events = (E::STREAM.unwrap())(response).unwrap();
    let (mut data, mut error) = (Vec::new(), None);
    while let Some(event) = ready(events.next()) {
        match event {
            Ok(event) => data.push(event.data),
            Err(last) => assert!(error.replace(last).is_none(), "a stream has one error"),
        }
    }
    let asked = asked.lock().unwrap().clone();
    (data, error, asked)
}

fn at(id: &str, in_a_row: usize) -> (String, usize) {
    (id.to_owned(), in_a_row)
}

#[test]
fn a_stream_goes_on_behind_its_last_whole_event() {
    // The event 8 was cut: it comes again, and neither its data nor its id stays.
    let cut = broken("id: 7\ndata: a\n\nid: 8\ndata: wro");
    let (data, error, asked) = read::<News>([cut, whole("\u{feff}data: b\n\ndata: [DONE]\n\n")], 2);
    assert_eq!(data, ["a", "b"]);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(asked, [at("7", 0)]);
}

#[test]
fn each_early_end_is_an_interruption() {
    for early in [broken("id: 7\ndata: a\n\n"), whole("id: 7\ndata: a\n\n"), whole("id: 7\ndata: a\n\nid: 8\n")] {
        let (data, error, asked) = read::<News>([early, whole("data: b\n\ndata: [DONE]\n\n")], 2);
        assert_eq!((data, asked), (vec!["a".to_owned(), "b".to_owned()], vec![at("7", 0)]));
        assert!(error.is_none(), "{error:?}");
    }
    let (data, error, _) = read::<Feed>([whole("id: 7\ndata: a\n\n"), broken("data: b\n\n")], 2);
    assert_eq!(data, ["a", "b"]);
    assert!(error.unwrap().is_broken(), "there is no more response");
}

#[test]
fn the_end_of_a_response_without_a_declared_end_is_the_end() {
    let (data, error, asked) = read::<Unmarked>([whole("id: 7\ndata: a\n\n"), whole("data: b\n\n")], 2);
    assert_eq!((data.len(), asked.len()), (1, 0));
    assert!(error.is_none(), "{error:?}");
    let (data, _, asked) = read::<Unmarked>([broken("id: 7\ndata: a\n\n"), whole("data: b\n\n")], 2);
    assert_eq!((data.len(), asked.len()), (2, 1));
}

#[test]
fn nothing_is_opened_again_without_the_word() {
    let (data, error, asked) = read::<NotResumable>([whole("id: 7\ndata: a\n\n"), whole("data: b\n\n")], 2);
    assert_eq!((data.len(), asked.len()), (1, 0));
    assert_eq!(error.unwrap().to_string(), "the stream ended, and is declared to have no end");
}

#[test]
fn events_without_ids_are_not_asked_for_again() {
    let (data, error, asked) = read::<News>([broken("data: a\n\n"), whole("data: a\n\ndata: [DONE]\n\n")], 2);
    assert_eq!((data.len(), asked.len()), (1, 0));
    assert!(error.unwrap().is_broken());
    // Before the first event, there is nothing that could come twice.
    let (data, error, asked) = read::<News>([broken(": hello\n\n"), whole("data: a\n\ndata: [DONE]\n\n")], 2);
    assert_eq!((data.len(), error.is_none(), asked), (1, true, vec![at("", 0)]));
}

#[test]
fn an_event_begins_a_new_row() {
    let responses = ["", "", "id: 8\ndata: b\n\n", "", "", ""].map(broken);
    let (data, error, asked) = read::<News>([broken("id: 7\ndata: a\n\n")].into_iter().chain(responses), 3);
    assert_eq!(data, ["a", "b"]);
    assert!(error.unwrap().is_broken());
    assert_eq!(asked, [at("7", 0), at("7", 1), at("7", 2), at("8", 0), at("8", 1), at("8", 2), at("8", 3)]);
}

#[test]
fn no_content_is_the_end() {
    let none = || Response::builder().status(204).body(Body::default()).unwrap();
    let (data, error, asked) = read::<Feed>([broken("id: 7\ndata: a\n\n"), none(), whole("data: b\n\n")], 2);
    assert_eq!((data.len(), error.is_none(), asked.len()), (1, true, 1));
    // The first response is the answer to the first request: the stream was never open.
    let (data, _, asked) = read::<Feed>([none(), whole("data: b\n\n")], 2);
    assert_eq!((data.len(), asked.len()), (0, 0));
}

#[test]
fn another_media_type_is_not_read_as_events() {
    let page = Response::builder().header("content-type", "text/html").body(Body::from("data: b\n\n")).unwrap();
    let (data, error, asked) = read::<Feed>([broken("id: 7\ndata: a\n\n"), page], 1);
    assert_eq!((data.len(), asked.len()), (1, 2));
    let error = error.unwrap();
    assert!(error.client_error().is_some());
    assert!(error.to_string().contains("its type is `text/html`, and events are `text/event-stream`"), "{error}");
}

#[test]
fn an_event_that_cannot_be_read_interrupts_nothing() {
    let numbers = Events::<u32>::new("id: 7\ndata: a\n\ndata: 1\n\ndata: [DONE]\n\n".into(), RULES);
    let mut numbers = numbers.resumed_by(Reopen::new(EndpointInfo::of::<News>(), |_| panic!("it is not opened again")));
    assert!(ready(numbers.next()).unwrap().unwrap_err().is_malformed());
    assert_eq!(ready(numbers.next()).unwrap().unwrap(), 1);
    assert!(ready(numbers.next()).is_none());
}

#[test]
fn an_event_that_is_too_large_would_be_too_large_again() {
    const SMALL: StreamRules = RULES.limit(4);

    #[derive(Endpoint)]
    #[endpoint(GET, "/api/news", response = Events<Event>, stream = SMALL, auth = SignedIn)]
    struct Headlines {}

    let (data, error, asked) = read::<Headlines>([whole("id: 7\ndata: a\n\ndata: 12345\n\n"), whole("data: b\n\n")], 2);
    assert_eq!((data, asked), (vec!["a".to_owned()], vec![]));
    assert!(error.unwrap().is_too_large());
}

#[test]
fn an_error_of_the_reader_interrupts_nothing_whatever_it_says() {
    #[derive(Debug)]
    struct Odd;

    impl FromEvent for Odd {
        fn from_event(event: &EventRef<'_>) -> Result<Option<Self>, StreamError> {
            if event.data() == "a" { Err(StreamError::broken("no connection to the archive")) } else { Ok(Some(Self)) }
        }
    }

    let events = Events::<Odd>::new("id: 7\ndata: a\n\ndata: b\n\ndata: [DONE]\n\n".into(), RULES);
    let mut events = events.resumed_by(Reopen::new(EndpointInfo::of::<News>(), |_| panic!("it is not opened again")));
    assert!(ready(events.next()).unwrap().unwrap_err().is_broken());
    assert!(ready(events.next()).unwrap().is_ok());
    assert!(ready(events.next()).is_none());
}

#[test]
fn the_debug_of_an_interruption_shows_all_but_the_id() {
    let idle = StreamError::idle(Duration::from_secs(30));
    let retry = Some(Duration::from_secs(1));
    let interruption = Interruption { error: &idle, last_event_id: "hunter2", retry, in_a_row: 2 };
    assert_eq!(
        format!("{interruption:?}"),
        "Interruption { error: StreamError(Idle(30s)), retry: Some(1s), in_a_row: 2, .. }"
    );
    let reopen = Reopen::new(EndpointInfo::of::<News>(), |_| None);
    assert_eq!(format!("{reopen:?}"), r#"Reopen { endpoint: "News", .. }"#);
}
