//! Random waiting times, so that many processes do not do the same thing at the same moment.

use std::time::Duration;

/// A random number that shortens a waiting time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Jitter(u16);

impl Jitter {
    #[cfg(test)]
    pub(crate) const LEAST: Self = Self(0);
    #[cfg(test)]
    pub(crate) const MOST: Self = Self(u16::MAX);

    /// A random value. When the machine has no random numbers, it is the middle one: only the spread depends on it.
    pub(crate) fn new() -> Self {
        let mut bytes = [0; 2];
        Self(getrandom::fill(&mut bytes).map_or(u16::MAX / 2, |()| u16::from_le_bytes(bytes)))
    }

    /// A time between half of this time and all of it.
    pub(crate) fn upper_half(self, time: Duration) -> Duration {
        time / 2 + time * u32::from(self.0) / u32::from(u16::MAX) / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upper_half_begins_in_the_middle() {
        let time = Duration::from_mins(1);
        assert_eq!(Jitter::LEAST.upper_half(time), Duration::from_secs(30));
        assert_eq!(Jitter(u16::MAX / 3).upper_half(time), Duration::from_secs(40));
        assert_eq!(Jitter::MOST.upper_half(time), time);
    }

    #[test]
    fn jitters_differ() {
        let first = Jitter::new().0;
        assert!((0..100).any(|_| Jitter::new().0 != first));
    }
}
