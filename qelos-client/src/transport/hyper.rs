//! A small transport: hyper-util, with rustls.

// No other file names hyper or rustls, except for those of this folder, and those of the embedded Qelos.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::uri::Scheme;
use http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use hyper_util::client::legacy::{self, Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use qelos_spec::{BaseUrl, Body};
use tokio::time;

use self::connector::{Connector, reported};
use self::proxies::Proxies;
use self::tls::{Certificates, Tls};
use crate::transport::body::Buffer;
#[cfg(feature = "http2")]
use crate::transport::network::SIGN_OF_LIFE;
use crate::transport::network::{CONNECT_TIMEOUT, LARGEST_BODY, TIMEOUT, USER_AGENT, is_upload, no_host, runtime};
use crate::transport::per_runtime::PerRuntime;
use crate::transport::{AttemptInfo, Transport, TransportError, TransportErrorKind};

mod connector;
mod proxies;
#[cfg(feature = "rustls-no-provider")]
mod tls;
#[cfg(not(feature = "rustls-no-provider"))]
#[path = "hyper/without_tls.rs"]
mod tls;

/// Sends requests over the network, with the certificates of the system: a smaller program than with reqwest, and less work per
/// call.
///
/// TLS is that of the feature `rustls` or `rustls-no-provider`. With the feature `http2` it speaks HTTP/2 with servers that offer
/// it over TLS.
///
/// One exchange takes at most 30 seconds, unless its endpoint or its call sets another timeout. Connecting takes at
/// most 10 seconds. A body larger than 16 MiB is not read. [`builder`](Self::builder) changes these limits.
///
/// Redirects are not followed: they could send an `x-api-key` to another server. No cookies are kept, no compressed
/// responses are asked for, and no request is retried that may have been sent: the client decides about retries.
/// Proxies come from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, with URLs that begin with `http://` or
/// `https://`; another kind of proxy, such as SOCKS, is an error. Requests over plain http to this machine use no
/// proxy, because it would see their credentials.
///
/// On a machine without trusted certificates, such as an image without `ca-certificates`, plain http works, and a
/// client of an `https` URL cannot be built. Labels of a host that begin with `xn--` are sent as they are written, to
/// the name service and in TLS: this transport does not check whether they encode a name.
///
/// Each tokio runtime has connections of its own. A connection is driven by the runtime that opened it: when that
/// runtime is not driven, as between two calls of `block_on`, a call of another runtime on the connection would hang.
/// The connections of 65 runtimes are kept. For one more, those of the oldest runtime are dropped, but never those of
/// the first. A clone shares all of them.
///
/// ```
/// use qelos_client::Client;
/// use qelos_client::transport::HyperTransport;
///
/// let client = Client::builder("https://acme.example").transport(HyperTransport::new()?).build()?;
/// # let _ = client;
/// # Ok::<(), qelos_client::Error>(())
/// ```
#[derive(Clone)]
pub struct HyperTransport {
    shared: Arc<Shared>,
}

struct Shared {
    clients: PerRuntime<Arc<Client<Connector, Body>>>,
    connector: Connector,
    user_agent: HeaderValue,
    limits: Limits,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    timeout: Duration,
    connect_timeout: Duration,
    read_timeout: Option<Duration>,
    largest_body: usize,
}

/// Makes a [`HyperTransport`]; start with [`HyperTransport::builder`].
///
/// ```
/// use std::time::Duration;
///
/// use qelos_client::Client;
/// use qelos_client::transport::HyperTransport;
///
/// let transport = HyperTransport::builder()
///     .proxy("http://proxy.acme.example:3128")
///     .timeout(Duration::from_secs(5))
///     .build()?;
/// let client = Client::builder("https://acme.example").transport(transport).build()?;
/// # let _ = client;
/// # Ok::<(), qelos_client::Error>(())
/// ```
#[must_use]
pub struct HyperTransportBuilder {
    limits: Limits,
    /// `None`: those of the environment.
    proxies: Option<Proxies>,
    certificates: Result<Certificates, TransportError>,
    known: HashMap<String, SocketAddr>,
    user_agent: String,
}

impl HyperTransport {
    /// A transport with the default limits.
    ///
    /// # Errors
    ///
    /// When the TLS library cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// Starts to build a transport with other limits, proxies or certificates.
    pub fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder {
            limits: Limits {
                timeout: TIMEOUT,
                connect_timeout: CONNECT_TIMEOUT,
                read_timeout: None,
                largest_body: LARGEST_BODY,
            },
            proxies: None,
            certificates: Ok(Certificates::default()),
            known: HashMap::new(),
            user_agent: USER_AGENT.to_owned(),
        }
    }

    fn execute(&self, mut request: Request<Body>) -> Result<ResponseFuture, TransportError> {
        let Shared { clients, connector, user_agent, .. } = &*self.shared;
        let client = clients.of(runtime("hyper")?, || Ok(Arc::new(client(connector))))?;
        check_server(request.uri())?;
        request.headers_mut().entry(header::USER_AGENT).or_insert_with(|| user_agent.clone());
        if let Some(value) = connector.proxies().authorization_of(request.uri()) {
            request.headers_mut().insert(header::PROXY_AUTHORIZATION, value);
        }
        Ok(client.request(request))
    }

    /// Makes one exchange. The request is handed over at once, so that the future holds no parts of it.
    fn exchange(
        &self,
        request: Request<Body>,
        attempt: Option<AttemptInfo>,
    ) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send {
        let pending = self.execute(request);
        async move {
            let Limits { timeout, read_timeout, .. } = self.shared.limits;
            // A client keeps the time itself, with one timer for all limits of a call.
            let limit = attempt.as_ref().and_then(AttemptInfo::timeout).is_none().then_some(timeout);
            let mut status = None;
            let exchange = async {
                let mut response = within(read_timeout, pin!(async { pending?.await.map_err(error) })).await?;
                status = Some(response.status());
                if let Some(attempt) = attempt {
                    if attempt.keeps_body_open(response.status()) {
                        return Ok(response.map(Body::from_http));
                    }
                    attempt.head_arrived(response.status());
                }
                let body = self.read(response.body_mut()).await?;
                Ok(response.map(|_| body.into()))
            };
            let outcome = within(limit, pin!(exchange)).await;
            outcome.map_err(|error| status.into_iter().fold(error, TransportError::with_status))
        }
    }

    async fn read(&self, incoming: &mut Incoming) -> Result<Bytes, TransportError> {
        let Limits { read_timeout, largest_body, .. } = self.shared.limits;
        let mut body = Buffer::new(incoming.size_hint().exact(), largest_body)?;
        while let Some(frame) = within(read_timeout, pin!(async { Ok(incoming.frame().await) })).await? {
            let frame = frame.map_err(|error| TransportError::new(TransportErrorKind::Broken, error))?;
            // The other kind of frame, trailers, has nothing that a client reads.
            if let Ok(chunk) = frame.into_data() {
                body.push(chunk)?;
            }
        }
        Ok(body.into_bytes())
    }
}

