//! Responses of declared endpoints: generated code reads them in a client and writes them in a server.

use std::any::TypeId;

use bytes::Bytes;
use http::{Response as HttpResponse, StatusCode};

use crate::api_error::ApiError;
use crate::endpoint::Endpoint;
use crate::endpoint_info::EndpointInfo;
use crate::format::{Format, FormatValue};
use crate::request::{EncodeError, Place};
use crate::response::{Content, DecodeError, InFormat, ResponseError, Unfit};
use crate::response_reader::{read_format, read_raw};
use crate::response_writer::ResponseWriter;
use crate::statuses::Statuses;
use crate::typed_response::{ErrorResponse, Response, ToResponse, not_declared, succeeds};
use crate::value::RawBody;

/// The facts of a type that an endpoint declares as its response, and the function that reads it.
#[derive(Debug)]
pub struct Declared<T> {
    /// [`Response::STATUSES`].
    pub statuses: Statuses,
    /// [`Response::ACCEPT`].
    pub accept: &'static [&'static str],
    /// [`Response::from_response`].
    pub read: fn(&'static EndpointInfo, &HttpResponse<Bytes>) -> Result<T, ResponseError>,
}

/// All that generated code takes from the type of a response. It names the type once for each part, and always here: the
/// compiler then reports a type that is no response once.
#[must_use]
pub const fn declared<T: Response>() -> Declared<T> {
    Declared { statuses: T::STATUSES, accept: T::ACCEPT, read: T::from_response }
}

/// Reads a response whose body says nothing.
///
/// The body may be anything but a page for a browser. Gateways and login pages on the way send such a page with status
/// 200, and the request never came to the server. A server that responds to a form with a page cannot be told from
/// them, so its success is an error as well.
///
/// # Errors
///
/// When the server has refused, or the body is a page.
pub fn decode_nothing<E: Endpoint + ?Sized>(response: &HttpResponse<Bytes>) -> Result<(), ResponseError> {
    decode_nothing_of(EndpointInfo::of::<E>(), response)
}

fn decode_nothing_of(endpoint: &'static EndpointInfo, response: &HttpResponse<Bytes>) -> Result<(), ResponseError> {
    succeeds(endpoint, response)?;
    if Content::of(response).is_page() {
        return Err(not_declared(endpoint, response, Unfit::Page));
    }
    Ok(())
}

/// Reads a response whose body is taken as it is.
///
/// # Errors
///
/// When the server has refused, or the body is of another media type than the declared one.
pub fn decode_raw<E: Endpoint + ?Sized, T: RawBody>(
    declared: Option<&'static str>,
    response: &HttpResponse<Bytes>,
) -> Result<T, ResponseError> {
    let endpoint = EndpointInfo::of::<E>();
    succeeds(endpoint, response)?;
    let read = read_raw(&Content::of(response), response.body(), declared);
    read.map_err(|unfit| not_declared(endpoint, response, unfit))
}

/// Reads a response in a format of the user.
///
/// # Errors
///
/// When the server has refused, or the body is not a `T` in this format.
pub fn decode_format<E: Endpoint + ?Sized, T>(
    format: &InFormat<T>,
    response: &HttpResponse<Bytes>,
) -> Result<T, ResponseError> {
    let endpoint = EndpointInfo::of::<E>();
    succeeds(endpoint, response)?;
    read_format(&Content::of(response), format).map_err(|unfit| not_declared(endpoint, response, unfit))
}

/// Reads a response that is absent with one status. A page for a browser with this status is an error: it comes from
/// something on the way, which knows nothing of the value.
///
/// # Errors
///
/// When `decode` fails, or the body is a page.
pub fn decode_or_none<E: Endpoint + ?Sized, T>(
    none: u16,
    response: &HttpResponse<Bytes>,
    decode: fn(&HttpResponse<Bytes>) -> Result<T, ResponseError>,
) -> Result<Option<T>, ResponseError> {
    let status = response.status();
    if status != none {
        return decode(response).map(Some);
    }
    let endpoint = EndpointInfo::of::<E>();
    match Content::of(response).is_page() {
        false => Ok(None),
        true if status.is_success() => Err(not_declared(endpoint, response, Unfit::Page)),
        true => Err(ResponseError::refused(endpoint, response)),
    }
}

