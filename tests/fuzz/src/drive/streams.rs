//! Bodies that arrive piece by piece: the items do not depend on the chunks, and are those of the specification.
//!
//! An input is the body itself.

use std::collections::VecDeque;
use std::fmt::Write;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use qelos_spec::futures_core::Stream;
use qelos_spec::stream::{Event, Marker, StreamRules};
use qelos_spec::{Body, Events, Lines, StreamError};
use serde_json::Value;

use super::secrets::shows_in;

/// Small enough that inputs reach it.
const SMALL: StreamRules =
    StreamRules::new().limit(24).ends_with(Marker::Field("type", "done")).fails_with(Marker::Data("failed"));

/// Events and lines are the same in any chunks, the events are those of a plain reading of the specification, and no
/// error shows what was sent.
pub fn events(data: &[u8]) {
    let expected = Reading::of(data);
    let (mut small, mut numbers, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for chunks in divisions(data) {
        let mut events = Events::<Event>::new(body(&chunks), StreamRules::new());
        let mut read = Vec::new();
        while let Some(event) = ready(events.next()) {
            match event {
                Ok(event) => read.push([event.name, event.data, event.id]),
                Err(error) => assert!(expected.is_cut && error.is_unfinished(), "{error}"),
            }
        }
        assert_eq!(read, expected.events, "in {chunks:?}");
        assert_eq!(events.last_event_id(), expected.last_id, "in {chunks:?}");
        assert_eq!(events.retry(), expected.retry, "in {chunks:?}");

        small.push(outcome(Events::<Event>::new(body(&chunks), SMALL), |event| event.data.len().to_string()));
        numbers.push(outcome(Events::<u32>::new(body(&chunks), StreamRules::new()), ToString::to_string));
        lines.push(outcome(Lines::<Value>::new(body(&chunks), StreamRules::new()), ToString::to_string));
    }
    assert!(!shows_in(&small[0]) && !shows_in(&numbers[0]), "an error shows the body: {small:?} {numbers:?}");
    // An error of a line may show the names in it, because it says where the mistake is.
    for outcomes in [small, numbers, lines] {
        assert!(
            outcomes.iter().all(|outcome| *outcome == outcomes[0]),
            "the outcome depends on the chunks: {outcomes:?}"
        );
    }
}

/// The body that an input stands for.
pub(super) fn show(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// The body in one chunk, in chunks of one byte, and in chunks of lengths that its bytes say.
fn divisions(data: &[u8]) -> [Vec<&[u8]>; 3] {
    let mut rest = data;
    let mut pieces = Vec::new();
    while let Some(first) = rest.first() {
        let (piece, behind) = rest.split_at(rest.len().min(usize::from(first % 7)));
        pieces.push(piece);
        // A chunk may be empty, but the next byte is another one.
        let (byte, behind) = behind.split_at(behind.len().min(1));
        pieces.push(byte);
        rest = behind;
    }
    [vec![data], data.chunks(1).collect(), pieces]
}

struct Chunks(VecDeque<Bytes>);

impl Stream for Chunks {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

fn body(chunks: &[&[u8]]) -> Body {
    Body::from_stream(Chunks(chunks.iter().map(|chunk| Bytes::copy_from_slice(chunk)).collect()))
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the stream waits, and its body does not"),
    }
}

/// The items and errors of a stream as text.
fn outcome<T, S>(mut stream: S, show: impl Fn(&T) -> String) -> String
where
    S: Stream<Item = Result<T, StreamError>> + Unpin,
{
    let mut text = String::new();
    while let Poll::Ready(Some(item)) = Pin::new(&mut stream).poll_next(&mut Context::from_waker(Waker::noop())) {
        let line = match item {
            Ok(item) => show(&item),
            Err(error) => format!("{error} {error:?}"),
        };
        writeln!(text, "{line}").unwrap();
    }
    text
}

/// A plain reading of the specification: the whole text, character by character.
#[derive(Default)]
struct Reading {
    events: Vec<[String; 3]>,
    last_id: String,
    retry: Option<Duration>,
    is_cut: bool,
}

impl Reading {
    fn of(data: &[u8]) -> Self {
        let text = String::from_utf8_lossy(data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data)).replace("\r\n", "\n");
        let mut reading = Self::default();
        let (mut name, mut lines, mut id) = (String::new(), Vec::new(), String::new());
        let mut pieces = text.split(['\n', '\r']).peekable();
        while let Some(line) = pieces.next() {
            if pieces.peek().is_none() {
                reading.is_cut |= !line.is_empty() && !line.starts_with(':');
                break;
            }
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            reading.is_cut |= ["data", "event"].contains(&field) || (field == "id" && !value.contains('\0'));
            match field {
                "" if line.is_empty() => {
                    reading.is_cut = false;
                    reading.last_id.clone_from(&id);
                    if !lines.is_empty() {
                        let name = if name.is_empty() { "message" } else { &name };
                        reading.events.push([name.to_owned(), lines.join("\n"), id.clone()]);
                    }
                    (name, lines) = (String::new(), Vec::new());
                }
                "data" => lines.push(value.to_owned()),
                "event" => value.clone_into(&mut name),
                "id" if !value.contains('\0') => value.clone_into(&mut id),
                "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                    reading.retry = Some(Duration::from_millis(value.parse().unwrap_or(u64::MAX)));
                }
                _ => {}
            }
        }
        reading
    }
}
