//! A program that ends in the middle of a renewal, and waits for it with `settled`, loses no session. The programs have
//! no password, so that they cannot replace a lost session.
//!
//! `QELOS_TESTS_ROUNDS=number` sets the number of rounds with processes, `QELOS_TESTS_SEED=number` repeats the same
//! ones.

use std::time::Duration;

use http::{Request, Response};
use qelos_client::store::FileTokenStore;
use qelos_client::testing::FakeQelos;
use qelos_client::{Body, Transport, TransportError};
use tokio::runtime::Runtime;

use crate::outages::signal;
use crate::processes::{ONE_REFRESH, Stage, Worker, rounds, seed};
use crate::random::Random;
use crate::world::{LIFETIME, World, sign_in};

const ROUNDS: usize = 5;

/// The processes get SIGTERM, as from an operating system.
#[tokio::test]
async fn a_process_that_is_terminated_loses_no_session() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("session.json");
    let mut stage = Stage::new(World::new(), FileTokenStore::new(&path), path.to_str().unwrap().to_owned(), "-").await;
    let mut random = Random::new(seed());
    for round in 0..rounds(ROUNDS) {
        let moment = ["sending", "received"][random.below(2)];
        stage.expire(round);
        let mut worker = Worker::start(&stage).await;
        worker.go(stage.now, moment).await;
        worker.says(moment).await;
        signal("TERM", worker.id()).await;
        worker.says("ending").await;
        worker.tell("go on").await;
        worker.says("settled").await;
        assert!(worker.ends().await.success(), "round {round}, {moment}");

        let mut next = Worker::start(&stage).await;
        next.go(stage.now, "-").await;
        next.says("done").await;
        assert_eq!(stage.seen(), ONE_REFRESH, "round {round}, {moment}: the next process has found the tokens");
    }
}

/// A server with a latency of 100 milliseconds.
struct Far(FakeQelos);

impl Transport for Far {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        const HALF: Duration = Duration::from_millis(50);
        tokio::time::sleep(HALF).await;
        let response = self.0.send(request).await;
        tokio::time::sleep(HALF).await;
        response
    }
}

/// A runtime like that of `#[tokio::main]`, which drops it at the end of `main`.
fn program() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

#[test]
fn a_call_that_is_dropped_at_the_end_of_a_program_loses_no_session() {
    for moment in (0..20).map(|tenth| Duration::from_millis(10 * tenth)) {
        let world = World::new();
        let client = || world.anonymous_over(Far(world.qelos.clone()));
        let directory = tempfile::tempdir().unwrap();
        let store = FileTokenStore::new(directory.path().join("session.json"));
        program().block_on(async {
            let (client, _) = client().oauth_sign_in(&sign_in()).await.unwrap();
            client.keep_in(store.clone()).await.unwrap();
        });
        world.pass(LIFETIME);
        program().block_on(async {
            let client = client().restore(store.clone()).await.unwrap().unwrap();
            tokio::select! {
                () = tokio::time::sleep(moment) => {}
                called = client.logged_in_user() => drop(called.unwrap()),
            }
            client.settled().await.unwrap();
        });
        let goes_on = program().block_on(async {
            let client = client().restore(store).await.unwrap().unwrap();
            client.logged_in_user().await
        });
        assert!(goes_on.is_ok(), "the program ended after {moment:?}: {}", goes_on.unwrap_err());
    }
}

/// One runtime stops being driven in the middle of a renewal, with the lock of the store. Another runtime renews the
/// session with that lock.
#[test]
fn an_undriven_runtime_with_the_lock_of_the_store_blocks_no_other() {
    let world = World::new();
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path().join("session.json"));
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (undriven, driven) = (runtime(), runtime());
    let client = world.anonymous_over(Far(world.qelos.clone()));
    let client = driven.block_on(async {
        let (client, _) = client.oauth_sign_in(&sign_in()).await.unwrap();
        client.keep_in(store.clone()).await.unwrap();
        client
    });
    world.pass(LIFETIME);
    // The call is dropped, and the runtime is left alone, after the server has exchanged the tokens.
    undriven.block_on(async {
        let call = tokio::spawn(client.logged_in_user());
        while world.refreshes() == 0 {
            tokio::task::yield_now().await;
        }
        call.abort();
    });

    // Only the undriven renewal has the next tokens. This does not end the session.
    let error = driven.block_on(client.logged_in_user()).unwrap_err();
    assert!(error.to_string().contains("is not driven") && !error.is_session_ended(), "{error}");
    let mut changes = client.token_changes();
    undriven.block_on(changes.next()).unwrap().unwrap();
    driven.block_on(client.logged_in_user()).unwrap();
}
