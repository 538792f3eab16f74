//! Entities in responses: with copies of their properties, with their owners and with related entities.

use std::str::FromStr;

use bytes::Bytes;
use http::header::HeaderName;
use http::{HeaderValue, Response};
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::response;
use super::super::state::{BlueprintRecord, EntityRecord, State};
use super::permissions::{Permitted, Reach};

/// The form that a request asks for.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// Whether the properties stand beside the fields of the server as well.
    is_flat: bool,
}

impl Form {
    /// A client of the first version of the interface gets the flat form in any case.
    pub(super) fn asked(call: &Call<'_>) -> Self {
        let is_nested = call.query("$flat").is_some_and(|flat| ["false", "0"].contains(&&*flat.to_lowercase()));
        let version = call.headers.get("accept-version").and_then(|version| version.to_str().ok());
        Self { is_flat: !is_nested || version.is_some_and(|version| version.eq_ignore_ascii_case("v1")) }
    }

    /// Copies the properties, which replace fields of the server with the same name.
    pub(super) fn apply(self, shown: &mut Map<String, Value>) {
        if self.is_flat
            && let Some(Value::Object(properties)) = shown.get("metadata").cloned()
        {
            shown.extend(properties);
        }
    }

    /// Says that the other form is going to be removed.
    pub(super) fn mark(self, mut response: Response<Bytes>) -> Response<Bytes> {
        const LINK: &str = "<https://docs.qelos.io/api/blueprint-entities#flat-response-shape>; rel=\"deprecation\"; type=\"text/html\"";
        if !self.is_flat {
            let headers = response.headers_mut();
            headers.insert(HeaderName::from_static("deprecation"), HeaderValue::from_static("true"));
            headers.insert(http::header::LINK, HeaderValue::from_static(LINK));
        }
        response
    }
}

/// An entity without its id in the database, and for administrators with who has written it.
pub(super) fn fields(entity: &EntityRecord, permitted: Permitted) -> Map<String, Value> {
    let mut shown = entity.document();
    shown.remove("_id");
    shown.insert("id".to_owned(), entity.identifier.clone().into());
    if permitted.is_administrator() {
        shown.insert("auditInfo".to_owned(), entity.audit());
    }
    shown
}

/// An entity that was read or written alone.
pub(super) fn alone(entity: &EntityRecord, permitted: Permitted, form: Form) -> Map<String, Value> {
    let mut shown = fields(entity, permitted);
    form.apply(&mut shown);
    shown
}

/// Puts names in the place of the ids of user and workspace; ids that mean nothing are left out.
pub(super) fn populate_owners(state: &State, shown: &mut Map<String, Value>) {
    let named = |value: Option<Value>, look_up: &dyn Fn(&str) -> Option<Map<String, Value>>| {
        look_up(value?.as_str()?).map(Value::Object)
    };
    let user = named(shown.remove("user"), &|id| user(state, id));
    let workspace = named(shown.remove("workspace"), &|id| workspace(state, id));
    shown.extend(user.map(|user| ("user".to_owned(), user)));
    shown.extend(workspace.map(|workspace| ("workspace".to_owned(), workspace)));
}

fn user(state: &State, id: &str) -> Option<Map<String, Value>> {
    let user = state.active_user(id.parse().ok()?)?;
    let mut shown = response::fields(&json!({ "_id": id, "firstName": user.first_name }));
    shown.extend(user.last_name.clone().map(|name| ("lastName".to_owned(), name.into())));
    shown.extend(user.profile_image.clone().map(|image| ("profileImage".to_owned(), image)));
    Some(shown)
}

fn workspace(state: &State, id: &str) -> Option<Map<String, Value>> {
    let id = FromStr::from_str(id).ok()?;
    let workspace = state.workspaces.iter().find(|workspace| workspace.id == id)?;
    let mut shown = response::fields(&json!({ "_id": id, "name": workspace.name }));
    shown.extend(workspace.logo.clone().map(|logo| ("logo".to_owned(), logo.into())));
    Some(shown)
}

/// Puts related entities in the place of their identifiers, as far as the caller may read them. Those that are not found
/// become what the function says.
pub(super) fn populate_relations(
    state: &State,
    blueprint: &BlueprintRecord,
    reach: Reach,
    shown: &mut Map<String, Value>,
    not_found: fn() -> Option<Value>,
) {
    let Some(Value::Object(properties)) = shown.get_mut("metadata") else { return };
    for relation in &blueprint.relations {
        let Some(Value::String(target)) = properties.get(&relation.key) else { continue };
        let related = state.entities.iter().find(|entity| {
            entity.blueprint == relation.target && entity.identifier == *target && reach.contains(entity)
        });
        match related.map(|related| related.document().into()).or_else(not_found) {
            Some(related) => properties.insert(relation.key.clone(), related),
            None => properties.remove(&relation.key),
        };
    }
}
