//! What can go wrong, in one type that answers questions.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::LOCATION;
use qelos_spec::secret::Secrets;
use qelos_spec::{ApiError, DecodeError, EncodeError, Endpoint, EndpointInfo, ResponseError, WorkspaceId};

use crate::error::credential_facts::CredentialFacts;
use crate::session::store::StoreError;
use crate::transport::{TransportError, TransportErrorKind};

pub(crate) mod advice;
pub(crate) mod credential_facts;
mod hint;
mod line;
#[cfg(test)]
mod tests;

/// The longest origin of a redirect that is shown: that of a name of the largest length there is.
const LONGEST_ORIGIN: usize = 280;

/// A call failed, or a client could not be built.
///
/// Ask it what happened: [`status`](Self::status) and [`api`](Self::api) say what the server answered,
/// [`hint`](Self::hint) what that usually means and what to do, the `is_` questions which kind of failure it is. It is cheap to
/// clone.
///
/// Its `Display` is one line with all of that, of 2,000 characters at most, for people and logs; its wording is not an interface.
/// Its causes, such as what the operating system says of a connection, are its [`source`](std::error::Error::source), as reports
/// of errors want it. `{:#}` has them in the same line, and so has `Debug`, which `fn main() -> Result<(), Error>` prints.
///
/// It shows paths as templates, and neither headers nor bodies. The body of a refusal is kept for
/// [`declared`](Self::declared) and [`ApiError::body`]. What the server says is shown, without the secrets of the request: the
/// documentation of [`secret`](crate::secret) says which are known.
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
    /// What is known beyond the usual.
    hint: Option<String>,
    attempts: usize,
    retry_after: Option<Duration>,
    /// What is known about the proof that was refused.
    standing: Option<Standing>,
    /// Whether it may pass, where the kind of failure alone does not tell.
    is_transient: bool,
}

/// What is known about a proof that was refused, beyond the status of the response.
#[derive(Debug, Clone)]
pub(crate) enum Standing {
    /// It is not good, and there is no better one.
    BadProof,
    /// It is good, and the user lacks a permission. The roles that stand in the proof are so old.
    Forbidden(Option<Duration>),
    /// It could not be renewed, for a reason that may pass.
    NotRenewed(Error),
}

/// The call that failed.
#[derive(Debug, Clone)]
struct Call {
    endpoint: EndpointInfo,
    credential: CredentialFacts,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// The client was given something it cannot use.
    Config(String),
    /// The request cannot be written.
    Encode(EncodeError),
    /// The credential, chosen at run time, is of the wrong kind.
    NotAllowed,
    /// A secret would travel unencrypted.
    Plaintext,
    /// There is no whole response.
    Transport(TransportError),
    /// It was not done within its deadline, when an answer with this status had begun.
    Deadline(Duration, Option<StatusCode>),
    /// The server refused.
    Api(ApiError),
    /// The server sends elsewhere: to this origin.
    Redirect(ApiError, Option<String>),
    /// The answer is not the declared one.
    Decode(DecodeError),
    /// The server signed the user in, and left the wish for a workspace aside.
    OtherWorkspace(WorkspaceId, Option<WorkspaceId>),
    /// The session is over: signed out, or the server refused to renew it.
    SessionEnded(&'static str, Option<ApiError>),
    /// The session could not be renewed together with those who share it.
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

    pub(crate) fn session_ended(why: &'static str) -> Self {
        Self::new(Kind::SessionEnded(why, None))
    }

    /// The same failure, as one of this call; unless it is one of another call already, such as a refresh on the way.
    pub(crate) fn of_call(self, endpoint: &EndpointInfo, credential: CredentialFacts) -> Self {
        if self.0.call.is_some() {
            return self;
        }
        self.with(|inner| inner.call = Some(Call { endpoint: endpoint.clone(), credential }))
    }

    /// The same failure, after so many attempts; unless it is one of another call.
    pub(crate) fn after(self, attempts: usize) -> Self {
        if self.0.call.is_some() { self } else { self.with(|inner| inner.attempts = attempts) }
    }

    /// The same failure, of a server that asks for some patience.
    pub(crate) fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        self.with(|inner| inner.retry_after = retry_after)
    }

