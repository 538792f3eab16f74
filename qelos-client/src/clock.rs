//! Where time comes from.

use std::sync::Arc;
use std::time::SystemTime;

use qelos_spec::Timestamp;

pub(crate) mod jitter;

/// Tells the time. The client asks nobody else, so a test can decide what time it is.
///
/// ```
/// use qelos_client::{Clock, SystemClock};
///
/// assert!(SystemClock.now() > "2026-01-01T00:00:00Z".parse().unwrap());
/// ```
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    // The one place that may ask the machine.
    #[allow(clippy::disallowed_methods, reason = "this is the clock everything else is told to ask")]
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}
