//! Drafts: what the signed-in user has begun to write.

use serde_json::Value;

use crate::auth::SignedIn;
use crate::wire::{Done, Draft};
use crate::{DecodeRequest, Endpoint, resource};

/// Reads a draft of the signed-in user. `None` if there is none.
///
/// `GET /api/drafts`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::GetDraft;
///
/// let mut draft = GetDraft::default();
/// draft.context_type = Some("page".to_owned());
/// draft.context_id = Some("p1".to_owned());
/// assert_eq!(draft.encode()?.target(), "/api/drafts?contextType=page&contextId=p1");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/drafts", response = Option<Draft>, none = 404, auth = SignedIn)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetDraft {
    /// The kind of thing that it is a draft of, a word of the application: `page`. Without it, the draft that belongs to no
    /// kind.
    pub context_type: Option<String>,
    /// The one of the kind, a text of the application. Without it, the draft that belongs to no one of the kind.
    pub context_id: Option<String>,
}

/// Writes a draft of the signed-in user, in place of the one of the same thing. The server empties the fields that are left
/// out.
///
/// `PUT /api/drafts`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::SetDraft;
/// use serde_json::json;
///
/// let mut draft = SetDraft::new("page", json!({"title": "Prices"}));
/// draft.context_id = Some("p1".to_owned());
/// assert_eq!(
///     draft.encode()?.body(),
///     r#"{"contextType":"page","contextId":"p1","contextData":{"title":"Prices"}}"#
/// );
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(PUT, "/api/drafts", response = Draft, auth = SignedIn)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SetDraft {
    /// The kind of thing that it is a draft of, a word of the application: `page`.
    pub context_type: String,
    /// The one of the kind, a text of the application.
    pub context_id: Option<String>,
    /// The name to show.
    pub context_display_name: Option<String>,
    /// The parameters of the page where it is written: an object.
    pub context_route_params: Option<Value>,
    /// The content of the draft, any JSON.
    pub context_data: Value,
}

impl SetDraft {
    /// A draft of this kind of thing, with this content.
    #[must_use]
    pub fn new(context_type: impl Into<String>, context_data: Value) -> Self {
        Self {
            context_type: context_type.into(),
            context_id: None,
            context_display_name: None,
            context_route_params: None,
            context_data,
        }
    }
}

/// The drafts of the signed-in user. Each belongs to a kind of thing, and to one of the kind.
///
/// # Errors
///
/// The server refuses a guest with 401 and an empty body.
#[resource(path = "/api/drafts", auth = SignedIn, decode, crate = crate)]
pub trait Drafts {
    /// Lists all drafts of the user.
    #[get("/all")]
    #[doc(alias = "getList")]
    async fn list(&self) -> Vec<Draft>;

    /// Reads a draft. `None` if there is none.
    #[endpoint(GetDraft)]
    #[doc(alias = "getDraft")]
    async fn get(&self, draft: &GetDraft) -> Option<Draft>;

    /// Writes a draft, in place of the one of the same thing. The server empties the fields that are left out.
    #[endpoint(SetDraft)]
    #[doc(alias = "setDraft")]
    async fn set(&self, draft: &SetDraft) -> Draft;

    /// Deletes a draft. It succeeds also if there was none.
    #[delete]
    #[doc(alias = "remove")]
    async fn delete(
        &self,
        #[serde(rename = "contextType")] context_type: &str,
        #[serde(rename = "contextId")] context_id: &str,
    ) -> Done;
}
