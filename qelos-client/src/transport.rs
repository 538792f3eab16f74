//! How requests get to a server.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_spec::BaseUrl;

pub(crate) mod default;
#[cfg(feature = "reqwest")]
mod per_runtime;
#[cfg(feature = "reqwest")]
pub mod reqwest;

#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;

/// Sends one request and brings back its response.
///
/// An async closure that owns nothing is a transport, which is all a test needs:
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
/// One that owns something, such as a counter, is a closure that returns a future, and gives each future a clone. The futures
/// of an async closure would borrow what it owns, and stable Rust has no way to ask that such futures go from thread to thread.
/// What is `'static` may be used by either: a static, or a reference to what was leaked.
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
/// An `Arc` of a transport is one as well.
///
/// A transport reports what the server said, whatever it said. It must not follow redirects, repeat requests or keep
/// cookies: credentials and retries are decided above it. It says that the server has not seen a request
/// ([`is_before_sending`](TransportErrorKind::is_before_sending)) only when that is certain, because then the request is sent
/// again, whatever it is.
///
/// The request carries an [`EndpointInfo`](qelos_spec::EndpointInfo) among its extensions, for metrics and routing. Its
/// `timeout` is what this exchange may take, if anybody has said so: after that, the client gives up.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no transport",
    label = "cannot send requests",
    note = "a transport is a `ReqwestTransport`, an `Arc` of one, a type of yours that implements `Transport`, or a closure like `async |request: Request<Bytes>| Ok::<_, TransportError>(Response::new(Bytes::new()))`",
    note = "a closure with a counter or anything else of its own gives a clone to each future: `move |request: Request<Bytes>| {{ let counter = counter.clone(); async move {{ .. }} }}`; both go from thread to thread, so it is an `Arc`, not an `Rc`",
    note = "without `.transport(..)`, a client sends with `ReqwestTransport`, which takes the feature `reqwest` of `qelos-client`"
)]
pub trait Transport: Send + Sync + 'static {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// When there is no response.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the request up; whether the server has seen it is unknown.
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send;

    /// Looks whether requests to this server can be sent at all. A client asks it once, when it is built, so that what lets no
    /// call succeed is an error at the start of a program. Default: they can.
    ///
    /// # Errors
    ///
    /// When no request to this server can be sent, for example because it is encrypted and no certificate is trusted.
    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        let _ = server;
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<F, R> Transport for F
where
    F: Fn(Request<Bytes>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response<Bytes>, TransportError>> + Send,
{
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send {
        self(request)
    }
}

impl<T: Transport> Transport for Arc<T> {
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send {
        T::send(self, request)
    }

    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        T::check(self, server)
    }
}

/// There is no whole response, and why.
#[derive(Debug, Clone)]
pub struct TransportError {
    kind: TransportErrorKind,
    status: Option<StatusCode>,
    source: Arc<dyn StdError + Send + Sync>,
}

/// What became of a request that got no whole response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The transport could not be set up, or not for a request like this: the server has not seen it.
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
    /// The response took too long: the server may have seen the request.
    Timeout,
    /// The connection broke, or what came is not HTTP: the server may have seen the request.
    Broken,
    /// The response is larger than what is read into memory: the server has seen the request.
    TooLarge,
}

impl TransportErrorKind {
    /// Whether it ended before anything was sent, so that the server has not seen the request.
    #[must_use]
    pub fn is_before_sending(self) -> bool {
        matches!(self, Self::Setup | Self::Dns | Self::Connect | Self::ConnectTimeout | Self::Tls)
    }

    /// Whether it may be otherwise in a moment.
    pub(crate) fn is_passing(self) -> bool {
        !matches!(self, Self::Setup | Self::Tls | Self::TooLarge)
    }
}

impl TransportError {
    /// Says what became of the request, and keeps the cause.
    pub fn new(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { kind, status: None, source: source.into().into() }
    }

    /// The same failure, after the head of a response with this status had come.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status: Some(status), ..self }
    }

    /// What became of the request.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The status of the response, when its head came and its body did not.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// What failed, from the outside in.
    fn causes(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        let outermost: &(dyn StdError + 'static) = &*self.source;
        std::iter::successors(Some(outermost), |&cause| cause.source())
    }

    /// Why a transport cannot be set up is not in its kind, so its causes stand in the line, and are not its source as well:
    /// reports would show them twice. Those of several lines are left to `source`.
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
            (TransportErrorKind::Timeout, None) => "no answer came in time",
            (TransportErrorKind::Timeout, Some(_)) => "the answer did not end in time",
            (TransportErrorKind::Broken, None) => "the connection broke before an answer came",
            (TransportErrorKind::Broken, Some(_)) => "the connection broke in the middle of the answer",
            (TransportErrorKind::TooLarge, _) => "the answer is larger than what is read",
        })?;
        for cause in self.causes().filter(|cause| self.is_in_the_line(*cause)) {
            write!(f, ": {cause}")?;
        }
        self.status.map_or(Ok(()), |status| write!(f, " ({status})"))
    }
}

impl StdError for TransportError {
    /// The cause, unless the line says it already, as it does when the transport could not be set up.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.causes().find(|cause| !self.is_in_the_line(*cause))
    }
}

/// Where a transport leaves the status of an answer whose body is still to come: it survives when the client gives up.
/// Travels among the extensions of a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeadSeen(Arc<AtomicU16>);

impl HeadSeen {
    #[cfg(feature = "reqwest")]
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
