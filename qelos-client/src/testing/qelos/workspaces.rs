//! `/api/workspaces`: list, read, create, change, delete, and move a session into one. The members are in `members`,
//! accepting and declining invites in `invites`, the list of all workspaces of the tenant in `all`.

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::auth::CredentialKind;

use self::found::{BROKEN, find, find_to_change};
use self::input::{read_invites, texts};
use super::call::{Call, is_falsy};
use super::caller::{Identity, Proof};
use super::jwt::ClaimedWorkspace;
use super::response::either;
use super::state::{Member, MemberRecord, State, WorkspaceRecord};
use super::{encrypted, response, session};

mod all;
mod found;
mod input;
mod invites;
mod members;
mod shown;

pub(super) use self::invites::{list as list_invites, respond as respond_to_invite};

type Handler = fn(&mut State, &Identity, &Call<'_>) -> Response<Bytes>;

/// The routes.
pub(super) fn route(method: &str, call: &Call<'_>) -> Option<Handler> {
    Some(match (method, &call.segments[2..]) {
        ("GET", []) => list,
        ("GET", ["all"]) => all::list,
        ("POST", []) => create,
        ("GET", [_]) => get,
        ("PUT", [_]) => update,
        ("DELETE", [_]) => delete,
        ("POST", [_, "activate"]) => activate,
        ("GET", [_, "encrypted"]) => encrypted::of_workspace,
        ("POST", [_, "encrypted"]) => encrypted::set_of_workspace,
        ("GET", [_, "members"]) => members::list,
        ("POST", [_, "members"]) => members::add,
        ("PUT", [_, "members", _]) => members::update,
        ("DELETE", [_, "members", _]) => members::remove,
        _ => return None,
    })
}

/// `GET /`: the workspaces that the caller is a member of, also with an API token that is locked to one of them.
fn list(state: &mut State, identity: &Identity, _: &Call<'_>) -> Response<Bytes> {
    let user = identity.user;
    let own = state.workspaces.iter().filter(|workspace| workspace.member(user).is_some());
    response::json(StatusCode::OK, &own.map(|workspace| workspace.listed(user)).collect::<Vec<_>>())
}

/// `GET /{id}`: a caller that may change it sees all members, a plain member only themselves.
fn get(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    either(find(state, identity, call).map(|found| {
        let workspace = &state.workspaces[found.at];
        let mut shown = workspace.shown(found.shown_to);
        if found.may_change {
            let whole = workspace.whole();
            (shown.members, shown.invites) = (whole.members, whole.invites);
        }
        response::json(StatusCode::OK, &shown)
    }))
}

/// `POST /`: 200, not 201.
fn create(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    let labels = call.body.get("labels").map_or(Some(Vec::new()), |labels| texts(Some(labels)));
    let Some(labels) = labels else {
        let reason = "please provide all mandatory properties (missing \"labels\").";
        return response::message(StatusCode::BAD_REQUEST, reason);
    };
    let failed = || response::message(BROKEN, "failed to create workspace");
    let Some(name) = call.text("name") else { return failed() };
    let invites = match call.body.get("invites").map(|invites| read_invites(state, invites, call)) {
        None => Vec::new(),
        Some(Some(invites)) => invites,
        Some(None) => return failed(),
    };
    let Ok(id) = state.next_id(call.now).parse() else { return failed() };
    let mut workspace = WorkspaceRecord::new(id, name.to_owned(), call.now);
    workspace.logo = call.text("logo").map(str::to_owned);
    workspace.labels = labels;
    workspace.invites = invites;
    let creator = Member::new(identity.user, &["admin", "user"]);
    workspace.members.push(MemberRecord::new(creator, state.next_id(call.now), call.now));
    let created = response::json(StatusCode::OK, &workspace.whole());
    state.workspaces.push(workspace);
    created
}

/// `PUT /{id}`: the labels only for administrators of the tenant.
fn update(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    either(find_to_change(state, identity, call).and_then(|found| {
        let failed = || Box::new(response::message(BROKEN, "failed to update workspace"));
        let given = |name: &str| call.body.get(name).filter(|value| !is_falsy(value));
        let invites = match given("invites") {
            Some(invites) => Some(read_invites(state, invites, call).ok_or_else(failed)?),
            None => None,
        };
        let labels = match given("labels").filter(|_| found.shown_to.is_none()) {
            Some(labels) => Some(
                texts(Some(labels))
                    .ok_or_else(|| response::message(StatusCode::BAD_REQUEST, "Invalid data. Must be an array."))?,
            ),
            None => None,
        };
        let workspace = &mut state.workspaces[found.at];
        if let Some(name) = call.text("name") {
            name.clone_into(&mut workspace.name);
        }
        if let Some(logo) = call.text("logo") {
            workspace.logo = Some(logo.to_owned());
        }
        let changes_invites = invites.is_some();
        workspace.invites = invites.unwrap_or_else(|| std::mem::take(&mut workspace.invites));
        workspace.labels = labels.unwrap_or_else(|| std::mem::take(&mut workspace.labels));
        let mut shown = workspace.shown(found.shown_to);
        if changes_invites {
            shown.invites = Some(&workspace.invites);
            // The server has not read the version, and shows the number of its own changes.
            shown.version = Some(1);
        }
        Ok(response::json(StatusCode::OK, &shown))
    }))
}

/// `DELETE /{id}`: refused for the workspace of the session.
fn delete(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    either(find_to_change(state, identity, call).map(|found| {
        if identity.workspace() == Some(state.workspaces[found.at].id) {
            return response::message(StatusCode::BAD_REQUEST, "You cannot remove your active workspace.");
        }
        let removed = state.workspaces.remove(found.at);
        response::json(StatusCode::OK, &removed.shown(found.shown_to))
    }))
}

/// `POST /{id}/activate`: for cookies only. The new workspace is in the new cookie.
fn activate(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    either(find(state, identity, call).map(|found| {
        let workspace = &state.workspaces[found.at];
        let roles = found.shown_to.and_then(|user| workspace.member(user)).map(|member| member.roles.clone());
        let next = ClaimedWorkspace {
            id: workspace.id,
            name: workspace.name.clone(),
            roles: Some(roles.unwrap_or_else(|| vec!["admin".to_owned()])),
            labels: Some(workspace.labels.clone()),
        };
        let mut response = response::json(StatusCode::OK, &workspace.shown(found.shown_to));
        match &identity.proof {
            // Impersonation changes no workspace.
            Proof::Impersonation(_) => response,
            Proof::Claims(old) if identity.kind == CredentialKind::Cookie => {
                let claims = state.claims(identity.user, Some(next), call.now, state.settings.cookie_lifetime);
                let Some(mut claims) = claims else { return cannot_activate() };
                // The server does not load the username here, so the next cookies do not have it.
                claims.username = None;
                if let Some(identifier) = &old.token_identifier {
                    state.sessions.remove(identifier);
                }
                let cookie = session::issue_cookie(state, claims, call.now);
                session::set_cookie(state, &mut response, &cookie, call);
                response
            }
            _ => cannot_activate(),
        }
    }))
}

fn cannot_activate() -> Response<Bytes> {
    response::message(BROKEN, "failed to activate workspace")
}
