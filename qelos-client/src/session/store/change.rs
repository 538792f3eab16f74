//! When a record in a store may be replaced: one rule, evaluated in one place, and written atomically.

use crate::session::store::{AnyLock, AnyStore, Lineage, Saved, StoreError, StoredSession};

#[cfg(test)]
pub(crate) mod mutation;

/// How often a change is compared with the store. Each time but the last, another process has written in between.
const COMPARISONS: usize = 32;

/// What the holder of a session wants to change in its store.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// The next tokens of the session.
    Tokens(StoredSession),
    /// A mark that a renewal of these tokens has begun; or none, because nothing was used up after all.
    Mark(StoredSession),
    /// A session that was begun anew, in place of this record or of none.
    Session { new: StoredSession, instead_of: Option<StoredSession> },
    /// Nothing, because the session of this lineage is over.
    SignOut(Lineage),
}

/// What became of a change.
#[derive(Debug)]
pub(crate) enum Written {
    /// It is in the store, in place of this.
    Over(Option<StoredSession>),
    /// It is not: this is there, and stays.
    Not(Option<StoredSession>),
}

impl Change {
    /// Whether this may take the place of what is stored. The lock is no part of the rule: it can be lost at any moment.
    ///
    /// * Tokens replace older tokens of their own lineage. Of two with the same number, the first stays.
    /// * A mark also replaces the record of the very tokens it is about.
    /// * A new session replaces what was there when it was begun, and nothing else.
    /// * A sign-out removes its own lineage.
    /// * Nothing but a new session takes the place of a removed record: it was signed out.
    pub(crate) fn is_allowed_over(&self, stored: Option<&StoredSession>) -> bool {
        match (self, stored) {
            (Self::Tokens(new), Some(stored)) => stored.lineage == new.lineage && stored.number < new.number,
            (Self::Mark(new), Some(stored)) => {
                stored.is_same_pair(new) || (stored.lineage == new.lineage && stored.number < new.number)
            }
            (Self::Tokens(_) | Self::Mark(_), None) => false,
            (Self::Session { instead_of: Some(seen), .. }, Some(stored)) => stored.is_same_pair(seen),
            (Self::Session { instead_of, .. }, stored) => instead_of.is_none() && stored.is_none(),
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

/// Writes a change if the rule allows it. Whether the lock is still held makes no difference to what is written.
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
    Err(StoreError::new("the token store reports another record with each write: do its versions stay the same?"))
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
            r#"{{"origin":"https://acme.example","login":null,"subject":null,"workspace":null,"lineage":"{lineage}","number":{number},"receivedAt":null,"renewingSince":{},"tokens":{{"token":"a","refreshToken":"{refresh}"}}}}"#,
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
        // As a number it could not be told from the other where numbers are doubles.
        let other = session("ffffffffffffffff", 1, "r1", None);
        let stored = [None, Some(&older), Some(&own), Some(&marked), Some(&rival), Some(&newer), Some(&other)];
        let of = |change: Change| stored.map(|stored| u8::from(change.is_allowed_over(stored)));
        let begun = |instead_of| Change::Session { new: session("1", 0, "s", None), instead_of };

        assert_eq!(of(Change::Tokens(own.clone())), [0, 1, 0, 0, 0, 0, 0]);
        assert_eq!(of(Change::Mark(marked.clone())), [0, 1, 1, 1, 0, 0, 0]);
        assert_eq!(of(begun(None)), [1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(of(begun(Some(own.clone()))), [0, 0, 1, 1, 0, 0, 0]);
        assert_eq!(of(begun(Some(other.clone()))), [0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(of(Change::SignOut(newer.lineage.clone())), [1, 1, 1, 1, 1, 1, 0]);
    }
}
