//! Checks that the server works in the workspace that was asked for.

use qelos_spec::WorkspaceId;

use crate::error::{Error, Kind};

/// An error when the workspaces differ. The server gives no error when it ignores the workspace that a sign-in asks
/// for.
pub(crate) fn check_workspace(wanted: Option<WorkspaceId>, got: Option<WorkspaceId>) -> Result<(), Error> {
    match wanted {
        Some(wanted) if got != Some(wanted) => Err(Error::new(Kind::WorkspaceMismatch(wanted, got))),
        _ => Ok(()),
    }
}
