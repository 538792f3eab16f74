//! Requests as data, and their errors.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

use bytes::Bytes;
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};

use crate::base_url::BaseUrl;
use crate::body::{Body, Upload};
use crate::endpoint_info::EndpointInfo;
use crate::method::Method;
use crate::multipart::{Boundary, Multipart};
use crate::one_line::OneLine;
use crate::secret::Secrets;

/// The longest line of an error, in characters.
const LONGEST_LINE: usize = 1000;
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// The type of a form whose boundary was not drawn yet.
pub(crate) const MULTIPART: HeaderValue = HeaderValue::from_static("multipart/form-data");
/// The room for headers: `accept`, `content-type`, those of the endpoint, the credential, and those of HTTP itself. A
/// `HeaderMap` of this capacity holds two more.
const ROOM_FOR_HEADERS: usize = 4;

/// A request without a server and without a credential. [`Endpoint::encode`](crate::Endpoint::encode) builds it.
///
/// Its `Debug` shows no values of headers or of the body.
///
/// ```
/// use qelos_spec::{BaseUrl, Endpoint, api::GetMe};
///
/// let request = GetMe.encode()?;
/// assert_eq!((request.method().as_str(), request.target()), ("GET", "/api/me"));
/// assert!(request.body().is_empty() && !request.holds_secrets());
///
/// let base: BaseUrl = "https://acme.example".parse()?;
/// assert_eq!(request.into_http(&base)?.uri(), "https://acme.example/api/me");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Request {
    pub(crate) endpoint: &'static EndpointInfo,
    pub(crate) target: Cow<'static, str>,
    pub(crate) content_type: Option<HeaderValue>,
    /// The headers that the endpoint declares.
    pub(crate) fields: Vec<(HeaderName, HeaderValue)>,
    pub(crate) content: Upload,
    /// The form that is the body, in place of the content.
    pub(crate) form: Option<Form>,
    pub(crate) secrets: Secrets,
}

/// The form of several parts of a request, and the text between its parts once it is drawn.
#[derive(Clone, Default)]
pub(crate) struct Form {
    pub(crate) parts: Multipart,
    boundary: Option<Boundary>,
}

