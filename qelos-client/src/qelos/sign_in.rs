//! Signing in: each method returns a client with another credential.

use qelos_spec::api::{ExchangeAuthCallback, GetMe, OAuthSignIn, OAuthSignUp, RefreshCookie, SignIn, SignUp, UpdateMe};
use qelos_spec::wire::{CallbackSession, RefreshedCookie, SignedInOAuth, SignedInUser, Tokens, User};
use qelos_spec::{ApiError, Endpoint, SecretString};

use crate::auth::{ApiTokenAuth, CookieSession, Credential, OAuth, SatisfiedBy, SignedIn};
use crate::call::Call;
use crate::call::authorized::exchange;
use crate::call::exchange::Reader;
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::client::Client;
use crate::error::Error;
use crate::qelos::races::past_races;
use crate::qelos::scheme::Qelos;
use crate::qelos::verdict::NO_SUCH_PATH;
use crate::qelos::workspace_mismatch::check_workspace;
use crate::session::store::{StoreFuture, TokenStore};
use crate::transport::Transport;

impl<C: Credential, T: Transport> Client<C, T> {
    /// Signs in with a cookie session: `POST /api/signin`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::{SecretString, api::SignIn};
    ///
    /// let (client, signed_in) = client.sign_in(&SignIn::new("ada", SecretString::from("hunter2"))).await?;
    /// println!("hello, {}", signed_in.user.name.unwrap_or_default());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server refuses: 401 for a wrong password, an unknown user and a missing role alike. When the server
    /// ignores the workspace that was asked for, although it signs the user in:
    /// [`is_workspace_mismatch`](Error::is_workspace_mismatch). When the response sets no session cookie.
    ///
    /// # Cancel safety
    ///
    /// A dropped operation may leave a session on the server that no program uses.
    #[doc(alias = "signin")]
    pub fn sign_in<'c>(&'c self, endpoint: &'c SignIn) -> Operation<'c, (Client<CookieSession, T>, SignedInUser)> {
        Operation::new(move |limits| async move {
            let sign_in = || self.begin_cookie_session(endpoint, limits.clone());
            let (client, response) = past_races(sign_in).await?;
            check_workspace(endpoint.workspace, response.payload.workspace.as_ref().map(|workspace| workspace.id))
                .map_err(|error| self.failed::<SignIn>(error))?;
            Ok((client, response.payload))
        })
    }

    /// Makes a call whose response also sets the cookie of a session.
    async fn begin_cookie_session<E: Endpoint + Sync>(
        &self,
        endpoint: &E,
        limits: Limits,
    ) -> Result<(Client<CookieSession, T>, E::Response), Error> {
        let request = self.request(endpoint)?;
        let mut received = exchange(&self.connection, &request, &self.credential, limits).await?;
        let response = received.read(&Reader::of::<E>())?;
        let headers = received.response.headers();
        let session = CookieSession::started_by(headers, self.connection.base_url(), self.connection.now());
        let session = session.map_err(|error| self.failed::<E>(error))?;
        Ok((self.with_credential(session), response))
    }

    /// Signs in with tokens, which the client renews from then on: `POST /api/signin`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::{SecretString, api::OAuthSignIn};
    ///
    /// let (client, signed_in) = client.oauth_sign_in(&OAuthSignIn::new("ada", SecretString::from("hunter2"))).await?;
    /// println!("hello, {}", signed_in.user.name.unwrap_or_default());
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server refuses: 401 for a wrong password, an unknown user and a missing role alike. When the server
    /// ignores the workspace that was asked for, although it signs the user in:
    /// [`is_workspace_mismatch`](Error::is_workspace_mismatch).
    ///
    /// # Cancel safety
    ///
    /// A dropped operation may leave a session on the server that no program uses.
    #[doc(alias = "oAuthSignin")]
    #[doc(alias = "oauth_signin")]
    pub fn oauth_sign_in<'c>(&'c self, endpoint: &'c OAuthSignIn) -> Operation<'c, (Client<OAuth, T>, SignedInUser)> {
        Operation::new(move |limits| async move {
            let SignedInOAuth { tokens, signed_in, .. } =
                past_races(|| self.call(endpoint).within(&limits)).await?.payload;
            let failed = |error| self.failed::<OAuthSignIn>(error);
            check_workspace(endpoint.workspace, signed_in.workspace.as_ref().map(|workspace| workspace.id))
                .map_err(failed)?;
            let scheme = Qelos::signed_in(&endpoint.username, endpoint.workspace);
            let session = OAuth::issued(scheme, tokens, self.connection.now()).map_err(failed)?;
            Ok((self.with_credential(session), signed_in))
        })
    }

