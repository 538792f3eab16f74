//! What one renewal of a session does: with its refresh token, or by signing in again; alone, or with a store that other
//! processes share.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use qelos_spec::api::{OAuthSignIn, RefreshTokens};
use qelos_spec::wire::{SignedInOAuth, Tokens};
use qelos_spec::{ApiError, WorkspaceId};

use crate::auth::check_workspace;
use crate::auth::held::{Held, usable};
use crate::auth::races::{is_race, past_races};
use crate::auth::single_flight::{Failure, Progress, TaskLost};
use crate::call::limits::Limits;
use crate::connection::Connection;
use crate::error::{Error, Kind};
use crate::jitter::Draw;
use crate::store::{
    AnyLock, AnyStore, Change, LockInUse, StoreError, StoredSession, Turn, Written, lock_unless, unlock, write,
};
use crate::transport::Transport;

/// The pauses before a refused renewal is tried again with the same refresh token, at most; half of that at least. Sessions of
/// one user that are renewed at the same time get in each other's way: the server then refuses one for no reason.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_millis(400), Duration::from_millis(600), Duration::from_millis(800)];

/// One renewal, and what it may use.
pub(super) struct Renewal<T> {
    pub(super) connection: Connection<T>,
    /// How to begin a new session when this one cannot be renewed.
    pub(super) again: Option<Arc<OAuthSignIn>>,
    /// The workspace that was asked for. The session does not go on in another one.
    pub(super) workspace: Option<WorkspaceId>,
    /// Where the lock of the store is, while a renewal of this session holds it.
    pub(super) lock: Arc<LockInUse>,
    /// Those of the call that began it.
    pub(super) limits: Limits,
    pub(super) progress: Progress,
}

type Outcome = Result<Held, Failure<Error>>;

/// Why a session without a password does not go on in another workspace, or in none.
const FORGOTTEN: &str = "the server has forgotten its workspace, as it does within two refreshes";

impl<T: Transport> Renewal<T> {
    /// The tokens after these.
    pub(super) async fn run(self, held: Held) -> Outcome {
        match held.store.clone() {
            Some(store) => self.with_others(held, &*store).await,
            None => self.alone(&held).await,
        }
    }

    async fn alone(&self, held: &Held) -> Outcome {
        if self.again.is_none() && self.wanted_workspace().is_some() && held.renewal_loses_workspace() {
            return Err(Failure::Over(Error::new(Kind::SessionEnded(FORGOTTEN, None))));
        }
        self.progress.begin_exchange().map_err(|lost| Failure::Transient(lost.into(), None))?;
        match &self.again {
            // The server forgets the workspace in two renewals, and the roles in it in one.
            Some(sign_in) if sign_in.workspace.is_some() => self.sign_in_again(held, sign_in).await,
            Some(sign_in) => match self.refresh(held).await {
                Err(Failure::Refused(_)) => self.sign_in_again(held, sign_in).await,
                outcome => outcome,
            },
            None => self.refresh(held).await.and_then(|held| self.in_its_workspace(held)),
        }
    }

    /// The request carries the refresh token and nothing else, and waits for no other call.
    async fn refresh(&self, held: &Held) -> Outcome {
        let mut pauses = PAUSES.into_iter();
        loop {
            let refresh = RefreshTokens { refresh: held.tokens.refresh.clone() };
            let error = match self.connection.call_within(&refresh, self.limits.clone()).await {
                Ok(response) => return self.accept(held, response.payload.after(&held.tokens)),
                Err(error) => error,
            };
            if !refuses(&error) {
                return Err(transient(error));
            }
            // If the lock was lost meanwhile, another process may have renewed the session.
            if let Some(newer) = self.stored(held).await? {
                return Ok(newer);
            }
            let pause = pauses.next().filter(|_| error.is_unauthorized());
            let Some(pause) = pause else { return Err(self.refused(held, &error)) };
            tokio::time::sleep(Draw::new().upper_half(pause)).await;
        }
    }

