//! How a flight fails.

use std::time::Duration;

/// Why a flight brought no value.
#[derive(Debug, Clone)]
pub(crate) enum Failure<E> {
    /// The value stays; trying again may help, but not before the pause the server asked for.
    Transient(E, Option<Duration>),
    /// The value cannot be renewed, as far as can be told now.
    Refused(E),
    /// There will be no more values.
    Over(E),
}

/// A flight could not be started, or brought no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskLost {
    /// There is no runtime to start it on.
    NoRuntime,
    /// Its task was dropped: it panicked, or its runtime ended.
    Dropped,
    /// Its runtime does not run it.
    Stalled,
}

impl<E> Failure<E> {
    pub(super) fn into_error(self) -> E {
        let (Self::Transient(error, _) | Self::Refused(error) | Self::Over(error)) = self;
        error
    }
}
