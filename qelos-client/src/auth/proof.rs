//! How a proof is written on a request: once for all requests, or for each attempt.

use std::borrow::Cow;
use std::fmt;
use std::mem;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Request, Uri};
use qelos_spec::auth::{CredentialHeader, remove_credentials};
use qelos_spec::secret::Secrets;
use qelos_spec::{Body, ExposeSecret, SecretString, Timestamp};

use crate::clock::Clock;
use crate::error::Error;

/// The proof of a credential, as it is written on a request.
///
/// | | |
/// |---|---|
/// | one header | [`Proof::from`] a [`CredentialHeader`], [`Proof::bearer`], [`Proof::basic`] |
/// | a parameter of the query | [`Proof::query`] |
/// | several of them | [`Proof::and`] |
/// | a signature of the request, or a proof that is good once | [`Proof::signed`] |
///
/// A clone is cheap: each request takes one. Its `Debug` shows no secret.
///
/// ```
/// use qelos_client::SecretString;
/// use qelos_client::auth::{CredentialHeader, Proof};
///
/// let bearer = Proof::bearer(&SecretString::from("t-1"))?;
/// let tenant = CredentialHeader::new("x-tenant".parse()?, "acme")?;
/// let both = bearer.and(tenant);
/// assert!(!format!("{both:?}").contains("t-1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Proof(Form);

#[derive(Clone)]
enum Form {
    Header(CredentialHeader),
    /// The header of HTTP Basic, and its password, which a server may repeat.
    Basic(Arc<(CredentialHeader, SecretString)>),
    Query(Cow<'static, str>, SecretString),
    Signed(Arc<Sign>),
    All(Arc<[Proof]>),
}

type Sign = dyn Fn(&mut Signing) -> Result<(), Error> + Send + Sync;

impl Proof {
    /// `authorization: Bearer <token>`.
    ///
    /// # Errors
    ///
    /// When the token has a character that a header cannot have.
    pub fn bearer(token: &SecretString) -> Result<Self, Error> {
        CredentialHeader::bearer(token.expose_secret())
            .map(Self::from)
            .map_err(|_| Error::config("the access token contains a character that headers do not allow"))
    }

    /// `authorization: Basic …` (RFC 7617), with user name and password in UTF-8.
    ///
    /// ```
    /// use qelos_client::SecretString;
    /// use qelos_client::auth::Proof;
    ///
    /// let proof = Proof::basic("ada", &SecretString::from("hunter2"))?;
    /// assert!(Proof::basic("a:b", &SecretString::from("hunter2")).is_err(), "the server would read `a` as the name");
    /// # let _ = proof;
    /// # Ok::<(), qelos_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the user name has a colon: servers end the name there.
    pub fn basic(username: &str, password: &SecretString) -> Result<Self, Error> {
        if username.contains(':') {
            return Err(Error::config("a user name for HTTP Basic has no colon: the server would end the name there"));
        }
        let pair = SecretString::from(format!("{username}:{}", password.expose_secret()));
        let encoded = SecretString::from(format!("Basic {}", STANDARD.encode(pair.expose_secret())));
        let header = CredentialHeader::new(AUTHORIZATION, encoded.expose_secret()).map_err(Error::config)?;
        Ok(Self(Form::Basic(Arc::new((header, password.clone())))))
    }

    /// A parameter of the query, behind those of the endpoint. Servers and proxies write queries to their logs: prefer
    /// a header where the server takes one.
    #[must_use]
    pub fn query(name: impl Into<Cow<'static, str>>, value: SecretString) -> Self {
        Self(Form::Query(name.into(), value))
    }

    /// A proof that the function writes for each attempt: a signature of the request, or a token that is good once.
    ///
    /// The function gets the request as it is sent, apart from other proofs that follow it in [`and`](Self::and). A
    /// retry calls it again. It runs in the task of the call, so it should not block.
    ///
    /// ```
    /// use hmac::{Hmac, KeyInit, Mac};
    /// use qelos_client::auth::Proof;
    /// use qelos_client::{Error, ExposeSecret, SecretString};
    /// use sha2::Sha256;
    ///
    /// /// Signs the time, the method, the target and the body with a key that the server knows.
    /// fn signature(key: SecretString) -> Proof {
    ///     Proof::signed(move |request| {
    ///         let time = request.now().unix_millis().to_string();
    ///         let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).map_err(Error::credential)?;
    ///         for part in [&time, request.method().as_str(), request.target()] {
    ///             mac.update(part.as_bytes());
    ///             mac.update(b"\n");
    ///         }
    ///         mac.update(request.body()?);
    ///         let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    ///         request.set_header("x-time", &time)?;
    ///         request.set_header("x-signature", &signature)
    ///     })
    /// }
    /// # let _ = signature("key".into());
    /// ```
    #[must_use]
    pub fn signed(sign: impl Fn(&mut Signing) -> Result<(), Error> + Send + Sync + 'static) -> Self {
        Self(Form::Signed(Arc::new(sign)))
    }

    /// This proof, and another one after it. A signature that covers the other proof comes last.
    #[must_use]
    pub fn and(self, other: impl Into<Self>) -> Self {
        let all = match &self.0 {
            Form::All(all) => all.iter().cloned().chain([other.into()]).collect(),
            _ => [self, other.into()].into(),
        };
        Self(Form::All(all))
    }