    /// Tokens that are none are no session; the one before stays.
    fn accept(&self, held: &Held, tokens: Tokens) -> Outcome {
        let tokens = usable(tokens).map_err(|error| Failure::Transient(error, None))?;
        Ok(held.followed_by(tokens, self.connection.now()))
    }

    /// The server does not renew the session any more; unless an earlier renewal, which makes no progress on its own
    /// runtime, has used the refresh token up and brings the next one when it goes on.
    fn refused(&self, held: &Held, error: &Error) -> Failure<Error> {
        if self.progress.is_repeated {
            return Failure::Transient(TaskLost::Stalled.into(), None);
        }
        session_ended(why_refused(held), error)
    }

    /// A new session in place of one that cannot be renewed: once, since a server that refuses twice does not know the user
    /// any more.
    async fn sign_in_again(&self, held: &Held, sign_in: &OAuthSignIn) -> Outcome {
        const WHY: &str = "it cannot be renewed, and the server refused to sign in again: has the password changed?";
        held.check_login(&sign_in.username).map_err(Failure::Refused)?;
        let signed_in =
            past_races(|| self.connection.call_within(sign_in, self.limits.clone())).await.map_err(|error| {
                if refuses(&error) && !is_race(&error) { session_ended(WHY, &error) } else { transient(error) }
            })?;
        let SignedInOAuth { tokens, signed_in, .. } = signed_in.payload;
        check_workspace(sign_in.workspace, signed_in.workspace.map(|workspace| workspace.id))
            .map_err(Failure::Refused)?;
        let tokens = usable(tokens).map_err(|error| Failure::Transient(error, None))?;
        held.begun_anew(tokens, self.connection.now(), &sign_in.username).map_err(Failure::Refused)
    }

    /// Rather no session than one that quietly works on elsewhere.
    fn in_its_workspace(&self, held: Held) -> Outcome {
        if self.is_elsewhere(&held) {
            return Err(Failure::Over(Error::new(Kind::SessionEnded(FORGOTTEN, None))));
        }
        Ok(held)
    }

    fn is_elsewhere(&self, held: &Held) -> bool {
        let wanted = self.wanted_workspace();
        wanted.is_some() && held.workspace() != wanted
    }

    fn wanted_workspace(&self) -> Option<WorkspaceId> {
        self.again.as_ref().and_then(|sign_in| sign_in.workspace).or(self.workspace)
    }
}

/// With a store: one process renews, and the others take what it brings.
impl<T: Transport> Renewal<T> {
    async fn with_others(&self, held: Held, store: &dyn AnyStore) -> Outcome {
        let renewed = |stored| match self.found(&held, stored) {
            Ok(Found::Renewed(newer)) => Some(Ok(newer)),
            Ok(Found::Stale(_) | Found::Removed) => None,
            Err(failure) => Some(Err(failure)),
        };
        let mut lock = match self.lock.join() {
            Some(lock) => lock,
            None => match lock_unless(store, renewed).await.map_err(passing)? {
                Turn::Spared(outcome) => return outcome.map(|newer| newer.in_place_of(&held)),
                Turn::Ours(lock) => self.lock.share(lock),
            },
        };
        let outcome = self.locked(&held, store, &mut *lock).await;
        unlock(lock).await;
        outcome
    }

