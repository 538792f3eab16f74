//! The records of blueprints: as the server stores them, and as it writes them in responses.

use std::collections::BTreeMap;

use qelos_spec::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::tenant::TENANT;

/// A blueprint.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BlueprintRecord {
    #[serde(rename = "_id")]
    pub(crate) id: String,
    tenant: &'static str,
    pub(crate) identifier: String,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) entity_identifier_mechanism: Mechanism,
    pub(crate) permissions: Vec<Permission>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permission_scope: Option<Scope>,
    /// In the order of their names, whatever the order in the request was.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) properties: BTreeMap<String, Property>,
    pub(crate) relations: Vec<Relation>,
    pub(crate) dispatchers: Dispatchers,
    pub(crate) limitations: Vec<Limitation>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) update_mapping: Map<String, Value>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    #[serde(rename = "__v")]
    version: u32,
}

/// How entities get their identifiers.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mechanism {
    #[default]
    ObjectId,
    Guid,
}

/// The entities that a permission is about, or a limit counts.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scope {
    User,
    Workspace,
    Tenant,
}

/// What a permission allows.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Permission {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<Scope>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) operation: Option<Operation>,
    #[serde(default)]
    pub(crate) guest: bool,
    #[serde(default)]
    pub(crate) role_based: Vec<String>,
    #[serde(default)]
    pub(crate) workspace_role_based: Vec<String>,
    #[serde(default)]
    pub(crate) workspace_labels_based: Vec<String>,
    #[serde(rename = "_id", default)]
    pub(crate) id: String,
}

/// A property of the entities. Bounds and options are what the creator of the blueprint has sent.
#[derive(Clone, Serialize)]
pub(crate) struct Property {
    title: String,
    description: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) required: bool,
    pub(crate) multi: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max: Option<Value>,
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    pub(crate) options: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) schema: Option<Value>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Relation {
    pub(crate) key: String,
    pub(crate) target: String,
    #[serde(rename = "_id", default)]
    pub(crate) id: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Limitation {
    pub(crate) scope: Scope,
    #[serde(default)]
    pub(crate) workspace_labels: Vec<String>,
    #[serde(default)]
    pub(crate) roles: Vec<String>,
    #[serde(default)]
    pub(crate) properties: Vec<String>,
    pub(crate) value: u64,
    #[serde(rename = "_id", default)]
    pub(crate) id: String,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Dispatchers {
    #[serde(default)]
    create: bool,
    #[serde(default)]
    update: bool,
    #[serde(default)]
    delete: bool,
}

impl BlueprintRecord {
    /// A blueprint without properties, for administrators only.
    pub(crate) fn new(id: String, identifier: String, name: String, now: Timestamp) -> Self {
        Self {
            id,
            tenant: TENANT,
            identifier,
            name,
            description: None,
            entity_identifier_mechanism: Mechanism::default(),
            permissions: Vec::new(),
            permission_scope: None,
            properties: BTreeMap::new(),
            relations: Vec::new(),
            dispatchers: Dispatchers::default(),
            limitations: Vec::new(),
            update_mapping: Map::new(),
            created: now,
            updated: now,
            version: 0,
        }
    }
}

impl Property {
    /// A property as it was sent; `None` for one without a title or a type, which the server drops.
    pub(crate) fn read(given: &Value) -> Option<Self> {
        let text = |name: &str| given.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let flag = |name: &str| given.get(name).is_some_and(|flag| *flag == true);
        let (title, kind) = (text("title")?.to_owned(), text("type")?.to_owned());
        let description = text("description").unwrap_or_default().to_owned();
        let given = |name: &str| given.get(name).cloned();
        let schema = given("schema").filter(|_| kind == "object");
        Some(Self {
            title,
            description,
            kind,
            required: flag("required"),
            multi: flag("multi"),
            min: given("min"),
            max: given("max"),
            options: given("enum"),
            schema,
        })
    }
}
