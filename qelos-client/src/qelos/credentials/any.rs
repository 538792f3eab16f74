//! A credential whose kind is only known at run time.

use http::HeaderMap;
use qelos_spec::Timestamp;

use crate::auth::{
    Anonymous, ApiTokenAuth, Authorization, CookieSession, Credential, CredentialKind, OAuth, Probe, Refusal, Refused,
    Verdict,
};
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

    fn observe(&self, headers: &HeaderMap, now: Timestamp) {
        each!(self, credential => credential.observe(headers, now));
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
