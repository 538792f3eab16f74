//! Every operation of every holder waits here until the schedule grants it, so that the order of all of them is the schedule's.
//! And what must never happen is noted here: an assertion would only end the task that it is in.

use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;

/// What becomes of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    /// It is done.
    Done,
    /// It fails, and has changed nothing.
    Failed,
    /// It is done, and its outcome is lost on the way back.
    Lost,
}

/// The operations that wait.
#[derive(Clone, Default)]
pub(super) struct Gates(Arc<Mutex<Vec<Waiting>>>);

/// The first promise that was broken.
#[derive(Clone, Default)]
pub(super) struct Promises {
    broken: Arc<Mutex<Option<&'static str>>>,
    /// The one to look at, if it is not all of them.
    only: Option<&'static str>,
}

impl Promises {
    pub(super) fn only(promise: &'static str) -> Self {
        Self { only: Some(promise), ..Self::default() }
    }

    /// Notes it as broken when it does not hold.
    pub(super) fn hold(&self, holds: bool, otherwise: &'static str) {
        if !holds && self.only.is_none_or(|only| only == otherwise) {
            self.broken.lock().unwrap().get_or_insert(otherwise);
        }
    }

    pub(super) fn broken(&self) -> Option<&'static str> {
        *self.broken.lock().unwrap()
    }
}

struct Waiting {
    holder: usize,
    granted: oneshot::Sender<Grant>,
}

impl Gates {
    /// Waits for the schedule. An operation whose holder is killed is never granted.
    pub(super) async fn pass(&self, holder: usize) -> Grant {
        let (granted, grant) = oneshot::channel();
        self.0.lock().unwrap().push(Waiting { holder, granted });
        grant.await.unwrap_or(Grant::Failed)
    }

    /// Grants one of those that wait; whose it was.
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
