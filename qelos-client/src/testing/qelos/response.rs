//! Responses: the shapes Qelos uses, and the headers that go with them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use http::header::{
    ALLOW, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, ETAG, HeaderName, HeaderValue, LOCATION, SET_COOKIE,
    TRANSFER_ENCODING,
};
use http::{Response, StatusCode};
use qelos_spec::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::digest::sha256;

/// The name of the session cookie: `qlt_` and the first 8 characters of the tenant.
const COOKIE_NAME: &str = "qlt_0";

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// The author of a response, which shows in its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    /// The gateway itself.
    Gateway,
    /// A service behind the gateway.
    Service,
    /// The part of the gateway that says whether it runs.
    Health,
}

/// A JSON response.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response<Bytes> {
    // Responses are structs and maps with text keys, which always have a JSON form.
    json_text(status, serde_json::to_string(body).unwrap_or_default())
}

pub(super) fn json_text(status: StatusCode, body: String) -> Response<Bytes> {
    with_body(status, JSON, body.into())
}

/// A response that its route writes itself, past the function of Express that adds an `etag`.
pub(super) fn without_etag(mut response: Response<Bytes>) -> Response<Bytes> {
    response.extensions_mut().insert(WithoutEtag);
    response
}

/// Marks a response that gets no `etag`.
#[derive(Clone, Copy)]
struct WithoutEtag;

/// `{"message": …}`, the most common shape of an error.
pub(super) fn message(status: StatusCode, text: &str) -> Response<Bytes> {
    json(status, &serde_json::json!({ "message": text }))
}

/// The response to a request that is refused.
pub(super) type Refused = Box<Response<Bytes>>;

pub(super) fn either(response: Result<Response<Bytes>, Refused>) -> Response<Bytes> {
    response.unwrap_or_else(|refused| *refused)
}

/// The response to a request that the embedded Qelos cannot handle as Qelos does. A wrong response would not be noticed.
pub(super) fn unsupported(what: &str) -> Refused {
    let reason = format!("the embedded Qelos does not support {what}: mount the endpoint, or leave it out");
    Box::new(message(StatusCode::NOT_IMPLEMENTED, &reason))
}

/// The response of the gateway when a service sends none. The gateway waits before it gives up, which does not happen
/// here.
pub(super) fn unanswered(authority: &str, target: &str) -> Refused {
    let mut response = Response::new(format!("Error occurred while trying to proxy: {authority}{target}").into());
    *response.status_mut() = StatusCode::GATEWAY_TIMEOUT;
    Box::new(response)
}

/// The fields of a record in a response.
pub(super) fn fields(record: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => fields,
        // Records are structs, whose JSON form is an object.
        _ => Map::new(),
    }
}

/// The page Express shows for an unhandled error.
pub(super) fn page(status: StatusCode, text: &str) -> Response<Bytes> {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n</head>\n<body>\n\
         <pre>{text}</pre>\n</body>\n</html>\n"
    );
    let mut response = with_body(status, HTML, body.into());
    insert(&mut response, "content-security-policy", HeaderValue::from_static("default-src 'none'"));
    insert(&mut response, "x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

/// The page for a request that cannot be read.
pub(super) fn error_page(status: StatusCode) -> Response<Bytes> {
    page(status, status.canonical_reason().unwrap_or_default())
}

/// The page for a path or a method that a service does not know.
pub(super) fn not_found(method: &str, path: &str) -> Response<Bytes> {
    page(StatusCode::NOT_FOUND, &format!("Cannot {method} {path}"))
}

/// The first page of the admin panel, which the gateway sends for every unknown path.
pub(super) fn index() -> Response<Bytes> {
    const PAGE: &str =
        r#"<html><head><link rel="icon" href="/favicon.ico" /><title>APP</title></head><body></body></html>"#;
    const POLICY: &str = "default-src 'self' 'unsafe-inline' 'unsafe-eval' https: https://*.clarity.ms \
         https://*.qelos.io ws:; img-src data: https: 'self'; connect-src 'self' https: http: ws:; frame-src 'self' \
         'unsafe-inline' 'unsafe-eval' https: http:; style-src-elem 'self' 'unsafe-inline' https: http:;";
    let mut response = plain_page(PAGE);
    insert(&mut response, "content-security-policy", HeaderValue::from_static(POLICY));
    response
}

/// Says that the gateway runs.
pub(super) fn healthy() -> Response<Bytes> {
    plain_page("ok")
}

/// The response to `OPTIONS`: the methods, as a header and as text.
pub(super) fn allow(methods: &str) -> Response<Bytes> {
    let mut response = plain_page(methods);
    if let Ok(methods) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(ALLOW, methods);
    }
    response
}

