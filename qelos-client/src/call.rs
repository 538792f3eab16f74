//! A call: prepared by the client, sent when it is awaited.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::response::Parts;
use qelos_spec::Request;

pub(crate) mod attempt;
pub(crate) mod authorized;
pub(crate) mod exchange;
pub(crate) mod idle;
pub(crate) mod limits;
pub(crate) mod operation;
pub(crate) mod resume;
pub(crate) mod retry;
pub(crate) mod retry_budget;
pub(crate) mod telemetry;

use crate::auth::{Credential, CredentialFacts};
use crate::call::authorized::exchange;
use crate::call::exchange::{Reader, Received};
use crate::call::limits::Limits;
use crate::call::resume::reopen;
use crate::call::retry::Retries;
use crate::connection::Connection;
use crate::error::Error;
use crate::headers::{self, HeaderContent};
use crate::transport::Transport;

/// A prepared call: awaiting it sends the request and returns the response.
///
/// It owns everything it needs, so it can be spawned, joined or put under a timeout. Its type does not depend on the
/// endpoint, so each endpoint adds little code.
///
/// Before it is awaited, it can get limits of its own:
///
/// ```no_run
/// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
/// use std::time::Duration;
///
/// use qelos_client::{Retries, api::GetMe};
///
/// let me = client.call(&GetMe).deadline(Duration::from_secs(5)).retries(Retries::none()).await?;
/// # let _ = me;
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// Awaiting it panics in a tokio runtime without time, because each call there has a deadline, and, with the default
/// transport, in a runtime without I/O. Build the runtime with `enable_all`: see [runtimes](crate#runtimes).
///
/// # Cancel safety
///
/// Dropping a call abandons it. A request that was sent may still take effect. A renewal that was begun goes on, so no
/// token is lost.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<C, T, R, O = R> {
    state: State<C, T>,
    output: Output<R, O>,
}

/// How a response becomes the output of a call.
enum Output<R, O> {
    Value(Reader<O>),
    WithHead(Reader<R>, fn(R, Parts) -> O),
}

/// The state of a call. Its type does not depend on the response, so that all calls of a client share the code.
enum State<C, T> {
    Ready(Box<Prepared<C, T>>),
    Sent(Pin<Box<dyn Future<Output = Result<Received, Error>> + Send>>),
    Done,
}

/// A call that was not sent yet.
pub(crate) struct Prepared<C, T> {
    connection: Connection<T>,
    credential: C,
    request: Result<Request, Error>,
    limits: Limits,
    /// The length of the target that the endpoint has written, once the call has added parameters to it.
    declared_target: Option<usize>,
}

impl<C: Credential, T: Transport, R: Send + 'static> Call<C, T, R> {
    pub(crate) fn new(prepared: Box<Prepared<C, T>>, reader: Reader<R>) -> Self {
        Self { state: State::Ready(prepared), output: Output::Value(reader) }
    }

    /// Returns the head of the response beside its value: status and headers.
    ///
    /// ```
    /// use qelos_client::Client;
    /// use qelos_client::api::WorkspacesList;
    /// use qelos_client::testing::FakeTransport;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// let server = FakeTransport::new();
    /// let response = http::Response::builder().header("x-total-count", "0").body("[]".into());
    /// server.expect(&WorkspacesList {}).reply_with(response.unwrap());
    ///
    /// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
    /// let (workspaces, head) = client.workspaces().list().with_head().await?;
    /// assert_eq!((workspaces.len(), head.status.as_u16()), (0, 200));
    /// assert_eq!(head.headers["x-total-count"], "0");
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_head(self) -> Call<C, T, R, (R, Parts)> {
        let (Output::Value(reader) | Output::WithHead(reader, _)) = self.output;
        Call { state: self.state, output: Output::WithHead(reader, |value, head| (value, head)) }
    }
}

