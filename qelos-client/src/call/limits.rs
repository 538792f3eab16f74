//! How long a call may take, and how often it is sent.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::call::retry::Retries;
use crate::error::{Error, Kind};
use crate::transport::{HeadSeen, TransportError, TransportErrorKind};

/// The deadline of a call for which none was set.
const DEADLINE: Duration = Duration::from_mins(1);

/// The limits that were set for a call: by its caller, its endpoint or its client.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits {
    /// How long each exchange may take.
    pub(crate) timeout: Option<Duration>,
    /// How long the call may take: all attempts, all waits, and a renewal on the way.
    pub(crate) deadline: Option<Duration>,
    pub(crate) retries: Option<Retries>,
}

impl Limits {
    /// These limits, and those in place of the ones that are not set.
    pub(crate) fn or(self, those: Self) -> Self {
        Self {
            timeout: self.timeout.or(those.timeout),
            deadline: self.deadline.or(those.deadline),
            retries: self.retries.or(those.retries),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        for (name, limit) in [("timeout", self.timeout), ("deadline", self.deadline)] {
            if limit.is_some_and(|limit| limit.is_zero()) {
                return Err(Error::config(format_args!("a {name} of zero lets no call succeed: set a longer one")));
            }
        }
        Ok(())
    }
}

/// The time and the attempts that a call under way has left.
pub(crate) struct CallBudget {
    pub(crate) limits: Limits,
    /// `None` outside of a runtime when none was set: only the transport's own limits apply then.
    pub(crate) deadline: Option<Duration>,
    started: Instant,
    attempts: AtomicUsize,
    /// The head of the response to the attempt under way.
    pub(crate) head: HeadSeen,
}

impl CallBudget {
    pub(crate) fn new(limits: Limits) -> Self {
        let unasked = || has_runtime().then(|| DEADLINE.max(limits.timeout.unwrap_or_default()));
        let deadline = limits.deadline.or_else(unasked);
        Self { limits, deadline, started: Instant::now(), attempts: AtomicUsize::new(0), head: HeadSeen::default() }
    }

    pub(crate) fn another_attempt(&self) -> usize {
        self.attempts.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn attempts(&self) -> usize {
        self.attempts.load(Ordering::Relaxed)
    }

    /// The error of an attempt that took longer than its timeout.
    pub(crate) fn too_late(&self, timeout: Duration) -> TransportError {
        let error = TransportError::new(TransportErrorKind::Timeout, format!("it took longer than {timeout:?}"));
        self.head.status().into_iter().fold(error, TransportError::with_status)
    }

    pub(crate) fn has_time_for(&self, wait: Duration) -> bool {
        has_runtime() && self.deadline.is_none_or(|deadline| wait < deadline.saturating_sub(self.started.elapsed()))
    }
}

/// Fails when the work takes longer than the limit.
pub(crate) async fn within<R>(
    limit: Duration,
    work: impl Future<Output = R>,
    too_late: impl FnOnce() -> Kind,
) -> Result<R, Error> {
    if !has_runtime() {
        return Err(Error::config(
            "a timeout or deadline needs a tokio runtime, and there is none here: await the call in one",
        ));
    }
    tokio::time::timeout(limit, work).await.map_err(|_| Error::new(too_late()))
}

pub(crate) fn has_runtime() -> bool {
    Handle::try_current().is_ok()
}
