//! Entities: the records of a blueprint.
//!
//! Each endpoint has the type of the properties as a parameter: `ListEntities<Car>`.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::api::EntityQuery;
use crate::auth::{Anyone, SignedIn};
use crate::wire::{Deletion, Entity};
use crate::{DecodeError, DecodeRequest, Endpoint, Paged};

/// Lists the entities of a blueprint.
///
/// `GET /api/blueprints/{blueprint}/entities`.
///
/// # Errors
///
/// The server refuses a caller without the permission to read with 403, as it refuses an expired token. A blueprint that
/// does not exist is a 404.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/blueprints/{blueprint}/entities", response = Vec<Entity<T, More>>, auth = Anyone)]
#[non_exhaustive]
pub struct ListEntities<T, More = ()>
where
    T: Send + 'static,
    More: Send + 'static,
{
    /// The identifier of the blueprint.
    pub blueprint: String,
    /// What is asked for.
    #[serde(flatten)]
    pub query: EntityQuery,
    #[endpoint(skip)]
    of: PhantomData<fn() -> (T, More)>,
}

/// Reads an entity.
///
/// `GET /api/blueprints/{blueprint}/entities/{identifier}`.
///
/// # Errors
///
/// An entity that does not exist, or that the caller may not see, is a 404.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/blueprints/{blueprint}/entities/{identifier}", response = Entity<T, More>, auth = Anyone)]
#[non_exhaustive]
pub struct GetEntity<T, More = ()>
where
    T: Send + 'static,
    More: Send + 'static,
{
    /// The identifier of the blueprint.
    pub blueprint: String,
    /// The identifier of the entity.
    pub identifier: String,
    /// What is asked for. Filters have no effect.
    #[serde(flatten)]
    pub query: EntityQuery,
    #[endpoint(skip)]
    of: PhantomData<fn() -> (T, More)>,
}

/// Creates an entity of the properties `New`. It belongs to the user, and to the active workspace.
///
/// `POST /api/blueprints/{blueprint}/entities`.
///
/// The server drops properties that the blueprint does not have. An administrator may name another owner: `user` and
/// `workspace` beside the properties.
///
/// # Errors
///
/// The first property that is not valid is a 406 with its name. The limit of a blueprint is a 403.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/blueprints/{blueprint}/entities", response = Entity<T>, auth = Anyone)]
#[non_exhaustive]
pub struct CreateEntity<New, T>
where
    T: Send + 'static,
{
    /// The identifier of the blueprint.
    pub blueprint: String,
    /// What is asked for. Filters have no effect.
    #[endpoint(query)]
    #[serde(flatten)]
    pub query: EntityQuery,
    /// The properties.
    #[endpoint(body)]
    pub properties: New,
    #[endpoint(skip)]
    of: PhantomData<fn() -> T>,
}

/// Changes properties of an entity. Those that are left out stay.
///
/// `PUT /api/blueprints/{blueprint}/entities/{identifier}`.
///
/// A property cannot be taken away: `null` is a 406 for a text, and becomes `0`, `false` or 1970 for others.
///
/// # Errors
///
/// The first property that is not valid is a 406 with its name. An entity that does not exist, or that the caller may not
/// see, is a 404.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(PUT, "/api/blueprints/{blueprint}/entities/{identifier}", response = Entity<T>, auth = Anyone)]
#[non_exhaustive]
pub struct UpdateEntity<Changes, T>
where
    T: Send + 'static,
{
    /// The identifier of the blueprint.
    pub blueprint: String,
    /// The identifier of the entity.
    pub identifier: String,
    /// What is asked for. Filters have no effect.
    #[endpoint(query)]
    #[serde(flatten)]
    pub query: EntityQuery,
    /// The properties that change.
    #[endpoint(body)]
    pub changes: Changes,
    #[endpoint(skip)]
    of: PhantomData<fn() -> T>,
}

