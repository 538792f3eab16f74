//! The error of a call or a client: one type for all kinds of failures.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use qelos_spec::{ApiError, DecodeError, EncodeError, Endpoint, EndpointInfo, Refused, ResponseError, WorkspaceId};

use crate::error::credential_facts::CredentialFacts;
pub(crate) use crate::error::redirect::redirect;
use crate::session::store::StoreError;
use crate::transport::{TransportError, TransportErrorKind};

pub(crate) mod advice;
pub(crate) mod credential_facts;
mod failure_type;
mod hint;
mod line;
mod redirect;
#[cfg(test)]
mod tests;

/// A call failed, or a client could not be built.
///
/// [`status`](Self::status) and [`api`](Self::api) have the response of the server. [`hint`](Self::hint) says what the
/// error usually means, and what to do. The `is_` methods tell the kind of the failure. An error is cheap to clone.
///
/// Its `Display` is one line with all of that, of at most 2,000 characters, for people and logs; its wording is not an
/// interface. Its causes, such as the message of the operating system about a connection, are its
/// [`source`](std::error::Error::source), for reports of errors. `{:#}` has them in the same line, and so has `Debug`,
/// which `fn main() -> Result<(), Error>` prints.
///
/// It shows paths as templates, and neither headers nor bodies. The body of a refusal is kept for
/// [`declared`](Self::declared) and [`ApiError::body`]. The message of the server is shown, with the secrets of the
/// request masked: the documentation of [`secret`](crate::secret) says which secrets are known.
///
/// ```
/// use http::StatusCode;
/// use qelos_client::Client;
/// use qelos_client::api::GetMe;
/// use qelos_client::testing::{FakeTransport, Refusal};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), qelos_client::Error> {
/// let server = FakeTransport::new();
/// server.expect(&GetMe).refuse(Refusal::new(StatusCode::FORBIDDEN, "not today"));
/// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
///
/// let error = client.call(&GetMe).await.unwrap_err();
/// assert_eq!(error.status(), Some(StatusCode::FORBIDDEN));
/// assert_eq!(error.api().and_then(|api| api.message()), Some("not today"));
/// assert!(error.is_forbidden() && !error.is_transient());
/// assert_eq!((error.attempts(), error.retry_after()), (1, None));
/// if let Some(hint) = error.hint() {
///     println!("{hint}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: Kind,
    call: Option<Call>,
    /// A hint of the place that made the error, instead of the usual one.
    hint: Option<String>,
    attempts: usize,
    retry_after: Option<Duration>,
    /// The result of looking into a refusal.
    standing: Option<Standing>,
    /// Set when the failure is transient although its kind does not tell.
    is_transient: bool,
}

/// The result of looking into a refusal, beyond the status of the response.
#[derive(Debug, Clone)]
pub(crate) enum Standing {
    /// The proof is bad, and there is no better one.
    BadProof,
    /// The proof is good, and the user lacks a permission. The duration is the age of the roles in the proof.
    Forbidden(Option<Duration>),
    /// The proof could not be renewed, for a transient reason.
    NotRenewed(Error),
}

/// The call that failed.
#[derive(Debug, Clone)]
struct Call {
    endpoint: &'static EndpointInfo,
    credential: CredentialFacts,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// The client was given a setting that it cannot use.
    Config(String),
    /// The request cannot be written.
    Encode(EncodeError),
    /// The credential, chosen at run time, is of the wrong kind.
    NotAllowed,
    /// A secret would travel unencrypted.
    Plaintext,
    /// There is no complete response.
    Transport(TransportError),
    /// The deadline passed. The status is that of a response that had begun.
    Deadline(Duration, Option<StatusCode>),
    /// The server refused.
    Api(ApiError),
    /// The server redirects to this origin.
    Redirect(ApiError, Option<String>),
    /// The response is not the declared one.
    Decode(DecodeError),
    /// The server signed the user in to the second workspace, or to none, instead of the first.
    WorkspaceMismatch(WorkspaceId, Option<WorkspaceId>),
    /// A person did not get a session: the reason, and the refusal of the server, if it was one.
    #[cfg_attr(
        not(any(feature = "mcp", feature = "oauth2")),
        expect(dead_code, reason = "only the sign-ins of these features fail like this")
    )]
    SignInFailed(String, Option<ApiError>),
    /// The session is over: signed out, or the server refused to renew it.
    SessionEnded(&'static str, Option<ApiError>),
    /// The store of the session could not be used.
    Store(StoreError),
}

