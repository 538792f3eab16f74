//! MCP clients, and the codes that they can exchange for tokens.

use std::collections::BTreeMap;

use qelos_spec::{Timestamp, UserId};

use super::super::jwt::ClaimedWorkspace;

/// The MCP clients of the tenant.
pub(crate) struct Mcp {
    pub(crate) enabled: bool,
    /// The addresses that users may be sent back to without a registered client.
    pub(crate) permitted: Vec<String>,
    /// The addresses that users of registered clients may be sent back to.
    pub(crate) clients: BTreeMap<String, Vec<String>>,
    pub(crate) codes: BTreeMap<String, Code>,
}

impl Mcp {
    pub(crate) fn new() -> Self {
        Self { enabled: true, permitted: Vec::new(), clients: BTreeMap::new(), codes: BTreeMap::new() }
    }
}

/// A code that was not exchanged yet.
pub(crate) struct Code {
    pub(crate) user: UserId,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Challenge,
    pub(crate) workspace: Option<ClaimedWorkspace>,
    pub(crate) expires_at: Timestamp,
}

/// The PKCE challenge of a client.
pub(crate) struct Challenge {
    pub(crate) text: String,
    pub(crate) method: String,
}
