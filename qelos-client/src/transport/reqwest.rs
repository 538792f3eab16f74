//! The default transport: reqwest, and the types for its configuration.

// No other file names reqwest, except for those of this folder.

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http::{Request, Response, Uri};
use http_body::{Frame, SizeHint};
use qelos_spec::{BaseUrl, Body, StreamError};
use reqwest::{Client, Url, redirect, retry};

/// The types for [`configure`](ReqwestTransportBuilder::configure): reqwest's own, of the version that is used here.
#[cfg(any(feature = "native-tls", feature = "rustls-no-provider"))]
pub use reqwest::{Certificate, Identity};
/// The types for [`configure`](ReqwestTransportBuilder::configure): reqwest's own, of the version that is used here.
pub use reqwest::{ClientBuilder, NoProxy, Proxy};

use crate::transport::body::Buffer;
#[cfg(feature = "http2")]
use crate::transport::network::SIGN_OF_LIFE;
use crate::transport::network::{
    CONNECT_TIMEOUT, LARGEST_BODY, TIMEOUT, USER_AGENT, is_plain_loopback, is_upload, no_host, runtime,
};
use crate::transport::per_runtime::PerRuntime;
use crate::transport::{AttemptInfo, Transport, TransportError, TransportErrorKind};

mod compression;
mod tls;

/// Sends requests over the network, with the certificates of the system.
///
/// TLS is that of the feature `native-tls`, or else of `rustls`. With the feature `http2` it speaks HTTP/2 with servers that offer
/// it over TLS. With `brotli`, `deflate`, `gzip` or `zstd` it asks for compressed responses, and unpacks them.
///
/// One exchange takes at most 30 seconds, unless its endpoint or its call sets another timeout. Connecting takes at
/// most 10 seconds. A body larger than 16 MiB is not read. [`builder`](Self::builder) changes these limits.
///
/// Redirects are not followed: they could send an `x-api-key` to another server. No cookies are kept, and no request is
/// retried: the client decides about both. Proxies come from `HTTPS_PROXY` and similar variables. Requests over plain
/// http to this machine use no proxy, because it would see their credentials.
///
/// On a machine without trusted certificates, such as an image without `ca-certificates`, plain http works, and a
/// client of an `https` URL cannot be built. With `native-tls` it can, and no certificate is trusted when it connects.
///
/// Each tokio runtime has connections of its own. A connection is driven by the runtime that opened it: when that
/// runtime is not driven, as between two calls of `block_on`, a call of another runtime on the connection would hang.
/// The first call on a further runtime reads the certificates of the system again. The connections of 65 runtimes are
/// kept. For one more, those of the oldest runtime are dropped, but never those of the first. A clone shares all of
/// them.
#[derive(Clone)]
pub struct ReqwestTransport {
    shared: Arc<Shared>,
}

struct Shared {
    clients: PerRuntime<Arc<Clients>>,
    /// Builds the clients of further runtimes.
    configuration: Configuration,
    largest_body: usize,
    /// The server of the first request.
    origin: OnceLock<Origin>,
}

/// The clients of one runtime.
struct Clients {
    main: Client,
    /// The client for plain http to this machine: the same without proxies.
    direct: Client,
    /// The error for `https` requests, in a program without TLS, or on a machine without trusted certificates.
    no_https: Option<TransportError>,
}

