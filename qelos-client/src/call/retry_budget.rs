//! How many retries all calls of a client may make together.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::debug;

/// How long unused retries are saved.
const SAVED: Duration = Duration::from_secs(10);
/// The number of retries that every budget saves.
const FEWEST_SAVED: f64 = 10.0;

/// How many retries all calls of a client may make together: a share of its calls, and some in each second.
///
/// When a server is down, each call would be sent three times, and a server that comes back meets three times its load. With a
/// budget, the first calls are retried as usual; then a call fails with the error of its last attempt. A client that calls rarely
/// does not notice: it has a minimum in each second. A client begins with the retries of 10
/// seconds, and with at least 10.
///
/// Default: a fifth of the calls, and at least 10 in each second. The budget counts for all clients of a
/// [connection](crate::Connection). An attempt with a better proof after a 401 is no retry.
///
/// ```
/// use qelos_client::{Client, RetryBudget};
///
/// let budget = RetryBudget::percent_of_calls(10).at_least_per_second(1);
/// let client = Client::builder("https://acme.example").retry_budget(budget).build()?;
/// # let _ = client;
/// # Ok::<(), qelos_client::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryBudget {
    /// `None` for any number of retries.
    percent: Option<u32>,
    per_second: u32,
}

impl RetryBudget {
    /// So many retries for each hundred calls, and at least 10 in each second.
    #[must_use]
    pub const fn percent_of_calls(percent: u32) -> Self {
        Self { percent: Some(percent), per_second: 10 }
    }

    /// At least so many retries in each second, whatever the number of calls.
    #[must_use]
    pub const fn at_least_per_second(self, retries: u32) -> Self {
        Self { per_second: retries, ..self }
    }

    /// No budget: each call makes its [retries](crate::Retries), however many others do. A server that is overloaded gets
    /// a multiple of its load.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self { percent: None, per_second: 0 }
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::percent_of_calls(20)
    }
}

/// The retries that the calls of a client have left.
#[derive(Debug, Default)]
pub(crate) struct RetriesLeft {
    budget: RetryBudget,
    calls: AtomicU64,
    bucket: Mutex<Option<Bucket>>,
}

/// A token bucket, filled when a retry is taken: the path of a call that is not retried only counts the call.
#[derive(Debug)]
struct Bucket {
    retries: f64,
    /// The calls and the time for which it was filled.
    calls: u64,
    at: Instant,
}

impl RetriesLeft {
    pub(crate) fn of(budget: RetryBudget) -> Self {
        Self { budget, ..Self::default() }
    }

    pub(crate) fn count_call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes a retry, if one is left.
    pub(crate) fn take(&self) -> bool {
        let Some(percent) = self.budget.percent else { return true };
        let (calls, now) = (self.calls.load(Ordering::Relaxed), Instant::now());
        let per_second = f64::from(self.budget.per_second);
        let most = (per_second * SAVED.as_secs_f64()).max(FEWEST_SAVED);
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = bucket.get_or_insert(Bucket { retries: most, calls, at: now });
        let elapsed = now.saturating_duration_since(bucket.at).as_secs_f64();
        // Calls of a long time without a failure do not count: they would pay for a storm of retries.
        let recent = (SAVED.as_secs_f64() / elapsed).min(1.0);
        #[expect(clippy::cast_precision_loss, reason = "fewer calls than 2⁵³ are counted exactly")]
        let of_calls = calls.saturating_sub(bucket.calls) as f64 * recent * f64::from(percent) / 100.0;
        let of_time = elapsed * per_second;
        // What a busy time has left stays until it is 10 seconds old.
        let left = if recent < 1.0 { bucket.retries.min(most) } else { bucket.retries };
        let retries = (left + of_calls + of_time).min(most.max(of_calls).max(left));
        *bucket = Bucket { retries, calls, at: now };
        let is_left = bucket.retries >= 1.0;
        if is_left {
            bucket.retries -= 1.0;
        } else {
            debug!("the call is not sent again: the retry budget of the client is used up");
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(left: &RetriesLeft, tries: usize) -> usize {
        (0..tries).filter(|_| left.take()).count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_calls_rarely_has_a_minimum() {
        let left = RetriesLeft::default();
        assert_eq!(taken(&left, 1_000), 100, "saved from 10 seconds");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(taken(&left, 1_000), 10);
        tokio::time::advance(Duration::from_hours(1)).await;
        assert_eq!(taken(&left, 1_000), 100, "no more than 10 seconds are saved");
    }

    #[tokio::test(start_paused = true)]
    async fn retries_are_a_share_of_the_calls() {
        let left = RetriesLeft::of(RetryBudget::percent_of_calls(20).at_least_per_second(0));
        assert_eq!(taken(&left, 100), 10, "what every client begins with");
        let retries: usize = (0..1_000)
            .map(|_| {
                left.count_call();
                taken(&left, 2)
            })
            .sum();
        assert!((199..=200).contains(&retries), "{retries}");
        (0..1_000).for_each(|_| left.count_call());
        assert_eq!(taken(&left, 1_000), 200, "calls that began before the first of them failed count as well");
        assert_eq!(taken(&left, 1), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_of_a_long_time_ago_pay_for_no_retries() {
        let left = RetriesLeft::of(RetryBudget::percent_of_calls(20).at_least_per_second(0));
        assert_eq!(taken(&left, 100), 10);
        (0..36_000).for_each(|_| left.count_call());
        tokio::time::advance(Duration::from_hours(1)).await;
        assert_eq!(taken(&left, 1_000), 20, "a fifth of the hundred calls of the last 10 seconds");
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_busy_time_has_left_stays_for_ten_seconds() {
        let left = RetriesLeft::of(RetryBudget::percent_of_calls(20).at_least_per_second(0));
        assert_eq!(taken(&left, 1), 1);
        (0..1_000).for_each(|_| left.count_call());
        assert_eq!(taken(&left, 50), 50);
        tokio::time::advance(SAVED).await;
        assert_eq!(taken(&left, 50), 50, "there are more than a calm time saves");
        tokio::time::advance(SAVED + Duration::from_secs(1)).await;
        assert_eq!(taken(&left, 1_000), 10);
    }

    #[test]
    fn no_budget_is_no_limit() {
        assert_eq!(taken(&RetriesLeft::of(RetryBudget::unlimited()), 5_000), 5_000);
    }
}
