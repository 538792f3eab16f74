//! Signing in: from one type of client to another.

use std::sync::Arc;

use qelos_spec::api::{
    ExchangeAuthCallback, GetMe, OAuthSignIn, OAuthSignUp, RefreshCookie, RefreshTokens, SignIn, SignUp, UpdateMe,
};
use qelos_spec::wire::{CallbackSession, RefreshedCookie, SignedInOAuth, SignedInUser, Tokens, User};
use qelos_spec::{ApiError, Endpoint, SecretString};

use crate::auth::{ApiTokenAuth, CookieSession, Credential, OAuth, SatisfiedBy, SignedIn, TokenChanges};
use crate::call::Call;
use crate::call::authorized::exchange;
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::client::Client;
use crate::error::Error;
use crate::qelos::races::past_races;
use crate::qelos::verdict::NO_SUCH_PATH;
use crate::qelos::workspace_mismatch::check_workspace;
use crate::session::store::TokenStore;
use crate::session::token_set::usable;
use crate::transport::Transport;

impl<C: Credential, T: Transport> Client<C, T> {
    /// Signs in with a cookie session: `POST /api/signin`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::{SecretString, api::SignIn};
    ///
    /// let (client, who) = client.signin(&SignIn::new("ada", SecretString::from("hunter2"))).await?;
    /// println!("hello, {}", who.user.name.unwrap_or_default());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server refuses (wrong password, unknown user and missing role look the same: 401), or gives no session. When
    /// it leaves the workspace aside that was asked for, this is an error as well, although it has signed the user in:
    /// [`is_other_workspace`](Error::is_other_workspace).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave a session on the server that nobody uses.
    #[doc(alias = "signIn")]
    pub fn signin<'c>(&'c self, endpoint: &'c SignIn) -> Operation<'c, (Client<CookieSession, T>, SignedInUser)> {
        Operation::new(move |limits| async move {
            let sign_in = || self.begin_cookie_session(endpoint, limits.clone());
            let (client, response) = past_races(sign_in).await?;
            check_workspace(endpoint.workspace, response.payload.workspace.as_ref().map(|workspace| workspace.id))
                .map_err(|error| self.failed::<SignIn>(error))?;
            Ok((client, response.payload))
        })
    }

