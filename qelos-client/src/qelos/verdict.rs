//! What a refusal of Qelos says.
//!
//! Qelos answers 401 to a token that has expired, to a user who lacks a role, and to a caller that its gateway has taken for a
//! guest because it was slow; some of its services answer 403 to a bad token. Only the service that keeps the accounts says which
//! it is.

use http::StatusCode;
use qelos_spec::Endpoint;
use qelos_spec::api::{GetMe, RefreshCookie};

use crate::auth::{Refusal, Verdict};

/// What the gateway of Qelos says of a path that neither a service nor a plugin has, with a 401.
pub(crate) const NO_SUCH_PATH: &str = "plugin not exist";

/// How the services of Qelos refuse; none of this is documented, it is what they send.
///
/// The service that keeps the accounts looks at the proof itself, names a bad one, and answers 403 only to users it knows. All
/// others are told by the gateway who calls, and take the owner of a bad proof for a guest.
pub(crate) fn verdict_of_qelos(refusal: &Refusal<'_>) -> Verdict {
    const PROOF: [&str; 2] = ["authorization token is not valid.", "Invalid or expired API token"];
    const PERMISSION: [&str; 2] = ["you are not privileged.", "insufficient permissions"];

    let (endpoint, error) = (refusal.endpoint(), refusal.error());
    let message = error.message().unwrap_or_default();
    // Every user may read their own account and renew their session, so there it cannot be a permission.
    let route = (&endpoint.method, &endpoint.path);
    let is_for_every_user =
        || route == (&GetMe::METHOD, &GetMe::PATH) || route == (&RefreshCookie::METHOD, &RefreshCookie::PATH);
    match error.status() {
        _ if message == NO_SUCH_PATH => Verdict::Other,
        StatusCode::UNAUTHORIZED if PROOF.contains(&message) || is_for_every_user() => Verdict::Proof,
        StatusCode::UNAUTHORIZED if PERMISSION.contains(&message) => Verdict::Permission,
        StatusCode::FORBIDDEN if is_of_accounts(endpoint.path.as_str()) => Verdict::Permission,
        _ => Verdict::Unknown,
    }
}

/// Whether a route is one of the service that keeps the accounts.
fn is_of_accounts(path: &str) -> bool {
    const ROUTES: [&str; 5] = ["/api/me", "/api/workspaces", "/api/users", "/api/invites", "/api/logout"];
    let is_below = |route| path.strip_prefix(route).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    ROUTES.into_iter().any(is_below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_of_accounts_is_told_by_whole_segments() {
        for route in ["/api/me", "/api/me/api-tokens/{token_id}", "/api/workspaces/{workspace_id}"] {
            assert!(is_of_accounts(route), "{route}");
        }
        for route in ["/api/menus", "/api/blueprints/{key}/entities", "/me"] {
            assert!(!is_of_accounts(route), "{route}");
        }
    }
}
