//! An authorization server of OAuth 2 and the API behind it, in memory. The tests set its clock and that of the clients.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use qelos_client::auth::SignedIn;
use qelos_client::oauth2::{AuthorizationServer, OAuth2, OAuth2Tokens};
use qelos_client::session::TokenSession;
use qelos_client::testing::ManualClock;
use qelos_client::transport::{TransportErrorKind, whole};
use qelos_client::{Anonymous, Body, Client, Clock as _, Endpoint, Timestamp, Transport, TransportError};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How long access tokens live.
pub(crate) const LIFETIME: Duration = Duration::from_hours(1);
/// How long refresh tokens live.
pub(crate) const REFRESHABLE: Duration = Duration::from_hours(24);

pub(crate) const TOKEN_URL: &str = "https://login.test/oauth/token";
pub(crate) const REVOCATION_URL: &str = "https://login.test/oauth/revoke/";

/// The code that a user enters to sign in on another device.
pub(crate) const USER_CODE: &str = "WDJB-MJHT";

#[derive(Endpoint)]
#[endpoint(GET, "/me", response = String, auth = SignedIn)]
pub(crate) struct Me;

/// A route that refuses everybody.
#[derive(Endpoint)]
#[endpoint(GET, "/admin", response = String, auth = SignedIn)]
pub(crate) struct Admin;

pub(crate) type User = Client<TokenSession<OAuth2>, Server>;

/// Both servers, and the network in front of them.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) clock: ManualClock,
    pub(crate) client_clock: ManualClock,
    state: Arc<Mutex<State>>,
    /// How many responses of the token endpoint are lost from now on.
    pub(crate) lose: Arc<AtomicUsize>,
    /// While it is shut, the responses of the token endpoint are held back.
    pub(crate) gate: Arc<Semaphore>,
}

pub(crate) struct State {
    /// Which renewals bring another refresh token: every one, every second one, or none.
    pub(crate) rotates_every: Option<usize>,
    /// How long a refresh token that was used is accepted again.
    pub(crate) grace: Duration,
    /// Whether a second use after the grace period ends the session.
    pub(crate) ends_sessions: bool,
    /// The secret of the program, if it has one.
    pub(crate) secret: Option<&'static str>,
    /// How it refuses a program that it does not know.
    pub(crate) refusal_of_programs: (StatusCode, &'static str),
    /// How many requests both have got.
    pub(crate) requests: usize,
    pairs: Vec<Pair>,
    by_refresh: HashMap<String, usize>,
    /// The forms that the token endpoint got.
    pub(crate) forms: Vec<HashMap<String, String>>,
    pub(crate) revoked: Vec<HashMap<String, String>>,
}

struct Pair {
    session: usize,
    expires_at: Timestamp,
    refreshable_until: Timestamp,
    used_at: Option<Timestamp>,
    revoked: bool,
}

impl Server {
    pub(crate) fn new() -> Self {
        let clock = || ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap());
        let state = State {
            rotates_every: Some(1),
            grace: Duration::ZERO,
            ends_sessions: true,
            secret: None,
            refusal_of_programs: (StatusCode::UNAUTHORIZED, "invalid_client"),
            requests: 0,
            pairs: Vec::new(),
            by_refresh: HashMap::new(),
            forms: Vec::new(),
            revoked: Vec::new(),
        };
        let (state, lose, gate) = (Arc::new(Mutex::new(state)), Arc::default(), Arc::new(Semaphore::new(1)));
        Self { clock: clock(), client_clock: clock(), state, lose, gate }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The number of requests to the token endpoint.
    pub(crate) fn renewals(&self) -> usize {
        self.state().forms.len()
    }

    /// Lets time pass, by both clocks.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.client_clock.advance(time);
    }

    pub(crate) fn anonymous(&self) -> Client<Anonymous, Self> {
        let builder = Client::builder("https://api.test").transport(self.clone());
        builder.clock(self.client_clock.clone()).build().unwrap()
    }

    pub(crate) fn scheme() -> OAuth2 {
        let server = AuthorizationServer::new(TOKEN_URL, "invoices").unwrap();
        OAuth2::new(server.revoke_at(REVOCATION_URL).unwrap())
    }

    /// A user that has signed in with a browser.
    pub(crate) fn signed_in(&self) -> User {
        self.signed_in_with(Self::scheme())
    }

    pub(crate) fn signed_in_with(&self, scheme: OAuth2) -> User {
        self.signed_in_as(&self.anonymous(), scheme)
    }

    pub(crate) fn signed_in_as<T: Transport>(
        &self,
        client: &Client<Anonymous, T>,
        scheme: OAuth2,
    ) -> Client<TokenSession<OAuth2>, T> {
        let tokens = self.state().issue(None, self.clock.now());
        let tokens = serde_json::from_value::<OAuth2Tokens>(tokens).unwrap();
        let session = TokenSession::issued(scheme, tokens, client.connection().now()).unwrap();
        client.with_credential(session)
    }

