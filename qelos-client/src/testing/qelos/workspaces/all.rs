//! `/api/workspaces/all`: the workspaces of the tenant, for its administrators.

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::{UserId, WorkspaceId};
use serde_json::Value;

use super::super::call::Call;
use super::super::caller::Identity;
use super::super::pattern;
use super::super::response::{self, Refused};
use super::super::service::{self, Service};
use super::super::state::{State, WorkspaceRecord};
use super::found::BROKEN;

/// `GET`: without pages.
pub(super) fn list(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    if !identity.is_privileged() {
        return Service::Auth.refuse_unprivileged();
    }
    let filters = match Filters::read(call) {
        Ok(filters) => filters,
        Err(refused) => return *refused,
    };
    let found = state.workspaces.iter().filter(|workspace| filters.match_all(workspace));
    match selected(&call.query("select").unwrap_or_default()) {
        None => {
            response::json(StatusCode::OK, &found.map(WorkspaceRecord::listed_to_administrators).collect::<Vec<_>>())
        }
        Some(names) => response::json(StatusCode::OK, &found.map(|one| only(one, &names)).collect::<Vec<_>>()),
    }
}

struct Filters {
    ids: Option<Vec<WorkspaceId>>,
    member: Option<UserId>,
    labels: Vec<String>,
    names: Vec<regex::Regex>,
}

impl Filters {
    /// The response in place of the filters when one is malformed: the service fails on an id, and never responds to a
    /// pattern, so that the gateway gives up.
    fn read(call: &Call<'_>) -> Result<Self, Refused> {
        let failed = || Box::new(response::message(BROKEN, "failed to load workspaces"));
        let ids = call.has("_id").then(|| call.list("_id").iter().map(|id| id.parse().map_err(|_| failed())).collect());
        let member = call.query("members.user").filter(|user| !user.is_empty());
        let names = ["name", "q"].into_iter().filter_map(|name| call.query(name)).filter(|name| !name.is_empty());
        let unanswered = || Box::new(service::no_response(call.authority, &format!("/{}", call.segments.join("/"))));
        let names = names.map(|name| pattern::read(&name).ok_or_else(unanswered));
        Ok(Self {
            ids: ids.transpose()?,
            member: member.map(|user| user.parse().map_err(|_| failed())).transpose()?,
            labels: call.list("labels"),
            names: names.collect::<Result<_, _>>()?,
        })
    }

    fn match_all(&self, workspace: &WorkspaceRecord) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(&workspace.id))
            && self.member.is_none_or(|user| workspace.member(user).is_some())
            && (self.labels.is_empty() || workspace.labels.iter().any(|label| self.labels.contains(label)))
            && self.names.iter().all(|name| name.is_match(&workspace.name))
    }
}

/// The fields that `select` names, if it is given. Only its first comma separates names, so all behind it are one name,
/// which no field has if there are several.
fn selected(select: &str) -> Option<[&str; 2]> {
    (!select.is_empty()).then(|| select.split_once(',').map_or([select, ""], |(first, rest)| [first, rest]))
}

/// The id and the fields with these names.
fn only(workspace: &WorkspaceRecord, names: &[&str; 2]) -> Value {
    let mut shown = serde_json::to_value(workspace.whole()).unwrap_or_default();
    if let Some(fields) = shown.as_object_mut() {
        fields.retain(|name, _| name == "_id" || names.contains(&name.as_str()));
    }
    shown
}
