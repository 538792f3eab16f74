//! Waiting for a store: for its lock, and for a server that does not respond.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Mutex as AsyncMutex;

use crate::clock::jitter::Jitter;
use crate::session::store::erased::Boxed;
use crate::session::store::{AnyLock, AnyStore, Saved, StoreError, StoredSession};

/// How long the client waits for a store.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// The pauses between attempts: a back-off that doubles up to the longest pause.
pub(super) struct Pauses(Duration);

impl Pauses {
    pub(super) fn new() -> Self {
        Self(FIRST_PAUSE)
    }

    pub(super) async fn pause(&mut self) {
        tokio::time::sleep(Jitter::new().upper_half(self.0)).await;
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
    }
}

/// The outcome of waiting for a lock.
pub(crate) enum LockOutcome<R> {
    /// The lock is not needed: another process has done the work.
    AlreadyRenewed(R),
    /// The lock is held by this process.
    Acquired(Box<dyn AnyLock>),
}

/// Waits for the lock of a store, or until another process has done the work.
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

/// Tries to take the lock, without a limit. Sets `taken` when another holder has it.
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

/// Releases a lock. A failure is only logged: the work is done, and other processes have to wait longer.
pub(crate) async fn unlock(lock: Box<dyn AnyLock>) {
    if let Err(error) = lock.unlock().await {
        tracing::warn!(%error, "the lock of the token store is not free yet: other processes have to wait for it");
    }
}

/// The lock of the store, while a renewal of the session holds it. When the runtime of that renewal is not driven, the
/// lock does not become free: the renewal that takes over shares it.
#[derive(Default)]
pub(crate) struct LockInUse(Mutex<Weak<AsyncMutex<Box<dyn AnyLock>>>>);

/// A lock that several renewals of one session share.
struct SharedLock(Arc<AsyncMutex<Box<dyn AnyLock>>>);

impl LockInUse {
    /// The lock that another renewal holds.
    pub(crate) fn join(&self) -> Option<Box<dyn AnyLock>> {
        let lock = self.lock().upgrade()?;
        Some(Box::new(SharedLock(lock)))
    }

    /// Makes a lock shareable: another renewal can join it from now on.
    pub(crate) fn share(&self, lock: Box<dyn AnyLock>) -> Box<dyn AnyLock> {
        let lock = Arc::new(AsyncMutex::new(lock));
        *self.lock() = Arc::downgrade(&lock);
        Box::new(SharedLock(lock))
    }

    // No code panics in the middle of a change, so the value is valid even if the mutex is poisoned.
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
            let busy =
                |_| StoreError::new("a tokio runtime that is not driven is writing to the token store: drive it");
            lock.map_err(busy)?.save(expected, session).await
        })
    }

    /// Releases the lock when no other renewal shares it.
    fn unlock(self: Box<Self>) -> Boxed<'static, ()> {
        Box::pin(async move {
            match Arc::into_inner(self.0) {
                Some(lock) => lock.into_inner().unlock().await,
                None => Ok(()),
            }
        })
    }
}

/// The current runtime. Stores wait for time or for the disk, and tokio panics outside of a runtime: this is an error
/// instead.
pub(super) fn runtime() -> Result<Handle, StoreError> {
    Handle::try_current()
        .map_err(|_| StoreError::new("a token store needs a tokio runtime, and this call is made outside of one"))
}
