//! Responses of declared endpoints: generated code reads them in a client and writes them in a server.

use std::any::TypeId;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

use crate::api_error::{ApiError, Refusal, shapes};
use crate::endpoint::Endpoint;
use crate::endpoint_info::EndpointInfo;
use crate::request::{EncodeError, Place};
use crate::response::{Content, DecodeError, DecodeJson, EncodeJson, Misfit, ResponseError, Unfit, read_json};

/// Reads a JSON response; an empty body reads as `null`.
///
/// The headers about the body are not trusted: JSON is read also when it is labelled `text/html`, with another charset,
/// or with an encoding that the transport has undone. The label is named when reading fails.
///
/// # Errors
///
/// When the server has refused, or the body is not a `T`.
pub fn decode_json<E: Endpoint + ?Sized, T: DecodeJson>(response: &Response<Bytes>) -> Result<T, ResponseError> {
    decode_json_of(EndpointInfo::of::<E>(), response)
}

/// Generic over the response alone: endpoints with the same response share this code.
fn decode_json_of<T: DecodeJson>(
    endpoint: &'static EndpointInfo,
    response: &Response<Bytes>,
) -> Result<T, ResponseError> {
    succeeds(endpoint, response)?;
    read_json(response.body()).map_err(|misfit| not_declared(endpoint, response, &misfit))
}

#[cold]
fn not_declared(endpoint: &'static EndpointInfo, response: &Response<Bytes>, misfit: &Misfit) -> ResponseError {
    let unfit = misfit.why(&Content::of(response));
    let unfit = match response.extensions().get() {
        Some(secrets) => unfit.masking(secrets),
        None => unfit,
    };
    ResponseError::Decode(DecodeError::new(endpoint, response.status(), unfit))
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
pub fn decode_nothing<E: Endpoint + ?Sized>(response: &Response<Bytes>) -> Result<(), ResponseError> {
    decode_nothing_of(EndpointInfo::of::<E>(), response)
}

fn decode_nothing_of(endpoint: &'static EndpointInfo, response: &Response<Bytes>) -> Result<(), ResponseError> {
    succeeds(endpoint, response)?;
    if Content::of(response).is_page() {
        return Err(ResponseError::Decode(DecodeError::new(endpoint, response.status(), Unfit::Page)));
    }
    Ok(())
}

fn succeeds(endpoint: &'static EndpointInfo, response: &Response<Bytes>) -> Result<(), ResponseError> {
    match ApiError::of_endpoint(endpoint, response) {
        Some(error) => Err(ResponseError::Api(error)),
        None => Ok(()),
    }
}

/// Writes a JSON response.
///
/// # Errors
///
/// When the value has no JSON form.
pub fn encode_json<E: Endpoint + ?Sized, T: EncodeJson>(value: &T) -> Result<Response<Bytes>, EncodeError> {
    let body = serde_json::to_vec(value).map_err(|error| EncodeError {
        endpoint: E::NAME,
        place: Place::Response,
        reason: error.to_string(),
    })?;
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    Ok(response)
}

/// Writes a response without a body: 204.
#[must_use]
pub fn encode_nothing() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

impl DecodeError {
    pub(crate) fn new(endpoint: &'static EndpointInfo, status: StatusCode, unfit: Unfit) -> Self {
        Self { endpoint: endpoint.name, status, unfit }
    }
}

impl ApiError {
    /// The error in a response to an endpoint, which may declare that it reports errors with 200.
    pub(crate) fn of_endpoint(endpoint: &'static EndpointInfo, response: &Response<Bytes>) -> Option<Self> {
        let (status, may_refuse) = (response.status(), endpoint.errors_with_200);
        let is_refusal =
            !status.is_success() || (may_refuse && status == StatusCode::OK && shapes::is_errors_alone(response));
        is_refusal.then(|| {
            let mut error = Self::read(response);
            error.refusal.endpoint = Some(endpoint);
            error
        })
    }

    /// The body as the type that `E` declares with `error = Type`.
    ///
    /// `None` when `E` declares no type, or when another endpoint has refused, such as the renewal of a session on the
    /// way to `E`. An error that was read with [`ApiError::of`] does not know its endpoint, and is taken for one of
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
        let Refusal { endpoint, body, unreadable } = &*self.refusal;
        let is_of_another = endpoint.is_some_and(|endpoint| endpoint != EndpointInfo::of::<E>());
        if is_of_another || TypeId::of::<E::Error>() == TypeId::of::<()>() {
            return None;
        }
        let read = match body {
            Some(body) => read_json(body).map_err(|misfit| misfit.why(&Content::of_body(body))),
            None => Err(Unfit::Other("its body is larger than 64 KiB, and was not kept".to_owned())),
        };
        let read = read.map_err(|unfit| unreadable.clone().map_or(unfit, Unfit::Unreadable));
        Some(read.map_err(|unfit| DecodeError::new(EndpointInfo::of::<E>(), self.status(), unfit)))
    }
}

#[cfg(test)]
mod tests {
    use http::header::CONTENT_ENCODING;

    use super::*;
    use crate::api::SignOut;
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
            "expected value at line 1 column 1; its type is `text/plain`, and responses are read as JSON"
        );
        assert_eq!(why::<Numbers>(&response("application/problem+json", "seven")), "expected value at line 1 column 1");
    }
}
