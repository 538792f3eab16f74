//! OAuth sessions: an access token, and a refresh token that renews it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use qelos_spec::api::{GetMe, OAuthSignIn};
use qelos_spec::wire::Tokens;
use qelos_spec::{Timestamp, WorkspaceId};

use crate::auth::{Authorization, Credential, CredentialKind, Evidence, Probe, Proof, Refusal, Refused, Verdict};
use crate::call::limits::Limits;
use crate::connection::Connection;
use crate::error::Error;
use crate::qelos::renewal::QelosScheme;
use crate::qelos::verdict::verdict_of_qelos;
use crate::session::TokenSession;
use crate::session::single_flight::{Perishable, Versioned};
use crate::session::store::{AnyStore, StoredSession};
use crate::session::token_set::TokenSet;
use crate::transport::Transport;

#[cfg(test)]
mod model;

/// A session of an access token and a refresh token. The client renews it before the access token expires, and when the
/// server refuses the access token: once for all callers that wait. All clones share the session. Through a
/// [store](crate::store), other processes share it as well.
#[derive(Clone)]
pub struct OAuth {
    pub(crate) session: TokenSession,
    /// The sign-in that begins a new session when this one cannot be renewed, for all clones that share it.
    reauthenticate: Arc<Mutex<Option<Arc<OAuthSignIn>>>>,
    evidence: Arc<Evidence>,
}

/// The least age of an access token that is renewed because a permission is missing.
const OLD_ROLES: Duration = Duration::from_mins(1);

impl OAuth {
    /// Tokens the server has just issued.
    pub(crate) fn issued(tokens: Tokens, workspace: Option<WorkspaceId>, now: Timestamp) -> Self {
        Self::new(TokenSession::new(TokenSet::issued(tokens, now), workspace))
    }

    /// Tokens the server has just issued to a user that signed in with this name.
    pub(crate) fn signed_in(tokens: Tokens, username: &str, workspace: Option<WorkspaceId>, now: Timestamp) -> Self {
        Self::new(TokenSession::new(TokenSet::issued(tokens, now).signed_in_as(username), workspace))
    }

    /// Tokens that the application has kept.
    pub(crate) fn from_tokens(tokens: Tokens) -> Self {
        Self::new(TokenSession::new(TokenSet::from_tokens(tokens), None))
    }

    /// The session in a store, if there is one. A session of another server than that of the connection is an error.
    pub(crate) async fn restore<T: Transport>(
        store: Arc<dyn AnyStore>,
        connection: &Connection<T>,
    ) -> Result<Option<Self>, Error> {
        Ok(TokenSession::restore(store, connection).await?.map(Self::new))
    }

    /// A session that was loaded from a store.
    pub(crate) fn from_store(stored: StoredSession, store: Arc<dyn AnyStore>) -> Self {
        Self::new(TokenSession::from_store(stored, store))
    }

    fn new(session: TokenSession) -> Self {
        Self { session, reauthenticate: Arc::default(), evidence: Arc::default() }
    }

    /// Signs in with this when the session cannot be renewed, or would lose its workspace.
    pub(crate) fn reauthenticating(self, mut sign_in: OAuthSignIn) -> Self {
        let now = self.session.current().ok();
        let now_in = || now.as_ref()?.workspace();
        sign_in.workspace = sign_in.workspace.or(self.session.workspace()).or_else(now_in);
        if now.as_ref().is_some_and(|now| now.store.is_some() && !now.has_login()) {
            tracing::warn!(login = %sign_in.username, "the session in the token store does not name its user: it is assumed to be this one, until the client signs in again");
        }
        *self.reauthenticate() = Some(Arc::new(sign_in));
        self
    }

    pub(crate) fn tokens(&self) -> Result<Tokens, Error> {
        self.session.current().map(|current| Tokens::clone(&current.tokens))
    }

    /// Renews the tokens now in use, and returns the new ones.
    pub(crate) async fn refresh<T: Transport>(
        &self,
        connection: &Connection<T>,
        limits: Limits,
    ) -> Result<Tokens, Error> {
        let renewed = self.session.renewed(self.session.generation(), connection, || self.scheme(limits)).await?;
        Ok(Tokens::clone(&renewed.value.tokens))
    }

    fn scheme(&self, limits: Limits) -> QelosScheme {
        let reauthenticate = self.reauthenticate().clone();
        QelosScheme { reauthenticate, workspace: self.session.workspace(), limits }
    }

    /// Whether the session is in no workspace, so that a renewal loses no roles.
    fn has_no_workspace(&self) -> Result<bool, Error> {
        Ok(self.session.current()?.workspace().is_none())
    }

    fn reauthenticate(&self) -> MutexGuard<'_, Option<Arc<OAuthSignIn>>> {
        self.reauthenticate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Credential for OAuth {
    fn kind(&self) -> CredentialKind {
        CredentialKind::OAuth
    }

    async fn authorize<T: Transport>(&self, connection: &Connection<T>) -> Result<Option<Authorization>, Error> {
        let scheme = || self.scheme(Limits::default());
        authorization(&self.session.fresh(connection, scheme).await?).map(Some)
    }

    async fn settled(&self) -> Result<(), Error> {
        self.session.settled().await
    }

    /// A refusal of tokens that were renewed meanwhile counts as one of the proof, so that the new tokens are tried.
    fn judge(&self, refusal: &Refusal<'_>) -> Verdict {
        match verdict_of_qelos(refusal) {
            Verdict::Unknown if refusal.generation() != self.session.generation() => Verdict::Proof,
            verdict => verdict,
        }
    }

    async fn probe<T: Transport>(
        &self,
        proof: &Authorization,
        connection: &Connection<T>,
    ) -> Result<Option<Probe>, Error> {
        self.evidence.probe(&GetMe, self, proof, connection).await
    }

    /// Renews bad tokens. Tokens that are or may be good are renewed only outside of a workspace, where a renewal loses
    /// no roles, and less and less often.
    async fn renew<T: Transport>(
        &self,
        refused: &Refused<'_>,
        connection: &Connection<T>,
    ) -> Result<Option<Authorization>, Error> {
        let now = connection.now();
        let claimed = || self.evidence.claim_renewal(refused.endpoint, now);
        let may_renew = match refused.verdict {
            Verdict::Proof => true,
            Verdict::Other => false,
            Verdict::Permission => self.has_no_workspace()? && has_old_roles(refused.proof, now) && claimed(),
            Verdict::Unknown => (self.has_no_workspace()? || self.reauthenticate().is_some()) && claimed(),
        };
        if !may_renew {
            return Ok(None);
        }
        let scheme = || self.scheme(Limits::default());
        authorization(&self.session.renewed(refused.proof.generation, connection, scheme).await?).map(Some)
    }
}

fn has_old_roles(proof: &Authorization, now: Timestamp) -> bool {
    proof.roles_as_of.is_none_or(|as_of| now.since(as_of) >= OLD_ROLES)
}

fn authorization(version: &Versioned<TokenSet>) -> Result<Authorization, Error> {
    let Versioned { value, generation } = version;
    let proof = match &value.header {
        Some(header) => header.clone().into(),
        None => Proof::bearer(&value.tokens.access)?,
    };
    Ok(Authorization { roles_as_of: value.issued_at, ..Authorization::of_generation(proof, *generation) })
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = self.session.current();
        let expires_at = current.as_ref().map(Perishable::expires_at).ok();
        f.debug_struct("OAuth")
            .field("expires_at", &expires_at)
            .field("ended", &current.is_err())
            .finish_non_exhaustive()
    }
}
