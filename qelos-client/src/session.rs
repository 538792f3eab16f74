//! The engine of sessions: one token set for all clones, renewed once for all, and kept in a store that other processes share.
//!
//! Knows no server. How tokens are renewed there is said by a [`Scheme`](renewal::Scheme); when and by which process, is decided
//! here.

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
use crate::error::{Error, Kind};
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
    /// The workspace that was asked for, which the record in a store says.
    workspace: Option<WorkspaceId>,
    /// The lock of its store, while a renewal holds it.
    lock: Arc<LockInUse>,
    pending: Pending,
}

impl TokenSession {
    pub(crate) fn new(tokens: TokenSet, workspace: Option<WorkspaceId>) -> Self {
        Self { tokens: SingleFlight::new(tokens), workspace, lock: Arc::default(), pending: Pending::default() }
    }

    /// The session in a store, if there is one, and if it is one of the server behind this connection.
    pub(crate) async fn restore<T: Transport>(
        store: Arc<dyn AnyStore>,
        connection: &Connection<T>,
    ) -> Result<Option<Self>, Error> {
        let stored = load(&*store, connection).await?;
        Ok(stored.map(|stored| Self::from_store(stored, store)))
    }

    /// A session that was found in a store.
    pub(crate) fn from_store(stored: StoredSession, store: Arc<dyn AnyStore>) -> Self {
        let workspace = stored.workspace;
        Self::new(TokenSet::from_store(stored, store), workspace)
    }

    /// The workspace that was asked for.
    pub(crate) fn workspace(&self) -> Option<WorkspaceId> {
        self.workspace
    }

    /// The newest tokens, or why there will be no more.
    pub(crate) fn current(&self) -> Result<TokenSet, Error> {
        self.tokens.current().map(|version| version.value)
    }

    /// The generation of the newest tokens.
    pub(crate) fn generation(&self) -> u64 {
        *self.tokens.generations().borrow()
    }

    pub(crate) fn changes(&self) -> TokenChanges {
        TokenChanges { tokens: Arc::downgrade(&self.tokens), generations: self.tokens.generations() }
    }

    /// Tokens that are good now: the newest ones, or the next if their time has come.
    pub(crate) async fn fresh<S: Scheme, T: Transport>(
        &self,
        connection: &Connection<T>,
        scheme: impl FnOnce() -> S,
    ) -> Result<Versioned<TokenSet>, Error> {
        let fetch = |tokens, progress| self.renewal(connection, scheme(), progress).run(tokens);
        self.tokens.fresh(connection, fetch).await
    }

    /// Tokens after those of this generation.
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

    /// Marks an operation as pending that must not be cut off by the end of the program.
    pub(crate) fn begin_operation(&self) -> pending::Operation {
        self.pending.begin()
    }

    /// Waits for what is pending, and writes tokens that could not be written when they came.
    pub(crate) async fn settled(&self) -> Result<(), Error> {
        self.pending.idle().await;
        self.tokens.settled().await?;
        self.write_unsaved().await
    }

    /// As the next renewal would.
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

/// Keeping a session in a store, and taking it out.
impl TokenSession {
    /// Shares the session through a store from now on, in place of whatever is in there.
    pub(crate) async fn keep_in<T: Transport>(
        &self,
        store: Arc<dyn AnyStore>,
        connection: &Connection<T>,
    ) -> Result<(), Error> {
        let _pending = self.begin_operation();
        loop {
            // A renewal under way may wait for the lock itself, so it has the right of way.
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
        const WHY: &str = "another process has written a session of its own at the same time";
        let before = load(&**store, connection).await?;
        match self.replace(before, store, lock, connection).await? {
            Replaced::Kept => Ok(true),
            Replaced::Renewing => Ok(false),
            Replaced::Superseded => Err(StoreError::new(WHY).into()),
        }
    }

    /// Puts the session in the place of what was in the store before, absence included. It is written first, so that a session
    /// which cannot be kept goes on as it was.
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

    /// Ends the session, for every client that shares it from the first poll on.
    pub(crate) async fn end(&self) -> Result<Ended, Error> {
        let last = self.tokens.end(Error::new(Kind::SessionEnded("it was signed out", None))).await?;
        let (last, lock) = match last.store.clone() {
            Some(store) => remove_from(&*store, last).await,
            None => (last, Ok(None)),
        };
        Ok(Ended { tokens: last.tokens, lock })
    }
}

/// A session that is over here, and what is left to do about it.
pub(crate) struct Ended {
    /// The newest tokens, for the last request.
    pub(crate) tokens: Tokens,
    /// No other process renews the session as long as this is held; or why it is still in its store.
    lock: Result<Option<Box<dyn AnyLock>>, StoreError>,
}

impl Ended {
    /// Lets other processes use the store.
    pub(crate) async fn leave_store(self) -> Result<(), Error> {
        if let Some(lock) = self.lock? {
            unlock(lock).await;
        }
        Ok(())
    }
}

/// What came of putting a session into a store.
pub(crate) enum Replaced {
    /// It is there, and renewed through the store from now on.
    Kept,
    /// A renewal has begun meanwhile: something else is to be kept.
    Renewing,
    /// Another process has written since the store was looked at.
    Superseded,
}

/// What a store has, if that is a session of the server behind this connection.
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

/// The newest tokens of a session that is in a store already, where another process may have renewed it. A session may be taken
/// from one store to another because the first cannot be read any more.
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

/// Takes a session out of its store: the newest tokens, which may be those of another process, and the lock. A session that
/// was begun in its place is another one, and stays.
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

/// The changes of a session's tokens, for applications that keep them in a place of their own: from
/// [`Client::token_changes`](crate::Client::token_changes).
pub struct TokenChanges {
    /// Waiting for changes keeps no session alive.
    tokens: Weak<SingleFlight<TokenSet, Error>>,
    generations: watch::Receiver<u64>,
}

impl TokenChanges {
    /// Waits for the next change: the tokens from now on, or the error with which the session has ended. `None` when
    /// no client is left that could change them.
    ///
    /// Changes that come faster than they are asked for are skipped, but never the last one.
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
    /// Dropping the future loses nothing: the change is told next time.
    pub async fn next(&mut self) -> Option<Result<Tokens, Error>> {
        self.generations.changed().await.ok()?;
        Some(self.tokens.upgrade()?.current().map(|version| version.value.tokens))
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
                "the tokio runtime that renewed the token was stopped before it was done; the next call renews it"
            }
            TaskLost::Stalled => {
                "the tokio runtime that renews the token does not run: drive it, or make the calls on one that runs"
            }
        })
    }
}
