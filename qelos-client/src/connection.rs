//! A server and the way to it: what all clients of one origin share, whatever they hold.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::auth::{CredentialKind, WithoutCredential};
use qelos_spec::{BaseUrl, Endpoint, EndpointInfo, Request, ResponseError, Timestamp};
use tracing::field::Empty;
use tracing::{Instrument, Span, debug, debug_span};

use crate::auth::{Anonymous, Authorization, Credential};
use crate::clock::Clock;
use crate::error::{Error, Kind, redirect};
use crate::limits::{Course, Limits, within};
use crate::retry;
use crate::transport::Transport;

/// The base URL, the transport, the clock, and how patient calls are. Cheap to clone.
///
/// ```
/// use qelos_client::Client;
///
/// let client = Client::new("https://acme.example")?;
/// assert_eq!(client.connection().base_url().as_str(), "https://acme.example");
/// # Ok::<(), qelos_client::Error>(())
/// ```
pub struct Connection<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    base: BaseUrl,
    transport: T,
    clock: Box<dyn Clock>,
    plain_http: bool,
    limits: Limits,
}

impl<T> Clone for Connection<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> fmt::Debug for Connection<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("base", &self.shared.base).finish_non_exhaustive()
    }
}

impl<T: Transport> Connection<T> {
    pub(crate) fn new(base: BaseUrl, transport: T, clock: Box<dyn Clock>, plain_http: bool, limits: Limits) -> Self {
        Self { shared: Arc::new(Shared { base, transport, clock, plain_http, limits }) }
    }

