//! Configurations of the tenant.

use serde_json::{Map, Value};

use crate::auth::{Anyone, Privileged};
use crate::wire::{
    AppConfiguration, Configuration, ConfigurationChanges, ConfigurationSummary, NewConfiguration, RemovedConfiguration,
};
use crate::{DecodeRequest, Endpoint, resource};

/// Lists the configurations that have all of these values, without their contents. There are no pages.
///
/// `GET /api/configurations`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::SearchConfigurations;
///
/// let mut search = SearchConfigurations::default();
/// search.key = Some("prices".to_owned());
/// search.public = Some(true);
/// assert_eq!(search.encode()?.target(), "/api/configurations?key=prices&public=true");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/configurations", response = Vec<ConfigurationSummary>, auth = Privileged)]
#[non_exhaustive]
pub struct SearchConfigurations {
    /// A regular expression for the key, whatever the case of its letters.
    pub key: Option<String>,
    /// Whether guests may read them.
    pub public: Option<bool>,
    /// The kind, a word of the tenant.
    pub kind: Option<String>,
}

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

    /// Lists the configurations whose key matches a regular expression, or of a kind, or those that are public or not,
    /// without their contents.
    #[endpoint(SearchConfigurations)]
    async fn search(&self, configurations: &SearchConfigurations) -> Vec<ConfigurationSummary>;

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
