//! Advice: the words of hints for one API, or for any.

use std::time::Duration;

use qelos_spec::EndpointInfo;
use qelos_spec::auth::CredentialKind;

/// The words of hints for an API.
#[derive(Debug)]
pub(crate) struct Advice {
    /// The question about the base URL.
    pub(crate) where_to: &'static str,
    /// The message of the API for a path that it does not have.
    pub(crate) no_such_path: Option<&'static str>,
    /// The meaning of a refusal by this endpoint, and what to do, for a credential of this kind.
    pub(crate) refused: fn(&Cause, &EndpointInfo, CredentialKind) -> String,
}

/// The cause of a refusal, as far as it is known.
#[derive(Debug)]
pub(crate) enum Cause {
    /// The proof is not accepted.
    Proof,
    /// The proof is good, but roles or permissions are missing. The duration is the age of the roles in the proof.
    Permission(Option<Duration>),
    /// The server could not be asked whether the proof is good.
    Either,
}

impl Advice {
    /// The server and the credential are not known.
    pub(crate) const ANY_SERVER: Self =
        Self { where_to: "is the base URL right?", no_such_path: None, refused: |cause, _, _| refused(cause) };
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