    /// Where the server is.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.shared.base
    }

    /// The time, as everything that uses this connection sees it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// Calls an endpoint that takes no credential of the client: how a credential gets or renews itself.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::{SecretString, api::OAuthSignIn};
    ///
    /// let sign_in = OAuthSignIn::new("ada", SecretString::from("hunter2"));
    /// let tokens = client.connection().call(&sign_in).await?.payload.tokens;
    /// # let _ = tokens;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the request cannot be written or sent, or the server refuses.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future abandons the call; a request that was sent may still take effect.
    pub async fn call<E>(&self, endpoint: &E) -> Result<E::Response, Error>
    where
        E: Endpoint + Sync,
        E::Auth: WithoutCredential,
    {
        let of_call = |error: Error| error.of_call(&EndpointInfo::of::<E>(), CredentialKind::Anonymous);
        let request = endpoint.encode().map_err(|error| of_call(error.into()))?;
        self.exchange(request, &Anonymous, Limits::default()).await?.decode(E::decode)
    }

    /// Sends a request, with the credential if the endpoint wants one, until there is an answer that stays, or no time or
    /// no sense in trying again. Independent of the endpoint's type, so that an endpoint costs little code.
    pub(crate) async fn exchange<C: Credential>(
        &self,
        request: Request,
        credential: &C,
        limits: Limits,
    ) -> Result<Answer, Error> {
        let (endpoint, credential_kind) = (request.endpoint().clone(), credential.kind());
        let span = debug_span!(
            "qelos.call",
            method = endpoint.method.as_str(),
            route = endpoint.path.as_str(),
            credential = credential_kind.as_str(),
            attempt = Empty,
            status = Empty,
        );
        let of_endpoint = Limits { timeout: endpoint.timeout, ..Limits::default() };
        let course = Course::new(limits.or(of_endpoint).or(self.shared.limits.clone()));
        let outcome = self.run(&request, credential, &course).instrument(span).await;
        let attempts = course.attempts();
        match outcome {
            Ok(response) => {
                let retry_after = retry::retry_after(response.headers(), self.now());
                Ok(Answer { response, endpoint, credential_kind, attempts, retry_after })
            }
            Err(error) => Err(error.after(attempts).of_call(&endpoint, credential_kind)),
        }
    }

    async fn run<C: Credential>(
        &self,
        request: &Request,
        credential: &C,
        course: &Course,
    ) -> Result<Response<Bytes>, Error> {
        course.limits.check()?;
        let attempts = self.attempts(request, credential, course);
        match course.deadline {
            Some(deadline) => within(deadline, attempts, || Kind::Deadline(deadline, course.head.status())).await,
            None => attempts.await,
        }
    }

    /// One attempt, and another where that may help: after a 401 one with a better proof, if the credential has one.
    async fn attempts<C: Credential>(
        &self,
        request: &Request,
        credential: &C,
        course: &Course,
    ) -> Result<Response<Bytes>, Error> {
        let mut waits = course.limits.retries.clone().unwrap_or_default().waits();
        let mut renewed = false;
        let mut proof = self.proof(request, credential).await?;
        loop {
            let outcome = self.attempt(request, proof.as_ref(), course).await;
            if let (Ok(response), Some(used)) = (&outcome, &proof) {
                credential.observe(response.headers(), self.now());
                if response.status() == StatusCode::UNAUTHORIZED && !renewed {
                    renewed = true;
                    let Some(better) = credential.renew(used, self).await? else { return outcome };
                    proof = Some(better);
                    continue;
                }
            }
            let outcome = outcome.and_then(|response| redirect(&response).map_or(Ok(response), Err));
            let wait = waits.after(&outcome, request.endpoint(), self.now());
            let Some(wait) = wait.filter(|wait| course.has_time_for(*wait)) else { return outcome };
            debug!(?wait, "the call is sent again");
            tokio::time::sleep(wait).await;
            // A new one: in the meantime it may have expired, or been renewed by somebody else.
            proof = self.proof(request, credential).await?;
        }
    }

    async fn proof<C: Credential>(&self, request: &Request, credential: &C) -> Result<Option<Authorization>, Error> {
        if request.endpoint().sends_credential { credential.authorize(self).await } else { Ok(None) }
    }

    /// One request, one response.
    async fn attempt(
        &self,
        request: &Request,
        proof: Option<&Authorization>,
        course: &Course,
    ) -> Result<Response<Bytes>, Error> {
        let Shared { base, transport, plain_http, .. } = &*self.shared;
        let secret = proof.is_some() || request.holds_secrets();
        if secret && !(base.is_https() || base.is_loopback() || *plain_http) {
            return Err(Error::new(Kind::Plaintext));
        }
        let mut request = request.clone().into_http(base)?;
        if let Some(Authorization { stamp, .. }) = proof {
            stamp.apply(&mut request);
        }
        let timeout = course.limits.timeout;
        if let Some(endpoint) = request.extensions_mut().get_mut::<EndpointInfo>() {
            endpoint.timeout = timeout;
        }
        request.extensions_mut().insert(course.head.clone());
        Span::current().record("attempt", course.another_attempt());
        let exchange = async { Ok(transport.send(request).await?) };
        let outcome = match timeout {
            Some(timeout) => within(timeout, exchange, || Kind::Transport(course.too_late(timeout))).await,
            None => exchange.await,
        };
        course.head.clear();
        let response = outcome?;
        Span::current().record("status", response.status().as_u16());
        Ok(response)
    }
}

/// The answer that stays, and how it was got.
pub(crate) struct Answer {
    pub(crate) response: Response<Bytes>,
    endpoint: EndpointInfo,
    credential_kind: CredentialKind,
    attempts: usize,
    retry_after: Option<Duration>,
}

impl Answer {
    /// What it says, or what went wrong, with everything that is known about the call.
    pub(crate) fn decode<R>(&self, decode: fn(&Response<Bytes>) -> Result<R, ResponseError>) -> Result<R, Error> {
        decode(&self.response).map_err(|error| {
            let error = Error::from(error).after(self.attempts).with_retry_after(self.retry_after);
            error.of_call(&self.endpoint, self.credential_kind)
        })
    }
}
