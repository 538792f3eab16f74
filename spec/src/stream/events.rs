//! Server-sent events, decoded.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;

use crate::body::Body;
use crate::stream::error::StreamError;
use crate::stream::event::FromEvent;
use crate::stream::event_parser::EventParser;
use crate::stream::items::Items;
use crate::stream::resume::{Position, Reopen, Resumption};
use crate::stream::rules::StreamRules;

/// The events of a response of type `text/event-stream`, each read as a `T`. See [`FromEvent`].
///
/// The stream is read by the rules of the WHATWG: lines end with LF, CR or CRLF, comments and unknown fields are skipped,
/// an event without data is none, and an event that was cut is not returned.
///
/// After an error, the stream has ended; only after an event that could not be read, or a failure that the server
/// reported, it goes on. An event that was cut is an error also where no end is declared, because its loss would not be
/// noticed.
///
/// ```
/// use qelos_spec::stream::{Marker, StreamRules};
/// use qelos_spec::{Body, Events};
///
/// # fn now<T>(future: impl Future<Output = T>) -> T {
/// #     let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
/// #     let std::task::Poll::Ready(value) = std::pin::pin!(future).poll(&mut cx) else { panic!("it waits") };
/// #     value
/// # }
/// # now(async {
/// let body = Body::from("data: 7\n\ndata: 8\n\ndata: [DONE]\n\n");
/// let mut numbers = Events::<u32>::new(body, StreamRules::new().ends_with(Marker::Data("[DONE]")));
/// assert_eq!(numbers.next().await.transpose()?, Some(7));
/// assert_eq!(numbers.next().await.transpose()?, Some(8));
/// assert_eq!(numbers.next().await.transpose()?, None);
///
/// // A connection that ends too early is not mistaken for the end of the events.
/// let cut = Body::from("data: 7\n\ndata: 8");
/// let mut numbers = Events::<u32>::new(cut, StreamRules::new());
/// assert_eq!(numbers.next().await.transpose()?, Some(7));
/// assert!(numbers.next().await.unwrap().unwrap_err().is_unfinished());
/// # Ok::<(), qelos_spec::StreamError>(())
/// # }).unwrap();
/// ```
pub struct Events<T> {
    items: Items<EventParser, T>,
    /// In a box, because it is rare.
    resumption: Option<Box<Resumption>>,
}

impl<T: FromEvent> Events<T> {
    /// The events of a body.
    #[must_use]
    pub fn new(body: Body, rules: StreamRules) -> Self {
        Self { items: Items::new(body, rules, T::from_event), resumption: None }
    }
}

impl<T> Events<T> {
    /// These events, for a double.
    ///
    /// ```
    /// use qelos_spec::Events;
    ///
    /// let numbers = Events::of([7, 8]);
    /// # let _ = numbers;
    /// ```
    pub fn of(items: impl IntoIterator<Item = T>) -> Self {
        Self::of_results(items.into_iter().map(Ok))
    }

    /// These events and errors, for a double of a stream that fails.
    pub fn of_results(items: impl IntoIterator<Item = Result<T, StreamError>>) -> Self {
        Self { items: Items::of(items), resumption: None }
    }

    /// The next event; `None` after the last one.
    ///
    /// # Cancel safety
    ///
    /// No event is lost when the future is dropped.
    #[expect(clippy::should_implement_trait, reason = "it is the method of a stream, which waits")]
    pub fn next(&mut self) -> impl Future<Output = Option<Result<T, StreamError>>> + use<'_, T> {
        poll_fn(|cx| self.poll(cx))
    }

    /// These events, which go on when the connection breaks.
    pub(crate) fn resumed_by(self, reopen: Reopen) -> Self {
        Self { resumption: Some(Box::new(Resumption::new(reopen))), ..self }
    }

    /// Whether the stream is opened again after this error.
    fn goes_on_after(&mut self, error: &StreamError) -> bool {
        let parser = &self.items.parser;
        let (events, last_event_id, retry) = (parser.events(), parser.last_event_id(), parser.retry());
        let at = Position { events, last_event_id, retry };
        let begins = |resumption: &mut Box<Resumption>| resumption.begin(error, &at);
        self.items.is_over() && self.resumption.as_mut().is_some_and(begins)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, StreamError>>> {
        loop {
            let error = match &mut self.resumption {
                Some(resumption) if resumption.is_pending() => match ready!(resumption.poll(cx)) {
                    Ok(Some(body)) => {
                        self.items.parser.restart();
                        self.items.go_on_with(body);
                        continue;
                    }
                    Ok(None) => return Poll::Ready(None),
                    Err(error) => error,
                },
                _ => match ready!(self.items.poll_next(cx)) {
                    Some(Err(error)) => error,
                    item => return Poll::Ready(item),
                },
            };
            if !self.goes_on_after(&error) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    /// The last id that the server has given with a whole event; empty if it gave none. A server that can resume a stream
    /// takes it in the header `last-event-id`: see [`StreamRules::resumable`].
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.items.parser.last_event_id()
    }

    /// The time that the server asks to wait before the stream is opened again. It is as long as the server says: the
    /// longest wait is up to the caller.
    #[must_use]
    pub fn retry(&self) -> Option<Duration> {
        self.items.parser.retry()
    }
}

impl<T> Stream for Events<T> {
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

impl<T> Unpin for Events<T> {}

impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
