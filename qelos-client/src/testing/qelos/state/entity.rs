//! The records of entities.

use qelos_spec::{Timestamp, UserId, WorkspaceId};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::tenant::TENANT;

pub(crate) struct EntityRecord {
    /// The id in the database, which most responses do not show.
    pub(crate) id: String,
    pub(crate) identifier: String,
    pub(crate) blueprint: String,
    pub(crate) user: Option<UserId>,
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) metadata: Map<String, Value>,
    /// The related entities, as `property:identifier`.
    pub(crate) indexes: Vec<String>,
    pub(crate) created: Audit,
    pub(crate) changed: Option<Audit>,
}

/// Who has written an entity, and when.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Audit {
    pub(crate) ip: String,
    pub(crate) user_agent: String,
    pub(crate) timestamp: Timestamp,
}

impl EntityRecord {
    /// The document in the database, without the parts for administrators. A change does not move `updated`.
    pub(crate) fn document(&self) -> Map<String, Value> {
        let mut document = Map::new();
        document.insert("_id".to_owned(), self.id.clone().into());
        document.insert("tenant".to_owned(), TENANT.into());
        document.insert("identifier".to_owned(), self.identifier.clone().into());
        if let Some(user) = self.user {
            document.insert("user".to_owned(), json!(user));
        }
        if let Some(workspace) = self.workspace {
            document.insert("workspace".to_owned(), json!(workspace));
        }
        document.insert("blueprint".to_owned(), self.blueprint.clone().into());
        document.insert("metadata".to_owned(), self.metadata.clone().into());
        document.insert("indexes".to_owned(), self.indexes.clone().into());
        document.insert("created".to_owned(), json!(self.created.timestamp));
        document.insert("updated".to_owned(), json!(self.created.timestamp));
        document.insert("__v".to_owned(), 0.into());
        document
    }

    /// Who has created and changed it, for administrators.
    pub(crate) fn audit(&self) -> Value {
        let mut audit = json!({ "created": self.created });
        if let Some(changed) = &self.changed {
            audit["updated"] = json!(changed);
        }
        audit
    }
}
