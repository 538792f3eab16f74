//! Streams of events that go on where they broke off.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::{Response, StatusCode};

use crate::body::Body;
use crate::endpoint_info::EndpointInfo;
use crate::response::{Content, DecodeError, Unfit};
use crate::stream::error::StreamError;

/// Opens a stream of events again: a client puts it into the extensions of a response whose body stays open. It is used
/// where the endpoint declares [`StreamRules::resumable`](crate::stream::StreamRules::resumable).
///
/// ```
/// use std::future::ready;
///
/// use qelos_spec::auth::SignedIn;
/// use qelos_spec::stream::{Marker, Reopen, StreamRules};
/// use qelos_spec::{Body, Endpoint, EndpointInfo, Events};
///
/// const NUMBERS: StreamRules = StreamRules::new().ends_with(Marker::Data("[DONE]")).resumable();
///
/// #[derive(Endpoint)]
/// #[endpoint(GET, "/api/numbers", response = Events<u32>, stream = NUMBERS, auth = SignedIn)]
/// struct Count {}
///
/// // A client sends the request again, with this id in the header `last-event-id`.
/// let reopen = Reopen::new(EndpointInfo::of::<Count>(), |interruption| {
///     assert_eq!(interruption.last_event_id(), "7");
///     let rest = http::Response::new(Body::from("data: 8\n\ndata: [DONE]\n\n"));
///     Some(Box::pin(ready(Ok(rest))))
/// });
/// let mut response = http::Response::new(Body::from("id: 7\ndata: 7\n\n"));
/// response.extensions_mut().insert(reopen);
///
/// # fn now<T>(future: impl Future<Output = T>) -> T {
/// #     let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
/// #     let std::task::Poll::Ready(value) = std::pin::pin!(future).poll(&mut cx) else { panic!("it waits") };
/// #     value
/// # }
/// # now(async {
/// let mut numbers = (Count::STREAM.unwrap())(response)?;
/// assert_eq!(numbers.next().await.transpose()?, Some(7));
/// assert_eq!(numbers.next().await.transpose()?, Some(8));
/// assert!(numbers.next().await.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Reopen {
    endpoint: &'static EndpointInfo,
    open: Arc<Open>,
}

type Open = dyn Fn(&Interruption<'_>) -> Option<Reopening> + Send + Sync;

/// The response of a stream that is being opened again.
pub type Reopening = Pin<Box<dyn Future<Output = Result<Response<Body>, StreamError>> + Send>>;

/// The place where a stream broke off, and the reason.
///
/// Its `Debug` does not show the id, which is a part of the response.
pub struct Interruption<'s> {
    pub(crate) error: &'s StreamError,
    pub(crate) last_event_id: &'s str,
    pub(crate) retry: Option<Duration>,
    pub(crate) in_a_row: usize,
}

impl Reopen {
    /// Opens the stream of this endpoint with a function. `None`: it is not opened again, and ends with the error of the
    /// interruption.
    ///
    /// The function waits, sends the request with the header `last-event-id`, and returns the response to it, if that is a
    /// success. An error is [`StreamError::client`]; the function is asked again after it.
    pub fn new(
        endpoint: &'static EndpointInfo,
        open: impl Fn(&Interruption<'_>) -> Option<Reopening> + Send + Sync + 'static,
    ) -> Self {
        Self { endpoint, open: Arc::new(open) }
    }
}

impl fmt::Debug for Reopen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reopen").field("endpoint", &self.endpoint.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for Interruption<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { error, retry, in_a_row, .. } = self;
        let mut debug = f.debug_struct("Interruption");
        debug.field("error", error).field("retry", retry).field("in_a_row", in_a_row).finish_non_exhaustive()
    }
}

impl Interruption<'_> {
    /// The error that the stream ends with unless it is opened again.
    #[must_use]
    pub fn error(&self) -> &StreamError {
        self.error
    }

    /// The id of the last event that arrived, for the header `last-event-id`; empty if no event arrived.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.last_event_id
    }

    /// The time that the server asks to wait before the stream is opened again.
    #[must_use]
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// How often the stream was opened again since an event arrived.
    #[must_use]
    pub fn in_a_row(&self) -> usize {
        self.in_a_row
    }
}

/// The state of a stream that may be opened again.
pub(crate) struct Resumption {
    reopen: Reopen,
    /// The response that is waited for.
    pending: Option<Reopening>,
    in_a_row: usize,
    /// How many events had arrived when the stream broke off.
    events: usize,
}

/// The events that a stream has read so far.
pub(crate) struct Position<'s> {
    pub(crate) events: usize,
    pub(crate) last_event_id: &'s str,
    pub(crate) retry: Option<Duration>,
}

impl Resumption {
    pub(crate) fn new(reopen: Reopen) -> Self {
        Self { reopen, pending: None, in_a_row: 0, events: 0 }
    }

    /// Begins to open the stream again; false if the error is its end.
    ///
    /// Without an id, the server cannot know the place: events that were read would come again, or be lost.
    pub(crate) fn begin(&mut self, error: &StreamError, at: &Position<'_>) -> bool {
        if !error.interrupts() || (at.last_event_id.is_empty() && at.events > 0) {
            return false;
        }
        if at.events > self.events {
            (self.events, self.in_a_row) = (at.events, 0);
        }
        let Position { last_event_id, retry, .. } = *at;
        let interruption = Interruption { error, last_event_id, retry, in_a_row: self.in_a_row };
        self.pending = (self.reopen.open)(&interruption);
        self.in_a_row += 1;
        self.pending.is_some()
    }

    pub(crate) fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// The body of the response; `None` if the server has no more events.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Body>, StreamError>> {
        let Some(pending) = &mut self.pending else { return Poll::Pending };
        let outcome = ready!(pending.as_mut().poll(cx));
        self.pending = None;
        Poll::Ready(outcome.and_then(|response| self.body(response)))
    }

    fn body(&self, response: Response<Body>) -> Result<Option<Body>, StreamError> {
        let (head, body) = response.into_parts();
        if head.status == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        let media_type = Content::of_parts(&head.headers, &[]).media_type();
        are_events(media_type.as_deref()).map(|()| Some(body)).map_err(|why| {
            StreamError::client(DecodeError::of(self.reopen.endpoint.name, head.status, Unfit::Other(why)))
        })
    }
}

/// Fails with a clause about the response if this is the media type of something else than events.
pub(crate) fn are_events(media_type: Option<&str>) -> Result<(), String> {
    match media_type.filter(|name| *name != "text/event-stream") {
        Some(other) => Err(format!("its type is `{other}`, and events are `text/event-stream`")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