/// Writes the response of `E`.
///
/// # Errors
///
/// When a value cannot be written in its place, or the status that it holds is not one of `E`.
pub fn encode<E: Endpoint + ?Sized, T: ToResponse>(value: &T) -> Result<HttpResponse<Bytes>, EncodeError> {
    let response = value.to_response().map_err(|error| EncodeError { endpoint: E::NAME, ..error })?;
    let (status, declared) = (response.status().as_u16(), E::STATUSES);
    if declared.contains(response.status()) {
        return Ok(response);
    }
    let reason = format!("{status} is not one of its statuses, which are {declared}");
    Err(EncodeError { endpoint: E::NAME, place: Place::Response, reason })
}

/// Writes a body as it is.
///
/// # Errors
///
/// When the media type is none.
pub fn encode_raw<E: Endpoint + ?Sized, T: RawBody>(
    media_type: Option<&'static str>,
    value: &T,
) -> Result<HttpResponse<Bytes>, EncodeError> {
    let mut writer = ResponseWriter::new(E::NAME, 200);
    writer.raw("body", media_type, value);
    writer.finish()
}

/// Writes a body in a format of the user.
///
/// # Errors
///
/// When the value has no such form.
pub fn encode_format<E: Endpoint + ?Sized, F: Format, T: FormatValue>(
    value: &T,
) -> Result<HttpResponse<Bytes>, EncodeError> {
    let mut writer = ResponseWriter::new(E::NAME, 200);
    writer.format::<F, T>("body", value);
    writer.finish()
}

/// Writes a response that may be absent.
///
/// # Errors
///
/// When `encode` fails.
pub fn encode_or_none<T>(
    none: u16,
    value: &Option<T>,
    encode: fn(&T) -> Result<HttpResponse<Bytes>, EncodeError>,
) -> Result<HttpResponse<Bytes>, EncodeError> {
    match value {
        Some(value) => encode(value),
        None => ResponseWriter::new("None", none).finish(),
    }
}

