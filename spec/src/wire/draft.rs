//! Drafts of a user.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{DraftId, UserId};

/// A draft: something that a user has begun to write. `D` is what was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Draft<D = Value> {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: DraftId,
    /// The user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The kind of thing that it is a draft of: `page`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_type: Option<String>,
    /// Which one of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_id: Option<String>,
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_display_name: Option<String>,
    /// The parameters of the page where it is written.
    #[serde(default)]
    pub context_route_params: Value,
    /// What was written.
    pub context_data: D,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
