//! The workspace that a request is about, for callers that may see or change it.

use http::StatusCode;
use qelos_spec::{UserId, WorkspaceId};
use serde_json::json;

use super::super::call::Call;
use super::super::caller::Identity;
use super::super::response::{self, Refused};
use super::super::state::{MemberRecord, State};

/// The status when the server fails: a malformed id, for example.
pub(super) const BROKEN: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

/// A workspace that the caller may see.
pub(super) struct Found {
    pub(super) at: usize,
    /// The member whose membership is shown: the caller; `None` for an administrator of the tenant.
    pub(super) shown_to: Option<UserId>,
    /// Whether the caller may change it.
    pub(super) may_change: bool,
}

/// The workspace that the path names. The caller has to be a member of it, or an administrator of the tenant.
pub(super) fn find(state: &State, identity: &Identity, call: &Call<'_>) -> Result<Found, Refused> {
    let id = call.segments.get(2).and_then(|id| id.parse::<WorkspaceId>().ok());
    let id = id.ok_or_else(|| Box::new(response::message(BROKEN, "failed to load workspace data")))?;
    let everywhere = identity.is_privileged();
    let at = state.workspaces.iter().position(|workspace| workspace.id == id);
    let at = at.filter(|&at| everywhere || state.workspaces[at].member(identity.user).is_some());
    let at = at.ok_or_else(|| {
        let body = json!({ "message": "workspace not found", "from": "get-workspace" });
        Box::new(response::json(StatusCode::NOT_FOUND, &body))
    })?;
    let is_admin = state.workspaces[at].member(identity.user).is_some_and(MemberRecord::is_admin);
    Ok(Found { at, shown_to: (!everywhere).then_some(identity.user), may_change: everywhere || is_admin })
}

/// The same, for callers that may change it.
pub(super) fn find_to_change(state: &State, identity: &Identity, call: &Call<'_>) -> Result<Found, Refused> {
    let found = find(state, identity, call)?;
    let refused = || Box::new(response::message(StatusCode::FORBIDDEN, "not authorized"));
    if found.may_change { Ok(found) } else { Err(refused()) }
}
