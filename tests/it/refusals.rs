//! Refusals: the requests that follow, and the result that the caller gets, for each credential and for each way in
//! which the services of Qelos refuse.
//!
//! A refusal may be about the proof, about a permission, or about a gateway that was too slow to identify the caller. A
//! wrong guess costs sessions: a missing role that is taken for an expired token uses up a refresh token each time.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use qelos_client::api::RefreshTokens;
use qelos_client::auth::SignedIn;
use qelos_client::store::{FileTokenStore, TokenStore};
use qelos_client::testing::{FakeQelos, Fault, Faults, Service};
use qelos_client::{
    AnyCredential, Body, Client, DecodeRequest, Endpoint, Error, NewApiToken, Transport, TransportError,
};

use crate::world::{LIFETIME, World, sign_in};

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/things", auth = SignedIn)]
struct ReadThings {}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/things", auth = SignedIn)]
struct MakeThing {}

/// The embedded Qelos, and its requests and responses in short form: `read 401, me 200`.
#[derive(Clone)]
struct Watched(FakeQelos, Arc<Mutex<String>>);

impl Transport for Watched {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let name = match (request.method().as_str(), request.uri().path()) {
            ("GET", "/api/things") => "read",
            ("POST", "/api/things") => "make",
            ("GET", "/api/no-such-plugin/things") => "lost",
            ("GET", "/api/me") => "me",
            ("POST", "/api/token/refresh") => "renew",
            ("POST", "/api/signin") => "sign in",
            (method, path) => panic!("{method} {path} is not expected"),
        };
        let response = self.0.send(request).await?;
        let mut sent = self.1.lock().unwrap();
        let separator = if sent.is_empty() { "" } else { ", " };
        write!(sent, "{separator}{name} {}", response.status().as_u16()).unwrap();
        Ok(response)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    OAuth,
    /// An OAuth session with a password to sign in again.
    Password,
    Cookie,
    ApiToken,
}

use Holds::{ApiToken, Cookie, OAuth, Password};

/// A world in which `/api/things` belongs to this service, and needs the role `keeper`.
fn world(service: Service) -> World<Watched> {
    let world = World::behind(|qelos| Watched(qelos, Arc::default()));
    world.qelos.set_roles(world.ada, &["keeper"]);
    let things = world.qelos.service(service).for_roles(&["keeper"]);
    things.mount::<ReadThings>(|_, _| Ok(()));
    things.mount::<MakeThing>(|_, _| Ok(()));
    world
}

impl World<Watched> {
    async fn client(&self, holds: Holds) -> Client<AnyCredential, Watched> {
        let client = match holds {
            OAuth => self.oauth().await.into_any(),
            Password => self.oauth().await.sign_in_again_with(sign_in()).into_any(),
            Cookie => self.cookie().await.into_any(),
            ApiToken => {
                let (owner, _) = self.anonymous_over(self.qelos.clone()).oauth_sign_in(&sign_in()).await.unwrap();
                let token = NewApiToken::expiring_in("ci", Duration::from_hours(1));
                let token = owner.create_api_token(&token).await.unwrap().token;
                self.anonymous().api_token_sign_in(token).await.unwrap().0.into_any()
            }
        };
        self.forget();
        client
    }

    fn forget(&self) {
        self.network.1.lock().unwrap().clear();
    }

    fn sent(&self) -> String {
        std::mem::take(&mut *self.network.1.lock().unwrap())
    }
}

/// The result that the caller gets.
fn seen(outcome: Result<(), Error>) -> &'static str {
    match outcome {
        Ok(()) => "done",
        Err(error) if error.is_session_ended() => "ended",
        Err(error) => match (error.is_forbidden(), error.is_unauthorized()) {
            (true, false) => "forbidden",
            (false, true) => "unauthorized",
            _ => panic!("{error}"),
        },
    }
}

