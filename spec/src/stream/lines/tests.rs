//! Lines as a user reads them.

use serde_json::{Value, json};

use super::*;
use crate::stream::rules::Marker;
use crate::stream::{StreamResponse, ready, splits};

fn all<T>(mut lines: Lines<T>) -> Vec<Result<T, StreamError>> {
    std::iter::from_fn(|| ready(lines.next())).collect()
}

/// Chunks as they are, also empty ones.
struct Chunks(std::collections::VecDeque<Bytes>);

impl Stream for Chunks {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

fn body(chunks: &[&[u8]]) -> Body {
    Body::from_stream(Chunks(chunks.iter().map(|chunk| Bytes::copy_from_slice(chunk)).collect()))
}

#[test]
fn each_line_is_an_item_whatever_its_end_and_the_chunks() {
    let items = [json!({"a": "größer 👩‍🚀"}), json!([1, 2]), json!("x"), json!(null), json!(7)];
    for end in ["\n", "\r", "\r\n", "\n \n\r\n\t\n"] {
        let stream = items.iter().fold("\u{feff}".to_owned(), |stream, item| format!("{stream}{item}{end}"));
        for chunks in splits(stream.as_bytes()) {
            let read: Vec<Value> =
                all(Lines::new(body(&chunks), StreamRules::new())).into_iter().map(Result::unwrap).collect();
            assert_eq!(read, items, "{end:?} in {chunks:?}");
        }
    }
}

#[test]
fn the_last_line_needs_no_end_unless_it_may_go_on() {
    for (last, is_whole) in [
        (r#"{"a":1}"#, true),
        ("[1]", true),
        ("\"x\"", true),
        ("true", true),
        (" null ", true),
        ("  ", true),
        ("12", false),
        (" -0.5", false),
        ("1e5", false),
        (r#"{"a":1"#, false),
        ("tru", false),
        ("\"gr\u{f6}", false),
    ] {
        let stream = format!("1\n{last}");
        for chunks in splits(stream.as_bytes()) {
            let results = all(Lines::<Value>::new(body(&chunks), StreamRules::new()));
            assert_eq!(results[0].as_ref().unwrap(), &json!(1));
            match results.last().unwrap() {
                Err(error) => assert_eq!(
                    (is_whole, error.to_string().as_str()),
                    (false, "the stream ended in a line"),
                    "{last:?}"
                ),
                Ok(_) => assert!(is_whole, "{last:?} in {chunks:?}"),
            }
        }
    }
}

#[test]
fn a_line_that_cannot_be_read_is_an_error_without_its_values() {
    let stream = b"{\"pin\":\"hunter2\"}\n\"hunter2\n\xffhunter2\n<html>hunter2</html>\n7\n";
    let results = all(Lines::<u32>::new(Body::from(&stream[..]), StreamRules::new()));
    let lines = results.iter().map(|result| match result {
        Ok(number) => number.to_string(),
        Err(error) => {
            assert!(error.is_malformed() && !format!("{error} {error:?}").contains("hunter2"));
            error.to_string()
        }
    });
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "a line of the stream cannot be read: invalid type: map, expected u32 at line 1 column 0",
            "a line of the stream cannot be read: EOF while parsing a string at line 1 column 8",
            "a line of the stream cannot be read: it is not text in UTF-8",
            "a line of the stream cannot be read: it is an HTML page",
            "7"
        ]
    );
}

#[test]
fn a_declared_end_and_a_limit_hold() {
    let rules = StreamRules::new().ends_after(Marker::Field("done", "true")).limit(20);
    let done = all(Lines::<Value>::new("{\"a\":1}\n{\"done\":true}\n{\"a\":2}\n".into(), rules));
    assert_eq!(done.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [json!({"a": 1}), json!({"done": true})]);
    let cut = all(Lines::<Value>::new("{\"a\":1}\n".into(), rules));
    assert!(cut[1].as_ref().is_err_and(StreamError::is_unfinished));
    let long = all(Lines::<Value>::new("\"12345678901234567890\"\n{\"done\":true}\n".into(), rules));
    assert!(long.len() == 1 && long[0].as_ref().is_err_and(StreamError::is_too_large));
}

#[test]
fn buffers_do_not_grow_with_the_stream() {
    let line = format!("\"{}\"\r\n", "x".repeat(700));
    let chunk = Bytes::from(line.repeat(101).into_bytes());
    let (mut parser, mut count, mut sent) = (LineParser::new(1000), 0, 0);
    while sent < 64 << 20 {
        for piece in [chunk.slice(..60_001), chunk.slice(60_001..)] {
            sent += piece.len();
            parser.push(piece);
            while let Some(item) = parser.next() {
                assert_eq!(item.unwrap().data.len(), 702);
                count += 1;
            }
        }
    }
    assert_eq!(count, sent / line.len());
    assert!(parser.lines.capacity() < 2000);
}

#[test]
fn lines_are_a_stream_that_prints_none_of_them() {
    let mut lines = Lines::<u8>::new("7\n8\n".into(), StreamRules::new());
    assert_eq!(format!("{lines:?}"), "Lines { .. }");
    let items = std::iter::from_fn(|| ready(poll_fn(|cx| Pin::new(&mut lines).poll_next(cx))));
    assert_eq!(items.map(Result::unwrap).collect::<Vec<_>>(), [7, 8]);
}

#[test]
fn a_body_of_events_or_a_page_is_not_read_as_lines() {
    let open = |media_type| Lines::<u8>::open(media_type, "7\n".into(), StreamRules::new()).map(all);
    assert!(open(Some("text/event-stream")).unwrap_err().contains("its type is `Events<…>`"));
    assert!(open(Some("text/html")).unwrap_err().contains("its type is `text/html`"));
    for media_type in [None, Some("application/x-ndjson"), Some("application/json"), Some("text/plain")] {
        assert_eq!(open(media_type).unwrap().pop().unwrap().unwrap(), 7, "{media_type:?}");
    }
}
