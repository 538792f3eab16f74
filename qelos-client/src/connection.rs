//! The connection to a server, which clients with different credentials share.

use std::fmt;
use std::sync::Arc;

use qelos_spec::multipart::Boundary;
use qelos_spec::{BaseUrl, Timestamp};

use crate::call::limits::Limits;
use crate::clock::Clock;
use crate::clock::random::Random;
use crate::error::Error;
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
    clock: Box<dyn Clock>,
    random: Box<dyn Random>,
    pub(crate) plain_http: bool,
    pub(crate) limits: Limits,
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
    pub(crate) fn new(
        base: BaseUrl,
        transport: T,
        clock: Box<dyn Clock>,
        random: Box<dyn Random>,
        plain_http: bool,
        limits: Limits,
    ) -> Self {
        Self { shared: Arc::new(Shared { base, transport, clock, random, plain_http, limits }), own: None }
    }

    /// The same transport, clock and limits, for another server: for credentials whose tokens come from a server of
    /// their own, which may only be known at run time.
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
        self.shared.clock.now()
    }

    /// A new text between the parts of a form.
    pub(crate) fn draw_boundary(&self) -> Result<Boundary, Error> {
        let mut bytes = [0; 16];
        let drawn = self.shared.random.fill(&mut bytes);
        drawn.map_err(|error| {
            Error::config(format_args!("there are no random bytes for the boundary of a form: {error}"))
        })?;
        Ok(Boundary::from_random(bytes))
    }
}

impl<T: Transport> Clock for Connection<T> {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }
}