/// The event after the sign-in.
#[derive(Debug, Clone, Copy)]
enum Then {
    Nothing,
    /// The access token has expired, by both clocks.
    Expired,
    /// The access token has expired by the server's clock, which is ahead.
    ServerAhead,
    /// The access token has expired by the client's clock, which is ahead.
    ClientAhead,
    Revoked,
    SecretRotated,
    /// Access and refresh tokens are revoked.
    AllRevoked,
    RoleTaken,
    /// Ada did not have the role when she signed in, and got it two minutes later.
    RoleGranted,
    SlowGateway,
}

/// Makes the event happen, calls, and returns the requests and the result.
async fn call_after(world: &World<Watched>, holds: Holds, then: Then, make: bool) -> (String, &'static str) {
    if matches!(then, Then::RoleTaken | Then::RoleGranted) {
        world.qelos.set_roles(world.ada, &["user"]);
    }
    let client = world.client(holds).await;
    match then {
        Then::Nothing | Then::RoleTaken => {}
        Then::Expired => world.pass(LIFETIME),
        Then::ServerAhead => world.server_clock.advance(LIFETIME),
        Then::ClientAhead => world.client_clock.advance(LIFETIME),
        Then::Revoked => world.qelos.revoke_access_tokens(world.ada),
        Then::SecretRotated => world.qelos.rotate_signing_secret(),
        Then::AllRevoked => {
            world.qelos.revoke_access_tokens(world.ada);
            world.qelos.revoke_refresh_tokens(world.ada);
        }
        Then::RoleGranted => {
            world.pass(Duration::from_mins(2));
            world.qelos.set_roles(world.ada, &["user", "keeper"]);
        }
        Then::SlowGateway => world.qelos.slow_gateway(1),
    }
    let outcome = if make { client.call(&MakeThing {}).await } else { client.call(&ReadThings {}).await };
    (world.sent(), seen(outcome))
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/no-such-plugin/things", auth = SignedIn)]
struct ReadFromNowhere {}

/// A wrong path says nothing about the proof: a program that polls one must not use up a refresh token each time.
#[tokio::test(start_paused = true)]
async fn an_unknown_path_causes_no_probe_and_no_renewal() {
    let world = world(Service::Content);
    for holds in [OAuth, Password, Cookie, ApiToken] {
        let client = world.client(holds).await;
        world.pass(Duration::from_mins(2));
        let error = client.call(&ReadFromNowhere {}).await.unwrap_err();
        assert!(!error.is_session_ended(), "{error}");
        assert_eq!(world.sent(), "lost 401", "{holds:?}");
    }
}

/// `read` is the request of the caller, an idempotent one. The next test has the requests that are not idempotent.
#[tokio::test(start_paused = true)]
async fn each_refusal_is_handled_by_its_cause() {
    use Service::{Auth, Content, Entities, NoCode, Payments};
    use Then::{
        AllRevoked, ClientAhead, Expired, Nothing, Revoked, RoleGranted, RoleTaken, SecretRotated, ServerAhead,
        SlowGateway,
    };

    const REFUSED_RENEWALS: &str = "renew 401, renew 401, renew 401, renew 401, renew 401";
    let revoked_for_good = format!("read 401, {REFUSED_RENEWALS}");
    let revoked_and_unknown = format!("read 401, me 401, {REFUSED_RENEWALS}");
    let signs_in_again = format!("read 401, {REFUSED_RENEWALS}, sign in 200, read 204");

    let table: &[(Service, Holds, Then, &str, &str)] = &[
        // Nothing is wrong.
        (Auth, OAuth, Nothing, "read 204", "done"),
        (Entities, Cookie, Nothing, "read 204", "done"),
        (NoCode, ApiToken, Nothing, "read 204", "done"),
        // A token that is known to have expired is never sent.
        (Auth, OAuth, Expired, "renew 200, read 204", "done"),
        (Entities, OAuth, Expired, "renew 200, read 204", "done"),
        (Entities, OAuth, ClientAhead, "renew 200, read 204", "done"),
        // The proof is bad. The auth service says so; for the other services, the client asks `GET /api/me`.
        (Auth, OAuth, ServerAhead, "read 401, renew 200, read 204", "done"),
        (NoCode, OAuth, ServerAhead, "read 401, me 401, renew 200, read 204", "done"),
        (Entities, OAuth, ServerAhead, "read 403, me 401, renew 200, read 204", "done"),
        (Auth, OAuth, Revoked, "read 401, renew 200, read 204", "done"),
        (NoCode, OAuth, Revoked, "read 401, me 401, renew 200, read 204", "done"),
        (Content, OAuth, Revoked, "read 401, me 401, renew 200, read 204", "done"),
        (Payments, OAuth, Revoked, "read 401, me 401, renew 200, read 204", "done"),
        (Entities, OAuth, Revoked, "read 403, me 401, renew 200, read 204", "done"),
        (Auth, OAuth, SecretRotated, "read 401, renew 200, read 204", "done"),
        (Entities, OAuth, SecretRotated, "read 403, me 401, renew 200, read 204", "done"),
        (Auth, OAuth, AllRevoked, &revoked_for_good, "ended"),
        (NoCode, OAuth, AllRevoked, &revoked_and_unknown, "ended"),
        (Auth, Password, AllRevoked, &signs_in_again, "done"),
        (Auth, Cookie, Revoked, "read 401, me 401", "unauthorized"),
        (NoCode, Cookie, Revoked, "read 401, me 401", "unauthorized"),
        (Entities, Cookie, Revoked, "read 403, me 401", "unauthorized"),
        (Auth, ApiToken, Expired, "read 401", "unauthorized"),
        (NoCode, ApiToken, Expired, "read 401, me 401", "unauthorized"),
        (Entities, ApiToken, Expired, "read 403, me 401", "unauthorized"),
        // A role is missing. Where the service does not say so, the request is sent once more, because of slow
        // gateways.
        (Auth, OAuth, RoleTaken, "read 401", "forbidden"),
        (Payments, OAuth, RoleTaken, "read 401", "forbidden"),
        (NoCode, OAuth, RoleTaken, "read 401, me 200, read 401", "forbidden"),
        (Content, OAuth, RoleTaken, "read 401, me 200, read 401", "forbidden"),
        (Entities, OAuth, RoleTaken, "read 403, me 200, read 403", "forbidden"),
        (Auth, Password, RoleTaken, "read 401", "forbidden"),
        (NoCode, Password, RoleTaken, "read 401, me 200, read 401", "forbidden"),
        (Auth, Cookie, RoleTaken, "read 401", "forbidden"),
        (NoCode, Cookie, RoleTaken, "read 401, me 200, read 401", "forbidden"),
        (Entities, Cookie, RoleTaken, "read 403, me 200, read 403", "forbidden"),
        (Payments, ApiToken, RoleTaken, "read 401", "forbidden"),
        (NoCode, ApiToken, RoleTaken, "read 401, me 200, read 401", "forbidden"),
        (Entities, ApiToken, RoleTaken, "read 403, me 200, read 403", "forbidden"),
        // A role was granted after the sign-in: a token older than a minute is renewed.
        (Auth, OAuth, RoleGranted, "read 401, renew 200, read 204", "done"),
        (NoCode, OAuth, RoleGranted, "read 401, me 200, read 401, renew 200, read 204", "done"),
        (Auth, Cookie, RoleGranted, "read 401", "forbidden"),
        // The gateway was too slow to identify the caller.
        (NoCode, OAuth, SlowGateway, "read 401, me 200, read 204", "done"),
        (Entities, OAuth, SlowGateway, "read 403, me 200, read 204", "done"),
        (Content, Cookie, SlowGateway, "read 401, me 200, read 204", "done"),
        (Payments, ApiToken, SlowGateway, "read 401, me 200, read 204", "done"),
    ];
    for &(service, holds, then, sent, outcome) in table {
        let told = call_after(&world(service), holds, then, false).await;
        assert_eq!((told.0.as_str(), told.1), (sent, outcome), "{service:?}, {holds:?}, {then:?}");
    }
}

/// The server has refused before it acted, so a bad proof is renewed also for a request that is not idempotent. When a
/// permission is missing, such a request is never sent again.
#[tokio::test(start_paused = true)]
async fn a_post_is_sent_again_only_with_a_better_proof() {
    use Service::{Auth, Entities, NoCode};
    use Then::{Revoked, RoleGranted, RoleTaken, SlowGateway};

    for (service, then, sent, outcome) in [
        (Auth, Revoked, "make 401, renew 200, make 204", "done"),
        (NoCode, Revoked, "make 401, me 401, renew 200, make 204", "done"),
        (Entities, Revoked, "make 403, me 401, renew 200, make 204", "done"),
        (Auth, RoleTaken, "make 401", "forbidden"),
        (NoCode, RoleTaken, "make 401, me 200", "forbidden"),
        (Entities, RoleTaken, "make 403, me 200", "forbidden"),
        (Auth, RoleGranted, "make 401", "forbidden"),
        (NoCode, SlowGateway, "make 401, me 200", "forbidden"),
    ] {
        let told = call_after(&world(service), OAuth, then, true).await;
        assert_eq!((told.0.as_str(), told.1), (sent, outcome), "{service:?}, {then:?}");
    }
}

/// A renewal would lose the roles in the workspace, and the next renewal the workspace.
#[tokio::test(start_paused = true)]
async fn roles_are_not_renewed_in_a_workspace() {
    for service in [Service::Auth, Service::NoCode, Service::Entities] {
        let world = world(service);
        let workspace = world.workspace("Own");
        let (sent, outcome) = call_after(&world, OAuth, Then::RoleGranted, false).await;
        assert!(!sent.contains("renew"), "{service:?}: {sent}");
        assert_eq!(outcome, "forbidden");
        let client = world.client(OAuth).await;
        assert_eq!(client.logged_in_user().await.unwrap().workspace.unwrap().id, workspace);
    }
}

#[tokio::test(start_paused = true)]
async fn the_roles_of_a_token_are_renewed_less_and_less_often() {
    let world = world(Service::Auth);
    world.qelos.set_roles(world.ada, &["user"]);
    let client = world.client(OAuth).await;
    let mut renewals = Vec::new();
    for minute in 0..40 {
        client.call(&ReadThings {}).await.unwrap_err();
        if world.sent().contains("renew") {
            renewals.push(minute);
        }
        world.pass(Duration::from_mins(1));
    }
    assert_eq!(
        renewals,
        [1, 2, 4, 8, 16, 26, 36],
        "the minutes in which a dashboard that may not read the things renews its token"
    );
}

/// The things of [`world`], behind a network on which renewals fail.
async fn without_renewals(
    fault: fn() -> Fault,
    roles: &[&str],
) -> (World<Faults<FakeQelos>>, Client<qelos_client::OAuth, Faults<FakeQelos>>) {
    let world = World::behind(Faults::around);
    world.qelos.set_roles(world.ada, roles);
    world.qelos.service(Service::Auth).for_roles(&["keeper"]).mount::<ReadThings>(|_, _| Ok(()));
    let client = world.oauth().await;
    world.network.of::<RefreshTokens>().always(fault());
    world.pass(Duration::from_mins(2));
    (world, client)
}

#[tokio::test(start_paused = true)]
async fn a_missing_permission_stays_the_result_when_newer_roles_cannot_be_had() {
    for fault in [|| Fault::status(503), || Fault::status(401)] {
        let (world, client) = without_renewals(fault, &["user"]).await;
        let error = client.call(&ReadThings {}).await.unwrap_err();
        assert!(error.is_forbidden() && !error.is_transient() && !error.is_session_ended(), "{error}");
        assert!(world.network.of::<RefreshTokens>().sent() > 0, "it was tried");
    }
}

#[tokio::test(start_paused = true)]
async fn a_bad_proof_that_cannot_be_renewed_now_is_a_refusal_that_may_pass() {
    let (world, client) = without_renewals(|| Fault::status(503), &["keeper"]).await;
    world.qelos.revoke_access_tokens(world.ada);
    let error = client.call(&ReadThings {}).await.unwrap_err();
    assert!(error.is_unauthorized() && error.is_transient() && !error.is_session_ended(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn after_an_earlier_probe_a_request_is_sent_again_only_if_the_gateway_may_be_slow() {
    let of_gateway = world(Service::NoCode);
    let client = of_gateway.client(OAuth).await;
    for sent in ["read 401, me 200, read 204", "read 401, read 204"] {
        of_gateway.qelos.slow_gateway(1);
        client.call(&ReadThings {}).await.unwrap();
        assert_eq!(of_gateway.sent(), sent);
    }
    let of_entities = world(Service::Entities);
    of_entities.qelos.set_roles(of_entities.ada, &["user"]);
    let client = of_entities.client(OAuth).await;
    for sent in ["read 403, me 200, read 403", "read 403"] {
        assert!(client.call(&ReadThings {}).await.unwrap_err().is_forbidden());
        assert_eq!(of_entities.sent(), sent);
    }
}

#[tokio::test(start_paused = true)]
async fn ten_forbidden_calls_cost_one_probe_and_no_renewal() {
    let world = world(Service::NoCode);
    world.qelos.set_roles(world.ada, &["user"]);
    let own = world.workspace("Own");
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path().join("session.json"));
    let mut sign_in = sign_in();
    sign_in.workspace = Some(own);
    let (first, _) = world.anonymous().oauth_sign_in(&sign_in).await.unwrap();
    first.keep_in(store.clone()).await.unwrap();
    let second = world.anonymous().restore(store.clone()).await.unwrap().unwrap();
    for client in [&first, &second] {
        world.forget();
        for _ in 0..10 {
            let error = client.call(&MakeThing {}).await.unwrap_err();
            assert!(error.is_forbidden() && !error.is_unauthorized(), "{error}");
            let hint = error.hint().unwrap();
            assert!(hint.starts_with("the user's roles and permissions do not allow this"), "{hint}");
            assert!(hint.contains("the roles stand in the access token"), "{hint}");
        }
        let sent = world.sent();
        assert_eq!((sent.matches("me 200").count(), sent.matches("renew").count()), (1, 0), "{sent}");
    }
    assert!(store.load().await.unwrap().is_some(), "the session is still there");
    assert_eq!(first.logged_in_user().await.unwrap().workspace.unwrap().id, own);
}

#[tokio::test(start_paused = true)]
async fn refused_clones_share_one_probe_and_one_renewal() {
    let world = world(Service::NoCode);
    let client = world.client(OAuth).await;
    world.qelos.revoke_access_tokens(world.ada);
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(client.call(&ReadThings {}))).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let sent = world.sent();
    assert_eq!((sent.matches("me 401").count(), sent.matches("renew 200").count()), (1, 1), "{sent}");
}

/// After that, a refused call asks again.
#[tokio::test(start_paused = true)]
async fn the_result_of_a_probe_is_used_for_30_seconds() {
    let world = world(Service::NoCode);
    world.qelos.set_roles(world.ada, &["user"]);
    let client = world.client(ApiToken).await;
    for (seconds, sent) in [(0, "make 401, me 200"), (29, "make 401"), (1, "make 401, me 200")] {
        world.pass(Duration::from_secs(seconds));
        client.call(&MakeThing {}).await.unwrap_err();
        assert_eq!(world.sent(), sent);
    }
}
