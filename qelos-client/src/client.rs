//! The client: a credential on a connection.

use std::fmt;
use std::time::Duration;

use qelos_spec::auth::Requirement;
use qelos_spec::{Dispatch, EncodeError, Endpoint, EndpointInfo, Paged, Pages, Request};

use crate::auth::{Anonymous, Credential, CredentialFacts, CredentialKind, SatisfiedBy};
use crate::call::exchange::Reader;
use crate::call::limits::within;
use crate::call::{Call, Prepared};
use crate::connection::Connection;
use crate::error::{Error, Kind};
use crate::transport::Transport;
use crate::transport::default::DefaultTransport;

pub(crate) mod builder;

/// Calls endpoints of one server with one credential.
///
/// | make one | for |
/// |---|---|
/// | [`Client::new`] | a server, without a credential; [signing in](Client::oauth_sign_in) returns another client, with one |
/// | [`Client::builder`] | an [API token](crate::Builder::api_token), the [bearer token](crate::Builder::bearer_token) of another API, a transport, limits, headers |
/// | [`Environment::connect`](crate::Environment::connect) | a program whose server and credential are in its environment |
/// | [`Client::restore`] | a session that an earlier run has kept |
///
/// The type names the credential, and the compiler checks which endpoints it may call. Signing in returns another
/// client on the same connection; the client before does not change. A clone is cheap and shares the session, so a
/// client needs no `Arc`, and tasks can share one. The [guide](crate::guide) begins with a [first
/// call](crate::guide::first_call).
///
/// ```no_run
/// use qelos_client::api::{GetMe, OAuthSignIn};
/// use qelos_client::{Client, SecretString};
///
/// # async fn run() -> Result<(), qelos_client::Error> {
/// let client = Client::new("https://acme.example")?;
/// let (client, _) = client.oauth_sign_in(&OAuthSignIn::new("ada", SecretString::from("hunter2"))).await?;
///
/// let me = client.call(&GetMe).await?;              // any endpoint, ours or yours
/// let tokens = client.api_tokens().list().await?;   // the methods of a resource
/// # let _ = (me, tokens);
/// # Ok(())
/// # }
/// ```
pub struct Client<C = Anonymous, T = DefaultTransport> {
    pub(crate) connection: Connection<T>,
    pub(crate) credential: C,
}

impl<C: Clone, T> Clone for Client<C, T> {
    fn clone(&self) -> Self {
        Self { connection: self.connection.clone(), credential: self.credential.clone() }
    }
}

impl<C: fmt::Debug, T> fmt::Debug for Client<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connection, credential } = self;
        f.debug_struct("Client").field("connection", connection).field("credential", credential).finish()
    }
}

impl<C: Credential, T: Transport> Client<C, T> {
    /// Prepares a call of an endpoint; awaiting it sends the request and reads the response.
    ///
    /// The request is encoded at once, so the call borrows nothing from `endpoint`. An error of the encoding is
    /// returned when the call is awaited.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// use qelos_client::{Endpoint, auth::SignedIn};
    ///
    /// #[derive(Endpoint)]
    /// #[endpoint(GET, "/api/invoices/{number}", response = String, auth = SignedIn)]
    /// struct GetInvoice {
    ///     number: u32,
    /// }
    ///
    /// let (one, other) = tokio::join!(client.call(&GetInvoice { number: 7 }), client.call(&GetInvoice { number: 8 }));
    /// println!("{}, {}", one?, other?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn call<E>(&self, endpoint: &E) -> Call<C, T, E::Response>
    where
        E: Endpoint,
        E::Auth: SatisfiedBy<C>,
    {
        self.dispatch(endpoint)
    }

