//! A network with faults, when and where a test asks for them.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Request, Response, StatusCode};
use qelos_spec::{BaseUrl, Body, Endpoint, Method};

use crate::transport::{AttemptInfo, Transport, TransportError, TransportErrorKind};

/// A transport around another one, on which requests and responses get lost, come late, or are replaced.
///
/// Without a [`Fault`] it passes requests and responses on. Clones share faults and counts, so a test keeps one and gives
/// the client another.
///
/// ```
/// use qelos_client::Client;
/// use qelos_client::SystemClock;
/// use qelos_client::api::GetMe;
/// use qelos_client::testing::{FakeQelos, Fault, Faults};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let network = Faults::around(FakeQelos::new(SystemClock));
/// let client = Client::builder("https://qelos.test").api_token("ql_1234").transport(network.clone()).build().unwrap();
///
/// network.of::<GetMe>().next([Fault::lost_response(), Fault::status(503)]);
/// let error = client.call(&GetMe).await.unwrap_err();
/// assert!(error.is_unauthorized(), "the third attempt got through, to a server that does not know the token");
/// assert_eq!((network.of::<GetMe>().sent(), network.of::<GetMe>().arrived()), (3, 2));
/// # }
/// ```
pub struct Faults<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    inner: T,
    plans: Mutex<HashMap<Route, Plan>>,
}

/// Method and path template of an endpoint; `None` for all of them.
type Route = Option<(Method, &'static str)>;

/// The faults of a route, and how many requests it has seen.
#[derive(Default)]
struct Plan {
    next: VecDeque<Fault>,
    always: Option<Fault>,
    sent: usize,
    arrived: usize,
}

impl<T: Transport> Faults<T> {
    /// A network without faults, until the test adds some.
    #[must_use]
    pub fn around(inner: T) -> Self {
        Self { shared: Arc::new(Shared { inner, plans: Mutex::default() }) }
    }

    /// The faults and counts of one endpoint. Its own faults take precedence over those of all.
    #[must_use]
    pub fn of<E: Endpoint>(&self) -> FaultsOf<'_> {
        FaultsOf { plans: &self.shared.plans, route: Some((E::METHOD, E::PATH.as_str())) }
    }

    /// The faults and counts of all requests.
    #[must_use]
    pub fn of_all(&self) -> FaultsOf<'_> {
        FaultsOf { plans: &self.shared.plans, route: None }
    }

    /// Removes all faults. The counts stay.
    pub fn heal(&self) {
        for plan in lock(&self.shared.plans).values_mut() {
            plan.next.clear();
            plan.always = None;
        }
    }

    /// Counts a request as sent, and takes its fault.
    fn meet(&self, route: &Route) -> Option<Fault> {
        let mut plans = lock(&self.shared.plans);
        for route in routes(route) {
            plans.entry(route.clone()).or_default().sent += 1;
        }
        let next = routes(route).find_map(|route| plans.get_mut(route)?.next.pop_front());
        next.or_else(|| routes(route).find_map(|route| plans.get(route)?.always.clone()))
    }

    async fn arrive(&self, request: Request<Body>, route: &Route) -> Result<Response<Body>, TransportError> {
        for route in routes(route) {
            lock(&self.shared.plans).entry(route.clone()).or_default().arrived += 1;
        }
        self.shared.inner.send(request).await
    }
}

/// The routes that a request belongs to: that of its endpoint, if it has one, and that of all requests.
fn routes(route: &Route) -> impl Iterator<Item = &Route> {
    route.is_some().then_some(route).into_iter().chain([&None])
}

impl<T: Transport> Transport for Faults<T> {
    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        self.shared.inner.check(server)
    }

    fn timeout(&self) -> Option<Duration> {
        self.shared.inner.timeout()
    }

    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let info = request.extensions().get().map(AttemptInfo::endpoint);
        let route = info.map(|endpoint| (endpoint.method.clone(), endpoint.path.as_str()));
        let Some(Fault { what, late_by }) = self.meet(&route) else { return self.arrive(request, &route).await };
        let outcome = match what {
            What::Nothing => self.arrive(request, &route).await,
            What::Refused => Err(broken(TransportErrorKind::Connect)),
            What::LostRequest => Err(broken(TransportErrorKind::Broken)),
            What::LostResponse => self.arrive(request, &route).await.and(Err(broken(TransportErrorKind::Broken))),
            What::CutResponse => self
                .arrive(request, &route)
                .await
                .and_then(|response| Err(broken(TransportErrorKind::Broken).with_status(response.status()))),
            What::Silence => self.arrive(request, &route).await.and(pending().await),
            What::Instead(response) => Ok(response.map(Body::from)),
            What::Garbage(body) => self.arrive(request, &route).await.map(|response| response.map(|_| body.into())),
        };
        if !late_by.is_zero() {
            tokio::time::sleep(late_by).await;
        }
        outcome
    }
}

fn broken(kind: TransportErrorKind) -> TransportError {
    TransportError::new(kind, "a fault that the test asked for")
}

