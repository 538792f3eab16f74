//! The engine of sessions: all clones share one token set, each renewal is made once for all of them, and a store
//! shares it with other processes.
//!
//! This module decides when a session is renewed, and by which process. A [`Scheme`](renewal::Scheme) knows how a
//! server renews tokens.

use std::fmt;
use std::sync::{Arc, Weak};

use qelos_spec::WorkspaceId;
use qelos_spec::wire::Tokens;
use tokio::sync::watch;

use self::pending::Pending;
use self::renewal::{Renewal, Scheme};
use self::single_flight::{Progress, SingleFlight, TaskLost, Versioned};
use self::store::{AnyLock, AnyStore, Change, LockInUse, StoreError, StoredSession, Written, lock, unlock, write};
use self::token_set::TokenSet;
use crate::connection::Connection;
use crate::error::Error;
use crate::transport::Transport;

pub(crate) mod claims;
pub(crate) mod pending;
pub(crate) mod person;
pub(crate) mod renewal;
pub(crate) mod single_flight;
pub mod store;
pub(crate) mod token_set;

/// A session of tokens. Its clones are the same session.
#[derive(Clone)]
pub(crate) struct TokenSession {
    tokens: Arc<SingleFlight<TokenSet, Error>>,
    /// The workspace that the sign-in asked for. The record in a store repeats it.
    workspace: Option<WorkspaceId>,
    /// The lock of the store, while a renewal holds it.
    lock: Arc<LockInUse>,
    pending: Pending,
}

impl TokenSession {
    pub(crate) fn new(tokens: TokenSet, workspace: Option<WorkspaceId>) -> Self {
        Self { tokens: SingleFlight::new(tokens), workspace, lock: Arc::default(), pending: Pending::default() }
    }

    /// The session in a store, or `None` for an empty store. A session of another server is an error.
    pub(crate) async fn restore<T: Transport>(
        store: Arc<dyn AnyStore>,
        connection: &Connection<T>,
    ) -> Result<Option<Self>, Error> {
        let stored = load(&*store, connection).await?;
        Ok(stored.map(|stored| Self::from_store(stored, store)))
    }

    /// The session of a record that was loaded from a store.
    pub(crate) fn from_store(stored: StoredSession, store: Arc<dyn AnyStore>) -> Self {
        let workspace = stored.workspace;
        Self::new(TokenSet::from_store(stored, store), workspace)
    }

    /// The workspace that the sign-in asked for.
    pub(crate) fn workspace(&self) -> Option<WorkspaceId> {
        self.workspace
    }

    /// The newest tokens, or the reason why the session has ended.
    pub(crate) fn current(&self) -> Result<TokenSet, Error> {
        self.tokens.current().map(|version| version.value)
    }

    /// The generation of the newest token set.
    pub(crate) fn generation(&self) -> u64 {
        *self.tokens.generations().borrow()
    }

    pub(crate) fn changes(&self) -> TokenChanges {
        TokenChanges { tokens: Arc::downgrade(&self.tokens), generations: self.tokens.generations() }
    }

    /// Tokens that are valid now: the newest ones, or the next ones if it is time to renew them.
    pub(crate) async fn fresh<S: Scheme, T: Transport>(
        &self,
        connection: &Connection<T>,
        scheme: impl FnOnce() -> S,
    ) -> Result<Versioned<TokenSet>, Error> {
        let fetch = |tokens, progress| self.renewal(connection, scheme(), progress).run(tokens);
        self.tokens.fresh(connection, fetch).await
    }

    /// A newer token set than the one of the `outdated` generation.
    pub(crate) async fn renewed<S: Scheme, T: Transport>(
        &self,
        outdated: u64,
        connection: &Connection<T>,
        scheme: impl FnOnce() -> S,
    ) -> Result<Versioned<TokenSet>, Error> {
        let fetch = |tokens, progress| self.renewal(connection, scheme(), progress).run(tokens);
        self.tokens.renew(outdated, connection, fetch).await
    }

    fn renewal<S: Scheme, T: Transport>(
        &self,
        connection: &Connection<T>,
        scheme: S,
        progress: Progress,
    ) -> Renewal<S, T> {
        let (connection, lock) = (connection.clone(), Arc::clone(&self.lock));
        Renewal { scheme, connection, workspace: self.workspace, lock, progress }
    }

    /// Counts an operation as pending until the returned guard is dropped: [`settled`](Self::settled) waits for it.
    pub(crate) fn begin_operation(&self) -> pending::Operation {
        self.pending.begin()
    }

    /// Waits for pending operations and renewals. Then writes tokens that the store could not take before.
    pub(crate) async fn settled(&self) -> Result<(), Error> {
        self.pending.idle().await;
        self.tokens.settled().await?;
        self.write_unsaved().await
    }

