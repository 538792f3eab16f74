//! Web applications between a browser and the server: the session comes with the cookie of the browser, and what changes
//! about it goes back.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use qelos_client::api::SignIn;
use qelos_client::auth::SignedIn;
use qelos_client::testing::{Fault, Faults};
use qelos_client::{Anonymous, Body, Client, CookieSession, Endpoint, Transport, TransportError};

use crate::world::{ADA, PASSWORD, World};

/// The server, and the cookies that it got and set, as they were written.
#[derive(Clone)]
struct Watched {
    world: Arc<World>,
    got: Arc<Mutex<Vec<String>>>,
    set: Arc<Mutex<Vec<String>>>,
}

impl Transport for Watched {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        self.got.lock().unwrap().extend(texts(request.headers(), COOKIE));
        let response = self.world.qelos.send(request).await?;
        self.set.lock().unwrap().extend(texts(response.headers(), SET_COOKIE));
        Ok(response)
    }
}

fn texts(headers: &HeaderMap, name: http::HeaderName) -> Vec<String> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

impl Watched {
    fn new() -> Self {
        Self { world: Arc::new(World::new()), got: Arc::default(), set: Arc::default() }
    }

    /// The application, which has no session of its own.
    fn application(&self) -> Client<Anonymous, Self> {
        self.world.anonymous_over(self.clone())
    }

    /// The cookie of a browser in which Ada has signed in at the server, `name=value`.
    async fn cookie_of_ada(&self) -> String {
        _ = self.application().sign_in(&SignIn::new(ADA, PASSWORD.into())).await.unwrap();
        let cookie = self.set.lock().unwrap().last().unwrap().split(';').next().unwrap().to_owned();
        self.forget();
        cookie
    }

    fn forget(&self) {
        self.got.lock().unwrap().clear();
        self.set.lock().unwrap().clear();
    }
}

fn request_with(cookies: &str) -> HeaderMap {
    HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(cookies).unwrap())])
}

/// The session of a browser that sends these cookies.
fn session<T: Transport>(application: &Client<Anonymous, T>, cookies: &str) -> Client<CookieSession, T> {
    application.with_cookies_of(&request_with(cookies)).unwrap().expect("a session cookie is there")
}

fn lines<T: Transport>(client: &Client<CookieSession, T>) -> Vec<String> {
    let lines = client.take_set_cookies();
    assert!(lines.iter().all(HeaderValue::is_sensitive), "no log prints them");
    lines.iter().map(|line| line.to_str().unwrap().to_owned()).collect()
}

