//! What a program learns about a call while it runs: the span of its traces, and the observer of its client.
//!
//! The names are those of OpenTelemetry's conventions for HTTP clients. There is one span for a call, with one event for each
//! attempt. The path of a request is only shown as its template: values in it may be personal.

use std::borrow::Cow;
use std::sync::Arc;

use http::StatusCode;
use qelos_spec::{BaseUrl, EndpointInfo};
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Span, debug, debug_span};

use crate::error::Error;
use crate::error::credential_facts::CredentialFacts;
use crate::observer::{Ended, Observer};

/// `None` when neither a subscriber nor an observer is interested in the call: then it costs nothing.
#[derive(Clone)]
pub(crate) struct Telemetry(Option<Arc<Watched>>);

/// A call that is traced or observed.
struct Watched {
    endpoint: &'static EndpointInfo,
    span: Span,
    observer: Option<Arc<dyn Observer>>,
    started: Instant,
}

impl Telemetry {
    pub(crate) fn start(
        endpoint: &'static EndpointInfo,
        server: &BaseUrl,
        credential: CredentialFacts,
        observer: Option<&Arc<dyn Observer>>,
        started: Instant,
    ) -> Self {
        let span = debug_span!(
            "qelos.call",
            otel.kind = "client",
            otel.name = %format_args!("{} {}", endpoint.method, endpoint.path.as_str()),
            otel.status_code = Empty,
            http.request.method = endpoint.method.as_str(),
            url.template = endpoint.path.as_str(),
            server.address = server.host(),
            server.port = server.port(),
            credential = credential.kind.as_str(),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            error.type = Empty,
        );
        let is_watched = !span.is_none() || observer.is_some();
        Self(is_watched.then(|| Arc::new(Watched { endpoint, span, observer: observer.cloned(), started })))
    }

    /// The span of the call, if it is traced.
    pub(crate) fn span(&self) -> Option<&Span> {
        self.0.as_ref().map(|watched| &watched.span).filter(|span| !span.is_none())
    }

    /// An attempt has ended with a response or an error. It was the `number`th of its call.
    pub(crate) fn attempt_ended(&self, number: usize, started: Instant, outcome: Result<StatusCode, &Error>) {
        if let Some(watched) = &self.0 {
            watched.attempt_ended(number, started, outcome);
        }
    }

    /// The call has ended, with a value or an error.
    pub(crate) fn call_ended(&self, attempts: usize, status: Option<StatusCode>, error: Option<&Error>) {
        if let Some(watched) = &self.0 {
            watched.call_ended(attempts, status, error);
        }
    }
}

impl Watched {
    fn attempt_ended(&self, number: usize, started: Instant, outcome: Result<StatusCode, &Error>) {
        let status = outcome.map_or_else(Error::status, Some);
        let failure = match outcome {
            Ok(status) => self.refusal(status),
            Err(error) => Some(error.type_of_failure()),
        };
        let (resent, code) = ((number > 1).then(|| number - 1), status.map(|status| status.as_u16()));
        if let Some(resent) = resent {
            self.span.record("http.request.resend_count", resent);
        }
        if let Some(code) = code {
            self.span.record("http.response.status_code", code);
        }
        let duration = started.elapsed();
        debug!(
            http.request.resend_count = resent,
            http.response.status_code = code,
            error.type = failure.as_deref(),
            ?duration,
            "an attempt has ended"
        );
        if let Some(observer) = &self.observer {
            let error_type = failure.as_deref();
            observer.attempt_ended(&Ended { endpoint: self.endpoint, attempts: number, duration, status, error_type });
        }
    }

    fn call_ended(&self, attempts: usize, status: Option<StatusCode>, error: Option<&Error>) {
        let failure = error.map(Error::type_of_failure);
        if let Some(failure) = &failure {
            self.span.record("error.type", &**failure);
            self.span.record("otel.status_code", "ERROR");
        }
        if let Some(observer) = &self.observer {
            let (endpoint, duration) = (self.endpoint, self.started.elapsed());
            observer.call_ended(&Ended { endpoint, attempts, duration, status, error_type: failure.as_deref() });
        }
    }

    /// The kind of the failure that a response is, unless the endpoint declares it as a success.
    fn refusal(&self, status: StatusCode) -> Option<Cow<'static, str>> {
        (!self.endpoint.statuses.contains(status)).then(|| status.as_str().to_owned().into())
    }
}
