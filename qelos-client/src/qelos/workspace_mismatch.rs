//! Whether the server works in the workspace that was asked for.

use qelos_spec::WorkspaceId;

use crate::error::{Error, Kind};

/// The server ignores a workspace that it cannot take the user to, without a word, and works on in another one.
pub(crate) fn check_workspace(wanted: Option<WorkspaceId>, got: Option<WorkspaceId>) -> Result<(), Error> {
    match wanted {
        Some(wanted) if got != Some(wanted) => Err(Error::new(Kind::OtherWorkspace(wanted, got))),
        _ => Ok(()),
    }
}
