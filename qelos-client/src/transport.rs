//! Transports: they send requests to a server.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_spec::{BaseUrl, Body, EndpointInfo, StreamError};

#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod body;
mod boxed;
pub(crate) mod default;
#[cfg(feature = "hyper")]
pub mod hyper;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod network;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod per_runtime;
#[cfg(feature = "reqwest")]
pub mod reqwest;
// Reqwest prefers the TLS of the system where that is there.
#[cfg(all(
    feature = "rustls-no-provider",
    any(feature = "hyper", all(feature = "reqwest", not(feature = "native-tls")))
))]
mod rustls;
#[cfg(feature = "tower")]
mod tower;

pub use self::boxed::BoxTransport;
#[cfg(feature = "hyper")]
pub use self::hyper::HyperTransport;
#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;
#[cfg(feature = "tower")]
pub use self::tower::{ServiceTransport, TransportService};

/// Sends one request and returns its response.
///
/// An async closure that owns nothing is a transport. This is enough for a test:
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use qelos_client::{Client, TransportError};
///
/// let client = Client::builder("https://acme.example")
///     .transport(async |_: Request<Bytes>| Ok::<_, TransportError>(Response::new(Bytes::from_static(b"{}"))))
///     .build();
/// assert!(client.is_ok());
/// ```
///
/// A transport with data of its own, such as a counter, is a closure that returns an `async` block, and gives a clone to each
/// block. The futures of an async closure would borrow the data, and stable Rust has no way to require that such futures are
/// `Send`. Data that is `'static` may be used by either: a static, or a reference to a leaked value.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use qelos_client::{Client, TransportError};
///
/// let calls = Arc::new(AtomicUsize::new(0));
/// let counter = Arc::clone(&calls);
/// let client = Client::builder("https://acme.example")
///     .transport(move |_: Request<Bytes>| {
///         let counter = Arc::clone(&counter);
///         async move {
///             counter.fetch_add(1, Ordering::Relaxed);
///             Ok::<_, TransportError>(Response::new(Bytes::from_static(b"{}")))
///         }
///     })
///     .build();
/// assert!(client.is_ok());
/// ```
///
/// An `Arc` of a transport is a transport as well, and a [`BoxTransport`] hides the type of one. With the feature `tower`,
/// `ServiceTransport` puts middleware around a transport.
///
/// A transport returns every response of the server, also one with an error status. It must not follow redirects, retry
/// requests or keep cookies: the client decides about credentials and retries. It reports that the server has not seen
/// a request ([`is_before_sending`](TransportErrorKind::is_before_sending)) only when this is certain, because the
/// client then retries every request, also one that is not idempotent.
///
/// The extensions of the request have an [`AttemptInfo`]: which endpoint is called, for metrics and routing, and how
/// long the exchange may take.
///
/// Bodies are bytes or streams. A closure gets and returns bytes: a stream is read before. A type of yours can do the
/// same with [`whole`]. A response may have either: the client reads a stream into memory, unless the endpoint
/// [returns one](EndpointInfo::streams).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no transport",
    label = "cannot send requests",
    note = "a transport is a `ReqwestTransport`, an `Arc` of one, a type of yours that implements `Transport`, or a closure like `async |request: Request<Bytes>| Ok::<_, TransportError>(Response::new(Bytes::new()))`",
    note = "an async closure that captures a counter or anything else is none, because its futures borrow from it: a closure without `async` gives a clone to each `async` block, `move |request: Request<Bytes>| {{ let counter = counter.clone(); async move {{ .. }} }}`; the closure and its futures go from thread to thread: share with `Arc`, not `Rc`",
    note = "a `Result` is opened first: `.transport(ReqwestTransport::new()?)`",
    note = "without `.transport(..)`, a client sends with `ReqwestTransport`, which takes the feature `reqwest` of `qelos-client`; or with `HyperTransport`, which takes the feature `hyper`, where `reqwest` is off"
)]
pub trait Transport: Send + Sync + 'static {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// When there is no complete response.
    fn send(&self, request: Request<Body>) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send;

    /// Sends one attempt of a call. This is the method that a client calls. Default: adds `attempt` to the extensions of
    /// the request, and calls [`send`](Self::send).
    ///
    /// A transport around another one does not implement it: the extension goes on with the request. A transport that
    /// sends by itself, and reads `attempt` here, spares the work of the extension.
    ///
    /// # Errors
    ///
    /// When there is no complete response.
    fn send_attempt(
        &self,
        mut request: Request<Body>,
        attempt: AttemptInfo,
    ) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send {
        request.extensions_mut().insert(attempt);
        self.send(request)
    }

    /// Checks whether requests to this server can be sent. A client calls it once, when it is built, so that a wrong
    /// setup is an error at the start of a program. Default: no check.
    ///
    /// # Errors
    ///
    /// When no request to this server can be sent, for example because it is encrypted and no certificate is trusted.
    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        let _ = server;
        Ok(())
    }

    /// How long an exchange may take for which neither its call nor its endpoint sets a timeout. The client keeps the
    /// time. Default: no limit but the deadline of the call.
    ///
    /// A transport around another one returns what that one does.
    fn timeout(&self) -> Option<Duration> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<F, R> Transport for F
