//! How many entities there may be, and how often guests may write.

use std::time::Duration;

use super::super::call::Call;
use super::super::mount::Caller;
use super::super::response::{self, Refused};
use super::super::state::{BlueprintRecord, EntityRecord, Limitation, Scope, State};

/// The writes of guests that are counted.
const WRITES_OF_GUESTS: u32 = 10;
const COUNTED_FOR: Duration = Duration::from_secs(5);

/// Refuses a guest that writes too often. Guests with the same program and address are one.
pub(super) fn guest_may_write(state: &mut State, caller: &Caller, call: &Call<'_>) -> Result<(), Refused> {
    if caller.user().is_some() {
        return Ok(());
    }
    let (count, forgotten_at) = state.guest_writes.entry(call.user_agent().to_owned()).or_insert((0, call.now));
    if call.now >= *forgotten_at {
        *count = 0;
    }
    if *count > WRITES_OF_GUESTS {
        return Err(Box::new(response::message(http::StatusCode::FORBIDDEN, "guest limit reached")));
    }
    *count += 1;
    *forgotten_at = call.now.saturating_add(COUNTED_FOR);
    Ok(())
}

/// Whether the blueprint has as many entities as one of its limits allows.
pub(super) fn is_reached(state: &State, blueprint: &BlueprintRecord, new: &EntityRecord, caller: &Caller) -> bool {
    blueprint.limitations.iter().any(|limit| match applies(limit, caller) {
        Applies::No => false,
        Applies::AndDenies => true,
        Applies::Yes => {
            let others = state.entities.iter().filter(|other| other.blueprint == new.blueprint);
            let counted = others.filter(|other| is_counted(limit, other, new)).count();
            counted as u64 >= limit.value
        }
    })
}

/// Whether a limit is for the caller.
enum Applies {
    Yes,
    No,
    /// It is for some workspaces, and the caller is in none.
    AndDenies,
}

fn applies(limit: &Limitation, caller: &Caller) -> Applies {
    let for_all = |wanted: &[String]| wanted.is_empty() || wanted.iter().any(|one| one == "*");
    if !for_all(&limit.roles) && !limit.roles.iter().any(|role| caller.has_role(role)) {
        return Applies::No;
    }
    match caller.workspace() {
        _ if for_all(&limit.workspace_labels) => Applies::Yes,
        None => Applies::AndDenies,
        Some(workspace) if limit.workspace_labels.iter().any(|label| workspace.labels.contains(label)) => Applies::Yes,
        Some(_) => Applies::No,
    }
}

fn is_counted(limit: &Limitation, other: &EntityRecord, new: &EntityRecord) -> bool {
    let in_scope = match limit.scope {
        Scope::User => other.user == new.user,
        Scope::Workspace => other.workspace == new.workspace,
        Scope::Tenant => true,
    };
    in_scope && limit.properties.iter().all(|property| other.metadata.get(property) == new.metadata.get(property))
}
