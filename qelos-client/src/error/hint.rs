//! What an error usually means, and what to do about it.

use std::time::Duration;

use http::StatusCode;
use qelos_spec::ApiError;
use qelos_spec::auth::CredentialKind;

use crate::error::{Call, Error, Kind, Standing, is_passing};
use crate::qelos::verdict::NO_SUCH_PATH;
use crate::transport::{TransportError, TransportErrorKind};

impl Error {
    /// What this usually means, and what to do about it.
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
            // Without an attempt, as in the middle of a refresh, nothing was sent.
            Kind::Deadline(..) if self.0.attempts == 0 => None,
            Kind::Deadline(..) => may_have_acted(call).map(Into::into),
            Kind::SessionEnded(..) => Some("sign in again".into()),
            // Of a call. Taking up a session or keeping it needs other advice.
            Kind::Store(_) => call.map(|_| "the session goes on when its token store can be used again".into()),
            Kind::OtherWorkspace(..) => {
                Some("it leaves a workspace aside that does not exist, or that the user is no member of".into())
            }
            Kind::Redirect(_, to) => {
                let to = to.as_deref().unwrap_or("somewhere else");
                Some(format!(
                    "the server redirects to {to}; redirects are not followed, because they would take the credential along: if that is the server, make it the base URL"
                ))
            }
            Kind::Api(error) if is_passing(error.status()) => Some(match self.0.retry_after {
                Some(wait) => format!("the server asks to be called again in {wait:?}"),
                None => "the server is overloaded or away: try again later".into(),
            }),
            Kind::Api(error) => api_hint(error, call?, self.0.standing.as_ref()),
            Kind::Decode(error) if error.is_html() => Some(
                "is there a login page or a proxy in between, and does the base URL point at the Qelos gateway?".into(),
            ),
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
            "is it `https` that is spoken on that port, and is the certificate one that this machine trusts? One of your own authority is added where the transport is built",
        ),
        TransportErrorKind::Timeout | TransportErrorKind::Broken => may_have_acted(call),
        TransportErrorKind::TooLarge => Some("ask for less, or allow for more where the transport is built"),
    }
}

fn may_have_acted(call: Option<&Call>) -> Option<&'static str> {
    let once_only = call.is_some_and(|call| !call.endpoint.idempotent);
    once_only.then_some("the server may have done it: look before you send it again")
}

fn api_hint(error: &ApiError, call: &Call, standing: Option<&Standing>) -> Option<String> {
    let Call { endpoint, credential } = call;
    let no_path = |message: &str| message.starts_with("Cannot ") || message == NO_SUCH_PATH;
    match (error.status(), standing) {
        (_, Some(Standing::Forbidden(age))) => Some(forbidden_hint(*credential, *age)),
        (_, Some(Standing::BadProof)) => Some(bad_proof_hint(*credential).into()),
        (_, Some(Standing::NotRenewed(error))) => Some(format!("the credential could not be renewed for now: {error}")),
        (StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED, None) if error.message().is_some_and(no_path) => {
            Some("the server has no such path: does the base URL point at the Qelos gateway?".into())
        }
        (StatusCode::UNAUTHORIZED, None) if endpoint.sends_credential => Some(unknown_hint(*credential)),
        (StatusCode::FORBIDDEN, None) if endpoint.sends_credential => Some(forbidden_hint(*credential, None)),
        _ => None,
    }
}

/// The proof is good: what is missing are roles and permissions.
fn forbidden_hint(credential: CredentialKind, age: Option<Duration>) -> String {
    let hint = match credential {
        CredentialKind::ApiToken => {
            "the user's roles and permissions do not allow this, or no API token may do it, or not one that is locked to this workspace: try with a cookie or OAuth session"
        }
        _ => "the user's roles and permissions do not allow this, at least not in the workspace of this session",
    };
    let Some(age) = age.map(|age| age.as_secs()) else { return hint.into() };
    let age = match age {
        0..120 => format!("{age} seconds"),
        _ => format!("{} minutes", age / 60),
    };
    format!(
        "{hint}; the roles stand in the access token, which is {age} old: roles that were granted since are seen after signing in again, or outside of a workspace after `refresh_token()`"
    )
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

/// The server could not be asked whether the proof is good.
fn unknown_hint(credential: CredentialKind) -> String {
    format!("{}; or the user's roles and permissions do not allow this", bad_proof_hint(credential))
}