where
    F: Fn(Request<Bytes>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response<Bytes>, TransportError>> + Send,
{
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let request = whole(request).await?;
        self(request).await.map(|response| response.map(Body::from))
    }
}

/// Reads the body of a request into memory, for a transport that has no use for a stream. A body that is no stream is
/// not copied.
///
/// ```
/// use http::{Request, Response};
/// use qelos_client::transport::{Transport, TransportError, whole};
/// use qelos_spec::Body;
///
/// /// Responds with what was sent.
/// struct Echo;
///
/// impl Transport for Echo {
///     async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
///         let request = whole(request).await?;
///         Ok(Response::new(request.into_body().into()))
///     }
/// }
/// ```
///
/// # Errors
///
/// When the stream fails.
pub async fn whole(request: Request<Body>) -> Result<Request<Bytes>, TransportError> {
    let (head, body) = request.into_parts();
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        Err(stream) => stream.collect(usize::MAX).await.map_err(TransportError::upload)?,
    };
    Ok(Request::from_parts(head, bytes))
}

impl<T: Transport> Transport for Arc<T> {
    fn send(&self, request: Request<Body>) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send {
        T::send(self, request)
    }

    fn send_attempt(
        &self,
        request: Request<Body>,
        attempt: AttemptInfo,
    ) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send {
        T::send_attempt(self, request, attempt)
    }

    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        T::check(self, server)
    }

    fn timeout(&self) -> Option<Duration> {
        T::timeout(self)
    }
}

/// The reason why there is no complete response.
#[derive(Debug, Clone)]
pub struct TransportError {
    kind: TransportErrorKind,
    status: Option<StatusCode>,
    source: Arc<dyn StdError + Send + Sync>,
}

/// The kind of a [`TransportError`]. It tells whether the server may have seen the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The transport is not set up for this request: the server has not seen it.
    Setup,
    /// The name of the server has no address: the server has not seen the request.
    Dns,
    /// No connection was made: the server has not seen the request.
    Connect,
    /// No connection was made in time: the server has not seen the request.
    ConnectTimeout,
    /// No encrypted connection was made, for example because the certificate is not trusted: the server has not seen the
    /// request.
    Tls,
    /// The body of the request is a stream, and it failed: the server may have seen a part of the request.
    Upload,
    /// The response took too long: the server may have seen the request.
    Timeout,
    /// The connection broke, or the response is not HTTP: the server may have seen the request.
    Broken,
    /// The response is larger than the limit of the transport: the server has seen the request.
    TooLarge,
    /// A layer around the transport has failed or refused the request: the server may have seen it.
    Layer,
}

impl TransportErrorKind {
    /// Whether the error came before anything was sent: the server has not seen the request.
    #[must_use]
    pub fn is_before_sending(self) -> bool {
        matches!(self, Self::Setup | Self::Dns | Self::Connect | Self::ConnectTimeout | Self::Tls)
    }

    /// Whether the error is transient: a retry may help.
    pub(crate) fn is_transient(self) -> bool {
        !matches!(self, Self::Setup | Self::Tls | Self::Upload | Self::TooLarge | Self::Layer)
    }
}

impl TransportError {
    /// An error of this kind, with its cause.
    pub fn new(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { kind, status: None, source: source.into().into() }
    }

    /// The error of a body that could not be sent.
    pub(crate) fn upload(error: StreamError) -> Self {
        Self::new(TransportErrorKind::Upload, error)
    }

    /// The error of the body of a response that could not be read into memory.
    pub(crate) fn download(error: StreamError) -> Self {
        let kind = if error.is_too_large() { TransportErrorKind::TooLarge } else { TransportErrorKind::Broken };
        Self::new(kind, error)
    }

