//! When a call is retried, and when it gives up. The network fails as the test says, and tokio's time is paused.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use proptest::prelude::*;
use qelos_client::api::{GetMe, RefreshTokens, SignOut, UpdateMe};
use qelos_client::auth::Public;
use qelos_client::testing::{FakeQelos, Fault, Faults, ManualClock};
use qelos_client::{Anonymous, Client, Endpoint, Error, OAuth, Retries, Timestamp, Transport, TransportError};
use tokio::time::Instant;

use crate::world::{LIFETIME, World};

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/things", auth = Public)]
struct Read;

/// Not idempotent: sending it twice has two effects.
#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/things", auth = Public)]
struct Create;

/// Declared as idempotent: sending it twice has one effect.
#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/things/latest", auth = Public, idempotent)]
struct Replace;

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/slow", auth = Public, timeout = "1500ms")]
struct Slow;

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/export", auth = Public, timeout = "5m")]
struct Export;

async fn respond_with_success(_: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
    Ok(Response::new(Bytes::new()))
}

/// A network in front of a server that accepts every request.
fn network() -> Faults<impl Transport> {
    Faults::around(respond_with_success)
}

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn client<T: Transport>(network: &Faults<T>) -> Client<Anonymous, Faults<T>> {
    let builder = Client::builder("https://acme.example").transport(network.clone()).clock(ManualClock::new(now()));
    builder.build().unwrap()
}

const MINUTE: Duration = Duration::from_mins(1);

/// A permanent fault, a check of the error, and how often a call was sent and arrived at the server.
struct Case {
    fault: Fault,
    is: fn(&Error) -> bool,
    /// For idempotent endpoints.
    read: (usize, usize),
    /// For endpoints that are not idempotent.
    create: (usize, usize),
}

fn cases() -> Vec<Case> {
    let status = |status| Case {
        fault: Fault::status(status),
        is: |error| error.is_transient() && error.status().is_some() && !error.is_transport(),
        read: (3, 0),
        create: (1, 0),
    };
    let broken = |fault, arrived| Case {
        fault,
        is: |error| error.is_transport() && error.is_transient() && !error.is_connect() && !error.is_timeout(),
        read: (3, 3 * arrived),
        create: (1, arrived),
    };
    vec![
        Case { fault: Fault::refused(), is: |error| error.is_connect(), read: (3, 0), create: (3, 0) },
        broken(Fault::lost_request(), 0),
        broken(Fault::lost_response(), 1),
        Case { is: |error| error.status().unwrap() == 200 && error.is_transport(), ..broken(Fault::cut_response(), 1) },
        // There is no timeout for an exchange here, so the deadline ends the call.
        Case { fault: Fault::silence(), is: Error::is_timeout, read: (1, 1), create: (1, 1) },
        status(429),
        status(502),
        status(503),
        status(504),
        Case { is: |error| error.status().unwrap() == 500 && !error.is_transient(), read: (1, 0), ..status(500) },
        Case { is: Error::is_not_found, read: (1, 0), ..status(404) },
        Case { is: Error::is_redirect, read: (1, 0), ..status(302) },
    ]
}

async fn check<E: Endpoint<Response = (), Auth = Public>>(endpoint: E, case: &Case, (sent, arrived): (usize, usize)) {
    let (network, started) = (network(), Instant::now());
    network.of::<E>().always(case.fault.clone());
    let error = client(&network).call(&endpoint).await.unwrap_err();
    let what = format!("{} under {:?}: {error}", E::NAME, case.fault);
    assert!((case.is)(&error), "{what}");
    assert!(started.elapsed() <= MINUTE, "{what}: after {:?}", started.elapsed());
    assert_eq!((network.of::<E>().sent(), network.of::<E>().arrived()), (sent, arrived), "{what}");
    assert_eq!(error.attempts(), sent, "{what}");
    let attempts = format!("in {sent} attempts");
    assert_eq!(error.to_string().contains(&attempts), sent > 1, "{what}");
}

