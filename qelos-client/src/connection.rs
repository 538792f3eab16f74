//! A server and the way to it: what all clients of one origin share, whatever they hold.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::auth::{CredentialKind, WithoutCredential};
use qelos_spec::{BaseUrl, Endpoint, EndpointInfo, Request, Timestamp};
use tokio::runtime::Handle;
use tracing::field::Empty;
use tracing::{Instrument, Span, debug_span};

use crate::auth::{Anonymous, Authorization, Credential};
use crate::clock::Clock;
use crate::error::{Error, Kind, redirect};
use crate::transport::{Transport, TransportError, TransportErrorKind};

/// The base URL, the transport and the clock. Cheap to clone.
pub struct Connection<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    base: BaseUrl,
    transport: T,
    clock: Box<dyn Clock>,
    plain_http: bool,
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
    pub(crate) fn new(base: BaseUrl, transport: T, clock: Box<dyn Clock>, plain_http: bool) -> Self {
        Self { shared: Arc::new(Shared { base, transport, clock, plain_http }) }
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
        let response = self.exchange(request, &Anonymous).await?;
        E::decode(&response).map_err(|error| of_call(error.into()))
    }

    /// Sends a request, with the credential if the endpoint wants one; on a 401 once more, if the credential can do
    /// better. Independent of the endpoint's type, so that an endpoint costs little code.
    pub(crate) async fn exchange<C: Credential>(
        &self,
        request: Request,
        credential: &C,
    ) -> Result<Response<Bytes>, Error> {
        let (info, kind) = (request.endpoint().clone(), credential.kind());
        let span = debug_span!(
            "qelos.call",
            method = info.method.as_str(),
            route = info.path.as_str(),
            credential = kind.as_str(),
            attempt = Empty,
            status = Empty,
        );
        let attempts = self.attempts(request, credential).instrument(span);
        attempts.await.map_err(|error| error.of_call(&info, kind))
    }

    async fn attempts<C: Credential>(&self, request: Request, credential: &C) -> Result<Response<Bytes>, Error> {
        if !request.endpoint().sends_credential {
            return self.attempt(&request, None, 1).await;
        }
        let Some(authorization) = credential.authorize(self).await? else {
            return self.attempt(&request, None, 1).await;
        };
        let response = self.attempt(&request, Some(&authorization), 1).await?;
        credential.observe(response.headers());
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let Some(better) = credential.renew(&authorization, self).await? else { return Ok(response) };
        let response = self.attempt(&request, Some(&better), 2).await?;
        credential.observe(response.headers());
        Ok(response)
    }

    /// One request, one response.
    pub(crate) async fn attempt(
        &self,
        request: &Request,
        authorization: Option<&Authorization>,
        attempt: u32,
    ) -> Result<Response<Bytes>, Error> {
        let Shared { base, transport, plain_http, .. } = &*self.shared;
        let secret = authorization.is_some() || request.holds_secrets();
        if secret && !(base.is_https() || base.is_loopback() || *plain_http) {
            return Err(Error::new(Kind::Plaintext));
        }
        let timeout = request.endpoint().timeout;
        let mut request = request.clone().into_http(base)?;
        if let Some(Authorization { stamp, .. }) = authorization {
            stamp.apply(&mut request);
        }
        Span::current().record("attempt", attempt);
        let response = within(timeout, transport.send(request)).await?;
        Span::current().record("status", response.status().as_u16());
        redirect(&response).map_or(Ok(response), Err)
    }
}

/// Gives up on an exchange that takes longer than its endpoint allows.
async fn within(
    limit: Option<Duration>,
    exchange: impl Future<Output = Result<Response<Bytes>, TransportError>>,
) -> Result<Response<Bytes>, Error> {
    let Some(limit) = limit else { return Ok(exchange.await?) };
    if Handle::try_current().is_err() {
        return Err(Error::config("an endpoint with a timeout is called within a tokio runtime, and there is none"));
    }
    match tokio::time::timeout(limit, exchange).await {
        Ok(outcome) => Ok(outcome?),
        Err(elapsed) => Err(TransportError::new(TransportErrorKind::Timeout, elapsed).into()),
    }
}
