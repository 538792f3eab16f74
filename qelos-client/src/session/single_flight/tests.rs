//! What the refresher promises, one promise at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::testing::ManualClock;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Trouble(&'static str);

impl From<TaskLost> for Trouble {
    fn from(lost: TaskLost) -> Self {
        Self(match lost {
            TaskLost::NoRuntime => "no runtime",
            TaskLost::Dropped => "dropped",
            TaskLost::Stalled => "stalled",
        })
    }
}

/// A word that lives for an hour, and wants to be renewed ten minutes before.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: &'static str,
    expires_at: Timestamp,
}

/// How long a word lives, and when it wants to be renewed.
const LIFE: Duration = Duration::from_hours(1);
const EARLY: Duration = Duration::from_mins(50);
/// The time between the two.
const MARGIN: Duration = Duration::from_mins(10);
const MOMENT: Duration = Duration::from_millis(1);

impl Perishable for Word {
    fn renew_at(&self) -> Timestamp {
        self.expires_at.saturating_sub(MARGIN)
    }

    fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

type Outcome = Result<&'static str, Failure<Trouble>>;

const NO_NETWORK: Outcome = Err(Failure::Transient(Trouble("no network"), None));
const REFUSED: Outcome = Err(Failure::Refused(Trouble("refused")));

#[derive(Clone)]
struct World {
    clock: ManualClock,
    subject: Arc<SingleFlight<Word, Trouble>>,
    fetched: Arc<AtomicUsize>,
}

impl World {
    fn new() -> Self {
        let clock = ManualClock::new(Timestamp::EPOCH);
        let first = Word { text: "first", expires_at: clock.now().saturating_add(LIFE) };
        Self { clock, subject: SingleFlight::new(first), fetched: Arc::default() }
    }

    fn word(&self, outcome: Outcome) -> Result<Word, Failure<Trouble>> {
        outcome.map(|text| Word { text, expires_at: self.clock.now().saturating_add(LIFE) })
    }

    async fn fresh(&self, outcome: Outcome) -> Result<&'static str, Trouble> {
        let fetch = |_, _| {
            self.fetched.fetch_add(1, Ordering::Relaxed);
            let world = self.clone();
            async move { world.word(outcome) }
        };
        self.subject.fresh(&self.clock, fetch).await.map(|version| version.value.text)
    }

    async fn renew(&self, outdated: u64, outcome: Outcome) -> Result<(&'static str, u64), Trouble> {
        let fetch = |_, _| {
            self.fetched.fetch_add(1, Ordering::Relaxed);
            let world = self.clone();
            async move { world.word(outcome) }
        };
        let version = self.subject.renew(outdated, &self.clock, fetch).await?;
        Ok((version.value.text, version.generation))
    }

    /// A flight that comes home when the test says so, and somebody who waits for it.
    async fn flight(&self) -> (oneshot::Sender<Outcome>, JoinHandle<Result<&'static str, Trouble>>) {
        let (land, landed) = oneshot::channel();
        let world = self.clone();
        let waiting = tokio::spawn(async move {
            let subject = Arc::clone(&world.subject);
            let clock = world.clock.clone();
            let fetch = move |_, _| async move {
                world.word(landed.await.unwrap_or_else(|_| panic!("the fetch fails in an unforeseen way")))
            };
            subject.renew(0, &clock, fetch).await.map(|version| version.value.text)
        });
        tokio::task::yield_now().await;
        (land, waiting)
    }

    fn current(&self) -> Result<&'static str, Trouble> {
        self.subject.current().map(|version| version.value.text)
    }

    fn fetched(&self) -> usize {
        self.fetched.load(Ordering::Relaxed)
    }

    fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }
}

#[tokio::test]
async fn a_value_is_used_until_its_time_has_come() {
    let world = World::new();
    world.pass(EARLY.saturating_sub(MOMENT));
    assert_eq!(world.fresh(Ok("never fetched")).await, Ok("first"));
    world.pass(MOMENT);
    assert_eq!(world.fresh(Ok("second")).await, Ok("second"));
    assert_eq!(world.fresh(Ok("never fetched")).await, Ok("second"));
}

#[tokio::test]
async fn a_late_complaint_about_an_old_version_gets_the_new_one() {
    let world = World::new();
    assert_eq!(world.renew(0, Ok("second")).await, Ok(("second", 1)));
    assert_eq!(world.renew(0, Ok("never fetched")).await, Ok(("second", 1)));
    assert_eq!(world.renew(1, Ok("third")).await, Ok(("third", 2)));
}

