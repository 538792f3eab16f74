//! A transport of any type.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use qelos_spec::{BaseUrl, Body};

use crate::transport::{AttemptInfo, Transport, TransportError};

/// A transport whose type is not known: clients that send in different ways then have the same type.
///
/// A clone is cheap, and sends through the same transport. Each request costs one box more than without it.
///
/// ```
/// use qelos_client::auth::Anonymous;
/// use qelos_client::testing::FakeTransport;
/// use qelos_client::transport::{BoxTransport, ReqwestTransport};
/// use qelos_client::{Client, Error};
///
/// fn client(is_dry_run: bool) -> Result<Client<Anonymous, BoxTransport>, Error> {
///     let transport = if is_dry_run {
///         BoxTransport::new(FakeTransport::new())
///     } else {
///         BoxTransport::new(ReqwestTransport::new()?)
///     };
///     Client::builder("https://acme.example").transport(transport).build()
/// }
/// # client(true)?;
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone)]
pub struct BoxTransport(Arc<dyn Erased>);

/// [`Transport`], as a trait that can be an object.
trait Erased: Send + Sync {
    fn send(self: Arc<Self>, request: Request<Body>, attempt: Option<AttemptInfo>) -> Sending;
    fn check(&self, server: &BaseUrl) -> Result<(), TransportError>;
    fn timeout(&self) -> Option<Duration>;
}

/// A request on its way.
type Sending = Pin<Box<dyn Future<Output = Result<Response<Body>, TransportError>> + Send>>;

impl<T: Transport> Erased for T {
    fn send(self: Arc<Self>, request: Request<Body>, attempt: Option<AttemptInfo>) -> Sending {
        Box::pin(async move {
            match attempt {
                Some(attempt) => self.send_attempt(request, attempt).await,
                None => Transport::send(&*self, request).await,
            }
        })
    }

    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        Transport::check(self, server)
    }

    fn timeout(&self) -> Option<Duration> {
        Transport::timeout(self)
    }
}

impl BoxTransport {
    /// Hides the type of a transport.
    pub fn new(transport: impl Transport) -> Self {
        Self(Arc::new(transport))
    }

    /// Sends a request, in a future that owns all it needs.
    #[cfg(feature = "tower")]
    pub(crate) fn sending(&self, request: Request<Body>) -> Sending {
        Arc::clone(&self.0).send(request, None)
    }
}

impl Transport for BoxTransport {
    fn send(&self, request: Request<Body>) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send {
        Arc::clone(&self.0).send(request, None)
    }

    fn send_attempt(
        &self,
        request: Request<Body>,
        attempt: AttemptInfo,
    ) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send {
        Arc::clone(&self.0).send(request, Some(attempt))
    }

    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        self.0.check(server)
    }

    fn timeout(&self) -> Option<Duration> {
        self.0.timeout()
    }
}

impl fmt::Debug for BoxTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxTransport").finish_non_exhaustive()
    }
}
