//! The guarantees of the single flight, one at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::testing::ManualClock;

#[derive(Debug, Clone, PartialEq, Eq)]
struct FetchError(&'static str);

impl From<TaskLost> for FetchError {
    fn from(lost: TaskLost) -> Self {
        Self(match lost {
            TaskLost::NoRuntime => "no runtime",
            TaskLost::Dropped => "dropped",
            TaskLost::Stalled => "stalled",
        })
    }
}

/// A value that lives for an hour, and is renewed ten minutes before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: &'static str,
    expires_at: Timestamp,
}

/// How long a word lives, and its age when it is renewed.
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

type Outcome = Result<&'static str, Failure<FetchError>>;

const NO_NETWORK: Outcome = Err(Failure::Transient(FetchError("no network"), None));
const REFUSED: Outcome = Err(Failure::Refused(FetchError("refused")));

#[derive(Clone)]
struct World {
    clock: ManualClock,
    subject: Arc<SingleFlight<Word, FetchError>>,
    fetched: Arc<AtomicUsize>,
}

impl World {
    fn new() -> Self {
        let clock = ManualClock::new(Timestamp::EPOCH);
        let first = Word { text: "first", expires_at: clock.now().saturating_add(LIFE) };
        Self { clock, subject: SingleFlight::new(first), fetched: Arc::default() }
    }

    fn word(&self, outcome: Outcome) -> Result<Word, Failure<FetchError>> {
        outcome.map(|text| Word { text, expires_at: self.clock.now().saturating_add(LIFE) })
    }

    async fn fresh(&self, outcome: Outcome) -> Result<&'static str, FetchError> {
        let fetch = |_, _| {
            self.fetched.fetch_add(1, Ordering::Relaxed);
            let world = self.clone();
            async move { world.word(outcome) }
        };
        self.subject.fresh(&self.clock, fetch).await.map(|version| version.value.text)
    }

    async fn renew(&self, outdated: u64, outcome: Outcome) -> Result<(&'static str, u64), FetchError> {
        let fetch = |_, _| {
            self.fetched.fetch_add(1, Ordering::Relaxed);
            let world = self.clone();
            async move { world.word(outcome) }
        };
        let version = self.subject.renew(outdated, &self.clock, fetch).await?;
        Ok((version.value.text, version.generation))
    }

    /// A flight that the test completes, and a caller that waits for it.
    async fn flight(&self) -> (oneshot::Sender<Outcome>, JoinHandle<Result<&'static str, FetchError>>) {
        let (finish, finished) = oneshot::channel();
        let world = self.clone();
        let waiting = tokio::spawn(async move {
            let subject = Arc::clone(&world.subject);
            let clock = world.clock.clone();
            let fetch =
                move |_, _| async move { world.word(finished.await.unwrap_or_else(|_| panic!("the fetch panics"))) };
            subject.renew(0, &clock, fetch).await.map(|version| version.value.text)
        });
        tokio::task::yield_now().await;
        (finish, waiting)
    }

    fn current(&self) -> Result<&'static str, FetchError> {
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
async fn a_value_is_used_until_it_has_to_be_renewed() {
    let world = World::new();
    world.pass(EARLY.saturating_sub(MOMENT));
    assert_eq!(world.fresh(Ok("never fetched")).await, Ok("first"));
    world.pass(MOMENT);
    assert_eq!(world.fresh(Ok("second")).await, Ok("second"));
    assert_eq!(world.fresh(Ok("never fetched")).await, Ok("second"));
}

#[tokio::test]
async fn a_late_report_about_an_old_version_gets_the_new_one() {
    let world = World::new();
    assert_eq!(world.renew(0, Ok("second")).await, Ok(("second", 1)));
    assert_eq!(world.renew(0, Ok("never fetched")).await, Ok(("second", 1)));
    assert_eq!(world.renew(1, Ok("third")).await, Ok(("third", 2)));
}