impl Transport for HyperTransport {
    fn send(&self, request: Request<Body>) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send {
        let attempt = request.extensions().get().cloned();
        self.exchange(request, attempt)
    }

    fn send_attempt(
        &self,
        request: Request<Body>,
        attempt: AttemptInfo,
    ) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send {
        self.exchange(request, Some(attempt))
    }

    fn timeout(&self) -> Option<Duration> {
        Some(self.shared.limits.timeout)
    }

    /// Checks that there are TLS and certificates for an `https` URL, that a certificate can be for its host, and that its proxy
    /// is one that is supported.
    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        let server: Uri = server.as_str().parse().map_err(no_host)?;
        self.shared.connector.check(&server)
    }
}

impl HyperTransportBuilder {
    /// Sets how long one exchange may take, from connecting to the last byte of the response, unless its endpoint or
    /// its call sets another timeout. Default: 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = timeout;
        self
    }

    /// Sets how long connecting may take, TLS and proxies included. Default: 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.limits.connect_timeout = timeout;
        self
    }

    /// Sets how long the server may send nothing, before its response or in the middle of it. Default: as long as the
    /// exchange may take.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.limits.read_timeout = Some(timeout);
        self
    }

    /// Sets the limit for a body that is read into memory, in bytes. Default: 16 MiB.
    pub fn largest_body(mut self, bytes: usize) -> Self {
        self.limits.largest_body = bytes;
        self
    }

    /// Sends all requests through this proxy, except for those over plain http to this machine. Replaces the proxies of
    /// the environment. The URL begins with `http://` or `https://`, and may hold a user name and a password.
    ///
    /// Requests to servers whose proxy is not supported fail, and a client of such a server cannot be built.
    pub fn proxy(mut self, url: &str) -> Self {
        self.proxies = Some(Proxies::all(url));
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxies = Some(Proxies::none());
        self
    }

    /// Trusts these certificates, such as the one of an authority of your own, besides those of the system.
    ///
    /// The text is one or more certificates in the form PEM. A second call adds certificates. Android takes none.
    ///
    /// ```no_run
    /// use qelos_client::transport::HyperTransport;
    ///
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let transport = HyperTransport::builder().root_certificates(&std::fs::read("authority.pem")?).build()?;
    /// # let _ = transport;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "rustls-no-provider")]
    pub fn root_certificates(mut self, pem: &[u8]) -> Self {
        self.certificates = self.certificates.and_then(|certificates| certificates.with_roots(pem));
        self
    }

    /// Shows this certificate to servers that ask for one.
    ///
    /// The text is the certificate, those of the authorities between it and the server's, and its private key, in the form
    /// PEM. A second call replaces it.
    #[cfg(feature = "rustls-no-provider")]
    pub fn client_certificate(mut self, pem: &[u8]) -> Self {
        self.certificates = self.certificates.and_then(|certificates| certificates.with_client(pem));
        self
    }

    /// Calls this host at this address, without looking its name up. The port of the address is for URLs without a port.
    pub fn resolve(mut self, host: &str, address: SocketAddr) -> Self {
        self.known.insert(host.to_ascii_lowercase(), address);
        self
    }

    /// Sets the header `user-agent`. Default: the name and version of this crate.
    pub fn user_agent(mut self, name: &str) -> Self {
        name.clone_into(&mut self.user_agent);
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    ///
    /// When the TLS library, a certificate or the user agent is not valid. Missing certificates are no error here: only
    /// `https` URLs need them. Proxies that are not supported are no error here either: only requests that go through them
    /// need them.
    pub fn build(self) -> Result<HyperTransport, TransportError> {
        let Self { limits, proxies, certificates, known, user_agent } = self;
        let user_agent = HeaderValue::try_from(user_agent).map_err(|_| {
            let why = "the user agent is not the value of a header: leave out line breaks and other control characters";
            TransportError::new(TransportErrorKind::Setup, why)
        })?;
        let proxies = proxies.unwrap_or_else(Proxies::of_environment);
        let tls = Tls::new(certificates?)?;
        let connector = Connector::new(tls, proxies, known, user_agent.clone(), limits.connect_timeout);
        let clients = PerRuntime::new(Arc::new(client(&connector)));
        Ok(HyperTransport { shared: Arc::new(Shared { clients, connector, user_agent, limits }) })
    }
}

