//! Renewing one value for everybody who needs it.
//!
//! Knows neither tokens nor HTTP: a value with a life, a way to get the next one, and callers who must not each fetch
//! their own, because fetching uses the value up.
//!
//! * Each edition of the value has a generation. A caller names the one it found stale, so a late complaint about an old
//!   edition cannot discard a newer one; and whoever has waited gets the newest there is.
//! * Whoever comes first starts a flight; everybody else waits for it and shares its result and its failure. While the
//!   value is still valid nobody else has to wait: the renewal is early, and what is there will do.
//! * The flight is a task of its own: a caller that is dropped cannot take a value along that was already fetched.
//! * Failures are remembered for a while: a refusal is the answer to everybody, and after any other failure an early
//!   renewal is not tried again at once.
//! * Ending wins: nobody gets what a flight brings home after that, but for the one who ended it all.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use qelos_spec::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::clock::Clock;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

/// How long a refusal is taken for an answer before anybody asks again.
const REFUSAL_HOLDS: Duration = Duration::from_mins(1);
/// How long after a failure an early renewal is not tried again.
const REST: Duration = Duration::from_secs(5);

/// A value that has to be replaced from time to time.
pub(crate) trait Perishable {
    /// From when on it should be.
    fn renew_at(&self) -> Timestamp;
    /// From when on it is worth nothing.
    fn expires_at(&self) -> Timestamp;
}

/// A value that can be renewed, and its one flight.
pub(crate) struct Refresher<V, E> {
    state: Mutex<State<V, E>>,
    /// The generation, for those who want to know of every change.
    generations: watch::Sender<u64>,
}

struct State<V, E> {
    value: V,
    generation: u64,
    flight: Option<Flight<V, E>>,
    trouble: Option<Trouble<E>>,
    ended: Option<E>,
}

/// What the last flight failed with.
struct Trouble<E> {
    failure: Failure<E>,
    at: Timestamp,
}

type Flight<V, E> = watch::Receiver<Option<Result<V, E>>>;

/// A value and which one it is.
#[derive(Clone)]
pub(crate) struct Edition<V> {
    pub(crate) value: V,
    pub(crate) generation: u64,
}

/// Why a flight brought nothing home.
#[derive(Debug, Clone)]
pub(crate) enum Failure<E> {
    /// The value stays; trying again may help.
    Passing(E),
    /// The value cannot be renewed, as far as anybody can tell now.
    Refused(E),
    /// There will be no more values.
    Over(E),
}

/// A flight could not be made or did not come back.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lost {
    NoRuntime,
    Abandoned,
}

