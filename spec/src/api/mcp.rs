//! OAuth for MCP clients: discovery, registration, the consent of a user, and tokens.
//!
//! Always with PKCE: without it the server puts the tokens themselves into the URL of the redirect.

use serde::{Deserialize, Serialize};

use crate::auth::{Anyone, Public, Session};
use crate::secret::SecretString;
use crate::wire::{McpMetadata, McpRedirect, McpRegistration, McpTokens};
use crate::{DecodeRequest, Endpoint};

/// Reads the metadata of the server's OAuth endpoints.
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
#[non_exhaustive]
pub struct McpRegister {
    /// The name that users are shown.
    pub client_name: Option<String>,
    /// The URLs that users may be sent back to: `https`, loopback, or a scheme of the application.
    pub redirect_uris: Vec<String>,
    /// `client_secret_post` for a client that can keep a secret; none when it cannot.
    pub token_endpoint_auth_method: Option<String>,
    /// The scopes that the client will ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<String>,
}

impl McpRegister {
    /// A client without a name that cannot keep a secret.
    #[must_use]
    pub fn new(redirect_uris: Vec<String>) -> Self {
        Self { client_name: None, redirect_uris, token_endpoint_auth_method: None, scope: Vec::new() }
    }
}

/// Asks for the consent of a user. A browser opens its URL ([`Request::url`](crate::Request::url)), and is sent to the page
/// that asks the user: `/mcp/authorize?mcp_state=…`, or `/login?redirect=…` where no user is signed in. An application that
/// has the session of the user calls it itself, when it shows that page in place of Qelos.
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
#[endpoint(GET, "/api/auth/mcp/authorize", response = McpRedirect, auth = Anyone)]
#[non_exhaustive]
pub struct McpAuthorize {
    /// The URL that the browser is sent back to. The client has registered it, or the tenant permits it.
    pub redirect_uri: String,
    /// A value that comes back unchanged. Compare it then.
    pub state: Option<String>,
    /// The SHA-256 of the verifier, in base64url without padding.
    pub code_challenge: String,
    code_challenge_method: S256Only,
    /// The id of the client, if it has registered.
    pub client_id: Option<String>,
}

impl McpAuthorize {
    /// An authorization without a state, of a client that has not registered.
    #[must_use]
    pub fn new(redirect_uri: impl Into<String>, code_challenge: impl Into<String>) -> Self {
        let (redirect_uri, code_challenge) = (redirect_uri.into(), code_challenge.into());
        Self { redirect_uri, state: None, code_challenge, code_challenge_method: S256Only::S256, client_id: None }
    }
}

/// The one challenge method that hides the verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum S256Only {
    S256,
}

/// The reply of a user to an MCP client. The redirect leads back to the client.
///
/// Where the client has sent no challenge of PKCE, the server puts the tokens of the user into the URL of the redirect, where
/// browsers and servers keep them: deny such a request. So the server's `token_delivery`, which moves them from the query to
/// the fragment, is not declared.
///
/// ```
/// use qelos_spec::{RequestSnapshot, SecretString, api::McpConsent};
///
/// let deny = McpConsent::deny(SecretString::from("e30.e30.x"));
/// let snapshot = RequestSnapshot::of(&deny).unwrap();
/// assert!(snapshot.as_str().contains("mcp_state = ***\naction = deny"));
/// ```
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/auth/mcp/consent", response = McpRedirect, auth = Session)]
#[non_exhaustive]
pub struct McpConsent {
    /// The request of the client, as it is in the URL of the page.
    #[endpoint(form, secret)]
    pub mcp_state: SecretString,
    /// The reply.
    #[endpoint(form)]
    pub action: McpReply,
}

impl McpConsent {
    /// Lets the client in.
    #[must_use]
    pub fn accept(mcp_state: SecretString) -> Self {
        Self { mcp_state, action: McpReply::Accept }
    }

    /// Does not let the client in.
    #[must_use]
    pub fn deny(mcp_state: SecretString) -> Self {
        Self { mcp_state, action: McpReply::Deny }
    }
}

/// Whether a user lets an MCP client in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum McpReply {
    /// The client gets a code.
    Accept,
    /// The client is told `access_denied`.
    Deny,
}

/// Exchanges the code that a user's consent gave for tokens.
///
/// The tokens are renewed with [`RefreshTokens`](crate::api::RefreshTokens), like those of any other session. The
/// server refuses the `refresh_token` grant, although its metadata lists it.
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
#[non_exhaustive]
pub struct McpExchange {
    #[endpoint(form)]
    grant_type: AuthorizationCodeOnly,
    /// The code. It is valid once.
    #[endpoint(form, secret)]
    pub code: SecretString,
    /// The same URL as in the authorization.
    #[endpoint(form)]
    pub redirect_uri: String,
    /// The verifier that the challenge was computed from.
    #[endpoint(form, secret)]
    pub code_verifier: SecretString,
    /// The id of the client, if it has registered.
    #[endpoint(form)]
    pub client_id: Option<String>,
}

impl McpExchange {
    /// An exchange for a client that has not registered.
    #[must_use]
    pub fn new(code: SecretString, redirect_uri: impl Into<String>, code_verifier: SecretString) -> Self {
        let grant_type = AuthorizationCodeOnly::AuthorizationCode;
        Self { grant_type, code, redirect_uri: redirect_uri.into(), code_verifier, client_id: None }
    }
}

/// The one grant that the server accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum AuthorizationCodeOnly {
    #[serde(rename = "authorization_code")]
    AuthorizationCode,
}
