//! Sets of statuses: those that an endpoint declares.

use std::fmt;

use http::StatusCode;

/// The lowest status of a response, and the number of all of them: 100 to 999.
const FIRST: u16 = 100;
const COUNT: u16 = 900;
const WORDS: usize = 15;

/// A set of statuses. [`Endpoint::STATUSES`](crate::Endpoint::STATUSES) holds those that an endpoint declares as a
/// success; a client neither follows, nor retries, nor reports as an error a response with one of them.
///
/// ```
/// use http::StatusCode;
/// use qelos_spec::Statuses;
///
/// const CREATED_OR_MISSING: Statuses = Statuses::NONE.with(201).with(404);
/// assert!(CREATED_OR_MISSING.contains(StatusCode::NOT_FOUND));
/// assert!(!CREATED_OR_MISSING.contains(StatusCode::OK));
/// assert_eq!(CREATED_OR_MISSING.to_string(), "201 or 404");
/// assert_eq!(Statuses::SUCCESS.with(304).to_string(), "2xx or 304");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Statuses([u64; WORDS]);

impl Statuses {
    /// No status.
    pub const NONE: Self = Self([0; WORDS]);
    /// 200 to 299.
    pub const SUCCESS: Self = Self::NONE.with_class(2);
    /// Each status that a response can have.
    pub const ALL: Self = Self([u64::MAX; WORDS]);

    /// The set with one more status.
    ///
    /// # Panics
    ///
    /// When it is no status: below 100, or above 999. In a constant, that is a compile error.
    #[must_use]
    pub const fn with(mut self, status: u16) -> Self {
        let (word, bit) = place(status);
        self.0[word] |= bit;
        self
    }

    /// The set without a status.
    ///
    /// # Panics
    ///
    /// As [`with`](Self::with).
    #[must_use]
    pub const fn without(mut self, status: u16) -> Self {
        let (word, bit) = place(status);
        self.0[word] &= !bit;
        self
    }

    /// The set with a hundred more statuses: `4` for 400 to 499.
    ///
    /// # Panics
    ///
    /// As [`with`](Self::with).
    #[must_use]
    pub const fn with_class(mut self, class: u16) -> Self {
        let mut last = 0;
        while last < 100 {
            self = self.with(class * 100 + last);
            last += 1;
        }
        self
    }

    /// The set without a hundred statuses.
    ///
    /// # Panics
    ///
    /// As [`with`](Self::with).
    #[must_use]
    pub const fn without_class(mut self, class: u16) -> Self {
        let mut last = 0;
        while last < 100 {
            self = self.without(class * 100 + last);
            last += 1;
        }
        self
    }

    /// Whether a status is in the set.
    #[must_use]
    pub const fn contains(&self, status: StatusCode) -> bool {
        let (word, bit) = place(status.as_u16());
        self.0[word] & bit != 0
    }
}

/// The word of a status in the set, and its bit in the word.
const fn place(status: u16) -> (usize, u64) {
    assert!(status >= FIRST && status < FIRST + COUNT, "a status is a number from 100 to 999");
    let index = status - FIRST;
    ((index / 64) as usize, 1 << (index % 64))
}

/// `201, 304 or 4xx`; a part of a hundred is `403 to 499`.
impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has = |status: &u16| StatusCode::from_u16(*status).is_ok_and(|status| self.contains(status));
        let of_class = |class: u16| {
            let all = class * 100..=class * 100 + 99;
            if all.clone().all(|status| has(&status)) {
                return vec![format!("{class}xx")];
            }
            let some: Vec<u16> = all.filter(has).collect();
            let run = |run: &[u16]| match run {
                [first, _, .., last] => vec![format!("{first} to {last}")],
                few => few.iter().map(u16::to_string).collect(),
            };
            some.chunk_by(|one, next| one + 1 == *next).flat_map(run).collect()
        };
        let shown: Vec<String> = (1..=9).flat_map(of_class).collect();
        match shown.as_slice() {
            [] => f.write_str("none"),
            [only] => f.write_str(only),
            [first @ .., last] => write!(f, "{} or {last}", first.join(", ")),
        }
    }
}

impl fmt::Debug for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Statuses({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_into_it() {
        let set = Statuses::NONE.with(100).with(999).with_class(4).without(404).without(101);
        for status in 100..=999 {
            let expected = matches!(status, 100 | 999) || ((400..500).contains(&status) && status != 404);
            assert_eq!(set.contains(StatusCode::from_u16(status).unwrap()), expected, "{status}");
            assert!(Statuses::ALL.contains(StatusCode::from_u16(status).unwrap()));
            assert!(!Statuses::NONE.contains(StatusCode::from_u16(status).unwrap()));
        }
        assert_eq!(set.without_class(4), Statuses::NONE.with(100).with(999));
    }

    #[test]
    fn a_set_is_shown_as_it_is_declared() {
        assert_eq!(Statuses::NONE.to_string(), "none");
        assert_eq!(Statuses::SUCCESS.with(304).with_class(5).to_string(), "2xx, 304 or 5xx");
        assert_eq!(Statuses::NONE.with_class(4).without(402).to_string(), "400, 401 or 403 to 499");
        assert_eq!(format!("{:?}", Statuses::NONE.with(201)), "Statuses(201)");
    }
}
