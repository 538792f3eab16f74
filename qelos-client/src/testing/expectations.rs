//! A transport that expects given requests, and returns a given response to each.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE};
use http::{Request, Response};
use qelos_spec::auth::API_KEY;
use qelos_spec::{EncodeResponse, Endpoint, RequestSnapshot};
use similar::TextDiff;

use crate::testing::Refusal;
use crate::transport::{AttemptInfo, Transport, TransportError, TransportErrorKind};

/// A transport for unit tests: it expects requests in an order, and returns a given response to each.
///
/// A test gives endpoints and their responses as values of their types, so the compiler notices when one changes. A
/// request other than the expected one fails with the difference between them. When the last clone is dropped, it
/// panics if there was such a request, or if an expected one never came.
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
    script: Arc<Script>,
}

#[derive(Default)]
struct Script(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    expected: VecDeque<Exchange>,
    surprises: Vec<String>,
}

struct Exchange {
    request: qelos_spec::Request,
    response: Result<Response<Bytes>, TransportError>,
}

impl FakeTransport {
    /// Expects nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Expects this request next, with any credential.
    ///
    /// # Panics
    ///
    /// When a value of the endpoint cannot be written to a request.
    #[track_caller]
    pub fn expect<E: Endpoint>(&self, endpoint: &E) -> Expectation<'_, E> {
        let request = endpoint.encode().unwrap_or_else(|error| panic!("{error}"));
        Expectation { script: &self.script, request, endpoint: PhantomData }
    }
}

impl fmt::Debug for FakeTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pages = self.script.lock();
        let expected: Vec<_> = pages.expected.iter().map(|exchange| exchange.request.endpoint().name).collect();
        f.debug_struct("FakeTransport").field("expected", &expected).finish_non_exhaustive()
    }
}

impl Transport for FakeTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let is_probe = request.extensions().get::<AttemptInfo>().is_some_and(AttemptInfo::is_probe);
        let came = as_written(request);
        let mut pages = self.script.lock();
        if is_probe && !pages.expected.front().is_some_and(|next| is_expected(&came, &next.request)) {
            // The client sends probes by itself, so a test need not expect them. An unexpected one fails, and has no
            // effect.
            return Err(TransportError::new(TransportErrorKind::Setup, "no probe was expected"));
        }
        let difference = match pages.expected.pop_front() {
            Some(next) if is_expected(&came, &next.request) => return next.response,
            Some(next) => difference(&RequestSnapshot::from(&next.request), &RequestSnapshot::of_http(&came)),
            None => format!("nothing was expected any more, and this came:\n{}", RequestSnapshot::of_http(&came)),
        };
        pages.surprises.push(difference.clone());
        // A failure of this kind is not retried.
        Err(TransportError::new(TransportErrorKind::Setup, difference))
    }
}

/// An expected request whose response is not given yet.
#[must_use = "a request is expected when its response is given"]
pub struct Expectation<'s, E> {
    script: &'s Script,
    request: qelos_spec::Request,
    endpoint: PhantomData<fn(E)>,
}

impl<E: Endpoint> Expectation<'_, E> {
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
        self.then(Ok(response));
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
        self.then(Err(error));
    }

    fn then(self, response: Result<Response<Bytes>, TransportError>) {
        self.script.lock().expected.push_back(Exchange { request: self.request, response });
    }
}

impl<E> fmt::Debug for Expectation<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expectation").field(&RequestSnapshot::from(&self.request)).finish()
    }
}

impl Script {
    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let Pages { expected, surprises } = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        // The test has failed already. Print the reason: it is in the source of the error, which no `unwrap` shows.
        if thread::panicking() {
            for surprise in surprises {
                eprintln!("the request was not the expected one\n\n{surprise}");
            }
            return;
        }
        let missing = expected.iter().map(|next| format!("this never came:\n{}", RequestSnapshot::from(&next.request)));
        let complaints: Vec<_> = surprises.drain(..).chain(missing).collect();
        assert!(complaints.is_empty(), "the requests were not those expected\n\n{}", complaints.join("\n"));
    }
}

/// Compares all parts of a request that its declaration decides.
fn is_expected(came: &Request<Bytes>, expected: &qelos_spec::Request) -> bool {
    let (sent, declared) = (came.extensions().get::<AttemptInfo>().map(AttemptInfo::endpoint), expected.endpoint());
    sent.is_some_and(|sent| sent.name == declared.name && sent.path == declared.path)
        && came.method() == expected.method()
        && came.uri().path_and_query().is_some_and(|target| target.as_str() == expected.target())
        && *came.headers() == expected.headers()
        && came.body() == expected.body()
}

/// A request as its endpoint wrote it: without the credential and the path prefix that the client has added.
fn as_written(mut request: Request<Bytes>) -> Request<Bytes> {
    let Some(info) = request.extensions().get().map(AttemptInfo::endpoint) else { return request };
    // An endpoint that takes no credential of the client may have one of its own.
    if info.sends_credential {
        for credential in [AUTHORIZATION, COOKIE, API_KEY] {
            request.headers_mut().remove(credential);
        }
    }
    let uri = request.uri();
    let (path, target) = (uri.path(), uri.path_and_query().map_or("/", |target| target.as_str()));
    let start = path.match_indices('/').find(|(start, _)| info.path.captures(&path[*start..]).is_some());
    if let Some(written) = start.and_then(|(start, _)| target[start..].parse().ok()) {
        *request.uri_mut() = written;
    }
    request
}

fn difference(expected: &RequestSnapshot, came: &RequestSnapshot) -> String {
    if expected == came {
        return format!("the expected request and the one that came differ in a secret, or in the endpoint:\n{came}");
    }
    let diff = TextDiff::from_lines(expected.as_str(), came.as_str());
    let lines = diff.iter_all_changes().map(|line| format!("{} {}", line.tag(), line.value()));
    format!("- expected\n+ came\n\n{}", lines.collect::<String>())
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
