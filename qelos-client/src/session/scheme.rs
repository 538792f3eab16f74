//! What differs from server to server: how tokens are sent, renewed and ended.

use std::future::{Future, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::auth::{CredentialKind, Public};
use qelos_spec::{
    ApiError, BaseUrl, EncodeError, Endpoint, Method, PathTemplate, Request, ResponseError, SecretString, Timestamp,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::auth::proof::Proof;
use crate::auth::{Refusal, Verdict};
use crate::connection::Connection;
use crate::error::Error;
use crate::session::claims::Claims;
use crate::transport::Transport;

/// How one server, or one kind of server, issues, renews and ends the tokens of a session.
///
/// A scheme is a value: it holds what differs between installations, such as the id of the program or the URL of the
/// server that issues the tokens. The [engine](crate::session) decides when a session is renewed and by which process,
/// and keeps its tokens. A scheme only has to say what its methods say; all but [`renew`](Self::renew) have a default.
/// The documentation of the [module](crate::session) has a whole scheme.
///
/// A method must not print a token, and must not put one into an error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no scheme of a session",
    label = "does not say how its tokens are renewed",
    note = "a type of yours becomes one with `impl SessionScheme for {Self}`: the documentation of `qelos_client::session` has an example"
)]
pub trait SessionScheme: Clone + Send + Sync + 'static {
    /// The name of the scheme. It stands in the record of a store: a client of another scheme does not use the record.
    const NAME: &'static str;
    /// The kind of the credential, for traces and errors. Default: the name.
    const KIND: CredentialKind = CredentialKind::Other(Self::NAME);
    /// What the server does when a refresh token is used for a second time. Default: it ends the session.
    const REUSE: Reuse = Reuse::EndsSession;
    /// Whether the access token holds what its user may do, so that a new token may be allowed more. Default: `false`.
    const TOKENS_HOLD_ROLES: bool = false;

    /// The tokens of a session. A store keeps them as JSON.
    type Tokens: SessionTokens + Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// Exchanges the refresh token for the next tokens. It is called for one caller of all, and the tokens before are not
    /// used any more when it has succeeded.
    ///
    /// `via` is the connection of the client. It calls endpoints that need no session: [`Connection::call`], or
    /// [`Connection::call_with`] with a proof of the program. [`Connection::at`] calls another server.
    ///
    /// # Errors
    ///
    /// A [`RenewalFailed`], which says whether the session goes on. An [`Error`] becomes one with `?`.
    fn renew<T: Transport>(
        &self,
        held: &Self::Tokens,
        via: &Connection<T>,
    ) -> impl Future<Output = Result<Self::Tokens, RenewalFailed>> + Send;

    /// The proof on requests. It is made once for each token set; a [signature](Proof::signed) is then written for each
    /// attempt. Default: `authorization: Bearer <access token>`.
    ///
    /// # Errors
    ///
    /// When there is no such proof. Each call then fails with this error.
    fn proof(&self, held: &Self::Tokens) -> Result<Proof, Error> {
        Proof::bearer(held.access())
    }

    /// How long the access token is good. Default: unknown, so that it is renewed when the server refuses it.
    fn life(&self, held: &Self::Tokens) -> Life {
        let _ = held;
        Life::UNKNOWN
    }

    /// The id of the user, if the tokens have one. A renewal that brings another one is refused. Default: unknown.
    fn subject(&self, held: &Self::Tokens) -> Option<String> {
        let _ = held;
        None
    }

    /// The name that the session was begun with, as it is sent: a user name, or the id of a program. A running client
    /// does not go on with a session of another name. Default: unknown.
    fn login(&self) -> Option<String> {
        None
    }

    /// The server that issues the tokens, when it is another one than the one that is called. A stored session is never
    /// renewed at another issuer than its own. Default: the server that is called.
    fn issuer(&self) -> Option<&BaseUrl> {
        None
    }

    /// What the session was begun for, beyond its user: a tenant, or scopes. The record in a store repeats it, for
    /// [`restored`](Self::restored). Default: nothing.
    fn scope(&self) -> Option<String> {
        None
    }

    /// The scheme of a session from a store, whose record has this [`scope`](Self::scope). Default: the scheme as it is.
    ///
    /// # Errors
    ///
    /// When the session cannot go on with this scheme. The record stays.
    fn restored(self, scope: Option<&str>) -> Result<Self, Error> {
        let _ = scope;
        Ok(self)
    }

    /// How the next tokens are got. Nothing has been sent yet, and the refresh token is still good. Default: with
    /// [`renew`](Self::renew).
    fn renew_by(&self, held: &Self::Tokens) -> RenewBy {
        let _ = held;
        RenewBy::Exchange
    }

    /// Begins a new session of the same user in place of this one. Called where [`renew_by`](Self::renew_by) asks for it.
    /// Default: there is no such way, and the session is over.
    ///
    /// # Errors
    ///
    /// As [`renew`](Self::renew).
    fn sign_in_again<T: Transport>(
        &self,
        held: &Self::Tokens,
        via: &Connection<T>,
    ) -> impl Future<Output = Result<Self::Tokens, RenewalFailed>> + Send {
        let _ = (held, via);
        ready(Err(RenewalFailed::over("it cannot be renewed, and its scheme cannot sign in again")))
    }

    /// Refuses tokens from the store that another process has put there, with the reason why this session cannot go on
    /// with them. Default: accepts all tokens of the same server and user.
    ///
    /// # Errors
    ///
    /// The reason, for the sentence "the session has ended: …".
    fn accepts(&self, stored: &Self::Tokens) -> Result<(), &'static str> {
        let _ = stored;
        Ok(())
    }

    /// The cause of a refusal, a 401 or 403. Default: unknown for a 401, a missing permission for a 403.
    fn judge(&self, refusal: &Refusal<'_>) -> Verdict {
        match refusal.error().status() {
            StatusCode::UNAUTHORIZED => Verdict::Unknown,
            _ => Verdict::Permission,
        }
    }

    /// An endpoint that each user may call. After a refusal of unknown cause, the client calls it with the same proof,
    /// to find out whether the proof is good. Default: none.
    fn probe(&self) -> Option<impl Endpoint + Send + Sync> {
        None::<NoProbe>
    }

    /// Whether a refusal may be answered by renewing tokens that may be good: because the cause is unknown, or because a
    /// permission is missing and newer tokens may hold it. The client does this less and less often. A refusal of the
    /// proof itself is always followed by a renewal. Default: yes for an unknown cause, and for a missing permission if
    /// [`TOKENS_HOLD_ROLES`](Self::TOKENS_HOLD_ROLES).
    fn may_renew(&self, held: &Self::Tokens, cause: Verdict) -> bool {
        let _ = held;
        cause == Verdict::Unknown || cause == Verdict::Permission && Self::TOKENS_HOLD_ROLES
    }

    /// Ends the session on the server. In the client it has ended before. Default: the server is not told, and accepts
    /// the tokens until they expire.
    ///
    /// # Errors
    ///
    /// When the server could not be told.
    fn end<T: Transport>(
        &self,
        last: &Self::Tokens,
        via: &Connection<T>,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = (last, via);
        ready(Ok(()))
    }
}

