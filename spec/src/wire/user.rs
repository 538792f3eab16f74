//! The signed-in user.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{UserId, WorkspaceId};

/// The signed-in user: the response of `GET /api/me`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: UserId,
    /// The tenant, for example `0`. No request needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The name to sign in with. Absent after a workspace was activated: the new session does not carry it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The name to show; the same as `full_name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// The URL of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_image: Option<String>,
    /// The birth date, as text, because the server changes dates. Present with API tokens, and after updates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// The roles in the tenant: `user`, `admin`, ….
    #[serde(default)]
    pub roles: Vec<String>,
    /// The data that the tenant keeps with its users.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// The workspace that the session or the API token is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<ActiveWorkspace>,
}

/// The workspace of a session, with the user's own roles in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActiveWorkspace {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: WorkspaceId,
    /// The name. Empty after the session was renewed.
    ///
    /// Sessions carry it percent-encoded, and it is decoded here. A plain name with a literal `%20` looks like an
    /// encoded one and is decoded too.
    #[serde(default, deserialize_with = "super::name::decoded")]
    pub name: String,
    /// The user's roles in the workspace. Empty after the session was renewed.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The labels of the workspace. Empty after the session was renewed.
    #[serde(default)]
    pub labels: Vec<String>,
}