    /// Listens on this machine, as one server. It ends when the returned value is dropped.
    pub(crate) async fn listen(self) -> (String, JoinSet<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = self.clone();
                let service = service_fn(move |mut request: Request<Incoming>| {
                    let server = server.clone();
                    let host = if request.uri().path().starts_with("/oauth/") { "login.test" } else { "api.test" };
                    *request.uri_mut() = format!("https://{host}{}", request.uri().path()).parse().unwrap();
                    async move { server.send(request.map(Body::from_http)).await }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        (url, listening)
    }

    /// Revokes all tokens.
    pub(crate) fn revoke_all(&self) {
        self.state().pairs.iter_mut().for_each(|pair| pair.revoked = true);
    }

    /// Waits until the token endpoint has handled a request. Its response is held back until the permit is dropped.
    pub(crate) async fn until_renewed(&self) {
        while self.renewals() == 0 {
            tokio::task::yield_now().await;
        }
    }
}

impl State {
    fn issue(&mut self, before: Option<usize>, now: Timestamp) -> serde_json::Value {
        let number = self.pairs.len();
        let session = before.map_or(number, |before| self.pairs[before].session);
        let rotates =
            before.is_none() || self.rotates_every.is_some_and(|every| self.forms.len().is_multiple_of(every));
        let refresh = rotates.then(|| format!("r{number}"));
        let (expires_at, refreshable_until) = (now.saturating_add(LIFETIME), now.saturating_add(REFRESHABLE));
        self.pairs.push(Pair { session, expires_at, refreshable_until, used_at: None, revoked: false });
        if let Some(refresh) = &refresh {
            self.by_refresh.insert(refresh.clone(), number);
            if let Some(before) = before {
                self.pairs[before].used_at.get_or_insert(now);
            }
        }
        json!({ "access_token": format!("a{number}"), "token_type": "bearer", "expires_in": LIFETIME.as_secs(), "refresh_token": refresh })
    }

    fn token(
        &mut self,
        authorization: Option<&str>,
        form: &HashMap<String, String>,
        now: Timestamp,
    ) -> Response<Bytes> {
        self.forms.push(form.clone());
        if !self.is_known(authorization, form) {
            let (status, error) = self.refusal_of_programs;
            return respond(status, &json!({ "error": error }));
        }
        if form["grant_type"] == "client_credentials" {
            let mut tokens = self.issue(None, now);
            tokens.as_object_mut().unwrap().remove("refresh_token");
            return respond(StatusCode::OK, &tokens);
        }
        if form["grant_type"] == "urn:ietf:params:oauth:grant-type:device_code" {
            // The user is quick.
            let tokens = self.issue(None, now);
            return respond(StatusCode::OK, &tokens);
        }
        let refused =
            || respond(StatusCode::BAD_REQUEST, &json!({ "error": "invalid_grant", "error_description": "no" }));
        let Some(&number) = form.get("refresh_token").and_then(|refresh| self.by_refresh.get(refresh)) else {
            return refused();
        };
        let Pair { session, refreshable_until, used_at, revoked, .. } = self.pairs[number];
        if revoked || now >= refreshable_until {
            return refused();
        }
        if used_at.is_some_and(|used_at| now.since(used_at) >= self.grace) {
            if self.ends_sessions {
                self.pairs.iter_mut().filter(|pair| pair.session == session).for_each(|pair| pair.revoked = true);
            }
            return refused();
        }
        let tokens = self.issue(Some(number), now);
        respond(StatusCode::OK, &tokens)
    }

    /// Whether the program has proven its identity.
    fn is_known(&self, authorization: Option<&str>, form: &HashMap<String, String>) -> bool {
        let Some(secret) = self.secret else { return form["client_id"] == "invoices" };
        let basic = format!("Basic {}", STANDARD.encode(format!("invoices:{secret}")));
        authorization == Some(&basic) || form.get("client_secret").is_some_and(|given| given == secret)
    }

    fn revoke(&mut self, form: HashMap<String, String>) -> Response<Bytes> {
        if let Some(&number) = self.by_refresh.get(&form["token"]) {
            let session = self.pairs[number].session;
            self.pairs.iter_mut().filter(|pair| pair.session == session).for_each(|pair| pair.revoked = true);
        }
        self.revoked.push(form);
        Response::new(Bytes::new())
    }

    fn api(&self, path: &str, authorization: Option<&str>, now: Timestamp) -> Response<Bytes> {
        let number = authorization.and_then(|text| text.strip_prefix("Bearer a")?.parse::<usize>().ok());
        let is_good =
            number.and_then(|number| self.pairs.get(number)).is_some_and(|pair| !pair.revoked && now < pair.expires_at);
        if is_good && path == "/me" {
            return respond(StatusCode::OK, &json!("ada"));
        }
        respond(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_token" }))
    }
}

impl Transport for Server {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let request = whole(request).await?;
        let now = self.clock.now();
        self.state().requests += 1;
        let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let form = || url::form_urlencoded::parse(request.body()).into_owned().collect::<HashMap<_, _>>();
        let response = match (request.uri().host().unwrap(), request.uri().path()) {
            ("api.test", path) => self.state().api(path, authorization, now),
            ("login.test", "/oauth/device") => respond(StatusCode::OK, &device_codes()),
            ("login.test", "/oauth/revoke/") => self.state().revoke(form()),
            ("login.test", "/oauth/token") => {
                let response = self.state().token(authorization, &form(), now);
                drop(self.gate.acquire().await.unwrap());
                let lost = self.lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
                if lost.is_ok() {
                    return Err(TransportError::new(TransportErrorKind::Broken, "the connection broke"));
                }
                response
            }
            other => panic!("{other:?} was called"),
        };
        Ok(response.map(Body::from))
    }
}

fn device_codes() -> serde_json::Value {
    json!({ "device_code": "d1", "user_code": USER_CODE, "verification_uri": "https://login.test/activate", "expires_in": 600, "interval": 1 })
}

fn respond(status: StatusCode, body: &serde_json::Value) -> Response<Bytes> {
    let response = Response::builder().status(status).header(CONTENT_TYPE, "application/json");
    response.body(body.to_string().into()).unwrap()
}
