//! The handles of the resources of Qelos.

use qelos_spec::api::{ApiTokensHandle, WorkspacesHandle};

use crate::auth::Credential;
use crate::client::Client;
use crate::transport::Transport;

impl<C: Credential, T: Transport> Client<C, T> {
    /// The API tokens of the signed-in user: list, create, revoke.
    #[must_use]
    pub fn api_tokens(&self) -> ApiTokensHandle<'_, Self> {
        self.into()
    }

    /// The workspaces of the signed-in user.
    #[must_use]
    pub fn workspaces(&self) -> WorkspacesHandle<'_, Self> {
        self.into()
    }
}
