//! Signing in with a browser of this machine, which comes back to a port of the program (RFC 8252 §7.3).

use std::fmt;
use std::time::Duration;

use crate::auth::Credential;
use crate::client::Client;
use crate::error::Error;
use crate::oauth2::OAuth2;
use crate::oauth2::authorization::BrowserSignIn;
use crate::oauth2::loopback::listener::CallbackPort;
use crate::session::TokenSession;
use crate::transport::Transport;

pub(crate) mod listener;

impl OAuth2 {
    /// Begins a sign-in with a browser that comes back to this machine (RFC 8252): the program listens on a port of
    /// `127.0.0.1` that is free, and the redirect URI is `http://127.0.0.1:<port>` with this path. The server has to know
    /// it, with any port.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// use std::time::Duration;
    ///
    /// use qelos_client::Client;
    /// use qelos_client::oauth2::{AuthorizationServer, OAuth2};
    ///
    /// let client = Client::new("https://api.acme.example")?;
    /// let server = AuthorizationServer::discover("https://login.acme.example", "invoices", &client).await?;
    /// let sign_in = OAuth2::new(server).loopback_sign_in(&client, "/callback").await?;
    /// println!("open {}", sign_in.url()); // or let the system open it
    /// let client = sign_in.finish(Duration::from_mins(5)).await?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Other programs of this machine can see and answer requests to its ports. They get no session: the code is worth
    /// nothing without the secret of PKCE, and a response without the right `state` is not taken.
    ///
    /// # Errors
    ///
    /// As [`browser_sign_in`](Self::browser_sign_in); also when the path does not begin with a slash or needs escapes, or
    /// no port can be opened.
    pub async fn loopback_sign_in<C: Credential, T: Transport>(
        &self,
        client: &Client<C, T>,
        path: &str,
    ) -> Result<LoopbackSignIn<T>, Error> {
        let port = CallbackPort::open(path).await?;
        let sign_in = self.browser_sign_in(client, port.redirect_uri())?;
        Ok(LoopbackSignIn { sign_in, port })
    }
}

/// A sign-in with a browser that has begun. The port is open until this is dropped.
pub struct LoopbackSignIn<T> {
    sign_in: BrowserSignIn<T>,
    port: CallbackPort,
}

impl<T: Transport> LoopbackSignIn<T> {
    /// The URL to open.
    #[must_use]
    pub fn url(&self) -> &str {
        self.sign_in.url()
    }

    /// Adds a parameter to the URL that the server knows beyond the standard: `prompt`, `audience`, `login_hint`.
    #[must_use]
    pub fn with_parameter(self, name: &str, value: &str) -> Self {
        Self { sign_in: self.sign_in.with_parameter(name, value), ..self }
    }

    /// Waits until the browser is back, shows it a page that says so, and exchanges the code for tokens. Requests that do
    /// not belong to this sign-in are refused, and it goes on.
    ///
    /// # Errors
    ///
    /// As [`BrowserSignIn::finish`]; also when the browser is not back in time: the user may have closed its window.
    ///
    /// # Cancel safety
    ///
    /// As [`BrowserSignIn::finish`].
    pub async fn finish(self, within: Duration) -> Result<Client<TokenSession<OAuth2>, T>, Error> {
        let Self { sign_in, port } = self;
        let callback = port.callback(within, |callback| sign_in.is_answered_by(callback)).await?;
        sign_in.finish(&callback).await
    }
}

impl<T> fmt::Debug for LoopbackSignIn<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopbackSignIn").field("sign_in", &self.sign_in).finish_non_exhaustive()
    }
}
