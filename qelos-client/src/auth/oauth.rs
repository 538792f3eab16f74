//! OAuth sessions: an access token, and a refresh token that renews it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use qelos_spec::api::{OAuthSignIn, RefreshTokens};
use qelos_spec::wire::Tokens;
use qelos_spec::{ExposeSecret, Timestamp, WorkspaceId};
use tokio::sync::watch;

use crate::auth::held::Held;
use crate::auth::refresh::{Edition, Lost, Perishable, Refresher};
use crate::auth::renewal::Renewal;
use crate::auth::{Authorization, Credential, CredentialKind, Stamp};
use crate::connection::Connection;
use crate::error::{Error, Kind};
use crate::store::{AnyLock, AnyStore, Change, StoreError, StoredSession, Written, lock, origin_of, unlock, write};
use crate::transport::Transport;

#[cfg(test)]
mod model;

/// An access token, renewed with its refresh token before it expires and when the server refuses it: once for all who
/// wait. The session is shared by all clones, and through a [store](crate::store) by other processes.
#[derive(Clone)]
pub struct OAuth {
    session: Arc<Refresher<Held, Error>>,
    /// How to begin a new session when this one cannot be renewed: for all who share it, whoever says so.
    again: Arc<Mutex<Option<Arc<OAuthSignIn>>>>,
    /// The workspace that was asked for. The session does not go on in another one.
    workspace: Option<WorkspaceId>,
}

impl OAuth {
    /// Tokens the server has just issued.
    pub(crate) fn issued(tokens: Tokens, workspace: Option<WorkspaceId>, now: Timestamp) -> Self {
        Self::new(Held::issued(tokens, now), workspace)
    }

    /// Tokens the server has just issued to a user who has signed in with this name.
    pub(crate) fn signed_in(tokens: Tokens, username: &str, workspace: Option<WorkspaceId>, now: Timestamp) -> Self {
        Self::new(Held::issued(tokens, now).signed_in_as(username), workspace)
    }

    /// Tokens from an earlier run.
    pub(crate) fn from_tokens(tokens: Tokens) -> Self {
        Self::new(Held::from_tokens(tokens), None)
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
        Self::new(Held::from_store(stored, store), workspace)
    }

    fn new(held: Held, workspace: Option<WorkspaceId>) -> Self {
        Self { session: Refresher::new(held), again: Arc::default(), workspace }
    }

    /// Signs in with these when the session cannot be renewed, or not in the workspace it is in now.
    pub(crate) fn or_again(self, mut sign_in: OAuthSignIn) -> Self {
        let now = self.session.current().ok();
        let now_in = || now.as_ref()?.value.workspace();
        sign_in.workspace = sign_in.workspace.or(self.workspace).or_else(now_in);
        if now.as_ref().is_some_and(|now| now.value.store.is_some() && !now.value.has_login()) {
            tracing::warn!(login = %sign_in.username, "the session in the token store does not say who has signed in: it is taken for one of this user, until the client signs in again");
        }
        *self.again() = Some(Arc::new(sign_in));
        self
    }

