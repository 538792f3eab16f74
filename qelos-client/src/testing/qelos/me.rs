//! `/api/me`: the user behind a credential, and changes of a profile.

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::UserId;
use serde::Serialize;
use serde_json::{Map, Value};

use super::call::{Call, is_falsy};
use super::caller::{Denied, Identity, Proof};
use super::state::{State, TENANT, UserRecord};
use super::{date, response};

/// The response, its fields in the order of the wire.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
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

/// Responds to `GET /api/me`.
pub(super) fn get(state: &mut State, identity: &Identity, _: &Call<'_>) -> Response<Bytes> {
    describe(state, identity).map_or_else(|| Denied::Guest.response(), |me| response::json(StatusCode::OK, &me))
}

/// Responds to `POST /api/me`. E-mail address, phone number and metadata are ignored. So is the username, but the
/// response repeats it as if it had been stored.
pub(super) fn update(state: &mut State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    let user = state.users.get_mut(&identity.user).filter(|user| !user.deleted);
    let Some(user) = user else {
        return response::message(StatusCode::INTERNAL_SERVER_ERROR, "failed to update your user information");
    };
    change(user, call);
    let Some(mut me) = describe(state, identity) else { return Denied::Guest.response() };
    if let Some(username) = call.text("username") {
        me.username = Some(username.to_owned());
    }
    response::json(StatusCode::OK, &me)
}

/// Empty fields stay as they are, except for the picture, which is removed.
fn change(user: &mut UserRecord, call: &Call<'_>) {
    let text = |name: &str| call.text(name).map(str::to_owned);
    user.profile_changed = true;
    if let Some(name) = text("fullName").or_else(|| text("name")) {
        user.full_name = Some(name);
    }
    if let Some(name) = text("firstName") {
        user.first_name = name;
    }
    if let Some(name) = text("lastName") {
        user.last_name = Some(name);
    }
    if let Some(date) = call.body.get("birthDate").filter(|date| !is_falsy(date)) {
        user.birth_date = Some(date::birth_date(date));
    }
    if let Some(picture @ Value::String(address)) = call.body.get("profileImage") {
        user.profile_image = Some(if address.is_empty() { Value::Null } else { picture.clone() });
    }
    // One character is enough, and the old password is not needed.
    if let Some(password) = call.text("password") {
        user.password = password.into();
    }
}

/// Merges the record of the user with the facts in the credential; `None` when the user never existed.
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
            // Fields that the claims lack are not taken from the record.
            me.username = me.username.filter(|_| claims.username.is_some());
            me.email = me.email.filter(|_| claims.email.is_some());
            me.birth_date = me.birth_date.filter(|_| user.profile_changed);
            me.roles.clone_from(&claims.roles);
            // As it was signed: with a percent-encoded name, and the roles of that time.
            me.workspace = claims.workspace.as_ref().and_then(|workspace| serde_json::to_value(workspace).ok());
        }
        Proof::ApiToken(looked_up) => {
            me.roles.clone_from(&looked_up.roles);
            me.workspace = looked_up.workspace.as_ref().and_then(|workspace| serde_json::to_value(workspace).ok());
        }
        Proof::Impersonation(workspace) => {
            me.profile_image = None;
            me.birth_date = None;
            me.metadata = None;
            // `null` without a workspace, unlike for other callers.
            me.workspace = serde_json::to_value(workspace).ok();
        }
    }
    Some(me)
}