/// The settings of the clients.
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
    /// A transport with the default limits.
    ///
    /// # Errors
    ///
    /// When the TLS library cannot be set up: with `rustls-no-provider`, when the program has installed no cryptography.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// Starts to build a transport with other limits, proxies or certificates.
    pub fn builder() -> ReqwestTransportBuilder {
        let configuration = Configuration {
            configure: Box::new(|client| client),
            timeout: TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            read_timeout: None,
        };
        ReqwestTransportBuilder { configuration, largest_body: LARGEST_BODY }
    }

    /// The clients of the current runtime.
    fn clients(&self) -> Result<Arc<Clients>, TransportError> {
        let Shared { clients, configuration, .. } = &*self.shared;
        clients.of(runtime("reqwest")?, || configuration.clients().map(Arc::new))
    }

    /// The server of a request. Most programs have one, so the first is kept.
    fn origin_of(&self, uri: &Uri) -> Result<Cow<'_, Origin>, TransportError> {
        let kept = &self.shared.origin;
        match kept.get() {
            Some(origin) if origin.serves(uri) => Ok(Cow::Borrowed(origin)),
            Some(_) => Origin::of(uri).map(Cow::Owned),
            None => {
                let origin = Origin::of(uri)?;
                let _ = kept.set(origin.clone());
                Ok(Cow::Owned(origin))
            }
        }
    }

    fn execute(
        &self,
        request: Request<Body>,
        attempt: Option<&AttemptInfo>,
    ) -> Result<impl Future<Output = Result<reqwest::Response, reqwest::Error>> + use<>, TransportError> {
        let clients = self.clients()?;
        let origin = self.origin_of(request.uri())?;
        let client = clients.for_requests_to(&origin)?;
        let (parts, body) = request.into_parts();
        let mut request = reqwest::Request::new(parts.method, origin.url_of(&parts.uri));
        *request.headers_mut() = parts.headers;
        compression::exempt(&mut request);
        *request.body_mut() = match body.try_into_bytes() {
            Ok(bytes) if bytes.is_empty() => None,
            Ok(bytes) => Some(bytes.into()),
            Err(stream) => Some(reqwest::Body::wrap(Shareable(Mutex::new(stream)))),
        };
        if attempt.is_some_and(|attempt| attempt.endpoint().streams) {
            // A limit of reqwest would hold for the body as well, which stays open.
            *request.timeout_mut() = Some(NO_LIMIT);
        }
        // A client keeps the time itself, with one timer for all limits of a call.
        if attempt.and_then(AttemptInfo::timeout).is_none() {
            *request.timeout_mut() = Some(self.shared.configuration.timeout);
        }
        Ok(client.execute(request))
    }

    /// Makes one exchange. The request is made at once, so that the future holds no parts of it.
    fn exchange(
        &self,
        request: Request<Body>,
        attempt: Option<AttemptInfo>,
    ) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send {
        let pending = self.execute(request, attempt.as_ref());
        async move {
            let mut response = pending?.await.map_err(error)?;
            let status = response.status();
            if let Some(attempt) = attempt {
                if attempt.keeps_body_open(status) {
                    return Ok(Response::from(response).map(|body| Body::from_http(Opened(body))));
                }
                attempt.head_arrived(status);
            }
            let body = self.read(&mut response).await.map_err(|error| error.with_status(status))?;
            let mut read = Response::new(body.into());
            *read.status_mut() = status;
            *read.headers_mut() = std::mem::take(response.headers_mut());
            Ok(read)
        }
    }

    async fn read(&self, response: &mut reqwest::Response) -> Result<Bytes, TransportError> {
        let mut body = Buffer::new(response.content_length(), self.shared.largest_body)?;
        while let Some(chunk) = response.chunk().await.map_err(error)? {
            body.push(chunk)?;
        }
        Ok(body.into_bytes())
    }
}

