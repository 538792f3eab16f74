//! No credential.

use crate::auth::{Authorization, Credential, CredentialKind};
use crate::connection::Connection;
use crate::error::Error;
use crate::transport::Transport;

/// The absence of a credential: a client has it before it signs in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Anonymous;

impl Credential for Anonymous {
    fn kind(&self) -> CredentialKind {
        CredentialKind::Anonymous
    }

    async fn authorize<T: Transport>(&self, _: &Connection<T>) -> Result<Option<Authorization>, Error> {
        Ok(None)
    }
}
