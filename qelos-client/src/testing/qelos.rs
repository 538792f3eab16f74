//! The embedded Qelos: what a test or a demo says to it. The files below decide how it responds, in layers; no file uses
//! one that uses it.
//!
//! * `switches` and `mounting` are more of what a test says: settings, and endpoints of its own.
//! * `gateway` is the way of a request, from the checks in front to the headers of the response.
//! * `signup`, `session`, `cookie`, `me`, `api_tokens`, `workspaces`, `social` and `mcp` are the routes; each reads a
//!   `call`. `mount` holds the endpoints of the test. `races` is what concurrent requests do to each other, `sign_outs`
//!   what follows a sign-out.
//! * `caller` finds the user behind a credential, `service` is how the services behind the gateway refuse a caller.
//! * `shared` is what the clones have in common, `log` the requests received, `state` the records.
//! * `response` writes responses, `jwt` signs and reads tokens, `date` reads dates, `digest` hashes.

use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use qelos_spec::{RequestSnapshot, UserId, WorkspaceId};

use self::shared::{Shared, lock};
use self::state::{MemberRecord, State, UserRecord, WorkspaceRecord};
use crate::clock::Clock;
use crate::transport::{Transport, TransportError};

mod api_tokens;
mod call;
mod caller;
mod cookie;
mod date;
mod digest;
mod gateway;
mod jwt;
mod log;
mod mcp;
mod me;
mod mount;
mod mounting;
mod races;
mod response;
mod service;
mod session;
mod shared;
mod sign_outs;
mod signup;
mod social;
mod state;
mod switches;
#[cfg(test)]
mod tests;
mod workspaces;

pub use self::mount::{Caller, Refusal};
pub use self::mounting::ServiceMount;
pub use self::service::Service;
pub use self::state::{Member, NewUser};

/// An embedded Qelos server, for tests and demos. It does what the real one was seen to do, quirks included.
///
/// It is a state machine: a request goes in, a response comes out, and the same requests at the same times get the same
/// responses. Time is the clock's, ids and tokens count up. It is also a [`Transport`], so a client can be built on it, and
/// [`serve`](Self::serve) puts it on the network. Clones share their state.
///
/// ```
/// use bytes::Bytes;
/// use http::Request;
/// use qelos_client::testing::{FakeQelos, ManualClock, NewUser};
/// use qelos_spec::Timestamp;
///
/// let clock = ManualClock::new("2026-11-21T17:20:37Z".parse::<Timestamp>().unwrap());
/// let qelos = FakeQelos::new(clock.clone());
/// qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
///
/// let request = Request::post("https://acme.example/api/signin")
///     .header("content-type", "application/json")
///     .body(Bytes::from(r#"{"username":"ada@example.com","password":"hunter2hunter2","authType":"oauth"}"#))
///     .unwrap();
/// assert_eq!(qelos.handle(request).status(), 200);
/// assert_eq!(qelos.count("POST", "/api/signin"), 1);
/// ```
///
/// Known are signing up and in, refreshing, signing out, `/api/me`, the API tokens, the workspaces and invites to them,
/// social login as far as it goes without a provider, and OAuth for MCP clients. Everything else gets the response of Qelos
/// to a path it does not know, unless it is [mounted](Self::mount) or mounted in one of the [services](Self::service):
/// below `/api` with a 404 page, or with 401 `plugin not exist` where the gateway does not know the first segment; outside
/// of `/api` with 200 and the page of the admin panel.
///
/// As with the real server, two access tokens that say the same and are issued in the same second are the same text.
/// Where a test depends on the difference, let the clock go on between them.
#[derive(Clone)]
pub struct FakeQelos {
    shared: Arc<Shared>,
}

impl FakeQelos {
    /// A server without users, for the tenant `0`.
    #[must_use]
    pub fn new(clock: impl Clock) -> Self {
        let shared = Shared {
            clock: Box::new(clock),
            state: Mutex::new(State::new()),
            mounted: Mutex::default(),
            received: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Responds to a request at once: there is no [latency](Self::set_database_latency) here, except that of a sign-out.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "a server takes its requests, so that callers need not keep them")]
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        gateway::handle(&self.shared, &request)
    }

    /// Responds to a request in the time that it takes.
    pub(super) async fn respond(&self, request: Request<Bytes>) -> Response<Bytes> {
        gateway::respond(Arc::clone(&self.shared), request).await
    }

    /// Adds a user, who can sign in from now on.
    ///
    /// # Panics
    ///
    /// When the username is taken: a test that adds the same user twice is wrong. Signing up under a name that is taken is
    /// refused, as by the server.
    #[allow(clippy::must_use_candidate, reason = "a test that signs in by name needs no id")]
    pub fn add_user(&self, user: NewUser) -> UserId {
        let mut state = self.shared.state();
        let taken = state.users.values().any(|other| !other.deleted && other.username == user.username);
        assert!(
            !taken,
            "there is a user called {:?} already: add it once and keep the id, or give this one another name",
            user.username
        );
        let now = self.shared.clock.now();
        let id = new_id(state.next_id(now).parse());
        for _ in 0..user.open_sessions {
            session::begin_elsewhere(&mut state, id, now);
        }
        state.users.insert(id, UserRecord::new(user, now));
        id
    }

    /// Adds a workspace. Users sign in to the first one they are a member of, unless they ask for another.
    pub fn add_workspace(&self, name: impl Into<String>, members: &[Member]) -> WorkspaceId {
        let (now, mut state) = (self.shared.clock.now(), self.shared.state());
        let id = new_id(state.next_id(now).parse());
        let mut workspace = WorkspaceRecord::new(id, name.into(), now);
        workspace.members =
            members.iter().map(|member| MemberRecord::new(member.clone(), state.next_id(now), now)).collect();
        state.workspaces.push(workspace);
        id
    }

    /// How many sessions of a user can go on: refresh tokens and cookies that were neither used up nor revoked, and have
    /// not expired.
    #[must_use]
    pub fn sessions(&self, user: UserId) -> usize {
        self.shared.state().open_sessions(user, self.shared.clock.now())
    }

    /// Everything received so far, in its order, secrets masked.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestSnapshot> {
        lock(&self.shared.received).iter().map(|received| received.snapshot.clone()).collect()
    }

    /// How many requests with this method and exactly this path were received so far, whatever their query.
    #[must_use]
    pub fn count(&self, method: &str, path: &str) -> usize {
        let received = lock(&self.shared.received);
        received.iter().filter(|received| received.method == method && received.path == path).count()
    }

    /// Counts from zero again.
    pub fn forget_requests(&self) {
        lock(&self.shared.received).clear();
    }
}

/// Ids are made here and have the right form.
fn new_id<T, E: fmt::Debug>(id: Result<T, E>) -> T {
    id.expect("24 hexadecimal digits")
}

impl Transport for FakeQelos {
    /// Lets other tasks run before the request arrives and before the response does, as on a network: concurrent callers
    /// take turns.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        tokio::task::yield_now().await;
        let response = self.respond(request).await;
        tokio::task::yield_now().await;
        Ok(response)
    }
}

impl fmt::Debug for FakeQelos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.state();
        f.debug_struct("FakeQelos")
            .field("users", &state.users.len())
            .field("workspaces", &state.workspaces.len())
            .field("sessions", &state.sessions.len())
            .field("api_tokens", &state.api_tokens.len())
            .field("requests", &lock(&self.shared.received).len())
            .finish_non_exhaustive()
    }
}
