//! A transport that expects given requests, and returns a given response to each.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Request, Response};
use qelos_spec::{Body, EncodeResponse, Endpoint, RequestSnapshot, ToResponse};

use crate::headers::{self, HeaderContent};
use crate::testing::expectations::comparison::{
    as_written, difference, is_expected, is_of_the_same_endpoint, without_unexpected_additions,
};
use crate::testing::refusal::Refusal;
use crate::testing::script::{StreamReply, StreamScript};
use crate::transport::{AttemptInfo, Transport, TransportError, TransportErrorKind, whole};

mod comparison;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// A transport for unit tests: it expects requests, and returns a given response to each.
///
/// A test gives endpoints and their responses as values of their types, so the compiler notices when one changes. The
/// requests come in the order in which the test expects them, unless it is made by
/// [`in_any_order`](Self::in_any_order). A request other than the expected one fails with the difference between them.
/// When the last clone is dropped, it panics if there was such a request, or if an expected one never came.
///
/// ```
/// use qelos_client::testing::FakeTransport;
/// use qelos_client::{Client, DecodeRequest, Endpoint, auth::SignedIn};
///
/// #[derive(Endpoint, DecodeRequest)]
/// #[endpoint(GET, "/api/invoices/{id}/total", response = u32, auth = SignedIn)]
/// struct InvoiceTotal {
///     id: u32,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), qelos_client::Error> {
/// let server = FakeTransport::new();
/// server.expect(&InvoiceTotal { id: 7 }).reply(&1200);
///
/// let client = Client::builder("https://acme.example").transport(server.clone()).api_token("ql_1").build()?;
/// assert_eq!(client.call(&InvoiceTotal { id: 7 }).await?, 1200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct FakeTransport {
    plan: Arc<Plan>,
}

#[derive(Default)]
struct Plan {
    in_any_order: bool,
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    expected: VecDeque<Exchange>,
    surprises: Vec<String>,
}

struct Exchange {
    request: qelos_spec::Request,
    /// How often the request is still to come.
    times: usize,
    reply: Reply,
}

/// What a request gets.
#[derive(Clone)]
enum Reply {
    Response(Response<Bytes>),
    Stream(StreamScript),
    Failure(TransportError),
}

impl Reply {
    fn into_result(self) -> Result<Response<Body>, TransportError> {
        match self {
            Self::Response(response) => Ok(response.map(Body::from)),
            Self::Stream(script) => Ok(script.response()),
            Self::Failure(error) => Err(error),
        }
    }
}

impl FakeTransport {
    /// Expects nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Expects nothing yet, and then its requests in any order, for code that calls at the same time.
    ///
    /// ```
    /// use qelos_client::Client;
    /// use qelos_client::api::{GetMe, WorkspacesList};
    /// use qelos_client::testing::{FakeTransport, Refusal};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// let server = FakeTransport::in_any_order();
    /// server.expect(&GetMe).refuse(Refusal::new(http::StatusCode::NOT_FOUND, "gone"));
    /// server.expect(&WorkspacesList {}).times(2).reply(&Vec::new());
    ///
    /// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
    /// assert!(client.workspaces().list().await?.is_empty());
    /// assert!(client.call(&GetMe).await.is_err());
    /// assert!(client.workspaces().list().await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn in_any_order() -> Self {
        Self { plan: Arc::new(Plan { in_any_order: true, pages: Mutex::default() }) }
    }

    /// Expects this request next, once, with any credential. Bodies are compared byte by byte, also those that arrive as
    /// streams; forms of several parts are compared without their boundaries.
    ///
    /// # Panics
    ///
    /// When a value of the endpoint cannot be written to a request, or is a stream: expect its bytes,
    /// `Upload::from(bytes)`.
    #[track_caller]
    pub fn expect<E: Endpoint>(&self, endpoint: &E) -> Expectation<'_, E> {
        let request = endpoint.encode().unwrap_or_else(|error| panic!("{error}"));
        assert!(!request.sends_stream(), "a stream cannot be compared: expect its bytes, `Upload::from(bytes)`");
        Expectation { plan: &self.plan, request, times: 1, endpoint: PhantomData }
    }
}

impl fmt::Debug for FakeTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pages = self.plan.lock();
        let expected: Vec<_> = pages.expected.iter().map(|exchange| exchange.request.endpoint().name).collect();
        f.debug_struct("FakeTransport").field("expected", &expected).finish_non_exhaustive()
    }
}

impl Transport for FakeTransport {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let request = whole(request).await?;
        let is_probe = request.extensions().get::<AttemptInfo>().is_some_and(AttemptInfo::is_probe);
        let came = as_written(request);
        let mut pages = self.plan.lock();
        let found = pages.take(&came, self.plan.in_any_order);
        let reply = found.unwrap_or_else(|| {
            if is_probe {
                // The client sends probes by itself, so a test need not expect them. An unexpected one fails, and has no
                // effect.
                return Reply::Failure(TransportError::new(TransportErrorKind::Setup, "no probe was expected"));
            }
            // A failure of this kind is not retried.
            let difference = pages.surprise(&came, self.plan.in_any_order);
            Reply::Failure(TransportError::new(TransportErrorKind::Setup, difference))
        });
        reply.into_result()
    }
}

