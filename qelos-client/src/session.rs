//! Sessions of tokens, for any server: all clones of a client share one token set, each renewal is made once for all of
//! them, and a [`store`] shares it with other processes.
//!
//! The engine decides when a session is renewed, and by which process: early, at a random moment, by one task, under the
//! lock of the store. It survives callers that are dropped, processes that are killed and responses that are lost, as far
//! as the server allows it. A [`SessionScheme`] says what differs from server to server: how tokens are sent, renewed and
//! ended, and what a refusal means. [`OAuth`](crate::OAuth) is the session of Qelos, and the module `oauth2`, with
//! the feature of that name, has that of any server of OAuth 2.
//!
//! # Sessions for your own server
//!
//! A server that issues an access token for an hour, and renews it with a refresh token that is good once:
//!
//! ```
//! use std::time::Duration;
//!
//! use qelos_client::auth::{Public, SignedIn};
//! use qelos_client::secret::on_the_wire;
//! use qelos_client::serde::{Deserialize, Serialize};
//! use qelos_client::session::{Life, RenewalFailed, Satisfies, SessionScheme, SessionTokens, TokenSession};
//! use qelos_client::{Client, Connection, Endpoint, SecretString, Transport};
//!
//! /// The tokens, as the server sends them and a store keeps them.
//! #[derive(Clone, Serialize, Deserialize)]
//! #[serde(crate = "qelos_client::serde")]
//! struct Pair {
//!     #[serde(serialize_with = "on_the_wire")]
//!     access: SecretString,
//!     #[serde(serialize_with = "on_the_wire")]
//!     refresh: SecretString,
//! }
//!
//! impl SessionTokens for Pair {
//!     fn access(&self) -> &SecretString {
//!         &self.access
//!     }
//!     fn refresh(&self) -> Option<&SecretString> {
//!         Some(&self.refresh)
//!     }
//! }
//!
//! /// Renews a session: the refresh token is in the body.
//! #[derive(Endpoint)]
//! #[endpoint(POST, "/renew", response = Pair, auth = Public)]
//! struct Renew {
//!     #[endpoint(secret)]
//!     refresh: SecretString,
//! }
//!
//! #[derive(Clone)]
//! struct Acme;
//!
//! impl Satisfies<SignedIn> for Acme {}
//!
//! impl SessionScheme for Acme {
//!     const NAME: &'static str = "acme";
//!     type Tokens = Pair;
//!
//!     async fn renew<T: Transport>(&self, held: &Pair, via: &Connection<T>) -> Result<Pair, RenewalFailed> {
//!         Ok(via.call(&Renew { refresh: held.refresh.clone() }).await?)
//!     }
//!
//!     fn life(&self, _: &Pair) -> Life {
//!         Life::lasting(Duration::from_hours(1))
//!     }
//! }
//!
//! /// The signed-in user.
//! #[derive(Endpoint)]
//! #[endpoint(GET, "/me", response = String, auth = SignedIn)]
//! struct Me;
//!
//! # use bytes::Bytes;
//! # use http::{Request, Response};
//! # use qelos_client::TransportError;
//! # use qelos_client::store::FileTokenStore;
//! # use qelos_client::testing::ManualClock;
//! # async fn acme(request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
//! #     let presented = request.headers().get("authorization").and_then(|value| value.to_str().ok());
//! #     let (status, body) = match (request.uri().path(), presented) {
//! #         ("/renew", _) if request.body() == r#"{"refresh":"r1"}"# => (200, r#"{"access":"a2","refresh":"r2"}"#),
//! #         ("/me", Some("Bearer a1" | "Bearer a2")) => (200, "\"ada\""),
//! #         _ => (401, "{}"),
//! #     };
//! #     Ok(Response::builder().status(status).header("content-type", "application/json").body(body.into()).unwrap())
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), qelos_client::Error> {
//! # let store = FileTokenStore::new(std::env::temp_dir().join(format!("acme-{}.json", std::process::id())));
//! # let clock = ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap());
//! # let builder = Client::builder("https://acme.example").transport(acme).clock(clock.clone());
//! let client = builder.build()?;
//! // Sign in with an endpoint of your own: its response has the first tokens.
//! let tokens = Pair { access: "a1".into(), refresh: "r1".into() };
//! let session = TokenSession::issued(Acme, tokens, client.connection().now())?;
//! let signed_in = client.with_credential(session);
//! signed_in.keep_in(store.clone()).await?;
//! assert_eq!(signed_in.call(&Me).await?, "ada");
//!
//! // An hour later, another process continues the session: it is renewed once, for both.
//! clock.advance(Duration::from_hours(1));
//! let restored = client.restore_as(Acme, store.clone()).await?.expect("a session is in the store");
//! assert_eq!((restored.call(&Me).await?, signed_in.call(&Me).await?), ("ada".to_owned(), "ada".to_owned()));
//!
//! // This server refuses the second renewal. The session has ended, and the error says why.
//! clock.advance(Duration::from_hours(1));
//! let error = signed_in.call(&Me).await.unwrap_err();
//! assert!(error.is_session_ended());
//! signed_in.sign_out().await.ok();
//! # Ok(())
//! # }
//! ```
//!
//! # Who may call
//!
//! Endpoints name a requirement, and the scheme names the requirements that its sessions satisfy, with [`Satisfies`]. For
//! a requirement of your own, implement [`SatisfiedBy<TokenSession<Acme>>`](crate::auth::SatisfiedBy) for it.
//!
//! # What a server may do that a session does not survive
//!
//! A server may end a session whose refresh token is used twice. The engine does not do that on purpose, but a process
//! that is killed between the renewal and the store has lost the new tokens, and the next one can only try the old
//! refresh token: [`store`] has a table of these moments. Only a scheme that can
//! [sign in again](SessionScheme::sign_in_again) survives them all.

#[doc = include_str!("../docs/derive_session_scheme.md")]
pub use qelos_macros::SessionScheme;

use std::fmt;
use std::sync::{Arc, Weak};

use qelos_spec::Timestamp;
use tokio::sync::watch;

pub use self::declared::{BeginsWith, DeclaredTokens};
use self::pending::Pending;
use self::renewal::{Renewal, home};
pub use self::scheme::{Life, RenewBy, RenewalFailed, Reuse, Satisfies, SessionScheme, SessionTokens};
use self::single_flight::{Perishable, Progress, SingleFlight, TaskLost, Versioned};
use self::store::{
    AnyLock, AnyStore, Change, Home, LockInUse, StoreError, StoredSession, Written, lock, unlock, write,
};
use self::token_set::{TokenSet, usable};
use crate::auth::Evidence;
use crate::connection::Connection;
use crate::error::Error;
use crate::transport::Transport;

pub(crate) mod claims;
mod credential;
#[doc(hidden)]
pub mod declared;
mod methods;
pub(crate) mod pending;
mod person;
mod renewal;
mod scheme;
pub(crate) mod single_flight;
pub mod store;
pub(crate) mod token_set;

/// A session of tokens, as its [scheme](SessionScheme) says. The client renews it before the access token expires, and
/// when the server refuses the access token: once for all callers that wait. All clones are the same session. Through a
/// [`store`], other processes share it as well.
pub struct TokenSession<S: SessionScheme>(Arc<Shared<S>>);

struct Shared<S: SessionScheme> {
    scheme: S,
    tokens: Arc<SingleFlight<TokenSet<S>, Error>>,
    /// The lock of the store, while a renewal holds it.
    lock: Arc<LockInUse>,
    pending: Pending,
    evidence: Evidence,
}

impl<S: SessionScheme> Clone for TokenSession<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: SessionScheme> TokenSession<S> {
    /// A session of tokens that the server has issued at this time, to the [login](SessionScheme::login) of the scheme.
    ///
    /// # Errors
    ///
    /// When a token is empty.
    pub fn issued(scheme: S, tokens: S::Tokens, now: Timestamp) -> Result<Self, Error> {
        let tokens = TokenSet::issued(&scheme, usable(tokens)?, now).of_login(scheme.login());
        Ok(Self::new(scheme, tokens))
    }

    /// A session of tokens that the application has kept. Tokens do not name their server: they are sent to the one that
    /// the client calls. When they arrived is not known, so a life that is counted from then is not known either.
    pub fn from_tokens(scheme: S, tokens: S::Tokens) -> Self {
        let tokens = TokenSet::from_tokens(&scheme, tokens);
        Self::new(scheme, tokens)
    }

    fn new(scheme: S, tokens: TokenSet<S>) -> Self {
        let (lock, pending, evidence) = (Arc::default(), Pending::default(), Evidence::default());
        Self(Arc::new(Shared { scheme, tokens: SingleFlight::new(tokens), lock, pending, evidence }))
    }

    /// The session in a store, or `None` for an empty store. A session of another scheme or server is an error.
    pub(crate) async fn restore<T: Transport>(
        scheme: S,
        store: Arc<dyn AnyStore>,
        connection: &Connection<T>,
    ) -> Result<Option<Self>, Error> {
        let stored = load(&scheme, &*store, connection).await?;
        stored.map(|stored| Self::from_store(scheme, stored, store)).transpose()
    }

    /// The session of a record that was loaded from a store.
    pub(crate) fn from_store(scheme: S, stored: StoredSession, store: Arc<dyn AnyStore>) -> Result<Self, Error> {
        let scheme = scheme.restored(stored.scope())?;
        let tokens = TokenSet::from_store(&scheme, stored, store)?;
        Ok(Self::new(scheme, tokens))
    }

    /// The scheme of this session.
    #[must_use]
    pub fn scheme(&self) -> &S {
        &self.0.scheme
    }

    /// The newest tokens, or the reason why the session has ended.
    pub(crate) fn current(&self) -> Result<TokenSet<S>, Error> {
        self.0.tokens.current().map(|version| version.value)
    }

    /// The generation of the newest token set.
    fn generation(&self) -> u64 {
        *self.0.tokens.generations().borrow()
    }

    fn changes(&self) -> TokenChanges<S> {
        TokenChanges { tokens: Arc::downgrade(&self.0.tokens), generations: self.0.tokens.generations() }
    }

    /// Tokens that are valid now: the newest ones, or the next ones if it is time to renew them.
    async fn fresh<T: Transport>(&self, connection: &Connection<T>) -> Result<Versioned<TokenSet<S>>, Error> {
        let fetch = |tokens, progress| self.renewal(connection, progress).run(tokens);
        self.0.tokens.fresh(connection, fetch).await
    }

    /// A newer token set than the one of the `outdated` generation.
    async fn renewed<T: Transport>(
        &self,
        outdated: u64,
        connection: &Connection<T>,
    ) -> Result<Versioned<TokenSet<S>>, Error> {
        let fetch = |tokens, progress| self.renewal(connection, progress).run(tokens);
        self.0.tokens.renew(outdated, connection, fetch).await
    }

    fn renewal<T: Transport>(&self, connection: &Connection<T>, progress: Progress) -> Renewal<S, T> {
        let (scheme, lock) = (self.0.scheme.clone(), Arc::clone(&self.0.lock));
        Renewal { scheme, connection: connection.clone(), lock, progress }
    }

    /// Counts an operation as pending until the returned guard is dropped: [`settled`](Self::settled) waits for it.
    fn begin_operation(&self) -> pending::Operation {
        self.0.pending.begin()
    }

    /// Waits for pending operations and renewals. Then writes tokens that the store could not take before.
    async fn settled(&self) -> Result<(), Error> {
        self.0.pending.idle().await;
        self.0.tokens.settled().await?;
        self.write_unsaved().await
    }

    /// Writes tokens to the store whose first write failed.
    async fn write_unsaved(&self) -> Result<(), Error> {
        let Ok(Versioned { value, generation }) = self.0.tokens.current() else { return Ok(()) };
        let (Some(store), Some(change)) = (value.store.clone(), value.unsaved()) else { return Ok(()) };
        let mut lock = lock(&*store).await?;
        let written = write(&*store, &mut *lock, change).await;
        unlock(lock).await;
        if let Written::Over(_) = written? {
            self.0.tokens.replace(Versioned { value: value.saved(), generation })?;
        }
        Ok(())
    }
}

/// Putting a session into a store, and removing it.
impl<S: SessionScheme> TokenSession<S> {
    /// Shares the session through a store from now on. It replaces the record in the store.
    async fn keep_in<T: Transport>(&self, store: Arc<dyn AnyStore>, connection: &Connection<T>) -> Result<(), Error> {
        let _pending = self.begin_operation();
        loop {
            // A renewal may be waiting for the same lock: let it finish first.
            self.0.tokens.settled().await?;
            let mut lock = lock(&*store).await?;
            let done = self.put_into(&store, &mut *lock, connection).await;
            unlock(lock).await;
            if done? {
                return Ok(());
            }
        }
    }

    async fn put_into<T: Transport>(
        &self,
        store: &Arc<dyn AnyStore>,
        lock: &mut dyn AnyLock,
        connection: &Connection<T>,
    ) -> Result<bool, Error> {
        const WHY: &str = "another process wrote its own session to the token store at the same time: try again";
        let before = load(&self.0.scheme, &**store, connection).await?;
        match self.replace(before, store, lock, connection).await? {
            Replaced::Kept => Ok(true),
            Replaced::Renewing => Ok(false),
            Replaced::Superseded => Err(StoreError::new(WHY).into()),
        }
    }

    /// Replaces the record that was in the store before; `None` is an empty store. The session is written first, and
    /// tied to the store afterwards: when the write fails, the session goes on as it was.
    pub(crate) async fn replace<T: Transport>(
        &self,
        before: Option<StoredSession>,
        store: &Arc<dyn AnyStore>,
        lock: &mut dyn AnyLock,
        connection: &Connection<T>,
    ) -> Result<Replaced, Error> {
        let Versioned { value, generation } = self.0.tokens.current()?;
        let (scheme, home) = (&self.0.scheme, home(&self.0.scheme, connection));
        let value = up_to_date(value, scheme, &home).await?;
        let (value, change) = value.kept_in(Arc::clone(store), before, scheme, &home)?;
        if let Some(change) = change
            && let Written::Not(_) = write(&**store, lock, &change).await?
        {
            return Ok(Replaced::Superseded);
        }
        let tied = self.0.tokens.replace(Versioned { value, generation })?;
        Ok(if tied { Replaced::Kept } else { Replaced::Renewing })
    }

    /// Ends the session at the first poll, for every client that shares it.
    async fn end(&self) -> Result<Ended<S>, Error> {
        let last = self.0.tokens.end(Error::session_ended("it was signed out")).await?;
        let (last, lock) = match last.store.clone() {
            Some(store) => remove_from(&*store, &self.0.scheme, last).await,
            None => (last, Ok(None)),
        };
        Ok(Ended { last, lock })
    }
}

/// A session that has ended in this process, and the lock of its store.
struct Ended<S: SessionScheme> {
    /// The newest tokens, for the request that signs out.
    last: TokenSet<S>,
    /// While this is held, no other process renews the session. An error says why the session is still in its store.
    lock: Result<Option<Box<dyn AnyLock>>, StoreError>,
}

impl<S: SessionScheme> Ended<S> {
    /// Releases the lock of the store.
    async fn leave_store(self) -> Result<(), Error> {
        if let Some(lock) = self.lock? {
            unlock(lock).await;
        }
        Ok(())
    }
}

/// The outcome of putting a session into a store.
pub(crate) enum Replaced {
    /// The session is in the store, and is renewed through it from now on.
    Kept,
    /// A renewal began in the meantime: the next tokens have to be written instead.
    Renewing,
    /// Another process has written to the store since it was read.
    Superseded,
}

/// The record in a store. A record of another scheme or server is an error.
pub(crate) async fn load<S: SessionScheme, T: Transport>(
    scheme: &S,
    store: &dyn AnyStore,
    connection: &Connection<T>,
) -> Result<Option<StoredSession>, Error> {
    let stored = store.load().await?;
    if let Some(stored) = &stored {
        stored.check_home(&home(scheme, connection))?;
    }
    Ok(stored)
}

/// The newest tokens of a session that is already in a store: another process may have renewed it there. A store that
/// cannot be read is not an error here, because that may be the reason why the session moves to another store.
async fn up_to_date<S: SessionScheme>(tokens: TokenSet<S>, scheme: &S, home: &Home) -> Result<TokenSet<S>, StoreError> {
    let Some(store) = &tokens.store else { return Ok(tokens) };
    match store.load().await {
        Ok(Some(stored)) if !tokens.is_newer_than(Some(&stored)) => {
            stored.check_home(home)?;
            Ok(tokens.after(scheme, stored)?.in_place_of(&tokens))
        }
        Ok(_) => Ok(tokens),
        Err(error) => {
            tracing::warn!(%error, "the token store cannot be read: another process may have renewed the session in it");
            Ok(tokens)
        }
    }
}

/// A session that was removed from its store: the newest tokens, which another process may have written, and the lock.
type Removed<S> = (TokenSet<S>, Result<Option<Box<dyn AnyLock>>, StoreError>);

/// Removes a session from its store. A session that has replaced this one has another lineage, and stays in the store.
async fn remove_from<S: SessionScheme>(store: &dyn AnyStore, scheme: &S, last: TokenSet<S>) -> Removed<S> {
    let mut lock = match lock(store).await {
        Ok(lock) => lock,
        Err(error) => return (last, Err(error)),
    };
    match write(store, &mut *lock, &Change::SignOut(last.lineage().clone())).await {
        Ok(Written::Over(removed)) => {
            let newest = removed.and_then(|removed| last.after(scheme, removed).ok());
            let newest = newest.filter(|newest| newest.replaces(&last));
            (newest.unwrap_or(last), Ok(Some(lock)))
        }
        Ok(Written::Not(_)) => {
            unlock(lock).await;
            (last, Ok(None))
        }
        Err(error) => (last, Err(error)),
    }
}

/// The changes of a session's tokens, for applications that keep tokens themselves. It comes from
/// [`Client::token_changes`](crate::Client::token_changes).
pub struct TokenChanges<S: SessionScheme> {
    /// Weak, so that waiting for changes does not keep the session alive.
    tokens: Weak<SingleFlight<TokenSet<S>, Error>>,
    generations: watch::Receiver<u64>,
}

impl<S: SessionScheme> TokenChanges<S> {
    /// Waits for the next change: the new tokens, or the error with which the session has ended. `None` when every
    /// client of the session was dropped.
    ///
    /// After several changes, it returns the newest one. The last change is never skipped.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let mut changes = client.token_changes();
    /// while let Some(change) = changes.next().await {
    ///     let tokens = change?; // or the session has ended
    ///     println!("keep {tokens:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: the next call returns the change.
    pub async fn next(&mut self) -> Option<Result<S::Tokens, Error>> {
        self.generations.changed().await.ok()?;
        Some(self.tokens.upgrade()?.current().map(|version| S::Tokens::clone(&version.value.tokens)))
    }
}

impl<S: SessionScheme> fmt::Debug for TokenSession<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = self.current();
        f.debug_struct("TokenSession")
            .field("scheme", &S::NAME)
            .field("expires_at", &current.as_ref().map(Perishable::expires_at).ok())
            .field("ended", &current.is_err())
            .finish_non_exhaustive()
    }
}

impl<S: SessionScheme> fmt::Debug for TokenChanges<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenChanges").finish_non_exhaustive()
    }
}

impl From<TaskLost> for Error {
    fn from(lost: TaskLost) -> Self {
        Self::config(match lost {
            TaskLost::NoRuntime => "renewing a token needs a tokio runtime, and this call is made outside of one",
            TaskLost::Dropped => {
                "the tokio runtime stopped before the token was renewed: call again on a running runtime"
            }
            TaskLost::Stalled => {
                "the tokio runtime that renews the token is not driven: drive it, or make all calls on one that is"
            }
        })
    }
}
