//! Conditional requests: the version of a resource, and a response that may be "not changed".

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use qelos_macros::Response;
use serde::{Deserialize, Serialize};

/// The version of a resource: the header `etag` of a response, and `if-none-match` or `if-match` of a request.
///
/// It is kept and sent as the server wrote it, with its quotes. A server that forgets the quotes knows its own text
/// best, so nothing is refused or corrected.
///
/// ```
/// use http::StatusCode;
/// use qelos_spec::auth::SignedIn;
/// use qelos_spec::{ApiError, ETag, Endpoint, IfChanged, Response, ResponseError};
///
/// /// Reads an invoice, unless it is the known one still.
/// #[derive(Endpoint)]
/// #[endpoint(GET, "/api/invoices/{number}", response = IfChanged<String>, auth = SignedIn)]
/// struct GetInvoice {
///     number: u64,
///     #[endpoint(header = "if-none-match")]
///     known: Option<ETag>,
/// }
///
/// /// Changes an invoice, if it is the known one still.
/// #[derive(Endpoint)]
/// #[endpoint(PUT, "/api/invoices/{number}", auth = SignedIn, error = Refused)]
/// struct ChangeInvoice {
///     number: u64,
///     #[endpoint(header = "if-match")]
///     known: ETag,
///     note: String,
/// }
///
/// #[derive(Debug, Response)]
/// enum Refused {
///     #[response(412)]
///     ChangedMeanwhile,
///     #[response(_)]
///     Other(ApiError),
/// }
///
/// let response = http::Response::builder().header("etag", r#""v7""#).body(r#""paid""#.into())?;
/// let IfChanged::Changed { etag: Some(etag), value } = GetInvoice::decode(&response)? else { panic!() };
/// assert_eq!((value.as_str(), etag.as_str()), ("paid", r#""v7""#));
///
/// let request = GetInvoice { number: 7, known: Some(etag.clone()) }.encode()?;
/// assert_eq!(request.headers()["if-none-match"], r#""v7""#);
/// let response = http::Response::builder().status(304).body(Default::default())?;
/// assert_eq!(GetInvoice::decode(&response)?, IfChanged::Unchanged);
///
/// let request = ChangeInvoice { number: 7, known: etag, note: "due".to_owned() }.encode()?;
/// assert_eq!(request.headers()["if-match"], r#""v7""#);
/// let response = http::Response::builder().status(412).body(Default::default())?;
/// let Err(ResponseError::Api(error)) = ChangeInvoice::decode(&response) else { panic!() };
/// assert!(matches!(error.declared::<ChangeInvoice>(), Some(Ok(Refused::ChangedMeanwhile))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ETag(String);

impl ETag {
    /// `*`, which stands for any version: `if-none-match: *` only creates, and `if-match: *` only replaces.
    #[must_use]
    pub fn any() -> Self {
        Self("*".to_owned())
    }

    /// The text of the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a weak one, `W/"v7"`: the same content, perhaps in other bytes. By RFC 9110 a weak one never
    /// satisfies `if-match`, so a server refuses each change with it.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.0.starts_with("W/")
    }
}

impl FromStr for ETag {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A response to a request with `if-none-match`: a value and its version, or the news that the known version is the
/// current one. See [`ETag`].
///
/// For other headers beside the value, or other statuses, declare such an enum with `#[derive(Response)]`.
#[derive(Debug, Clone, PartialEq, Eq, Response)]
#[response(crate = crate)]
pub enum IfChanged<T> {
    /// 200: the current value.
    #[response(200)]
    Changed {
        /// Its version, if the server names one.
        #[response(header)]
        etag: Option<ETag>,
        /// The body, as JSON.
        #[response(body)]
        value: T,
    },
    /// 304: the value that is known already. Its version is the one of the request.
    #[response(304)]
    Unchanged,
}

impl<T> IfChanged<T> {
    /// The value and its version, or those that are known already.
    ///
    /// ```
    /// use qelos_spec::IfChanged;
    ///
    /// let (invoice, etag) = IfChanged::Unchanged.or_known(("paid", None));
    /// assert_eq!((invoice, etag), ("paid", None));
    /// ```
    pub fn or_known(self, known: (T, Option<ETag>)) -> (T, Option<ETag>) {
        match self {
            Self::Changed { etag, value } => (value, etag),
            Self::Unchanged => known,
        }
    }
}
