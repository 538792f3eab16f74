//! Sources of integrations: the services that they use.

use crate::auth::Privileged;
use crate::id::SourceId;
use crate::wire::{NewSource, Source, SourceChanges, SourceCheck, SourceDraft, SourceKind, SourceStatus};
use crate::{DecodeRequest, Endpoint, resource};

/// Lists the sources of integrations: all of them, or those with these values. There are no pages.
///
/// `GET /api/integration-sources`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::ListSources;
/// use qelos_spec::wire::SourceKind;
///
/// let mut list = ListSources::default();
/// list.kind = Some(SourceKind::Http);
/// assert_eq!(list.encode()?.target(), "/api/integration-sources?kind=http");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/integration-sources", response = Vec<Source>, auth = Privileged)]
#[non_exhaustive]
pub struct ListSources {
    /// The kind.
    pub kind: Option<SourceKind>,
}

/// The sources of the integrations of the tenant, for users with the role `admin` or `plugin`.
///
/// # Errors
///
/// The server refuses a guest and a user without the role with 401 and an empty body. A source that does not exist is a 404.
/// Settings that the kind does not take are a 400.
#[resource(path = "/api/integration-sources", auth = Privileged, decode, crate = crate)]
pub trait IntegrationSources {
    /// Lists sources.
    #[endpoint(ListSources)]
    #[doc(alias = "getList")]
    async fn list(&self, sources: &ListSources) -> Vec<Source>;

    /// Reads a source.
    #[get("/{source_id}")]
    #[doc(alias = "getIntegrationSource")]
    async fn get(&self, source_id: &SourceId) -> Source;

    /// Creates a source.
    #[post]
    async fn create(&self, #[serde(flatten)] source: &NewSource) -> Source;

    /// Changes a source. Its kind stays.
    #[put("/{source_id}")]
    async fn update(&self, source_id: &SourceId, #[serde(flatten)] changes: &SourceChanges) -> Source;

    /// Deletes a source.
    #[delete("/{source_id}")]
    #[doc(alias = "remove")]
    async fn delete(&self, source_id: &SourceId) -> Source;

    /// Checks whether the server can reach a source, with the settings that it has or with others.
    #[post("/{source_id}/status", idempotent)]
    #[doc(alias = "checkStatus")]
    async fn check(&self, source_id: &SourceId, #[serde(flatten)] settings: &SourceCheck) -> SourceStatus;

    /// Checks whether the server can reach a source that does not exist yet.
    #[post("/status", idempotent)]
    #[doc(alias = "checkDraftStatus")]
    async fn check_draft(&self, #[serde(flatten)] source: &SourceDraft) -> SourceStatus;
}