#[tokio::test]
async fn callers_share_the_result_and_the_failure() {
    for (outcome, expected) in [
        (Ok("second"), Ok("second")),
        (NO_NETWORK, Err(FetchError("no network"))),
        (REFUSED, Err(FetchError("refused"))),
    ] {
        let world = World::new();
        world.pass(LIFE);
        let (finish, first) = world.flight().await;
        let others: Vec<_> = (0..10)
            .map(|_| {
                let world = world.clone();
                tokio::spawn(async move { world.fresh(Ok("a flight of its own")).await })
            })
            .collect();
        tokio::task::yield_now().await;
        finish.send(outcome).unwrap();
        assert_eq!(first.await.unwrap(), expected);
        for other in others {
            assert_eq!(other.await.unwrap(), expected);
        }
        assert_eq!(world.fetched(), 0);
    }
}

#[tokio::test]
async fn while_the_value_is_valid_only_the_starter_waits() {
    let world = World::new();
    world.pass(EARLY);
    let (finish, first) = world.flight().await;
    assert_eq!(world.fresh(Ok("a flight of its own")).await, Ok("first"), "at once");
    finish.send(Ok("second")).unwrap();
    assert_eq!(first.await.unwrap(), Ok("second"));
    assert_eq!(world.fresh(Ok("never fetched")).await, Ok("second"));
}

#[tokio::test]
async fn a_failed_early_renewal_is_hidden_and_not_repeated_at_once() {
    let world = World::new();
    world.pass(EARLY);
    for _ in 0..3 {
        assert_eq!(world.fresh(NO_NETWORK).await, Ok("first"));
    }
    assert_eq!(world.fetched(), 1);
    world.pass(PAUSE);
    assert_eq!(world.fresh(NO_NETWORK).await, Ok("first"));
    assert_eq!(world.fetched(), 2);
    world.pass(MARGIN.saturating_sub(PAUSE));
    assert_eq!(world.fresh(NO_NETWORK).await, Err(FetchError("no network")), "the value has expired");
    assert_eq!(world.fresh(Ok("second")).await, Ok("second"), "an expired value is renewed without a pause");
}

#[tokio::test]
async fn a_value_that_expires_during_a_failing_flight_is_not_used() {
    let world = World::new();
    world.pass(EARLY);
    let clock = world.clock.clone();
    let fetch = |_, _| async move {
        clock.advance(MARGIN);
        Err(Failure::Transient(FetchError("no network"), None))
    };
    let outcome = world.subject.fresh(&world.clock, fetch).await;
    assert_eq!(outcome.map(|version| version.value.text), Err(FetchError("no network")));
}

#[tokio::test]
async fn a_refusal_is_remembered_for_a_while() {
    let world = World::new();
    assert_eq!(world.renew(0, REFUSED).await, Err(FetchError("refused")));
    for _ in 0..3 {
        assert_eq!(world.fresh(Ok("never fetched")).await, Err(FetchError("refused")), "although it has not expired");
        assert_eq!(world.renew(0, Ok("never fetched")).await, Err(FetchError("refused")));
    }
    assert_eq!(world.current(), Err(FetchError("refused")));
    world.pass(REFUSAL_HOLDS.saturating_sub(MOMENT));
    assert_eq!(world.fresh(Ok("never fetched")).await, Err(FetchError("refused")));
    assert_eq!(world.fetched(), 1);
    world.pass(MOMENT);
    assert_eq!(world.fresh(REFUSED).await, Err(FetchError("refused")));
    world.pass(REFUSAL_HOLDS);
    assert_eq!(world.fresh(Ok("second")).await, Ok("second"), "the server is asked again after a while");
    assert_eq!((world.current(), world.fetched()), (Ok("second"), 3));
}

#[tokio::test]
async fn a_failure_that_ends_the_session_is_never_forgotten() {
    let world = World::new();
    assert_eq!(world.renew(0, Err(Failure::Over(FetchError("over")))).await, Err(FetchError("over")));
    world.pass(REFUSAL_HOLDS);
    assert_eq!(world.fresh(Ok("never fetched")).await, Err(FetchError("over")));
    assert_eq!((world.current(), world.fetched()), (Err(FetchError("over")), 1));
}

