//! Endpoints of your own, mounted by type: who may call, what is malformed, and the handler in between.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_spec::auth::{CredentialKind, Requirement};
use qelos_spec::{BaseUrl, DecodeRequest, EndpointInfo};

use super::answer;
use super::caller::{Caller, Denied};

/// Why a handler does not answer: a status and a message.
///
/// ```
/// use http::StatusCode;
/// use qelos_client::testing::Refusal;
///
/// let refusal = Refusal::new(StatusCode::CONFLICT, "the invoice is paid");
/// assert_eq!(refusal.status(), 409);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    /// Answers with this status and `{"message": …}`.
    #[must_use]
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The message in the answer.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        answer::message(self.status, &self.message)
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
