//! The facts of an endpoint as data.

use std::time::Duration;

use http::HeaderValue;

use crate::method::Method;
use crate::statuses::Statuses;
use crate::template::PathTemplate;

/// The facts of an endpoint as data: for lists, traces and transports, without the type.
///
/// Requests and errors point at it, and a client tells its transport.
///
/// ```
/// use qelos_spec::{EndpointInfo, api::GetMe};
///
/// let info = EndpointInfo::of::<GetMe>();
/// assert_eq!((info.method.as_str(), info.path.as_str()), ("GET", "/api/me"));
/// assert!(info.idempotent && info.sends_credential);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts, each with its word in a declaration")]
pub struct EndpointInfo {
    /// [`Endpoint::NAME`](crate::Endpoint::NAME).
    pub name: &'static str,
    /// [`Endpoint::METHOD`](crate::Endpoint::METHOD).
    pub method: Method,
    /// [`Endpoint::PATH`](crate::Endpoint::PATH): the template, never a path with values in it.
    pub path: PathTemplate,
    /// [`Endpoint::QUERY`](crate::Endpoint::QUERY): the parameters that stand in the query of each request.
    pub query: &'static str,
    /// [`Requirement::NEEDS`](crate::auth::Requirement::NEEDS).
    pub needs: &'static str,
    /// [`Requirement::SENDS_CREDENTIAL`](crate::auth::Requirement::SENDS_CREDENTIAL).
    pub sends_credential: bool,
    /// [`Endpoint::IDEMPOTENT`](crate::Endpoint::IDEMPOTENT).
    pub idempotent: bool,
    /// [`Endpoint::IDEMPOTENCY_KEY`](crate::Endpoint::IDEMPOTENCY_KEY).
    pub idempotency_key: Option<&'static str>,
    /// [`Endpoint::ERRORS_WITH_200`](crate::Endpoint::ERRORS_WITH_200).
    pub errors_with_200: bool,
    /// [`Endpoint::STATUSES`](crate::Endpoint::STATUSES).
    pub statuses: Statuses,
    /// [`Endpoint::ACCEPT`](crate::Endpoint::ACCEPT).
    pub accept: &'static [&'static str],
    /// [`Endpoint::TIMEOUT`](crate::Endpoint::TIMEOUT).
    pub timeout: Option<Duration>,
    /// Whether [`Endpoint::STREAM`](crate::Endpoint::STREAM) reads the response: its body stays open.
    pub streams: bool,
}

impl EndpointInfo {
    /// Whether a query has the constant parameters of the endpoint, each as often as it is declared.
    #[must_use]
    pub fn is_in_query(&self, query: &str) -> bool {
        let pairs = |query| form_urlencoded::parse(str::as_bytes(query));
        self.query.is_empty() || pairs(self.query).all(|constant| pairs(query).any(|sent| sent == constant))
    }

    /// The media types of the response, as a header. If a text cannot be one, the server may send any type.
    pub(crate) fn accept_header(&self) -> HeaderValue {
        match self.accept {
            [] => HeaderValue::from_static("application/json"),
            types => HeaderValue::from_str(&types.join(", ")).unwrap_or(HeaderValue::from_static("*/*")),
        }
    }
}
