//! The proof on one request.

use qelos_spec::Timestamp;

use crate::auth::proof::Proof;

/// The proof on one request, and the version of the credential that it belongs to. The version tells a late 401 to an
/// old proof from a 401 to the newest one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Authorization {
    /// The proof.
    pub proof: Proof,
    /// The version of the credential: it counts up with each change.
    pub generation: u64,
    /// When the server wrote the user's roles into the proof. `None` when the proof holds no roles, or the time is not
    /// known.
    pub roles_as_of: Option<Timestamp>,
}

impl Authorization {
    /// The proof of a credential that does not change: a [`Proof`], or the one header it consists of.
    #[must_use]
    pub fn new(proof: impl Into<Proof>) -> Self {
        Self::of_generation(proof, 0)
    }

    /// The proof of one version of a credential.
    #[must_use]
    pub fn of_generation(proof: impl Into<Proof>, generation: u64) -> Self {
        Self { proof: proof.into(), generation, roles_as_of: None }
    }
}
