//! An operation: exchanges that belong together, as one future with limits of its own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::call::limits::{Limits, within};
use crate::call::retry::Retries;
use crate::error::{Error, Kind};

/// A prepared operation of one or more exchanges, such as signing in: awaiting it runs them and returns the result.
///
/// Before it is awaited, it can get limits of its own, as a [`Call`](crate::Call) can:
///
/// ```no_run
/// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
/// use std::time::Duration;
///
/// use qelos_client::{SecretString, api::OAuthSignIn};
///
/// let sign_in = OAuthSignIn::new("ada", SecretString::from("hunter2"));
/// let (client, signed_in) = client.oauth_sign_in(&sign_in).deadline(Duration::from_secs(10)).await?;
/// # let _ = (client, signed_in);
/// # Ok(())
/// # }
/// ```
///
/// It is a named type, as `Call` is, so that the compiler reports an insufficient credential once.
///
/// # Panics
///
/// As a [`Call`](crate::Call).
///
/// # Cancel safety
///
/// As for a [`Call`](crate::Call#cancel-safety). Where a dropped operation may leave something behind, such as a
/// session on the server, its method says so.
#[must_use = "an operation begins when it is awaited"]
pub struct Operation<'c, R> {
    limits: Limits,
    state: State<'c, R>,
}

enum State<'c, R> {
    Ready(Box<dyn FnOnce(Limits) -> Running<'c, R> + Send + 'c>),
    Running(Running<'c, R>),
    Done,
}

type Running<'c, R> = Pin<Box<dyn Future<Output = Result<R, Error>> + Send + 'c>>;

impl<'c, R: Send + 'c> Operation<'c, R> {
    /// The work is given the limits for each of its exchanges.
    pub(crate) fn new<F>(work: impl FnOnce(Limits) -> F + Send + 'c) -> Self
    where
        F: Future<Output = Result<R, Error>> + Send + 'c,
    {
        let work = |limits| -> Running<'c, R> { Box::pin(work(limits)) };
        Self { limits: Limits::default(), state: State::Ready(Box::new(work)) }
    }

    /// How long each exchange of this operation may take. Default: what its endpoint declares, or else what the transport
    /// allows.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = Some(timeout);
        self
    }

    /// How long the whole operation may take. Default: each of its calls has the deadline of the
    /// [client](crate::Builder::deadline).
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.limits.deadline = Some(deadline);
        self
    }

    /// How often each exchange is sent again when that may help. Default: that of the [client](crate::Builder::retries).
    pub fn retries(mut self, retries: Retries) -> Self {
        self.limits.retries = Some(retries);
        self
    }
}

async fn run<'c, R>(work: impl FnOnce(Limits) -> Running<'c, R>, limits: Limits) -> Result<R, Error> {
    limits.check()?;
    match limits.deadline {
        Some(deadline) => within(deadline, work(limits), || Kind::Deadline(deadline, None)).await?,
        None => work(limits).await,
    }
}

impl<'c, R: Send + 'c> Future for Operation<'c, R> {
    type Output = Result<R, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let State::Ready(_) = self.state
            && let State::Ready(work) = std::mem::replace(&mut self.state, State::Done)
        {
            let limits = std::mem::take(&mut self.limits);
            self.state = State::Running(Box::pin(run(work, limits)));
        }
        match &mut self.state {
            State::Running(running) => running.as_mut().poll(cx),
            // Not reached: the lines above replace `Ready` by `Running`, and `Done` is there only in between.
            State::Ready(_) | State::Done => Poll::Pending,
        }
    }
}

// The future is in a box, and no other field is pinned.
impl<R> Unpin for Operation<'_, R> {}

impl<R> fmt::Debug for Operation<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("limits", &self.limits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_shows_its_limits() {
        let operation = Operation::new(|_| async { Ok(()) }).timeout(Duration::from_secs(7));
        let shown = format!("{operation:?}");
        assert!(shown.starts_with("Operation { limits: ") && shown.contains("7s"), "{shown}");
    }
}
