//! What one renewal of a session does: alone, or with a store that other processes share.

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

pub(crate) type Outcome = Result<TokenSet, Failure<Error>>;

/// How a server renews tokens.
pub(crate) trait Scheme: Sized + Send + Sync + 'static {
    /// Whether it can begin a new session in the place of one that cannot be renewed.
    fn begins_anew(&self) -> bool;

    /// Refuses a renewal that is known to lose what the session was begun for. Nothing was sent yet.
    fn check(&self, tokens: &TokenSet) -> Result<(), Failure<Error>>;

    /// Why the session does not go on with these tokens, which were found in its store; `None` when it does.
    fn unwanted(&self, tokens: &TokenSet) -> Option<&'static str>;

    /// The tokens after these.
    fn renew<T: Transport>(
        &self,
        tokens: &TokenSet,
        renewal: &Renewal<Self, T>,
    ) -> impl Future<Output = Outcome> + Send;

    /// A new session of the same user in the place of this one; `None` when it cannot begin one.
    fn begin_anew<T: Transport>(
        &self,
        tokens: &TokenSet,
        renewal: &Renewal<Self, T>,
    ) -> impl Future<Output = Option<Outcome>> + Send;
}

/// One renewal, and what it may use.
pub(crate) struct Renewal<S, T> {
    pub(crate) scheme: S,
    pub(crate) connection: Connection<T>,
    /// The workspace that was asked for, which the record in a store says.
    pub(super) workspace: Option<WorkspaceId>,
    /// Where the lock of the store is, while a renewal of this session holds it.
    pub(super) lock: Arc<LockInUse>,
    pub(super) progress: Progress,
}

impl<S: Scheme, T: Transport> Renewal<S, T> {
    /// The tokens after these.
    pub(super) async fn run(self, tokens: TokenSet) -> Outcome {
        match tokens.store.clone() {
            Some(store) => self.with_others(tokens, &*store).await,
            None => self.alone(&tokens).await,
        }
    }

    async fn alone(&self, tokens: &TokenSet) -> Outcome {
        self.scheme.check(tokens)?;
        self.progress.begin_exchange().map_err(|lost| Failure::Transient(lost.into(), None))?;
        self.scheme.renew(tokens, self).await
    }

    /// The next tokens, which the server has sent. Empty ones are no session: the tokens before stay.
    pub(crate) fn accept(&self, before: &TokenSet, tokens: Tokens) -> Outcome {
        let tokens = usable(tokens).map_err(|error| Failure::Transient(error, None))?;
        Ok(before.followed_by(tokens, self.connection.now()))
    }

    /// The server does not renew the session any more; unless an earlier renewal, which makes no progress on its own
    /// runtime, has used the refresh token up and brings the next one when it goes on.
    pub(crate) fn refused(&self, tokens: &TokenSet, error: &Error) -> Failure<Error> {
        if self.progress.is_repeated {
            return Failure::Transient(TaskLost::Stalled.into(), None);
        }
        session_ended(why_refused(tokens), error)
    }
}

/// With a store: one process renews, and the others take what it brings.
impl<S: Scheme, T: Transport> Renewal<S, T> {
    async fn with_others(&self, held: TokenSet, store: &dyn AnyStore) -> Outcome {
        let renewed = |stored| match self.found(&held, stored) {
            Ok(Found::Renewed(newer)) => Some(Ok(newer)),
            Ok(Found::Stale(_) | Found::Removed) => None,
            Err(failure) => Some(Err(failure)),
        };
        let mut lock = match self.lock.join() {
            Some(lock) => lock,
            None => match lock_unless(store, renewed).await.map_err(passing)? {
                LockOutcome::AlreadyRenewed(outcome) => return outcome.map(|newer| newer.in_place_of(&held)),
                LockOutcome::Acquired(lock) => self.lock.share(lock),
            },
        };
        let outcome = self.locked(&held, store, &mut *lock).await;
        unlock(lock).await;
        outcome
    }

    async fn locked(&self, held: &TokenSet, store: &dyn AnyStore, lock: &mut dyn AnyLock) -> Outcome {
        let (newest, mark) = loop {
            let newest = match self.found(held, store.load().await.map_err(passing)?)? {
                Found::Renewed(newer) => return Ok(newer.in_place_of(held)),
                Found::Stale(newest) => newest.in_place_of(held),
                Found::Removed => return self.instead_of_removed(held, store, lock).await,
            };
            if !self.scheme.begins_anew() {
                self.check_wanted(&newest)?;
            }
            // This also shows that the store can be written to, before the refresh token is used up.
            let mark = self.record(&newest).marked(self.connection.now());
            match write(store, lock, &newest.mark(mark.clone())).await.map_err(passing)? {
                Written::Over(_) => break (newest, mark),
                // The lock was lost, and another process has written: look again.
                Written::Not(_) => {}
            }
        };
        match self.alone(&newest).await {
            Ok(renewed) => self.save(renewed, Some(mark), store, lock).await,
            Err(failure) => {
                let outcome = match failure {
                    // Nothing was used up: the mark is taken back.
                    Failure::Refused(_) => write(store, lock, &Change::Mark(self.record(&newest))).await,
                    Failure::Over(_) => write(store, lock, &Change::SignOut(newest.lineage().clone())).await,
                    // The outcome is unknown. The mark stays, so that the next process knows that the refresh token may be
                    // used up.
                    Failure::Transient(..) => return Err(failure),
                };
                if let Err(error) = outcome {
                    tracing::warn!(%error, "the token store still says that the session is being renewed");
                }
                Err(failure)
            }
        }
    }

