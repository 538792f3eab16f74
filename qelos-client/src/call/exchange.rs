//! Sends a request until its response is final: the attempts, the waits between them, and the limits of both.
//!
//! Credentials are not handled here: an [`Attempt`] sends the request, with a credential or without.

use std::future::Future;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http::response::Parts;
use qelos_spec::auth::WithoutCredential;
use qelos_spec::secret::Secrets;
use qelos_spec::stream::Reopen;
use qelos_spec::{Body, Endpoint, EndpointInfo, ReadStream, Request, ResponseError, SecretString};
use tokio::time::Instant;
use tracing::{Instrument, debug};

use crate::auth::proof::Proof;
use crate::call::attempt::Attempted;
use crate::call::limits::{CallBudget, Limits};
use crate::call::operation::Operation;
use crate::call::retry;
use crate::call::telemetry::Telemetry;
use crate::connection::Connection;
use crate::error::credential_facts::CredentialFacts;
use crate::error::{Error, Kind, Standing, redirect};
use crate::headers::ClientHeaders;
use crate::transport::{AttemptInfo, Transport, TransportError};

/// The limit for a body that a transport returns as a stream, and that the endpoint does not.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// How one attempt is made: without or with a credential.
pub(crate) trait Attempt<T>: Send {
    /// Sends the request of `exchange`, once or, where that may help, once more with a better proof.
    fn attempt(&mut self, exchange: &Exchange<'_, T>) -> impl Future<Output = Attempted> + Send;
}

/// Attempts with one proof that is never renewed: to find out whether it is good, or for the last request of a session.
/// `None` for endpoints that require none.
pub(crate) struct WithProof<'p>(pub(crate) Option<&'p Proof>);

impl<T: Transport> Attempt<T> for WithProof<'_> {
    async fn attempt(&mut self, exchange: &Exchange<'_, T>) -> Attempted {
        exchange.send(self.0).await.into()
    }
}

/// A request under way on a connection.
pub(crate) struct Exchange<'c, T> {
    pub(crate) connection: &'c Connection<T>,
    request: &'c Request,
    pub(crate) budget: CallBudget,
    /// The body of a success, for an endpoint that returns it as a stream.
    open: Mutex<Option<Body>>,
    credential: CredentialFacts,
    telemetry: Telemetry,
    is_probe: bool,
}

impl<'c, T: Transport> Exchange<'c, T> {
    pub(crate) fn new(
        connection: &'c Connection<T>,
        request: &'c Request,
        credential: CredentialFacts,
        limits: Limits,
    ) -> Self {
        let (endpoint, shared) = (request.endpoint(), &connection.shared);
        let of_endpoint = Limits { timeout: endpoint.timeout, ..Limits::default() };
        let limits = limits.or(of_endpoint).or(shared.settings.limits.clone());
        let budget = CallBudget::new(limits, shared.transport.timeout(), request.sends_stream());
        let observer = shared.settings.observer.as_ref();
        let telemetry = Telemetry::start(endpoint, connection.base_url(), credential, observer, budget.started);
        Self { connection, request, budget, open: Mutex::default(), credential, telemetry, is_probe: false }
    }

    pub(crate) fn marked_as_probe(self) -> Self {
        Self { is_probe: true, ..self }
    }