/// The faults of one route, and the number of requests sent on it; from [`Faults::of`] and [`Faults::of_all`].
pub struct FaultsOf<'a> {
    plans: &'a Mutex<HashMap<Route, Plan>>,
    route: Route,
}

impl FaultsOf<'_> {
    /// Adds faults for the next requests: one for each, in this order, after those that were added before.
    pub fn next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.change(|plan| plan.next.extend(faults));
    }

    /// Sets the fault of every request that has no other.
    ///
    /// ```
    /// use qelos_client::SystemClock;
    /// use qelos_client::api::GetMe;
    /// use qelos_client::testing::{FakeQelos, Fault, Faults};
    ///
    /// let network = Faults::around(FakeQelos::new(SystemClock));
    /// network.of::<GetMe>().always(Fault::status(503));
    /// ```
    pub fn always(&self, fault: Fault) {
        self.change(|plan| plan.always = Some(fault));
    }

    /// How many requests the client has sent, lost ones included.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.change(|plan| plan.sent)
    }

    /// How many of them have reached the server.
    #[must_use]
    pub fn arrived(&self) -> usize {
        self.change(|plan| plan.arrived)
    }

    fn change<R>(&self, change: impl FnOnce(&mut Plan) -> R) -> R {
        change(lock(self.plans).entry(self.route.clone()).or_default())
    }
}

/// One fault: a way in which one request fails or comes late.
#[derive(Clone)]
pub struct Fault {
    what: What,
    late_by: Duration,
}

#[derive(Clone)]
enum What {
    Nothing,
    Refused,
    LostRequest,
    LostResponse,
    CutResponse,
    Silence,
    Instead(Box<Response<Bytes>>),
    Garbage(Bytes),
}

impl Fault {
    /// No fault: for a request without one in a sequence of faults.
    #[must_use]
    pub const fn none() -> Self {
        Self::new(What::Nothing)
    }

    /// The response comes, this much later than it would.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qelos_client::SystemClock;
    /// use qelos_client::api::GetMe;
    /// use qelos_client::testing::{FakeQelos, Fault, Faults};
    ///
    /// let network = Faults::around(FakeQelos::new(SystemClock));
    /// network.of::<GetMe>().next([Fault::late(Duration::from_secs(3))]);
    /// ```
    #[must_use]
    pub const fn late(by: Duration) -> Self {
        Self { what: What::Nothing, late_by: by }
    }

    /// No connection is made. The server sees nothing.
    #[must_use]
    pub const fn refused() -> Self {
        Self::new(What::Refused)
    }

    /// The connection breaks before the server has seen the request, which the client cannot know.
    #[must_use]
    pub const fn lost_request() -> Self {
        Self::new(What::LostRequest)
    }

    /// The server acts, and the connection breaks before its response comes.
    #[must_use]
    pub const fn lost_response() -> Self {
        Self::new(What::LostResponse)
    }

    /// The server acts, and the connection breaks in the middle of its response: only the status comes.
    #[must_use]
    pub const fn cut_response() -> Self {
        Self::new(What::CutResponse)
    }

    /// The server acts, and its response never comes.
    #[must_use]
    pub const fn silence() -> Self {
        Self::new(What::Silence)
    }

    /// A proxy in front of the server sends this response. The server sees nothing.
    #[must_use]
    pub fn instead(response: Response<Bytes>) -> Self {
        Self::new(What::Instead(Box::new(response)))
    }

    /// A proxy in front of the server sends this status and an empty body. The server sees nothing.
    ///
    /// # Panics
    ///
    /// When the number is not a status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::instead(empty(status))
    }

    /// As [`status`](Self::status), with `Retry-After`: a number of seconds or a date.
    ///
    /// ```
    /// use qelos_client::SystemClock;
    /// use qelos_client::api::GetMe;
    /// use qelos_client::testing::{FakeQelos, Fault, Faults};
    ///
    /// let network = Faults::around(FakeQelos::new(SystemClock));
    /// network.of::<GetMe>().next([Fault::status_retry_after(429, "2")]);
    /// ```
    ///
    /// # Panics
    ///
    /// When the number is not a status, or the text is not the value of a header.
    #[must_use]
    pub fn status_retry_after(status: u16, retry_after: &str) -> Self {
        let mut response = empty(status);
        response.headers_mut().insert(RETRY_AFTER, retry_after.parse().expect("the value of a header"));
        Self::instead(response)
    }

    /// The server acts, and the body of its response is replaced by this one.
    ///
    /// ```
    /// use qelos_client::SystemClock;
    /// use qelos_client::api::GetMe;
    /// use qelos_client::testing::{FakeQelos, Fault, Faults};
    ///
    /// let network = Faults::around(FakeQelos::new(SystemClock));
    /// network.of::<GetMe>().next([Fault::garbage("<html>it works</html>")]);
    /// ```
    #[must_use]
    pub fn garbage(body: impl Into<Bytes>) -> Self {
        Self::new(What::Garbage(body.into()))
    }

    /// The same fault, this much later.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qelos_client::SystemClock;
    /// use qelos_client::api::GetMe;
    /// use qelos_client::testing::{FakeQelos, Fault, Faults};
    ///
    /// let network = Faults::around(FakeQelos::new(SystemClock));
    /// network.of::<GetMe>().next([Fault::lost_response().after(Duration::from_secs(3))]);
    /// ```
    #[must_use]
    pub fn after(self, late_by: Duration) -> Self {
        Self { late_by, ..self }
    }

    const fn new(what: What) -> Self {
        Self { what, late_by: Duration::ZERO }
    }
}

