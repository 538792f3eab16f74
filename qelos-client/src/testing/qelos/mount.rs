//! Endpoints of your own, mounted by type: who may call, what is malformed, and the handler in between.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_spec::auth::{CredentialKind, Requirement};
use qelos_spec::{BaseUrl, DecodeRequest, EndpointInfo};
use serde::Serialize;

use super::answer;
use super::caller::{Caller, Denied};

/// Why a handler does not answer: a status and a message, or what its endpoint declares with `error = Type`.
///
/// ```
/// use http::StatusCode;
/// use qelos_client::testing::Refusal;
///
/// let refusal = Refusal::new(StatusCode::CONFLICT, "the invoice is paid");
/// assert_eq!(refusal.status(), 409);
///
/// #[derive(qelos_client::serde::Serialize)]
/// # #[serde(crate = "qelos_client::serde")]
/// struct Paid {
///     on: String,
/// }
///
/// let refusal = Refusal::declared(StatusCode::CONFLICT, &Paid { on: "2026-11-21".to_owned() });
/// assert_eq!(refusal.body(), r#"{"on":"2026-11-21"}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    status: StatusCode,
    body: String,
}

impl Refusal {
    /// Answers with this status and `{"message": …}`.
    #[must_use]
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, body: serde_json::json!({ "message": message.into() }).to_string() }
    }

    /// Answers with this status and an error of the endpoint's own.
    ///
    /// # Panics
    ///
    /// When the error has no JSON form.
    #[must_use]
    #[track_caller]
    pub fn declared(status: StatusCode, error: &impl Serialize) -> Self {
        Self { status, body: serde_json::to_string(error).unwrap_or_else(|error| panic!("{error}")) }
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The JSON of the answer.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        answer::json_text(self.status, self.body)
    }
}

type Handler = dyn Fn(&Request<Bytes>, &Caller) -> Result<Response<Bytes>, Refusal> + Send + Sync;

/// Why a request did not get its answer.
enum Rejected {
    Denied(Denied),
    Refused(Refusal),
}

/// An endpoint whose type is forgotten.
pub(super) struct Mounted {
    info: EndpointInfo,
    accepts: fn(CredentialKind) -> bool,
    handler: Box<Handler>,
    again: fn(&Request<Bytes>) -> Option<Request<Bytes>>,
}

impl Mounted {
    pub(super) fn new<E: DecodeRequest + 'static>(
        handler: impl Fn(E, &Caller) -> Result<E::Response, Refusal> + Send + Sync + 'static,
    ) -> Self {
        let handler = move |request: &Request<Bytes>, caller: &Caller| {
            let endpoint =
                E::decode_request(request).map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, error.to_string()))?;
            let response = handler(endpoint, caller)?;
            E::encode_response(&response)
                .map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
        };
        Self {
            info: EndpointInfo::of::<E>(),
            accepts: <E::Auth as Requirement>::accepts,
            handler: Box::new(handler),
            again: encode_again::<E>,
        }
    }

    /// Whether the request is one of this endpoint, by method and path.
    pub(super) fn takes(&self, request: &Request<Bytes>) -> bool {
        *request.method() == self.info.method && self.info.path.captures(request.uri().path()).is_some()
    }

    /// Answers, once it is clear who calls.
    pub(super) fn answer(&self, request: &Request<Bytes>, caller: Result<Caller, Denied>) -> Response<Bytes> {
        self.try_answer(request, caller).unwrap_or_else(|rejected| match rejected {
            Rejected::Denied(denied) => denied.answer(),
            Rejected::Refused(refusal) => refusal.into_response(),
        })
    }

    fn try_answer(
        &self,
        request: &Request<Bytes>,
        caller: Result<Caller, Denied>,
    ) -> Result<Response<Bytes>, Rejected> {
        let caller = self.admit(caller)?;
        (self.handler)(request, &caller).map_err(Rejected::Refused)
    }

    fn admit(&self, caller: Result<Caller, Denied>) -> Result<Caller, Rejected> {
        if !self.info.sends_credential {
            // What such a request carries is its own business, as with a refresh token.
            return Ok(caller.unwrap_or_else(|_| Caller::anonymous()));
        }
        let caller = match caller {
            Err(Denied::Nobody) => Caller::anonymous(),
            other => other.map_err(Rejected::Denied)?,
        };
        match caller.kind() {
            kind if (self.accepts)(kind) => Ok(caller),
            CredentialKind::Anonymous => Err(Rejected::Denied(Denied::Nobody)),
            kind => {
                let reason = format!("this needs {}, and the caller has {kind}", self.info.needs);
                Err(Rejected::Refused(Refusal::new(StatusCode::FORBIDDEN, reason)))
            }
        }
    }

    /// The request as its declaration writes it, which tells its secrets from the rest; `None` when it is malformed.
    pub(super) fn encode_again(&self, request: &Request<Bytes>) -> Option<Request<Bytes>> {
        (self.again)(request)
    }
}

fn encode_again<E: DecodeRequest>(request: &Request<Bytes>) -> Option<Request<Bytes>> {
    let anywhere: BaseUrl = "http://localhost".parse().ok()?;
    E::decode_request(request).ok()?.encode().ok()?.into_http(&anywhere).ok()
}
