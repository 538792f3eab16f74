//! One renewal of a session, with or without a store.

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;

use qelos_spec::WorkspaceId;
use qelos_spec::wire::Tokens;

use crate::connection::Connection;
use crate::error::{Error, Kind};
use crate::session::single_flight::{Failure, Progress, TaskLost};
use crate::session::store::{
    AnyLock, AnyStore, Change, LockInUse, LockOutcome, StoreError, StoredSession, Written, lock_unless, unlock, write,
};
use crate::session::token_set::{TokenSet, usable};
use crate::transport::Transport;

#[cfg(test)]
mod tests;

pub(crate) type Outcome = Result<TokenSet, Failure<Error>>;

/// How a server renews tokens.
pub(crate) trait Scheme: Sized + Send + Sync + 'static {
    /// The sign-in that begins a new session.
    type SignIn: Sync;

    /// The sign-in of this session: with it, a new session can take the place of one that cannot be renewed.
    fn sign_in(&self) -> Option<&Self::SignIn>;

    /// Refuses a renewal that would lose the workspace of the session: the session is over then. It is asked before
    /// anything is written or sent.
    fn check(&self, tokens: &TokenSet) -> Result<(), Error>;

    /// The reason why the session cannot go on with these tokens from its store; `None` when it can.
    fn unwanted(&self, tokens: &TokenSet) -> Option<&'static str>;

    /// Exchanges these tokens for the next ones.
    fn renew<T: Transport>(
        &self,
        tokens: &TokenSet,
        renewal: &Renewal<Self, T>,
    ) -> impl Future<Output = Outcome> + Send;

    /// Begins a new session of the same user in place of this one.
    fn begin_anew<T: Transport>(
        &self,
        tokens: &TokenSet,
        sign_in: &Self::SignIn,
        renewal: &Renewal<Self, T>,
    ) -> impl Future<Output = Outcome> + Send;
}

/// One renewal, with everything that it uses.
pub(crate) struct Renewal<S, T> {
    pub(super) scheme: S,
    pub(crate) connection: Connection<T>,
    /// The workspace that the sign-in asked for. The record in a store repeats it.
    pub(super) workspace: Option<WorkspaceId>,
    /// The lock of the store, while a renewal of this session holds it.
    pub(super) lock: Arc<LockInUse>,
    pub(super) progress: Progress,
}

impl<S: Scheme, T: Transport> Renewal<S, T> {
    /// Renews these tokens.
    pub(super) async fn run(self, tokens: TokenSet) -> Outcome {
        match tokens.store.clone() {
            Some(store) => self.through_store(tokens, &*store).await,
            None => {
                self.scheme.check(&tokens).map_err(Failure::Over)?;
                self.exchange(&tokens).await
            }
        }
    }

    async fn exchange(&self, tokens: &TokenSet) -> Outcome {
        self.progress.begin_exchange().map_err(|lost| Failure::Transient(lost.into(), None))?;
        self.scheme.renew(tokens, self).await
    }

    /// Accepts the next tokens from the server. Empty tokens are an error, and the tokens before stay.
    pub(crate) fn accept(&self, before: &TokenSet, tokens: Tokens) -> Outcome {
        let tokens = usable(tokens).map_err(|error| Failure::Transient(error, None))?;
        Ok(before.followed_by(tokens, self.connection.now()))
    }

    /// The failure of a renewal that the server refuses. An earlier renewal may have used the refresh token up, and its
    /// runtime may not be driven: then the refusal does not end the session, because that renewal may still bring the
    /// next tokens.
    pub(crate) fn refused(&self, tokens: &TokenSet, error: &Error) -> Failure<Error> {
        if self.progress.is_repeated {
            return Failure::Transient(TaskLost::Stalled.into(), None);
        }
        session_ended(why_refused(tokens), error)
    }
}

/// With a store: one process renews, and the others take its tokens from the store.
impl<S: Scheme, T: Transport> Renewal<S, T> {
    async fn through_store(&self, current: TokenSet, store: &dyn AnyStore) -> Outcome {
        let renewed = |stored| match self.found(&current, stored) {
            Ok(Found::Renewed(newer)) => Some(Ok(newer)),
            Ok(Found::Stale(_) | Found::Removed) => None,
            Err(failure) => Some(Err(failure)),
        };
        let mut lock = match self.lock.join() {
            Some(lock) => lock,
            None => match lock_unless(store, renewed).await.map_err(store_failed)? {
                LockOutcome::AlreadyRenewed(outcome) => return outcome.map(|newer| newer.in_place_of(&current)),
                LockOutcome::Acquired(lock) => self.lock.share(lock),
            },
        };
        let outcome = self.locked(&current, store, &mut *lock).await;
        unlock(lock).await;
        outcome
    }

