//! A thousand calls at the same moment with an expired token: one refresh, and no call fails. Each test has two hundred
//! runs, with another order of events in each. A failure names its seed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response};
use qelos_client::auth::SignedIn;
use qelos_client::testing::FakeQelos;
use qelos_client::transport::whole;
use qelos_client::{Body, Client, DecodeRequest, Endpoint, Error, OAuth, Transport, TransportError};
use tokio::task::JoinSet;

use crate::random::Random;
use crate::world::{LIFETIME, World};

const CALLERS: usize = 1_000;
const SEEDS: u64 = 200;

/// Does nothing, for signed-in users.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/ping", auth = SignedIn)]
struct Ping;

/// The server, on a network that delays the response to a refresh.
#[derive(Clone)]
struct Network {
    qelos: FakeQelos,
    refresh_takes: Duration,
    /// The response for each token, so that the server computes it once. This is correct because its clock stands
    /// still.
    known: Arc<Mutex<HashMap<HeaderValue, Response<Bytes>>>>,
}

impl Transport for Network {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        if request.uri().path() != "/api/ping" {
            let response = self.qelos.send(request).await;
            tokio::time::sleep(self.refresh_takes).await;
            return response;
        }
        tokio::task::yield_now().await;
        let token = request.headers()[AUTHORIZATION].clone();
        let request = whole(request).await?;
        let response = self.known.lock().unwrap().entry(token).or_insert_with(|| self.qelos.handle(request)).clone();
        tokio::task::yield_now().await;
        Ok(response.map(Body::from))
    }
}

/// A world with a signed-in client and a new token.
async fn signed_in(refresh_takes: Duration) -> (World<Network>, Client<OAuth, Network>) {
    let world = World::behind(|qelos| Network { qelos, refresh_takes, known: Arc::default() });
    world.qelos.mount::<Ping>(|_, _| Ok(()));
    let client = world.oauth().await;
    world.qelos.forget_requests();
    (world, client)
}

/// Makes all calls at nearly the same moment. So many of ten are dropped on the way. Returns the results of the
/// others.
async fn storm(client: &Client<OAuth, Network>, random: &mut Random, dropped_of_ten: usize) -> Vec<Result<(), Error>> {
    let mut calls = JoinSet::new();
    for caller in 0..CALLERS {
        let (call, late) = (client.call(&Ping), random.below(5));
        // A late caller finds a new token, and is done in three turns.
        let patience = (caller % 10 < dropped_of_ten).then(|| random.below(if late == 0 { 4 } else { 3 }));
        calls.spawn(async move {
            turns(late).await;
            tokio::select! {
                biased;
                () = dropped(patience) => None,
                outcome = call => Some(outcome),
            }
        });
    }
    calls.join_all().await.into_iter().flatten().collect()
}

async fn turns(turns: usize) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

/// Waits for so many turns of the runtime, or for ever.
async fn dropped(patience: Option<usize>) {
    match patience {
        Some(patience) => turns(patience).await,
        None => std::future::pending().await,
    }
}

/// A storm for every seed, each in a world of its own.
async fn storms(refresh_takes: Duration, dropped_of_ten: usize, refusals: usize) {
    for seed in 0..SEEDS {
        let random = &mut Random::new(seed);
        let (world, client) = signed_in(refresh_takes).await;
        world.qelos.spurious_refresh_refusals(refusals);
        world.pass(LIFETIME);
        let outcomes = storm(&client, random, dropped_of_ten).await;
        let failed: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
        assert!(failed.is_empty(), "seed {seed}: {failed:?}");
        assert_eq!(outcomes.len(), CALLERS / 10 * (10 - dropped_of_ten), "seed {seed}: all other calls have ended");
        assert_eq!(world.refreshes(), 1 + refusals, "seed {seed}");
        client.call(&Ping).await.unwrap();
        assert_eq!(world.refreshes(), 1 + refusals, "seed {seed}: the next call needs no refresh");
    }
}

#[tokio::test(start_paused = true)]
async fn one_refresh_serves_a_thousand_calls() {
    storms(Duration::ZERO, 0, 0).await;
}

#[tokio::test(start_paused = true)]
async fn one_refresh_is_enough_when_three_of_ten_calls_are_dropped() {
    storms(Duration::ZERO, 3, 0).await;
}

#[tokio::test(start_paused = true)]
async fn one_retry_is_enough_when_the_first_refresh_is_refused_without_a_reason() {
    storms(Duration::ZERO, 0, 1).await;
}

#[tokio::test(start_paused = true)]
async fn one_refresh_is_enough_when_its_response_takes_seconds() {
    storms(Duration::from_secs(7), 0, 0).await;
}
