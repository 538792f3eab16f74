//! Plugins.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{PluginId, UserId};
use crate::secret::{SecretString, on_the_wire};

/// A plugin. Users that are no administrators see its names, and what it adds to the pages.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Plugin {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: PluginId,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The name to show.
    pub name: String,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The path below `/api/on` at which its routes are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_path: Option<String>,
    /// The URL of its manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest_url: Option<String>,
    /// The page that a user comes back to after being asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// The route that a tenant is registered at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register_url: Option<String>,
    /// The URL that its routes are forwarded to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy_url: Option<String>,
    /// The user that it acts as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// How the server gets tokens of the plugin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_acquire: Option<AuthAcquire>,
    /// The events that the server reports to it.
    #[serde(default)]
    pub subscribed_events: Vec<SubscribedEvent>,
    /// The pages that it adds.
    #[serde(default)]
    pub micro_frontends: Vec<Value>,
    /// The pieces of HTML that it adds to all pages.
    #[serde(default)]
    pub injectables: Vec<Value>,
    /// The groups of the menu that it adds.
    #[serde(default)]
    pub nav_bar_groups: Vec<Value>,
    /// The lists of records that it adds.
    #[serde(default)]
    pub cruds: Vec<Value>,
    /// The token that the server sends to the plugin. Only in the responses to changing it.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub token: Option<SecretString>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How the server gets tokens of a plugin.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthAcquire {
    /// The refresh token of the plugin, which the server keeps and does not show.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub refresh_token: Option<SecretString>,
    /// The route that renews a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_url: Option<String>,
    /// The field of the refresh token in the responses of the plugin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_key: Option<String>,
    /// The field of the access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_key: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Events that the server reports to a plugin.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubscribedEvent {
    /// The part of the system that they come from; `*` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What they are about; `*` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What has happened; `*` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_name: Option<String>,
    /// The route of the plugin that they are reported to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hook_url: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A plugin that was deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RemovedPlugin {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: PluginId,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The path of its routes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_path: Option<String>,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The user that it acted as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a plugin is created with, or what is changed of it. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PluginSettings {
    /// The name to show. A new plugin needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The path below `/api/on` at which its routes are: made of the name, unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_path: Option<String>,
    /// The URL of its manifest, which the server reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest_url: Option<String>,
    /// The page that a user comes back to after being asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// The route that a tenant is registered at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register_url: Option<String>,
    /// The URL that its routes are forwarded to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy_url: Option<String>,
    /// How the server gets tokens of the plugin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_acquire: Option<AuthAcquire>,
    /// The events that the server reports to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscribed_events: Option<Vec<SubscribedEvent>>,
    /// The pages that it adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micro_frontends: Option<Vec<Value>>,
    /// The pieces of HTML that it adds to all pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub injectables: Option<Vec<Value>>,
    /// The groups of the menu that it adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nav_bar_groups: Option<Vec<Value>>,
    /// The lists of records that it adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cruds: Option<Vec<Value>>,
    /// The token that the server sends to the plugin.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub token: Option<SecretString>,
    /// Whether the token is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clear_token: Option<bool>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
