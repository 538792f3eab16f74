//! Refusals of a server.
//!
//! Reading one never fails: at least its status is kept. `shapes` finds the words in its body.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};

use crate::endpoint_info::EndpointInfo;
use crate::one_line::OneLine;
use crate::response::Content;
use crate::secret::Secrets;

mod field;
pub(crate) mod shapes;
#[cfg(test)]
mod tests;

pub use self::field::FieldError;
use self::shapes::Said;

/// The largest body kept, in bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// The longest line an error is shown as, in characters.
const LONGEST_LINE: usize = 1000;

/// A refusal of the server: its status, and what the server said about it.
///
/// Besides the shapes of Qelos, those of other APIs are read: problem details (RFC 9457), OAuth, `{"error": {"message": …}}`, lists
/// and maps of errors, plain text. The words are kept as they were sent, but bounded: a message of 300 characters, 32
/// fields.
///
/// `Display` is one line of at most 1,000 characters. Control characters, line separators and marks that turn the
/// direction of writing are escaped in it, so that a server cannot write lines of its own into a log.
///
/// ```
/// use qelos_spec::ApiError;
///
/// let response = http::Response::builder()
///     .status(400)
///     .header("content-type", "application/json")
///     .body(r#"{"errors":{"email":{"code":"INVALID_EMAIL"}}}"#.into())
///     .unwrap();
/// let error = ApiError::of(&response).unwrap();
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
    refusal: Box<Refusal>,
}

/// The response behind an error.
#[derive(Clone, PartialEq, Eq)]
struct Refusal {
    /// The endpoint that was called, if it is known.
    endpoint: Option<&'static EndpointInfo>,
    /// The headers, which are never shown.
    headers: HeaderMap,
    /// The body, which is never shown; `None` if it was too large to be kept.
    body: Option<Bytes>,
    /// The reason why the body could not be read.
    unreadable: Option<String>,
}

impl ApiError {
    /// The error in a response; `None` for a success: a status of 200 to 299.
    ///
    /// The text of a redirect is not read: it repeats the target, which may hold tokens. Responses of the client have
    /// the [`Secrets`] of their request among their extensions. With them, the secrets that the server repeats are
    /// [masked](Self::masking).
    #[must_use]
    pub fn of(response: &Response<Bytes>) -> Option<Self> {
        (!response.status().is_success()).then(|| Self::read(response))
    }

    /// The same error, with the secrets of the request masked where the server has repeated them: in the message, in
    /// the code and in the errors of fields. The names of fields that are declared as secret stay, and so does
    /// [`body`](Self::body).
    ///
    /// ```
    /// use qelos_spec::{ApiError, Endpoint, SecretString, api::OAuthSignIn};
    ///
    /// let request = OAuthSignIn::new("ada", SecretString::from("hunter2")).encode()?;
    /// let response = http::Response::builder().status(400).body(r#"{"message":"hunter2 is too short"}"#.into()).unwrap();
    /// let error = ApiError::of(&response).unwrap().masking(request.secrets());
    /// assert_eq!(error.to_string(), "400 Bad Request: *** is too short");
    /// # Ok::<(), qelos_spec::EncodeError>(())
    /// ```
    #[must_use]
    pub fn masking(mut self, secrets: &Secrets) -> Self {
        let of_fields = self.fields.iter_mut().flat_map(|FieldError { field, code, message }| {
            // A password may be the word `password`.
            let name = Some(field).filter(|name| !secrets.declares(name));
            [name, code.as_mut(), message.as_mut()]
        });
        let of_all = [self.message.as_mut(), self.code.as_mut(), self.refusal.unreadable.as_mut()];
        for text in of_all.into_iter().chain(of_fields).flatten() {
            *text = secrets.mask(text).into_owned();
        }
        self
    }

    /// The same error, as one of an endpoint.
    pub(crate) fn of_endpoint(mut self, endpoint: &'static EndpointInfo) -> Self {
        self.refusal.endpoint = Some(endpoint);
        self
    }

    /// The endpoint that has refused, if it is known.
    pub(crate) fn endpoint(&self) -> Option<&'static EndpointInfo> {
        self.refusal.endpoint
    }

    /// The body; `None` if it was too large to be kept.
    pub(crate) fn kept_body(&self) -> Option<&Bytes> {
        self.refusal.body.as_ref()
    }

    /// The reason why the body could not be read.
    pub(crate) fn unreadable(&self) -> Option<String> {
        self.refusal.unreadable.clone()
    }

    pub(crate) fn read(response: &Response<Bytes>) -> Self {
        let (status, content) = (response.status(), Content::of(response));
        let (said, unreadable) = match Said::read(status, &content) {
            _ if status.is_redirection() || content.is_blank() => (None, None),
            None => (None, content.why_unreadable()),
            said => (said, None),
        };
        let body = (response.body().len() <= LARGEST_BODY).then(|| response.body().clone());
        let Said { message, code, fields } = said.unwrap_or_default();
        let refusal = Refusal { endpoint: None, headers: response.headers().clone(), body, unreadable };
        let error = Self { status, message, code, fields, refusal: Box::new(refusal) };
        match response.extensions().get() {
            Some(secrets) => error.masking(secrets),
            None => error,
        }
    }

    /// The body as the server sent it; empty when it was larger than 64 KiB. It may hold anything, so it is never shown.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        static NONE: Bytes = Bytes::new();
        self.refusal.body.as_ref().unwrap_or(&NONE)
    }

    /// The headers as the server sent them. They may hold anything, so they are never shown.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.refusal.headers
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The message of the server: one sentence, or several with semicolons between them; at most 300 characters.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// A machine-readable code for the whole error; of problem details, the type. A number that repeats the status is
    /// no code.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The errors of single fields, at most 32: in the order of the server's list, or by name if the server sent a map.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// The error of one field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldError> {
        self.fields.iter().find(|error| error.field == name)
    }

    /// Writes message, code and fields, to follow the status.
    fn write_words(&self, line: &mut impl fmt::Write) -> fmt::Result {
        // Many servers repeat the words of the status as their message.
        let message = self.message.as_deref().filter(|text| Some(*text) != self.status.canonical_reason());
        let mut separator = ": ";
        for text in [message, self.code.as_deref()].into_iter().flatten() {
            write!(line, "{separator}{text}")?;
            separator = " / ";
        }
        for problem in &self.fields {
            let what = problem.message.as_deref().or(problem.code.as_deref()).unwrap_or("not valid");
            write!(line, "{separator}{}: {what}", problem.field)?;
            separator = "; ";
        }
        match &self.refusal.unreadable {
            _ if separator != ": " || self.message.is_some() => Ok(()),
            Some(why) => write!(line, " ({why})"),
            None => line.write_str(" (the server gave no reason)"),
        }
    }
}

/// Shows what was read from the body, without the body.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, message, code, fields, refusal: _ } = self;
        let mut debug = f.debug_struct("ApiError");
        debug.field("status", status).field("message", message).field("code", code).field("fields", fields);
        debug.finish_non_exhaustive()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        let mut line = OneLine::new(f, LONGEST_LINE);
        write!(line, "{}", self.status)?;
        self.write_words(&mut line)
    }
}

impl std::error::Error for ApiError {}
