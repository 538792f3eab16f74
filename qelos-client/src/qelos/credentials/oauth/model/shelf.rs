//! The store: one record in memory, and a lock that can be lost. Each write is checked against the invariants.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use qelos_spec::{ExposeSecret as _, wire};

use super::gates::{Gates, Grant, Invariants};
use super::server::Servers;
use crate::session::store::{Lineage, Saved, StoreError, StoreLock, StoredSession, TokenStore};

tokio::task_local! {
    /// The operation of a caller. Without it, a write comes from a renewal.
    pub(super) static PURPOSE: Purpose;
}

/// The operation of a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The session replaces any record, also a valid one.
    KeepIn,
    SignOut,
}

// The violations of the invariants.
pub(super) const RETURNS: &str = "a session that was signed out returns";
pub(super) const REMOVES: &str = "a sign-out removes another session";
pub(super) const OLDER: &str = "older tokens replace newer ones";
pub(super) const SECOND: &str = "of two tokens with the same number, the second replaces the first";
pub(super) const INVALID: &str = "invalid tokens replace valid ones";
pub(super) const UNSEEN: &str = "a new session replaces tokens that were written after it began";

/// The identity of the tokens in a record, without its mark: the lineage and the number.
type Tokens = (String, u64);

pub(super) struct Shelf {
    pub(super) record: Option<StoredSession>,
    /// The number of the lock that is held.
    locked: Option<usize>,
    /// How many locks were taken.
    locks: usize,
    /// The lineages that were signed out.
    removed: HashSet<String>,
    /// The lineages of each holder, which it may sign out.
    had: Vec<HashSet<String>>,
    /// The tokens that each holder has read last.
    found: HashMap<usize, Option<Tokens>>,
    /// The tokens that each holder had read when it signed in.
    before_sign_in: HashMap<usize, Option<Tokens>>,
    /// The holders that are signing out.
    leaving: HashSet<usize>,
    servers: Arc<Mutex<Servers>>,
    invariants: Invariants,
}

impl Shelf {
    pub(super) fn new(servers: Arc<Mutex<Servers>>, invariants: Invariants) -> Self {
        Self {
            record: None,
            locked: None,
            locks: 0,
            removed: HashSet::new(),
            had: Vec::new(),
            found: HashMap::new(),
            before_sign_in: HashMap::new(),
            leaving: HashSet::new(),
            servers,
            invariants,
        }
    }

    /// Adds a holder without a session. Returns its number.
    pub(super) fn enter(&mut self) -> usize {
        self.had.push(HashSet::new());
        self.had.len() - 1
    }

    /// Records that a holder has the session of this lineage.
    pub(super) fn has(&mut self, holder: usize, lineage: &Lineage) {
        self.had[holder].insert(lineage.to_string());
    }

    /// Records that a holder begins to sign out. The session that its last renewal finds is its own.
    pub(super) fn leaves(&mut self, holder: usize) {
        self.leaving.insert(holder);
        if let Some(Some((lineage, _))) = self.found.get(&holder) {
            self.had[holder].insert(lineage.clone());
        }
    }

    /// Records that a holder signs in: the new session may only replace the tokens that the holder has read.
    pub(super) fn signs_in(&mut self, holder: usize) {
        let found = self.found.get(&holder).cloned().flatten();
        self.before_sign_in.insert(holder, found);
    }

    /// Ends the lease of the lock. Its holder does not notice.
    pub(super) fn lose_lock(&mut self) {
        self.locked = None;
    }

    fn load(&mut self, holder: usize) -> Option<StoredSession> {
        let record = self.record.clone();
        if purpose().is_none() {
            self.found.insert(holder, record.as_ref().map(tokens_of));
            if let Some(record) = record.as_ref().filter(|_| self.leaving.contains(&holder)) {
                self.has(holder, &record.lineage);
            }
        }
        record
    }