impl<V, E> Refresher<V, E>
where
    V: Perishable + Clone + Send + Sync + 'static,
    E: Clone + From<Lost> + Send + Sync + 'static,
{
    pub(crate) fn new(value: V) -> Arc<Self> {
        let state = State { value, generation: 0, flight: None, trouble: None, ended: None };
        Arc::new(Self { state: Mutex::new(state), generations: watch::Sender::new(0) })
    }

    /// The newest value, stale or not; or why there will be no more.
    pub(crate) fn current(&self) -> Result<Edition<V>, E> {
        let state = self.lock();
        state.over().map_or_else(|| Ok(state.edition()), Err)
    }

    /// A value that will do now: the newest one, or the next if its time has come.
    pub(crate) async fn fresh<C, F, R>(self: &Arc<Self>, clock: &C, fetch: F) -> Result<Edition<V>, E>
    where
        C: Clock + Clone,
        F: FnOnce(V) -> R,
        R: Future<Output = Result<V, Failure<E>>> + Send + 'static,
    {
        let (outdated, boarded) = {
            let state = self.lock();
            let now = clock.now();
            state.unless_over(now)?;
            if state.will_do(now) {
                return Ok(state.edition());
            }
            (state.generation, self.board(state, clock, fetch))
        };
        let renewed = match boarded {
            Ok(flight) => self.arrival(flight, outdated).await,
            Err(error) => Err(error),
        };
        match renewed {
            // It was early: what is still valid is still good.
            Err(error) => self.current().ok().filter(|it| clock.now() < it.value.expires_at()).ok_or(error),
            renewed => renewed,
        }
    }

    /// A newer value than the `outdated` one: there is one already, or one flight fetches it for all.
    pub(crate) async fn renew<C, F, R>(self: &Arc<Self>, outdated: u64, clock: &C, fetch: F) -> Result<Edition<V>, E>
    where
        C: Clock + Clone,
        F: FnOnce(V) -> R,
        R: Future<Output = Result<V, Failure<E>>> + Send + 'static,
    {
        let flight = {
            let state = self.lock();
            state.unless_over(clock.now())?;
            if state.generation != outdated {
                return Ok(state.edition());
            }
            self.board(state, clock, fetch)?
        };
        self.arrival(flight, outdated).await
    }

    /// There will be no more values, from the first poll on. Gives the last one, which may be on its way home still; or why
    /// it had ended before.
    pub(crate) async fn end(&self, why: E) -> Result<V, E> {
        let (last, flight) = {
            let mut state = self.lock();
            if let Some(ended) = &state.ended {
                return Err(ended.clone());
            }
            state.ended = Some(why);
            state.generation += 1;
            self.generations.send_replace(state.generation);
            (state.value.clone(), state.flight.take())
        };
        match flight {
            Some(flight) => Ok(landed(flight).await.unwrap_or(last)),
            None => Ok(last),
        }
    }

    /// Puts a value in the place of this edition, which it stays; not if there is a newer one, or a flight has a copy of it.
    pub(crate) fn replace(&self, edition: Edition<V>) -> Result<bool, E> {
        let mut state = self.lock();
        if let Some(why) = state.over() {
            return Err(why);
        }
        let replaced = state.flight.is_none() && state.generation == edition.generation;
        if replaced {
            state.value = edition.value;
        }
        Ok(replaced)
    }

    /// Waits for the flight that is under way, if one is. What became of it is the business of those who wanted it.
    pub(crate) async fn settled(&self) {
        let flight = self.lock().flight.clone();
        if let Some(flight) = flight {
            let _ = landed(flight).await;
        }
    }

    /// Tells of every change from now on, also of the last one.
    pub(crate) fn generations(&self) -> watch::Receiver<u64> {
        self.generations.subscribe()
    }

    /// The flight that is under way, or else a new one.
    fn board<C, F, R>(
        self: &Arc<Self>,
        mut state: MutexGuard<'_, State<V, E>>,
        clock: &C,
        fetch: F,
    ) -> Result<Flight<V, E>, E>
    where
        C: Clock + Clone,
        F: FnOnce(V) -> R,
        R: Future<Output = Result<V, Failure<E>>> + Send + 'static,
    {
        if let Some(flight) = &state.flight {
            return Ok(flight.clone());
        }
        let runtime = Handle::try_current().map_err(|_| Lost::NoRuntime)?;
        let fetched = fetch(state.value.clone());
        let (news, flight) = watch::channel(None);
        state.flight = Some(flight.clone());
        let (refresher, clock) = (Arc::clone(self), Box::new(clock.clone()));
        let mut landing = Landing { refresher, clock, news, landed: false };
        // A runtime that is going down drops the task here and now, and with it the landing, which takes the lock.
        drop(state);
        runtime.spawn(async move {
            let outcome = fetched.await;
            landing.land(outcome);
        });
        Ok(flight)
    }

    /// What a flight means for somebody who waited for it: whatever is newest now, or why it failed.
    async fn arrival(&self, flight: Flight<V, E>, outdated: u64) -> Result<Edition<V>, E> {
        let outcome = landed(flight).await;
        let current = self.current()?;
        if current.generation == outdated { outcome.and(Ok(current)) } else { Ok(current) }
    }

    // Nothing that holds the lock can panic half-way through a change.
    fn lock(&self) -> MutexGuard<'_, State<V, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Perishable + Clone, E: Clone> State<V, E> {
    fn edition(&self) -> Edition<V> {
        Edition { value: self.value.clone(), generation: self.generation }
    }

    fn over(&self) -> Option<E> {
        let refused = || self.trouble.as_ref().and_then(Trouble::refusal);
        self.ended.as_ref().or_else(refused).cloned()
    }

    /// A refusal is forgotten after a while, an end is not.
    fn unless_over(&self, now: Timestamp) -> Result<(), E> {
        let recent = self.trouble.as_ref().filter(|trouble| trouble.is_recent(now, REFUSAL_HOLDS));
        let over = self.ended.as_ref().or_else(|| recent.and_then(Trouble::refusal));
        over.map_or(Ok(()), |why| Err(why.clone()))
    }

    fn will_do(&self, now: Timestamp) -> bool {
        let (refused, resting) = match &self.trouble {
            Some(trouble) => (trouble.refusal().is_some(), trouble.is_recent(now, REST)),
            None => (false, false),
        };
        let in_time = now < self.value.renew_at();
        let good_enough = now < self.value.expires_at() && (resting || self.flight.is_some());
        !refused && (in_time || good_enough)
    }
}

