//! Requests and responses as stable text, for snapshot tests and for messages.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};

use crate::body::Upload;
use crate::endpoint::Endpoint;
use crate::multipart::{Boundary, Multipart};
use crate::request::{EncodeError, MULTIPART, Request};
use crate::secret::Secrets;

mod json;
mod response;
mod text;

pub use self::response::ResponseSnapshot;
use self::text::{body_text, header_line, masked_target};

/// The text of a request: method and target, headers in the order of their names, the body pretty-printed. A form of
/// several parts is shown part by part, without its boundary; a stream by its length.
///
/// Secrets are masked: the values of their fields, and every text in the query, the headers and the body that is or
/// contains a secret. The path is not searched: a `SecretString` cannot be a path value.
///
/// The text depends on the request only, not on the server, the clock, chance or the features of `serde_json`. So it
/// fits any snapshot library: `insta`, `expect-test`, `assert_eq!`. Members of JSON objects are sorted by name.
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
    /// When a value cannot be written to a request.
    pub fn of<E: Endpoint + ?Sized>(endpoint: &E) -> Result<Self, EncodeError> {
        endpoint.encode().map(|request| Self::from(&request))
    }

    /// The text of a request as a transport sees it: with its masked credential, and without the server.
    ///
    /// The secrets of the endpoint are known as long as the request keeps its extensions. In a request that was
    /// received over the network, only credentials are known.
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
        let none = Secrets::default();
        let secrets = request.extensions().get::<Secrets>().unwrap_or(&none);
        let boundary = request.headers().get(CONTENT_TYPE).and_then(Boundary::of_content_type);
        let form = boundary.and_then(|boundary| Multipart::read(request.body(), &boundary).ok());
        let body = form.as_ref().map_or(Content::Bytes(request.body()), Content::Form);
        Self::write(request.method(), target, request.headers(), body, secrets)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn write(
        method: &dyn fmt::Display,
        target: &str,
        headers: &HeaderMap,
        body: Content<'_>,
        secrets: &Secrets,
    ) -> Self {
        let mut text = format!("{method} {}\n", masked_target(target, secrets));
        let is_form = matches!(body, Content::Form(_));
        let line = |(name, value): (&HeaderName, &HeaderValue)| match name {
            // The boundary is drawn by chance.
            &CONTENT_TYPE if is_form => header_line(name.as_str(), &MULTIPART, secrets),
            name => header_line(name.as_str(), value, secrets),
        };
        let mut lines: Vec<_> = headers.iter().map(line).collect();
        lines.sort();
        text.extend(lines);
        match body {
            Content::Bytes([]) => {}
            Content::Bytes(body) => text.extend(["\n", &body_text(headers, body, secrets), "\n"]),
            Content::Form(form) => text.extend(["\n", &form.snapshot(secrets)]),
            Content::Stream(content) => text.extend(["\n", &content.to_string(), "\n"]),
        }
        Self(text)
    }
}

/// The body of a request, as it is shown.
#[derive(Clone, Copy)]
enum Content<'r> {
    Bytes(&'r [u8]),
    Form(&'r Multipart),
    /// Read when it is sent.
    Stream(&'r Upload),
}

impl From<&Request> for RequestSnapshot {
    fn from(request: &Request) -> Self {
        let body = match (request.multipart(), request.content.as_bytes()) {
            (Some(form), _) => Content::Form(form),
            (None, Some(bytes)) => Content::Bytes(bytes),
            (None, None) => Content::Stream(&request.content),
        };
        Self::write(request.method(), request.target(), &request.headers(), body, &request.secrets)
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
    fn credentials_are_masked_without_being_marked() {
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
}
