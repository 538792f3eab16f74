//! API tokens: created with an expiry, found when they are old, replaced without a gap.

use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use qelos_spec::api::CreateApiToken;
use qelos_spec::wire::{ApiToken, CreatedApiToken, WorkspaceLink};
use qelos_spec::{ApiError, ApiTokenId, SecretString, Timestamp, WorkspaceId};

use crate::auth::{Credential, SatisfiedBy, Session};
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::client::Client;
use crate::error::Error;
use crate::transport::Transport;

/// An API token to be created: its nickname, its expiry, and the workspace it is locked to, if any.
///
/// ```
/// use std::time::Duration;
/// use qelos_client::NewApiToken;
///
/// let wanted = NewApiToken::expiring_in("ci", Duration::from_hours(24 * 90));
/// # let _ = wanted;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiToken {
    nickname: String,
    expiry: Expiry,
    workspace: Option<WorkspaceId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expiry {
    In(Duration),
    At(Timestamp),
}

impl NewApiToken {
    /// A token that is valid for this time from now on.
    #[must_use]
    pub fn expiring_in(nickname: impl Into<String>, time: Duration) -> Self {
        Self { nickname: nickname.into(), expiry: Expiry::In(time), workspace: None }
    }

    /// A token that is valid until this time, which has to be in the future.
    #[must_use]
    pub fn expiring_at(nickname: impl Into<String>, time: Timestamp) -> Self {
        Self { nickname: nickname.into(), expiry: Expiry::At(time), workspace: None }
    }

    /// A replacement for a token: it has the same nickname, and is locked to the same workspace.
    fn instead_of(old: &ApiToken, time: Duration) -> Self {
        let workspace = old.workspace.as_ref().map(WorkspaceLink::id);
        Self { workspace, ..Self::expiring_in(&old.nickname, time) }
    }

    /// Locks the token to a workspace; its creator has to be a member of it. Do that wherever one workspace is enough.
    ///
    /// The lock decides in which workspace the requests of the token are. It limits nothing else: the token can still
    /// read and create other workspaces, and change the password. So each API token gives access to the whole account.
    #[must_use]
    #[doc(alias = "for_workspace")]
    pub fn in_workspace(mut self, workspace: WorkspaceId) -> Self {
        self.workspace = Some(workspace);
        self
    }

    fn at(&self, now: Timestamp) -> Result<CreateApiToken, Error> {
        let expires_at = match self.expiry {
            Expiry::In(time) => now.saturating_add(time),
            Expiry::At(time) => time,
        };
        if expires_at <= now {
            let message =
                format!("the API token would expire at {expires_at}, and it is {now} now: choose a time in the future");
            return Err(Error::config(message));
        }
        let mut wanted = CreateApiToken::new(&self.nickname, expires_at);
        wanted.workspace = self.workspace;
        Ok(wanted)
    }
}

impl<C: Credential, T: Transport> Client<C, T> {
    /// Creates an API token: `POST /api/me/api-tokens`. A token that is locked to a workspace is tried before it is
    /// returned.
    ///
    /// The server also creates tokens that never work: those for a workspace of which their creator is not a member. So a
    /// token that is locked to a workspace is tried at `GET /api/me`, and revoked when it is refused. Any other token
    /// is returned as it is.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// use std::time::Duration;
    /// use qelos_client::NewApiToken;
    ///
    /// let created = client.create_api_token(&NewApiToken::expiring_in("ci", Duration::from_hours(24 * 90))).await?;
    /// // `created.token` is the only copy: the server does not show it again.
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the expiry is not in the future (nothing is sent), or the token does not work. When there are too many
    /// tokens, the error names those that have expired.
    ///
    /// # Cancel safety
    ///
    /// A dropped operation may leave a token on the server that no program has.
    #[doc(alias = "createApiToken")]
    pub fn create_api_token<'c>(&'c self, wanted: &'c NewApiToken) -> Operation<'c, CreatedApiToken>
    where
        Session: SatisfiedBy<C>,
    {
        Operation::new(move |limits| async move { self.created(wanted, &limits).await })
    }

    async fn created(&self, wanted: &NewApiToken, limits: &Limits) -> Result<CreatedApiToken, Error>
    where
        Session: SatisfiedBy<C>,
    {
        let endpoint = wanted.at(self.connection.now()).map_err(|error| self.failed::<CreateApiToken>(error))?;
        let created = match self.call(&endpoint).within(limits).await {
            Ok(created) => created,
            Err(error) => return Err(self.explain_limit(error, limits).await),
        };
        if endpoint.workspace.is_some()
            && let Err(error) = self.signed_in_with(created.token.clone(), limits).await
        {
            let why =
                "the new API token does not work: the workspace does not exist, or the user is not a member of it";
            let unusable = error.is_unauthorized();
            let error = if unusable { self.failed::<CreateApiToken>(Error::config(why)) } else { error };
            return Err(self.take_back(&created.api_token.id, error, limits).await);
        }
        Ok(created)
    }

    /// Revokes a new token after `error`, and adds to the error whether that succeeded.
    async fn take_back(&self, id: &ApiTokenId, error: Error, limits: &Limits) -> Error
    where
        Session: SatisfiedBy<C>,
    {
        match self.api_tokens().delete(id).within(limits).await {
            Ok(()) => error.with_hint("the new token was revoked".into()),
            Err(revoking) => {
                error.with_hint(format!("the new token {id} could not be revoked and is still valid: {revoking}"))
            }
        }
    }

