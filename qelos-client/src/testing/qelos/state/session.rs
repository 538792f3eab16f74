//! Sessions that can be renewed, and those that are about to end.

use std::time::Duration;

use qelos_spec::{Timestamp, UserId};
use tokio::time::Instant;

/// How long cookies and refresh tokens live, unless set.
pub(crate) const THIRTY_DAYS: Duration = Duration::from_hours(30 * 24);

/// A session that can be renewed. Tokens are accepted without a record; only a renewal needs one.
pub(crate) struct SessionRecord {
    pub(crate) user: UserId,
    pub(crate) since: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) kind: SessionKind,
}

impl SessionRecord {
    /// Whether its cookie or refresh token has not expired.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

pub(crate) enum SessionKind {
    /// The claims are in the cookie itself.
    Cookie,
    /// `access` is the access token issued together with the refresh token: signing out with it ends the session.
    Refresh { access: String },
}

/// A sign-out whose response was sent. Its sessions are removed when it is due. If the record was changed meanwhile they
/// stay open: the response is sent already, so the server has no way to report the failure.
pub(crate) struct SignOut {
    pub(crate) due: Instant,
    pub(crate) user: UserId,
    pub(crate) version: u64,
    pub(crate) sessions: Vec<String>,
}
