//! The facts about a credential for traces and errors.

use qelos_spec::auth::CredentialKind;

/// The facts about the credential of a call for traces and errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CredentialFacts {
    pub(crate) kind: CredentialKind,
    /// Whether it is a credential of Qelos, so that hints about Qelos apply. Its kind does not tell: a credential for
    /// another server may be of the same kind.
    pub(crate) is_of_qelos: bool,
}

impl CredentialFacts {
    pub(crate) const NONE: Self = Self { kind: CredentialKind::Anonymous, is_of_qelos: false };
}
