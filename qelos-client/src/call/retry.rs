//! When a call is sent again, and how long it waits for that.
//!
//! A call is sent again when that may help and can do no harm. When no connection was made, the server has not seen the
//! request, so each endpoint is called again. Otherwise the server may have acted, or may act later, so only an
//! idempotent endpoint is called again: when the connection broke, the exchange took too long, or the response was 429,
//! 502, 503 or 504, unless the endpoint declares that status as a success.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use http::HeaderMap;
use http::header::RETRY_AFTER;
use qelos_spec::{EndpointInfo, Timestamp};

use crate::call::attempt::Attempted;
use crate::clock::Clock;
use crate::error::{Standing, is_transient};

/// How often a call is sent again when that may help, and how long it waits before.
///
/// The call waits before each retry. Each wait is twice as long as the last one, and is extended at random up to its
/// double: clients that failed at the same time then retry at different times. When the server asks for a wait
/// (`Retry-After`), the call waits at least that long. When a wait would end after the deadline of the call, the call
/// fails at once.
///
/// ```
/// use std::time::Duration;
///
/// use qelos_client::{Client, Retries};
///
/// let patient = Retries::at_most(5).waiting(Duration::from_millis(500), Duration::from_secs(20));
/// let client = Client::builder("https://acme.example").retries(patient).build()?;
/// # Ok::<(), qelos_client::Error>(())
/// ```
///
/// All calls of a client share a [budget](crate::RetryBudget) of retries.
///
/// Outside of a tokio runtime no call is sent again: see [runtimes](crate#runtimes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retries {
    at_most: usize,
    first: Duration,
    longest: Duration,
}

impl Retries {
    /// At most this many retries after the first attempt. Default: 2.
    #[must_use]
    pub const fn at_most(times: usize) -> Self {
        Self { at_most: times, first: Duration::from_millis(100), longest: Duration::from_secs(5) }
    }

    /// No retries: a call is sent once.
    #[must_use]
    pub const fn none() -> Self {
        Self::at_most(0)
    }

    /// Sets the first wait and the longest, both without their random part. Default: 100 milliseconds and 5 seconds. A
    /// wait of more than an hour becomes an hour.
    #[must_use]
    pub fn waiting(self, first: Duration, longest: Duration) -> Self {
        let longest = longest.min(Duration::from_hours(1));
        Self { first: first.min(longest), longest, ..self }
    }

    pub(crate) fn waits(&self) -> Waits<'_> {
        Waits { retries: self, backoff: None }
    }

    /// How long to wait before another attempt, after so many retries; `None` if there are no more.
    pub(crate) fn wait_before(&self, retries: usize) -> Option<Duration> {
        self.backoff().nth(retries)
    }

    fn backoff(&self) -> ExponentialBackoff {
        let Self { at_most, first, longest } = *self;
        let waits = ExponentialBuilder::new().with_min_delay(first).with_max_delay(longest).with_max_times(at_most);
        waits.with_jitter().build()
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self::at_most(2)
    }
}

/// The waits of one call, between its attempts.
pub(crate) struct Waits<'r> {
    retries: &'r Retries,
    /// Made for the first wait, because most calls do not wait. In a box, so that the future of a call stays small.
    backoff: Option<Box<ExponentialBackoff>>,
}

impl Waits<'_> {
    /// How long to wait between this attempt and the next one; `None` when this attempt is the last.
    pub(crate) fn after(
        &mut self,
        attempted: &Attempted,
        endpoint: &EndpointInfo,
        clock: &dyn Clock,
    ) -> Option<Duration> {
        if !may_repeat(attempted, endpoint) {
            return None;
        }
        let asked = match attempted {
            Attempted::NoProof(error) | Attempted::Received(_, Some(Standing::NotRenewed(error))) => {
                error.retry_after()
            }
            Attempted::Received(response, _) => retry_after(response.headers(), clock),
            Attempted::Failed(_) => None,
        };
        let backoff = self.backoff.get_or_insert_with(|| Box::new(self.retries.backoff()));
        backoff.next().map(|wait| wait.max(asked.unwrap_or_default()))
    }
}

/// Whether another attempt may help, and can do no harm.
fn may_repeat(attempted: &Attempted, endpoint: &EndpointInfo) -> bool {
    match attempted {
        // The request was not sent, or was refused. A renewal that found no connection has already made its own
        // retries.
        Attempted::NoProof(error) | Attempted::Received(_, Some(Standing::NotRenewed(error))) => {
            error.is_transient() && !error.is_connect()
        }
        Attempted::Received(response, _) => {
            let status = response.status();
            endpoint.idempotent && is_transient(status) && !endpoint.statuses.contains(status)
        }
        Attempted::Failed(error) => error
            .transport_kind()
            .is_some_and(|kind| kind.is_transient() && (kind.is_before_sending() || endpoint.idempotent)),
    }
}

/// How long the server asks to wait: a number of seconds, or until a date. Zero when the date has passed.
pub(crate) fn retry_after(headers: &HeaderMap, clock: &dyn Clock) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse().ok().map(Duration::from_secs);
    }
    httpdate::parse_http_date(value).ok().map(|then| Timestamp::from(then).since(clock.now()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::ManualClock;

    #[test]
    fn waits_double_and_have_a_random_part() {
        let retries = Retries::at_most(5).waiting(Duration::from_millis(100), Duration::from_millis(500));
        for _ in 0..100 {
            let waits: Vec<_> = retries.backoff().collect();
            for (wait, least) in waits.iter().zip([100, 200, 400, 500, 500]) {
                let least = Duration::from_millis(least);
                assert!((least..=2 * least).contains(wait), "{wait:?} is not between {least:?} and twice that");
            }
            assert_eq!(waits.len(), 5);
        }
        let (one, other): (Vec<_>, Vec<_>) = (retries.backoff().collect(), retries.backoff().collect());
        assert_ne!(one, other, "clients that fail at the same time do not retry at the same time");
    }

    #[test]
    fn extreme_settings_do_not_panic() {
        assert_eq!(Retries::none().backoff().count(), 0);
        let odd = Retries::at_most(usize::MAX).waiting(Duration::MAX, Duration::MAX);
        assert!(odd.backoff().take(100).all(|wait| wait <= Duration::from_hours(2)));
        assert!(Retries::at_most(9).waiting(Duration::MAX, Duration::ZERO).backoff().all(|wait| wait.is_zero()));
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let clock = ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap());
        let read = |text: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            retry_after(&headers, &clock).map(|wait| wait.as_secs())
        };
        assert_eq!(read("120"), Some(120));
        assert_eq!(read(" 0 "), Some(0));
        assert_eq!(read("Sat, 21 Nov 2026 12:00:30 GMT"), Some(30));
        assert_eq!(read("Saturday, 21-Nov-26 12:00:30 GMT"), Some(30), "an old form that servers may still use");
        assert_eq!(read("Sat, 21 Nov 2026 11:00:00 GMT"), Some(0), "it has passed");
        for odd in ["soon", "", "-1", "1.5", "99999999999999999999999", "Sat, 99 Nov 2026 12:00:30 GMT"] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), &clock), None);
    }
}
