//! Blueprints: the forms of entities, and who may do what with these.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::id::BlueprintId;
use crate::timestamp::Timestamp;
use crate::wire::words::words;

words! {
    /// How entities get their identifiers.
    IdentifierMechanism {
        /// 24 hexadecimal digits.
        ObjectId = "objectid",
        /// A UUID. The server fails to create entities of such a blueprint.
        Guid = "guid",
    }
    /// The entities that a permission is about, or a limit counts.
    Scope {
        /// Those of the user.
        User = "user",
        /// Those of the active workspace.
        Workspace = "workspace",
        /// All of the tenant.
        Tenant = "tenant",
    }
    /// What a permission allows.
    EntityOperation {
        /// Creating entities.
        Create = "create",
        /// Reading and listing them, and the charts about them.
        Read = "read",
        /// Changing them.
        Update = "update",
        /// Deleting them.
        Delete = "delete",
    }
    /// The type of a property.
    PropertyType {
        /// Text.
        Text = "string",
        /// A number; the server converts texts.
        Number = "number",
        /// A boolean; the server takes each value that is not empty for `true`, the text `false` as well.
        Boolean = "boolean",
        /// A date, as a text.
        Date = "date",
        /// A moment, which the server writes as ISO 8601.
        DateTime = "datetime",
        /// A time of day, as a text.
        Time = "time",
        /// An object, which may have a JSON schema.
        Object = "object",
        /// The URL of a file.
        FileUrl = "file",
    }
}

/// A blueprint: the form of its entities, and who may do what with them.
///
/// A user without the role `admin` or `plugin` sees its id, names and properties only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Blueprint {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: BlueprintId,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The name of the blueprint in requests.
    pub identifier: String,
    /// The name to show.
    pub name: String,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How entities get their identifiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_identifier_mechanism: Option<IdentifierMechanism>,
    /// Who may do what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Permission>,
    /// The entities that users see and change, where no permission says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_scope: Option<Scope>,
    /// The properties, by their names.
    #[serde(default)]
    pub properties: BTreeMap<String, Property>,
    /// The properties that hold the identifier of another entity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// How many entities there may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limitations: Vec<Limitation>,
    /// Values that each change computes, as `jq` expressions, by property.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub update_mapping: BTreeMap<String, Value>,
    /// The changes that are logged as events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatchers: Option<Dispatchers>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When it was changed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Allows an operation to users with a role, a role or a label in the active workspace, or to guests. `*` stands for
/// all.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Permission {
    /// The entities that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// What it allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<EntityOperation>,
    /// Whether guests may do it.
    #[serde(default)]
    pub guest: bool,
    /// The roles in the tenant.
    #[serde(default)]
    pub role_based: Vec<String>,
    /// The roles in the workspace.
    #[serde(default)]
    pub workspace_role_based: Vec<String>,
    /// The labels of the workspace.
    #[serde(default)]
    pub workspace_labels_based: Vec<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A property of the entities of a blueprint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Property {
    /// The name to show. The server drops a property without one.
    pub title: String,
    /// The type. The server drops a property without one.
    #[serde(rename = "type")]
    pub kind: PropertyType,
    /// A description.
    #[serde(default)]
    pub description: String,
    /// Whether each entity has it.
    #[serde(default)]
    pub required: bool,
    /// Whether it is a list.
    #[serde(default)]
    pub multi: bool,
    /// The smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// The largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
    /// The only values that it may have.
    #[serde(rename = "enum", default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The JSON schema of an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A property that holds the identifier of another entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Relation {
    /// The property.
    pub key: String,
    /// The identifier of the blueprint of the other entity.
    pub target: String,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A limit to the number of entities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Limitation {
    /// The entities that are counted.
    pub scope: Scope,
    /// The limit.
    pub value: u64,
    /// The labels of the workspaces that it is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workspace_labels: Vec<String>,
    /// The roles of the users that it is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The properties whose values have to be the same in the entities that are counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The changes of entities that are logged as events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Dispatchers {
    /// Whether the creation is.
    #[serde(default)]
    pub create: bool,
    /// Whether a change is.
    #[serde(default)]
    pub update: bool,
    /// Whether the deletion is.
    #[serde(default)]
    pub delete: bool,
}

/// A blueprint to create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewBlueprint {
    /// The name of the blueprint in requests.
    pub identifier: String,
    /// The name to show.
    pub name: String,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How entities get their identifiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_identifier_mechanism: Option<IdentifierMechanism>,
    /// Who may do what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Permission>,
    /// The entities that users see and change, where no permission says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_scope: Option<Scope>,
    /// The properties, by their names.
    #[serde(default)]
    pub properties: BTreeMap<String, Property>,
    /// The properties that hold the identifier of another entity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// How many entities there may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limitations: Vec<Limitation>,
    /// Values that each change computes, as `jq` expressions, by property.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub update_mapping: BTreeMap<String, Value>,
    /// The changes that are logged as events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatchers: Option<Dispatchers>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl NewBlueprint {
    /// With the required fields only.
    #[must_use]
    pub fn new(identifier: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            identifier: identifier.into(),
            name: name.into(),
            description: None,
            entity_identifier_mechanism: None,
            permissions: Vec::new(),
            permission_scope: None,
            properties: BTreeMap::new(),
            relations: Vec::new(),
            limitations: Vec::new(),
            update_mapping: BTreeMap::new(),
            dispatchers: None,
            other: Map::new(),
        }
    }
}

/// Changes of a blueprint. A field that is `None` stays as it is; one that is given replaces the old value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BlueprintChanges {
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who may do what. `PATCH` ignores it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<Permission>>,
    /// The entities that users see and change, where no permission says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_scope: Option<Scope>,
    /// The properties, by their names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<BTreeMap<String, Property>>,
    /// The properties that hold the identifier of another entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relations: Option<Vec<Relation>>,
    /// How many entities there may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limitations: Option<Vec<Limitation>>,
    /// Values that each change computes, as `jq` expressions, by property.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_mapping: Option<BTreeMap<String, Value>>,
    /// The changes that are logged as events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatchers: Option<Dispatchers>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Permission {
    /// Allows an operation on these entities to users with one of these roles.
    #[must_use]
    pub fn of_roles<R: Into<String>>(
        operation: EntityOperation,
        scope: Scope,
        roles: impl IntoIterator<Item = R>,
    ) -> Self {
        Self {
            scope: Some(scope),
            operation: Some(operation),
            role_based: roles.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}

impl Property {
    /// An optional property of this type.
    #[must_use]
    pub fn new(kind: PropertyType, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            kind,
            description: String::new(),
            required: false,
            multi: false,
            min: None,
            max: None,
            options: Vec::new(),
            schema: None,
            other: Map::new(),
        }
    }

    /// The same property, which each entity has.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

impl Relation {
    /// The property `key` holds the identifier of an entity of the blueprint `target`.
    #[must_use]
    pub fn new(key: impl Into<String>, target: impl Into<String>) -> Self {
        Self { key: key.into(), target: target.into(), other: Map::new() }
    }
}

impl Limitation {
    /// At most `value` entities.
    #[must_use]
    pub fn new(scope: Scope, value: u64) -> Self {
        Self {
            scope,
            value,
            workspace_labels: Vec::new(),
            roles: Vec::new(),
            properties: Vec::new(),
            other: Map::new(),
        }
    }
}
