//! `/api/configurations`: read those of the tenant, and for administrators list, create, change and delete them.

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::Timestamp;
use regex::RegexBuilder;
use serde_json::{Map, Value, json};

use super::call::{Call, is_falsy};
use super::mount::Caller;
use super::response::{self, Refused};
use super::service::Service;
use super::state::{APPLICATION, ConfigurationRecord, State};

type Handler = fn(&mut State, &Caller, &Call<'_>) -> Response<Bytes>;
type Outcome = Result<Response<Bytes>, Refused>;

/// The routes.
pub(super) fn route(method: &str, call: &Call<'_>) -> Option<Handler> {
    Some(match (method, &call.segments[2..]) {
        ("GET", []) => |state, caller, call| response::either(list(state, caller, call)),
        ("POST", []) => |state, caller, call| response::either(create(state, caller, call)),
        ("GET", [_]) => |state, caller, call| response::either(get(state, caller, call)),
        ("PUT", [_]) => |state, caller, call| response::either(update(state, caller, call)),
        ("DELETE", [_]) => |state, caller, call| response::either(delete(state, caller, call)),
        _ => return None,
    })
}

fn for_administrators(caller: &Caller) -> Result<(), Refused> {
    if caller.has_role("admin") { Ok(()) } else { Err(Box::new(Service::Content.refuse_unprivileged())) }
}

fn refused(status: StatusCode, reason: &str) -> Refused {
    Box::new(response::message(status, reason))
}

/// `GET /`: all, or those that match each given parameter, without their contents.
fn list(state: &State, caller: &Caller, call: &Call<'_>) -> Outcome {
    for_administrators(caller)?;
    let given = |name: &str| call.query(name).filter(|value| !value.is_empty());
    let pattern = given("key").map(|key| RegexBuilder::new(&key).case_insensitive(true).build()).transpose();
    let pattern = pattern.map_err(|_| response::unsupported("the regular expression in `key`"))?;
    let (public, kind) = (given("public").map(|public| ["true", "1"].contains(&&*public)), given("kind"));
    let found = state.configurations.all.iter().filter(|known| {
        pattern.as_ref().is_none_or(|pattern| pattern.is_match(&known.key))
            && public.is_none_or(|public| public == known.public)
            && kind.as_ref().is_none_or(|kind| known.kind.as_deref() == Some(kind))
    });
    let summary = |known: &ConfigurationRecord| {
        let mut shown = response::fields(known);
        shown.retain(|name, _| !["metadata", "__v"].contains(&name.as_str()));
        shown
    };
    Ok(response::json(StatusCode::OK, &found.map(summary).collect::<Vec<_>>()))
}

/// `GET /{key}`: those that are public for everyone, all for administrators, who see the kind as well.
fn get(state: &State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let is_admin = caller.has_role("admin");
    let known = state.configurations.get(&call.name(2)).filter(|known| known.public || is_admin);
    let known = known.ok_or_else(|| refused(StatusCode::NOT_FOUND, "configuration not exists"))?;
    let mut shown = response::fields(&json!({ "tenant": known.tenant, "key": known.key, "metadata": known.metadata }));
    shown.extend(known.kind.clone().filter(|_| is_admin).map(|kind| ("kind".to_owned(), kind.into())));
    Ok(response::without_etag(response::json(StatusCode::OK, &shown)))
}

/// `POST /`: a description is not stored.
fn create(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    for_administrators(caller)?;
    if let Some(key) = call.text("key").filter(|key| state.configurations.get(key).is_some()) {
        let reason = format!("Configuration with key '{key}' already exists for this tenant");
        return Err(refused(StatusCode::CONFLICT, &reason));
    }
    let created = read(state, &call.body, call.now);
    let created = created.map_err(|_| refused(StatusCode::BAD_REQUEST, "configuration creation failed"))?;
    let response = response::json(StatusCode::OK, &created);
    state.configurations.all.push(created);
    Ok(response)
}

/// A configuration as it is sent; the reason why the server refuses it otherwise.
fn read(state: &mut State, given: &Map<String, Value>, now: Timestamp) -> Result<ConfigurationRecord, String> {
    let text = |name: &str| given.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let key = text("key").ok_or("it has no `key`")?;
    let mut configuration = ConfigurationRecord::new(state.next_id(now), key.to_owned(), now);
    configuration.public = given.get("public").is_some_and(|public| !is_falsy(public));
    configuration.kind = text("kind").map(str::to_owned);
    match given.get("metadata").filter(|content| !is_falsy(content)) {
        None => {}
        Some(Value::Object(content)) => configuration.metadata.clone_from(content),
        // The server stores them as well, and no client of Qelos reads them.
        Some(_) => return Err("its `metadata` are no object".to_owned()),
    }
    Ok(configuration)
}

/// Puts a configuration of a test in the place of the one with the same key.
pub(super) fn set(state: &mut State, given: &Map<String, Value>, now: Timestamp) -> Result<(), String> {
    let new = read(state, given, now)?;
    match state.configurations.get_mut(&new.key) {
        Some(known) => (known.public, known.kind, known.metadata) = (new.public, new.kind, new.metadata),
        None => state.configurations.all.push(new),
    }
    Ok(())
}

/// `PUT /{key}`: only description and content change; each field of the content that is given replaces the old one.
fn update(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    for_administrators(caller)?;
    let key = call.name(2);
    // The server looks into the configuration outside of the code that handles its failures.
    let known = state.configurations.get_mut(&key);
    let known = known.ok_or_else(|| response::unanswered(call.authority, &call.target()))?;
    if let Some(description) = call.text("description") {
        known.description = Some(description.to_owned());
    }
    if let Some(Value::Object(content)) = call.body.get("metadata") {
        let mut content = content.clone();
        let urls = content.get("websiteUrls").and_then(Value::as_array);
        // An empty list of URLs is ignored, and so is any list in other configurations.
        if key != APPLICATION || urls.is_none_or(Vec::is_empty) {
            content.remove("websiteUrls");
        }
        known.metadata.extend(content);
    }
    Ok(response::json(StatusCode::OK, known))
}

/// `DELETE /{key}`: that of the application stays.
fn delete(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    for_administrators(caller)?;
    let key = call.name(2);
    if key == APPLICATION {
        return Err(refused(StatusCode::FORBIDDEN, "cannot remove app configuration"));
    }
    let at = state.configurations.all.iter().position(|known| known.key == key);
    let at = at.ok_or_else(|| refused(StatusCode::INTERNAL_SERVER_ERROR, "remove configuration failed"))?;
    let removed = state.configurations.all.remove(at);
    Ok(response::json(StatusCode::OK, &json!({ "_id": removed.id, "key": removed.key })))
}
