//! The blueprint and the entities that a request is about.

use bytes::Bytes;
use http::{Response, StatusCode};

use super::super::blueprints::unknown_blueprint;
use super::super::call::Call;
use super::super::response::{self, Refused};
use super::super::state::{BlueprintRecord, EntityRecord, State};
use super::permissions::Reach;

pub(super) type Outcome = Result<Response<Bytes>, Refused>;

/// The blueprint that the path names.
pub(super) fn blueprint(state: &State, call: &Call<'_>) -> Result<BlueprintRecord, Refused> {
    state.blueprint(&call.name(2)).cloned().ok_or_else(unknown_blueprint)
}

/// The entities of a blueprint that a caller reaches, the oldest first.
pub(super) fn within<'s>(
    state: &'s State,
    blueprint: &BlueprintRecord,
    reach: Reach,
) -> impl Iterator<Item = &'s EntityRecord> + use<'s> {
    let blueprint = blueprint.identifier.clone();
    state.entities.iter().filter(move |entity| entity.blueprint == blueprint && reach.contains(entity))
}

/// The place of the entity that the path names, if it is one of those.
pub(super) fn find(
    state: &State,
    blueprint: &BlueprintRecord,
    reach: Reach,
    call: &Call<'_>,
) -> Result<usize, Refused> {
    let identifier = call.name(4);
    let is_it = |entity: &EntityRecord| {
        entity.blueprint == blueprint.identifier && entity.identifier == identifier && reach.contains(entity)
    };
    let at = state.entities.iter().position(is_it);
    at.ok_or_else(|| Box::new(response::message(StatusCode::NOT_FOUND, "entity not found")))
}

/// The response when the server fails.
pub(super) fn failed(what: &str) -> Refused {
    Box::new(response::message(StatusCode::INTERNAL_SERVER_ERROR, &format!("something went wrong with {what}")))
}
