//! Types of responses: what a success is read as, what a refusal is read as, and what a server writes.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response as HttpResponse, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api_error::{ApiError, shapes};
use crate::endpoint_info::EndpointInfo;
use crate::request::{EncodeError, Place};
use crate::response::{Content, DecodeError, Misfit, ResponseError, Unfit, read_json};
use crate::statuses::Statuses;

/// A type of successful responses, which `response = Type` can name.
///
/// Each type that serde can read is one: the body is JSON then, and the status 200 to 299. `#[derive(Response)]`
/// implements it for a struct with other places, such as headers, and for an enum with one variant for each status.
#[diagnostic::on_unimplemented(
    message = "a response cannot be read as `{Self}`",
    label = "it does not implement `serde::Deserialize`",
    note = "a type of yours derives it: `#[derive(serde::Deserialize)]`; leave the type out where a response has no content; a stream under another name takes the word `stream`",
    note = "headers, statuses and several bodies: `#[derive(Response)]`; an enum with a rest variant, or with a range of statuses beyond 2xx, is an `error` and no `response`"
)]
// `DeserializeOwned` is not a supertrait: where the bound of an associated type fails, the compiler would name the
// supertrait in place of the text above.
pub trait Response: Sized + 'static {
    /// The statuses that it can be read from.
    const STATUSES: Statuses = Statuses::SUCCESS;
    /// The media types of its bodies, for the header `accept`; none stands for JSON.
    const ACCEPT: &'static [&'static str] = &[];

    /// Reads the response to an endpoint.
    ///
    /// # Errors
    ///
    /// When the server has refused, or its response is not the declared one.
    fn from_response(endpoint: &'static EndpointInfo, response: &HttpResponse<Bytes>) -> Result<Self, ResponseError>;
}

/// An empty body reads as `null`.
///
/// The headers about the body are not trusted: JSON is read also when it is labelled `text/html`, with another charset,
/// or with an encoding that the transport has undone. The label is named when reading fails.
#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + 'static> Response for T {
    fn from_response(endpoint: &'static EndpointInfo, response: &HttpResponse<Bytes>) -> Result<Self, ResponseError> {
        succeeds(endpoint, response)?;
        read_json(response.body()).map_err(|misfit| not_json(endpoint, response, &misfit))
    }
}

#[cold]
fn not_json(endpoint: &'static EndpointInfo, response: &HttpResponse<Bytes>, misfit: &Misfit) -> ResponseError {
    not_declared(endpoint, response, misfit.why(&Content::of(response)))
}

/// The error of a response that does not fit, with the secrets of its request masked.
#[cold]
pub(crate) fn not_declared(
    endpoint: &'static EndpointInfo,
    response: &HttpResponse<Bytes>,
    unfit: Unfit,
) -> ResponseError {
    let unfit = match response.extensions().get() {
        Some(secrets) => unfit.masking(secrets),
        None => unfit,
    };
    ResponseError::Decode(DecodeError::of(endpoint.name, response.status(), unfit))
}

/// Fails unless the response is a declared success.
pub(crate) fn succeeds(endpoint: &'static EndpointInfo, response: &HttpResponse<Bytes>) -> Result<(), ResponseError> {
    if !endpoint.statuses.contains(response.status()) {
        return Err(undeclared(endpoint, response));
    }
    let may_refuse = endpoint.errors_with_200 && response.status() == StatusCode::OK;
    if may_refuse && shapes::is_errors_alone(response) {
        return Err(ResponseError::refused(endpoint, response));
    }
    Ok(())
}

/// The error of a status that is not declared: the server has refused, or has succeeded in an unexpected way.
#[cold]
pub(crate) fn undeclared(endpoint: &'static EndpointInfo, response: &HttpResponse<Bytes>) -> ResponseError {
    if !response.status().is_success() {
        return ResponseError::refused(endpoint, response);
    }
    let declared = endpoint.statuses;
    not_declared(endpoint, response, Unfit::Other(format!("its status is not declared, which is {declared}")))
}

