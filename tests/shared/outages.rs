//! A process sleeps for longer than its lease while it renews the session, or Redis is away for longer than that: nothing is
//! lost. The processes have no password, so that a session that is lost stays lost.
//!
//! `QELOS_TESTS_ROUNDS=number` makes as many rounds of each kind, `QELOS_TESTS_SEED=number` the same ones again.

use std::time::Duration;

use qelos_client::store::RedisTokenStore;
use tokio::process::Command;

use crate::processes::{Seen, Stage, Worker, first_to_say, rounds, seed};
use crate::random::Random;
use crate::redis_server::RedisServer;

const ROUNDS: usize = 2;
/// How long Redis is away: longer than any lease.
const AWAY: Duration = Duration::from_secs(7);
/// Nothing takes that long; what does is a hang.
const LIMIT: Duration = Duration::from_mins(1);
const ENDED: &str = "the session has ended";
const LOCK: &str = "tests:session:lock";

struct Outage {
    server: RedisServer,
    stage: Stage,
}

impl Outage {
    async fn new(test: &str) -> Option<Self> {
        let server = RedisServer::start(test).await?;
        let store = RedisTokenStore::connect(&server.url(), "tests:session").await.unwrap();
        let stage = Stage::new(store, server.url(), "-").await;
        Some(Self { server, stage })
    }

    /// One begins to renew the session, stops at this stage, and sleeps until its lease has run out.
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

    /// A minute later, which is how long a refusal is remembered, everything is as it was: for a process that was there, and for
    /// one that is new.
    async fn goes_on(&mut self, worker: &mut Worker) {
        let minute = Duration::from_mins(1);
        self.stage.server_clock.advance(minute);
        self.stage.now = self.stage.now.saturating_add(minute);
        let mut new = Worker::start(&self.stage).await;
        for worker in [worker, &mut new] {
            worker.go(self.stage.now, "-").await;
            worker.says("done").await;
        }
    }
}

/// To a process: to stop where it is, to continue, or to end.
pub(crate) async fn signal(signal: &str, process: u32) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &process.to_string()]).status().await.unwrap();
    assert!(sent.success(), "the signal {signal} is not sent");
}

async fn in_time<R>(round: usize, what: impl Future<Output = R>) -> R {
    tokio::time::timeout(LIMIT, what).await.unwrap_or_else(|_| panic!("round {round}: a process hangs"))
}

/// The other has taken the lock over and written its mark, when the one that sleeps wakes up and renews the session.
#[tokio::test]
async fn tokens_are_written_over_the_mark_of_a_process_that_came_later() {
    let Some(mut outage) = Outage::new("outages::tokens_are_written_over_the_mark_of_a_process_that_came_later").await
    else {
        return;
    };
    let [mut slow, mut other] = [Worker::start(&outage.stage).await, Worker::start(&outage.stage).await];
    for round in 0..rounds(ROUNDS) {
        let played = async {
            outage.sleeps_at(&mut slow, "asking").await;
            other.go(outage.stage.now, "asking").await;
            other.says("asking").await;
            outage.wakes_up(&mut slow).await;
            other.tell("go on").await;
            other.says("done").await;
            let seen = outage.stage.seen();
            assert_eq!(seen, Seen { refreshes: 2, sign_ins: 0 }, "the other was refused once, and has looked again");
            outage.goes_on(&mut other).await;
            assert_eq!(outage.stage.seen(), seen);
        };
        in_time(round, played).await;
    }
}

/// The other has taken the lock over and was refused, because the one that sleeps has the new tokens in its memory.
#[tokio::test]
async fn tokens_are_written_however_late() {
    let Some(mut outage) = Outage::new("outages::tokens_are_written_however_late").await else { return };
    let [mut slow, mut other] = [Worker::start(&outage.stage).await, Worker::start(&outage.stage).await];
    for round in 0..rounds(ROUNDS) {
        let played = async {
            outage.sleeps_at(&mut slow, "answered").await;
            other.go(outage.stage.now, "-").await;
            let why = other.outcome().await.unwrap_err();
            assert!(why.contains(ENDED), "{why}");
            let seen = outage.stage.seen();
            assert_eq!(seen, Seen { refreshes: 1 + 5, sign_ins: 0 });
            outage.wakes_up(&mut slow).await;
            outage.goes_on(&mut other).await;
            assert_eq!(outage.stage.seen(), seen, "it has found the tokens in the store");
        };
        in_time(round, played).await;
    }
}

#[tokio::test]
async fn a_redis_that_stands_still_is_waited_for() {
    without_redis("outages::a_redis_that_stands_still_is_waited_for", Away::StandsStill).await;
}

#[tokio::test]
async fn a_redis_that_is_killed_and_started_anew_is_waited_for() {
    without_redis("outages::a_redis_that_is_killed_and_started_anew_is_waited_for", Away::Killed).await;
}

#[derive(Clone, Copy)]
enum Away {
    StandsStill,
    Killed,
}

impl Away {
    async fn begins(self, server: &mut RedisServer) {
        match self {
            Self::StandsStill => signal("STOP", server.id()).await,
            Self::Killed => server.kill().await,
        }
    }

    async fn ends(self, server: &mut RedisServer) {
        match self {
            Self::StandsStill => signal("CONT", server.id()).await,
            Self::Killed => server.start_anew().await,
        }
    }
}

/// Three processes want to renew the session. Redis goes away before they begin, before one sends its refresh token, or when the
/// server has exchanged it.
async fn without_redis(test: &str, away: Away) {
    let Some(mut outage) = Outage::new(test).await else { return };
    let mut random = Random::new(seed());
    let mut workers = Vec::new();
    for _ in 0..3 {
        workers.push(Worker::start(&outage.stage).await);
    }
    for round in 0..rounds(ROUNDS) {
        let moment = ["-", "asking", "answered"][random.below(3)];
        let played = async {
            outage.stage.expire(0);
            if moment == "-" {
                away.begins(&mut outage.server).await;
            }
            for worker in &mut workers {
                worker.go(outage.stage.now, moment).await;
            }
            let mut renewing = None;
            if moment != "-" {
                renewing = Some(first_to_say(&mut workers, moment).await);
                away.begins(&mut outage.server).await;
            }
            for worker in &mut workers {
                worker.tell("go on").await;
            }
            // How long it is away is what the test is about: nothing is waited for.
            tokio::time::sleep(AWAY).await;
            away.ends(&mut outage.server).await;
            for (which, worker) in workers.iter_mut().enumerate() {
                // One that comes to the lock before the new tokens are written is refused, as above.
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
