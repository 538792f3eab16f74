//! Cookie sessions: begun, updated by any response, renewed on demand, and ended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use qelos_client::api::{RefreshCookie, SignIn};
use qelos_client::auth::SignedIn;
use qelos_client::testing::{FakeQelos, Fault, Faults};
use qelos_client::{Body, Client, CookieSession, Endpoint, Error, ExposeSecret, Transport, TransportError};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

use crate::world::{ADA, PASSWORD, World};

/// An endpoint that no server has.
#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/blocks/none", auth = SignedIn)]
struct ReadThings;

async fn sign_in<T: Transport>(server: &str, transport: T) -> Result<Client<CookieSession, T>, Error> {
    let client = Client::builder(server).transport(transport).build()?;
    Ok(client.sign_in(&SignIn::new(ADA, PASSWORD.into())).await?.0)
}

#[tokio::test]
async fn a_missing_refresh_route_is_reported_as_unsupported() {
    let world = World::new();
    let client = world.cookie().await;
    let error = client.refresh_cookie_token().await.unwrap_err();
    assert!(error.is_not_found() && error.hint().unwrap().contains("this server does not support it"), "{error}");
    client.logged_in_user().await.expect("the session goes on");
}

#[tokio::test]
async fn the_renewed_cookie_is_used() {
    let world = World::new();
    world.qelos.set_cookie_refresh_reachable(true);
    let client = world.cookie().await;
    let first = client.refresh_cookie_token().await.unwrap();
    // The first cookie is not accepted for another renewal.
    let second = client.clone().refresh_cookie_token().await.unwrap();
    assert_ne!(first.cookie_token.expose_secret(), second.cookie_token.expose_secret());
    assert_eq!(second.user.username.as_deref(), Some(ADA));
    assert_eq!(world.qelos.sessions(world.ada), 1);
}

/// A server on which every sign-out fails.
struct Sticky(FakeQelos);

impl Transport for Sticky {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let is_logout = request.uri().path() == "/api/logout";
        let mut response = self.0.send(request).await?;
        if is_logout {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
        Ok(response)
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_even_if_the_server_refuses() {
    let world = World::new();
    let client = world.anonymous_over(Sticky(world.qelos.clone()));
    let (client, _) = client.sign_in(&SignIn::new(ADA, PASSWORD.into())).await.unwrap();
    let error = client.sign_out().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR), "{error}");
    world.qelos.forget_requests();
    assert!(client.logged_in_user().await.unwrap_err().is_session_ended());
    assert_eq!(world.qelos.requests().len(), 0, "the cookie is not sent any more, although the server would accept it");
}