#[tokio::test(start_paused = true)]
async fn a_permanent_fault_ends_a_call_in_time_with_the_right_error() {
    for case in cases() {
        check(Read, &case, case.read).await;
        check(Create, &case, case.create).await;
        check(Replace, &case, case.read).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_transient_fault_is_hidden() {
    for case in cases().into_iter().filter(|case| case.read.0 == 3) {
        let network = network();
        network.of::<Read>().next([case.fault.clone(), case.fault.clone()]);
        client(&network).call(&Read).await.unwrap();
        assert_eq!(network.of::<Read>().sent(), 3, "{:?}", case.fault);
    }
}

fn any_fault() -> impl Strategy<Value = Fault> {
    let late = (0..90_u64).prop_map(|seconds| Fault::late(Duration::from_secs(seconds)));
    let status = prop::sample::select(vec![200, 302, 401, 429, 500, 502, 503, 504]).prop_map(Fault::status);
    let asking = (0..200_u32).prop_map(|seconds| Fault::status_retry_after(503, &seconds.to_string()));
    prop_oneof![
        Just(Fault::none()),
        Just(Fault::refused()),
        Just(Fault::lost_request()),
        Just(Fault::lost_response()),
        Just(Fault::cut_response()),
        Just(Fault::silence()),
        late,
        status,
        asking,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_faults_cause_no_second_effect_and_every_call_ends(faults in prop::collection::vec(any_fault(), 0..6)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (network, started) = (network(), Instant::now());
            let client = client(&network);
            network.of::<Create>().next(faults.clone());
            let outcome = client.call(&Create).retries(Retries::at_most(9)).await;
            assert!(started.elapsed() <= MINUTE, "after {:?}", started.elapsed());
            let of = network.of::<Create>();
            assert!(of.arrived() <= 1, "it arrived {} times", of.arrived());
            assert!(outcome.is_err() || of.sent() > 0);

            let (faults, started) = (faults.clone(), Instant::now());
            network.of::<Read>().next(faults);
            let _ = client.call(&Read).retries(Retries::at_most(9)).await;
            assert!(started.elapsed() <= MINUTE, "after {:?}", started.elapsed());
        });
    }
}

#[tokio::test(start_paused = true)]
async fn the_back_off_grows_as_the_settings_say() {
    let network = network();
    network.of_all().always(Fault::refused());
    let started = Instant::now();
    let error = client(&network).call(&Read).await.unwrap_err();
    let default = Duration::from_millis(300)..=Duration::from_millis(600);
    assert!(default.contains(&started.elapsed()), "{:?}", started.elapsed());
    assert_eq!(
        error.to_string(),
        "GET /api/things: no connection could be made, in 3 attempts — is the server running, and is the base URL right?"
    );

    let started = Instant::now();
    let patient = Retries::at_most(4).waiting(Duration::from_secs(1), Duration::from_secs(2));
    assert_eq!(client(&network).call(&Read).retries(patient).await.unwrap_err().attempts(), 5);
    let expected = Duration::from_secs(7)..=Duration::from_secs(14);
    assert!(expected.contains(&started.elapsed()), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn the_settings_of_a_call_override_those_of_its_client() {
    let network = network();
    network.of_all().always(Fault::status(503));
    let builder = || Client::builder("https://acme.example").transport(network.clone());
    let once = builder().retries(Retries::none()).build().unwrap();
    assert_eq!(once.call(&Read).await.unwrap_err().attempts(), 1);
    assert_eq!(once.call(&Read).retries(Retries::at_most(4)).await.unwrap_err().attempts(), 5);

    network.of_all().always(Fault::silence());
    let started = Instant::now();
    let hasty = builder().deadline(Duration::from_secs(3)).build().unwrap();
    let error = hasty.call(&Read).await.unwrap_err();
    assert_eq!((started.elapsed(), error.is_timeout()), (Duration::from_secs(3), true));
    assert_eq!(error.to_string(), "GET /api/things: not done within its deadline of 3s");
    let started = Instant::now();
    let error = hasty.call(&Create).deadline(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(started.elapsed(), Duration::from_secs(1));
    assert_eq!(
        error.to_string(),
        "POST /api/things: not done within its deadline of 1s — the server may have done it: look before you send it again"
    );
}

#[tokio::test(start_paused = true)]
async fn each_exchange_has_the_timeout_of_its_endpoint_or_its_call() {
    let network = network();
    let client = client(&network);
    network.of_all().always(Fault::late(Duration::from_secs(2)));
    client.call(&Read).await.unwrap();
    let started = Instant::now();
    let error = client.call(&Slow).retries(Retries::none()).await.unwrap_err();
    assert_eq!(started.elapsed(), Duration::from_millis(1500));
    assert!(error.is_timeout() && error.is_transient() && error.status().is_none());
    assert_eq!(error.to_string(), "GET /api/slow: no response came in time");
    client.call(&Slow).timeout(Duration::from_secs(3)).await.unwrap();
    assert_eq!(client.call(&Read).timeout(Duration::from_secs(1)).await.unwrap_err().attempts(), 3);

    network.of_all().always(Fault::late(Duration::from_mins(4)));
    client.call(&Export).await.unwrap();
    assert!(client.call(&Read).await.unwrap_err().is_timeout(), "other endpoints have a minute");
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_zero_is_an_error_before_anything_is_sent() {
    let network = network();
    let error = client(&network).call(&Read).timeout(Duration::ZERO).await.unwrap_err();
    assert!(error.is_config());
    assert_eq!(error.to_string(), "GET /api/things: a timeout of zero lets no call succeed: set a longer one");
    assert!(client(&network).call(&Read).deadline(Duration::ZERO).await.unwrap_err().is_config());
    let builder = Client::builder("https://acme.example").transport(network.clone()).deadline(Duration::ZERO);
    assert!(builder.build().unwrap_err().is_config());
    assert_eq!(network.of_all().sent(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_as_long_as_the_server_asks() {
    for asked in ["20", "Sat, 21 Nov 2026 12:00:20 GMT"] {
        for status in [429, 503] {
            let (network, started) = (network(), Instant::now());
            network.of::<Read>().next([Fault::status_retry_after(status, asked)]);
            client(&network).call(&Read).await.unwrap();
            assert_eq!(started.elapsed(), Duration::from_secs(20), "{status} {asked}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_beyond_the_deadline_fails_at_once() {
    let (network, started) = (network(), Instant::now());
    network.of_all().always(Fault::status_retry_after(503, "3600"));
    let error = client(&network).call(&Read).await.unwrap_err();
    assert_eq!((started.elapsed(), error.attempts()), (Duration::ZERO, 1));
    assert_eq!(error.retry_after(), Some(Duration::from_hours(1)));
    assert_eq!(
        error.to_string(),
        "GET /api/things: 503 Service Unavailable (the server gave no reason) — the server asks to be called again in 3600s"
    );
}

#[tokio::test(start_paused = true)]
async fn retry_after_beyond_the_rest_of_the_deadline_fails_at_once() {
    let (network, started) = (network(), Instant::now());
    network.of_all().always(Fault::status_retry_after(503, "40"));
    let error = client(&network).call(&Read).await.unwrap_err();
    assert_eq!((started.elapsed(), error.attempts()), (Duration::from_secs(40), 2), "the second wait is not begun");
    assert!(error.status().unwrap() == 503 && !error.is_timeout());
}

#[tokio::test(start_paused = true)]
async fn an_error_without_a_retry_has_the_retry_after_of_the_server() {
    let (network, started) = (network(), Instant::now());
    network.of_all().always(Fault::status_retry_after(429, "7"));
    let error = client(&network).call(&Create).await.unwrap_err();
    assert_eq!((started.elapsed(), network.of_all().sent()), (Duration::ZERO, 1));
    assert_eq!((error.retry_after(), error.is_transient()), (Some(Duration::from_secs(7)), true));
}

/// A network in front of the embedded Qelos, and a signed-in client.
async fn signed_in() -> (World<Faults<FakeQelos>>, Client<OAuth, Faults<FakeQelos>>) {
    let world = World::behind(Faults::around);
    let client = world.oauth().await;
    (world, client)
}

#[tokio::test(start_paused = true)]
async fn the_deadline_covers_a_refresh_and_its_tokens_are_kept() {
    let (world, client) = signed_in().await;
    world.pass(LIFETIME);
    world.network.of::<RefreshTokens>().next([Fault::late(Duration::from_secs(30))]);
    let started = Instant::now();
    let error = client.call(&SignOut).deadline(Duration::from_secs(5)).await.unwrap_err();
    assert_eq!((started.elapsed(), error.is_timeout(), error.attempts()), (Duration::from_secs(5), true, 0));
    assert_eq!(error.hint(), None, "the call itself was not sent: {error}");
    client.call(&GetMe).await.unwrap();
    assert_eq!(started.elapsed(), Duration::from_secs(30), "it waited for the refresh in flight");
    assert_eq!((world.network.of::<RefreshTokens>().sent(), world.network.of::<GetMe>().sent()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_transient_failure_of_a_renewal_is_retried_with_its_call() {
    // When no connection is made, the renewal retries by itself.
    for (fault, attempts) in [(Fault::refused(), 3), (Fault::lost_response(), 1), (Fault::status(503), 1)] {
        let (world, client) = signed_in().await;
        world.pass(LIFETIME);
        world.network.of::<RefreshTokens>().always(fault.clone());
        let error = client.call(&GetMe).await.unwrap_err();
        assert_eq!(error.endpoint().unwrap().path.as_str(), "/api/token/refresh", "{error}");
        assert_eq!((world.network.of::<RefreshTokens>().sent(), error.attempts()), (3, attempts), "{fault:?}");
        assert!(error.is_transient(), "{error}");
        assert_eq!(world.network.of::<GetMe>().sent(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_during_a_back_off_is_renewed_before_the_next_attempt() {
    let (world, client) = signed_in().await;
    world.network.of::<GetMe>().next([Fault::status_retry_after(503, "10")]);
    let call = tokio::spawn(client.call(&GetMe));
    tokio::time::sleep(Duration::from_secs(5)).await;
    world.pass(LIFETIME);
    call.await.unwrap().unwrap();
    assert_eq!(
        (world.network.of::<RefreshTokens>().sent(), world.network.of::<GetMe>().sent()),
        (1, 2),
        "no attempt is refused"
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_after_a_401_is_not_a_retry() {
    let (world, client) = signed_in().await;
    world.network.of::<GetMe>().next([Fault::status(503), Fault::status(401), Fault::status(503)]);
    client.call(&GetMe).await.unwrap();
    assert_eq!((world.network.of::<RefreshTokens>().sent(), world.network.of::<GetMe>().sent()), (1, 4));
    world.network.of::<GetMe>().always(Fault::status(401));
    let error = client.call(&GetMe).await.unwrap_err();
    assert_eq!((error.is_unauthorized(), error.attempts()), (true, 2), "there is one more attempt, with a new token");
}

#[tokio::test(start_paused = true)]
async fn signing_out_has_a_deadline() {
    let (world, client) = signed_in().await;
    world.network.of_all().always(Fault::silence());
    let started = Instant::now();
    assert!(client.sign_out().await.unwrap_err().is_timeout());
    assert_eq!(started.elapsed(), MINUTE);
    assert!(client.call(&GetMe).await.unwrap_err().is_session_ended(), "the session has ended for this client");
}

/// The output of a future that is ready at the first poll, outside of any runtime.
fn at_once<R>(future: impl Future<Output = R>) -> R {
    let Poll::Ready(outcome) = pin!(future).poll(&mut Context::from_waker(Waker::noop())) else { panic!("it waits") };
    outcome
}

#[test]
fn a_call_outside_of_a_runtime_works_without_retries() {
    let network = network();
    let client = client(&network);
    at_once(client.call(&Read)).unwrap();
    network.of_all().always(Fault::status(503));
    assert_eq!(at_once(client.call(&Read)).unwrap_err().attempts(), 1);
}

#[test]
fn the_default_transport_outside_of_a_runtime_is_an_error() {
    let client = Client::new("https://acme.example").unwrap();
    let error = at_once(client.call(&Read)).unwrap_err();
    assert!(error.is_transport() && !error.is_transient(), "{error}");
    let line =
        "the transport is not set up for this: reqwest needs a tokio runtime, and this call is made outside of one";
    assert!(error.to_string().ends_with(line), "{error}");
    assert!(std::error::Error::source(&error).is_none(), "the line has the cause, and a report would repeat it");
}

#[test]
fn a_limit_outside_of_a_runtime_is_an_error_and_no_panic() {
    let client = client(&network());
    for limited in [client.call(&Slow), client.call(&Read).deadline(MINUTE), client.call(&Read).timeout(MINUTE)] {
        let error = at_once(limited).unwrap_err();
        assert!(error.is_config() && error.to_string().contains("needs a tokio runtime"), "{error}");
    }
}

/// None of these ends the session: the 403 of a proxy, an overloaded server, a lost request.
#[tokio::test(start_paused = true)]
async fn a_transient_failure_of_a_renewal_keeps_the_session() {
    for fault in [403, 429, 500, 502, 503].map(Fault::status).into_iter().chain([Fault::lost_request()]) {
        let (world, client) = signed_in().await;
        let mut changes = client.token_changes();
        world.pass(LIFETIME);
        world.network.of::<RefreshTokens>().always(fault.clone());
        let error = client.call(&GetMe).await.unwrap_err();
        assert!(error.is_transient() && !error.is_session_ended(), "{fault:?}: {error}");
        let change = tokio::time::timeout(Duration::from_secs(1), changes.next()).await;
        assert!(change.is_err(), "{fault:?}: the tokens have not changed");
        world.network.heal();
        client.call(&GetMe).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn all_calls_keep_the_pause_that_the_server_asks_of_a_renewal() {
    let (world, client) = signed_in().await;
    world.pass(LIFETIME);
    world.network.of::<RefreshTokens>().next([Fault::status_retry_after(429, "3600")]);
    for _ in 0..10 {
        let error = client.call(&GetMe).await.unwrap_err();
        assert_eq!((error.is_transient(), error.retry_after()), (true, Some(Duration::from_hours(1))), "{error}");
    }
    assert_eq!((world.network.of::<RefreshTokens>().sent(), world.network.of::<GetMe>().sent()), (1, 0));
    world.pass(Duration::from_hours(1));
    client.call(&GetMe).await.unwrap();
}

/// The request was not sent yet, so that a retry of the renewal does no harm.
#[tokio::test(start_paused = true)]
async fn a_request_that_is_not_idempotent_waits_for_its_renewal_and_is_sent_once() {
    let (world, client) = signed_in().await;
    world.pass(LIFETIME);
    world.network.of::<RefreshTokens>().next([Fault::status(503), Fault::lost_request()]);
    client.call(&UpdateMe::default()).await.unwrap();
    assert_eq!((world.network.of::<RefreshTokens>().sent(), world.network.of::<UpdateMe>().sent()), (3, 1));
}
