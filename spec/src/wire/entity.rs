//! Entities: the records of a blueprint.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{UserId, WorkspaceId};
use crate::timestamp::Timestamp;

/// An entity: its properties `T`, and what the server keeps about it.
///
/// `T` is read from the field `metadata` of the response. The server repeats the properties beside its own fields, where
/// one that is called like such a field replaces it: a property `created` that is no date makes the entity unreadable.
/// [`EntityQuery::without_copies`](crate::api::EntityQuery::without_copies) leaves the copies out.
///
/// `More` holds what [`EntityQuery::with_related`](crate::api::EntityQuery::with_related) has added.
///
/// ```
/// use qelos_spec::wire::Entity;
///
/// #[derive(serde::Deserialize)]
/// struct Car {
///     name: String,
///     price: Option<u32>,
/// }
///
/// let text = r#"{
///     "identifier": "6b072b2cbeed1facd15cbe6e", "blueprint": "car", "user": "6b072b2c9deb66ecc9cde575",
///     "metadata": {"name": "Golf", "price": 20}, "created": "2026-11-25T18:38:36.867Z", "name": "Golf", "price": 20
/// }"#;
/// let car: Entity<Car> = serde_json::from_str(text)?;
/// assert_eq!((car.properties.name.as_str(), car.properties.price), ("Golf", Some(20)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Entity<T, More = ()> {
    /// The identifier, which requests name it by.
    pub identifier: String,
    /// The identifier of its blueprint.
    pub blueprint: String,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The user that it belongs to. Absent where a guest has created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Owner<UserId>>,
    /// The workspace that it belongs to: the active one of its creator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<Owner<WorkspaceId>>,
    /// The properties.
    #[serde(rename = "metadata")]
    pub properties: T,
    /// The related entities, as `property:identifier`.
    #[serde(default)]
    pub indexes: Vec<String>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When it was created as well: the server does not write the time of a change here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Who has created and changed it, for administrators: addresses and programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit_info: Option<Value>,
    /// What was asked for beside it.
    #[serde(flatten)]
    pub more: More,
}

/// The user or the workspace that an entity belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Owner<Id> {
    /// Its id.
    Id(Id),
    /// Its name as well, as [`EntityQuery::populated`](crate::api::EntityQuery::populated) asks for.
    Populated(PopulatedOwner<Id>),
}

impl<Id: Copy> Owner<Id> {
    /// The id.
    pub fn id(&self) -> Id {
        match self {
            Self::Id(id) => *id,
            Self::Populated(owner) => owner.id,
        }
    }
}

/// A user or a workspace, with its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PopulatedOwner<Id> {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: Id,
    /// The name of a workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The URL of the picture of a workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The first name of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The URL of the picture of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_image: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}