/// The tokens of a session. They are secrets: their types are not printed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which of its fields are the tokens of a session",
    label = "has no access token",
    note = "`impl SessionTokens for {Self}` returns its access token and its refresh token, which are fields of type `SecretString`"
)]
pub trait SessionTokens {
    /// The access token: requests carry it.
    fn access(&self) -> &SecretString;
    /// The refresh token, if the server has issued one.
    fn refresh(&self) -> Option<&SecretString>;
}

/// States that sessions of a scheme satisfy the requirement `R`: `impl Satisfies<SignedIn> for MyScheme {}`.
///
/// It is for the requirements of this crate. A requirement of your own names the session directly:
/// `impl SatisfiedBy<TokenSession<MyScheme>> for MyRequirement {}`.
#[diagnostic::on_unimplemented(
    message = "this endpoint needs `{R}`, and no session of the scheme `{Self}` is one",
    label = "a session of `{Self}` may not call it",
    note = "if the server accepts such a session there, the scheme says so: `impl Satisfies<{R}> for {Self} {{}}`"
)]
pub trait Satisfies<R> {}

/// How the next tokens of a session are got.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RenewBy {
    /// With the refresh token: [`SessionScheme::renew`].
    Exchange,
    /// With the refresh token, or by signing in again if the server refuses it.
    ExchangeOrSignIn,
    /// By signing in again: [`SessionScheme::sign_in_again`].
    SignIn,
    /// In no way: the session is over when its access token has expired.
    Nothing(Error),
}

impl RenewBy {
    /// No way, with the reason, for the sentence "the session has ended: …".
    #[must_use]
    pub fn nothing(why: &'static str) -> Self {
        Self::Nothing(Error::session_ended(why))
    }

