//! API tokens: list, create, revoke. The server refuses all three to a caller with an API token.

use crate::auth::Session;
use crate::id::{ApiTokenId, WorkspaceId};
use crate::timestamp::Timestamp;
use crate::wire::{ApiToken, CreatedApiToken};
use crate::{DecodeRequest, Endpoint, resource};

/// Creates an API token. The response has the raw token; the server never shows it again.
///
/// ```
/// use qelos_spec::{Endpoint, api::CreateApiToken};
///
/// let endpoint = CreateApiToken::new("ci", "2027-01-01T00:00:00Z".parse().unwrap());
/// let request = endpoint.encode().unwrap();
/// assert_eq!(request.body(), r#"{"nickname":"ci","expiresAt":"2027-01-01T00:00:00.000Z"}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/me/api-tokens", response = CreatedApiToken, auth = Session)]
#[non_exhaustive]
pub struct CreateApiToken {
    /// The name that lists show.
    #[serde(with = "crate::wire::label")]
    pub nickname: String,
    /// When the token expires. It has to be in the future.
    #[serde(rename = "expiresAt")]
    pub expires_at: Timestamp,
    /// The workspace that the token is locked to.
    pub workspace: Option<WorkspaceId>,
}

impl CreateApiToken {
    /// A token that is locked to no workspace.
    #[must_use]
    pub fn new(nickname: impl Into<String>, expires_at: Timestamp) -> Self {
        Self { nickname: nickname.into(), expires_at, workspace: None }
    }
}

/// The API tokens of the signed-in user: at most ten. Expired tokens count until the server removes them.
#[resource(path = "/api/me/api-tokens", auth = Session, decode, crate = crate)]
pub trait ApiTokens {
    /// Lists the tokens, newest first.
    #[get]
    #[doc(alias = "listApiTokens")]
    async fn list(&self) -> Vec<ApiToken>;

    /// Creates a token. The response has the raw token; the server never shows it again.
    #[endpoint(CreateApiToken)]
    #[doc(alias = "createApiToken")]
    async fn create(&self, token: &CreateApiToken) -> CreatedApiToken;

    /// Revokes a token. The server refuses it from then on.
    #[delete("/{token_id}")]
    #[doc(alias = "deleteApiToken")]
    async fn delete(&self, token_id: &ApiTokenId);
}
