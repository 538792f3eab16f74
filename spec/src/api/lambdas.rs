//! Lambdas: integrations that a request triggers, and the functions at a cloud provider that they call.

use serde_json::Value;

use crate::auth::{Privileged, SignedIn};
use crate::id::{IntegrationId, SourceId};
use crate::resource;
use crate::wire::LambdaFunction;

/// Calls integrations whose trigger is `apiWebhook`, for the users with the roles that the trigger names. The response is
/// that of the target, with its status and its headers.
///
/// A call is sent once, whatever its method, because it runs the target. Where the types of a target are known, declare an
/// endpoint of your own at `/api/webhooks/{integration_id}`.
///
/// # Errors
///
/// An integration that does not exist or does not run is a 404, and a missing role a 403. The server refuses a guest with
/// 401 and an empty body. A target that sends its response in chunks is a 502, and one that sends no JSON a 500.
#[resource(path = "/api/webhooks", auth = SignedIn, decode, crate = crate)]
pub trait Lambdas {
    /// Calls an integration with `GET`.
    #[get("/{integration_id}", idempotent = false)]
    #[doc(alias = "execute")]
    async fn get(&self, integration_id: &IntegrationId) -> Value;

    /// Calls an integration with `POST`.
    #[post("/{integration_id}")]
    async fn post(&self, integration_id: &IntegrationId, #[endpoint(body)] body: Option<&Value>) -> Value;

    /// Calls an integration with `PUT`.
    #[put("/{integration_id}", idempotent = false)]
    async fn put(&self, integration_id: &IntegrationId, #[endpoint(body)] body: Option<&Value>) -> Value;

    /// Calls an integration with `PATCH`.
    #[patch("/{integration_id}")]
    async fn patch(&self, integration_id: &IntegrationId, #[endpoint(body)] body: Option<&Value>) -> Value;

    /// Calls an integration with `DELETE`.
    #[delete("/{integration_id}", idempotent = false)]
    async fn delete(&self, integration_id: &IntegrationId, #[endpoint(body)] body: Option<&Value>) -> Value;
}

/// The functions of a source of the kind `aws` or `cloudflare`, for administrators.
///
/// # Errors
///
/// Another kind of source is a 400, a source that does not exist a 404. The server refuses a guest and a user without the
/// role with 401 and an empty body.
#[resource(path = "/api/lambdas/{source_id}", auth = Privileged, decode, crate = crate)]
pub trait LambdaFunctions {
    /// Lists the functions of a source.
    #[get]
    #[doc(alias = "getList")]
    async fn list(&self, source_id: &SourceId) -> Vec<LambdaFunction>;

    /// Reads a function.
    #[get("/{name}")]
    #[doc(alias = "getLambda")]
    async fn get(&self, source_id: &SourceId, name: &str) -> LambdaFunction;

    /// Creates a function.
    #[post]
    async fn create(&self, source_id: &SourceId, #[serde(flatten)] function: &LambdaFunction) -> LambdaFunction;

    /// Changes a function.
    #[put("/{name}")]
    async fn update(
        &self,
        source_id: &SourceId,
        name: &str,
        #[endpoint(body)] changes: &LambdaFunction,
    ) -> LambdaFunction;

    /// Deletes a function.
    #[delete("/{name}")]
    #[doc(alias = "remove")]
    async fn delete(&self, source_id: &SourceId, name: &str);

    /// Runs a function.
    #[post("/{name}/execute")]
    async fn execute(&self, source_id: &SourceId, name: &str, #[endpoint(body)] input: Option<&Value>) -> Value;
}
