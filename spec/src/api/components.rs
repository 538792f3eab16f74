//! Components: pieces of a page, in Vue.

use bytes::Bytes;

use crate::auth::{Privileged, Public};
use crate::id::ComponentId;
use crate::wire::{BulkComponents, Component, ComponentChanges, NewComponent, StaticComponents};
use crate::{DecodeRequest, Endpoint, resource};

/// Lists the compiled files of all components. Guests may read them.
///
/// `GET /api/static`.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/static", response = StaticComponents, auth = Public)]
pub struct ListStaticComponents {}

/// Reads a compiled file of a component, by its name in [`ListStaticComponents`]: `hero.1795631916000.js`.
///
/// `GET /api/static/{file}`.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/static/{file}", response = Bytes, raw, auth = Public)]
#[non_exhaustive]
pub struct GetStaticFile {
    /// The name of the file.
    pub file: String,
}

impl GetStaticFile {
    /// The file of this name.
    #[must_use]
    pub fn new(file: impl Into<String>) -> Self {
        Self { file: file.into() }
    }
}

/// The components of the tenant, for users with the role `admin` or `plugin`.
///
/// # Errors
///
/// The server refuses a guest and a user without the role with 401 and an empty body. A component that cannot be
/// compiled is a 400, with the reason.
#[resource(path = "/api/components", auth = Privileged, decode, crate = crate)]
pub trait Components {
    /// Lists all components, without their sources.
    #[get]
    #[doc(alias = "getList")]
    async fn list(&self) -> Vec<Component>;

    /// Reads a component. `None` if there is no such component.
    #[get("/{component_id}")]
    #[doc(alias = "getComponent")]
    async fn get(&self, component_id: &ComponentId) -> Option<Component>;

    /// Creates and compiles a component, which takes some seconds.
    #[post]
    async fn create(&self, #[serde(flatten)] component: &NewComponent) -> Component;

    /// Changes a component. `None` if there is no such component, and no source was given.
    #[put("/{component_id}")]
    async fn update(
        &self,
        component_id: &ComponentId,
        #[serde(flatten)] changes: &ComponentChanges,
    ) -> Option<Component>;

    /// Deletes a component. `None` if there was no such component.
    #[delete("/{component_id}")]
    #[doc(alias = "remove")]
    async fn delete(&self, component_id: &ComponentId) -> Option<Component>;

    /// Creates several components, or changes those with the same identifiers.
    #[post("/bulk")]
    #[doc(alias = "bulkCreateOrUpdate")]
    async fn create_or_update(&self, components: &[NewComponent]) -> BulkComponents;
}
