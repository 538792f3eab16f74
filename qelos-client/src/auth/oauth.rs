//! OAuth sessions: an access token, and a refresh token that renews it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use qelos_spec::api::{OAuthSignIn, RefreshTokens};
use qelos_spec::wire::Tokens;
use qelos_spec::{ExposeSecret, SecretString, Timestamp, WorkspaceId};
use serde::Deserialize;

use crate::auth::refresh::{Edition, Failure, Lost, Refresher};
use crate::auth::{Authorization, Credential, CredentialKind, Stamp, check_workspace};
use crate::connection::Connection;
use crate::error::{Error, Kind};
use crate::transport::Transport;

/// How long before its expiry an access token is renewed, at most. Never earlier than half-way through its life.
const MARGIN: Duration = Duration::from_mins(1);

/// An access token, renewed with its refresh token before it expires and when the server refuses it: once for all who
/// wait. The session is shared by all clones.
#[derive(Clone)]
pub struct OAuth {
    session: Arc<Refresher<Held, Error>>,
    /// How to begin a new session when this one cannot be renewed.
    again: Option<Arc<OAuthSignIn>>,
    /// The workspace that was asked for. The session does not go on in another one.
    workspace: Option<WorkspaceId>,
}

/// The tokens of a session, and when they want to be renewed, on the clock of this machine.
#[derive(Clone)]
struct Held {
    tokens: Tokens,
    renew_at: Timestamp,
    expires_at: Timestamp,
}

impl OAuth {
    /// Tokens the server has just issued.
    pub(crate) fn issued(tokens: Tokens, workspace: Option<WorkspaceId>, now: Timestamp) -> Self {
        Self { session: Refresher::new(Held::issued(tokens, now)), again: None, workspace }
    }

    /// Tokens from an earlier run.
    pub(crate) fn stored(tokens: Tokens) -> Self {
        Self { session: Refresher::new(Held::stored(tokens)), again: None, workspace: None }
    }

    /// Signs in with these when the session cannot be renewed, or not in the workspace it is in now.
    pub(crate) fn or_again(mut self, mut sign_in: OAuthSignIn) -> Self {
        sign_in.workspace =
            sign_in.workspace.or(self.workspace).or_else(|| Claims::of(&self.tokens().ok()?.access)?.workspace());
        self.again = Some(Arc::new(sign_in));
        self
    }

    pub(crate) fn tokens(&self) -> Result<Tokens, Error> {
        self.session.current().map(|edition| edition.value.tokens)
    }

    /// The tokens after the one now in use.
    pub(crate) async fn refresh<T: Transport>(&self, connection: &Connection<T>) -> Result<Tokens, Error> {
        let current = self.session.current()?;
        self.renewed(current.generation, connection).await.map(|edition| edition.value.tokens)
    }

    /// Ends the session for every client that shares it, and hands out the newest proof for the last request: when a
    /// refresh is under way, the one it brings.
    pub(crate) async fn end(&self) -> Result<Authorization, Error> {
        let last = self.session.settled().await?;
        self.session.end(Error::new(Kind::SessionEnded("it was signed out", None)));
        authorization(&last)
    }

    async fn renewed<T: Transport>(&self, stale: u64, connection: &Connection<T>) -> Result<Edition<Held>, Error> {
        let fetch = |held: Held| {
            let (connection, again, workspace) = (connection.clone(), self.again.clone(), self.workspace);
            async move {
                match again {
                    // The server forgets the workspace in two refreshes, and the roles in it in one.
                    Some(sign_in) if sign_in.workspace.is_some() => sign_in_again(&sign_in, &connection).await,
                    Some(sign_in) => match refresh(held.tokens.refresh, &connection).await {
                        Err(Failure::Final(_)) => sign_in_again(&sign_in, &connection).await,
                        outcome => outcome,
                    },
                    None => refresh(held.tokens.refresh, &connection).await.and_then(|held| held.staying_in(workspace)),
                }
            }
        };
        self.session.renew(stale, fetch).await
    }
}

/// One refresh. The request carries the refresh token and nothing else, and waits for nobody.
async fn refresh<T: Transport>(token: SecretString, connection: &Connection<T>) -> Result<Held, Failure<Error>> {
    const WHY: &str =
        "the server refused to renew it: it has expired or was revoked, or another process has used its refresh token";
    match connection.call(&RefreshTokens { refresh: token }).await {
        Ok(answer) => Ok(Held::issued(answer.payload.tokens, connection.now())),
        Err(error) => Err(ended_if_refused(error, WHY)),
    }
}

/// A new session in place of one that cannot be renewed: once, since whoever is refused twice is not known any more.
async fn sign_in_again<T: Transport>(
    sign_in: &OAuthSignIn,
    connection: &Connection<T>,
) -> Result<Held, Failure<Error>> {
    const WHY: &str = "it cannot be renewed, and the server refused to sign in again: has the password changed?";
    let answer = connection.call(sign_in).await.map_err(|error| ended_if_refused(error, WHY))?.payload;
    check_workspace(sign_in.workspace, answer.signed_in.workspace.map(|workspace| workspace.id))
        .map_err(Failure::Final)?;
    Ok(Held::issued(answer.tokens, connection.now()))
}

fn ended_if_refused(error: Error, why: &'static str) -> Failure<Error> {
    if matches!(error.status(), Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)) {
        Failure::Final(Error::new(Kind::SessionEnded(why, error.api().cloned())))
    } else {
        Failure::Passing(error)
    }
}

impl Credential for OAuth {
    fn kind(&self) -> CredentialKind {
        CredentialKind::OAuth
    }

