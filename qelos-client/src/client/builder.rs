//! Building a client.

use std::fmt;
use std::time::Duration;

use qelos_spec::{BaseUrl, InvalidBaseUrl};

use crate::auth::{Anonymous, Credential};
use crate::call::limits::Limits;
use crate::call::retry::Retries;
use crate::client::Client;
use crate::clock::random::{Random, SystemRandom};
use crate::clock::{Clock, SystemClock};
use crate::connection::Connection;
use crate::error::Error;
use crate::transport::default::{DefaultTransport, SET_UP};
use crate::transport::{Transport, TransportError};

impl Client {
    /// A client of the server at `base_url`, such as `https://acme.example`, that is not signed in yet.
    ///
    /// ```
    /// use qelos_client::Client;
    ///
    /// let client = Client::new("https://acme.example")?;
    /// assert!(Client::new("acme").unwrap_err().is_config());
    /// # let _ = client;
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the URL is not one of a server, or TLS cannot be set up.
    #[cfg(any(feature = "hyper", feature = "reqwest"))]
    pub fn new(base_url: &str) -> Result<Self, Error> {
        Self::builder(base_url).build()
    }

    /// A client with a credential, a transport or a clock of your choice.
    pub fn builder(base_url: &str) -> Builder {
        Builder::new(base_url)
    }
}

/// Builds a [`Client`]; start with [`Client::builder`]. [`build`](Self::build) reports settings that cannot be used.
///
/// ```
/// use qelos_client::Client;
///
/// let client = Client::builder("https://acme.example").api_token("ql_1234").build()?;
/// # Ok::<(), qelos_client::Error>(())
/// ```
#[must_use]
pub struct Builder<C = Anonymous, T = DefaultTransport> {
    base: Result<BaseUrl, Error>,
    credential: Result<C, Error>,
    transport: Source<T>,
    clock: Box<dyn Clock>,
    random: Box<dyn Random>,
    plain_http: bool,
    limits: Limits,
}

/// The source of the transport of a client.
enum Source<T> {
    Given(T),
    /// Set up when the client is built, unless another transport is given before.
    Default(fn() -> Result<T, TransportError>),
}

impl<C: fmt::Debug, T> fmt::Debug for Builder<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { base, credential, .. } = self;
        f.debug_struct("Builder").field("base", base).field("credential", credential).finish_non_exhaustive()
    }
}

impl Builder {
    fn new(base: &str) -> Self {
        Self {
            base: base.parse().map_err(|error: InvalidBaseUrl| Error::config(error)),
            credential: Ok(Anonymous),
            transport: Source::Default(SET_UP),
            clock: Box::new(SystemClock),
            random: Box::new(SystemRandom),
            plain_http: false,
            limits: Limits::default(),
        }
    }
}

impl<C, T> Builder<C, T> {
    /// Uses this credential. Default: none.
    ///
    /// ```
    /// use qelos_client::{ApiTokenAuth, Client};
    ///
    /// let client = Client::builder("https://acme.example").credential(ApiTokenAuth::new("ql_1234")?).build()?;
    /// # let _ = client;
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    pub fn credential<D: Credential>(self, credential: D) -> Builder<D, T> {
        self.with(Ok(credential))
    }

    pub(crate) fn with<D>(self, credential: Result<D, Error>) -> Builder<D, T> {
        let Self { base, transport, clock, random, plain_http, limits, .. } = self;
        Builder { base, credential, transport, clock, random, plain_http, limits }
    }

    /// Sends requests through this transport. Default: [`DefaultTransport`].
    ///
    /// ```
    /// use qelos_client::Client;
    /// use qelos_client::testing::FakeTransport;
    ///
    /// let client = Client::builder("https://acme.example").transport(FakeTransport::new()).build()?;
    /// # let _ = client;
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    pub fn transport<U: Transport>(self, transport: U) -> Builder<C, U> {
        let Self { base, credential, clock, random, plain_http, limits, .. } = self;
        Builder { base, credential, transport: Source::Given(transport), clock, random, plain_http, limits }
    }

    /// Takes the time from this clock. Default: the clock of the machine.
    ///
    /// ```
    /// use qelos_client::Client;
    /// use qelos_client::testing::ManualClock;
    ///
    /// let clock = ManualClock::new("2026-11-21T17:20:37Z".parse().unwrap());
    /// let client = Client::builder("https://acme.example").clock(clock.clone()).build()?;
    /// assert_eq!(client.connection().now().to_string(), "2026-11-21T17:20:37.000Z");
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Takes the random bytes of requests from this source, for tests that compare what is sent byte by byte. Default: the
    /// operating system.
    pub fn random(mut self, random: impl Random) -> Self {
        self.random = Box::new(random);
        self
    }

    /// How often a call is sent again when that may help and can do no harm. Default: at most twice, after 100 to 200 and
    /// 200 to 400 milliseconds. The documentation of the crate says [which calls are sent
    /// again](crate#how-long-a-call-takes-and-how-often-it-is-sent).
    ///
    /// A `DELETE` whose response was lost may find nothing to delete at its second attempt, and end in a 404.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.limits.retries = Some(retries);
        self
    }

    /// How long a call may take: all attempts, the waits between them, and a renewal of the credential on the way.
    /// Default: one minute, or the timeout of the endpoint or the call when that is longer.
    ///
    /// Outside of a tokio runtime there is no default, and a call with a deadline fails: see
    /// [runtimes](crate#runtimes).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qelos_client::Client;
    ///
    /// let client = Client::builder("https://acme.example").deadline(Duration::from_secs(10)).build()?;
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.limits.deadline = Some(deadline);
        self
    }

    /// How long a stream may be silent, while it is waited for: the events of a response, or the body of a request that is
    /// a stream. A call may set its own: [`Call::longest_silence`](crate::Call::longest_silence). Default: one minute.
    ///
    /// The other limits of a call end when the head of the response has arrived, so a stream may take as long as it
    /// likes. A server that has nothing to send for a long time sends comments to show that it is there; most do so
    /// every 15 to 30 seconds.
    pub fn longest_silence(mut self, silence: Duration) -> Self {
        self.limits.silence = Some(silence);
        self
    }

    /// Sends credentials and passwords over plain http, to any host: each machine on the way can read and keep them.
    /// Default: only to this machine. The variable `QELOS_ALLOW_PLAIN_HTTP` does the same for an
    /// [`Environment`](crate::Environment).
    ///
    /// ```
    /// use qelos_client::Client;
    ///
    /// let builder = Client::builder("http://qelos.internal").api_token("ql_1234");
    /// let client = builder.danger_allow_plain_http().build()?;
    /// # let _ = client;
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    pub fn danger_allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Builds the client, with the [`DefaultTransport`] unless another one was given.
    ///
    /// # Errors
    ///
    /// When a setting cannot be used, the default transport cannot be set up, or the transport can send
    /// nothing to this server ([`Transport::check`]), for example because no certificate is trusted for an `https` URL.
    pub fn build(self) -> Result<Client<C, T>, Error>
    where
        T: Transport,
    {
        let Self { base, credential, transport, clock, random, plain_http, limits } = self;
        limits.check()?;
        let (base, credential) = (base?, credential?);
        let transport = match transport {
            Source::Given(transport) => transport,
            Source::Default(set_up) => set_up()?,
        };
        transport.check(&base)?;
        Ok(Client { connection: Connection::new(base, transport, clock, random, plain_http, limits), credential })
    }
}