#[tokio::test]
async fn whoever_waits_shares_the_result_and_the_failure() {
    for (outcome, expected) in
        [(Ok("second"), Ok("second")), (NO_NETWORK, Err(Trouble("no network"))), (REFUSED, Err(Trouble("refused")))]
    {
        let world = World::new();
        world.pass(LIFE);
        let (land, first) = world.flight().await;
        let others: Vec<_> = (0..10)
            .map(|_| {
                let world = world.clone();
                tokio::spawn(async move { world.fresh(Ok("a flight of its own")).await })
            })
            .collect();
        tokio::task::yield_now().await;
        land.send(outcome).unwrap();
        assert_eq!(first.await.unwrap(), expected);
        for other in others {
            assert_eq!(other.await.unwrap(), expected);
        }
        assert_eq!(world.fetched(), 0);
    }
}

#[tokio::test]
async fn while_the_value_is_valid_only_one_has_to_wait() {
    let world = World::new();
    world.pass(EARLY);
    let (land, first) = world.flight().await;
    assert_eq!(world.fresh(Ok("a flight of its own")).await, Ok("first"), "at once");
    land.send(Ok("second")).unwrap();
    assert_eq!(first.await.unwrap(), Ok("second"));
    assert_eq!(world.fresh(Ok("never fetched")).await, Ok("second"));
}

#[tokio::test]
async fn an_early_renewal_that_fails_is_not_repeated_at_once_and_nobody_notices() {
    let world = World::new();
    world.pass(EARLY);
    for _ in 0..3 {
        assert_eq!(world.fresh(NO_NETWORK).await, Ok("first"));
    }
    assert_eq!(world.fetched(), 1);
    world.pass(REST);
    assert_eq!(world.fresh(NO_NETWORK).await, Ok("first"));
    assert_eq!(world.fetched(), 2);
    world.pass(MARGIN.saturating_sub(REST));
    assert_eq!(world.fresh(NO_NETWORK).await, Err(Trouble("no network")), "now it is worth nothing");
    assert_eq!(world.fresh(Ok("second")).await, Ok("second"), "and whoever needs one may try at once");
}

#[tokio::test]
async fn a_value_that_expires_during_a_failing_flight_is_not_used() {
    let world = World::new();
    world.pass(EARLY);
    let clock = world.clock.clone();
    let fetch = |_, _| async move {
        clock.advance(MARGIN);
        Err(Failure::Transient(Trouble("no network"), None))
    };
    let outcome = world.subject.fresh(&world.clock, fetch).await;
    assert_eq!(outcome.map(|version| version.value.text), Err(Trouble("no network")));
}

#[tokio::test]
async fn a_refusal_is_remembered_for_a_while() {
    let world = World::new();
    assert_eq!(world.renew(0, REFUSED).await, Err(Trouble("refused")));
    for _ in 0..3 {
        assert_eq!(world.fresh(Ok("never fetched")).await, Err(Trouble("refused")), "although it has not expired");
        assert_eq!(world.renew(0, Ok("never fetched")).await, Err(Trouble("refused")));
    }
    assert_eq!(world.current(), Err(Trouble("refused")));
    world.pass(REFUSAL_HOLDS.saturating_sub(MOMENT));
    assert_eq!(world.fresh(Ok("never fetched")).await, Err(Trouble("refused")));
    assert_eq!(world.fetched(), 1);
    world.pass(MOMENT);
    assert_eq!(world.fresh(REFUSED).await, Err(Trouble("refused")));
    world.pass(REFUSAL_HOLDS);
    assert_eq!(world.fresh(Ok("second")).await, Ok("second"), "it may have been for no reason");
    assert_eq!((world.current(), world.fetched()), (Ok("second"), 3));
}

