//! Components: pieces of a page, in Vue.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::ComponentId;
use crate::timestamp::Timestamp;

/// A component of the pages of the tenant: a file of Vue, and what the server has compiled it to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Component {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: ComponentId,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The name of its files.
    pub identifier: String,
    /// The name in pages.
    pub component_name: String,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The source. Absent in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The values that a page gives it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_props: Vec<ComponentProp>,
    /// What it was compiled to. Only in the responses to creating and changing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compiled_content: Option<CompiledComponent>,
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

/// A value that a page gives to a component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ComponentProp {
    /// The name.
    pub prop: String,
    /// The type.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a component was compiled to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CompiledComponent {
    /// The JavaScript.
    #[serde(default)]
    pub js: String,
    /// The CSS.
    #[serde(default)]
    pub css: String,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A component to create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewComponent {
    /// The name of its files.
    pub identifier: String,
    /// The name in pages.
    pub component_name: String,
    /// The source: a file of Vue.
    pub content: String,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl NewComponent {
    /// With the required fields only.
    #[must_use]
    pub fn new(identifier: impl Into<String>, component_name: impl Into<String>, content: impl Into<String>) -> Self {
        Self {
            identifier: identifier.into(),
            component_name: component_name.into(),
            content: content.into(),
            description: None,
            other: Map::new(),
        }
    }
}

/// Changes of a component. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ComponentChanges {
    /// The name of its files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// The name in pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component_name: Option<String>,
    /// The source: a file of Vue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What became of several components.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BulkComponents {
    /// How many there were.
    pub total: u64,
    /// How many were compiled.
    pub succeeded: u64,
    /// How many were not.
    pub failed: u64,
    /// Each of them.
    #[serde(default)]
    pub results: Vec<BulkComponent>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What became of one of several components.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BulkComponent {
    /// The component.
    pub identifier: String,
    /// Whether it was compiled.
    pub success: bool,
    /// The component, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<Component>,
    /// Why it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Value>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The compiled files of all components.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StaticComponents {
    /// The components.
    #[serde(default)]
    pub components: Vec<StaticComponent>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The compiled files of a component: paths below `/api/static`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StaticComponent {
    /// The name in pages.
    pub component_name: String,
    /// The JavaScript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub js: Option<String>,
    /// The CSS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub css: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
