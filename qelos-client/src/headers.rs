//! Headers that a client or a call adds to those of its endpoints.

use std::fmt;

use http::header::{HeaderName, HeaderValue, InvalidHeaderValue};
use http::{HeaderMap, Request};
use qelos_spec::SecretString;
use qelos_spec::secret::ExposeSecret;

use crate::error::Error;

/// A value for a header of a [client](crate::Builder::header) or a [call](crate::Call::header): a text, a
/// [`SecretString`], or a [`HeaderValue`], which may be [marked](HeaderValue::set_sensitive) as sensitive.
///
/// A secret is masked wherever the request is shown, and the request is not sent over plain http.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for a header",
    label = "not the value of a header",
    note = "a value is a `&str`, a `String`, a `HeaderValue`, or a `SecretString`, which is masked; write others as a text: `.header(\"x-page\", page.to_string())`"
)]
pub trait HeaderContent: sealed::Sealed {
    /// The value as it is sent.
    #[doc(hidden)]
    fn into_value(self) -> Result<HeaderValue, InvalidHeaderValue>;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! content {
    ($($type:ty: $content:ident => $value:expr;)*) => {$(
        impl sealed::Sealed for $type {}
        impl HeaderContent for $type {
            fn into_value(self) -> Result<HeaderValue, InvalidHeaderValue> {
                let $content = self;
                $value
            }
        }
    )*};
}

content! {
    HeaderValue: value => Ok(value);
    &str: text => HeaderValue::from_str(text);
    String: text => HeaderValue::from_str(&text);
    &String: text => HeaderValue::from_str(text);
    SecretString: secret => secret_value(&secret);
    &SecretString: secret => secret_value(secret);
}

fn secret_value(secret: &SecretString) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(secret.expose_secret())?;
    value.set_sensitive(true);
    Ok(value)
}

/// The header, or the reason why a client or a call cannot set it.
pub(crate) fn checked(name: &str, value: impl HeaderContent) -> Result<(HeaderName, HeaderValue), Error> {
    let refused =
        |why: &str| Error::config(format_args!("the header `{}` cannot be set here: {why}", name.escape_debug()));
    let parsed = HeaderName::from_bytes(name.as_bytes());
    let parsed = parsed.map_err(|_| refused("letters, digits and `-` make the name of a header"))?;
    if let Some(why) = why_reserved(parsed.as_str()) {
        return Err(refused(why));
    }
    let value = value.into_value();
    let value =
        value.map_err(|_| refused("its value has a character that a header cannot have, such as a line break"))?;
    Ok((parsed, value))
}

/// The error of a header that has a value already.
pub(crate) fn set_twice(name: &HeaderName) -> Error {
    Error::config(format_args!(
        "the header `{name}` cannot be set here: it has a value already, of the endpoint or set before"
    ))
}

/// Why a header is set by another part of the program.
fn why_reserved(name: &str) -> Option<&'static str> {
    Some(match name {
        "authorization" | "cookie" | "set-cookie" | "x-api-key" => {
            "it carries the credential: sign in, or build the client with a credential"
        }
        "proxy-authorization" | "proxy-connection" => "it is for the proxy, which the transport is set up with",
        "accept" | "content-type" => "the endpoint declares what is sent and returned",
        "accept-encoding" | "content-encoding" => "the client sends and reads bodies as they are",
        "connection" | "content-length" | "expect" | "host" | "http2-settings" | "keep-alive" | "te" | "trailer"
        | "transfer-encoding" | "upgrade" => "it belongs to the connection, and the transport sets it",
        _ => return None,
    })
}

/// The headers of a client, which all of its requests have.
#[derive(Default)]
pub(crate) struct ClientHeaders {
    fields: HeaderMap,
    secrets: Vec<SecretString>,
    /// Writes the headers of distributed traces.
    trace: Option<Box<WriteHeaders>>,
}

type WriteHeaders = dyn Fn(&mut HeaderMap) + Send + Sync;

impl ClientHeaders {
    pub(crate) fn add(&mut self, name: &str, value: impl HeaderContent) -> Result<(), Error> {
        let (name, value) = checked(name, value)?;
        if self.fields.contains_key(&name) {
            return Err(set_twice(&name));
        }
        if value.is_sensitive() {
            self.secrets.extend(value.to_str().map(SecretString::from));
        }
        self.fields.insert(name, value);
        Ok(())
    }

    pub(crate) fn trace_with(&mut self, write: Box<WriteHeaders>) {
        self.trace = Some(write);
    }

    pub(crate) fn holds_secrets(&self) -> bool {
        !self.secrets.is_empty()
    }

    pub(crate) fn secrets(&self) -> impl Iterator<Item = SecretString> {
        self.secrets.iter().cloned()
    }

    /// Adds the headers to a request. One that the endpoint or the call has set stays as it is.
    pub(crate) fn apply<B>(&self, request: &mut Request<B>) {
        if !self.fields.is_empty() || self.trace.is_some() {
            self.add_to(request);
        }
    }

    #[cold]
    fn add_to<B>(&self, request: &mut Request<B>) {
        let mut of_trace = HeaderMap::new();
        if let Some(write) = &self.trace {
            write(&mut of_trace);
        }
        let of_trace = of_trace.iter().filter(|(name, _)| why_reserved(name.as_str()).is_none());
        let added: Vec<_> = self.fields.iter().chain(of_trace).collect();
        for (name, value) in &added {
            request.headers_mut().entry(*name).or_insert_with(|| (*value).clone());
        }
        #[cfg(feature = "testing")]
        request.extensions_mut().insert(AddedHeaders(added.into_iter().map(|(name, _)| name.clone()).collect()));
    }
}

/// Shows the names only.
impl fmt::Debug for ClientHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.fields.keys()).finish()
    }
}

/// The names of the headers that the client has added to a request: an extension of it. A test double compares them only
/// where a test expects them.
#[cfg(feature = "testing")]
#[derive(Debug, Clone)]
pub(crate) struct AddedHeaders(std::sync::Arc<[HeaderName]>);

#[cfg(feature = "testing")]
impl AddedHeaders {
    pub(crate) fn names(&self) -> &[HeaderName] {
        &self.0
    }
}
