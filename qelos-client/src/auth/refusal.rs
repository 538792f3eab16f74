//! What a refusal says: about the proof that was sent, or about the permissions of the user. A 401 is evidence, not a verdict.

use qelos_spec::{ApiError, EndpointInfo};

use crate::auth::Authorization;

/// What a refusal says about the proof it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The proof is not accepted: another one may be.
    Proof,
    /// The proof is accepted, and the user may not do this: another proof of the same user changes nothing.
    Permission,
    /// It is about something else, such as a path that does not exist: nothing is done about the proof.
    Other,
    /// It may be about the proof or about a permission.
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

    /// What the server said: the status, and its words if it had any.
    #[must_use]
    pub fn error(&self) -> &ApiError {
        self.error
    }
}

/// A proof that was refused, and what became known about the refusal.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Refused<'r> {
    /// The proof.
    pub proof: &'r Authorization,
    /// What the refusal says. [`Verdict::Unknown`] when the server could not be asked.
    pub verdict: Verdict,
    /// The endpoint that was called.
    pub endpoint: &'r EndpointInfo,
}

/// Whether a proof is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// The server accepts it.
    pub is_good: bool,
    /// The server was asked just now; otherwise a moment ago.
    pub is_new: bool,
}
