//! A credential whose kind is only known at run time.

use http::HeaderMap;

use crate::auth::{
    Anonymous, ApiTokenAuth, Authorization, CookieSession, Credential, CredentialKind, OAuth, Probe, Refusal, Refused,
    Verdict,
};
use crate::client::Client;
use crate::clock::Clock;
use crate::connection::Connection;
use crate::error::Error;
use crate::transport::Transport;

/// Any of the credentials of Qelos: for programs whose configuration decides how to authenticate.
///
/// A call that the compiler would refuse for a credential of a fixed type fails before it is sent, with the same
/// message. A credential of your own that contains this one is not checked like that: the compiler checks its own
/// [`SatisfiedBy`](crate::auth::SatisfiedBy).
///
/// ```
/// use qelos_client::{Anonymous, AnyCredential, ApiTokenAuth, Client};
///
/// let credential = match std::env::var("CI_TOKEN") {
///     Ok(token) => AnyCredential::from(ApiTokenAuth::new(token)?),
///     Err(_) => AnyCredential::from(Anonymous),
/// };
/// let client = Client::builder("https://acme.example").credential(credential).build()?;
/// # let _ = client;
/// # Ok::<(), qelos_client::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AnyCredential {
    /// No credential.
    Anonymous(Anonymous),
    /// A cookie session.
    Cookie(CookieSession),
    /// An OAuth session.
    OAuth(OAuth),
    /// An API token.
    ApiToken(ApiTokenAuth),
}

macro_rules! each {
    ($any:expr, $credential:ident => $result:expr) => {
        match $any {
            Self::Anonymous($credential) => $result,
            Self::Cookie($credential) => $result,
            Self::OAuth($credential) => $result,
            Self::ApiToken($credential) => $result,
        }
    };
}

impl Credential for AnyCredential {
    fn kind(&self) -> CredentialKind {
        each!(self, credential => credential.kind())
    }

    async fn authorize<T: Transport>(&self, connection: &Connection<T>) -> Result<Option<Authorization>, Error> {
        each!(self, credential => credential.authorize(connection).await)
    }

    fn judge(&self, refusal: &Refusal<'_>) -> Verdict {
        each!(self, credential => credential.judge(refusal))
    }

    async fn probe<T: Transport>(
        &self,
        proof: &Authorization,
        connection: &Connection<T>,
    ) -> Result<Option<Probe>, Error> {
        each!(self, credential => credential.probe(proof, connection).await)
    }

    async fn renew<T: Transport>(
        &self,
        refused: &Refused<'_>,
        connection: &Connection<T>,
    ) -> Result<Option<Authorization>, Error> {
        each!(self, credential => credential.renew(refused, connection).await)
    }

    async fn settled(&self) -> Result<(), Error> {
        each!(self, credential => credential.settled().await)
    }

    fn observe(&self, headers: &HeaderMap, clock: &dyn Clock) {
        each!(self, credential => credential.observe(headers, clock));
    }
}

macro_rules! from {
    ($($variant:ident: $credential:ty),*) => {$(
        impl From<$credential> for AnyCredential {
            fn from(credential: $credential) -> Self {
                Self::$variant(credential)
            }
        }

        impl TryFrom<AnyCredential> for $credential {
            type Error = Error;

            fn try_from(credential: AnyCredential) -> Result<Self, Error> {
                match credential {
                    AnyCredential::$variant(credential) => Ok(credential),
                    other => Err(Error::config(format_args!(
                        "the client holds {}, which is not the credential that was asked for",
                        other.kind()
                    ))),
                }
            }
        }
    )*};
}

from!(Anonymous: Anonymous, Cookie: CookieSession, OAuth: OAuth, ApiToken: ApiTokenAuth);

impl<C: Credential, T: Transport> Client<C, T> {
    /// The same client, with a type that does not name its credential.
    ///
    /// ```
    /// use qelos_client::{AnyCredential, Client};
    ///
    /// let token = std::env::var("CI_TOKEN").ok();
    /// let client = match token {
    ///     Some(token) => Client::builder("https://acme.example").api_token(token).build()?.into_any(),
    ///     None => Client::new("https://acme.example")?.into_any(),
    /// };
    /// let _: Client<AnyCredential> = client;
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    #[must_use]
    pub fn into_any(self) -> Client<AnyCredential, T>
    where
        C: Into<AnyCredential>,
    {
        Client { connection: self.connection, credential: self.credential.into() }
    }
}

impl<T: Transport> Client<AnyCredential, T> {
    /// The same client, with a type that names its credential: the compiler then checks which endpoints it may call.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::AnyCredential>) -> Result<(), qelos_client::Error> {
    /// use qelos_client::OAuth;
    ///
    /// let client = client.into_typed::<OAuth>()?;
    /// client.sign_out().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the client holds another credential.
    pub fn into_typed<C>(self) -> Result<Client<C, T>, Error>
    where
        C: Credential + TryFrom<AnyCredential, Error = Error>,
    {
        Ok(Client { credential: C::try_from(self.credential)?, connection: self.connection })
    }
}
