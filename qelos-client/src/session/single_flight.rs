//! Single flight: one value, renewed once for all callers that need it.
//!
//! The module knows neither tokens nor HTTP. It knows a value that expires, and a way to fetch the next one. Fetching
//! uses the value up, so that callers must not fetch at the same time. A *flight* is one fetch, in a task of its own.
//!
//! * Each version of the value has a generation. A caller that finds the value outdated names its generation: a late
//!   report about an old version does not discard a newer one. A caller that has waited gets the newest version.
//! * The first caller starts a flight. All others join it, and share its result or its failure. While the value is
//!   still valid, only the caller that started the flight waits: the renewal is early, and the others use the current
//!   value.
//! * Dropping a caller does not stop its flight, so that no fetched value is lost.
//! * A flight belongs to the runtime it was started on. It makes no progress when that runtime has ended, or is not
//!   driven, as between two calls of `block_on`. A caller on another runtime waits for [`STALL`], and then takes over.
//!   If nothing was sent, the old flight is dropped. Otherwise both go on, and the first value that arrives is used.
//! * Failures are remembered for a while. A refusal is the result for all callers. When the server asked for a pause,
//!   no flight starts before it is over. After any other failure, an early renewal is not tried again at once.
//! * An end has priority over a flight: only the caller that ended the session gets the value of that flight.

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

/// How long a refusal is the result of every call, before the server is asked again.
const REFUSAL_HOLDS: Duration = Duration::from_mins(1);
/// How long an early renewal is not tried again after a failure.
const PAUSE: Duration = Duration::from_secs(5);
/// The longest pause that a server can ask for. A broken `Retry-After` must not block a client for days.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// A value that has to be renewed from time to time.
pub(crate) trait Perishable {
    /// When the value should be renewed.
    fn renew_at(&self) -> Timestamp;
    /// When the value cannot be used any more.
    fn expires_at(&self) -> Timestamp;
}

/// A value that can be renewed, and its one flight.
pub(crate) struct SingleFlight<V, E> {
    state: Mutex<State<V, E>>,
    /// Publishes the generation after every change.
    generations: watch::Sender<u64>,
}

struct State<V, E> {
    value: V,
    generation: u64,
    in_flight: Option<InFlight<V, E>>,
    /// Flights that had sent something before another one took over. Each may still bring the next value.
    outstanding: Vec<Weak<Task<V, E>>>,
    last_failure: Option<LastFailure<E>>,
    ended: Option<E>,
}

/// The failure of the last flight, and its time.
struct LastFailure<E> {
    failure: Failure<E>,
    at: Timestamp,
}

/// A flight: its task, and the channel of its outcome.
struct InFlight<V, E> {
    task: Arc<Task<V, E>>,
    outcome: watch::Receiver<Option<Result<V, E>>>,
}

impl<V, E> Clone for InFlight<V, E> {
    fn clone(&self) -> Self {
        Self { task: Arc::clone(&self.task), outcome: self.outcome.clone() }
    }
}

/// A value and its version.
#[derive(Clone)]
pub(crate) struct Versioned<V> {
    pub(crate) value: V,
    pub(crate) generation: u64,
}

