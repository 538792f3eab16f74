//! Sessions as users have them: signing in, staying signed in while many calls wait, signing out.
//!
//! Against the embedded Qelos, with its clock and the client's in our hands.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::{CreateApiToken, GetMe, OAuthSignIn, SignIn};
use qelos_client::testing::{FakeQelos, ManualClock, NewUser};
use qelos_client::transport::ReqwestTransport;
use qelos_client::{
    Client, CookieSession, Environment, Error, ExposeSecret, OAuth, SecretString, Timestamp, Transport, TransportError,
    UserId,
};
use tokio::sync::Semaphore;

const CALLERS: usize = 50;
const REFRESH: &str = "/api/token/refresh";

struct World {
    /// The server's; the clients of a world have their own, so that they can disagree.
    server_clock: ManualClock,
    client_clock: ManualClock,
    qelos: FakeQelos,
    user: UserId,
}

impl World {
    fn new() -> Self {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let (server_clock, client_clock) = (ManualClock::new(now), ManualClock::new(now));
        let qelos = FakeQelos::new(server_clock.clone());
        let user = qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
        Self { server_clock, client_clock, qelos, user }
    }

    fn client(&self) -> Client<qelos_client::Anonymous, FakeQelos> {
        let builder = Client::builder("https://qelos.test").transport(self.qelos.clone());
        builder.clock(self.client_clock.clone()).build().unwrap()
    }

    async fn oauth(&self) -> Client<OAuth, FakeQelos> {
        self.client().oauth_signin(&OAuthSignIn::new("ada@example.com", password())).await.unwrap().0
    }

    async fn cookie(&self) -> Client<CookieSession, FakeQelos> {
        self.client().signin(&SignIn::new("ada@example.com", password())).await.unwrap().0
    }

    fn pass(&self, time: Duration) {
        self.server_clock.advance(time);
        self.client_clock.advance(time);
    }

    fn refreshes(&self) -> usize {
        self.qelos.count("POST", REFRESH)
    }
}

fn password() -> SecretString {
    "hunter2hunter2".into()
}

const LIFETIME: Duration = Duration::from_hours(5);

/// Many calls at the same time, each in a task of its own: those that failed.
async fn storm<T: Transport>(client: &Client<OAuth, T>) -> Vec<Error> {
    let calls: Vec<_> = (0..CALLERS).map(|_| tokio::spawn(client.call(&GetMe))).collect();
    let mut failed = Vec::new();
    for call in calls {
        failed.extend(call.await.unwrap().err());
    }
    failed
}