    /// A call whose response also sets the cookie of a session.
    async fn begin_cookie_session<E: Endpoint + Sync>(
        &self,
        endpoint: &E,
        limits: Limits,
    ) -> Result<(Client<CookieSession, T>, E::Response), Error> {
        let request = self.request(endpoint)?;
        let received = exchange(&self.connection, request, &self.credential, limits).await?;
        let response = received.decode(E::decode)?;
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
    /// let (client, who) = client.oauth_signin(&OAuthSignIn::new("ada", SecretString::from("hunter2"))).await?;
    /// println!("hello, {}", who.user.name.unwrap_or_default());
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server refuses; wrong password, unknown user and missing role look the same: 401. When it leaves the
    /// workspace aside that was asked for, this is an error as well, although it has signed the user in:
    /// [`is_other_workspace`](Error::is_other_workspace).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave a session on the server that nobody uses.
    #[doc(alias = "oAuthSignin")]
    pub fn oauth_signin<'c>(&'c self, endpoint: &'c OAuthSignIn) -> Operation<'c, (Client<OAuth, T>, SignedInUser)> {
        Operation::new(move |limits| async move {
            let SignedInOAuth { tokens, signed_in, .. } =
                past_races(|| self.call(endpoint).within(&limits)).await?.payload;
            let failed = |error| self.failed::<OAuthSignIn>(error);
            check_workspace(endpoint.workspace, signed_in.workspace.as_ref().map(|workspace| workspace.id))
                .map_err(failed)?;
            let (tokens, now) = (usable(tokens).map_err(failed)?, self.connection.now());
            let session = OAuth::signed_in(tokens, &endpoint.username, endpoint.workspace, now);
            Ok((self.with_credential(session), signed_in))
        })
    }

    /// Signs up, and in with a cookie session: `POST /api/signup`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::{SecretString, api::SignUp};
    ///
    /// let ada = SignUp::new("ada@acme.example", SecretString::from("hunter2hunter2"), "Ada");
    /// match client.signup(&ada).await {
    ///     Ok((client, who)) => drop((client, who)),
    ///     Err(error) => println!("{:?}", error.api().map(|api| api.fields())),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server refuses: [`Error::api`] says which field is wrong, under a status of 200.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave a user on the server.
    #[doc(alias = "signUp")]
    pub fn signup<'c>(&'c self, endpoint: &'c SignUp) -> Operation<'c, (Client<CookieSession, T>, SignedInUser)> {
        Operation::new(move |limits| async move {
            let (client, response) = self.begin_cookie_session(endpoint, limits).await?;
            warn_of_lost_address(&endpoint.email, &response.payload);
            Ok((client, response.payload))
        })
    }

    /// Signs up, and in with tokens, which the client renews from then on: `POST /api/signup`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::{SecretString, api::SignUp};
    ///
    /// let ada = SignUp::new("ada@acme.example", SecretString::from("hunter2hunter2"), "Ada");
    /// let (client, who) = client.oauth_signup(&ada.into()).await?;
    /// # let _ = (client, who);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`signup`](Self::signup).
    ///
    /// # Cancel safety
    ///
    /// As [`signup`](Self::signup).
    #[doc(alias = "oAuthSignup")]
    pub fn oauth_signup<'c>(&'c self, endpoint: &'c OAuthSignUp) -> Operation<'c, (Client<OAuth, T>, SignedInUser)> {
        Operation::new(move |limits| async move {
            let SignedInOAuth { tokens, signed_in, .. } = self.call(endpoint).within(&limits).await?.payload;
            warn_of_lost_address(&endpoint.email, &signed_in);
            let tokens = usable(tokens).map_err(|error| self.failed::<OAuthSignUp>(error))?;
            let session = OAuth::signed_in(tokens, &endpoint.username, None, self.connection.now());
            Ok((self.with_credential(session), signed_in))
        })
    }

    /// Trades the refresh token that a social login brought for a cookie session: `POST /api/auth/callback`. The token is
    /// used up.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::refresh_token_of_callback;
    ///
    /// let token = refresh_token_of_callback("https://app.example/callback?rt=…")?;
    /// let (client, who) = client.exchange_auth_callback(token).await?;
    /// # let _ = (client, who);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server refuses the token.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may use the token up.
    #[doc(alias = "exchangeAuthCallback")]
    #[doc(alias = "socialCallback")]
    pub fn exchange_auth_callback(
        &self,
        refresh_token: SecretString,
    ) -> Operation<'_, (Client<CookieSession, T>, CallbackSession)> {
        Operation::new(move |limits| async move {
            let exchange = ExchangeAuthCallback { refresh_token };
            let (client, response) = self.begin_cookie_session(&exchange, limits).await?;
            Ok((client, response.payload))
        })
    }

    /// Switches to an API token, and asks the server whose it is: `GET /api/me`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// let (client, me) = client.api_token_signin("ql_1234").await?;
    /// # let _ = (client, me);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the token is malformed, unknown, expired or revoked.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    #[doc(alias = "apiTokenSignin")]
    pub fn api_token_signin(&self, token: impl Into<SecretString>) -> Operation<'_, (Client<ApiTokenAuth, T>, User)> {
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

