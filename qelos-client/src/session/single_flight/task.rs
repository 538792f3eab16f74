//! The task of a flight. Its work can be cancelled from another runtime while its own is not driven.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::failure::{Failure, TaskLost};

/// How long a caller waits for a task that is not polled, before it takes over.
pub(super) const STALL: Duration = Duration::from_secs(2);

/// Nothing was sent: the work can be dropped, and the value stays valid.
const BEFORE: u8 = 0;
/// The value may be used up: dropping the work could lose the next one.
const SENT: u8 = 1;
/// The work was cancelled before anything was sent.
const CANCELLED: u8 = 2;

type Outcome<V, E> = Result<V, Failure<E>>;
type Work<V, E> = Pin<Box<dyn Future<Output = Outcome<V, E>> + Send>>;

/// The work of a flight. The runtime polls it here, and does not own it.
pub(super) struct Task<V, E> {
    phase: Arc<AtomicU8>,
    /// How often the runtime has polled the work.
    polls: AtomicUsize,
    work: Mutex<Option<Work<V, E>>>,
    waker: Mutex<Option<Waker>>,
}

impl<V, E> Task<V, E> {
    /// A task for the work that the closure makes from its [`Progress`].
    pub(super) fn new<R>(is_repeated: bool, work: impl FnOnce(Progress) -> R) -> Self
    where
        R: Future<Output = Outcome<V, E>> + Send + 'static,
    {
        let phase = Arc::new(AtomicU8::new(BEFORE));
        let work = work(Progress { phase: Arc::clone(&phase), is_repeated });
        Self { phase, polls: AtomicUsize::new(0), work: Mutex::new(Some(Box::pin(work))), waker: Mutex::default() }
    }

    /// Polls the work; ready with `None` when the work was cancelled.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Option<Outcome<V, E>>> {
        self.polls.fetch_add(1, Ordering::Relaxed);
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(cx.waker().clone());
        let mut slot = self.work();
        let Some(work) = &mut *slot else { return Poll::Ready(None) };
        let outcome = work.as_mut().poll(cx);
        if outcome.is_ready() {
            *slot = None;
        }
        outcome.map(Some)
    }

    pub(super) fn polls(&self) -> usize {
        self.polls.load(Ordering::Relaxed)
    }

    /// Asks the runtime for another poll. Returns the number of polls until now.
    pub(super) fn wake(&self) -> usize {
        let polls = self.polls();
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.wake_by_ref();
        }
        polls
    }

    /// Cancels the work, unless it has sent something. Returns the work, for the caller to drop. Work that a blocked
    /// thread is polling cannot be returned: it ends when it is about to send.
    pub(super) fn cancel(&self) -> Option<impl Sized + use<V, E>> {
        self.phase.compare_exchange(BEFORE, CANCELLED, Ordering::AcqRel, Ordering::Acquire).ok()?;
        Some(match self.work.try_lock() {
            Ok(mut work) => work.take(),
            Err(TryLockError::Poisoned(work)) => work.into_inner().take(),
            Err(TryLockError::WouldBlock) => None,
        })
    }

    /// Takes the work out: it is not polled any more.
    pub(super) fn take(&self) -> Option<impl Sized + use<V, E>> {
        self.work().take()
    }

    // The lock may be poisoned: work that has panicked is not polled again.
    fn work(&self) -> MutexGuard<'_, Option<Work<V, E>>> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The handle that the work of a flight has to its task.
pub(crate) struct Progress {
    phase: Arc<AtomicU8>,
    /// Whether an earlier flight may have used up the same value, and may still bring the next one.
    pub(crate) is_repeated: bool,
}

impl Progress {
    /// Has to be called before a request is sent that uses the value up.
    ///
    /// # Errors
    ///
    /// When the flight was given up in the meantime, and another one does the work.
    pub(crate) fn begin_exchange(&self) -> Result<(), TaskLost> {
        match self.phase.compare_exchange(BEFORE, SENT, Ordering::AcqRel, Ordering::Acquire) {
            Err(CANCELLED) => Err(TaskLost::Stalled),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}
