//! Where a session is kept, so that it outlives a process and several can share it.
//!
//! A refresh token is good for one refresh: whoever renews a session and does not write the new tokens down has lost it
//! for everybody else. With a [`TokenStore`], every renewal is one exclusive section around *read – renew – write*, held
//! against all processes that share the session:
//!
//! 1. Look into the store. If somebody else has renewed the session, take their tokens; nothing is sent.
//! 2. Otherwise take the lock, and look again.
//! 3. Write down that the refresh token is about to be used. When the store cannot be written, nothing is sent, and
//!    nothing lost: calls go on with the access token while it lives, and fail with an error that says so afterwards.
//! 4. Renew the session, write the new tokens down, and let go of the lock.
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
//!         let (client, _) = client.oauth_signin(&sign_in).await?;
//!         client.keep_in(store).await?;
//!         client
//!     }
//! };
//! let client = client.sign_in_again_with(sign_in); // for the one case no store can help with, see below
//! # let _ = client;
//! # Ok(())
//! # }
//! ```
//!
//! # Replicas
//!
//! The processes of one machine share a file, replicas on several machines a Redis server (feature `redis`); anything else
//! with a lock is a [`TokenStore`] of your own. All of them run the code above. When the store is still empty, each may sign in
//! for itself: the last one to write wins, and the others find its session when they renew theirs. Each draws its own moment
//! in the last minute of a token, so that they do not all come at once; whoever comes later finds the work done.
//!
//! Signing out empties the store and revokes the newest refresh token, whoever has got it. The others notice when they renew
//! the session: it has ended, or they sign in again if they were told to.
//!
//! # When a process is killed
//!
//! | in the middle of | what the others find | what they do |
//! |---|---|---|
//! | waiting, or just after taking the lock | the lock is free, or its lease runs out | renew the session |
//! | the refresh, before the server has seen it | the mark, and a refresh token that is still good | renew the session |
//! | the refresh, after the server has exchanged the tokens | the mark, and a refresh token that is used up | sign in again if they may ([`sign_in_again_with`](crate::Client::sign_in_again_with)); otherwise the session has ended, with an error that says why |
//! | writing the new tokens | either the old ones, as above, or the new ones | |
//!
//! The third line is the one that remains. The server gives the new tokens to one process, once, so no client can close
//! it: programs that have to survive it keep a way to sign in.
//!
//! # When a process is slow
//!
//! A lock in Redis is a lease, since nothing else would free it from a process that is gone. A process that sleeps for
//! longer than its lease may wake up with new tokens in its hands after another one has renewed the session: each
//! lock has a number, and what was written under a higher one is not overwritten. The process then takes what it finds.
//!
//! # What is in it
//!
//! The tokens themselves: whoever can read the store can use the session. A store is for one session; which user of
//! which server that is, is for you to say by its path or key.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

pub(crate) mod change;
mod erased;
mod file;
#[cfg(feature = "redis")]
mod redis;
mod session;
mod waiting;

pub(crate) use self::change::{Change, Written, write};
pub(crate) use self::erased::{AnyLock, AnyStore};
pub use self::file::{FileLock, FileTokenStore};
#[cfg(feature = "redis")]
pub use self::redis::{RedisLock, RedisTokenStore};
pub(crate) use self::session::Lineage;
pub use self::session::StoredSession;
use self::waiting::runtime;
pub(crate) use self::waiting::{Turn, lock, lock_unless, unlock};

/// A place for one session, and a lock around it.
///
/// [`FileTokenStore`] is one for the processes of a machine, and `RedisTokenStore` (feature `redis`) one for those of
/// several. The client decides what is written when, see [the module](self); an implementation only has to keep its
/// promises:
///
/// ```
/// use std::sync::Arc;
///
/// use qelos_client::store::{Saved, StoreError, StoreLock, StoredSession, TokenStore};
/// use tokio::sync::{Mutex, OwnedMutexGuard};
///
/// /// For clients in one process that do not share a session otherwise.
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
///         let held = self.lock.clone().try_lock_owned().ok();
///         Ok(held.map(|held| InMemoryLock { kept: self.kept.clone(), _held: held }))
///     }
/// }
///
/// struct InMemoryLock {
///     kept: Arc<std::sync::Mutex<Option<StoredSession>>>,
///     _held: OwnedMutexGuard<()>,
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
pub trait TokenStore: Send + Sync + 'static {
    /// The lock, while it is held.
    type Lock: StoreLock;

    /// What is there now: what was saved last, whole, or nothing. Works without the lock.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is not a session.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future must change nothing.
    fn load(&self) -> impl Future<Output = Result<Option<StoredSession>, StoreError>> + Send;

    /// Takes the lock; `None` when somebody else has it, in this process or another. The client waits and tries again.
    ///
    /// A lock that is dropped, also with its process, has to become free again by itself.
    ///
    /// # Errors
    ///
    /// When it is impossible to say.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave the lock taken for as long as a lock that is dropped.
    fn try_lock(&self) -> impl Future<Output = Result<Option<Self::Lock>, StoreError>> + Send;
}

/// The lock of a [`TokenStore`]: only whoever holds it writes.
pub trait StoreLock: Send + 'static {
    /// Replaces `expected` by `session`, where `None` stands for an empty store. When something else is there by now, because
    /// the lock was lost on the way, nothing changes and [`Saved::Superseded`] is returned. Two records are the same when their
    /// [versions](StoredSession::version) are.
    ///
    /// The comparison and the write are one atomic step. The record is written whole or not at all, and is still there after the
    /// machine goes down.
    ///
    /// # Errors
    ///
    /// When it cannot be written. What was there stays.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves either what was there or what was to be written.
    fn save(
        &mut self,
        expected: Option<&StoredSession>,
        session: Option<&StoredSession>,
    ) -> impl Future<Output = Result<Saved, StoreError>> + Send;

    /// Lets go of the lock.
    ///
    /// # Errors
    ///
    /// When somebody else has to wait for longer now.
    ///
    /// # Cancel safety
    ///
    /// As when the lock is dropped.
    fn unlock(self) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// What became of a session that was to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is in the store.
    Kept,
    /// Something else than what was expected is in the store: the lock was lost, and another process has written since. The
    /// store is unchanged.
    Superseded,
}

/// A store could not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    message: Arc<str>,
}

impl StoreError {
    /// Says what went wrong, and where; nothing of what is in the store.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string().into() }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for StoreError {}

/// A clone of the handle is the same store.
impl<S: TokenStore> TokenStore for Arc<S> {
    type Lock = S::Lock;

    fn load(&self) -> impl Future<Output = Result<Option<StoredSession>, StoreError>> + Send {
        (**self).load()
    }

    fn try_lock(&self) -> impl Future<Output = Result<Option<Self::Lock>, StoreError>> + Send {
        (**self).try_lock()
    }
}
