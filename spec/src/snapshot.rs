//! Requests as stable text, for snapshot tests and for messages.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue, PROXY_AUTHORIZATION, SET_COOKIE};

use crate::auth::API_KEY;
use crate::body::Upload;
use crate::endpoint::Endpoint;
use crate::multipart::{Boundary, Multipart};
use crate::request::{EncodeError, MULTIPART, Request};
use crate::secret::{MASK, Secrets};

mod json;

use json::Json;

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

/// The target, with the secrets in its query masked, and unchanged apart from that.
fn masked_target(target: &str, secrets: &Secrets) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let in_names = secrets.in_names(form_urlencoded::parse(query.as_bytes()).map(|(_, value)| value));
    let masked = query.split('&').map(|pair| {
        // Decoded, as the server compares them.
        let Some((name, value)) = form_urlencoded::parse(pair.as_bytes()).next() else { return pair.to_owned() };
        let written = pair.split_once('=').map_or(pair, |(name, _)| name);
        match masked_pair(&name, &value, secrets.query(), secrets) {
            _ if in_names.contains(&&*name) => format!("{MASK}={MASK}"),
            masked if masked == value => pair.to_owned(),
            _ => format!("{written}={MASK}"),
        }
    });
    format!("{path}?{}", masked.collect::<Vec<_>>().join("&"))
}

/// The value of a parameter or a field, with the secrets masked.
fn masked_pair<'v>(name: &str, value: &'v str, secret_names: &[&'static str], secrets: &Secrets) -> Cow<'v, str> {
    if secret_names.contains(&name) { MASK.into() } else { secrets.mask(value) }
}

fn header_line(name: &str, value: &HeaderValue, secrets: &Secrets) -> String {
    let known = [AUTHORIZATION, COOKIE, SET_COOKIE, PROXY_AUTHORIZATION, API_KEY];
    let secret = value.is_sensitive() || known.iter().any(|secret| secret == name);
    let text = String::from_utf8_lossy(value.as_bytes());
    let shown = if secret { MASK.into() } else { secrets.mask(&text) };
    format!("{name}: {shown}\n")
}

fn body_text(headers: &HeaderMap, body: &[u8], secrets: &Secrets) -> String {
    let text = std::str::from_utf8(body);
    if let Some(mut json) = text.ok().and_then(Json::parse) {
        mask(&mut json, secrets);
        return json.pretty();
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        return form_text(body, secrets);
    }
    match text {
        _ if !secrets.body().is_empty() => MASK.to_owned(),
        Ok(text) => secrets.mask(text).into_owned(),
        Err(_) => format!("{} bytes", body.len()),
    }
}

/// One line for each field of a form, decoded.
fn form_text(body: &[u8], secrets: &Secrets) -> String {
    let in_names = secrets.in_names(form_urlencoded::parse(body).map(|(_, value)| value));
    let line = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
        let shown = if in_names.contains(&&*name) { MASK } else { &name };
        format!("{shown} = {}", masked_pair(&name, &value, secrets.body(), secrets))
    };
    form_urlencoded::parse(body).map(line).collect::<Vec<_>>().join("\n")
}

fn mask(json: &mut Json<'_>, secrets: &Secrets) {
    let in_names: Vec<_> = secrets.in_names(json.texts().into_iter().map(Cow::Borrowed));
    if let Json::Object(members) = json {
        let named = members.iter_mut().filter(|(name, _)| secrets.body().contains(&name.as_str()));
        for (_, value) in named.filter(|(_, value)| !matches!(value, Json::Literal("null"))) {
            *value = Json::Text(MASK.to_owned());
        }
    }
    let mask_text = |text: &mut String| *text = secrets.mask(text).into_owned();
    let mask_name = |name: &mut String| {
        if in_names.contains(&name.as_str()) {
            MASK.clone_into(name);
        }
    };
    json.change(&mask_text, &mask_name);
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

    fn secrets(names: &[&'static str], values: &[&str]) -> Secrets {
        let values = values.iter().map(|value| (*value).into()).collect();
        {
            let mut secrets = Secrets::default();
            let known = secrets.known();
            (known.body, known.query, known.values) = (names.to_vec(), names.to_vec(), values);
            secrets
        }
    }

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

    #[test]
    fn a_body_with_a_secret_is_masked_whole_if_it_is_not_json() {
        let plain = HeaderMap::new();
        assert_eq!(body_text(&plain, b"password: hunter2", &secrets(&["password"], &[])), MASK);
        assert_eq!(body_text(&plain, b"a=1", &Secrets::default()), "a=1");
        assert_eq!(body_text(&plain, &[0xff], &Secrets::default()), "1 bytes");
    }

    #[test]
    fn the_fields_of_a_form_are_lines() {
        let form = HeaderMap::from_iter([(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap())]);
        let password = secrets(&["password"], &[]);
        assert_eq!(body_text(&form, b"name=a+b&password=hunter2", &password), "name = a b\npassword = ***");
        let value = secrets(&[], &["hunter 2", "key"]);
        assert_eq!(body_text(&form, b"name=a&b=hunter%202&key=b", &value), "name = a\nb = ***\n*** = b");
    }

    #[test]
    fn parameters_are_masked_by_their_decoded_names_and_values() {
        let named = secrets(&["auth[token]", "my token", "schlüssel"], &[]);
        let target = "/a?auth%5Btoken%5D=x&my+token=x&my%20token=x&schl%C3%BCssel=x&&token=x&flag";
        let masked = "/a?auth%5Btoken%5D=***&my+token=***&my%20token=***&schl%C3%BCssel=***&&token=x&flag";
        assert_eq!(masked_target(target, &named), masked);
        let value = secrets(&[], &["a b"]);
        assert_eq!(masked_target("/a%20b?x=a+b&y=a%20b&z=a", &value), "/a%20b?x=***&y=***&z=a");
        assert_eq!(masked_target("/?a+b=1&c=2", &value), "/?***=***&c=2");
    }

    #[test]
    fn json_is_masked_by_names_and_by_values_at_any_depth() {
        let none = HeaderMap::new();
        let secrets = secrets(&["pin"], &["hunter2", "key-of-a-map"]);
        let body = br#"{"pin":1,"a":[{"b":"hunter2"}],"key-of-a-map":"in: hunter2","c":{"pin":2}}"#;
        let shown = body_text(&none, body, &secrets).replace(['\n', ' '], "");
        assert_eq!(shown, r#"{"a":[{"b":"***"}],"c":{"pin":2},"***":"in:***","pin":"***"}"#);
        assert_eq!(body_text(&none, br#""hunter2""#, &secrets), r#""***""#);
    }

    #[test]
    fn a_password_that_is_the_name_of_its_field_leaves_the_name() {
        let password = secrets(&["password"], &["password"]);
        let shown = body_text(&HeaderMap::new(), br#"{"password":"password"}"#, &password);
        assert_eq!(shown, "{\n  \"password\": \"***\"\n}");
        assert_eq!(masked_target("/?password=password", &password), "/?password=***");
    }

    #[test]
    fn a_header_that_repeats_a_secret_is_masked() {
        let header = "key hunter2".parse().unwrap();
        assert_eq!(header_line("x-more", &header, &secrets(&[], &["hunter2"])), "x-more: key ***\n");
    }
}
