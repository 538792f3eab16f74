//! Requests that change the record of one user at the same time. The database writes a record only if its version is still
//! the one that was read, so of two changes that overlap the second is refused although nothing is wrong with it.
//!
//! Without a database latency a request is answered in one step, and no two overlap.

use std::mem;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_spec::{Timestamp, UserId};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::call::Call;
use super::state::State;
use super::{Shared, cookie, gateway, response, session};

/// With more open sessions than these, a sign-in replaces the list of sessions, because it also removes those that have
/// expired: that depends on the version. Up to here it appends to the list, which does not.
const APPENDED_UP_TO: usize = 10;

/// Responds to a request, taking as long as the database does.
pub(super) async fn respond(fake: Arc<Shared>, request: Request<Bytes>) -> Response<Bytes> {
    let mounted = gateway::arrive(&fake, &request);
    let latency = fake.state().settings.database_latency;
    let takes_time = mounted.is_none() && !latency.is_zero();
    let change = takes_time.then(|| Change::read(&fake.state(), &request, fake.clock.now())).flatten();
    let Some(change) = change else { return gateway::respond(&fake, &request, mounted.as_deref(), None) };
    // In a task of its own: the server goes on, whether or not the client waits for it.
    let writing = tokio::spawn(async move {
        sleep(latency).await;
        gateway::respond(&fake, &request, None, Some(&change))
    });
    writing.await.expect("the fake does not panic, and its runtime lives while it is awaited")
}

/// A change of a user's record: it was read, and is to be written.
pub(super) struct Change {
    user: UserId,
    version: u64,
    /// The response when the record was changed meanwhile, from the version that was read; `None` for a change that does not
    /// depend on it.
    refusal: Option<fn(u64) -> Response<Bytes>>,
}

impl Change {
    /// The change that a request is going to make; `None` for one that changes no record, or will be refused anyway.
    fn read(state: &State, request: &Request<Bytes>, now: Timestamp) -> Option<Self> {
        let call = Call::read(request, now).ok()?;
        let (user, refusal): (_, Option<fn(u64) -> _>) = match (request.method().as_str(), call.segments.as_slice()) {
            ("POST", ["api", "signin"]) => {
                let user = session::check_password(state, &call.body).ok()?;
                (user, (state.open_sessions(user, now) > APPENDED_UP_TO).then_some(refuse_sign_in))
            }
            ("POST", ["api", "token", "refresh"]) => (
                session::read_refresh_token(state, call.headers, now)?.sub,
                Some(|_| response::empty(StatusCode::UNAUTHORIZED)),
            ),
            ("POST", ["api", "cookie", "refresh"]) => (cookie::read_cookie(state, &call)?.sub, None),
            _ => return None,
        };
        Some(Self { user, version: state.version(user), refusal })
    }

    /// The response to a change that comes too late.
    pub(super) fn refused(&self, state: &State) -> Option<Response<Bytes>> {
        let refuse = self.refusal.filter(|_| state.version(self.user) != self.version)?;
        Some(refuse(self.version))
    }
}

/// The error of the database, as it is.
fn refuse_sign_in(version: u64) -> Response<Bytes> {
    let error = json!({ "version": version, "modifiedPaths": ["lastLogin", "tokens"] });
    response::json(StatusCode::UNAUTHORIZED, &json!({ "errors": { "general": error } }))
}

/// A sign-out that was answered. Its sessions are removed when it is due. If the record was changed meanwhile they stay open:
/// the response is sent already, so the server has no way to report the failure.
pub(super) struct SignOut {
    due: Instant,
    user: UserId,
    version: u64,
    sessions: Vec<String>,
}

/// Ends sessions of one user.
pub(super) fn sign_out(state: &mut State, sessions: Vec<String>) {
    let Some(user) = sessions.first().and_then(|first| state.sessions.get(first)).map(|session| session.user) else {
        return;
    };
    let due = Instant::now() + state.settings.database_latency;
    let version = state.version(user);
    state.sign_outs.push(SignOut { due, user, version, sessions });
    carry_out_sign_outs(state);
}

/// Carries out the sign-outs whose time has come.
pub(super) fn carry_out_sign_outs(state: &mut State) {
    if state.sign_outs.is_empty() {
        return;
    }
    let now = Instant::now();
    let (due, later) = mem::take(&mut state.sign_outs).into_iter().partition::<Vec<_>, _>(|one| one.due <= now);
    state.sign_outs = later;
    for SignOut { user, version, sessions, .. } in due {
        if state.version(user) == version {
            state.sessions.retain(|identifier, _| !sessions.contains(identifier));
            state.count_up_version(user);
        }
    }
}