fn rewritten<T: Transport>(client: &Client<CookieSession, T>) -> Option<String> {
    let line = client.take_rewritten_cookie()?;
    assert!(line.is_sensitive());
    Some(line.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_session_of_a_browser_is_used_and_no_other_cookie_is_sent() {
    let server = Watched::new();
    let cookie = server.cookie_of_ada().await;
    let client = session(&server.application(), &format!("theme=dark; token=of-the-application; {cookie}; last=1"));
    assert_eq!(client.logged_in_user().await.unwrap().username.as_deref(), Some(ADA));
    assert_eq!(*server.got.lock().unwrap(), [cookie.as_str()]);
    assert!(lines(&client).is_empty(), "the server has set nothing");

    for others in ["theme=dark", "token=of-the-application", "qlt_0="] {
        assert!(server.application().with_cookies_of(&request_with(others)).unwrap().is_none(), "{others}");
    }
    assert!(server.application().with_cookies_of(&HeaderMap::new()).unwrap().is_none());
}

#[tokio::test]
async fn a_kept_cookie_continues_its_session() {
    let server = Watched::new();
    let cookie = server.cookie_of_ada().await;
    let (name, value) = cookie.split_once('=').unwrap();
    let client = server.application().with_cookie(name, value).unwrap();
    assert_eq!(client.logged_in_user().await.unwrap().id, server.world.ada);
    for (name, value) in [("token", value), ("session", value), ("qlt_", value), (name, ""), (name, "hunter2; x=1")] {
        let error = server.application().with_cookie(name, value).unwrap_err();
        assert!(error.is_config() && !error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_new_cookie_is_handed_on_once_as_the_server_has_written_it() {
    let server = Watched::new();
    let cookie = server.cookie_of_ada().await;
    server.world.pass(Duration::from_hours(2));
    let client = session(&server.application(), &cookie);
    client.logged_in_user().await.unwrap();
    let set = server.set.lock().unwrap().clone();
    assert!(set.len() == 1 && set[0].contains("; Domain=qelos.test; Path=/api; "), "{set:?}");
    assert_eq!(lines(&client.clone()), set);
    assert!(lines(&client).is_empty(), "a clone has taken it");
    assert_eq!(rewritten(&client), None);

    let next = set[0].split(';').next().unwrap();
    assert_ne!(next, cookie);
    session(&server.application(), next).logged_in_user().await.unwrap();
}

#[tokio::test]
async fn the_latest_line_about_a_cookie_replaces_the_others() {
    let server = Watched::new();
    let client = session(&server.application(), &server.cookie_of_ada().await);
    for _ in 0..3 {
        server.world.pass(Duration::from_hours(2));
        client.logged_in_user().await.unwrap();
    }
    let set = server.set.lock().unwrap().clone();
    assert_eq!((set.len(), lines(&client)), (3, vec![set[2].clone()]));
}

#[tokio::test]
async fn an_application_gives_browsers_a_cookie_of_its_own_host() {
    let server = Watched::new();
    let (client, _) = server.application().sign_in(&SignIn::new(ADA, PASSWORD.into())).await.unwrap();
    let line = rewritten(&client).expect("a new session has the cookie that began it");
    let (cookie, attributes) = line.split_once("; ").unwrap();
    let attributes: Vec<&str> = attributes.split("; ").collect();
    for expected in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(attributes.contains(&expected), "{expected} in {attributes:?}");
    }
    assert!(!line.contains("Domain"), "{attributes:?}");
    assert_eq!(rewritten(&client), None);

    // The cookie that comes back counts before one of the same name that another host of the domain has set.
    server.forget();
    let client = session(&server.application(), &format!("qlt_0=slipped-in; {cookie}"));
    client.logged_in_user().await.unwrap();
    let own = cookie.strip_prefix("__Host-").unwrap();
    assert_eq!(*server.got.lock().unwrap(), [own], "the server knows it under its own name");
    server.world.pass(Duration::from_hours(2));
    client.logged_in_user().await.unwrap();
    let next = rewritten(&client).unwrap();
    assert!(next.starts_with("__Host-qlt_0=") && !next.starts_with(cookie), "it is another one");
}

#[tokio::test]
async fn a_sign_out_removes_the_cookie_of_the_browser() {
    let server = Watched::new();
    let client = session(&server.application(), &server.cookie_of_ada().await);
    server.world.pass(Duration::from_hours(2));
    client.logged_in_user().await.unwrap();
    server.forget();
    client.sign_out().await.unwrap();
    let set = server.set.lock().unwrap().clone();
    assert!(set.len() == 1 && set[0].starts_with("qlt_0=; Max-Age=-1; Domain=qelos.test; Path=/api; "), "{set:?}");
    assert_eq!(lines(&client), set, "the removal, and not the cookie that was set before");
    assert!(lines(&client).is_empty());
    assert!(client.logged_in_user().await.unwrap_err().is_session_ended());
}

#[tokio::test]
async fn a_sign_out_that_does_not_reach_the_server_removes_the_cookie_of_the_application() {
    let world = World::new();
    let network = Faults::around(world.qelos.clone());
    let application = world.anonymous_over(network.clone());
    let (client, _) = application.sign_in(&SignIn::new(ADA, PASSWORD.into())).await.unwrap();
    network.of_all().always(Fault::refused());
    client.sign_out().retries(qelos_client::Retries::at_most(0)).await.unwrap_err();
    let removal = rewritten(&client).unwrap();
    assert_eq!(removal, "__Host-qlt_0=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0");
    assert_eq!((rewritten(&client), lines(&client)), (None, Vec::new()));
}

#[tokio::test]
async fn two_requests_with_one_old_cookie_both_succeed_and_get_one_new_cookie() {
    let server = Watched::new();
    let cookie = server.cookie_of_ada().await;
    server.world.pass(Duration::from_hours(2));
    let [one, other] = [(); 2].map(|()| session(&server.application(), &cookie));
    let (first, second) = tokio::join!(one.logged_in_user(), other.logged_in_user());
    assert_eq!(first.unwrap().id, second.unwrap().id);
    let new = [lines(&one), lines(&other)].concat();
    assert_eq!(new, *server.set.lock().unwrap());
    assert_eq!(new.len(), 1, "the browser gets it with one of the two responses");
    other.logged_in_user().await.expect("the old cookie is still accepted");
}

#[tokio::test]
async fn renewing_an_old_cookie_on_demand_is_refused_for_the_second_request() {
    let server = Watched::new();
    server.world.qelos.set_cookie_refresh_reachable(true);
    let cookie = server.cookie_of_ada().await;
    let [one, other] = [(); 2].map(|()| session(&server.application(), &cookie));
    one.refresh_cookie_token().await.unwrap();
    let error = other.refresh_cookie_token().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED), "{error}");
    assert_eq!((lines(&one).len(), lines(&other).len()), (1, 0));
    other.logged_in_user().await.expect("its session goes on");
}

/// An endpoint that any server has.
#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/things", auth = SignedIn)]
struct ReadThings;

/// A client with the session `qlt_0=a` of a browser, of a server that sets these cookies in its responses.
fn setting(responses: Vec<Vec<String>>) -> Client<CookieSession, impl Transport> {
    let responses = Arc::new(Mutex::new(responses.into_iter()));
    let transport = move |_: Request<Bytes>| {
        let lines = responses.lock().unwrap().next().unwrap_or_default();
        let mut response = Response::new(Bytes::new());
        for line in lines {
            response.headers_mut().append(SET_COOKIE, line.parse().unwrap());
        }
        async move { Ok::<_, TransportError>(response) }
    };
    let application = Client::builder("https://acme.example").transport(transport).build().unwrap();
    session(&application, "qlt_0=a")
}

fn of(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[tokio::test]
async fn only_lines_about_the_session_are_handed_on() {
    let ours = ["qlt_0=; Path=/old; Max-Age=0", "qlt_0=b; Path=/api; Comment=as it is"];
    let others = ["theme=dark", "qlt_1=c", "qlt_0=theirs; Domain=evil.example", "token=d"];
    let client = setting(vec![of(&[&ours[..], &others[..]].concat())]);
    client.call(&ReadThings).await.unwrap();
    assert_eq!(lines(&client), ours);
}

#[tokio::test]
async fn a_removal_ends_a_session_only_when_it_is_about_its_cookie() {
    let [removal, set] = ["qlt_0=; Path=/api; Max-Age=0", "qlt_0=b; Path=/api"];
    let client = setting(vec![of(&[removal]), of(&[set]), of(&[removal])]);
    client.call(&ReadThings).await.unwrap();
    assert_eq!(lines(&client), [removal], "the browser knows which of its cookies this is");
    client.call(&ReadThings).await.expect("the request did not tell the path of the cookie");
    client.call(&ReadThings).await.unwrap();
    assert!(client.call(&ReadThings).await.unwrap_err().is_session_ended());
    assert_eq!(lines(&client), [removal]);
    let client = setting(vec![of(&[set]), of(&[removal])]);
    client.call(&ReadThings).await.unwrap();
    client.call(&ReadThings).await.unwrap();
    assert!(rewritten(&client).unwrap().starts_with("__Host-qlt_0=; "));
}

#[tokio::test]
async fn a_server_that_sets_ever_more_cookies_fills_no_memory() {
    let client = setting((0..100).map(|number| vec![format!("qlt_0=b; Path=/{number}")]).collect());
    for _ in 0..100 {
        client.call(&ReadThings).await.unwrap();
    }
    let kept = lines(&client);
    assert_eq!((kept.len(), kept.last().map(String::as_str)), (16, Some("qlt_0=b; Path=/99")));
}
