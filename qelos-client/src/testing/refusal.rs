//! Refusals that a test lets a server send.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use qelos_spec::{ApiError, Endpoint, ToResponse};
use serde::Serialize;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// A refusal of a double: a status and a message, or the error that an endpoint declares with `error = Type`.
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
pub struct Refusal(Box<Parts>);

/// In a box, because an error should be small.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Refusal {
    /// A response with this status and `{"message": …}`.
    #[must_use]
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self::json(status, serde_json::json!({ "message": message.into() }).to_string())
    }

    /// A response with this status and an error of the endpoint's own, as JSON.
    ///
    /// # Panics
    ///
    /// When the error has no JSON form.
    #[must_use]
    #[track_caller]
    pub fn declared(status: StatusCode, error: &impl Serialize) -> Self {
        Self::json(status, serde_json::to_string(error).unwrap_or_else(|error| panic!("{error}")))
    }

    /// The response that an error of the type stands for which the endpoint declares with `error = Type`: with the status
    /// of its variant, and its headers.
    ///
    /// ```
    /// use qelos_client::testing::Refusal;
    /// use qelos_client::{Endpoint, Response, auth::SignedIn};
    ///
    /// #[derive(Response)]
    /// enum Refused {
    ///     #[response(409)]
    ///     Paid { on: String },
    ///     #[response(429)]
    ///     Slower {
    ///         #[response(header = "retry-after")]
    ///         seconds: u32,
    ///     },
    /// }
    ///
    /// #[derive(Endpoint)]
    /// #[endpoint(POST, "/api/invoices/{id}/reminder", error = Refused, auth = SignedIn)]
    /// struct Remind {
    ///     id: u32,
    /// }
    ///
    /// let refusal = Refusal::of::<Remind>(&Refused::Slower { seconds: 30 });
    /// assert_eq!(refusal.status(), 429);
    /// assert_eq!(refusal.headers()["retry-after"], "30");
    /// ```
    ///
    /// # Panics
    ///
    /// When a client would not read this error from the response: its status is a success, or one that the type does not
    /// declare, or a value cannot be written. A type that only derives `Serialize` has no status of its own: take
    /// [`declared`](Self::declared) for it.
    #[must_use]
    #[track_caller]
    pub fn of<E: Endpoint>(error: &E::Error) -> Self
    where
        E::Error: ToResponse,
    {
        let response = error.to_response().unwrap_or_else(|error| panic!("{error}"));
        let (name, status) = (E::NAME, response.status());
        let is_success = status.is_success() || E::STATUSES.contains(status);
        let refusal = ApiError::of(&response).filter(|_| !is_success).unwrap_or_else(|| {
            panic!(
                "{status} is a success of `{name}`, and no refusal: the type of its error has no status of its own, so take \
                 `Refusal::declared(status, &error)`"
            )
        });
        match refusal.declared::<E>() {
            Some(Ok(_)) => {}
            Some(Err(error)) => panic!("a client does not read it as the declared error of `{name}`: {error}"),
            None => panic!("{status} is not a status that the error of `{name}` declares"),
        }
        let (head, body) = response.into_parts();
        Self(Box::new(Parts { status, headers: head.headers, body }))
    }

    fn json(status: StatusCode, body: String) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, JSON)]);
        Self(Box::new(Parts { status, headers, body: body.into() }))
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The body of the response.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        let Parts { status, headers, body } = *self.0;
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }
}
