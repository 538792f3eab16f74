//! `GET /api/me`: the user behind a credential.

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::UserId;
use serde::Serialize;
use serde_json::{Map, Value};

use super::answer;
use super::caller::{Denied, Identity, Proof};
use super::state::{State, TENANT};

/// The answer, its fields in the order of the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Me {
    #[serde(rename = "_id")]
    id: UserId,
    tenant: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    name: String,
    first_name: String,
    last_name: String,
    full_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_image: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_date: Option<String>,
    roles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<Value>,
}

/// Answers `GET /api/me`.
pub(super) fn get(state: &State, identity: &Identity) -> Response<Bytes> {
    describe(state, identity).map_or_else(|| Denied::Nobody.answer(), |me| answer::json(StatusCode::OK, &me))
}

/// Puts together the record of the user and what the credential says; `None` when the user never existed.
pub(super) fn describe(state: &State, identity: &Identity) -> Option<Me> {
    let user = state.users.get(&identity.user)?;
    let mut me = Me {
        id: identity.user,
        tenant: TENANT,
        username: Some(user.username.clone()),
        email: Some(user.email.clone()),
        name: user.name(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        full_name: user.name(),
        profile_image: user.profile_image.clone(),
        birth_date: user.birth_date.clone(),
        roles: user.roles.clone(),
        metadata: Some(Map::new()),
        workspace: None,
    };
    match &identity.proof {
        Proof::Claims(claims) => {
            // A session whose claims lack the username does not get it from the record either.
            me.username = me.username.filter(|_| claims.username.is_some());
            // As it was signed, name percent-encoded, roles of that time.
            me.workspace = claims.workspace.as_ref().and_then(|workspace| serde_json::to_value(workspace).ok());
        }
        Proof::ApiToken(workspace) => {
            let workspace = workspace.and_then(|id| state.membership(identity.user, id));
            me.workspace = workspace.and_then(|workspace| serde_json::to_value(workspace).ok());
        }
        Proof::Impersonation => {
            me.profile_image = None;
            me.birth_date = None;
            me.metadata = None;
            me.workspace = Some(Value::Null);
        }
    }
    Some(me)
}
