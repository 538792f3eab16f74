//! Discovery: the endpoints of an authorization server, from what it says about itself.

use http::StatusCode;
use qelos_spec::BaseUrl;

use crate::auth::Credential;
use crate::client::Client;
use crate::connection::Connection;
use crate::error::Error;
use crate::oauth2::endpoint_url::{EndpointUrl, base_url};
use crate::oauth2::metadata::Metadata;
use crate::oauth2::requests;
use crate::oauth2::server::{AuthorizationServer, check_id};
use crate::transport::Transport;

impl AuthorizationServer {
    /// Asks the server for its endpoints (RFC 8414), at `/.well-known/oauth-authorization-server`, or else at
    /// `/.well-known/openid-configuration` behind the issuer.
    ///
    /// The issuer is the URL that the server has as its name, exactly as it writes it, with or without a slash at its end.
    /// A response that names another issuer is refused: a server could otherwise make the program send the tokens of
    /// others to it.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// use qelos_client::Client;
    /// use qelos_client::oauth2::{AuthorizationServer, OAuth2};
    ///
    /// let client = Client::new("https://api.acme.example")?;
    /// let server = AuthorizationServer::discover("https://login.acme.example", "invoices", &client).await?;
    /// let scheme = OAuth2::new(server.scopes("invoices:read"));
    /// # let _ = scheme;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the id is empty or the issuer is no `https` URL (or `http` to this machine), the server cannot be reached, has no such
    /// documents, names another issuer, or names endpoints that are none.
    pub async fn discover<C: Credential, T: Transport>(
        issuer: &str,
        client_id: impl Into<String>,
        client: &Client<C, T>,
    ) -> Result<Self, Error> {
        let (connection, client_id) = (client.connection(), client_id.into());
        check_id(&client_id)?;
        let server = base_url(issuer)?;
        if !server.is_https() && !server.is_loopback() && !connection.allows_plain_http() {
            return Err(Error::config(
                "an issuer begins with `https://`: over plain http, another machine could name endpoints of its own",
            ));
        }
        let metadata = metadata(&server, connection).await?;
        if metadata.issuer != issuer {
            return Err(Error::config(format_args!(
                "the metadata are those of the issuer `{}`, and not of `{issuer}`: an issuer is compared exactly",
                metadata.issuer
            )));
        }
        Self::described(metadata, client_id)
    }
}

async fn metadata<T: Transport>(issuer: &BaseUrl, connection: &Connection<T>) -> Result<Metadata, Error> {
    let prefix = issuer.prefix();
    let host = issuer.as_str().strip_suffix(prefix).unwrap_or(issuer.as_str());
    let of_oauth = EndpointUrl::parse(&format!("{host}/.well-known/oauth-authorization-server{prefix}"))?;
    match requests::get_metadata(&of_oauth, connection).await {
        // Also 401 and 403 from servers that protect all paths but those that they know.
        Err(error) if error.status().is_some_and(has_no_such_path) || error.is_decode() => {
            let of_openid = EndpointUrl::parse(&format!("{issuer}/.well-known/openid-configuration"))?;
            requests::get_metadata(&of_openid, connection).await
        }
        found => found,
    }
}

fn has_no_such_path(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 403 | 404 | 405 | 410) || status.is_redirection()
}
