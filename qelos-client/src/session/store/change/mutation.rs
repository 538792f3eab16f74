//! Replaces the rule by a wrong one, for tests that prove that they notice a wrong rule.

use std::cell::Cell;

use super::Change;
use crate::session::store::StoredSession;

/// A rule in place of the real one. For `None`, the real rule decides.
pub(crate) type Rule = fn(&Change, Option<&StoredSession>) -> Option<bool>;

thread_local! {
    static RULE: Cell<Option<Rule>> = const { Cell::new(None) };
}

pub(super) fn verdict(change: &Change, stored: Option<&StoredSession>) -> Option<bool> {
    RULE.get().and_then(|rule| rule(change, stored))
}

/// Runs a closure with another rule, on this thread.
pub(crate) fn with_rule<R>(rule: Rule, run: impl FnOnce() -> R) -> R {
    let restored = Restored(RULE.replace(Some(rule)));
    let result = run();
    drop(restored);
    result
}

struct Restored(Option<Rule>);

impl Drop for Restored {
    fn drop(&mut self) {
        RULE.set(self.0);
    }
}
