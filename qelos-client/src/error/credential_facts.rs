//! What traces and errors say of a credential.

use qelos_spec::auth::CredentialKind;

/// What traces and errors say of the credential of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CredentialFacts {
    pub(crate) kind: CredentialKind,
    /// Whether it proves something to Qelos, so that what is known about Qelos helps. Its kind does not tell: a credential of
    /// another server may be of the same.
    pub(crate) is_of_qelos: bool,
}

impl CredentialFacts {
    pub(crate) const NONE: Self = Self { kind: CredentialKind::Anonymous, is_of_qelos: false };
}
