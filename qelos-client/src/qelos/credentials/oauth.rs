//! OAuth sessions: an access token, and a refresh token that renews it.

use qelos_spec::WorkspaceId;
use qelos_spec::api::OAuthSignIn;

use crate::qelos::claims::workspace_of;
use crate::qelos::scheme::Qelos;
use crate::session::{self, TokenSession};

#[cfg(test)]
mod model;

/// A session of an access token and a refresh token of Qelos. The client renews it before the access token expires, and
/// when the server refuses the access token: once for all callers that wait. All clones share the session. Through a
/// [store](crate::store), other processes share it as well.
pub type OAuth = TokenSession<Qelos>;

/// The changes of the tokens of a session: of one of Qelos, unless another scheme is named.
pub type TokenChanges<S = Qelos> = session::TokenChanges<S>;

impl OAuth {
    /// Signs in with this when the session cannot be renewed, or would lose its workspace.
    pub(crate) fn reauthenticating(self, mut sign_in: OAuthSignIn) -> Self {
        let now = self.current().ok();
        let now_in = || -> Option<WorkspaceId> { workspace_of(&now.as_ref()?.tokens) };
        sign_in.workspace = sign_in.workspace.or(self.scheme().workspace()).or_else(now_in);
        if now.as_ref().is_some_and(|now| now.store.is_some() && !now.has_login()) {
            tracing::warn!(login = %sign_in.username, "the session in the token store does not name its user: it is assumed to be this one, until the client signs in again");
        }
        *self.scheme().reauthenticate() = Some(sign_in.into());
        self
    }
}
