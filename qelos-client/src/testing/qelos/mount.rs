//! Endpoints of a test, mounted by type: the checks of the caller and of the request, and the handler behind them.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, Response, StatusCode};
use qelos_spec::auth::{CredentialKind, Requirement};
use qelos_spec::multipart::Boundary;
use qelos_spec::wire::{ActiveWorkspace, User};
use qelos_spec::{BaseUrl, DecodeRequest, EndpointInfo};

use super::caller::{Denied, Identity};
use super::me;
use super::response::{self, Refused};
use super::service::Service;
use super::state::State;
use crate::testing::refusal::Refusal;

/// The caller of a mounted endpoint.
///
/// ```
/// use http::StatusCode;
/// use qelos_client::testing::{Caller, FakeQelos, Refusal};
/// use qelos_client::{DecodeRequest, Endpoint, SystemClock, auth::SignedIn};
///
/// #[derive(Endpoint, DecodeRequest)]
/// #[endpoint(GET, "/api/invoices", response = Vec<String>, auth = SignedIn)]
/// struct ListInvoices {}
///
/// fn list(_: ListInvoices, caller: &Caller) -> Result<Vec<String>, Refusal> {
///     let workspace = caller.workspace().ok_or_else(|| Refusal::new(StatusCode::FORBIDDEN, "in no workspace"))?;
///     Ok(vec![format!("an invoice of {}", workspace.id)])
/// }
///
/// FakeQelos::new(SystemClock).mount::<ListInvoices>(list);
/// ```
#[derive(Debug, Clone)]
pub struct Caller {
    kind: CredentialKind,
    user: Option<User>,
}

impl Caller {
    pub(super) fn anonymous() -> Self {
        Self { kind: CredentialKind::Anonymous, user: None }
    }

    pub(super) fn new(state: &State, identity: &Identity) -> Self {
        let user = me::describe(state, identity).and_then(|me| serde_json::to_value(me).ok());
        Self { kind: identity.kind, user: user.and_then(|user| serde_json::from_value(user).ok()) }
    }

    /// The kind of credential that the caller sent.
    #[must_use]
    pub fn kind(&self) -> CredentialKind {
        self.kind
    }

    /// The user, as `GET /api/me` would describe it to the same caller.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    pub(super) fn has_role(&self, role: &str) -> bool {
        self.user.as_ref().is_some_and(|user| user.roles.iter().any(|own| own == role))
    }

    /// The workspace of the session or the API token.
    #[must_use]
    pub fn workspace(&self) -> Option<&ActiveWorkspace> {
        self.user.as_ref()?.workspace.as_ref()
    }
}

/// The callers that a mounted endpoint admits, in addition to the rule of its `auth`.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) service: Service,
    /// The caller needs one of these; without any, no role is needed.
    pub(super) roles: Vec<String>,
    pub(super) guests: bool,
}

type Handler = dyn Fn(&Request<Bytes>, &Caller) -> Result<Response<Bytes>, Refusal> + Send + Sync;

/// An endpoint with its type erased.
pub(super) struct Mounted {
    rules: Rules,
    info: &'static EndpointInfo,
    accepts: fn(CredentialKind) -> bool,
    handler: Box<Handler>,
    encode_again: fn(&Request<Bytes>) -> Option<Request<Bytes>>,
}

impl Mounted {
    pub(super) fn new<E: DecodeRequest + 'static>(
        rules: Rules,
        handler: impl Fn(E, &Caller) -> Result<Response<Bytes>, Refusal> + Send + Sync + 'static,
    ) -> Self {
        let handler = move |request: &Request<Bytes>, caller: &Caller| {
            let endpoint =
                E::decode_request(request).map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, error.to_string()))?;
            handler(endpoint, caller)
        };
        Self {
            rules,
            info: EndpointInfo::of::<E>(),
            accepts: <E::Auth as Requirement>::accepts,
            handler: Box::new(handler),
            encode_again: encode_again::<E>,
        }
    }

    /// Whether the request is one of this endpoint, by method, path and the constant parameters of its query.
    pub(super) fn takes(&self, request: &Request<Bytes>) -> bool {
        *request.method() == self.info.method
            && self.info.path.captures(request.uri().path()).is_some()
            && self.info.is_in_query(request.uri().query().unwrap_or_default())
    }

    pub(super) fn service(&self) -> Service {
        self.rules.service
    }

    /// Responds to a request whose caller was identified.
    pub(super) fn respond(&self, request: &Request<Bytes>, caller: Result<Caller, Denied>) -> Response<Bytes> {
        match self.admit(caller) {
            Ok(caller) => (self.handler)(request, &caller).unwrap_or_else(Refusal::into_response),
            Err(rejected) => *rejected,
        }
    }

    /// The caller, if the endpoint and the service it is mounted in admit them.
    fn admit(&self, caller: Result<Caller, Denied>) -> Result<Caller, Refused> {
        let service = self.rules.service;
        let caller = match caller {
            Ok(caller) => caller,
            // A request to an endpoint without a credential may carry another value in its place, such as a refresh
            // token.
            Err(denied) if service == Service::Auth && denied != Denied::Guest && self.info.sends_credential => {
                return Err(Box::new(denied.response()));
            }
            Err(_) => Caller::anonymous(),
        };
        let Some(user) = caller.user() else {
            let is_public = !self.info.sends_credential && self.rules.roles.is_empty();
            let admitted = self.rules.guests || is_public;
            return if admitted { Ok(caller) } else { Err(Box::new(service.refuse_guest())) };
        };
        if self.info.sends_credential && !(self.accepts)(caller.kind()) {
            let reason = format!("this needs {}, and the caller has {}", self.info.needs, caller.kind());
            return Err(Box::new(response::message(StatusCode::FORBIDDEN, &reason)));
        }
        let roles = &self.rules.roles;
        if !roles.is_empty() && !roles.iter().any(|role| user.roles.contains(role)) {
            return Err(Box::new(service.refuse_unprivileged()));
        }
        Ok(caller)
    }

    /// The request as its declaration writes it, with its secrets known; `None` when it is malformed.
    pub(super) fn encode_again(&self, request: &Request<Bytes>) -> Option<Request<Bytes>> {
        (self.encode_again)(request)
    }
}

fn encode_again<E: DecodeRequest>(request: &Request<Bytes>) -> Option<Request<Bytes>> {
    let anywhere: BaseUrl = "http://localhost".parse().ok()?;
    let again = E::decode_request(request).ok()?.encode().ok()?;
    let boundary = request.headers().get(CONTENT_TYPE).and_then(Boundary::of_content_type);
    boundary.into_iter().fold(again, qelos_spec::Request::with_boundary).into_http(&anywhere).ok()
}
