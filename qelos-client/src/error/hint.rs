//! Hints: the usual meaning of an error, and what to do about it.

use std::time::Duration;

use http::StatusCode;
use qelos_spec::auth::CredentialKind;
use qelos_spec::{ApiError, api};

use crate::error::{Call, Error, Kind, Standing, is_transient};
use crate::qelos::verdict::NO_SUCH_PATH;
use crate::transport::{TransportError, TransportErrorKind};

impl Error {
    /// The usual meaning of this error, and what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        if self.0.hint.is_some() {
            return self.0.hint.clone();
        }
        let call = self.0.call.as_ref();
        match &self.0.kind {
            Kind::NotAllowed => Some("sign in with a credential of that kind, or build the client with one".into()),
            Kind::Plaintext => Some("use an https URL, or allow it with `danger_allow_plain_http`".into()),
            Kind::Transport(error) => transport_hint(error, call).map(Into::into),
            // Without an attempt, as during a renewal, nothing was sent.
            Kind::Deadline(..) if self.0.attempts == 0 => None,
            Kind::Deadline(..) => may_have_acted(call).map(Into::into),
            Kind::SessionEnded(..) => Some("sign in again".into()),
            // For calls only: restoring a session or keeping it needs another hint.
            Kind::Store(_) => call.map(|_| "the session goes on when its token store can be used again".into()),
            Kind::WorkspaceMismatch(..) => {
                Some("the server ignores a workspace that does not exist, or that the user is not a member of".into())
            }
            Kind::Redirect(_, to) => {
                let to = to.as_deref().unwrap_or("somewhere else");
                Some(format!(
                    "the server redirects to {to}; redirects are not followed, because they would take the credential along: if that is the server, make it the base URL"
                ))
            }
            Kind::Api(error) if is_transient(error.status()) => Some(match self.0.retry_after {
                Some(wait) => format!("the server asks to be called again in {wait:?}"),
                None => "the server is overloaded or unavailable: try again later".into(),
            }),
            Kind::Api(error) => api_hint(error, call?, self.0.standing.as_ref()),
            Kind::Decode(error) if error.is_html() => {
                let where_to = where_to(call.is_some_and(Call::is_of_qelos));
                Some(format!("is there a login page or a proxy in between, and {where_to}"))
            }
            _ => None,
        }
    }
}

fn transport_hint(error: &TransportError, call: Option<&Call>) -> Option<&'static str> {
    match error.kind() {
        TransportErrorKind::Setup => None,
        TransportErrorKind::Dns => Some("is the host in the base URL right, and is this machine online?"),
        TransportErrorKind::Connect => Some("is the server running, and is the base URL right?"),
        TransportErrorKind::ConnectTimeout => {
            Some("is the server reachable from here: is there a firewall, or a proxy to go through?")
        }
        TransportErrorKind::Tls => Some(
            "does the server speak `https` on that port, and does this machine trust its certificate? The certificate of your own authority is added where the transport is built",
        ),
        TransportErrorKind::Timeout | TransportErrorKind::Broken => may_have_acted(call),
        TransportErrorKind::TooLarge => Some("ask for less, or allow for more where the transport is built"),
    }
}

fn may_have_acted(call: Option<&Call>) -> Option<&'static str> {
    let once_only = call.is_some_and(|call| !call.endpoint.idempotent);
    once_only.then_some("the server may have done it: look before you send it again")
}

impl Call {
    /// Whether Qelos was called: an endpoint of Qelos, or any endpoint with a credential of Qelos, such as one of a
    /// plugin. The server of any other call may be another one.
    fn is_of_qelos(&self) -> bool {
        self.credential.is_of_qelos || api::ALL.contains(&self.endpoint)
    }
}

fn where_to(is_of_qelos: bool) -> &'static str {
    if is_of_qelos { "does the base URL point at the Qelos gateway?" } else { "is the base URL right?" }
}

fn api_hint(error: &ApiError, call: &Call, standing: Option<&Standing>) -> Option<String> {
    let is_of_qelos = call.is_of_qelos();
    // "Cannot GET …" is the message of Express, in any server; the gateway of Qelos has another one.
    let says_no_path = |message: &str| message.starts_with("Cannot ") || (is_of_qelos && message == NO_SUCH_PATH);
    let has_no_path = error.message().is_some_and(says_no_path);
    let reason = match (error.status(), standing) {
        (_, Some(Standing::NotRenewed(_))) => {
            return Some("the credential could not be renewed for now: try again later".into());
        }
        (_, Some(Standing::Forbidden(age))) => Reason::Permission(*age),
        (_, Some(Standing::BadProof)) => Reason::Proof,
        (StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED, None) if has_no_path => {
            return Some(format!("the server has no such path: {}", where_to(is_of_qelos)));
        }
        (StatusCode::UNAUTHORIZED, None) if call.endpoint.sends_credential => Reason::Either,
        (StatusCode::FORBIDDEN, None) if call.endpoint.sends_credential => Reason::Permission(None),
        _ => return None,
    };
    Some(if is_of_qelos { reason.by_qelos(call.credential.kind) } else { reason.by_any_server() })
}

/// The reason of a refusal, as far as it is known.
enum Reason {
    /// The proof is not accepted.
    Proof,
    /// The proof is good, but roles or permissions are missing. The duration is the age of the roles in the proof.
    Permission(Option<Duration>),
    /// The server could not be asked whether the proof is good.
    Either,
}

impl Reason {
    /// The reason for a server and a credential that are not known.
    fn by_any_server(&self) -> String {
        match self {
            Self::Proof => "the server does not accept this credential: has it expired, or was it revoked?".into(),
            Self::Permission(None) => "this credential does not allow it".into(),
            Self::Permission(Some(age)) => {
                format!("this credential does not allow it, as of {} ago", spelled_out(*age))
            }
            Self::Either => "the server does not accept this credential, or it does not allow this".into(),
        }
    }

    fn by_qelos(&self, credential: CredentialKind) -> String {
        match self {
            Self::Proof => bad_proof_hint(credential).into(),
            Self::Permission(age) => forbidden_hint(credential, *age),
            Self::Either => {
                format!("{}; or the user's roles and permissions do not allow this", bad_proof_hint(credential))
            }
        }
    }
}

fn forbidden_hint(credential: CredentialKind, age: Option<Duration>) -> String {
    let hint = match credential {
        CredentialKind::ApiToken => {
            "the user's roles and permissions do not allow this, or the server does not allow it to an API token, or to one that is locked to this workspace: try with a cookie or OAuth session"
        }
        _ => "the user's roles and permissions do not allow this, at least not in the workspace of this session",
    };
    let Some(age) = age.map(spelled_out) else { return hint.into() };
    format!(
        "{hint}; the roles stand in the access token, which is {age} old: roles that were granted later count after signing in again, or outside of a workspace after `refresh_token()`"
    )
}

fn spelled_out(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds / 60),
    }
}

fn bad_proof_hint(credential: CredentialKind) -> &'static str {
    match credential {
        CredentialKind::ApiToken => {
            "the API token is unknown, expired or revoked, or locked to a workspace its user is not in: create a new one with a cookie or OAuth session"
        }
        CredentialKind::Cookie => "the session has expired or was revoked: sign in again",
        CredentialKind::OAuth => {
            "the access token is refused although it is fresh: was the user deleted, or the server's secret changed? Sign in again"
        }
        _ => "the server does not know this credential",
    }
}
