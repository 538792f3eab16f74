//! Answers as data: how generated code reads them on one side and writes them on the other.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::api_error::ApiError;
use crate::endpoint::Endpoint;
use crate::one_line::{OneLine, shorten};
use crate::request::{EncodeError, Place};

mod content;

pub(crate) use self::content::Content;

/// The longest line of a [`DecodeError`], in characters.
const LONGEST_LINE: usize = 1000;
/// The longest path to a value, and the longest reason, in characters.
const LONGEST: usize = 300;

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

/// A response is not what its endpoint declares. Says where, never what stood there: it may be a secret. Its `Display` is one
/// line of 1,000 characters at most.
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
    unfit: Unfit,
}

impl DecodeError {
    pub(crate) fn new<E: Endpoint + ?Sized>(status: StatusCode, unfit: Unfit) -> Self {
        Self { endpoint: E::NAME, status, unfit }
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether the response is a page for a browser, such as a proxy puts in the place of a response.
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
        write!(line, "the answer to `{endpoint}` ({status}) is not the declared one: ")?;
        match unfit {
            Unfit::Page => line.write_str("it is an HTML page"),
            Unfit::Empty => line.write_str("its body is empty"),
            Unfit::Unreadable(why) | Unfit::Other(why) => line.write_str(why),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why a body is not the declared one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is a page for a browser.
    Page,
    /// There is none.
    Empty,
    /// Its encoding or its charset is none that is read.
    Unreadable(String),
    /// It is no JSON, or not the declared one.
    Other(String),
}

/// Reads a JSON answer; an empty body reads as `null`.
///
/// What counts is what the body is, not what it is called: JSON that is labelled `text/html`, with another charset, or with an
/// encoding that is not there any more, is read. The label is named when reading fails.
///
/// # Errors
///
/// What the server says is wrong, or that its answer is not a `T`.
pub fn decode_json<E: Endpoint + ?Sized, T: JsonResponse>(response: &Response<Bytes>) -> Result<T, ResponseError> {
    succeeds::<E>(response)?;
    let value = read_json(&Content::of(response));
    value.map_err(|unfit| ResponseError::Decode(DecodeError::new::<E>(response.status(), unfit)))
}

/// Reads an answer that says nothing but success. Its body may be anything but a page for a browser: that comes from a gateway
/// or a login page in between, which answer 200 to requests that never came to the server. Where the page is the success, as
/// of a server that answers a browser's form, the caller is refused all the same: there is no telling them apart.
///
/// # Errors
///
/// What the server says is wrong, or that its answer is a page.
pub fn decode_nothing<E: Endpoint + ?Sized>(response: &Response<Bytes>) -> Result<(), ResponseError> {
    succeeds::<E>(response)?;
    if Content::of(response).is_page() {
        return Err(ResponseError::Decode(DecodeError::new::<E>(response.status(), Unfit::Page)));
    }
    Ok(())
}

fn succeeds<E: Endpoint + ?Sized>(response: &Response<Bytes>) -> Result<(), ResponseError> {
    match ApiError::of_endpoint::<E>(response) {
        Some(error) => Err(ResponseError::Api(error)),
        None => Ok(()),
    }
}

/// A body as JSON; an empty one reads as `null`.
pub(crate) fn read_json<T: JsonResponse>(content: &Content<'_>) -> Result<T, Unfit> {
    if content.is_blank() {
        return T::from_json(&mut serde_json::Deserializer::from_slice(b"null")).map_err(|_| Unfit::Empty);
    }
    let mut json = serde_json::Deserializer::from_slice(content.body);
    let value = T::from_json(&mut json).map_err(|error| {
        let path = error.path().to_string();
        (path, error.into_inner())
    });
    let value = value.and_then(|value| json.end().map(|()| value).map_err(|error| (".".to_owned(), error)));
    value.map_err(|(path, error)| why_unfit(content, &path, &error))
}

fn why_unfit(content: &Content<'_>, path: &str, error: &serde_json::Error) -> Unfit {
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
    use http::header::CONTENT_ENCODING;

    use super::*;
    use crate::api::LogOut;
    use crate::auth::Public;

    #[derive(Debug, qelos_macros::Endpoint)]
    #[endpoint(GET, "/api/numbers", response = Vec<u32>, auth = Public)]
    struct Numbers;

    #[derive(Debug, qelos_macros::Endpoint)]
    #[endpoint(GET, "/api/number", response = Option<u32>, auth = Public)]
    struct PerhapsNumber;

    fn response(kind: &str, body: impl AsRef<[u8]>) -> Response<Bytes> {
        Response::builder().header(CONTENT_TYPE, kind).body(Bytes::copy_from_slice(body.as_ref())).unwrap()
    }

    fn why<E: Endpoint>(response: &Response<Bytes>) -> String {
        let error = E::decode(response).map(|_| ()).unwrap_err().to_string();
        error.split_once(" is not the declared one: ").unwrap().1.to_owned()
    }

    #[test]
    fn a_page_is_no_success() {
        for (kind, page) in [
            ("text/html; charset=utf-8", "<h1>Please sign in</h1>"),
            ("Text/HTML", "\u{feff}\n <!-- qelos --><html></html>"),
            ("application/xhtml+xml", "<?xml version=\"1.0\"?><html/>"),
            ("application/json", "<!DOCTYPE html><html></html>"),
            ("", "<html lang=en>"),
        ] {
            let page = response(kind, page);
            let Err(ResponseError::Decode(error)) = LogOut::decode(&page) else { panic!("{page:?}") };
            assert!(error.is_html() && error.status() == 200, "{error}");
            assert_eq!(why::<Numbers>(&page), "it is an HTML page");
            assert_eq!(why::<PerhapsNumber>(&page), "it is an HTML page");
        }
        let mut packed = response("text/html", [0x1f, 0x8b, 8, 0]);
        packed.headers_mut().insert(CONTENT_ENCODING, "gzip".parse().unwrap());
        assert!(LogOut::decode(&packed).is_err(), "what cannot be looked into is what it is called");
    }

    #[test]
    fn what_is_only_called_a_page_is_a_success() {
        for body in ["", "\n", "OK", "{\"ok\":true}", "null"] {
            assert_eq!(LogOut::decode(&response("text/html; charset=utf-8", body)), Ok(()), "{body}");
        }
        assert_eq!(Numbers::decode(&response("text/html", "[7]")), Ok(vec![7]));
        assert_eq!(LogOut::decode(&response("application/xml", "<done/>")), Ok(()));
    }

    #[test]
    fn an_empty_body_is_said_to_be_empty() {
        for body in ["", " \r\n", "\u{feff}"] {
            assert_eq!(why::<Numbers>(&response("application/json", body)), "its body is empty");
            assert_eq!(PerhapsNumber::decode(&response("text/html", body)), Ok(None));
        }
        assert_eq!(why::<Numbers>(&response("", "null")), "invalid type: null, expected a sequence at line 1 column 4");
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert_eq!(Numbers::decode(&response("application/json", "\u{feff}[7]")), Ok(vec![7]));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let encoded = |encoding: &str, body: &[u8]| {
            let mut response = response("application/json", body);
            response.headers_mut().insert(CONTENT_ENCODING, encoding.parse().unwrap());
            response
        };
        let gzip = [0x1f, 0x8b, 8, 0, 0];
        assert_eq!(why::<Numbers>(&encoded("gzip", &gzip)), "its body is encoded with `gzip`, which was not asked for");
        assert_eq!(
            why::<Numbers>(&encoded("x y", &gzip)),
            "its body is encoded with one without a proper name, which was not asked for"
        );
        assert_eq!(
            Numbers::decode(&encoded("gzip", b"[7]")),
            Ok(vec![7]),
            "a transport has undone it, and left the header"
        );
        assert_eq!(LogOut::decode(&encoded("br", &gzip)), Ok(()), "nothing is read");
        assert!(why::<Numbers>(&encoded("identity", &gzip)).starts_with("its body is not text in UTF-8"));

        let wide: Vec<u8> = "[7]".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let charset = "the charset of its body is";
        assert_eq!(
            why::<Numbers>(&response("application/json; charset=utf-16le", &wide)),
            format!("{charset} `utf-16le`, which is not read: UTF-8 is")
        );
        let marked = [&[0xff, 0xfe], &wide[..]].concat();
        assert_eq!(
            why::<Numbers>(&response("application/json", &marked)),
            format!("{charset} `utf-16`, which is not read: UTF-8 is")
        );
        for charset in ["iso-8859-1", "us-ascii", "\"UTF-8\""] {
            assert_eq!(Numbers::decode(&response(&format!("application/json; charset={charset}"), "[7]")), Ok(vec![7]));
        }
        let latin = why::<Numbers>(&response("application/json; charset=iso-8859-1", b"[\"\xe4\"]"));
        assert_eq!(latin, format!("{charset} `iso-8859-1`, which is not read: UTF-8 is"));
        let other = why::<Numbers>(&response("application/json; charset=iso-8859-1", "[\"a\"]"));
        assert_eq!(
            other, "`[0]`: invalid type: string, expected u32 at line 1 column 4",
            "the charset is not at fault"
        );
    }

    #[test]
    fn text_is_named_where_json_is_read() {
        assert_eq!(
            why::<Numbers>(&response("text/plain; charset=utf-8", "seven")),
            "expected value at line 1 column 1; its type is `text/plain`, and responses are read as JSON"
        );
        assert_eq!(why::<Numbers>(&response("application/problem+json", "seven")), "expected value at line 1 column 1");
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
