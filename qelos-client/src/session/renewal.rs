//! One renewal of a session, with or without a store.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::jitter::Jitter;
use crate::connection::Connection;
use crate::error::{Error, Kind};
use crate::session::scheme::{RenewBy, RenewalFailed, Reuse, SessionScheme};
use crate::session::single_flight::{Failure, Progress, TaskLost};
use crate::session::store::{
    AnyLock, AnyStore, Change, Home, LockInUse, LockOutcome, StoreError, StoredSession, Written, lock_unless, unlock,
    write,
};
use crate::session::token_set::{TokenSet, usable};
use crate::transport::Transport;

/// The longest pauses before a contested refresh token is sent again; each is at least half as long.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_millis(400), Duration::from_millis(600), Duration::from_millis(800)];

pub(crate) type Outcome<S> = Result<TokenSet<S>, Failure<Error>>;

/// One renewal, with everything that it uses.
pub(super) struct Renewal<S, T> {
    pub(super) scheme: S,
    pub(super) connection: Connection<T>,
    /// The lock of the store, while a renewal of this session holds it.
    pub(super) lock: Arc<LockInUse>,
    pub(super) progress: Progress,
}

impl<S: SessionScheme, T: Transport> Renewal<S, T> {
    /// Renews these tokens.
    pub(super) async fn run(self, tokens: TokenSet<S>) -> Outcome<S> {
        match tokens.store.clone() {
            Some(store) => self.through_store(tokens, &*store).await,
            None => match self.way(&tokens) {
                RenewBy::Nothing(over) => Err(Failure::Over(over)),
                way => self.exchange(&tokens, &way).await,
            },
        }
    }

    fn way(&self, tokens: &TokenSet<S>) -> RenewBy {
        self.scheme.renew_by(&tokens.tokens)
    }

    /// Gets the next tokens from the server.
    async fn exchange(&self, tokens: &TokenSet<S>, way: &RenewBy) -> Outcome<S> {
        // An earlier renewal may have used the refresh token up, and its runtime is not driven.
        if self.progress.is_repeated && way.may_exchange() && S::REUSE == Reuse::EndsSession {
            return Err(Failure::Transient(TaskLost::Stalled.into(), None));
        }
        self.progress.begin_exchange().map_err(|lost| Failure::Transient(lost.into(), None))?;
        match way {
            RenewBy::Nothing(over) => Err(Failure::Over(over.clone())),
            RenewBy::Exchange => self.renew(tokens).await,
            RenewBy::SignIn => self.sign_in_again(tokens).await,
            RenewBy::ExchangeOrSignIn => match self.renew(tokens).await {
                Err(Failure::Refused(_)) => self.sign_in_again(tokens).await,
                outcome => outcome,
            },
        }
    }

    /// Exchanges the refresh token. A refusal is not final when another process has renewed the session meanwhile, as it
    /// may if the lock was lost.
    async fn renew(&self, tokens: &TokenSet<S>) -> Outcome<S> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let (error, pause) = match self.scheme.renew(&tokens.tokens, &self.connection).await {
                Ok(next) => return self.accept(tokens, next),
                Err(RenewalFailed::Transient(error)) => return Err(transient(error)),
                Err(RenewalFailed::WrongSettings(error)) => return Err(Failure::Transient(error, None)),
                Err(RenewalFailed::Over(error)) => return Err(Failure::Over(error)),
                Err(RenewalFailed::Refused(error)) => (error, None),
                Err(RenewalFailed::Contested(error)) => (error, pauses.next()),
            };
            if let Some(newer) = self.stored(tokens).await? {
                return Ok(newer);
            }
            let Some(pause) = pause else { return Err(self.refused(tokens, error)) };
            tokio::time::sleep(Jitter::new().upper_half(pause)).await;
        }
    }

    /// Begins a new session in place of one that cannot be renewed. It tries once: a server that also refuses the
    /// sign-in does not accept this user any more.
    async fn sign_in_again(&self, tokens: &TokenSet<S>) -> Outcome<S> {
        const WHY: &str = "it cannot be renewed, and the server refused to sign in again: has the password changed?";
        tokens.check_login(self.scheme.login()).map_err(Failure::Refused)?;
        let next =
            self.scheme.sign_in_again(&tokens.tokens, &self.connection).await.map_err(|failed| match failed {
                RenewalFailed::Refused(error) => Failure::Refused(session_ended(WHY, error)),
                RenewalFailed::Over(error) => Failure::Over(error),
                RenewalFailed::Transient(error) | RenewalFailed::Contested(error) => transient(error),
                RenewalFailed::WrongSettings(error) => Failure::Transient(error, None),
            })?;
        let next = usable(next).map_err(|error| Failure::Transient(error, None))?;
        tokens.begun_anew(&self.scheme, next, self.connection.now()).map_err(Failure::Refused)
    }

    /// Accepts the next tokens from the server. Empty tokens are an error, and the tokens before stay.
    fn accept(&self, before: &TokenSet<S>, tokens: S::Tokens) -> Outcome<S> {
        let tokens = usable(tokens).map_err(|error| Failure::Transient(error, None))?;
        Ok(before.followed_by(&self.scheme, tokens, self.connection.now()))
    }

    /// The failure of a renewal that the server refuses. An earlier renewal may have used the refresh token up, and its
    /// runtime may not be driven: then the refusal does not end the session, because that renewal may still bring the
    /// next tokens.
    fn refused(&self, tokens: &TokenSet<S>, error: Error) -> Failure<Error> {
        if self.progress.is_repeated {
            return Failure::Transient(TaskLost::Stalled.into(), None);
        }
        Failure::Refused(session_ended(why_refused(tokens.in_doubt()), error))
    }
}