impl Error {
    pub(crate) fn new(kind: Kind) -> Self {
        Self(Arc::new(Inner {
            kind,
            call: None,
            hint: None,
            attempts: 0,
            retry_after: None,
            standing: None,
            is_transient: false,
        }))
    }

    pub(crate) fn config(message: impl fmt::Display) -> Self {
        Self::new(Kind::Config(message.to_string()))
    }

    /// The error of a credential of your own that has no proof, or cannot write it. The message must not contain a
    /// secret.
    ///
    /// ```
    /// use qelos_client::Error;
    ///
    /// let error = Error::credential("the key is empty");
    /// assert!(error.is_config() && error.to_string() == "the key is empty");
    /// ```
    pub fn credential(why: impl fmt::Display) -> Self {
        Self::config(why)
    }

    pub(crate) fn session_ended(why: &'static str) -> Self {
        Self::new(Kind::SessionEnded(why, None))
    }

    #[cfg(any(feature = "mcp", feature = "oauth2"))]
    pub(crate) fn sign_in_failed(why: impl fmt::Display, refusal: Option<&ApiError>) -> Self {
        Self::new(Kind::SignInFailed(why.to_string(), refusal.cloned()))
    }

    /// Adds the call that failed, unless the error has one already, such as the renewal on the way.
    pub(crate) fn of_call(self, endpoint: &'static EndpointInfo, credential: CredentialFacts) -> Self {
        if self.0.call.is_some() {
            return self;
        }
        self.with(|inner| inner.call = Some(Call { endpoint, credential }))
    }

    /// Sets the number of attempts, unless the error is one of another call.
    pub(crate) fn after(self, attempts: usize) -> Self {
        if self.0.call.is_some() { self } else { self.with(|inner| inner.attempts = attempts) }
    }

