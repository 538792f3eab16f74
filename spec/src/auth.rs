//! Who may call an endpoint, and how a credential is written on a request.
//!
//! An endpoint names a [`Requirement`], a client holds a credential, and [`SatisfiedBy`] relates the two: the compiler
//! refuses a call that the server would refuse. Implement it for requirements and credentials of your own.

use std::fmt;

use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue, InvalidHeaderValue};
use http::{HeaderMap, Request};
use secrecy::zeroize::Zeroizing;

use crate::secret::SecretString;

/// The header that carries an API token.
pub const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The kinds of credentials, for decisions at run time: by servers, and by clients whose configuration names the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialKind {
    /// No credential.
    Anonymous,
    /// A session in a cookie.
    Cookie,
    /// An access token that is renewed.
    OAuth,
    /// An API token.
    ApiToken,
    /// A credential of your own, by its name.
    Other(&'static str),
}

impl CredentialKind {
    /// A word for traces: `oauth`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Cookie => "cookie",
            Self::OAuth => "oauth",
            Self::ApiToken => "api_token",
            Self::Other(name) => name,
        }
    }
}

/// For sentences: "an OAuth session".
impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anonymous => "no credential",
            Self::Cookie => "a cookie session",
            Self::OAuth => "an OAuth session",
            Self::ApiToken => "an API token",
            Self::Other(name) => name,
        })
    }
}

/// The credential that an endpoint asks for.
///
/// ```
/// use qelos_spec::auth::{CredentialKind, Requirement, SatisfiedBy};
///
/// /// The token of the billing department.
/// struct BillingToken;
///
/// /// Only for the billing department.
/// struct Billing;
///
/// impl Requirement for Billing {
///     const NEEDS: &'static str = "a billing token";
///
///     fn accepts(kind: CredentialKind) -> bool {
///         kind == CredentialKind::Other("billing")
///     }
/// }
///
/// impl SatisfiedBy<BillingToken> for Billing {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say who may call",
    label = "not a requirement",
    note = "`auth` takes `SignedIn`, `Privileged`, `Session`, `CookieOnly`, `Anyone` or `Public`, or a type of yours that implements `Requirement`"
)]
pub trait Requirement: 'static {
    /// The needed credential in words: "a signed-in user".
    const NEEDS: &'static str;
    /// Whether the request carries the credential of the client.
    const SENDS_CREDENTIAL: bool = true;

    /// Whether a credential of this kind may call. Asked at run time, when the type of a credential does not say its
    /// kind.
    fn accepts(kind: CredentialKind) -> bool;
}

/// States that the credential `C` meets the requirement.
///
/// It is implemented for the requirement, with the credential as parameter. In this direction the compiler can always
/// say which of the two is wrong.
#[diagnostic::on_unimplemented(
    message = "this endpoint needs `{Self}`, but the client holds `{C}`",
    label = "`{C}` may not call it",
    note = "`SignedIn` takes a cookie session, an OAuth session or an API token; `Session` takes a cookie or an OAuth session; `CookieOnly` takes a cookie session",
    note = "sign in with `client.oauth_sign_in(..)` or `client.sign_in(..)` and call it on the client you get; API tokens are for `SignedIn` endpoints only",
    note = "another API than Qelos: build the client with `Client::builder(..).bearer_token(..)`, or sign in with a scheme of `qelos_client::session`",
    note = "a requirement of your own names each credential that will do: `impl SatisfiedBy<OAuth> for MyRequirement`"
)]
pub trait SatisfiedBy<C> {}

/// Every client may call. The request carries no credential.
#[derive(Debug, Clone, Copy)]
pub struct Public;

impl Requirement for Public {
    const NEEDS: &'static str = "no credential";
    const SENDS_CREDENTIAL: bool = false;

    fn accepts(_: CredentialKind) -> bool {
        true
    }
}

impl<C> SatisfiedBy<C> for Public {}

/// A [`Requirement`] whose requests carry no credential of the client. They may carry a token of their own.
#[diagnostic::on_unimplemented(
    message = "this endpoint is called without the credential of the client, but `{Self}` adds it",
    label = "`auth = Public` is meant here",
    note = "a `bearer` field is the credential of its endpoint, and a `cookie` field would be replaced by a credential that is a cookie",
    note = "the endpoints that begin or renew a session need none: a renewal would wait for itself"
)]
pub trait WithoutCredential: Requirement {}

