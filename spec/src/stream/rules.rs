//! Declared ends and failures of a stream, and its limit.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::stream::error::{Ending, StreamError};
use crate::stream::event::EventRef;

/// One MiB: large enough for the events of known APIs, small enough for many streams at the same time.
const DEFAULT_LIMIT: usize = 1 << 20;

/// An item that has a meaning for its stream: its end, or a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// The data, or the line, is exactly this text: `[DONE]`.
    Data(&'static str),
    /// The event has this name: `event: message_stop`. No line of NDJSON has a name.
    Event(&'static str),
    /// The data is an object with this field and value: `{"type":"done"}` is `Field("type", "done")`. The value is a
    /// string, or a literal as it is written: `{"done":true}` is `Field("done", "true")`.
    Field(&'static str, &'static str),
}

/// The end of a stream, its failures, and the largest size of an item.
///
/// ```
/// use qelos_spec::stream::{Marker, StreamRules};
///
/// const CHAT: StreamRules = StreamRules::new()
///     .ends_with(Marker::Field("type", "done"))
///     .fails_with(Marker::Field("type", "error"))
///     .limit(64 * 1024);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct StreamRules {
    end: Option<End>,
    failure: Option<Marker>,
    limit: usize,
    is_resumable: bool,
}

#[derive(Debug, Clone, Copy)]
enum End {
    Marker { marker: Marker, is_item: bool },
    Never,
}

/// The meaning of an item.
#[derive(Debug, PartialEq)]
pub(crate) enum Meaning {
    Item,
    LastItem,
    End,
    Failure,
}

impl StreamRules {
    /// No declared end, no declared failure, and items of at most 1 MiB.
    #[must_use]
    pub const fn new() -> Self {
        Self { end: None, failure: None, limit: DEFAULT_LIMIT, is_resumable: false }
    }

    /// The stream ends with a marker that is no item, such as `[DONE]`. Its end without the marker is an error.
    #[must_use]
    pub const fn ends_with(self, marker: Marker) -> Self {
        Self { end: Some(End::Marker { marker, is_item: false }), ..self }
    }

    /// The stream ends with an item, such as an event with the whole result. It is returned as the last one. The end
    /// without it is an error.
    #[must_use]
    pub const fn ends_after(self, marker: Marker) -> Self {
        Self { end: Some(End::Marker { marker, is_item: true }), ..self }
    }

    /// The stream has no end, as a feed of news: each end is an error.
    #[must_use]
    pub const fn endless(self) -> Self {
        Self { end: Some(End::Never), ..self }
    }

    /// The server can go on behind the last event that it has sent. When the stream breaks off, the client sends the
    /// request again, with the id of that event in the header `last-event-id`, and the reader of the stream notices
    /// nothing.
    ///
    /// A stream breaks off when its connection fails, when it is silent for too long, and when it ends without its declared
    /// end. Without a declared end, an end of the response is the end of the stream. The client waits as long as the server
    /// has asked for with `retry`, at most an hour; without that for three seconds, as browsers do. It opens the
    /// stream as often in a row as it may retry a call; an event that arrives begins a new row. The status 204 is the end
    /// of the stream, and another refusal is its error.
    ///
    /// A stream is not opened again when the server gave the events before no id, because they would come twice. Nor is it
    /// when the body of the request can be sent only once.
    ///
    /// The request is sent again whatever its method. So declare this only where the server then continues: a `POST` that
    /// starts an answer of a language model may start, and charge, another one. A server that ignores `last-event-id` sends
    /// all events again. Lines and downloads have no ids, and are not affected.
    ///
    /// ```
    /// use qelos_spec::Events;
    /// use qelos_spec::stream::{Event, StreamRules};
    /// use qelos_spec::{Endpoint, auth::SignedIn};
    ///
    /// const NEWS: StreamRules = StreamRules::new().endless().resumable();
    ///
    /// #[derive(Endpoint)]
    /// #[endpoint(GET, "/api/news", response = Events<Event>, stream = NEWS, auth = SignedIn)]
    /// struct ReadNews {}
    /// ```
    #[must_use]
    pub const fn resumable(self) -> Self {
        Self { is_resumable: true, ..self }
    }

    /// The server reports a failure with this marker: it becomes a [`StreamError`](crate::StreamError) with the data of
    /// the event.
    ///
    /// The stream goes on behind it, because some servers report failures that they recover from. When it ends after a
    /// failure, the missing end marker is no second error.
    #[must_use]
    pub const fn fails_with(self, marker: Marker) -> Self {
        Self { failure: Some(marker), ..self }
    }

