//! Credentials: what a client holds, and which endpoints it may call with it.
//!
//! | requirement | [`Anonymous`] | [`CookieSession`] | [`OAuth`] | [`ApiTokenAuth`] | [`AnyCredential`] |
//! |---|---|---|---|---|---|
//! | [`Public`] | yes | yes | yes | yes | yes |
//! | [`SignedIn`] | – | yes | yes | yes | looked at in each call |
//! | [`Session`] | – | yes | yes | – | looked at in each call |
//! | [`CookieOnly`] | – | yes | – | – | looked at in each call |
//!
//! A dash is a compile error. Credentials and requirements of your own take part: implement [`Credential`] for the one,
//! [`Requirement`] for the other, and [`SatisfiedBy`] for the pair.

mod anonymous;
mod any;
mod api_token;
mod claims;
mod cookie;
mod held;
pub(crate) mod oauth;
pub(crate) mod person;
mod refresh;
mod renewal;

use std::future::{Future, ready};

use http::HeaderMap;
use qelos_spec::WorkspaceId;
pub use qelos_spec::auth::*;

pub use self::anonymous::Anonymous;
pub use self::any::AnyCredential;
pub use self::api_token::ApiTokenAuth;
pub use self::cookie::CookieSession;
pub use self::oauth::{OAuth, TokenChanges};
use crate::connection::Connection;
use crate::error::{Error, Kind};
use crate::transport::Transport;

/// What a client proves its identity with.
///
/// A clone shares the state of the original: when one of them refreshes, all of them have.
///
/// ```
/// use qelos_client::auth::{Authorization, Credential, CredentialKind, Requirement, SatisfiedBy, Stamp};
/// use qelos_client::{Client, Connection, Error, Transport};
///
/// /// The key of a gateway in front of the server, which knows who calls.
/// #[derive(Clone)]
/// struct GatewayKey(Stamp);
///
/// impl Credential for GatewayKey {
///     fn kind(&self) -> CredentialKind {
///         CredentialKind::Other("a gateway key")
///     }
///
///     async fn authorize<T: Transport>(&self, _: &Connection<T>) -> Result<Option<Authorization>, Error> {
///         Ok(Some(Authorization { stamp: self.0.clone(), generation: 0 }))
///     }
/// }
///
/// /// Who may call with it.
/// struct KnownToTheGateway;
///
/// impl Requirement for KnownToTheGateway {
///     const NEEDS: &'static str = "a gateway key";
///
///     fn accepts(kind: CredentialKind) -> bool {
///         kind == CredentialKind::Other("a gateway key")
///     }
/// }
///
/// impl SatisfiedBy<GatewayKey> for KnownToTheGateway {}
///
/// let key = GatewayKey(Stamp::new("x-gateway-key".parse()?, "g-1")?);
/// let client = Client::builder("https://acme.example").credential(key).build()?;
/// # let _ = client;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Credential: Clone + Send + Sync + 'static {
    /// Which kind it is, for decisions at run time and for traces.
    fn kind(&self) -> CredentialKind;

    /// The proof for the next request; `None` when there is nothing to prove.
    ///
    /// # Errors
    ///
    /// When there is no proof any more.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: what was begun for others as well goes on.
    fn authorize<T: Transport>(
        &self,
        connection: &Connection<T>,
    ) -> impl Future<Output = Result<Option<Authorization>, Error>> + Send;

    /// The server answered 401 to `refused`: a better proof, to try once more; `None` when there is none.
    ///
    /// # Errors
    ///
    /// When getting a better one failed.
    ///
    /// # Cancel safety
    ///
    /// As with [`authorize`](Self::authorize).
    fn renew<T: Transport>(
        &self,
        refused: &Authorization,
        connection: &Connection<T>,
    ) -> impl Future<Output = Result<Option<Authorization>, Error>> + Send {
        let _ = (refused, connection);
        ready(Ok(None))
    }

    /// Looks at the headers of every answer to a request that was authorized.
    fn observe(&self, headers: &HeaderMap) {
        let _ = headers;
    }
}

/// The proof on one request, and which edition of the credential it is, so that a late 401 cannot discard a newer one.
#[derive(Debug, Clone)]
pub struct Authorization {
    /// The header.
    pub stamp: Stamp,
    /// Counts up whenever the credential changes.
    pub generation: u64,
}

impl SatisfiedBy<CookieSession> for SignedIn {}
impl SatisfiedBy<OAuth> for SignedIn {}
impl SatisfiedBy<ApiTokenAuth> for SignedIn {}
impl SatisfiedBy<AnyCredential> for SignedIn {}

impl SatisfiedBy<CookieSession> for Session {}
impl SatisfiedBy<OAuth> for Session {}
impl SatisfiedBy<AnyCredential> for Session {}

impl SatisfiedBy<CookieSession> for CookieOnly {}
impl SatisfiedBy<AnyCredential> for CookieOnly {}

/// The server leaves a wish it cannot fulfil aside without a word, and works on in another workspace.
pub(crate) fn check_workspace(wanted: Option<WorkspaceId>, got: Option<WorkspaceId>) -> Result<(), Error> {
    match wanted {
        Some(wanted) if got != Some(wanted) => Err(Error::new(Kind::OtherWorkspace(wanted, got))),
        _ => Ok(()),
    }
}
