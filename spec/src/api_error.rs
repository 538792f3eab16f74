//! What a server says when it refuses.
//!
//! Reading it never fails: the status always survives. Where the words stand is in `shapes`.

use std::fmt;

use bytes::Bytes;
use http::{Response, StatusCode};

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

/// The server refused: its status, and what it said about it.
///
/// Besides the shapes of Qelos, those of other APIs are read: problem details (RFC 9457), OAuth, `{"error": {"message": …}}`, lists
/// and maps of errors, plain text. What the server says is given as it was sent, but bounded: a message of 300 characters, 32
/// fields. `Display` is one line of 1,000 characters at most, in which control characters, line separators and marks that turn
/// the direction of writing are escaped, so that no server writes lines of its own into a log.
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
    pub(crate) refusal: Box<Refusal>,
}

/// The response behind an error.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The endpoint that was refused, where it is known.
    pub(crate) endpoint: Option<&'static EndpointInfo>,
    /// Never shown; `None` when it was too large to be kept.
    pub(crate) body: Option<Bytes>,
    /// Why there are no words in the body.
    pub(crate) unreadable: Option<String>,
}

impl ApiError {
    /// The error in an answer; `None` when it is a success: a status of 200 to 299.
    ///
    /// The text of a redirect is not read: it repeats where to, and that may hold tokens. Where the response has the [`Secrets`] of
    /// its request among its extensions, as the client sees to, those that the server repeats are [masked](Self::masking).
    #[must_use]
    pub fn of(response: &Response<Bytes>) -> Option<Self> {
        (!response.status().is_success()).then(|| Self::read(response))
    }

    /// The same without the secrets of the request, where the server has repeated them: in the message, the code, and what
    /// it says of fields. The names of fields that are declared as secret stay, and so does [`body`](Self::body).
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

    pub(crate) fn read(response: &Response<Bytes>) -> Self {
        let (status, content) = (response.status(), Content::of(response));
        let (said, unreadable) = match Said::read(status, &content) {
            _ if status.is_redirection() || content.is_blank() => (None, None),
            None => (None, content.why_unreadable()),
            said => (said, None),
        };
        let body = (response.body().len() <= LARGEST_BODY).then(|| response.body().clone());
        let Said { message, code, fields } = said.unwrap_or_default();
        let error =
            Self { status, message, code, fields, refusal: Box::new(Refusal { endpoint: None, body, unreadable }) };
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

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What the server said in words: one sentence, or several with semicolons between them; 300 characters at most.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// A machine-readable code for the whole error; the type of problem details. A number is one when it is not the status.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What is wrong with which field: in the order in which the server lists them, or else of their names; the first 32.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldError> {
        self.fields.iter().find(|error| error.field == name)
    }

    /// What the server said, behind the status.
    fn write_words(&self, line: &mut impl fmt::Write) -> fmt::Result {
        // Many a server repeats in words what the status says.
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

/// What is known of the body, without the body.
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