    /// Signs up, and signs in with a cookie session: `POST /api/signup`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::{SecretString, api::SignUp};
    ///
    /// let ada = SignUp::new("ada@acme.example", SecretString::from("hunter2hunter2"), "Ada");
    /// match client.sign_up(&ada).await {
    ///     Ok((client, signed_in)) => drop((client, signed_in)),
    ///     Err(error) => println!("{:?}", error.api().map(|api| api.fields())),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server refuses: the status is 200, and [`Error::api`] names the fields that are wrong.
    ///
    /// # Cancel safety
    ///
    /// A dropped operation may leave a new user on the server.
    #[doc(alias = "signup")]
    pub fn sign_up<'c>(&'c self, endpoint: &'c SignUp) -> Operation<'c, (Client<CookieSession, T>, SignedInUser)> {
        Operation::new(move |limits| async move {
            let (client, response) = self.begin_cookie_session(endpoint, limits).await?;
            warn_of_lost_address(&endpoint.email, &response.payload);
            Ok((client, response.payload))
        })
    }

    /// Signs up, and signs in with tokens, which the client renews from then on: `POST /api/signup`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::{SecretString, api::SignUp};
    ///
    /// let ada = SignUp::new("ada@acme.example", SecretString::from("hunter2hunter2"), "Ada");
    /// let (client, signed_in) = client.oauth_sign_up(&ada.into()).await?;
    /// # let _ = (client, signed_in);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Its errors, and the effects of a dropped operation, are those of [`sign_up`](Self::sign_up).
    #[doc(alias = "oAuthSignup")]
    #[doc(alias = "oauth_signup")]
    pub fn oauth_sign_up<'c>(&'c self, endpoint: &'c OAuthSignUp) -> Operation<'c, (Client<OAuth, T>, SignedInUser)> {
        Operation::new(move |limits| async move {
            let SignedInOAuth { tokens, signed_in, .. } = self.call(endpoint).within(&limits).await?.payload;
            warn_of_lost_address(&endpoint.email, &signed_in);
            let scheme = Qelos::signed_in(&endpoint.username, None);
            let session = OAuth::issued(scheme, tokens, self.connection.now());
            let session = session.map_err(|error| self.failed::<OAuthSignUp>(error))?;
            Ok((self.with_credential(session), signed_in))
        })
    }

    /// Exchanges the refresh token of a social login for a cookie session: `POST /api/auth/callback`. The token is then
    /// used up.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::refresh_token_of_callback;
    ///
    /// let token = refresh_token_of_callback("https://app.example/callback?rt=…")?;
    /// let (client, signed_in) = client.exchange_auth_callback(token).await?;
    /// # let _ = (client, signed_in);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// A dropped operation may have used up the token.
    #[doc(alias = "exchangeAuthCallback")]
    #[doc(alias = "socialCallback")]
    pub fn exchange_auth_callback(
        &self,
        refresh_token: SecretString,
    ) -> Operation<'_, (Client<CookieSession, T>, CallbackSession)> {
        Operation::new(move |limits| async move {
            let exchange = ExchangeAuthCallback::new(refresh_token);
            let (client, response) = self.begin_cookie_session(&exchange, limits).await?;
            Ok((client, response.payload))
        })
    }

    /// Switches to an API token, and reads its user from the server: `GET /api/me`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// let (client, me) = client.api_token_sign_in("ql_1234").await?;
    /// # let _ = (client, me);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the token is malformed (nothing is sent), unknown, expired or revoked.
    #[doc(alias = "apiTokenSignin")]
    #[doc(alias = "api_token_signin")]
    pub fn api_token_sign_in(&self, token: impl Into<SecretString>) -> Operation<'_, (Client<ApiTokenAuth, T>, User)> {
        let token = token.into();
        Operation::new(move |limits| async move { self.signed_in_with(token, &limits).await })
    }

    pub(crate) async fn signed_in_with(
        &self,
        token: SecretString,
        limits: &Limits,
    ) -> Result<(Client<ApiTokenAuth, T>, User), Error> {
        let client = self.with_credential(ApiTokenAuth::new(token)?);
        let user = client.logged_in_user().within(limits).await?;
        Ok((client, user))
    }

    /// Continues an OAuth session from tokens that were kept, without asking the server. Tokens do not name their
    /// server, so give them to a client of the server that has issued them: they are sent to it.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let kept = client.tokens()?; // serialize them, and keep them in a safe place
    ///
    /// let client = qelos_client::Client::new("https://acme.example")?.with_tokens(kept);
    /// let me = client.logged_in_user().await?;
    /// # let _ = me;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_tokens(&self, tokens: Tokens) -> Client<OAuth, T> {
        self.with_credential(OAuth::from_tokens(Qelos::default(), tokens))
    }

    /// Continues the OAuth session in a store, and shares it with all clients that do the same; `None` when the store
    /// holds none. The client then acts as the user of that session. See [`store`](crate::store) for the details.
    ///
    /// ```no_run
    /// use qelos_client::{Client, store::FileTokenStore};
    ///
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// let client = Client::new("https://acme.example")?;
    /// let session = client.restore(FileTokenStore::new("/var/lib/plugin/session.json")).await?;
    /// let client = session.expect("a program has signed in before");
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the store cannot be read, holds no session that can be read, or holds a session of another server, whose
    /// tokens are not sent to this one.
    pub fn restore(&self, store: impl TokenStore) -> StoreFuture<'_, Option<Client<OAuth, T>>> {
        self.restore_as(Qelos::default(), store)
    }

    /// The signed-in user: `GET /api/me`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let me = client.logged_in_user().await?;
    /// println!("{me:?}");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "getLoggedInUser")]
    pub fn logged_in_user(&self) -> Call<C, T, User>
    where
        SignedIn: SatisfiedBy<C>,
    {
        self.call(&GetMe)
    }

    /// Changes the profile of the signed-in user: `POST /api/me`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// use qelos_client::api::UpdateMe;
    ///
    /// let mut changes = UpdateMe::default();
    /// changes.first_name = Some("Ada".to_owned());
    /// let me = client.update_logged_in_user(&changes).await?;
    /// # let _ = me;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "updateLoggedInUser")]
    pub fn update_logged_in_user(&self, changes: &UpdateMe) -> Call<C, T, User>
    where
        SignedIn: SatisfiedBy<C>,
    {
        self.call(changes)
    }
}

