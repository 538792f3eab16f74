//! Blueprints as they are sent: new ones, and changes.

use std::collections::BTreeMap;

use qelos_spec::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::state::{
    BlueprintRecord, Dispatchers, Limitation, Mechanism, Permission, Property, Relation, Scope, State,
};

/// The fields that a request gives.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Draft {
    name: Option<String>,
    description: Option<String>,
    entity_identifier_mechanism: Option<Mechanism>,
    permissions: Option<Vec<Permission>>,
    permission_scope: Option<Scope>,
    properties: Option<Map<String, Value>>,
    relations: Option<Vec<Relation>>,
    limitations: Option<Vec<Limitation>>,
    update_mapping: Option<Map<String, Value>>,
    dispatchers: Option<Dispatchers>,
}

/// Adds a new blueprint; the reason why the server refuses it otherwise.
pub(in super::super) fn add(
    state: &mut State,
    given: &Map<String, Value>,
    now: Timestamp,
) -> Result<BlueprintRecord, String> {
    let required = |name: &str| {
        let text = given.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| format!("it has no `{name}`"))
    };
    let (identifier, name) = (required("identifier")?, required("name")?);
    if state.blueprint(&identifier).is_some() {
        return Err(format!("there is a blueprint `{identifier}` already"));
    }
    let draft = Draft::read(state, given, now)?;
    let mut blueprint = BlueprintRecord::new(state.next_id(now), identifier, name, now);
    draft.replace(&mut blueprint);
    state.blueprints.push(blueprint.clone());
    Ok(blueprint)
}

impl Draft {
    /// Reads the fields, and gives an id to each part that has none.
    pub(super) fn read(state: &mut State, given: &Map<String, Value>, now: Timestamp) -> Result<Self, String> {
        let mut draft: Self = Self::deserialize(given).map_err(|error| error.to_string())?;
        let permissions = draft.permissions.iter_mut().flatten().map(|permission| &mut permission.id);
        let relations = draft.relations.iter_mut().flatten().map(|relation| &mut relation.id);
        let limitations = draft.limitations.iter_mut().flatten().map(|limitation| &mut limitation.id);
        for id in permissions.chain(relations).chain(limitations).filter(|id| id.is_empty()) {
            *id = state.next_id(now);
        }
        Ok(draft)
    }

    /// Each field that is given replaces the old value.
    pub(super) fn replace(self, blueprint: &mut BlueprintRecord) {
        let Self { permissions, properties, relations, update_mapping, .. } = &self;
        if let Some(permissions) = permissions {
            blueprint.permissions.clone_from(permissions);
        }
        if let Some(properties) = properties {
            blueprint.properties = kept(properties);
        }
        if let Some(relations) = relations {
            blueprint.relations.clone_from(relations);
        }
        if let Some(mapping) = update_mapping {
            blueprint.update_mapping.clone_from(mapping);
        }
        self.replace_plain(blueprint);
    }

    /// Properties, relations and mappings are added to the old ones. Permissions are ignored.
    pub(super) fn extend(self, blueprint: &mut BlueprintRecord) {
        let Self { properties, relations, update_mapping, .. } = &self;
        blueprint.properties.extend(properties.iter().flat_map(kept));
        for relation in relations.iter().flatten() {
            match blueprint.relations.iter_mut().find(|known| known.key == relation.key) {
                Some(known) => known.clone_from(relation),
                None => blueprint.relations.push(relation.clone()),
            }
        }
        blueprint.update_mapping.extend(update_mapping.clone().unwrap_or_default());
        self.replace_plain(blueprint);
    }

    /// The fields that both kinds of change replace.
    fn replace_plain(self, blueprint: &mut BlueprintRecord) {
        blueprint.name = self.name.unwrap_or_else(|| std::mem::take(&mut blueprint.name));
        blueprint.description = self.description.or_else(|| blueprint.description.take());
        blueprint.permission_scope = self.permission_scope.or(blueprint.permission_scope);
        blueprint.limitations = self.limitations.unwrap_or_else(|| std::mem::take(&mut blueprint.limitations));
        blueprint.dispatchers = self.dispatchers.unwrap_or(blueprint.dispatchers);
        let mechanism = self.entity_identifier_mechanism;
        blueprint.entity_identifier_mechanism = mechanism.unwrap_or(blueprint.entity_identifier_mechanism);
    }
}

/// The properties with a title and a type. The server drops the others.
fn kept(given: &Map<String, Value>) -> BTreeMap<String, Property> {
    given.iter().filter_map(|(name, property)| Some((name.clone(), Property::read(property)?))).collect()
}
