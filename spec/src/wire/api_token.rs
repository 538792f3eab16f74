//! API tokens.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::id::{ApiTokenId, WorkspaceId};
use crate::secret::{SecretString, on_the_wire};
use crate::timestamp::Timestamp;

/// An API token, without the token itself: the server keeps only its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApiToken {
    /// `_id`, to revoke it by.
    #[serde(rename = "_id")]
    pub id: ApiTokenId,
    /// The name that its creator gave it.
    pub nickname: String,
    /// The first 8 characters of the token, to recognise it by.
    pub token_prefix: String,
    /// The workspace that it is locked to.
    #[serde(default)]
    pub workspace: Option<WorkspaceLink>,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was used last.
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
    /// How often it was used. The gateway counts each call twice.
    #[serde(default)]
    pub usage_count: u64,
    /// When it was created.
    pub created: Timestamp,
}

/// The workspace of an API token: its id in the response to creating the token, id and name in lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum WorkspaceLink {
    /// Only the id.
    Id(WorkspaceId),
    /// Id and name.
    Named {
        /// `_id`.
        #[serde(rename = "_id")]
        id: WorkspaceId,
        /// The name.
        name: String,
    },
}

impl WorkspaceLink {
    /// The id, in either form.
    #[must_use]
    pub fn id(&self) -> WorkspaceId {
        match self {
            Self::Id(id) | Self::Named { id, .. } => *id,
        }
    }
}

impl<'de> Deserialize<'de> for WorkspaceLink {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // `untagged` would copy the value first, and report neither the field that is wrong nor the reason.
        deserializer.deserialize_any(IdOrObject)
    }
}

/// The form of the value says which link it is.
struct IdOrObject;

impl<'de> Visitor<'de> for IdOrObject {
    type Value = WorkspaceLink;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of a workspace, or an object with `_id` and `name`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<WorkspaceLink, E> {
        WorkspaceId::deserialize(text.into_deserializer()).map(WorkspaceLink::Id)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<WorkspaceLink, A::Error> {
        #[derive(Deserialize)]
        struct Named {
            #[serde(rename = "_id")]
            id: WorkspaceId,
            name: String,
        }

        let Named { id, name } = Named::deserialize(MapAccessDeserializer::new(object))?;
        Ok(WorkspaceLink::Named { id, name })
    }
}

/// A new API token. The server shows the token only here. Serializing it writes the real token.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedApiToken {
    /// The token: `ql_` and 64 hexadecimal digits.
    #[serde(serialize_with = "on_the_wire")]
    pub token: SecretString,
    /// The entry that the lists will have.
    pub api_token: ApiToken,
}
