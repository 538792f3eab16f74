//! The services behind the gateway: which paths are theirs, how each refuses a caller, and mounting an endpoint as one of
//! theirs.

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::DecodeRequest;

use super::caller::Caller;
use super::mount::{Mounted, Refusal};
use super::{FakeQelos, response};

/// The first segments below `/api` that the gateway knows. It takes any other for the API of a plugin.
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

/// Responds to a path below `/api` that is not answered otherwise.
pub(super) fn unknown_path(method: &str, path: &str) -> Response<Bytes> {
    match path.split('/').nth(2).unwrap_or_default() {
        "" => response::message(StatusCode::NOT_FOUND, "api not found"),
        // The prefix of versions, which is not passed on.
        "v1" => response::not_found(method, path),
        known if KNOWN.contains(&known) => response::not_found(method, path),
        _ => response::message(StatusCode::UNAUTHORIZED, "plugin not exist"),
    }
}

/// A service behind the gateway of Qelos. Each has its own way of refusing a caller:
///
/// | service | a guest | a user who lacks a role | a token that is no good |
/// |---|---|---|---|
/// | [`Auth`](Self::Auth) | 401 `you are not authorized. must be logged in.` | 401 `you are not privileged.` | 401 `authorization token is not valid.` |
/// | [`NoCode`](Self::NoCode), [`Drafts`](Self::Drafts), [`Plugins`](Self::Plugins), [`Ai`](Self::Ai), [`Assets`](Self::Assets) | 401 without a body | 401 without a body | as a guest |
/// | [`Entities`](Self::Entities) | 403 `not permitted` | 403 `not permitted` | as a guest |
/// | [`Content`](Self::Content) | 401 `you are not authorized` | 401 `you are not authorized` | as a guest |
/// | [`Payments`](Self::Payments) | 401 `authentication required` | 401 `insufficient permissions` | as a guest |
///
/// A token is no good when it has expired, was revoked or is garbage. Outside of the auth service its owner is a guest,
/// because the gateway asks `GET /api/me` who calls and goes on without a user when that fails. So is, for a while, the
/// owner of a good token while the gateway is [slow](FakeQelos::slow_gateway).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Service {
    /// Users, sessions, workspaces: `/api/me`, `/api/users`, `/api/workspaces`, …
    Auth,
    /// `/api/configurations`, `/api/blocks`.
    Content,
    /// `/api/blueprints`, `/api/components`, and the charts of a blueprint.
    NoCode,
    /// The entities of a blueprint, which the service for no-code refuses in a way of their own.
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
    /// The response to a caller who is not signed in.
    pub(super) fn refuse_guest(self) -> Response<Bytes> {
        match self {
            Self::Auth => response::message(StatusCode::UNAUTHORIZED, "you are not authorized. must be logged in."),
            Self::Payments => response::message(StatusCode::UNAUTHORIZED, "authentication required"),
            _ => self.refuse_unprivileged(),
        }
    }

    /// The response to a user who lacks a role.
    pub(super) fn refuse_unprivileged(self) -> Response<Bytes> {
        match self {
            Self::Auth => response::message(StatusCode::UNAUTHORIZED, "you are not privileged."),
            Self::Content => response::message(StatusCode::UNAUTHORIZED, "you are not authorized"),
            Self::Entities => response::message(StatusCode::FORBIDDEN, "not permitted"),
            Self::Payments => response::message(StatusCode::UNAUTHORIZED, "insufficient permissions"),
            Self::NoCode | Self::Drafts | Self::Plugins | Self::Ai | Self::Assets => {
                response::empty(StatusCode::UNAUTHORIZED)
            }
        }
    }
}

/// Who may call a mounted endpoint, besides what its own `auth` says.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) service: Service,
    /// One of these is needed; none is when there are none.
    pub(super) roles: Vec<String>,
    pub(super) guests: bool,
}

/// One of the services behind the gateway, as a place to mount endpoints; from [`FakeQelos::service`].
#[derive(Debug, Clone)]
#[must_use = "endpoints are mounted with `mount`"]
pub struct ServiceMount {
    qelos: FakeQelos,
    rules: Rules,
}

impl ServiceMount {
    pub(super) fn new(qelos: FakeQelos, service: Service) -> Self {
        Self { qelos, rules: Rules { service, roles: Vec::new(), guests: false } }
    }

    /// Only users with one of these roles may call what is mounted.
    ///
    /// The roles are those that `GET /api/me` tells: in a session those in its token, however old it is; with an API token
    /// those the user had when the token was looked up, which the server does once in an hour.
    pub fn for_roles(mut self, roles: &[&str]) -> Self {
        self.rules.roles = roles.iter().map(|&role| role.to_owned()).collect();
        self
    }

    /// Guests may call what is mounted, too, although the endpoint is declared for those who are signed in: what a blueprint
    /// says with `guest: true`. The handler learns from its caller whether there is a user.
    pub fn for_guests(mut self) -> Self {
        self.rules.guests = true;
        self
    }

    /// Mounts an endpoint, as [`FakeQelos::mount`] does.
    ///
    /// ```
    /// use qelos_client::SystemClock;
    /// use qelos_client::testing::{FakeQelos, Service};
    /// use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};
    ///
    /// #[derive(Endpoint, DecodeRequest)]
    /// #[endpoint(GET, "/api/components", response = Vec<String>, auth = SignedIn)]
    /// struct ListComponents {}
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// let no_code = qelos.service(Service::NoCode).for_roles(&["admin", "plugin"]);
    /// no_code.mount::<ListComponents>(|_, _| Ok(vec!["a calendar".to_owned()]));
    /// ```
    pub fn mount<E: DecodeRequest + 'static>(
        &self,
        handler: impl Fn(E, &Caller) -> Result<E::Response, Refusal> + Send + Sync + 'static,
    ) {
        self.qelos.add_mounted(Mounted::new(self.rules.clone(), handler));
    }
}