    pub(super) fn may_sign_in(&self) -> bool {
        matches!(self, Self::ExchangeOrSignIn | Self::SignIn)
    }

    pub(super) fn may_exchange(&self) -> bool {
        matches!(self, Self::Exchange | Self::ExchangeOrSignIn)
    }
}

/// What a server does when a refresh token is used for a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reuse {
    /// It may take the second use for theft, and end the session (RFC 9700 §4.14.2). The client does not send a refresh
    /// token again while an earlier renewal with it may still succeed.
    EndsSession,
    /// It refuses the second use, and the tokens of the first stay good.
    IsRefused,
}

/// Why a renewal brought no tokens.
///
/// An [`Error`] becomes one: a refusal with 401, or with 400 and `invalid_grant` (RFC 6749 §5.2), is
/// [`Refused`](Self::Refused); any other error is [`Transient`](Self::Transient), because it says nothing about the
/// session: a 403 of a proxy, a server that is down, a connection that breaks.
#[derive(Debug)]
#[non_exhaustive]
pub enum RenewalFailed {
    /// The session goes on, and the renewal is tried again later.
    Transient(Error),
    /// The server does not accept the program, whatever the session: its id, its secret or its scopes are wrong. The session
    /// goes on. Calls that need new tokens fail with this error, which is not [transient](Error::is_transient).
    WrongSettings(Error),
    /// The server refuses now, and may accept the same refresh token in a moment. It is sent again after a pause, four
    /// times in two seconds. A refusal that stays is [`Refused`](Self::Refused).
    Contested(Error),
    /// The server refuses the refresh token, or the sign-in. The session has ended, unless another process has put newer
    /// tokens into the store. The server is asked again after a minute.
    Refused(Error),
    /// The session has ended for good, and is removed from its store.
    Over(Error),
}

impl RenewalFailed {
    /// The session has ended for good, for this reason: for the sentence "the session has ended: …".
    #[must_use]
    pub fn over(why: &'static str) -> Self {
        Self::Over(Error::session_ended(why))
    }
}

impl From<Error> for RenewalFailed {
    fn from(error: Error) -> Self {
        let is_invalid_grant = |refusal: &ApiError| {
            refusal.status() == StatusCode::BAD_REQUEST
                && [refusal.code(), refusal.message()].into_iter().flatten().any(|text| text == "invalid_grant")
        };
        let refuses = |refusal: &ApiError| refusal.status() == StatusCode::UNAUTHORIZED || is_invalid_grant(refusal);
        if error.api().is_some_and(refuses) { Self::Refused(error) } else { Self::Transient(error) }
    }
}

/// How long an access token is good.
#[derive(Debug, Clone, Copy, Default)]
pub struct Life {
    pub(super) lasts: Option<Duration>,
    pub(super) issued_at: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) is_used_up: bool,
}

impl Life {
    /// Unknown: the token is used until the server refuses it.
    pub const UNKNOWN: Self = Self { lasts: None, issued_at: None, expires_at: None, is_used_up: false };

    /// So long from the moment when the token arrived, as `expires_in` says. The clock of the server does not matter.
    #[must_use]
    pub const fn lasting(time: Duration) -> Self {
        Self { lasts: Some(time), ..Self::UNKNOWN }
    }

    /// Until this time, by the clock of the server. The client assumes that its own clock agrees.
    #[must_use]
    pub const fn until(time: Timestamp) -> Self {
        Self { expires_at: Some(time), ..Self::UNKNOWN }
    }

    /// The claims `exp` and `iat` of a JSON web token; unknown for any other token. The client does not verify the token.
    #[must_use]
    pub fn of_jwt(token: &SecretString) -> Self {
        Claims::of(token).map_or(Self::UNKNOWN, |claims| Self::of_claims(&claims))
    }

    pub(crate) fn of_claims(claims: &Claims) -> Self {
        let (lasts, issued_at, expires_at) = (claims.life(), claims.issued_at(), claims.expires_at());
        Self { lasts, issued_at, expires_at, is_used_up: false }
    }

    /// The same life, for a token that is renewed when it has expired, and not before: the next one is worth less.
    #[must_use]
    pub const fn used_up(self) -> Self {
        Self { is_used_up: true, ..self }
    }
}

/// The endpoint of a scheme that has none to ask.
enum NoProbe {}

impl Endpoint for NoProbe {
    const NAME: &'static str = "NoProbe";
    const METHOD: Method = Method::GET;
    const PATH: PathTemplate = PathTemplate::new("/");
    type Auth = Public;
    type Response = ();
    type Error = ();
    const IDEMPOTENT: bool = true;
    const TIMEOUT: Option<Duration> = None;

