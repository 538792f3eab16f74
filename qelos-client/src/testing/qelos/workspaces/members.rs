//! `/api/workspaces/{id}/members`.

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::UserId;
use serde::Serialize;
use serde_json::json;

use super::super::call::Call;
use super::super::caller::Identity;
use super::super::response::{self, either};
use super::super::service::Service;
use super::super::state::{Member, MemberRecord, State};
use super::found::{BROKEN, find, find_to_change};
use super::input::texts;

/// A member, with the data of the user.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Known<'s> {
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<&'s str>,
    first_name: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'s str>,
    email: &'s str,
    #[serde(flatten)]
    member: &'s MemberRecord,
}

/// `GET`: in the order of the users, without deleted ones.
pub(super) fn list(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    either(find_to_change(state, identity, call).map(|found| {
        let workspace = &state.workspaces[found.at];
        let users = state.users.iter().filter(|(_, user)| !user.deleted);
        let members = users.filter_map(|(id, user)| {
            Some(Known {
                full_name: user.full_name.as_deref(),
                first_name: &user.first_name,
                last_name: user.last_name.as_deref(),
                email: &user.email,
                member: workspace.member(*id)?,
            })
        });
        response::json(StatusCode::OK, &members.collect::<Vec<_>>())
    }))
}

/// `POST`: for administrators of the tenant. The role is checked before anything else.
pub(super) fn add(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    if !identity.is_privileged() {
        return Service::Auth.refuse_unprivileged();
    }
    either(find(state, identity, call).map(|found| {
        let (Some(user), Some(roles)) = (call.text("userId"), texts(call.body.get("roles"))) else {
            let reason = "Invalid input. Provide \"userId\", \"roles\".";
            return response::message(StatusCode::BAD_REQUEST, reason);
        };
        let Ok(user) = user.parse::<UserId>() else {
            return malformed("Failed to add member.", user, "_id", "User");
        };
        if state.active_user(user).is_none() {
            return response::message(StatusCode::NOT_FOUND, "User not found.");
        }
        if state.workspaces[found.at].member(user).is_some() {
            return response::message(StatusCode::BAD_REQUEST, "User is already a member of the workspace.");
        }
        let member = MemberRecord::new(Member { user, roles }, state.next_id(call.now), call.now);
        let workspace = &mut state.workspaces[found.at];
        workspace.members.push(member);
        let body = json!({ "message": "Member added successfully.", "workspace": workspace.whole() });
        response::json(StatusCode::OK, &body)
    }))
}

/// `PUT /{user}`: other roles.
pub(super) fn update(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    either(find_to_change(state, identity, call).map(|found| {
        let Some(roles) = texts(call.body.get("roles")) else {
            return response::message(StatusCode::BAD_REQUEST, "Invalid input. \"roles\" must be an array.");
        };
        let workspace = &mut state.workspaces[found.at];
        let user = named(call);
        let Some(member) = workspace.members.iter_mut().find(|member| member.user.as_str() == user) else {
            return response::message(StatusCode::NOT_FOUND, "Member not found in the workspace.");
        };
        member.roles = roles;
        let body = json!({
            "message": "Member roles updated successfully.", "updatedMember": member, "workspaceId": workspace.id,
        });
        response::json(StatusCode::OK, &body)
    }))
}

/// `DELETE /{user}`: removes the user from the first workspace that they are found in; the path is ignored.
pub(super) fn remove(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    either(find_to_change(state, identity, call).map(|_| {
        let Ok(user) = named(call).parse::<UserId>() else {
            return malformed("Failed to remove member.", named(call), "members.user", "Workspace");
        };
        let Some(first) = state.workspaces.iter_mut().find(|workspace| workspace.member(user).is_some()) else {
            return response::message(StatusCode::NOT_FOUND, "Workspace not found.");
        };
        first.members.retain(|member| member.user != user);
        let body = json!({ "message": "Member removed from workspace.", "removedMemberId": user, "userId": user });
        response::json(StatusCode::OK, &body)
    }))
}

/// The user that the path names.
fn named<'r>(call: &Call<'r>) -> &'r str {
    call.segments.get(4).copied().unwrap_or_default()
}

/// The error of the database for a malformed id.
fn malformed(message: &str, id: &str, path: &str, model: &str) -> Response<Bytes> {
    let error = format!(
        "Cast to ObjectId failed for value \"{id}\" (type string) at path \"{path}\" for model \"{model}\" because of \
         \"BSONError\""
    );
    response::json(BROKEN, &json!({ "message": message, "error": error }))
}