    /// Names the expired tokens when there are too many: the server counts them until it removes them, so the user has
    /// to.
    async fn explain_limit(&self, error: Error, limits: &Limits) -> Error
    where
        Session: SatisfiedBy<C>,
    {
        let is_limit = error.api().and_then(ApiError::message).is_some_and(|text| text.starts_with("Maximum "));
        if !is_limit {
            return error;
        }
        let Ok(tokens) = self.api_tokens().list().within(limits).await else { return error };
        let now = self.connection.now();
        let expired = tokens.iter().filter(|token| token.expires_at <= now);
        let names: Vec<_> =
            expired.map(|token| format!("{} ({}, {})", token.nickname, token.token_prefix, token.id)).collect();
        if names.is_empty() {
            error
        } else {
            error.with_hint(format!("delete these tokens, which have expired and still count: {}", names.join(", ")))
        }
    }

    /// Replaces an API token by a new one without a gap: creates the new token, tries it, hands it over, and then
    /// revokes the old one.
    ///
    /// The new token has the nickname of the old one, is locked to the same workspace, and is valid for `lifetime`.
    /// `hand_over` stores it where the old token was. When that fails, the new token is revoked, and the old one stays
    /// valid.
    ///
    /// ```no_run
    /// # async fn store(token: qelos_client::SecretString) -> std::io::Result<()> { drop(token); Ok(()) }
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// use std::time::Duration;
    /// use qelos_client::expiring_api_tokens;
    ///
    /// const DAY: Duration = Duration::from_hours(24);
    /// let tokens = client.api_tokens().list().await?;
    /// for old in expiring_api_tokens(&tokens, 7 * DAY, client.connection().now()) {
    ///     client.rotate_api_token(old, 90 * DAY, store).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the new token cannot be created, does not work, or cannot be handed over: the old token stays valid. Also
    /// when the new token was handed over, but the old one cannot be revoked.
    ///
    /// # Cancel safety
    ///
    /// A dropped operation may leave both tokens valid, never none.
    pub fn rotate_api_token<'c, F, R, E>(
        &'c self,
        old: &'c ApiToken,
        lifetime: Duration,
        hand_over: F,
    ) -> Operation<'c, ApiToken>
    where
        F: FnOnce(SecretString) -> R + Send + 'c,
        R: Future<Output = Result<(), E>> + Send + 'c,
        E: Display + 'c,
        Session: SatisfiedBy<C>,
    {
        Operation::new(move |limits| self.rotated(old, lifetime, hand_over, limits))
    }

    async fn rotated<F, R, E>(
        &self,
        old: &ApiToken,
        lifetime: Duration,
        hand_over: F,
        limits: Limits,
    ) -> Result<ApiToken, Error>
    where
        F: FnOnce(SecretString) -> R + Send,
        R: Future<Output = Result<(), E>> + Send,
        E: Display,
        Session: SatisfiedBy<C>,
    {
        let CreatedApiToken { token, api_token: new, .. } =
            self.created(&NewApiToken::instead_of(old, lifetime), &limits).await?;
        let handed = match self.signed_in_with(token.clone(), &limits).await {
            Ok(_) => hand_over(token)
                .await
                .map_err(|error| Error::config(format_args!("the new API token could not be handed over: {error}"))),
            Err(error) => Err(error),
        };
        if let Err(error) = handed {
            return Err(self.take_back(&new.id, error, &limits).await);
        }
        match self.api_tokens().delete(&old.id).within(&limits).await {
            Err(error) if !error.is_not_found() => {
                Err(error
                    .with_hint(format!("the new token was handed over, but the old one, {}, is still valid", old.id)))
            }
            _ => Ok(new),
        }
    }
}

/// API tokens that were not used for this long: a token that was never used counts from its creation.
///
/// ```
/// use std::time::Duration;
/// use qelos_client::{Timestamp, unused_api_tokens};
///
/// let now = Timestamp::EPOCH;
/// assert_eq!(unused_api_tokens(&[], Duration::from_hours(24 * 30), now).count(), 0);
/// ```
pub fn unused_api_tokens(tokens: &[ApiToken], time: Duration, now: Timestamp) -> impl Iterator<Item = &ApiToken> {
    tokens.iter().filter(move |token| now.since(token.last_used_at.unwrap_or(token.created)) >= time)
}

/// API tokens that expire within this time, or have already expired.
///
/// ```no_run
/// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
/// use std::time::Duration;
/// use qelos_client::expiring_api_tokens;
///
/// let tokens = client.api_tokens().list().await?;
/// let week = Duration::from_hours(24 * 7);
/// for token in expiring_api_tokens(&tokens, week, client.connection().now()) {
///     println!("{} expires at {}", token.nickname, token.expires_at);
/// }
/// # Ok(())
/// # }
/// ```
pub fn expiring_api_tokens(tokens: &[ApiToken], time: Duration, now: Timestamp) -> impl Iterator<Item = &ApiToken> {
    tokens.iter().filter(move |token| token.expires_at <= now.saturating_add(time))
}
