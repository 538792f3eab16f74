//! The embedded Qelos on a port of this machine, behind a proxy that records what goes through it. Stories tell the proxy
//! when a step begins, and move the clock of the server: `POST /_story/step`, `/_story/advance`, `/_story/hold`.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, SET_COOKIE, TRANSFER_ENCODING};
use http::{Request, Response};
use http_body_util::BodyExt as _;
use qelos_client::IntegrationId;
use qelos_client::testing::{FakeQelos, FakeServer, ManualClock, ModelReply, NewChat, NewUser};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::recordings::fixture;

/// The time of the recordings, within some seconds.
const NOW: &str = "2026-11-21T17:20:37Z";
/// The host of the recordings, which is in cookies.
const RECORDED_HOST: &str = "qelos.test";
const REFRESH: &str = "/api/token/refresh";

/// One exchange of a step.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) request: Request<Bytes>,
    pub(crate) response: Response<Bytes>,
}

/// A step that a story has begun.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub(crate) name: String,
    pub(crate) exchanges: Vec<Exchange>,
}

/// A server, and the record of what it was asked.
#[derive(Clone)]
pub(crate) struct Recorder {
    pub(crate) url: String,
    pub(crate) clock: ManualClock,
    /// The integration that users can chat with.
    pub(crate) chat: IntegrationId,
    shared: Arc<Shared>,
}

struct Shared {
    server: FakeServer,
    network: reqwest::Client,
    steps: Mutex<Vec<Taken>>,
    /// Where the next refreshes wait for each other.
    held: Mutex<Option<Arc<Barrier>>>,
}

impl Recorder {
    pub(crate) async fn start() -> Self {
        let clock = ManualClock::new(NOW.parse().unwrap());
        let qelos = FakeQelos::new(clock.clone());
        let admin = NewUser::new("admin@qelos.test", "admin-pass-1").first_name("Administrator").last_name("The Ruler");
        qelos.add_user(admin.full_name(None).role("admin"));
        qelos.set_configuration(&app_configuration());
        let reply = ModelReply::text(["Hello", " from", " the", " model — ünï", "."]);
        let chat = qelos.add_chat(NewChat::new([reply]));
        let server = qelos.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let network = reqwest::Client::builder().no_proxy().build().unwrap();
        let shared = Arc::new(Shared { server, network, steps: Mutex::default(), held: Mutex::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let recorder = Self { url: format!("http://{}", listener.local_addr().unwrap()), clock, chat, shared };
        let routes = Router::new().fallback(pass).with_state(recorder.clone());
        tokio::spawn(axum::serve(listener, routes).into_future());
        recorder
    }

    /// Begins a step, a second later: two tokens of one second would be equal.
    pub(crate) fn begin(&self, name: &str) {
        self.clock.advance(Duration::from_secs(1));
        self.steps().push(Taken { name: name.to_owned(), exchanges: Vec::new() });
    }

    /// The steps so far. There is none from here on.
    pub(crate) fn take(&self) -> Vec<Taken> {
        std::mem::take(&mut *self.steps())
    }

    fn steps(&self) -> MutexGuard<'_, Vec<Taken>> {
        self.shared.steps.lock().unwrap()
    }

    /// Does what a story has asked for.
    fn told(&self, what: &str, body: &str) {
        match what {
            "step" => self.begin(body),
            "advance" => self.clock.advance(Duration::from_secs(body.parse().unwrap())),
            // All of the next refreshes arrive before the first is carried out, as on a slow network.
            "hold" => *self.shared.held.lock().unwrap() = Some(Arc::new(Barrier::new(body.parse().unwrap()))),
            _ => panic!("stories cannot ask for `{what}`"),
        }
    }

    async fn hold(&self, path: &str) {
        let barrier = self.shared.held.lock().unwrap().clone().filter(|_| path == REFRESH);
        if let Some(barrier) = barrier {
            barrier.wait().await;
            *self.shared.held.lock().unwrap() = None;
        }
    }

    /// Passes a request on, and records the exchange.
    async fn pass_on(&self, request: Request<Bytes>) -> Response<Bytes> {
        let target = request.uri().path_and_query().unwrap();
        let url = format!("{}{target}", self.shared.server.base_url());
        let mut headers = request.headers().clone();
        for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            headers.remove(name);
        }
        headers.insert(HOST, RECORDED_HOST.parse().unwrap());
        let forwarded = self.shared.network.request(request.method().clone(), url).headers(headers);
        let received = forwarded.body(request.body().clone()).send().await.unwrap();
        let mut response = Response::builder().status(received.status());
        *response.headers_mut().unwrap() = received.headers().clone();
        let response = response.body(received.bytes().await.unwrap()).unwrap();
        let exchange = Exchange { request, response: response.clone() };
        self.steps().last_mut().expect("a story begins a step before its first request").exchanges.push(exchange);
        response
    }
}

/// The configuration of the application that was recorded.
fn app_configuration() -> Value {
    let recorded = fixture::load_more("531-configuration-app-get-no-auth").response.unwrap().body.unwrap();
    let recorded: Value = serde_json::from_str(&recorded).unwrap();
    json!({ "key": recorded["key"], "public": true, "metadata": recorded["metadata"] })
}

async fn pass(State(recorder): State<Recorder>, request: axum::extract::Request) -> Response<axum::body::Body> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    if let Some(what) = parts.uri.path().strip_prefix("/_story/") {
        recorder.told(what, std::str::from_utf8(&body).unwrap());
        return Response::default();
    }
    recorder.hold(parts.uri.path()).await;
    let mut response = recorder.pass_on(Request::from_parts(parts, body)).await;
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        response.headers_mut().remove(name);
    }
    if let Some(cookie) = response.headers_mut().get_mut(SET_COOKIE) {
        // As a proxy does that has another name than the server behind it.
        let own = cookie.to_str().unwrap().replace("Domain=qelos.test", "Domain=127.0.0.1");
        *cookie = own.parse().unwrap();
    }
    response.map(axum::body::Body::from)
}
