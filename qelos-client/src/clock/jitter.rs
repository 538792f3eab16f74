//! Chance, so that many who do the same do not all do it in the same moment.

use std::time::Duration;

/// A draw.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw(u16);

impl Draw {
    #[cfg(test)]
    pub(crate) const LEAST: Self = Self(0);
    #[cfg(test)]
    pub(crate) const MOST: Self = Self(u16::MAX);

    /// By chance; in the middle when the machine has none to give, because nothing depends on it but the spread.
    pub(crate) fn new() -> Self {
        let mut bytes = [0; 2];
        Self(getrandom::fill(&mut bytes).map_or(u16::MAX / 2, |()| u16::from_le_bytes(bytes)))
    }

    /// Between half of a time and all of it.
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
        assert_eq!(Draw::LEAST.upper_half(time), Duration::from_secs(30));
        assert_eq!(Draw(u16::MAX / 3).upper_half(time), Duration::from_secs(40));
        assert_eq!(Draw::MOST.upper_half(time), time);
    }

    #[test]
    fn draws_differ() {
        let first = Draw::new().0;
        assert!((0..100).any(|_| Draw::new().0 != first));
    }
}