/// Writes a response without a body: 204.
#[must_use]
pub fn encode_nothing() -> HttpResponse<Bytes> {
    let mut response = HttpResponse::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

impl ApiError {
    /// The body as the type that `E` declares with `error = Type`.
    ///
    /// `None` when `E` declares no type, or none for this status, or when another endpoint has refused, such as the renewal
    /// of a session on the way to `E`. An error that was read with [`ApiError::of`] does not know its endpoint, and is taken for one of
    /// `E`.
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
    ///     let response = http::Response::builder().status(402).body(body.into()).unwrap();
    ///     let Err(ResponseError::Api(error)) = Pay::decode(&response) else { panic!() };
    ///     error
    /// };
    /// let error = refused(r#"{"missing": 12}"#);
    /// assert_eq!(error.declared::<Pay>().unwrap()?.missing, 12);
    ///
    /// // A body of another form says why, and its message is still there.
    /// let error = refused(r#"{"message": "no such invoice"}"#);
    /// let why = error.declared::<Pay>().unwrap().err().unwrap();
    /// assert!(why.to_string().contains("missing field `missing`"));
    /// assert_eq!(error.message(), Some("no such invoice"));
    /// # Ok::<(), qelos_spec::DecodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the body is not of that type. The error says where.
    #[must_use]
    pub fn declared<E: Endpoint>(&self) -> Option<Result<E::Error, DecodeError>> {
        let endpoint = EndpointInfo::of::<E>();
        let is_of_another = self.endpoint().is_some_and(|other| other != endpoint);
        if is_of_another || TypeId::of::<E::Error>() == TypeId::of::<()>() {
            return None;
        }
        E::Error::from_refusal(endpoint, self)
    }
}

/// An error that may hold a refusal of the server: for code that is written against `&impl Invoices`, and does not know
/// the client behind it.
///
/// ```
/// use qelos_spec::auth::SignedIn;
/// use qelos_spec::{Refused, ResponseError, resource};
///
/// #[derive(serde::Deserialize)]
/// struct Missing {
///     missing: u32,
/// }
///
/// #[resource(path = "/api/invoices", auth = SignedIn)]
/// trait Invoices {
///     #[post("/{number}/pay", error = Missing)]
///     async fn pay(&self, number: u32);
/// }
///
/// /// What is missing to pay an invoice; nothing if it is paid now.
/// async fn missing<I: Invoices<Error: Refused>>(invoices: &I, number: u32) -> Result<u32, I::Error> {
///     match invoices.pay(number).await {
///         Ok(()) => Ok(0),
///         Err(error) => match error.declared::<InvoicesPay>() {
///             Some(Ok(Missing { missing })) => Ok(missing),
///             _ => Err(error),
///         },
///     }
/// }
/// ```
pub trait Refused {
    /// The refusal, if the server has refused the request that was asked for.
    fn refusal(&self) -> Option<&ApiError>;

    /// The refusal as the type that `E` declares with `error = Type`: see [`ApiError::declared`].
    ///
    /// # Errors
    ///
    /// When the response is not of that type. The error says why.
    fn declared<E: Endpoint>(&self) -> Option<Result<E::Error, DecodeError>> {
        self.refusal()?.declared::<E>()
    }
}

impl Refused for ApiError {
    fn refusal(&self) -> Option<&ApiError> {
        Some(self)
    }
}

impl Refused for ResponseError {
    fn refusal(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            Self::Decode(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

    use super::*;
    use crate::api::SignOut;
    use crate::auth::Public;

    #[derive(Debug, qelos_macros::Endpoint)]
    #[endpoint(GET, "/api/numbers", response = Vec<u32>, auth = Public)]
    struct Numbers;

    #[derive(Debug, qelos_macros::Endpoint)]
    #[endpoint(GET, "/api/number", response = Option<u32>, auth = Public)]
    struct PerhapsNumber;

    #[derive(Debug, qelos_macros::Endpoint)]
    #[endpoint(GET, "/api/number", response = Option<u32>, none = 202, auth = Public)]
    struct NumberLater;

    fn response(kind: &str, body: impl AsRef<[u8]>) -> HttpResponse<Bytes> {
        HttpResponse::builder().header(CONTENT_TYPE, kind).body(Bytes::copy_from_slice(body.as_ref())).unwrap()
    }

    fn why<E: Endpoint>(response: &HttpResponse<Bytes>) -> String {
        let error = E::decode(response).map(|_| ()).unwrap_err().to_string();
        error.split_once(" is not the declared one: ").unwrap().1.to_owned()
    }

    #[test]
    fn a_page_is_an_error() {
        for (kind, page) in [
            ("text/html; charset=utf-8", "<h1>Please sign in</h1>"),
            ("Text/HTML", "\u{feff}\n <!-- qelos --><html></html>"),
            ("application/xhtml+xml", "<?xml version=\"1.0\"?><html/>"),
            ("application/json", "<!DOCTYPE html><html></html>"),
            ("", "<html lang=en>"),
        ] {
            let page = response(kind, page);
            let Err(ResponseError::Decode(error)) = SignOut::decode(&page) else { panic!("{page:?}") };
            assert!(error.is_html() && error.status() == 200, "{error}");
            assert_eq!(why::<Numbers>(&page), "it is an HTML page");
            assert_eq!(why::<PerhapsNumber>(&page), "it is an HTML page");
        }
        let mut absent = response("text/html", "<html>");
        *absent.status_mut() = StatusCode::ACCEPTED;
        assert_eq!(why::<NumberLater>(&absent), "it is an HTML page");
        *absent.body_mut() = Bytes::new();
        assert_eq!(NumberLater::decode(&absent), Ok(None));
        let mut packed = response("text/html", [0x1f, 0x8b, 8, 0]);
        packed.headers_mut().insert(CONTENT_ENCODING, "gzip".parse().unwrap());
        assert!(SignOut::decode(&packed).is_err(), "a body that cannot be read counts as its label says");
    }

    #[test]
    fn a_body_that_is_only_labelled_as_a_page_is_a_success() {
        for body in ["", "\n", "OK", "{\"ok\":true}", "null"] {
            assert_eq!(SignOut::decode(&response("text/html; charset=utf-8", body)), Ok(()), "{body}");
        }
        assert_eq!(Numbers::decode(&response("text/html", "[7]")), Ok(vec![7]));
        assert_eq!(SignOut::decode(&response("application/xml", "<done/>")), Ok(()));
    }

    #[test]
    fn an_empty_body_is_reported_as_empty() {
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
    fn bytes_that_are_no_text_are_read_where_they_are_ignored() {
        #[derive(Debug, qelos_macros::Endpoint)]
        #[endpoint(GET, "/api/number", response = Counted, auth = Public)]
        struct Count;

        #[derive(Debug, PartialEq, serde::Deserialize)]
        struct Counted {
            count: u32,
        }

        let latin_1 = response("application/json", b"{\"name\":\"caf\xe9\",\"count\":2}");
        assert_eq!(Count::decode(&latin_1), Ok(Counted { count: 2 }));
    }

    #[test]
    fn an_unreadable_body_is_reported_with_its_encoding_or_charset() {
        let encoded = |encoding: &str, body: &[u8]| {
            let mut response = response("application/json", body);
            response.headers_mut().insert(CONTENT_ENCODING, encoding.parse().unwrap());
            response
        };
        let gzip = [0x1f, 0x8b, 8, 0, 0];
        assert_eq!(why::<Numbers>(&encoded("gzip", &gzip)), "its body is encoded with `gzip`, which was not asked for");
        assert_eq!(
            why::<Numbers>(&encoded("x y", &gzip)),
            "its body is encoded with something unknown, which was not asked for"
        );
        assert_eq!(
            Numbers::decode(&encoded("gzip", b"[7]")),
            Ok(vec![7]),
            "the transport has undone the encoding and left the header"
        );
        assert_eq!(SignOut::decode(&encoded("br", &gzip)), Ok(()), "nothing is read");
        assert!(why::<Numbers>(&encoded("identity", &gzip)).starts_with("its body is not text in UTF-8"));

        let wide: Vec<u8> = "[7]".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let charset = "the charset of its body is";
        assert_eq!(
            why::<Numbers>(&response("application/json; charset=utf-16le", &wide)),
            format!("{charset} `utf-16le`, and only UTF-8 is read")
        );
        let marked = [&[0xff, 0xfe], &wide[..]].concat();
        assert_eq!(
            why::<Numbers>(&response("application/json", &marked)),
            format!("{charset} `utf-16`, and only UTF-8 is read")
        );
        for charset in ["iso-8859-1", "us-ascii", "\"UTF-8\""] {
            assert_eq!(Numbers::decode(&response(&format!("application/json; charset={charset}"), "[7]")), Ok(vec![7]));
        }
        let latin = why::<Numbers>(&response("application/json; charset=iso-8859-1", b"[\"\xe4\"]"));
        assert_eq!(latin, format!("{charset} `iso-8859-1`, and only UTF-8 is read"));
        let other = why::<Numbers>(&response("application/json; charset=iso-8859-1", "[\"a\"]"));
        assert_eq!(
            other, "`[0]`: invalid type: string, expected u32 at line 1 column 4",
            "the charset is not at fault"
        );
    }

    #[test]
    fn a_text_in_place_of_json_is_reported_with_its_type() {
        assert_eq!(
            why::<Numbers>(&response("text/plain; charset=utf-8", "seven")),
            "expected value at line 1 column 1; its type is `text/plain`, and responses are read as JSON: \
             `raw = \"text/plain\"` takes it as it is"
        );
        assert_eq!(why::<Numbers>(&response("application/problem+json", "seven")), "expected value at line 1 column 1");
    }
}
