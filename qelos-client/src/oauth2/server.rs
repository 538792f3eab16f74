//! An authorization server, and a program that it knows.

use qelos_spec::auth::WithoutCredential;
use qelos_spec::{BaseUrl, Endpoint, ExposeSecret, SecretString};
use serde::Deserialize;

use crate::auth::Proof;
use crate::connection::Connection;
use crate::error::Error;
use crate::oauth2::requests::{Form, GetTokens, GetTokensBehindSlash, Revoke, RevokeBehindSlash};
use crate::oauth2::tokens::OAuth2Tokens;
use crate::transport::Transport;

/// An authorization server of OAuth 2, and a program that it knows under an id.
///
/// ```
/// use qelos_client::oauth2::AuthorizationServer;
///
/// let server = AuthorizationServer::new("https://login.acme.example/oauth/token", "invoices")?
///     .secret_basic("hunter2")
///     .scopes("invoices:read invoices:write")
///     .revoke_at("https://login.acme.example/oauth/revoke")?;
/// assert!(!format!("{server:?}").contains("hunter2"));
/// assert!(AuthorizationServer::new("https://login.acme.example", "invoices").is_err(), "that is no endpoint");
/// # Ok::<(), qelos_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AuthorizationServer {
    token: Url,
    revocation: Option<Url>,
    client_id: String,
    secret: Secret,
    scopes: Option<String>,
}

/// How the program proves its identity (RFC 6749 §2.3).
#[derive(Debug, Clone)]
enum Secret {
    None,
    Basic(SecretString),
    Post(SecretString),
}

/// The URL of an endpoint.
#[derive(Debug, Clone)]
struct Url {
    /// All of it up to its last segment.
    base: BaseUrl,
    name: String,
    /// Whether a slash follows.
    slash: bool,
}

impl Url {
    fn parse(text: &str) -> Result<Self, Error> {
        const NO_PATH: &str = "the URL of an endpoint of an authorization server has a path, such as `/oauth/token`";
        let text = text.trim();
        let (path, slash) = text.strip_suffix('/').map_or((text, false), |path| (path, true));
        let (base, name) = path.rsplit_once('/').ok_or_else(|| Error::config(NO_PATH))?;
        if name.is_empty() || base.ends_with(':') || base.ends_with('/') {
            return Err(Error::config(NO_PATH));
        }
        if name.contains(['?', '#', '%']) {
            return Err(Error::config(
                "the URL of an endpoint of an authorization server ends with its path, without escapes",
            ));
        }
        let base = base.parse().map_err(|error| Error::config(format_args!("the authorization server: {error}")))?;
        Ok(Self { base, name: name.to_owned(), slash })
    }
}

impl AuthorizationServer {
    /// The server whose token endpoint has this URL, and a public program: one without a secret.
    ///
    /// # Errors
    ///
    /// When this is not the URL of an endpoint: it has a path, and no query.
    pub fn new(token_endpoint: &str, client_id: impl Into<String>) -> Result<Self, Error> {
        let (token, client_id) = (Url::parse(token_endpoint)?, client_id.into());
        Ok(Self { token, revocation: None, client_id, secret: Secret::None, scopes: None })
    }

    /// The program proves its identity with this secret, in HTTP Basic: `client_secret_basic`.
    #[must_use]
    pub fn secret_basic(self, secret: impl Into<SecretString>) -> Self {
        Self { secret: Secret::Basic(secret.into()), ..self }
    }

    /// The program proves its identity with this secret, in the body: `client_secret_post`. Prefer
    /// [`secret_basic`](Self::secret_basic), which each server has to support.
    #[must_use]
    pub fn secret_post(self, secret: impl Into<SecretString>) -> Self {
        Self { secret: Secret::Post(secret.into()), ..self }
    }

    /// Asks for these scopes, separated by blanks, when the program signs in. Default: what the server allows it.
    #[must_use]
    pub fn scopes(self, scopes: impl Into<String>) -> Self {
        Self { scopes: Some(scopes.into()), ..self }
    }

    /// Signing out revokes the refresh token, or else the access token, at this URL (RFC 7009). Default: the server is
    /// not told, and accepts the tokens until they expire.
    ///
    /// # Errors
    ///
    /// When this is not the URL of an endpoint.
    pub fn revoke_at(self, revocation_endpoint: &str) -> Result<Self, Error> {
        Ok(Self { revocation: Some(Url::parse(revocation_endpoint)?), ..self })
    }

    pub(super) fn base_url(&self) -> &BaseUrl {
        &self.token.base
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(super) fn scope(&self) -> Option<String> {
        self.scopes.clone()
    }

    /// Gets tokens with this grant.
    pub(super) async fn tokens<T: Transport>(&self, form: Form, via: &Connection<T>) -> Result<OAuth2Tokens, Error> {
        let Url { name, slash, .. } = self.token.clone();
        // The scopes of a refresh token stay as they are (RFC 6749 §6).
        let scope = self.scopes.clone().filter(|_| form.refresh_token.is_none());
        let form = self.signed(Form { scope, ..form });
        if slash {
            self.call(&GetTokensBehindSlash { name, form }, &self.token, via).await
        } else {
            self.call(&GetTokens { name, form }, &self.token, via).await
        }
    }

    /// Revokes the refresh token, and with it the access tokens (RFC 7009 §2.1); or the access token.
    pub(super) async fn revoke<T: Transport>(&self, last: &OAuth2Tokens, via: &Connection<T>) -> Result<(), Error> {
        let Some(url) = &self.revocation else { return Ok(()) };
        let (token, hint) = match &last.refresh_token {
            Some(refresh) => (refresh, "refresh_token"),
            None => (&last.access_token, "access_token"),
        };
        let form = Form { token: Some(token.clone()), token_type_hint: Some(hint), ..Form::default() };
        let (name, form) = (url.name.clone(), self.signed(form));
        if url.slash {
            self.call(&RevokeBehindSlash { name, form }, url, via).await
        } else {
            self.call(&Revoke { name, form }, url, via).await
        }
    }

    /// The form with the identity of the program, unless that is in a header.
    fn signed(&self, form: Form) -> Form {
        let client_id = Some(self.client_id.clone());
        match &self.secret {
            Secret::Basic(_) => form,
            Secret::None => Form { client_id, ..form },
            Secret::Post(secret) => Form { client_id, client_secret: Some(secret.clone()), ..form },
        }
    }

    async fn call<E: Endpoint + Sync, T: Transport>(
        &self,
        endpoint: &E,
        at: &Url,
        via: &Connection<T>,
    ) -> Result<E::Response, Error>
    where
        E::Auth: WithoutCredential,
    {
        let connection = via.at(&at.base)?;
        let Secret::Basic(secret) = &self.secret else { return connection.call(endpoint).await };
        // Id and secret are written as in a form (RFC 6749 §2.3.1).
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let proof = Proof::basic(&encoded(&self.client_id), &encoded(secret.expose_secret()).into())?;
        connection.call_with(endpoint, &proof).await
    }
}

/// The code of an error response (RFC 6749 §5.2), whatever its status.
pub(super) fn code(error: &Error) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
    }
    serde_json::from_slice(error.api()?.body()).ok().map(|Refusal { error }| error)
}
