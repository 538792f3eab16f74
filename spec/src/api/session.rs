//! Signing in, staying signed in, signing out.

use serde::{Deserialize, Serialize};

use crate::auth::{CookieOnly, Public, Session, SignedIn};
use crate::id::WorkspaceId;
use crate::secret::SecretString;
use crate::wire::{Payload, Refreshed, RefreshedCookie, SignedInOAuth, SignedInUser, User};
use crate::{DecodeRequest, Endpoint};

/// Signs in with a cookie session, which is in the `Set-Cookie` header of the response.
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
#[non_exhaustive]
pub struct SignIn {
    /// The name the user signed up with. It is sent trimmed and in lower case, as the server stores it.
    #[serde(with = "crate::wire::username")]
    pub username: String,
    /// The password.
    #[endpoint(secret)]
    pub password: SecretString,
    /// The workspace the session shall be in.
    pub workspace: Option<WorkspaceId>,
    /// Signs in only when the user has one of these roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

impl SignIn {
    /// A sign-in to any workspace, with any role.
    #[must_use]
    pub fn new(username: impl Into<String>, password: SecretString) -> Self {
        Self { username: username.into(), password, workspace: None, roles: Vec::new() }
    }
}

/// Signs in with an access token and a refresh token that renews it.
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
#[non_exhaustive]
pub struct OAuthSignIn {
    /// The name the user signed up with. It is sent trimmed and in lower case, as the server stores it.
    #[serde(with = "crate::wire::username")]
    pub username: String,
    /// The password.
    #[endpoint(secret)]
    pub password: SecretString,
    /// The workspace the session shall be in: with tokens, signing in is the only way to choose one.
    pub workspace: Option<WorkspaceId>,
    /// Signs in only when the user has one of these roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    #[serde(rename = "authType")]
    auth_type: OAuthOnly,
}

impl OAuthSignIn {
    /// A sign-in to any workspace, with any role.
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

/// Signs up, and signs in with a cookie session, which is in the `Set-Cookie` header of the response.
///
/// If the username is an e-mail address, the server stores it as the address and drops `email`: make them the same.
/// Mistakes in fields are in [`ApiError::fields`](crate::ApiError::fields), with status 200.
///
/// ```
/// use qelos_spec::{Endpoint, SecretString, api::SignUp};
///
/// let sign_up = SignUp::new("ada@example.com", SecretString::from("hunter2hunter2"), "Ada");
/// assert_eq!(sign_up.email, "ada@example.com");
/// ```
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/signup", response = Payload<SignedInUser>, auth = Public, errors_with_200)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SignUp {
    /// The name to sign in with. The server stores it trimmed and in lower case.
    #[serde(with = "crate::wire::username")]
    pub username: String,
    /// The e-mail address. The server checks it, and does not store it if the username is another one.
    #[serde(with = "crate::wire::label")]
    pub email: String,
    /// The password, of at least 8 characters.
    #[endpoint(secret)]
    pub password: SecretString,
    /// The first name, of ASCII letters only.
    #[serde(with = "crate::wire::label")]
    pub first_name: String,
    /// The last name. Without one the server stores the word `undefined`.
    pub last_name: String,
    /// The birth date, as text.
    pub birth_date: Option<String>,
    /// The phone number; never shown again.
    pub phone: Option<String>,
}

impl SignUp {
    /// A sign-up with the e-mail address as username.
    #[must_use]
    pub fn new(email: impl Into<String>, password: SecretString, first_name: impl Into<String>) -> Self {
        let (email, first_name) = (email.into(), first_name.into());
        let username = email.clone();
        Self { username, email, password, first_name, last_name: String::new(), birth_date: None, phone: None }
    }
}

/// Signs up, and signs in with tokens; see [`SignUp`].
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/signup", response = Payload<SignedInOAuth>, auth = Public, errors_with_200)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OAuthSignUp {
    /// The name to sign in with. The server stores it trimmed and in lower case.
    #[serde(with = "crate::wire::username")]
    pub username: String,
    /// The e-mail address. The server checks it, and does not store it if the username is another one.
    #[serde(with = "crate::wire::label")]
    pub email: String,
    /// The password, of at least 8 characters.
    #[endpoint(secret)]
    pub password: SecretString,
    /// The first name, of ASCII letters only.
    #[serde(with = "crate::wire::label")]
    pub first_name: String,
    /// The last name. Without one the server stores the word `undefined`.
    pub last_name: String,
    /// The birth date, as text.
    pub birth_date: Option<String>,
    /// The phone number; never shown again.
    pub phone: Option<String>,
    auth_type: OAuthOnly,
}

