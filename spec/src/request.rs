//! Requests as data, and the writer that generated code builds them with.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::str::FromStr;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use serde::Serialize;

use crate::auth::WithoutCredential;
use crate::base_url::BaseUrl;
use crate::endpoint::EndpointInfo;
use crate::secret::{ExposeSecret, SecretString, SecretText};
use crate::text::to_texts;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A request without a server and without a credential: what [`Endpoint::encode`](crate::Endpoint::encode) builds.
///
/// Its `Debug` shows neither headers' nor bodies' values.
#[derive(Clone)]
pub struct Request {
    endpoint: EndpointInfo,
    target: String,
    headers: HeaderMap,
    body: Bytes,
    secrets: SecretFields,
}

/// The names of the body fields that hold secrets; travels with a request so that nothing on the way prints them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SecretFields(pub(crate) Vec<&'static str>);

impl Request {
    /// The endpoint this is a request of.
    #[must_use]
    pub fn endpoint(&self) -> &EndpointInfo {
        &self.endpoint
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.endpoint.method
    }

    /// Path and query: `/api/invoices/7?currency=EUR`.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The headers; a credential is not among them.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body; empty when there is none.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Whether the request itself holds a secret, such as a password: it wants the same care as one with a credential.
    #[must_use]
    pub fn holds_secrets(&self) -> bool {
        !self.secrets.0.is_empty() || self.headers.values().any(HeaderValue::is_sensitive)
    }

    pub(crate) fn secrets(&self) -> &SecretFields {
        &self.secrets
    }

    /// The request for one server, ready for any HTTP library.
    ///
    /// # Errors
    ///
    /// When the URL becomes longer than a URI may be.
    pub fn into_http(self, base: &BaseUrl) -> Result<http::Request<Bytes>, EncodeError> {
        let uri = format!("{base}{}", self.target);
        let name = self.endpoint.name;
        let mut request = http::Request::builder()
            .method(self.endpoint.method.clone())
            .uri(uri)
            .body(self.body)
            .map_err(|error| EncodeError { endpoint: name, place: Place::Target, reason: error.to_string() })?;
        *request.headers_mut() = self.headers;
        request.extensions_mut().insert(self.endpoint);
        request.extensions_mut().insert(self.secrets);
        Ok(request)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.keys().map(HeaderName::as_str).collect();
        f.debug_struct("Request")
            .field("endpoint", &self.endpoint.name)
            .field("method", &self.endpoint.method)
            .field("path", &self.endpoint.path)
            .field("headers", &headers)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A value that can be one segment of a path: anything with a `Display`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a path value",
    label = "a path value is one piece of text: it implements `Display`",
    note = "a path value is never optional or repeated: declare one endpoint for each path, or move the field to the query"
)]
pub trait PathValue: Display {}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> PathValue for T {}

/// A value that can be read back out of a path: anything with a `FromStr`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a path",
    label = "implement `FromStr` for it",
    note = "`DecodeRequest` reads path values with `FromStr`, the inverse of the `Display` that wrote them"
)]
pub trait FromPathValue: Sized {
    /// Reads the percent-decoded text.
    ///
    /// # Errors
    ///
    /// Why the text is not such a value.
    fn from_path_value(text: &str) -> Result<Self, String>;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr<Err: Display>> FromPathValue for T {
    fn from_path_value(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error: T::Err| error.to_string())
    }
}

/// A value that can be written into a path and read back out of it.
pub trait PathText: PathValue + FromPathValue {}

impl<T: PathValue + FromPathValue> PathText for T {}

/// Takes only what can be a path value; the type parameter is where the compiler points.
pub fn path_value<V: PathValue>(value: &V) -> &dyn Display {
    value
}

/// A value that can be a header: text, nothing (`Option`), or several texts (`Vec`).
///
/// `K` only keeps the three apart; it is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a header value",
    label = "a header value is text: it implements `Display`",
    note = "`Option<T>` is a header that may be absent, `Vec<T>` one that is repeated, where `T` implements `Display`"
)]
pub trait HeaderText<K> {
    /// Hands out each text.
    fn header_texts(&self, out: &mut dyn FnMut(String));
}

/// One text; see [`HeaderText`].
#[derive(Debug)]
pub struct One;
/// None or one; see [`HeaderText`].
#[derive(Debug)]
pub struct Maybe;
/// Any number; see [`HeaderText`].
#[derive(Debug)]
pub struct Many;