    /// Shares the session through a store from now on, in place of whatever is in there.
    pub(crate) async fn keep_in<T: Transport>(
        &self,
        store: Arc<dyn AnyStore>,
        connection: &Connection<T>,
    ) -> Result<(), Error> {
        loop {
            // A renewal under way may wait for the lock itself, so it has the right of way.
            self.session.settled().await;
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
        let Edition { value, generation } = self.session.current()?;
        let value = up_to_date(value).await?;
        let origin = origin_of(connection.base_url());
        let (value, change) = value.kept_in(Arc::clone(store), before, &origin, self.workspace)?;
        if let Some(change) = change
            && let Written::Not(_) = write(&**store, lock, &change).await?
        {
            return Ok(Replaced::Superseded);
        }
        let tied = self.session.replace(Edition { value, generation })?;
        Ok(if tied { Replaced::Kept } else { Replaced::Renewing })
    }

    pub(crate) fn tokens(&self) -> Result<Tokens, Error> {
        self.session.current().map(|edition| edition.value.tokens)
    }

    pub(crate) fn changes(&self) -> TokenChanges {
        TokenChanges { session: Arc::downgrade(&self.session), generations: self.session.generations() }
    }

    /// The tokens after the one now in use.
    pub(crate) async fn refresh<T: Transport>(&self, connection: &Connection<T>) -> Result<Tokens, Error> {
        let now_in_use = *self.session.generations().borrow();
        self.renewed(now_in_use, connection).await.map(|edition| edition.value.tokens)
    }

    /// Ends the session, for every client that shares it from the first poll on.
    pub(crate) async fn end(&self) -> Result<Ended, Error> {
        let last = self.session.end(Error::new(Kind::SessionEnded("it was signed out", None))).await?;
        let (last, lock) = match last.store.clone() {
            Some(store) => remove_from(&*store, last).await,
            None => (last, Ok(None)),
        };
        let renewal = RefreshTokens { refresh: last.tokens.refresh.clone() };
        Ok(Ended { proof: proof(&last.tokens)?, renewal, lock })
    }

    async fn renewed<T: Transport>(&self, stale: u64, connection: &Connection<T>) -> Result<Edition<Held>, Error> {
        let renewal = self.renewal(connection);
        self.session.renew(stale, connection, |held| renewal.run(held)).await
    }

    fn renewal<T: Transport>(&self, connection: &Connection<T>) -> Renewal<T> {
        Renewal { connection: connection.clone(), again: self.again().clone(), workspace: self.workspace }
    }

    fn again(&self) -> MutexGuard<'_, Option<Arc<OAuthSignIn>>> {
        self.again.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Credential for OAuth {
    fn kind(&self) -> CredentialKind {
        CredentialKind::OAuth
    }

    async fn authorize<T: Transport>(&self, connection: &Connection<T>) -> Result<Option<Authorization>, Error> {
        let renewal = self.renewal(connection);
        authorization(&self.session.fresh(connection, |held| renewal.run(held)).await?).map(Some)
    }

    async fn renew<T: Transport>(
        &self,
        refused: &Authorization,
        connection: &Connection<T>,
    ) -> Result<Option<Authorization>, Error> {
        authorization(&self.renewed(refused.generation, connection).await?).map(Some)
    }
}

fn authorization(edition: &Edition<Held>) -> Result<Authorization, Error> {
    Ok(Authorization { stamp: stamp(&edition.value.tokens)?, generation: edition.generation })
}

fn stamp(tokens: &Tokens) -> Result<Stamp, Error> {
    Stamp::bearer(tokens.access.expose_secret())
        .map_err(|_| Error::config("the access token holds a character that no header may hold"))
}

/// A session that is over here, and what is left to do about it.
pub(crate) struct Ended {
    /// The newest proof, for the last request.
    pub(crate) proof: Authorization,
    /// Brings a newer one, when the server does not take that any more.
    pub(crate) renewal: RefreshTokens,
    /// Nobody else renews the session as long as this is held; or why it is still in its store.
    lock: Result<Option<Box<dyn AnyLock>>, StoreError>,
}

impl Ended {
    /// Lets others use the store.
    pub(crate) async fn leave_store(self) -> Result<(), Error> {
        if let Some(lock) = self.lock? {
            unlock(lock).await;
        }
        Ok(())
    }
}

/// The last request of a session in its own right.
pub(crate) fn proof(tokens: &Tokens) -> Result<Authorization, Error> {
    Ok(Authorization { stamp: stamp(tokens)?, generation: 0 })
}

/// The newest tokens of a session that is in a store already, where others may have renewed it. A session may be taken from one
/// store to another because the first cannot be read any more.
async fn up_to_date(held: Held) -> Result<Held, StoreError> {
    let Some(store) = &held.store else { return Ok(held) };
    match store.load().await {
        Ok(Some(stored)) if !held.is_newer_than(Some(&stored)) => Ok(held.after(stored)?.in_place_of(&held)),
        Ok(_) => Ok(held),
        Err(error) => {
            tracing::warn!(%error, "whether others have renewed the session in its token store cannot be told");
            Ok(held)
        }
    }
}

/// What a store has, if that is a session of the server behind this connection.
pub(crate) async fn load<T: Transport>(
    store: &dyn AnyStore,
    connection: &Connection<T>,
) -> Result<Option<StoredSession>, Error> {
    let stored = store.load().await?;
    if let Some(stored) = &stored {
        stored.check_origin(&origin_of(connection.base_url()))?;
    }
    Ok(stored)
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

/// Takes a session out of its store: the newest tokens, which may be those of another process, and the lock. A session that
/// was begun in its place is another one, and stays.
async fn remove_from(store: &dyn AnyStore, last: Held) -> (Held, Result<Option<Box<dyn AnyLock>>, StoreError>) {
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

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = self.session.current();
        let expires_at = current.as_ref().map(|edition| edition.value.expires_at()).ok();
        f.debug_struct("OAuth")
            .field("expires_at", &expires_at)
            .field("ended", &current.is_err())
            .finish_non_exhaustive()
    }
}

/// The changes of a session's tokens, for applications that keep them in a place of their own: from
/// [`Client::token_changes`](crate::Client::token_changes).
pub struct TokenChanges {
    /// Waiting for changes keeps no session alive.
    session: Weak<Refresher<Held, Error>>,
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
        Some(self.session.upgrade()?.current().map(|edition| edition.value.tokens))
    }
}

impl fmt::Debug for TokenChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenChanges").finish_non_exhaustive()
    }
}

impl From<Lost> for Error {
    fn from(lost: Lost) -> Self {
        Self::config(match lost {
            Lost::NoRuntime => "renewing a token needs a tokio runtime, and this call is made outside of one",
            Lost::Abandoned => "the task that renews the token was stopped before it was done",
        })
    }
}