/// The relation of a caller to the flight that it waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The caller has started the flight, on its own runtime.
    Starter,
    /// The flight may belong to another runtime, which may not be driven.
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

    /// The newest value, outdated or not; or the reason why there are no more values.
    pub(crate) fn current(&self) -> Result<Versioned<V>, E> {
        let state = self.lock();
        state.over().map_or_else(|| Ok(state.versioned()), Err)
    }

    /// A value that is valid now: the newest one, or the next one if it is time to renew it.
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
        // In a box, because it is rare, and each call has room for it otherwise.
        match Box::pin(self.renew(outdated, clock, fetch)).await {
            // The early renewal failed, but the current value may not have expired: use it.
            Err(error) => self.current().ok().filter(|it| clock.now() < it.value.expires_at()).ok_or(error),
            renewed => renewed,
        }
    }

    /// A newer value than the one of the `outdated` generation: the current one, or the value of a flight.
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
                // The flight was lost: join the next one, or start it.
                Err(_) => {}
            }
        }
    }

    /// Ends the session at the first poll. Returns the newest value, after waiting for the current flight; or the
    /// earlier reason, if the session had already ended.
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

    /// Replaces the value of this version, and keeps its generation. Returns `false`, and replaces nothing, when there
    /// is a newer version or a flight: the flight has a copy of the old value.
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

    /// Waits for the current flight, if there is one. The outcome of the flight is not returned.
    ///
    /// # Errors
    ///
    /// When the runtime of the flight is not driven.
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

    /// Receives every change from now on, the end included.
    pub(crate) fn generations(&self) -> watch::Receiver<u64> {
        self.generations.subscribe()
    }

    /// Joins the current flight, or starts one.
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
        let (sender, receiver) = watch::channel(None);
        let flight = InFlight { task: Arc::clone(&task), outcome: receiver };
        state.in_flight = Some(flight.clone());
        let (engine, clock, based_on) = (Arc::clone(self), Box::new(clock.clone()), state.generation);
        let guard = CompletionGuard { engine, clock, outcome: sender, task, based_on, completed: false };
        // A runtime that is shutting down drops the task at once, and the guard with it. The guard takes the lock.
        drop(state);
        runtime.spawn(guard.run());
        Ok((flight, Role::Starter))
    }

    /// Gives up a flight that makes no progress, so that another one can start.
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
        // Dropping the work may take long: do it without the lock.
        drop(dropped);
    }

    // No code panics in the middle of a change, so the state is valid even if the lock is poisoned.
    fn lock(&self) -> MutexGuard<'_, State<V, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Clone, E: Clone> InFlight<V, E> {
    /// Waits for the outcome. A joiner does not wait for a task whose runtime is not driven.
    async fn wait(&self, role: Role) -> Result<Result<V, E>, TaskLost> {
        let mut outcome = self.outcome.clone();
        // The time is in two halves: the task is woken after the first, and has to be polled during the second.
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

    /// The error of a session that has ended, or was refused recently. A refusal is forgotten after a while, an end is
    /// not.
    fn unless_over(&self, now: Timestamp) -> Result<(), E> {
        let recent = self.last_failure.as_ref().filter(|last| last.is_recent(now, REFUSAL_HOLDS));
        let over = self.ended.as_ref().or_else(|| recent.and_then(LastFailure::refusal));
        over.map_or(Ok(()), |why| Err(why.clone()))
    }

    /// The last failure, during the pause that the server asked for.
    fn asked_to_wait(&self, now: Timestamp) -> Option<E> {
        let last = self.last_failure.as_ref()?;
        let Failure::Transient(error, Some(pause)) = &last.failure else { return None };
        last.is_recent(now, (*pause).min(LONGEST_PAUSE)).then(|| error.clone())
    }

    fn is_good(&self, now: Timestamp) -> bool {
        let (refused, pausing) = match &self.last_failure {
            Some(last) => (last.refusal().is_some(), last.is_recent(now, PAUSE)),
            None => (false, false),
        };
        let in_time = now < self.value.renew_at();
        let good_enough = now < self.value.expires_at() && (pausing || self.in_flight.is_some());
        !refused && (in_time || good_enough)
    }
}

impl<E> LastFailure<E> {
    /// After the clock was set back, no failure is recent.
    fn is_recent(&self, now: Timestamp, limit: Duration) -> bool {
        self.at <= now && now.since(self.at) < limit
    }

    fn refusal(&self) -> Option<&E> {
        if let Failure::Refused(why) = &self.failure { Some(why) } else { None }
    }
}

/// Completes a flight when it is dropped: no caller waits for ever, also when the task panics or its runtime ends.
struct CompletionGuard<V, E>
where
    V: Perishable + Clone + Send + Sync + 'static,
    E: Clone + From<TaskLost> + Send + Sync + 'static,
{
    engine: Arc<SingleFlight<V, E>>,
    clock: Box<dyn Clock>,
    outcome: watch::Sender<Option<Result<V, E>>>,
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
            self.outcome.send_replace(Some(outcome.map_err(Failure::into_error)));
        }
    }

    fn complete(&mut self, outcome: &Result<V, Failure<E>>) {
        self.completed = true;
        let mut state = self.engine.lock();
        let is_current = state.in_flight.as_ref().is_some_and(|flight| Arc::ptr_eq(&flight.task, &self.task));
        if is_current {
            state.in_flight = None;
        }
        // A flight that was given up may only bring a value, and only if no other flight has brought one.
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
