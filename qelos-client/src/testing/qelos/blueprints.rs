//! `/api/blueprints`: list, read, create, change and delete the forms of entities.

use bytes::Bytes;
use http::{Response, StatusCode};
use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

use self::draft::Draft;
use super::call::Call;
use super::mount::Caller;
use super::response::{self, Refused};
use super::service::Service;
use super::state::{BlueprintRecord, State};

mod draft;

pub(super) use self::draft::add;

type Handler = fn(&mut State, &Caller, &Call<'_>) -> Response<Bytes>;

/// The fields of a blueprint that each user sees.
const FOR_VIEWERS: [&str; 8] =
    ["_id", "tenant", "identifier", "name", "description", "properties", "created", "updated"];

/// The routes.
pub(super) fn route(method: &str, call: &Call<'_>) -> Option<Handler> {
    Some(match (method, &call.segments[2..]) {
        ("GET", []) => list,
        ("GET", [_]) => get,
        ("POST", []) => create,
        ("PUT", [_]) => update,
        ("PATCH", [_]) => extend,
        ("DELETE", [_]) => delete,
        _ => return None,
    })
}

/// Whether the caller sees and changes all of a blueprint.
fn is_editor(caller: &Caller) -> bool {
    caller.has_role("admin") || caller.has_role("plugin")
}

fn for_users(caller: &Caller) -> Result<(), Refused> {
    if caller.user().is_some() { Ok(()) } else { Err(Box::new(Service::NoCode.refuse_guest())) }
}

fn for_editors(caller: &Caller) -> Result<(), Refused> {
    for_users(caller)?;
    if is_editor(caller) { Ok(()) } else { Err(Box::new(Service::NoCode.refuse_unprivileged())) }
}

/// `GET /`: all, or those that match each given parameter.
fn list(state: &mut State, caller: &Caller, call: &Call<'_>) -> Response<Bytes> {
    let listed = for_users(caller).and_then(|()| {
        let (name, description) = (pattern(call, "name")?, pattern(call, "description")?);
        let identifiers = call.query("identifier");
        let fits = |pattern: &Option<Regex>, text: Option<&str>| {
            pattern.as_ref().is_none_or(|pattern| text.is_some_and(|text| pattern.is_match(text)))
        };
        let found = state.blueprints.iter().filter(|blueprint| {
            fits(&name, Some(&blueprint.name))
                && fits(&description, blueprint.description.as_deref())
                && identifiers.as_ref().is_none_or(|some| some.split(',').any(|one| one == blueprint.identifier))
        });
        let shown: Vec<_> = found.map(|blueprint| shown_to(blueprint, caller)).collect();
        Ok(response::json(StatusCode::OK, &shown))
    });
    response::either(listed)
}

/// A parameter that is a regular expression, whatever the case of its letters.
fn pattern(call: &Call<'_>, name: &str) -> Result<Option<Regex>, Refused> {
    let Some(text) = call.query(name) else { return Ok(None) };
    let pattern = RegexBuilder::new(&text).case_insensitive(true).build();
    pattern.map(Some).map_err(|_| response::unsupported(&format!("the regular expression in `{name}`")))
}

/// `GET /{blueprint}`: 200 and `null` for an unknown one.
fn get(state: &mut State, caller: &Caller, call: &Call<'_>) -> Response<Bytes> {
    response::either(for_users(caller).map(|()| {
        let found = state.blueprint(&call.name(2)).map(|blueprint| shown_to(blueprint, caller));
        response::json(StatusCode::OK, &found)
    }))
}

/// `POST /`: each mistake is the same refusal.
fn create(state: &mut State, caller: &Caller, call: &Call<'_>) -> Response<Bytes> {
    let created = for_editors(caller).and_then(|()| {
        let added = add(state, &call.body, call.now);
        added.map_err(|_| refused("failed to create a blueprint"))
    });
    response::either(created.map(|blueprint| response::json(StatusCode::OK, &blueprint)))
}

/// `PUT /{blueprint}`: each field that is given replaces the old value.
fn update(state: &mut State, caller: &Caller, call: &Call<'_>) -> Response<Bytes> {
    change(state, caller, call, Draft::replace)
}

/// `PATCH /{blueprint}`: properties, relations and mappings are added to the old ones; permissions stay.
fn extend(state: &mut State, caller: &Caller, call: &Call<'_>) -> Response<Bytes> {
    change(state, caller, call, Draft::extend)
}

fn change(
    state: &mut State,
    caller: &Caller,
    call: &Call<'_>,
    apply: fn(Draft, &mut BlueprintRecord),
) -> Response<Bytes> {
    let changed = for_editors(caller).and_then(|()| {
        let identifier = call.name(2);
        let at = state.blueprints.iter().position(|blueprint| blueprint.identifier == identifier);
        let at = at.ok_or_else(unknown_blueprint)?;
        let draft = Draft::read(state, &call.body, call.now);
        let draft = draft.map_err(|_| refused("failed to update blueprint"))?;
        let blueprint = &mut state.blueprints[at];
        apply(draft, blueprint);
        blueprint.updated = call.now;
        Ok(response::json(StatusCode::OK, blueprint))
    });
    response::either(changed)
}

/// `DELETE /{blueprint}`: 200 and `null` for an unknown one; refused while there are entities.
fn delete(state: &mut State, caller: &Caller, call: &Call<'_>) -> Response<Bytes> {
    response::either(for_editors(caller).and_then(|()| {
        let identifier = call.name(2);
        if state.entities.iter().any(|entity| entity.blueprint == identifier) {
            return Err(refused("cannot remove blueprint with existing entities"));
        }
        let at = state.blueprints.iter().position(|blueprint| blueprint.identifier == identifier);
        let deleted = at.map(|at| state.blueprints.remove(at));
        Ok(response::json(StatusCode::OK, &deleted))
    }))
}

fn shown_to(blueprint: &BlueprintRecord, caller: &Caller) -> Value {
    let mut shown: Map<String, Value> = response::fields(blueprint);
    if !is_editor(caller) {
        shown.retain(|name, _| FOR_VIEWERS.contains(&name.as_str()));
    }
    Value::Object(shown)
}

fn refused(reason: &str) -> Refused {
    Box::new(response::message(StatusCode::BAD_REQUEST, reason))
}

/// The refusal where a path names no blueprint.
pub(super) fn unknown_blueprint() -> Refused {
    Box::new(response::message(StatusCode::NOT_FOUND, "blueprint not found"))
}
