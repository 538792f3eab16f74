//! Sessions of OAuth 2 (RFC 6749), with any server. It needs the feature `oauth2`.
//!
//! | | |
//! |---|---|
//! | [`OAuth2`] | the session of a user: the client renews it with a refresh token |
//! | [`ClientCredentials`] | the session of a program: the client signs in again with its secret |
//!
//! Both take an [`AuthorizationServer`]: the URL of its token endpoint, which may be on another server than the API, and
//! the id of the program there. Its other endpoints are named one by one, or
//! [discovered](AuthorizationServer::discover). The [engine](crate::session) keeps the session.
//!
//! Users sign in
//!
//! | | for |
//! |---|---|
//! | with a code on any device: [`OAuth2::device_sign_in`] | command-line programs, televisions |
//! | with a browser that comes back to a port: `OAuth2::loopback_sign_in` (feature `loopback`) | programs with a browser beside them |
//! | with a browser that comes back to a URL: [`OAuth2::browser_sign_in`] | web applications, applications with a URL scheme |
//!
//! ```
//! use qelos_client::Client;
//! use qelos_client::oauth2::{AuthorizationServer, OAuth2, OAuth2Tokens};
//! use qelos_client::session::TokenSession;
//!
//! # fn run(tokens: OAuth2Tokens) -> Result<(), qelos_client::Error> {
//! let server = AuthorizationServer::new("https://login.acme.example/oauth/token", "invoices")?
//!     .secret_basic("hunter2")
//!     .revoke_at("https://login.acme.example/oauth/revoke")?;
//! let client = Client::new("https://api.acme.example")?;
//! // Tokens that another program has got for the user, or this one in an earlier run.
//! let session = TokenSession::issued(OAuth2::new(server), tokens, client.connection().now())?;
//! let client = client.with_credential(session);
//! # let _ = client;
//! # Ok(())
//! # }
//! ```
//!
//! # What the server may do
//!
//! * *Rotate refresh tokens, or not, or sometimes.* A response without a refresh token leaves the one before in use.
//! * *Limit the life of access tokens with `expires_in`.* It counts from the arrival of the token. Without it, a token is
//!   used until the API refuses it with 401.
//! * *Refuse a refresh token with `invalid_grant`.* The session has ended. Any other failure says nothing about it. With
//!   `invalid_client`, for example, the settings of the program are wrong: the error is not
//!   [transient](crate::Error::is_transient), and the session goes on.
//! * *End a session whose refresh token is used twice.* The client sends a refresh token again only after the response
//!   to its first use was lost, or its process was killed: many servers accept it for a while.

mod authorization;
mod device;
mod device_codes;
mod discovery;
mod endpoint_url;
#[cfg(feature = "loopback")]
mod loopback;
mod metadata;
mod requests;
mod server;
mod tokens;

use qelos_spec::BaseUrl;
use qelos_spec::auth::{Session, SignedIn};

pub use self::authorization::BrowserSignIn;
pub use self::device::{DeviceProgress, DeviceSignIn};
#[cfg(feature = "loopback")]
pub use self::loopback::LoopbackSignIn;
#[cfg(all(feature = "loopback", feature = "mcp"))]
pub(crate) use self::loopback::listener::CallbackPort;
use self::requests::Form;
pub use self::server::AuthorizationServer;
pub use self::tokens::OAuth2Tokens;
use crate::auth::{Credential, Proof};
use crate::client::Client;
use crate::connection::Connection;
use crate::error::Error;
use crate::session::{Life, RenewBy, RenewalFailed, Satisfies, SessionScheme, TokenSession};
use crate::transport::Transport;

/// Sessions of users: renewed with a refresh token (RFC 6749 §6).
#[derive(Debug, Clone)]
pub struct OAuth2 {
    server: AuthorizationServer,
    login: Option<String>,
}

impl OAuth2 {
    /// Sessions of this server.
    #[must_use]
    pub fn new(server: AuthorizationServer) -> Self {
        Self { server, login: None }
    }

    /// The name of the user, if the program knows it: a running client then does not go on with a session of another
    /// user that it finds in its store.
    #[must_use]
    pub fn of_user(self, login: impl Into<String>) -> Self {
        Self { login: Some(login.into()), ..self }
    }
}

impl Satisfies<SignedIn> for OAuth2 {}
impl Satisfies<Session> for OAuth2 {}

impl SessionScheme for OAuth2 {
    const NAME: &'static str = "oauth2";

    type Tokens = OAuth2Tokens;

