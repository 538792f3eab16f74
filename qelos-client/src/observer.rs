//! The place for metrics: it is told how each attempt and each call has ended.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use qelos_spec::EndpointInfo;

/// Is told how each attempt and each call of a client has ended, for metrics: [`Builder::observer`](crate::Builder::observer).
///
/// It is called on the path of the call, so it should only count: what it waits for, the call waits for. It sees the calls
/// that a client makes by itself as well, such as renewals. A call that is dropped has no end, and is not told. For a
/// response that is a stream, the call ends with its head.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::{Arc, Mutex};
/// use std::time::Duration;
///
/// use qelos_client::api::GetMe;
/// use qelos_client::testing::{FakeTransport, Refusal};
/// use qelos_client::{Client, Ended, Observer};
///
/// /// `http.client.request.duration`, by `url.template`.
/// #[derive(Clone, Default)]
/// struct Durations(Arc<Mutex<BTreeMap<&'static str, Vec<Duration>>>>);
///
/// impl Observer for Durations {
///     fn attempt_ended(&self, attempt: &Ended<'_>) {
///         let template = attempt.endpoint().path.as_str();
///         self.0.lock().unwrap().entry(template).or_default().push(attempt.duration());
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), qelos_client::Error> {
/// let server = FakeTransport::new();
/// server.expect(&GetMe).refuse(Refusal::new(http::StatusCode::NOT_FOUND, "gone"));
/// let durations = Durations::default();
/// let builder = Client::builder("https://acme.example").transport(server).api_token("ql_1");
/// let client = builder.observer(durations.clone()).build()?;
///
/// client.call(&GetMe).await.unwrap_err();
/// assert_eq!(durations.0.lock().unwrap()["/api/me"].len(), 1);
/// # Ok(())
/// # }
/// ```
pub trait Observer: Send + Sync + 'static {
    /// An attempt has ended: there is a response, or none will come. Default: nothing.
    fn attempt_ended(&self, attempt: &Ended<'_>) {
        let _ = attempt;
    }

    /// A call has ended, after all of its attempts and the waits between them, with a value or an error. Default: nothing.
    fn call_ended(&self, call: &Ended<'_>) {
        let _ = call;
    }
}

/// How an attempt or a call has ended.
pub struct Ended<'e> {
    pub(crate) endpoint: &'static EndpointInfo,
    pub(crate) attempts: usize,
    pub(crate) duration: Duration,
    pub(crate) status: Option<StatusCode>,
    pub(crate) error_type: Option<&'e str>,
}

impl Ended<'_> {
    /// The endpoint that was called. Its `method` and `path` are `http.request.method` and `url.template` of OpenTelemetry.
    #[must_use]
    pub fn endpoint(&self) -> &'static EndpointInfo {
        self.endpoint
    }

    /// The number of the attempt, from 1 on; for a call how many there were, 0 if nothing was sent. It is one more than
    /// `http.request.resend_count`.
    #[must_use]
    pub fn attempts(&self) -> usize {
        self.attempts
    }

    /// How long it took.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The status of the response, if its head arrived: `http.response.status_code`.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The kind of the failure, one of a few words: `error.type`. It is the status when the server has refused, or a
    /// word such as `timeout`, `connect` or `decode`. `None` after a success.
    #[must_use]
    pub fn error_type(&self) -> Option<&str> {
        self.error_type
    }
}

impl fmt::Debug for Ended<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ended")
            .field("endpoint", &self.endpoint.name)
            .field("attempts", &self.attempts)
            .field("duration", &self.duration)
            .field("status", &self.status)
            .field("error_type", &self.error_type)
            .finish()
    }
}
