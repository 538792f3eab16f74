//! Configurations of the tenant.

use serde_json::{Map, Value};

use crate::auth::{Anyone, Privileged};
use crate::resource;
use crate::wire::{
    AppConfiguration, Configuration, ConfigurationChanges, ConfigurationSummary, NewConfiguration, RemovedConfiguration,
};

/// The configurations of the tenant. Everyone may read those that are public; the others are for administrators.
///
/// # Errors
///
/// A configuration that does not exist, or that the user may not read, is a 404.
#[resource(path = "/api/configurations", auth = Privileged, decode, crate = crate)]
pub trait Configurations {
    /// Reads the configuration of the application.
    #[get("/app-configuration", auth = Anyone)]
    #[doc(alias = "getAppConfiguration")]
    async fn app(&self) -> Configuration<AppConfiguration>;

    /// Changes the configuration of the application: each field that is given replaces the old one.
    ///
    /// The server ignores an empty list of URLs. It refuses a URL of another tenant with 400.
    #[put("/app-configuration")]
    async fn update_app(&self, metadata: &Map<String, Value>) -> Configuration<AppConfiguration>;

    /// Lists all configurations, without their contents.
    #[get]
    #[doc(alias = "getList")]
    async fn list(&self) -> Vec<ConfigurationSummary>;

    /// Lists the configurations whose key matches a regular expression, or of a kind, or those that are public or not.
    #[get]
    async fn search(&self, key: Option<&str>, public: Option<bool>, kind: Option<&str>) -> Vec<ConfigurationSummary>;

    /// Reads a configuration.
    #[get("/{key}", auth = Anyone)]
    #[doc(alias = "getConfiguration")]
    async fn get(&self, key: &str) -> Configuration;

    /// Creates a configuration. One whose key is taken is a 409.
    #[post]
    async fn create(&self, #[serde(flatten)] configuration: &NewConfiguration) -> Configuration;

    /// Changes the content and the description of a configuration: each field of the content that is given replaces the
    /// old one.
    ///
    /// For a key that does not exist the server sends no response, and the gateway responds with 504 after a while. Read
    /// the configuration first.
    #[put("/{key}")]
    async fn update(&self, key: &str, #[serde(flatten)] changes: &ConfigurationChanges) -> Configuration;

    /// Deletes a configuration. That of the application stays: 403. One that does not exist is a 500.
    #[delete("/{key}")]
    #[doc(alias = "remove")]
    async fn delete(&self, key: &str) -> RemovedConfiguration;
}
