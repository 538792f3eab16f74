//! Stores for sessions: a stored session outlives its process, and several processes can share it.
//!
//! A refresh token can be used once. A process that renews a session and does not write the new tokens to the store
//! ends the session for all other processes. With a [`TokenStore`], every renewal is one exclusive section *read –
//! renew – write*, with a lock against all processes that share the session:
//!
//! 1. Read the store. If another process has renewed the session, use its tokens; nothing is sent.
//! 2. Otherwise take the lock, and read again.
//! 3. Write the *mark*: the time since when the refresh token may be used up (`renewing_since` in the record). When the
//!    store cannot be written to, nothing is sent, and nothing is lost: calls go on with the access token until it
//!    expires, and fail afterwards with the error of the store.
//! 4. Renew the session, write the new tokens (which removes the mark), and release the lock.
//!
//! ```no_run
//! use qelos_client::api::OAuthSignIn;
//! use qelos_client::store::FileTokenStore;
//! use qelos_client::{Client, SecretString};
//!
//! # async fn run() -> Result<(), qelos_client::Error> {
//! let store = FileTokenStore::new("/var/lib/plugin/session.json");
//! let sign_in = OAuthSignIn::new("plugin@acme.example", SecretString::from("hunter2"));
//!
//! let client = Client::new("https://acme.example")?;
//! let client = match client.restore(store.clone()).await? {
//!     Some(client) => client,
//!     None => {
//!         let (client, _) = client.oauth_sign_in(&sign_in).await?;
//!         client.keep_in(store).await?;
//!         client
//!     }
//! };
//! let client = client.sign_in_again_with(sign_in); // for the one case in which no store helps, see below
//! # let _ = client;
//! # Ok(())
//! # }
//! ```
//!
//! # Server and user
//!
//! A store is for one session. Its record names the [scheme](crate::session), the server and the user of the session.
//!
//! * *The server* is scheme, host, port and prefix of its URL. A client of another server refuses the record, with an
//!   error that names both servers. It sends nothing and overwrites nothing: after a change of `QELOS_URL`, no token is
//!   sent to the new server. The same holds for the server that issues the tokens, where that is another one, and for
//!   a client whose sessions are of another scheme.
//! * *The user* is the name of the sign-in, as it is sent, and the id in the tokens, if they have one. A running client
//!   never becomes another user. When another session replaces its own in the store, it goes on with that session only
//!   if the user is the same. Otherwise its calls fail as soon as its access token has expired, with an error that
//!   names both users; neither session overwrites the other. Signing in again with another name
//!   ([`sign_in_again_with`](crate::Client::sign_in_again_with)) is refused before it is sent, and a sign-in that
//!   brings another id is refused as well.
//! * A session from tokens ([`with_tokens`](crate::Client::with_tokens)) has no name of a user. It is accepted for
//!   every user, with a warning where a name is expected, until the client signs in again.
//! * A new session can replace the one of another user: a session that is kept ([`keep_in`](crate::Client::keep_in))
//!   after a sign-in, and the session of a program whose [`Environment`](crate::Environment) names another user than
//!   the record. This is how a program changes its user. When programs for two users share a store by mistake, their
//!   renewals fail with the error above.
//!
//! A program that calls [`restore`](crate::Client::restore) itself gets the stored session of any user. It can compare
//! the user of the record first: [`StoredSession::login`].
//!
//! # Replicas
//!
//! The processes of one machine share a file. Replicas on several machines share a Redis server (feature `redis`). Any
//! other storage with a lock can be a [`TokenStore`] of your own. All of them run the steps above.
//!
//! When the store is empty, each process may sign in for itself: the last write wins, and the other processes find that
//! session when they renew theirs. Programs that take their user from the [`Environment`](crate::Environment) sign in
//! one after the other, and share the session of the first. Each process renews at its own random moment in the last
//! minute of a token, so that they do not all renew at once. The later ones find the new tokens.
//!
//! Signing out removes the session from the store, and revokes its newest refresh token, also when another process has
//! renewed it. No process writes the record again. When the other processes renew the session, it has ended, or they
//! sign in again if they have a password. A session that has replaced the one that is signed out is another session,
//! and stays.
//!
//! # Which write replaces which record
//!
//! Each session has a *lineage*, a random name that it gets when it is put into the store. Its tokens are numbered. A
//! lock can be lost at any moment, so that it only saves work. The record stays correct because each write is compared
//! with it, in one atomic step:
//!
//! | write | replaces |
//! |---|---|
//! | tokens | older tokens of the same lineage; of two with the same number, the first stays |
//! | the mark, or its removal | the same tokens, or older ones of the same lineage |
//! | a new session: of a sign-in, of signing in again, or of [`keep_in`](crate::Client::keep_in) | the tokens, or the empty store, that were there when the session was begun |
//! | a sign-out | the same lineage |
//!
//! A write that is not allowed is dropped, and the process goes on with the record in the store.
//!
//! # When a process ends
//!
//! A renewal is a task of its own: it goes on when its call is dropped, but not when the runtime ends. So a program
//! that ends, also on a signal, first stops taking work, and then waits for [`settled`](crate::Client::settled).
//!
//! # When a process is killed
//!
//! | in the middle of | what other processes find | what they do |
//! |---|---|---|
//! | waiting, or just after taking the lock | the lock is free, or its lease runs out | renew the session |
//! | the renewal, before the server has seen it | the mark, and a refresh token that is still valid | renew the session |
//! | the renewal, after the server has exchanged the tokens | the mark, and a refresh token that is used up | sign in again if they have a password ([`sign_in_again_with`](crate::Client::sign_in_again_with)); otherwise the session has ended, with an error that gives the reason |
//! | writing the new tokens | either the old ones, as above, or the new ones | |
//! | signing in again, before the new session is written | the mark, and the session before | as above; the new session stays on the server, unused |
//! | signing out | the session, or none | renew it, or find that it has ended |
//!
//! The third line is the only case that loses a session. The server gives the new tokens to one process, once, so no
//! client can prevent it. Programs that have to survive it need a way to sign in.
//!
//! # When a process is slow
//!
//! A lock in Redis is a lease, because only time frees it from a process that has gone. A process may sleep for longer
//! than its lease, and wake up with new tokens in its memory after another one has taken the lock:
//!
//! * *The other process has only written its mark.* The new tokens replace it. The server refuses the other process,
//!   which reads the store again and finds them.
//! * *The other process was refused, and has given up.* The new tokens are written all the same. For the other process
//!   the session has ended until it reads the store again, after a minute.
//! * *The other process has signed in again, or out.* The new tokens are dropped, and the slow process goes on with the
//!   new session, or finds that it has ended.
//!
//! A store that does not respond delays a renewal for half a minute at most. Then the renewal fails, and calls go on
//! with the access token until it expires.
//!
//! # What a store contains
//!
//! The tokens themselves: every program that can read the store can use the session. The store also has the name of the
//! user, and the server.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::Error;

