//! NDJSON, decoded.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::body::Body;
use crate::stream::error::{Ending, StreamError};
use crate::stream::event::EventRef;
use crate::stream::items::{Items, Parser};
use crate::stream::line_splitter::{LineSplitter, TooLong};
use crate::stream::rules::StreamRules;

const WHAT: &str = "a line";

/// The lines of a response of NDJSON (JSON Lines), each read as a `T`.
///
/// Lines end with LF, CR or CRLF. Blank lines are skipped. The last line needs no end, unless it is a number: `12` may be
/// the beginning of `123`, and is an error.
///
/// After an error, the stream has ended; only after a line that could not be read, or a failure that the server reported,
/// it goes on.
///
/// ```
/// use qelos_spec::{Lines, StreamError};
///
/// async fn sum(mut numbers: Lines<u64>) -> Result<u64, StreamError> {
///     let mut sum = 0;
///     while let Some(number) = numbers.next().await {
///         sum += number?;
///     }
///     Ok(sum)
/// }
///
/// let double = sum(Lines::of([7, 8]));
/// # let _ = double;
/// ```
pub struct Lines<T>(Items<LineParser, T>);

impl<T: DeserializeOwned + 'static> Lines<T> {
    /// The lines of a body.
    #[must_use]
    pub fn new(body: Body, rules: StreamRules) -> Self {
        Self(Items::new(body, rules, |line| line.json().map(Some)))
    }
}

impl<T> Lines<T> {
    /// These items, for a double.
    pub fn of(items: impl IntoIterator<Item = T>) -> Self {
        Self::of_results(items.into_iter().map(Ok))
    }

    /// These items and errors, for a double of a stream that fails.
    pub fn of_results(items: impl IntoIterator<Item = Result<T, StreamError>>) -> Self {
        Self(Items::of(items))
    }

    /// The next item; `None` after the last one.
    ///
    /// # Cancel safety
    ///
    /// No line is lost when the future is dropped.
    #[expect(clippy::should_implement_trait, reason = "it is the method of a stream, which waits")]
    pub fn next(&mut self) -> impl Future<Output = Option<Result<T, StreamError>>> + use<'_, T> {
        poll_fn(|cx| self.0.poll_next(cx))
    }
}

impl<T> Stream for Lines<T> {
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next(cx)
    }
}

impl<T> Unpin for Lines<T> {}

impl<T> fmt::Debug for Lines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}

/// Chunks into lines that are not blank.
#[derive(Debug)]
struct LineParser {
    lines: LineSplitter,
    limit: usize,
}

impl LineParser {
    fn is_blank(&self) -> bool {
        self.lines.line().trim_ascii().is_empty()
    }

    fn item(&self) -> Result<EventRef<'_>, StreamError> {
        match std::str::from_utf8(self.lines.line()) {
            Ok(data) => Ok(EventRef { what: WHAT, name: "", data, id: "" }),
            Err(_) => Err(StreamError::malformed_in(WHAT, "it is not text in UTF-8")),
        }
    }
}

impl Parser for LineParser {
    fn new(limit: usize) -> Self {
        Self { lines: LineSplitter::new(limit), limit }
    }

    fn push(&mut self, chunk: Bytes) {
        self.lines.push(chunk);
    }

    fn next(&mut self) -> Option<Result<EventRef<'_>, StreamError>> {
        loop {
            match self.lines.advance()? {
                Err(TooLong) => return Some(Err(StreamError::too_large(WHAT, self.limit))),
                Ok(()) if self.is_blank() => {}
                Ok(()) => return Some(self.item()),
            }
        }
    }

    fn last(&mut self) -> Option<Result<EventRef<'_>, StreamError>> {
        if !self.lines.advance_to_rest() || self.is_blank() {
            return None;
        }
        let is_whole = may_be_whole(self.lines.line());
        Some(if is_whole { self.item() } else { Err(StreamError::unfinished(Ending::Within(WHAT))) })
    }
}

/// Whether a line without an end is JSON that is not the beginning of other JSON. Only a number may go on.
fn may_be_whole(line: &[u8]) -> bool {
    let is_number = line.trim_ascii_start().first().is_some_and(|first| first.is_ascii_digit() || *first == b'-');
    !is_number && serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

#[cfg(test)]
mod tests;