impl<C: Credential, T: Transport, R: Send + 'static, O> Call<C, T, R, O> {
    /// How long each exchange of this call may take. Default: what its endpoint declares, or else what the transport
    /// allows.
    ///
    /// Outside of a tokio runtime, the call fails and nothing is sent: see [runtimes](crate#runtimes).
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// use std::time::Duration;
    ///
    /// let me = client.logged_in_user().timeout(Duration::from_secs(2)).await?;
    /// # let _ = me;
    /// # Ok(())
    /// # }
    /// ```
    pub fn timeout(self, timeout: Duration) -> Self {
        self.limited(|limits| limits.timeout = Some(timeout))
    }

    /// How long this call may take: all attempts, the waits between them, and a renewal of the credential on the way.
    /// Default: that of the [client](crate::Builder::deadline).
    ///
    /// Outside of a tokio runtime, the call fails and nothing is sent: see [runtimes](crate#runtimes).
    pub fn deadline(self, deadline: Duration) -> Self {
        self.limited(|limits| limits.deadline = Some(deadline))
    }

    /// How long a stream that this call returns may be silent, while it is waited for. Default: what the
    /// [client](crate::Builder::longest_silence) allows. Calls that return no stream have no use for it.
    pub fn longest_silence(self, silence: Duration) -> Self {
        self.limited(|limits| limits.silence = Some(silence))
    }

    /// How often this call is sent again when that may help. Default: that of the [client](crate::Builder::retries).
    pub fn retries(self, retries: Retries) -> Self {
        self.limited(|limits| limits.retries = Some(retries))
    }

    /// Adds a header to this call. It comes before one of the [client](crate::Builder::header).
    ///
    /// Nothing is sent if the endpoint has set the header already, or if it cannot be set: the headers of the credential, the
    /// connection and the body belong to other parts of the program. A [`SecretString`](crate::SecretString) is masked wherever
    /// the request is shown, and not sent over plain http. A header that the API documents belongs to the declaration of its
    /// endpoint; this method is for the others, such as the id of a trace.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let me = client.logged_in_user().header("x-request-id", "7f3a").query("fields", "name").await?;
    /// # let _ = me;
    /// # Ok(())
    /// # }
    /// ```
    pub fn header(self, name: &str, value: impl HeaderContent) -> Self {
        self.changed(|request, _| {
            let (name, value) = headers::checked(name, value)?;
            if request.headers().contains_key(&name) {
                Err(headers::set_twice(&name))
            } else {
                Ok(request.with_header(name, value))
            }
        })
    }

    /// Adds a parameter to the query of this call; a name may be added several times.
    ///
    /// Nothing is sent if the endpoint has set a parameter of this name: servers differ in which of the two they read. A URL is
    /// logged on its way, so a secret belongs to a header.
    pub fn query(self, name: &str, value: impl fmt::Display) -> Self {
        self.changed(|request, declared_target| {
            let end = *declared_target.get_or_insert(request.target().len());
            let declared = request.target()[..end].split_once('?').map_or("", |(_, query)| query);
            if form_urlencoded::parse(declared.as_bytes()).any(|(declared, _)| declared == name) {
                let name = name.escape_debug();
                return Err(Error::config(format_args!(
                    "the query parameter `{name}` cannot be set here: the endpoint has set it already"
                )));
            }
            Ok(request.with_query(name, &value))
        })
    }

    /// Changes the request of a call that was not sent yet.
    fn changed(mut self, change: impl FnOnce(Request, &mut Option<usize>) -> Result<Request, Error>) -> Self {
        if let State::Ready(prepared) = &mut self.state {
            let Prepared { request, declared_target, credential, .. } = &mut **prepared;
            if let Ok(written) = request {
                let failed = |error: Error| error.of_call(written.endpoint(), CredentialFacts::of(credential));
                *request = change(written.clone(), declared_target).map_err(failed);
            }
        }
        self
    }

    /// Gives the call the limits of the operation it belongs to.
    pub(crate) fn within(self, limits: &Limits) -> Self {
        self.limited(|own| *own = limits.clone())
    }

    /// Changes the limits of a call that was not sent yet.
    fn limited(mut self, limit: impl FnOnce(&mut Limits)) -> Self {
        if let State::Ready(prepared) = &mut self.state {
            limit(&mut prepared.limits);
        }
        self
    }
}

