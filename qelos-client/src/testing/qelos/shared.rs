//! The part of the fake that all its clones share: the clock, the state, the mounted endpoints and the received
//! requests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Request;

use super::log::Received;
use super::mount::Mounted;
use super::sign_outs;
use super::state::State;
use crate::clock::Clock;

/// The shared part of [`FakeQelos`](super::FakeQelos).
pub(super) struct Shared {
    pub(super) clock: Box<dyn Clock>,
    pub(super) state: Mutex<State>,
    pub(super) mounted: Mutex<Vec<Arc<Mounted>>>,
    pub(super) received: Mutex<Vec<Received>>,
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        sign_outs::carry_out_sign_outs(&mut state);
        state
    }

    /// The endpoint mounted last takes precedence, so that a test can replace another one.
    pub(super) fn mounted_for(&self, request: &Request<Bytes>) -> Option<Arc<Mounted>> {
        lock(&self.mounted).iter().rev().find(|mounted| mounted.takes(request)).cloned()
    }

    pub(super) fn record(&self, request: &Request<Bytes>, mounted: Option<&Mounted>) {
        let received = Received::new(request, mounted);
        lock(&self.received).push(received);
    }
}

// A poisoned lock can be used: no holder panics half-way through a change.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
