//! Users as JSON in responses to administrators.

use qelos_spec::{Timestamp, UserId, WorkspaceId};
use serde::Serialize;
use serde_json::{Map, Value};

use super::super::state::UserRecord;

/// A user in a response. The lists of the server show neither the e-mail address nor the tenant.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown<'u> {
    #[serde(rename = "_id")]
    id: UserId,
    username: &'u str,
    social_logins: [&'static str; 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<&'u str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    first_name: &'u str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'u str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_date: Option<&'u str>,
    roles: &'u [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_image: Option<&'u Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_login: Option<LastLogin>,
    email_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_metadata: Option<Map<String, Value>>,
    /// Shown only when it is asked for.
    #[serde(skip)]
    email: &'u str,
}

#[derive(Serialize)]
struct LastLogin {
    created: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<WorkspaceId>,
}

impl<'u> Shown<'u> {
    pub(super) fn new(id: UserId, user: &'u UserRecord) -> Self {
        let workspace = user.last_workspace;
        Self {
            id,
            username: &user.username,
            social_logins: [],
            full_name: user.full_name.as_deref(),
            first_name: &user.first_name,
            last_name: user.last_name.as_deref(),
            birth_date: user.birth_date.as_deref(),
            roles: &user.roles,
            profile_image: user.profile_image.as_ref(),
            last_login: user.last_login.map(|created| LastLogin { created, workspace }),
            email_verified: false,
            internal_metadata: None,
            email: &user.email,
        }
    }

    pub(super) fn with_internal_metadata(self, user: &UserRecord) -> Self {
        Self { internal_metadata: Some(user.internal_metadata.clone().unwrap_or_default()), ..self }
    }

    /// The id and the fields with these names; without any, the usual ones.
    pub(super) fn only(&self, names: &[String]) -> Value {
        let mut shown = serde_json::to_value(self).unwrap_or_default();
        if names.is_empty() {
            return shown;
        }
        shown["email"] = self.email.into();
        if let Some(fields) = shown.as_object_mut() {
            fields.retain(|name, _| name == "_id" || names.contains(name));
        }
        shown
    }
}
