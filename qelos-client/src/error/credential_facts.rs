//! The facts about a credential for calls, traces and errors.

use qelos_spec::EndpointInfo;
use qelos_spec::auth::CredentialKind;

use crate::error::advice::Advice;

/// The facts about the credential of a call: to check it, and for traces and errors. `qelos/credentials.rs` makes them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CredentialFacts {
    pub(crate) kind: CredentialKind,
    /// Whether the type of the credential does not say its kind, so that each call checks it.
    pub(crate) is_chosen_at_run_time: bool,
    /// The advice for a call of this endpoint. The kind does not decide it: a credential for another API may be of the
    /// same kind.
    pub(crate) advice: fn(&EndpointInfo) -> &'static Advice,
}