/// Warns when the server has not stored the e-mail address: it stores the username in its place.
fn warn_of_lost_address(given: &str, stored: &SignedInUser) {
    if stored.user.email.as_deref().is_some_and(|stored| !stored.eq_ignore_ascii_case(given.trim())) {
        tracing::warn!(
            "the e-mail address was not stored, because it is not the username: sign up with the address as the username"
        );
    }
}

impl<T: Transport> Client<CookieSession, T> {
    /// Renews the cookie now: `POST /api/cookie/refresh`, once for all clones of this client that ask at the same time.
    /// It is not needed, because any response may set the next cookie.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::CookieSession>) -> Result<(), qelos_client::Error> {
    /// match client.refresh_cookie_token().await {
    ///     Ok(renewed) => println!("the cookie of {:?} is new", renewed.user.username),
    ///     Err(error) if error.is_not_found() => println!("not supported: {error}"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server does not have the route: gateways of Qelos respond with 404 unless they are configured for it.
    /// Also outside of a tokio runtime: nothing is sent there. The session goes on after each error.
    #[doc(alias = "refreshCookieToken")]
    pub fn refresh_cookie_token(&self) -> Operation<'_, RefreshedCookie> {
        Operation::new(move |limits| async move {
            let renewal = self.call(&RefreshCookie).within(&limits);
            let renewal = async { Ok(renewal.await?.payload) };
            self.credential.renewed_by(&self.connection, renewal).await.map_err(|error| {
                let is_unsupported = error.api().and_then(ApiError::message) == Some(NO_SUCH_PATH);
                if error.is_not_found() || is_unsupported {
                    return error.with_hint("this server does not support it; it is not needed, because any response may set the next cookie".into());
                }
                self.failed::<RefreshCookie>(error)
            })
        })
    }
}

impl<T: Transport> Client<OAuth, T> {
    /// Gives the session a password: when the server refuses to renew it, the client signs in again, once, and goes on.
    /// This holds for all clones that share the session.
    ///
    /// It also keeps a session in its workspace: the one in `sign_in`, or else the one it is in now. The server forgets
    /// the roles in a workspace in one renewal and the workspace in two, so the client signs in again each time the
    /// access token expires. Without a password, a session that asked for a workspace ends when the server has
    /// forgotten the workspace.
    ///
    /// The username has to be that of the session's user: a running client does not become another user. With another
    /// username the session ends when it would sign in, and nothing is sent.
    ///
    /// The password stays in memory. This is for unattended programs that have no API token.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::{SecretString, api::OAuthSignIn};
    ///
    /// let sign_in = OAuthSignIn::new("ada", SecretString::from("hunter2"));
    /// let (client, _) = client.oauth_sign_in(&sign_in).await?;
    /// let client = client.sign_in_again_with(sign_in);
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[doc(alias = "onFailedRefreshToken")]
    pub fn sign_in_again_with(self, sign_in: OAuthSignIn) -> Self {
        Self { connection: self.connection, credential: self.credential.reauthenticating(sign_in) }
    }
}
