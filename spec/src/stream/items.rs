//! A body as a stream of decoded items: the part that events and lines share.

use std::collections::VecDeque;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use crate::body::Body;
use crate::stream::error::StreamError;
use crate::stream::event::EventRef;
use crate::stream::rules::{Meaning, StreamRules};

/// Chunks into items. A line is an item without a name and an id.
pub(crate) trait Parser {
    /// A parser of items of at most so many bytes.
    fn new(limit: usize) -> Self;
    /// Adds a chunk. The items of the chunk before have been read.
    fn push(&mut self, chunk: Bytes);
    /// The next whole item. `None`: push another chunk.
    fn next(&mut self) -> Option<Result<EventRef<'_>, StreamError>>;
    /// The item at the end of the body, or the error for one that was cut.
    fn last(&mut self) -> Option<Result<EventRef<'_>, StreamError>>;
}

type Decode<T> = fn(&EventRef<'_>) -> Result<Option<T>, StreamError>;

pub(crate) struct Items<P, T> {
    /// The items of a double.
    given: VecDeque<Result<T, StreamError>>,
    body: Body,
    pub(crate) parser: P,
    decode: Decode<T>,
    rules: StreamRules,
    state: State,
    /// Whether the server has reported a failure.
    has_failed: bool,
}

#[derive(PartialEq)]
enum State {
    /// The body may have more chunks.
    Reading,
    /// The body has ended, and its last item was not read.
    AtEnd,
    /// There are no more items.
    Over,
}

impl<P: Parser, T> Items<P, T> {
    pub(crate) fn new(body: Body, rules: StreamRules, decode: Decode<T>) -> Self {
        let parser = P::new(rules.largest_item());
        Self { given: VecDeque::new(), body, parser, decode, rules, state: State::Reading, has_failed: false }
    }

    pub(crate) fn of(items: impl IntoIterator<Item = Result<T, StreamError>>) -> Self {
        let given = items.into_iter().collect();
        Self { given, ..Self::new(Body::default(), StreamRules::new(), |_| Ok(None)) }
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, StreamError>>> {
        if let Some(given) = self.given.pop_front() {
            return Poll::Ready(Some(given));
        }
        loop {
            let item = match self.state {
                State::Reading => self.parser.next(),
                State::AtEnd => self.parser.last(),
                State::Over => return Poll::Ready(None),
            };
            let result = match item {
                Some(Ok(item)) => match self.rules.meaning(&item) {
                    Meaning::Item => (self.decode)(&item),
                    Meaning::LastItem => {
                        let last = (self.decode)(&item);
                        self.end();
                        last
                    }
                    Meaning::End => {
                        self.end();
                        return Poll::Ready(None);
                    }
                    Meaning::Failure => {
                        self.has_failed = true;
                        Err(StreamError::failed(item.data))
                    }
                },
                Some(Err(error)) => {
                    if !error.is_malformed() {
                        self.end();
                    }
                    Err(error)
                }
                None => match ready!(self.poll_more(cx)) {
                    Ok(()) => Ok(None),
                    Err(error) => {
                        self.end();
                        Err(error)
                    }
                },
            };
            if let Some(result) = result.transpose() {
                return Poll::Ready(Some(result));
            }
        }
    }

    /// Reads another chunk, or notices that there is none.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), StreamError>> {
        if self.state == State::AtEnd {
            let early = self.rules.early_end().filter(|_| !self.has_failed);
            self.end();
            return Poll::Ready(early.map_or(Ok(()), Err));
        }
        match ready!(self.body.poll_chunk(cx)).transpose()? {
            Some(chunk) => self.parser.push(chunk),
            None => self.state = State::AtEnd,
        }
        Poll::Ready(Ok(()))
    }

    /// Goes on with another body, after an error that has ended the stream. The parser was told.
    pub(crate) fn go_on_with(&mut self, body: Body) {
        (self.body, self.state, self.has_failed) = (body, State::Reading, false);
    }

    /// Whether there are no more items.
    pub(crate) fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// Lets go of the connection. The parser stays, for the last id.
    fn end(&mut self) {
        self.body = Body::default();
        self.state = State::Over;
    }
}