    /// The largest size of the data of an event, or of a line, in bytes. A larger one ends the stream with an error.
    #[must_use]
    pub const fn limit(self, bytes: usize) -> Self {
        Self { limit: bytes, ..self }
    }

    pub(crate) fn largest_item(&self) -> usize {
        self.limit
    }

    pub(crate) fn is_resumable(&self) -> bool {
        self.is_resumable
    }

    /// The error of a response that ends here, if that is not the declared end of the stream.
    pub(crate) fn early_end(&self) -> Option<StreamError> {
        self.end.map(|end| {
            StreamError::unfinished(match end {
                End::Marker { .. } => Ending::NoMarker,
                End::Never => Ending::Endless,
            })
        })
    }

    pub(crate) fn meaning(&self, item: &EventRef<'_>) -> Meaning {
        match self.end {
            Some(End::Marker { marker, is_item }) if marker.is(item) => {
                if is_item {
                    Meaning::LastItem
                } else {
                    Meaning::End
                }
            }
            _ if self.failure.is_some_and(|marker| marker.is(item)) => Meaning::Failure,
            _ => Meaning::Item,
        }
    }
}

impl Default for StreamRules {
    fn default() -> Self {
        Self::new()
    }
}

impl Marker {
    fn is(self, item: &EventRef<'_>) -> bool {
        match self {
            Self::Data(text) => item.data == text,
            Self::Event(name) => item.name == name,
            Self::Field(name, value) => has_field(item.data, name, value),
        }
    }
}

/// Whether a text is a JSON object with a field of this value.
fn has_field(json: &str, name: &str, value: &str) -> bool {
    let mut json = serde_json::Deserializer::from_str(json);
    json.deserialize_map(HasField { name, value }).is_ok_and(|has| has && json.end().is_ok())
}

struct HasField<'m> {
    name: &'m str,
    value: &'m str,
}

impl<'de> Visitor<'de> for HasField<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<bool, M::Error> {
        let mut has = false;
        while let Some(is_field) = map.next_key_seed(IsName(self.name))? {
            if is_field {
                has = is_value(map.next_value::<&RawValue>()?.get(), self.value);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(has)
    }
}

/// Compares a name, which needs no `String` of its own for that.
struct IsName<'m>(&'m str);

impl<'de> DeserializeSeed<'de> for IsName<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<bool, D::Error> {
        name.deserialize_str(self)
    }
}

impl Visitor<'_> for IsName<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

/// Whether JSON is this text as a string, or this literal.
fn is_value(json: &str, value: &str) -> bool {
    json == value || serde_json::from_str::<String>(json).is_ok_and(|text| text == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event<'e>(name: &'e str, data: &'e str) -> EventRef<'e> {
        EventRef { what: "an event", name, data, id: "" }
    }

    #[test]
    fn a_marker_is_a_text_a_name_or_a_field() {
        let done = Marker::Field("type", "done");
        for (marker, name, data, is) in [
            (Marker::Data("[DONE]"), "message", "[DONE]", true),
            (Marker::Data("[DONE]"), "message", "[DONE] ", false),
            (Marker::Event("stop"), "stop", "{}", true),
            (Marker::Event("stop"), "message", "stop", false),
            (done, "message", r#"{"a":{"type":"error"},"type":"done"}"#, true),
            (done, "message", r#"{ "t\u0079pe" : "d\u006fne" }"#, true),
            (done, "message", r#"{"a":{"type":"done"},"type":"chunk"}"#, false),
            (done, "message", r#"{"content":"\"type\":\"done\""}"#, false),
            (done, "message", r#"["type","done"]"#, false),
            (done, "message", r#"{"type":"done""#, false),
            (done, "message", r#"{"type":"done"} more"#, false),
            (Marker::Field("done", "true"), "", r#"{"done":true}"#, true),
            (Marker::Field("done", "true"), "", r#"{"done":false}"#, false),
        ] {
            assert_eq!(marker.is(&event(name, data)), is, "{marker:?} {data}");
        }
    }

    #[test]
    fn an_end_may_be_an_item() {
        let end = event("stop", "{}");
        assert_eq!(StreamRules::new().meaning(&end), Meaning::Item);
        assert_eq!(StreamRules::new().ends_with(Marker::Event("stop")).meaning(&end), Meaning::End);
        assert_eq!(StreamRules::new().ends_after(Marker::Event("stop")).meaning(&end), Meaning::LastItem);
        assert_eq!(StreamRules::new().fails_with(Marker::Event("stop")).meaning(&end), Meaning::Failure);
    }
}