fn empty(status: u16) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    response
}

// A poisoned lock can be used: no holder panics half-way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Clone for Faults<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> fmt::Debug for Faults<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").finish_non_exhaustive()
    }
}

impl fmt::Debug for FaultsOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultsOf").field("route", &self.route).finish_non_exhaustive()
    }
}

/// Names the fault, without the response in it: that may hold a secret.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.what {
            What::Nothing => "none",
            What::Refused => "refused",
            What::LostRequest => "lost_request",
            What::LostResponse => "lost_response",
            What::CutResponse => "cut_response",
            What::Silence => "silence",
            What::Instead(_) => "instead",
            What::Garbage(_) => "garbage",
        };
        f.debug_struct("Fault").field("what", &what).field("late_by", &self.late_by).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use qelos_spec::EndpointInfo;
    use qelos_spec::api::{GetMe, SignOut};

    use super::*;

    async fn agreeing(_: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(Response::new(Bytes::from_static(b"fine")))
    }

    async fn send<E: Endpoint>(network: &Faults<impl Transport>, endpoint: E) -> Result<u16, TransportErrorKind> {
        let mut request = endpoint.encode().unwrap().into_http(&"https://qelos.test".parse().unwrap()).unwrap();
        request.extensions_mut().insert(AttemptInfo::new(EndpointInfo::of::<E>(), None));
        network
            .send(request.map(Body::from))
            .await
            .map(|response| response.status().as_u16())
            .map_err(|error| error.kind())
    }

    #[tokio::test]
    async fn faults_come_in_order_those_of_the_endpoint_before_those_of_all_and_lasting_ones_last() {
        let network = Faults::around(agreeing);
        network.of_all().always(Fault::status(500));
        network.of_all().next([Fault::status(501)]);
        network.of::<GetMe>().next([Fault::status(502), Fault::none()]);
        network.of::<GetMe>().always(Fault::status(503));
        for expected in [502, 200, 501, 503, 503] {
            assert_eq!(send(&network, GetMe).await, Ok(expected));
        }
        assert_eq!(send(&network, SignOut).await, Ok(500), "the faults of one endpoint do not affect another");
        network.of::<GetMe>().next([Fault::status(504)]);
        network.heal();
        assert_eq!(send(&network, GetMe).await, Ok(200));
        assert_eq!((network.of::<GetMe>().sent(), network.of::<GetMe>().arrived()), (6, 2));
        assert_eq!((network.of_all().sent(), network.of_all().arrived()), (7, 2));
    }

    #[tokio::test]
    async fn a_request_without_an_endpoint_gets_the_faults_of_all() {
        let network = Faults::around(agreeing);
        network.of_all().next([Fault::refused()]);
        let refused = network.send(Request::new(Body::default())).await.unwrap_err();
        assert_eq!(refused.kind(), TransportErrorKind::Connect);
        assert_eq!((network.of_all().sent(), network.of_all().arrived()), (1, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn each_fault_has_its_effect() {
        for (fault, outcome, arrived) in [
            (Fault::none(), Ok(200), 1),
            (Fault::refused(), Err(TransportErrorKind::Connect), 0),
            (Fault::lost_request(), Err(TransportErrorKind::Broken), 0),
            (Fault::lost_response(), Err(TransportErrorKind::Broken), 1),
            (Fault::cut_response(), Err(TransportErrorKind::Broken), 1),
            (Fault::status(418), Ok(418), 0),
            (Fault::garbage("?"), Ok(200), 1),
        ] {
            let network = Faults::around(agreeing);
            let started = tokio::time::Instant::now();
            network.of::<GetMe>().next([fault.clone().after(Duration::from_secs(3))]);
            assert_eq!(send(&network, GetMe).await, outcome, "{fault:?}");
            assert_eq!(network.of::<GetMe>().arrived(), arrived, "{fault:?}");
            assert_eq!(started.elapsed(), Duration::from_secs(3), "{fault:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_server_acts_and_never_responds() {
        let network = Faults::around(agreeing);
        network.of_all().always(Fault::silence());
        let waited = tokio::time::timeout(Duration::from_hours(24), send(&network, GetMe)).await;
        assert!(waited.is_err());
        assert_eq!(network.of_all().arrived(), 1, "the server has acted");
    }
}
