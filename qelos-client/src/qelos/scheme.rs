//! The sessions of Qelos: renewed with a refresh token, or by signing in again to stay in a workspace.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use qelos_spec::api::{GetMe, OAuthSignIn, RefreshTokens, SignOut};
use qelos_spec::auth::{CredentialKind, Privileged, Session, SignedIn};
use qelos_spec::wire::{SignedInOAuth, Tokens};
use qelos_spec::{Endpoint, SecretString, WorkspaceId};

use crate::auth::{Proof, Refusal, Verdict};
use crate::call::limits::Limits;
use crate::connection::Connection;
use crate::error::Error;
use crate::error::credential_facts::CredentialFacts;
use crate::qelos::advice::QELOS;
use crate::qelos::claims::{Loss, loss, workspace_of};
use crate::qelos::races::{is_race, past_races};
use crate::qelos::verdict::verdict_of_qelos;
use crate::qelos::workspace_mismatch::check_workspace;
use crate::session::claims::Claims;
use crate::session::store::StoreError;
use crate::session::token_set::usable;
use crate::session::{Life, RenewBy, RenewalFailed, Reuse, Satisfies, SessionScheme, SessionTokens};
use crate::transport::Transport;

#[cfg(test)]
mod tests;

/// The reason why a session without a password ends: it does not go on in another workspace, or in none.
const FORGOTTEN: &str = "the server has forgotten its workspace, as it does within two renewals";

/// How Qelos renews sessions of tokens: the scheme of [`OAuth`](crate::OAuth).
#[derive(Debug, Clone, Default)]
pub struct Qelos {
    /// The name of the sign-in.
    login: Option<String>,
    /// The workspace that the sign-in asked for. The session does not go on in another one.
    workspace: Option<WorkspaceId>,
    /// The sign-in that begins a new session when this one cannot be renewed, for all clones that share it.
    reauthenticate: Arc<Mutex<Option<Arc<OAuthSignIn>>>>,
}

impl Qelos {
    /// The scheme of a session that a user with this name begins in this workspace.
    pub(crate) fn signed_in(username: &str, workspace: Option<WorkspaceId>) -> Self {
        Self { login: Some(login(username)), workspace, reauthenticate: Arc::default() }
    }

    /// The workspace that the sign-in asked for.
    pub(crate) fn workspace(&self) -> Option<WorkspaceId> {
        self.workspace
    }

    pub(crate) fn reauthenticate(&self) -> MutexGuard<'_, Option<Arc<OAuthSignIn>>> {
        self.reauthenticate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_elsewhere(&self, tokens: &Tokens) -> bool {
        let of_sign_in = self.reauthenticate().as_ref().and_then(|sign_in| sign_in.workspace);
        let wanted = of_sign_in.or(self.workspace);
        wanted.is_some() && workspace_of(tokens) != wanted
    }
}

/// A user name as it is sent: in lower case and trimmed, because the server stores it like that.
pub(crate) fn login(username: &str) -> String {
    username.to_lowercase().trim().to_owned()
}

impl Satisfies<SignedIn> for Qelos {}
impl Satisfies<Privileged> for Qelos {}
impl Satisfies<Session> for Qelos {}

impl SessionTokens for Tokens {
    fn access(&self) -> &SecretString {
        &self.access
    }

    fn refresh(&self) -> Option<&SecretString> {
        Some(&self.refresh)
    }
}

impl SessionScheme for Qelos {
    const NAME: &'static str = "qelos";
    const KIND: CredentialKind = CredentialKind::OAuth;
    const REUSE: Reuse = Reuse::IsRefused;
    const TOKENS_HOLD_ROLES: bool = true;

    type Tokens = Tokens;

    /// A renewal that loses something waits until the token has expired.
    fn life(&self, held: &Tokens) -> Life {
        let life = Life::of_jwt(&held.access);
        if loss(held) == Loss::Nothing { life } else { life.used_up() }
    }

    fn subject(&self, held: &Tokens) -> Option<String> {
        Claims::of(&held.access)?.subject()
    }

    fn login(&self) -> Option<String> {
        let of_sign_in = self.reauthenticate().as_ref().map(|sign_in| login(&sign_in.username));
        of_sign_in.or_else(|| self.login.clone())
    }

    fn scope(&self) -> Option<String> {
        self.workspace.map(|workspace| workspace.to_string())
    }

