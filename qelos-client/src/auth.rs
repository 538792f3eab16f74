//! Credentials: what a client holds, and which endpoints it may call with it.
//!
//! | requirement | [`Anonymous`] | [`CookieSession`] | [`OAuth`] | [`ApiTokenAuth`] | [`AnyCredential`] |
//! |---|---|---|---|---|---|
//! | [`Public`] | yes | yes | yes | yes | yes |
//! | [`SignedIn`] | – | yes | yes | yes | looked at in each call |
//! | [`Session`] | – | yes | yes | – | looked at in each call |
//! | [`CookieOnly`] | – | yes | – | – | looked at in each call |
//!
//! A dash is a compile error.
//!
//! # When the server refuses
//!
//! Qelos answers 401 to a bad token and to a missing role alike, and some of its services answer 403 to a bad token. So a refusal
//! is looked into before anything follows from it:
//!
//! | the refusal | what it says | what the client does |
//! |---|---|---|
//! | 401 `authorization token is not valid.`, `Invalid or expired API token` | the proof is bad | renews it once, if it can, and sends the request once more |
//! | 401 `you are not privileged.`, `insufficient permissions`; 403 of accounts and workspaces | a permission is missing | reports it: [`is_forbidden`](crate::Error::is_forbidden) |
//! | any other 401 or 403 | unknown | asks `GET /api/me` whether the proof is good. If it is bad, as in the first line; if it is good, an idempotent request is sent once more, and is forbidden when it is refused again |
//!
//! The result of asking holds for 30 seconds, for all clones. Roles stand in the token of a session: those that are granted after
//! the sign-in are seen when it is renewed. In a workspace a renewal would lose the roles there, so it is not made for that;
//! outside of one, a token older than a minute is renewed and an idempotent request is sent once more.
//!
//! One thing cannot be told: a service that serves guests answers 200 with what a guest may see, also to a token that was revoked.
//! A token that is known to have expired is never sent.
//!
//! # Your own
//!
//! Credentials and requirements of your own take part: implement [`Credential`] for the one,
//! [`Requirement`] for the other, and [`SatisfiedBy`] for the pair.

mod anonymous;
mod evidence;
mod refusal;

use std::any::TypeId;
use std::future::{Future, ready};

use http::{HeaderMap, StatusCode};
use qelos_spec::Timestamp;
pub use qelos_spec::auth::*;

pub use self::anonymous::Anonymous;
pub(crate) use self::evidence::Evidence;
pub use self::refusal::{Probe, Refusal, Refused, Verdict};
use crate::connection::Connection;
use crate::error::Error;
pub(crate) use crate::error::credential_facts::CredentialFacts;
pub use crate::qelos::credentials::{AnyCredential, ApiTokenAuth, CookieSession, OAuth};
pub use crate::session::TokenChanges;
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
///         Ok(Some(Authorization::new(self.0.clone())))
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
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no credential",
    label = "proves nothing to a server",
    note = "a client holds `Anonymous`, `CookieSession`, `OAuth`, `ApiTokenAuth` or `AnyCredential`, or a type of yours that implements `Credential`; `SignedIn`, `Session` and `CookieOnly` are what endpoints ask for",
    note = "the text of an API token goes to `.api_token(..)`; user name and password go to `client.oauth_signin(..)` or `client.signin(..)`"
)]
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

    /// What a refusal, a 401 or 403, says about the proof. Default: a 401 speaks of the proof, a 403 of permissions.
    fn judge(&self, refusal: &Refusal<'_>) -> Verdict {
        match refusal.error().status() {
            StatusCode::UNAUTHORIZED => Verdict::Proof,
            _ => Verdict::Permission,
        }
    }

    /// Asks the server whether a proof is good, after a refusal that may be about either. Default: `None`, it cannot be asked.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    fn probe<T: Transport>(
        &self,
        proof: &Authorization,
        connection: &Connection<T>,
    ) -> impl Future<Output = Result<Option<Probe>, Error>> + Send {
        let _ = (proof, connection);
        ready(Ok(None))
    }

    /// A better proof than the one that was refused, to try once more; `None` when there is none. Default: none.
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
        refused: &Refused<'_>,
        connection: &Connection<T>,
    ) -> impl Future<Output = Result<Option<Authorization>, Error>> + Send {
        let _ = (refused, connection);
        ready(Ok(None))
    }

    /// Waits for what was begun and must not be cut off by the end of the program, such as a renewal. Default: nothing.
    ///
    /// # Errors
    ///
    /// When something could not be brought to its end.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    fn settled(&self) -> impl Future<Output = Result<(), Error>> + Send {
        ready(Ok(()))
    }

    /// Looks at the headers of every answer to a request that was authorized; `now` is when it arrived.
    fn observe(&self, headers: &HeaderMap, now: Timestamp) {
        let _ = (headers, now);
    }
}

impl CredentialFacts {
    pub(crate) fn of<C: Credential>(credential: &C) -> Self {
        let ours = [
            TypeId::of::<CookieSession>(),
            TypeId::of::<OAuth>(),
            TypeId::of::<ApiTokenAuth>(),
            TypeId::of::<AnyCredential>(),
        ];
        let kind = credential.kind();
        Self { kind, is_of_qelos: ours.contains(&TypeId::of::<C>()) && kind != CredentialKind::Anonymous }
    }
}

/// The proof on one request, and which version of the credential it is, so that a late 401 cannot discard a newer one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Authorization {
    /// The header.
    pub stamp: Stamp,
    /// Counts up whenever the credential changes.
    pub generation: u64,
    /// When the roles of the user were written into the proof, where they stand in it and that is known.
    pub roles_as_of: Option<Timestamp>,
}

impl Authorization {
    /// The proof of a credential that does not change.
    #[must_use]
    pub fn new(stamp: Stamp) -> Self {
        Self { stamp, generation: 0, roles_as_of: None }
    }

    /// The proof of one version of a credential.
    #[must_use]
    pub fn of_generation(stamp: Stamp, generation: u64) -> Self {
        Self { generation, ..Self::new(stamp) }
    }
}