#[tokio::test]
async fn a_pause_that_the_server_asks_for_is_kept() {
    const ASKED: Outcome = Err(Failure::Transient(FetchError("too many"), Some(Duration::from_mins(2))));
    let world = World::new();
    world.pass(EARLY);
    assert_eq!(world.fresh(ASKED).await, Ok("first"), "it has not expired");
    world.pass(Duration::from_mins(1));
    assert_eq!(
        world.fresh(Ok("never fetched")).await,
        Ok("first"),
        "this pause is longer than the one after any failure"
    );
    assert_eq!(world.renew(0, Ok("never fetched")).await, Err(FetchError("too many")));
    world.pass(Duration::from_mins(1));
    assert_eq!(world.fresh(Ok("second")).await, Ok("second"));

    world.pass(LIFE);
    let for_days = Err(Failure::Transient(FetchError("too many"), Some(Duration::MAX)));
    assert_eq!(world.fresh(for_days).await, Err(FetchError("too many")));
    for _ in 0..3 {
        assert_eq!(world.fresh(Ok("never fetched")).await, Err(FetchError("too many")), "although it has expired");
    }
    world.pass(LONGEST_PAUSE);
    assert_eq!(world.fresh(Ok("third")).await, Ok("third"), "no server blocks a client for days");
}

#[tokio::test]
async fn a_refusal_does_not_last_longer_when_the_clock_is_set_back() {
    let world = World::new();
    assert_eq!(world.renew(0, REFUSED).await, Err(FetchError("refused")));
    world.clock.set(Timestamp::EPOCH.saturating_sub(LIFE));
    assert_eq!(world.fresh(Ok("second")).await, Ok("second"));
}

