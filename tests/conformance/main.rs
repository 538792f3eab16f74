//! Programs that are not ours, against ours: the engine of sessions against `oidc-provider`, a server of OAuth 2 that
//! `npm ci` installs beside this file and whose pages are driven by HTTP, as a browser would; and, in `sdks`, the official
//! SDKs of Qelos against the embedded one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod machine;
mod person;
mod sdks;
mod server;

// How a response is compared with a recorded one, of `tests/it`.
#[path = "../it/recordings/conformance/compare.rs"]
mod compare;
#[path = "../it/recordings/fixture.rs"]
#[allow(dead_code, reason = "`tests/it` uses all of it")]
mod fixture;
#[path = "../it/recordings/conformance/token.rs"]
#[allow(dead_code, reason = "`tests/it` uses all of it")]
mod token;
/// Where `compare` finds the recordings.
mod recordings {
    pub(crate) use crate::fixture;
}

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{Request, Response};
use qelos_client::auth::SignedIn;
use qelos_client::oauth2::{AuthorizationServer, ClientCredentials, DeviceProgress, OAuth2};
use qelos_client::session::TokenSession;
use qelos_client::store::FileTokenStore;
use qelos_client::testing::ManualClock;
use qelos_client::transport::ReqwestTransport;
use qelos_client::{Anonymous, Body, Client, Endpoint, ExposeSecret as _, Timestamp, Transport, TransportError};
use serde::Deserialize;
use tokio::task::JoinSet;

use crate::person::Person;
use crate::server::Server;

/// How long the server says that its access tokens are good.
const LIFETIME: Duration = Duration::from_hours(1);

/// The user of a token.
#[derive(Endpoint)]
#[endpoint(GET, "/me", response = User, auth = SignedIn)]
struct Me;

#[derive(Deserialize)]
struct User {
    sub: String,
}

/// The network. It counts the requests for tokens.
#[derive(Clone)]
struct Counted {
    network: Arc<ReqwestTransport>,
    renewals: Arc<AtomicUsize>,
}

impl Transport for Counted {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        self.renewals.fetch_add(usize::from(request.uri().path() == "/token"), Ordering::SeqCst);
        self.network.send(request).await
    }
}

struct World {
    server: Server,
    clock: ManualClock,
    network: Counted,
}

type Session = Client<TokenSession<OAuth2>, Counted>;

impl World {
    async fn start(test: &str) -> Option<Self> {
        let server = Server::start(test).await?;
        let network = Counted { network: Arc::new(ReqwestTransport::new().unwrap()), renewals: Arc::default() };
        let clock = ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap());
        Some(Self { server, clock, network })
    }

    /// A client of another process.
    fn client(&self) -> Client<Anonymous, Counted> {
        let builder = Client::builder(&self.server.issuer).transport(self.network.clone());
        builder.clock(self.clock.clone()).build().unwrap()
    }

    async fn discovered(&self, client_id: &str) -> AuthorizationServer {
        AuthorizationServer::discover(&self.server.issuer, client_id, &self.client()).await.unwrap()
    }

    async fn scheme(&self) -> OAuth2 {
        OAuth2::new(self.discovered("cli").await.scopes("openid invoices:read"))
    }

    /// A session of `ada`, who has signed in with a browser.
    async fn signed_in(&self) -> Session {
        let sign_in = self.scheme().await.loopback_sign_in(&self.client(), "/callback").await.unwrap();
        let url = sign_in.url().to_owned();
        let program = tokio::spawn(sign_in.finish(Duration::from_secs(30)));
        let shown = Person::new().opens(&url).await;
        assert!(shown.contains("You can close this window"), "{shown}");
        program.await.unwrap().unwrap()
    }

    /// A client that holds the tokens of another one, as a thief would.
    fn thief(&self, of: &Session) -> Session {
        let session = TokenSession::from_tokens(of.credential().scheme().clone(), of.tokens().unwrap());
        self.client().with_credential(session)
    }

    fn renewals(&self) -> usize {
        self.network.renewals.swap(0, Ordering::SeqCst)
    }
}

async fn is_ada(client: &Session) -> bool {
    client.call(&Me).await.unwrap().sub == "ada"
}

#[tokio::test]
async fn a_person_signs_in_with_a_browser_and_the_session_rotates_its_tokens() {
    let Some(world) = World::start("a_person_signs_in_with_a_browser").await else { return };
    let client = world.signed_in().await;
    assert!(is_ada(&client).await);
    let mut seen = vec![client.tokens().unwrap().refresh_token.unwrap()];
    for _ in 0..3 {
        world.clock.advance(LIFETIME);
        assert!(is_ada(&client).await);
        let tokens = client.tokens().unwrap();
        assert_eq!(tokens.scope.as_deref(), Some("openid invoices:read"));
        let next = tokens.refresh_token.unwrap();
        assert!(seen.iter().all(|before| before.expose_secret() != next.expose_secret()));
        seen.push(next);
    }
}

