//! API tokens, as the server keeps them.

use qelos_spec::{ApiTokenId, Timestamp, UserId, WorkspaceId};

use super::super::jwt::ClaimedWorkspace;

pub(crate) struct ApiTokenRecord {
    pub(crate) id: ApiTokenId,
    pub(crate) user: UserId,
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) nickname: String,
    /// The SHA-256 of the token: the token itself is not kept.
    pub(crate) hash: String,
    pub(crate) prefix: String,
    pub(crate) expires_at: Timestamp,
    pub(crate) looked_up: Option<LookedUp>,
    pub(crate) last_used_at: Option<Timestamp>,
    pub(crate) usage_count: u64,
    pub(crate) created: Timestamp,
}

/// The user and the workspace of an API token, as they were when the server looked them up.
#[derive(Clone)]
pub(crate) struct LookedUp {
    pub(crate) at: Timestamp,
    pub(crate) roles: Vec<String>,
    /// The workspace the token is locked to.
    pub(crate) workspace: Option<ClaimedWorkspace>,
}