impl ResponseError {
    /// The refusal in a response, whatever its status: for an API that refuses with a success and says so in the body.
    /// A [`Response`] that is implemented by hand looks at the body first:
    ///
    /// ```
    /// use qelos_spec::bytes::Bytes;
    /// use qelos_spec::serde::{Deserialize, de::DeserializeOwned};
    /// use qelos_spec::{Endpoint, EndpointInfo, Response, ResponseError, auth::SignedIn, http};
    ///
    /// /// Slack refuses with `{"ok": false, "error": "channel_not_found"}`, and the status 200.
    /// struct Slack<T>(T);
    ///
    /// #[derive(Deserialize)]
    /// # #[serde(crate = "qelos_spec::serde")]
    /// struct Outcome {
    ///     ok: bool,
    /// }
    ///
    /// impl<T: DeserializeOwned + 'static> Response for Slack<T> {
    ///     fn from_response(
    ///         endpoint: &'static EndpointInfo,
    ///         response: &http::Response<Bytes>,
    ///     ) -> Result<Self, ResponseError> {
    ///         match Response::from_response(endpoint, response)? {
    ///             Outcome { ok: true } => Ok(Self(Response::from_response(endpoint, response)?)),
    ///             Outcome { ok: false } => Err(ResponseError::refused(endpoint, response)),
    ///         }
    ///     }
    /// }
    ///
    /// #[derive(Deserialize)]
    /// # #[serde(crate = "qelos_spec::serde")]
    /// struct Posted {
    ///     ts: String,
    /// }
    ///
    /// #[derive(Endpoint)]
    /// #[endpoint(POST, "/api/chat.postMessage", response = Slack<Posted>, auth = SignedIn)]
    /// struct PostMessage {
    ///     channel: String,
    ///     text: String,
    /// }
    ///
    /// let posted = http::Response::new(r#"{"ok": true, "ts": "1503435956.000247"}"#.into());
    /// assert_eq!(PostMessage::decode(&posted)?.0.ts, "1503435956.000247");
    ///
    /// let refused = http::Response::new(r#"{"ok": false, "error": "channel_not_found"}"#.into());
    /// let Err(ResponseError::Api(error)) = PostMessage::decode(&refused) else { panic!("it was refused") };
    /// assert_eq!(error.message(), Some("channel_not_found"));
    /// # Ok::<(), ResponseError>(())
    /// ```
    #[cold]
    #[must_use]
    pub fn refused(endpoint: &'static EndpointInfo, response: &HttpResponse<Bytes>) -> Self {
        Self::Api(ApiError::read(response).of_endpoint(endpoint))
    }
}

/// A type of refusals, which `error = Type` can name, and [`ApiError::declared`] reads.
///
/// Each type that serde can read is one: the body is JSON then, whatever the status. `#[derive(Response)]` implements it
/// for a struct with other places, such as headers, and for an enum with one variant for each status.
#[diagnostic::on_unimplemented(
    message = "a refusal cannot be read as `{Self}`",
    label = "it does not implement `serde::Deserialize`",
    note = "a type of yours derives it: `#[derive(serde::Deserialize)]`; with headers or several statuses, `#[derive(Response)]`"
)]
pub trait ErrorResponse: Sized + 'static {
    /// Reads the refusal of an endpoint; `None` when its status is not one of the declared ones.
    ///
    /// # Errors
    ///
    /// When the response is not of this type. The error says why.
    fn from_refusal(endpoint: &'static EndpointInfo, refusal: &ApiError) -> Option<Result<Self, DecodeError>>;
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + 'static> ErrorResponse for T {
    fn from_refusal(endpoint: &'static EndpointInfo, refusal: &ApiError) -> Option<Result<Self, DecodeError>> {
        let read = refusal.kept_body().ok_or_else(Unfit::not_kept).and_then(|body| {
            let read = read_json(body).map_err(|misfit| misfit.why(&Content::of_body(body)));
            read.map_err(|unfit| refusal.unreadable().map_or(unfit, Unfit::Unreadable))
        });
        Some(read.map_err(|unfit| DecodeError::of(endpoint.name, refusal.status(), unfit)))
    }
}

/// A type that a server writes whole responses from.
///
/// Each type that implements `serde::Serialize` is one, as JSON with status 200. `#[derive(Response)]` implements it for
/// all of its places, also for the enum of an `error`.
///
/// ```
/// use qelos_spec::{ApiError, Response, ToResponse};
///
/// #[derive(Response)]
/// enum Refused {
///     #[response(409)]
///     Twice,
///     #[response(429)]
///     Slower {
///         #[response(header = "retry-after")]
///         seconds: u32,
///     },
///     #[response(_)]
///     Other(ApiError),
/// }
///
/// let response = Refused::Slower { seconds: 30 }.to_response()?;
/// assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"30".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a response cannot be written from `{Self}`",
    label = "it does not implement `serde::Serialize`",
    note = "a type of yours derives it: `#[derive(serde::Serialize)]`; each value of a `#[derive(Response)]` needs it"
)]
pub trait ToResponse {
    /// Writes the response.
    ///
    /// # Errors
    ///
    /// When a value cannot be written in its place, or a status is not one of its variant.
    fn to_response(&self) -> Result<HttpResponse<Bytes>, EncodeError>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> ToResponse for T {
    fn to_response(&self) -> Result<HttpResponse<Bytes>, EncodeError> {
        let body = serde_json::to_vec(self).map_err(|error| EncodeError {
            endpoint: std::any::type_name::<T>(),
            place: Place::Response,
            reason: error.to_string(),
        })?;
        let mut response = HttpResponse::new(body.into());
        response.headers_mut().insert(CONTENT_TYPE, JSON);
        Ok(response)
    }
}

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