    /// Writes the proof on a request, in place of any other credential. Adds the secrets that it has written to `written`,
    /// apart from those of a single header.
    pub(crate) fn apply(
        &self,
        request: &mut Request<Body>,
        clock: &dyn Clock,
        written: &mut Vec<SecretString>,
    ) -> Result<(), Error> {
        if let Form::Header(header) = &self.0 {
            header.apply(request);
            return Ok(());
        }
        let (method, body) = (request.method().clone(), request.body().as_bytes().cloned());
        let (uri, headers) = (mem::take(request.uri_mut()), mem::take(request.headers_mut()));
        let mut signing = Signing { method, uri, headers, body, now: clock.now(), secrets: Vec::new() };
        remove_credentials(&mut signing.headers);
        self.write(&mut signing)?;
        (*request.uri_mut(), *request.headers_mut()) = (signing.uri, signing.headers);
        // A transport may show the request: a parameter of the query is masked only where its value is known as a secret.
        let known = request.extensions().get::<Secrets>().cloned().unwrap_or_default();
        request.extensions_mut().insert(known.with_values(signing.secrets.iter().cloned()));
        written.extend(signing.secrets);
        Ok(())
    }

    fn write(&self, request: &mut Signing) -> Result<(), Error> {
        match &self.0 {
            Form::Header(header) => request.insert(header),
            Form::Basic(basic) => {
                let (header, password) = &**basic;
                request.insert(header);
                request.secrets.push(password.clone());
            }
            Form::Query(name, value) => request.add_query(name, value)?,
            Form::Signed(sign) => sign(request)?,
            Form::All(all) => all.iter().try_for_each(|proof| proof.write(request))?,
        }
        Ok(())
    }

    /// The header, if the proof is one header and nothing else.
    #[must_use]
    pub fn header(&self) -> Option<&CredentialHeader> {
        if let Form::Header(header) = &self.0 { Some(header) } else { None }
    }
}

impl From<CredentialHeader> for Proof {
    fn from(header: CredentialHeader) -> Self {
        Self(Form::Header(header))
    }
}

/// Shows the kinds of its parts, with the names of headers and parameters.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Header(header) => write!(f, "Header({})", header.name()),
            Form::Basic(_) => f.write_str("Basic"),
            Form::Query(name, _) => write!(f, "Query({name})"),
            Form::Signed(_) => f.write_str("Signed"),
            Form::All(all) => f.debug_list().entries(&**all).finish(),
        }
    }
}

/// A request that a [`Proof`] is written on. The body is final, and so are the method and the path.
pub struct Signing {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    /// `None` for a stream.
    body: Option<Bytes>,
    now: Timestamp,
    /// The secrets that were written: they are masked where a server repeats them.
    secrets: Vec<SecretString>,
}

impl Signing {
    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The URL, with the server.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Path and query, with the prefix of the base URL: `/api/invoices/7?currency=EUR`.
    #[must_use]
    pub fn target(&self) -> &str {
        self.uri.path_and_query().map_or("/", PathAndQuery::as_str)
    }

    /// The headers, with those that proofs before this one have written. HTTP itself adds `host` and `content-length`.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body; empty if the request has none.
    ///
    /// # Errors
    ///
    /// When the body is a stream, whose content is not known before it is sent. A signature that does not cover such a
    /// body ignores the error.
    pub fn body(&self) -> Result<&Bytes, Error> {
        self.body.as_ref().ok_or_else(|| Error::config("the body of the request is a stream: it cannot be signed"))
    }

    /// The time of this attempt, by the clock of the client.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Writes a header, in place of one with the same name. Its value is never printed, and is masked where the server
    /// repeats it.
    ///
    /// # Errors
    ///
    /// When the name or the value has a character that headers do not allow.
    pub fn set_header(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let header = name.parse().map_err(http::Error::from).and_then(|name| Ok(CredentialHeader::new(name, value)?));
        self.insert(&header.map_err(Error::credential)?);
        Ok(())
    }

    fn insert(&mut self, header: &CredentialHeader) {
        header.insert_into(&mut self.headers);
        self.secrets.extend(header.secrets());
    }

    /// Writes a header that is no secret, such as the id of a user.
    pub(crate) fn add_header(&mut self, name: &'static str, value: &str) -> Result<(), Error> {
        let value = HeaderValue::from_str(value).map_err(Error::credential)?;
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(())
    }

    /// Adds a parameter to the query. Its value is masked where the server repeats it.
    ///
    /// # Errors
    ///
    /// When the URL becomes longer than a URI may be.
    pub fn add_query(&mut self, name: &str, value: &SecretString) -> Result<(), Error> {
        self.add_parameter(name, value.expose_secret())?;
        self.secrets.push(value.clone());
        Ok(())
    }

    /// Adds a parameter to the query. It is no secret, unless [`add_query`](Self::add_query) makes it one.
    pub(crate) fn add_parameter(&mut self, name: &str, value: &str) -> Result<(), Error> {
        const TOO_LONG: &str = "the URL is too long with the credential in its query";
        let target = self.target();
        let separator = if target.contains('?') { '&' } else { '?' };
        let pair = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        let target = SecretString::from(format!("{target}{separator}{pair}"));
        let mut parts = self.uri.clone().into_parts();
        parts.path_and_query = Some(target.expose_secret().parse().map_err(|_| Error::config(TOO_LONG))?);
        self.uri = Uri::from_parts(parts).map_err(|_| Error::config(TOO_LONG))?;
        Ok(())
    }
}

/// Shows no values of headers or of the query.
impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signing").field("method", &self.method).field("path", &self.uri.path()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