impl<E> Trouble<E> {
    /// A clock that was set back makes nothing recent.
    fn is_recent(&self, now: Timestamp, limit: Duration) -> bool {
        self.at <= now && now.since(self.at) < limit
    }

    fn refusal(&self) -> Option<&E> {
        if let Failure::Refused(why) = &self.failure { Some(why) } else { None }
    }
}

impl<E> Failure<E> {
    fn into_error(self) -> E {
        let (Self::Passing(error) | Self::Refused(error) | Self::Over(error)) = self;
        error
    }
}

async fn landed<V: Clone, E: Clone + From<Lost>>(mut flight: Flight<V, E>) -> Result<V, E> {
    let news = flight.wait_for(Option::is_some).await;
    news.ok().and_then(|news| news.clone()).unwrap_or_else(|| Err(Lost::Abandoned.into()))
}

/// The end of a flight: also when its task panics or the runtime goes down, nobody waits for it for ever.
struct Landing<V, E>
where
    V: Perishable + Clone + Send + Sync + 'static,
    E: Clone + From<Lost> + Send + Sync + 'static,
{
    refresher: Arc<Refresher<V, E>>,
    clock: Box<dyn Clock>,
    news: watch::Sender<Option<Result<V, E>>>,
    landed: bool,
}

impl<V, E> Landing<V, E>
where
    V: Perishable + Clone + Send + Sync + 'static,
    E: Clone + From<Lost> + Send + Sync + 'static,
{
    fn land(&mut self, outcome: Result<V, Failure<E>>) {
        self.landed = true;
        let mut state = self.refresher.lock();
        if state.ended.is_none() {
            state.flight = None;
            state.trouble =
                outcome.as_ref().err().map(|failure| Trouble { failure: failure.clone(), at: self.clock.now() });
            match &outcome {
                Ok(value) => {
                    state.value = value.clone();
                    state.generation += 1;
                }
                Err(Failure::Over(why)) => state.ended = Some(why.clone()),
                Err(Failure::Passing(_) | Failure::Refused(_)) => {}
            }
            if !matches!(outcome, Err(Failure::Passing(_))) {
                self.refresher.generations.send_replace(state.generation);
            }
        }
        drop(state);
        self.news.send_replace(Some(outcome.map_err(Failure::into_error)));
    }
}

impl<V, E> Drop for Landing<V, E>
where
    V: Perishable + Clone + Send + Sync + 'static,
    E: Clone + From<Lost> + Send + Sync + 'static,
{
    fn drop(&mut self) {
        if !self.landed {
            self.land(Err(Failure::Passing(Lost::Abandoned.into())));
        }
    }
}
