//! The proof on one request.

use qelos_spec::Timestamp;
use qelos_spec::auth::CredentialHeader;

/// The proof on one request, and the version of the credential that it belongs to. The version tells a late 401 to an
/// old proof from a 401 to the newest one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Authorization {
    /// The header.
    pub header: CredentialHeader,
    /// The version of the credential: it counts up with each change.
    pub generation: u64,
    /// When the server wrote the user's roles into the proof. `None` when the proof holds no roles, or the time is not
    /// known.
    pub roles_as_of: Option<Timestamp>,
}

impl Authorization {
    /// The proof of a credential that does not change.
    #[must_use]
    pub fn new(header: CredentialHeader) -> Self {
        Self { header, generation: 0, roles_as_of: None }
    }

    /// The proof of one version of a credential.
    #[must_use]
    pub fn of_generation(header: CredentialHeader, generation: u64) -> Self {
        Self { generation, ..Self::new(header) }
    }
}