#[tokio::test]
async fn an_end_has_priority_over_a_flight_and_gets_its_value() {
    for (outcome, last) in [(Ok("second"), "second"), (NO_NETWORK, "first"), (REFUSED, "first")] {
        let world = World::new();
        let (finish, waiting) = world.flight().await;
        let mut ending = Box::pin(world.subject.end(FetchError("signed out")));
        assert!(ending.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(world.current(), Err(FetchError("signed out")), "at once");
        finish.send(outcome).unwrap();
        assert_eq!(waiting.await.unwrap(), Err(FetchError("signed out")), "also for a caller that waits");
        assert_eq!(ending.await.map(|word| word.text), Ok(last));
        world.pass(REFUSAL_HOLDS);
        assert_eq!(world.fresh(Ok("never fetched")).await, Err(FetchError("signed out")), "for ever");
        assert_eq!(world.renew(0, Ok("never fetched")).await, Err(FetchError("signed out")));
        assert_eq!(world.subject.end(FetchError("again")).await, Err(FetchError("signed out")));
    }
}

#[tokio::test]
async fn a_flight_that_panics_leaves_no_caller_waiting() {
    let world = World::new();
    let (finish, waiting) = world.flight().await;
    drop(finish);
    assert_eq!(waiting.await.unwrap(), Err(FetchError("dropped")));
    assert_eq!(world.renew(0, Ok("second")).await, Ok(("second", 1)), "the next call starts another flight");
}

#[tokio::test]
async fn only_the_newest_version_is_replaced_and_only_while_no_flight_has_a_copy() {
    let world = World::new();
    let (finish, _waiting) = world.flight().await;
    let first = world.subject.current().unwrap();
    assert_eq!(world.subject.replace(first.clone()), Ok(false));
    let settled = tokio::spawn({
        let world = world.clone();
        async move { world.subject.settled().await.unwrap() }
    });
    tokio::task::yield_now().await;
    assert!(!settled.is_finished());
    finish.send(Ok("second")).unwrap();
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
async fn every_change_is_published() {
    let world = World::new();
    let mut generations = world.subject.generations();
    let mut published = || generations.has_changed().unwrap().then(|| *generations.borrow_and_update());
    assert_eq!(published(), None);
    let _ = world.renew(0, NO_NETWORK).await;
    assert_eq!(published(), None, "nothing has changed");
    let _ = world.renew(0, Ok("second")).await;
    assert_eq!(published(), Some(1));
    let _ = world.renew(1, REFUSED).await;
    assert_eq!(published(), Some(1), "also a refusal");
    let _ = world.subject.end(FetchError("signed out")).await;
    assert_eq!(published(), Some(2));
}

fn at_once<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn without_a_runtime_a_renewal_is_an_error() {
    let world = World::new();
    assert_eq!(at_once(world.renew(0, Ok("second"))), Err(FetchError("no runtime")));
    world.clock.advance(EARLY);
    assert_eq!(at_once(world.fresh(Ok("second"))), Ok("first"), "the value has not expired");
    world.clock.advance(MARGIN);
    assert_eq!(at_once(world.fresh(Ok("second"))), Err(FetchError("no runtime")));
}

#[test]
fn a_runtime_that_has_ended_is_an_error_at_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    let _inside = handle.enter();
    let world = World::new();
    assert_eq!(at_once(world.renew(0, Ok("second"))), Err(FetchError("dropped")));
    assert_eq!(world.current(), Ok("first"));
}

/// Two runtimes, and one value.
struct Runtimes {
    world: World,
    /// Only driven inside of `block_on`.
    undriven: tokio::runtime::Runtime,
    driven: tokio::runtime::Runtime,
}

impl Runtimes {
    fn new() -> Self {
        let runtime =
            || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let world = World::new();
        world.pass(LIFE);
        Self { world, undriven: runtime(), driven: runtime() }
    }

    /// A flight on the runtime that is not driven, before or after it has sent something; and the channel that
    /// completes it.
    fn stalled(&self, sends: bool) -> oneshot::Sender<Outcome> {
        let (finish, finished) = oneshot::channel();
        let world = self.world.clone();
        self.undriven.block_on(async {
            let clock = world.clock.clone();
            let subject = Arc::clone(&world.subject);
            let fetch = move |_, progress: Progress| async move {
                if sends {
                    progress.begin_exchange().unwrap();
                }
                let outcome = finished.await.unwrap();
                progress.begin_exchange().map_err(|lost| Failure::Transient(lost.into(), None))?;
                world.word(outcome)
            };
            tokio::spawn(async move { subject.renew(0, &clock, fetch).await.map(drop) });
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        });
        finish
    }

    /// A flight on the other runtime: its `is_repeated`, and the result.
    fn on_the_driven_one(&self, outcome: Outcome) -> (Option<bool>, Result<&'static str, FetchError>) {
        let (mut is_repeated, world) = (None, self.world.clone());
        let fetch = |_, progress: Progress| {
            is_repeated = Some(progress.is_repeated);
            async move { world.word(outcome) }
        };
        let fresh = self.driven.block_on(self.world.subject.fresh(&self.world.clock, fetch));
        (is_repeated, fresh.map(|version| version.value.text))
    }
}

#[test]
fn a_stalled_flight_that_has_sent_nothing_is_dropped() {
    let runtimes = Runtimes::new();
    let finish = runtimes.stalled(false);
    let now = || runtimes.driven.block_on(async { tokio::time::Instant::now() });
    let before = now();
    assert_eq!(runtimes.on_the_driven_one(Ok("second")), (Some(false), Ok("second")));
    assert!(now() - before < 2 * STALL, "the caller takes over in time");
    assert!(finish.is_closed(), "the work was dropped");
}

#[test]
fn a_stalled_flight_that_has_sent_something_goes_on() {
    let runtimes = Runtimes::new();
    let finish = runtimes.stalled(true);
    assert_eq!(runtimes.on_the_driven_one(NO_NETWORK), (Some(true), Err(FetchError("no network"))));
    finish.send(Ok("from the first")).unwrap();
    runtimes.undriven.block_on(tokio::task::yield_now());
    assert_eq!(runtimes.world.current(), Ok("from the first"));
}

#[test]
fn the_late_outcome_of_a_stalled_flight_replaces_nothing() {
    for late in [Ok("from the first"), NO_NETWORK, REFUSED] {
        let runtimes = Runtimes::new();
        let finish = runtimes.stalled(true);
        assert_eq!(runtimes.on_the_driven_one(Ok("second")), (Some(true), Ok("second")));
        finish.send(late).unwrap();
        runtimes.undriven.block_on(tokio::task::yield_now());
        assert_eq!(runtimes.world.current(), Ok("second"));
    }
}

#[test]
fn a_flight_on_a_driven_runtime_is_waited_for() {
    let runtimes = Runtimes::new();
    runtimes.driven.block_on(async {
        let (finish, _first) = runtimes.world.flight().await;
        let world = runtimes.world.clone();
        let other = tokio::spawn(async move { world.fresh(Ok("a flight of its own")).await });
        tokio::time::sleep(10 * STALL).await;
        assert!(!other.is_finished());
        finish.send(Ok("second")).unwrap();
        assert_eq!(other.await.unwrap(), Ok("second"));
    });
}

#[test]
fn a_flight_whose_runtime_has_ended_is_replaced_at_once() {
    let runtimes = Runtimes::new();
    let _finish = runtimes.stalled(true);
    let Runtimes { world, undriven, driven } = runtimes;
    let waiting = {
        let world = world.clone();
        driven.spawn(async move { world.fresh(Ok("second")).await })
    };
    driven.block_on(tokio::task::yield_now());
    drop(undriven);
    let before = driven.block_on(async { tokio::time::Instant::now() });
    assert_eq!(driven.block_on(waiting).unwrap(), Ok("second"));
    let after = driven.block_on(async { tokio::time::Instant::now() });
    assert!(after - before < STALL, "the caller does not wait first");
}

#[test]
fn an_end_does_not_wait_for_a_runtime_that_is_not_driven() {
    let runtimes = Runtimes::new();
    let _finish = runtimes.stalled(true);
    let ended = runtimes.driven.block_on(runtimes.world.subject.end(FetchError("signed out")));
    assert_eq!(ended.map(|word| word.text), Ok("first"));
}

#[test]
fn waiting_for_a_flight_that_is_not_driven_is_an_error() {
    let runtimes = Runtimes::new();
    let finish = runtimes.stalled(true);
    let settled = || runtimes.driven.block_on(runtimes.world.subject.settled());
    assert!(matches!(settled(), Err(TaskLost::Stalled)));
    finish.send(Ok("second")).unwrap();
    runtimes.undriven.block_on(tokio::task::yield_now());
    assert!(settled().is_ok());
}

#[test]
fn a_flight_after_the_end_of_a_stalled_one_is_not_repeated() {
    let runtimes = Runtimes::new();
    let finish = runtimes.stalled(true);
    assert_eq!(runtimes.on_the_driven_one(NO_NETWORK), (Some(true), Err(FetchError("no network"))));
    finish.send(NO_NETWORK).unwrap();
    runtimes.undriven.block_on(async {
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
    });
    assert_eq!(runtimes.on_the_driven_one(Ok("second")), (Some(false), Ok("second")));
}

#[test]
fn a_caller_outside_of_a_runtime_joins_a_flight() {
    let runtimes = Runtimes::new();
    let finish = runtimes.stalled(true);
    let mut joined = Box::pin(runtimes.world.renew(0, Ok("never fetched")));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(joined.as_mut().poll(&mut cx).is_pending());
    finish.send(Ok("second")).unwrap();
    runtimes.undriven.block_on(tokio::task::yield_now());
    assert_eq!(joined.as_mut().poll(&mut cx), Poll::Ready(Ok(("second", 1))));
}

#[test]
fn a_failure_after_the_late_value_of_a_stalled_flight_says_nothing_about_that_value() {
    let runtimes = Runtimes::new();
    let late = runtimes.stalled(true);
    let (finish, finished) = oneshot::channel();
    let world = runtimes.world.clone();
    let waiting = runtimes.driven.spawn(async move {
        let (subject, clock) = (Arc::clone(&world.subject), world.clock.clone());
        let fetch = move |_, _| async move { world.word(finished.await.unwrap()) };
        subject.renew(0, &clock, fetch).await.map(|version| version.value.text)
    });
    runtimes.driven.block_on(async { tokio::time::sleep(2 * STALL).await });
    late.send(Ok("from the first")).unwrap();
    runtimes.undriven.block_on(tokio::task::yield_now());
    finish.send(REFUSED).unwrap();
    assert_eq!(runtimes.driven.block_on(waiting).unwrap(), Ok("from the first"));
    assert_eq!(runtimes.world.current(), Ok("from the first"));
}