/// With a store: one process renews, and the others take its tokens from the store.
impl<S: SessionScheme, T: Transport> Renewal<S, T> {
    async fn through_store(&self, current: TokenSet<S>, store: &dyn AnyStore) -> Outcome<S> {
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

    async fn locked(&self, current: &TokenSet<S>, store: &dyn AnyStore, lock: &mut dyn AnyLock) -> Outcome<S> {
        let (newest, way, mark) = loop {
            let newest = match self.found(current, store.load().await.map_err(store_failed)?)? {
                Found::Renewed(newer) => return Ok(newer.in_place_of(current)),
                Found::Stale(newest) => newest.in_place_of(current),
                Found::Removed => return self.instead_of_removed(current, store, lock).await,
            };
            let way = self.way(&newest);
            if !way.may_sign_in() {
                self.check_wanted(&newest)?;
            }
            if let RenewBy::Nothing(over) = way {
                return self.not_renewed(over, newest, store, lock).await;
            }
            // The mark is the record with `renewing_since`: from then on, the refresh token may be used up. Writing it
            // also proves that the store can be written to, before the refresh token is sent.
            let mark = self.record(&newest).map_err(store_failed)?.marked(self.connection.now());
            match write(store, lock, &newest.mark(mark.clone())).await.map_err(store_failed)? {
                Written::Over(_) => break (newest, way, mark),
                // The lock was lost, and another process has written: load the record again.
                Written::Not(_) => {}
            }
        };
        match self.exchange(&newest, &way).await {
            Ok(renewed) => self.save(renewed, Some(mark), store, lock).await,
            Err(failure) => self.failed(failure, &newest, store, lock).await,
        }
    }

    /// Ends a session that its scheme does not renew. Unsaved tokens that are still good are written to the store instead, and
    /// used until they expire.
    async fn not_renewed(
        &self,
        over: Error,
        newest: TokenSet<S>,
        store: &dyn AnyStore,
        lock: &mut dyn AnyLock,
    ) -> Outcome<S> {
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
        newest: &TokenSet<S>,
        store: &dyn AnyStore,
        lock: &mut dyn AnyLock,
    ) -> Outcome<S> {
        let change = match &failure {
            // The refresh token was not used up: remove the mark.
            Failure::Refused(_) => Change::Mark(self.record(newest).map_err(store_failed)?),
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
    async fn instead_of_removed(
        &self,
        current: &TokenSet<S>,
        store: &dyn AnyStore,
        lock: &mut dyn AnyLock,
    ) -> Outcome<S> {
        if !self.way(current).may_sign_in() {
            return Err(ended(SIGNED_OUT));
        }
        let renewed = self.sign_in_again(current).await?;
        self.save(renewed, None, store, lock).await
    }

    /// Writes the next tokens over the record of the renewed ones.
    async fn save(
        &self,
        renewed: TokenSet<S>,
        over: Option<StoredSession>,
        store: &dyn AnyStore,
        lock: &mut dyn AnyLock,
    ) -> Outcome<S> {
        const LOST: &str =
            "new tokens cannot be written to the token store: the session is lost if this process ends now";
        let change = match self.record(&renewed) {
            Ok(record) => renewed.written_over(over, record),
            Err(error) => {
                tracing::warn!(%error, "{LOST}");
                return Ok(renewed);
            }
        };
        match write(store, lock, &change).await {
            Ok(Written::Over(_)) => Ok(renewed),
            Ok(Written::Not(stored)) => self.superseded_by(stored, &renewed),
            Err(error) => {
                tracing::warn!(%error, "{LOST}; the next call tries to write them again");
                Ok(renewed.not_kept(change))
            }
        }
    }

    /// Another process has written in the meantime: the session goes on with its tokens.
    fn superseded_by(&self, stored: Option<StoredSession>, current: &TokenSet<S>) -> Outcome<S> {
        let Some(stored) = stored else { return Err(ended(SIGNED_OUT)) };
        let stored = self.adopted(current, stored)?.in_place_of(current);
        self.check_wanted(&stored)?;
        Ok(stored)
    }

    /// Compares the record in the store with the current tokens.
    fn found(&self, current: &TokenSet<S>, stored: Option<StoredSession>) -> Result<Found<S>, Failure<Error>> {
        if current.is_newer_than(stored.as_ref()) {
            return Ok(Found::Stale(current.clone()));
        }
        let Some(stored) = stored else { return Ok(Found::Removed) };
        let stored = self.adopted(current, stored)?;
        Ok(if self.already_renewed(&stored, current) { Found::Renewed(stored) } else { Found::Stale(stored) })
    }

    /// Newer tokens from the store of the session; `None` when the store has none, or there is no store.
    async fn stored(&self, current: &TokenSet<S>) -> Result<Option<TokenSet<S>>, Failure<Error>> {
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
    fn adopted(&self, current: &TokenSet<S>, stored: StoredSession) -> Outcome<S> {
        stored.check_home(&self.home()).and_then(|()| current.after(&self.scheme, stored)).map_err(store_failed)
    }

    /// Whether another process has renewed the session.
    fn already_renewed(&self, stored: &TokenSet<S>, current: &TokenSet<S>) -> bool {
        stored.replaces(current)
            && stored.is_fresh(self.connection.now())
            && self.scheme.accepts(&stored.tokens).is_ok()
    }

    /// Ends the session when the scheme does not accept the tokens of another process.
    fn check_wanted(&self, stored: &TokenSet<S>) -> Result<(), Failure<Error>> {
        self.scheme.accepts(&stored.tokens).map_err(ended)
    }

    fn record(&self, tokens: &TokenSet<S>) -> Result<StoredSession, StoreError> {
        tokens.to_store(&self.scheme, &self.home())
    }

    fn home(&self) -> Home {
        home(&self.scheme, &self.connection)
    }
}

/// Where the sessions of a scheme on this connection belong.
pub(super) fn home<S: SessionScheme, T: Transport>(scheme: &S, connection: &Connection<T>) -> Home {
    let origin = connection.base_url().origin().into_owned();
    let issuer = scheme.issuer().map(|issuer| issuer.origin().into_owned());
    Home { scheme: S::NAME, origin, issuer }
}

const SIGNED_OUT: &str = "another process has signed it out";

/// The state of the store when a session is to be renewed.
enum Found<S: SessionScheme> {
    /// Another process has renewed the session: these are its tokens.
    Renewed(TokenSet<S>),
    /// These are the newest tokens, and they have to be renewed.
    Stale(TokenSet<S>),
    /// The store has no session any more.
    Removed,
}

fn ended(why: &'static str) -> Failure<Error> {
    Failure::Refused(Error::session_ended(why))
}

fn why_refused(in_doubt: bool) -> &'static str {
    if in_doubt {
        "the server refused to renew it, and the outcome of an earlier renewal is unknown: its process was stopped, or \
         its response was lost, or its token store could not be written to"
    } else {
        "the server refused to renew it: it has expired or was revoked, or another process has used its refresh token"
    }
}

/// The error of a session that the server has ended, for this reason. An error that is not a refusal of the server says
/// why itself.
fn session_ended(why: &'static str, error: Error) -> Error {
    match error.api() {
        Some(refusal) => Error::new(Kind::SessionEnded(why, Some(refusal.clone()))),
        None => error,
    }
}

/// A wrong setting is not transient, although the session goes on.
fn transient(error: Error) -> Failure<Error> {
    let pause = error.retry_after();
    let error = if error.is_config() || error.is_encode() { error } else { error.into_transient() };
    Failure::Transient(error, pause)
}

fn store_failed(error: StoreError) -> Failure<Error> {
    Failure::Transient(error.into(), None)
}
