//! What a server says when it refuses.
//!
//! Qelos has five ways to say it: `{message}`, `{errors: {field: {code}}}`, `{errors: {general: {message}}}`,
//! `{errors: {field: "text"}}` or `{error: "text"}`, and a body that is empty or HTML. Reading one never fails: the
//! status always survives.

use std::fmt;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use crate::endpoint::Endpoint;
use crate::response::JsonResponse;

/// The longest message kept, in characters.
const LONGEST: usize = 300;
/// The largest body kept, in bytes.
const LARGEST_BODY: usize = 64 * 1024;

/// The server refused: its status, and what it said about it.
///
/// ```
/// use qelos_spec::ApiError;
///
/// let answer = http::Response::builder()
///     .status(400)
///     .header("content-type", "application/json")
///     .body(r#"{"errors":{"email":{"code":"INVALID_EMAIL"}}}"#.into())
///     .unwrap();
/// let error = ApiError::of(&answer).unwrap();
/// assert_eq!(error.status(), 400);
/// assert_eq!(error.field("email").unwrap().code.as_deref(), Some("INVALID_EMAIL"));
/// assert_eq!(error.to_string(), "400 Bad Request: email: INVALID_EMAIL");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    message: Option<String>,
    code: Option<String>,
    fields: Vec<FieldError>,
    /// For [`ApiError::declared`] and [`ApiError::body`]; never shown.
    body: Bytes,
}

/// What is wrong with one field of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// The field, by its name on the wire.
    pub field: String,
    /// A code such as `INVALID_EMAIL`.
    pub code: Option<String>,
    /// A sentence.
    pub message: Option<String>,
}

impl ApiError {
    /// The error in an answer; `None` when it is a success.
    ///
    /// A status of 200 to 299 is a success, unless the whole body is an object with the one key `errors`: Qelos reports
    /// failed sign-ups that way. The text of a redirect is not read: it repeats where to, and that may hold tokens.
    #[must_use]
    pub fn of(response: &Response<Bytes>) -> Option<Self> {
        let body = || Value::deserialize_object(response.body());
        if !response.status().is_success() {
            let mut error = Self::new(response);
            match body() {
                _ if response.status().is_redirection() => {}
                Some(object) => error.read_object(&object),
                None => error.message = read_text(response),
            }
            return Some(error);
        }
        let object = body().filter(|object| object.len() == 1 && object.get("errors").is_some_and(Value::is_object))?;
        let mut error = Self::new(response);
        error.read_object(&object);
        Some(error)
    }

    fn new(response: &Response<Bytes>) -> Self {
        let body = if response.body().len() > LARGEST_BODY { Bytes::new() } else { response.body().clone() };
        Self { status: response.status(), message: None, code: None, fields: Vec::new(), body }
    }

    /// The body as what `E` declares with `error = Type`; `None` when it is something else.
    ///
    /// ```
    /// use qelos_spec::auth::SignedIn;
    /// use qelos_spec::{Endpoint, ResponseError, serde_json};
    ///
    /// /// Pays an invoice.
    /// #[derive(Endpoint)]
    /// #[endpoint(POST, "/api/invoices/{number}/pay", auth = SignedIn, error = serde_json::Value)]
    /// struct Pay {
    ///     number: u32,
    /// }
    ///
    /// let answer = http::Response::builder().status(402).body(r#"{"missing": 12}"#.into()).unwrap();
    /// let Err(ResponseError::Api(error)) = Pay::decode(&answer) else { panic!() };
    /// assert_eq!(error.declared::<Pay>().unwrap()["missing"], 12);
    /// ```
    #[must_use]
    pub fn declared<E: Endpoint>(&self) -> Option<E::Error> {
        let mut json = serde_json::Deserializer::from_slice(&self.body);
        let declared = E::Error::from_json(&mut json).ok()?;
        json.end().is_ok().then_some(declared)
    }

    /// The body as the server sent it; empty when it was larger than 64 KiB. It may hold anything, so it is never shown.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What the server said in words.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// A machine-readable code for the whole error.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What is wrong with which field, in the order of their names.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldError> {
        self.fields.iter().find(|error| error.field == name)
    }

    fn read_object(&mut self, object: &Map<String, Value>) {
        self.message = text(object, "message").or_else(|| text(object, "error_description"));
        self.code = text(object, "code");
        match (text(object, "error"), &self.message) {
            (Some(error), None) => self.message = Some(error),
            (Some(error), Some(_)) if self.code.is_none() => self.code = Some(error),
            _ => {}
        }
        for (field, problem) in object.get("errors").and_then(Value::as_object).into_iter().flatten() {
            self.read_field(field, problem);
        }
    }

    /// `general` and the empty name speak of the whole request.
    fn read_field(&mut self, field: &str, problem: &Value) {
        let (code, message) = match problem {
            Value::String(text) => (None, Some(shorten(text))),
            Value::Object(problem) => (text(problem, "code"), text(problem, "message")),
            _ => (None, None),
        };
        if matches!(field, "general" | "") {
            self.message = self.message.take().or(message);
            self.code = self.code.take().or(code);
        } else {
            self.fields.push(FieldError { field: field.to_owned(), code, message });
        }
    }
}