    pub(crate) fn endpoint(&self) -> &'static EndpointInfo {
        self.request.endpoint()
    }

    /// Whether the request can be sent once more.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.request.is_repeatable()
    }

    /// Makes attempts until a response is final, the time is over, or another attempt cannot help. It does not depend
    /// on the type of the endpoint, so each endpoint adds little code.
    pub(crate) async fn run(&self, attempt: impl Attempt<T>) -> Result<Received, Error> {
        let attempts = pin!(self.attempts(attempt));
        let outcome = match self.telemetry.span() {
            None => attempts.await,
            Some(span) => attempts.instrument(span.clone()).await,
        };
        let (endpoint, credential, attempts) = (self.endpoint(), self.credential, self.budget.attempts());
        match outcome {
            Ok((response, standing)) => {
                // Only an error tells it.
                let may_fail = endpoint.errors_with_200 || !response.status().is_success();
                let asked = || retry::retry_after(response.headers(), self.connection);
                let retry_after = may_fail.then(asked).flatten();
                let open = self.open().take().map(|body| self.budget.opened(body));
                let (reopen, telemetry) = (None, self.telemetry.clone());
                Ok(Received {
                    response,
                    open,
                    reopen,
                    standing,
                    endpoint,
                    credential,
                    attempts,
                    retry_after,
                    telemetry,
                })
            }
            Err(error) => {
                let error = error.after(attempts).of_call(endpoint, credential);
                self.telemetry.call_ended(attempts, error.status(), Some(&error));
                Err(error)
            }
        }
    }

    async fn attempts(&self, mut attempt: impl Attempt<T>) -> Result<Final, Error> {
        self.budget.check()?;
        self.connection.shared.settings.retries_left.count_call();
        let mut waits = self.budget.retries.waits();
        loop {
            let attempted = match attempt.attempt(self).await {
                Attempted::Received(response, standing) => match redirect(&response, self.endpoint()) {
                    Some(error) => Attempted::Failed(error),
                    None => Attempted::Received(response, standing),
                },
                failed => failed,
            };
            let wait = waits.after(&attempted, self.endpoint(), self.connection);
            let of_client = &self.connection.shared.settings.retries_left;
            let may_wait =
                |wait: &Duration| self.is_repeatable() && self.budget.has_time_for(*wait) && of_client.take();
            let Some(wait) = wait.filter(may_wait) else {
                return match attempted {
                    Attempted::Received(response, standing) => Ok((response, standing)),
                    Attempted::NoProof(error) | Attempted::Failed(error) => Err(error),
                };
            };
            debug!(?wait, "the call is sent again");
            tokio::time::sleep(wait).await;
        }
    }

    /// The request of one attempt, for the transport. Adds the secrets that the proof writes for this attempt to `written`.
    fn request_with(
        &self,
        proof: Option<&Proof>,
        written: &mut Vec<SecretString>,
    ) -> Result<http::Request<Body>, Error> {
        let base = self.connection.base_url();
        let is_secret = proof.is_some() || self.holds_secrets();
        if is_secret && !(base.is_https() || base.is_loopback() || self.connection.shared.settings.plain_http) {
            return Err(Error::new(Kind::Plaintext));
        }
        let request = match self.request.multipart() {
            Some(_) => self.request.clone().with_boundary(self.connection.draw_boundary()?),
            None => self.request.clone(),
        };
        let mut request = request.into_streamed(base)?;
        if self.budget.watches_upload() {
            request = request.map(|body| self.budget.uploaded(body));
        }
        if let Some(headers) = self.connection.headers() {
            headers.apply(&mut request);
        }
        if let Some(proof) = proof {
            proof.apply(&mut request, self.connection, written)?;
        }
        Ok(request)
    }

    fn attempt_info(&self) -> AttemptInfo {
        let CallBudget { timeout, head, .. } = &self.budget;
        AttemptInfo { endpoint: self.endpoint(), timeout: *timeout, head: head.clone(), is_probe: self.is_probe }
    }

    /// Sends the request once.
    pub(crate) async fn send(&self, proof: Option<&Proof>) -> Result<Response<Bytes>, Error> {
        let budget = &self.budget;
        let mut written = Vec::new();
        let request = self.request_with(proof, &mut written)?;
        // In a box of its own, because allocators are slower above about a kilobyte: that of glibc takes a lock.
        let mut sent = Box::pin(self.connection.shared.transport.send_attempt(request, self.attempt_info()));
        let (number, started) = (budget.another_attempt(), Instant::now());
        let failed = |error| {
            self.telemetry.attempt_ended(number, started, Err(&error));
            error
        };
        let outcome = budget.exchange(started, sent.as_mut()).await;
        budget.head.clear();
        let (head, body) = outcome.map_err(failed)?.into_parts();
        let body = match body.try_into_bytes() {
            Ok(bytes) => bytes,
            // In a box, because it is rare: the transports over the network read all bodies but those of streams.
            Err(stream) => Box::pin(self.read(&head, stream, started)).await.map_err(failed)?,
        };
        let mut response = Response::from_parts(head, body);
        self.telemetry.attempt_ended(number, started, Ok(response.status()));
        self.mark_secrets(proof, written, &mut response);
        Ok(response)
    }

    /// Reads a body that the transport has left open, unless the endpoint returns it as a stream.
    async fn read(&self, head: &Parts, body: Body, started: Instant) -> Result<Bytes, Error> {
        let endpoint = self.endpoint();
        if endpoint.streams && endpoint.statuses.contains(head.status) {
            *self.open() = Some(body);
            return Ok(Bytes::new());
        }
        self.budget.head.set(head.status);
        let read = body.collect(LARGEST_BODY);
        let read = pin!(async {
            read.await.map_err(|error| TransportError::download(error).with_status(head.status)).map_err(Error::from)
        });
        self.budget.rest_of_exchange(started, read).await
    }

    fn open(&self) -> MutexGuard<'_, Option<Body>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the secrets that were sent to a response that may repeat them, for
    /// [`ApiError::of`](qelos_spec::ApiError::of).
    fn mark_secrets(&self, proof: Option<&Proof>, written: Vec<SecretString>, response: &mut Response<Bytes>) {
        let holds_secrets = self.holds_secrets();
        let is_secret = proof.is_some() || holds_secrets;
        let may_repeat_it = holds_secrets || self.endpoint().errors_with_200 || !response.status().is_success();
        if is_secret && may_repeat_it {
            response.extensions_mut().insert(self.secrets(proof, written));
        }
    }

    /// The secrets that were sent, for [`ApiError::of`](qelos_spec::ApiError::of): a server may repeat them in a
    /// refusal.
    fn secrets(&self, proof: Option<&Proof>, written: Vec<SecretString>) -> Secrets {
        let of_client = self.connection.headers().into_iter().flat_map(ClientHeaders::secrets);
        let secrets = self.request.secrets().with_values(of_client);
        match proof.map(Proof::header) {
            None => secrets,
            Some(Some(header)) => secrets.with_credential(header),
            Some(None) => secrets.with_values(written),
        }
    }

    fn holds_secrets(&self) -> bool {
        self.request.holds_secrets() || self.connection.headers().is_some_and(ClientHeaders::holds_secrets)
    }
}

