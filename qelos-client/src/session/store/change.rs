//! The rule that says which write may replace a record in a store. It is evaluated in one place, and applied
//! atomically.

use crate::session::store::{AnyLock, AnyStore, Lineage, Saved, StoreError, StoredSession};

#[cfg(test)]
pub(crate) mod mutation;

/// How often a write is tried. It is repeated when another process has written between the comparison and the write.
const COMPARISONS: usize = 32;

/// A change of the record in a store.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// The next tokens of the session.
    Tokens(StoredSession),
    /// The same tokens with a new mark (`renewing_since`), or without it when the refresh token was not used up.
    Mark(StoredSession),
    /// A new session, in place of this record or of an empty store.
    Session { new: StoredSession, instead_of: Option<Box<StoredSession>> },
    /// The removal of the session of this lineage.
    SignOut(Lineage),
}

/// The outcome of a write.
#[derive(Debug)]
pub(crate) enum Written {
    /// The change is in the store. It has replaced this record.
    Over(Option<StoredSession>),
    /// The change is not allowed. The store keeps this record.
    Not(Option<StoredSession>),
}

impl Change {
    /// Whether this change may replace the stored record. The rule does not ask for the lock, which can be lost at any
    /// moment.
    ///
    /// * Tokens replace older tokens of their own lineage. Of two with the same number, the first stays.
    /// * A mark also replaces the record of the same tokens.
    /// * A new session replaces only the record that was there when it was begun.
    /// * A sign-out removes its own lineage.
    /// * Only a new session may be written to an empty store, because the session before may have been signed out.
    pub(crate) fn is_allowed_over(&self, stored: Option<&StoredSession>) -> bool {
        match (self, stored) {
            (Self::Tokens(new), Some(stored)) => stored.lineage == new.lineage && stored.number < new.number,
            (Self::Mark(new), Some(stored)) => {
                stored.is_same_pair(new) || (stored.lineage == new.lineage && stored.number < new.number)
            }
            (Self::Tokens(_) | Self::Mark(_), None) => false,
            (Self::Session { instead_of, .. }, stored) => StoredSession::are_same(instead_of.as_deref(), stored),
            (Self::SignOut(lineage), stored) => stored.is_none_or(|stored| stored.lineage == *lineage),
        }
    }

    fn record(&self) -> Option<&StoredSession> {
        match self {
            Self::Tokens(session) | Self::Mark(session) | Self::Session { new: session, .. } => Some(session),
            Self::SignOut(_) => None,
        }
    }
}

/// Writes a change if the rule allows it. The result does not depend on whether the lock is still held.
pub(crate) async fn write(
    store: &dyn AnyStore,
    lock: &mut dyn AnyLock,
    change: &Change,
) -> Result<Written, StoreError> {
    for _ in 0..COMPARISONS {
        let stored = store.load().await?;
        if !allows(change, stored.as_ref()) {
            return Ok(Written::Not(stored));
        }
        if lock.save(stored.as_ref(), change.record()).await? == Saved::Kept {
            return Ok(Written::Over(stored));
        }
    }
    Err(StoreError::new("the token store reports another record at each write: check that its versions stay the same"))
}

fn allows(change: &Change, stored: Option<&StoredSession>) -> bool {
    #[cfg(test)]
    if let Some(verdict) = mutation::verdict(change, stored) {
        return verdict;
    }
    change.is_allowed_over(stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(lineage: &str, number: u64, refresh: &str, since: Option<&str>) -> StoredSession {
        StoredSession::from_json(&format!(
            r#"{{"scheme":"qelos","origin":"https://acme.example","login":null,"subject":null,"lineage":"{lineage}","number":{number},"receivedAt":null,"renewingSince":{},"tokens":{{"token":"a","refreshToken":"{refresh}"}}}}"#,
            since.map_or_else(|| "null".to_owned(), |since| format!("\"{since}\""))
        ))
        .unwrap()
    }

    #[test]
    fn the_rule_is_a_table() {
        const LINEAGE: &str = "fffffffffffffffe";
        let [older, own, rival] =
            [("r1", 1), ("r2", 2), ("r2b", 2)].map(|(refresh, number)| session(LINEAGE, number, refresh, None));
        let (newer, marked) =
            (session(LINEAGE, 3, "r3", None), session(LINEAGE, 2, "r2", Some("2026-11-21T12:00:00.000Z")));
        // As doubles, these two lineages would be the same number.
        let other = session("ffffffffffffffff", 1, "r1", None);
        let stored = [None, Some(&older), Some(&own), Some(&marked), Some(&rival), Some(&newer), Some(&other)];
        let of = |change: Change| stored.map(|stored| u8::from(change.is_allowed_over(stored)));
        let begun = |instead_of: Option<StoredSession>| {
            let instead_of = instead_of.map(Box::new);
            Change::Session { new: session("1", 0, "s", None), instead_of }
        };

        assert_eq!(of(Change::Tokens(own.clone())), [0, 1, 0, 0, 0, 0, 0]);
        assert_eq!(of(Change::Mark(marked.clone())), [0, 1, 1, 1, 0, 0, 0]);
        assert_eq!(of(begun(None)), [1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(of(begun(Some(own.clone()))), [0, 0, 1, 1, 0, 0, 0]);
        assert_eq!(of(begun(Some(other.clone()))), [0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(of(Change::SignOut(newer.lineage.clone())), [1, 1, 1, 1, 1, 1, 0]);
    }
}