    /// The same error, for a response whose head arrived with this status.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status: Some(status), ..self }
    }

    /// The kind of this error.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The status of the response, if its head arrived, and its body did not arrive completely.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The causes, from the outside in.
    fn causes(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        let outermost: &(dyn StdError + 'static) = &*self.source;
        std::iter::successors(Some(outermost), |&cause| cause.source())
    }

    /// Whether the line has this cause. The kind `Setup` does not say why a transport cannot be set up, so the line has
    /// its causes, and `source` leaves them out: reports would show them twice. A cause of several lines is left to
    /// `source`.
    fn is_in_the_line(&self, cause: &dyn StdError) -> bool {
        self.kind == TransportErrorKind::Setup && !cause.to_string().contains('\n')
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.kind, self.status) {
            (TransportErrorKind::Setup, _) => "the transport is not set up for this",
            (TransportErrorKind::Dns, _) => "the name of the server has no address",
            (TransportErrorKind::Connect, _) => "no connection could be made",
            (TransportErrorKind::ConnectTimeout, _) => "no connection could be made in time",
            (TransportErrorKind::Tls, _) => "no encrypted connection could be made",
            (TransportErrorKind::Upload, _) => "the body of the request could not be sent",
            (TransportErrorKind::Timeout, None) => "no response came in time",
            (TransportErrorKind::Timeout, Some(_)) => "the response did not end in time",
            (TransportErrorKind::Broken, None) => "the connection broke before a response came",
            (TransportErrorKind::Broken, Some(_)) => "the connection broke in the middle of the response",
            (TransportErrorKind::TooLarge, _) => "the response is larger than the limit of the transport",
            (TransportErrorKind::Layer, _) => "a layer around the transport has failed",
        })?;
        for cause in self.causes().take_while(|cause| self.is_in_the_line(*cause)) {
            write!(f, ": {cause}")?;
        }
        self.status.map_or(Ok(()), |status| write!(f, " ({status})"))
    }
}

impl StdError for TransportError {
    /// The cause, unless the line has it already.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.causes().find(|cause| !self.is_in_the_line(*cause))
    }
}

/// The information of a client for its transport: an extension of each request.
///
/// ```
/// use http::{Request, Response};
/// use qelos_client::TransportError;
/// use qelos_client::transport::AttemptInfo;
/// use qelos_spec::Body;
///
/// async fn send(request: Request<Body>) -> Result<Response<Body>, TransportError> {
///     let attempt = request.extensions().get::<AttemptInfo>().cloned();
///     let response = Response::new(Body::default()); // the head, of a library of yours
///     if let Some(attempt) = attempt {
///         println!("{}: {}", attempt.endpoint().name, response.status());
///         attempt.head_arrived(response.status());
///     }
///     Ok(response) // with the body
/// }
/// ```
#[derive(Debug, Clone)]
pub struct AttemptInfo {
    pub(crate) endpoint: &'static EndpointInfo,
    pub(crate) timeout: Option<Duration>,
    pub(crate) head: HeadSeen,
    pub(crate) is_probe: bool,
}

impl AttemptInfo {
    /// The information for a request of this endpoint: for tests of a transport.
    #[must_use]
    pub fn new(endpoint: &'static EndpointInfo, timeout: Option<Duration>) -> Self {
        Self { endpoint, timeout, head: HeadSeen::default(), is_probe: false }
    }

    /// The endpoint that is called.
    #[must_use]
    pub fn endpoint(&self) -> &'static EndpointInfo {
        self.endpoint
    }

    /// The limit of this exchange, if there is one: the client keeps the time, and gives up after it.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Whether the client sends this request by itself, to ask whether a proof is good. A test double need not expect it.
    #[must_use]
    pub fn is_probe(&self) -> bool {
        self.is_probe
    }

    /// Whether the body of a response with this status stays open: the endpoint returns it as a stream, which is read
    /// later, without a limit of its length.
    #[must_use]
    pub fn keeps_body_open(&self, status: StatusCode) -> bool {
        self.endpoint.streams && self.endpoint.statuses.contains(status)
    }

    /// Tells the client that the head of a response has arrived, and its body is still to come: when the client gives up
    /// meanwhile, its error knows the status.
    pub fn head_arrived(&self, status: StatusCode) {
        self.head.set(status);
    }
}

/// The status of a response whose body is still to come.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeadSeen(Arc<AtomicU16>);

impl HeadSeen {
    pub(crate) fn set(&self, status: StatusCode) {
        self.0.store(status.as_u16(), Ordering::Relaxed);
    }

    pub(crate) fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    pub(crate) fn status(&self) -> Option<StatusCode> {
        StatusCode::from_u16(self.0.load(Ordering::Relaxed)).ok()
    }
}
