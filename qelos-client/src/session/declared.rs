//! Schemes that are only data: the types of `#[derive(SessionScheme)]`, and the functions that it writes calls to.

use std::time::Duration;

pub use std::string::String;

use http::StatusCode;
use qelos_spec::auth::{CredentialHeader, SatisfiedBy, WithoutCredential};
use qelos_spec::secret::on_the_wire;
use qelos_spec::{ApiError, Endpoint, EndpointInfo, ExposeSecret, SecretString, Timestamp};
use serde::{Deserialize, Serialize};

pub use crate::auth::{Proof, Refusal, Verdict};
pub use crate::connection::Connection;
pub use crate::error::Error;
use crate::session::TokenSession;
pub use crate::session::scheme::{Life, RenewBy, RenewalFailed, Satisfies, SessionScheme, SessionTokens};
pub use crate::transport::Transport;

/// Why a session without a refresh token is over, for the sentence "the session has ended: …".
pub const NO_TOKEN: &str = "the server has issued no refresh token";
/// The same for a scheme without a renewal.
pub const NO_RENEWAL: &str = "its scheme cannot renew it";

/// The tokens of a [declared](derive@crate::session::SessionScheme) scheme. Serializing them writes the real tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeclaredTokens {
    /// The access token.
    #[serde(serialize_with = "on_the_wire")]
    pub access: SecretString,
    /// The refresh token, if the server has issued one.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub refresh: Option<SecretString>,
    /// How many seconds the access token is good, from its arrival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// Until when it is good, by the clock of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The id of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

impl SessionTokens for DeclaredTokens {
    fn access(&self) -> &SecretString {
        &self.access
    }

    fn refresh(&self) -> Option<&SecretString> {
        self.refresh.as_ref()
    }
}

impl DeclaredTokens {
    /// An access token, and nothing else.
    ///
    /// ```
    /// use qelos_client::SecretString;
    /// use qelos_client::session::DeclaredTokens;
    ///
    /// let mut tokens = DeclaredTokens::new(SecretString::from("at-1"));
    /// tokens.expires_in = Some(3600);
    /// ```
    #[must_use]
    pub fn new(access: SecretString) -> Self {
        Self { access, refresh: None, expires_in: None, expires_at: None, subject: None }
    }

    /// These tokens, with what their response has left out because it has not changed.
    #[doc(hidden)]
    #[must_use]
    pub fn after(self, before: &Self) -> Self {
        Self {
            refresh: self.refresh.or_else(|| before.refresh.clone()),
            subject: self.subject.or_else(|| before.subject.clone()),
            ..self
        }
    }
}

/// States that the endpoint `E` begins sessions of a scheme: [`Client::sign_in_as`](crate::Client::sign_in_as) calls it.
/// The [derive](derive@crate::session::SessionScheme) implements it for `sign_in`; a scheme may have more of them.
#[diagnostic::on_unimplemented(
    message = "this endpoint does not begin a session of the scheme `{Self}`",
    label = "its scheme names another one, or none",
    note = "the scheme says which endpoint does: `#[session(sign_in = …)]`, or `impl BeginsWith<…> for {Self}` by hand"
)]
pub trait BeginsWith<E: Endpoint>: SessionScheme {
    /// The first tokens of a session, from the response of the endpoint.
    ///
    /// # Errors
    ///
    /// When the response has no tokens that can be used.
    fn begun(&self, response: E::Response) -> Result<Self::Tokens, Error>;
}

/// What an endpoint asks for that begins or renews a session.
#[diagnostic::on_unimplemented(
    message = "an endpoint that begins or renews a session cannot need a session",
    label = "it would wait for itself",
    note = "this endpoint asks for `{Self}`: declare it with `auth = Public`, and send the refresh token in a field of it"
)]
pub trait NeedsNoSession {}

#[diagnostic::do_not_recommend]
impl<A: WithoutCredential> NeedsNoSession for A {}