impl Request {
    /// The endpoint of the request.
    #[must_use]
    pub fn endpoint(&self) -> &'static EndpointInfo {
        self.endpoint
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &'static Method {
        &self.endpoint.method
    }

    /// Path and query: `/api/invoices/7?currency=EUR`.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The whole URL on one server, for a browser.
    #[must_use]
    pub fn url(&self, base: &BaseUrl) -> String {
        format!("{base}{}", self.target)
    }

    /// The headers; a credential is not among them.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(ROOM_FOR_HEADERS + self.fields.len());
        headers.insert(ACCEPT, self.endpoint.accept_header());
        let of_form = |form: &Form| form.boundary.as_ref().map_or(MULTIPART, Boundary::content_type);
        if let Some(content_type) = self.form.as_ref().map(of_form).or_else(|| self.content_type.clone()) {
            headers.insert(CONTENT_TYPE, content_type);
        }
        for (name, value) in &self.fields {
            headers.append(name.clone(), value.clone());
        }
        headers
    }

    /// The body; empty if the request has none, or if it is a stream or a form of several parts: see
    /// [`content`](Self::content) and [`multipart`](Self::multipart).
    #[must_use]
    pub fn body(&self) -> &Bytes {
        static EMPTY: Bytes = Bytes::new();
        self.content.as_bytes().unwrap_or(&EMPTY)
    }

    /// The body as content that may be a stream; empty if it is a form of several parts.
    #[must_use]
    pub fn content(&self) -> &Upload {
        &self.content
    }

    /// The form of several parts that is the body, if it is one.
    #[must_use]
    pub fn multipart(&self) -> Option<&Multipart> {
        self.form.as_ref().map(|form| &form.parts)
    }

    /// Sets the text between the parts of a form, which has to be drawn anew for each request that is sent: see
    /// [`Boundary`]. A client of `qelos-client` does so. A request without such a form stays as it is.
    ///
    /// ```
    /// use qelos_spec::auth::SignedIn;
    /// use qelos_spec::multipart::{Boundary, File};
    /// use qelos_spec::{BaseUrl, Endpoint};
    ///
    /// #[derive(Endpoint)]
    /// #[endpoint(PUT, "/api/me/picture", auth = SignedIn)]
    /// struct SetPicture {
    ///     #[endpoint(part)]
    ///     picture: File,
    /// }
    ///
    /// let request = SetPicture { picture: File::new("me.png", vec![0; 100]) }.encode()?;
    /// let base: BaseUrl = "https://acme.example".parse()?;
    /// assert!(request.clone().into_http(&base).is_err(), "its boundary is missing");
    ///
    /// let random = [7; 16]; // 16 random bytes
    /// let request = request.with_boundary(Boundary::from_random(random)).into_http(&base)?;
    /// assert!(request.body().starts_with(b"--0707"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_boundary(mut self, boundary: Boundary) -> Self {
        if let Some(form) = &mut self.form {
            form.boundary = Some(boundary);
        }
        self
    }

    /// Whether the body, or a part of it, is a stream.
    #[must_use]
    pub fn sends_stream(&self) -> bool {
        let is_stream = |content: &Upload| content.as_bytes().is_none();
        match self.multipart() {
            Some(form) => form.parts().iter().any(|part| is_stream(part.content())),
            None => is_stream(&self.content),
        }
    }

    /// Whether the request can be sent more than once: its body is no stream that is read once.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.multipart().map_or_else(|| self.content.is_repeatable(), Multipart::is_repeatable)
    }

    /// Whether the request itself holds a secret, such as a password. It needs the same care as one with a credential.
    #[must_use]
    pub fn holds_secrets(&self) -> bool {
        !self.secrets.values().is_empty() || self.fields.iter().any(|(_, value)| value.is_sensitive())
    }

    /// The secrets of the request, to mask them in texts about it; a credential is not among them.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The request for one server, ready for any HTTP library.
    ///
    /// # Errors
    ///
    /// When the URL becomes longer than a URI may be, the body is a stream, or it is a form without a
    /// [boundary](Self::with_boundary).
    pub fn into_http(self, base: &BaseUrl) -> Result<http::Request<Bytes>, EncodeError> {
        let (endpoint, streamed) = (self.endpoint, self.into_streamed(base)?);
        let (head, body) = streamed.into_parts();
        let body = body.try_into_bytes().map_err(|_| EncodeError {
            endpoint: endpoint.name,
            place: Place::Content,
            reason: "it is a stream: take `into_streamed`".to_owned(),
        })?;
        Ok(http::Request::from_parts(head, body))
    }

    /// The request for one server, with a body that may be a stream.
    ///
    /// # Errors
    ///
    /// When the URL becomes longer than a URI may be, the body can be sent only once, and was sent before, or it is a form
    /// without a [boundary](Self::with_boundary).
    pub fn into_streamed(self, base: &BaseUrl) -> Result<http::Request<Body>, EncodeError> {
        let (endpoint, headers) = (self.endpoint, self.headers());
        let failed = |place, reason| EncodeError { endpoint: endpoint.name, place, reason };
        let uri = base.uri_of(self.target).map_err(|reason| failed(Place::Target, reason))?;
        let body = match &self.form {
            Some(Form { parts, boundary: Some(boundary) }) => parts.open(boundary),
            Some(_) => {
                let reason = "it is a form whose boundary is missing: set one with `with_boundary`".to_owned();
                return Err(failed(Place::Content, reason));
            }
            None => self.content.open(),
        };
        let body = body.map_err(|error| failed(Place::Content, error.to_string()))?;
        let mut request = http::Request::new(body);
        *request.method_mut() = endpoint.method.to_http();
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        if !self.secrets.is_empty() {
            request.extensions_mut().insert(self.secrets);
        }
        Ok(request)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.headers();
        let headers: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        let body = match self.multipart() {
            Some(form) => format!("<{} parts>", form.parts().len()),
            None => self.content.to_string(),
        };
        f.debug_struct("Request")
            .field("endpoint", &self.endpoint.name)
            .field("method", &self.endpoint.method)
            .field("path", &self.endpoint.path)
            .field("headers", &headers)
            .field("body", &format_args!("{body}"))
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Target,
    Path(&'static str),
    Query(&'static str),
    Header(&'static str),
    Cookie(&'static str),
    Body(&'static str),
    Content,
    Request,
    Response,
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target => f.write_str("the URL"),
            Self::Path(name) => write!(f, "the path value `{name}`"),
            Self::Query(name) => write!(f, "the query parameter `{name}`"),
            Self::Header(name) => write!(f, "the header `{name}`"),
            Self::Cookie(name) => write!(f, "the cookie `{name}`"),
            Self::Body(name) => write!(f, "`{name}` in the body"),
            Self::Content => f.write_str("the body"),
            Self::Request => f.write_str("the request"),
            Self::Response => f.write_str("the response"),
        }
    }
}

/// A value could not be written to a request or a response. Nothing was sent. Its `Display` is one line of at most
/// 1,000 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError {
    pub(crate) endpoint: &'static str,
    pub(crate) place: Place,
    pub(crate) reason: String,
}

impl Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, place, reason } = self;
        write!(OneLine::new(f, LONGEST_LINE), "{place} of `{endpoint}` cannot be written: {reason}")
    }
}

impl std::error::Error for EncodeError {}

/// A request could not be read: it belongs to another endpoint, or a value is missing or malformed. Its `Display` is
/// one line of at most 1,000 characters. It repeats no values of queries, headers and bodies.
///
/// ```
/// use qelos_spec::{DecodeRequest, api::GetMe};
///
/// let request = http::Request::get("/api/workspaces").body(Default::default())?;
/// let error = GetMe::decode_request(&request).unwrap_err();
/// assert!(error.is_other_endpoint());
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError(pub(crate) RequestErrorKind);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RequestErrorKind {
    OtherEndpoint,
    Malformed { endpoint: &'static str, place: Place, reason: String },
}

impl RequestError {
    /// Whether method or path belong to another endpoint. A server can then try the next one.
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
                write!(OneLine::new(f, LONGEST_LINE), "{place} of `{endpoint}` cannot be read: {reason}")
            }
        }
    }
}

impl std::error::Error for RequestError {}