/// A client with connections of its own.
///
/// It chooses another connection if the chosen one was closed before it took the request: hyper then gives the request
/// back. It never sends a request again that a connection has taken.
fn client(connector: &Connector) -> Client<Connector, Body> {
    let mut client = Client::builder(TokioExecutor::new());
    client.timer(TokioTimer::new()).pool_timer(TokioTimer::new());
    #[cfg(feature = "http2")]
    client.http2_keep_alive_interval(SIGN_OF_LIFE).http2_keep_alive_timeout(SIGN_OF_LIFE);
    client.build(connector.clone())
}

fn check_server(uri: &Uri) -> Result<(), TransportError> {
    match (uri.scheme(), uri.authority()) {
        (Some(scheme), Some(_)) if [Scheme::HTTP, Scheme::HTTPS].contains(scheme) => Ok(()),
        (Some(_), Some(_)) => Err(no_host("it begins neither with `http://` nor with `https://`")),
        _ => Err(no_host("it has no scheme or no host")),
    }
}

/// Does this part of an exchange in at most this time.
async fn within<R>(
    limit: Option<Duration>,
    part: Pin<&mut impl Future<Output = Result<R, TransportError>>>,
) -> Result<R, TransportError> {
    match limit {
        Some(limit) => {
            // In a box, so that an exchange whose client keeps the time has no room for timers.
            let done = Box::pin(time::timeout(limit, part)).await;
            done.unwrap_or_else(|late| Err(TransportError::new(TransportErrorKind::Timeout, late)))
        }
        None => part.await,
    }
}

