//! A process sleeps for longer than its lease while it renews the session, or Redis does not respond for longer than a
//! lease: no session is lost. The processes have no password, so that they cannot replace a lost session.
//!
//! `QELOS_TESTS_ROUNDS=number` sets the number of rounds of each kind, `QELOS_TESTS_SEED=number` repeats the same ones.

use std::time::Duration;

use qelos_client::store::RedisTokenStore;
use tokio::process::Command;

use crate::authorization_server::Server;
use crate::processes::{Seen, Service, Stage, Worker, first_to_say, rounds, seed};
use crate::random::Random;
use crate::redis_server::RedisServer;
use crate::world::World;

const ROUNDS: usize = 2;
/// How long Redis does not respond: longer than any lease.
const AWAY: Duration = Duration::from_secs(7);
/// The limit of a round. A round that takes longer hangs.
const LIMIT: Duration = Duration::from_mins(1);
const ENDED: &str = "the session has ended";
const LOCK: &str = "tests:session:lock";

struct Outage<S> {
    server: RedisServer,
    stage: Stage<S>,
}

impl<S: Service> Outage<S> {
    async fn new(test: &str, service: S) -> Option<Self> {
        let server = RedisServer::start(test).await?;
        let store = RedisTokenStore::connect(&server.url(), "tests:session").await.unwrap();
        let stage = Stage::new(service, store, server.url(), "-").await;
        Some(Self { server, stage })
    }

    /// A worker begins to renew the session, stops at this stage, and sleeps until its lease has run out.
    async fn sleeps_at(&mut self, worker: &mut Worker, stage: &str) {
        self.stage.expire(0);
        worker.go(self.stage.now, stage).await;
        worker.says(stage).await;
        signal("STOP", worker.id()).await;
        while self.server.command(&["EXISTS", LOCK]).await.trim() != "0" {}
    }

    async fn wakes_up(&self, worker: &mut Worker) {
        signal("CONT", worker.id()).await;
        worker.tell("go on").await;
        worker.says("done").await;
    }

    /// Checks that the session works after a minute, when a refusal is forgotten: for this worker, and for a new one.
    async fn goes_on(&mut self, worker: &mut Worker) {
        let minute = Duration::from_mins(1);
        self.stage.service.server_clock().advance(minute);
        self.stage.now = self.stage.now.saturating_add(minute);
        let mut new = Worker::start(&self.stage).await;
        for worker in [worker, &mut new] {
            worker.go(self.stage.now, "-").await;
            worker.says("done").await;
        }
    }
}

/// Sends a signal to a process: to stop, to continue, or to end.
pub(crate) async fn signal(signal: &str, process: u32) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &process.to_string()]).status().await.unwrap();
    assert!(sent.success(), "the signal {signal} could not be sent");
}

async fn in_time<R>(round: usize, what: impl Future<Output = R>) -> R {
    tokio::time::timeout(LIMIT, what).await.unwrap_or_else(|_| panic!("round {round}: a process hangs"))
}

#[tokio::test]
async fn late_tokens_replace_the_mark_of_another_process() {
    replace_the_mark("outages::late_tokens_replace_the_mark_of_another_process", World::new()).await;
}

#[tokio::test]
async fn late_tokens_of_oauth2_replace_the_mark_of_another_process() {
    replace_the_mark("outages::late_tokens_of_oauth2_replace_the_mark_of_another_process", without_families()).await;
}

/// A server that only refuses a refresh token that was used, and does not end its session: the other process uses one.
fn without_families() -> Server {
    let server = Server::new();
    server.state().ends_sessions = false;
    server
}

/// The other worker takes the lock, and writes its mark. Then the sleeping worker wakes up, and renews the session.
async fn replace_the_mark(test: &str, service: impl Service) {
    let Some(mut outage) = Outage::new(test, service).await else { return };
    let [mut slow, mut other] = [Worker::start(&outage.stage).await, Worker::start(&outage.stage).await];
    for round in 0..rounds(ROUNDS) {
        let played = async {
            outage.sleeps_at(&mut slow, "sending").await;
            other.go(outage.stage.now, "sending").await;
            other.says("sending").await;
            outage.wakes_up(&mut slow).await;
            other.tell("go on").await;
            other.says("done").await;
            let seen = outage.stage.seen();
            assert_eq!(
                seen,
                Seen { refreshes: 2, sign_ins: 0 },
                "the other was refused once, and has read the store again"
            );
            outage.goes_on(&mut other).await;
            assert_eq!(outage.stage.seen(), seen);
        };
        in_time(round, played).await;
    }
}