    /// The pages of an endpoint, one after the other, or the [items](Pages::items) of all of them. Each page is a call,
    /// with the limits of this client.
    ///
    /// ```
    /// use qelos_client::testing::FakeTransport;
    /// use qelos_client::{Client, DecodeRequest, Endpoint, auth::SignedIn};
    ///
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct Page<T> {
    ///     data: Vec<T>,
    ///     next: Option<String>,
    /// }
    ///
    /// #[derive(Endpoint, DecodeRequest)]
    /// #[endpoint(
    ///     GET, "/api/invoices", response = Page<String>, auth = SignedIn,
    ///     pages(cursor = after, next = next, items = data),
    /// )]
    /// struct ListInvoices {
    ///     after: Option<String>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// let server = FakeTransport::new();
    /// let (first, second) = (vec!["2026-001".to_owned()], vec!["2026-002".to_owned()]);
    /// server.expect(&ListInvoices { after: None }).reply(&Page { data: first, next: Some("b".to_owned()) });
    /// server.expect(&ListInvoices { after: Some("b".to_owned()) }).reply(&Page { data: second, next: None });
    ///
    /// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
    /// let mut invoices = client.pages(ListInvoices { after: None }).items();
    /// assert_eq!(invoices.next().await.transpose()?.as_deref(), Some("2026-001"));
    /// assert_eq!(invoices.next().await.transpose()?.as_deref(), Some("2026-002"));
    /// assert_eq!(invoices.next().await.transpose()?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages<'c, E>(&'c self, endpoint: E) -> Pages<'c, E, Error>
    where
        E: Paged + Send + 'c,
        E::Auth: SatisfiedBy<C>,
    {
        Pages::new(self, endpoint)
    }

    /// Not inlined, or each endpoint would add a copy of it to the program.
    #[inline(never)]
    fn prepared(
        &self,
        endpoint: &'static EndpointInfo,
        accepts: fn(CredentialKind) -> bool,
        request: Result<Request, EncodeError>,
    ) -> Box<Prepared<C, T>> {
        let request = self.checked(endpoint, accepts, request);
        Prepared::new(self.connection.clone(), self.credential.clone(), request)
    }

    /// Encodes the request, if the credential satisfies the endpoint.
    pub(crate) fn request<E: Endpoint>(&self, endpoint: &E) -> Result<Request, Error> {
        self.checked(EndpointInfo::of::<E>(), E::Auth::accepts, endpoint.encode())
    }

    /// Only a credential that is chosen at run time is checked here: for any other type the compiler has checked it.
    fn checked(
        &self,
        endpoint: &'static EndpointInfo,
        accepts: fn(CredentialKind) -> bool,
        request: Result<Request, EncodeError>,
    ) -> Result<Request, Error> {
        let facts = CredentialFacts::of(&self.credential);
        let error = match request {
            _ if facts.is_chosen_at_run_time && !accepts(facts.kind) => Error::new(Kind::NotAllowed),
            Ok(request) if request.endpoint().idempotency_key.is_none() => return Ok(request),
            Ok(request) => match self.connection.with_idempotency_key(request) {
                Ok(request) => return Ok(request),
                Err(error) => error,
            },
            Err(error) => error.into(),
        };
        Err(error.of_call(endpoint, facts))
    }

    pub(crate) fn failed<E: Endpoint>(&self, error: Error) -> Error {
        error.of_call(EndpointInfo::of::<E>(), CredentialFacts::of(&self.credential))
    }

    /// The connection to the server, for credentials of your own.
    #[must_use]
    pub fn connection(&self) -> &Connection<T> {
        &self.connection
    }

    /// The credential of this client.
    #[must_use]
    pub fn credential(&self) -> &C {
        &self.credential
    }

    /// The same connection with another credential, for example one of your own.
    ///
    /// ```
    /// use qelos_client::{ApiTokenAuth, Client};
    ///
    /// let client = Client::new("https://acme.example")?;
    /// let ci = client.with_credential(ApiTokenAuth::new("ql_1234")?);
    /// # let _ = ci;
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    #[must_use]
    pub fn with_credential<D: Credential>(&self, credential: D) -> Client<D, T> {
        Client { connection: self.connection.clone(), credential }
    }

    /// Waits for work that has begun and that the end of the program must not cut off: a renewal of the session,
    /// writing it to a store, signing out. Tokens that could not be written to the store are written again. Await it
    /// before a program ends, also when it ends on a signal.
    ///
    /// A renewal goes on when the call that began it is dropped. If the program ends before the renewal does, the
    /// server may have exchanged the tokens already: the new ones are lost, and with them the session. So stop taking
    /// work first, and await this before the runtime ends.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// use std::time::Duration;
    ///
    /// let client = qelos_client::Environment::read()?.connect().await?;
    /// // Dropped after a second, as on a signal or with `select!`:
    /// let me = client.logged_in_user().deadline(Duration::from_secs(1)).await;
    /// client.settled().await?;
    /// # let _ = me;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the work is not done after 10 seconds ([`is_timeout`](Error::is_timeout)), when tokens cannot be written to
    /// the store ([`is_store`](Error::is_store)), or outside of a tokio runtime.
    pub async fn settled(&self) -> Result<(), Error> {
        const PATIENCE: Duration = Duration::from_secs(10);
        within(PATIENCE, self.credential.settled(), || Kind::Deadline(PATIENCE, None)).await?
    }
}

impl<C: Credential, T: Transport> Dispatch for Client<C, T> {
    type Credential = C;
    type Error = Error;
    type Call<R: Send + 'static> = Call<C, T, R>;

    fn dispatch_encoded<E>(&self, request: Result<Request, EncodeError>) -> Call<C, T, E::Response>
    where
        E: Endpoint,
        E::Auth: SatisfiedBy<C>,
    {
        Call::new(self.prepared(EndpointInfo::of::<E>(), E::Auth::accepts, request), Reader::of::<E>())
    }
}
