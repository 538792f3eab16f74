//! The input of requests about workspaces: lists of texts, and invites.

use qelos_spec::{InviteId, Timestamp};
use serde_json::{Map, Value};

use super::super::call::Call;
use super::super::state::{InviteRecord, State};

/// The invites of a body; `None` when one of them is not an object.
pub(super) fn read_invites(state: &mut State, invites: &Value, call: &Call<'_>) -> Option<Vec<InviteRecord>> {
    let invites: Option<Vec<_>> = invites.as_array()?.iter().map(Value::as_object).collect();
    Some(invites?.into_iter().map(|invite| InviteRecord::new(state, invite, call.now)).collect())
}

impl InviteRecord {
    /// An invite as it was sent; without roles the person becomes a `member`. An invite that is written back keeps its
    /// id and its date.
    pub(super) fn new(state: &mut State, invite: &Map<String, Value>, now: Timestamp) -> Self {
        let text = |name: &str| invite.get(name).and_then(Value::as_str).map(str::to_owned);
        let roles = texts(invite.get("roles")).filter(|roles| !roles.is_empty());
        let roles = roles.unwrap_or_else(|| vec!["member".to_owned()]);
        let id = text("_id").filter(|id| id.parse::<InviteId>().is_ok());
        let created = text("created").and_then(|created| created.parse().ok());
        Self {
            email: text("email"),
            phone: text("phone"),
            name: text("name"),
            roles,
            id: id.unwrap_or_else(|| state.next_id(now)),
            created: created.unwrap_or(now),
        }
    }
}

/// A list of texts; `None` for anything else.
pub(super) fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    value?.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}
