//! Waiting for a store: for its lock, and for a server that is away for a moment.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Mutex as AsyncMutex;

use crate::clock::jitter::Draw;
use crate::session::store::erased::Boxed;
use crate::session::store::{AnyLock, AnyStore, Saved, StoreError, StoredSession};

/// How long a store is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// The pauses between two attempts: each twice as long as the one before, up to the longest.
pub(super) struct Pauses(Duration);

impl Pauses {
    pub(super) fn new() -> Self {
        Self(FIRST_PAUSE)
    }

    pub(super) async fn pause(&mut self) {
        tokio::time::sleep(Draw::new().upper_half(self.0)).await;
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
    }
}

/// What came of waiting for a lock.
pub(crate) enum LockOutcome<R> {
    /// It is not needed any more.
    AlreadyRenewed(R),
    /// It is held.
    Acquired(Box<dyn AnyLock>),
}

/// Waits for the lock of a store, or until there is in it what the lock was wanted for.
pub(crate) async fn lock_unless<R>(
    store: &dyn AnyStore,
    already_renewed: impl Fn(Option<StoredSession>) -> Option<R>,
) -> Result<LockOutcome<R>, StoreError> {
    runtime()?;
    let mut taken = false;
    match tokio::time::timeout(PATIENCE, acquire(store, already_renewed, &mut taken)).await {
        Ok(outcome) => outcome,
        Err(_) if taken => {
            Err(StoreError::new("another process has held the lock of the token store for half a minute"))
        }
        Err(_) => Err(StoreError::new("the token store has not responded for half a minute")),
    }
}

/// Tries to take the lock until there is an end to it; `taken` says whether another process was seen to have it.
async fn acquire<R>(
    store: &dyn AnyStore,
    already_renewed: impl Fn(Option<StoredSession>) -> Option<R>,
    taken: &mut bool,
) -> Result<LockOutcome<R>, StoreError> {
    let mut pauses = Pauses::new();
    loop {
        if let Some(result) = already_renewed(store.load().await?) {
            return Ok(LockOutcome::AlreadyRenewed(result));
        }
        if let Some(lock) = store.try_lock().await? {
            return Ok(LockOutcome::Acquired(lock));
        }
        *taken = true;
        pauses.pause().await;
    }
}

/// Waits for the lock of a store.
pub(crate) async fn lock(store: &dyn AnyStore) -> Result<Box<dyn AnyLock>, StoreError> {
    match lock_unless(store, |_| None::<Infallible>).await? {
        LockOutcome::Acquired(lock) => Ok(lock),
        LockOutcome::AlreadyRenewed(never) => match never {},
    }
}

/// Releases a lock after what it was held for. When that fails, other processes have to wait longer, and what was done is
/// done.
pub(crate) async fn unlock(lock: Box<dyn AnyLock>) {
    if let Err(error) = lock.unlock().await {
        tracing::warn!(%error, "the lock of the token store is not free yet: other processes have to wait for it");
    }
}

/// The lock of the store of one session, while a renewal holds it. A renewal that takes over from one whose runtime rests uses
/// its lock, which nothing else would ever free.
#[derive(Default)]
pub(crate) struct LockInUse(Mutex<Weak<AsyncMutex<Box<dyn AnyLock>>>>);

/// A lock that two renewals of one session may hold.
struct SharedLock(Arc<AsyncMutex<Box<dyn AnyLock>>>);

impl LockInUse {
    /// The lock that another renewal holds.
    pub(crate) fn join(&self) -> Option<Box<dyn AnyLock>> {
        let lock = self.lock().upgrade()?;
        Some(Box::new(SharedLock(lock)))
    }

    /// A lock that another renewal can join from now on.
    pub(crate) fn share(&self, lock: Box<dyn AnyLock>) -> Box<dyn AnyLock> {
        let lock = Arc::new(AsyncMutex::new(lock));
        *self.lock() = Arc::downgrade(&lock);
        Box::new(SharedLock(lock))
    }

    // Nothing that holds it can panic half-way through a change.
    fn lock(&self) -> MutexGuard<'_, Weak<AsyncMutex<Box<dyn AnyLock>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AnyLock for SharedLock {
    fn save<'a>(
        &'a mut self,
        expected: Option<&'a StoredSession>,
        session: Option<&'a StoredSession>,
    ) -> Boxed<'a, Saved> {
        Box::pin(async move {
            let lock = tokio::time::timeout(PATIENCE, self.0.lock()).await;
            let busy = |_| StoreError::new("a tokio runtime that does not run is writing to the token store");
            lock.map_err(busy)?.save(expected, session).await
        })
    }

    /// The last of those that hold it frees it.
    fn unlock(self: Box<Self>) -> Boxed<'static, ()> {
        Box::pin(async move {
            match Arc::into_inner(self.0) {
                Some(lock) => lock.into_inner().unlock().await,
                None => Ok(()),
            }
        })
    }
}

/// Stores wait, for time or for a disk, and tokio panics where there is nothing to wait with.
pub(super) fn runtime() -> Result<Handle, StoreError> {
    Handle::try_current()
        .map_err(|_| StoreError::new("a token store is used within a tokio runtime, and there is none"))
}
