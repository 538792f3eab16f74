//! A transport that expects given requests, and returns a given response to each.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use qelos_spec::{Body, EncodeResponse, Endpoint, RequestSnapshot};
use serde::Serialize;

use crate::headers::{self, HeaderContent};
use crate::testing::Refusal;
use crate::testing::expectations::comparison::{
    as_written, difference, is_expected, is_of_the_same_endpoint, without_unexpected_additions,
};
use crate::testing::script::Script;
use crate::transport::{AttemptInfo, Transport, TransportError, TransportErrorKind, whole};

mod comparison;

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
    Stream(Script),
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

    /// Refuses, with a status, and a message or the error that the endpoint declares.
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
    pub fn stream(self) -> StreamReply<'s, E> {
        StreamReply { expectation: self, script: Script::default() }
    }

    fn then(self, reply: Reply) {
        let Self { plan, request, times, .. } = self;
        plan.lock().expected.push_back(Exchange { request, times, reply });
    }
}

/// A response that arrives piece by piece: [`end`](Self::end) or [`cut`](Self::cut) finishes it.
///
/// Its waits are those of tokio's clock, so a test with paused time does not wait. A call of an endpoint that returns
/// no stream gets the response when it has ended.
///
/// ```
/// use std::time::Duration;
///
/// use qelos_client::Client;
/// use qelos_client::api::WorkspacesList;
/// use qelos_client::testing::FakeTransport;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), qelos_client::Error> {
/// let server = FakeTransport::new();
/// server.expect(&WorkspacesList {}).stream().bytes("[").wait(Duration::from_secs(1)).bytes("]").end();
/// server.expect(&WorkspacesList {}).stream().bytes("[").cut();
///
/// let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build()?;
/// assert!(client.workspaces().list().await?.is_empty());
/// # let once = qelos_client::Retries::none();
/// assert!(client.workspaces().list().retries(once).await.unwrap_err().is_transport());
/// # Ok(())
/// # }
/// ```
#[must_use = "a request is expected when its response is finished: `end` or `cut`"]
pub struct StreamReply<'s, E> {
    expectation: Expectation<'s, E>,
    script: Script,
}

impl<E: Endpoint> StreamReply<'_, E> {
    /// Sends a server-sent event with this JSON as its data. An event without a name has an empty one.
    ///
    /// # Panics
    ///
    /// When the data has no JSON form.
    #[track_caller]
    pub fn event(mut self, name: &str, data: &(impl Serialize + ?Sized)) -> Self {
        self.script.event(name, &json(data));
        self
    }

    /// Sends a server-sent event with this text as its data, such as `[DONE]`.
    pub fn text_event(mut self, name: &str, data: &str) -> Self {
        self.script.event(name, data);
        self
    }

    /// Sends a line with this JSON.
    ///
    /// # Panics
    ///
    /// When the value has no JSON form.
    #[track_caller]
    pub fn line(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        self.script.line(&json(value));
        self
    }

    /// Sends these bytes.
    pub fn bytes(mut self, bytes: impl Into<Bytes>) -> Self {
        self.script.chunk(bytes);
        self
    }

    /// Sends nothing for this time.
    pub fn wait(mut self, time: Duration) -> Self {
        self.script.wait(time);
        self
    }

    /// Ends the response.
    pub fn end(self) {
        self.expectation.then(Reply::Stream(self.script));
    }

    /// Breaks the connection.
    pub fn cut(mut self) {
        self.script.cut();
        self.end();
    }
}

impl<E> fmt::Debug for StreamReply<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReply").field("expectation", &self.expectation).finish_non_exhaustive()
    }
}

