//! Invites to a workspace. The server has no routes for them: they are a field of the workspace, which is read, changed
//! and written back. When two clients do that at the same time, one of the changes may be lost.

use qelos_spec::api::UpdateWorkspace;
use qelos_spec::wire::{Invite, Workspace};
use qelos_spec::{InviteId, WorkspaceId};

use crate::auth::{Credential, SatisfiedBy, SignedIn};
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::client::Client;
use crate::error::Error;
use crate::transport::Transport;

impl<C: Credential, T: Transport> Client<C, T> {
    /// The invites to a workspace: `GET /api/workspaces/{workspace_id}`.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// use qelos_client::wire::Invite;
    ///
    /// let acme = client.workspaces().list().await?[0].id;
    /// client.invite_to_workspace(&acme, Invite::new("bob@acme.example", vec!["user".to_owned()])).await?;
    /// for invite in client.workspace_invites(&acme).await? {
    ///     println!("{} was invited", invite.email);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "listInvites")]
    pub fn workspace_invites<'c>(&'c self, workspace: &'c WorkspaceId) -> Operation<'c, Vec<Invite>>
    where
        SignedIn: SatisfiedBy<C>,
    {
        Operation::new(move |limits| async move { self.invites(workspace, &limits).await })
    }

    async fn invites(&self, workspace: &WorkspaceId, limits: &Limits) -> Result<Vec<Invite>, Error>
    where
        SignedIn: SatisfiedBy<C>,
    {
        Ok(self.workspaces().get(workspace).within(limits).await?.invites)
    }

    /// Invites a user to a workspace, or changes the roles of the invite to the same address:
    /// `PUT /api/workspaces/{workspace_id}`, after reading it.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// use qelos_client::wire::Invite;
    ///
    /// for workspace in client.workspaces().list().await? {
    ///     let bob = Invite::new("bob@acme.example", vec!["user".to_owned()]);
    ///     client.invite_to_workspace(&workspace.id, bob).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "inviteUser")]
    pub fn invite_to_workspace<'c>(&'c self, workspace: &'c WorkspaceId, invite: Invite) -> Operation<'c, Workspace>
    where
        SignedIn: SatisfiedBy<C>,
    {
        Operation::new(move |limits| self.invited(workspace, invite, limits))
    }

    async fn invited(&self, workspace: &WorkspaceId, invite: Invite, limits: Limits) -> Result<Workspace, Error>
    where
        SignedIn: SatisfiedBy<C>,
    {
        let same = |other: &Invite| other.email.trim().eq_ignore_ascii_case(invite.email.trim());
        let mut invites = self.invites(workspace, &limits).await?;
        match invites.iter_mut().find(|other| same(other)) {
            Some(known) => known.roles = invite.roles,
            None => invites.push(invite),
        }
        self.write_invites(workspace, invites, &limits).await
    }

    /// Revokes an invite: `PUT /api/workspaces/{workspace_id}`, after reading it.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let acme = client.workspaces().list().await?[0].id;
    /// for invite in client.workspace_invites(&acme).await? {
    ///     if let Some(id) = invite.id {
    ///         client.revoke_workspace_invite(&acme, &id).await?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no such invite: nothing is written then.
    #[doc(alias = "revokeInvite")]
    pub fn revoke_workspace_invite<'c>(
        &'c self,
        workspace: &'c WorkspaceId,
        id: &'c InviteId,
    ) -> Operation<'c, Workspace>
    where
        SignedIn: SatisfiedBy<C>,
    {
        Operation::new(move |limits| self.revoked(workspace, id, limits))
    }

    async fn revoked(&self, workspace: &WorkspaceId, id: &InviteId, limits: Limits) -> Result<Workspace, Error>
    where
        SignedIn: SatisfiedBy<C>,
    {
        let invites = self.invites(workspace, &limits).await?;
        let (revoked, left): (Vec<_>, Vec<_>) = invites.into_iter().partition(|invite| invite.id.as_ref() == Some(id));
        if revoked.is_empty() {
            return Err(self
                .failed::<UpdateWorkspace>(Error::config(format_args!("there is no invite {id} to this workspace"))));
        }
        self.write_invites(workspace, left, &limits).await
    }

    async fn write_invites(
        &self,
        workspace: &WorkspaceId,
        invites: Vec<Invite>,
        limits: &Limits,
    ) -> Result<Workspace, Error>
    where
        SignedIn: SatisfiedBy<C>,
    {
        let mut changes = UpdateWorkspace::new(*workspace);
        changes.invites = Some(invites);
        self.workspaces().update(&changes).within(limits).await
    }
}
