//! `/api/blueprints/{blueprint}/entities` and the count of entities: the records of a blueprint.
//!
//! `permissions` decides which entities a caller reads and writes, `values` which values are stored. A list is what
//! `filter` makes of its `parameters`. `javascript` converts values, `shown` writes entities in responses.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use self::filter::{Filter, NoFilter};
use self::found::{Outcome, blueprint, failed, find, within};
use self::limits::guest_may_write;
use self::permissions::{Permitted, permitted};
use self::shown::Form;
use self::values::Invalid;
use super::call::Call;
use super::mount::Caller;
use super::response::{self, Refused};
use super::service::Service;
use super::state::{Audit, BlueprintRecord, EntityRecord, Mechanism, Operation, State};

mod filter;
mod found;
mod javascript;
mod limits;
mod list;
mod matching;
mod parameters;
mod permissions;
mod related;
mod schema;
mod shown;
mod values;

#[cfg(feature = "ai")]
pub(super) use self::permissions::bypasses_admin;

type Handler = fn(&mut State, &Caller, &Call<'_>) -> Response<Bytes>;

/// The routes.
pub(super) fn route(method: &str, call: &Call<'_>) -> Option<Handler> {
    Some(match (method, &call.segments[3..]) {
        ("GET", ["entities"]) => |state, caller, call| response::either(list::list(state, caller, call)),
        ("POST", ["entities"]) => |state, caller, call| response::either(create(state, caller, call)),
        ("DELETE", ["entities", "all"]) => |state, caller, call| response::either(delete_all(state, caller, call)),
        ("GET", ["entities", _]) => |state, caller, call| response::either(get(state, caller, call)),
        ("PUT", ["entities", _]) => |state, caller, call| response::either(update(state, caller, call)),
        ("DELETE", ["entities", _]) => |state, caller, call| response::either(delete(state, caller, call)),
        ("GET", ["charts", "count"]) => |state, caller, call| response::either(count(state, caller, call)),
        ("GET", ["charts", _]) => |_, _, _| *response::unsupported("charts besides `count`"),
        _ => return None,
    })
}

/// The server looks at the scope outside of the code that handles its failures, and sends no response.
fn unanswered(call: &Call<'_>) -> Refused {
    response::unanswered(call.authority, &call.target())
}

/// `GET /{identifier}`.
fn get(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let blueprint = blueprint(state, call)?;
    let permitted = permitted(&blueprint, Operation::Read, caller, call)?;
    let reach = permitted.reach(&blueprint, caller).map_err(|_| failed("entity"))?;
    let form = Form::asked(call);
    let entity = &state.entities[find(state, &blueprint, reach, call)?];
    let mut shown = shown::fields(entity, permitted);
    if call.query("$populate").is_some_and(|populate| !populate.is_empty()) {
        // The server asks an owner that is not there for its id.
        entity.user.ok_or_else(|| failed("entity"))?;
        shown::populate_owners(state, &mut shown);
        shown::populate_relations(state, &blueprint, reach, &mut shown, || Some(Value::Null));
    }
    // Unlike in a list, the copies are made of what was populated.
    form.apply(&mut shown);
    Ok(form.mark(response::json(StatusCode::OK, &shown)))
}

/// `POST /`.
fn create(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let blueprint = blueprint(state, call)?;
    guest_may_write(state, caller, call)?;
    let permitted = permitted(&blueprint, Operation::Create, caller, call)?;
    let failure = || failed("entity creation");
    if blueprint.entity_identifier_mechanism == Mechanism::Guid {
        return Err(failure());
    }
    let metadata = properties(state, &Map::new(), &blueprint, call, failure)?;
    let mut entity = EntityRecord {
        indexes: indexes(&blueprint, &metadata),
        identifier: state.next_id(call.now),
        id: state.next_id(call.now),
        blueprint: blueprint.identifier.clone(),
        user: caller.user().map(|user| user.id),
        workspace: caller.workspace().map(|workspace| workspace.id),
        metadata,
        created: audit(call),
        changed: None,
    };
    set_owner(&mut entity, permitted, call).map_err(|()| failure())?;
    if limits::is_reached(state, &blueprint, &entity, caller) {
        return Err(Box::new(response::message(StatusCode::FORBIDDEN, "reached limit of allowed entities")));
    }
    let form = Form::asked(call);
    // The response does not say who has written it, to administrators neither.
    let shown = shown::alone(&entity, Permitted::Tenant, form);
    state.entities.push(entity);
    Ok(form.mark(response::json(StatusCode::OK, &shown)))
}

/// `PUT /{identifier}`: properties that are left out stay.
fn update(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let blueprint = blueprint(state, call)?;
    guest_may_write(state, caller, call)?;
    let permitted = permitted(&blueprint, Operation::Update, caller, call)?;
    let reach = permitted.reach(&blueprint, caller).map_err(|_| unanswered(call))?;
    let form = Form::asked(call);
    let at = find(state, &blueprint, reach, call)?;
    let failure = || failed("entity");
    let metadata = properties(state, &state.entities[at].metadata, &blueprint, call, failure)?;
    let entity = &mut state.entities[at];
    set_owner(entity, permitted, call).map_err(|()| failure())?;
    entity.indexes = indexes(&blueprint, &metadata);
    entity.metadata = metadata;
    entity.changed = Some(audit(call));
    let shown = shown::alone(entity, Permitted::Tenant, form);
    Ok(form.mark(response::json(StatusCode::OK, &shown)))
}

/// `DELETE /{identifier}`.
fn delete(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let blueprint = blueprint(state, call)?;
    guest_may_write(state, caller, call)?;
    let permitted = permitted(&blueprint, Operation::Delete, caller, call)?;
    let reach = permitted.reach(&blueprint, caller).map_err(|_| unanswered(call))?;
    let at = find(state, &blueprint, reach, call)?;
    let form = Form::asked(call);
    let entity = state.entities.remove(at);
    Ok(form.mark(response::json(StatusCode::OK, &shown::alone(&entity, Permitted::Tenant, form))))
}

/// `DELETE /all`: those that the caller may delete, also where others are related to them.
fn delete_all(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let blueprint = blueprint(state, call)?;
    let permitted = permitted(&blueprint, Operation::Delete, caller, call)?;
    let reach = permitted.reach(&blueprint, caller).map_err(|_| unanswered(call))?;
    if permitted.is_administrator() && (call.query("user").is_some() || call.query("workspace").is_some()) {
        return Err(response::unsupported("the deletion of all entities of an owner"));
    }
    let before = state.entities.len();
    state.entities.retain(|entity| entity.blueprint != blueprint.identifier || !reach.contains(entity));
    let deleted = json!({ "acknowledged": true, "deletedCount": before - state.entities.len() });
    Ok(response::json(StatusCode::OK, &deleted))
}

/// `GET /charts/count`: filters have the names and the values of the database.
fn count(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    if caller.user().is_none() {
        return Err(Box::new(Service::NoCode.refuse_guest()));
    }
    let blueprint = blueprint(state, call)?;
    let permitted = permitted(&blueprint, Operation::Read, caller, call)?;
    let reach = permitted.reach(&blueprint, caller).map_err(|_| unanswered(call))?;
    let mut parameters = parameters::read(call.query);
    parameters.remove("bypassAdmin");
    let filter = Filter::of_chart(parameters).map_err(|failure| match failure {
        NoFilter::Broken => unanswered(call),
        NoFilter::Unsupported(what) => response::unsupported(&what),
    })?;
    let count = within(state, &blueprint, reach).filter(|entity| filter.holds(&entity.document())).count();
    Ok(response::json(StatusCode::OK, &json!({ "count": count })))
}

/// The properties to store, which were checked.
fn properties(
    state: &State,
    before: &Map<String, Value>,
    blueprint: &BlueprintRecord,
    call: &Call<'_>,
    failure: impl Fn() -> Refused,
) -> Result<Map<String, Value>, Refused> {
    let not_acceptable = |reason: &str| Box::new(response::message(StatusCode::NOT_ACCEPTABLE, reason));
    let metadata = values::merged(before, &call.body, blueprint).map_err(|invalid| match invalid {
        Invalid::Refused(reason) => not_acceptable(&reason),
        Invalid::Broken => failure(),
        Invalid::Unsupported(what) => response::unsupported(&what),
    })?;
    if !blueprint.update_mapping.is_empty() {
        return Err(response::unsupported("the `updateMapping` of a blueprint"));
    }
    for (relation, target) in related(blueprint, &metadata) {
        let candidates = state.entities.iter().filter(|entity| entity.blueprint == relation);
        // A list of identifiers needs one that is known.
        let is_named = |entity: &EntityRecord| {
            let items = target.as_array().map_or(std::slice::from_ref(target), Vec::as_slice);
            items.iter().any(|item| *item == entity.identifier.as_str())
        };
        if !candidates.into_iter().any(is_named) {
            let target = javascript::text(target);
            return Err(not_acceptable(&format!("relation target {relation} not found: {target}")));
        }
    }
    Ok(metadata)
}

/// The properties that name other entities, with the blueprints of these.
fn related<'m>(
    blueprint: &'m BlueprintRecord,
    metadata: &'m Map<String, Value>,
) -> impl Iterator<Item = (&'m str, &'m Value)> {
    blueprint.relations.iter().filter_map(|relation| {
        let target = metadata.get(&relation.key).filter(|target| javascript::is_truthy(target))?;
        Some((relation.target.as_str(), target))
    })
}

fn indexes(blueprint: &BlueprintRecord, metadata: &Map<String, Value>) -> Vec<String> {
    let named = blueprint.relations.iter().filter_map(|relation| {
        let target = metadata.get(&relation.key).filter(|target| javascript::is_truthy(target))?;
        Some(format!("{}:{}", relation.key, javascript::text(target)))
    });
    named.collect()
}

/// Administrators name the owner beside the properties. A text that is no id breaks the server.
fn set_owner(entity: &mut EntityRecord, permitted: Permitted, call: &Call<'_>) -> Result<(), ()> {
    let given = |name: &str| {
        let given = call.body.get(name).filter(|id| permitted.is_administrator() && javascript::is_truthy(id));
        given.map(|id| id.as_str().ok_or(())).transpose()
    };
    if let Some(user) = given("user")? {
        entity.user = Some(user.parse().map_err(|_| ())?);
    }
    if let Some(workspace) = given("workspace")? {
        entity.workspace = Some(workspace.parse().map_err(|_| ())?);
    }
    Ok(())
}

fn audit(call: &Call<'_>) -> Audit {
    Audit { ip: call.host().to_owned(), user_agent: call.user_agent().to_owned(), timestamp: call.now }
}
