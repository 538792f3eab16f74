//! Requests as stable text, for snapshot tests and for messages.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE};
use http::{HeaderMap, Method};
use serde_json::Value;

use crate::auth::API_KEY;
use crate::endpoint::Endpoint;
use crate::request::{EncodeError, Request, SecretFields};

const MASK: &str = "***";

/// The text of a request: method and target, headers in the order of their names, the body pretty-printed.
///
/// Secrets are masked, and nothing in the text depends on the server, the clock or chance, so any snapshot library can
/// hold it: `insta`, `expect-test`, `assert_eq!`.
///
/// ```
/// use qelos_spec::{RequestSnapshot, SecretString, api::OAuthSignIn};
///
/// let endpoint = OAuthSignIn::new("ada@example.com", SecretString::from("hunter2"));
/// assert_eq!(
///     RequestSnapshot::of(&endpoint).unwrap().to_string(),
///     r#"POST /api/signin
/// accept: application/json
/// content-type: application/json
///
/// {
///   "authType": "oauth",
///   "password": "***",
///   "username": "ada@example.com"
/// }
/// "#
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct RequestSnapshot(String);

impl RequestSnapshot {
    /// The text of the request of an endpoint.
    ///
    /// # Errors
    ///
    /// When a value has no place in a request.
    pub fn of<E: Endpoint + ?Sized>(endpoint: &E) -> Result<Self, EncodeError> {
        endpoint.encode().map(|request| Self::from(&request))
    }

    /// The text of a request as a transport sees it: with its credential, masked, and without the server.
    ///
    /// ```
    /// use qelos_spec::{Endpoint, RequestSnapshot, api::GetMe};
    ///
    /// let mut request = GetMe.encode().unwrap().into_http(&"https://acme.example".parse().unwrap()).unwrap();
    /// request.headers_mut().insert("x-api-key", "ql_1".parse().unwrap());
    /// assert_eq!(
    ///     RequestSnapshot::of_http(&request).as_str(),
    ///     "GET /api/me\naccept: application/json\nx-api-key: ***\n"
    /// );
    /// ```
    #[must_use]
    pub fn of_http(request: &http::Request<Bytes>) -> Self {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let none = SecretFields::default();
        let secrets = request.extensions().get::<SecretFields>().unwrap_or(&none);
        Self::write(request.method(), target, request.headers(), request.body(), secrets)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn write(method: &Method, target: &str, headers: &HeaderMap, body: &[u8], secrets: &SecretFields) -> Self {
        let mut text = format!("{method} {}\n", masked_target(target, secrets));
        let mut lines: Vec<_> = headers.iter().map(|(name, value)| header_line(name.as_str(), value)).collect();
        lines.sort();
        text.extend(lines);
        if !body.is_empty() {
            text.push('\n');
            text.push_str(&body_text(headers, body, secrets));
            text.push('\n');
        }
        Self(text)
    }
}

/// The target with its secret parameters masked, and everything else as it is.
fn masked_target(target: &str, secrets: &SecretFields) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let masked = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if secrets.query.contains(&name) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    });
    format!("{path}?{}", masked.collect::<Vec<_>>().join("&"))
}

fn header_line(name: &str, value: &http::HeaderValue) -> String {
    let known = [AUTHORIZATION, COOKIE, SET_COOKIE, PROXY_AUTHORIZATION, API_KEY];
    let secret = value.is_sensitive() || known.iter().any(|secret| secret == name);
    let shown = if secret { MASK.into() } else { String::from_utf8_lossy(value.as_bytes()) };
    format!("{name}: {shown}\n")
}

fn body_text(headers: &HeaderMap, body: &[u8], secrets: &SecretFields) -> String {
    if let Ok(mut json) = serde_json::from_slice(body) {
        mask(&mut json, secrets);
        return format!("{json:#}");
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        return form_text(body, secrets);
    }
    match std::str::from_utf8(body) {
        _ if !secrets.body.is_empty() => MASK.to_owned(),
        Ok(text) => text.to_owned(),
        Err(_) => format!("{} bytes", body.len()),
    }
}

/// One line for each field of a form, decoded.
fn form_text(body: &[u8], secrets: &SecretFields) -> String {
    let line = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
        let shown = if secrets.body.contains(&name.as_ref()) { MASK } else { &value };
        format!("{name} = {shown}")
    };
    form_urlencoded::parse(body).map(line).collect::<Vec<_>>().join("\n")
}

fn mask(json: &mut Value, secrets: &SecretFields) {
    for name in &secrets.body {
        if let Some(secret) = json.get_mut(name).filter(|value| !value.is_null()) {
            *secret = MASK.into();
        }
    }
}

impl From<&Request> for RequestSnapshot {
    fn from(request: &Request) -> Self {
        Self::write(request.method(), request.target(), request.headers(), request.body(), &request.secrets)
    }
}

impl fmt::Display for RequestSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The same text as `Display`, so that a failed `assert_eq!` can be read.
impl fmt::Debug for RequestSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_masked_even_when_nobody_marked_them() {
        let request = http::Request::builder()
            .uri("https://acme.example/api/me?x=1")
            .header("x-api-key", "ql_1")
            .header("cookie", "qlt_0=ql_1")
            .header("authorization", "Bearer ql_1")
            .body(Bytes::new())
            .unwrap();
        let text = RequestSnapshot::of_http(&request).to_string();
        assert_eq!(text, "GET /api/me?x=1\nauthorization: ***\ncookie: ***\nx-api-key: ***\n");
    }

    #[test]
    fn a_body_that_should_hold_a_secret_and_is_not_json_is_masked_whole() {
        let secrets = SecretFields { body: vec!["password"], query: Vec::new() };
        let plain = HeaderMap::new();
        assert_eq!(body_text(&plain, b"password: hunter2", &secrets), MASK);
        assert_eq!(body_text(&plain, b"a=1", &SecretFields::default()), "a=1");
        assert_eq!(body_text(&plain, &[0xff], &SecretFields::default()), "1 bytes");
    }

    #[test]
    fn the_fields_of_a_form_are_lines() {
        let form = HeaderMap::from_iter([(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap())]);
        let secrets = SecretFields { body: vec!["password"], query: Vec::new() };
        assert_eq!(body_text(&form, b"name=a+b&password=hunter2", &secrets), "name = a b\npassword = ***");
    }
}
