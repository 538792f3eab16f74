//! OAuth for MCP clients, as the client: the user is sent to the server with a browser, and comes back with a code.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qelos_spec::api::{McpAuthorize, McpExchange};
use qelos_spec::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::auth::{Credential, OAuth};
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::callback::parameter;
use crate::client::Client;
use crate::error::Error;
use crate::qelos::scheme::Qelos;
use crate::transport::Transport;

pub(crate) mod access;
#[cfg(feature = "loopback")]
pub(crate) mod loopback;

impl<C: Credential, T: Transport> Client<C, T> {
    /// Begins the authorization of an MCP client. Returns the URL to send its user to, `GET /api/auth/mcp/authorize`,
    /// with the values that [`finish_mcp_authorization`](Self::finish_mcp_authorization) needs.
    ///
    /// PKCE is always used, and a random state is added. Without PKCE, the server puts the tokens into the URL of the
    /// redirect; without the state, a callback of another authorization would be accepted.
    ///
    /// A client registers first, with [`McpRegister`](crate::api::McpRegister), unless the tenant permits its address
    /// to all clients. An address on this machine has to be registered with its port: `mcp_loopback_authorization`
    /// (feature `loopback` as well) opens a port, registers it, and waits for the browser.
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
        let (verifier, state) = (self.connection.draw_secret()?, self.connection.draw_secret()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose_secret()));
        let redirect_uri = redirect_uri.into();
        let mut authorize = McpAuthorize::new(redirect_uri.clone(), challenge);
        authorize.state = Some(state.expose_secret().to_owned());
        authorize.client_id.clone_from(&client_id);
        let url = self.request(&authorize)?.url(self.connection.base_url());
        Ok(McpAuthorization { url, state, verifier, redirect_uri, client_id })
    }

    /// Finishes the authorization that [`mcp_authorization`](Self::mcp_authorization) has begun: exchanges the code in
    /// the callback for tokens, at `POST /api/auth/mcp/token`. [`logged_in_user`](Self::logged_in_user) returns the
    /// user that has consented. The session is renewed like any other, with `POST /api/token/refresh`.
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
    /// When the user has refused, or the callback belongs to another authorization, or has tokens in its URL, which are
    /// never used: [`is_sign_in_failed`](Error::is_sign_in_failed). Also when the server refuses the code.
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
}

/// An authorization of an MCP client that has begun. Keep it until the browser is back.
#[derive(Clone)]
pub struct McpAuthorization {
    url: String,
    state: SecretString,
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

    /// Whether a callback is the response to this authorization, whatever it says.
    fn is_answered_by(&self, callback: &str) -> bool {
        parameter(callback, "state").is_some_and(|state| state == self.state.expose_secret())
    }

    fn code_in(&self, callback: &str) -> Result<SecretString, Error> {
        let failed = |why: &str| Err(Error::sign_in_failed(why, None));
        if brings_tokens(callback) {
            return failed("the callback has tokens in its URL, where others can read them: they are not used");
        }
        if !self.is_answered_by(callback) {
            return failed("the callback belongs to another authorization: its state is not the one that was sent");
        }
        if let Some(error) = parameter(callback, "error") {
            let reason = parameter(callback, "error_description").unwrap_or(error);
            return failed(&format!("the user or the server has refused: {reason}"));
        }
        match parameter(callback, "code") {
            Some(code) if !code.is_empty() => Ok(code.into()),
            _ => failed("the callback has no code"),
        }
    }
}

/// Shows neither verifier nor state.
impl fmt::Debug for McpAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpAuthorization").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}

/// Whether a URL has tokens in its query or its fragment. The server puts them there for clients without PKCE.
fn brings_tokens(url: &str) -> bool {
    let mut pairs = url.split(['?', '#', '&']);
    pairs.any(|pair| matches!(pair.split('=').next(), Some("access_token" | "refresh_token")))
}
