//! `$outerPopulate`: the entities of other blueprints that are related to those of a list.

use serde_json::{Map, Value};

use super::super::call::Call;
use super::super::mount::Caller;
use super::super::response::{self, Refused};
use super::super::state::{BlueprintRecord, EntityRecord, Operation, State};
use super::found::{failed, within};
use super::permissions::{NoScope, Reach, permitted};

/// What is asked for: `name:blueprint:scope`, several of these with commas between them, or in several parameters.
pub(super) fn wanted(parameter: &Value) -> Result<Vec<String>, Refused> {
    let texts = parameter.as_array().map_or(std::slice::from_ref(parameter), Vec::as_slice);
    let texts: Option<Vec<_>> = texts.iter().map(Value::as_str).collect();
    let texts = texts.ok_or_else(|| response::unsupported("`$outerPopulate` as an object"))?;
    Ok(texts.iter().flat_map(|text| text.split(',')).map(str::to_owned).collect())
}

/// Adds to each entity those that are related to it, if the caller may read them.
pub(super) fn add(
    state: &State,
    blueprint: &BlueprintRecord,
    (caller, call): (&Caller, &Call<'_>),
    wanted: &str,
    shown: &mut [Map<String, Value>],
) -> Result<(), Refused> {
    let mut parts = wanted.split(':');
    let (name, other, scope) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    let other = state.blueprint(other).ok_or_else(|| failed("entities"))?;
    let relation = other.relations.iter().find(|relation| relation.target == blueprint.identifier);
    let (Some(relation), Ok(permitted)) = (relation, permitted(other, Operation::Read, caller, call)) else {
        return Ok(());
    };
    let reach = permitted.reach(other, caller).map_err(NoScope::refusal)?;
    let scope = match scope {
        Some("user") => Reach::OfUser(caller.user().ok_or_else(|| failed("entities"))?.id),
        Some("workspace") => {
            let unsupported = || response::unsupported("`$outerPopulate` for workspaces, without one");
            Reach::OfWorkspace(caller.workspace().ok_or_else(unsupported)?.id)
        }
        _ => Reach::All,
    };
    let others: Vec<&EntityRecord> = within(state, other, reach).filter(|other| scope.contains(other)).collect();
    for entity in shown {
        let related = others.iter().filter(|other| other.metadata.get(&relation.key) == entity.get("identifier"));
        let related: Vec<Value> = related.map(|other| other.document().into()).collect();
        entity.insert(name.to_owned(), related.into());
    }
    Ok(())
}