#[tokio::test]
async fn what_is_over_is_over_for_good() {
    let world = World::new();
    assert_eq!(world.renew(0, Err(Failure::Over(Trouble("over")))).await, Err(Trouble("over")));
    world.pass(REFUSAL_HOLDS);
    assert_eq!(world.fresh(Ok("never fetched")).await, Err(Trouble("over")));
    assert_eq!((world.current(), world.fetched()), (Err(Trouble("over")), 1));
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_not_asked_again_before() {
    const ASKED: Outcome = Err(Failure::Transient(Trouble("too many"), Some(Duration::from_mins(2))));
    let world = World::new();
    world.pass(EARLY);
    assert_eq!(world.fresh(ASKED).await, Ok("first"), "it has not expired");
    world.pass(Duration::from_mins(1));
    assert_eq!(
        world.fresh(Ok("never fetched")).await,
        Ok("first"),
        "the pause is longer than the rest after a failure"
    );
    assert_eq!(world.renew(0, Ok("never fetched")).await, Err(Trouble("too many")));
    world.pass(Duration::from_mins(1));
    assert_eq!(world.fresh(Ok("second")).await, Ok("second"));

    world.pass(LIFE);
    let for_days = Err(Failure::Transient(Trouble("too many"), Some(Duration::MAX)));
    assert_eq!(world.fresh(for_days).await, Err(Trouble("too many")));
    for _ in 0..3 {
        assert_eq!(world.fresh(Ok("never fetched")).await, Err(Trouble("too many")), "although it has expired");
    }
    world.pass(LONGEST_REST);
    assert_eq!(world.fresh(Ok("third")).await, Ok("third"), "no server locks a client up for days");
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_refusal_last_longer() {
    let world = World::new();
    assert_eq!(world.renew(0, REFUSED).await, Err(Trouble("refused")));
    world.clock.set(Timestamp::EPOCH.saturating_sub(LIFE));
    assert_eq!(world.fresh(Ok("second")).await, Ok("second"));
}

#[tokio::test]
async fn ending_wins_over_a_flight_under_way_and_gets_what_it_brings() {
    for (outcome, last) in [(Ok("second"), "second"), (NO_NETWORK, "first"), (REFUSED, "first")] {
        let world = World::new();
        let (land, waiting) = world.flight().await;
        let mut ending = Box::pin(world.subject.end(Trouble("signed out")));
        assert!(ending.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(world.current(), Err(Trouble("signed out")), "at once");
        land.send(outcome).unwrap();
        assert_eq!(waiting.await.unwrap(), Err(Trouble("signed out")), "for those who wait as well");
        assert_eq!(ending.await.map(|word| word.text), Ok(last));
        world.pass(REFUSAL_HOLDS);
        assert_eq!(world.fresh(Ok("never fetched")).await, Err(Trouble("signed out")), "for good");
        assert_eq!(world.renew(0, Ok("never fetched")).await, Err(Trouble("signed out")));
        assert_eq!(world.subject.end(Trouble("again")).await, Err(Trouble("signed out")));
    }
}

#[tokio::test]
async fn a_flight_that_panics_leaves_no_caller_waiting() {
    let world = World::new();
    let (land, waiting) = world.flight().await;
    drop(land);
    assert_eq!(waiting.await.unwrap(), Err(Trouble("dropped")));
    assert_eq!(world.renew(0, Ok("second")).await, Ok(("second", 1)), "and the next one may try");
}

#[tokio::test]
async fn only_the_newest_version_is_replaced_and_only_while_no_flight_has_a_copy() {
    let world = World::new();
    let (land, _waiting) = world.flight().await;
    let first = world.subject.current().unwrap();
    assert_eq!(world.subject.replace(first.clone()), Ok(false));
    let settled = tokio::spawn({
        let world = world.clone();
        async move { world.subject.settled().await.unwrap() }
    });
    tokio::task::yield_now().await;
    assert!(!settled.is_finished());
    land.send(Ok("second")).unwrap();
    settled.await.unwrap();
    assert_eq!(world.current(), Ok("second"));
    assert_eq!(world.subject.replace(first), Ok(false), "there is a newer one");
    let mut changed = world.subject.current().unwrap();
    changed.value.text = "changed";
    assert_eq!(world.subject.replace(changed), Ok(true));
    assert_eq!(world.current(), Ok("changed"));
    assert_eq!(world.subject.current().map(|version| version.generation), Ok(1));
}

#[tokio::test]
async fn every_change_is_told() {
    let world = World::new();
    let mut generations = world.subject.generations();
    let mut told = || generations.has_changed().unwrap().then(|| *generations.borrow_and_update());
    assert_eq!(told(), None);
    let _ = world.renew(0, NO_NETWORK).await;
    assert_eq!(told(), None, "nothing has changed");
    let _ = world.renew(0, Ok("second")).await;
    assert_eq!(told(), Some(1));
    let _ = world.renew(1, REFUSED).await;
    assert_eq!(told(), Some(1), "a refusal as well");
    let _ = world.subject.end(Trouble("signed out")).await;
    assert_eq!(told(), Some(2));
}

fn at_once<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let world = World::new();
    assert_eq!(at_once(world.renew(0, Ok("second"))), Err(Trouble("no runtime")));
    world.clock.advance(EARLY);
    assert_eq!(at_once(world.fresh(Ok("second"))), Ok("first"), "it would have been early");
    world.clock.advance(MARGIN);
    assert_eq!(at_once(world.fresh(Ok("second"))), Err(Trouble("no runtime")));
}

#[test]
fn in_a_runtime_that_is_gone_nobody_waits() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    let _inside = handle.enter();
    let world = World::new();
    assert_eq!(at_once(world.renew(0, Ok("second"))), Err(Trouble("dropped")));
    assert_eq!(world.current(), Ok("first"));
}

/// Two runtimes, and one value.
struct Runtimes {
    world: World,
    /// Only driven when a test says so.
    resting: tokio::runtime::Runtime,
    healthy: tokio::runtime::Runtime,
}

impl Runtimes {
    fn new() -> Self {
        let runtime =
            || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let world = World::new();
        world.pass(LIFE);
        Self { world, resting: runtime(), healthy: runtime() }
    }

    /// A flight on the runtime that rests, which has sent something or not; and the way to end it.
    fn stalled(&self, sends: bool) -> oneshot::Sender<Outcome> {
        let (land, landed) = oneshot::channel();
        let world = self.world.clone();
        self.resting.block_on(async {
            let clock = world.clock.clone();
            let subject = Arc::clone(&world.subject);
            let fetch = move |_, progress: Progress| async move {
                if sends {
                    progress.begin_exchange().unwrap();
                }
                let outcome = landed.await.unwrap();
                progress.begin_exchange().map_err(|lost| Failure::Transient(lost.into(), None))?;
                world.word(outcome)
            };
            tokio::spawn(async move { subject.renew(0, &clock, fetch).await.map(drop) });
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        });
        land
    }

    /// A flight on the other runtime: whether it is told that an earlier one may have used the value up, and the result.
    fn on_the_healthy_one(&self, outcome: Outcome) -> (Option<bool>, Result<&'static str, Trouble>) {
        let (mut is_repeated, world) = (None, self.world.clone());
        let fetch = |_, progress: Progress| {
            is_repeated = Some(progress.is_repeated);
            async move { world.word(outcome) }
        };
        let fresh = self.healthy.block_on(self.world.subject.fresh(&self.world.clock, fetch));
        (is_repeated, fresh.map(|version| version.value.text))
    }
}

#[test]
fn a_flight_on_a_runtime_that_rests_is_dropped_before_it_has_sent_anything() {
    let runtimes = Runtimes::new();
    let land = runtimes.stalled(false);
    assert_eq!(runtimes.on_the_healthy_one(Ok("second")), (Some(false), Ok("second")));
    assert!(land.is_closed(), "what the flight held is free");
}

#[test]
fn a_flight_that_has_sent_something_goes_on_beside_the_one_that_takes_over() {
    let runtimes = Runtimes::new();
    let land = runtimes.stalled(true);
    assert_eq!(runtimes.on_the_healthy_one(NO_NETWORK), (Some(true), Err(Trouble("no network"))));
    land.send(Ok("from the first")).unwrap();
    runtimes.resting.block_on(tokio::task::yield_now());
    assert_eq!(runtimes.world.current(), Ok("from the first"));
}

#[test]
fn what_a_stalled_flight_brings_late_replaces_nothing() {
    for late in [Ok("from the first"), NO_NETWORK, REFUSED] {
        let runtimes = Runtimes::new();
        let land = runtimes.stalled(true);
        assert_eq!(runtimes.on_the_healthy_one(Ok("second")), (Some(true), Ok("second")));
        land.send(late).unwrap();
        runtimes.resting.block_on(tokio::task::yield_now());
        assert_eq!(runtimes.world.current(), Ok("second"));
    }
}

#[test]
fn a_flight_whose_runtime_runs_is_waited_for() {
    let runtimes = Runtimes::new();
    runtimes.healthy.block_on(async {
        let (land, _first) = runtimes.world.flight().await;
        let world = runtimes.world.clone();
        let other = tokio::spawn(async move { world.fresh(Ok("a flight of its own")).await });
        tokio::time::sleep(10 * STALL).await;
        assert!(!other.is_finished());
        land.send(Ok("second")).unwrap();
        assert_eq!(other.await.unwrap(), Ok("second"));
    });
}

#[test]
fn a_flight_whose_runtime_has_ended_is_replaced_at_once() {
    let runtimes = Runtimes::new();
    let _land = runtimes.stalled(true);
    let Runtimes { world, resting, healthy } = runtimes;
    let waiting = {
        let world = world.clone();
        healthy.spawn(async move { world.fresh(Ok("second")).await })
    };
    healthy.block_on(tokio::task::yield_now());
    drop(resting);
    let before = healthy.block_on(async { tokio::time::Instant::now() });
    assert_eq!(healthy.block_on(waiting).unwrap(), Ok("second"));
    let after = healthy.block_on(async { tokio::time::Instant::now() });
    assert!(after - before < STALL, "it does not wait first");
}

#[test]
fn ending_does_not_wait_for_a_runtime_that_rests() {
    let runtimes = Runtimes::new();
    let _land = runtimes.stalled(true);
    let ended = runtimes.healthy.block_on(runtimes.world.subject.end(Trouble("signed out")));
    assert_eq!(ended.map(|word| word.text), Ok("first"));
}
