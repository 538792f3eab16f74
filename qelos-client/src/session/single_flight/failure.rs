//! The failures of a flight.

use std::time::Duration;

/// The reason why a flight brought no value.
#[derive(Debug, Clone)]
pub(crate) enum Failure<E> {
    /// The current value stays. A retry may help, after the pause that the server asked for.
    Transient(E, Option<Duration>),
    /// The server refuses to renew the value. It is asked again after a while.
    Refused(E),
    /// There are no more values, for ever.
    Over(E),
}

/// The reason why a flight could not start, or brought no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskLost {
    /// There is no runtime to start the flight on.
    NoRuntime,
    /// The task was dropped: it panicked, or its runtime ended.
    Dropped,
    /// The runtime of the task is not driven.
    Stalled,
}

impl<E> Failure<E> {
    pub(super) fn into_error(self) -> E {
        let (Self::Transient(error, _) | Self::Refused(error) | Self::Over(error)) = self;
        error
    }
}