    fn replace(&mut self, holder: usize, next: Option<&StoredSession>) {
        if let (Some(before), Some(next)) = (&self.record, next) {
            self.check_replaced(before, next);
        }
        match (&self.record, next) {
            (before, Some(next)) => {
                let is_new = before.as_ref().is_none_or(|before| before.lineage != next.lineage);
                if is_new && purpose().is_none() {
                    let seen = self.before_sign_in.get(&holder) == Some(&before.as_ref().map(tokens_of));
                    self.invariants.check(seen, UNSEEN);
                }
                let returns = self.removed.contains(&next.lineage.to_string());
                self.invariants.check(!returns, RETURNS);
                self.has(holder, &next.lineage);
            }
            (Some(before), None) => {
                let lineage = before.lineage.to_string();
                let its_own = purpose() == Some(Purpose::SignOut) && self.had[holder].contains(&lineage);
                self.invariants.check(its_own, REMOVES);
                self.removed.insert(lineage);
            }
            (None, None) => {}
        }
        self.record = next.cloned();
    }

    fn check_replaced(&self, before: &StoredSession, next: &StoredSession) {
        if before.lineage == next.lineage {
            self.invariants.check(before.number <= next.number, OLDER);
            let first = before.number != next.number || before.is_same_pair(next);
            self.invariants.check(first, SECOND);
        }
        let servers = self.servers.lock().unwrap();
        let valid = |session: &StoredSession| {
            servers.is_valid(session.tokens::<wire::Tokens>().unwrap().refresh.expose_secret())
        };
        let on_purpose = purpose() == Some(Purpose::KeepIn) || before.login != next.login;
        self.invariants.check(on_purpose || !valid(before) || valid(next), INVALID);
    }
}

fn tokens_of(record: &StoredSession) -> Tokens {
    (record.lineage.to_string(), record.number)
}

fn purpose() -> Option<Purpose> {
    PURPOSE.try_with(Clone::clone).ok()
}

/// The handle of one holder to the store.
#[derive(Clone)]
pub(super) struct Store {
    pub(super) shelf: Arc<Mutex<Shelf>>,
    pub(super) gates: Gates,
    pub(super) holder: usize,
}

impl Store {
    async fn run<R>(&self, operate: impl FnOnce(&mut Shelf) -> R) -> Result<R, StoreError> {
        let grant = self.gates.pass(self.holder).await;
        if grant == Grant::Failed {
            return Err(StoreError::new("the store does not respond"));
        }
        let outcome = operate(&mut self.shelf.lock().unwrap());
        if grant == Grant::Lost { Err(StoreError::new("the response of the store is lost")) } else { Ok(outcome) }
    }
}

impl TokenStore for Store {
    type Lock = Lock;

    async fn load(&self) -> Result<Option<StoredSession>, StoreError> {
        self.run(|shelf| shelf.load(self.holder)).await
    }

    async fn try_lock(&self) -> Result<Option<Lock>, StoreError> {
        let taken = self.run(|shelf| {
            if shelf.locked.is_some() {
                return None;
            }
            shelf.locks += 1;
            shelf.locked = Some(shelf.locks);
            shelf.locked
        });
        // When the response is lost, the lock stays taken until its lease runs out.
        Ok(taken.await?.map(|number| Lock { store: self.clone(), number }))
    }
}

pub(super) struct Lock {
    store: Store,
    number: usize,
}

impl StoreLock for Lock {
    async fn save(
        &mut self,
        expected: Option<&StoredSession>,
        session: Option<&StoredSession>,
    ) -> Result<Saved, StoreError> {
        let version = |session: Option<&StoredSession>| session.map(StoredSession::version);
        let holder = self.store.holder;
        let saved = self.store.run(|shelf| {
            if version(shelf.record.as_ref()) != version(expected) {
                return Saved::Superseded;
            }
            shelf.replace(holder, session);
            Saved::Kept
        });
        saved.await
    }

    async fn unlock(self) -> Result<(), StoreError> {
        self.store.run(|shelf| shelf.locked.take_if(|locked| *locked == self.number)).await.map(drop)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.store.shelf.lock().unwrap().locked.take_if(|locked| *locked == self.number);
    }
}
