//! Signing in, staying signed in, signing out.

use serde::{Deserialize, Serialize};

use crate::auth::{Public, Session, SignedIn};
use crate::id::WorkspaceId;
use crate::secret::SecretString;
use crate::wire::{Payload, Refreshed, SignedInOAuth, SignedInUser, User};
use crate::{DecodeRequest, Endpoint};

/// Signs in with a cookie session, which is in the `Set-Cookie` header of the answer.
///
/// A wrong password and an unknown user are the same 401.
///
/// ```
/// use qelos_spec::{Endpoint, SecretString, api::SignIn};
///
/// let endpoint = SignIn::new("ada@example.com", SecretString::from("hunter2"));
/// assert_eq!(endpoint.encode().unwrap().target(), "/api/signin");
/// ```
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/signin", response = Payload<SignedInUser>, auth = Public)]
pub struct SignIn {
    /// The name the user signed up with, in lower case.
    pub username: String,
    /// The password.
    #[endpoint(secret)]
    pub password: SecretString,
    /// The workspace the session shall be in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
    /// Signs in only when the user has one of these roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

impl SignIn {
    /// Without a wish for a workspace or a role.
    #[must_use]
    pub fn new(username: impl Into<String>, password: SecretString) -> Self {
        Self { username: username.into(), password, workspace: None, roles: Vec::new() }
    }
}

/// Signs in with tokens: an access token, and a refresh token that renews it.
///
/// ```
/// use qelos_spec::{Endpoint, SecretString, api::OAuthSignIn};
///
/// let mut endpoint = OAuthSignIn::new("ada@example.com", SecretString::from("hunter2"));
/// endpoint.workspace = Some("6b01d2e7627f2972a3745de0".parse().unwrap());
/// assert!(endpoint.encode().unwrap().holds_secrets());
/// ```
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/signin", response = Payload<SignedInOAuth>, auth = Public)]
pub struct OAuthSignIn {
    /// The name the user signed up with, in lower case.
    pub username: String,
    /// The password.
    #[endpoint(secret)]
    pub password: SecretString,
    /// The workspace the session shall be in: with tokens, signing in is the only way to choose one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
    /// Signs in only when the user has one of these roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    #[serde(rename = "authType")]
    auth_type: OAuthOnly,
}

impl OAuthSignIn {
    /// Without a wish for a workspace or a role.
    #[must_use]
    pub fn new(username: impl Into<String>, password: SecretString) -> Self {
        let auth_type = OAuthOnly::OAuth;
        Self { username: username.into(), password, workspace: None, roles: Vec::new(), auth_type }
    }
}

/// The one value of `authType` that asks for tokens.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum OAuthOnly {
    #[serde(rename = "oauth")]
    OAuth,
}

/// Trades a refresh token for the next pair of tokens. The one used is dead afterwards.
///
/// The token travels in the `authorization` header; in the body, where the documentation of Qelos has it, the server
/// does not look. Every failure is a 401 without a word.
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/token/refresh", response = Payload<Refreshed>, auth = Public)]
pub struct RefreshTokens {
    /// The refresh token.
    #[endpoint(bearer)]
    pub refresh: SecretString,
}

/// Signs out.
///
/// The server forgets the session, but access tokens and copies of the cookie live until their own expiry.
#[derive(Debug, Clone, Copy, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/logout", auth = Session)]
pub struct LogOut;

/// Reads who is signed in.
#[derive(Debug, Clone, Copy, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/me", response = User, auth = SignedIn)]
pub struct GetMe;
