//! An authorization server, and a program that it knows.

use qelos_spec::{BaseUrl, ExposeSecret, SecretString};
use serde::Deserialize;

use crate::auth::Proof;
use crate::connection::Connection;
use crate::error::Error;
use crate::oauth2::device_codes::DeviceCodes;
use crate::oauth2::endpoint_url::{EndpointUrl, for_browser};
use crate::oauth2::metadata::Metadata;
use crate::oauth2::requests::{self, Form};
use crate::oauth2::tokens::OAuth2Tokens;
use crate::transport::Transport;

/// An authorization server of OAuth 2, and a program that it knows under an id.
///
/// Its endpoints are given one by one, or [discovered](Self::discover).
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
    token: EndpointUrl,
    revocation: Option<EndpointUrl>,
    device_authorization: Option<EndpointUrl>,
    authorization: Option<Authorize>,
    /// The name of the server in its responses; `None` where it is not known.
    issuer: Option<String>,
    client_id: String,
    secret: Secret,
    scopes: Option<String>,
}

/// The endpoint that a browser opens.
#[derive(Debug, Clone)]
pub(super) struct Authorize {
    /// It may have a query.
    pub(super) url: String,
    /// Whether the server takes a challenge of PKCE by the method `S256`, as far as it says so.
    pub(super) takes_s256: bool,
    /// Whether each response names the issuer (RFC 9207).
    pub(super) names_issuer: bool,
}

/// How the program proves its identity (RFC 6749 §2.3).
#[derive(Debug, Clone)]
enum Secret {
    None,
    Basic(SecretString),
    Post(SecretString),
}

impl AuthorizationServer {
    /// The server whose token endpoint has this URL, and a public program: one without a secret.
    ///
    /// # Errors
    ///
    /// When this is not the URL of an endpoint: it has a path, and no query. When the id is empty.
    pub fn new(token_endpoint: &str, client_id: impl Into<String>) -> Result<Self, Error> {
        let client_id = client_id.into();
        check_id(&client_id)?;
        Ok(Self {
            token: EndpointUrl::parse(token_endpoint)?,
            revocation: None,
            device_authorization: None,
            authorization: None,
            issuer: None,
            client_id,
            secret: Secret::None,
            scopes: None,
        })
    }

    /// The server that has these metadata.
    pub(super) fn described(metadata: Metadata, client_id: String) -> Result<Self, Error> {
        const NO_TOKENS: &str = "the metadata of the authorization server name no token endpoint";
        let endpoint = |url: Option<String>| url.as_deref().map(EndpointUrl::parse).transpose();
        let token_endpoint = metadata.token_endpoint.ok_or_else(|| Error::config(NO_TOKENS))?;
        let named = Self::new(&token_endpoint, client_id)?;
        let named = match metadata.authorization_endpoint {
            Some(url) => named.authorize_at(&url)?,
            None => named,
        };
        let authorization = named.authorization.map(|authorize| Authorize {
            // A server that lists no methods says nothing about them, whatever the standard says.
            takes_s256: metadata.code_challenge_methods_supported.is_none_or(|all| all.iter().any(|one| one == "S256")),
            names_issuer: metadata.authorization_response_iss_parameter_supported,
            ..authorize
        });
        Ok(Self {
            authorization,
            revocation: endpoint(metadata.revocation_endpoint)?,
            device_authorization: endpoint(metadata.device_authorization_endpoint)?,
            issuer: Some(metadata.issuer),
            ..named
        })
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

    /// Asks for these scopes, separated by blanks, when the program or its user signs in. Default: what the server allows.
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
        Ok(Self { revocation: Some(EndpointUrl::parse(revocation_endpoint)?), ..self })
    }

    /// Users [sign in on another device](crate::oauth2::OAuth2::device_sign_in) with codes from this URL (RFC 8628).
    ///
    /// # Errors
    ///
    /// When this is not the URL of an endpoint.
    pub fn authorize_devices_at(self, device_authorization_endpoint: &str) -> Result<Self, Error> {
        Ok(Self { device_authorization: Some(EndpointUrl::parse(device_authorization_endpoint)?), ..self })
    }

    /// Users [sign in with a browser](crate::oauth2::OAuth2::browser_sign_in) at this URL. It may have a query.
    ///
    /// # Errors
    ///
    /// When this is not a URL that a browser can open safely (`https`, or `http` to this machine), or it has a fragment.
    pub fn authorize_at(self, authorization_endpoint: &str) -> Result<Self, Error> {
        let url = for_browser(authorization_endpoint)?;
        if url.contains('#') {
            return Err(Error::config("the URL of an authorization endpoint has no fragment (RFC 6749 §3.1)"));
        }
        let authorize = Authorize { url, takes_s256: true, names_issuer: false };
        Ok(Self { authorization: Some(authorize), ..self })
    }

    pub(super) fn base_url(&self) -> &BaseUrl {
        self.token.base()
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(super) fn scope(&self) -> Option<String> {
        self.scopes.clone()
    }

    pub(super) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    pub(super) fn authorization(&self) -> Option<&Authorize> {
        self.authorization.as_ref()
    }

    /// Gets tokens with this grant.
    pub(super) async fn tokens<T: Transport>(&self, form: Form, via: &Connection<T>) -> Result<OAuth2Tokens, Error> {
        requests::get_tokens(&self.token, self.signed(form), self.proof()?.as_ref(), via).await
    }

    /// Revokes the refresh token, and with it the access tokens (RFC 7009 §2.1); or the access token.
    pub(super) async fn revoke<T: Transport>(&self, last: &OAuth2Tokens, via: &Connection<T>) -> Result<(), Error> {
        let Some(url) = &self.revocation else { return Ok(()) };
        let (token, hint) = match &last.refresh_token {
            Some(refresh) => (refresh, "refresh_token"),
            None => (&last.access_token, "access_token"),
        };
        let form = Form { token: Some(token.clone()), token_type_hint: Some(hint), ..Form::default() };
        requests::revoke(url, self.signed(form), self.proof()?.as_ref(), via).await
    }

    /// Begins a sign-in on another device.
    pub(super) async fn device_codes<T: Transport>(&self, via: &Connection<T>) -> Result<DeviceCodes, Error> {
        const NOWHERE: &str =
            "the authorization server has no endpoint for devices: name it with `authorize_devices_at`";
        let url = self.device_authorization.as_ref().ok_or_else(|| Error::config(NOWHERE))?;
        let form = Form { scope: self.scope(), ..Form::default() };
        requests::authorize_device(url, self.signed(form), self.proof()?.as_ref(), via).await
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

    /// The identity of the program, if it is in a header. Id and secret are written as in a form (RFC 6749 §2.3.1).
    fn proof(&self) -> Result<Option<Proof>, Error> {
        let Secret::Basic(secret) = &self.secret else { return Ok(None) };
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        Proof::basic(&encoded(&self.client_id), &encoded(secret.expose_secret()).into()).map(Some)
    }
}

/// Refuses an id that was left empty, such as that of a variable without a value.
pub(super) fn check_id(client_id: &str) -> Result<(), Error> {
    if client_id.trim().is_empty() {
        return Err(Error::config(
            "the id of the program is empty: an authorization server issues one when it registers the program",
        ));
    }
    Ok(())
}

/// The code of an error response (RFC 6749 §5.2), whatever its status.
pub(super) fn code(error: &Error) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
    }
    serde_json::from_slice(error.api()?.body()).ok().map(|Refusal { error }| error)
}
