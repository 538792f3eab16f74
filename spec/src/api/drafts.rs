//! Drafts: what the signed-in user has begun to write.

use serde_json::Value;

use crate::auth::SignedIn;
use crate::resource;
use crate::wire::{Done, Draft};

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
    #[get(none = 404)]
    #[doc(alias = "getDraft")]
    async fn get(
        &self,
        #[serde(rename = "contextType")] context_type: Option<&str>,
        #[serde(rename = "contextId")] context_id: Option<&str>,
    ) -> Option<Draft>;

    /// Writes a draft, in place of the one of the same thing. The server empties the fields that are left out.
    #[put]
    #[doc(alias = "setDraft")]
    async fn set(
        &self,
        #[serde(rename = "contextType")] context_type: &str,
        #[serde(rename = "contextId")] context_id: Option<&str>,
        #[serde(rename = "contextDisplayName")] context_display_name: Option<&str>,
        #[serde(rename = "contextRouteParams")] context_route_params: Option<&Value>,
        #[serde(rename = "contextData")] context_data: &Value,
    ) -> Draft;

    /// Deletes a draft. It succeeds also if there was none.
    #[delete]
    #[doc(alias = "remove")]
    async fn delete(
        &self,
        #[serde(rename = "contextType")] context_type: &str,
        #[serde(rename = "contextId")] context_id: &str,
    ) -> Done;
}
