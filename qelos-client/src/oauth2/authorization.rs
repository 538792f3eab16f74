//! Signing in with a browser: the authorization code grant, with PKCE.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use form_urlencoded::Serializer;
use qelos_spec::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::auth::{Anonymous, Credential};
use crate::callback::parameter;
use crate::client::Client;
use crate::error::Error;
use crate::oauth2::OAuth2;
use crate::oauth2::requests::Form;
use crate::session::TokenSession;
use crate::transport::Transport;

impl OAuth2 {
    /// Begins a sign-in with a browser (RFC 6749 §4.1), for programs that get the browser back themselves: web
    /// applications, and applications with a URL scheme of their own. The server sends it to the redirect URI, one that
    /// it knows. `loopback_sign_in` (feature `loopback`) is for command-line programs.
    ///
    /// PKCE is always used, with the method `S256`, and so is a `state`: a code that was stolen, or slipped in, brings
    /// nothing.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// use qelos_client::Client;
    /// use qelos_client::oauth2::{AuthorizationServer, OAuth2};
    ///
    /// let client = Client::new("https://api.acme.example")?;
    /// let server = AuthorizationServer::new("https://login.acme.example/oauth/token", "invoices")?
    ///     .authorize_at("https://login.acme.example/oauth/authorize")?;
    /// let sign_in = OAuth2::new(server).browser_sign_in(&client, "com.acme.invoices:/callback")?;
    /// println!("open {}", sign_in.url());
    /// let callback = "com.acme.invoices:/callback?code=…&state=…"; // the URL that the browser comes back to
    /// let client = sign_in.finish(callback).await?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server has no endpoint for browsers, or does not take `S256`, or there are no random bytes.
    pub fn browser_sign_in<C: Credential, T: Transport>(
        &self,
        client: &Client<C, T>,
        redirect_uri: impl Into<String>,
    ) -> Result<BrowserSignIn<T>, Error> {
        const NOWHERE: &str = "the authorization server has no endpoint for browsers: name it with `authorize_at`";
        const NO_S256: &str =
            "the authorization server does not take PKCE with `S256`: without it, a code could be stolen";
        let authorize = self.server.authorization().ok_or_else(|| Error::config(NOWHERE))?;
        if !authorize.takes_s256 {
            return Err(Error::config(NO_S256));
        }
        let (client, redirect_uri) = (client.with_credential(Anonymous), redirect_uri.into());
        let (state, verifier) = (client.connection().draw_secret()?, client.connection().draw_secret()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose_secret()));
        let scope = self.server.scope();
        let parameters = [
            ("response_type", Some("code")),
            ("client_id", Some(self.server.client_id())),
            ("redirect_uri", Some(&redirect_uri)),
            ("scope", scope.as_deref()),
            ("state", Some(state.expose_secret())),
            ("code_challenge", Some(&challenge)),
            ("code_challenge_method", Some("S256")),
        ];
        let parameters = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let url = parameters.fold(authorize.url.clone(), |url, (name, value)| with_parameter(&url, name, value));
        Ok(BrowserSignIn { scheme: self.clone(), client, url, redirect_uri, state, verifier })
    }
}

/// A sign-in with a browser that has begun. Keep it until the browser is back.
pub struct BrowserSignIn<T> {
    scheme: OAuth2,
    client: Client<Anonymous, T>,
    url: String,
    redirect_uri: String,
    state: SecretString,
    verifier: SecretString,
}

impl<T: Transport> BrowserSignIn<T> {
    /// The URL to open.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Adds a parameter to the URL that the server knows beyond the standard: `prompt`, `audience`, `login_hint`.
    #[must_use]
    pub fn with_parameter(self, name: &str, value: &str) -> Self {
        Self { url: with_parameter(&self.url, name, value), ..self }
    }

    /// Exchanges the code in the callback for tokens, and returns a client that holds the session.
    ///
    /// `callback` is the URL to which the browser was sent back, or its query.
    ///
    /// # Errors
    ///
    /// When the user or the server has refused, or the callback belongs to another sign-in or comes from another server
    /// (RFC 9207): [`is_sign_in_failed`](Error::is_sign_in_failed). Also when the server refuses the code.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have used up the code: the sign-in has to begin again then.
    pub async fn finish(self, callback: &str) -> Result<Client<TokenSession<OAuth2>, T>, Error> {
        let code = self.code_in(callback)?;
        let form = Form {
            code: Some(code),
            redirect_uri: Some(self.redirect_uri),
            code_verifier: Some(self.verifier),
            ..Form::grant("authorization_code")
        };
        let connection = self.client.connection();
        let tokens = self.scheme.server.tokens(form, connection).await?;
        let session = TokenSession::issued(self.scheme, tokens, connection.now())?;
        Ok(self.client.with_credential(session))
    }

    /// Whether a callback is the response to this sign-in, whatever it says.
    pub(super) fn is_answered_by(&self, callback: &str) -> bool {
        parameter(callback, "state").is_some_and(|state| state == self.state.expose_secret())
    }

    fn code_in(&self, callback: &str) -> Result<SecretString, Error> {
        let failed = |why: &str| Err(Error::sign_in_failed(why, None));
        if !self.is_answered_by(callback) {
            return failed("the callback belongs to another one: its `state` is not the one that was sent");
        }
        let server = &self.scheme.server;
        let is_named = server.authorization().is_some_and(|authorize| authorize.names_issuer);
        match (parameter(callback, "iss"), server.issuer()) {
            (Some(named), Some(issuer)) if named != issuer => {
                return failed("the callback comes from another server: its `iss` is not the issuer that was asked");
            }
            (None, _) if is_named => {
                return failed("the callback names no issuer, although the server says that it always does");
            }
            _ => {}
        }
        match (parameter(callback, "error"), parameter(callback, "code")) {
            (Some(error), _) if error == "access_denied" => failed("the user or the server has refused it"),
            (Some(error), _) => failed(&format!("the server has refused it with `{error}`")),
            (None, Some(code)) if !code.is_empty() => Ok(code.into()),
            _ => failed("the callback has no code"),
        }
    }
}

fn with_parameter(url: &str, name: &str, value: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    let pair = Serializer::new(String::new()).append_pair(name, value).finish();
    format!("{url}{separator}{pair}")
}

/// Shows neither the verifier nor the state, which is in the URL.
impl<T> fmt::Debug for BrowserSignIn<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserSignIn").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}
