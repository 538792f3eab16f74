//! The cause of a refusal: the proof that was sent, or the permissions of the user. The status alone does not tell.

use qelos_spec::{ApiError, EndpointInfo};

use crate::auth::Authorization;

/// The cause of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The server does not accept the proof. It may accept another one.
    Proof,
    /// The server accepts the proof, but the user may not do this. Another proof of the same user does not help.
    Permission,
    /// Something else, such as a path that does not exist. The proof is left as it is.
    Other,
    /// The proof or a permission: the refusal does not tell which.
    Unknown,
}

/// A response of 401 or 403 to a request that carried a proof.
#[derive(Debug, Clone)]
pub struct Refusal<'r> {
    endpoint: &'r EndpointInfo,
    generation: u64,
    error: &'r ApiError,
}

impl<'r> Refusal<'r> {
    pub(crate) fn new(endpoint: &'r EndpointInfo, proof: &Authorization, error: &'r ApiError) -> Self {
        Self { endpoint, generation: proof.generation, error }
    }

    /// The endpoint that was called.
    #[must_use]
    pub fn endpoint(&self) -> &EndpointInfo {
        self.endpoint
    }

    /// The generation of the proof, as in [`Authorization::generation`].
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The error that the server sent: its status, and its message if there was one.
    #[must_use]
    pub fn error(&self) -> &ApiError {
        self.error
    }
}

/// A proof that was refused, and what is known about the refusal.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Refused<'r> {
    /// The proof.
    pub proof: &'r Authorization,
    /// The cause of the refusal. [`Verdict::Unknown`] when the server could not be asked.
    pub verdict: Verdict,
    /// The endpoint that was called.
    pub endpoint: &'r EndpointInfo,
}

/// The result of asking the server whether a proof is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// Whether the server accepts the proof.
    pub is_good: bool,
    /// Whether the server was asked after the refusal. `false` for an earlier result that is still in use.
    pub is_new: bool,
}