#[tokio::test]
async fn late_tokens_are_written_after_another_process_was_refused() {
    written_after_a_refusal("outages::late_tokens_are_written_after_another_process_was_refused", World::new()).await;
}

#[tokio::test]
async fn late_tokens_of_oauth2_are_written_after_another_process_was_refused() {
    let test = "outages::late_tokens_of_oauth2_are_written_after_another_process_was_refused";
    written_after_a_refusal(test, without_families()).await;
}

/// The other worker takes the lock, and is refused, because the sleeping worker has the new tokens in its memory.
async fn written_after_a_refusal<S: Service>(test: &str, service: S) {
    let Some(mut outage) = Outage::new(test, service).await else { return };
    let [mut slow, mut other] = [Worker::start(&outage.stage).await, Worker::start(&outage.stage).await];
    for round in 0..rounds(ROUNDS) {
        let played = async {
            outage.sleeps_at(&mut slow, "received").await;
            other.go(outage.stage.now, "-").await;
            let why = other.outcome().await.unwrap_err();
            assert!(why.contains(ENDED), "{why}");
            let seen = outage.stage.seen();
            assert_eq!(seen, Seen { refreshes: 1 + S::TRIES, sign_ins: 0 });
            outage.wakes_up(&mut slow).await;
            outage.goes_on(&mut other).await;
            assert_eq!(outage.stage.seen(), seen, "the other has found the tokens in the store");
        };
        in_time(round, played).await;
    }
}

#[tokio::test]
async fn a_stopped_redis_is_waited_for() {
    without_redis("outages::a_stopped_redis_is_waited_for", Fault::Stopped).await;
}

#[tokio::test]
async fn a_restarted_redis_is_waited_for() {
    without_redis("outages::a_restarted_redis_is_waited_for", Fault::Killed).await;
}

#[derive(Clone, Copy)]
enum Fault {
    Stopped,
    Killed,
}

impl Fault {
    async fn begins(self, server: &mut RedisServer) {
        match self {
            Self::Stopped => signal("STOP", server.id()).await,
            Self::Killed => server.kill().await,
        }
    }

    async fn ends(self, server: &mut RedisServer) {
        match self {
            Self::Stopped => signal("CONT", server.id()).await,
            Self::Killed => server.restart().await,
        }
    }
}

/// Three processes renew the session. Redis stops responding before they begin, before one sends its refresh token, or
/// after the server has exchanged it.
async fn without_redis(test: &str, fault: Fault) {
    let Some(mut outage) = Outage::new(test, World::new()).await else { return };
    let mut random = Random::new(seed());
    let mut workers = Vec::new();
    for _ in 0..3 {
        workers.push(Worker::start(&outage.stage).await);
    }
    for round in 0..rounds(ROUNDS) {
        let moment = ["-", "sending", "received"][random.below(3)];
        let played = async {
            outage.stage.expire(0);
            if moment == "-" {
                fault.begins(&mut outage.server).await;
            }
            for worker in &mut workers {
                worker.go(outage.stage.now, moment).await;
            }
            let mut renewing = None;
            if moment != "-" {
                renewing = Some(first_to_say(&mut workers, moment).await);
                fault.begins(&mut outage.server).await;
            }
            for worker in &mut workers {
                worker.tell("go on").await;
            }
            // The length of the outage is the subject of the test: no event ends it.
            tokio::time::sleep(AWAY).await;
            fault.ends(&mut outage.server).await;
            for (which, worker) in workers.iter_mut().enumerate() {
                // A worker that takes the lock before the new tokens are written is refused, as above.
                if let Err(why) = worker.outcome().await {
                    assert!(why.contains(ENDED) && renewing.is_some_and(|renewing| renewing != which), "{why}");
                }
            }
            println!("round {round}, {moment}: {:?}", outage.stage.seen());
            for worker in &mut workers {
                outage.goes_on(worker).await;
            }
            assert_eq!(outage.stage.seen().sign_ins, 0);
        };
        in_time(round, played).await;
    }
}
