//! A store that fails on command, and the clients of one session in it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use qelos_client::store::{Saved, StoreError, StoreLock, StoredSession, TokenStore};
use qelos_client::{Client, OAuth};

use crate::world::{Gated, LIFETIME, World};

impl World<Gated> {
    /// A client of another process.
    pub(crate) async fn restored(&self, store: &(impl TokenStore + Clone)) -> Client<OAuth, Gated> {
        self.anonymous().restore(store.clone()).await.unwrap().expect("there is a session")
    }

    /// Two clients of one session with an expired token.
    pub(crate) async fn two(&self, store: &(impl TokenStore + Clone)) -> [Client<OAuth, Gated>; 2] {
        let first = self.oauth().await;
        first.keep_in(store.clone()).await.unwrap();
        let second = self.restored(store).await;
        self.pass(LIFETIME);
        [first, second]
    }
}

/// A store that fails on command, and can lose its lock.
#[derive(Clone, Default)]
pub(crate) struct Unreliable {
    pub(crate) kept: Arc<Mutex<Option<StoredSession>>>,
    pub(crate) locked: Arc<AtomicBool>,
    pub(crate) broken: Arc<AtomicBool>,
    pub(crate) silent: Arc<AtomicBool>,
    /// How many locks were taken, and how many of them were released before they were dropped.
    pub(crate) taken: Arc<AtomicUsize>,
    pub(crate) released: Arc<AtomicUsize>,
    /// The number of saves that still succeed; `None` for all.
    pub(crate) saves_left: Arc<Mutex<Option<usize>>>,
    /// The record that another process writes before the next save, after it has taken the lock.
    pub(crate) superseded_by: Arc<Mutex<Option<StoredSession>>>,
}

impl Unreliable {
    fn check(&self) -> Result<(), StoreError> {
        if self.broken.load(Ordering::SeqCst) { Err(StoreError::new("the disk is full")) } else { Ok(()) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.kept.lock().unwrap().is_none()
    }
}

impl TokenStore for Unreliable {
    type Lock = UnreliableLock;

    async fn load(&self) -> Result<Option<StoredSession>, StoreError> {
        if self.silent.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        self.check()?;
        Ok(self.kept.lock().unwrap().clone())
    }

    async fn try_lock(&self) -> Result<Option<UnreliableLock>, StoreError> {
        self.check()?;
        if self.locked.swap(true, Ordering::SeqCst) {
            return Ok(None);
        }
        self.taken.fetch_add(1, Ordering::SeqCst);
        Ok(Some(UnreliableLock(self.clone())))
    }
}

pub(crate) struct UnreliableLock(Unreliable);

impl StoreLock for UnreliableLock {
    async fn save(
        &mut self,
        expected: Option<&StoredSession>,
        session: Option<&StoredSession>,
    ) -> Result<Saved, StoreError> {
        self.0.check()?;
        if let Some(left) = &mut *self.0.saves_left.lock().unwrap() {
            *left = left.checked_sub(1).ok_or_else(|| StoreError::new("the disk is full"))?;
        }
        if let Some(theirs) = self.0.superseded_by.lock().unwrap().take() {
            *self.0.kept.lock().unwrap() = Some(theirs);
            return Ok(Saved::Superseded);
        }
        let mut kept = self.0.kept.lock().unwrap();
        if kept.as_ref().map(StoredSession::version) != expected.map(StoredSession::version) {
            return Ok(Saved::Superseded);
        }
        *kept = session.cloned();
        Ok(Saved::Kept)
    }

    async fn unlock(self) -> Result<(), StoreError> {
        self.0.released.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

impl Drop for UnreliableLock {
    fn drop(&mut self) {
        self.0.locked.store(false, Ordering::SeqCst);
    }
}
