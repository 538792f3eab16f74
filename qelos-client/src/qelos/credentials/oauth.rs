//! OAuth sessions: an access token, and a refresh token that renews it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use qelos_spec::api::{OAuthSignIn, RefreshTokens};
use qelos_spec::wire::Tokens;
use qelos_spec::{ExposeSecret, SecretString, Timestamp, WorkspaceId};
use tokio::sync::watch;

use crate::auth::held::Held;
use crate::auth::refusal::verdict_of_qelos;
use crate::auth::renewal::Renewal;
use crate::auth::single_flight::{Perishable, Progress, SingleFlight, TaskLost, Versioned};
use crate::auth::under_way::UnderWay;
use crate::auth::{Authorization, Credential, CredentialKind, Evidence, Probe, Refusal, Refused, Stamp, Verdict};
use crate::call::limits::Limits;
use crate::connection::Connection;
use crate::error::{Error, Kind};
use crate::store::{AnyLock, AnyStore, Change, LockInUse, StoreError, StoredSession, Written, lock, unlock, write};
use crate::transport::Transport;

#[cfg(test)]
mod model;

/// An access token, renewed with its refresh token before it expires and when the server refuses it: once for all who
/// wait. The session is shared by all clones, and through a [store](crate::store) by other processes.
#[derive(Clone)]
pub struct OAuth {
    session: Arc<SingleFlight<Held, Error>>,
    /// How to begin a new session when this one cannot be renewed: for all who share it, whoever says so.
    again: Arc<Mutex<Option<Arc<OAuthSignIn>>>>,
    /// The workspace that was asked for. The session does not go on in another one.
    workspace: Option<WorkspaceId>,
    evidence: Arc<Evidence>,
    /// The lock of its store, while a renewal holds it.
    lock: Arc<LockInUse>,
    pub(crate) under_way: UnderWay,
}