    fn restored(self, scope: Option<&str>) -> Result<Self, Error> {
        let malformed = |_| StoreError::new("the workspace of the session in the token store is not an id");
        let workspace = scope.map(str::parse).transpose().map_err(malformed)?;
        Ok(Self { workspace, ..self })
    }

    /// The server forgets the workspace in two renewals, and the roles in it in one.
    fn renew_by(&self, held: &Tokens) -> RenewBy {
        match &*self.reauthenticate() {
            Some(sign_in) if sign_in.workspace.is_some() => RenewBy::SignIn,
            Some(_) => RenewBy::ExchangeOrSignIn,
            None if self.workspace.is_some() && loss(held) == Loss::Workspace => RenewBy::nothing(FORGOTTEN),
            None => RenewBy::Exchange,
        }
    }

    /// Exchanges the refresh token. The server refuses some renewals without a reason: when several sessions of one user
    /// are renewed at the same time. Their refresh tokens stay good.
    async fn renew<T: Transport>(&self, held: &Tokens, via: &Connection<T>) -> Result<Tokens, RenewalFailed> {
        let renewed = via.call(&RefreshTokens::new(held.refresh.clone())).await;
        let next = renewed.map_err(|error| match error.status() {
            Some(StatusCode::UNAUTHORIZED) if error.api().is_some() => RenewalFailed::Contested(error),
            _ => error.into(),
        })?;
        let next = usable(next.payload.after(held))?;
        // It would read and change the wrong data.
        if self.reauthenticate().is_none() && self.is_elsewhere(&next) {
            return Err(RenewalFailed::over(FORGOTTEN));
        }
        Ok(next)
    }

    async fn sign_in_again<T: Transport>(&self, _: &Tokens, via: &Connection<T>) -> Result<Tokens, RenewalFailed> {
        let sign_in = self.reauthenticate().clone();
        let sign_in = sign_in.ok_or_else(|| RenewalFailed::over("there is no password to sign in again"))?;
        let signed_in = past_races(|| via.call(&*sign_in)).await;
        let signed_in = signed_in.map_err(|error| {
            if is_race(&error) { RenewalFailed::Transient(error) } else { RenewalFailed::from(error) }
        })?;
        let SignedInOAuth { tokens, signed_in, .. } = signed_in.payload;
        check_workspace(sign_in.workspace, signed_in.workspace.map(|workspace| workspace.id))
            .map_err(RenewalFailed::Refused)?;
        Ok(tokens)
    }

    fn accepts(&self, stored: &Tokens) -> Result<(), &'static str> {
        const WHY: &str = "another process has replaced it by a session in another workspace";
        if self.is_elsewhere(stored) { Err(WHY) } else { Ok(()) }
    }

    fn judge(&self, refusal: &Refusal<'_>) -> Verdict {
        verdict_of_qelos(refusal)
    }

    fn probe(&self) -> Option<impl Endpoint + Send + Sync> {
        Some(GetMe)
    }

    /// In a workspace, a renewal loses the roles.
    fn may_renew(&self, held: &Tokens, cause: Verdict) -> bool {
        let stays = workspace_of(held).is_none();
        stays || cause == Verdict::Unknown && self.reauthenticate().is_some()
    }

    /// Revokes the refresh token on the server, which takes a valid access token of the same pair. When the access
    /// token has expired, a last renewal gets a new pair: otherwise the refresh token would stay valid, and a copy of
    /// it could be used.
    async fn end<T: Transport>(&self, last: &Tokens, via: &Connection<T>) -> Result<(), Error> {
        match send_logout(&last.access, via).await {
            Err(error) if error.is_unauthorized() => {}
            done => return done,
        }
        match via.call(&RefreshTokens::new(last.refresh.clone())).await {
            Ok(renewed) => unless_unknown(send_logout(&renewed.payload.access, via).await),
            Err(error) => unless_unknown(Err(error)),
        }
    }
}

/// The last request of a session.
async fn send_logout<T: Transport>(access: &SecretString, via: &Connection<T>) -> Result<(), Error> {
    const OAUTH: CredentialFacts =
        CredentialFacts { kind: Qelos::KIND, is_chosen_at_run_time: false, advice: |_| &QELOS };
    via.call_as(&SignOut, Some(&Proof::bearer(access)?), OAUTH, Limits::default()).await
}

/// Treats a 401 as success: the server does not know the session any more, so the session has ended.
pub(crate) fn unless_unknown(signed_out: Result<(), Error>) -> Result<(), Error> {
    signed_out.or_else(|error| if error.is_unauthorized() { Ok(()) } else { Err(error) })
}