impl<C: Credential, T: Transport> Prepared<C, T> {
    pub(crate) fn new(connection: Connection<T>, credential: C, request: Result<Request, Error>) -> Box<Self> {
        Box::new(Self { connection, credential, request, limits: Limits::default(), declared_target: None })
    }

    async fn send(self: Box<Self>) -> Result<Received, Error> {
        let request = self.request.as_ref().map_err(Error::clone)?;
        let mut received = pin!(exchange(&self.connection, request, &self.credential, self.limits.clone())).await?;
        if received.is_open() {
            let Self { connection, credential, request, limits, .. } = *self;
            received.reopened_by(reopen(connection, credential, request?, limits));
        }
        Ok(received)
    }
}

impl<C: Credential, T: Transport> State<C, T> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Received, Error>> {
        if let Self::Ready(_) = self
            && let Self::Ready(prepared) = std::mem::replace(self, Self::Done)
        {
            *self = Self::Sent(Box::pin(prepared.send()));
        }
        match self {
            Self::Sent(future) => future.as_mut().poll(cx),
            // Not reached: the lines above replace `Ready` by `Sent`, and `Done` is there only in between.
            Self::Ready(_) | Self::Done => Poll::Pending,
        }
    }
}

impl<C: Credential, T: Transport, R: Send + 'static, O> Future for Call<C, T, R, O> {
    type Output = Result<O, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut received = ready!(self.state.poll(cx))?;
        Poll::Ready(match &self.output {
            Output::Value(reader) => received.read(reader),
            Output::WithHead(reader, join) => {
                received.read(reader).map(|value| join(value, received.response.into_parts().0))
            }
        })
    }
}

// The future is in a box, and no other field is pinned.
impl<C, T, R, O> Unpin for Call<C, T, R, O> {}

impl<C, T, R, O> fmt::Debug for Call<C, T, R, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("sent", &matches!(self.state, State::Sent(_))).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use qelos_spec::Endpoint;
    use qelos_spec::api::GetMe;

    use super::*;
    use crate::Client;

    fn size_of_call<C: Credential>(client: &Client<C>) -> usize {
        let request = GetMe.encode().map_err(Error::from);
        size_of_val(&Prepared::new(client.connection().clone(), client.credential().clone(), request).send())
    }

    #[tokio::test]
    async fn a_call_shows_whether_it_was_sent() {
        type Sent = Result<http::Response<bytes::Bytes>, crate::TransportError>;
        let silent = |_: http::Request<bytes::Bytes>| std::future::pending::<Sent>();
        let client = Client::builder("https://acme.example").transport(silent).api_token("ql_1").build().unwrap();
        let mut call = client.call(&GetMe);
        assert_eq!(format!("{call:?}"), "Call { sent: false, .. }");
        assert!(Pin::new(&mut call).poll(&mut Context::from_waker(std::task::Waker::noop())).is_pending());
        assert_eq!(format!("{call:?}"), "Call { sent: true, .. }");
    }

    #[test]
    fn a_call_is_small_enough_for_an_allocation_without_a_lock() {
        // Above that, the allocator of glibc takes a lock for which the threads of a runtime wait.
        const LARGEST_WITHOUT_A_LOCK: usize = 1032;
        let client = Client::new("https://acme.example").unwrap();
        let tokens = serde_json::from_str(r#"{"token":"a","refreshToken":"r"}"#).unwrap();
        let with_token = Client::builder("https://acme.example").api_token("ql_1").build().unwrap();
        let sizes = [size_of_call(&with_token), size_of_call(&client.with_tokens(tokens))];
        assert!(sizes.iter().all(|size| *size <= LARGEST_WITHOUT_A_LOCK), "{sizes:?} bytes");
    }
}
