//! A clock for tests: its time passes only when the test advances it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use qelos_spec::Timestamp;

use crate::clock::Clock;

/// A clock that is set by hand. Clones show the same time, so the test keeps one and gives the client another.
///
/// ```
/// use std::time::Duration;
///
/// use qelos_client::Clock;
/// use qelos_client::testing::ManualClock;
///
/// let clock = ManualClock::new("2026-11-21T17:20:37Z".parse().unwrap());
/// let server_clock = clock.clone();
/// clock.advance(Duration::from_secs(3));
/// assert_eq!(server_clock.now().to_string(), "2026-11-21T17:20:40.000Z");
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock {
    unix_millis: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock that shows `now` until it is advanced or set.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { unix_millis: Arc::new(AtomicI64::new(now.unix_millis())) }
    }

    /// Advances the time, with the precision of a millisecond.
    pub fn advance(&self, duration: Duration) {
        let later = |now| Some(Timestamp::from_unix_millis(now).saturating_add(duration).unix_millis());
        // The closure never refuses, so there is always an update.
        let _ = self.unix_millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later);
    }

    /// Sets the time, which may be earlier than before.
    pub fn set(&self, now: Timestamp) {
        self.unix_millis.store(now.unix_millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.unix_millis.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_shows_the_same_time() {
        let clock = ManualClock::new(Timestamp::EPOCH);
        let other = clock.clone();
        other.advance(Duration::from_millis(1500));
        assert_eq!(clock.now().unix_millis(), 1500);
        clock.set(Timestamp::EPOCH);
        assert_eq!(other.now(), Timestamp::EPOCH);
    }
}