impl WithoutCredential for Public {}

/// A signed-in user: a cookie session, an OAuth session or an API token.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn;

impl Requirement for SignedIn {
    const NEEDS: &'static str = "a signed-in user (a cookie session, an OAuth session or an API token)";

    fn accepts(kind: CredentialKind) -> bool {
        matches!(kind, CredentialKind::Cookie | CredentialKind::OAuth | CredentialKind::ApiToken)
    }
}

/// A signed-in user with a role that the endpoint names, such as `admin`.
///
/// The compiler cannot know the roles of a user, so it accepts each credential of a [`SignedIn`] user. The server
/// refuses the others, as a rule with 401, which is also its refusal of a bad credential: the client tells the two apart.
#[derive(Debug, Clone, Copy)]
pub struct Privileged;

impl Requirement for Privileged {
    const NEEDS: &'static str = "a user with a privileged role (a cookie session, an OAuth session or an API token)";

    fn accepts(kind: CredentialKind) -> bool {
        SignedIn::accepts(kind)
    }
}

/// Every client may call, and the request carries the credential if the client has one: the server shows a signed-in
/// user more than a guest.
#[derive(Debug, Clone, Copy)]
pub struct Anyone;

impl Requirement for Anyone {
    const NEEDS: &'static str = "no credential, but sends the one of the client";

    fn accepts(_: CredentialKind) -> bool {
        true
    }
}

impl<C> SatisfiedBy<C> for Anyone {}

/// A session of a person: cookie or OAuth. The server refuses API tokens.
#[derive(Debug, Clone, Copy)]
pub struct Session;

impl Requirement for Session {
    const NEEDS: &'static str = "a cookie or OAuth session (API tokens are refused)";

    fn accepts(kind: CredentialKind) -> bool {
        matches!(kind, CredentialKind::Cookie | CredentialKind::OAuth)
    }
}

/// A cookie session. The server fails for every other credential.
#[derive(Debug, Clone, Copy)]
pub struct CookieOnly;

impl Requirement for CookieOnly {
    const NEEDS: &'static str = "a cookie session";

    fn accepts(kind: CredentialKind) -> bool {
        kind == CredentialKind::Cookie
    }
}

/// The header that proves a credential. It is marked sensitive, so that its value is not printed.
///
/// ```
/// use qelos_spec::auth::CredentialHeader;
///
/// let header = CredentialHeader::api_key("ql_1234").unwrap();
/// assert_eq!(header.name().as_str(), "x-api-key");
/// assert!(!format!("{header:?}").contains("1234"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialHeader {
    name: HeaderName,
    value: HeaderValue,
}

impl CredentialHeader {
    /// Any header that proves a credential.
    ///
    /// # Errors
    ///
    /// When the value has a character that a header cannot have, such as a line break.
    pub fn new(name: HeaderName, value: &str) -> Result<Self, InvalidHeaderValue> {
        let mut value = HeaderValue::from_str(value)?;
        value.set_sensitive(true);
        Ok(Self { name, value })
    }

    /// `authorization: Bearer <token>`.
    ///
    /// # Errors
    ///
    /// When the token has a character that a header cannot have.
    pub fn bearer(token: &str) -> Result<Self, InvalidHeaderValue> {
        Self::new(AUTHORIZATION, &Zeroizing::new(format!("Bearer {token}")))
    }

    /// `x-api-key: <token>`.
    ///
    /// # Errors
    ///
    /// When the token has a character that a header cannot have.
    pub fn api_key(token: &str) -> Result<Self, InvalidHeaderValue> {
        Self::new(API_KEY, token)
    }

    /// `cookie: <name>=<value>`.
    ///
    /// # Errors
    ///
    /// When the name or the value has a character that a header cannot have.
    pub fn cookie(name: &str, value: &str) -> Result<Self, InvalidHeaderValue> {
        Self::new(COOKIE, &Zeroizing::new(format!("{name}={value}")))
    }

    /// The name of the header.
    #[must_use]
    pub fn name(&self) -> &HeaderName {
        &self.name
    }

