//! The servers, and the network. A server accepts a refresh token once, apart from a grace period, and no token of
//! another server.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use qelos_spec::{Body, Timestamp};
use serde_json::{Value, json};

use super::gates::{Gates, Grant, Invariants};
use super::shelf::Shelf;
use crate::testing::ManualClock;
use crate::transport::{Transport, TransportError, TransportErrorKind, whole};

/// How long an access token lives.
pub(super) const LIFETIME: Duration = Duration::from_hours(1);

/// The state of both servers.
pub(super) struct Servers {
    pub(super) clock: ManualClock,
    /// How long a server accepts a used refresh token; zero for a server that accepts each token once.
    pub(super) grace: Duration,
    /// Whether tokens have no claims, neither an expiry nor a user.
    pub(super) opaque: bool,
    pairs: Vec<Pair>,
    /// The index of a pair, by the text of either token.
    by_token: HashMap<String, usize>,
}

/// An access token and its refresh token.
struct Pair {
    server: String,
    login: String,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
    revoked: bool,
}

impl Servers {
    pub(super) fn new(clock: ManualClock, grace: Duration, opaque: bool) -> Self {
        Self { clock, grace, opaque, pairs: Vec::new(), by_token: HashMap::new() }
    }

    fn now(&self) -> Timestamp {
        crate::clock::Clock::now(&self.clock)
    }

    fn issue(&mut self, server: &str, login: &str) -> Response<Bytes> {
        let (number, now) = (self.pairs.len(), self.now());
        let expires_at = now.saturating_add(LIFETIME);
        let claims = json!({ "sub": format!("id-{login}"), "iat": now.unix_millis() / 1000, "exp": expires_at.unix_millis() / 1000 });
        let claims = URL_SAFE_NO_PAD.encode(if self.opaque { String::new() } else { claims.to_string() });
        let (access, refresh) = (format!("e30.{claims}.{number}"), format!("r{number}"));
        let (server, login) = (server.to_owned(), login.to_owned());
        self.pairs.push(Pair { server, login, expires_at, used_at: None, revoked: false });
        self.by_token.extend([(access.clone(), number), (refresh.clone(), number)]);
        respond(StatusCode::OK, &json!({ "payload": { "token": access, "refreshToken": refresh, "user": {} } }))
    }

    /// Whether a refresh token can be used, without the grace period.
    pub(super) fn is_valid(&self, refresh: &str) -> bool {
        self.by_token.get(refresh).is_some_and(|&number| {
            let pair = &self.pairs[number];
            pair.used_at.is_none() && !pair.revoked
        })
    }

    /// The server and the user of a token.
    fn owner(&self, token: &str) -> Option<(&str, &str)> {
        let pair = &self.pairs[*self.by_token.get(token)?];
        Some((&pair.server, &pair.login))
    }

    pub(super) fn revoke(&mut self, login: &str) {
        self.pairs.iter_mut().filter(|pair| pair.login == login).for_each(|pair| pair.revoked = true);
    }

    fn handle(&mut self, server: &str, request: &Request<Bytes>) -> Response<Bytes> {
        let now = self.now();
        if request.uri().path() == "/api/signin" {
            return self.issue(server, &username(request));
        }
        let pair = bearer(request).and_then(|token| self.by_token.get(token)).map(|&number| &mut self.pairs[number]);
        let Some(pair) = pair else { return refused() };
        match request.uri().path() {
            "/api/token/refresh" => {
                if pair.revoked || pair.used_at.is_some_and(|used_at| now.since(used_at) >= self.grace) {
                    return refused();
                }
                pair.used_at.get_or_insert(now);
                let login = pair.login.clone();
                self.issue(server, &login)
            }
            "/api/logout" => {
                pair.revoked = true;
                respond(StatusCode::OK, &Value::Null)
            }
            _ if now >= pair.expires_at => refused(),
            _ => respond(
                StatusCode::OK,
                &json!({ "_id": "5f0000000000000000000001", "username": pair.login, "roles": [] }),
            ),
        }
    }
}

fn username(request: &Request<Bytes>) -> String {
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    body["username"].as_str().unwrap().to_owned()
}

fn bearer(request: &Request<Bytes>) -> Option<&str> {
    request.headers().get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn refused() -> Response<Bytes> {
    respond(StatusCode::UNAUTHORIZED, &json!({ "message": "authorization token is not valid." }))
}

fn respond(status: StatusCode, body: &Value) -> Response<Bytes> {
    let response = Response::builder().status(status).header("content-type", "application/json");
    response.body(body.to_string().into()).unwrap()
}

/// The network of one holder. A request and its response are two operations, and either can fail.
#[derive(Clone)]
pub(super) struct Network {
    pub(super) servers: Arc<Mutex<Servers>>,
    pub(super) shelf: Arc<Mutex<Shelf>>,
    pub(super) gates: Gates,
    pub(super) invariants: Invariants,
    pub(super) holder: usize,
    /// The user of the holder, from its first request on.
    pub(super) user: Arc<Mutex<Option<String>>>,
}

impl Network {
    /// Checks that no token is sent to another server, and that all requests of a holder have the same user.
    fn check(&self, server: &str, request: &Request<Bytes>) {
        let servers = self.servers.lock().unwrap();
        let login = match bearer(request).and_then(|token| servers.owner(token)) {
            Some((of, login)) => {
                self.invariants.check(of == server, "a token is sent to another server");
                login.to_owned()
            }
            None => username(request),
        };
        let mut user = self.user.lock().unwrap();
        let before = user.get_or_insert_with(|| login.clone());
        self.invariants.check(*before == login, "a client becomes another user");
    }
}

impl Transport for Network {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let request = whole(request).await?;
        let server = request.uri().host().unwrap().to_owned();
        self.check(&server, &request);
        let failed = |kind| Err(TransportError::new(kind, "the network is down"));
        if self.gates.pass(self.holder).await == Grant::Failed {
            return failed(TransportErrorKind::Connect);
        }
        if request.uri().path() == "/api/signin" {
            self.shelf.lock().unwrap().signs_in(self.holder);
        }
        let response = self.servers.lock().unwrap().handle(&server, &request);
        match self.gates.pass(self.holder).await {
            Grant::Done => Ok(response.map(Body::from)),
            Grant::Failed | Grant::Lost => failed(TransportErrorKind::Broken),
        }
    }
}
