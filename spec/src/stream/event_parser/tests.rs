//! The rules of the WHATWG as a table, read in every division into chunks.

use super::*;
use crate::stream::splits;

/// Name, data and id.
type Read = (String, String, String);

fn read(chunks: &[&[u8]], limit: usize) -> Result<(Vec<Read>, EventParser), StreamError> {
    let (mut parser, mut events) = (EventParser::new(limit), Vec::new());
    for chunk in chunks {
        parser.push(Bytes::copy_from_slice(chunk));
        while let Some(event) = parser.next() {
            let event = event?;
            events.push((event.name.to_owned(), event.data.to_owned(), event.id.to_owned()));
        }
    }
    Ok((events, parser))
}

/// Reads a stream in each division, and compares the events, each as `name|data|id`.
fn assert_read(stream: &[u8], expected: &[&str]) {
    for chunks in splits(stream) {
        let (events, _) = read(&chunks, 1000).unwrap();
        let shown: Vec<_> = events.iter().map(|(name, data, id)| format!("{name}|{data}|{id}")).collect();
        assert_eq!(shown, expected, "{:?} in {chunks:?}", String::from_utf8_lossy(stream));
    }
}

#[test]
fn the_examples_of_the_specification_are_read() {
    for (stream, expected) in [
        ("data: YHOO\ndata: +2\ndata: 10\n\n", vec!["message|YHOO\n+2\n10|"]),
        (
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            vec!["message|first event|1", "message|second event|", "message| third event|"],
        ),
        ("data\n\ndata\ndata\n\ndata:\n", vec!["message||", "message|\n|"]),
        ("data:test\n\ndata: test\n\n", vec!["message|test|", "message|test|"]),
        (
            "event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\nevent: add\ndata: 113411\n\n",
            vec!["add|73857293|", "remove|2153|", "add|113411|"],
        ),
        (
            "data: This is the first message.\n\ndata: This is the second message, it\ndata: has two lines.\n\n\
             data: This is the third message.\n\n",
            vec![
                "message|This is the first message.|",
                "message|This is the second message, it\nhas two lines.|",
                "message|This is the third message.|",
            ],
        ),
    ] {
        assert_read(stream.as_bytes(), &expected);
    }
}

