//! The pages on which a user lets an MCP client in, for applications that show them in place of Qelos.

use std::fmt;

use bytes::Bytes;
use qelos_spec::api::{McpAuthorize, McpConsent};
use qelos_spec::auth::{SatisfiedBy, Session};
use qelos_spec::wire::McpRedirect;
use qelos_spec::{DecodeRequest, Endpoint, SecretString};
use serde_json::Value;

use crate::auth::Credential;
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::callback::parameter;
use crate::client::Client;
use crate::error::Error;
use crate::qelos::mcp::brings_tokens;
use crate::session::claims::Claims;
use crate::transport::Transport;

/// The page that asks the user.
const PAGE: &str = "/mcp/authorize";

/// The request of an MCP client in the URL of the login page: the server sends a browser without a session to
/// `/login?redirect=…`. `None` for any other login.
///
/// Nothing of the URL is followed. After the user has signed in, [`Client::mcp_access_request`] sends the values to the
/// server, which checks them.
///
/// ```
/// use qelos_client::mcp_request_of_login;
///
/// let login = "/login?redirect=%2Fapi%2Fauth%2Fmcp%2Fauthorize%3Fredirect_uri%3Dhttps%253A%252F%252Fclient.example%252Fcb\
///              %26code_challenge%3DE9Mel%26code_challenge_method%3DS256";
/// let asked = mcp_request_of_login(login)?.expect("an MCP client has sent the user");
/// assert_eq!(asked.redirect_uri, "https://client.example/cb");
/// assert!(mcp_request_of_login("/login?redirect=https://evil.example")?.is_none());
/// # Ok::<(), qelos_client::Error>(())
/// ```
///
/// # Errors
///
/// When the client has sent no challenge of PKCE with the method `S256`: the server would put the tokens of the user
/// into a URL.
pub fn mcp_request_of_login(url: &str) -> Result<Option<McpAuthorize>, Error> {
    let is_for_mcp = |target: &String| target.split('?').next() == Some(McpAuthorize::PATH.as_str());
    let Some(target) = parameter(url, "redirect").filter(is_for_mcp) else { return Ok(None) };
    if parameter(&target, "code_challenge_method").as_deref() != Some("S256") {
        return Err(unprotected());
    }
    let request = http::Request::get(target).body(Bytes::new()).map_err(Error::config)?;
    let read = McpAuthorize::decode_request(&request);
    read.map(Some).map_err(|error| Error::config(format_args!("the request of the MCP client cannot be read: {error}")))
}

fn unprotected() -> Error {
    const WHY: &str = "the MCP client has sent no `code_challenge` of the method `S256`: without it, the tokens of the user would be in a URL";
    Error::sign_in_failed(WHY, None)
}

