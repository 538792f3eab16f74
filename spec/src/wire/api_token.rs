//! API tokens.

use serde::{Deserialize, Serialize};

use crate::id::{ApiTokenId, WorkspaceId};
use crate::secret::{SecretString, on_the_wire};
use crate::timestamp::Timestamp;

/// What is known about an API token. The token itself is not: the server keeps only its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApiToken {
    /// `_id`: for revoking it.
    #[serde(rename = "_id")]
    pub id: ApiTokenId,
    /// The name its creator gave it.
    pub nickname: String,
    /// The first 8 characters of the token, enough to recognise it.
    pub token_prefix: String,
    /// The workspace it is locked to.
    #[serde(default)]
    pub workspace: Option<WorkspaceLink>,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// When it was used last.
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
    /// How often it was used; the gateway counts each call twice.
    #[serde(default)]
    pub usage_count: u64,
    /// When it was created.
    pub created: Timestamp,
}

/// The workspace of an API token: only its id when the token was just created, with its name in lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
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

/// A new API token: the only time the server shows it. Serializing it writes the real token.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedApiToken {
    /// The token: `ql_` and 64 hexadecimal digits.
    #[serde(serialize_with = "on_the_wire")]
    pub token: SecretString,
    /// What the lists will say about it.
    pub api_token: ApiToken,
}
