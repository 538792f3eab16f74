//! What the OAuth endpoints for MCP clients answer.

use serde::{Deserialize, Serialize};

use crate::secret::{SecretString, on_the_wire};
use crate::wire::Tokens;

/// What the server says about its OAuth endpoints.
///
/// It advertises the `refresh_token` grant, which its token endpoint refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct McpMetadata {
    /// Who issues the tokens.
    pub issuer: String,
    /// Where users are asked.
    pub authorization_endpoint: String,
    /// Where codes are traded for tokens.
    pub token_endpoint: String,
    /// Where clients register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    /// The kinds of response.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_types_supported: Vec<String>,
    /// The kinds of grant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grant_types_supported: Vec<String>,
    /// The methods of PKCE.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code_challenge_methods_supported: Vec<String>,
    /// How clients prove themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// What can be asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
}

/// A registered client. Serializing it writes the real secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct McpRegistration {
    /// The client.
    pub client_id: String,
    /// The secret of a client that asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub client_secret: Option<SecretString>,
    /// Where users may be sent back to.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// How the client proves itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    /// What it may ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<String>,
    /// The kinds of grant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grant_types: Vec<String>,
    /// The kinds of response.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_types: Vec<String>,
}

/// The tokens of a consent. Serializing it writes the real tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct McpTokens {
    /// The access token.
    #[serde(serialize_with = "on_the_wire")]
    pub access_token: SecretString,
    /// The refresh token.
    #[serde(serialize_with = "on_the_wire")]
    pub refresh_token: SecretString,
    /// `Bearer`.
    pub token_type: String,
    /// How long the access token lives, in seconds.
    pub expires_in: u64,
}

impl From<McpTokens> for Tokens {
    fn from(tokens: McpTokens) -> Self {
        Self { access: tokens.access_token, refresh: tokens.refresh_token }
    }
}