    async fn renew<T: Transport>(
        &self,
        held: &OAuth2Tokens,
        via: &Connection<T>,
    ) -> Result<OAuth2Tokens, RenewalFailed> {
        let form = Form { refresh_token: held.refresh_token.clone(), ..Form::grant("refresh_token") };
        let next = self.server.tokens(form, via).await.map_err(|error| match server::code(&error).as_deref() {
            Some("invalid_grant") => RenewalFailed::Refused(error),
            Some("invalid_client" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope") => {
                RenewalFailed::WrongSettings(error)
            }
            _ => RenewalFailed::Transient(error),
        })?;
        let OAuth2Tokens { refresh_token, scope, .. } = held.clone();
        Ok(OAuth2Tokens { refresh_token: next.refresh_token.or(refresh_token), scope: next.scope.or(scope), ..next })
    }

    fn proof(&self, held: &OAuth2Tokens) -> Result<Proof, Error> {
        held.proof()
    }

    fn life(&self, held: &OAuth2Tokens) -> Life {
        held.life()
    }

    fn login(&self) -> Option<String> {
        self.login.clone()
    }

    fn issuer(&self) -> Option<&BaseUrl> {
        Some(self.server.base_url())
    }

    fn scope(&self) -> Option<String> {
        self.server.scope()
    }

    fn renew_by(&self, held: &OAuth2Tokens) -> RenewBy {
        match held.refresh_token {
            Some(_) => RenewBy::Exchange,
            None => RenewBy::nothing("the server has issued no refresh token"),
        }
    }

    async fn end<T: Transport>(&self, last: &OAuth2Tokens, via: &Connection<T>) -> Result<(), Error> {
        self.server.revoke(last, via).await
    }
}

/// Sessions of programs: the program signs in with its id and its secret, and again when the access token expires
/// (RFC 6749 §4.4).
///
/// ```no_run
/// # async fn run() -> Result<(), qelos_client::Error> {
/// use qelos_client::Client;
/// use qelos_client::oauth2::{AuthorizationServer, ClientCredentials};
///
/// let server = AuthorizationServer::new("https://login.acme.example/oauth/token", "nightly")?;
/// let scheme = ClientCredentials::new(server.secret_basic("hunter2").scopes("invoices:read"));
/// let client = scheme.sign_in(&Client::new("https://api.acme.example")?).await?;
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ClientCredentials {
    server: AuthorizationServer,
}

impl ClientCredentials {
    /// Sessions of the program that the server knows under its id.
    #[must_use]
    pub fn new(server: AuthorizationServer) -> Self {
        Self { server }
    }

    async fn tokens<T: Transport>(&self, via: &Connection<T>) -> Result<OAuth2Tokens, Error> {
        let form = Form { scope: self.server.scope(), ..Form::grant("client_credentials") };
        self.server.tokens(form, via).await
    }

    /// Signs the program in, and returns a client that holds its session.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or refuses.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may leave a token on the server that no program uses, until it expires.
    pub async fn sign_in<C: Credential, T: Transport>(
        self,
        client: &Client<C, T>,
    ) -> Result<Client<TokenSession<Self>, T>, Error> {
        let connection = client.connection();
        let tokens = self.tokens(connection).await?;
        Ok(client.with_credential(TokenSession::issued(self, tokens, connection.now())?))
    }
}

impl Satisfies<SignedIn> for ClientCredentials {}
impl Satisfies<Session> for ClientCredentials {}

impl SessionScheme for ClientCredentials {
    const NAME: &'static str = "oauth2-client-credentials";

    type Tokens = OAuth2Tokens;

    /// The server issues no refresh token for this grant.
    async fn renew<T: Transport>(
        &self,
        held: &OAuth2Tokens,
        via: &Connection<T>,
    ) -> Result<OAuth2Tokens, RenewalFailed> {
        self.sign_in_again(held, via).await
    }

    fn proof(&self, held: &OAuth2Tokens) -> Result<Proof, Error> {
        held.proof()
    }

    fn life(&self, held: &OAuth2Tokens) -> Life {
        held.life()
    }

    fn login(&self) -> Option<String> {
        Some(self.server.client_id().to_owned())
    }

    fn issuer(&self) -> Option<&BaseUrl> {
        Some(self.server.base_url())
    }

    fn scope(&self) -> Option<String> {
        self.server.scope()
    }

    fn renew_by(&self, _: &OAuth2Tokens) -> RenewBy {
        RenewBy::SignIn
    }

    async fn sign_in_again<T: Transport>(
        &self,
        _: &OAuth2Tokens,
        via: &Connection<T>,
    ) -> Result<OAuth2Tokens, RenewalFailed> {
        self.tokens(via).await.map_err(|error| match server::code(&error).as_deref() {
            Some("invalid_client" | "unauthorized_client") => RenewalFailed::Refused(error),
            Some("unsupported_grant_type" | "invalid_scope") => RenewalFailed::WrongSettings(error),
            _ => error.into(),
        })
    }

    async fn end<T: Transport>(&self, last: &OAuth2Tokens, via: &Connection<T>) -> Result<(), Error> {
        self.server.revoke(last, via).await
    }
}
