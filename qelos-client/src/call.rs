//! A call: prepared by the client, sent when it is awaited.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use qelos_spec::{EndpointInfo, Request, ResponseError};

use crate::auth::Credential;
use crate::client::Client;
use crate::error::Error;
use crate::transport::Transport;

/// A call that is ready to be sent: await it for the answer.
///
/// It owns everything it needs, so it can be spawned, joined or put under a timeout. It is independent of the type of
/// the endpoint, so that an endpoint costs little code.
///
/// # Cancel safety
///
/// Dropping it abandons the call; a request that was sent may still take effect. A refresh that was begun on the way
/// goes on, so that no token is lost.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<C, T, R> {
    state: State<C, T, R>,
}

enum State<C, T, R> {
    Ready(Box<Prepared<C, T, R>>),
    Sent(Pin<Box<dyn Future<Output = Result<R, Error>> + Send>>),
    Done,
}

struct Prepared<C, T, R> {
    client: Client<C, T>,
    request: Result<Request, Error>,
    endpoint: EndpointInfo,
    decode: fn(&Response<Bytes>) -> Result<R, ResponseError>,
}

impl<C: Credential, T: Transport, R: Send + 'static> Call<C, T, R> {
    pub(crate) fn new(
        client: Client<C, T>,
        endpoint: EndpointInfo,
        request: Result<Request, Error>,
        decode: fn(&Response<Bytes>) -> Result<R, ResponseError>,
    ) -> Self {
        Self { state: State::Ready(Box::new(Prepared { client, request, endpoint, decode })) }
    }
}

impl<C: Credential, T: Transport, R: Send + 'static> Prepared<C, T, R> {
    async fn send(self) -> Result<R, Error> {
        let Self { client: Client { connection, credential }, request, endpoint, decode } = self;
        let response = connection.exchange(request?, &credential).await?;
        decode(&response).map_err(|error| Error::from(error).of_call(&endpoint, credential.kind()))
    }
}

impl<C: Credential, T: Transport, R: Send + 'static> Future for Call<C, T, R> {
    type Output = Result<R, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let State::Ready(_) = self.state
            && let State::Ready(prepared) = std::mem::replace(&mut self.state, State::Done)
        {
            self.state = State::Sent(Box::pin(prepared.send()));
        }
        match &mut self.state {
            State::Sent(future) => future.as_mut().poll(cx),
            // Only left for a moment above.
            State::Ready(_) | State::Done => Poll::Pending,
        }
    }
}

// What it waits for is in a box, and nothing else is ever pinned.
impl<C, T, R> Unpin for Call<C, T, R> {}

impl<C, T, R> fmt::Debug for Call<C, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("sent", &matches!(self.state, State::Sent(_))).finish_non_exhaustive()
    }
}
