//! Bodies of responses: the types that they are read as and written from, and the error of a body of another type.

use std::fmt;

use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::api_error::ApiError;
use crate::one_line::{OneLine, shorten};
use crate::secret::Secrets;

mod content;

pub(crate) use self::content::Content;

/// The longest line of a [`DecodeError`], in characters.
const LONGEST_LINE: usize = 1000;
/// The longest path to a value, and the longest reason, in characters.
const LONGEST: usize = 300;

/// A type that a JSON response can be read as: one that implements `serde::Deserialize` and borrows nothing.
#[diagnostic::on_unimplemented(
    message = "a response cannot be read as `{Self}`",
    label = "it does not implement `serde::Deserialize`",
    note = "a type of yours derives it: `#[derive(serde::Deserialize)]`; leave the type out where a response has no content",
    note = "responses are read as JSON: for bytes or text as they are, implement `Endpoint` by hand, with a `decode` of its own"
)]
// `DeserializeOwned` is not a supertrait: where the bound of an associated type fails, the compiler would name the
// supertrait in place of the text above.
pub trait DecodeJson: Sized + 'static {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// When the JSON is of another form. The error says where.
    fn from_json(json: &[u8]) -> Result<Self, Misfit>;
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + 'static> DecodeJson for T {
    /// Text that is checked once is read faster than bytes, which are checked string by string.
    fn from_json(json: &[u8]) -> Result<Self, Misfit> {
        match std::str::from_utf8(json).map(serde_json::from_str) {
            Ok(Ok(value)) => Ok(value),
            _ => read_with_path(json),
        }
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

/// A type that a JSON response can be written from: one that implements `serde::Serialize`.
#[diagnostic::on_unimplemented(
    message = "a response cannot be written from `{Self}`",
    label = "it does not implement `serde::Serialize`",
    note = "`DecodeRequest` writes responses, too; derive it: `#[derive(serde::Serialize)]`"
)]
pub trait EncodeJson: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> EncodeJson for T {}

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
    pub(crate) endpoint: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) unfit: Unfit,
}

impl DecodeError {
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

/// The reason why a body is not of the declared type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is a page for a browser.
    Page,
    /// It is empty.
    Empty,
    /// Its encoding or its charset is not supported.
    Unreadable(String),
    /// It is not JSON, or JSON of another type.
    Other(String),
}

impl Unfit {
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
pub(crate) fn read_json<T: DecodeJson>(body: &[u8]) -> Result<T, Misfit> {
    let content = Content::of_body(body);
    let json = if content.is_blank() { b"null" } else { content.body };
    T::from_json(json)
}

impl Misfit {
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
            Some(name) => Unfit::Other(format!("{reason}; its type is {name}, and responses are read as JSON")),
            None => Unfit::Other(reason),
        }
    }
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
