//! The facts of a credential.

use qelos_spec::EndpointInfo;
use qelos_spec::auth::CredentialKind;

use crate::error::advice::Advice;

/// What a call has to know of its credential: to check it, and for traces and errors. `qelos/credentials.rs` makes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CredentialFacts {
    pub(crate) kind: CredentialKind,
    /// Whether the type of the credential does not say its kind, so that each call checks it.
    pub(crate) is_chosen_at_run_time: bool,
    /// The advice for a call of this endpoint. The kind does not tell: a credential of another API may be of the same.
    pub(crate) advice: fn(&EndpointInfo) -> &'static Advice,
}
