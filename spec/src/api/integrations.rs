//! Integrations: what triggers them, and what they do.

use crate::auth::Privileged;
use crate::id::{IntegrationId, PluginId, SourceId, UserId};
use crate::wire::{Integration, IntegrationChanges, NewIntegration};
use crate::{DecodeRequest, Endpoint, resource};

/// Lists integrations: all of them, or those with these values.
///
/// `GET /api/integrations`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/integrations", response = Vec<Integration>, auth = Privileged)]
#[non_exhaustive]
pub struct ListIntegrations {
    /// The plugin that they belong to.
    pub plugin: Option<PluginId>,
    /// The user who has created them.
    pub user: Option<UserId>,
    /// The source of the trigger.
    #[serde(rename = "trigger.source")]
    pub trigger_source: Option<SourceId>,
    /// The source of the target.
    #[serde(rename = "target.source")]
    pub target_source: Option<SourceId>,
    /// A kind of one of the two.
    pub kind: Option<String>,
    /// The source of either.
    pub source: Option<SourceId>,
    /// Whether they run.
    pub active: Option<bool>,
    /// The integration.
    pub id: Option<IntegrationId>,
}

/// The integrations of the tenant, for users with the role `admin` or `plugin`.
///
/// # Errors
///
/// The server refuses a guest and a user without the role with 401 and an empty body. An integration that does not exist
/// is a 404. A source, or an operation that a source does not have, is a 400.
#[resource(path = "/api/integrations", auth = Privileged, decode, crate = crate)]
pub trait Integrations {
    /// Lists integrations.
    #[endpoint(ListIntegrations)]
    #[doc(alias = "getList")]
    async fn list(&self, integrations: &ListIntegrations) -> Vec<Integration>;

    /// Reads an integration. The server keeps the response for a day.
    #[get("/{integration_id}")]
    #[doc(alias = "getIntegration")]
    async fn get(&self, integration_id: &IntegrationId) -> Integration;

    /// Creates an integration. It does not run before it is [active](NewIntegration::active).
    #[post]
    async fn create(&self, #[serde(flatten)] integration: &NewIntegration) -> Integration;

    /// Changes an integration.
    #[put("/{integration_id}")]
    async fn update(
        &self,
        integration_id: &IntegrationId,
        #[serde(flatten)] changes: &IntegrationChanges,
    ) -> Integration;

    /// Deletes an integration.
    #[delete("/{integration_id}")]
    #[doc(alias = "remove")]
    async fn delete(&self, integration_id: &IntegrationId) -> Integration;
}