/// A field of a response that holds an access token.
#[diagnostic::on_unimplemented(
    message = "the access token of a session is a secret, and `{Self}` is none: it could be printed",
    label = "declare this field as `SecretString`"
)]
pub trait AccessToken {
    /// The token.
    fn into_token(self) -> SecretString;
}

impl AccessToken for SecretString {
    fn into_token(self) -> SecretString {
        self
    }
}

/// A field of a response that holds a refresh token, or may hold one.
#[diagnostic::on_unimplemented(
    message = "the refresh token of a session is a secret, and `{Self}` is none: it could be printed",
    label = "declare this field as `SecretString` or `Option<SecretString>`"
)]
pub trait RefreshToken {
    /// The token, if there is one.
    fn into_token(self) -> Option<SecretString>;
}

impl RefreshToken for SecretString {
    fn into_token(self) -> Option<SecretString> {
        Some(self)
    }
}

impl RefreshToken for Option<SecretString> {
    fn into_token(self) -> Option<SecretString> {
        self
    }
}

/// A field of a response that says how many seconds a token is good.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number of seconds",
    label = "declare this field as `u64` or `Option<u64>`",
    note = "a time at which the token expires is `expires_at = field`, and a `Timestamp`"
)]
pub trait Seconds {
    /// The number, if there is one.
    fn into_seconds(self) -> Option<u64>;
}

impl Seconds for u64 {
    fn into_seconds(self) -> Option<u64> {
        Some(self)
    }
}

impl Seconds for u32 {
    fn into_seconds(self) -> Option<u64> {
        Some(self.into())
    }
}

impl<N: Seconds> Seconds for Option<N> {
    fn into_seconds(self) -> Option<u64> {
        self.and_then(N::into_seconds)
    }
}

/// A field of a response that says until when a token is good.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no time at which a token expires",
    label = "declare this field as `Timestamp` or `Option<Timestamp>`",
    note = "a number of seconds is `expires_in = field`"
)]
pub trait Expiry {
    /// The time, if there is one.
    fn into_time(self) -> Option<Timestamp>;
}

impl Expiry for Timestamp {
    fn into_time(self) -> Option<Timestamp> {
        Some(self)
    }
}

impl Expiry for Option<Timestamp> {
    fn into_time(self) -> Option<Timestamp> {
        self
    }
}

