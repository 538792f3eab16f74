//! Users, and the workspaces of all of them, for administrators.

use std::marker::PhantomData;

use crate::auth::Privileged;
use crate::id::{UserId, WorkspaceId};
use crate::wire::{Account, AccountChanges, AccountStats, ChangedAccount, NewAccount, RemovedAccount, TenantWorkspace};
use crate::{DecodeRequest, Endpoint, resource};

/// Lists users: all of them, or those with these values. There are no pages.
///
/// `GET /api/users`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::ListUsers;
///
/// let mut list = ListUsers::default();
/// list.username = Some("ada".to_owned());
/// assert_eq!(list.encode()?.target(), "/api/users?username=ada");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/users", response = Vec<Account>, auth = Privileged)]
#[non_exhaustive]
pub struct ListUsers {
    /// A regular expression, whatever the case of its letters: `ada` also finds `adam`. To the server, one that is not
    /// valid matches nothing.
    pub username: Option<String>,
    /// The server ignores it.
    pub exact: Option<bool>,
    /// One of these roles.
    #[endpoint(query, comma)]
    pub roles: Vec<String>,
    /// These users.
    #[endpoint(query, comma)]
    pub users: Vec<UserId>,
}

/// The users of the tenant, for administrators.
///
/// # Errors
///
/// A missing role is a 401 `you are not privileged.`, which is [forbidden](Privileged) and no bad credential.
#[resource(path = "/api/users", auth = Privileged, decode, crate = crate)]
pub trait Users {
    /// Lists users.
    #[endpoint(ListUsers)]
    #[doc(alias = "getList")]
    async fn list(&self, users: &ListUsers) -> Vec<Account>;

    /// Reads a user. One that does not exist is a 404.
    #[get("/{user_id}")]
    #[doc(alias = "getUser")]
    async fn get(&self, user_id: &UserId) -> Account;

    /// Counts users and workspaces.
    #[get("/stats")]
    async fn stats(&self) -> AccountStats;

    /// Creates a user. One whose name is taken, or is no e-mail address, is a 400.
    #[post]
    async fn create(&self, #[serde(flatten)] user: &NewAccount) -> ChangedAccount;

    /// Changes a user. The response has what was sent.
    ///
    /// # Errors
    ///
    /// A user that does not exist is a 500; when only names were to change, the server reports a success.
    #[put("/{user_id}")]
    async fn update(&self, user_id: &UserId, #[serde(flatten)] changes: &AccountChanges) -> ChangedAccount;

    /// Deletes a user. The server reports a success also when there was no such user.
    #[delete("/{user_id}")]
    #[doc(alias = "remove")]
    async fn delete(&self, user_id: &UserId) -> RemovedAccount;
}

/// Reads data that the server keeps encrypted for a user. `None` if there is none, or no such user.
///
/// `GET /api/users/{user_id}/encrypted`.
///
/// `Data` is a type of yours: its secrets are `SecretString`s.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/users/{user_id}/encrypted", response = Option<Data>, auth = Privileged)]
#[doc(alias = "getEncryptedData")]
#[non_exhaustive]
pub struct GetUserData<Data: Send + 'static> {
    /// The user.
    pub user_id: UserId,
    /// The name of the data. It may be empty.
    #[endpoint(header = "x-encrypted-id")]
    pub name: String,
    #[endpoint(skip)]
    of: PhantomData<fn() -> Data>,
}

/// Keeps data for a user, encrypted.
///
/// `POST /api/users/{user_id}/encrypted`.
///
/// A secret in it is written with [`on_the_wire`](crate::secret::on_the_wire): then it is masked wherever the request is
/// shown.
///
/// # Errors
///
/// A user that does not exist is a 400.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/users/{user_id}/encrypted", auth = Privileged, idempotent)]
#[doc(alias = "setEncryptedData")]
#[non_exhaustive]
pub struct SetUserData<Data> {
    /// The user.
    pub user_id: UserId,
    /// The name of the data.
    #[endpoint(header = "x-encrypted-id")]
    pub name: String,
    /// The data.
    #[endpoint(body)]
    pub data: Data,
}

/// Reads data that the server keeps encrypted for a workspace. `None` if there is none.
///
/// `GET /api/workspaces/{workspace_id}/encrypted`.
///
/// # Errors
///
/// A workspace that does not exist is a 404.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/workspaces/{workspace_id}/encrypted", response = Option<Data>, auth = Privileged)]
#[doc(alias = "getEncryptedData")]
#[non_exhaustive]
pub struct GetWorkspaceData<Data: Send + 'static> {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The name of the data. It may be empty.
    #[endpoint(header = "x-encrypted-id")]
    pub name: String,
    #[endpoint(skip)]
    of: PhantomData<fn() -> Data>,
}

/// Keeps data for a workspace, encrypted. See [`SetUserData`].
///
/// `POST /api/workspaces/{workspace_id}/encrypted`.
///
/// # Errors
///
/// A workspace that does not exist is a 400.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/workspaces/{workspace_id}/encrypted", auth = Privileged, idempotent)]
#[doc(alias = "setEncryptedData")]
#[non_exhaustive]
pub struct SetWorkspaceData<Data> {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The name of the data.
    #[endpoint(header = "x-encrypted-id")]
    pub name: String,
    /// The data.
    #[endpoint(body)]
    pub data: Data,
}

impl<Data: Send + 'static> GetUserData<Data> {
    /// The data of this name.
    #[must_use]
    pub fn new(user_id: UserId, name: impl Into<String>) -> Self {
        Self { user_id, name: name.into(), of: PhantomData }
    }
}

impl<Data> SetUserData<Data> {
    /// Keeps this data under this name.
    #[must_use]
    pub fn new(user_id: UserId, name: impl Into<String>, data: Data) -> Self {
        Self { user_id, name: name.into(), data }
    }
}

impl<Data: Send + 'static> GetWorkspaceData<Data> {
    /// The data of this name.
    #[must_use]
    pub fn new(workspace_id: WorkspaceId, name: impl Into<String>) -> Self {
        Self { workspace_id, name: name.into(), of: PhantomData }
    }
}

impl<Data> SetWorkspaceData<Data> {
    /// Keeps this data under this name.
    #[must_use]
    pub fn new(workspace_id: WorkspaceId, name: impl Into<String>, data: Data) -> Self {
        Self { workspace_id, name: name.into(), data }
    }
}

/// Lists the workspaces of all users: all of them, or those with these values. There are no pages.
///
/// `GET /api/workspaces/all`.
///
/// The server sends no response for a regular expression that is not valid, and the gateway responds with 504.
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/workspaces/all", response = Vec<TenantWorkspace>, auth = Privileged)]
#[non_exhaustive]
pub struct ListAllWorkspaces {
    /// The workspaces of this user.
    #[serde(rename = "members.user")]
    pub member: Option<UserId>,
    /// These workspaces.
    #[endpoint(query, comma, rename = "_id")]
    pub ids: Vec<WorkspaceId>,
    /// One of these labels.
    #[endpoint(query, comma)]
    pub labels: Vec<String>,
    /// A regular expression for the name.
    pub name: Option<String>,
    /// A regular expression for the name, as a search.
    pub q: Option<String>,
    /// The fields, besides the id. The server reads the first two only.
    #[endpoint(query, comma)]
    pub select: Vec<String>,
}
