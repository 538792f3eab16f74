//! Social logins, which go through a browser: the URLs to send it to, and the callback it comes back with.

use qelos_spec::api::{SocialCallback, SocialLogin, SocialProvider};
use qelos_spec::{Endpoint, ExposeSecret, SecretString};

use crate::auth::Credential;
use crate::callback::parameter;
use crate::client::Client;
use crate::error::Error;
use crate::transport::Transport;

impl<C: Credential, T: Transport> Client<C, T> {
    /// The URL at which a browser begins to sign in with a provider: `GET /api/auth/{provider}`.
    ///
    /// ```
    /// use qelos_client::Client;
    /// use qelos_client::api::{SocialLogin, SocialProvider};
    ///
    /// let client = Client::new("https://acme.example")?;
    /// let url = client.social_login_url(&SocialLogin::new(SocialProvider::GitHub))?;
    /// assert_eq!(url, "https://acme.example/api/auth/github");
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the name of the provider cannot be a segment of a path.
    #[doc(alias = "getSocialLoginUrl")]
    #[doc(alias = "startSocialLogin")]
    pub fn social_login_url(&self, login: &SocialLogin) -> Result<String, Error> {
        self.url(login)
    }

    /// The URL to which a provider sends the browser back, `GET /api/auth/{provider}/callback`: enter it in the
    /// provider's settings.
    ///
    /// ```
    /// use qelos_client::Client;
    /// use qelos_client::api::SocialProvider;
    ///
    /// let client = Client::new("https://acme.example")?;
    /// let url = client.social_callback_url(SocialProvider::GitHub)?;
    /// assert_eq!(url, "https://acme.example/api/auth/github/callback");
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the name of the provider cannot be a segment of a path.
    #[doc(alias = "getSocialCallbackUrl")]
    pub fn social_callback_url(&self, provider: SocialProvider) -> Result<String, Error> {
        self.url(&SocialCallback::new(provider))
    }

    fn url<E: Endpoint>(&self, endpoint: &E) -> Result<String, Error> {
        Ok(self.request(endpoint)?.url(self.connection.base_url()))
    }
}

/// The refresh token in the callback of a social login, `rt` in its URL: for
/// [`exchange_auth_callback`](Client::exchange_auth_callback). Takes the whole URL or only its query.
///
/// ```
/// use qelos_client::{ExposeSecret, refresh_token_of_callback};
///
/// let token = refresh_token_of_callback("https://app.example/cb?rt=abc%2B").unwrap();
/// assert_eq!(token.expose_secret(), "abc+");
/// assert!(refresh_token_of_callback("https://app.example/cb").is_err());
/// ```
///
/// # Errors
///
/// When the callback has no refresh token.
#[doc(alias = "parseSocialCallbackRefreshToken")]
#[doc(alias = "socialCallback")]
pub fn refresh_token_of_callback(callback: &str) -> Result<SecretString, Error> {
    let token =
        parameter(callback, "rt").map(SecretString::from).filter(|token| !token.expose_secret().trim().is_empty());
    token.ok_or_else(|| Error::config("the callback has no refresh token (`rt`): the login did not succeed"))
}
