//! The entities of a blueprint, as a client calls them.
//!
//! It is written by hand: the types of new properties, of changes and of related entities are those of each call, and a method of
//! a resource has no type parameters.

#![allow(clippy::must_use_candidate, reason = "a call is `#[must_use]` already")]

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Dispatch;
use crate::api::{
    ChartFilter, ChartsCount, CreateEntity, DeleteAllEntities, DeleteEntity, EntityQuery, GetEntity, ListEntities,
    UpdateEntity,
};
use crate::auth::{Anyone, SatisfiedBy, SignedIn};
use crate::wire::{Deletion, Entity, EntityCount};

/// The entities of a blueprint, whose properties are a `T`; see [`EntitiesExt::entities`].
pub struct EntitiesHandle<'c, Caller: ?Sized, T> {
    client: &'c Caller,
    blueprint: String,
    of: PhantomData<fn() -> T>,
}

/// Brings [`entities`](EntitiesExt::entities) to every client.
pub trait EntitiesExt: Dispatch {
    /// The entities of a blueprint, whose properties are a `T`.
    ///
    /// ```
    /// use qelos_spec::Dispatch;
    /// use qelos_spec::api::{EntitiesExt, EntityQuery};
    /// use qelos_spec::auth::{Anyone, SatisfiedBy};
    ///
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct Car {
    ///     name: String,
    ///     price: Option<u32>,
    /// }
    ///
    /// async fn cheapest<C: Dispatch>(client: &C) -> Result<Option<String>, C::Error>
    /// where
    ///     Anyone: SatisfiedBy<C::Credential>,
    /// {
    ///     let cars = client.entities::<Car>("car");
    ///     let query = EntityQuery::new().less_than("price", 20).ascending("price").limit(1);
    ///     Ok(cars.list(query).await?.pop().map(|car| car.properties.name))
    /// }
    /// ```
    #[doc(alias = "entitiesOf")]
    fn entities<T>(&self, blueprint: impl Into<String>) -> EntitiesHandle<'_, Self, T> {
        EntitiesHandle { client: self, blueprint: blueprint.into(), of: PhantomData }
    }
}

impl<Caller: Dispatch> EntitiesExt for Caller {}

impl<Caller: ?Sized, T> Clone for EntitiesHandle<'_, Caller, T> {
    fn clone(&self) -> Self {
        Self { client: self.client, blueprint: self.blueprint.clone(), of: PhantomData }
    }
}

impl<Caller: ?Sized, T> fmt::Debug for EntitiesHandle<'_, Caller, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntitiesHandle").field("blueprint", &self.blueprint).finish_non_exhaustive()
    }
}

impl<Caller: Dispatch, T: DeserializeOwned + Send + 'static> EntitiesHandle<'_, Caller, T> {
    /// Lists entities: [`ListEntities`], `GET /api/blueprints/{blueprint}/entities`. Needs [`Anyone`].
    #[doc(alias = "getList")]
    #[doc(alias = "find")]
    pub fn list(&self, query: EntityQuery) -> Caller::Call<Vec<Entity<T>>>
    where
        Anyone: SatisfiedBy<Caller::Credential>,
    {
        self.client.dispatch(&ListEntities::<T>::new(&self.blueprint, query))
    }

    /// Lists entities with what [`EntityQuery::with_related`] adds, which is read as a `More`: [`ListEntities`].
    pub fn list_with<More>(&self, query: EntityQuery) -> Caller::Call<Vec<Entity<T, More>>>
    where
        More: DeserializeOwned + Send + 'static,
        Anyone: SatisfiedBy<Caller::Credential>,
    {
        self.client.dispatch(&ListEntities::<T, More>::new(&self.blueprint, query))
    }

    /// Reads an entity: [`GetEntity`], `GET /api/blueprints/{blueprint}/entities/{identifier}`. Needs [`Anyone`].
    ///
    /// # Errors
    ///
    /// An entity that does not exist, or that the caller may not see, is a 404.
    #[doc(alias = "getEntity")]
    #[doc(alias = "findOne")]
    pub fn get(&self, identifier: &str) -> Caller::Call<Entity<T>>
    where
        Anyone: SatisfiedBy<Caller::Credential>,
    {
        self.client.dispatch(&GetEntity::<T>::new(&self.blueprint, identifier))
    }

    /// Creates an entity: [`CreateEntity`], `POST /api/blueprints/{blueprint}/entities`. Needs [`Anyone`].
    ///
    /// # Errors
    ///
    /// The first property that is not valid is a 406 with its name. The limit of a blueprint is a 403.
    pub fn create<New: Serialize>(&self, properties: &New) -> Caller::Call<Entity<T>>
    where
        Anyone: SatisfiedBy<Caller::Credential>,
    {
        self.client.dispatch(&CreateEntity::<&New, T>::new(&self.blueprint, properties))
    }

    /// Changes properties of an entity: [`UpdateEntity`], `PUT /api/blueprints/{blueprint}/entities/{identifier}`. Needs
    /// [`Anyone`].
    ///
    /// # Errors
    ///
    /// As for [`create`](Self::create), and as for [`get`](Self::get).
    #[doc(alias = "updateOne")]
    pub fn update<Changes: Serialize>(&self, identifier: &str, changes: &Changes) -> Caller::Call<Entity<T>>
    where
        Anyone: SatisfiedBy<Caller::Credential>,
    {
        self.client.dispatch(&UpdateEntity::<&Changes, T>::new(&self.blueprint, identifier, changes))
    }

    /// Deletes an entity: [`DeleteEntity`], `DELETE /api/blueprints/{blueprint}/entities/{identifier}`. Needs [`Anyone`].
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    #[doc(alias = "remove")]
    #[doc(alias = "deleteOne")]
    pub fn delete(&self, identifier: &str) -> Caller::Call<Entity<T>>
    where
        Anyone: SatisfiedBy<Caller::Credential>,
    {
        self.client.dispatch(&DeleteEntity::<T>::new(&self.blueprint, identifier))
    }
}

impl<Caller: Dispatch, T> EntitiesHandle<'_, Caller, T> {
    /// Deletes all entities that the caller may delete: [`DeleteAllEntities`],
    /// `DELETE /api/blueprints/{blueprint}/entities/all`. Needs [`SignedIn`].
    ///
    /// # Errors
    ///
    /// Entities that others are related to stay: 403.
    pub fn delete_all(&self) -> Caller::Call<Deletion>
    where
        SignedIn: SatisfiedBy<Caller::Credential>,
    {
        self.client.dispatch(&DeleteAllEntities::new(&self.blueprint))
    }

    /// Counts entities: [`ChartsCount`], `GET /api/blueprints/{blueprint}/charts/count`. Needs [`SignedIn`].
    pub fn count(&self, filter: ChartFilter) -> Caller::Call<EntityCount>
    where
        SignedIn: SatisfiedBy<Caller::Credential>,
    {
        self.client.dispatch(&ChartsCount { blueprint: self.blueprint.clone(), filter })
    }
}