/// How old the roles in an access token have to be before they are renewed for the sake of a permission.
const OLD_ROLES: Duration = Duration::from_mins(1);

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
        Self {
            session: SingleFlight::new(held),
            again: Arc::default(),
            workspace,
            evidence: Arc::default(),
            lock: Arc::default(),
            under_way: UnderWay::default(),
        }
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
        let _under_way = self.under_way.begin();
        loop {
            // A renewal under way may wait for the lock itself, so it has the right of way.
            self.session.settled().await?;
            let mut lock = lock(&*store).await?;
            let done = self.put_into(&store, &mut *lock, connection).await;
            unlock(lock).await;
            if done? {
                return Ok(());
            }
        }
    }

    /// Writes tokens that could not be written when they came, as the next renewal would.
    async fn write_unsaved(&self) -> Result<(), Error> {
        let Ok(Versioned { value, generation }) = self.session.current() else { return Ok(()) };
        let (Some(store), Some(change)) = (value.store.clone(), value.unsaved()) else { return Ok(()) };
        let mut lock = lock(&*store).await?;
        let written = write(&*store, &mut *lock, change).await;
        unlock(lock).await;
        if let Written::Over(_) = written? {
            self.session.replace(Versioned { value: value.saved(), generation })?;
        }
        Ok(())
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
        let Versioned { value, generation } = self.session.current()?;
        let origin = connection.base_url().origin();
        let value = up_to_date(value, &origin).await?;
        let (value, change) = value.kept_in(Arc::clone(store), before, &origin, self.workspace)?;
        if let Some(change) = change
            && let Written::Not(_) = write(&**store, lock, &change).await?
        {
            return Ok(Replaced::Superseded);
        }
        let tied = self.session.replace(Versioned { value, generation })?;
        Ok(if tied { Replaced::Kept } else { Replaced::Renewing })
    }

    pub(crate) fn tokens(&self) -> Result<Tokens, Error> {
        self.session.current().map(|version| version.value.tokens)
    }

    pub(crate) fn changes(&self) -> TokenChanges {
        TokenChanges { session: Arc::downgrade(&self.session), generations: self.session.generations() }
    }

    /// The tokens after the one now in use.
    pub(crate) async fn refresh<T: Transport>(
        &self,
        connection: &Connection<T>,
        limits: Limits,
    ) -> Result<Tokens, Error> {
        let now_in_use = *self.session.generations().borrow();
        self.renewed(now_in_use, connection, limits).await.map(|version| version.value.tokens)
    }

    /// Ends the session, for every client that shares it from the first poll on.
    pub(crate) async fn end(&self) -> Result<Ended, Error> {
        let last = self.session.end(Error::new(Kind::SessionEnded("it was signed out", None))).await?;
        let (last, lock) = match last.store.clone() {
            Some(store) => remove_from(&*store, last).await,
            None => (last, Ok(None)),
        };
        let renewal = RefreshTokens { refresh: last.tokens.refresh.clone() };
        Ok(Ended { proof: proof(&last.tokens.access)?, renewal, lock })
    }

    async fn renewed<T: Transport>(
        &self,
        outdated: u64,
        connection: &Connection<T>,
        limits: Limits,
    ) -> Result<Versioned<Held>, Error> {
        let fetch = |held, progress| self.renewal(connection, limits, progress).run(held);
        self.session.renew(outdated, connection, fetch).await
    }

    fn renewal<T: Transport>(&self, connection: &Connection<T>, limits: Limits, progress: Progress) -> Renewal<T> {
        let (connection, again) = (connection.clone(), self.again().clone());
        Renewal { connection, again, workspace: self.workspace, lock: Arc::clone(&self.lock), limits, progress }
    }

    /// Whether a renewal leaves the session as it is: in a workspace it would lose the roles there.
    fn has_no_workspace(&self) -> Result<bool, Error> {
        Ok(self.session.current()?.value.workspace().is_none())
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
        let fetch = |held, progress| self.renewal(connection, Limits::default(), progress).run(held);
        authorization(&self.session.fresh(connection, fetch).await?).map(Some)
    }

    async fn settled(&self) -> Result<(), Error> {
        self.under_way.idle().await;
        self.session.settled().await?;
        self.write_unsaved().await
    }

    /// A refusal of tokens that were renewed meanwhile is worth another attempt, whatever it says.
    fn judge(&self, refusal: &Refusal<'_>) -> Verdict {
        match verdict_of_qelos(refusal) {
            Verdict::Unknown if refusal.generation() != *self.session.generations().borrow() => Verdict::Proof,
            verdict => verdict,
        }
    }

    async fn probe<T: Transport>(
        &self,
        proof: &Authorization,
        connection: &Connection<T>,
    ) -> Result<Option<Probe>, Error> {
        self.evidence.probe(self, proof, connection).await
    }

    /// Tokens that are not good are renewed. Tokens that are, or may be, are renewed only where that loses nothing: not in a
    /// workspace, and not again and again.
    async fn renew<T: Transport>(
        &self,
        refused: &Refused<'_>,
        connection: &Connection<T>,
    ) -> Result<Option<Authorization>, Error> {
        let now = connection.now();
        let claimed = || self.evidence.claim_renewal(refused.endpoint, now);
        let may_renew = match refused.verdict {
            Verdict::Proof => true,
            Verdict::Other => false,
            Verdict::Permission => self.has_no_workspace()? && has_old_roles(refused.proof, now) && claimed(),
            Verdict::Unknown => (self.has_no_workspace()? || self.again().is_some()) && claimed(),
        };
        if !may_renew {
            return Ok(None);
        }
        authorization(&self.renewed(refused.proof.generation, connection, Limits::default()).await?).map(Some)
    }
}

fn has_old_roles(proof: &Authorization, now: Timestamp) -> bool {
    proof.roles_as_of.is_none_or(|as_of| now.since(as_of) >= OLD_ROLES)
}

fn authorization(version: &Versioned<Held>) -> Result<Authorization, Error> {
    let Versioned { value, generation } = version;
    Ok(Authorization {
        roles_as_of: value.issued_at(),
        ..Authorization::of_generation(stamp(&value.tokens.access)?, *generation)
    })
}

fn stamp(access: &SecretString) -> Result<Stamp, Error> {
    Stamp::bearer(access.expose_secret())
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
pub(crate) fn proof(access: &SecretString) -> Result<Authorization, Error> {
    Ok(Authorization::new(stamp(access)?))
}

/// The newest tokens of a session that is in a store already, where others may have renewed it. A session may be taken from one
/// store to another because the first cannot be read any more.
async fn up_to_date(held: Held, origin: &str) -> Result<Held, StoreError> {
    let Some(store) = &held.store else { return Ok(held) };
    match store.load().await {
        Ok(Some(stored)) if !held.is_newer_than(Some(&stored)) => {
            stored.check_origin(origin)?;
            Ok(held.after(stored)?.in_place_of(&held))
        }
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
        stored.check_origin(&connection.base_url().origin())?;
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
        let expires_at = current.as_ref().map(|version| version.value.expires_at()).ok();
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
    session: Weak<SingleFlight<Held, Error>>,
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
        Some(self.session.upgrade()?.current().map(|version| version.value.tokens))
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
