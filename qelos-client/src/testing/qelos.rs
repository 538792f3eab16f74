//! The embedded Qelos: the methods for tests and demos. The files below decide how it responds, in layers; no file uses
//! one that uses it.
//!
//! * `switches`, `contents` and `mounting` have more methods for tests: settings, what the services hold, and endpoints of
//!   their own.
//! * `gateway` handles a request, from the first checks to the headers of the response.
//! * `signup`, `session`, `cookie`, `me`, `api_tokens`, `users`, `workspaces`, `encrypted`, `social` and `mcp` are the
//!   routes; each reads a `call`. `mount` holds the endpoints of the test. `races` has the effects of concurrent requests
//!   on each other, `sign_outs` those of a sign-out.
//! * `blueprints`, `entities`, `configurations` and `chats` are the routes of other services than auth: they get the
//!   caller from the gateway.
//! * `caller` finds the user behind a credential, `service` has the refusals of the services behind the gateway.
//! * `shared` is the state that all clones share, `log` the received requests, `state` the records.
//! * `response` writes responses, `jwt` signs and reads tokens, `date` reads dates, `pattern` reads patterns, `digest`
//!   hashes.

use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use qelos_spec::{Body, RequestSnapshot, UserId, WorkspaceId};

use self::shared::{Shared, lock};
use self::state::{MemberRecord, State, UserRecord, WorkspaceRecord};
use crate::clock::Clock;
use crate::testing::script::{at_once, released};
use crate::transport::{Transport, TransportError, whole};

mod api_tokens;
mod blueprints;
mod call;
mod caller;
#[cfg(feature = "ai")]
mod chats;
mod configurations;
mod contents;
mod cookie;
mod date;
mod digest;
mod encrypted;
mod entities;
mod gateway;
mod jwt;
mod log;
mod mcp;
mod me;
mod mount;
mod mounting;
mod pattern;
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
mod users;
mod workspaces;

pub use self::mount::Caller;
pub use self::mounting::ServiceMount;
pub use self::service::Service;
pub use self::state::{Member, NewUser};
#[cfg(feature = "ai")]
pub use self::state::{ModelReply, NewChat};

/// An embedded Qelos server, for tests and demos. It responds as the real one was seen to respond, quirks included.
///
/// It is a state machine: a request goes in, a response comes out, and the same requests at the same times get the same
/// responses. Time comes from the clock, ids and tokens count up. It is also a [`Transport`], so a client can be built
/// on it, and [`serve`](Self::serve) puts it on the network. Clones share their state.
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
/// It has the routes for signing up and in, renewing, signing out, `/api/me`, the API tokens, the workspaces with their
/// members and invites, the users, social login as far as it goes without a provider, and OAuth for MCP clients; for
/// [blueprints](Self::add_blueprint) and their entities, for [configurations](Self::set_configuration), and with the feature
/// `ai` for chats and their threads (`add_chat`). A request to one of these that it cannot handle as Qelos does gets 501, with
/// the reason. A test can
/// [mount](Self::mount) others, also [streams](Self::mount_stream), and in one of the [services](Self::service). To any other path it responds as Qelos
/// does: below `/api` with a 404 page, or with 401 `plugin not exist` where the gateway does not know the first
/// segment; outside of `/api` with 200 and the page of the admin panel.
///
/// It is a server of one tenant, at whichever host it is called. A proxy in front of it that sends `x-forwarded-host` has to
/// leave the `host` as it is: another one is refused with a 400, as the host of no tenant.
///
/// As with the real server, two access tokens with the same claims that are issued in the same second are equal. Where
/// a test depends on the difference, advance the clock between them.
#[derive(Clone)]
pub struct FakeQelos {
    shared: Arc<Shared>,
}

impl FakeQelos {
    /// A server without users, for the tenant `0`.
    #[must_use]
    pub fn new(clock: impl Clock) -> Self {
        let shared = Shared {
            state: Mutex::new(State::new(clock.now())),
            clock: Box::new(clock),
            mounted: Mutex::default(),
            received: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Responds to a request at once: there is no [latency](Self::set_database_latency) here, except that of a sign-out.
    /// A stream has all its pieces then.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "a server takes its requests, so that callers need not keep them")]
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        at_once(gateway::handle(&self.shared, &request))
    }

    /// Responds to a request in the time that it takes.
    pub(super) async fn respond(&self, request: Request<Bytes>) -> Response<Body> {
        released(gateway::respond(Arc::clone(&self.shared), request).await)
    }

    /// The size up to which the body of a request is read; `None` for one of any size.
    pub(super) fn largest_body(&self, head: &Request<Bytes>) -> Option<usize> {
        gateway::largest_body(&self.shared, head)
    }

    /// Refuses a request whose body is larger, and was not read.
    pub(super) fn refuse_body(&self, head: &Request<Bytes>) -> Response<Body> {
        gateway::refuse_body(&self.shared, head).map(Body::from)
    }

    /// Adds a user, which can sign in from now on.
    ///
    /// # Panics
    ///
    /// When the username is taken. (Signing up under a taken name is refused, as by the real server.)
    #[allow(clippy::must_use_candidate, reason = "a test that signs in by name needs no id")]
    pub fn add_user(&self, user: NewUser) -> UserId {
        let mut state = self.shared.state();
        assert!(
            !state.is_taken(&user.username),
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

    /// How many sessions of a user can be renewed: those whose refresh token or cookie is unused, not revoked and not
    /// expired.
    #[must_use]
    pub fn sessions(&self, user: UserId) -> usize {
        self.shared.state().open_sessions(user, self.shared.clock.now())
    }

    /// The requests received so far, in their order, with masked secrets.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestSnapshot> {
        lock(&self.shared.received).iter().map(|received| received.snapshot.clone()).collect()
    }

    /// How many requests with this method and exactly this path were received so far, with any query.
    #[must_use]
    pub fn count(&self, method: &str, path: &str) -> usize {
        let received = lock(&self.shared.received);
        received.iter().filter(|received| received.method == method && received.path == path).count()
    }

    /// Forgets the received requests: counts begin at zero again.
    pub fn forget_requests(&self) {
        lock(&self.shared.received).clear();
    }
}

/// Unwraps an id that was made here, in the right form.
fn new_id<T, E: fmt::Debug>(id: Result<T, E>) -> T {
    id.expect("24 hexadecimal digits")
}

impl Transport for FakeQelos {
    /// Lets other tasks run before the request arrives and before the response does, as on a network: concurrent callers
    /// take turns.
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let request = whole(request).await?;
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
