//! Hints: the usual meaning of an error, and what to do about it.

use http::StatusCode;
use qelos_spec::ApiError;

use crate::error::advice::{Advice, Cause};
use crate::error::{Call, Error, Kind, Standing, is_transient};
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
                let advice = call.map_or(&Advice::ANY_SERVER, Call::advice);
                Some(format!("is there a login page or a proxy in between, and {}", advice.where_to))
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
        TransportErrorKind::Timeout | TransportErrorKind::Broken | TransportErrorKind::Upload => may_have_acted(call),
        TransportErrorKind::Layer => {
            Some("the cause says which layer, and why: look at it in the `source` of this error")
        }
        TransportErrorKind::TooLarge => Some("ask for less, or allow for more where the transport is built"),
    }
}

fn may_have_acted(call: Option<&Call>) -> Option<&'static str> {
    let once_only = call.is_some_and(|call| !call.endpoint.idempotent);
    once_only.then_some("the server may have done it: look before you send it again")
}

impl Call {
    fn advice(&self) -> &'static Advice {
        (self.credential.advice)(self.endpoint)
    }
}

fn api_hint(error: &ApiError, call: &Call, standing: Option<&Standing>) -> Option<String> {
    let advice = call.advice();
    // "Cannot GET …" is the message of Express, in any server.
    let says_no_path = |message: &str| message.starts_with("Cannot ") || advice.no_such_path == Some(message);
    let has_no_path = error.message().is_some_and(says_no_path);
    let cause = match (error.status(), standing) {
        (_, Some(Standing::NotRenewed(_))) => {
            return Some("the credential could not be renewed for now: try again later".into());
        }
        (_, Some(Standing::Forbidden(age))) => Cause::Permission(*age),
        (_, Some(Standing::BadProof)) => Cause::Proof,
        (StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED, None) if has_no_path => {
            return Some(format!("the server has no such path: {}", advice.where_to));
        }
        (StatusCode::UNAUTHORIZED, None) if call.endpoint.sends_credential => Cause::Either,
        (StatusCode::FORBIDDEN, None) if call.endpoint.sends_credential => Cause::Permission(None),
        _ => return None,
    };
    Some((advice.refused)(&cause, call.endpoint, call.credential.kind))
}