    async fn locked(&self, current: &TokenSet, store: &dyn AnyStore, lock: &mut dyn AnyLock) -> Outcome {
        let (newest, mark) = loop {
            let newest = match self.found(current, store.load().await.map_err(store_failed)?)? {
                Found::Renewed(newer) => return Ok(newer.in_place_of(current)),
                Found::Stale(newest) => newest.in_place_of(current),
                Found::Removed => return self.instead_of_removed(current, store, lock).await,
            };
            if self.scheme.sign_in().is_none() {
                self.check_wanted(&newest)?;
            }
            if let Err(over) = self.scheme.check(&newest) {
                return self.not_renewed(over, newest, store, lock).await;
            }
            // The mark is the record with `renewing_since`: from then on, the refresh token may be used up. Writing it
            // also proves that the store can be written to, before the refresh token is sent.
            let mark = self.record(&newest).marked(self.connection.now());
            match write(store, lock, &newest.mark(mark.clone())).await.map_err(store_failed)? {
                Written::Over(_) => break (newest, mark),
                // The lock was lost, and another process has written: load the record again.
                Written::Not(_) => {}
            }
        };
        match self.exchange(&newest).await {
            Ok(renewed) => self.save(renewed, Some(mark), store, lock).await,
            Err(failure) => self.failed(failure, &newest, store, lock).await,
        }
    }

    /// Ends a session that is not renewed, because that would lose its workspace. The renewal of unsaved tokens is only
    /// for the store: they are written, and used until they expire.
    async fn not_renewed(
        &self,
        over: Error,
        newest: TokenSet,
        store: &dyn AnyStore,
        lock: &mut dyn AnyLock,
    ) -> Outcome {
        let unsaved = newest.unsaved().filter(|_| newest.is_fresh(self.connection.now()));
        let Some(unsaved) = unsaved else { return self.failed(Failure::Over(over), &newest, store, lock).await };
        match write(store, lock, unsaved).await.map_err(store_failed)? {
            Written::Over(_) => Ok(newest.saved()),
            Written::Not(stored) => self.superseded_by(stored, &newest),
        }
    }

    /// Writes to the store what a failed renewal means for the record.
    async fn failed(
        &self,
        failure: Failure<Error>,
        newest: &TokenSet,
        store: &dyn AnyStore,
        lock: &mut dyn AnyLock,
    ) -> Outcome {
        let change = match &failure {
            // The refresh token was not used up: remove the mark.
            Failure::Refused(_) => Change::Mark(self.record(newest)),
            Failure::Over(_) => Change::SignOut(newest.lineage().clone()),
            // The outcome is unknown: keep `renewing_since`, so that the next process knows the refresh token may be
            // used up.
            Failure::Transient(..) => return Err(failure),
        };
        match (write(store, lock, &change).await, &failure) {
            // The lock was lost, and another process has begun a session.
            (Ok(Written::Not(stored @ Some(_))), Failure::Over(_)) => return self.superseded_by(stored, newest),
            (Ok(_), _) => {}
            (Err(error), _) => {
                tracing::warn!(%error, "the token store cannot be written to: its record does not say how the renewal has failed");
            }
        }
        Err(failure)
    }

    /// Begins a new session after another process has signed this one out. The removed record is not written again.
    async fn instead_of_removed(&self, current: &TokenSet, store: &dyn AnyStore, lock: &mut dyn AnyLock) -> Outcome {
        let Some(sign_in) = self.scheme.sign_in() else { return Err(ended(SIGNED_OUT)) };
        let renewed = self.scheme.begin_anew(current, sign_in, self).await?;
        self.save(renewed, None, store, lock).await
    }