    /// Sets how long the server asked to wait.
    pub(crate) fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        self.with(|inner| inner.retry_after = retry_after)
    }

    /// Adds the result of looking into a refusal, if there is one.
    pub(crate) fn with_standing(self, standing: Option<Standing>) -> Self {
        if standing.is_some() { self.with(|inner| inner.standing = standing) } else { self }
    }

    /// Marks the failure as transient, whatever its kind: for example a renewal that a proxy has forbidden.
    pub(crate) fn into_transient(self) -> Self {
        self.with(|inner| inner.is_transient = true)
    }

    /// Replaces the usual hint.
    pub(crate) fn with_hint(self, hint: String) -> Self {
        self.with(|inner| inner.hint = Some(hint))
    }

    fn with(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// The status of the response, also of one that did not arrive completely.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.kind {
            Kind::Decode(error) => Some(error.status()),
            Kind::Transport(error) => error.status(),
            Kind::Deadline(_, status) => *status,
            _ => self.api().map(ApiError::status),
        }
    }

    /// The refusal of the server: its message, its code, and the errors of single fields.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.kind {
            Kind::Api(error)
            | Kind::Redirect(error, _)
            | Kind::SessionEnded(_, Some(error))
            | Kind::SignInFailed(_, Some(error)) => Some(error),
            _ => None,
        }
    }

    /// The refusal of the server, as the type that `E` declares with `error = Type`. `None` when `E` declares no type,
    /// or when the server has refused another request: one of another endpoint, or the renewal of the session on the
    /// way.
    ///
    /// ```
    /// use http::StatusCode;
    /// use qelos_client::auth::SignedIn;
    /// use qelos_client::testing::{FakeTransport, Refusal};
    /// use qelos_client::{Client, Endpoint};
    ///
    /// #[derive(Endpoint)]
    /// #[endpoint(POST, "/api/invoices/{number}/pay", auth = SignedIn, error = Unpaid)]
    /// struct Pay {
    ///     number: u32,
    /// }
    ///
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct Unpaid {
    ///     missing: u32,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// let server = FakeTransport::new();
    /// server.expect(&Pay { number: 7 }).refuse(Refusal::declared(StatusCode::PAYMENT_REQUIRED, &Unpaid { missing: 12 }));
    /// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
    ///
    /// let error = client.call(&Pay { number: 7 }).await.unwrap_err();
    /// match error.declared::<Pay>() {
    ///     Some(Ok(unpaid)) => assert_eq!(unpaid.missing, 12),
    ///     Some(Err(why)) => println!("{error}, and {why}"),
    ///     None => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the body is not of that type. The error says where; the message of the server is still in
    /// [`api`](Self::api).
    #[must_use]
    pub fn declared<E: Endpoint>(&self) -> Option<Result<E::Error, DecodeError>> {
        let is_of_another = self.endpoint().is_some_and(|endpoint| endpoint != EndpointInfo::of::<E>());
        if is_of_another { None } else { self.api()?.declared::<E>() }
    }

    /// The endpoint that was called.
    #[must_use]
    pub fn endpoint(&self) -> Option<&EndpointInfo> {
        self.0.call.as_ref().map(|call| call.endpoint)
    }

    /// How often the client tried to send the request; 0 if it did not try.
    #[must_use]
    pub fn attempts(&self) -> usize {
        self.0.attempts
    }

    /// How long the server asked to wait, counted from its response, for example with a 429 or a 503.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.0.standing {
            Some(Standing::NotRenewed(error)) => error.retry_after(),
            _ => self.0.retry_after,
        }
    }

    /// Whether the same call may well succeed later: the network failed, or the server is overloaded or unavailable
    /// (429, 502, 503, 504). If the request was sent and the endpoint is not idempotent, look whether the server has
    /// acted before you call again.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        if self.0.is_transient || matches!(self.0.standing, Some(Standing::NotRenewed(_))) {
            return true;
        }
        match &self.0.kind {
            Kind::Transport(error) => error.kind().is_transient(),
            Kind::Deadline(..) => true,
            _ => self.status().is_some_and(is_transient),
        }
    }

    /// Whether the client was given a URL, a token or a setting that it cannot use.
    #[must_use]
    pub fn is_config(&self) -> bool {
        matches!(self.0.kind, Kind::Config(_))
    }

    /// Whether a value could not be written to the request. Nothing was sent.
    #[must_use]
    pub fn is_encode(&self) -> bool {
        matches!(self.0.kind, Kind::Encode(_))
    }

    /// Whether the credential is of another kind than the endpoint requires. Nothing was sent.
    #[must_use]
    pub fn is_not_allowed(&self) -> bool {
        matches!(self.0.kind, Kind::NotAllowed)
    }

    /// Whether a secret would have travelled unencrypted. Nothing was sent.
    #[must_use]
    pub fn is_plaintext(&self) -> bool {
        matches!(self.0.kind, Kind::Plaintext)
    }

    /// Whether no complete response arrived: [`is_connect`](Self::is_connect), [`is_timeout`](Self::is_timeout),
    /// [`is_too_large`](Self::is_too_large), or a connection that broke.
    #[must_use]
    pub fn is_transport(&self) -> bool {
        matches!(self.0.kind, Kind::Transport(_) | Kind::Deadline(..))
    }

    /// Whether no connection was made, so that the server has not seen the request. The reason may be
    /// [`is_dns`](Self::is_dns), [`is_tls`](Self::is_tls) or [`is_timeout`](Self::is_timeout).
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.transport_kind().is_some_and(TransportErrorKind::is_before_sending)
    }

    /// Whether the name of the server has no address. Nothing was sent.
    #[must_use]
    pub fn is_dns(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Dns)
    }

    /// Whether no encrypted connection could be made: the certificate is not trusted here, or the server does not speak
    /// TLS. Nothing was sent.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Tls)
    }

    /// Whether an exchange took longer than its timeout, or the call longer than its deadline. The server may have seen
    /// the request, unless [`is_connect`](Self::is_connect) is `true`.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Deadline(..))
            || matches!(self.transport_kind(), Some(TransportErrorKind::Timeout | TransportErrorKind::ConnectTimeout))
    }

    /// Whether the response is larger than the transport allows. The server has seen the request.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::TooLarge)
    }

    /// Whether the response is a redirect. The client does not follow it.
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        matches!(self.0.kind, Kind::Redirect(..))
    }

    /// Whether the server did not accept the credential, because it is expired, revoked or absent. Usually a 401; a 403
    /// if the client has found out that the credential is the cause.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        match self.0.standing {
            Some(Standing::BadProof) => true,
            Some(Standing::Forbidden(_)) => false,
            _ => self.status() == Some(StatusCode::UNAUTHORIZED),
        }
    }

    /// Whether the server accepted the credential, but the user lacks a role or permission. Usually a 403; a 401 if the
    /// client has found out that the credential is good, since Qelos responds to most missing roles with 401.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        match self.0.standing {
            Some(Standing::BadProof) => false,
            Some(Standing::Forbidden(_)) => true,
            _ => self.status() == Some(StatusCode::FORBIDDEN),
        }
    }

    /// Whether the server has not found what the path names (404).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the server succeeded, but its response is not the declared one.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(_))
    }

    /// Whether the server has signed the user in to another workspace than the one asked for, or to none.
    #[must_use]
    pub fn is_workspace_mismatch(&self) -> bool {
        matches!(self.0.kind, Kind::WorkspaceMismatch(..))
    }

    /// Whether a person did not get a session from a sign-in that goes through a browser: it was refused there, or not
    /// finished in time. A new sign-in may succeed.
    #[must_use]
    pub fn is_sign_in_failed(&self) -> bool {
        matches!(self.0.kind, Kind::SignInFailed(..))
    }

    /// Whether the session is over, so that only signing in again helps.
    #[must_use]
    pub fn is_session_ended(&self) -> bool {
        matches!(self.0.kind, Kind::SessionEnded(..))
    }

    /// Whether the store of the session could not be used. The session did not change: it is not renewed without its
    /// store.
    #[must_use]
    pub fn is_store(&self) -> bool {
        matches!(self.0.kind, Kind::Store(_))
    }

    pub(crate) fn transport_kind(&self) -> Option<TransportErrorKind> {
        if let Kind::Transport(error) = &self.0.kind { Some(error.kind()) } else { None }
    }
}

impl Refused for Error {
    fn refusal(&self) -> Option<&ApiError> {
        self.api()
    }

    fn declared<E: Endpoint>(&self) -> Option<Result<E::Error, DecodeError>> {
        Self::declared::<E>(self)
    }
}

/// Whether a server that responds with this status may respond with another one in a moment.
pub(crate) fn is_transient(status: StatusCode) -> bool {
    use StatusCode as Is;
    matches!(status, Is::TOO_MANY_REQUESTS | Is::BAD_GATEWAY | Is::SERVICE_UNAVAILABLE | Is::GATEWAY_TIMEOUT)
}

impl From<EncodeError> for Error {
    fn from(error: EncodeError) -> Self {
        Self::new(Kind::Encode(error))
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::new(Kind::Transport(error))
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::new(Kind::Store(error))
    }
}

impl From<ResponseError> for Error {
    fn from(error: ResponseError) -> Self {
        Self::new(match error {
            ResponseError::Api(error) => Kind::Api(error),
            ResponseError::Decode(error) => Kind::Decode(error),
        })
    }
}
