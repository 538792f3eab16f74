//! The services behind the gateway: their paths, and how each refuses a caller.

use bytes::Bytes;
use http::{Response, StatusCode};

use super::response;

/// The first segments below `/api` that belong to the auth service.
const AUTH: [&str; 11] =
    ["signin", "signup", "token", "cookie", "me", "users", "logout", "invites", "workspaces", "auth", "roles"];

/// The first segments below `/api` that the gateway knows. It treats any other as the API of a plugin.
const KNOWN: [&str; 36] = [
    "signin",
    "signup",
    "token",
    "me",
    "users",
    "logout",
    "invites",
    "workspaces",
    "auth",
    "roles",
    "blocks",
    "configurations",
    "tenants-configurations",
    "assets",
    "storage",
    "upload",
    "blueprints",
    "components",
    "static",
    "drafts",
    "plugins",
    "on",
    "events",
    "integrations",
    "integration-sources",
    "data-manipulation",
    "lambdas",
    "webhooks",
    "ai",
    "mcp",
    "plans",
    "subscriptions",
    "invoices",
    "coupons",
    "checkout",
    "payments",
];

/// The response of the gateway when a service does not respond: a text without a content type.
pub(super) fn no_response(authority: &str, path: &str) -> Response<Bytes> {
    let text = format!("Error occurred while trying to proxy: {authority}{path}");
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = StatusCode::GATEWAY_TIMEOUT;
    response
}

/// The first segments below `/api` whose services take large bodies: no-code and ai.
const LARGE: [&str; 4] = ["blueprints", "components", "static", "ai"];

/// The segment that decides which service gets a path below `/api`.
fn first_segment(path: &str) -> &str {
    path.split('/').nth(2).unwrap_or_default()
}

/// Whether the auth service gets a path, which is in lower case.
pub(super) fn is_auth(path: &str) -> bool {
    path.starts_with("/api/") && AUTH.contains(&first_segment(path))
}

/// Whether the service that gets a path, which is in lower case, takes large bodies.
pub(super) fn takes_large_bodies(path: &str) -> bool {
    path.starts_with("/api/") && LARGE.contains(&first_segment(path))
}

/// Responds to an unknown path below `/api`.
pub(super) fn unknown_path(method: &str, path: &str) -> Response<Bytes> {
    match first_segment(path).to_ascii_lowercase().as_str() {
        "" => response::message(StatusCode::NOT_FOUND, "api not found"),
        // The prefix of versions, which is not passed on.
        "v1" => response::not_found(method, path),
        known if KNOWN.contains(&known) => response::not_found(method, path),
        _ => response::message(StatusCode::UNAUTHORIZED, "plugin not exist"),
    }
}

/// A service behind the gateway of Qelos. Each has its own way of refusing a caller:
///
/// | service | a guest | a user without a needed role | a bad token |
/// |---|---|---|---|
/// | [`Auth`](Self::Auth) | 401 `you are not authorized. must be logged in.` | 401 `you are not privileged.` | 401 `authorization token is not valid.` |
/// | [`NoCode`](Self::NoCode), [`Drafts`](Self::Drafts), [`Plugins`](Self::Plugins), [`Ai`](Self::Ai), [`Assets`](Self::Assets) | 401 without a body | 401 without a body | as a guest |
/// | [`Entities`](Self::Entities) | 403 `not permitted` | 403 `not permitted` | as a guest |
/// | [`Content`](Self::Content) | 401 `you are not authorized` | 401 `you are not authorized` | as a guest |
/// | [`Payments`](Self::Payments) | 401 `authentication required` | 401 `insufficient permissions` | as a guest |
///
/// A token is bad when it has expired, was revoked or is garbage. Outside of the auth service its owner is a guest,
/// because the gateway asks `GET /api/me` for the user, and goes on without a user when that fails. While the gateway
/// is [slow](crate::testing::FakeQelos::slow_gateway), the owner of a good token is a guest as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Service {
    /// Users, sessions, workspaces: `/api/me`, `/api/users`, `/api/workspaces`, …
    Auth,
    /// `/api/configurations`, `/api/blocks`.
    Content,
    /// `/api/blueprints`, `/api/components`, and the charts of a blueprint.
    NoCode,
    /// The entities of a blueprint. The service for no-code refuses them in another way than its other routes.
    Entities,
    /// `/api/drafts`.
    Drafts,
    /// `/api/integrations`, `/api/events`, `/api/lambdas`, `/api/webhooks`, …
    Plugins,
    /// `/api/ai`.
    Ai,
    /// `/api/plans`, `/api/subscriptions`, `/api/invoices`, …
    Payments,
    /// `/api/storage`, `/api/assets`, `/api/upload`.
    Assets,
}

impl Service {
    /// The response to a caller that is not signed in.
    pub(super) fn refuse_guest(self) -> Response<Bytes> {
        match self {
            Self::Auth => response::message(StatusCode::UNAUTHORIZED, "you are not authorized. must be logged in."),
            Self::Payments => response::message(StatusCode::UNAUTHORIZED, "authentication required"),
            _ => self.refuse_unprivileged(),
        }
    }

    /// The response to a user without a needed role.
    pub(super) fn refuse_unprivileged(self) -> Response<Bytes> {
        match self {
            Self::Auth => response::message(StatusCode::UNAUTHORIZED, "you are not privileged."),
            Self::Content => {
                response::without_etag(response::message(StatusCode::UNAUTHORIZED, "you are not authorized"))
            }
            Self::Entities => response::message(StatusCode::FORBIDDEN, "not permitted"),
            Self::Payments => response::message(StatusCode::UNAUTHORIZED, "insufficient permissions"),
            Self::NoCode | Self::Drafts | Self::Plugins | Self::Ai | Self::Assets => {
                response::empty(StatusCode::UNAUTHORIZED)
            }
        }
    }
}
