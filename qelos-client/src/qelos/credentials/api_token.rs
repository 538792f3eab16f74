//! API tokens: one header, never refreshed.

use std::sync::Arc;

use qelos_spec::api::GetMe;
use qelos_spec::{ExposeSecret, SecretString};

use crate::auth::{Authorization, Credential, CredentialKind, Evidence, Probe, Refusal, Stamp, Verdict};
use crate::connection::Connection;
use crate::error::Error;
use crate::qelos::verdict::verdict_of_qelos;
use crate::transport::Transport;

/// An API token, sent as `x-api-key` with every request.
///
/// It is never refreshed, and may not manage API tokens: the server refuses that, and so does the compiler.
#[derive(Debug, Clone)]
pub struct ApiTokenAuth {
    stamp: Stamp,
    evidence: Arc<Evidence>,
}

impl ApiTokenAuth {
    /// Takes a token as it was created: `ql_…`. Space around it, as files and variables add it, is cut off.
    ///
    /// # Errors
    ///
    /// When it is empty, or holds a blank or a character that no header may hold: no token does.
    pub fn new(token: impl Into<SecretString>) -> Result<Self, Error> {
        let token = token.into();
        let token = token.expose_secret().trim();
        if token.is_empty() {
            return Err(Error::config("the API token is empty"));
        }
        let stamp = Stamp::api_key(token).map_err(|_| {
            Error::config("the API token holds a character that no header may hold, such as a line break")
        })?;
        if token.contains(char::is_whitespace) {
            return Err(Error::config("the API token holds a blank: is it more than the token?"));
        }
        Ok(Self { stamp, evidence: Arc::default() })
    }
}

impl Credential for ApiTokenAuth {
    fn kind(&self) -> CredentialKind {
        CredentialKind::ApiToken
    }

    async fn authorize<T: Transport>(&self, _: &Connection<T>) -> Result<Option<Authorization>, Error> {
        Ok(Some(Authorization::new(self.stamp.clone())))
    }

    fn judge(&self, refusal: &Refusal<'_>) -> Verdict {
        verdict_of_qelos(refusal)
    }

    async fn probe<T: Transport>(
        &self,
        proof: &Authorization,
        connection: &Connection<T>,
    ) -> Result<Option<Probe>, Error> {
        self.evidence.probe(&GetMe, self, proof, connection).await
    }
}
