//! The sessions of browsers, for web applications that call Qelos as the user of the browser.

use http::{HeaderMap, HeaderValue};
use qelos_spec::SecretString;

use crate::auth::{CookieSession, Credential};
use crate::client::Client;
use crate::error::Error;
use crate::transport::Transport;

impl<C: Credential, T: Transport> Client<C, T> {
    /// Continues the session of a browser, without asking the server: for web applications that call Qelos as the user
    /// of the browser. `None` when the request has no session cookie: the browser is not signed in.
    ///
    /// The session cookie is called `qlt_…`, or `__Host-qlt_…` if it comes from
    /// [`take_rewritten_cookie`](Client::take_rewritten_cookie), which counts where both are there. No other cookie of the
    /// browser is read, kept or sent to Qelos. That includes one called `token`: Qelos would read it, but sets none, so it
    /// is of another application.
    ///
    /// The server replaces a cookie from time to time, in any response. Give the new one to the browser, when the calls for
    /// its request have ended. Here the application has the cookies of its users under its own host; where the browser has
    /// the cookie from Qelos itself, it is [`take_set_cookies`](Client::take_set_cookies):
    ///
    /// ```
    /// use http::header::SET_COOKIE;
    /// use http::{HeaderMap, StatusCode};
    /// use qelos_client::{Client, Error};
    ///
    /// /// Responds to a request of a browser with these headers.
    /// async fn page(qelos: &Client, request: &HeaderMap) -> Result<http::Response<String>, Error> {
    ///     let Some(client) = qelos.with_cookies_of(request)? else {
    ///         let mut response = http::Response::new("sign in first".to_owned());
    ///         *response.status_mut() = StatusCode::UNAUTHORIZED;
    ///         return Ok(response);
    ///     };
    ///     let me = client.logged_in_user().await?;
    ///     let mut response = http::Response::new(format!("hello, {}", me.first_name.unwrap_or_default()));
    ///     if let Some(line) = client.take_rewritten_cookie() {
    ///         response.headers_mut().append(SET_COOKIE, line);
    ///     }
    ///     Ok(response)
    /// }
    /// # _ = page;
    /// ```
    ///
    /// Two requests of a browser at the same time are two sessions with the same cookie. When it is old, the server gives
    /// the new cookie to one of them, and accepts the old one from the other for as long as it is valid: both requests
    /// succeed, and the browser gets the new cookie once. It is lost if that response does not reach the browser, which
    /// then keeps the old one until it expires. Only renewing on demand
    /// ([`refresh_cookie_token`](Client::refresh_cookie_token)) is refused for all but the first requests: where an
    /// application does that, it keeps one client for each browser, whose clones share a renewal.
    ///
    /// # Errors
    ///
    /// When the value is one that no cookie can have, or there are session cookies of several tenants
    /// ([`is_config`](Error::is_config)). The error shows no value. A cookie that has expired is known to the server
    /// only: the first call fails.
    pub fn with_cookies_of(&self, request: &HeaderMap) -> Result<Option<Client<CookieSession, T>>, Error> {
        let session = CookieSession::of_browser(request, self.connection.base_url())?;
        Ok(session.map(|session| self.with_credential(session)))
    }

    /// Continues the session of a cookie that was kept under its name, without asking the server: for applications that
    /// keep the cookies of their users themselves, or serve several tenants. A cookie does not name its server, so give
    /// it to a client of the server that has set it: it is sent there.
    ///
    /// ```
    /// use qelos_client::Client;
    ///
    /// let client = Client::new("https://acme.example")?.with_cookie("qlt_6b01d2e6", "eyJhbGciOiJIUzI1NiJ9")?;
    /// # let _ = client;
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When it is not the name of a session cookie, or a value that no cookie can have. The error shows no value.
    pub fn with_cookie(&self, name: &str, value: impl Into<SecretString>) -> Result<Client<CookieSession, T>, Error> {
        let session = CookieSession::of_cookie(name, value.into(), self.connection.base_url())?;
        Ok(self.with_credential(session))
    }
}

impl<T: Transport> Client<CookieSession, T> {
    /// The `Set-Cookie` headers with which the server has changed the cookie of this session, as it has written them, for
    /// a browser that has its cookie from Qelos: a header with another domain or path would leave the old cookie in the
    /// browser, beside the new one.
    ///
    /// Each is returned once, to the first of all clones that asks, in the order of the responses: the last one about each
    /// cookie, the removal after a [sign-out](Client::sign_out) too. Headers about other cookies, and those for the domain
    /// of another server, are left out. A session that has begun with this client ([`sign_in`](Client::sign_in)) has the
    /// header that began it.
    ///
    /// The browser accepts them only from a host in the `Domain` that they name, and sends the cookie only to the `Path`
    /// (`/api`), over `https`. They have `SameSite=None`: pages of any site can make the browser send the cookie to the
    /// application, so it must not act on requests that such a page can send, such as forms. Elsewhere, use
    /// [`take_rewritten_cookie`](Self::take_rewritten_cookie).
    ///
    /// The values are marked as sensitive, so that they are not printed. A response with one must not be stored by caches
    /// (`cache-control: no-store`).
    ///
    /// ```
    /// use http::HeaderMap;
    /// use http::header::SET_COOKIE;
    /// use qelos_client::{Client, CookieSession};
    ///
    /// fn pass_on(client: &Client<CookieSession>, response: &mut HeaderMap) {
    ///     for line in client.take_set_cookies() {
    ///         response.append(SET_COOKIE, line);
    ///     }
    /// }
    /// # _ = pass_on;
    /// ```
    #[must_use = "they are returned once, and the browser needs them"]
    pub fn take_set_cookies(&self) -> Vec<HeaderValue> {
        self.credential.take_lines()
    }

    /// The `Set-Cookie` header for a browser that gets the cookie of this session from the application, under the
    /// application's own host: the last change of the cookie, or its removal when the session has ended, also when the
    /// server was not reached. `None` when nothing has changed since the last one.
    ///
    /// The cookie is called `__Host-qlt_…`, and has `Path=/; Secure; HttpOnly; SameSite=Lax`, no `Domain`, and the life that the
    /// server has given it. So it goes to this host only, no other host of the domain can set it, and pages of other sites
    /// cannot make the browser send it, except for links. All applications of the host get it, and have the session with
    /// it. Browsers accept it over `https`, and most of them from `http://localhost`.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use http::header::SET_COOKIE;
    /// use qelos_client::api::SignIn;
    /// use qelos_client::{Client, Error};
    ///
    /// /// Signs a user in, and gives the session to the browser.
    /// async fn sign_in(qelos: &Client, form: &SignIn, response: &mut HeaderMap) -> Result<(), Error> {
    ///     let (client, _) = qelos.sign_in(form).await?;
    ///     if let Some(line) = client.take_rewritten_cookie() {
    ///         response.append(SET_COOKIE, line);
    ///     }
    ///     Ok(())
    /// }
    /// # _ = sign_in;
    /// ```
    ///
    /// It shares its record with [`take_set_cookies`](Self::take_set_cookies): an application uses one of the two.
    #[must_use = "it is returned once, and the browser needs it"]
    pub fn take_rewritten_cookie(&self) -> Option<HeaderValue> {
        self.credential.take_rewritten()
    }
}
