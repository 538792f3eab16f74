//! Workspaces: list, read, create, change, delete, their members, and moving a session into one.

use serde::{Deserialize, Serialize};

use crate::auth::{CookieOnly, Privileged, SignedIn};
use crate::id::{UserId, WorkspaceId};
use crate::wire::{Invite, Member, Workspace};
use crate::{DecodeRequest, Endpoint, resource};

/// Creates a workspace. Its creator is its first member, with the roles `admin` and `user`.
///
/// ```
/// use qelos_spec::{Endpoint, api::CreateWorkspace};
///
/// let request = CreateWorkspace::new("Acme").encode().unwrap();
/// assert_eq!(request.body(), r#"{"name":"Acme","labels":[]}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/workspaces", response = Workspace, auth = SignedIn)]
#[non_exhaustive]
pub struct CreateWorkspace {
    /// The name. It is not empty.
    #[serde(with = "crate::wire::label")]
    pub name: String,
    /// The labels. The tenant decides which ones there are.
    #[serde(default)]
    pub labels: Vec<String>,
    /// The address of a picture.
    pub logo: Option<String>,
    /// The invites to send.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invites: Vec<Invite>,
}

impl CreateWorkspace {
    /// A workspace without labels, picture or invites.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), labels: Vec::new(), logo: None, invites: Vec::new() }
    }
}

/// Changes a workspace. A field that is `None` stays as it is.
///
/// ```
/// use qelos_spec::{Endpoint, api::UpdateWorkspace};
///
/// let mut changes = UpdateWorkspace::new("6b01d2e7627f2972a3745de0".parse().unwrap());
/// changes.name = Some("Acme".to_owned());
/// assert_eq!(changes.encode().unwrap().body(), r#"{"name":"Acme"}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(PUT, "/api/workspaces/{workspace_id}", response = Workspace, auth = SignedIn)]
#[non_exhaustive]
pub struct UpdateWorkspace {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The new name.
    pub name: Option<String>,
    /// The new labels.
    pub labels: Option<Vec<String>>,
    /// The address of the new picture.
    pub logo: Option<String>,
    /// All invites from now on.
    pub invites: Option<Vec<Invite>>,
}

impl UpdateWorkspace {
    /// A change of no field yet: set the fields that are to change.
    #[must_use]
    pub fn new(workspace_id: WorkspaceId) -> Self {
        Self { workspace_id, name: None, labels: None, logo: None, invites: None }
    }
}

/// The response to a change of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MemberChanged {
    /// The message of the server.
    pub message: String,
}

/// The workspaces of the signed-in user.
///
/// An API token that is locked to one workspace can list, read and create others: the lock decides which workspace its
/// requests are in, not what they may see.
#[resource(path = "/api/workspaces", auth = SignedIn, decode, crate = crate)]
pub trait Workspaces {
    /// Lists the workspaces. Of their members, only the caller is shown.
    #[get]
    #[doc(alias = "getList")]
    async fn list(&self) -> Vec<Workspace>;

    /// Reads a workspace.
    #[get("/{workspace_id}")]
    #[doc(alias = "getWorkspace")]
    async fn get(&self, workspace_id: &WorkspaceId) -> Workspace;

    /// Creates a workspace.
    #[endpoint(CreateWorkspace)]
    async fn create(&self, workspace: &CreateWorkspace) -> Workspace;

    /// Changes a workspace.
    #[endpoint(UpdateWorkspace)]
    async fn update(&self, changes: &UpdateWorkspace) -> Workspace;

    /// Deletes a workspace. The server refuses to delete the one that the session is in.
    #[delete("/{workspace_id}")]
    #[doc(alias = "remove")]
    async fn delete(&self, workspace_id: &WorkspaceId);

    /// Lists the members of a workspace, with their names and e-mail addresses.
    #[get("/{workspace_id}/members")]
    #[doc(alias = "getMembers")]
    async fn members(&self, workspace_id: &WorkspaceId) -> Vec<Member>;

    /// Adds a user to a workspace. Only administrators of the tenant may do it.
    #[post("/{workspace_id}/members", auth = Privileged)]
    async fn add_member(
        &self,
        workspace_id: &WorkspaceId,
        #[serde(rename = "userId")] user_id: &UserId,
        roles: &[String],
    ) -> MemberChanged;

    /// Replaces the roles of a member.
    #[put("/{workspace_id}/members/{user_id}")]
    #[doc(alias = "updateMemberRoles")]
    async fn update_member(&self, workspace_id: &WorkspaceId, user_id: &UserId, roles: &[String]) -> MemberChanged;

    /// Removes a member.
    ///
    /// The server ignores the workspace in the path, and removes the user from the first workspace that it finds them
    /// in. Look at the members afterwards.
    #[delete("/{workspace_id}/members/{user_id}")]
    #[doc(alias = "removeMember")]
    async fn remove_member(&self, workspace_id: &WorkspaceId, user_id: &UserId) -> MemberChanged;

    /// Moves the session into another workspace.
    ///
    /// The server does this for cookie sessions only; its response replaces the cookie. With tokens, sign in again with
    /// [`workspace`](crate::api::OAuthSignIn::workspace).
    #[post("/{workspace_id}/activate", auth = CookieOnly)]
    async fn activate(&self, workspace_id: &WorkspaceId) -> Workspace;
}
