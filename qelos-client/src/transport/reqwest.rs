//! The default transport: reqwest with rustls, and what it can be configured with.

// The only file that names reqwest.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use bytes::{Bytes, BytesMut};
use http::uri::Scheme;
use http::{Request, Response, Uri};
use qelos_spec::{BaseUrl, EndpointInfo};
use reqwest::{Client, Url, redirect, retry};
use tokio::runtime::Handle;

/// What a client of your own is configured with: reqwest's own types, of the version that is used here.
pub use reqwest::{Certificate, ClientBuilder, Identity, NoProxy, Proxy};

use crate::transport::per_runtime::PerRuntime;
use crate::transport::{HeadSeen, Transport, TransportError, TransportErrorKind};

/// How long a whole exchange may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long making a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest body that is read into memory.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// Sends requests over the network, with TLS by rustls and the certificates of the system.
///
/// One exchange takes at most 30 seconds, unless its endpoint or its call says otherwise; connecting takes at most 10. A
/// body larger than 16 MiB is not read. [`builder`](Self::builder) changes that.
///
/// Redirects are not followed: they would carry an `x-api-key` to whatever server the answer names. No cookies are kept,
/// and nothing is sent twice: that is decided above, where it is known what a request means. Proxies are taken from
/// `HTTPS_PROXY` and its siblings. Requests over plain http to this machine pass by every proxy: it would see their
/// credentials.
///
/// Where no certificate is trusted, as in an image without `ca-certificates`, plain http works, and a client of an `https` URL
/// cannot be built.
///
/// Each tokio runtime that sends has connections of its own: a connection is driven by the runtime that opened it, and would
/// keep a call on another one waiting while that one rests between two calls of `block_on`. The first call on a further runtime
/// reads the certificates of the system again. The connections of 65 runtimes are kept: for one more, those of the oldest are
/// dropped, but never those of the first. A clone shares all of them.
#[derive(Clone)]
pub struct ReqwestTransport {
    shared: Arc<Shared>,
}

struct Shared {
    clients: PerRuntime<Arc<Clients>>,
    /// For the clients of further runtimes.
    configuration: Configuration,
    largest_body: usize,
}

/// What one runtime sends with.
struct Clients {
    main: Client,
    /// For plain http to this machine: the same without proxies.
    direct: Client,
    /// Why `main` trusts no server, if it does not.
    without_certificates: Option<TransportError>,
}

/// How the clients are built.
struct Configuration {
    configure: Box<dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync>,
    timeout: Duration,
    connect_timeout: Duration,
    read_timeout: Option<Duration>,
}

/// Makes a [`ReqwestTransport`]; start with [`ReqwestTransport::builder`].
///
/// ```
/// use std::time::Duration;
///
/// use qelos_client::Client;
/// use qelos_client::transport::ReqwestTransport;
/// use qelos_client::transport::reqwest::Proxy;
///
/// let proxy = Proxy::https("http://proxy.acme.example:3128").unwrap();
/// let transport = ReqwestTransport::builder()
///     .configure(move |client| client.proxy(proxy.clone()))
///     .timeout(Duration::from_secs(5))
///     .build()?;
/// let client = Client::builder("https://acme.example").transport(transport).build()?;
/// # Ok::<(), qelos_client::Error>(())
/// ```
#[must_use]
pub struct ReqwestTransportBuilder {
    configuration: Configuration,
    largest_body: usize,
}

impl ReqwestTransport {
    /// With the limits described above.
    ///
    /// # Errors
    ///
    /// When the TLS library cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// For other limits, proxies, certificates.
    pub fn builder() -> ReqwestTransportBuilder {
        let configuration = Configuration {
            configure: Box::new(|client| client),
            timeout: TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            read_timeout: None,
        };
        ReqwestTransportBuilder { configuration, largest_body: LARGEST_BODY }
    }