#[test]
fn each_rule_for_lines_and_fields_holds() {
    let of: &[(&str, &str, &[&str])] = &[
        ("a line ends with LF", "data: a\n\n", &["message|a|"]),
        ("a line ends with CR", "data: a\r\r", &["message|a|"]),
        ("a line ends with CRLF", "data: a\r\n\r\n", &["message|a|"]),
        ("ends are mixed", "data: a\rdata: b\r\ndata: c\n\r\n", &["message|a\nb\nc|"]),
        ("CRLF is one end", "data: a\r\ndata: b\r\n\r\n", &["message|a\nb|"]),
        ("LF and CR are two ends", "data: a\n\rdata: b\n\n", &["message|a|", "message|b|"]),
        ("one byte order mark is skipped", "\u{feff}data: a\n\n", &["message|a|"]),
        ("a second byte order mark is a part of a name", "\u{feff}\u{feff}data: a\n\n", &[]),
        ("a byte order mark in another line, too", "data: a\n\u{feff}data: b\n\n", &["message|a|"]),
        ("a line that begins with a colon is a comment", ":data: a\n: b\n:\ndata: c\n\n", &["message|c|"]),
        ("a comment ends no event", "data: a\n:\ndata: b\n\n", &["message|a\nb|"]),
        ("a line without a colon is a name", "data\nevent\nid\n\n", &["message||"]),
        ("one space behind the colon is skipped", "data:  a \n\n", &["message| a |"]),
        ("a tab behind the colon is kept", "data:\ta\n\n", &["message|\ta|"]),
        ("the first colon ends the name", "data: a: b\n\n", &["message|a: b|"]),
        ("a space before the colon belongs to the name", "data : a\n data: b\n\n", &[]),
        ("names are compared exactly", "Data: a\nDATA: b\ndat: c\ndatas: d\n\n", &[]),
        ("unknown fields are ignored", "data: a\nother: b\n\n", &["message|a|"]),
        ("no data, no event", "event: a\n\nid: 1\n\n\n\n", &[]),
        ("the name of no event is forgotten", "event: a\n\ndata: b\n\n", &["message|b|"]),
        ("the name is forgotten after an event", "event: a\ndata\n\ndata\n\n", &["a||", "message||"]),
        ("the last name counts", "event: a\ndata\nevent: b\n\n", &["b||"]),
        ("an empty name is the default", "event: a\nevent:\ndata\n\n", &["message||"]),
        ("an id stays", "id: 1\ndata: a\n\ndata: b\n\n", &["message|a|1", "message|b|1"]),
        ("an id without data stays", "id: 1\n\ndata: a\n\n", &["message|a|1"]),
        ("the last id counts", "id: 1\ndata: a\nid: 2\n\n", &["message|a|2"]),
        ("an empty id resets it", "id: 1\ndata: a\n\nid:\ndata: b\n\n", &["message|a|1", "message|b|"]),
        ("an id with NUL is ignored", "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", &["message|a|1", "message|b|1"]),
        ("data with NUL is data", "data: \0\n\n", &["message|\0|"]),
        ("characters of several bytes are whole", "event: é\nid: ü\ndata: größer 👩‍🚀\n\n", &["é|größer 👩‍🚀|ü"]),
        ("an event that is cut is none", "data: a\n\ndata: b\n", &["message|a|"]),
        ("an event that is cut in a line is none", "data: a\n\ndata: b", &["message|a|"]),
        ("nothing is no event", "", &[]),
    ];
    for (rule, stream, expected) in of {
        println!("{rule}");
        assert_read(stream.as_bytes(), expected);
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_replaced() {
    assert_read(b"data: \xff\xc3\n\n", &["message|\u{fffd}\u{fffd}|"]);
    assert_read(b"data: \xf0\x9f\x91\ndata: \xa9\n\n", &["message|\u{fffd}\n\u{fffd}|"]);
    assert_read(b"dat\xffa: 1\n\n", &[]);
}

#[test]
fn the_time_to_wait_has_digits_only() {
    let milliseconds = |number| Some(Duration::from_millis(number));
    for (stream, expected) in [
        ("retry: 1500\n", milliseconds(1500)),
        ("retry:0\n", milliseconds(0)),
        ("retry: 1\nretry: 2\n", milliseconds(2)),
        (
            "retry: 1\nretry: x\nretry\nretry:\nretry: -2\nretry: +2\nretry: 2.5\nretry: 2 \nretry:  2\n",
            milliseconds(1),
        ),
        ("retry: ١\n", None),
        ("retry: 99999999999999999999999999\n", milliseconds(u64::MAX)),
    ] {
        for chunks in splits(stream.as_bytes()) {
            let (events, parser) = read(&chunks, 1000).unwrap();
            assert!(events.is_empty());
            assert_eq!(parser.retry(), expected, "{stream:?} in {chunks:?}");
        }
    }
}

#[test]
fn the_id_to_resume_from_is_that_of_a_whole_event() {
    for (stream, expected) in
        [("id: 1\ndata\n\nid: 2\ndata\n", "1"), ("id: 1\n\n", "1"), ("id: 1\n", ""), ("id: 1\ndata\n\nid: 2", "1")]
    {
        for chunks in splits(stream.as_bytes()) {
            assert_eq!(read(&chunks, 1000).unwrap().1.last_event_id(), expected, "{stream:?} in {chunks:?}");
        }
    }
}

#[test]
fn the_limit_of_an_event_does_not_depend_on_the_chunks() {
    let too_large = |chunks: &[&[u8]], limit| read(chunks, limit).is_err_and(|error| error.is_too_large());
    for stream in ["data: 12345\n\n", "data:12\r\ndata:45\r\n\r\n", "data: 12345\n\ndata: 12345\n\n", "data: 12345"] {
        for chunks in splits(stream.as_bytes()) {
            assert!(!too_large(&chunks, 5), "{stream:?} in {chunks:?}");
        }
    }
    for stream in [
        "data: 123456\n\n",
        "data:12\ndata:456\n\n",
        "data: 12345\ndata\n\n",
        "data\ndata\ndata\ndata\ndata\ndata\ndata\n",
    ] {
        for chunks in splits(stream.as_bytes()) {
            assert!(too_large(&chunks, 5), "{stream:?} in {chunks:?}");
        }
    }
    let comment = format!(":{}\n", "x".repeat(100));
    for chunks in splits(comment.as_bytes()) {
        assert!(too_large(&chunks, 5), "a line without an end would fill the memory, whatever it is");
    }
}

#[test]
fn buffers_do_not_grow_with_the_stream() {
    let event = format!("id: 1\nevent: name\ndata: {}\n: comment\ndata: {}\n\n", "x".repeat(700), "ü".repeat(100));
    // Chunks and events of different lengths meet in all ways.
    let chunk = Bytes::from(event.repeat(101).into_bytes());
    let (mut parser, mut count, mut sent) = (EventParser::new(2000), 0, 0);
    while sent < 64 << 20 {
        for piece in [chunk.slice(..60_001), chunk.slice(60_001..)] {
            sent += piece.len();
            parser.push(piece);
            while let Some(event) = parser.next() {
                assert_eq!(event.unwrap().data.len(), 901);
                count += 1;
            }
        }
    }
    assert_eq!(count, sent / event.len());
    let Fields { name, data, id, last_id, .. } = &parser.fields;
    let capacities = [parser.lines.capacity(), name.capacity(), data.capacity(), id.capacity(), last_id.capacity()];
    assert!(capacities.iter().sum::<usize>() < 8000, "{capacities:?}");
}