#[track_caller]
fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| panic!("{error}"))
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
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use http::StatusCode;
    use qelos_spec::SecretString;
    use qelos_spec::api::{OAuthSignIn, WorkspacesGet, WorkspacesList};

    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::auth::SignedIn;
    use crate::{ApiTokenAuth, Client, Endpoint};

    type Subject = Client<ApiTokenAuth, FakeTransport>;

    fn subject() -> (FakeTransport, Subject) {
        let server = FakeTransport::new();
        let builder = Client::builder("https://acme.example/prefix").transport(server.clone());
        (server, builder.api_token("ql_1").build().unwrap())
    }

    fn complaint(server: FakeTransport, client: Subject) -> String {
        drop(client);
        let panic = catch_unwind(AssertUnwindSafe(|| drop(server))).unwrap_err();
        *panic.downcast::<String>().unwrap()
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Paid {
        on: String,
    }

    #[derive(Endpoint)]
    #[endpoint(POST, "/api/invoices/{id}/reminder", auth = SignedIn, error = Paid)]
    struct Remind {
        id: u32,
    }

    #[tokio::test]
    async fn an_endpoint_is_refused_with_its_declared_error() {
        let (server, client) = subject();
        let paid = Paid { on: "2026-11-21".to_owned() };
        server.expect(&Remind { id: 7 }).refuse(Refusal::declared(StatusCode::CONFLICT, &paid));
        let error = client.call(&Remind { id: 7 }).await.unwrap_err();
        assert_eq!((error.status(), error.declared::<Remind>()), (Some(StatusCode::CONFLICT), Some(Ok(paid))));
    }

    #[tokio::test(start_paused = true)]
    async fn requests_get_their_responses_in_order() {
        let (server, client) = subject();
        server.expect(&WorkspacesList {}).reply(&Vec::new());
        server.expect(&WorkspacesList {}).refuse(Refusal::new(StatusCode::CONFLICT, "not now"));
        server.expect(&WorkspacesList {}).fail(no_connection());
        server.expect(&WorkspacesList {}).reply(&Vec::new());
        assert_eq!(client.workspaces().list().await.unwrap(), Vec::new());
        let refused = client.workspaces().list().await.unwrap_err();
        assert_eq!(refused.status(), Some(StatusCode::CONFLICT));
        assert_eq!(refused.api().and_then(|error| error.message()), Some("not now"));
        assert_eq!(client.workspaces().list().await.unwrap(), Vec::new(), "it is sent again after a failed connection");
    }

    #[tokio::test]
    async fn another_request_is_shown_next_to_the_expected_one() {
        let (server, client) = subject();
        let [expected, other] = ["65f000000000000000000001", "65f000000000000000000002"].map(|id| id.parse().unwrap());
        server.expect(&WorkspacesGet { workspace_id: expected }).fail(no_connection());
        let error = client.workspaces().get(&other).await.unwrap_err();
        let difference = "- expected\n+ came\n\n\
            - GET /api/workspaces/65f000000000000000000001\n\
            + GET /api/workspaces/65f000000000000000000002\n\
            \x20 accept: application/json\n";
        assert!(causes(&error).contains(&difference.to_owned()), "the call says so: {:#?}", causes(&error));
        assert_eq!(complaint(server, client), format!("the requests were not those expected\n\n{difference}"));
    }

    #[tokio::test]
    async fn an_unexpected_and_a_missing_request_fail_the_test() {
        let (server, client) = subject();
        assert!(client.workspaces().list().await.is_err());
        server.expect(&WorkspacesList {}).reply(&Vec::new());
        assert_eq!(
            complaint(server, client),
            "the requests were not those expected\n\n\
             nothing was expected any more, and this came:\n\
             GET /api/workspaces\naccept: application/json\n\n\
             this never came:\n\
             GET /api/workspaces\naccept: application/json\n"
        );
    }

    #[tokio::test]
    async fn a_request_may_be_expected_several_times() {
        let (server, client) = subject();
        server.expect(&WorkspacesList {}).times(3).reply(&Vec::new());
        for _ in 0..2 {
            assert_eq!(client.workspaces().list().await.unwrap(), Vec::new());
        }
        let missing = complaint(server, client);
        assert!(missing.ends_with("this never came:\nGET /api/workspaces\naccept: application/json\n"), "{missing}");

        let (server, client) = subject();
        server.expect(&WorkspacesList {}).times(3).reply(&Vec::new());
        assert!(complaint(server, client).contains("this never came (3 times):\nGET /api/workspaces"));
    }

    #[tokio::test]
    async fn requests_in_any_order_get_their_own_responses() {
        let server = FakeTransport::in_any_order();
        let builder = Client::builder("https://acme.example").transport(server.clone());
        let client = builder.api_token("ql_1").build().unwrap();
        server.expect(&Remind { id: 1 }).refuse(Refusal::new(StatusCode::CONFLICT, "one"));
        server.expect(&Remind { id: 2 }).refuse(Refusal::new(StatusCode::CONFLICT, "two"));
        let refusal = |id| {
            let call = client.call(&Remind { id });
            async { call.await.unwrap_err().api().and_then(|error| error.message().map(str::to_owned)) }
        };
        assert_eq!((refusal(2).await, refusal(1).await), (Some("two".to_owned()), Some("one".to_owned())));

        server.expect(&Remind { id: 1 }).refuse(Refusal::new(StatusCode::CONFLICT, "one"));
        assert!(client.call(&Remind { id: 3 }).await.is_err());
        assert!(client.workspaces().list().await.is_err());
        let complaint = complaint(server, client);
        assert!(complaint.contains("- POST /api/invoices/1/reminder\n+ POST /api/invoices/3/reminder"), "{complaint}");
        assert!(complaint.contains("no request of this endpoint was expected any more, and this came:"), "{complaint}");
        assert!(complaint.contains("this never came:\nPOST /api/invoices/1/reminder"), "{complaint}");
    }

    #[tokio::test]
    async fn secrets_are_compared_and_not_shown() {
        let (server, client) = subject();
        let sign_in = |password: &str| OAuthSignIn::new("ada", SecretString::from(password));
        server.expect(&sign_in("hunter2")).fail(no_connection());
        assert!(client.oauth_sign_in(&sign_in("hunter3")).await.is_err());
        let complaint = complaint(server, client);
        assert!(complaint.contains("differ in a secret"), "{complaint}");
        assert!(!complaint.contains("hunter"), "{complaint}");
    }

    fn no_connection() -> TransportError {
        TransportError::new(TransportErrorKind::Connect, "no connection")
    }

    fn causes(error: &dyn std::error::Error) -> Vec<String> {
        std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect()
    }
}