impl Transport for ReqwestTransport {
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
        Some(self.shared.configuration.timeout)
    }

    /// Checks that there are TLS and certificates for an `https` URL, and that reqwest accepts the host: only reqwest can
    /// decode `xn--` labels.
    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        if let Some(error) = &self.shared.clients.first().no_https
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
    /// Configures the client of reqwest: proxies, certificates of your own authority, a client certificate, addresses
    /// of names.
    ///
    /// The function is called by [`build`](Self::build) for each of two clients, with and without proxies, and again
    /// for each further runtime. A second call of `configure` adds a function, which gets the result of the first.
    ///
    /// Settings for redirects, retries, cookies, `referer`, the timeout for connecting and verbose logging are overwritten
    /// by those of this transport. A timeout for the whole exchange that the function sets limits exchanges as well. A
    /// finished client cannot be passed in, because these settings cannot be changed in it. Default headers are sent with
    /// every request: do not put a credential there.
    ///
    /// The features of this crate choose TLS, HTTP/2 and compression, whatever another crate has turned on in reqwest. The function
    /// may choose otherwise among them: `|client| client.tls_backend_rustls()` where `native-tls` is on as well, `http1_only()`,
    /// `no_gzip()`.
    pub fn configure(mut self, configure: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static) -> Self {
        let before = self.configuration.configure;
        self.configuration.configure = Box::new(move |client| configure(before(client)));
        self
    }

    /// Sets how long one exchange may take, from connecting to the last byte of the response, unless its endpoint or
    /// its call sets another timeout. Default: 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.configuration.timeout = timeout;
        self
    }

    /// Sets how long connecting may take. Default: 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.configuration.connect_timeout = timeout;
        self
    }

    /// Sets how long the server may send nothing, before its response or in the middle of it. Default: as long as the
    /// exchange may take.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.configuration.read_timeout = Some(timeout);
        self
    }

    /// Sets the limit for a body that is read into memory, in bytes. Default: 16 MiB.
    pub fn largest_body(mut self, bytes: usize) -> Self {
        self.largest_body = bytes;
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    ///
    /// When the TLS library, or a setting of [`configure`](Self::configure), is not valid. Missing certificates are no
    /// error here: only `https` URLs need them.
    pub fn build(self) -> Result<ReqwestTransport, TransportError> {
        let Self { configuration, largest_body } = self;
        let clients = PerRuntime::new(Arc::new(configuration.clients()?));
        Ok(ReqwestTransport {
            shared: Arc::new(Shared { clients, configuration, largest_body, origin: OnceLock::new() }),
        })
    }
}

impl Configuration {
    fn clients(&self) -> Result<Clients, TransportError> {
        let direct = self.client(|client| tls::trust_none(client.no_proxy()))?;
        match self.client(|client| client) {
            Ok(main) => Ok(Clients { main, direct, no_https: tls::is_left_out() }),
            Err(error) => {
                let no_https = Some(tls::no_roots().ok_or(error)?);
                Ok(Clients { main: self.client(tls::trust_none)?, direct, no_https })
            }
        }
    }

    fn client(&self, last: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Result<Client, TransportError> {
        // Another crate of the program may have turned on another way to resolve names.
        let client = tls::choose(Client::builder().user_agent(USER_AGENT).no_hickory_dns())?;
        let client = choose_version(compression::choose(client));
        let client = guard((self.configure)(client)).connect_timeout(self.connect_timeout);
        let client = self.read_timeout.into_iter().fold(client, ClientBuilder::read_timeout);
        last(client).build().map_err(error)
    }
}

/// Chooses HTTP/2 where the feature of this crate says so, and not where another crate has turned it on in reqwest.
fn choose_version(client: ClientBuilder) -> ClientBuilder {
    #[cfg(not(feature = "http2"))]
    let client = client.http1_only();
    #[cfg(feature = "http2")]
    let client = client.http2_keep_alive_interval(SIGN_OF_LIFE).http2_keep_alive_timeout(SIGN_OF_LIFE);
    client
}

/// How long a path and query may be before the text of a URL grows, in bytes.
const ROOM_FOR_TARGETS: usize = 127;

/// For an exchange that ends by another limit.
const NO_LIMIT: Duration = Duration::from_hours(30 * 365 * 24);

impl Clients {
    fn for_requests_to(&self, origin: &Origin) -> Result<&Client, TransportError> {
        match &self.no_https {
            _ if origin.is_plain_loopback => Ok(&self.direct),
            Some(error) if origin.url.scheme() == "https" => Err(error.clone()),
            _ => Ok(&self.main),
        }
    }
}

/// A server, in the form that reqwest reads.
#[derive(Debug, Clone)]
struct Origin {
    scheme: Scheme,
    authority: Authority,
    /// With a path that is only there for its length: a copy has room for another one.
    url: Url,
    /// Whether it is this machine, over plain http.
    is_plain_loopback: bool,
}

impl Origin {
    fn of(uri: &Uri) -> Result<Self, TransportError> {
        let (Some(scheme), Some(authority)) = (uri.scheme().cloned(), uri.authority().cloned()) else {
            return Err(no_host("it has no scheme or no host"));
        };
        let text = format!("{scheme}://{authority}");
        let url = Url::parse(&format!("{text}/{:ROOM_FOR_TARGETS$}", "").replace(' ', "-")).map_err(no_host)?;
        let is_plain_loopback = is_plain_loopback(&text);
        Ok(Self { scheme, authority, url, is_plain_loopback })
    }

