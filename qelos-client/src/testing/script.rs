//! A response that arrives piece by piece, as a test has written it.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http::header::{CONTENT_TYPE, HeaderValue, TRANSFER_ENCODING};
use qelos_spec::Body;
use qelos_spec::futures_core::Stream;
use serde::Serialize;
use tokio::time::{Sleep, sleep};

/// A response that arrives piece by piece, and is finished: what [`StreamReply::end`] makes for
/// [`FakeQelos::mount_stream`](crate::testing::FakeQelos::mount_stream).
#[derive(Debug, Clone, Default)]
pub struct StreamScript {
    content_type: Option<HeaderValue>,
    steps: VecDeque<Step>,
}

#[derive(Debug, Clone)]
enum Step {
    Chunk(Bytes),
    Wait(Duration),
    Cut,
    Broken,
}

impl StreamScript {
    /// The first piece decides the type.
    fn chunk(&mut self, content_type: &'static str, chunk: impl Into<Bytes>) {
        self.content_type.get_or_insert(HeaderValue::from_static(content_type));
        self.steps.push_back(Step::Chunk(chunk.into()));
    }

    /// The response, from its beginning.
    pub(super) fn response(&self) -> Response<Body> {
        released(self.clone().announced())
    }

    /// The head of the response, which holds the pieces for [`released`] or [`at_once`].
    pub(super) fn announced(self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        let headers = response.headers_mut();
        headers.extend(self.content_type.clone().map(|value| (CONTENT_TYPE, value)));
        headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        response.extensions_mut().insert(self);
        response
    }
}

/// The response, whose pieces arrive in their time, if it is made of such.
pub(super) fn released(mut response: Response<Bytes>) -> Response<Body> {
    let script = response.extensions_mut().remove::<StreamScript>();
    response.map(|body| match script {
        Some(StreamScript { steps, .. }) => Body::from_stream(Running { steps, timer: None }),
        None => body.into(),
    })
}

/// The response with all its pieces, up to the place where it is cut.
pub(super) fn at_once(mut response: Response<Bytes>) -> Response<Bytes> {
    let Some(StreamScript { steps, .. }) = response.extensions_mut().remove() else { return response };
    let chunks = steps.iter().filter_map(|step| if let Step::Chunk(chunk) = step { Some(&**chunk) } else { None });
    let whole = chunks.collect::<Vec<_>>().concat();
    response.map(|_| whole.into())
}

/// A response that arrives piece by piece: [`end`](Self::end) or [`cut`](Self::cut) finishes it.
///
/// Its waits are those of tokio's clock, so a test with paused time does not wait. A call of an endpoint that returns
/// no stream gets the response when it has ended.
///
/// ```
/// use std::time::Duration;
///
/// use qelos_client::Client;
/// use qelos_client::api::WorkspacesList;
/// use qelos_client::testing::FakeTransport;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), qelos_client::Error> {
/// let server = FakeTransport::new();
/// server.expect(&WorkspacesList {}).stream().bytes("[").wait(Duration::from_secs(1)).bytes("]").end();
/// server.expect(&WorkspacesList {}).stream().bytes("[").cut();
///
/// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
/// assert!(client.workspaces().list().await?.is_empty());
/// # let once = qelos_client::Retries::none();
/// assert!(client.workspaces().list().retries(once).await.unwrap_err().is_transport());
/// # Ok(())
/// # }
/// ```
#[must_use = "a response is given when it is finished: `end` or `cut`"]
pub struct StreamReply<'s, R = ()> {
    script: StreamScript,
    finish: Box<dyn FnOnce(StreamScript) -> R + 's>,
}

impl<'s, R> StreamReply<'s, R> {
    /// An empty response, which the function takes when it is finished.
    pub(super) fn new(finish: impl FnOnce(StreamScript) -> R + 's) -> Self {
        Self { script: StreamScript::default(), finish: Box::new(finish) }
    }

    /// Sends a server-sent event with this JSON as its data. An event without a name has an empty one.
    ///
    /// # Panics
    ///
    /// When the data has no JSON form.
    #[track_caller]
    pub fn event(self, name: &str, data: &(impl Serialize + ?Sized)) -> Self {
        self.text_event(name, &json(data))
    }

    /// Sends a server-sent event with this text as its data, such as `[DONE]`.
    pub fn text_event(self, name: &str, data: &str) -> Self {
        let name = if name.is_empty() { String::new() } else { format!("event: {name}\n") };
        let data = data.replace('\n', "\ndata: ");
        self.of_events(format!("{name}data: {data}\n\n"))
    }

    /// Gives the next event this id.
    pub fn id(self, id: &str) -> Self {
        self.of_events(format!("id: {id}\n"))
    }

    /// Asks the client to wait so long before it opens the stream again.
    pub fn retry(self, wait: Duration) -> Self {
        self.of_events(format!("retry: {}\n", wait.as_millis()))
    }

    /// Sends a line with this JSON.
    ///
    /// # Panics
    ///
    /// When the value has no JSON form.
    #[track_caller]
    pub fn line(self, value: &(impl Serialize + ?Sized)) -> Self {
        let line = json(value) + "\n";
        self.with(|script| script.chunk("application/x-ndjson", line))
    }

    /// Sends these bytes.
    pub fn bytes(self, bytes: impl Into<Bytes>) -> Self {
        self.with(|script| script.chunk("application/octet-stream", bytes))
    }

    /// Sends nothing for this time.
    pub fn wait(self, time: Duration) -> Self {
        self.with(|script| script.steps.push_back(Step::Wait(time)))
    }

    /// Ends the response.
    pub fn end(self) -> R {
        (self.finish)(self.script)
    }

    /// Breaks the connection.
    pub fn cut(self) -> R {
        self.with(|script| script.steps.push_back(Step::Cut)).end()
    }

    fn of_events(self, text: String) -> Self {
        self.with(|script| script.chunk("text/event-stream", text))
    }

    fn with(mut self, add: impl FnOnce(&mut StreamScript)) -> Self {
        add(&mut self.script);
        self
    }
}

impl<R> fmt::Debug for StreamReply<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReply").field("steps", &self.script.steps.len()).finish_non_exhaustive()
    }
}

#[track_caller]
fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| panic!("{error}"))
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
                // A server sends what it has when it has to wait, and drops it at an error.
                Some(Step::Cut) => {
                    self.steps.push_front(Step::Broken);
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Some(Step::Broken) => return Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
                None => return Poll::Ready(None),
            }
        }
    }
}
