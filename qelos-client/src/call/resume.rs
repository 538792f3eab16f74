//! Opens a stream of events again that broke off, where its endpoint declares that.
//!
//! Each opening is an exchange of its own, with the limits of the call and a proof that may have been renewed since. It is
//! sent once: the stream counts its openings, and stops when they are as many in a row as the retries of the call.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http::header::{HeaderName, HeaderValue};
use qelos_spec::stream::{Interruption, Reopen};
use qelos_spec::{ApiError, Body, Request, ResponseError, StreamError};
use tracing::debug;

use crate::auth::Credential;
use crate::call::authorized::exchange;
use crate::call::exchange::Reader;
use crate::call::limits::{Limits, has_runtime};
use crate::call::retry::Retries;
use crate::connection::Connection;
use crate::error::Error;
use crate::transport::Transport;

/// The wait of a stream whose server asks for none. It is the one of browsers, which servers are made for.
const DEFAULT_WAIT: Duration = Duration::from_secs(3);
/// A server that asks for more is asked again after this time.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// How the response is read: it is a stream in any case, and its body stays open.
const OPENED: Reader<Response<Body>> = Reader::new(whole, Some(Ok));

/// The call of a stream, which can be sent again.
struct Source<C, T> {
    connection: Connection<T>,
    credential: C,
    request: Request,
    limits: Limits,
}

/// Opens the stream of this call again; `None` if its request can be sent only once.
pub(crate) fn reopen<C: Credential, T: Transport>(
    connection: Connection<T>,
    credential: C,
    request: Request,
    mut limits: Limits,
) -> Option<Reopen> {
    if !request.is_repeatable() {
        return None;
    }
    let of_client = || connection.shared.settings.limits.retries.clone();
    let retries = limits.retries.replace(Retries::none()).or_else(of_client).unwrap_or_default();
    let endpoint = request.endpoint();
    let source = Arc::new(Source { connection, credential, request, limits });
    Some(Reopen::new(endpoint, move |interruption| {
        let wait = wait(interruption, &retries).filter(|_| has_runtime())?;
        let request = resumed(&source.request, interruption.last_event_id())?;
        let source = Arc::clone(&source);
        Some(Box::pin(async move {
            debug!(?wait, route = endpoint.path.as_str(), "the stream is opened again");
            tokio::time::sleep(wait).await;
            source.open(&request).await.map_err(StreamError::client)
        }))
    }))
}

impl<C: Credential, T: Transport> Source<C, T> {
    async fn open(&self, request: &Request) -> Result<Response<Body>, Error> {
        exchange(&self.connection, request, &self.credential, self.limits.clone()).await?.read(&OPENED)
    }
}

/// The time before the stream is opened again; `None` if that cannot help, or was tried often enough.
fn wait(interruption: &Interruption<'_>, retries: &Retries) -> Option<Duration> {
    let refusal = match interruption.error().client_error() {
        Some(error) => Some(error.downcast_ref::<Error>().filter(|error| error.is_transient())?),
        None => None,
    };
    let asked = refusal.and_then(Error::retry_after).max(interruption.retry()).unwrap_or(DEFAULT_WAIT);
    let wait = retries.wait_before(interruption.in_a_row())?;
    Some(wait.max(asked.min(LONGEST_WAIT)))
}

/// The request of the rest of a stream; `None` if the id is no text that a header can hold.
fn resumed(request: &Request, last_event_id: &str) -> Option<Request> {
    if last_event_id.is_empty() {
        return Some(request.clone());
    }
    let id = HeaderValue::from_bytes(last_event_id.as_bytes()).ok()?;
    Some(request.clone().without_header(&LAST_EVENT_ID).with_header(LAST_EVENT_ID, id))
}

/// A response whose body a transport has read: a refusal, or a stream that has ended already.
fn whole(response: &Response<Bytes>) -> Result<Response<Body>, ResponseError> {
    match ApiError::of(response) {
        Some(refusal) => Err(ResponseError::Api(refusal)),
        None => Ok(response.clone().map(Body::from)),
    }
}
