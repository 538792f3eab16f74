//! The resources of Qelos, one line each; and the workspace that a session is in.

use qelos_spec::WorkspaceId;
use qelos_spec::api::{ApiTokensHandle, WorkspacesHandle};

use crate::auth::Credential;
use crate::client::Client;
use crate::error::{Error, Kind};
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

/// The server leaves a wish it cannot fulfil aside without a word, and works on in another workspace.
pub(crate) fn check_workspace(wanted: Option<WorkspaceId>, got: Option<WorkspaceId>) -> Result<(), Error> {
    match wanted {
        Some(wanted) if got != Some(wanted) => Err(Error::new(Kind::OtherWorkspace(wanted, got))),
        _ => Ok(()),
    }
}
