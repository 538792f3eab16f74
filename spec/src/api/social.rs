//! Social login: where to send the browser, and how to exchange the token that it brings back.
//!
//! A browser opens [`SocialLogin`] and [`SocialCallback`], no client calls them. They are declared so that their URLs
//! are written by the same rules as all others: see [`Request::url`](crate::Request::url).

use std::fmt;
use std::str::FromStr;

use crate::auth::Public;
use crate::secret::SecretString;
use crate::wire::{CallbackSession, Payload};
use crate::{DecodeRequest, Endpoint};

/// A provider of social login.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SocialProvider {
    /// `google`.
    Google,
    /// `github`.
    GitHub,
    /// `facebook`.
    Facebook,
    /// `linkedin`.
    LinkedIn,
    /// Another one that the tenant has set up, by its name in the path.
    Other(String),
}

impl SocialProvider {
    const KNOWN: [(Self, &'static str); 4] = [
        (Self::Google, "google"),
        (Self::GitHub, "github"),
        (Self::Facebook, "facebook"),
        (Self::LinkedIn, "linkedin"),
    ];
}

impl fmt::Display for SocialProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Self::KNOWN.iter().find(|(provider, _)| provider == self).map(|(_, name)| *name);
        f.write_str(match self {
            Self::Other(name) => name,
            _ => known.unwrap_or_default(),
        })
    }
}

impl FromStr for SocialProvider {
    type Err = std::convert::Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::KNOWN.into_iter().find(|(_, known)| *known == name).map(|(provider, _)| provider);
        Ok(known.unwrap_or_else(|| Self::Other(name.to_owned())))
    }
}

/// The page where a browser begins to sign in with a provider.
///
/// ```
/// use qelos_spec::api::{SocialLogin, SocialProvider};
/// use qelos_spec::{BaseUrl, Endpoint};
///
/// let mut login = SocialLogin::new(SocialProvider::Google);
/// login.return_url = Some("/done?x=1".to_owned());
/// let base: BaseUrl = "https://acme.example".parse().unwrap();
/// assert_eq!(
///     login.encode().unwrap().url(&base),
///     "https://acme.example/api/auth/google?returnUrl=%2Fdone%3Fx%3D1"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/auth/{provider}", auth = Public)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SocialLogin {
    /// The provider.
    #[endpoint(display)]
    pub provider: SocialProvider,
    /// A value that comes back unchanged.
    pub state: Option<String>,
    /// The page of the application that the browser opens afterwards.
    pub return_url: Option<String>,
    /// The URL of the application, if it is not on the host of the server.
    pub redirect_url: Option<String>,
}

impl SocialLogin {
    /// A sign-in without a state that ends on the default page.
    #[must_use]
    pub fn new(provider: SocialProvider) -> Self {
        Self { provider, state: None, return_url: None, redirect_url: None }
    }
}

/// The page that the provider sends the browser back to. Enter its URL in the settings of the provider.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/auth/{provider}/callback", auth = Public)]
#[non_exhaustive]
pub struct SocialCallback {
    /// The provider.
    #[endpoint(display)]
    pub provider: SocialProvider,
}

impl SocialCallback {
    /// The page for this provider.
    #[must_use]
    pub fn new(provider: SocialProvider) -> Self {
        Self { provider }
    }
}

/// Exchanges the refresh token of a social login, `rt` in the URL, for a cookie session. The token is used up.
///
/// The server responds with the whole record of the user. Only the fields that a client may know are read.
///
/// ```
/// use qelos_spec::{RequestSnapshot, SecretString, api::ExchangeAuthCallback};
///
/// let exchange = ExchangeAuthCallback::new(SecretString::from("rt-1"));
/// assert!(RequestSnapshot::of(&exchange).unwrap().as_str().starts_with("POST /api/auth/callback?rt=***\n"));
/// ```
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/auth/callback", response = Payload<CallbackSession>, auth = Public)]
#[non_exhaustive]
pub struct ExchangeAuthCallback {
    /// The refresh token. The server reads it from the URL only.
    #[endpoint(query, rename = "rt", secret_in_url)]
    pub refresh_token: SecretString,
}

impl ExchangeAuthCallback {
    /// The session of this refresh token.
    #[must_use]
    pub fn new(refresh_token: SecretString) -> Self {
        Self { refresh_token }
    }
}
