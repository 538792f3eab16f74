//! What a server says when it refuses.
//!
//! Reading it never fails: the status always survives. Where the words stand is in `shapes`.

use std::any::TypeId;
use std::fmt;

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::endpoint::{Endpoint, EndpointInfo};
use crate::one_line::OneLine;
use crate::response::{Content, DecodeError, Unfit, read_json};
use crate::secret::Secrets;

mod shapes;
#[cfg(test)]
mod tests;

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
    refusal: Box<Refusal>,
}

/// The response behind an error.
#[derive(Clone, PartialEq, Eq)]
struct Refusal {
    /// The endpoint that was refused, where it is known.
    endpoint: Option<EndpointInfo>,
    /// Never shown; `None` when it was too large to be kept.
    body: Option<Bytes>,
    /// Why there are no words in the body.
    unreadable: Option<String>,
}

/// What is wrong with one field of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// The field, by its name on the wire; that of a field in another one has dots: `body.lines.0.price`.
    pub field: String,
    /// A code such as `INVALID_EMAIL`.
    pub code: Option<String>,
    /// A sentence, or several.
    pub message: Option<String>,
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

    /// The error in a response to `E`, which may declare that it reports errors with 200.
    pub(crate) fn of_endpoint<E: Endpoint + ?Sized>(response: &Response<Bytes>) -> Option<Self> {
        let is_refusal = E::ERRORS_WITH_200 && response.status() == StatusCode::OK && shapes::is_errors_alone(response);
        let error = Self::of(response).or_else(|| is_refusal.then(|| Self::read(response)));
        error.map(|mut error| {
            error.refusal.endpoint = Some(EndpointInfo::of::<E>());
            error
        })
    }

    /// The same without the secrets of the request, where the server has repeated them: in the message, the code, and what
    /// it says of fields. [`body`](Self::body) stays as it was sent.
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
        let of_fields = self
            .fields
            .iter_mut()
            .flat_map(|FieldError { field, code, message }| [Some(field), code.as_mut(), message.as_mut()]);
        for text in [self.message.as_mut(), self.code.as_mut()].into_iter().chain(of_fields).flatten() {
            *text = secrets.mask(text).into_owned();
        }
        self
    }

    fn read(response: &Response<Bytes>) -> Self {
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

    /// The body as what `E` declares with `error = Type`.
    ///
    /// `None` when `E` declares nothing, or another endpoint was refused, such as the renewal of a session on the way to `E`. An
    /// error that was read with [`ApiError::of`] does not know whose it is, and is taken for that of `E`.
    ///
    /// ```
    /// use qelos_spec::auth::SignedIn;
    /// use qelos_spec::{Endpoint, ResponseError, serde_json};
    ///
    /// /// Pays an invoice.
    /// #[derive(Endpoint)]
    /// #[endpoint(POST, "/api/invoices/{number}/pay", auth = SignedIn, error = Missing)]
    /// struct Pay {
    ///     number: u32,
    /// }
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Missing {
    ///     missing: u32,
    /// }
    ///
    /// let refused = |body: &'static str| {
    ///     let answer = http::Response::builder().status(402).body(body.into()).unwrap();
    ///     let Err(ResponseError::Api(error)) = Pay::decode(&answer) else { panic!() };
    ///     error
    /// };
    /// let error = refused(r#"{"missing": 12}"#);
    /// assert_eq!(error.declared::<Pay>().unwrap()?.missing, 12);
    ///
    /// // What does not fit says why, and its text is still there.
    /// let error = refused(r#"{"message": "no such invoice"}"#);
    /// let why = error.declared::<Pay>().unwrap().err().unwrap();
    /// assert!(why.to_string().contains("missing field `missing`"));
    /// assert_eq!(error.message(), Some("no such invoice"));
    /// # Ok::<(), qelos_spec::DecodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the body is not what is declared: it says where.
    #[must_use]
    pub fn declared<E: Endpoint>(&self) -> Option<Result<E::Error, DecodeError>> {
        let Refusal { endpoint, body, unreadable } = &*self.refusal;
        let is_of_another = endpoint.as_ref().is_some_and(|endpoint| *endpoint != EndpointInfo::of::<E>());
        if is_of_another || TypeId::of::<E::Error>() == TypeId::of::<()>() {
            return None;
        }
        let read = match body {
            Some(body) => read_json(&Content::of_body(body)),
            None => Err(Unfit::Other("its body is larger than 64 KiB, and was not kept".to_owned())),
        };
        let read = read.map_err(|unfit| unreadable.clone().map_or(unfit, Unfit::Unreadable));
        Some(read.map_err(|unfit| DecodeError::new::<E>(self.status, unfit)))
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