#[tokio::test]
async fn when_the_token_expires_one_refresh_serves_all_who_wait() {
    let world = World::new();
    let client = world.oauth().await;
    for round in 1..=3 {
        world.pass(LIFETIME);
        world.qelos.forget_requests();
        assert!(storm(&client).await.is_empty(), "round {round}");
        assert_eq!((world.refreshes(), world.qelos.count("GET", "/api/me")), (1, CALLERS));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_over_sockets_and_threads() {
    let world = World::new();
    let server = world.qelos.clone().serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let client = Client::builder(server.base_url().as_str())
        .transport(ReqwestTransport::new().unwrap())
        .clock(world.client_clock.clone())
        .build()
        .unwrap();
    let (client, _) = client.oauth_signin(&OAuthSignIn::new("ada@example.com", password())).await.unwrap();
    world.pass(LIFETIME);
    assert!(storm(&client).await.is_empty());
    assert_eq!((world.refreshes(), world.qelos.count("GET", "/api/me")), (1, CALLERS));
}

#[tokio::test]
async fn when_the_server_refuses_early_one_refresh_serves_all_who_were_refused() {
    let world = World::new();
    let client = world.oauth().await;
    world.server_clock.advance(LIFETIME);
    assert!(storm(&client).await.is_empty());
    assert_eq!(world.refreshes(), 1, "a late 401 about the old token does not throw the new one away");
    assert!(storm(&client).await.is_empty());
    assert_eq!(world.refreshes(), 1);
}

/// A refresh that is refused is tried four times more, because it may have been for no reason.
const TRIES: usize = 5;

#[tokio::test(start_paused = true)]
async fn a_refresh_that_is_refused_ends_the_session_for_all_with_one_clear_error() {
    let world = World::new();
    let client = world.oauth().await;
    world.qelos.revoke_refresh_tokens(world.user);
    world.pass(LIFETIME);
    world.qelos.forget_requests();
    let failed = storm(&client).await;
    assert_eq!((failed.len(), world.refreshes()), (CALLERS, TRIES), "nobody tries again on their own");
    for error in failed {
        assert!(error.is_session_ended() && error.is_unauthorized());
        assert_eq!(
            error.to_string(),
            "GET /api/me: the session has ended: the server refused to renew it: it has expired or was revoked, or \
             another process has used its refresh token — sign in again"
        );
    }
    assert!(client.call(&GetMe).await.unwrap_err().is_session_ended());
    assert_eq!(world.refreshes(), TRIES, "a session that has ended is not tried again");
    world.pass(Duration::from_mins(1));
    assert!(storm(&client).await.iter().all(Error::is_session_ended));
    assert_eq!(world.refreshes(), 2 * TRIES, "at least not within a minute");
}

#[tokio::test]
async fn a_caller_that_is_dropped_does_not_take_the_rotated_token_along() {
    let world = World::new();
    let client = world.oauth().await;
    world.pass(LIFETIME);
    let mut call = client.call(&GetMe);
    // One poll starts the refresh and gives the rest of the world a turn; then the caller is gone.
    assert!(
        std::future::poll_fn(|cx| std::task::Poll::Ready(std::pin::Pin::new(&mut call).poll(cx))).await.is_pending()
    );
    drop(call);
    assert!(client.call(&GetMe).await.is_ok(), "the token that was fetched for nobody serves the next");
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires_and_not_much_earlier() {
    let world = World::new();
    let client = world.oauth().await;
    world.pass(LIFETIME.saturating_sub(Duration::from_secs(61)));
    client.call(&GetMe).await.unwrap();
    assert_eq!(world.refreshes(), 0);
    // When exactly is left to chance: half a minute before its end at the latest.
    world.pass(Duration::from_secs(31));
    client.call(&GetMe).await.unwrap();
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_refused_for_no_reason_is_tried_again_with_the_same_token() {
    for refusals in [1, 2, 3, 4] {
        let world = World::new();
        let client = world.oauth().await;
        world.pass(LIFETIME);
        world.qelos.spurious_refresh_refusals(refusals);
        assert!(storm(&client).await.is_empty());
        assert_eq!(world.refreshes(), 1 + refusals);
    }
}

#[tokio::test(start_paused = true)]
async fn a_dead_session_is_revived_by_the_password_once_for_all() {
    let world = World::new();
    let client = world.oauth().await.sign_in_again_with(OAuthSignIn::new("ada@example.com", password()));
    world.qelos.revoke_refresh_tokens(world.user);
    world.pass(LIFETIME);
    world.qelos.forget_requests();
    assert!(storm(&client).await.is_empty());
    assert_eq!((world.refreshes(), world.qelos.count("POST", "/api/signin")), (TRIES, 1));
}

#[tokio::test(start_paused = true)]
async fn the_password_of_one_clone_is_that_of_all() {
    let world = World::new();
    let plain = world.oauth().await;
    let with = plain.clone().sign_in_again_with(OAuthSignIn::new("ada@example.com", password()));
    world.qelos.revoke_refresh_tokens(world.user);
    world.pass(LIFETIME);
    plain.call(&GetMe).await.unwrap();
    with.call(&GetMe).await.unwrap();
}

#[tokio::test]
async fn a_clock_that_is_hours_ahead_does_not_refresh_at_every_call() {
    let world = World::new();
    world.client_clock.advance(Duration::from_hours(48));
    let client = world.oauth().await;
    for _ in 0..3 {
        client.call(&GetMe).await.unwrap();
    }
    assert_eq!(world.refreshes(), 0);
}

/// The server behind a gate that holds back the answer to a refresh until the test opens it.
struct Gated {
    qelos: FakeQelos,
    gate: Arc<Semaphore>,
}

impl Transport for Gated {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let is_refresh = request.uri().path() == REFRESH;
        let answer = self.qelos.send(request).await;
        if is_refresh {
            self.gate.acquire().await.unwrap().forget();
        }
        answer
    }
}

#[tokio::test]
async fn signing_out_waits_for_a_refresh_under_way_and_ends_what_it_brings() {
    let world = World::new();
    let tokens = world.oauth().await.tokens().unwrap();
    assert_eq!(world.qelos.sessions(world.user), 1);
    let gate = Arc::new(Semaphore::new(0));
    let transport = Gated { qelos: world.qelos.clone(), gate: Arc::clone(&gate) };
    let builder = Client::builder("https://qelos.test").transport(transport).clock(world.client_clock.clone());
    let client = builder.build().unwrap().with_tokens(tokens);
    world.pass(LIFETIME);

    let waiting = tokio::spawn(client.call(&GetMe));
    while world.refreshes() == 0 {
        tokio::task::yield_now().await;
    }
    let leaving = tokio::spawn({
        let client = client.clone();
        async move { client.logout().await.map(drop) }
    });
    tokio::task::yield_now().await;
    gate.add_permits(1);
    leaving.await.unwrap().unwrap();
    assert!(waiting.await.unwrap().unwrap_err().is_session_ended(), "who has waited is not given what was ended");

    let error = client.call(&GetMe).await.unwrap_err();
    assert_eq!(error.to_string(), "GET /api/me: the session has ended: it was signed out — sign in again");
    assert!(client.tokens().is_err(), "nothing is kept");
    assert_eq!((world.refreshes(), world.qelos.count("POST", "/api/logout")), (1, 1));
    assert_eq!(world.qelos.sessions(world.user), 0, "the pair the refresh brought is revoked, not only forgotten");
}

#[tokio::test(start_paused = true)]
async fn signing_out_revokes_the_refresh_token_of_the_newest_pair() {
    let world = World::new();
    let client = world.oauth().await;
    world.pass(LIFETIME);
    client.call(&GetMe).await.unwrap();
    let tokens = client.tokens().unwrap();
    let anonymous = client.logout().await.unwrap();
    world.client_clock.advance(LIFETIME);
    let error = anonymous.with_tokens(tokens).call(&GetMe).await.unwrap_err();
    assert!(error.is_session_ended(), "{error}");
}

#[tokio::test]
async fn an_application_is_told_what_to_keep() {
    let world = World::new();
    let client = world.oauth().await;
    let mut changes = client.token_changes();
    world.pass(LIFETIME);
    client.call(&GetMe).await.unwrap();
    let told = changes.next().await.unwrap().unwrap();
    assert_eq!(told.refresh.expose_secret(), client.tokens().unwrap().refresh.expose_secret());
    client.logout().await.unwrap();
    assert!(changes.next().await.unwrap().unwrap_err().is_session_ended());
    drop(client);
    assert!(changes.next().await.is_none(), "there is nobody left to tell anything");
}

#[tokio::test]
async fn a_session_can_be_taken_up_from_its_tokens() {
    let world = World::new();
    let tokens = world.oauth().await.tokens().unwrap();
    let client = world.client().with_tokens(tokens);
    client.call(&GetMe).await.unwrap();
    world.pass(LIFETIME);
    client.call(&GetMe).await.unwrap();
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test]
async fn a_cookie_session_works_and_is_rotated_by_any_answer() {
    let world = World::new();
    let client = world.cookie().await;
    assert_eq!(client.logged_in_user().await.unwrap().id, world.user);
    world.qelos.set_cookie_rotation_after(Duration::from_mins(10));
    let clone = client.clone();
    for _ in 0..200 {
        world.pass(Duration::from_hours(24));
        clone.logged_in_user().await.unwrap();
    }
    client.logged_in_user().await.expect("rotated 200 times, far beyond the 30 days of one cookie");
    client.logout().await.unwrap();
    let error = clone.logged_in_user().await.unwrap_err();
    assert!(error.is_session_ended(), "clones share the session, and its end");
}

#[tokio::test]
async fn a_cookie_is_rotated_by_a_redirect_as_well() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let transport = move |request: Request<Bytes>| {
        let cookie = request.headers().get("cookie").map(|cookie| cookie.to_str().unwrap().to_owned());
        log.lock().unwrap().push(cookie);
        let answer = if request.uri().path() == "/api/signin" {
            let user = Bytes::from_static(br#"{"payload":{"user":{"username":"a","email":"a@b.c","roles":[]}}}"#);
            Response::builder().header("set-cookie", "qlt_0=old").body(user)
        } else {
            Response::builder()
                .status(302)
                .header("location", "/x")
                .header("set-cookie", "qlt_0=new")
                .body(Bytes::new())
        };
        async move { Ok::<_, TransportError>(answer.unwrap()) }
    };
    let client = Client::builder("https://qelos.test").transport(transport).build().unwrap();
    let (client, _) = client.signin(&SignIn::new("ada", password())).await.unwrap();
    for _ in 0..2 {
        assert!(client.call(&GetMe).await.unwrap_err().is_redirect());
    }
    let sent: Vec<_> = seen.lock().unwrap().iter().flatten().cloned().collect();
    assert_eq!(sent, ["qlt_0=old", "qlt_0=new"]);
}

#[tokio::test]
async fn a_cookie_session_that_has_expired_says_so() {
    let world = World::new();
    let client = world.cookie().await;
    world.pass(Duration::from_hours(31 * 24));
    let error = client.logged_in_user().await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(
        error.to_string(),
        "GET /api/me: 401 Unauthorized: you are not authorized. must be logged in. — the session has expired or was \
         revoked: sign in again"
    );
}

#[tokio::test]
async fn an_api_token_is_created_used_listed_and_revoked() {
    let world = World::new();
    let owner = world.oauth().await;
    let expires_at = world.client_clock.now_plus(Duration::from_hours(24));
    let wanted = CreateApiToken { nickname: "ci".to_owned(), expires_at, workspace: None };
    let created = owner.api_tokens().create(&wanted).await.unwrap();

    let (ci, user) = world.client().api_token_signin(created.token.clone()).await.unwrap();
    assert_eq!(user.id, world.user);
    let builder = Client::builder("https://qelos.test").transport(world.qelos.clone()).api_token(created.token);
    builder.build().unwrap().logged_in_user().await.unwrap();

    let listed = owner.api_tokens().list().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].nickname.as_str(), listed[0].id), ("ci", created.api_token.id));
    assert!(listed[0].last_used_at.is_some());

    owner.api_tokens().delete(&listed[0].id).await.unwrap();
    let error = ci.logged_in_user().await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_session_ended());
    assert!(error.hint().unwrap().contains("expired or revoked"), "{error}");
    assert_eq!(world.refreshes(), 0, "an API token is never refreshed");
}

