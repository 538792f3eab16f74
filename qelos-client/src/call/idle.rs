//! The limit of a stream: how long its sender may be silent.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use qelos_spec::{Body, StreamError};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use crate::transport::{TransportError, TransportErrorKind};

/// The limit of a stream for which none was set.
pub(crate) const LONGEST_SILENCE: Duration = Duration::from_mins(1);

/// The body of a response that stays open, with a limit for each wait.
///
/// The time runs only while the stream is waited for: a program that reads slowly does not make its server silent.
struct Limited {
    body: Body,
    limit: Duration,
    /// Runs while the stream is waited for.
    timer: Option<Pin<Box<Sleep>>>,
}

/// This body, with a limit for each wait.
pub(crate) fn limited(body: Body, limit: Duration) -> Body {
    let length = body.length();
    let body = Body::from_http(Limited { body, limit, timer: None });
    length.into_iter().fold(body, Body::with_length)
}

impl http_body::Body for Limited {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let Self { body, limit, timer } = &mut *self;
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(cx) {
            *timer = None;
            return Poll::Ready(frame);
        }
        let timer = timer.get_or_insert_with(|| Box::pin(sleep(*limit)));
        timer.as_mut().poll(cx).map(|()| Some(Err(StreamError::idle(*limit))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// When the last part of an upload was taken to be sent. An upload may take as long as it likes, as long as it goes on.
#[derive(Clone)]
pub(crate) struct Progress(Arc<Mutex<Instant>>);

impl Progress {
    /// An upload that begins now.
    pub(crate) fn start() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn last(&self) -> MutexGuard<'_, Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The body, which is watched.
    pub(crate) fn of(&self, body: Body) -> Body {
        *self.last() = Instant::now();
        let length = body.length();
        let body = Body::from_http(Watched { body, progress: self.clone() });
        length.into_iter().fold(body, Body::with_length)
    }

    /// Sends the upload, unless it stands still for longer than the limit.
    pub(crate) async fn limited<R>(
        &self,
        limit: Duration,
        mut sent: Pin<&mut impl Future<Output = Result<R, TransportError>>>,
    ) -> Result<R, TransportError> {
        let mut timer = pin!(sleep(limit));
        poll_fn(|cx| {
            if let Poll::Ready(done) = sent.as_mut().poll(cx) {
                return Poll::Ready(done);
            }
            while timer.as_mut().poll(cx).is_ready() {
                let end = *self.last() + limit;
                if end <= Instant::now() {
                    let why = format!("nothing was sent or received for {limit:?}");
                    return Poll::Ready(Err(TransportError::new(TransportErrorKind::Timeout, why)));
                }
                timer.set(sleep_until(end));
            }
            Poll::Pending
        })
        .await
    }
}

/// A body that notes when a part of it is taken.
struct Watched {
    body: Body,
    progress: Progress,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if frame.is_ready() {
            *self.progress.last() = Instant::now();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http_body::Body as _;

    use super::*;

    /// A body whose length is only known to have a lower limit.
    struct Vague {
        has_ended: bool,
    }

    impl http_body::Body for Vague {
        type Data = Bytes;
        type Error = StreamError;

        fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
            Poll::Pending
        }

        fn is_end_stream(&self) -> bool {
            self.has_ended
        }

        fn size_hint(&self) -> SizeHint {
            let mut hint = SizeHint::new();
            hint.set_lower(3);
            hint
        }
    }

    #[tokio::test]
    async fn a_body_with_a_limit_says_of_itself_what_it_said_without() {
        for has_ended in [false, true] {
            let body = || Body::from_http(Vague { has_ended });
            for body in [limited(body(), LONGEST_SILENCE), Progress::start().of(body())] {
                assert_eq!((body.is_end_stream(), body.size_hint().lower()), (has_ended, 3));
            }
        }
    }
}
