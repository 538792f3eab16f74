//! A response that arrives piece by piece, as a test has written it.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http::header::{CONTENT_TYPE, HeaderValue};
use qelos_spec::Body;
use qelos_spec::futures_core::Stream;
use tokio::time::{Sleep, sleep};

/// The pieces of a response, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Script {
    content_type: Option<HeaderValue>,
    steps: VecDeque<Step>,
}

#[derive(Debug, Clone)]
enum Step {
    Chunk(Bytes),
    Wait(Duration),
    Cut,
}

impl Script {
    pub(super) fn event(&mut self, name: &str, data: &str) {
        self.is_of_type("text/event-stream");
        let name = if name.is_empty() { String::new() } else { format!("event: {name}\n") };
        let data = data.replace('\n', "\ndata: ");
        self.chunk(format!("{name}data: {data}\n\n"));
    }

    pub(super) fn line(&mut self, line: &str) {
        self.is_of_type("application/x-ndjson");
        self.chunk(format!("{line}\n"));
    }

    pub(super) fn chunk(&mut self, chunk: impl Into<Bytes>) {
        self.is_of_type("application/octet-stream");
        self.steps.push_back(Step::Chunk(chunk.into()));
    }

    pub(super) fn wait(&mut self, time: Duration) {
        self.steps.push_back(Step::Wait(time));
    }

    pub(super) fn cut(&mut self) {
        self.steps.push_back(Step::Cut);
    }

    /// The first piece decides.
    fn is_of_type(&mut self, content_type: &'static str) {
        self.content_type.get_or_insert(HeaderValue::from_static(content_type));
    }

    /// The response, from its beginning.
    pub(super) fn response(&self) -> Response<Body> {
        let steps = self.steps.clone();
        let mut response = Response::new(Body::from_stream(Running { steps, timer: None }));
        response.headers_mut().extend(self.content_type.clone().map(|value| (CONTENT_TYPE, value)));
        response
    }
}

/// A script under way.
struct Running {
    steps: VecDeque<Step>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Stream for Running {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            if let Some(timer) = &mut self.timer {
                std::task::ready!(timer.as_mut().poll(cx));
                self.timer = None;
            }
            match self.steps.pop_front() {
                Some(Step::Chunk(chunk)) => return Poll::Ready(Some(Ok(chunk))),
                Some(Step::Wait(time)) => self.timer = Some(Box::pin(sleep(time))),
                Some(Step::Cut) => return Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
                None => return Poll::Ready(None),
            }
        }
    }
}
