//! Configurations of a tenant.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::ConfigurationId;
use crate::timestamp::Timestamp;

/// A configuration of the tenant. `M` is its content: a map, or a type of yours, with a `Default` for a configuration without
/// content, in an endpoint that reads this configuration.
///
/// ```
/// use qelos_spec::auth::Anyone;
/// use qelos_spec::serde::Deserialize;
/// use qelos_spec::wire::Configuration;
/// use qelos_spec::{Endpoint, http};
///
/// #[derive(Default, Deserialize)]
/// #[serde(crate = "qelos_spec::serde")]
/// struct Prices {
///     currency: Option<String>,
/// }
///
/// #[derive(Endpoint)]
/// #[endpoint(GET, "/api/configurations/prices", response = Configuration<Prices>, auth = Anyone)]
/// struct GetPrices;
///
/// let response = http::Response::new(r#"{"key": "prices", "metadata": {"currency": "CHF"}}"#.into());
/// assert_eq!(GetPrices::decode(&response)?.metadata.currency.as_deref(), Some("CHF"));
/// # Ok::<(), qelos_spec::ResponseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Configuration<M = Map<String, Value>> {
    /// `_id`. Absent when one is read by its key.
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ConfigurationId>,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The name of the configuration.
    pub key: String,
    /// Whether guests may read it. Absent when it is read by its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The content. The server leaves out an empty one, except where a configuration is read.
    #[serde(default)]
    pub metadata: M,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A configuration in a list: without its content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConfigurationSummary {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: ConfigurationId,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The name of the configuration.
    pub key: String,
    /// Whether guests may read it.
    #[serde(default)]
    pub public: bool,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The configuration of the application: names, colours and pages. A tenant may add fields.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AppConfiguration {
    /// The name of the application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A slogan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slogan: Option<String>,
    /// Keywords for search engines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keywords: Option<String>,
    /// The language of the pages: `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The direction of text: `ltr` or `rtl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// The URL of the logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// The URL of a style sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme_styles_url: Option<String>,
    /// The URL of a script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script_url: Option<String>,
    /// The first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_screen: Option<String>,
    /// The colours, by what they are for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colors_palette: Option<Map<String, Value>>,
    /// The hosts of the application.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub website_urls: Vec<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A configuration to create. The server stores no description here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NewConfiguration {
    /// The name of the configuration.
    pub key: String,
    /// The content.
    pub metadata: Map<String, Value>,
    /// Whether guests may read it.
    #[serde(default)]
    pub public: bool,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl NewConfiguration {
    /// With the required fields only.
    #[must_use]
    pub fn new(key: impl Into<String>, metadata: Map<String, Value>) -> Self {
        Self { key: key.into(), metadata, public: false, kind: None, other: Map::new() }
    }
}

/// A configuration that was deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RemovedConfiguration {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: ConfigurationId,
    /// Its name.
    pub key: String,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Changes of a configuration. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConfigurationChanges {
    /// The fields of the content that change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
