//! Server-sent events, by the rules of the WHATWG ("Interpreting an event stream").

use std::time::Duration;

use bytes::Bytes;

use crate::stream::error::{Ending, StreamError};
use crate::stream::event::EventRef;
use crate::stream::items::Parser;
use crate::stream::line_splitter::{LineSplitter, TooLong};

/// The bytes of a line that are not data: a byte order mark and `data: `, and some more for other fields.
const LONGEST_FIELD_NAME: usize = 16;
/// The name of an event that has none.
const DEFAULT_NAME: &str = "message";

/// Chunks into events. Its buffers are used again for each event.
#[derive(Debug)]
pub(crate) struct EventParser {
    lines: LineSplitter,
    fields: Fields,
    /// Whether the event in `fields` was returned.
    returned: bool,
    /// The number of events that were returned.
    events: usize,
    limit: usize,
}

/// The buffers of the specification.
#[derive(Debug, Default)]
struct Fields {
    name: String,
    data: String,
    /// The "last event ID buffer".
    id: String,
    /// The "last event ID string": the id of the last whole event.
    last_id: String,
    retry: Option<Duration>,
    /// Whether a field of an event was read since the last blank line.
    is_open: bool,
}

impl EventParser {
    /// The id to resume the stream from, by the header `last-event-id`.
    pub(crate) fn last_event_id(&self) -> &str {
        &self.fields.last_id
    }

    /// The number of events so far.
    pub(crate) fn events(&self) -> usize {
        self.events
    }

    /// Begins another response, behind the last whole event. Its id and the time to wait stay.
    pub(crate) fn restart(&mut self) {
        self.lines = LineSplitter::new(longest_line(self.limit));
        self.returned = false;
        self.fields.clear();
        self.fields.id.clone_from(&self.fields.last_id);
    }

    /// The time that the server asks to wait before the stream is opened again.
    pub(crate) fn retry(&self) -> Option<Duration> {
        self.fields.retry
    }
}

impl Parser for EventParser {
    fn new(limit: usize) -> Self {
        let lines = LineSplitter::new(longest_line(limit));
        Self { lines, fields: Fields::default(), returned: false, events: 0, limit }
    }

    fn push(&mut self, chunk: Bytes) {
        self.lines.push(chunk);
    }

    fn next(&mut self) -> Option<Result<EventRef<'_>, StreamError>> {
        if self.returned {
            self.fields.clear();
            self.returned = false;
        }
        while !self.returned {
            let fits = match self.lines.advance()? {
                Err(TooLong) => false,
                Ok(()) if self.lines.line().is_empty() => {
                    self.returned = self.fields.dispatch();
                    true
                }
                Ok(()) => self.fields.read(self.lines.line(), self.limit),
            };
            if !fits {
                return Some(Err(StreamError::too_large("an event", self.limit)));
            }
        }
        self.events += 1;
        Some(Ok(self.fields.event()))
    }

    /// The last event is whole only with the blank line behind it. One that was cut is not returned, because it may be
    /// another event than the server meant; here the loss is an error.
    fn last(&mut self) -> Option<Result<EventRef<'_>, StreamError>> {
        let has_rest = self.lines.advance_to_rest() && !self.lines.line().is_empty();
        let is_cut = self.fields.is_open || (has_rest && !self.lines.line().starts_with(b":"));
        self.fields.clear();
        is_cut.then(|| Err(StreamError::unfinished(Ending::Within("an event"))))
    }
}

impl Fields {
    /// Reads a line that is not blank. False: the data is larger than the limit.
    fn read(&mut self, line: &[u8], limit: usize) -> bool {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (field, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        // Bytes that are not UTF-8 become replacement characters: so does the specification decode a stream. A line end
        // is never a part of a character, so a line can be decoded alone.
        let text = || String::from_utf8_lossy(value);
        match field {
            b"data" => {
                if self.data.len() + value.len() > limit {
                    return false;
                }
                self.data.push_str(&text());
                self.data.push('\n');
            }
            b"event" => {
                self.name.clear();
                self.name.push_str(&text());
            }
            b"id" if !value.contains(&0) => {
                self.id.clear();
                self.id.push_str(&text());
            }
            b"retry" => {
                self.retry = milliseconds(value).or(self.retry);
                return true;
            }
            // A comment, or a field of a later version.
            _ => return true,
        }
        self.is_open = true;
        true
    }

    /// Ends an event. False: it has no data, and is none.
    fn dispatch(&mut self) -> bool {
        self.is_open = false;
        if self.last_id != self.id {
            self.last_id.clone_from(&self.id);
        }
        let has_data = self.data.pop().is_some();
        if !has_data {
            self.name.clear();
        }
        has_data
    }

    fn event(&self) -> EventRef<'_> {
        let name = if self.name.is_empty() { DEFAULT_NAME } else { &self.name };
        EventRef { what: "an event", name, data: &self.data, id: &self.last_id }
    }

    fn clear(&mut self) {
        self.name.clear();
        self.data.clear();
        self.is_open = false;
    }
}

/// The longest line that data of at most so many bytes may need.
fn longest_line(limit: usize) -> usize {
    limit.saturating_add(LONGEST_FIELD_NAME)
}

/// A number of digits only. One that is too large for a number is the longest time.
fn milliseconds(digits: &[u8]) -> Option<Duration> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |number: u64, digit: &u8| number.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    Some(Duration::from_millis(digits.iter().fold(0, add)))
}

#[cfg(test)]
mod tests;