    async fn authorize<T: Transport>(&self, connection: &Connection<T>) -> Result<Option<Authorization>, Error> {
        let current = self.session.current()?;
        if connection.now() < current.value.renew_at {
            return authorization(&current).map(Some);
        }
        match self.renewed(current.generation, connection).await {
            Ok(renewed) => authorization(&renewed).map(Some),
            // It was early: what is still valid is still good.
            Err(error) if !error.is_session_ended() && connection.now() < current.value.expires_at => {
                authorization(&current).map(Some)
            }
            Err(error) => Err(error),
        }
    }

    async fn renew<T: Transport>(
        &self,
        refused: &Authorization,
        connection: &Connection<T>,
    ) -> Result<Option<Authorization>, Error> {
        let renewed = self.renewed(refused.generation, connection).await?;
        authorization(&renewed).map(Some)
    }
}

fn authorization(edition: &Edition<Held>) -> Result<Authorization, Error> {
    let stamp = Stamp::bearer(edition.value.tokens.access.expose_secret())
        .map_err(|_| Error::config("the access token holds a character that no header may hold"))?;
    Ok(Authorization { stamp, generation: edition.generation })
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = self.session.current();
        let expires_at = current.as_ref().map(|edition| edition.value.expires_at).ok();
        f.debug_struct("OAuth")
            .field("expires_at", &expires_at)
            .field("ended", &current.is_err())
            .finish_non_exhaustive()
    }
}

impl Held {
    /// Rather no session than one that quietly works on elsewhere.
    fn staying_in(self, workspace: Option<WorkspaceId>) -> Result<Self, Failure<Error>> {
        const WHY: &str = "the server has forgotten its workspace, as it does within two refreshes";
        let got = Claims::of(&self.tokens.access).and_then(|claims| claims.workspace());
        match workspace {
            Some(_) if got != workspace => Err(Failure::Final(Error::new(Kind::SessionEnded(WHY, None)))),
            _ => Ok(self),
        }
    }

    /// The clock of the server may differ from ours, but the length of a life does not.
    fn issued(tokens: Tokens, now: Timestamp) -> Self {
        match Claims::of(&tokens.access) {
            Some(Claims { exp: Some(exp), iat: Some(iat), .. }) if exp > iat => {
                let life = Duration::from_secs(exp.saturating_sub(iat).unsigned_abs());
                Self {
                    renew_at: now.saturating_add(life.saturating_sub(MARGIN.min(life / 2))),
                    expires_at: now.saturating_add(life),
                    tokens,
                }
            }
            _ => Self::stored(tokens),
        }
    }

    /// When it was issued is not known here, so the clocks have to agree. A token without an expiry is used until it is
    /// refused.
    fn stored(tokens: Tokens) -> Self {
        let claims = Claims::of(&tokens.access);
        let at = |seconds: i64| Timestamp::from_unix_millis(seconds.saturating_mul(1000));
        let expires_at = claims.as_ref().and_then(|claims| claims.exp).map_or(Timestamp::MAX, at);
        let life = claims.and_then(|claims| claims.iat).map_or(Duration::MAX, |iat| expires_at.since(at(iat)));
        Self { renew_at: expires_at.saturating_sub(MARGIN.min(life / 2)), expires_at, tokens }
    }
}

/// What is read from an access token, unverified: it is the server's business whether it is genuine.
#[derive(Deserialize)]
struct Claims {
    exp: Option<i64>,
    iat: Option<i64>,
    workspace: Option<serde_json::Value>,
}

impl Claims {
    fn of(token: &SecretString) -> Option<Self> {
        let payload = token.expose_secret().split('.').nth(1)?;
        let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&json).ok()
    }

    fn workspace(&self) -> Option<WorkspaceId> {
        self.workspace.as_ref()?.get("_id")?.as_str()?.parse().ok()
    }
}

impl From<Lost> for Error {
    fn from(lost: Lost) -> Self {
        Self::config(match lost {
            Lost::NoRuntime => "renewing a token needs a tokio runtime, and this call is made outside of one",
            Lost::Abandoned => "the task that renews the token was stopped before it was done",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(claims: &str) -> Tokens {
        let access = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
        serde_json::from_value(serde_json::json!({ "token": access, "refreshToken": "r" })).unwrap()
    }

    const NOW: i64 = 1_000_000;

    fn held(claims: &str) -> (i64, i64) {
        let held = Held::issued(tokens(claims), Timestamp::from_unix_millis(NOW));
        (held.renew_at.unix_millis() - NOW, held.expires_at.unix_millis() - NOW)
    }

    #[test]
    fn a_fresh_token_is_renewed_a_minute_before_its_end_whatever_the_servers_clock_says() {
        assert_eq!(held(r#"{"iat":9000,"exp":27000}"#), (17_940_000, 18_000_000));
        assert_eq!(held(r#"{"iat":5,"exp":7}"#), (1_000, 2_000), "a short life is used for half of it at least");
    }

    #[test]
    fn a_token_that_does_not_say_is_used_until_it_is_refused() {
        for odd in ["{}", "not json", r#"{"exp":"soon"}"#] {
            assert_eq!(Held::stored(tokens(odd)).expires_at, Timestamp::MAX, "{odd}");
        }
    }

    #[test]
    fn a_stored_token_expires_when_it_says() {
        let held = Held::stored(tokens(r#"{"iat":1000,"exp":4000}"#));
        assert_eq!((held.renew_at.unix_millis(), held.expires_at.unix_millis()), (3_940_000, 4_000_000));
    }
}