/// Converts an error before the head of a response. The connector reports what it knows; of other errors only those
/// while connecting are certain to come before the request was sent.
fn error(error: legacy::Error) -> TransportError {
    if is_upload(&error) {
        return TransportError::new(TransportErrorKind::Upload, error);
    }
    if !error.is_connect() {
        return TransportError::new(TransportErrorKind::Broken, error);
    }
    reported(&error).unwrap_or_else(|| TransportError::new(TransportErrorKind::Connect, error))
}

/// Leaves out the header of the user agent and the proxies, which a program may have set to a secret.
impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").field("limits", &self.shared.limits).finish_non_exhaustive()
    }
}

/// Leaves out proxies and certificates, as [`HyperTransport`] does.
impl fmt::Debug for HyperTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransportBuilder").field("limits", &self.limits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(transport: &HyperTransport, server: &str) -> Result<(), String> {
        transport.check(&server.parse().unwrap()).map_err(|error| {
            assert_eq!(error.kind(), TransportErrorKind::Setup, "{error}");
            error.to_string()
        })
    }

    #[test]
    fn a_host_is_called_as_it_is_written_or_refused() {
        let transport = HyperTransport::builder().no_proxy().build().unwrap();
        let hosts =
            ["acme.example", "acme.example.", "qelos_gateway", "xn--bcher-kva.example", "xn--a", "127.0.0.1", "[::1]"];
        for host in hosts {
            check(&transport, &format!("https://{host}:8443/qelos")).unwrap();
        }
        // No certificate can be for this one.
        let error = check(&transport, "https://-acme-.example").unwrap_err();
        assert!(error.contains("the host of the URL is no name for a certificate"), "{error}");
        check(&transport, "http://-acme-.example").unwrap();
    }

    #[test]
    fn a_proxy_that_is_not_supported_is_an_error_when_a_client_is_built() {
        let transport = HyperTransport::builder().proxy("socks5://ada:hunter2@proxy.example").build().unwrap();
        let error = check(&transport, "https://acme.example").unwrap_err();
        assert!(error.contains("the proxy for this server has no URL that begins with `http://`"), "{error}");
        check(&transport, "http://localhost:3000").unwrap();
        assert!(
            !format!("{transport:?} {:?}", HyperTransport::builder().proxy("http://hunter2@a")).contains("hunter2")
        );
    }

    #[test]
    fn a_certificate_that_cannot_be_read_is_an_error() {
        for pem in ["", "acme", "-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----"] {
            for builder in [
                HyperTransport::builder().root_certificates(pem.as_bytes()),
                HyperTransport::builder().client_certificate(pem.as_bytes()),
            ] {
                let error = builder.build().unwrap_err();
                assert_eq!(error.kind(), TransportErrorKind::Setup, "{error}");
                assert!(!error.to_string().contains("hunter2"), "{error}");
            }
        }
    }

    #[tokio::test]
    async fn a_url_that_cannot_be_called_is_an_error_before_sending() {
        let transport = HyperTransport::builder().no_proxy().build().unwrap();
        for url in ["/api/me", "ftp://acme.example", "https://-acme-.example", "localhost:3000"] {
            let error = transport.send(Request::get(url).body(Body::default()).unwrap()).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Setup, "{url}: {error}");
        }
    }
}
