//! Bodies of responses: the types that they are read as and written from, and the error of a body of another type.

use std::fmt;

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::api_error::ApiError;
use crate::format::Format;
use crate::one_line::{OneLine, shorten};
use crate::secret::Secrets;

mod content;

pub(crate) use self::content::Content;

/// The longest line of a [`DecodeError`], in characters.
const LONGEST_LINE: usize = 1000;
/// The longest path to a value, and the longest reason, in characters.
const LONGEST: usize = 300;

/// A type that a body can be read as: one that implements `serde::Deserialize` and borrows nothing.
#[diagnostic::on_unimplemented(
    message = "a body cannot be read as `{Self}`",
    label = "it does not implement `serde::Deserialize`",
    note = "a type of yours derives it: `#[derive(serde::Deserialize)]`",
    note = "bytes and text are taken as they are where the field is marked `raw`"
)]
// `DeserializeOwned` is not a supertrait: where the bound of an associated type fails, the compiler would name the
// supertrait in place of the text above.
pub trait DecodeBody: Sized + 'static {
    /// Reads JSON.
    ///
    /// # Errors
    ///
    /// When the JSON is of another form. The error says where.
    fn from_json(json: &[u8]) -> Result<Self, Misfit>;

    /// Reads a body in a format of the user.
    ///
    /// # Errors
    ///
    /// When the format refuses it.
    fn from_format<F: Format>(body: &[u8]) -> Result<Self, String>;
}

/// How a body in a format of the user is read.
#[derive(Debug)]
pub struct InFormat<T> {
    /// [`Format::MEDIA_TYPE`].
    pub media_type: &'static str,
    pub(crate) read: fn(&[u8]) -> Result<T, String>,
}

/// All that generated code takes from the format of a response. It names the format once for each part, and always here:
/// the compiler then reports a type that is no format once.
#[must_use]
pub const fn in_format<F: Format, T: DecodeBody>() -> InFormat<T> {
    InFormat { media_type: F::MEDIA_TYPE, read: T::from_format::<F> }
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + 'static> DecodeBody for T {
    /// Text that is checked once is read faster than bytes, which are checked string by string.
    fn from_json(json: &[u8]) -> Result<Self, Misfit> {
        match std::str::from_utf8(json).map(serde_json::from_str) {
            Ok(Ok(value)) => Ok(value),
            _ => read_with_path(json),
        }
    }

    fn from_format<F: Format>(body: &[u8]) -> Result<Self, String> {
        F::read(body).map_err(|error| error.to_string())
    }
}

/// Reads what could not be read, to find the place of the error: tracking the place in each reading would double its cost.
/// Bytes that are not UTF-8 can be read, if they are in fields that are ignored.
#[cold]
fn read_with_path<T: DeserializeOwned>(json: &[u8]) -> Result<T, Misfit> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| Misfit { path: error.path().to_string(), error: error.into_inner() })?;
    json.end().map_err(|error| Misfit { path: ".".to_owned(), error })?;
    Ok(value)
}

/// The place where a body is not the declared one, and the reason.
#[derive(Debug)]
pub struct Misfit {
    path: String,
    error: serde_json::Error,
}

/// A response could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseError {
    /// The server refused.
    Api(ApiError),
    /// The server succeeded, but its response is not the declared one.
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

/// A response is not of the type that its endpoint declares. The error names the place in the body, and never repeats a
/// value: it may be a secret. Its `Display` is one line of at most 1,000 characters.
///
/// ```
/// use qelos_spec::{Endpoint, ResponseError, api::GetMe};
///
/// let response = http::Response::builder().header("content-type", "text/html").body("<html>".into())?;
/// let Err(ResponseError::Decode(error)) = GetMe::decode(&response) else { panic!("this is not a user") };
/// assert_eq!(error.status(), 200);
/// assert!(error.is_html());
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    endpoint: &'static str,
    status: StatusCode,
    unfit: Unfit,
}

impl DecodeError {
    /// An error of an [`Endpoint`](crate::Endpoint) whose `decode` is written by hand. The reason follows "is not the
    /// declared one"; it must not repeat values of the response.
    ///
    /// ```
    /// use http::StatusCode;
    /// use qelos_spec::DecodeError;
    ///
    /// let error = DecodeError::new("ExportInvoices", StatusCode::OK, "its first line is no header");
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the response to `ExportInvoices` (200 OK) is not the declared one: its first line is no header"
    /// );
    /// ```
    #[must_use]
    pub fn new(endpoint: &'static str, status: StatusCode, reason: impl Into<String>) -> Self {
        Self::of(endpoint, status, Unfit::Other(reason.into()))
    }

