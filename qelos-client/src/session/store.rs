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
//! # Whose session it is
//!
//! A store is for one session, and the record says whose: the server it belongs to, and the user.
//!
//! * *The server* is scheme, host, port and prefix. A client of another one refuses the record with an error that names both; it
//!   sends nothing and overwrites nothing. A changed `QELOS_URL` sends no token elsewhere.
//! * *The user* is the name that was signed in with, as it is sent, and the id in the tokens where they say it. A running client
//!   never becomes another user: it goes on with a session that was put in the place of its own only if that is one of the
//!   same user. Otherwise its calls fail, from when its access token has expired, with an error that names both users; neither
//!   session overwrites the other. Signing in again with another name ([`sign_in_again_with`](crate::Client::sign_in_again_with))
//!   is refused as well, when it would be done and before it is sent, and so is a sign-in that brings another id.
//! * A session that was taken up from tokens ([`with_tokens`](crate::Client::with_tokens)) has no name of a user. It is taken for
//!   one of any user, with a warning where a name is expected, until the client signs in again.
//! * A new session takes the place of another user's: one that is kept ([`keep_in`](crate::Client::keep_in)) after a sign-in, and
//!   that of a program whose [`Environment`](crate::Environment) names another user than the store. That is how a program
//!   changes its user. Programs for two users that share a store by mistake find out when they renew their sessions.
//!
//! A program that calls [`restore`](crate::Client::restore) itself gets the session that is there, whoever its user is, and can
//! ask the record before: [`StoredSession::login`].
//!
//! # Replicas
//!
//! The processes of one machine share a file, replicas on several machines a Redis server (feature `redis`); anything else
//! with a lock is a [`TokenStore`] of your own. All of them run the code above. When the store is still empty, each may sign in
//! for itself: the last one to write wins, and the others find its session when they renew theirs. Programs that take their
//! user from the [`Environment`](crate::Environment) sign in one after the other, and share the session of the first. Each
//! process draws its own moment in the last minute of a token, so that they do not all come at once; the later ones find the work
//! done.
//!
//! Signing out removes the session from the store and revokes its newest refresh token, whichever process has renewed it. No
//! process puts the record back. The others notice when they renew the session: it has ended, or they sign in again if they were
//! told to. A session that was begun in the place of the one that is signed out is another session, and stays.
//!
//! # What replaces what
//!
//! Each session has a *lineage*, drawn when it is put into the store; its tokens are numbered. A lock can be lost at any moment,
//! so that it only saves work. What keeps the record right is that each write is compared with what is stored, in one step:
//!
//! | written | replaces |
//! |---|---|
//! | tokens | older tokens of the same lineage; of two with the same number, the first stays |
//! | the mark that a renewal has begun, or its removal | the same tokens, or older ones of the same lineage |
//! | a new session: of a sign-in, also of one in place of a renewal, and of [`keep_in`](crate::Client::keep_in) | the tokens, or the empty store, that were there when it was begun |
//! | a sign-out | the same lineage |
//!
//! What may not be written is dropped, and the process goes on with what it finds.
//!
//! # When a process ends
//!
//! A renewal is a task of its own: it goes on when the call that began it is given up, but not when the runtime ends. So a program
//! that ends, also on a signal, first stops taking work and then waits for [`settled`](crate::Client::settled).
//!
//! # When a process is killed
//!
//! | in the middle of | what the others find | what they do |
//! |---|---|---|
//! | waiting, or just after taking the lock | the lock is free, or its lease runs out | renew the session |
//! | the refresh, before the server has seen it | the mark, and a refresh token that is still good | renew the session |
//! | the refresh, after the server has exchanged the tokens | the mark, and a refresh token that is used up | sign in again if they may ([`sign_in_again_with`](crate::Client::sign_in_again_with)); otherwise the session has ended, with an error that says why |
//! | writing the new tokens | either the old ones, as above, or the new ones | |
//! | signing in again, before the new session is written | the mark, and the session before | as above; the new one stays on the server, unused |
//! | signing out | the session, or none | renew it, or find that it has ended |
//!
//! The third line is the one that remains. The server gives the new tokens to one process, once, so no client can close
//! it: programs that have to survive it keep a way to sign in.
//!
//! # When a process is slow
//!
//! A lock in Redis is a lease, since nothing else would free it from a process that is gone. A process that sleeps for
//! longer than its lease may wake up with new tokens in its memory when another one has taken the lock over:
//!
//! * *The other has only marked the record.* The new tokens replace it. The other is refused by the server, looks into the store
//!   again, and finds them.
//! * *The other was refused, and has given up.* The new tokens are written nevertheless. To the other the session seems to have
//!   ended; it looks again after a minute.
//! * *The other has signed in again, or out.* The new tokens are dropped, and the process goes on with the new session, or finds
//!   that it has ended.
//!
//! A store that is away delays a renewal for half a minute at most, then the renewal fails. Until the access token expires, calls
//! go on with it.
//!
//! # What is in it
//!
//! The tokens themselves: whoever can read the store can use the session. The name of the user and the server are in it too.

use std::future::Future;
use std::sync::Arc;

pub(crate) mod change;
mod erased;
mod error;
mod file;
#[cfg(feature = "redis")]
mod redis;
mod session;
mod waiting;

pub(crate) use self::change::{Change, Written, write};
pub(crate) use self::erased::{AnyLock, AnyStore};
pub use self::error::StoreError;
pub use self::file::{FileLock, FileTokenStore};
#[cfg(feature = "redis")]
pub use self::redis::{RedisLock, RedisTokenStore};
pub(crate) use self::session::Lineage;
pub use self::session::StoredSession;
pub(crate) use self::waiting::{LockInUse, LockOutcome, lock, lock_unless, unlock};

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

/// The lock of a [`TokenStore`]. Only its holder writes; a holder that has lost it without noticing writes as well, which is why
/// each write is compared with what is stored.
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