/// A server that sets these cookies in its responses, the last ones in each further response, and records the cookies
/// it gets.
fn setting(responses: &'static [&'static [&'static [u8]]]) -> (impl Transport, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let transport = move |request: Request<Bytes>| {
        let cookie = request.headers().get("cookie").map_or("", |cookie| cookie.to_str().unwrap()).to_owned();
        let mut log = log.lock().unwrap();
        let mut response = Response::builder().header("content-type", "application/json");
        for line in responses[log.len().min(responses.len() - 1)] {
            response = response.header("set-cookie", HeaderValue::from_bytes(line).unwrap());
        }
        log.push(cookie);
        let body = Bytes::from_static(br#"{"payload":{"user":{"username":"ada","roles":[]}}}"#);
        std::future::ready(Ok::<_, TransportError>(response.body(body).unwrap()))
    };
    (transport, seen)
}

#[tokio::test]
async fn a_response_that_removes_and_sets_a_cookie_leaves_the_new_one() {
    const RESPONSES: &[&[&[u8]]] = &[
        &[b"qlt_0=; Path=/; Max-Age=-1", b"qlt_0=a; Path=/old"],
        &[b"qlt_0=; Path=/old; Expires=Thu, 01 Jan 1970 00:00:00 GMT", b"qlt_0=b; Path=/"],
        &[b"qlt_0=c; Path=/api", b"qlt_0=; Path=/; Max-Age=0"],
        &[b"qlt_0=; Max-Age=0", b"qlt_0=; Path=/; Max-Age=0", b"qlt_0=theirs; Domain=evil.example"],
    ];
    let (transport, seen) = setting(RESPONSES);
    let client = sign_in("https://acme.example", transport).await.unwrap();
    for _ in 0..4 {
        client.call(&ReadThings).await.unwrap();
    }
    assert_eq!(*seen.lock().unwrap(), ["", "qlt_0=a", "qlt_0=b", "qlt_0=c", "qlt_0=c"]);
}

#[tokio::test]
async fn a_removal_by_date_ends_the_session() {
    let (transport, seen) =
        setting(&[&[b"qlt_0=a; Path=/"], &[b"qlt_0=deleted; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Path=/"]]);
    let client = sign_in("https://acme.example", transport).await.unwrap();
    client.call(&ReadThings).await.unwrap();
    assert!(client.call(&ReadThings).await.unwrap_err().is_session_ended());
    assert_eq!(seen.lock().unwrap().len(), 2, "nothing is sent without a session");
}

#[tokio::test]
async fn an_invalid_byte_in_one_line_hides_no_other_line() {
    let (transport, seen) = setting(&[
        &[b"theme=\xff", b"qlt_0=a; Comment=Z\xfcrich", b"qlt_0"],
        &[b"qlt_0=b\xff", b"theme=\xfe"],
        &[b";;=", b"qlt_0=c; Max-Age=long; =", b"\xff"],
    ]);
    let client = sign_in("https://acme.example", transport).await.unwrap();
    for _ in 0..3 {
        client.call(&ReadThings).await.unwrap();
    }
    assert_eq!(*seen.lock().unwrap(), ["", "qlt_0=a", "qlt_0=a", "qlt_0=c"]);
}

#[tokio::test]
async fn a_404_rotates_the_cookie_as_well() {
    let world = World::new();
    let client = world.cookie().await;
    let cookies = Arc::new(Mutex::new(Vec::new()));
    let (qelos, log) = (world.qelos.clone(), Arc::clone(&cookies));
    let transport = move |request: Request<Bytes>| {
        log.lock().unwrap().push(request.headers()["cookie"].clone());
        let qelos = qelos.clone();
        async move { Ok(qelos.handle(request)) }
    };
    let observed = Client::builder("https://qelos.test").transport(transport).build().unwrap();
    let client = observed.with_credential(client.credential().clone());
    world.pass(Duration::from_hours(2));
    for _ in 0..3 {
        assert!(client.call(&ReadThings).await.unwrap_err().is_not_found());
    }
    let sent = cookies.lock().unwrap();
    assert_ne!(sent[0], sent[1], "the first 404 brought a new cookie");
    assert_eq!(sent[1], sent[2]);
}

/// A proxy that calls the server by another host name than the client does.
fn proxy(qelos: &FakeQelos, name: &'static str) -> impl Transport {
    let qelos = qelos.clone();
    move |mut request: Request<Bytes>| {
        let mut uri = request.uri().clone().into_parts();
        uri.authority = Some(name.parse().unwrap());
        *request.uri_mut() = Uri::from_parts(uri).unwrap();
        let qelos = qelos.clone();
        async move { Ok(qelos.handle(request)) }
    }
}

#[tokio::test]
async fn a_cookie_for_another_domain_is_an_error_that_names_it() {
    let world = World::new();
    let error = sign_in("https://acme.example", proxy(&world.qelos, "qelos.internal:3000")).await.unwrap_err();
    assert!(error.is_config());
    assert_eq!(
        error.to_string(),
        "POST /api/signin: the server set the session cookie for another domain, `qelos.internal` — use that domain in the \
         base URL, or let the proxy pass on the host of the request; a session of tokens (`oauth_sign_in`) needs no cookie"
    );
}

#[tokio::test]
async fn the_names_of_this_machine_are_one_host_for_cookies() {
    let world = World::new();
    for name in ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"] {
        for server in ["http://localhost:5173", "http://127.0.0.1", "http://[::1]"] {
            let client = sign_in(server, proxy(&world.qelos, name)).await.unwrap();
            assert_eq!(client.logged_in_user().await.unwrap().username.as_deref(), Some(ADA), "{server} is {name}");
            client.sign_out().await.unwrap();
        }
    }
}

/// The server, on a network that delays the requests and the responses of cookie renewals.
#[derive(Clone)]
struct Slow {
    qelos: FakeQelos,
    sent: Arc<AtomicUsize>,
    was_sent: Arc<Notify>,
    there: Arc<Semaphore>,
    back: Arc<Semaphore>,
}

