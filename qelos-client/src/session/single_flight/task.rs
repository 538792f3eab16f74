//! The task of a flight: work that another runtime can take away from the one that does not run it.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::failure::{Failure, TaskLost};

/// How long a caller waits for a task that is not run before it takes over.
pub(super) const STALL: Duration = Duration::from_secs(2);

/// Nothing was sent: the work can be dropped, and the value is as it was.
const BEFORE: u8 = 0;
/// The value may be used up: only the work knows what comes after it.
const SENT: u8 = 1;
/// The work was given up before anything was sent.
const CANCELLED: u8 = 2;

type Outcome<V, E> = Result<V, Failure<E>>;
type Work<V, E> = Pin<Box<dyn Future<Output = Outcome<V, E>> + Send>>;

/// The work of a flight lies here, and its runtime only polls it.
pub(super) struct Task<V, E> {
    phase: Arc<AtomicU8>,
    /// How often the runtime has polled it.
    polls: AtomicUsize,
    work: Mutex<Option<Work<V, E>>>,
    waker: Mutex<Option<Waker>>,
}

impl<V, E> Task<V, E> {
    /// A task for the work that is made with its [`Progress`].
    pub(super) fn new<R>(is_repeated: bool, work: impl FnOnce(Progress) -> R) -> Self
    where
        R: Future<Output = Outcome<V, E>> + Send + 'static,
    {
        let phase = Arc::new(AtomicU8::new(BEFORE));
        let work = work(Progress { phase: Arc::clone(&phase), is_repeated });
        Self { phase, polls: AtomicUsize::new(0), work: Mutex::new(Some(Box::pin(work))), waker: Mutex::default() }
    }

    /// Polls the work; ready with `None` when it was taken away.
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

    /// Asks the runtime to poll it once more; returns how often it has done so until now.
    pub(super) fn wake(&self) -> usize {
        let polls = self.polls();
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.wake_by_ref();
        }
        polls
    }

    /// Takes the work away, unless it has sent something. A work that is being polled, by a thread that is blocked in it, stays
    /// where it is: it ends when it wants to send.
    pub(super) fn cancel(&self) -> Option<impl Sized + use<V, E>> {
        self.phase.compare_exchange(BEFORE, CANCELLED, Ordering::AcqRel, Ordering::Acquire).ok()?;
        Some(match self.work.try_lock() {
            Ok(mut work) => work.take(),
            Err(TryLockError::Poisoned(work)) => work.into_inner().take(),
            Err(TryLockError::WouldBlock) => None,
        })
    }

    /// The work, which is not polled any more.
    pub(super) fn take(&self) -> Option<impl Sized + use<V, E>> {
        self.work().take()
    }

    // A work that panics is not polled again.
    fn work(&self) -> MutexGuard<'_, Option<Work<V, E>>> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the work of a flight tells and is told.
pub(crate) struct Progress {
    phase: Arc<AtomicU8>,
    /// Whether an earlier flight may have used the same value up, and may still bring the next one.
    pub(crate) is_repeated: bool,
}

impl Progress {
    /// To be asked before anything is sent that uses the value up.
    ///
    /// # Errors
    ///
    /// When the flight was given up meanwhile: another one does the work.
    pub(crate) fn begin_exchange(&self) -> Result<(), TaskLost> {
        match self.phase.compare_exchange(BEFORE, SENT, Ordering::AcqRel, Ordering::Acquire) {
            Err(CANCELLED) => Err(TaskLost::Stalled),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}