    /// Takes up an OAuth session from tokens that were kept, without asking the server. Nothing says for which server they are,
    /// or which user: give them to a client of the server that has issued them.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let kept = client.tokens()?; // serialize it, and keep it in a safe place
    ///
    /// let client = qelos_client::Client::new("https://acme.example")?.with_tokens(kept);
    /// let me = client.logged_in_user().await?;
    /// # let _ = me;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_tokens(&self, tokens: Tokens) -> Client<OAuth, T> {
        self.with_credential(OAuth::from_tokens(tokens))
    }

    /// Takes up the OAuth session in a store, and shares it with all others that do; `None` when there is none. It is the session
    /// of the user who is in the store, whoever that is. See [`store`](crate::store) for the whole story.
    ///
    /// ```no_run
    /// use qelos_client::{Client, store::FileTokenStore};
    ///
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// let client = Client::new("https://acme.example")?;
    /// let session = client.restore(FileTokenStore::new("/var/lib/plugin/session.json")).await?;
    /// let client = session.expect("somebody has signed in before");
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or holds something else: also a session of another server, whose tokens are not sent to
    /// this one.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn restore(&self, store: impl TokenStore) -> Result<Option<Client<OAuth, T>>, Error> {
        let session = OAuth::restore(Arc::new(store), &self.connection).await?;
        Ok(session.map(|session| self.with_credential(session)))
    }

    /// Who is signed in: `GET /api/me`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let me = client.logged_in_user().await?;
    /// println!("{me:?}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the request cannot be sent or the server refuses.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    #[doc(alias = "getLoggedInUser")]
    pub fn logged_in_user(&self) -> Call<C, T, User>
    where
        SignedIn: SatisfiedBy<C>,
    {
        self.call(&GetMe)
    }

    /// Changes the profile of whoever is signed in: `POST /api/me`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// use qelos_client::api::UpdateMe;
    ///
    /// let changes = UpdateMe { first_name: Some("Ada".to_owned()), ..UpdateMe::default() };
    /// let me = client.update_logged_in_user(&changes).await?;
    /// # let _ = me;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the request cannot be sent or the server refuses.
    ///
    /// # Cancel safety
    ///
    /// Dropping the call abandons it; a request that was sent may still take effect.
    #[doc(alias = "updateLoggedInUser")]
    pub fn update_logged_in_user(&self, changes: &UpdateMe) -> Call<C, T, User>
    where
        SignedIn: SatisfiedBy<C>,
    {
        self.call(changes)
    }
}

/// The server stores the username as the e-mail address, whatever address it was given.
fn warn_of_lost_address(given: &str, stored: &SignedInUser) {
    if stored.user.email.as_deref().is_some_and(|stored| !stored.eq_ignore_ascii_case(given.trim())) {
        tracing::warn!(
            "the e-mail address was not stored, because it is not the username: sign up with the address as the username"
        );
    }
}

impl<T: Transport> Client<CookieSession, T> {
    /// Asks for a new cookie now: `POST /api/cookie/refresh`, once for all clones of this client that ask at the same time.
    /// There is no need to: any answer brings one when it is time.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::CookieSession>) -> Result<(), qelos_client::Error> {
    /// match client.refresh_cookie_token().await {
    ///     Ok(renewed) => println!("the cookie of {:?} is new", renewed.user.username),
    ///     Err(error) if error.is_not_found() => println!("not here: {error}"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server refuses, or does not have the route: gateways of Qelos leave it out unless they are told otherwise,
    /// and answer 404. Outside of a tokio runtime nothing is sent, because the renewal is a task of its own. The session goes
    /// on in any case.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: the renewal goes on, and the session keeps the cookie it brings.
    #[doc(alias = "refreshCookieToken")]
    pub fn refresh_cookie_token(&self) -> Operation<'_, RefreshedCookie> {
        Operation::new(move |limits| async move {
            let renewal = self.call(&RefreshCookie).within(&limits);
            let renewal = async { Ok(renewal.await?.payload) };
            self.credential.renewed_by(&self.connection, renewal).await.map_err(|error| {
                let is_unsupported = error.api().and_then(ApiError::message) == Some(NO_SUCH_PATH);
                if error.is_not_found() || is_unsupported {
                    return error.with_hint("this server does not support it; it is not needed, because any response brings a new cookie when it is time".into());
                }
                self.failed::<RefreshCookie>(error)
            })
        })
    }
}

