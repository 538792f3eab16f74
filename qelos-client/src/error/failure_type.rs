//! The kind of a failure as one word: `error.type` of traces and metrics.

use std::borrow::Cow;

use crate::error::{Error, Kind};
use crate::transport::TransportErrorKind;

impl Error {
    /// One of a few words, or the status of a refusal.
    pub(crate) fn type_of_failure(&self) -> Cow<'static, str> {
        match &self.0.kind {
            Kind::Config(_) => "config",
            Kind::Encode(_) => "encode",
            Kind::NotAllowed => "not_allowed",
            Kind::Plaintext => "plaintext",
            Kind::Transport(error) => word(error.kind()),
            Kind::Deadline(..) => "deadline",
            Kind::Api(error) | Kind::Redirect(error, _) if !error.status().is_success() => {
                return error.status().as_str().to_owned().into();
            }
            Kind::Api(_) | Kind::Redirect(..) => "refused",
            Kind::Decode(_) => "decode",
            Kind::WorkspaceMismatch(..) => "workspace_mismatch",
            Kind::SignInFailed(..) => "sign_in_failed",
            Kind::SessionEnded(..) => "session_ended",
            Kind::Store(_) => "store",
        }
        .into()
    }
}

fn word(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Setup => "setup",
        TransportErrorKind::Dns => "dns",
        TransportErrorKind::Connect => "connect",
        TransportErrorKind::ConnectTimeout => "connect_timeout",
        TransportErrorKind::Tls => "tls",
        TransportErrorKind::Upload => "upload",
        TransportErrorKind::Timeout => "timeout",
        TransportErrorKind::Broken => "broken",
        TransportErrorKind::TooLarge => "too_large",
        TransportErrorKind::Layer => "layer",
    }
}
