//! Invites of the signed-in user to workspaces. Those that a workspace has sent are a field of the workspace.

use crate::auth::SignedIn;
use crate::id::WorkspaceId;
use crate::resource;
use crate::wire::{Done, InviteReply, InvitedTo};

/// The invites of the signed-in user.
///
/// The server compares the e-mail address of the session with that of the invite.
///
/// # Errors
///
/// A reply to an invite that does not exist, or that was replied to, is a 404.
#[resource(path = "/api/invites", auth = SignedIn, decode, crate = crate)]
pub trait Invites {
    /// Lists the workspaces that the user is invited to.
    #[get]
    #[doc(alias = "getList")]
    async fn list(&self) -> Vec<InvitedTo>;

    /// Accepts or declines an invite. With the next token, the user is in the workspace.
    ///
    /// The new member has the roles `member` and `user`: the server ignores those of the invite.
    #[post]
    #[doc(alias = "acceptWorkspace")]
    #[doc(alias = "declineWorkspace")]
    async fn reply(&self, workspace: &WorkspaceId, #[serde(rename = "kind")] reply: &InviteReply) -> Done;
}
