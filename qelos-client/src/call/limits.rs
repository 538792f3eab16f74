//! How long a call may take, and how often it is sent.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use qelos_spec::Body;
use tokio::runtime::Handle;
use tokio::task::unconstrained;
use tokio::time::{Instant, sleep_until, timeout};

use crate::call::idle::{self, Progress};
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
    /// How long a stream may be silent.
    pub(crate) silence: Option<Duration>,
}

impl Limits {
    /// These limits, and those in place of the ones that are not set.
    pub(crate) fn or(self, those: Self) -> Self {
        Self {
            timeout: self.timeout.or(those.timeout),
            deadline: self.deadline.or(those.deadline),
            retries: self.retries.or(those.retries),
            silence: self.silence.or(those.silence),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let Self { timeout, deadline, silence, .. } = *self;
        for (name, limit) in [("timeout", timeout), ("deadline", deadline), ("longest silence", silence)] {
            if limit.is_some_and(|limit| limit.is_zero()) {
                return Err(Error::config(format_args!("a {name} of zero lets no call succeed: set a longer one")));
            }
        }
        Ok(())
    }
}

/// The time and the attempts that a call under way has left.
pub(crate) struct CallBudget {
    /// How long each exchange may take.
    pub(crate) timeout: Option<Duration>,
    /// `None` outside of a runtime when none was set: only the transport's own limits apply then.
    deadline: Option<Duration>,
    pub(crate) retries: Retries,
    silence: Option<Duration>,
    /// Watches the body of the request, if it is a stream.
    upload: Option<Progress>,
    pub(crate) started: Instant,
    has_runtime: bool,
    attempts: AtomicUsize,
    /// The head of the response to the attempt under way.
    pub(crate) head: HeadSeen,
}

impl CallBudget {
    /// The budget of a call with these limits. An exchange without a limit has that of the transport; one that sends a
    /// stream has none, as long as it goes on.
    pub(crate) fn new(limits: Limits, of_transport: Option<Duration>, sends_stream: bool) -> Self {
        let has_runtime = has_runtime();
        let has_default = has_runtime && !sends_stream;
        let unasked = || has_default.then(|| DEADLINE.max(limits.timeout.unwrap_or_default()));
        Self {
            timeout: limits.timeout.or(of_transport.filter(|_| has_default)),
            deadline: limits.deadline.or_else(unasked),
            retries: limits.retries.unwrap_or_default(),
            silence: limits.silence,
            upload: (has_runtime && sends_stream).then(Progress::start),
            started: Instant::now(),
            has_runtime,
            attempts: AtomicUsize::new(0),
            head: HeadSeen::default(),
        }
    }

    /// Refuses limits that no call can keep.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let Self { timeout, deadline, silence, has_runtime, .. } = *self;
        if !has_runtime && (timeout.is_some() || deadline.is_some()) {
            return Err(no_runtime());
        }
        Limits { timeout, deadline, silence, retries: None }.check()
    }

    pub(crate) fn another_attempt(&self) -> usize {
        self.attempts.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn attempts(&self) -> usize {
        self.attempts.load(Ordering::Relaxed)
    }

    pub(crate) fn has_time_for(&self, wait: Duration) -> bool {
        self.has_runtime && self.end().is_none_or(|end| wait < end.saturating_duration_since(Instant::now()))
    }

    /// The body of a response that stays open, with its limit.
    pub(crate) fn opened(&self, body: Body) -> Body {
        if self.has_runtime { idle::limited(body, self.silence()) } else { body }
    }

    /// Whether the body of the request is a stream.
    pub(crate) fn watches_upload(&self) -> bool {
        self.upload.is_some()
    }

    /// Does the rest of an exchange within its timeout, and the deadline of the call.
    pub(crate) async fn rest_of_exchange<R>(
        &self,
        started: Instant,
        part: Pin<&mut impl Future<Output = Result<R, Error>>>,
    ) -> Result<R, Error> {
        self.limited(self.exchange_end(started), part).await?
    }

    /// The body of a request, which is watched if it is a stream.
    pub(crate) fn uploaded(&self, body: Body) -> Body {
        match &self.upload {
            Some(progress) => progress.of(body),
            None => body,
        }
    }

    /// Does one exchange within its timeout, the deadline of the call, and the limit for the silence of an upload.
    pub(crate) async fn exchange<R>(
        &self,
        started: Instant,
        sent: Pin<&mut (impl Future<Output = Result<R, TransportError>> + Send)>,
    ) -> Result<R, Error> {
        match &self.upload {
            None => Ok(self.limited(self.exchange_end(started), sent).await??),
            // In a box, because it is rare.
            Some(progress) => {
                let mut sent = Box::pin(progress.limited(self.silence(), sent));
                Ok(self.limited(self.exchange_end(started), sent.as_mut()).await??)
            }
        }
    }

    fn silence(&self) -> Duration {
        self.silence.unwrap_or(idle::LONGEST_SILENCE)
    }

    /// When an exchange that began then is over.
    fn exchange_end(&self, started: Instant) -> Option<Instant> {
        self.timeout.and_then(|timeout| started.checked_add(timeout))
    }

    /// When the call is over.
    fn end(&self) -> Option<Instant> {
        self.deadline.and_then(|deadline| self.started.checked_add(deadline))
    }

    /// Does a part of the call within its deadline, and before another end if the part has one. The timer is made when
    /// the part has to wait.
    pub(crate) async fn limited<R>(
        &self,
        end: Option<Instant>,
        mut part: Pin<&mut impl Future<Output = R>>,
    ) -> Result<R, Error> {
        let mut timer = pin!(None);
        poll_fn(|cx| {
            if let Poll::Ready(done) = part.as_mut().poll(cx) {
                return Poll::Ready(Ok(done));
            }
            if timer.is_none() {
                let first = end.into_iter().chain(self.end()).min();
                // The part may use up the budget of the task, which does not hold for the timer.
                timer.set(first.map(|end| unconstrained(sleep_until(end))));
            }
            let Some(timer) = timer.as_mut().as_pin_mut() else { return Poll::Pending };
            timer.poll(cx).map(|()| Err(self.out_of_time(end.and(self.timeout))))
        })
        .await
    }

    /// The error of a part that took longer than the time that was left, or than its timeout.
    fn out_of_time(&self, timeout: Option<Duration>) -> Error {
        let status = self.head.status();
        match (self.deadline.filter(|_| !self.has_time_for(Duration::ZERO)), timeout) {
            (None, Some(timeout)) => {
                let late = TransportError::new(TransportErrorKind::Timeout, format!("it took longer than {timeout:?}"));
                Error::from(status.into_iter().fold(late, TransportError::with_status))
            }
            (over, _) => Error::new(Kind::Deadline(over.unwrap_or_default(), status)),
        }
    }
}

/// Fails when the work takes longer than the limit.
pub(crate) async fn within<R>(
    limit: Duration,
    work: impl Future<Output = R>,
    too_late: impl FnOnce() -> Kind,
) -> Result<R, Error> {
    if !has_runtime() {
        return Err(no_runtime());
    }
    timeout(limit, work).await.map_err(|_| Error::new(too_late()))
}

fn no_runtime() -> Error {
    Error::config("a timeout or deadline needs a tokio runtime, and there is none here: await the call in one")
}

pub(crate) fn has_runtime() -> bool {
    Handle::try_current().is_ok()
}