    async fn locked(&self, held: &Held, store: &dyn AnyStore, lock: &mut dyn AnyLock) -> Outcome {
        let (newest, mark) = loop {
            let newest = match self.found(held, store.load().await.map_err(passing)?)? {
                Found::Renewed(newer) => return Ok(newer.in_place_of(held)),
                Found::Stale(newest) => newest.in_place_of(held),
                Found::Removed => return self.instead_of_removed(held, store, lock).await,
            };
            if self.again.is_none() {
                self.check_not_elsewhere(&newest)?;
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
    async fn instead_of_removed(&self, held: &Held, store: &dyn AnyStore, lock: &mut dyn AnyLock) -> Outcome {
        let Some(sign_in) = &self.again else { return Err(ended(SIGNED_OUT)) };
        let renewed = self.sign_in_again(held, sign_in).await?;
        self.save(renewed, None, store, lock).await
    }

    /// Writes what a renewal has brought in place of the record it was made from.
    async fn save(
        &self,
        renewed: Held,
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
    fn superseded_by(&self, stored: Option<StoredSession>, held: &Held) -> Outcome {
        let Some(stored) = stored else { return Err(ended(SIGNED_OUT)) };
        let stored = self.adopted(held, stored)?.in_place_of(held);
        self.check_not_elsewhere(&stored)?;
        Ok(stored)
    }

    /// What there is to do, with this in the store.
    fn found(&self, held: &Held, stored: Option<StoredSession>) -> Result<Found, Failure<Error>> {
        if held.is_newer_than(stored.as_ref()) {
            return Ok(Found::Stale(held.clone()));
        }
        let Some(stored) = stored else { return Ok(Found::Removed) };
        let stored = self.adopted(held, stored)?;
        Ok(if self.spares_us(&stored, held) { Found::Renewed(stored) } else { Found::Stale(stored) })
    }

    /// Newer tokens in the store of a session, if there is one and it has them.
    async fn stored(&self, held: &Held) -> Result<Option<Held>, Failure<Error>> {
        let Some(store) = &held.store else { return Ok(None) };
        let Some(stored) = store.load().await.map_err(passing)? else { return Ok(None) };
        let stored = self.adopted(held, stored)?;
        if !stored.replaces(held) {
            return Ok(None);
        }
        self.check_not_elsewhere(&stored)?;
        Ok(Some(stored.in_place_of(held)))
    }

    /// A session from the store, if it is one of the same user on the same server.
    fn adopted(&self, held: &Held, stored: StoredSession) -> Outcome {
        stored.check_origin(&self.origin()).and_then(|()| held.after(stored)).map_err(passing)
    }

    /// Whether another process has done what was to be done.
    fn spares_us(&self, stored: &Held, held: &Held) -> bool {
        stored.replaces(held) && stored.is_fresh(self.connection.now()) && !self.is_elsewhere(stored)
    }

    /// The session of another process is ours as well, unless it is in another workspace.
    fn check_not_elsewhere(&self, stored: &Held) -> Result<(), Failure<Error>> {
        const WHY: &str = "another process has put a session in another workspace in its place";
        if self.is_elsewhere(stored) { Err(ended(WHY)) } else { Ok(()) }
    }

    fn record(&self, held: &Held) -> StoredSession {
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
    Renewed(Held),
    /// These are the newest tokens, and to be renewed.
    Stale(Held),
    /// There is no session any more.
    Removed,
}

fn ended(why: &'static str) -> Failure<Error> {
    Failure::Refused(Error::new(Kind::SessionEnded(why, None)))
}

fn why_refused(held: &Held) -> &'static str {
    if held.in_doubt() {
        "the server refused to renew it, after a renewal whose outcome nobody has written down: its process was stopped, \
         or its answer was lost, or its token store could not be written to"
    } else {
        "the server refused to renew it: it has expired or was revoked, or another process has used its refresh token"
    }
}

/// Whether the server says that the token or the password is not good: 401, or 400 with `invalid_grant` (RFC 6749 §5.2). Any
/// other failure says nothing about the session: a proxy that forbids, a server that is away, a connection that breaks.
fn refuses(error: &Error) -> bool {
    let is_invalid_grant = |api: &ApiError| {
        api.status() == StatusCode::BAD_REQUEST
            && [api.code(), api.message()].into_iter().flatten().any(|text| text == "invalid_grant")
    };
    error.api().is_some_and(|api| api.status() == StatusCode::UNAUTHORIZED || is_invalid_grant(api))
}

fn session_ended(why: &'static str, error: &Error) -> Failure<Error> {
    Failure::Refused(Error::new(Kind::SessionEnded(why, error.api().cloned())))
}

fn transient(error: Error) -> Failure<Error> {
    let pause = error.retry_after();
    Failure::Transient(error.passing(), pause)
}

fn passing(error: StoreError) -> Failure<Error> {
    Failure::Transient(error.into(), None)
}
