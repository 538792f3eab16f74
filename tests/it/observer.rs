//! What an observer of a client is told about attempts and calls.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::{GetMe, OAuthSignIn, RefreshTokens};
use qelos_client::auth::Public;
use qelos_client::testing::{FakeQelos, Fault, Faults, ManualClock, NewUser};
use qelos_client::{Client, Ended, Endpoint, Observer, SecretString, TransportError};
use tokio::time::sleep;

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/things/{id}", response = u32, auth = Public)]
struct Read {
    id: u32,
}

/// One line for each end.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    fn add(&self, what: &str, ended: &Ended<'_>) {
        let (method, path) = (ended.endpoint().method.as_str(), ended.endpoint().path.as_str());
        let status = ended.status().map_or(0, |status| status.as_u16());
        let (number, error_type) = (ended.attempts(), ended.error_type().unwrap_or("-"));
        let seconds = ended.duration().as_secs();
        self.0.lock().unwrap().push(format!("{what} {method} {path} {number} {status} {error_type} {seconds}s"));
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Observer for Lines {
    fn attempt_ended(&self, attempt: &Ended<'_>) {
        self.add("attempt", attempt);
    }

    fn call_ended(&self, call: &Ended<'_>) {
        self.add("call", call);
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_and_each_call_is_told_once() {
    let slow = async |_: Request<Bytes>| {
        sleep(Duration::from_secs(3)).await;
        Ok::<_, TransportError>(Response::new(Bytes::from_static(b"7")))
    };
    let (network, lines) = (Faults::around(slow), Lines::default());
    let builder = Client::builder("https://acme.example").transport(network.clone()).observer(lines.clone());
    let client = builder.build().unwrap();

    network.of_all().next([Fault::status_retry_after(503, "4"), Fault::refused()]);
    client.call(&Read { id: 1 }).await.unwrap();
    let told = lines.take();
    let expected = [
        "attempt GET /api/things/{id} 1 503 503 0s",
        "attempt GET /api/things/{id} 2 0 connect 0s",
        "attempt GET /api/things/{id} 3 200 - 3s",
    ];
    assert_eq!(told[..3], expected);
    assert!(told[3].starts_with("call GET /api/things/{id} 3 200 - 7s"), "{told:?}");
    assert_eq!(told.len(), 4);

    network.of_all().next([Fault::status(404)]);
    client.call(&Read { id: 1 }).await.unwrap_err();
    assert_eq!(lines.take(), ["attempt GET /api/things/{id} 1 404 404 0s", "call GET /api/things/{id} 1 404 404 0s"]);

    let timed = client.call(&Read { id: 1 }).timeout(Duration::from_secs(1)).deadline(Duration::from_secs(1));
    timed.await.unwrap_err();
    let told = lines.take();
    assert_eq!(told, ["attempt GET /api/things/{id} 1 0 deadline 1s", "call GET /api/things/{id} 1 0 deadline 1s"]);
}

#[tokio::test]
async fn a_response_that_cannot_be_read_fails_its_call_and_not_its_attempt() {
    let text = async |_: Request<Bytes>| Ok::<_, TransportError>(Response::new(Bytes::from_static(b"seven")));
    let lines = Lines::default();
    let builder = Client::builder("https://acme.example").transport(text).observer(lines.clone());
    builder.build().unwrap().call(&Read { id: 1 }).await.unwrap_err();
    assert_eq!(lines.take(), ["attempt GET /api/things/{id} 1 200 - 0s", "call GET /api/things/{id} 1 200 decode 0s"]);
}

#[tokio::test]
async fn calls_of_the_client_itself_are_told() {
    let clock = ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap());
    let qelos = FakeQelos::new(clock.clone());
    qelos.add_user(NewUser::new("ada", "hunter2"));
    let lines = Lines::default();
    let builder = Client::builder("https://acme.example").transport(qelos).clock(clock).observer(lines.clone());
    let sign_in = OAuthSignIn::new("ada", SecretString::from("hunter2"));
    let (client, _) = builder.build().unwrap().oauth_sign_in(&sign_in).await.unwrap();
    client.refresh_token().await.unwrap();
    client.call(&GetMe).await.unwrap();
    let told = lines.take();
    let calls: Vec<_> = told.iter().filter_map(|line| line.strip_prefix("call ")).collect();
    let paths: Vec<_> = calls.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
    let expected = [OAuthSignIn::PATH, RefreshTokens::PATH, GetMe::PATH];
    assert_eq!(paths, expected.map(|path| path.as_str()), "{told:?}");
}
