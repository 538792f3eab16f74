//! Sign-ins of OAuth 2: on another device, with a browser, at a server that was discovered.

mod browser;
mod device;
mod discovery;
pub(crate) mod loopback;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_client::testing::ManualClock;
use qelos_client::transport::TransportErrorKind;
use qelos_client::{Client, Clock, Timestamp, Transport, TransportError};
use serde_json::{Value, json};
use tokio::time::Instant;

/// A status and JSON, or `None` for an exchange that takes too long.
type Scripted = Option<(StatusCode, Value)>;

/// An authorization server that has its responses from a test.
#[derive(Clone, Default)]
struct Script {
    responses: Arc<Mutex<VecDeque<Scripted>>>,
    /// The URLs that were asked.
    urls: Arc<Mutex<Vec<String>>>,
    /// The forms that came.
    forms: Arc<Mutex<Vec<HashMap<String, String>>>>,
    /// When, in seconds.
    times: Arc<Mutex<Vec<u64>>>,
}

impl Script {
    fn then(self, status: u16, body: Value) -> Self {
        self.responses.lock().unwrap().push_back(Some((StatusCode::from_u16(status).unwrap(), body)));
        self
    }

    /// A refusal of OAuth 2.
    fn refuse(self, code: &str) -> Self {
        self.then(400, json!({ "error": code }))
    }

    fn too_late(self) -> Self {
        self.responses.lock().unwrap().push_back(None);
        self
    }

    fn issue(self) -> Self {
        self.then(
            200,
            json!({ "access_token": "a1", "refresh_token": "r1", "expires_in": 3600, "token_type": "Bearer" }),
        )
    }

    fn transport(&self) -> impl Transport + use<> {
        let (script, started) = (self.clone(), Instant::now());
        move |request: Request<Bytes>| {
            script.urls.lock().unwrap().push(request.uri().to_string());
            script.forms.lock().unwrap().push(url::form_urlencoded::parse(request.body()).into_owned().collect());
            script.times.lock().unwrap().push(started.elapsed().as_secs());
            let next = script.responses.lock().unwrap().pop_front().expect("the test expects this request");
            let response = next.map(|(status, body)| {
                let response = Response::builder().status(status).header("content-type", "application/json");
                response.body(Bytes::from(body.to_string())).unwrap()
            });
            std::future::ready(response.ok_or_else(|| TransportError::new(TransportErrorKind::Timeout, "too late")))
        }
    }

    fn client(&self) -> Client<qelos_client::Anonymous, impl Transport + use<>> {
        let builder = Client::builder("https://api.test").transport(self.transport());
        builder.clock(Paused::default()).build().unwrap()
    }

    fn client_at(&self, clock: &ManualClock) -> Client<qelos_client::Anonymous, impl Transport + use<>> {
        Client::builder("https://api.test").transport(self.transport()).clock(clock.clone()).build().unwrap()
    }

    fn forms(&self) -> Vec<HashMap<String, String>> {
        self.forms.lock().unwrap().clone()
    }

    fn urls(&self) -> Vec<String> {
        self.urls.lock().unwrap().clone()
    }
}

/// The time of tokio, which a test has paused.
struct Paused(Instant);

impl Default for Paused {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for Paused {
    fn now(&self) -> Timestamp {
        noon().saturating_add(self.0.elapsed())
    }
}

fn noon() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}
