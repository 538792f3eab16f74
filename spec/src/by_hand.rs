//! Requests that are written without the macros, for an [`Endpoint`](crate::Endpoint) that is implemented by hand.

use std::fmt::Display;

use bytes::Bytes;
use form_urlencoded::byte_serialize;
use http::header::{HeaderName, HeaderValue};

use crate::body::Upload;
use crate::endpoint_info::EndpointInfo;
use crate::request::{EncodeError, Place, Request};
use crate::secret::Secrets;
use crate::value::{PathValue, by, write_display};

impl Request {
    /// Begins a request: the method of the endpoint, and its path with values in the placeholders. `accept` names the media
    /// types that the endpoint declares.
    ///
    /// ```
    /// use http::HeaderValue;
    /// use qelos_spec::api::WorkspacesGet;
    /// use qelos_spec::{EndpointInfo, Request};
    ///
    /// let request = Request::new(EndpointInfo::of::<WorkspacesGet>(), &[("workspace_id", &"a b")])?
    ///     .with_query("lang", &"en&fr")
    ///     .with_header(http::header::IF_NONE_MATCH, HeaderValue::from_static("\"7\""));
    /// assert_eq!(request.target(), "/api/workspaces/a%20b?lang=en%26fr");
    /// # Ok::<(), qelos_spec::EncodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a placeholder has no value, or a value would lead to another path: it is empty, or `..`.
    pub fn new(endpoint: &'static EndpointInfo, values: &[(&'static str, &dyn Display)]) -> Result<Self, EncodeError> {
        let filled = match endpoint.path.placeholders().next() {
            Some(name) if values.is_empty() => Err((name, "no value was given for it".to_owned())),
            _ => {
                let texts: Vec<_> = values.iter().map(|(_, value)| by(|texts| write_display(*value, texts))).collect();
                let names = values.iter().map(|(name, _)| *name);
                let values: Vec<_> = names.zip(texts.iter().map(|text| text as &dyn PathValue)).collect();
                endpoint.path.fill(&values)
            }
        };
        let target = filled.map_err(|(name, reason)| EncodeError {
            endpoint: endpoint.name,
            place: Place::Path(name),
            reason,
        })?;
        let (content, secrets) = (Bytes::new().into(), Secrets::default());
        Ok(Self { endpoint, target, content_type: None, fields: Vec::new(), content, form: None, secrets })
    }

    /// Adds a parameter to the query.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: &dyn Display) -> Self {
        let target = self.target.to_mut();
        target.push(if target.contains('?') { '&' } else { '?' });
        target.extend(byte_serialize(name.as_bytes()));
        target.push('=');
        target.extend(byte_serialize(value.to_string().as_bytes()));
        self
    }

    /// Adds a header. One that is marked as sensitive is masked wherever the request is shown or a server repeats it, and makes
    /// it a request with secrets. The headers of the credential and of the connection are set by the client, and `accept` by the constant
    /// [`Endpoint::ACCEPT`](crate::Endpoint::ACCEPT).
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Some(secret) = value.to_str().ok().filter(|_| value.is_sensitive()) {
            self.secrets.known().values.push(secret.into());
        }
        self.fields.push((name, value));
        self
    }

    /// Takes a header out, to add it with another value.
    ///
    /// ```
    /// use http::HeaderValue;
    /// use http::header::IF_NONE_MATCH;
    /// use qelos_spec::{Endpoint, api::GetMe};
    ///
    /// let etag = |text| HeaderValue::from_static(text);
    /// let request = GetMe.encode()?.with_header(IF_NONE_MATCH, etag("\"7\""));
    /// let request = request.without_header(&IF_NONE_MATCH).with_header(IF_NONE_MATCH, etag("\"8\""));
    /// assert_eq!(request.headers().get_all(IF_NONE_MATCH).iter().collect::<Vec<_>>(), ["\"8\""]);
    /// # Ok::<(), qelos_spec::EncodeError>(())
    /// ```
    #[must_use]
    pub fn without_header(mut self, name: &HeaderName) -> Self {
        self.fields.retain(|(other, _)| other != name);
        self
    }

    /// Sets the body: bytes, or a stream that is opened for each attempt.
    #[must_use]
    pub fn with_body(mut self, content_type: HeaderValue, body: impl Into<Upload>) -> Self {
        (self.content_type, self.content, self.form) = (Some(content_type), body.into(), None);
        self
    }
}

impl EncodeError {
    /// An error of an [`Endpoint`](crate::Endpoint) whose `encode` is written by hand. The reason must not repeat secrets.
    ///
    /// ```
    /// use qelos_spec::EncodeError;
    ///
    /// let error = EncodeError::new("ImportInvoices", "it has no lines");
    /// assert_eq!(error.to_string(), "the request of `ImportInvoices` cannot be written: it has no lines");
    /// ```
    #[must_use]
    pub fn new(endpoint: &'static str, reason: impl Into<String>) -> Self {
        Self { endpoint, place: Place::Request, reason: reason.into() }
    }
}
