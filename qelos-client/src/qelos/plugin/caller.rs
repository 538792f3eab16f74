//! Who calls a plugin.

use std::error::Error as StdError;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::HeaderName;
use qelos_spec::{UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The header in which the gateway of Qelos names the user.
const USER: HeaderName = HeaderName::from_static("user");

/// The caller of an endpoint of a plugin, verified: Qelos, for a user of one of its tenants or for a guest.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Caller {
    /// The tenant, which has registered the plugin.
    pub tenant: Tenant,
    /// The user; `None` for a guest.
    pub user: Option<CallingUser>,
}

/// A server that has registered the plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tenant {
    /// The user of the plugin's own Qelos that stands for the tenant.
    #[serde(rename = "sub")]
    pub id: UserId,
    /// The identity of its registration: each renewal draws another one.
    pub identifier: String,
}

/// A user of a tenant, as the gateway of Qelos names one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CallingUser {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: UserId,
    /// The name to sign in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The roles in the tenant.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The workspace that the user works in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<CallingWorkspace>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The workspace of a [`CallingUser`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallingWorkspace {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: WorkspaceId,
    /// The roles of the user in it.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A request that does not come from Qelos, or whose user cannot be read. A plugin responds to it with 407 and
/// `x-q-auth: unauthorized`, as Plugin Play does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified(pub(super) &'static str);

impl fmt::Display for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl StdError for Unverified {}

/// The user in the header that the gateway adds: JSON, or base64 of JSON. It means nothing beside a token that is not
/// verified.
pub(super) fn user_of(headers: &HeaderMap) -> Result<Option<CallingUser>, Unverified> {
    const UNREADABLE: Unverified = Unverified("the header `user` does not name a user");
    let Some(value) = headers.get(USER) else { return Ok(None) };
    let json = match value.as_bytes() {
        json @ [b'{', ..] => json.to_vec(),
        encoded => STANDARD.decode(encoded).map_err(|_| UNREADABLE)?,
    };
    serde_json::from_slice(&json).map(Some).map_err(|_| UNREADABLE)
}
