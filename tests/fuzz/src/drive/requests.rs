//! Requests of a caller: reading any of them ends without a panic.
//!
//! An input that begins with a capital letter is the request itself: the method and the target on the first line, a
//! header on each that follows, the body behind an empty one. Every other input is a series of choices.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Method, Request, Uri};
use qelos_spec::auth::Public;
use qelos_spec::{ApiTokenId, BaseUrl, DecodeRequest, Endpoint, SecretString, Timestamp};
use serde::{Deserialize, Serialize};

use super::secrets::{SECRET, is_a_value_in, shows_in};
use super::source::Source;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    NewestFirst,
    OldestFirst,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Page {
    number: u32,
    size: Option<u8>,
}

/// Writes a number as text with a unit, and reads it back.
mod cents {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    pub(super) fn serialize<S: Serializer>(cents: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{cents}ct"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.strip_suffix("ct")
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| de::Error::custom("these are no cents"))
    }
}

// Together they use every placement. A request has one body, so one endpoint cannot.

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/{kind}/v{version}.json/{*rest}", response = Vec<String>, auth = Public)]
#[serde(rename_all = "camelCase")]
struct Search {
    kind: String,
    version: u8,
    rest: String,
    sort_order: Order,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    after: Option<ApiTokenId>,
    #[serde(with = "cents", default)]
    min_price: u32,
    #[serde(flatten)]
    page: Page,
    #[endpoint(header = "x-trace")]
    trace: Option<u32>,
    #[endpoint(header = "x-part")]
    parts: Vec<String>,
    #[endpoint(header = "x-otp", secret)]
    otp: SecretString,
    #[endpoint(bearer)]
    token: SecretString,
    #[endpoint(skip)]
    _local: u32,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices/{id}", auth = Public)]
struct Create {
    id: ApiTokenId,
    #[serde(rename = "unitPrice", with = "cents")]
    unit_price: u32,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<Order>,
    lines: Vec<Page>,
    #[endpoint(secret)]
    pin: SecretString,
    #[endpoint(secret)]
    otp: Option<SecretString>,
    #[serde(flatten)]
    extra: BTreeMap<String, u32>,
    #[endpoint(query)]
    dry_run: bool,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/oauth/token", response = String, auth = Public)]
struct Form {
    #[endpoint(form)]
    grant: Order,
    #[endpoint(form)]
    scopes: Vec<String>,
    #[endpoint(form, secret)]
    pin: SecretString,
    #[endpoint(form, secret)]
    otp: Option<SecretString>,
    #[serde(flatten)]
    #[endpoint(form)]
    extra: BTreeMap<String, String>,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(PUT, "/api/files/{name}", auth = Public)]
struct Upload {
    name: String,
    #[endpoint(raw = "text/plain")]
    text: String,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(PATCH, "/api/pages", response = Page, auth = Public)]
struct Whole {
    #[endpoint(body)]
    page: Page,
    #[endpoint(query)]
    order: Option<Order>,
}

/// Every request is read without a panic. The values are written and read back the same, and no secret shows.
pub fn decode_request_bytes(data: &[u8]) {
    let Some(request) = request(data) else { return };
    reads::<Search>(&request);
    reads::<Create>(&request);
    reads::<Form>(&request);
    reads::<Upload>(&request);
    reads::<Whole>(&request);
}

/// The request that an input stands for.
pub(super) fn show(data: &[u8]) -> String {
    request(data).map_or_else(
        || "no request".to_owned(),
        |request| {
            let body = String::from_utf8_lossy(request.body());
            format!("{} {}\n{:?}\n\n{body}", request.method(), request.uri(), request.headers())
        },
    )
}

fn reads<E: DecodeRequest + std::fmt::Debug>(request: &Request<Bytes>) {
    let may_show = !holds_secret_in_secret_fields(request);
    let endpoint = match E::decode_request(request) {
        Ok(endpoint) => endpoint,
        Err(error) => {
            let text = format!("{error} {error:#} {error:?}");
            assert!(may_show || !shows_in(&text), "a secret shows: {text}");
            return;
        }
    };
    let text = format!("{endpoint:?} {endpoint:#?}");
    assert!(may_show || !shows_in(&text), "a secret shows: {text}");
    let written = match endpoint.encode() {
        Ok(written) => written,
        Err(error) => {
            let text = format!("{error} {error:#} {error:?}");
            assert!(may_show || !shows_in(&text), "a secret shows: {text}");
            return;
        }
    };
    let base: BaseUrl = "https://acme.example".parse().unwrap();
    let Ok(sent) = written.clone().into_http(&base) else { return };
    let again =
        E::decode_request(&sent).unwrap_or_else(|error| panic!("a written request is not read: {error}\n{endpoint:?}"));
    let again = again.encode().unwrap();
    let facts = |request: &qelos_spec::Request| {
        (request.target().to_owned(), request.headers().clone(), request.body().clone())
    };
    assert_eq!(facts(&again), facts(&written), "the values are the same after writing and reading");
}

/// Whether the secret is only in fields that are secret, or in fields that no endpoint reads.
fn holds_secret_in_secret_fields(request: &Request<Bytes>) -> bool {
    let open_headers = ["x-trace", "x-part"];
    let mut headers = open_headers.iter().flat_map(|name| request.headers().get_all(*name));
    if shows_in(&decoded(&request.uri().to_string()))
        || headers.any(|value| shows_in(&String::from_utf8_lossy(value.as_bytes())))
    {
        return false;
    }
    let body = String::from_utf8_lossy(request.body());
    if request.uri().path() == "/api/oauth/token" {
        return !body
            .split('&')
            .any(|pair| shows_in(&decoded(pair)) && !pair.starts_with("pin=") && !pair.starts_with("otp="));
    }
    request.uri().path().starts_with("/api/invoices/") && is_a_value_in(&body)
}

fn request(data: &[u8]) -> Option<Request<Bytes>> {
    if data.first().is_some_and(u8::is_ascii_uppercase) {
        return written_out(data);
    }
    let mut source = Source::new(data);
    let (method, path) = source.pick(
        &[
            (Method::GET, "/api/@/v@.json/@"),
            (Method::POST, "/api/invoices/@"),
            (Method::POST, "/api/oauth/token"),
            (Method::PUT, "/api/files/@"),
            (Method::PATCH, "/api/pages"),
        ]
        .each_ref(),
    );
    let mut target = String::new();
    for (index, piece) in path.split('@').enumerate() {
        if index > 0 {
            target += &value(&mut source, &["7", "6b01d2eb627f2972a3746020", "a/b", "..", "", "a//b", "%2f", "256"]);
        }
        target += piece;
    }
    target += "?";
    let names = ["sortOrder", "tags", "after", "minPrice", "number", "size", "dry_run", "order", "other"];
    target += &pairs(&mut source, &names);
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = method.clone();
    *request.uri_mut() = target.parse().ok()?;
    for _ in 0..source.below(5) {
        let (name, value) = header(&mut source);
        request.headers_mut().append(name, HeaderValue::from_bytes(&value).ok()?);
    }
    *request.body_mut() = body(&mut source).into();
    Some(request)
}

/// A request as text.
fn written_out(data: &[u8]) -> Option<Request<Bytes>> {
    let end = data.windows(2).position(|pair| pair == b"\n\n").unwrap_or(data.len());
    let (head, body) = data.split_at(end);
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = std::str::from_utf8(lines.next()?).ok()?;
    let (method, target) = first.split_once(' ')?;
    let mut request = Request::new(Bytes::copy_from_slice(body.strip_prefix(b"\n\n").unwrap_or(body)));
    *request.method_mut() = method.parse().ok()?;
    *request.uri_mut() = target.parse::<Uri>().ok()?;
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        request.headers_mut().append(name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?);
    }
    Some(request)
}

fn header(source: &mut Source<'_>) -> (HeaderName, Vec<u8>) {
    let name = source.pick(&["x-otp", "authorization", "x-trace", "x-part", "x-api-key", "cookie"]);
    let value = match source.below(6) {
        _ if name == "authorization" => {
            source.pick(&[b"Bearer ql_5f0e7a91c3b2d846".as_slice(), b"Bearer ", b"x", b"A  b "]).to_vec()
        }
        0 if matches!(name, "x-otp" | "x-api-key") => SECRET.into(),
        1 if name == "cookie" => format!("qlt_0={SECRET}").into_bytes(),
        2 => source.some().to_vec(),
        3 => "ä b".into(),
        _ => b"7".to_vec(),
    };
    (HeaderName::from_static(name), value)
}

fn body(source: &mut Source<'_>) -> Vec<u8> {
    let mut body = match source.below(4) {
        0 => json(source),
        1 => pairs(source, &["grant", "scopes", "pin", "otp", "other", "pin"]),
        2 => source.text(),
        _ => return source.rest().to_vec(),
    };
    if source.one_in(8) {
        let end = usize::from(source.byte()).min(body.len());
        body.truncate(body.floor_char_boundary(end));
    }
    body.into_bytes()
}

fn json(source: &mut Source<'_>) -> String {
    let mut fields = Vec::new();
    for _ in 0..source.below(9) {
        let name = source.pick(&["unitPrice", "at", "order", "lines", "pin", "otp", "other", "number", "size"]);
        let value = match source.below(10) {
            0 => format!("\"{SECRET}\""),
            1 => "\"7ct\"".to_owned(),
            2 => "\"2026-12-01T00:00:00Z\"".to_owned(),
            3 => "[{\"number\":7,\"size\":null}]".to_owned(),
            4 => format!("[\"{SECRET}\"]"),
            5 => "\"newest-first\"".to_owned(),
            6 => format!("{:?}", format!("`{SECRET}, expected \"")),
            7 => serde_json::Value::from(source.text()).to_string(),
            8 => "null".to_owned(),
            _ => source.byte().to_string(),
        };
        fields.push(format!("\"{name}\": {value}"));
    }
    format!("{{{}}}", fields.join(", "))
}

/// Names and values as in a query or a form, with the secret in secret fields.
fn pairs(source: &mut Source<'_>, names: &[&str]) -> String {
    let mut pairs = Vec::new();
    for _ in 0..source.below(7) {
        let name = source.pick(names);
        let value = match name {
            "pin" | "otp" if source.one_in(2) => SECRET.to_owned(),
            _ => value(source, &["newest-first", "7", "7ct", "true", "", "6b01d2eb627f2972a3746020", "a+b&c", "%"]),
        };
        pairs.push(format!("{name}={value}"));
    }
    pairs.join("&")
}

/// A value for a URL: one of these, as it is or encoded, or any other one.
fn value(source: &mut Source<'_>, known: &[&str]) -> String {
    match source.below(4) {
        0 | 1 => source.pick(known).to_owned(),
        2 => encoded(source.pick(known)),
        _ => encoded(&source.text()),
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |encoded, byte| format!("{encoded}%{byte:02X}"))
}

fn decoded(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut decoded = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        match piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                decoded.extend(&piece.as_bytes()[2..]);
            }
            None => decoded.extend(piece.as_bytes()),
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