#[tokio::test]
async fn a_wrong_password_says_what_the_server_says_and_keeps_its_status() {
    let world = World::new();
    let error = world.client().oauth_signin(&OAuthSignIn::new("ada@example.com", "wrong".into())).await.unwrap_err();
    assert_eq!(error.to_string(), "POST /api/signin: 401 Unauthorized: Invalid username or password");
    assert_eq!(error.api().unwrap().message(), Some("Invalid username or password"));
}

#[tokio::test]
async fn nothing_secret_travels_unencrypted_to_another_machine() {
    let world = World::new();
    let builder = || Client::builder("http://qelos.example").transport(world.qelos.clone());
    let error = builder().build().unwrap().oauth_signin(&OAuthSignIn::new("ada", password())).await.unwrap_err();
    assert!(error.is_plaintext(), "not even the password of a sign-in: {error}");
    let error = builder().api_token("ql_1").build().unwrap().logged_in_user().await.unwrap_err();
    assert!(error.is_plaintext(), "{error}");
    assert_eq!(world.qelos.requests().len(), 0);

    let allowed = builder().danger_allow_plain_http().build().unwrap();
    allowed.oauth_signin(&OAuthSignIn::new("ada@example.com", password())).await.unwrap();
}

#[tokio::test]
async fn what_a_client_cannot_use_is_refused_when_it_is_built() {
    for (url, token, reason) in [
        ("acme.example", "ql_1", "not the URL of a server: it does not start with `https://` (or `http://`)"),
        ("https://acme.example", " ", "the API token is empty"),
        (
            "https://acme.example",
            "ql_\n1",
            "the API token contains a character that headers do not allow, such as a line break: copy the token alone",
        ),
    ] {
        let error = Client::builder(url).api_token(token).build().unwrap_err();
        assert!(error.is_config());
        assert_eq!(error.to_string(), reason);
    }
}

