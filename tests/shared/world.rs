//! A server behind a gate, and a store that fails on command, both in this process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::OAuthSignIn;
use qelos_client::store::{Saved, StoreError, StoreLock, StoredSession, TokenStore};
use qelos_client::testing::{FakeQelos, ManualClock, NewUser};
use qelos_client::{Anonymous, Client, OAuth, Timestamp, Transport, TransportError, UserId};
use tokio::sync::Semaphore;

pub(crate) const LIFETIME: Duration = Duration::from_hours(5);
pub(crate) const REFRESH: &str = "/api/token/refresh";

pub(crate) struct World {
    pub(crate) clock: ManualClock,
    pub(crate) network: Network,
    pub(crate) user: UserId,
}

/// The server behind a gate. While the gate is shut, the response to a refresh is held back.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) qelos: FakeQelos,
    pub(crate) gate: Arc<Semaphore>,
}

impl Transport for Network {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let is_refresh = request.uri().path() == REFRESH;
        let response = self.qelos.send(request).await;
        if is_refresh {
            drop(self.gate.acquire().await.unwrap());
        }
        response
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap());
        let qelos = FakeQelos::new(clock.clone());
        let user = qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
        Self { clock, network: Network { qelos, gate: Arc::new(Semaphore::new(1)) }, user }
    }

    pub(crate) fn client(&self) -> Client<Anonymous, Network> {
        let builder = Client::builder("https://qelos.test").transport(self.network.clone());
        builder.clock(self.clock.clone()).build().unwrap()
    }

    pub(crate) async fn signed_in(&self) -> Client<OAuth, Network> {
        self.client().oauth_sign_in(&sign_in()).await.unwrap().0
    }

    /// A client of another process.
    pub(crate) async fn restored(&self, store: &(impl TokenStore + Clone)) -> Client<OAuth, Network> {
        self.client().restore(store.clone()).await.unwrap().expect("there is a session")
    }

    /// Two clients of one session with an expired token.
    pub(crate) async fn two(&self, store: &(impl TokenStore + Clone)) -> [Client<OAuth, Network>; 2] {
        let first = self.signed_in().await;
        first.keep_in(store.clone()).await.unwrap();
        let second = self.restored(store).await;
        self.clock.advance(LIFETIME);
        [first, second]
    }

    pub(crate) fn refreshes(&self) -> usize {
        self.network.qelos.count("POST", REFRESH)
    }

    pub(crate) fn sign_ins(&self) -> usize {
        self.network.qelos.count("POST", "/api/signin")
    }

    /// Shuts the gate, and waits until the server has responded to a refresh.
    pub(crate) async fn until_a_refresh_has_a_response(&self) -> tokio::sync::SemaphorePermit<'_> {
        let shut = self.network.gate.acquire().await.unwrap();
        while self.refreshes() == 0 {
            tokio::task::yield_now().await;
        }
        shut
    }
}

pub(crate) fn sign_in() -> OAuthSignIn {
    OAuthSignIn::new("ada@example.com", "hunter2hunter2".into())
}

/// A store that fails on command, and can lose its lock.
#[derive(Clone, Default)]
pub(crate) struct Unreliable {
    pub(crate) kept: Arc<Mutex<Option<StoredSession>>>,
    pub(crate) locked: Arc<AtomicBool>,
    pub(crate) broken: Arc<AtomicBool>,
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
        self.check()?;
        Ok(self.kept.lock().unwrap().clone())
    }

    async fn try_lock(&self) -> Result<Option<UnreliableLock>, StoreError> {
        self.check()?;
        Ok((!self.locked.swap(true, Ordering::SeqCst)).then(|| UnreliableLock(self.clone())))
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
        Ok(())
    }
}

impl Drop for UnreliableLock {
    fn drop(&mut self) {
        self.0.locked.store(false, Ordering::SeqCst);
    }
}
