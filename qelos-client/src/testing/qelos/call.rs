//! A request as the routes see it: its path in segments, its query and its body as fields, and its time.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, Request, StatusCode, Uri};
use qelos_spec::Timestamp;
use serde_json::{Map, Value};

use super::service;

/// The largest body that most services parse, in bytes.
const LARGEST_BODY: usize = 100 * 1024;

/// The largest body of the services that take large ones, and of contents that no service parses.
const LARGEST_UPLOAD: usize = 50 * 1024 * 1024;

/// The two routes that read forms; everywhere else a form is an empty body.
const FORMS: [&str; 2] = ["/api/auth/mcp/consent", "/api/auth/mcp/token"];

/// One parsed request.
pub(super) struct Call<'r> {
    pub(super) headers: &'r HeaderMap,
    /// Without empty segments at the end: the server takes a path with or without its last slash.
    pub(super) segments: Vec<&'r str>,
    pub(super) query: &'r str,
    pub(super) body: Map<String, Value>,
    /// The host the client called, with its port: `acme.example:8080`.
    pub(super) authority: &'r str,
    pub(super) now: Timestamp,
}

impl<'r> Call<'r> {
    /// Reads a [canonical] request; the status of the refusal when its body is malformed.
    pub(super) fn read(request: &'r Request<Bytes>, now: Timestamp) -> Result<Self, StatusCode> {
        let path = request.uri().path();
        Ok(Self {
            headers: request.headers(),
            segments: path.strip_suffix('/').unwrap_or(path).split('/').skip(1).collect(),
            query: request.uri().query().unwrap_or_default(),
            body: read_body(request)?,
            authority: authority(request),
            now,
        })
    }

    /// A parameter of the query, decoded; the first one of that name.
    pub(super) fn query(&self, name: &str) -> Option<Cow<'r, str>> {
        form_urlencoded::parse(self.query.as_bytes()).find(|(given, _)| given == name).map(|(_, value)| value)
    }

    /// The values of a parameter that is a list, `a,b`; none if it is absent.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let values = self.query(name).unwrap_or_default();
        values.split(',').filter(|value| !value.is_empty()).map(str::to_owned).collect()
    }

    /// Whether the query has a parameter that is not empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.query(name).is_some_and(|value| !value.is_empty())
    }

    /// A segment of the path, decoded.
    pub(super) fn name(&self, at: usize) -> String {
        let segment = self.segments.get(at).copied().unwrap_or_default();
        // In a query a plus sign is a blank, and in a path it is a plus sign.
        let pair = segment.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
        form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
    }

    /// The path with its query.
    pub(super) fn target(&self) -> String {
        let path = self.segments.iter().fold(String::new(), |path, segment| path + "/" + segment);
        if self.query.is_empty() { path } else { format!("{path}?{}", self.query) }
    }

    /// The program that has sent the request.
    pub(super) fn user_agent(&self) -> &'r str {
        self.headers.get(USER_AGENT).and_then(|program| program.to_str().ok()).unwrap_or("Unknown")
    }

    /// A text of the body that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// The host without the port: `acme.example`, `[::1]`.
    pub(super) fn host(&self) -> &'r str {
        host(self.authority)
    }
}

/// The request with a path in lower case: the server takes its words in any case. Behind the name of a service other
/// than auth are keys, whose case counts; the ids of auth are hexadecimal digits.
pub(super) fn canonical(request: &Request<Bytes>) -> Cow<'_, Request<Bytes>> {
    let path = request.uri().path();
    if !path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Borrowed(request);
    }
    let lower = path.to_ascii_lowercase();
    let behind_service = path.match_indices('/').nth(2).map_or(path.len(), |(at, _)| at);
    let kept = if service::is_auth(&lower) { path.len() } else { behind_service };
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let target = format!("{}{}{query}", &lower[..kept], &path[kept..]);
    let mut parts = request.uri().clone().into_parts();
    // The same bytes in another case are a target as well.
    parts.path_and_query = target.parse().ok().or(parts.path_and_query);
    let mut canonical = request.clone();
    if let Ok(uri) = Uri::from_parts(parts) {
        *canonical.uri_mut() = uri;
    }
    Cow::Owned(canonical)
}

/// The host the client called, with its port.
pub(super) fn authority(request: &Request<Bytes>) -> &str {
    let named = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    named.or_else(|| request.uri().authority().map(http::uri::Authority::as_str)).unwrap_or("localhost")
}

/// The host, without its port.
pub(super) fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// The size up to which the body of a request is taken, by its head.
pub(super) fn largest_body(head: &Request<Bytes>) -> usize {
    let is_parsed = is_json(head) || is_form(head);
    let takes_large = service::takes_large_bodies(&head.uri().path().to_ascii_lowercase());
    if is_parsed && !takes_large { LARGEST_BODY } else { LARGEST_UPLOAD }
}

/// The content type without and with its parameters.
fn kind(request: &Request<Bytes>) -> (&str, &str) {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let (kind, parameters) = kind.split_once(';').unwrap_or((kind, ""));
    (kind.trim(), parameters)
}

fn is_json(request: &Request<Bytes>) -> bool {
    kind(request).0.eq_ignore_ascii_case("application/json")
}

fn is_form(request: &Request<Bytes>) -> bool {
    kind(request).0.eq_ignore_ascii_case("application/x-www-form-urlencoded") && reads_forms(request.uri().path())
}

/// The fields of a body; none with another content type.
fn read_body(request: &Request<Bytes>) -> Result<Map<String, Value>, StatusCode> {
    let is_form = is_form(request);
    if !(is_form || is_json(request)) || request.body().is_empty() {
        return Ok(Map::new());
    }
    if request.body().len() > largest_body(request) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    if !is_utf8(kind(request).1) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    if is_form {
        let fields = form_urlencoded::parse(request.body());
        return Ok(fields.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect());
    }
    match serde_json::from_slice(request.body()) {
        Ok(Value::Object(fields)) => Ok(fields),
        // An array has none of the fields that routes read.
        Ok(Value::Array(_)) => Ok(Map::new()),
        _ => Err(StatusCode::BAD_REQUEST),
    }
}

/// Whether the parameters of a content type name no other encoding.
fn is_utf8(parameters: &str) -> bool {
    let mut parameters = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let charset = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charset.is_none_or(|(_, charset)| charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8"))
}

/// Whether the route with this path reads forms.
pub(super) fn reads_forms(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    FORMS.iter().any(|form| form.eq_ignore_ascii_case(path))
}

/// Whether the value is falsy in JavaScript.
pub(super) fn is_falsy(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false)) || *value == "" || *value == 0
}
