//! API tokens: one header, never renewed.

use std::sync::Arc;

use qelos_spec::api::GetMe;
use qelos_spec::{ExposeSecret, SecretString};

use crate::auth::{Authorization, Credential, CredentialHeader, CredentialKind, Evidence, Probe, Refusal, Verdict};
use crate::client::builder::Builder;
use crate::connection::Connection;
use crate::error::Error;
use crate::qelos::verdict::verdict_of_qelos;
use crate::transport::Transport;

/// An API token, sent as `x-api-key` with every request.
///
/// It is never renewed. It may not manage API tokens: the compiler refuses that, as the server does.
#[derive(Debug, Clone)]
pub struct ApiTokenAuth {
    header: CredentialHeader,
    evidence: Arc<Evidence>,
}

impl ApiTokenAuth {
    /// A credential of this API token, `ql_…`. Blanks and line breaks around it are cut off.
    ///
    /// # Errors
    ///
    /// When the token is empty, or contains a blank or a character that is not allowed in a header.
    pub fn new(token: impl Into<SecretString>) -> Result<Self, Error> {
        let token = token.into();
        let token = token.expose_secret().trim();
        if token.is_empty() {
            return Err(Error::config("the API token is empty"));
        }
        let header = CredentialHeader::api_key(token).map_err(|_| {
            Error::config("the API token contains a character that headers do not allow, such as a line break: copy the token alone")
        })?;
        if token.contains(char::is_whitespace) {
            return Err(Error::config("the API token contains a blank: copy the token alone"));
        }
        Ok(Self { header, evidence: Arc::default() })
    }
}

impl<C, T> Builder<C, T> {
    /// Sends this API token with every request. Default: no credential.
    pub fn api_token(self, token: impl Into<SecretString>) -> Builder<ApiTokenAuth, T> {
        self.with(ApiTokenAuth::new(token))
    }
}

impl Credential for ApiTokenAuth {
    fn kind(&self) -> CredentialKind {
        CredentialKind::ApiToken
    }

    async fn authorize<T: Transport>(&self, _: &Connection<T>) -> Result<Option<Authorization>, Error> {
        Ok(Some(Authorization::new(self.header.clone())))
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