impl Slow {
    /// A network that lets through so many requests and responses of renewals, and a client on it that has signed in.
    async fn with_client(world: &World, there: usize, back: usize) -> (Self, Client<CookieSession, Self>) {
        world.qelos.set_cookie_refresh_reachable(true);
        let (there, back) = (Arc::new(Semaphore::new(there)), Arc::new(Semaphore::new(back)));
        let slow = Self { qelos: world.qelos.clone(), sent: Arc::default(), was_sent: Arc::default(), there, back };
        let client = sign_in("https://qelos.test", slow.clone()).await.unwrap();
        (slow, client)
    }

    fn renewals(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Transport for Slow {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        if request.uri().path() != "/api/cookie/refresh" {
            return self.qelos.send(request).await;
        }
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.was_sent.notify_one();
        self.there.acquire().await.unwrap().forget();
        let response = self.qelos.send(request).await;
        self.back.acquire().await.unwrap().forget();
        response
    }
}

/// The results of ten clones that renew at the same moment.
async fn ten_at_once<T: Transport>(client: &Client<CookieSession, T>) -> Vec<Result<String, Error>> {
    let renew = |client: Client<CookieSession, T>| async move {
        Ok(client.refresh_cookie_token().await?.cookie_token.expose_secret().to_owned())
    };
    let callers: JoinSet<_> = (0..10).map(|_| renew(client.clone())).collect();
    callers.join_all().await
}

#[tokio::test]
async fn concurrent_renewals_are_one_request_and_share_its_cookie() {
    let world = World::new();
    let (slow, client) = Slow::with_client(&world, 100, 100).await;
    let renewed: Vec<_> = ten_at_once(&client).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(slow.renewals(), 1);
    assert!(renewed.iter().all(|cookie| *cookie == renewed[0]));
    let next = client.refresh_cookie_token().await.expect("the cookie that was renewed is the one in use");
    assert_ne!(next.cookie_token.expose_secret(), renewed[0]);
}

#[tokio::test]
async fn concurrent_renewals_share_a_failure_and_the_session_goes_on() {
    let world = World::new();
    let (slow, client) = Slow::with_client(&world, 100, 100).await;
    world.qelos.set_cookie_refresh_reachable(false);
    for error in ten_at_once(&client).await.into_iter().map(Result::unwrap_err) {
        assert!(error.is_not_found() && error.hint().unwrap().contains("does not support it"), "{error}");
    }
    assert_eq!(slow.renewals(), 1);
    client.logged_in_user().await.unwrap();
    world.qelos.set_cookie_refresh_reachable(true);
    client.refresh_cookie_token().await.expect("a failure is not remembered");
}

#[tokio::test]
async fn a_dropped_caller_does_not_lose_the_new_cookie() {
    let world = World::new();
    let (slow, client) = Slow::with_client(&world, 1, 0).await;
    let dropped = tokio::spawn({
        let client = client.clone();
        async move { client.refresh_cookie_token().await }
    });
    slow.was_sent.notified().await;
    dropped.abort();
    assert!(dropped.await.unwrap_err().is_cancelled());
    slow.back.add_permits(1);
    client.refresh_cookie_token().await.expect("it shares the renewal, which goes on");
    assert_eq!(slow.renewals(), 1);
    slow.there.add_permits(1);
    slow.back.add_permits(1);
    client.refresh_cookie_token().await.expect("the old cookie would be refused");
}

#[tokio::test]
async fn a_renewal_is_sent_again_with_a_cookie_rotated_meanwhile() {
    let world = World::new();
    let (slow, client) = Slow::with_client(&world, 0, 100).await;
    world.pass(Duration::from_hours(2));
    let renewal = tokio::spawn({
        let client = client.clone();
        async move { client.refresh_cookie_token().await }
    });
    slow.was_sent.notified().await;
    client.logged_in_user().await.expect("the response sets a new cookie, and the old one cannot be renewed any more");
    slow.there.add_permits(2);
    renewal.await.unwrap().unwrap();
    assert_eq!(slow.renewals(), 2, "refused with the old cookie, and sent again with the new one");
}

#[tokio::test]
async fn a_refused_renewal_does_not_end_the_session() {
    let world = World::new();
    world.qelos.set_cookie_refresh_reachable(true);
    let network = Faults::around(world.qelos.clone());
    let client = sign_in("https://qelos.test", network.clone()).await.unwrap();
    network.of::<RefreshCookie>().next([Fault::status(401)]);
    let error = client.refresh_cookie_token().await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_session_ended(), "{error}");
    client.logged_in_user().await.unwrap();
    client.refresh_cookie_token().await.expect("a refusal is not remembered");
    assert_eq!(network.of::<RefreshCookie>().sent(), 2);
}