/// A JSON object, whatever the content type says.
trait DeserializeObject {
    fn deserialize_object(body: &[u8]) -> Option<Map<String, Value>>;
}

impl DeserializeObject for Value {
    fn deserialize_object(body: &[u8]) -> Option<Map<String, Value>> {
        serde_json::from_slice(body).ok()
    }
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key)?.as_str().filter(|text| !text.is_empty()).map(shorten)
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The words of a text or HTML page: what Express puts between `<pre>` tags, up to the first line break.
fn read_text(response: &Response<Bytes>) -> Option<String> {
    let kind = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let body = std::str::from_utf8(response.body()).ok()?;
    let words = if kind.starts_with("text/html") {
        body.split_once("<pre>")?.1.split('<').next()?
    } else if kind.starts_with("text/plain") {
        body
    } else {
        return None;
    };
    let line = words.trim().lines().next()?;
    (!line.is_empty()).then(|| shorten(line))
}

/// What is known of the body, without the body.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, message, code, fields, body: _ } = self;
        let mut debug = f.debug_struct("ApiError");
        debug.field("status", status).field("message", message).field("code", code).field("fields", fields);
        debug.finish_non_exhaustive()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        let mut separator = ": ";
        for text in [&self.message, &self.code].into_iter().flatten() {
            write!(f, "{separator}{text}")?;
            separator = " / ";
        }
        for problem in &self.fields {
            let what = problem.message.as_deref().or(problem.code.as_deref()).unwrap_or("not valid");
            write!(f, "{separator}{}: {what}", problem.field)?;
            separator = "; ";
        }
        if separator == ": " { f.write_str(" (the server gave no reason)") } else { Ok(()) }
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, kind: &str, body: &str) -> ApiError {
        let answer =
            Response::builder().status(status).header(CONTENT_TYPE, kind).body(Bytes::copy_from_slice(body.as_bytes()));
        ApiError::of(&answer.unwrap()).unwrap()
    }

    fn shown(status: u16, body: &str) -> String {
        error(status, "application/json; charset=utf-8", body).to_string()
    }

    #[test]
    fn every_shape_is_read() {
        assert_eq!(shown(404, r#"{"message":"Token not found"}"#), "404 Not Found: Token not found");
        assert_eq!(shown(401, r#"{"errors":{"general":{"message":"no"}}}"#), "401 Unauthorized: no");
        assert_eq!(shown(401, r#"{"errors":{"general":"no"}}"#), "401 Unauthorized: no");
        assert_eq!(shown(401, r#"{"errors":{"password":"wrong"}}"#), "401 Unauthorized: password: wrong");
        assert_eq!(shown(400, r#"{"errors":{"b":{"code":"B"},"a":{"code":"A"}}}"#), "400 Bad Request: a: A; b: B");
        assert_eq!(shown(401, r#"{"error":"Invalid refresh token"}"#), "401 Unauthorized: Invalid refresh token");
        assert_eq!(
            shown(400, r#"{"error":"invalid_grant","error_description":"code was used"}"#),
            "400 Bad Request: code was used / invalid_grant"
        );
        assert_eq!(shown(401, ""), "401 Unauthorized (the server gave no reason)");
        assert_eq!(shown(500, "[1]"), "500 Internal Server Error (the server gave no reason)");
    }

    #[test]
    fn html_says_what_stands_between_the_pre_tags() {
        let page = "<!DOCTYPE html>\n<body>\n<pre>Cannot GET /api/v1/me</pre>\n</body>";
        assert_eq!(error(404, "text/html; charset=utf-8", page).message(), Some("Cannot GET /api/v1/me"));
        assert_eq!(error(502, "text/html", "<h1>Bad Gateway</h1>").message(), None);
    }

    #[test]
    fn the_text_of_a_redirect_is_not_read() {
        let page = "Found. Redirecting to http://127.0.0.1:7777/callback?access_token=hunter2";
        assert_eq!(error(302, "text/plain; charset=utf-8", page).to_string(), "302 Found (the server gave no reason)");
    }

    #[test]
    fn a_success_that_only_holds_errors_is_an_error() {
        assert_eq!(shown(200, r#"{"errors":{"":"FORM_SUBMISSION_FAILED"}}"#), "200 OK: FORM_SUBMISSION_FAILED");
        for body in [r#"{"payload":{}}"#, r#"{"errors":{},"rows":1}"#, r#"{"errors":3}"#, "", "[]"] {
            let answer = Response::new(Bytes::copy_from_slice(body.as_bytes()));
            assert_eq!(ApiError::of(&answer), None, "{body}");
        }
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let long = format!(r#"{{"message":"{}"}}"#, "ä".repeat(1000));
        assert_eq!(error(400, "application/json", &long).message().unwrap().chars().count(), LONGEST + 1);
    }
}