impl OAuthSignUp {
    /// A sign-up with the e-mail address as username.
    #[must_use]
    pub fn new(email: impl Into<String>, password: SecretString, first_name: impl Into<String>) -> Self {
        SignUp::new(email, password, first_name).into()
    }
}

impl From<SignUp> for OAuthSignUp {
    fn from(sign_up: SignUp) -> Self {
        let SignUp { username, email, password, first_name, last_name, birth_date, phone } = sign_up;
        let auth_type = OAuthOnly::OAuth;
        Self { username, email, password, first_name, last_name, birth_date, phone, auth_type }
    }
}

/// Exchanges a refresh token for the next pair of tokens. A refresh token is valid once.
///
/// The token travels in the `authorization` header. The server does not read it from the body, although the
/// documentation of Qelos says so. Every failure is a 401 without a reason.
///
/// ```
/// use qelos_spec::{RequestSnapshot, SecretString, api::RefreshTokens};
///
/// let endpoint = RefreshTokens::new(SecretString::from("eyJhbGciOi"));
/// let snapshot = RequestSnapshot::of(&endpoint).unwrap();
/// assert!(snapshot.as_str().contains("authorization: ***"));
/// ```
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/token/refresh", response = Payload<Refreshed>, auth = Public)]
#[non_exhaustive]
pub struct RefreshTokens {
    /// The refresh token.
    #[endpoint(bearer)]
    pub refresh: SecretString,
}

impl RefreshTokens {
    /// The tokens after this refresh token.
    #[must_use]
    pub fn new(refresh: SecretString) -> Self {
        Self { refresh }
    }
}

/// Signs out.
///
/// The server ends the session. Access tokens and copies of the cookie stay valid until they expire.
#[derive(Debug, Clone, Copy, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/logout", auth = Session)]
pub struct SignOut;

/// Reads the signed-in user.
#[derive(Debug, Clone, Copy, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/me", response = User, auth = SignedIn)]
pub struct GetMe;

/// Renews the cookie of a session. Any response does that by itself once the cookie has aged.
///
/// The gateway of Qelos does not know the route. A 404 means that the installation does not support it.
#[derive(Debug, Clone, Copy, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/cookie/refresh", response = Payload<RefreshedCookie>, auth = CookieOnly)]
pub struct RefreshCookie;

/// Changes the profile of the signed-in user. A field that is `None` stays as it is.
///
/// Only fields that the server stores are here. It ignores e-mail address, phone number and metadata, and returns a
/// username that it has not stored. An API token may call it, and can change the password.
///
/// ```
/// use qelos_spec::{Endpoint, api::UpdateMe};
///
/// let mut changes = UpdateMe::default();
/// changes.first_name = Some("Ada".to_owned());
/// assert_eq!(changes.encode().unwrap().body(), r#"{"firstName":"Ada"}"#);
/// ```
#[derive(Debug, Clone, Default, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/me", response = User, auth = SignedIn)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UpdateMe {
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The full name.
    pub full_name: Option<String>,
    /// The birth date, as text: the server mangles dates.
    pub birth_date: Option<String>,
    /// The address of a picture; an empty one takes it away.
    pub profile_image: Option<String>,
    /// The new password. Sessions that exist stay signed in.
    #[endpoint(secret)]
    pub password: Option<SecretString>,
}
