//! Plugins of the tenant.

use crate::auth::{Anyone, Privileged};
use crate::id::PluginId;
use crate::resource;
use crate::wire::{Plugin, PluginSettings, RemovedPlugin};

/// The plugins of the tenant. Everyone may list them; the rest is for administrators, and reading one also for plugins.
///
/// # Errors
///
/// The server refuses a guest and a user without the role with 401 and an empty body.
#[resource(path = "/api/plugins", auth = Privileged, decode, crate = crate)]
pub trait Plugins {
    /// Lists the plugins. Others than administrators see what they add to the pages.
    #[get(auth = Anyone)]
    #[doc(alias = "getList")]
    async fn list(&self) -> Vec<Plugin>;

    /// Reads a plugin. `None` if there is no such plugin.
    #[get("/{plugin_id}")]
    #[doc(alias = "getById")]
    async fn get(&self, plugin_id: &PluginId) -> Option<Plugin>;

    /// Creates a plugin. The server reads its manifest first, if it has the URL.
    ///
    /// # Errors
    ///
    /// A path of another plugin is a 403, and each other mistake a 500.
    #[post]
    async fn create(&self, #[serde(flatten)] settings: &PluginSettings) -> Plugin;

    /// Changes a plugin. The response has the token that the server sends to the plugin.
    ///
    /// # Errors
    ///
    /// A plugin that does not exist is a 500.
    #[put("/{plugin_id}")]
    async fn update(&self, plugin_id: &PluginId, #[serde(flatten)] changes: &PluginSettings) -> Plugin;

    /// Deletes a plugin. One that does not exist is a 404.
    #[delete("/{plugin_id}")]
    #[doc(alias = "remove")]
    async fn delete(&self, plugin_id: &PluginId) -> RemovedPlugin;
}
