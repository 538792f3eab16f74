//! The source of time.

use std::sync::Arc;
use std::time::SystemTime;

use qelos_spec::Timestamp;

pub(crate) mod jitter;
pub(crate) mod random;

/// Tells the time. The client has no other source of time, so a test can set it.
///
/// ```
/// use qelos_client::{Clock, SystemClock};
///
/// assert!(SystemClock.now() > "2026-01-01T00:00:00Z".parse().unwrap());
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock that all other code asks")]
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}