fn plain_page(text: &str) -> Response<Bytes> {
    let mut response = with_body(StatusCode::OK, HTML, Bytes::copy_from_slice(text.as_bytes()));
    if let Ok(etag) = HeaderValue::from_str(&etag(text.as_bytes())) {
        response.headers_mut().insert(ETAG, etag);
    }
    response
}

/// Sends the browser to another address.
pub(super) fn redirect(location: &str) -> Response<Bytes> {
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    let mut response = with_body(StatusCode::FOUND, text, format!("Found. Redirecting to {location}").into());
    insert(&mut response, "vary", HeaderValue::from_static("Accept"));
    // A test may have permitted an address that is not a header value: then the response has no such header.
    if let Ok(mut location) = HeaderValue::from_str(location) {
        // The address can hold tokens.
        location.set_sensitive(true);
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// A response without a body.
pub(super) fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

fn with_body(status: StatusCode, kind: HeaderValue, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// Sets the session cookie, or deletes it: an empty value with a negative age.
pub(super) fn set_cookie(response: &mut Response<Bytes>, value: &str, max_age: i64, host: &str, now: Timestamp) {
    // A deleted cookie expires now, not in the past.
    let expires = Timestamp::from_unix_millis(now.unix_millis().saturating_add(max_age.max(0).saturating_mul(1000)));
    let expires = http_date(expires);
    let cookie = format!(
        "{COOKIE_NAME}={value}; Max-Age={max_age}; Domain={host}; Path=/api; Expires={expires}; HttpOnly; Secure; SameSite=None"
    );
    // A host that is not a header value cannot come from a URI: then the response has no cookie.
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie) {
        cookie.set_sensitive(true);
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Adds the headers of every response.
pub(super) fn finish(mut response: Response<Bytes>, author: Author, now: Timestamp) -> Response<Bytes> {
    insert(&mut response, "x-powered-by", HeaderValue::from_static("Express"));
    let connection = match author {
        Author::Service => {
            insert(&mut response, "x-api-version", HeaderValue::from_static("v1"));
            "close"
        }
        Author::Health => "close",
        Author::Gateway => {
            insert(&mut response, "keep-alive", HeaderValue::from_static("timeout=5"));
            "keep-alive"
        }
    };
    let is_chunked = response.headers().contains_key(TRANSFER_ENCODING);
    if !is_chunked
        && response.extensions_mut().remove::<WithoutEtag>().is_none()
        && response.headers().get(CONTENT_TYPE) == Some(&JSON)
        && let Ok(etag) = HeaderValue::from_str(&etag(response.body()))
    {
        response.headers_mut().insert(ETAG, etag);
    }
    let length = response.body().len();
    let headers = response.headers_mut();
    if !is_chunked {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    headers.entry(CONNECTION).or_insert(HeaderValue::from_static(connection));
    if let Ok(date) = HeaderValue::from_str(&http_date(now)) {
        headers.insert(DATE, date);
    }
    response
}

/// The same response without its body, for a client that has it already.
pub(super) fn not_modified(mut response: Response<Bytes>) -> Response<Bytes> {
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    *response.body_mut() = Bytes::new();
    response.headers_mut().remove(CONTENT_TYPE);
    response.headers_mut().remove(CONTENT_LENGTH);
    response
}

fn insert(response: &mut Response<Bytes>, name: &'static str, value: HeaderValue) {
    response.headers_mut().insert(HeaderName::from_static(name), value);
}

/// In the form of Express: the length in hexadecimal digits, and a hash of the body in 27 characters.
fn etag(body: &[u8]) -> String {
    let hash = STANDARD_NO_PAD.encode(&sha256(body)[..20]);
    format!("W/\"{:x}-{hash}\"", body.len())
}

/// `Mon, 21 Dec 2026 17:20:37 GMT`.
pub(super) fn http_date(time: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    // 1970 began on a Thursday.
    let weekday = time.unix_millis().div_euclid(86_400_000).rem_euclid(7);
    let day_name = usize::try_from(weekday).map_or("", |day| DAYS[day]);
    // `2026-12-21T17:20:37.000Z`: fixed places, and the month is 01 to 12.
    let text = time.to_string();
    let month = text[5..7].parse::<usize>().map_or("", |month| MONTHS[month - 1]);
    format!("{day_name}, {} {month} {} {} GMT", &text[8..10], &text[..4], &text[11..19])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_http() {
        for (time, date) in [
            ("1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("2026-12-21T17:20:37.999Z", "Mon, 21 Dec 2026 17:20:37 GMT"),
            ("1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] {
            assert_eq!(http_date(time.parse().unwrap()), date);
        }
    }

    #[test]
    fn a_path_cannot_write_html() {
        let page = page(StatusCode::NOT_FOUND, "Cannot GET /<script>");
        assert!(std::str::from_utf8(page.body()).unwrap().contains("<pre>Cannot GET /&lt;script&gt;</pre>"));
    }
}
