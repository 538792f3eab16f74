//! Gates and invariants. Each operation of each holder waits at a gate until the schedule grants it, so that the
//! schedule decides their order. A violated invariant is recorded, because an assertion would only end its own task.

use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;

/// The outcome of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    /// The operation is done.
    Done,
    /// The operation fails, and has changed nothing.
    Failed,
    /// The operation is done, and its response is lost.
    Lost,
}

/// The waiting operations.
#[derive(Clone, Default)]
pub(super) struct Gates(Arc<Mutex<Vec<Waiting>>>);

/// The checks of the invariants, and the first violation.
#[derive(Clone, Default)]
pub(super) struct Invariants {
    violated: Arc<Mutex<Option<&'static str>>>,
    /// The only violation that counts; `None` for all of them.
    only: Option<&'static str>,
}

impl Invariants {
    pub(super) fn only(violation: &'static str) -> Self {
        Self { only: Some(violation), ..Self::default() }
    }

    /// Records the violation when the invariant does not hold.
    pub(super) fn check(&self, holds: bool, violation: &'static str) {
        if !holds && self.only.is_none_or(|only| only == violation) {
            self.violated.lock().unwrap().get_or_insert(violation);
        }
    }

    pub(super) fn violated(&self) -> Option<&'static str> {
        *self.violated.lock().unwrap()
    }
}

struct Waiting {
    holder: usize,
    granted: oneshot::Sender<Grant>,
}

impl Gates {
    /// Waits for the schedule. An operation of a killed holder is never granted.
    pub(super) async fn pass(&self, holder: usize) -> Grant {
        let (granted, grant) = oneshot::channel();
        self.0.lock().unwrap().push(Waiting { holder, granted });
        grant.await.unwrap_or(Grant::Failed)
    }

    /// Grants one of the waiting operations. Returns its holder.
    pub(super) fn grant(&self, which: usize, grant: Grant) -> Option<usize> {
        let mut waiting = self.0.lock().unwrap();
        waiting.retain(|waiting| !waiting.granted.is_closed());
        if waiting.is_empty() {
            return None;
        }
        let at = which % waiting.len();
        let Waiting { holder, granted } = waiting.remove(at);
        drop(waiting);
        granted.send(grant).ok().map(|()| holder)
    }
}
