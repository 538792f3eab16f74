//! Integrations: what triggers them, and what they do.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{IntegrationId, PluginId, SourceId, UserId};
use crate::timestamp::Timestamp;

/// An integration: an operation that a trigger starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Integration {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: IntegrationId,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The plugin that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<PluginId>,
    /// The user who has created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The kinds of the sources of its trigger and its target.
    #[serde(default)]
    pub kind: Vec<String>,
    /// Whether it runs.
    #[serde(default)]
    pub active: bool,
    /// What starts it.
    pub trigger: IntegrationStep,
    /// What it does.
    pub target: IntegrationStep,
    /// The steps that change the data of the trigger before the target gets it: `map` and `populate`, as `jq`
    /// expressions.
    #[serde(default)]
    pub data_manipulation: Vec<Value>,
    /// The steps that change the result of the target.
    #[serde(default)]
    pub target_manipulation: Vec<Value>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The trigger or the target of an integration: an operation of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IntegrationStep {
    /// The source.
    pub source: SourceId,
    /// The operation: `apiWebhook`, `chatCompletion`, `makeRequest`.
    pub operation: String,
    /// The settings of the operation. The server drops those that it does not know.
    #[serde(default)]
    pub details: Map<String, Value>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An integration to create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewIntegration {
    /// What starts it.
    pub trigger: IntegrationStep,
    /// What it does.
    pub target: IntegrationStep,
    /// The steps that change the data of the trigger before the target gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_manipulation: Option<Vec<Value>>,
    /// The steps that change the result of the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_manipulation: Option<Vec<Value>>,
    /// Whether it runs; it does not, unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl NewIntegration {
    /// With the required fields only.
    #[must_use]
    pub fn new(trigger: IntegrationStep, target: IntegrationStep) -> Self {
        Self { trigger, target, data_manipulation: None, target_manipulation: None, active: None, other: Map::new() }
    }
}

/// Changes of an integration. A field that is `None` stays as it is; one that is given replaces the old value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IntegrationChanges {
    /// What starts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<IntegrationStep>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<IntegrationStep>,
    /// The steps that change the data of the trigger before the target gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_manipulation: Option<Vec<Value>>,
    /// The steps that change the result of the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_manipulation: Option<Vec<Value>>,
    /// Whether it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl IntegrationStep {
    /// An operation of a source, with these settings.
    #[must_use]
    pub fn new(source: SourceId, operation: impl Into<String>, details: Map<String, Value>) -> Self {
        Self { source, operation: operation.into(), details, other: Map::new() }
    }
}
