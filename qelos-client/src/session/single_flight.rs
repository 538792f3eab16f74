//! Single flight: one value, renewed once for all who need it.
//!
//! Knows neither tokens nor HTTP: a value with a life, a way to fetch the next one, and callers who must not each fetch
//! their own, because fetching uses the value up.
//!
//! * Each version of the value has a generation. A caller names the one it found outdated, so a late complaint about an old
//!   version cannot discard a newer one; a caller that has waited gets the newest there is.
//! * The first caller starts a flight; all others join it and share its result and its failure. While the value is still
//!   valid, only the caller that started it waits: the renewal is early, and the others use what is there.
//! * A flight is a task of its own: a caller that is dropped cannot lose a value that was already fetched.
//! * A flight belongs to the runtime it was started on. When that runtime rests or has ended, the flight makes no progress:
//!   a caller on another runtime that has waited for it for [`STALL`] takes over. As long as nothing was sent, the old
//!   flight is dropped; afterwards both go on, and the first value that arrives counts.
//! * Failures are remembered for a while: a refusal is the result for all callers, a server that asked to wait is not asked
//!   again before, and after any other failure an early renewal is not tried again at once.
//! * Ending wins: no caller gets what a flight brings after that, except the one that ended it all.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use qelos_spec::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::clock::Clock;

mod failure;
mod task;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

pub(crate) use self::failure::{Failure, TaskLost};
pub(crate) use self::task::Progress;
use self::task::{STALL, Task};

/// How long a refusal is the result of every call before the server is asked again.
const REFUSAL_HOLDS: Duration = Duration::from_mins(1);
/// How long after a failure an early renewal is not tried again.
const REST: Duration = Duration::from_secs(5);
/// The longest pause a server can ask for: a broken `Retry-After` must not lock a client up for days.
const LONGEST_REST: Duration = Duration::from_hours(1);

/// A value that has to be replaced from time to time.
pub(crate) trait Perishable {
    /// From when on it should be.
    fn renew_at(&self) -> Timestamp;
    /// From when on it is worth nothing.
    fn expires_at(&self) -> Timestamp;
}

/// A value that can be renewed, and its one flight.
pub(crate) struct SingleFlight<V, E> {
    state: Mutex<State<V, E>>,
    /// The generation, for those who want to know of every change.
    generations: watch::Sender<u64>,
}

struct State<V, E> {
    value: V,
    generation: u64,
    in_flight: Option<InFlight<V, E>>,
    /// Flights that were taken over after they had begun to use the value up, and may still bring the next one.
    outstanding: Vec<Weak<Task<V, E>>>,
    last_failure: Option<LastFailure<E>>,
    ended: Option<E>,
}

/// What the last flight failed with.
struct LastFailure<E> {
    failure: Failure<E>,
    at: Timestamp,
}

/// A flight: its task, and where its outcome will be.
struct InFlight<V, E> {
    task: Arc<Task<V, E>>,
    outcome: watch::Receiver<Option<Result<V, E>>>,
}

impl<V, E> Clone for InFlight<V, E> {
    fn clone(&self) -> Self {
        Self { task: Arc::clone(&self.task), outcome: self.outcome.clone() }
    }
}

/// A value and which version it is.
#[derive(Clone)]
pub(crate) struct Versioned<V> {
    pub(crate) value: V,
    pub(crate) generation: u64,
}

/// How a caller waits for a flight: for one of its own, which runs where the caller runs, or for one it has joined.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Starter,
    Joiner,
}

