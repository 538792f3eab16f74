//! Credentials: how a client proves its identity, and which endpoints each credential may call.
//!
//! | requirement | [`Anonymous`] | [`CookieSession`] | [`OAuth`] | [`ApiTokenAuth`] | [`AnyCredential`] |
//! |---|---|---|---|---|---|
//! | [`Public`] | yes | yes | yes | yes | yes |
//! | [`Anyone`] | yes | yes | yes | yes | yes |
//! | [`SignedIn`] | – | yes | yes | yes | checked in each call |
//! | [`Privileged`] | – | yes | yes | yes | checked in each call |
//! | [`Session`] | – | yes | yes | – | checked in each call |
//! | [`CookieOnly`] | – | yes | – | – | checked in each call |
//!
//! A dash is a compile error. The requests of [`Public`] endpoints carry no credential, those of [`Anyone`] the one that the
//! client has.
//!
//! # When the server refuses
//!
//! Qelos responds with 401 to a bad token and to a missing role alike, and some of its services respond with 403 to a
//! bad token. The status does not tell the two apart, so the client examines each refusal before it acts on it:
//!
//! | the refusal | its cause | what the client does |
//! |---|---|---|
//! | 401 `authorization token is not valid.`, `Invalid or expired API token`; each 401 of `GET /api/me` and `POST /api/cookie/refresh` | the proof is bad | renews it once, if it can, and sends the request once more |
//! | 401 `you are not privileged.`, `insufficient permissions`; 403 of accounts and workspaces | a permission is missing | reports it: [`is_forbidden`](crate::Error::is_forbidden) |
//! | 401 `plugin not exist` | there is no such path | reports it |
//! | any other 401 or 403 | unknown | asks `GET /api/me` whether the proof is good. A bad proof is renewed, as in the first line. With a good proof, an idempotent request is sent once more; if it is refused again, or is not idempotent, a permission is missing, as in the second line |
//!
//! All clones use the result of `GET /api/me` for 30 seconds.
//!
//! An access token holds the roles its user had when it was issued. Roles that were granted later count after a
//! renewal. So when a permission is missing and the access token is older than a minute, it is renewed, and an
//! idempotent request is sent once more. In a workspace this is not done, because a renewal loses the roles in the
//! workspace.
//!
//! One case cannot be detected: a service that serves guests responds to a revoked token with 200 and the items that a
//! guest may see. The client never sends a token that it knows has expired.
//!
//! # Your own
//!
//! [`StaticCredential`] holds a proof that does not change, for servers other than Qelos: a token, a key, or a user name with a
//! password. It may call [`SignedIn`] endpoints.
//!
//! To add another credential or a requirement, implement [`Credential`] for the credential, [`Requirement`] for the
//! requirement, and [`SatisfiedBy`] for the pair. A [`Proof`] is one header or several, a parameter of the query, or a
//! signature of the request. Tokens that are renewed are a [scheme](crate::session): the client then keeps the session.

mod anonymous;
mod authorization;
mod evidence;
pub(crate) mod proof;
mod refusal;
mod static_credential;

use std::future::{Future, ready};

use http::{HeaderMap, StatusCode};
pub use qelos_spec::auth::*;

pub use self::anonymous::Anonymous;
pub use self::authorization::Authorization;
pub(crate) use self::evidence::Evidence;
pub use self::proof::{Proof, Signing};
pub use self::refusal::{Probe, Refusal, Refused, Verdict};
pub use self::static_credential::StaticCredential;
use crate::clock::Clock;
use crate::connection::Connection;
use crate::error::Error;
pub(crate) use crate::error::credential_facts::CredentialFacts;
pub use crate::qelos::credentials::{
    Acting, ActingAs, AnyCredential, ApiTokenAuth, CookieSession, OAuth, TokenChanges,
};
pub use crate::qelos::scheme::Qelos;
use crate::transport::Transport;

