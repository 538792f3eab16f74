//! How Qelos renews a session: with its refresh token, or by signing in again to stay in a workspace.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use qelos_spec::api::{OAuthSignIn, RefreshTokens};
use qelos_spec::wire::SignedInOAuth;
use qelos_spec::{ApiError, WorkspaceId};

use crate::call::limits::Limits;
use crate::clock::jitter::Jitter;
use crate::error::Error;
use crate::qelos::races::{is_race, past_races};
use crate::qelos::workspace_mismatch::check_workspace;
use crate::session::renewal::{Outcome, Renewal, Scheme, session_ended, transient};
use crate::session::single_flight::Failure;
use crate::session::token_set::{TokenSet, usable};
use crate::transport::Transport;

/// The longest pauses before a refused renewal is sent again with the same refresh token; each is at least half as
/// long. When several sessions of one user are renewed at the same time, the server refuses some of these renewals, and
/// their refresh tokens stay valid.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_millis(400), Duration::from_millis(600), Duration::from_millis(800)];

/// The reason why a session without a password ends: it does not go on in another workspace, or in none.
const FORGOTTEN: &str = "the server has forgotten its workspace, as it does within two renewals";

/// The settings of a renewal.
pub(crate) struct QelosScheme {
    /// The sign-in that begins a new session when this one cannot be renewed.
    pub(crate) reauthenticate: Option<Arc<OAuthSignIn>>,
    /// The workspace that was asked for. The session does not go on in another one.
    pub(crate) workspace: Option<WorkspaceId>,
    /// The limits of the call that began the renewal.
    pub(crate) limits: Limits,
}

impl Scheme for QelosScheme {
    type SignIn = OAuthSignIn;

    fn sign_in(&self) -> Option<&OAuthSignIn> {
        self.reauthenticate.as_deref()
    }

    fn check(&self, tokens: &TokenSet) -> Result<(), Error> {
        if self.reauthenticate.is_none() && self.workspace.is_some() && tokens.renewal_loses_workspace() {
            return Err(Error::session_ended(FORGOTTEN));
        }
        Ok(())
    }

    fn unwanted(&self, tokens: &TokenSet) -> Option<&'static str> {
        const WHY: &str = "another process has replaced it by a session in another workspace";
        self.is_elsewhere(tokens).then_some(WHY)
    }

    async fn renew<T: Transport>(&self, tokens: &TokenSet, renewal: &Renewal<Self, T>) -> Outcome {
        match self.sign_in() {
            // The server forgets the workspace in two renewals, and the roles in it in one.
            Some(sign_in) if sign_in.workspace.is_some() => self.begin_anew(tokens, sign_in, renewal).await,
            Some(sign_in) => match self.refresh(tokens, renewal).await {
                Err(Failure::Refused(_)) => self.begin_anew(tokens, sign_in, renewal).await,
                outcome => outcome,
            },
            None => self.refresh(tokens, renewal).await.and_then(|tokens| self.in_its_workspace(tokens)),
        }
    }

    /// Begins a new session in place of one that cannot be renewed. It tries once: a server that also refuses the
    /// sign-in does not accept this user any more.
    async fn begin_anew<T: Transport>(
        &self,
        tokens: &TokenSet,
        sign_in: &OAuthSignIn,
        renewal: &Renewal<Self, T>,
    ) -> Outcome {
        const WHY: &str = "it cannot be renewed, and the server refused to sign in again: has the password changed?";
        tokens.check_login(&sign_in.username).map_err(Failure::Refused)?;
        let signed_in =
            past_races(|| renewal.connection.call_within(sign_in, self.limits.clone())).await.map_err(|error| {
                if refuses(&error) && !is_race(&error) { session_ended(WHY, &error) } else { transient(error) }
            })?;
        let SignedInOAuth { tokens: next, signed_in, .. } = signed_in.payload;
        check_workspace(sign_in.workspace, signed_in.workspace.map(|workspace| workspace.id))
            .map_err(Failure::Refused)?;
        let next = usable(next).map_err(|error| Failure::Transient(error, None))?;
        tokens.begun_anew(next, renewal.connection.now(), &sign_in.username).map_err(Failure::Refused)
    }
}

impl QelosScheme {
    /// Exchanges the refresh token. The request carries no credential, so it waits for no other renewal.
    async fn refresh<T: Transport>(&self, tokens: &TokenSet, renewal: &Renewal<Self, T>) -> Outcome {
        let mut pauses = PAUSES.into_iter();
        loop {
            let refresh = RefreshTokens { refresh: tokens.tokens.refresh.clone() };
            let error = match renewal.connection.call_within(&refresh, self.limits.clone()).await {
                Ok(response) => return renewal.accept(tokens, response.payload.after(&tokens.tokens)),
                Err(error) => error,
            };
            if !refuses(&error) {
                return Err(transient(error));
            }
            // If the lock was lost meanwhile, another process may have renewed the session.
            if let Some(newer) = renewal.stored(tokens).await? {
                return Ok(newer);
            }
            let pause = pauses.next().filter(|_| error.is_unauthorized());
            let Some(pause) = pause else { return Err(renewal.refused(tokens, &error)) };
            tokio::time::sleep(Jitter::new().upper_half(pause)).await;
        }
    }

    /// Ends a session that the server has moved to another workspace: it would read and change the wrong data.
    fn in_its_workspace(&self, tokens: TokenSet) -> Outcome {
        if self.is_elsewhere(&tokens) {
            return Err(Failure::Over(Error::session_ended(FORGOTTEN)));
        }
        Ok(tokens)
    }

    fn is_elsewhere(&self, tokens: &TokenSet) -> bool {
        let wanted = self.wanted_workspace();
        wanted.is_some() && tokens.workspace() != wanted
    }

    fn wanted_workspace(&self) -> Option<WorkspaceId> {
        self.reauthenticate.as_ref().and_then(|sign_in| sign_in.workspace).or(self.workspace)
    }
}

/// Whether the server refuses the token or the password: 401, or 400 with `invalid_grant` (RFC 6749 §5.2). Any other
/// failure says nothing about the session: a 403 of a proxy, a server that is down, a connection that breaks.
fn refuses(error: &Error) -> bool {
    let is_invalid_grant = |api: &ApiError| {
        api.status() == StatusCode::BAD_REQUEST
            && [api.code(), api.message()].into_iter().flatten().any(|text| text == "invalid_grant")
    };
    error.api().is_some_and(|api| api.status() == StatusCode::UNAUTHORIZED || is_invalid_grant(api))
}