impl Pages {
    /// The reply to an expected request.
    fn take(&mut self, came: &Request<Bytes>, in_any_order: bool) -> Option<Reply> {
        let candidates = if in_any_order { self.expected.len() } else { 1 };
        let place = self.expected.iter().take(candidates).position(|next| is_expected(came, &next.request))?;
        let next = &mut self.expected[place];
        next.times -= 1;
        let reply = next.reply.clone();
        if next.times == 0 {
            self.expected.remove(place);
        }
        Some(reply)
    }

    /// Says what is wrong with a request that was not expected. In an order, it takes the place of the next one.
    fn surprise(&mut self, came: &Request<Bytes>, in_any_order: bool) -> String {
        let snapshot = RequestSnapshot::of_http(came);
        let next = if in_any_order {
            self.expected.iter().find(|next| is_of_the_same_endpoint(came, &next.request))
        } else {
            self.expected.front()
        };
        let difference = match next {
            Some(next) => {
                let came = without_unexpected_additions(came.clone(), &next.request);
                difference(&RequestSnapshot::from(&next.request), &RequestSnapshot::of_http(&came))
            }
            None if self.expected.is_empty() => format!("nothing was expected any more, and this came:\n{snapshot}"),
            None => format!("no request of this endpoint was expected any more, and this came:\n{snapshot}"),
        };
        if !in_any_order {
            self.expected.pop_front();
        }
        self.surprises.push(difference.clone());
        difference
    }
}

/// An expected request whose response is not given yet.
#[must_use = "a request is expected when its response is given"]
pub struct Expectation<'s, E> {
    plan: &'s Plan,
    request: qelos_spec::Request,
    times: usize,
    endpoint: PhantomData<fn(E)>,
}

impl<'s, E: Endpoint> Expectation<'s, E> {
    /// Expects the request so many times. Each one gets the same response.
    ///
    /// # Panics
    ///
    /// When the number is zero: leave the expectation out then.
    #[track_caller]
    pub fn times(self, times: usize) -> Self {
        assert!(times > 0, "a request that never comes needs no expectation: leave it out");
        Self { times, ..self }
    }

    /// Expects this header beside those of the endpoint: one that the call adds ([`Call::header`](crate::Call::header)), or
    /// that the client adds to each request ([`Builder::header`](crate::Builder::header)). Those of the client are compared only
    /// where they are expected.
    ///
    /// ```
    /// use qelos_client::Client;
    /// use qelos_client::api::WorkspacesList;
    /// use qelos_client::testing::FakeTransport;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// let server = FakeTransport::new();
    /// server.expect(&WorkspacesList {}).header("x-request-id", "7f3a").query("page", 2).reply(&Vec::new());
    ///
    /// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
    /// client.workspaces().list().header("x-request-id", "7f3a").query("page", 2).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When neither a client nor a call can set the header.
    #[track_caller]
    pub fn header(mut self, name: &str, value: impl HeaderContent) -> Self {
        let (name, value) = headers::checked(name, value).unwrap_or_else(|error| panic!("{error}"));
        self.request = self.request.with_header(name, value);
        self
    }