    fn serves(&self, uri: &Uri) -> bool {
        uri.scheme() == Some(&self.scheme) && uri.authority().is_some_and(|it| it.as_str() == self.authority.as_str())
    }

    /// The URL of a request to this server: only its path and query are read.
    fn url_of(&self, uri: &Uri) -> Url {
        let mut url = self.url.clone();
        url.set_path(uri.path());
        url.set_query(uri.query());
        url
    }
}

/// Leaves out the clients, which print their default headers.
impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").field("largest_body", &self.shared.largest_body).finish_non_exhaustive()
    }
}

/// Leaves out the clients, as [`ReqwestTransport`] does.
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

/// Overwrites the settings that a user of `configure` must not change.
fn guard(client: ClientBuilder) -> ClientBuilder {
    client
        .redirect(redirect::Policy::none())
        // The client decides about retries: it knows whether a request is idempotent.
        .retry(retry::never())
        .referer(false)
        // Verbose logging writes every byte to the log, credentials included.
        .connection_verbose(false)
        .cookie_store(false)
}

/// Turns off the cookie store of reqwest. Any crate of the program may turn on reqwest's feature `cookies`, and this
/// crate cannot see that. With the feature, reqwest's own method takes precedence over this one, and turns the store
/// off. Without it, there is no store.
#[allow(dead_code, reason = "not used when reqwest's feature `cookies` is on")]
trait WithoutCookies {
    fn cookie_store(self, enable: bool) -> Self;
}

impl WithoutCookies for ClientBuilder {
    fn cookie_store(self, _: bool) -> Self {
        self
    }
}

/// The body of a request that is a stream. Reqwest asks for one that threads could share, which none of them does.
struct Shareable(Mutex<Body>);

impl http_body::Body for Shareable {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        Pin::new(self.0.get_mut().unwrap_or_else(PoisonError::into_inner)).poll_frame(cx)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// The body of a response that stays open. Its errors are without the URL.
struct Opened(reqwest::Body);

impl http_body::Body for Opened {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let frame = Pin::new(&mut self.0).poll_frame(cx);
        frame.map(|frame| frame.map(|frame| frame.map_err(reqwest::Error::without_url)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// Converts an error of reqwest, without the URL, which may contain a secret.
fn error(error: reqwest::Error) -> TransportError {
    let kind = match (error.is_connect(), error.is_timeout()) {
        _ if is_upload(&error) => TransportErrorKind::Upload,
        _ if error.is_builder() => TransportErrorKind::Setup,
        (true, true) => TransportErrorKind::ConnectTimeout,
        (true, false) if error.is_dns() => TransportErrorKind::Dns,
        (true, false) if tls::is_cause_of(&error) => TransportErrorKind::Tls,
        (true, false) => TransportErrorKind::Connect,
        (false, true) => TransportErrorKind::Timeout,
        (false, false) => TransportErrorKind::Broken,
    };
    TransportError::new(kind, error.without_url())
}
