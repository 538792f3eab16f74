//! How requests get to a server.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

#[cfg(feature = "reqwest")]
mod reqwest;

#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;

/// Sends one request and brings back its response.
///
/// Any async closure is a transport, which is all a test needs:
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
/// A transport reports what the server said, whatever it said. It must not follow redirects, repeat requests or keep
/// cookies: credentials and retries are decided above it. The request carries an
/// [`EndpointInfo`](qelos_spec::EndpointInfo) among its extensions, for metrics and routing.
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
}

impl<F, R> Transport for F
where
    F: Fn(Request<Bytes>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response<Bytes>, TransportError>> + Send,
{
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send {
        self(request)
    }
}

/// There is no response, and why.
#[derive(Debug, Clone)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Arc<dyn StdError + Send + Sync>,
}

/// What became of a request that got no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made: the server has not seen the request.
    Connect,
    /// It took too long: the server may have seen the request.
    Timeout,
    /// The connection broke, or the response was unusable: the server may have seen the request.
    Broken,
}

impl TransportError {
    /// Says what became of the request, and keeps the cause.
    pub fn new(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { kind, source: source.into().into() }
    }

    /// What became of the request.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection could be made",
            TransportErrorKind::Timeout => "it took too long",
            TransportErrorKind::Broken => "the connection broke",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