#[tokio::test]
async fn a_person_signs_in_on_another_device() {
    let Some(world) = World::start("a_person_signs_in_on_another_device").await else { return };
    // The server wants to be asked every five seconds, which the test does not wait for: the clock says they have passed.
    let mut sign_in = world.scheme().await.device_sign_in(&world.client()).await.unwrap();
    world.clock.advance(Duration::from_secs(5));
    assert!(matches!(sign_in.next().await, Ok(DeviceProgress::Pending)));
    let shown = Person::new().enters(sign_in.verification_uri(), sign_in.user_code(), "confirm").await;
    assert!(shown.contains("Sign-in Success"), "{shown}");
    world.clock.advance(Duration::from_secs(5));
    let Ok(DeviceProgress::Finished(client)) = sign_in.next().await else { panic!("the person has signed in") };
    assert!(is_ada(&client).await);
    world.clock.advance(LIFETIME);
    assert!(is_ada(&client).await);
}

#[tokio::test]
async fn a_person_refuses_on_another_device() {
    let Some(world) = World::start("a_person_refuses_on_another_device").await else { return };
    let mut sign_in = world.scheme().await.device_sign_in(&world.client()).await.unwrap();
    Person::new().enters(sign_in.verification_uri(), sign_in.user_code(), "abort").await;
    world.clock.advance(Duration::from_secs(5));
    let error = sign_in.next().await.unwrap_err();
    assert!(error.is_sign_in_failed() && error.to_string().contains("the user has refused"), "{error}");
}

#[tokio::test]
async fn a_refresh_token_that_is_used_twice_ends_the_session() {
    let Some(world) = World::start("a_refresh_token_that_is_used_twice").await else { return };
    let client = world.signed_in().await;
    let thief = world.thief(&client);
    client.refresh_token().await.unwrap();
    assert!(thief.refresh_token().await.unwrap_err().is_session_ended());
    assert!(
        client.refresh_token().await.unwrap_err().is_session_ended(),
        "the server cannot tell which one is the thief"
    );
}

#[tokio::test]
async fn signing_out_revokes_the_refresh_token() {
    let Some(world) = World::start("signing_out_revokes_the_refresh_token").await else { return };
    let client = world.signed_in().await;
    let kept = world.thief(&client);
    client.sign_out().await.unwrap();
    assert!(kept.refresh_token().await.unwrap_err().is_session_ended());
}

#[tokio::test]
async fn processes_share_a_session_and_renew_it_once_for_each_expiry() {
    let Some(world) = World::start("processes_share_a_session").await else { return };
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path().join("session.json"));
    world.signed_in().await.keep_in(store.clone()).await.unwrap();
    let mut processes = Vec::new();
    for _ in 0..4 {
        let restored = world.client().restore_as(world.scheme().await, store.clone()).await.unwrap();
        processes.push(restored.expect("there is a session"));
    }
    world.renewals();
    for _ in 0..5 {
        world.clock.advance(LIFETIME);
        let calls = processes.iter().flat_map(|client| (0..10).map(|_| client.call(&Me)));
        let called = calls.collect::<JoinSet<_>>().join_all().await;
        let failed: Vec<_> = called.into_iter().filter_map(Result::err).collect();
        assert!(failed.is_empty(), "{failed:?}");
        assert_eq!(world.renewals(), 1);
    }
}

#[tokio::test]
async fn a_program_signs_in_with_its_secret_in_a_header_or_in_the_body() {
    let Some(world) = World::start("a_program_signs_in_with_its_secret").await else { return };
    let basic = world.discovered("basic").await.secret_basic("hunter2");
    let post = world.discovered("post").await.secret_post("hunter2");
    for known in [basic, post] {
        let client = ClientCredentials::new(known.scopes("invoices:read")).sign_in(&world.client()).await.unwrap();
        let first = client.tokens().unwrap().access_token;
        world.clock.advance(LIFETIME);
        let second = client.refresh_token().await.unwrap().access_token;
        assert_ne!(first.expose_secret(), second.expose_secret());
    }
    let wrong = world.discovered("basic").await.secret_basic("wrong");
    let error = ClientCredentials::new(wrong).sign_in(&world.client()).await.unwrap_err();
    assert!(error.is_unauthorized() && error.to_string().contains("client authentication failed"), "{error}");
}