    /// The value, and the token inside of it: the part behind `Bearer ` or behind the name of the cookie.
    pub fn secrets(&self) -> impl Iterator<Item = SecretString> {
        let whole = std::str::from_utf8(self.value.as_bytes()).unwrap_or_default();
        let behind = |separator: char| whole.split_once(separator).map(|(_, value)| value);
        [Some(whole), behind(' '), behind('=')].into_iter().flatten().map(SecretString::from)
    }

    /// Writes the credential, and removes every other one: the server might read a stale one in its place.
    pub fn apply<B>(&self, request: &mut Request<B>) {
        let headers = request.headers_mut();
        remove_credentials(headers);
        self.insert_into(headers);
    }

    /// Writes the credential, and leaves the other headers as they are: for a proof that has several.
    #[inline]
    pub fn insert_into(&self, headers: &mut HeaderMap) {
        headers.insert(self.name.clone(), self.value.clone());
    }
}

/// Removes the headers that servers read a credential from: `authorization`, `x-api-key` and `cookie`.
#[inline]
pub fn remove_credentials(headers: &mut HeaderMap) {
    const CREDENTIALS: [HeaderName; 3] = [AUTHORIZATION, API_KEY, COOKIE];
    if headers.keys().any(|name| CREDENTIALS.contains(name)) {
        for other in CREDENTIALS {
            headers.remove(other);
        }
    }
}

/// The credential that a server finds on a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Presented<'h> {
    /// An API token.
    ApiKey(&'h str),
    /// The value of the session cookie.
    Cookie(&'h str),
    /// A bearer token.
    Bearer(&'h str),
}

impl<'h> Presented<'h> {
    /// Finds the credential in the order of the Qelos gateway: `x-api-key`, the session cookie (`qlt_…` or `token`),
    /// `authorization`.
    ///
    /// The first one that is present counts. An empty API key is treated as absent.
    #[must_use]
    pub fn on(headers: &'h HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        if let Some(key) = text(API_KEY).filter(|key| !key.is_empty()) {
            return Some(Self::ApiKey(key));
        }
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        if let Some((_, value)) = pairs.find(|(name, _)| name.starts_with("qlt_") || *name == "token") {
            return Some(Self::Cookie(value));
        }
        let (_scheme, token) = text(AUTHORIZATION)?.split_once(' ')?;
        Some(Self::Bearer(token))
    }
}

impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ApiKey(_) => "ApiKey(***)",
            Self::Cookie(_) => "Cookie(***)",
            Self::Bearer(_) => "Bearer(***)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_that_was_presented_shows_its_kind_only() {
        let presented = [Presented::ApiKey("ql_1"), Presented::Cookie("a"), Presented::Bearer("b")];
        assert_eq!(format!("{presented:?}"), "[ApiKey(***), Cookie(***), Bearer(***)]");
    }

    #[test]
    fn exactly_one_credential_is_left_on_a_request() {
        let mut request = Request::new(());
        request.headers_mut().insert(COOKIE, HeaderValue::from_static("qlt_0=stale"));
        request.headers_mut().insert(API_KEY, HeaderValue::from_static("ql_stale"));
        CredentialHeader::bearer("fresh").unwrap().apply(&mut request);
        assert_eq!(request.headers().len(), 1);
        assert_eq!(Presented::on(request.headers()), Some(Presented::Bearer("fresh")));
    }

    #[test]
    fn the_first_credential_present_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(Presented::on(&headers), None);
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Token abc"));
        assert_eq!(Presented::on(&headers), Some(Presented::Bearer("abc")), "the scheme is ignored");
        headers.insert(COOKIE, HeaderValue::from_static("theme=dark; qlt_0=session"));
        assert_eq!(Presented::on(&headers), Some(Presented::Cookie("session")));
        headers.insert(API_KEY, HeaderValue::from_static(""));
        assert_eq!(Presented::on(&headers), Some(Presented::Cookie("session")), "an empty key counts as absent");
        headers.insert(API_KEY, HeaderValue::from_static("ql_1"));
        assert_eq!(Presented::on(&headers), Some(Presented::ApiKey("ql_1")));
    }

    #[test]
    fn a_line_break_cannot_get_into_a_header() {
        assert!(CredentialHeader::api_key("ql_1\r\nx-evil: 1").is_err());
    }
}
