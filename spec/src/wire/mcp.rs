//! The responses of the OAuth endpoints for MCP clients.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Response;
use crate::secret::{SecretString, on_the_wire};
use crate::wire::Tokens;

/// The metadata of the server's OAuth endpoints.
///
/// It lists the `refresh_token` grant, which the token endpoint refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct McpMetadata {
    /// The issuer of the tokens.
    pub issuer: String,
    /// The URL where users are asked.
    pub authorization_endpoint: String,
    /// The URL where codes are exchanged for tokens.
    pub token_endpoint: String,
    /// The URL where clients register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    /// The kinds of response.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_types_supported: Vec<String>,
    /// The kinds of grant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grant_types_supported: Vec<String>,
    /// The challenge methods of PKCE.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code_challenge_methods_supported: Vec<String>,
    /// How clients can authenticate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// The scopes that clients can ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
}

/// A registered client. Serializing it writes the real secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct McpRegistration {
    /// The id of the client.
    pub client_id: String,
    /// The secret of a client that asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub client_secret: Option<SecretString>,
    /// The URLs that users may be sent back to.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// How the client authenticates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    /// The scopes that it may ask for.
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
    /// The lifetime of the access token, in seconds.
    pub expires_in: u64,
}

/// A redirect: to the page that asks the user, or back to the client.
#[derive(Clone, PartialEq, Eq, Response)]
#[response(302, crate = crate)]
#[non_exhaustive]
pub struct McpRedirect {
    /// Where the browser is sent. It may hold a code, so it is not printed.
    #[response(header)]
    pub location: String,
}

/// Shows no URL.
impl fmt::Debug for McpRedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpRedirect").finish_non_exhaustive()
    }
}

impl From<McpTokens> for Tokens {
    fn from(tokens: McpTokens) -> Self {
        Self { access: tokens.access_token, refresh: tokens.refresh_token }
    }
}
