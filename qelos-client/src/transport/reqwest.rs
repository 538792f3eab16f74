//! The default transport: reqwest with rustls, and what it can be configured with.

// The only file that names reqwest.

use std::error::Error as StdError;
use std::time::Duration;
use std::{fmt, io};

use bytes::{Bytes, BytesMut};
use http::{Request, Response, Uri};
use qelos_spec::{BaseUrl, EndpointInfo};
use reqwest::{Client, redirect, retry};

/// What a client of your own is configured with: reqwest's own types, of the version that is used here.
pub use reqwest::{Certificate, ClientBuilder, Identity, NoProxy, Proxy};

use crate::call::limits::has_runtime;
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
#[derive(Clone)]
pub struct ReqwestTransport {
    client: Client,
    /// For plain http to this machine: the same without proxies.
    direct: Client,
    largest_body: usize,
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
///     .configure(|client| client.proxy(proxy.clone()))
///     .timeout(Duration::from_secs(5))
///     .build()?;
/// let client = Client::builder("https://acme.example").transport(transport).build()?;
/// # Ok::<(), qelos_client::Error>(())
/// ```
#[must_use]
pub struct ReqwestTransportBuilder {
    client: ClientBuilder,
    direct: ClientBuilder,
    timeout: Duration,
    connect_timeout: Duration,
    read_timeout: Option<Duration>,
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
        let client = || Client::builder().user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
        ReqwestTransportBuilder {
            client: client(),
            direct: client(),
            timeout: TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            read_timeout: None,
            largest_body: LARGEST_BODY,
        }
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<Response<Bytes>, TransportError> {
        let too_large = || {
            let limit = format!("the body is larger than {} bytes", self.largest_body);
            TransportError::new(TransportErrorKind::TooLarge, limit)
        };
        if response.content_length().is_some_and(|length| length > self.largest_body as u64) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(error)? {
            if body.len() + chunk.len() > self.largest_body {
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
        if !has_runtime() {
            return Err(TransportError::new(
                TransportErrorKind::Setup,
                "reqwest needs a tokio runtime, and there is none",
            ));
        }
        let client = if is_plain_loopback(request.uri()) { &self.direct } else { &self.client };
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
}

impl ReqwestTransportBuilder {
    /// Changes the client of reqwest that sends: proxies, certificates of an authority of your own, a certificate of this
    /// client, addresses of names.
    ///
    /// It is called for each of the two clients there are, with and without proxies. What it says about redirects, retries,
    /// cookies, `referer`, timeouts and logging what is sent is replaced by what holds here; that is why there is no way to
    /// hand in a finished client: what it does on its own, nobody can change. A header that it adds to every request is
    /// added: a credential does not belong there.
    pub fn configure(mut self, configure: impl Fn(ClientBuilder) -> ClientBuilder) -> Self {
        self.client = configure(self.client);
        self.direct = configure(self.direct);
        self
    }

    /// How long one exchange may take, from connecting to the last byte of the answer, unless its endpoint or its call says
    /// otherwise. Default: 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long making a connection may take. Default: 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long the server may say nothing, before its answer or in the middle of it. Default: as long as the exchange may
    /// take.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = Some(timeout);
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
    /// When the TLS library cannot be set up, or not with what [`configure`](Self::configure) asks for.
    pub fn build(self) -> Result<ReqwestTransport, TransportError> {
        let Self { client, direct, timeout, connect_timeout, read_timeout, largest_body } = self;
        let guarded = |client: ClientBuilder| {
            let client = guard(client).timeout(timeout).connect_timeout(connect_timeout);
            read_timeout.into_iter().fold(client, ClientBuilder::read_timeout).build().map_err(error)
        };
        // It never speaks TLS, so it need not read the certificates of the system.
        let direct = guarded(direct.no_proxy().tls_certs_only([]))?;
        Ok(ReqwestTransport { client: guarded(client)?, direct, largest_body })
    }
}

/// Without the client: it shows the headers it was told to add.
impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").field("largest_body", &self.largest_body).finish_non_exhaustive()
    }
}

/// As that of [`ReqwestTransport`].
impl fmt::Debug for ReqwestTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client: _, direct: _, timeout, connect_timeout, read_timeout, largest_body } = self;
        f.debug_struct("ReqwestTransportBuilder")
            .field("timeout", timeout)
            .field("connect_timeout", connect_timeout)
            .field("read_timeout", read_timeout)
            .field("largest_body", largest_body)
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
