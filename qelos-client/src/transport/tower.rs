//! Services and layers of tower: middleware around a transport, and services as transports.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use qelos_spec::{BaseUrl, Body};
use tower_layer::Layer;
use tower_service::Service;

use crate::transport::{BoxTransport, Transport, TransportError, TransportErrorKind};

/// A service of tower as a transport: a stack of layers around a transport, or any service for HTTP requests, such as the
/// router of a server in the same process.
///
/// The layers see each attempt of a call, with its credential: the client renews and retries outside of them. The
/// extensions of a request have an [`AttemptInfo`](crate::transport::AttemptInfo), with the endpoint that is called; the
/// extension stays if the layers keep the extensions of requests. The time that a layer waits counts for the timeout of the
/// exchange.
///
/// ```
/// use std::task::{Context, Poll};
///
/// use http::Request;
/// use qelos_client::transport::{AttemptInfo, ServiceTransport, TransportService};
/// use qelos_client::{Body, Client};
/// # use qelos_client::testing::FakeTransport as Network;
/// # mod tower {
/// #     pub use tower_layer::Layer;
/// #     pub use tower_service::Service;
/// # }
///
/// /// Prints which endpoint is called: a layer like those of the crates `tower` and `tower-http`.
/// #[derive(Clone)]
/// struct Print<S>(S);
///
/// impl<S: tower::Service<Request<Body>>> tower::Service<Request<Body>> for Print<S> {
///     type Response = S::Response;
///     type Error = S::Error;
///     type Future = S::Future;
///
///     fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
///         self.0.poll_ready(cx)
///     }
///
///     fn call(&mut self, request: Request<Body>) -> S::Future {
///         if let Some(attempt) = request.extensions().get::<AttemptInfo>() {
///             println!("{}", attempt.endpoint().name);
///         }
///         self.0.call(request)
///     }
/// }
///
/// struct Printing;
///
/// impl tower::Layer<TransportService> for Printing {
///     type Service = Print<TransportService>;
///
///     fn layer(&self, inner: TransportService) -> Self::Service {
///         Print(inner)
///     }
/// }
///
/// // With the crate `tower`: `ServiceBuilder::new().concurrency_limit(8).layer(Printing)`
/// let transport = ServiceTransport::around(Network::new(), &Printing);
/// let client = Client::builder("https://acme.example").transport(transport).build()?;
/// # let _ = client;
/// # Ok::<(), qelos_client::Error>(())
/// ```
///
/// Each request is sent by a clone of the service, when it is ready. A service that cannot be cloned, such as a rate limit, goes
/// behind a buffer (`ServiceBuilder::buffer`).
///
/// A layer keeps the promises of a [`Transport`]. One that retries, follows redirects or keeps cookies breaks them: it sends
/// requests twice that the client would send once, and may send a credential to another server. A layer that caches must not
/// mix the responses for different credentials.
///
/// # Errors of layers
///
/// An error that is not a [`TransportError`] becomes one of the kind [`Layer`](TransportErrorKind::Layer), and the call is
/// not sent again, because the server may have seen the request. A layer that knows better maps its error to a
/// `TransportError` itself (`ServiceBuilder::map_err`): one of the kind [`Setup`](TransportErrorKind::Setup) when nothing was
/// sent, [`Timeout`](TransportErrorKind::Timeout) when it took too long.
#[derive(Clone)]
pub struct ServiceTransport<S> {
    service: S,
    /// The transport that the service sends with, if it is known.
    around: Option<BoxTransport>,
}

impl<S> ServiceTransport<S> {
    /// Sends requests to this service.
    pub fn new(service: S) -> Self {
        Self { service, around: None }
    }

    /// Puts layers around a transport, of which checks and limits stay.
    pub fn around<L>(transport: impl Transport, layers: &L) -> Self
    where
        L: Layer<TransportService, Service = S>,
    {
        let transport = BoxTransport::new(transport);
        Self { service: layers.layer(TransportService(transport.clone())), around: Some(transport) }
    }
}

impl<S, B> Transport for ServiceTransport<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let mut service = self.service.clone();
        poll_fn(|cx| service.poll_ready(cx)).await.map_err(failed)?;
        let response = service.call(request).await.map_err(failed)?;
        Ok(response.map(unchanged_or_wrapped))
    }

    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        self.around.as_ref().map_or(Ok(()), |transport| transport.check(server))
    }

    fn timeout(&self) -> Option<Duration> {
        self.around.as_ref().and_then(Transport::timeout)
    }
}

/// The error of a transport as it is; that of a layer as one of its kind.
fn failed(error: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    match error.into().downcast::<TransportError>() {
        Ok(error) => *error,
        Err(error) => TransportError::new(TransportErrorKind::Layer, error),
    }
}

/// A body of ours stays as it is, so that bytes do not become a stream.
fn unchanged_or_wrapped<B>(body: B) -> Body
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let mut body = Some(body);
    match (&mut body as &mut dyn Any).downcast_mut::<Option<Body>>().and_then(Option::take) {
        Some(ours) => ours,
        None => body.map(Body::from_http).unwrap_or_default(),
    }
}

impl<S> fmt::Debug for ServiceTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceTransport").field("around", &self.around).finish_non_exhaustive()
    }
}

/// A transport as a service of tower, for layers around it: the innermost service of a [`ServiceTransport`]. It is always
/// ready.
#[derive(Debug, Clone)]
pub struct TransportService(BoxTransport);

impl Service<Request<Body>> for TransportService {
    type Response = Response<Body>;
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, TransportError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.0.sending(request)
    }
}