    pub(crate) fn of(endpoint: &'static str, status: StatusCode, unfit: Unfit) -> Self {
        Self { endpoint, status, unfit }
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether the response is a page for a browser, such as the error page of a proxy.
    #[must_use]
    pub fn is_html(&self) -> bool {
        self.unfit == Unfit::Page
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        let Self { endpoint, status, unfit } = self;
        let mut line = OneLine::new(f, LONGEST_LINE);
        write!(line, "the response to `{endpoint}` ({status}) is not the declared one: ")?;
        match unfit {
            Unfit::Page => line.write_str("it is an HTML page"),
            Unfit::Empty => line.write_str("its body is empty"),
            Unfit::Unreadable(why) | Unfit::Other(why) => line.write_str(why),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The reason why a response is not the declared one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// It is a page for a browser.
    Page,
    /// It is empty.
    Empty,
    /// Its encoding or its charset is not supported.
    Unreadable(String),
    /// Its status, a header, or its type is another one; or it is not JSON, or JSON of another type.
    Other(String),
}

impl Unfit {
    /// Of the body of a refusal.
    pub(crate) fn not_kept() -> Self {
        Self::Other("its body is larger than 64 KiB, and was not kept".to_owned())
    }

    /// The same reason, with the secrets of the request masked.
    pub(crate) fn masking(self, secrets: &Secrets) -> Self {
        match self {
            Self::Unreadable(why) => Self::Unreadable(secrets.mask(&why).into_owned()),
            Self::Other(why) => Self::Other(secrets.mask(&why).into_owned()),
            Self::Page | Self::Empty => self,
        }
    }
}

/// A body as JSON; an empty one reads as `null`.
pub(crate) fn read_json<T: DecodeBody>(body: &[u8]) -> Result<T, Misfit> {
    let content = Content::of_body(body);
    let json = if content.is_blank() { b"null" } else { content.body };
    T::from_json(json)
}

impl Misfit {
    /// The same place, inside of a field.
    pub(crate) fn inside(mut self, field: &str) -> Self {
        let separator = if self.path == "." || self.path.starts_with('[') { "" } else { "." };
        let path = if self.path == "." { "" } else { self.path.as_str() };
        self.path = format!("{field}{separator}{path}");
        self
    }

    pub(crate) fn why(&self, content: &Content<'_>) -> Unfit {
        let Self { path, error } = self;
        if content.is_blank() {
            return Unfit::Empty;
        }
        if content.is_page() {
            return Unfit::Page;
        }
        let is_syntax = error.classify() == Category::Syntax;
        if let Some(why) = content.why_unreadable().filter(|_| is_syntax) {
            return Unfit::Unreadable(why);
        }
        let reason = shorten(&without_values(&error.to_string()), LONGEST);
        let reason = if path == "." { reason } else { format!("`{}`: {reason}", shorten(path, LONGEST)) };
        match content.other_type().filter(|_| is_syntax) {
            Some(name) => {
                let json = format!("{reason}; its type is {name}, and responses are read as JSON");
                Unfit::Other(
                    way_out("raw", &name).map_or(json.clone(), |word| format!("{json}: {word} takes it as it is")),
                )
            }
            None => Unfit::Other(reason),
        }
    }
}

/// `` `raw = "text/csv"` ``, if the name of the type is known.
pub(crate) fn way_out(word: &str, name: &str) -> Option<String> {
    let name = name.strip_prefix('`')?.strip_suffix('`')?;
    Some(format!("`{word} = \"{name}\"`"))
}

/// Removes the values from a message of serde, which quotes the value that it found: `string "ql_…"` becomes `string`.
///
/// The text between the first and the last quotation mark is removed, because a value may hold quotes itself. The names
/// of missing fields stay, and so does the text behind `expected`.
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
    fn a_misfit_has_the_path_to_its_place() {
        let inside = |path: &str| {
            let error = serde_json::from_str::<u8>("x").unwrap_err();
            Misfit { path: path.to_owned(), error }.inside("items").path
        };
        assert_eq!([".", "[0].id", "id"].map(inside), ["items", "items[0].id", "items.id"]);
    }

    #[test]
    fn an_error_has_the_status_of_its_response() {
        assert_eq!(DecodeError::new("Me", StatusCode::CREATED, "odd").status(), StatusCode::CREATED);
    }

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
