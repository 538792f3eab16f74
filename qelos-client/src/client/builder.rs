//! Building a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use qelos_spec::{BaseUrl, InvalidBaseUrl};

use crate::auth::{Anonymous, Credential};
use crate::call::retry::Retries;
use crate::call::retry_budget::{RetriesLeft, RetryBudget};
use crate::client::Client;
use crate::clock::Clock;
use crate::clock::random::Random;
use crate::connection::{Connection, Settings};
use crate::error::Error;
use crate::headers::HeaderContent;
use crate::observer::Observer;
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
    settings: Settings,
    /// The first setting that cannot be used.
    mistake: Option<Error>,
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
            settings: Settings::default(),
            mistake: None,
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
        let Self { base, transport, settings, mistake, .. } = self;
        Builder { base, credential, transport, settings, mistake }
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
        let Self { base, credential, settings, mistake, .. } = self;
        Builder { base, credential, transport: Source::Given(transport), settings, mistake }
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
        self.settings.clock = Box::new(clock);
        self
    }

    /// Takes the random bytes of requests from this source, for tests that compare what is sent byte by byte. Default: the
    /// operating system.
    pub fn random(mut self, random: impl Random) -> Self {
        self.settings.random = Box::new(random);
        self
    }

    /// Adds a header to each request of this client, also to those of its own, such as signing in. A header that an endpoint or
    /// a [call](crate::Call::header) sets comes before it.
    ///
    /// The headers of the credential, the connection and the body cannot be set: they belong to other parts of the program. A
    /// [`SecretString`](crate::SecretString) is masked wherever the request is shown, and not sent over plain http. The headers
    /// go to the server of the base URL only.
    ///
    /// ```
    /// use qelos_client::{Client, SecretString};
    ///
    /// let builder = Client::builder("https://acme.example").header("x-api-version", "2026-01-01");
    /// let client = builder.header("x-tenant-key", SecretString::from("hunter2")).build()?;
    /// # let _ = client;
    ///
    /// let error = Client::builder("https://acme.example").header("authorization", "Bearer 1").build().unwrap_err();
    /// assert!(error.is_config());
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    pub fn header(mut self, name: &str, value: impl HeaderContent) -> Self {
        if let Err(mistake) = self.settings.headers.add(name, value) {
            self.mistake.get_or_insert(mistake);
        }
        self
    }

    /// Tells this observer how each attempt and each call has ended, for metrics. Default: none.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.settings.observer = Some(Arc::new(observer));
        self
    }

    /// Adds the headers that this function writes to each attempt, for distributed traces: `traceparent`, `tracestate` and
    /// `baggage`, or those of another standard. It is called in the span of the call. A header that the endpoint or the call
    /// has set comes first, and the headers of the credential, the connection and the body are left out.
    ///
    /// With the feature `opentelemetry`, `qelos_client::opentelemetry::trace_context` is such a function. One of your own
    /// can use a propagator of OpenTelemetry of any version:
    ///
    /// ```
    /// use qelos_client::Client;
    ///
    /// // With `opentelemetry`, `opentelemetry-http` and `tracing-opentelemetry`:
    /// //
    /// // |headers| {
    /// //     let context = tracing::Span::current().context();
    /// //     opentelemetry::global::get_text_map_propagator(|propagator| {
    /// //         propagator.inject_context(&context, &mut HeaderInjector(headers));
    /// //     });
    /// // }
    /// let builder = Client::builder("https://acme.example").trace_headers(|headers| {
    ///     let context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    ///     headers.insert("traceparent", context.parse().unwrap());
    /// });
    /// # builder.build()?;
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    ///
    /// The ids of traces go to the server of the base URL: for one of another company, consider whether it shall see them.
    pub fn trace_headers(mut self, write: impl Fn(&mut HeaderMap) + Send + Sync + 'static) -> Self {
        self.settings.headers.trace_with(Box::new(write));
        self
    }

    /// How often a call is sent again when that may help and can do no harm. Default: at most twice, after 100 to 200 and
    /// 200 to 400 milliseconds. The documentation of the crate says [which calls are sent
    /// again](crate#how-long-a-call-takes-and-how-often-it-is-sent).
    ///
    /// A `DELETE` whose response was lost may find nothing to delete at its second attempt, and end in a 404.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.settings.limits.retries = Some(retries);
        self
    }

    /// How many retries all calls of this client may make together. Default: a fifth of the calls, and at least 10 in each
    /// second.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.settings.retries_left = RetriesLeft::of(budget);
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
        self.settings.limits.deadline = Some(deadline);
        self
    }

    /// How long a stream may be silent, while it is waited for: the events of a response, or the body of a request that is
    /// a stream. A call may set its own: [`Call::longest_silence`](crate::Call::longest_silence). Default: one minute.
    ///
    /// The other limits of a call end when the head of the response has arrived, so a stream may take as long as it
    /// likes. A server that has nothing to send for a long time sends comments to show that it is there; most do so
    /// every 15 to 30 seconds.
    pub fn longest_silence(mut self, silence: Duration) -> Self {
        self.settings.limits.silence = Some(silence);
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
        self.settings.plain_http = true;
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
        let Self { base, credential, transport, settings, mistake } = self;
        settings.limits.check()?;
        let (base, credential) = (base?, credential?);
        mistake.map_or(Ok(()), Err)?;
        let transport = match transport {
            Source::Given(transport) => transport,
            Source::Default(set_up) => set_up()?,
        };
        transport.check(&base)?;
        Ok(Client { connection: Connection::new(base, transport, settings), credential })
    }
}