    /// The clients of the runtime that this is called in.
    fn clients(&self) -> Result<Arc<Clients>, TransportError> {
        let runtime = Handle::try_current().map_err(|_| {
            TransportError::new(TransportErrorKind::Setup, "reqwest needs a tokio runtime, and there is none")
        })?;
        let Shared { clients, configuration, .. } = &*self.shared;
        clients.of(runtime.id(), || configuration.clients().map(Arc::new))
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<Response<Bytes>, TransportError> {
        let too_large = || {
            let limit = format!("the body is larger than {} bytes", self.shared.largest_body);
            TransportError::new(TransportErrorKind::TooLarge, limit)
        };
        if response.content_length().is_some_and(|length| length > self.shared.largest_body as u64) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(error)? {
            if body.len() + chunk.len() > self.shared.largest_body {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let mut read = Response::new(body.freeze());
        *read.status_mut() = response.status();
        *read.headers_mut() = std::mem::take(response.headers_mut());
        Ok(read)
    }
}

impl Transport for ReqwestTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let clients = self.clients()?;
        let client = clients.for_requests_to(request.uri())?;
        let timeout = request.extensions().get::<EndpointInfo>().and_then(|endpoint| endpoint.timeout);
        let head = request.extensions().get::<HeadSeen>().cloned();
        let mut request = reqwest::Request::try_from(request).map_err(error)?;
        // Otherwise the one that all exchanges have would cut a longer one short.
        if timeout.is_some() {
            *request.timeout_mut() = timeout;
        }
        let response = client.execute(request).await.map_err(error)?;
        let status = response.status();
        if let Some(head) = head {
            head.set(status);
        }
        self.read(response).await.map_err(|error| error.with_status(status))
    }

    /// An `https` URL needs certificates, and every URL a host that can be called: reqwest knows what an `xn--` label encodes.
    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        if let Some(error) = &self.shared.clients.first().without_certificates
            && server.is_https()
        {
            return Err(error.clone());
        }
        Url::parse(server.as_str()).map(drop).map_err(|error| {
            TransportError::new(TransportErrorKind::Setup, format!("the base URL does not name a host: {error}"))
        })
    }
}

impl ReqwestTransportBuilder {
    /// Changes the client of reqwest that sends: proxies, certificates of an authority of your own, a certificate of this
    /// client, addresses of names.
    ///
    /// It is called by [`build`](Self::build) for each of the two clients there are, with and without proxies, and later
    /// again for each further runtime that sends. After another call of this, it is handed what that one made.
    ///
    /// What it says about redirects, retries, cookies, `referer`, timeouts and logging what is sent is replaced by what holds
    /// here; that is why there is no way to hand in a finished client: what it does on its own, nobody can change. A header
    /// that it adds to every request is added: a credential does not belong there. With another TLS backend than rustls, a
    /// fault of TLS is taken for any other failure to connect, and tried again.
    ///
    /// Responses are not compressed unless it asks for that, as with `|client| client.gzip(true)` in a program that turns on
    /// `gzip` of reqwest. The limit for a body then holds for what is unpacked.
    pub fn configure(mut self, configure: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static) -> Self {
        let before = self.configuration.configure;
        self.configuration.configure = Box::new(move |client| configure(before(client)));
        self
    }

    /// How long one exchange may take, from connecting to the last byte of the answer, unless its endpoint or its call says
    /// otherwise. Default: 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.configuration.timeout = timeout;
        self
    }

    /// How long making a connection may take. Default: 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.configuration.connect_timeout = timeout;
        self
    }

    /// How long the server may say nothing, before its answer or in the middle of it. Default: as long as the exchange may
    /// take.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.configuration.read_timeout = Some(timeout);
        self
    }

    /// The largest body that is read into memory, in bytes. Default: 16 MiB.
    pub fn largest_body(mut self, bytes: usize) -> Self {
        self.largest_body = bytes;
        self
    }

    /// The transport.
    ///
    /// # Errors
    ///
    /// When the TLS library cannot be set up, or not with what [`configure`](Self::configure) asks for. Missing certificates are
    /// no error here: they are needed for `https` URLs only.
    pub fn build(self) -> Result<ReqwestTransport, TransportError> {
        let Self { configuration, largest_body } = self;
        let clients = PerRuntime::new(Arc::new(configuration.clients()?));
        Ok(ReqwestTransport { shared: Arc::new(Shared { clients, configuration, largest_body }) })
    }
}

impl Configuration {
    fn clients(&self) -> Result<Clients, TransportError> {
        // It never speaks TLS, so it need not read the certificates of the system.
        let direct = self.client(|client| client.no_proxy().tls_certs_only([]))?;
        match self.client(|client| client) {
            Ok(main) => Ok(Clients { main, direct, without_certificates: None }),
            Err(_) if !has_certificates() => {
                let main = self.client(|client| client.tls_certs_only([]))?;
                Ok(Clients { main, direct, without_certificates: Some(no_certificates()) })
            }
            Err(error) => Err(error),
        }
    }