    /// Writes tokens to the store whose first write failed.
    async fn write_unsaved(&self) -> Result<(), Error> {
        let Ok(Versioned { value, generation }) = self.tokens.current() else { return Ok(()) };
        let (Some(store), Some(change)) = (value.store.clone(), value.unsaved()) else { return Ok(()) };
        let mut lock = lock(&*store).await?;
        let written = write(&*store, &mut *lock, change).await;
        unlock(lock).await;
        if let Written::Over(_) = written? {
            self.tokens.replace(Versioned { value: value.saved(), generation })?;
        }
        Ok(())
    }
}

/// Putting a session into a store, and removing it.
impl TokenSession {
    /// Shares the session through a store from now on. It replaces the record in the store.
    pub(crate) async fn keep_in<T: Transport>(
        &self,
        store: Arc<dyn AnyStore>,
        connection: &Connection<T>,
    ) -> Result<(), Error> {
        let _pending = self.begin_operation();
        loop {
            // A renewal may be waiting for the same lock: let it finish first.
            self.tokens.settled().await?;
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
        let before = load(&**store, connection).await?;
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
        let Versioned { value, generation } = self.tokens.current()?;
        let origin = connection.base_url().origin();
        let value = up_to_date(value, &origin).await?;
        let (value, change) = value.kept_in(Arc::clone(store), before, &origin, self.workspace)?;
        if let Some(change) = change
            && let Written::Not(_) = write(&**store, lock, &change).await?
        {
            return Ok(Replaced::Superseded);
        }
        let tied = self.tokens.replace(Versioned { value, generation })?;
        Ok(if tied { Replaced::Kept } else { Replaced::Renewing })
    }

    /// Ends the session at the first poll, for every client that shares it.
    pub(crate) async fn end(&self) -> Result<Ended, Error> {
        let last = self.tokens.end(Error::session_ended("it was signed out")).await?;
        let (last, lock) = match last.store.clone() {
            Some(store) => remove_from(&*store, last).await,
            None => (last, Ok(None)),
        };
        Ok(Ended { tokens: Tokens::clone(&last.tokens), lock })
    }
}

/// A session that has ended in this process, and the lock of its store.
pub(crate) struct Ended {
    /// The newest tokens, for the request that signs out.
    pub(crate) tokens: Tokens,
    /// While this is held, no other process renews the session. An error says why the session is still in its store.
    lock: Result<Option<Box<dyn AnyLock>>, StoreError>,
}

impl Ended {
    /// Releases the lock of the store.
    pub(crate) async fn leave_store(self) -> Result<(), Error> {
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

/// The record in a store. A record of another server is an error.
pub(crate) async fn load<T: Transport>(
    store: &dyn AnyStore,
    connection: &Connection<T>,
) -> Result<Option<StoredSession>, Error> {
    let stored = store.load().await?;
    if let Some(stored) = &stored {
        stored.check_origin(&connection.base_url().origin())?;
    }
    Ok(stored)
}

/// The newest tokens of a session that is already in a store: another process may have renewed it there. A store that
/// cannot be read is not an error here, because that may be the reason why the session moves to another store.
async fn up_to_date(tokens: TokenSet, origin: &str) -> Result<TokenSet, StoreError> {
    let Some(store) = &tokens.store else { return Ok(tokens) };
    match store.load().await {
        Ok(Some(stored)) if !tokens.is_newer_than(Some(&stored)) => {
            stored.check_origin(origin)?;
            Ok(tokens.after(stored)?.in_place_of(&tokens))
        }
        Ok(_) => Ok(tokens),
        Err(error) => {
            tracing::warn!(%error, "the token store cannot be read: another process may have renewed the session in it");
            Ok(tokens)
        }
    }
}

/// Removes a session from its store. Returns the newest tokens, which another process may have written, and the lock. A
/// session that has replaced this one has another lineage, and stays in the store.
async fn remove_from(store: &dyn AnyStore, last: TokenSet) -> (TokenSet, Result<Option<Box<dyn AnyLock>>, StoreError>) {
    let mut lock = match lock(store).await {
        Ok(lock) => lock,
        Err(error) => return (last, Err(error)),
    };
    match write(store, &mut *lock, &Change::SignOut(last.lineage().clone())).await {
        Ok(Written::Over(removed)) => {
            let newest = removed.and_then(|removed| last.after(removed).ok()).filter(|newest| newest.replaces(&last));
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
pub struct TokenChanges {
    /// Weak, so that waiting for changes does not keep the session alive.
    tokens: Weak<SingleFlight<TokenSet, Error>>,
    generations: watch::Receiver<u64>,
}

impl TokenChanges {
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
    pub async fn next(&mut self) -> Option<Result<Tokens, Error>> {
        self.generations.changed().await.ok()?;
        Some(self.tokens.upgrade()?.current().map(|version| Tokens::clone(&version.value.tokens)))
    }
}

impl fmt::Debug for TokenChanges {
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