    /// Another process has signed the session out, so that it is not put back. Signing in again begins a new one.
    async fn instead_of_removed(&self, held: &TokenSet, store: &dyn AnyStore, lock: &mut dyn AnyLock) -> Outcome {
        let Some(begun) = self.scheme.begin_anew(held, self).await else { return Err(ended(SIGNED_OUT)) };
        let renewed = begun?;
        self.save(renewed, None, store, lock).await
    }

    /// Writes what a renewal has brought in place of the record it was made from.
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
                tracing::warn!(%error, "new tokens are not in the token store: they are lost if this process ends now, and the session with them; the next call tries to write them again");
                Ok(renewed.not_kept(change))
            }
        }
    }

    /// Another process has written in the meantime: that is the session.
    fn superseded_by(&self, stored: Option<StoredSession>, held: &TokenSet) -> Outcome {
        let Some(stored) = stored else { return Err(ended(SIGNED_OUT)) };
        let stored = self.adopted(held, stored)?.in_place_of(held);
        self.check_wanted(&stored)?;
        Ok(stored)
    }

    /// What there is to do, with this in the store.
    fn found(&self, held: &TokenSet, stored: Option<StoredSession>) -> Result<Found, Failure<Error>> {
        if held.is_newer_than(stored.as_ref()) {
            return Ok(Found::Stale(held.clone()));
        }
        let Some(stored) = stored else { return Ok(Found::Removed) };
        let stored = self.adopted(held, stored)?;
        Ok(if self.already_renewed(&stored, held) { Found::Renewed(stored) } else { Found::Stale(stored) })
    }

    /// Newer tokens in the store of a session, if there is one and it has them.
    pub(crate) async fn stored(&self, held: &TokenSet) -> Result<Option<TokenSet>, Failure<Error>> {
        let Some(store) = &held.store else { return Ok(None) };
        let Some(stored) = store.load().await.map_err(passing)? else { return Ok(None) };
        let stored = self.adopted(held, stored)?;
        if !stored.replaces(held) {
            return Ok(None);
        }
        self.check_wanted(&stored)?;
        Ok(Some(stored.in_place_of(held)))
    }

    /// A session from the store, if it is one of the same user on the same server.
    fn adopted(&self, held: &TokenSet, stored: StoredSession) -> Outcome {
        stored.check_origin(&self.origin()).and_then(|()| held.after(stored)).map_err(passing)
    }

    /// Whether another process has done what was to be done.
    fn already_renewed(&self, stored: &TokenSet, held: &TokenSet) -> bool {
        stored.replaces(held) && stored.is_fresh(self.connection.now()) && self.scheme.unwanted(stored).is_none()
    }

    /// The session of another process is ours as well, unless the scheme does not want it.
    fn check_wanted(&self, stored: &TokenSet) -> Result<(), Failure<Error>> {
        self.scheme.unwanted(stored).map_or(Ok(()), |why| Err(ended(why)))
    }

    fn record(&self, held: &TokenSet) -> StoredSession {
        held.to_store(&self.origin(), self.workspace)
    }

    fn origin(&self) -> Cow<'_, str> {
        self.connection.base_url().origin()
    }
}

const SIGNED_OUT: &str = "another process has signed it out";

/// What the store says of a session that is to be renewed.
enum Found {
    /// Another process has renewed it.
    Renewed(TokenSet),
    /// These are the newest tokens, and to be renewed.
    Stale(TokenSet),
    /// There is no session any more.
    Removed,
}

fn ended(why: &'static str) -> Failure<Error> {
    Failure::Refused(Error::new(Kind::SessionEnded(why, None)))
}

fn why_refused(held: &TokenSet) -> &'static str {
    if held.in_doubt() {
        "the server refused to renew it, after a renewal whose outcome nobody has written down: its process was stopped, \
         or its answer was lost, or its token store could not be written to"
    } else {
        "the server refused to renew it: it has expired or was revoked, or another process has used its refresh token"
    }
}

pub(crate) fn session_ended(why: &'static str, error: &Error) -> Failure<Error> {
    Failure::Refused(Error::new(Kind::SessionEnded(why, error.api().cloned())))
}

pub(crate) fn transient(error: Error) -> Failure<Error> {
    let pause = error.retry_after();
    Failure::Transient(error.passing(), pause)
}

fn passing(error: StoreError) -> Failure<Error> {
    Failure::Transient(error.into(), None)
}