impl<T: Transport> Client<OAuth, T> {
    /// Keeps the session in a store, in place of whatever session of the same server is in there, and shares it with every
    /// process that takes it up from there with [`restore`](Self::restore). All clones of this client take part. See
    /// [`store`](crate::store) for the whole story.
    ///
    /// The session that was there may be another user's. Running clients that share it do not become this user: their calls fail
    /// with an error that names both.
    ///
    /// ```no_run
    /// use qelos_client::{Client, SecretString, api::OAuthSignIn, store::FileTokenStore};
    ///
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// let client = Client::new("https://acme.example")?;
    /// let sign_in = OAuthSignIn::new("ada", SecretString::from("hunter2"));
    /// let (client, _) = client.oauth_signin(&sign_in).await?;
    /// client.keep_in(FileTokenStore::new("/var/lib/plugin/session.json")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the session is over, the store cannot be written to, or it holds a session of another server. The session goes on as
    /// it was then; this may be called again. A session that is kept already brings itself up to date with its store first, which
    /// fails when another user's session is there.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave the session in the store or not. It goes on in either case, and calling this again
    /// puts it right.
    pub async fn keep_in(&self, store: impl TokenStore) -> Result<(), Error> {
        self.credential.session.keep_in(Arc::new(store), &self.connection).await
    }

    /// The changes of the tokens from now on, for an application that keeps them in a place of its own. With a
    /// [store](crate::store) there is no need to: and a process that is killed before it has kept what it was told here
    /// has lost the session, which is why a store is better.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) {
    /// let mut changes = client.token_changes();
    /// tokio::spawn(async move {
    ///     while let Some(change) = changes.next().await {
    ///         match change {
    ///             Ok(tokens) => println!("keep {tokens:?}"),
    ///             Err(ended) => println!("forget the tokens: {ended}"),
    ///         }
    ///     }
    /// });
    /// # }
    /// ```
    #[must_use]
    pub fn token_changes(&self) -> TokenChanges {
        self.credential.session.changes()
    }

    /// Renews the tokens now: `POST /api/token/refresh`. There is no need to, unless somebody else is to get fresh ones:
    /// every call does it when it is time.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let tokens = client.refresh_token().await?;
    /// # let _ = tokens;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the session is over, or the server cannot be asked.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: the renewal goes on, and the client keeps what it brings.
    #[doc(alias = "refreshToken")]
    pub fn refresh_token(&self) -> Operation<'_, Tokens> {
        Operation::new(move |limits| async move {
            let renewed = self.credential.refresh(&self.connection, limits).await;
            renewed.map_err(|error| self.failed::<RefreshTokens>(error))
        })
    }

    /// The same session; when the server refuses to renew it, the client signs in again with these, once, and goes on. So do
    /// all clones that share the session.
    ///
    /// This is also how a session stays in its workspace, the one in `sign_in` or else the one it is in now: the server
    /// forgets the roles in a workspace in one refresh and the workspace in two, so the client signs in again each time
    /// the access token expires. Without it, a session that asked for a workspace ends when the server forgets that.
    ///
    /// They have to be those of the user whose session it is: with another name the session ends where it would have signed in,
    /// and nothing is sent. A running client does not become another user.
    ///
    /// The password stays in memory for that. It is what unattended programs want that have no API token.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::{SecretString, api::OAuthSignIn};
    ///
    /// let sign_in = OAuthSignIn::new("ada", SecretString::from("hunter2"));
    /// let (client, _) = client.oauth_signin(&sign_in).await?;
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

    /// The tokens as they are now, to take the session up again later with [`with_tokens`](Self::with_tokens).
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let tokens = client.tokens()?;
    /// println!("{tokens:?}"); // shows no secret: serializing writes them
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the session is over.
    pub fn tokens(&self) -> Result<Tokens, Error> {
        self.credential.tokens()
    }
}