/// How a server says that it does not accept a token any more.
#[derive(Debug, Clone, Copy)]
pub enum Sign {
    /// With this status.
    Status(u16),
    /// With this code or message in the body.
    Text(&'static str),
}

impl Sign {
    fn is_in(self, refusal: &ApiError) -> bool {
        match self {
            Self::Status(status) => refusal.status().as_u16() == status,
            Self::Text(text) => [refusal.code(), refusal.message()].contains(&Some(text)),
        }
    }
}

/// The tokens in a response: those fields of it that the scheme names.
#[must_use]
pub fn tokens(
    access: SecretString,
    refresh: Option<SecretString>,
    expires_in: Option<u64>,
    expires_at: Option<Timestamp>,
    subject: Option<String>,
) -> DeclaredTokens {
    DeclaredTokens { access, refresh, expires_in, expires_at, subject }
}

pub fn access(token: impl AccessToken) -> SecretString {
    token.into_token()
}

pub fn refresh(token: impl RefreshToken) -> Option<SecretString> {
    token.into_token()
}

#[must_use]
pub fn subject(id: &impl ToString) -> Option<String> {
    Some(id.to_string())
}

pub fn expires_in(seconds: impl Seconds) -> Option<u64> {
    seconds.into_seconds()
}

pub fn expires_at(time: impl Expiry) -> Option<Timestamp> {
    time.into_time()
}

/// Checks an endpoint that signs in.
pub fn begins_with<E: Endpoint>()
where
    E::Auth: NeedsNoSession,
{
}

/// Checks an endpoint that renews. It is no future, for which the compiler would report a mistake three times.
pub fn renews<E: Endpoint>(endpoint: E) -> E
where
    E::Auth: NeedsNoSession,
{
    endpoint
}

/// Renews a session.
///
/// # Errors
///
/// When the server cannot be reached or refuses.
pub async fn renewal<E, T: Transport>(
    endpoint: E,
    via: &Connection<T>,
    signs: &[Sign],
) -> Result<E::Response, RenewalFailed>
where
    E: Endpoint + Sync,
{
    via.call_public(&endpoint).await.map_err(|error| match error.api() {
        Some(refusal) if signs.iter().any(|sign| sign.is_in(refusal)) => RenewalFailed::Refused(error),
        _ => error.into(),
    })
}

#[must_use]
pub fn renew_by(held: &DeclaredTokens) -> RenewBy {
    if held.refresh.is_some() { RenewBy::Exchange } else { RenewBy::nothing(NO_TOKEN) }
}

/// Ends a session on the server, with its proof where the endpoint takes one.
///
/// # Errors
///
/// When the server cannot be reached or refuses.
pub async fn end<S, E, T: Transport>(
    scheme: &S,
    endpoint: E,
    last: &S::Tokens,
    via: &Connection<T>,
) -> Result<(), Error>
where
    S: SessionScheme,
    E: Endpoint + Sync,
    E::Auth: SatisfiedBy<TokenSession<S>>,
{
    if EndpointInfo::of::<E>().sends_credential {
        let proof = scheme.proof(last)?;
        via.call_with(&endpoint, &proof).await.map(drop)
    } else {
        via.call_public(&endpoint).await.map(drop)
    }
}

/// The access token in a header, behind a prefix.
///
/// # Errors
///
/// When the token has a character that a header cannot have.
pub fn proof(held: &DeclaredTokens, header: &'static str, prefix: &'static str) -> Result<Proof, Error> {
    const ODD: &str = "the access token contains a character that headers do not allow";
    let value = SecretString::from(format!("{prefix}{}", held.access.expose_secret()));
    let name = header.to_ascii_lowercase().parse().map_err(|_| Error::config(ODD))?;
    CredentialHeader::new(name, value.expose_secret()).map(Proof::from).map_err(|_| Error::config(ODD))
}

#[must_use]
pub fn life(held: &DeclaredTokens) -> Life {
    match (held.expires_in, held.expires_at) {
        (Some(seconds), _) => Life::lasting(Duration::from_secs(seconds)),
        (None, Some(time)) => Life::until(time),
        (None, None) => Life::UNKNOWN,
    }
}

/// The cause of a refusal. A 401 that says nothing at all may be one of a proxy.
#[must_use]
pub fn judge(refusal: &Refusal<'_>, signs: &[Sign]) -> Verdict {
    let error = refusal.error();
    let says_nothing = error.code().is_none() && error.message().is_none();
    if signs.iter().any(|sign| sign.is_in(error)) {
        Verdict::Proof
    } else if error.status() == StatusCode::UNAUTHORIZED && says_nothing {
        Verdict::Unknown
    } else {
        Verdict::Permission
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_keep_what_the_next_response_leaves_out() {
        let tokens = |access: &str, rest: Option<&str>| DeclaredTokens {
            access: access.into(),
            refresh: rest.map(|rest| format!("r{rest}").into()),
            expires_in: rest.map(|_| 60),
            expires_at: None,
            subject: rest.map(|rest| format!("u{rest}")),
        };
        let facts = |tokens: DeclaredTokens| {
            let refresh = tokens.refresh.map(|refresh| refresh.expose_secret().to_owned());
            (tokens.access.expose_secret().to_owned(), refresh, tokens.expires_in, tokens.subject)
        };
        let some = |text: &str| Some(text.to_owned());
        let left_out = tokens("a2", None).after(&tokens("a1", Some("1")));
        assert_eq!(
            facts(left_out),
            ("a2".to_owned(), some("r1"), None, some("u1")),
            "the life is that of the response"
        );
        let given = tokens("a2", Some("2")).after(&tokens("a1", Some("1")));
        assert_eq!(facts(given), ("a2".to_owned(), some("r2"), Some(60), some("u2")));
    }
}