pub(crate) mod change;
mod erased;
mod error;
mod file;
mod memory;
#[cfg(feature = "redis")]
mod redis;
mod session;
mod waiting;

pub(crate) use self::change::{Change, Written, write};
pub(crate) use self::erased::{AnyLock, AnyStore};
pub use self::error::StoreError;
pub use self::file::{FileLock, FileTokenStore};
pub use self::memory::{MemoryLock, MemoryTokenStore};
#[cfg(feature = "redis")]
pub use self::redis::{RedisLock, RedisTokenStore};
pub use self::session::StoredSession;
pub(crate) use self::session::{Home, Lineage, Sealed};
pub(crate) use self::waiting::{LockInUse, LockOutcome, lock, lock_unless, unlock};

/// A place for one session, and a lock around it.
///
/// [`FileTokenStore`] is for the processes of one machine, and `RedisTokenStore` (feature `redis`) for those of
/// several. The client decides what is written and when, see [the module](self). An implementation only has to do what
/// its methods say:
///
/// ```
/// use std::sync::Arc;
///
/// use qelos_client::store::{Saved, StoreError, StoreLock, StoredSession, TokenStore};
/// use tokio::sync::{Mutex, OwnedMutexGuard};
///
/// /// For several clients in one process.
/// #[derive(Clone, Default)]
/// struct InMemory {
///     kept: Arc<std::sync::Mutex<Option<StoredSession>>>,
///     lock: Arc<Mutex<()>>,
/// }
///
/// impl TokenStore for InMemory {
///     type Lock = InMemoryLock;
///
///     async fn load(&self) -> Result<Option<StoredSession>, StoreError> {
///         Ok(self.kept.lock().map_err(StoreError::new)?.clone())
///     }
///
///     async fn try_lock(&self) -> Result<Option<InMemoryLock>, StoreError> {
///         let guard = self.lock.clone().try_lock_owned().ok();
///         Ok(guard.map(|guard| InMemoryLock { kept: self.kept.clone(), _guard: guard }))
///     }
/// }
///
/// struct InMemoryLock {
///     kept: Arc<std::sync::Mutex<Option<StoredSession>>>,
///     _guard: OwnedMutexGuard<()>,
/// }
///
/// impl StoreLock for InMemoryLock {
///     async fn save(
///         &mut self,
///         expected: Option<&StoredSession>,
///         session: Option<&StoredSession>,
///     ) -> Result<Saved, StoreError> {
///         let mut kept = self.kept.lock().map_err(StoreError::new)?;
///         if kept.as_ref().map(StoredSession::version) != expected.map(StoredSession::version) {
///             return Ok(Saved::Superseded);
///         }
///         *kept = session.cloned();
///         Ok(Saved::Kept)
///     }
///
///     async fn unlock(self) -> Result<(), StoreError> {
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store for a session",
    label = "does not keep sessions",
    note = "`FileTokenStore::new(path)` keeps a session in a file, and `MemoryTokenStore` in this process; a clone of either is the same store"
)]
pub trait TokenStore: Send + Sync + 'static {
    /// The lock, while it is held.
    type Lock: StoreLock;

    /// Reads the record: the one that was saved last, or `None` for an empty store. Works without the lock.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or has something else than a session.
    fn load(&self) -> impl Future<Output = Result<Option<StoredSession>, StoreError>> + Send;

    /// Takes the lock; `None` when it is taken, by this process or another. The client waits and tries again.
    ///
    /// A lock that is dropped, also with its process, has to become free by itself.
    ///
    /// # Errors
    ///
    /// When the store does not tell whether the lock is free.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave the lock taken, for as long as a dropped lock takes to become free.
    fn try_lock(&self) -> impl Future<Output = Result<Option<Self::Lock>, StoreError>> + Send;
}

