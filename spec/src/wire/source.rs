//! Sources of integrations: the services that they use, and how the server signs in there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::id::{PluginId, SourceId, UserId};
use crate::secret::{SecretString, on_the_wire};
use crate::timestamp::Timestamp;
use crate::wire::words::words;

words! {
    /// The kind of a source.
    SourceKind {
        /// Another Qelos, or this one.
        QelosServer = "qelos",
        /// Models of `OpenAI`, and of servers like it.
        OpenAi = "openai",
        /// Mail.
        Email = "email",
        /// n8n.
        N8n = "n8n",
        /// Supabase.
        Supabase = "supabase",
        /// `LinkedIn`.
        LinkedIn = "linkedin",
        /// Any server.
        Http = "http",
        /// Models of Anthropic.
        ClaudeAi = "claudeai",
        /// Facebook.
        Facebook = "facebook",
        /// Google.
        Google = "google",
        /// `GitHub`.
        GitHub = "github",
        /// Gemini.
        Gemini = "gemini",
        /// Sumit.
        Sumit = "sumit",
        /// `PayPal`.
        PayPal = "paypal",
        /// Paddle.
        Paddle = "paddle",
        /// Dodo Payments.
        DodoPayments = "dodopayments",
        /// Amazon Web Services.
        Aws = "aws",
        /// Cloudflare.
        Cloudflare = "cloudflare",
    }
    /// Whether a source can be reached.
    SourceState {
        /// It can.
        Connected = "connected",
        /// It cannot.
        Failed = "failed",
        /// The server cannot check this kind.
        Unsupported = "unsupported",
    }
}

/// A source of integrations. How the server signs in there is never shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Source {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: SourceId,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The plugin that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<PluginId>,
    /// The user who has created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The name to show.
    pub name: String,
    /// The labels.
    #[serde(default)]
    pub labels: Vec<String>,
    /// The kind.
    pub kind: SourceKind,
    /// The settings: each kind has its own.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How the server signs in to a source: each kind has its own fields.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SourceAuthentication {
    /// The token of a model, or of `GitHub`.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub token: Option<SecretString>,
    /// The password of another Qelos, or of a mail server.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub password: Option<SecretString>,
    /// The token of Cloudflare.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub api_token: Option<SecretString>,
    /// The key of AWS.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub secret_access_key: Option<SecretString>,
    /// The headers with which the server calls a source of the kind `http`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", serialize_with = "all_on_the_wire")]
    pub secured_headers: BTreeMap<String, SecretString>,
    /// The fields of other kinds.
    #[serde(flatten, serialize_with = "all_on_the_wire")]
    pub other: BTreeMap<String, SecretString>,
}

fn all_on_the_wire<S: Serializer>(secrets: &BTreeMap<String, SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    struct Written<'s>(&'s SecretString);

    impl Serialize for Written<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            on_the_wire(self.0, serializer)
        }
    }

    serializer.collect_map(secrets.iter().map(|(name, secret)| (name, Written(secret))))
}

/// A source to create.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NewSource {
    /// The name to show.
    pub name: String,
    /// The kind.
    pub kind: SourceKind,
    /// The settings. The server drops those that the kind does not have.
    pub metadata: Map<String, Value>,
    /// The labels.
    #[serde(default)]
    pub labels: Vec<String>,
    /// How the server signs in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<SourceAuthentication>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl NewSource {
    /// With the required fields only.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: SourceKind, metadata: Map<String, Value>) -> Self {
        Self { name: name.into(), kind, metadata, labels: Vec::new(), authentication: None, other: Map::new() }
    }
}

/// Changes of a source, whose kind stays. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceChanges {
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// The settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// How the server signs in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<SourceAuthentication>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The settings with which the server is to reach a source, in place of those that it has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceCheck {
    /// The settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// How the server signs in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<SourceAuthentication>,
}

/// A source that does not exist yet, for a check whether it can be reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceDraft {
    /// The kind.
    pub kind: SourceKind,
    /// The settings.
    pub metadata: Map<String, Value>,
    /// How the server signs in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<SourceAuthentication>,
}

impl SourceDraft {
    /// With the required fields only.
    #[must_use]
    pub fn new(kind: SourceKind, metadata: Map<String, Value>) -> Self {
        Self { kind, metadata, authentication: None }
    }
}

/// Whether a source can be reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SourceStatus {
    /// Whether it can.
    pub status: SourceState,
    /// What the check has found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The kind of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<SourceKind>,
    /// When it was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<Timestamp>,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