/// The time of the client some time from now.
trait NowPlus {
    fn now_plus(&self, time: Duration) -> Timestamp;
}

impl NowPlus for ManualClock {
    fn now_plus(&self, time: Duration) -> Timestamp {
        qelos_client::Clock::now(self).saturating_add(time)
    }
}

/// The server refuses sign-ins that happen at the same time, once the user has more than ten open sessions.
#[tokio::test(start_paused = true)]
async fn replicas_that_sign_in_at_once_all_start() {
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let qelos = FakeQelos::new(ManualClock::new(now));
    qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2").open_sessions(30));
    qelos.set_database_latency(Duration::from_millis(5));
    let client = Client::builder("https://qelos.test").transport(qelos.clone()).build().unwrap();
    let settings = |name: &str| {
        let value = match name {
            "QELOS_URL" => "https://qelos.test",
            "QELOS_USERNAME" => "ada@example.com",
            "QELOS_PASSWORD" => "hunter2hunter2",
            _ => return None,
        };
        Some(value.into())
    };
    let mut replicas = tokio::task::JoinSet::new();
    for replica in 0..8 {
        let (client, qelos) = (client.clone(), qelos.clone());
        replicas.spawn(async move {
            match replica % 3 {
                0 => client.oauth_signin(&OAuthSignIn::new("ada@example.com", password())).await.map(drop),
                1 => client.signin(&SignIn::new("ada@example.com", password())).await.map(drop),
                _ => {
                    let environment = Environment::read_from(settings).unwrap();
                    environment.connect_with(|builder| builder.transport(qelos)).await.map(drop)
                }
            }
        });
    }
    let failed: Vec<_> = replicas.join_all().await.into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert!(qelos.count("POST", "/api/signin") > 8, "some were refused at first");
}

/// A refusal that is due to a race and stays one does not say that the password is wrong.
#[tokio::test(start_paused = true)]
async fn a_sign_in_that_always_meets_another_one_is_transient() {
    let refusal = r#"{"errors":{"general":{"version":153,"modifiedPaths":["lastLogin","tokens"]}}}"#;
    let server = move |_: Request<Bytes>| async move {
        Ok(Response::builder().status(401).header("content-type", "application/json").body(refusal.into()).unwrap())
    };
    let client = Client::builder("https://qelos.test").transport(server).build().unwrap();
    let error = client.oauth_signin(&OAuthSignIn::new("ada@example.com", password())).await.unwrap_err();
    assert!(error.is_passing() && !error.is_session_ended(), "{error}");
    assert!(error.hint().unwrap().contains("at the same time"), "{error}");
}