    /// Expects this parameter behind the query of the endpoint: one that the call adds ([`Call::query`](crate::Call::query)).
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.request = self.request.with_query(name, &value);
        self
    }

    /// Expects the request with which a client goes on reading a stream of events, behind the event with this id.
    ///
    /// ```
    /// use qelos_client::stream::{Event, StreamRules};
    /// use qelos_client::testing::FakeTransport;
    /// use qelos_client::{Client, Endpoint, Events, auth::SignedIn};
    ///
    /// const NEWS: StreamRules = StreamRules::new().endless().resumable();
    ///
    /// #[derive(Endpoint)]
    /// #[endpoint(GET, "/api/news", response = Events<Event>, stream = NEWS, auth = SignedIn)]
    /// struct ReadNews {}
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = FakeTransport::new();
    /// server.expect(&ReadNews {}).stream().id("7").text_event("", "rain").cut();
    /// server.expect(&ReadNews {}).behind_event("7").stream().id("8").text_event("", "sun").cut();
    ///
    /// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
    /// let mut news = client.call(&ReadNews {}).await?;
    /// assert_eq!(news.next().await.unwrap()?.data, "rain");
    /// assert_eq!(news.next().await.unwrap()?.data, "sun");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When the id cannot be in a header.
    #[track_caller]
    pub fn behind_event(self, id: &str) -> Self {
        let value = HeaderValue::from_str(id).unwrap_or_else(|error| panic!("{error}"));
        let request = self.request.without_header(&LAST_EVENT_ID).with_header(LAST_EVENT_ID, value);
        Self { request, ..self }
    }

    /// Responds with this.
    ///
    /// # Panics
    ///
    /// When the response cannot be written.
    #[track_caller]
    pub fn reply(self, response: &E::Response)
    where
        E: EncodeResponse,
    {
        let response = E::encode_response(response).unwrap_or_else(|error| panic!("{error}"));
        self.reply_with(response);
    }

    /// Refuses, with a status, and a message or any error. For one that the endpoint declares, see
    /// [`refuse_as`](Self::refuse_as).
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
    ///
    /// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
    /// assert!(client.call(&GetMe).await.unwrap_err().is_forbidden());
    /// # Ok(())
    /// # }
    /// ```
    pub fn refuse(self, refusal: Refusal) {
        self.reply_with(refusal.into_response());
    }

    /// Refuses with an error of the type that the endpoint declares with `error = Type`: see [`Refusal::of`].
    ///
    /// ```
    /// use qelos_client::testing::FakeTransport;
    /// use qelos_client::{Client, Endpoint, Response, auth::SignedIn};
    ///
    /// #[derive(Debug, PartialEq, Response)]
    /// enum Refused {
    ///     #[response(409)]
    ///     Paid { on: String },
    /// }
    ///
    /// #[derive(Endpoint)]
    /// #[endpoint(POST, "/api/invoices/{id}/reminder", error = Refused, auth = SignedIn)]
    /// struct Remind {
    ///     id: u32,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// let server = FakeTransport::new();
    /// server.expect(&Remind { id: 7 }).refuse_as(&Refused::Paid { on: "2026-11-21".to_owned() });
    ///
    /// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
    /// let error = client.call(&Remind { id: 7 }).await.unwrap_err();
    /// assert_eq!(error.declared::<Remind>(), Some(Ok(Refused::Paid { on: "2026-11-21".to_owned() })));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When the client would not read this error from the response, such as one whose status the type does not declare.
    #[track_caller]
    pub fn refuse_as(self, error: &E::Error)
    where
        E::Error: ToResponse,
    {
        self.refuse(Refusal::of::<E>(error));
    }

    /// Responds with anything that a server could send.
    ///
    /// ```
    /// use http::Response;
    /// use qelos_client::Client;
    /// use qelos_client::api::GetMe;
    /// use qelos_client::testing::FakeTransport;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// let server = FakeTransport::new();
    /// server.expect(&GetMe).reply_with(Response::new("<html>it works</html>".into()));
    ///
    /// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
    /// assert!(client.call(&GetMe).await.unwrap_err().is_decode());
    /// # Ok(())
    /// # }
    /// ```
    pub fn reply_with(self, response: Response<Bytes>) {
        self.then(Reply::Response(response));
    }

    /// Fails without a response. If the client retries, the test has to expect the next request as well.
    ///
    /// ```
    /// use qelos_client::api::GetMe;
    /// use qelos_client::testing::FakeTransport;
    /// use qelos_client::transport::TransportErrorKind;
    /// use qelos_client::{Client, Retries, TransportError};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// let server = FakeTransport::new();
    /// server.expect(&GetMe).fail(TransportError::new(TransportErrorKind::Broken, "the plug was pulled"));
    ///
    /// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
    /// let error = client.call(&GetMe).retries(Retries::none()).await.unwrap_err();
    /// assert!(error.is_transport() && error.is_transient());
    /// # Ok(())
    /// # }
    /// ```
    pub fn fail(self, error: TransportError) {
        self.then(Reply::Failure(error));
    }

    /// Responds piece by piece, with events, lines or bytes.
    pub fn stream(self) -> StreamReply<'s>
    where
        E: 's,
    {
        StreamReply::new(|script| self.then(Reply::Stream(script)))
    }

    fn then(self, reply: Reply) {
        let Self { plan, request, times, .. } = self;
        plan.lock().expected.push_back(Exchange { request, times, reply });
    }
}

impl<E> fmt::Debug for Expectation<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expectation").field(&RequestSnapshot::from(&self.request)).finish()
    }
}

impl Plan {
    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Plan {
    fn drop(&mut self) {
        let Pages { expected, surprises } = self.pages.get_mut().unwrap_or_else(PoisonError::into_inner);
        // The test has failed already. Print the reason: it is in the source of the error, which no `unwrap` shows.
        if thread::panicking() {
            for surprise in surprises {
                eprintln!("the request was not the expected one\n\n{surprise}");
            }
            return;
        }
        let missing = expected.iter().map(|next| {
            let times = if next.times == 1 { String::new() } else { format!(" ({} times)", next.times) };
            format!("this never came{times}:\n{}", RequestSnapshot::from(&next.request))
        });
        let complaints: Vec<_> = surprises.drain(..).chain(missing).collect();
        assert!(complaints.is_empty(), "the requests were not those expected\n\n{}", complaints.join("\n"));
    }
}

#[cfg(test)]
mod tests;
