//! A store in the memory of one process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::session::store::{Saved, StoreError, StoreLock, StoredSession, TokenStore};

/// A session in memory, for several clients in one process, and for tests. Clones are the same store. It ends with the
/// process: [`FileTokenStore`](crate::store::FileTokenStore) keeps a session longer.
///
/// ```
/// use qelos_client::store::{MemoryTokenStore, TokenStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), qelos_client::store::StoreError> {
/// let store = MemoryTokenStore::default();
/// assert!(store.load().await?.is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryTokenStore {
    kept: Kept,
    lock: Arc<AsyncMutex<()>>,
}

type Kept = Arc<Mutex<Option<StoredSession>>>;

/// The lock of a [`MemoryTokenStore`].
#[derive(Debug)]
pub struct MemoryLock {
    kept: Kept,
    _guard: OwnedMutexGuard<()>,
}

/// A record is replaced as a whole, so that one behind a thread that has panicked is still good.
fn open(kept: &Kept) -> MutexGuard<'_, Option<StoredSession>> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TokenStore for MemoryTokenStore {
    type Lock = MemoryLock;

    async fn load(&self) -> Result<Option<StoredSession>, StoreError> {
        Ok(open(&self.kept).clone())
    }

    async fn try_lock(&self) -> Result<Option<MemoryLock>, StoreError> {
        let guard = Arc::clone(&self.lock).try_lock_owned().ok();
        Ok(guard.map(|guard| MemoryLock { kept: Arc::clone(&self.kept), _guard: guard }))
    }
}

impl StoreLock for MemoryLock {
    async fn save(
        &mut self,
        expected: Option<&StoredSession>,
        session: Option<&StoredSession>,
    ) -> Result<Saved, StoreError> {
        let mut kept = open(&self.kept);
        if kept.as_ref().map(StoredSession::version) != expected.map(StoredSession::version) {
            return Ok(Saved::Superseded);
        }
        *kept = session.cloned();
        Ok(Saved::Kept)
    }

    async fn unlock(self) -> Result<(), StoreError> {
        Ok(())
    }
}
