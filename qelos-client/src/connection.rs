//! The connection to a server, which clients with different credentials share.

use std::fmt;
use std::sync::Arc;

use http::header::{HeaderName, HeaderValue};
use qelos_spec::multipart::Boundary;
use qelos_spec::{BaseUrl, IdempotencyKey, Request, Timestamp};

use crate::call::limits::Limits;
use crate::call::retry_budget::RetriesLeft;
use crate::clock::random::{Random, SystemRandom};
use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::headers::ClientHeaders;
use crate::observer::Observer;
use crate::transport::Transport;

/// The base URL, the transport, the clock, and the limits of calls. Cheap to clone.
///
/// ```
/// use qelos_client::Client;
///
/// let client = Client::new("https://acme.example")?;
/// assert_eq!(client.connection().base_url().as_str(), "https://acme.example");
/// # Ok::<(), qelos_client::Error>(())
/// ```
pub struct Connection<T> {
    pub(crate) shared: Arc<Shared<T>>,
    /// What is different for calls that a credential makes itself.
    own: Option<Arc<Own>>,
}

pub(crate) struct Shared<T> {
    base: BaseUrl,
    pub(crate) transport: T,
    pub(crate) settings: Settings,
}

/// The settings of a client, apart from its server, its transport and its credential.
pub(crate) struct Settings {
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) random: Box<dyn Random>,
    pub(crate) plain_http: bool,
    pub(crate) limits: Limits,
    pub(crate) headers: ClientHeaders,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) retries_left: RetriesLeft,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            clock: Box::new(SystemClock),
            random: Box::new(SystemRandom),
            plain_http: false,
            limits: Limits::default(),
            headers: ClientHeaders::default(),
            observer: None,
            retries_left: RetriesLeft::default(),
        }
    }
}

struct Own {
    base: BaseUrl,
    /// The limits of the operation that the calls are made for. They come before those of an endpoint.
    limits: Limits,
}

impl<T> Clone for Connection<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), own: self.own.clone() }
    }
}

impl<T> Connection<T> {
    fn base(&self) -> &BaseUrl {
        self.own.as_ref().map_or(&self.shared.base, |own| &own.base)
    }
}

impl<T> fmt::Debug for Connection<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("base", self.base()).finish_non_exhaustive()
    }
}

impl<T: Transport> Connection<T> {
    pub(crate) fn new(base: BaseUrl, transport: T, settings: Settings) -> Self {
        Self { shared: Arc::new(Shared { base, transport, settings }), own: None }
    }

    /// The same transport, clock and limits, for another server: for credentials whose tokens come from a server of
    /// their own, which may only be known at run time. The [headers](crate::Builder::header) of the client are not sent to it.
    ///
    /// ```
    /// use qelos_client::{BaseUrl, Client};
    ///
    /// let client = Client::new("https://api.acme.example")?;
    /// let issuer: BaseUrl = "https://login.acme.example/realms/main".parse().unwrap();
    /// let connection = client.connection().at(&issuer)?;
    /// assert_eq!(connection.base_url(), &issuer);
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the transport can send nothing to that server ([`Transport::check`]).
    pub fn at(&self, server: &BaseUrl) -> Result<Self, Error> {
        self.shared.transport.check(server)?;
        Ok(self.owned(server.clone(), self.operation_limits()))
    }

    /// The same connection, for the calls that a credential makes for an operation with these limits.
    pub(crate) fn within(&self, limits: Limits) -> Self {
        self.owned(self.base_url().clone(), limits)
    }

    fn owned(&self, base: BaseUrl, limits: Limits) -> Self {
        Self { shared: Arc::clone(&self.shared), own: Some(Arc::new(Own { base, limits })) }
    }

    /// The headers of the client. Those of another server than its own are none: they may be secret.
    pub(crate) fn headers(&self) -> Option<&ClientHeaders> {
        let is_elsewhere = self.own.as_ref().is_some_and(|own| own.base != self.shared.base);
        (!is_elsewhere).then_some(&self.shared.settings.headers)
    }

    /// Whether secrets may go to another machine unencrypted.
    #[cfg(feature = "oauth2")]
    pub(crate) fn allows_plain_http(&self) -> bool {
        self.shared.settings.plain_http
    }

    /// The limits of the operation that a credential makes its own calls for.
    pub(crate) fn operation_limits(&self) -> Limits {
        self.own.as_ref().map_or_else(Limits::default, |own| own.limits.clone())
    }

    /// The base URL of the server.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        self.base()
    }

    /// The current time, by the clock of this connection.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.settings.clock.now()
    }

    /// A new text between the parts of a form.
    pub(crate) fn draw_boundary(&self) -> Result<Boundary, Error> {
        self.draw("the boundary of a form").map(Boundary::from_random)
    }

    /// 256 bits that cannot be guessed, in letters that need no escaping.
    #[cfg(any(feature = "mcp", feature = "oauth2", feature = "plugin"))]
    pub(crate) fn draw_secret(&self) -> Result<qelos_spec::SecretString, Error> {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;

        self.draw::<32>("a secret").map(|bytes| URL_SAFE_NO_PAD.encode(bytes).into())
    }

    /// The request with a new idempotency key, if its endpoint has one that was not set. It is drawn once for a call: all
    /// of its attempts are the same request.
    pub(crate) fn with_idempotency_key(&self, request: Request) -> Result<Request, Error> {
        let Some(name) = request.endpoint().idempotency_key else { return Ok(request) };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(Error::config)?;
        if request.headers().contains_key(&name) {
            return Ok(request);
        }
        let key = self.draw("an idempotency key").map(IdempotencyKey::from_random)?;
        let key = HeaderValue::from_str(key.as_str()).map_err(Error::config)?;
        Ok(request.with_header(name, key))
    }

    fn draw<const BYTES: usize>(&self, what_for: &str) -> Result<[u8; BYTES], Error> {
        let mut bytes = [0; BYTES];
        let drawn = self.shared.settings.random.fill(&mut bytes);
        drawn.map_err(|error| Error::config(format_args!("there are no random bytes for {what_for}: {error}")))?;
        Ok(bytes)
    }
}

impl<T: Transport> Clock for Connection<T> {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }
}
