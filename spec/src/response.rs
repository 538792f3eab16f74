//! Answers as data: how generated code reads them on one side and writes them on the other.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api_error::ApiError;
use crate::endpoint::Endpoint;
use crate::request::{EncodeError, Place};

/// What a JSON answer can be read as: anything that implements `serde::Deserialize` and borrows nothing.
#[diagnostic::on_unimplemented(
    message = "an answer cannot be read as `{Self}`",
    label = "it does not implement `serde::Deserialize`",
    note = "derive it: `#[derive(serde::Deserialize)]`; leave `response` out when a successful answer says nothing",
    note = "responses are read as JSON: there is no word for bytes or text as they are"
)]
// `DeserializeOwned` is no supertrait: as the bound of an associated type, the compiler would name it in place of this text.
pub trait JsonResponse: Sized + 'static {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// When it is something else, and where.
    fn from_json(json: &mut Json<'_>) -> Result<Self, serde_path_to_error::Error<serde_json::Error>>;
}

/// The body of a response.
pub(crate) type Json<'b> = serde_json::Deserializer<serde_json::de::SliceRead<'b>>;

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + 'static> JsonResponse for T {
    fn from_json(json: &mut Json<'_>) -> Result<Self, serde_path_to_error::Error<serde_json::Error>> {
        serde_path_to_error::deserialize(json)
    }
}

/// What a JSON answer can be written from: anything that implements `serde::Serialize`.
#[diagnostic::on_unimplemented(
    message = "an answer cannot be written from `{Self}`",
    label = "it does not implement `serde::Serialize`",
    note = "`DecodeRequest` answers, too; derive it: `#[derive(serde::Serialize)]`"
)]
pub trait JsonAnswer: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> JsonAnswer for T {}

/// An answer could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseError {
    /// The server refused.
    Api(ApiError),
    /// The server agreed, but its answer is not the declared one.
    Decode(DecodeError),
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ResponseError {}

/// A successful answer is not what its endpoint declares. Says where, never what stood there: it may be a secret.
///
/// ```
/// use qelos_spec::{Endpoint, ResponseError, api::GetMe};
///
/// let answer = http::Response::builder().header("content-type", "text/html").body("<html>".into())?;
/// let Err(ResponseError::Decode(error)) = GetMe::decode(&answer) else { panic!("this is no user") };
/// assert_eq!(error.status(), 200);
/// assert!(error.is_html());
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    endpoint: &'static str,
    status: StatusCode,
    reason: String,
    html: bool,
}

impl DecodeError {
    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether the answer is a page for a browser, such as a proxy puts in the place of an answer.
    #[must_use]
    pub fn is_html(&self) -> bool {
        self.html
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, status, reason, html } = self;
        write!(f, "the answer to `{endpoint}` ({status}) is not the declared one: ")?;
        if *html { f.write_str("it is an HTML page") } else { f.write_str(reason) }
    }
}

impl std::error::Error for DecodeError {}

/// Reads a JSON answer; an empty body reads as `null`.
///
/// # Errors
///
/// What the server says is wrong, or that its answer is not a `T`.
pub fn decode_json<E: Endpoint + ?Sized, T: JsonResponse>(response: &Response<Bytes>) -> Result<T, ResponseError> {
    if let Some(error) = ApiError::of(response) {
        return Err(ResponseError::Api(error));
    }
    let body: &[u8] = if response.body().is_empty() { b"null" } else { response.body() };
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = T::from_json(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let reason = without_values(&error.into_inner().to_string());
        if path == "." { reason } else { format!("`{path}`: {reason}") }
    });
    let value = value.and_then(|value| json.end().map(|()| value).map_err(|error| error.to_string()));
    value.map_err(|reason| {
        let html = is_html(response);
        ResponseError::Decode(DecodeError { endpoint: E::NAME, status: response.status(), reason, html })
    })
}

fn is_html(response: &Response<Bytes>) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// Reads an answer that says nothing but success.
///
/// # Errors
///
/// What the server says is wrong.
pub fn decode_nothing(response: &Response<Bytes>) -> Result<(), ResponseError> {
    ApiError::of(response).map_or(Ok(()), |error| Err(ResponseError::Api(error)))
}

/// Writes a JSON answer.
///
/// # Errors
///
/// When the value has no JSON form.
pub fn encode_json<E: Endpoint + ?Sized, T: JsonAnswer>(value: &T) -> Result<Response<Bytes>, EncodeError> {
    let body = serde_json::to_vec(value).map_err(|error| EncodeError {
        endpoint: E::NAME,
        place: Place::Response,
        reason: error.to_string(),
    })?;
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    Ok(response)
}

/// Writes an answer that says nothing but success: 204.
#[must_use]
pub fn encode_nothing() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// Takes the values out of a message of serde, which quotes what it found: `string "ql_…"` becomes `string`.
///
/// What stands between the first and the last quotation mark goes, whatever it is: a value may hold quotes itself. The
/// names of missing fields stay, and so does what was expected.
pub(crate) fn without_values(message: &str) -> String {
    let message = cut(message, '"');
    if message.starts_with("missing field") || message.starts_with("duplicate field") {
        return message;
    }
    match message.rsplit_once(", expected ") {
        Some((found, expected)) => format!("{}, expected {expected}", cut(found, '`')),
        None => cut(&message, '`'),
    }
}

fn cut(text: &str, quote: char) -> String {
    match (text.find(quote), text.rfind(quote)) {
        (Some(first), Some(last)) => format!("{}{}", text[..first].trim_end(), &text[last + 1..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_keep_names_and_lose_values() {
        for (given, kept) in [
            (
                r#"invalid type: string "ql_1", expected a map at line 1"#,
                "invalid type: string, expected a map at line 1",
            ),
            ("invalid type: integer `123`, expected a string", "invalid type: integer, expected a string"),
            ("missing field `token` at line 1 column 2", "missing field `token` at line 1 column 2"),
            ("unknown variant `ql_1`, expected `a` or `b`", "unknown variant, expected `a` or `b`"),
            (r#""ql_1" is not the id of a user"#, " is not the id of a user"),
            (r#"invalid type: string "a\"ql_1\"", expected x"#, "invalid type: string, expected x"),
            (r#"string "a, expected ql_1" is odd"#, "string is odd"),
            ("unknown currency `ql_1`", "unknown currency"),
        ] {
            assert_eq!(without_values(given), kept);
        }
    }
}
