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
}

pub(crate) struct Shared<T> {
    pub(crate) base: BaseUrl,
    pub(crate) transport: Arc<T>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    pub(crate) plain_http: bool,
    pub(crate) limits: Limits,
    /// The limits of the operation that a credential makes its own calls for. They come before those of an endpoint.
    pub(crate) of_operation: Limits,
}

impl<T> Clone for Connection<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> fmt::Debug for Connection<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("base", &self.shared.base).finish_non_exhaustive()
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
        let (transport, clock, random) = (Arc::new(transport), Arc::from(clock), Arc::from(random));
        let of_operation = Limits::default();
        Self { shared: Arc::new(Shared { base, transport, clock, random, plain_http, limits, of_operation }) }
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
        Ok(self.changed(server.clone(), self.shared.of_operation.clone()))
    }

    /// The same connection, for the calls that a credential makes for an operation with these limits.
    pub(crate) fn within(&self, limits: Limits) -> Self {
        self.changed(self.shared.base.clone(), limits)
    }

    fn changed(&self, base: BaseUrl, of_operation: Limits) -> Self {
        let Shared { transport, clock, random, plain_http, limits, .. } = &*self.shared;
        let (transport, clock, random) = (Arc::clone(transport), Arc::clone(clock), Arc::clone(random));
        let (plain_http, limits) = (*plain_http, limits.clone());
        Self { shared: Arc::new(Shared { base, transport, clock, random, plain_http, limits, of_operation }) }
    }

    /// The base URL of the server.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.shared.base
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
