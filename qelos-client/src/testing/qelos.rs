//! The embedded Qelos: what a test or a demo says to it. What it answers is decided in the files below.
//!
//! * `gateway` is the way of a request, from the checks in front to the headers of the answer.
//! * `call` is a request as the routes read it: `signup`, `session`, `cookie`, `me`, `api_tokens`, `workspaces`, `social`
//!   and `mcp`. `mount` holds those of the test itself.
//! * `caller` finds out who calls, `jwt` signs and reads tokens, `answer` writes answers, `date` reads dates.
//! * `service` is how the services behind the gateway refuse, `races` what requests at the same time do to each other.
//! * `state` is what is remembered, `switches` how a test changes it, `log` what was received.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use qelos_spec::{DecodeRequest, RequestSnapshot, UserId, WorkspaceId};

use self::log::Received;
use self::mount::Mounted;
use self::state::{State, UserRecord};
use self::workspaces::{MemberRecord, WorkspaceRecord};
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
mod races;
mod response;
mod service;
mod session;
mod signup;
mod social;
mod state;
mod switches;
#[cfg(test)]
mod tests;
mod workspaces;

pub use self::caller::Caller;
pub use self::mount::Refusal;
pub use self::service::{Service, ServiceMount};
pub use self::state::{Member, NewUser};

/// An embedded Qelos server, for tests and demos. It does what the real one was seen to do, quirks included.
///
/// It is a state machine: a request goes in, a response comes out, and the same requests at the same times get the same
/// answers. Time is the clock's, ids and tokens count up. It is also a [`Transport`], so a client can be built on it, and
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
/// social login as far as it goes without a provider, and OAuth for MCP clients. Everything else is answered the way Qelos
/// answers a path it does not know, unless it is [mounted](Self::mount) or mounted in one of the
/// [services](Self::service): below `/api` with a 404 page, or with 401 `plugin not exist` where the gateway does not know
/// the first segment; outside of `/api` with 200 and the page of the admin panel.
///
/// As with the real server, two access tokens that say the same and are issued in the same second are the same text.
/// Where a test depends on the difference, let the clock go on between them.
#[derive(Clone)]
pub struct FakeQelos {
    shared: Arc<Shared>,
}

/// What the clones share.
struct Shared {
    clock: Box<dyn Clock>,
    state: Mutex<State>,
    mounted: Mutex<Vec<Arc<Mounted>>>,
    received: Mutex<Vec<Received>>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        races::carry_out_sign_outs(&mut state);
        state
    }

    /// The endpoint mounted last goes first, so that a test can put another one in its place.
    fn mounted_for(&self, request: &Request<Bytes>) -> Option<Arc<Mounted>> {
        lock(&self.mounted).iter().rev().find(|mounted| mounted.takes(request)).cloned()
    }

    fn record(&self, request: &Request<Bytes>, mounted: Option<&Mounted>) {
        let received = Received::new(request, mounted);
        lock(&self.received).push(received);
    }
}

/// A handler that panicked has not left anything half done here, so its poison is no news.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Answers a request, at once: there is no [latency](Self::set_database_latency) here, except that of a sign-out.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "a server takes its requests, so that callers need not keep them")]
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        gateway::handle(&self.shared, &request)
    }

    /// Answers a request in the time that it takes.
    pub(super) async fn respond(&self, request: Request<Bytes>) -> Response<Bytes> {
        races::respond(Arc::clone(&self.shared), request).await
    }

    /// Adds a user, who can sign in from now on.
    ///
    /// # Panics
    ///
    /// When the username is taken: a test that adds the same user twice has mixed something up. Somebody who signs up
    /// under a name that is taken is refused, as the server does it.
    #[allow(clippy::must_use_candidate, reason = "who signs in by name needs no id")]
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
        workspace.members = members.iter().map(|member| MemberRecord::new(&mut state, member.clone(), now)).collect();
        state.workspaces.push(workspace);
        id
    }

    /// How many sessions of a user can go on: refresh tokens and cookies that were neither used up nor revoked, and have
    /// not expired.
    #[must_use]
    pub fn sessions(&self, user: UserId) -> usize {
        self.shared.state().open_sessions(user, self.shared.clock.now())
    }

    /// Answers the requests of an endpoint with a function. It goes before the routes of Qelos and before what was mounted
    /// earlier.
    ///
    /// Who may not call, by `E::Auth`, and what is malformed is refused before the function is asked. Credentials other
    /// than those of Qelos are not looked at.
    ///
    /// ```
    /// use http::StatusCode;
    /// use qelos_client::SystemClock;
    /// use qelos_client::testing::{FakeQelos, Refusal};
    /// use qelos_spec::auth::SignedIn;
    /// use qelos_spec::{DecodeRequest, Endpoint};
    ///
    /// /// Reads the text of an invoice.
    /// #[derive(Debug, Endpoint, DecodeRequest)]
    /// #[endpoint(GET, "/api/invoices/{id}", response = String, auth = SignedIn)]
    /// struct GetInvoice {
    ///     id: u32,
    /// }
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// qelos.mount::<GetInvoice>(|invoice, _caller| match invoice.id {
    ///     7 => Ok("for a bicycle".to_owned()),
    ///     _ => Err(Refusal::new(StatusCode::NOT_FOUND, "no such invoice")),
    /// });
    /// ```
    pub fn mount<E: DecodeRequest + 'static>(
        &self,
        handler: impl Fn(E, &Caller) -> Result<E::Response, Refusal> + Send + Sync + 'static,
    ) {
        self.service(Service::Auth).mount(handler);
    }

    /// A service behind the gateway, as a place to mount endpoints: each refuses a caller in its own way, and the roles that
    /// a caller needs can be said. [`mount`](Self::mount) is for endpoints of the auth service that need none.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::Request;
    /// use qelos_client::SystemClock;
    /// use qelos_client::testing::{FakeQelos, Service};
    /// use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};
    ///
    /// #[derive(Endpoint, DecodeRequest)]
    /// #[endpoint(GET, "/api/plans", response = Vec<String>, auth = SignedIn)]
    /// struct ListPlans {}
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// qelos.service(Service::Payments).mount::<ListPlans>(|_, _| Ok(vec!["a plan".to_owned()]));
    ///
    /// let response = qelos.handle(Request::get("https://acme.example/api/plans").body(Bytes::new()).unwrap());
    /// assert_eq!(response.status(), 401);
    /// assert_eq!(response.body(), r#"{"message":"authentication required"}"#);
    /// ```
    pub fn service(&self, service: Service) -> ServiceMount {
        ServiceMount::new(self.clone(), service)
    }

    fn add_mounted(&self, mounted: Mounted) {
        lock(&self.shared.mounted).push(Arc::new(mounted));
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
    /// Lets everybody else go first, before the request arrives and before the answer does, as on a network: concurrent
    /// callers take turns.
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
