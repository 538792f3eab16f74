//! Blueprints: the forms of entities.

use crate::auth::{Privileged, SignedIn};
use crate::wire::{Blueprint, BlueprintChanges, NewBlueprint};
use crate::{DecodeRequest, Endpoint, resource};

/// Lists the blueprints that have all of these values. There are no pages.
///
/// `GET /api/blueprints`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::SearchBlueprints;
///
/// let mut search = SearchBlueprints::default();
/// search.identifiers = vec!["car".to_owned(), "brand".to_owned()];
/// assert_eq!(search.encode()?.target(), "/api/blueprints?identifier=car,brand");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/blueprints", response = Vec<Blueprint>, auth = SignedIn)]
#[non_exhaustive]
pub struct SearchBlueprints {
    /// A regular expression for the name, whatever the case of its letters.
    pub name: Option<String>,
    /// A regular expression for the description, whatever the case of its letters.
    pub description: Option<String>,
    /// One of these identifiers.
    #[endpoint(query, comma, rename = "identifier")]
    pub identifiers: Vec<String>,
}

/// The blueprints of the tenant. Users without the role `admin` or `plugin` may read them, without the permissions.
///
/// # Errors
///
/// The server refuses a guest and a user without the role with 401 and an empty body.
#[resource(path = "/api/blueprints", auth = Privileged, decode, crate = crate)]
pub trait Blueprints {
    /// Lists all blueprints.
    #[get(auth = SignedIn)]
    #[doc(alias = "getList")]
    async fn list(&self) -> Vec<Blueprint>;

    /// Lists the blueprints whose name and description match a regular expression, or with one of several identifiers.
    #[endpoint(SearchBlueprints)]
    async fn search(&self, blueprints: &SearchBlueprints) -> Vec<Blueprint>;

    /// Reads a blueprint. `None` if there is no such blueprint.
    #[get("/{blueprint}", auth = SignedIn)]
    #[doc(alias = "getBlueprint")]
    async fn get(&self, blueprint: &str) -> Option<Blueprint>;

    /// Creates a blueprint. The server drops properties without a title or a type.
    ///
    /// # Errors
    ///
    /// Each mistake, such as an identifier that is taken, is a 400 `failed to create a blueprint`.
    #[post]
    async fn create(&self, #[serde(flatten)] blueprint: &NewBlueprint) -> Blueprint;

    /// Changes a blueprint: each field that is given replaces the old value, the properties as a whole as well.
    #[put("/{blueprint}")]
    async fn update(&self, blueprint: &str, #[serde(flatten)] changes: &BlueprintChanges) -> Blueprint;

    /// Adds properties, relations and mappings to those of a blueprint. The server ignores permissions here.
    #[patch("/{blueprint}")]
    async fn extend(&self, blueprint: &str, #[serde(flatten)] additions: &BlueprintChanges) -> Blueprint;

    /// Deletes a blueprint. `None` if there was no such blueprint.
    ///
    /// # Errors
    ///
    /// A blueprint that has entities is not deleted: 400.
    #[delete("/{blueprint}")]
    #[doc(alias = "remove")]
    async fn delete(&self, blueprint: &str) -> Option<Blueprint>;
}