/// The identity of a client, and the proof of it in each request.
///
/// A clone shares the state of the original: a renewal by one of them serves all.
///
/// ```
/// use qelos_client::auth::{Authorization, Credential, CredentialKind, Requirement, SatisfiedBy, CredentialHeader};
/// use qelos_client::{Client, Connection, Error, Transport};
///
/// /// The key of a gateway in front of the server.
/// #[derive(Clone)]
/// struct GatewayKey(CredentialHeader);
///
/// impl Credential for GatewayKey {
///     fn kind(&self) -> CredentialKind {
///         CredentialKind::Other("a gateway key")
///     }
///
///     async fn authorize<T: Transport>(&self, _: &Connection<T>) -> Result<Option<Authorization>, Error> {
///         Ok(Some(Authorization::new(self.0.clone())))
///     }
/// }
///
/// /// The requirement of endpoints behind the gateway.
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
/// let key = GatewayKey(CredentialHeader::new("x-gateway-key".parse()?, "g-1")?);
/// let client = Client::builder("https://acme.example").credential(key).build()?;
/// # let _ = client;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Cancel safety
///
/// A dropped call drops the future of a method. An implementation has to renew in a task of its own, so that the
/// renewal goes on and no clone loses its result.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no credential",
    label = "proves nothing to a server",
    note = "a client holds `Anonymous`, `CookieSession`, `OAuth`, `ApiTokenAuth`, `AnyCredential` or `StaticCredential`, or a type of yours that implements `Credential`; `SignedIn`, `Session` and `CookieOnly` are what endpoints ask for",
    note = "the text of an API token of Qelos goes to `.api_token(..)`, that of another server to `.bearer_token(..)`; user name and password go to `client.oauth_sign_in(..)` or `client.sign_in(..)`"
)]
pub trait Credential: Clone + Send + Sync + 'static {
    /// The kind of this credential, for checks at run time and for traces.
    fn kind(&self) -> CredentialKind;

    /// Returns the proof for the next request; `None` when there is nothing to prove.
    ///
    /// # Errors
    ///
    /// When there is no proof any more, for example because the session has ended.
    fn authorize<T: Transport>(
        &self,
        connection: &Connection<T>,
    ) -> impl Future<Output = Result<Option<Authorization>, Error>> + Send;

    /// Decides what a refusal, a 401 or 403, is about. Default: a 401 is about the proof, a 403 about a permission.
    fn judge(&self, refusal: &Refusal<'_>) -> Verdict {
        match refusal.error().status() {
            StatusCode::UNAUTHORIZED => Verdict::Proof,
            _ => Verdict::Permission,
        }
    }

    /// Asks the server whether a proof is good, after a refusal that is [`Verdict::Unknown`]. Default: `None`, which
    /// means that the server does not tell.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached.
    fn probe<T: Transport>(
        &self,
        proof: &Authorization,
        connection: &Connection<T>,
    ) -> impl Future<Output = Result<Option<Probe>, Error>> + Send {
        let _ = (proof, connection);
        ready(Ok(None))
    }

    /// Returns a better proof than the refused one, for one more attempt; `None` when there is none. Default: `None`.
    ///
    /// # Errors
    ///
    /// When the renewal failed.
    fn renew<T: Transport>(
        &self,
        refused: &Refused<'_>,
        connection: &Connection<T>,
    ) -> impl Future<Output = Result<Option<Authorization>, Error>> + Send {
        let _ = (refused, connection);
        ready(Ok(None))
    }

    /// Waits for work that the end of the program must not cut off, such as a renewal. Default: there is no such work.
    ///
    /// # Errors
    ///
    /// When such work could not be completed.
    fn settled(&self) -> impl Future<Output = Result<(), Error>> + Send {
        ready(Ok(()))
    }

    /// Reads the headers of each response to a request that carried a proof, as soon as it arrives: `clock` tells the
    /// time. Default: ignores them.
    fn observe(&self, headers: &HeaderMap, clock: &dyn Clock) {
        let _ = (headers, clock);
    }
}
