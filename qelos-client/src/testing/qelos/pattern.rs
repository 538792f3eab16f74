//! Filters that the server takes for regular expressions, whatever their case.

use regex::{Regex, RegexBuilder};

/// The largest program of a pattern, in bytes: a client must not fill the memory of the test.
const LARGEST: usize = 1024 * 1024;

/// A pattern that was sent as a filter; `None` when it is malformed. Patterns that only JavaScript knows, such as those that
/// look ahead, count as malformed.
pub(super) fn read(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).case_insensitive(true).size_limit(LARGEST).build().ok()
}
