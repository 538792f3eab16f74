//! Requests that change the record of one user at the same time. The database writes a record only if its version is still
//! the one that was read. So of two valid changes that overlap, the second is refused.
//!
//! Without a database latency a request is handled in one step, and no two overlap.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_spec::{Timestamp, UserId};

use super::call::{Call, canonical};
use super::state::State;
use super::{cookie, response, session};

/// With more open sessions than these, a sign-in also removes expired ones: it replaces the list of sessions, which
/// depends on the version. With fewer it appends to the list, which does not.
const APPENDED_UP_TO: usize = 10;

/// A change of a user's record: it was read, and is to be written.
pub(super) struct Change {
    user: UserId,
    version: u64,
    /// The response when the record was changed meanwhile, from the version that was read; `None` for a change that does
    /// not depend on it.
    refusal: Option<fn(u64) -> Response<Bytes>>,
}

impl Change {
    /// The change that a request is going to make; `None` for a request that changes no record, or is refused for
    /// another reason.
    pub(super) fn read(state: &State, request: &Request<Bytes>, now: Timestamp) -> Option<Self> {
        let request = &*canonical(request);
        let call = Call::read(request, now).ok()?;
        let (user, refusal): (_, Option<fn(u64) -> _>) = match (request.method().as_str(), call.segments.as_slice()) {
            ("POST", ["api", "signin"]) => {
                let user = session::check_password(state, &call.body).ok()?;
                (user, (state.open_sessions(user, now) > APPENDED_UP_TO).then_some(session::refuse_sign_in))
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
