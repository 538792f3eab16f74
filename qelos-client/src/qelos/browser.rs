//! Logins that go through a browser: the URLs to send it to, and the callback it comes back with.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qelos_spec::api::{McpAuthorize, McpExchange, SocialCallback, SocialLogin, SocialProvider};
use qelos_spec::{Endpoint, ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::auth::{Credential, OAuth};
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::client::Client;
use crate::error::Error;
use crate::qelos::scheme::Qelos;
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
        self.url(&SocialCallback { provider })
    }

    /// Begins the authorization of an MCP client. Returns the URL to send its user to, `GET /api/auth/mcp/authorize`,
    /// with the values that [`finish_mcp_authorization`](Self::finish_mcp_authorization) needs.
    ///
    /// PKCE is always used, and a random state is added. Without PKCE, the server puts the tokens into the URL of the
    /// redirect; without the state, a callback of another authorization would be accepted.
    ///
    /// A client registers first, with [`McpRegister`](crate::api::McpRegister), unless the tenant permits its address
    /// to all clients.
    ///
    /// ```
    /// use qelos_client::Client;
    ///
    /// let client = Client::new("https://acme.example")?;
    /// let authorization = client.mcp_authorization("http://127.0.0.1:7777/callback", None)?;
    /// assert!(authorization.url().contains("code_challenge_method=S256"));
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the operating system provides no random numbers.
    #[doc(alias = "getMcpAuthorizeUrl")]
    pub fn mcp_authorization(
        &self,
        redirect_uri: impl Into<String>,
        client_id: Option<String>,
    ) -> Result<McpAuthorization, Error> {
        let (verifier, state) = (random()?, random()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let redirect_uri = redirect_uri.into();
        let mut authorize = McpAuthorize::new(redirect_uri.clone(), challenge);
        authorize.state = Some(state.clone());
        authorize.client_id.clone_from(&client_id);
        let url = self.url(&authorize)?;
        Ok(McpAuthorization { url, state, verifier: verifier.into(), redirect_uri, client_id })
    }

    /// Finishes the authorization that [`mcp_authorization`](Self::mcp_authorization) has begun: exchanges the code in
    /// the callback for tokens, at `POST /api/auth/mcp/token`. [`logged_in_user`](Self::logged_in_user) returns the
    /// user that has consented.
    ///
    /// `callback` is the URL to which the browser was sent back, or its query.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// let authorization = client.mcp_authorization("http://127.0.0.1:7777/callback", None)?;
    /// println!("open {}", authorization.url());
    /// let callback = "http://127.0.0.1:7777/callback?code=…&state=…"; // the URL that the browser comes back to
    /// let client = client.finish_mcp_authorization(&authorization, callback).await?;
    /// let me = client.logged_in_user().await?;
    /// # let _ = me;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the user has refused, or the callback belongs to another authorization.
    ///
    /// # Cancel safety
    ///
    /// A dropped operation may have used up the code.
    #[doc(alias = "exchangeMcpAuthorizationCode")]
    pub fn finish_mcp_authorization<'c>(
        &'c self,
        authorization: &'c McpAuthorization,
        callback: &'c str,
    ) -> Operation<'c, Client<OAuth, T>> {
        Operation::new(move |limits| self.finished(authorization, callback, limits))
    }

    async fn finished(
        &self,
        authorization: &McpAuthorization,
        callback: &str,
        limits: Limits,
    ) -> Result<Client<OAuth, T>, Error> {
        let code = authorization.code_in(callback)?;
        let McpAuthorization { redirect_uri, verifier, client_id, .. } = authorization;
        let mut exchange = McpExchange::new(code, redirect_uri, verifier.clone());
        exchange.client_id.clone_from(client_id);
        let tokens = self.call(&exchange).within(&limits).await?;
        let session = OAuth::issued(Qelos::default(), tokens.into(), self.connection.now());
        Ok(self.with_credential(session.map_err(|error| self.failed::<McpExchange>(error))?))
    }

    fn url<E: Endpoint>(&self, endpoint: &E) -> Result<String, Error> {
        Ok(self.request(endpoint)?.url(self.connection.base_url()))
    }
}

/// An authorization of an MCP client that has begun. Keep it until the browser is back.
#[derive(Clone)]
pub struct McpAuthorization {
    url: String,
    state: String,
    verifier: SecretString,
    redirect_uri: String,
    client_id: Option<String>,
}

impl McpAuthorization {
    /// The URL to send the user to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    fn code_in(&self, callback: &str) -> Result<SecretString, Error> {
        let parameter = |name| parameter(callback, name);
        if parameter("state").as_deref() != Some(self.state.as_str()) {
            return Err(Error::config(
                "the callback belongs to another authorization: its state is not the one that was sent",
            ));
        }
        if let Some(error) = parameter("error") {
            let reason = parameter("error_description").unwrap_or(error);
            return Err(Error::config(format_args!("the user or the server has refused: {reason}")));
        }
        parameter("code").map(SecretString::from).ok_or_else(|| Error::config("the callback has no code"))
    }
}

/// Shows neither verifier nor state.
impl fmt::Debug for McpAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpAuthorization").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
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

fn parameter(url: &str, name: &str) -> Option<String> {
    let query = url.split_once('?').map_or(url, |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// 256 bits in letters that need no escaping.
fn random() -> Result<String, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::config(format_args!("the operating system provides no random numbers: {error}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