impl<V, E> SingleFlight<V, E>
where
    V: Perishable + Clone + Send + Sync + 'static,
    E: Clone + From<TaskLost> + Send + Sync + 'static,
{
    pub(crate) fn new(value: V) -> Arc<Self> {
        let state =
            State { value, generation: 0, in_flight: None, outstanding: Vec::new(), last_failure: None, ended: None };
        Arc::new(Self { state: Mutex::new(state), generations: watch::Sender::new(0) })
    }

    /// The newest value, outdated or not; or why there will be no more.
    pub(crate) fn current(&self) -> Result<Versioned<V>, E> {
        let state = self.lock();
        state.over().map_or_else(|| Ok(state.versioned()), Err)
    }

    /// A value that is good now: the newest one, or the next if its time has come.
    pub(crate) async fn fresh<C, F, R>(self: &Arc<Self>, clock: &C, fetch: F) -> Result<Versioned<V>, E>
    where
        C: Clock + Clone,
        F: FnOnce(V, Progress) -> R,
        R: Future<Output = Result<V, Failure<E>>> + Send + 'static,
    {
        let outdated = {
            let state = self.lock();
            let now = clock.now();
            state.unless_over(now)?;
            if state.is_good(now) {
                return Ok(state.versioned());
            }
            state.generation
        };
        match self.renew(outdated, clock, fetch).await {
            // The renewal was early: a value that has not expired is still good.
            Err(error) => self.current().ok().filter(|it| clock.now() < it.value.expires_at()).ok_or(error),
            renewed => renewed,
        }
    }

    /// A newer value than the `outdated` one: there is one already, or one flight fetches it for all.
    pub(crate) async fn renew<C, F, R>(self: &Arc<Self>, outdated: u64, clock: &C, fetch: F) -> Result<Versioned<V>, E>
    where
        C: Clock + Clone,
        F: FnOnce(V, Progress) -> R,
        R: Future<Output = Result<V, Failure<E>>> + Send + 'static,
    {
        let mut fetch = Some(fetch);
        loop {
            let (flight, role) = {
                let state = self.lock();
                let now = clock.now();
                state.unless_over(now)?;
                if state.generation != outdated {
                    return Ok(state.versioned());
                }
                self.join_or_start(state, clock, &mut fetch)?
            };
            match flight.wait(role).await {
                Ok(outcome) => {
                    let current = self.current()?;
                    return if current.generation == outdated { outcome.and(Ok(current)) } else { Ok(current) };
                }
                Err(TaskLost::Stalled) => self.give_up(&flight),
                // Another caller has started a flight by now, or this one does.
                Err(_) => {}
            }
        }
    }

    /// Ends the session at the first poll. Returns the newest value, waiting for a flight under way; or the earlier reason,
    /// if it had ended already.
    pub(crate) async fn end(&self, why: E) -> Result<V, E> {
        let (last, flight) = {
            let mut state = self.lock();
            if let Some(ended) = &state.ended {
                return Err(ended.clone());
            }
            state.ended = Some(why);
            state.generation += 1;
            self.generations.send_replace(state.generation);
            (state.value.clone(), state.in_flight.take())
        };
        match flight {
            Some(flight) => Ok(flight.wait(Role::Joiner).await.ok().and_then(Result::ok).unwrap_or(last)),
            None => Ok(last),
        }
    }

    /// Puts a value in the place of this version, whose generation it keeps; not if there is a newer one, or a flight has a
    /// copy of it.
    pub(crate) fn replace(&self, version: Versioned<V>) -> Result<bool, E> {
        let mut state = self.lock();
        if let Some(why) = state.over() {
            return Err(why);
        }
        let replaced = state.in_flight.is_none() && state.generation == version.generation;
        if replaced {
            state.value = version.value;
        }
        Ok(replaced)
    }

    /// Waits for the flight that is under way, if one is. Its outcome is for the callers that wanted it.
    ///
    /// # Errors
    ///
    /// When its runtime does not run it.
    pub(crate) async fn settled(&self) -> Result<(), TaskLost> {
        let flight = self.lock().in_flight.clone();
        match flight {
            Some(flight) => match flight.wait(Role::Joiner).await {
                Err(TaskLost::Stalled) => Err(TaskLost::Stalled),
                _ => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Tells of every change from now on, also of the last one.
    pub(crate) fn generations(&self) -> watch::Receiver<u64> {
        self.generations.subscribe()
    }

    /// The flight that is under way, or else a new one.
    fn join_or_start<C, F, R>(
        self: &Arc<Self>,
        mut state: MutexGuard<'_, State<V, E>>,
        clock: &C,
        fetch: &mut Option<F>,
    ) -> Result<(InFlight<V, E>, Role), E>
    where
        C: Clock + Clone,
        F: FnOnce(V, Progress) -> R,
        R: Future<Output = Result<V, Failure<E>>> + Send + 'static,
    {
        if let Some(flight) = &state.in_flight {
            return Ok((flight.clone(), Role::Joiner));
        }
        if let Some(error) = state.asked_to_wait(clock.now()) {
            return Err(error);
        }
        let runtime = Handle::try_current().map_err(|_| TaskLost::NoRuntime)?;
        let fetch = fetch.take().ok_or(TaskLost::Dropped)?;
        state.outstanding.retain(|task| task.strong_count() > 0);
        let value = state.value.clone();
        let task = Arc::new(Task::new(!state.outstanding.is_empty(), |progress| fetch(value, progress)));
        let (news, outcome) = watch::channel(None);
        let flight = InFlight { task: Arc::clone(&task), outcome };
        state.in_flight = Some(flight.clone());
        let (engine, clock, based_on) = (Arc::clone(self), Box::new(clock.clone()), state.generation);
        let guard = CompletionGuard { engine, clock, news, task, based_on, completed: false };
        // A runtime that is ending drops the task here and now, and with it the guard, which takes the lock.
        drop(state);
        runtime.spawn(guard.run());
        Ok((flight, Role::Starter))
    }

    /// Another flight may be started in the place of one that makes no progress.
    fn give_up(&self, stalled: &InFlight<V, E>) {
        let dropped = {
            let mut state = self.lock();
            if !state.in_flight.as_ref().is_some_and(|flight| Arc::ptr_eq(&flight.task, &stalled.task)) {
                return;
            }
            state.in_flight = None;
            let dropped = stalled.task.cancel();
            if dropped.is_none() {
                state.outstanding.push(Arc::downgrade(&stalled.task));
            }
            dropped
        };
        // What the work holds is dropped without the lock: that may take its time.
        drop(dropped);
    }

    // Nothing that holds the lock can panic half-way through a change.
    fn lock(&self) -> MutexGuard<'_, State<V, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Clone, E: Clone> InFlight<V, E> {
    /// The outcome. A caller that has joined does not wait for a task that is not run.
    async fn wait(&self, role: Role) -> Result<Result<V, E>, TaskLost> {
        let mut outcome = self.outcome.clone();
        // Two halves: the task is only disturbed when the first has passed.
        let mut polls = None;
        loop {
            let waiting = outcome.wait_for(Option::is_some);
            let seen = match role {
                Role::Joiner if Handle::try_current().is_ok() => tokio::time::timeout(STALL / 2, waiting).await.ok(),
                _ => Some(waiting.await),
            };
            match seen {
                Some(seen) => return seen.ok().and_then(|seen| seen.clone()).ok_or(TaskLost::Dropped),
                None if polls == Some(self.task.polls()) => return Err(TaskLost::Stalled),
                None => polls = Some(self.task.wake()),
            }
        }
    }
}

impl<V: Perishable + Clone, E: Clone> State<V, E> {
    fn versioned(&self) -> Versioned<V> {
        Versioned { value: self.value.clone(), generation: self.generation }
    }

    fn over(&self) -> Option<E> {
        let refused = || self.last_failure.as_ref().and_then(LastFailure::refusal);
        self.ended.as_ref().or_else(refused).cloned()
    }

    /// A refusal is forgotten after a while, an end is not.
    fn unless_over(&self, now: Timestamp) -> Result<(), E> {
        let recent = self.last_failure.as_ref().filter(|last| last.is_recent(now, REFUSAL_HOLDS));
        let over = self.ended.as_ref().or_else(|| recent.and_then(LastFailure::refusal));
        over.map_or(Ok(()), |why| Err(why.clone()))
    }

    /// The last failure, while the pause that the server asked for lasts.
    fn asked_to_wait(&self, now: Timestamp) -> Option<E> {
        let last = self.last_failure.as_ref()?;
        let Failure::Transient(error, Some(pause)) = &last.failure else { return None };
        last.is_recent(now, (*pause).min(LONGEST_REST)).then(|| error.clone())
    }

    fn is_good(&self, now: Timestamp) -> bool {
        let (refused, resting) = match &self.last_failure {
            Some(last) => (last.refusal().is_some(), last.is_recent(now, REST)),
            None => (false, false),
        };
        let in_time = now < self.value.renew_at();
        let good_enough = now < self.value.expires_at() && (resting || self.in_flight.is_some());
        !refused && (in_time || good_enough)
    }
}

impl<E> LastFailure<E> {
    /// A clock that was set back makes nothing recent.
    fn is_recent(&self, now: Timestamp, limit: Duration) -> bool {
        self.at <= now && now.since(self.at) < limit
    }

    fn refusal(&self) -> Option<&E> {
        if let Failure::Refused(why) = &self.failure { Some(why) } else { None }
    }
}

/// The end of a flight: also when its task panics or its runtime ends, no caller waits for it for ever.
struct CompletionGuard<V, E>
where
    V: Perishable + Clone + Send + Sync + 'static,
    E: Clone + From<TaskLost> + Send + Sync + 'static,
{
    engine: Arc<SingleFlight<V, E>>,
    clock: Box<dyn Clock>,
    news: watch::Sender<Option<Result<V, E>>>,
    task: Arc<Task<V, E>>,
    /// The generation of the value that the flight uses up.
    based_on: u64,
    completed: bool,
}

impl<V, E> CompletionGuard<V, E>
where
    V: Perishable + Clone + Send + Sync + 'static,
    E: Clone + From<TaskLost> + Send + Sync + 'static,
{
    async fn run(mut self) {
        let task = Arc::clone(&self.task);
        if let Some(outcome) = poll_fn(|cx| task.poll(cx)).await {
            self.complete(&outcome);
            self.news.send_replace(Some(outcome.map_err(Failure::into_error)));
        }
    }

    fn complete(&mut self, outcome: &Result<V, Failure<E>>) {
        self.completed = true;
        let mut state = self.engine.lock();
        let is_current = state.in_flight.as_ref().is_some_and(|flight| Arc::ptr_eq(&flight.task, &self.task));
        if is_current {
            state.in_flight = None;
        }
        // What was taken over counts only as long as no other flight has brought a value.
        if state.ended.is_some() || !(is_current || outcome.is_ok() && state.generation == self.based_on) {
            return;
        }
        match outcome {
            Ok(value) => {
                state.value = value.clone();
                state.generation += 1;
                state.last_failure = None;
            }
            Err(_) if state.generation != self.based_on => return,
            Err(failure) => {
                state.last_failure = Some(LastFailure { failure: failure.clone(), at: self.clock.now() });
                if let Failure::Over(why) = failure {
                    state.ended = Some(why.clone());
                }
            }
        }
        if !matches!(outcome, Err(Failure::Transient(..))) {
            self.engine.generations.send_replace(state.generation);
        }
    }
}

impl<V, E> Drop for CompletionGuard<V, E>
where
    V: Perishable + Clone + Send + Sync + 'static,
    E: Clone + From<TaskLost> + Send + Sync + 'static,
{
    fn drop(&mut self) {
        if !self.completed {
            drop(self.task.take());
            self.complete(&Err(Failure::Transient(TaskLost::Dropped.into(), None)));
        }
    }
}
