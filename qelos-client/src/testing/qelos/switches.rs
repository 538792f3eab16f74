//! Changes that a test makes while the server runs: to its settings, and to users and their sessions.

use std::time::Duration;

use qelos_spec::{UserId, WorkspaceId};

use super::FakeQelos;
use super::state::{SessionKind, SessionRecord};

impl FakeQelos {
    /// Deletes a user. Signing in and renewing as that user fail from now on, and API tokens that were not used in the
    /// last hour are refused. Access tokens and cookies stay valid until they expire.
    pub fn delete_user(&self, user: UserId) {
        self.shared.state().delete_user(user);
    }

    /// Revokes every refresh token of a user. Access tokens and cookies stay valid.
    pub fn revoke_refresh_tokens(&self, user: UserId) {
        let keep =
            |session: &SessionRecord| session.user != user || !matches!(session.kind, SessionKind::Refresh { .. });
        self.shared.state().sessions.retain(|_, session| keep(session));
    }

    /// Revokes every access token and cookie of a user. Refresh tokens stay valid: see
    /// [`revoke_refresh_tokens`](Self::revoke_refresh_tokens).
    ///
    /// The server cannot do this for one user alone. It stands for any cause that ends a token before it expires.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// use qelos_client::api::OAuthSignIn;
    /// use qelos_client::testing::{FakeQelos, NewUser};
    /// use qelos_client::{Client, SystemClock};
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// let ada = qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
    /// let client = Client::builder("https://qelos.test").transport(qelos.clone()).build()?;
    /// let (client, _) = client.oauth_sign_in(&OAuthSignIn::new("ada@example.com", "hunter2hunter2".into())).await?;
    ///
    /// qelos.revoke_access_tokens(ada);
    /// client.logged_in_user().await?;
    /// assert_eq!(qelos.count("POST", "/api/token/refresh"), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn revoke_access_tokens(&self, user: UserId) {
        if let Some(user) = self.shared.state().users.get_mut(&user) {
            user.secret_generation += 1;
        }
    }

    /// Replaces the secret that signs access tokens and cookies: those of all users become invalid. Refresh tokens have
    /// a secret of their own, and stay valid.
    pub fn rotate_signing_secret(&self) {
        for user in self.shared.state().users.values_mut() {
            user.secret_generation += 1;
        }
    }

    /// Gives a user these roles in the tenant, in place of those before.
    ///
    /// A session has the roles in its token, for `GET /api/me` and for all services, until it is renewed. An API token
    /// has the roles that the server has looked up, which the server remembers for an hour.
    ///
    /// ```
    /// use qelos_client::SystemClock;
    /// use qelos_client::testing::{FakeQelos, NewUser};
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// let ada = qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
    /// qelos.set_roles(ada, &["user", "admin"]);
    /// ```
    pub fn set_roles(&self, user: UserId, roles: &[&str]) {
        let mut state = self.shared.state();
        state.count_up_version(user);
        if let Some(user) = state.users.get_mut(&user) {
            user.roles = roles.iter().map(|&role| role.to_owned()).collect();
        }
    }

    /// Removes a workspace, as another administrator might. The tokens of its sessions still name it. The next
    /// sign-in of a user whose last session was in it has no workspace, unless it asks for one.
    pub fn remove_workspace(&self, workspace: WorkspaceId) {
        self.shared.state().workspaces.retain(|known| known.id != workspace);
    }

    /// How long access tokens live that are issued from now on, in whole seconds; 300 minutes unless set.
    pub fn set_access_token_lifetime(&self, lifetime: Duration) {
        self.shared.state().settings.access_token_lifetime = lifetime;
    }

    /// How long refresh tokens live that are issued from now on, in whole seconds; 30 days unless set.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// use std::time::Duration;
    ///
    /// use qelos_client::api::OAuthSignIn;
    /// use qelos_client::testing::{FakeQelos, ManualClock, NewUser};
    /// use qelos_client::{Client, Timestamp};
    ///
    /// let clock = ManualClock::new("2026-11-21T17:20:37Z".parse::<Timestamp>().unwrap());
    /// let qelos = FakeQelos::new(clock.clone());
    /// qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
    /// qelos.set_refresh_token_lifetime(Duration::from_hours(24));
    ///
    /// let client = Client::builder("https://qelos.test").transport(qelos).clock(clock.clone()).build()?;
    /// let (client, _) = client.oauth_sign_in(&OAuthSignIn::new("ada@example.com", "hunter2hunter2".into())).await?;
    /// clock.advance(Duration::from_hours(25));
    /// assert!(client.logged_in_user().await.is_err(), "neither token is good any more");
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_refresh_token_lifetime(&self, lifetime: Duration) {
        self.shared.state().settings.refresh_token_lifetime = lifetime;
    }

    /// How long session cookies live that are issued from now on, in whole seconds; 30 days unless set.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use bytes::Bytes;
    /// use http::Request;
    /// use qelos_client::SystemClock;
    /// use qelos_client::testing::{FakeQelos, NewUser};
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
    /// qelos.set_cookie_lifetime(Duration::from_mins(10));
    ///
    /// let request = Request::post("https://acme.example/api/signin").header("content-type", "application/json");
    /// let body = r#"{"username":"ada@example.com","password":"hunter2hunter2"}"#;
    /// let response = qelos.handle(request.body(Bytes::from(body)).unwrap());
    /// assert!(response.headers()["set-cookie"].to_str().unwrap().contains("; Max-Age=600; "));
    /// ```
    pub fn set_cookie_lifetime(&self, lifetime: Duration) {
        self.shared.state().settings.cookie_lifetime = lifetime;
    }

    /// The age at which a cookie is replaced by the next; one hour unless set.
    pub fn set_cookie_rotation_after(&self, age: Duration) {
        self.shared.state().settings.cookie_rotation_after = age;
    }

    /// Whether users may manage API tokens; they may unless set. Tokens that exist work in both cases.
    ///
    /// It is a field of the configuration `auth-configuration`; another one there says which roles may:
    /// [`set_configuration`](Self::set_configuration).
    pub fn set_api_tokens_allowed(&self, allowed: bool) {
        self.shared.state().configurations.allow_api_tokens(allowed);
    }

    /// Whether cookies can be renewed at `POST /api/cookie/refresh`; they cannot unless set, because the gateway does not
    /// know the route.
    pub fn set_cookie_refresh_reachable(&self, reachable: bool) {
        self.shared.state().settings.cookie_refresh_reachable = reachable;
    }

    /// Whether MCP clients may ask for access; they may unless set.
    pub fn set_mcp_enabled(&self, enabled: bool) {
        self.shared.state().mcp.enabled = enabled;
    }

    /// Sets the addresses that users may be sent back to by MCP clients that have not registered. None is permitted
    /// unless set.
    pub fn set_mcp_callbacks(&self, permitted: &[&str]) {
        self.shared.state().mcp.permitted = permitted.iter().map(|&address| address.to_owned()).collect();
    }

    /// Refuses the next renewals although their refresh tokens are valid, as the server does when sessions of one user
    /// are renewed at the same time. The refresh tokens stay valid.
    pub fn spurious_refresh_refusals(&self, refusals: usize) {
        self.shared.state().settings.spurious_refresh_refusals = refusals;
    }

    /// Refuses the next sign-ins although their passwords are good, as the server does when a user with more than ten
    /// open sessions signs in twice at the same time. The refusal is a 401 whose `errors.general` is
    /// `{"version": …, "modifiedPaths": ["lastLogin","tokens"]}`, and a client may try again.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// use qelos_client::api::SignIn;
    /// use qelos_client::testing::{FakeQelos, NewUser};
    /// use qelos_client::{Client, SystemClock};
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
    /// qelos.spurious_sign_in_refusals(1);
    ///
    /// let client = Client::builder("https://qelos.test").transport(qelos.clone()).build()?;
    /// client.sign_in(&SignIn::new("ada@example.com", "hunter2hunter2".into())).await?;
    /// assert_eq!(qelos.count("POST", "/api/signin"), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn spurious_sign_in_refusals(&self, refusals: usize) {
        self.shared.state().settings.spurious_sign_in_refusals = refusals;
    }

    /// Makes the gateway slow: for this many requests to services other than auth, it does not identify the caller in
    /// time, and treats the caller as a guest although the credential is good. Only requests with a good credential to
    /// the routes of other services and to endpoints that are mounted in a [service](Self::service) count.
    ///
    /// ```
    /// use qelos_client::SystemClock;
    /// use qelos_client::testing::FakeQelos;
    ///
    /// FakeQelos::new(SystemClock).slow_gateway(1);
    /// ```
    pub fn slow_gateway(&self, requests: usize) {
        self.shared.state().settings.slow_gateway = requests;
    }

    /// How long the database takes from reading the record of a user to writing it; no time unless set. Requests that
    /// overlap then refuse each other, as they do at the server:
    ///
    /// * A renewal is refused with an empty 401 when the record was changed meanwhile: by another renewal, a sign-in or
    ///   a sign-out of the same user. The refresh token stays valid.
    /// * A sign-in is refused with a 401 whose `errors.general` is `{"version": …, "modifiedPaths": ["lastLogin","tokens"]}`
    ///   in the same case, once the user has more than ten [open sessions](crate::testing::NewUser::open_sessions).
    /// * Of several renewals of one cookie the first to be written succeeds, and the others are refused with an empty 401.
    /// * The response to a sign-out is sent at once, and the sign-out is carried out later. It is not carried out when
    ///   the record was changed meanwhile: the session stays open, and no response says so.
    ///
    /// The time is tokio's, so a test can pause it. Requests to [`handle`](Self::handle) take no time. Changes that are
    /// written in the same millisecond are written in any order.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// use std::time::Duration;
    ///
    /// use qelos_client::api::SignIn;
    /// use qelos_client::testing::{FakeQelos, NewUser};
    /// use qelos_client::{Client, SystemClock};
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2").open_sessions(11));
    /// qelos.set_database_latency(Duration::from_millis(5));
    ///
    /// let client = Client::builder("https://qelos.test").transport(qelos.clone()).build()?;
    /// client.sign_in(&SignIn::new("ada@example.com", "hunter2hunter2".into())).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_database_latency(&self, latency: Duration) {
        self.shared.state().settings.database_latency = latency;
    }
}
