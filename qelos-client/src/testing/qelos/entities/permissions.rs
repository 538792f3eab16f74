//! The entities that a caller may read or write: the permissions of a blueprint, and its scope.

use http::StatusCode;
use qelos_spec::{UserId, WorkspaceId};

use super::super::call::Call;
use super::super::mount::Caller;
use super::super::response::{self, Refused};
use super::super::service::Service;
use super::super::state::{BlueprintRecord, EntityRecord, Operation, Permission, Scope};
use super::javascript::is_truthy;

/// What the permissions of a blueprint allow to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permitted {
    /// All of it, as an administrator.
    AsAdministrator,
    /// All entities of the tenant.
    Tenant,
    /// Those in the scope of the blueprint.
    Scoped,
}

/// The entities that a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    All,
    OfUser(UserId),
    OfWorkspace(WorkspaceId),
}

/// The reason why a caller has no entities in the scope of a blueprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoScope {
    NoWorkspace,
    NoUser,
}

impl NoScope {
    /// The refusal of a list.
    pub(super) fn refusal(self) -> Refused {
        let (status, text) = match self {
            Self::NoWorkspace => (StatusCode::FORBIDDEN, "user is not connected to a workspace"),
            Self::NoUser => (StatusCode::UNAUTHORIZED, "you must be logged in to access"),
        };
        Box::new(response::message(status, text))
    }
}

impl Permitted {
    pub(super) fn is_administrator(self) -> bool {
        self == Self::AsAdministrator
    }

    /// The entities in the scope of the blueprint.
    pub(super) fn reach(self, blueprint: &BlueprintRecord, caller: &Caller) -> Result<Reach, NoScope> {
        match blueprint.permission_scope {
            _ if self != Self::Scoped => Ok(Reach::All),
            Some(Scope::Workspace) => {
                caller.workspace().map(|workspace| Reach::OfWorkspace(workspace.id)).ok_or(NoScope::NoWorkspace)
            }
            Some(Scope::User) => caller.user().map(|user| Reach::OfUser(user.id)).ok_or(NoScope::NoUser),
            Some(Scope::Tenant) | None => Ok(Reach::All),
        }
    }
}

impl Reach {
    pub(super) fn contains(self, entity: &EntityRecord) -> bool {
        match self {
            Self::All => true,
            Self::OfUser(user) => entity.user == Some(user),
            Self::OfWorkspace(workspace) => entity.workspace == Some(workspace),
        }
    }
}

/// What the caller may do; refused without any permission.
pub(super) fn permitted(
    blueprint: &BlueprintRecord,
    operation: Operation,
    caller: &Caller,
    call: &Call<'_>,
) -> Result<Permitted, Refused> {
    if caller.has_role("admin") && !bypasses_admin(call) {
        return Ok(Permitted::AsAdministrator);
    }
    let granted =
        blueprint.permissions.iter().filter(|known| known.operation == Some(operation) && grants(known, caller));
    let scopes: Vec<_> = granted.map(|permission| permission.scope.unwrap_or(Scope::User)).collect();
    match scopes.as_slice() {
        [] => Err(Box::new(Service::Entities.refuse_unprivileged())),
        scopes if scopes.contains(&Scope::Tenant) => Ok(Permitted::Tenant),
        _ => Ok(Permitted::Scoped),
    }
}

fn grants(permission: &Permission, caller: &Caller) -> bool {
    if permission.guest {
        return true;
    }
    let any = |wanted: &[String], own: &[String]| wanted.iter().any(|role| role == "*" || own.contains(role));
    let workspace = caller.workspace();
    let labels = workspace.map(|workspace| workspace.labels.as_slice()).unwrap_or_default();
    if !permission.workspace_labels_based.is_empty() && !any(&permission.workspace_labels_based, labels) {
        return false;
    }
    let roles = caller.user().map(|user| user.roles.as_slice()).unwrap_or_default();
    any(&permission.role_based, roles)
        || workspace.is_some_and(|workspace| any(&permission.workspace_role_based, &workspace.roles))
}

/// Whether an administrator asks to be treated as any other user.
pub(in super::super) fn bypasses_admin(call: &Call<'_>) -> bool {
    if let Some(wish) = call.body.get("bypassAdmin") {
        return is_truthy(wish);
    }
    let header = call.headers.get("x-bypass-admin").and_then(|value| value.to_str().ok());
    call.query("bypassAdmin").as_deref() == Some("true") || header.is_some_and(|wish| wish == "true" || wish == "1")
}