    fn encode(&self) -> Result<Request, EncodeError> {
        match *self {}
    }

    fn decode(_: &Response<Bytes>) -> Result<(), ResponseError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Response;

    use super::*;
    use crate::session::DeclaredTokens;

    fn refused(status: u16, body: &'static str) -> RenewalFailed {
        let response = Response::builder().status(status).header("content-type", "application/json");
        let refusal = ApiError::of(&response.body(Bytes::from_static(body.as_bytes())).unwrap()).unwrap();
        Error::from(ResponseError::Api(refusal)).into()
    }

    #[test]
    fn a_renewal_is_refused_with_401_or_as_oauth_says_it() {
        for (status, body) in [
            (401, ""),
            (401, r#"{"error":"invalid_client"}"#),
            (400, r#"{"error":"invalid_grant"}"#),
            (400, r#"{"message":"invalid_grant"}"#),
        ] {
            assert!(matches!(refused(status, body), RenewalFailed::Refused(_)), "{status} {body}");
        }
        for (status, body) in [
            (400, r#"{"error":"invalid_request"}"#),
            (403, r#"{"error":"invalid_grant"}"#),
            (500, r#"{"error":"invalid_grant"}"#),
            (503, ""),
        ] {
            assert!(matches!(refused(status, body), RenewalFailed::Transient(_)), "{status} {body}");
        }
    }

    /// A scheme that says what it has to, and this.
    macro_rules! scheme {
        ($scheme:ident $(, $constant:item)?) => {
            #[derive(Clone)]
            struct $scheme;

            impl SessionScheme for $scheme {
                const NAME: &'static str = stringify!($scheme);
                $($constant)?
                type Tokens = DeclaredTokens;

                async fn renew<T: Transport>(
                    &self,
                    held: &DeclaredTokens,
                    _: &Connection<T>,
                ) -> Result<DeclaredTokens, RenewalFailed> {
                    Ok(held.clone())
                }
            }
        };
    }

    scheme!(Plain);
    scheme!(WithRoles, const TOKENS_HOLD_ROLES: bool = true;);

    fn held() -> DeclaredTokens {
        DeclaredTokens { access: "a".into(), refresh: None, expires_in: Some(60), expires_at: None, subject: None }
    }

    #[tokio::test]
    async fn a_scheme_that_says_nothing_knows_nothing_and_refuses_nothing() {
        assert_eq!((Plain.subject(&held()), Plain.login(), Plain.scope()), (None, None, None));
        assert!(Plain.issuer().is_none() && Plain.probe().is_none());
        assert_eq!(Plain.accepts(&held()), Ok(()));
        assert!(Plain.restored(Some("a tenant")).is_ok());
        assert!(matches!(Plain.renew_by(&held()), RenewBy::Exchange));
        let Life { lasts, issued_at, expires_at, is_used_up } = Plain.life(&held());
        assert_eq!((lasts, issued_at, expires_at, is_used_up), (None, None, None, false));

        let client = crate::Client::builder("https://acme.test").transport(crate::testing::FakeTransport::new());
        let client = client.build().unwrap();
        let failed = Plain.sign_in_again(&held(), client.connection()).await.unwrap_err();
        assert!(matches!(failed, RenewalFailed::Over(_)), "{failed:?}");
        assert!(Plain.end(&held(), client.connection()).await.is_ok(), "the server is not told");
    }

    #[test]
    fn tokens_that_may_be_good_are_renewed_for_an_unknown_cause_or_for_roles_that_they_hold() {
        for (verdict, plain, with_roles) in [
            (Verdict::Unknown, true, true),
            (Verdict::Permission, false, true),
            (Verdict::Other, false, false),
            (Verdict::Proof, false, false),
        ] {
            let may = (Plain.may_renew(&held(), verdict), WithRoles.may_renew(&held(), verdict));
            assert_eq!(may, (plain, with_roles), "{verdict:?}");
        }
    }

    #[test]
    fn a_way_to_renew_says_what_it_may_do() {
        let may = |way: &RenewBy| (way.may_exchange(), way.may_sign_in());
        assert_eq!(may(&RenewBy::Exchange), (true, false));
        assert_eq!(may(&RenewBy::ExchangeOrSignIn), (true, true));
        assert_eq!(may(&RenewBy::SignIn), (false, true));
        assert_eq!(may(&RenewBy::nothing("it ends")), (false, false));
    }
}