    /// Writes the next tokens over the record of the renewed ones.
    async fn save(
        &self,
        renewed: TokenSet,
        over: Option<StoredSession>,
        store: &dyn AnyStore,
        lock: &mut dyn AnyLock,
    ) -> Outcome {
        let change = renewed.written_over(over, self.record(&renewed));
        match write(store, lock, &change).await {
            Ok(Written::Over(_)) => Ok(renewed),
            Ok(Written::Not(stored)) => self.superseded_by(stored, &renewed),
            Err(error) => {
                tracing::warn!(%error, "new tokens cannot be written to the token store: the session is lost if this process ends now; the next call tries to write them again");
                Ok(renewed.not_kept(change))
            }
        }
    }

    /// Another process has written in the meantime: the session goes on with its tokens.
    fn superseded_by(&self, stored: Option<StoredSession>, current: &TokenSet) -> Outcome {
        let Some(stored) = stored else { return Err(ended(SIGNED_OUT)) };
        let stored = self.adopted(current, stored)?.in_place_of(current);
        self.check_wanted(&stored)?;
        Ok(stored)
    }

    /// Compares the record in the store with the current tokens.
    fn found(&self, current: &TokenSet, stored: Option<StoredSession>) -> Result<Found, Failure<Error>> {
        if current.is_newer_than(stored.as_ref()) {
            return Ok(Found::Stale(current.clone()));
        }
        let Some(stored) = stored else { return Ok(Found::Removed) };
        let stored = self.adopted(current, stored)?;
        Ok(if self.already_renewed(&stored, current) { Found::Renewed(stored) } else { Found::Stale(stored) })
    }

    /// Newer tokens from the store of the session; `None` when the store has none, or there is no store.
    pub(crate) async fn stored(&self, current: &TokenSet) -> Result<Option<TokenSet>, Failure<Error>> {
        let Some(store) = &current.store else { return Ok(None) };
        let Some(stored) = store.load().await.map_err(store_failed)? else { return Ok(None) };
        let stored = self.adopted(current, stored)?;
        if !stored.replaces(current) {
            return Ok(None);
        }
        self.check_wanted(&stored)?;
        Ok(Some(stored.in_place_of(current)))
    }

    /// The token set of a record. A record of another server, or of another user, is an error.
    fn adopted(&self, current: &TokenSet, stored: StoredSession) -> Outcome {
        stored.check_origin(&self.origin()).and_then(|()| current.after(stored)).map_err(store_failed)
    }

    /// Whether another process has renewed the session.
    fn already_renewed(&self, stored: &TokenSet, current: &TokenSet) -> bool {
        stored.replaces(current) && stored.is_fresh(self.connection.now()) && self.scheme.unwanted(stored).is_none()
    }

    /// Ends the session when the scheme does not accept the tokens of another process.
    fn check_wanted(&self, stored: &TokenSet) -> Result<(), Failure<Error>> {
        self.scheme.unwanted(stored).map_or(Ok(()), |why| Err(ended(why)))
    }

    fn record(&self, tokens: &TokenSet) -> StoredSession {
        tokens.to_store(&self.origin(), self.workspace)
    }

    fn origin(&self) -> Cow<'_, str> {
        self.connection.base_url().origin()
    }
}

const SIGNED_OUT: &str = "another process has signed it out";

/// The state of the store when a session is to be renewed.
enum Found {
    /// Another process has renewed the session: these are its tokens.
    Renewed(TokenSet),
    /// These are the newest tokens, and they have to be renewed.
    Stale(TokenSet),
    /// The store has no session any more.
    Removed,
}

fn ended(why: &'static str) -> Failure<Error> {
    Failure::Refused(Error::session_ended(why))
}

fn why_refused(tokens: &TokenSet) -> &'static str {
    if tokens.in_doubt() {
        "the server refused to renew it, and the outcome of an earlier renewal is unknown: its process was stopped, or \
         its response was lost, or its token store could not be written to"
    } else {
        "the server refused to renew it: it has expired or was revoked, or another process has used its refresh token"
    }
}

pub(crate) fn session_ended(why: &'static str, error: &Error) -> Failure<Error> {
    Failure::Refused(Error::new(Kind::SessionEnded(why, error.api().cloned())))
}

pub(crate) fn transient(error: Error) -> Failure<Error> {
    let pause = error.retry_after();
    Failure::Transient(error.into_transient(), pause)
}

fn store_failed(error: StoreError) -> Failure<Error> {
    Failure::Transient(error.into(), None)
}
