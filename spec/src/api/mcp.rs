//! OAuth for MCP clients: discovery, registration, the authorization of a user, and tokens. Always with PKCE: without it
//! the server puts the tokens themselves into the URL of the redirect.

use serde::{Deserialize, Serialize};

use crate::auth::Public;
use crate::secret::SecretString;
use crate::wire::{McpMetadata, McpRegistration, McpTokens};
use crate::{DecodeRequest, Endpoint};

/// Reads what the server says about its OAuth endpoints.
#[derive(Debug, Clone, Copy, Endpoint, DecodeRequest)]
#[endpoint(GET, "/.well-known/oauth-authorization-server", response = McpMetadata, auth = Public)]
pub struct McpDiscovery;

/// Registers a client.
///
/// ```
/// use qelos_spec::{Endpoint, api::McpRegister};
///
/// let register = McpRegister::new(vec!["http://127.0.0.1:7777/callback".to_owned()]);
/// assert_eq!(register.encode().unwrap().body(), r#"{"redirect_uris":["http://127.0.0.1:7777/callback"]}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/.well-known/oauth-authorization-server/register", response = McpRegistration, auth = Public)]
pub struct McpRegister {
    /// The name that users are shown.
    pub client_name: Option<String>,
    /// Where users may be sent back to: `https`, loopback, or a scheme of the application's own.
    pub redirect_uris: Vec<String>,
    /// `client_secret_post` for a client that can keep a secret; none when it cannot.
    pub token_endpoint_auth_method: Option<String>,
    /// What the client will ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<String>,
}

impl McpRegister {
    /// Without a name, for a client that cannot keep a secret.
    #[must_use]
    pub fn new(redirect_uris: Vec<String>) -> Self {
        Self { client_name: None, redirect_uris, token_endpoint_auth_method: None, scope: Vec::new() }
    }
}

/// Where a browser asks its user to let a client in. Never called by a client: see [`Request::url`](crate::Request::url).
///
/// ```
/// use qelos_spec::{BaseUrl, Endpoint, api::McpAuthorize};
///
/// let mut authorize = McpAuthorize::new("http://127.0.0.1:7777/callback", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
/// authorize.state = Some("af0ifjsldkj".to_owned());
/// let base: BaseUrl = "https://acme.example".parse().unwrap();
/// let url = authorize.encode().unwrap().url(&base);
/// assert!(url.starts_with("https://acme.example/api/auth/mcp/authorize?redirect_uri=http"));
/// assert!(url.contains("&code_challenge_method=S256"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/auth/mcp/authorize", auth = Public)]
pub struct McpAuthorize {
    /// Where the browser is sent back to; one the client has registered, or the tenant permits.
    pub redirect_uri: String,
    /// Comes back unchanged: compare it.
    pub state: Option<String>,
    /// The SHA-256 of the verifier, in unpadded base64url.
    pub code_challenge: String,
    code_challenge_method: S256Only,
    /// The client, if it has registered.
    pub client_id: Option<String>,
}

impl McpAuthorize {
    /// With a challenge, which there is no way around.
    #[must_use]
    pub fn new(redirect_uri: impl Into<String>, code_challenge: impl Into<String>) -> Self {
        let (redirect_uri, code_challenge) = (redirect_uri.into(), code_challenge.into());
        Self { redirect_uri, state: None, code_challenge, code_challenge_method: S256Only::S256, client_id: None }
    }
}

/// The one method that hides the verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum S256Only {
    S256,
}

/// Trades the code that a user's consent brought for tokens.
///
/// The tokens are refreshed like those of any other session, at [`RefreshTokens`](crate::api::RefreshTokens): the
/// `refresh_token` grant that discovery advertises is refused.
///
/// ```
/// use qelos_spec::{RequestSnapshot, SecretString, api::McpExchange};
///
/// let [code, verifier] = ["c-1", "v-1"].map(SecretString::from);
/// let exchange = McpExchange::new(code, "http://127.0.0.1:7777/callback", verifier);
/// let snapshot = RequestSnapshot::of(&exchange).unwrap();
/// assert!(snapshot.as_str().contains("code = ***\nredirect_uri = http://127.0.0.1:7777/callback\n"));
/// ```
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/auth/mcp/token", response = McpTokens, auth = Public)]
pub struct McpExchange {
    #[endpoint(form)]
    grant_type: AuthorizationCodeOnly,
    /// The code; good once.
    #[endpoint(form, secret)]
    pub code: SecretString,
    /// The same as in the authorization.
    #[endpoint(form)]
    pub redirect_uri: String,
    /// What the challenge was made of.
    #[endpoint(form, secret)]
    pub code_verifier: SecretString,
    /// The client, if it has registered.
    #[endpoint(form)]
    pub client_id: Option<String>,
}

impl McpExchange {
    /// For a client that has not registered.
    #[must_use]
    pub fn new(code: SecretString, redirect_uri: impl Into<String>, code_verifier: SecretString) -> Self {
        let grant_type = AuthorizationCodeOnly::AuthorizationCode;
        Self { grant_type, code, redirect_uri: redirect_uri.into(), code_verifier, client_id: None }
    }
}

/// The one grant the server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum AuthorizationCodeOnly {
    #[serde(rename = "authorization_code")]
    AuthorizationCode,
}
