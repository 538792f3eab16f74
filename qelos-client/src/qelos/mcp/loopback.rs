//! The authorization of an MCP client whose browser comes back to a port of this machine.

use std::fmt;
use std::time::Duration;

use qelos_spec::api::McpRegister;

use crate::auth::{Anonymous, Credential, OAuth};
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::client::Client;
use crate::error::Error;
use crate::oauth2::CallbackPort;
use crate::qelos::mcp::McpAuthorization;
use crate::transport::Transport;

impl<C: Credential, T: Transport> Client<C, T> {
    /// Begins the authorization of an MCP client whose browser comes back to this machine: listens on a port of
    /// `127.0.0.1` that is free, registers a client with this name, which its user is shown, and the redirect URI
    /// `http://127.0.0.1:<port>` with this path, and goes on as [`mcp_authorization`](Self::mcp_authorization).
    ///
    /// The server compares ports, and keeps each client that registers. So a program that signs in often listens on a
    /// port of its own, registers once with [`McpRegister`], keeps the id, and calls
    /// [`mcp_authorization`](Self::mcp_authorization).
    ///
    /// Other programs of this machine can see and answer requests to its ports. They get no session: the code is worth
    /// nothing without the secret of PKCE, and a response without the right `state` is not taken.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// use std::time::Duration;
    ///
    /// use qelos_client::Client;
    ///
    /// let client = Client::new("https://acme.example")?;
    /// let authorization = client.mcp_loopback_authorization("inspector", "/callback").await?;
    /// println!("open {}", authorization.url()); // or let the system open it
    /// let client = authorization.finish(Duration::from_mins(5)).await?;
    /// let me = client.logged_in_user().await?;
    /// # let _ = me;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the path does not begin with a slash or needs escapes, no port can be opened, or the server registers no
    /// client.
    ///
    /// # Cancel safety
    ///
    /// A dropped operation may leave a registered client on the server.
    #[doc(alias = "getMcpAuthorizeUrl")]
    pub fn mcp_loopback_authorization<'c>(
        &'c self,
        client_name: &'c str,
        path: &'c str,
    ) -> Operation<'c, McpLoopbackAuthorization<T>> {
        Operation::new(move |limits| self.begun_on_a_port(client_name, path, limits))
    }

    async fn begun_on_a_port(
        &self,
        client_name: &str,
        path: &str,
        limits: Limits,
    ) -> Result<McpLoopbackAuthorization<T>, Error> {
        let client = self.with_credential(Anonymous);
        let port = CallbackPort::open(path).await?;
        let mut register = McpRegister::new(vec![port.redirect_uri().to_owned()]);
        register.client_name = Some(client_name.to_owned());
        let registered = client.call(&register).within(&limits).await?;
        let authorization = client.mcp_authorization(port.redirect_uri(), Some(registered.client_id))?;
        Ok(McpLoopbackAuthorization { client, authorization, port })
    }
}

/// An authorization of an MCP client that has begun. The port is open until this is dropped.
pub struct McpLoopbackAuthorization<T> {
    client: Client<Anonymous, T>,
    authorization: McpAuthorization,
    port: CallbackPort,
}

impl<T: Transport> McpLoopbackAuthorization<T> {
    /// The URL to open.
    #[must_use]
    pub fn url(&self) -> &str {
        self.authorization.url()
    }

    /// Waits until the browser is back, shows it a page that says so, and exchanges the code for tokens. Requests that do
    /// not belong to this authorization are refused, and it goes on.
    ///
    /// # Errors
    ///
    /// As [`Client::finish_mcp_authorization`]; also when the browser is not back in time
    /// ([`is_sign_in_failed`](Error::is_sign_in_failed)): the user may have closed its window.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have used up the code.
    #[doc(alias = "exchangeMcpAuthorizationCode")]
    pub async fn finish(self, within: Duration) -> Result<Client<OAuth, T>, Error> {
        let Self { client, authorization, port } = self;
        let callback = port.callback(within, |callback| authorization.is_answered_by(callback)).await?;
        client.finish_mcp_authorization(&authorization, &callback).await
    }
}

impl<T> fmt::Debug for McpLoopbackAuthorization<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authorization = &self.authorization;
        f.debug_struct("McpLoopbackAuthorization").field("authorization", authorization).finish_non_exhaustive()
    }
}