impl<C: Credential, T: Transport> Client<C, T>
where
    Session: SatisfiedBy<C>,
{
    /// Begins to let an MCP client in: sends its request to the server as the user of this session, `GET
    /// /api/auth/mcp/authorize`, and returns what the user is asked.
    ///
    /// It is for applications that show the pages `/login` and `/mcp/authorize` in place of Qelos, and have the sessions of
    /// their users. A browser that has the session itself comes to the second page by itself, with the request in its URL:
    /// [`McpAccessRequest::in_url`].
    ///
    /// ```
    /// use qelos_client::{Client, CookieSession, Error, McpAccessRequest, mcp_request_of_login};
    ///
    /// /// The user has signed in on the page with this URL. Returns what the next page asks.
    /// async fn question(client: &Client<CookieSession>, login: &str) -> Result<Option<McpAccessRequest>, Error> {
    ///     let Some(asked) = mcp_request_of_login(login)? else { return Ok(None) };
    ///     client.mcp_access_request(&asked).await.map(Some)
    /// }
    ///
    /// /// The user has replied. Returns the URL to send the browser to.
    /// async fn reply(client: &Client<CookieSession>, asked: &McpAccessRequest, yes: bool) -> Result<String, Error> {
    ///     let redirect = match yes {
    ///         true => client.accept_mcp_access(asked).await?,
    ///         false => client.deny_mcp_access(asked).await?,
    ///     };
    ///     Ok(redirect.location)
    /// }
    /// # _ = (question, reply);
    /// ```
    ///
    /// # Errors
    ///
    /// When the server refuses the client or its redirect URI, with 400. When it asks the user to sign in, because it does
    /// not know the session any more: [`is_sign_in_failed`](Error::is_sign_in_failed).
    pub fn mcp_access_request<'c>(&'c self, asked: &'c McpAuthorize) -> Operation<'c, McpAccessRequest> {
        Operation::new(move |limits| async move {
            let page = self.call(asked).within(&limits).await?.location;
            let is_question = page.split('?').next() == Some(PAGE);
            let request = if is_question { McpAccessRequest::in_url(&page) } else { Err(not_signed_in()) };
            request.map_err(|error| self.failed::<McpAuthorize>(error))
        })
    }

    /// Lets an MCP client in, as the user of this session: `POST /api/auth/mcp/consent`. Returns the redirect that brings the
    /// browser, with a code, back to the client.
    ///
    /// Call it only when the user has said so on a page of the application, with a form that pages of other sites cannot
    /// send: the client acts as the user from then on.
    ///
    /// # Errors
    ///
    /// When the client uses no PKCE with `S256` ([`is_sign_in_failed`](Error::is_sign_in_failed)): nothing is sent, because the
    /// server would put the tokens of the user into the URL. When the request is older than ten minutes, with 400.
    ///
    /// # Cancel safety
    ///
    /// A dropped operation may leave a code on the server that is not used.
    pub fn accept_mcp_access<'c>(&'c self, request: &'c McpAccessRequest) -> Operation<'c, McpRedirect> {
        Operation::new(move |limits| async move {
            if !request.is_protected {
                return Err(unprotected());
            }
            self.replied(McpConsent::accept(request.mcp_state.clone()), limits).await
        })
    }

    /// Does not let an MCP client in: `POST /api/auth/mcp/consent`. Returns the redirect that brings the browser back to the
    /// client, which is told `access_denied`.
    ///
    /// # Errors
    ///
    /// When the request is older than ten minutes, with 400.
    pub fn deny_mcp_access<'c>(&'c self, request: &'c McpAccessRequest) -> Operation<'c, McpRedirect> {
        Operation::new(move |limits| self.replied(McpConsent::deny(request.mcp_state.clone()), limits))
    }

    async fn replied(&self, consent: McpConsent, limits: Limits) -> Result<McpRedirect, Error> {
        let redirect = self.call(&consent).within(&limits).await?;
        if brings_tokens(&redirect.location) {
            return Err(self.failed::<McpConsent>(unprotected()));
        }
        Ok(redirect)
    }
}

fn not_signed_in() -> Error {
    Error::sign_in_failed("the server does not know the session any more: the user has to sign in again", None)
}

/// A request of an MCP client for access, about which its user decides.
///
/// The server has signed it, and checks it again. This crate reads what to show, and does not verify it.
#[derive(Clone)]
pub struct McpAccessRequest {
    mcp_state: SecretString,
    redirect_uri: String,
    client_id: Option<String>,
    /// Whether the client gets a code that only it can use.
    is_protected: bool,
}

impl McpAccessRequest {
    /// The request in the URL of the page that asks the user, `/mcp/authorize?mcp_state=…`. Takes the whole URL or only its
    /// query. The page keeps the URL, or its parameter, until the user has replied.
    ///
    /// ```
    /// use qelos_client::McpAccessRequest;
    ///
    /// let state = "e30.eyJydSI6Imh0dHBzOi8vY2xpZW50LmV4YW1wbGUvY2IifQ.x"; // {"ru":"https://client.example/cb"}
    /// let request = McpAccessRequest::in_url(&format!("/mcp/authorize?mcp_state={state}"))?;
    /// assert_eq!(request.redirect_uri(), "https://client.example/cb");
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the URL has no request, or not one of Qelos.
    pub fn in_url(url: &str) -> Result<Self, Error> {
        let read = || {
            let mcp_state = SecretString::from(parameter(url, "mcp_state")?);
            let claims = Claims::of(&mcp_state)?;
            let text = |name| claims.get(name).and_then(Value::as_str).map(str::to_owned);
            let is_protected =
                text("cc").is_some_and(|challenge| !challenge.is_empty()) && text("ccm").as_deref() == Some("S256");
            Some(Self { redirect_uri: text("ru")?, client_id: text("cid"), is_protected, mcp_state })
        };
        read().ok_or_else(|| Error::config("the URL has no request of an MCP client that can be read (`mcp_state`)"))
    }

    /// The URL that the browser is sent back to. Show its host to the user, who cannot tell from anything else which client
    /// asks: any program can register under any name.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The id of the client, if it has registered.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }
}

/// Shows nothing of what the server has signed, nor what the client has sent along.
impl fmt::Debug for McpAccessRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { redirect_uri, client_id, .. } = self;
        let mut shown = f.debug_struct("McpAccessRequest");
        shown.field("redirect_uri", redirect_uri).field("client_id", client_id).finish_non_exhaustive()
    }
}
