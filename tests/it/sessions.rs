//! Sessions of users: signing in, staying signed in during many calls, signing out.
//!
//! They run against the embedded Qelos. The tests set its clock and the client's.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::{CreateApiToken, GetMe, OAuthSignIn, RefreshTokens, SignIn};
use qelos_client::auth::Public;
use qelos_client::testing::{FakeQelos, Fault, Faults, ManualClock, NewUser};
use qelos_client::transport::ReqwestTransport;
use qelos_client::{
    Client, Clock as _, Endpoint, Environment, Error, ExposeSecret, OAuth, Retries, Timestamp, Transport,
    TransportError,
};

use crate::world::{ADA, DAY, LIFETIME, PASSWORD, TRIES, World, sign_in};

const CALLERS: usize = 50;

/// Makes many calls at the same time, each in a task of its own. Returns the errors.
async fn storm<T: Transport>(client: &Client<OAuth, T>) -> Vec<Error> {
    let calls: Vec<_> = (0..CALLERS).map(|_| tokio::spawn(client.call(&GetMe))).collect();
    let mut failed = Vec::new();
    for call in calls {
        failed.extend(call.await.unwrap().err());
    }
    failed
}

#[tokio::test]
async fn one_refresh_serves_all_calls_after_the_token_has_expired() {
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
async fn one_refresh_serves_all_calls_over_sockets_and_threads() {
    let world = World::new();
    let server = world.qelos.clone().serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let client = Client::builder(server.base_url().as_str())
        .transport(ReqwestTransport::new().unwrap())
        .clock(world.client_clock.clone())
        .build()
        .unwrap();
    let (client, _) = client.oauth_sign_in(&sign_in()).await.unwrap();
    world.pass(LIFETIME);
    assert!(storm(&client).await.is_empty());
    assert_eq!((world.refreshes(), world.qelos.count("GET", "/api/me")), (1, CALLERS));
}

#[tokio::test]
async fn one_refresh_serves_all_calls_that_were_refused() {
    let world = World::new();
    let client = world.oauth().await;
    world.server_clock.advance(LIFETIME);
    assert!(storm(&client).await.is_empty());
    assert_eq!(world.refreshes(), 1, "a late 401 for the old token does not discard the new one");
    assert!(storm(&client).await.is_empty());
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_refresh_ends_the_session_for_all_calls() {
    let world = World::new();
    let client = world.oauth().await;
    world.qelos.revoke_refresh_tokens(world.ada);
    world.pass(LIFETIME);
    world.qelos.forget_requests();
    let failed = storm(&client).await;
    assert_eq!((failed.len(), world.refreshes()), (CALLERS, TRIES), "the calls share the attempts");
    for error in failed {
        assert!(error.is_session_ended() && error.is_unauthorized());
        assert_eq!(
            error.to_string(),
            "GET /api/me: the session has ended: the server refused to renew it: it has expired or was revoked, or \
             another process has used its refresh token — sign in again"
        );
    }
    assert!(client.call(&GetMe).await.unwrap_err().is_session_ended());
    assert_eq!(world.refreshes(), TRIES, "an ended session is not renewed again");
    world.pass(Duration::from_mins(1));
    assert!(storm(&client).await.iter().all(Error::is_session_ended));
    assert_eq!(world.refreshes(), 2 * TRIES, "a refusal is forgotten after a minute");
}

#[tokio::test]
async fn dropping_a_call_does_not_lose_the_new_token() {
    let world = World::new();
    let client = world.oauth().await;
    world.pass(LIFETIME);
    let mut call = client.call(&GetMe);
    // One poll starts the refresh. Then the call is dropped.
    assert!(
        std::future::poll_fn(|cx| std::task::Poll::Ready(std::pin::Pin::new(&mut call).poll(cx))).await.is_pending()
    );
    drop(call);
    assert!(client.call(&GetMe).await.is_ok(), "the next call uses the new token");
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires_and_not_much_earlier() {
    let world = World::new();
    let client = world.oauth().await;
    world.pass(LIFETIME.saturating_sub(Duration::from_secs(61)));
    client.call(&GetMe).await.unwrap();
    assert_eq!(world.refreshes(), 0);
    // The moment is random: half a minute before the expiry at the latest.
    world.pass(Duration::from_secs(31));
    client.call(&GetMe).await.unwrap();
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_is_refused_without_a_reason_is_retried_with_the_same_token() {
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
async fn one_sign_in_replaces_an_ended_session_for_all_calls() {
    let world = World::new();
    let client = world.oauth().await.sign_in_again_with(sign_in());
    world.qelos.revoke_refresh_tokens(world.ada);
    world.pass(LIFETIME);
    world.qelos.forget_requests();
    assert!(storm(&client).await.is_empty());
    assert_eq!((world.refreshes(), world.sign_ins()), (TRIES, 1));
}

#[tokio::test(start_paused = true)]
async fn all_clones_use_the_password_of_one() {
    let world = World::new();
    let plain = world.oauth().await;
    let with = plain.clone().sign_in_again_with(sign_in());
    world.qelos.revoke_refresh_tokens(world.ada);
    world.pass(LIFETIME);
    plain.call(&GetMe).await.unwrap();
    with.call(&GetMe).await.unwrap();
}

#[tokio::test]
async fn a_clock_that_is_hours_ahead_causes_no_refresh_at_every_call() {
    let world = World::new();
    world.client_clock.advance(Duration::from_hours(48));
    let client = world.oauth().await;
    for _ in 0..3 {
        client.call(&GetMe).await.unwrap();
    }
    assert_eq!(world.refreshes(), 0);
}

#[tokio::test]
async fn signing_out_waits_for_a_refresh_in_flight_and_revokes_its_tokens() {
    let world = World::gated();
    let client = world.oauth().await;
    assert_eq!(world.qelos.sessions(world.ada), 1);
    world.pass(LIFETIME);

    let waiting = tokio::spawn(client.call(&GetMe));
    let shut = world.until_a_refresh_has_a_response().await;
    let leaving = tokio::spawn({
        let client = client.clone();
        async move { client.sign_out().await.map(drop) }
    });
    tokio::task::yield_now().await;
    drop(shut);
    leaving.await.unwrap().unwrap();
    assert!(waiting.await.unwrap().unwrap_err().is_session_ended(), "a waiting call does not get the revoked tokens");

    let error = client.call(&GetMe).await.unwrap_err();
    assert_eq!(error.to_string(), "GET /api/me: the session has ended: it was signed out — sign in again");
    assert!(client.tokens().is_err(), "no tokens are kept");
    assert_eq!((world.refreshes(), world.qelos.count("POST", "/api/logout")), (1, 1));
    assert_eq!(world.qelos.sessions(world.ada), 0, "the new tokens are revoked, not only forgotten");
}

#[tokio::test(start_paused = true)]
async fn signing_out_revokes_the_refresh_token_of_the_newest_pair() {
    let world = World::new();
    let client = world.oauth().await;
    world.pass(LIFETIME);
    client.call(&GetMe).await.unwrap();
    let tokens = client.tokens().unwrap();
    let anonymous = client.sign_out().await.unwrap();
    world.client_clock.advance(LIFETIME);
    let error = anonymous.with_tokens(tokens).call(&GetMe).await.unwrap_err();
    assert!(error.is_session_ended(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_whose_body_is_lost_does_not_end_the_session() {
    let world = World::behind(Faults::around);
    let client = world.oauth().await;
    world.pass(LIFETIME);
    world.qelos.revoke_refresh_tokens(world.ada);
    let renewals = world.network.of::<RefreshTokens>();
    renewals.next([Fault::cut_response()]);
    let error = client.call(&GetMe).retries(Retries::none()).await.unwrap_err();
    assert!(error.is_transient() && !error.is_session_ended(), "{error:?}");
    assert_eq!(renewals.sent(), 1, "only a 401 that arrives whole is asked for again");
    let error = client.call(&GetMe).await.unwrap_err();
    assert!(error.is_session_ended(), "{error:?}");
}

#[tokio::test]
async fn token_changes_bring_new_tokens_and_the_end_of_the_session() {
    let world = World::new();
    let client = world.oauth().await;
    let mut changes = client.token_changes();
    assert_eq!(format!("{changes:?}"), "TokenChanges { .. }", "it shows no tokens");
    world.pass(LIFETIME);
    client.call(&GetMe).await.unwrap();
    let tokens = changes.next().await.unwrap().unwrap();
    assert_eq!(tokens.refresh.expose_secret(), client.tokens().unwrap().refresh.expose_secret());
    client.sign_out().await.unwrap();
    assert!(changes.next().await.unwrap().unwrap_err().is_session_ended());
    drop(client);
    assert!(changes.next().await.is_none(), "the last client was dropped");
}

#[tokio::test]
async fn a_session_can_be_restored_from_its_tokens() {
    let world = World::new();
    let tokens = world.oauth().await.tokens().unwrap();
    let client = world.anonymous().with_tokens(tokens);
    client.call(&GetMe).await.unwrap();
    world.pass(LIFETIME);
    client.call(&GetMe).await.unwrap();
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test]
async fn any_response_renews_the_cookie_of_a_session() {
    let world = World::new();
    let client = world.cookie().await;
    assert_eq!(client.logged_in_user().await.unwrap().id, world.ada);
    world.qelos.set_cookie_rotation_after(Duration::from_mins(10));
    let clone = client.clone();
    for _ in 0..200 {
        world.pass(Duration::from_hours(24));
        clone.logged_in_user().await.unwrap();
    }
    client.logged_in_user().await.expect("the cookie was renewed 200 times, over more than the 30 days of one cookie");
    client.sign_out().await.unwrap();
    let error = clone.logged_in_user().await.unwrap_err();
    assert!(error.is_session_ended(), "clones share the end of the session");
}

#[tokio::test]
async fn a_redirect_renews_the_cookie_of_a_session() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let transport = move |request: Request<Bytes>| {
        let cookie = request.headers().get("cookie").map(|cookie| cookie.to_str().unwrap().to_owned());
        log.lock().unwrap().push(cookie);
        let response = if request.uri().path() == "/api/signin" {
            let user = Bytes::from_static(br#"{"payload":{"user":{"username":"a","email":"a@b.c","roles":[]}}}"#);
            Response::builder().header("set-cookie", "qlt_0=old").body(user)
        } else {
            Response::builder()
                .status(302)
                .header("location", "/x")
                .header("set-cookie", "qlt_0=new")
                .body(Bytes::new())
        };
        async move { Ok::<_, TransportError>(response.unwrap()) }
    };
    let client = Client::builder("https://qelos.test").transport(transport).build().unwrap();
    let (client, _) = client.sign_in(&SignIn::new("ada", PASSWORD.into())).await.unwrap();
    for _ in 0..2 {
        assert!(client.call(&GetMe).await.unwrap_err().is_redirect());
    }
    let sent: Vec<_> = seen.lock().unwrap().iter().flatten().cloned().collect();
    assert_eq!(sent, ["qlt_0=old", "qlt_0=new"]);
}

#[tokio::test]
async fn an_expired_cookie_session_is_an_error_with_advice() {
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
    let expires_at = world.client_clock.now().saturating_add(DAY);
    let wanted = CreateApiToken::new("ci", expires_at);
    let created = owner.api_tokens().create(&wanted).await.unwrap();

    let (ci, user) = world.anonymous().api_token_sign_in(created.token.clone()).await.unwrap();
    assert_eq!(user.id, world.ada);
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
async fn a_wrong_password_is_an_error_with_the_message_of_the_server() {
    let world = World::new();
    let error = world.anonymous().oauth_sign_in(&OAuthSignIn::new(ADA, "wrong".into())).await.unwrap_err();
    assert_eq!(error.to_string(), "POST /api/signin: 401 Unauthorized: Invalid username or password");
    assert_eq!(error.api().unwrap().message(), Some("Invalid username or password"));
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/no-such-plugin/news", auth = Public)]
struct NoSecret;

#[tokio::test]
async fn no_secret_is_sent_unencrypted_to_another_machine() {
    let world = World::new();
    let builder = || Client::builder("http://qelos.example").transport(world.qelos.clone());
    let error = builder().build().unwrap().oauth_sign_in(&OAuthSignIn::new("ada", PASSWORD.into())).await.unwrap_err();
    assert!(error.is_plaintext(), "the password of a sign-in is not sent: {error}");
    let error = builder().api_token("ql_1").build().unwrap().logged_in_user().await.unwrap_err();
    assert!(error.is_plaintext(), "{error}");
    assert_eq!(world.qelos.requests().len(), 0);

    let error = builder().build().unwrap().call(&NoSecret).await.unwrap_err();
    assert!(!error.is_plaintext(), "the server does not know this path: {error}");
    assert_eq!(world.qelos.requests().len(), 1, "a request without a secret is sent");

    let allowed = builder().danger_allow_plain_http().build().unwrap();
    allowed.oauth_sign_in(&sign_in()).await.unwrap();
}

#[tokio::test]
async fn an_invalid_url_or_token_is_refused_when_the_client_is_built() {
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

/// The server refuses simultaneous sign-ins when the user has more than ten open sessions.
#[tokio::test(start_paused = true)]
async fn replicas_that_sign_in_at_once_all_start() {
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let qelos = FakeQelos::new(ManualClock::new(now));
    qelos.add_user(NewUser::new(ADA, PASSWORD).open_sessions(30));
    qelos.set_database_latency(Duration::from_millis(5));
    let client = Client::builder("https://qelos.test").transport(qelos.clone()).build().unwrap();
    let settings = |name: &str| {
        let value = match name {
            "QELOS_URL" => "https://qelos.test",
            "QELOS_USERNAME" => ADA,
            "QELOS_PASSWORD" => PASSWORD,
            _ => return None,
        };
        Some(value.into())
    };
    let mut replicas = tokio::task::JoinSet::new();
    for replica in 0..8 {
        let (client, qelos) = (client.clone(), qelos.clone());
        replicas.spawn(async move {
            match replica % 3 {
                0 => client.oauth_sign_in(&sign_in()).await.map(drop),
                1 => client.sign_in(&SignIn::new(ADA, PASSWORD.into())).await.map(drop),
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

/// A refusal because of a race does not mean that the password is wrong.
#[tokio::test(start_paused = true)]
async fn a_sign_in_that_always_races_with_another_is_transient() {
    let refusal = r#"{"errors":{"general":{"version":153,"modifiedPaths":["lastLogin","tokens"]}}}"#;
    let server = move |_: Request<Bytes>| async move {
        Ok(Response::builder().status(401).header("content-type", "application/json").body(refusal.into()).unwrap())
    };
    let client = Client::builder("https://qelos.test").transport(server).build().unwrap();
    let error = client.oauth_sign_in(&sign_in()).await.unwrap_err();
    assert!(error.is_transient() && !error.is_session_ended(), "{error}");
    assert!(error.hint().unwrap().contains("at the same time"), "{error}");
}
