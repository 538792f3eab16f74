//! The cause of a refusal of Qelos.
//!
//! Qelos responds with 401 to an expired token, to a user that lacks a role, and to a caller that a slow gateway has
//! taken for a guest. Some of its services respond with 403 to a bad token. Only the auth service tells which it is.

use http::StatusCode;
use qelos_spec::Endpoint;
use qelos_spec::api::{GetMe, RefreshCookie};

use crate::auth::{Refusal, Verdict};

/// The message of the gateway, with a 401, for a path that neither a service nor a plugin has.
pub(crate) const NO_SUCH_PATH: &str = "plugin not exist";

/// Finds the cause of a refusal, by the responses that the services of Qelos send. None of them is documented.
///
/// The auth service checks the proof itself, names a bad one, and responds with 403 only to users it knows. The other
/// services get the caller from the gateway, and take the owner of a bad proof for a guest.
pub(crate) fn verdict_of_qelos(refusal: &Refusal<'_>) -> Verdict {
    const PROOF: [&str; 2] = ["authorization token is not valid.", "Invalid or expired API token"];
    const PERMISSION: [&str; 2] = ["you are not privileged.", "insufficient permissions"];

    let (endpoint, error) = (refusal.endpoint(), refusal.error());
    let message = error.message().unwrap_or_default();
    // Each user may read their own account and renew their session, so no permission can be missing there.
    let route = (&endpoint.method, &endpoint.path);
    let is_for_every_user =
        || route == (&GetMe::METHOD, &GetMe::PATH) || route == (&RefreshCookie::METHOD, &RefreshCookie::PATH);
    match error.status() {
        _ if message == NO_SUCH_PATH => Verdict::Other,
        StatusCode::UNAUTHORIZED if PROOF.contains(&message) || is_for_every_user() => Verdict::Proof,
        StatusCode::UNAUTHORIZED if PERMISSION.contains(&message) => Verdict::Permission,
        StatusCode::FORBIDDEN if is_of_auth_service(endpoint.path.as_str()) => Verdict::Permission,
        _ => Verdict::Unknown,
    }
}

/// Whether a route belongs to the auth service.
fn is_of_auth_service(path: &str) -> bool {
    const ROUTES: [&str; 5] = ["/api/me", "/api/workspaces", "/api/users", "/api/invites", "/api/logout"];
    let is_below = |route| path.strip_prefix(route).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    ROUTES.into_iter().any(is_below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_of_the_auth_service_match_whole_segments() {
        for route in ["/api/me", "/api/me/api-tokens/{token_id}", "/api/workspaces/{workspace_id}"] {
            assert!(is_of_auth_service(route), "{route}");
        }
        for route in ["/api/menus", "/api/blueprints/{key}/entities", "/me"] {
            assert!(!is_of_auth_service(route), "{route}");
        }
    }
}