impl<T: Transport> Connection<T> {
    /// Calls an endpoint that carries no credential of the client: credentials use it to begin or renew a session. A stream
    /// that breaks off is not opened again here.
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
    /// When the request cannot be encoded or sent, or the server refuses.
    pub fn call<'c, E>(&'c self, endpoint: &'c E) -> Operation<'c, E::Response>
    where
        E: Endpoint + Sync,
        E::Auth: WithoutCredential,
    {
        self.call_public(endpoint)
    }

    /// Calls an endpoint with this proof, which is not renewed: credentials use it to end a session, and to renew one
    /// at a server that asks for a proof of the program.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client) -> Result<(), qelos_client::Error> {
    /// use qelos_client::SecretString;
    /// use qelos_client::api::GetMe;
    /// use qelos_client::auth::Proof;
    ///
    /// let me = client.connection().call_with(&GetMe, &Proof::bearer(&SecretString::from("eyJhbGciOi"))?).await?;
    /// # let _ = me;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the request cannot be encoded or sent, or the server refuses.
    pub fn call_with<'c, E>(&'c self, endpoint: &'c E, proof: &'c Proof) -> Operation<'c, E::Response>
    where
        E: Endpoint + Sync,
    {
        Operation::new(move |limits| self.call_as(endpoint, Some(proof), CredentialFacts::NONE, limits))
    }

    /// Calls an endpoint without a proof, whatever it asks for: its declaration was checked elsewhere.
    pub(crate) fn call_public<'c, E>(&'c self, endpoint: &'c E) -> Operation<'c, E::Response>
    where
        E: Endpoint + Sync,
    {
        Operation::new(move |limits| self.call_as(endpoint, None, CredentialFacts::NONE, limits))
    }

    pub(crate) async fn call_as<E: Endpoint + Sync>(
        &self,
        endpoint: &E,
        proof: Option<&Proof>,
        facts: CredentialFacts,
        limits: Limits,
    ) -> Result<E::Response, Error> {
        let request = endpoint.encode().map_err(Error::from).and_then(|request| self.with_idempotency_key(request));
        let request = request.map_err(|error| error.of_call(EndpointInfo::of::<E>(), facts))?;
        let limits = limits.or(self.operation_limits());
        Exchange::new(self, &request, facts, limits).run(WithProof(proof)).await?.read(&Reader::of::<E>())
    }
}

/// The final response, and what is known about the proof if the response refuses it.
type Final = (Response<Bytes>, Option<Standing>);

/// The functions of an endpoint that read its response.
pub(crate) struct Reader<R> {
    decode: fn(&Response<Bytes>) -> Result<R, ResponseError>,
    /// For a body that stays open.
    stream: Option<ReadStream<R>>,
}

impl<R> Reader<R> {
    pub(crate) const fn new(
        decode: fn(&Response<Bytes>) -> Result<R, ResponseError>,
        stream: Option<ReadStream<R>>,
    ) -> Self {
        Self { decode, stream }
    }

    pub(crate) fn of<E: Endpoint<Response = R>>() -> Self {
        Self::new(E::decode, E::STREAM)
    }
}

/// The final response, and how it was received.
pub(crate) struct Received {
    pub(crate) response: Response<Bytes>,
    /// The body, if it is a stream that the endpoint returns.
    open: Option<Body>,
    /// How the stream is opened again.
    reopen: Option<Reopen>,
    standing: Option<Standing>,
    endpoint: &'static EndpointInfo,
    credential: CredentialFacts,
    attempts: usize,
    retry_after: Option<Duration>,
    telemetry: Telemetry,
}

impl Received {
    /// Whether the response is a stream.
    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Lets the stream go on when it breaks off, if its endpoint declares that.
    pub(crate) fn reopened_by(&mut self, reopen: Option<Reopen>) {
        self.reopen = reopen;
    }

    /// The decoded response, or an error with everything that is known about the call.
    pub(crate) fn read<R>(&mut self, reader: &Reader<R>) -> Result<R, Error> {
        let read = match (reader.stream, self.open.take()) {
            (Some(stream), Some(body)) => stream(self.opened(body)),
            _ => (reader.decode)(&self.response),
        };
        let read = read.map_err(|error| self.failed(error));
        self.telemetry.call_ended(self.attempts, Some(self.response.status()), read.as_ref().err());
        read
    }

    /// The response with a body that stays open.
    fn opened(&mut self, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        *response.status_mut() = self.response.status();
        *response.headers_mut() = self.response.headers().clone();
        if let Some(reopen) = self.reopen.take() {
            response.extensions_mut().insert(reopen);
        }
        response
    }

    #[cold]
    fn failed(&self, error: ResponseError) -> Error {
        let error = Error::from(error).after(self.attempts).with_retry_after(self.retry_after);
        error.with_standing(self.standing.clone()).of_call(self.endpoint, self.credential)
    }
}