/// The lock of a [`TokenStore`]. Only its holder writes. A holder may have lost the lock without noticing, so that each
/// write is compared with the record.
pub trait StoreLock: Send + 'static {
    /// Replaces the record `expected` by `session`; `None` stands for an empty store. When the lock was lost, the store
    /// may have another record: then it stays, and [`Saved::Superseded`] is returned. Two records are the same when
    /// their [versions](StoredSession::version) are.
    ///
    /// The comparison and the write are one atomic step. The record is written completely or not at all, and survives a
    /// crash of the machine.
    ///
    /// # Errors
    ///
    /// When the record cannot be written. The record before stays.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves either the record before or the new one.
    fn save(
        &mut self,
        expected: Option<&StoredSession>,
        session: Option<&StoredSession>,
    ) -> impl Future<Output = Result<Saved, StoreError>> + Send;

    /// Releases the lock.
    ///
    /// # Errors
    ///
    /// When the lock is not free yet, so that other processes have to wait longer.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has the effect of dropping the lock.
    fn unlock(self) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// What [`Client::keep_in`](crate::Client::keep_in), [`restore`](crate::Client::restore) and
/// [`restore_as`](crate::Client::restore_as) return: await it. They have the examples.
///
/// It is a named type, so that the compiler reports a type that is no store once.
pub type StoreFuture<'a, R> = Pin<Box<dyn Future<Output = Result<R, Error>> + Send + 'a>>;

/// The outcome of saving a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// The session is in the store.
    Kept,
    /// The store has another record than expected, and is unchanged: the lock was lost, and another process has
    /// written.
    Superseded,
}

/// All clones of an `Arc` are the same store.
impl<S: TokenStore> TokenStore for Arc<S> {
    type Lock = S::Lock;

    fn load(&self) -> impl Future<Output = Result<Option<StoredSession>, StoreError>> + Send {
        (**self).load()
    }

    fn try_lock(&self) -> impl Future<Output = Result<Option<Self::Lock>, StoreError>> + Send {
        (**self).try_lock()
    }
}