#[diagnostic::do_not_recommend]
impl<T: Display> HeaderText<One> for T {
    fn header_texts(&self, out: &mut dyn FnMut(String)) {
        out(self.to_string());
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display> HeaderText<Maybe> for Option<T> {
    fn header_texts(&self, out: &mut dyn FnMut(String)) {
        if let Some(value) = self {
            out(value.to_string());
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display> HeaderText<Many> for Vec<T> {
    fn header_texts(&self, out: &mut dyn FnMut(String)) {
        for value in self {
            out(value.to_string());
        }
    }
}

/// A value that can be read back out of a header; the inverse of [`HeaderText`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a header",
    label = "implement `FromStr` for it",
    note = "`DecodeRequest` reads headers with `FromStr`, the inverse of the `Display` that wrote them"
)]
pub trait FromHeaderText<K>: Sized {
    /// Reads the values of one header.
    ///
    /// # Errors
    ///
    /// Why they are not such a value.
    fn from_header_texts(texts: &[Cow<'_, str>]) -> Result<Self, String>;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr<Err: Display>> FromHeaderText<One> for T {
    fn from_header_texts(texts: &[Cow<'_, str>]) -> Result<Self, String> {
        Option::<T>::from_header_texts(texts)?.ok_or_else(|| "it is missing".to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromStr<Err: Display>> FromHeaderText<Maybe> for Option<T> {
    fn from_header_texts(texts: &[Cow<'_, str>]) -> Result<Self, String> {
        match texts {
            [] => Ok(None),
            [text] => text.parse().map(Some).map_err(|error: T::Err| error.to_string()),
            _ => Err(format!("it is given {} times", texts.len())),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromStr<Err: Display>> FromHeaderText<Many> for Vec<T> {
    fn from_header_texts(texts: &[Cow<'_, str>]) -> Result<Self, String> {
        texts.iter().map(|text| text.parse().map_err(|error: T::Err| error.to_string())).collect()
    }
}

/// Builds a [`Request`]: one call for each field of the endpoint.
///
/// Generated code is the caller, so the names of fields and the order of calls are right by construction.
#[derive(Debug)]
pub struct RequestWriter {
    request: Request,
    body: Vec<u8>,
    query: String,
}

impl RequestWriter {
    /// Starts with the path, values in place.
    ///
    /// # Errors
    ///
    /// When a value cannot be a segment.
    pub fn new(endpoint: EndpointInfo, values: &[(&'static str, &dyn Display)]) -> Result<Self, EncodeError> {
        let target = endpoint.path.fill(values).map_err(|(name, reason)| EncodeError {
            endpoint: endpoint.name,
            place: Place::Path(name),
            reason,
        })?;
        let headers = HeaderMap::from_iter([(ACCEPT, JSON)]);
        let request = Request { endpoint, target, headers, body: Bytes::new(), secrets: SecretFields::default() };
        Ok(Self { request, body: Vec::new(), query: String::new() })
    }

    /// A query parameter: absent, once, or repeated, as its value has texts.
    ///
    /// # Errors
    ///
    /// When the value has no text form.
    pub fn query<V: Serialize + ?Sized>(&mut self, name: &'static str, value: &V) -> Result<(), EncodeError> {
        let texts = to_texts(value).map_err(|reason| self.refuse(Place::Query(name), reason))?;
        let mut query = form_urlencoded::Serializer::for_suffix(&mut self.query, 0);
        query.extend_pairs(texts.iter().map(|text| (name, text)));
        Ok(())
    }

    /// A header: absent, once, or repeated, as its value has texts.
    ///
    /// # Errors
    ///
    /// When a text holds a character that no header may hold.
    pub fn header<V: HeaderText<K>, K>(&mut self, name: &'static str, value: &V) -> Result<(), EncodeError> {
        let mut texts = Vec::new();
        value.header_texts(&mut |text| texts.push(text));
        texts.iter().try_for_each(|text| self.push_header(name, text, false))
    }

    /// A header whose value is a secret.
    ///
    /// # Errors
    ///
    /// When the secret holds a character that no header may hold.
    pub fn secret_header<V: SecretText + ?Sized>(&mut self, name: &'static str, value: &V) -> Result<(), EncodeError> {
        value.reveal().map_or(Ok(()), |text| self.push_header(name, text, true))
    }

    /// `authorization: Bearer …`, for endpoints that take a token of their own.
    ///
    /// # Errors
    ///
    /// When the token is empty or holds a character that no header may hold.
    pub fn bearer<A: WithoutCredential>(
        &mut self,
        name: &'static str,
        token: &SecretString,
    ) -> Result<(), EncodeError> {
        if token.expose_secret().is_empty() {
            return Err(self.refuse(Place::Header(name), "it is empty".to_owned()));
        }
        self.push_header(AUTHORIZATION.as_str(), &format!("Bearer {}", token.expose_secret()), true)
    }

    /// Opens a JSON object as the body; the fields follow.
    pub fn open_json(&mut self) {
        self.body.push(b'{');
    }

    /// A field of the JSON object.
    ///
    /// # Errors
    ///
    /// When the value has no JSON form.
    pub fn json_field<V: Serialize + ?Sized>(&mut self, name: &'static str, value: &V) -> Result<(), EncodeError> {
        if self.body.len() > 1 {
            self.body.push(b',');
        }
        let mut write = || {
            serde_json::to_writer(&mut self.body, name)?;
            self.body.push(b':');
            serde_json::to_writer(&mut self.body, value)
        };
        write().map_err(|error| self.refuse(Place::Body(name), error.to_string()))
    }

    /// A field of the JSON object that is masked wherever the request is shown.
    ///
    /// # Errors
    ///
    /// When the value has no JSON form.
    pub fn json_secret<V: SecretText + ?Sized>(&mut self, name: &'static str, value: &V) -> Result<(), EncodeError> {
        self.request.secrets.0.push(name);
        self.json_field(name, &value.reveal())
    }

    /// One value as the whole JSON body.
    ///
    /// # Errors
    ///
    /// When the value has no JSON form.
    pub fn json_body<V: Serialize + ?Sized>(&mut self, name: &'static str, value: &V) -> Result<(), EncodeError> {
        serde_json::to_writer(&mut self.body, value)
            .map_err(|error| self.refuse(Place::Body(name), error.to_string()))?;
        self.request.headers.insert(CONTENT_TYPE, JSON);
        Ok(())
    }

    /// Closes the JSON object.
    pub fn close_json(&mut self) {
        self.body.push(b'}');
        self.request.headers.insert(CONTENT_TYPE, JSON);
    }

    /// The request.
    #[must_use]
    pub fn finish(mut self) -> Request {
        if !self.query.is_empty() {
            self.request.target.push('?');
            self.request.target.push_str(&self.query);
        }
        self.request.body = self.body.into();
        self.request
    }

    fn push_header(&mut self, name: &'static str, text: &str, secret: bool) -> Result<(), EncodeError> {
        let value = HeaderValue::from_str(text).map_err(|error| self.refuse(Place::Header(name), error.to_string()));
        let mut value = value?;
        value.set_sensitive(secret);
        self.request.headers.append(name, value);
        Ok(())
    }

    fn refuse(&self, place: Place, reason: String) -> EncodeError {
        EncodeError { endpoint: self.request.endpoint.name, place, reason }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Target,
    Path(&'static str),
    Query(&'static str),
    Header(&'static str),
    Body(&'static str),
    Response,
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target => f.write_str("the URL"),
            Self::Path(name) => write!(f, "the path value `{name}`"),
            Self::Query(name) => write!(f, "the query parameter `{name}`"),
            Self::Header(name) => write!(f, "the header `{name}`"),
            Self::Body(name) => write!(f, "`{name}` in the body"),
            Self::Response => f.write_str("the answer"),
        }
    }
}

/// A value has no place in a request. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError {
    pub(crate) endpoint: &'static str,
    pub(crate) place: Place,
    pub(crate) reason: String,
}

impl Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, place, reason } = self;
        write!(f, "{place} of `{endpoint}` cannot be written: {reason}")
    }
}

impl std::error::Error for EncodeError {}

/// A request is not one of the endpoint that tried to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError(pub(crate) RequestErrorKind);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RequestErrorKind {
    OtherEndpoint,
    Malformed { endpoint: &'static str, place: Place, reason: String },
}

impl RequestError {
    /// Whether method or path are those of another endpoint, so that the next one may try.
    #[must_use]
    pub fn is_other_endpoint(&self) -> bool {
        self.0 == RequestErrorKind::OtherEndpoint
    }
}

impl Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            RequestErrorKind::OtherEndpoint => f.write_str("method and path belong to another endpoint"),
            RequestErrorKind::Malformed { endpoint, place, reason } => {
                write!(f, "{place} of `{endpoint}` cannot be read: {reason}")
            }
        }
    }
}

impl std::error::Error for RequestError {}