/// Deletes an entity.
///
/// `DELETE /api/blueprints/{blueprint}/entities/{identifier}`.
///
/// # Errors
///
/// An entity that does not exist, or that the caller may not see, is a 404.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(DELETE, "/api/blueprints/{blueprint}/entities/{identifier}", response = Entity<T>, auth = Anyone)]
#[non_exhaustive]
pub struct DeleteEntity<T>
where
    T: Send + 'static,
{
    /// The identifier of the blueprint.
    pub blueprint: String,
    /// The identifier of the entity.
    pub identifier: String,
    /// What is asked for. Filters have no effect.
    #[serde(flatten)]
    pub query: EntityQuery,
    #[endpoint(skip)]
    of: PhantomData<fn() -> T>,
}

/// Deletes all entities of a blueprint that the caller may delete.
///
/// `DELETE /api/blueprints/{blueprint}/entities/all`.
///
/// # Errors
///
/// Entities that others are related to stay: 403.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(DELETE, "/api/blueprints/{blueprint}/entities/all", response = Deletion, auth = SignedIn)]
#[non_exhaustive]
pub struct DeleteAllEntities {
    /// The identifier of the blueprint.
    pub blueprint: String,
}

impl DeleteAllEntities {
    /// The entities of this blueprint.
    #[must_use]
    pub fn new(blueprint: impl Into<String>) -> Self {
        Self { blueprint: blueprint.into() }
    }
}

impl<T: Send + 'static, More: Send + 'static> ListEntities<T, More> {
    /// The entities of this blueprint.
    #[must_use]
    pub fn new(blueprint: impl Into<String>, query: EntityQuery) -> Self {
        Self { blueprint: blueprint.into(), query, of: PhantomData }
    }
}

/// The pages of a list. Only a query with a [`page`](EntityQuery::page) has others behind it: without one, the server
/// returns all entities. An empty page is the last one.
impl<T, More> Paged for ListEntities<T, More>
where
    T: DeserializeOwned + Send + 'static,
    More: DeserializeOwned + Send + 'static,
{
    type Item = Entity<T, More>;
    type Position = u32;
    const POSITION: &'static str = "$page";

    fn following(&self, page: &Self::Response) -> Result<Option<Self>, DecodeError> {
        let next = self.query.asked_page().filter(|_| !page.is_empty()).and_then(|page| page.checked_add(1));
        Ok(next.map(|next| self.at(next)))
    }

    fn items(page: Self::Response) -> Vec<Self::Item> {
        page
    }

    fn position(&self) -> u32 {
        self.query.asked_page().unwrap_or(1)
    }

    fn at(&self, position: u32) -> Self {
        Self::new(self.blueprint.clone(), self.query.clone().page(position))
    }
}

impl<T: Send + 'static, More: Send + 'static> GetEntity<T, More> {
    /// This entity of the blueprint.
    #[must_use]
    pub fn new(blueprint: impl Into<String>, identifier: impl Into<String>) -> Self {
        Self { blueprint: blueprint.into(), identifier: identifier.into(), query: EntityQuery::new(), of: PhantomData }
    }
}

impl<New, T: Send + 'static> CreateEntity<New, T> {
    /// An entity of the blueprint, with these properties.
    #[must_use]
    pub fn new(blueprint: impl Into<String>, properties: New) -> Self {
        Self { blueprint: blueprint.into(), query: EntityQuery::new(), properties, of: PhantomData }
    }
}

impl<Changes, T: Send + 'static> UpdateEntity<Changes, T> {
    /// Changes of this entity of the blueprint.
    #[must_use]
    pub fn new(blueprint: impl Into<String>, identifier: impl Into<String>, changes: Changes) -> Self {
        let (blueprint, identifier) = (blueprint.into(), identifier.into());
        Self { blueprint, identifier, query: EntityQuery::new(), changes, of: PhantomData }
    }
}

impl<T: Send + 'static> DeleteEntity<T> {
    /// This entity of the blueprint.
    #[must_use]
    pub fn new(blueprint: impl Into<String>, identifier: impl Into<String>) -> Self {
        Self { blueprint: blueprint.into(), identifier: identifier.into(), query: EntityQuery::new(), of: PhantomData }
    }
}