    /// The same failure, of a request whose proof was refused.
    pub(crate) fn with_standing(self, standing: Option<Standing>) -> Self {
        if standing.is_some() { self.with(|inner| inner.standing = standing) } else { self }
    }

    /// The same failure, which may pass whatever its kind: a renewal that a proxy has forbidden, for example.
    pub(crate) fn passing(self) -> Self {
        self.with(|inner| inner.is_transient = true)
    }

    /// The same failure, with advice of its own.
    pub(crate) fn with_hint(self, hint: String) -> Self {
        self.with(|inner| inner.hint = Some(hint))
    }

    fn with(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// The status of the answer, when there was one, whole or not.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.kind {
            Kind::Decode(error) => Some(error.status()),
            Kind::Transport(error) => error.status(),
            Kind::Deadline(_, status) => *status,
            _ => self.api().map(ApiError::status),
        }
    }

    /// What the server said: message, code, and what is wrong with which field.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.kind {
            Kind::Api(error) | Kind::Redirect(error, _) | Kind::SessionEnded(_, Some(error)) => Some(error),
            _ => None,
        }
    }

    /// What the server said, as what `E` declares with `error = Type`; `None` when `E` declares nothing, or the server has refused
    /// something else: another endpoint, or the renewal of the session on the way.
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
    /// When the body is not what is declared: it says where. The words of the server are in [`api`](Self::api) all the same.
    #[must_use]
    pub fn declared<E: Endpoint>(&self) -> Option<Result<E::Error, DecodeError>> {
        let is_of_another = self.endpoint().is_some_and(|endpoint| *endpoint != EndpointInfo::of::<E>());
        if is_of_another { None } else { self.api()?.declared::<E>() }
    }

    /// The endpoint that was called.
    #[must_use]
    pub fn endpoint(&self) -> Option<&EndpointInfo> {
        self.0.call.as_ref().map(|call| &call.endpoint)
    }

    /// How often the call was tried; 0 when it did not come to that.
    #[must_use]
    pub fn attempts(&self) -> usize {
        self.0.attempts
    }

    /// How long the server asked to wait, counted from its answer, for example with a 429 or a 503.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.0.standing {
            Some(Standing::NotRenewed(error)) => error.retry_after(),
            _ => self.0.retry_after,
        }
    }

    /// Whether the same call may well succeed later: the network failed, or the server is overloaded or away (429, 502, 503,
    /// 504). Where the request has been sent and the endpoint is not idempotent, look whether the server has acted before
    /// calling again.
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

    /// Whether the client was given something it cannot use: a URL, a token, a setting.
    #[must_use]
    pub fn is_config(&self) -> bool {
        matches!(self.0.kind, Kind::Config(_))
    }

    /// Whether a value had no place in the request. Nothing was sent.
    #[must_use]
    pub fn is_encode(&self) -> bool {
        matches!(self.0.kind, Kind::Encode(_))
    }

    /// Whether the credential is not of the kind the endpoint asks for. Nothing was sent.
    #[must_use]
    pub fn is_not_allowed(&self) -> bool {
        matches!(self.0.kind, Kind::NotAllowed)
    }

    /// Whether a secret would have travelled unencrypted. Nothing was sent.
    #[must_use]
    pub fn is_plaintext(&self) -> bool {
        matches!(self.0.kind, Kind::Plaintext)
    }

    /// Whether there is no whole answer: [`is_connect`](Self::is_connect), [`is_timeout`](Self::is_timeout),
    /// [`is_too_large`](Self::is_too_large), or a connection that broke.
    #[must_use]
    pub fn is_transport(&self) -> bool {
        matches!(self.0.kind, Kind::Transport(_) | Kind::Deadline(..))
    }

    /// Whether no connection was made, so that the server has not seen the request; why may be [`is_dns`](Self::is_dns),
    /// [`is_tls`](Self::is_tls) or [`is_timeout`](Self::is_timeout).
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.transport_kind().is_some_and(TransportErrorKind::is_before_sending)
    }

    /// Whether the name of the server has no address. Nothing was sent.
    #[must_use]
    pub fn is_dns(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Dns)
    }

    /// Whether no encrypted connection could be made: the certificate is not trusted here, or it is no TLS that answers.
    /// Nothing was sent.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Tls)
    }

    /// Whether it took too long: an exchange its timeout, or the call its deadline. The server may have seen the request,
    /// unless [`is_connect`](Self::is_connect) says otherwise.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Deadline(..))
            || matches!(self.transport_kind(), Some(TransportErrorKind::Timeout | TransportErrorKind::ConnectTimeout))
    }

    /// Whether the answer is larger than what is read into memory. The server has seen the request.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::TooLarge)
    }

    /// Whether the server sends elsewhere. It was not followed.
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        matches!(self.0.kind, Kind::Redirect(..))
    }

    /// Whether the server did not accept the credential: expired, revoked, or none. Usually a 401; a 403 where it turned out
    /// that the credential is the reason.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        match self.0.standing {
            Some(Standing::BadProof) => true,
            Some(Standing::Forbidden(_)) => false,
            _ => self.status() == Some(StatusCode::UNAUTHORIZED),
        }
    }

    /// Whether the credential was accepted and is not enough: the user lacks a role or permission. Usually a 403; a 401 where
    /// it turned out that the credential is good, since Qelos answers most missing roles with 401.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        match self.0.standing {
            Some(Standing::BadProof) => false,
            Some(Standing::Forbidden(_)) => true,
            _ => self.status() == Some(StatusCode::FORBIDDEN),
        }
    }

    /// Whether there is no such thing (404).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the server succeeded and its answer is not the declared one.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(_))
    }

    /// Whether the server has signed the user in to another workspace than the one asked for, or to none.
    #[must_use]
    pub fn is_workspace_mismatch(&self) -> bool {
        matches!(self.0.kind, Kind::OtherWorkspace(..))
    }

    /// Whether the session is over, so that only signing in again helps.
    #[must_use]
    pub fn is_session_ended(&self) -> bool {
        matches!(self.0.kind, Kind::SessionEnded(..))
    }

    /// Whether the store of the session could not be used. The session itself is as it was: nothing was renewed that could
    /// not be written down.
    #[must_use]
    pub fn is_store(&self) -> bool {
        matches!(self.0.kind, Kind::Store(_))
    }

    pub(crate) fn transport_kind(&self) -> Option<TransportErrorKind> {
        if let Kind::Transport(error) = &self.0.kind { Some(error.kind()) } else { None }
    }
}

/// Whether a server that answers like this may answer differently in a moment.
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

/// The error in a redirect; `None` when the answer is none. Of its target only the origin is kept.
pub(crate) fn redirect(response: &http::Response<bytes::Bytes>) -> Option<Error> {
    let status = response.status();
    if !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
        return None;
    }
    let to = response.headers().get(LOCATION).and_then(|location| location.to_str().ok()?.parse::<http::Uri>().ok());
    let origin = to.and_then(|to| {
        Some(format!("{}://{}{}", to.scheme()?, to.host()?, to.port().map_or(String::new(), |port| format!(":{port}"))))
    });
    let origin = origin.filter(|origin| origin.len() <= LONGEST_ORIGIN);
    let secrets = response.extensions().get::<Secrets>();
    let origin = origin.map(|origin| secrets.map_or(origin.clone(), |secrets| secrets.mask(&origin).into_owned()));
    ApiError::of(response).map(|error| Error::new(Kind::Redirect(error, origin)))
}
