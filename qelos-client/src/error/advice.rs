//! What the hints of errors say of one API, or of any.

use std::time::Duration;

use qelos_spec::auth::CredentialKind;

/// What the hints of errors say of an API.
#[derive(Debug)]
pub(crate) struct Advice {
    /// Asks for the base URL.
    pub(crate) where_to: &'static str,
    /// The message of the API for a path that it does not have.
    pub(crate) no_such_path: Option<&'static str>,
    /// What a refusal means, and what to do, for a credential of this kind.
    pub(crate) refused: fn(&Cause, CredentialKind) -> String,
}

/// Why a request was refused, as far as that is known.
#[derive(Debug)]
pub(crate) enum Cause {
    /// The proof is not accepted.
    Proof,
    /// The proof is good: what is missing are roles and permissions. Those that stand in it are so old.
    Permission(Option<Duration>),
    /// The server could not be asked whether the proof is good.
    Either,
}

impl Advice {
    /// The server is not known, nor what the credential is.
    pub(crate) const ANY_SERVER: Self =
        Self { where_to: "is the base URL right?", no_such_path: None, refused: |cause, _| refused(cause) };
}

fn refused(cause: &Cause) -> String {
    match cause {
        Cause::Proof => "the server does not accept this credential: has it expired, or was it revoked?".into(),
        Cause::Permission(None) => "this credential does not allow it".into(),
        Cause::Permission(Some(age)) => {
            format!("this credential does not allow it, as of {} ago", spelled_out(*age))
        }
        Cause::Either => "the server does not accept this credential, or it does not allow this".into(),
    }
}

pub(crate) fn spelled_out(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds / 60),
    }
}