    fn client(&self, last: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Result<Client, TransportError> {
        let client = Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            // What follows is the default as soon as anything in the program has turned on a feature: another TLS backend,
            // asking servers to compress, another way to look up names. `configure` may still ask for it.
            .tls_backend_rustls()
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .no_hickory_dns();
        let client = guard((self.configure)(client)).timeout(self.timeout).connect_timeout(self.connect_timeout);
        let client = self.read_timeout.into_iter().fold(client, ClientBuilder::read_timeout);
        last(client).build().map_err(error)
    }
}

/// Whether the machine has certificates that it trusts, which a client needs that was not given any.
fn has_certificates() -> bool {
    Client::builder().tls_backend_rustls().no_proxy().build().is_ok()
}

fn no_certificates() -> TransportError {
    let why = "no trusted certificates were found on this machine: install `ca-certificates`, see where `SSL_CERT_FILE` and \
               `SSL_CERT_DIR` point to if they are set, or add a `Certificate` where the transport is built";
    TransportError::new(TransportErrorKind::Setup, why)
}

impl Clients {
    fn for_requests_to(&self, uri: &Uri) -> Result<&Client, TransportError> {
        match &self.without_certificates {
            _ if is_plain_loopback(uri) => Ok(&self.direct),
            Some(error) if uri.scheme() == Some(&Scheme::HTTPS) => Err(error.clone()),
            _ => Ok(&self.main),
        }
    }
}

/// Without the clients: they show the headers they were told to add.
impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").field("largest_body", &self.shared.largest_body).finish_non_exhaustive()
    }
}

/// As that of [`ReqwestTransport`].
impl fmt::Debug for ReqwestTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Configuration { configure: _, timeout, connect_timeout, read_timeout } = &self.configuration;
        f.debug_struct("ReqwestTransportBuilder")
            .field("timeout", timeout)
            .field("connect_timeout", connect_timeout)
            .field("read_timeout", read_timeout)
            .field("largest_body", &self.largest_body)
            .finish_non_exhaustive()
    }
}

/// What holds whatever a builder was told before.
fn guard(client: ClientBuilder) -> ClientBuilder {
    client
        .redirect(redirect::Policy::none())
        // Whether a request may be repeated is decided by the client, which knows what it means.
        .retry(retry::never())
        .referer(false)
        // It writes every byte into the log, credentials included.
        .connection_verbose(false)
        .cookie_store(false)
}

/// Reqwest has a cookie store if anybody in the program has asked for its feature `cookies`, which cannot be seen from
/// here. Then its own method takes precedence over this one, and turns the store off; otherwise there is none.
#[allow(dead_code, reason = "not used in a program that asks for cookies")]
trait WithoutCookies {
    fn cookie_store(self, enable: bool) -> Self;
}

impl WithoutCookies for ClientBuilder {
    fn cookie_store(self, _: bool) -> Self {
        self
    }
}

fn is_plain_loopback(uri: &Uri) -> bool {
    let origin = || Some(format!("{}://{}", uri.scheme()?, uri.authority()?));
    let base = origin().and_then(|origin| origin.parse::<BaseUrl>().ok());
    base.is_some_and(|base| base.is_loopback() && !base.is_https())
}

/// Without the URL, which may hold what should not be printed.
fn error(error: reqwest::Error) -> TransportError {
    let kind = match (error.is_connect(), error.is_timeout()) {
        _ if error.is_builder() => TransportErrorKind::Setup,
        (true, true) => TransportErrorKind::ConnectTimeout,
        (true, false) if error.is_dns() => TransportErrorKind::Dns,
        (true, false) if is_tls(&error) => TransportErrorKind::Tls,
        (true, false) => TransportErrorKind::Connect,
        (false, true) => TransportErrorKind::Timeout,
        (false, false) => TransportErrorKind::Broken,
    };
    TransportError::new(kind, error.without_url())
}

/// While a connection is made, only TLS has data to find fault with.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        let Some(io) = error.downcast_ref::<io::Error>() else {
            cause = error.source();
            continue;
        };
        if matches!(io.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) {
            return true;
        }
        // Not its source: that is the source of what it holds.
        cause = io.get_ref().map(|held| held as &(dyn StdError + 'static));
    }
    false
}
