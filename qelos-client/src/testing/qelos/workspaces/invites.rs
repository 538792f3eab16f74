//! `/api/invites`: the invites of the caller, which can be accepted or declined.

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::WorkspaceId;
use serde_json::{Value, json};

use super::super::call::Call;
use super::super::caller::{Identity, Proof};
use super::super::response;
use super::super::state::{Member, MemberRecord, State};
use super::found::BROKEN;

/// The address that invites are sent to. A session knows the one in its token.
fn address(state: &State, identity: &Identity) -> Option<String> {
    match &identity.proof {
        Proof::Claims(claims) => claims.email.clone(),
        Proof::ApiToken(_) | Proof::Impersonation(_) => state.users.get(&identity.user).map(|user| user.email.clone()),
    }
}

/// `GET`: the workspaces that ask the caller to join.
pub(in super::super) fn list(state: &mut State, identity: &Identity, _: &Call<'_>) -> Response<Bytes> {
    let Some(email) = address(state, identity) else { return response::message(BROKEN, "missing email or phone") };
    let inviting = state.workspaces.iter().filter(|workspace| workspace.invites(&email));
    let shown = inviting.map(|workspace| {
        let mut shown = json!({ "_id": workspace.id, "name": workspace.name });
        if let Some(logo) = &workspace.logo {
            shown["logo"] = logo.as_str().into();
        }
        shown
    });
    response::json(StatusCode::OK, &shown.collect::<Vec<_>>())
}

/// `POST`: accepts or declines. A user that accepts becomes a member with roles that are always the same: the roles in
/// the invite are ignored.
pub(in super::super) fn respond(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    let bad = |reason| response::message(StatusCode::BAD_REQUEST, reason);
    let Some(wanted) = call.text("workspace") else { return bad("missing workspaceId") };
    let accepts = match call.body.get("kind") {
        None => false,
        Some(Value::String(kind)) if kind == "accept" => true,
        Some(Value::String(kind)) if kind == "decline" => false,
        Some(_) => return bad("respond kind should be either \"accept\" or \"decline\""),
    };
    let Ok(id) = wanted.parse::<WorkspaceId>() else { return response::message(BROKEN, "failed to respond to invite") };
    let email = address(state, identity);
    let inviting = |email: &str| state.workspaces.iter().position(|one| one.id == id && one.invites(email));
    let Some(at) = email.as_deref().and_then(inviting) else {
        let body = json!({
            "message": "workspace not found", "email": email, "workspaceId": wanted, "from": "invite-respond",
        });
        return response::json(StatusCode::NOT_FOUND, &body);
    };
    let member = Member::new(identity.user, &["member", "user"]);
    let member = accepts.then(|| MemberRecord::new(member, state.next_id(call.now), call.now));
    let workspace = &mut state.workspaces[at];
    workspace.members.extend(member);
    workspace.invites.retain(|invite| invite.email != email);
    response::json(StatusCode::OK, &json!({ "success": true }))
}
