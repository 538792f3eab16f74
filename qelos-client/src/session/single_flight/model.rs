//! The single flight against a model of a server that accepts each value once. Callers come, are dropped, report values
//! as outdated and sign out, in any order of single steps.
//!
//! Invariants: there are never two flights at once, no caller gets an older value than the newest known one, a value
//! that the server has issued is not lost, and no caller waits for ever.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use proptest::prelude::*;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use super::*;
use crate::testing::ManualClock;

/// One step of a history. A number selects one of several callers.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A caller asks for a valid value.
    Call,
    /// A caller reports a version as outdated; 0 is the newest.
    Report(u64),
    /// A waiting caller is polled, woken or not.
    Poll(usize),
    /// A waiting caller is dropped.
    Drop(usize),
    /// The runtime polls its tasks: flights that have ended are completed.
    RunTasks,
    /// The server accepts the value of a flight, and issues the next one.
    Exchange,
    /// A flight ends.
    EndFlight(End),
    /// So many seconds pass.
    Pass(u64),
    SignOut,
    /// A new session begins.
    SignIn,
}

#[derive(Debug, Clone, Copy)]
enum End {
    /// With the response of the server: the next value, or a refusal.
    Response,
    /// Without a response: the server may have exchanged the value or not.
    NoNetwork,
    Panic,
    /// With a failure that ends the session.
    SessionOver,
}

/// Decodes a number into a step. This is much faster than a strategy of proptest for steps.
impl From<u16> for Step {
    fn from(code: u16) -> Self {
        let (kind, which) = (code % 40, code / 40);
        match kind {
            0..6 => Self::Call,
            6..10 => Self::Report(u64::from(which % 3)),
            10..16 => Self::Poll(usize::from(which)),
            16..18 => Self::Drop(usize::from(which)),
            18..24 => Self::RunTasks,
            24..29 => Self::Exchange,
            29..32 => Self::EndFlight(End::Response),
            32 => Self::EndFlight(End::NoNetwork),
            33 => Self::EndFlight(End::Panic),
            34 if which % 8 == 0 => Self::EndFlight(End::SessionOver),
            34..36 => Self::Pass(10 * u64::from(which % 9)),
            36 | 37 => Self::Pass(600 * u64::from(which % 9)),
            38 => Self::SignOut,
            _ => Self::SignIn,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum FetchError {
    NoNetwork,
    Refused,
    SignedOut,
    TaskLost,
}

impl From<TaskLost> for FetchError {
    fn from(_: TaskLost) -> Self {
        Self::TaskLost
    }
}

/// A value of a session, numbered in the order in which the server issues them. A value lives for an hour.
#[derive(Debug, Clone)]
struct Numbered {
    number: u64,
    expires_at: Timestamp,
}

impl Numbered {
    fn new(number: u64, now: Timestamp) -> Self {
        Self { number, expires_at: now.saturating_add(Duration::from_hours(1)) }
    }
}

impl Perishable for Numbered {
    fn renew_at(&self) -> Timestamp {
        self.expires_at.saturating_sub(Duration::from_mins(10))
    }

    fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

type Outcome = Result<Numbered, Failure<FetchError>>;

/// A session: the single flight, and the true state of the model.
struct Session {
    subject: Arc<SingleFlight<Numbered, FetchError>>,
    /// The newest value that the server has issued: the only one that it accepts.
    issued: u64,
    /// The newest value that a caller can get.
    known: u64,
    /// The newest value of a completed flight, also after the sign-out.
    last: u64,
    /// The number of flights that have brought a value.
    generation: u64,
    signed_out: bool,
    /// When the last flight was refused; `None` when it was not.
    refused_at: Option<Timestamp>,
    was_refused: bool,
    flight: Option<Flight>,
    /// The number of flights that have started and not ended.
    running: Arc<AtomicUsize>,
}

struct Flight {
    based_on: u64,
    brings: Option<u64>,
    finish: Option<oneshot::Sender<Outcome>>,
    /// The outcome, once the flight has ended.
    outcome: Option<Outcome>,
}

impl Session {
    fn new(now: Timestamp) -> Self {
        Self {
            subject: SingleFlight::new(Numbered::new(0, now)),
            issued: 0,
            known: 0,
            last: 0,
            generation: 0,
            signed_out: false,
            refused_at: None,
            was_refused: false,
            flight: None,
            running: Arc::default(),
        }
    }

    /// Starts the work of a flight.
    fn start_flight(
        &mut self,
        value: &Numbered,
        reported: Option<u64>,
        now: Timestamp,
    ) -> impl Future<Output = Outcome> + Send + use<> {
        assert_eq!(self.running.fetch_add(1, Ordering::SeqCst), 0, "two flights at once");
        assert_eq!(value.number, self.known, "an old value is sent to the server");
        assert!(reported.is_none_or(|outdated| outdated == self.generation), "a flight for an old version");
        assert!(!self.signed_out, "a flight for a session that was signed out");
        assert!(self.refused_at.is_none_or(|at| now.since(at) >= REFUSAL_HOLDS), "a flight shortly after a refusal");
        let (finish, finished) = oneshot::channel();
        self.flight = Some(Flight { based_on: value.number, brings: None, finish: Some(finish), outcome: None });
        let guard = RunningGuard(Arc::clone(&self.running));
        async move {
            let _guard = guard;
            // `resume_unwind` prints no report of the panic.
            finished.await.unwrap_or_else(|_| std::panic::resume_unwind(Box::new("on purpose")))
        }
    }
}

struct RunningGuard(Arc<AtomicUsize>);

impl Drop for RunningGuard {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

type Shared = Rc<RefCell<Session>>;

/// A waiting caller.
struct Waiting {
    session: Shared,
    future: Pin<Box<dyn Future<Output = Output>>>,
    woken: Arc<Woken>,
}

enum Output {
    /// Of a call, with the generation that it reported.
    Value(Result<Versioned<Numbered>, FetchError>, Option<u64>),
    /// Of a sign-out.
    Last(Result<Numbered, FetchError>),
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

struct World {
    runtime: Runtime,
    clock: ManualClock,
    /// Signing in begins another session. The sessions before stay as they are.
    sessions: Vec<Shared>,
    waiting: Vec<Waiting>,
}

impl World {
    fn new() -> Self {
        let clock = ManualClock::new(Timestamp::EPOCH);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let mut world = Self { runtime, clock, sessions: Vec::new(), waiting: Vec::new() };
        world.sign_in();
        world
    }

    fn sign_in(&mut self) {
        self.sessions.push(Rc::new(RefCell::new(Session::new(self.clock.now()))));
    }

    fn session(&self) -> Shared {
        self.sessions.last().map(Rc::clone).unwrap()
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Call => self.call(None),
            Step::Report(age) => {
                let newest = self.session().borrow().generation;
                self.call(Some(newest.saturating_sub(age)));
            }
            Step::Poll(which) if !self.waiting.is_empty() => drop(self.poll_waiting(which % self.waiting.len())),
            Step::Drop(which) if !self.waiting.is_empty() => {
                drop(self.waiting.swap_remove(which % self.waiting.len()));
            }
            Step::Poll(_) | Step::Drop(_) => {}
            Step::RunTasks => self.run_tasks(),
            Step::Exchange => exchange(&mut self.session().borrow_mut()),
            Step::EndFlight(end) => end_flight(&mut self.session().borrow_mut(), end, self.clock.now()),
            Step::Pass(seconds) => self.clock.advance(Duration::from_secs(seconds)),
            Step::SignOut => self.sign_out(),
            Step::SignIn => self.sign_in(),
        }
    }

    fn call(&mut self, reported: Option<u64>) {
        let (session, clock) = (self.session(), self.clock.clone());
        let future = async move {
            let subject = Arc::clone(&session.borrow().subject);
            let fetch = |value: Numbered, _| session.borrow_mut().start_flight(&value, reported, clock.now());
            let value = match reported {
                Some(outdated) => subject.renew(outdated, &clock, fetch).await,
                None => subject.fresh(&clock, fetch).await,
            };
            Output::Value(value, reported)
        };
        self.wait(Box::pin(future));
    }

    fn sign_out(&mut self) {
        let session = self.session();
        session.borrow_mut().signed_out = true;
        let future = async move {
            let subject = Arc::clone(&session.borrow().subject);
            Output::Last(subject.end(FetchError::SignedOut).await)
        };
        self.wait(Box::pin(future));
    }

    fn wait(&mut self, future: Pin<Box<dyn Future<Output = Output>>>) {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        self.waiting.push(Waiting { session: self.session(), future, woken });
        if let Some(Output::Value(Err(error), _)) = self.poll_waiting(self.waiting.len() - 1) {
            assert!(
                !matches!(error, FetchError::NoNetwork | FetchError::TaskLost),
                "the failure of an old flight: {error:?}"
            );
        }
    }

    fn poll_waiting(&mut self, which: usize) -> Option<Output> {
        let _inside = self.runtime.enter();
        let Waiting { session, future, woken } = &mut self.waiting[which];
        woken.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(woken));
        let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) else { return None };
        check(&session.borrow(), &output, self.clock.now());
        self.waiting.swap_remove(which);
        Some(output)
    }

    fn run_tasks(&self) {
        self.runtime.block_on(tokio::task::yield_now());
        for session in &self.sessions {
            complete(&mut session.borrow_mut(), self.clock.now());
        }
    }

    /// Ends all flights, and then polls only callers that were woken: none may be left. There are two rounds, because a
    /// caller that has joined a flight that panicked starts another one.
    fn finish(mut self) {
        for _ in 0..2 {
            for session in &self.sessions {
                end_flight(&mut session.borrow_mut(), End::NoNetwork, self.clock.now());
            }
            self.run_tasks();
            while let Some(which) = self.waiting.iter().position(|waiting| waiting.woken.0.load(Ordering::SeqCst)) {
                self.poll_waiting(which);
            }
        }
        assert!(self.waiting.is_empty(), "a caller waits for ever");
    }
}

fn exchange(session: &mut Session) {
    let issued = session.issued;
    if let Some(flight) = &mut session.flight
        && flight.outcome.is_none()
        && flight.brings.is_none()
        && flight.based_on == issued
    {
        flight.brings = Some(issued + 1);
        session.issued += 1;
    }
}

fn end_flight(session: &mut Session, end: End, now: Timestamp) {
    let Some(flight) = session.flight.as_mut().filter(|flight| flight.outcome.is_none()) else { return };
    let outcome = match (end, flight.brings) {
        (End::Response, Some(number)) => Ok(Numbered::new(number, now)),
        (End::Response, None) => Err(Failure::Refused(FetchError::Refused)),
        (End::NoNetwork, _) => Err(Failure::Transient(FetchError::NoNetwork, None)),
        (End::Panic, _) => Err(Failure::Transient(FetchError::TaskLost, None)),
        (End::SessionOver, _) => Err(Failure::Over(FetchError::SignedOut)),
    };
    // The work panics when its channel is dropped.
    let finish = flight.finish.take().filter(|_| !matches!(end, End::Panic));
    flight.outcome = Some(outcome.clone());
    if let Some(finish) = finish {
        finish.send(outcome).unwrap();
    }
}

fn complete(session: &mut Session, now: Timestamp) {
    let ended = session.flight.take_if(|flight| flight.outcome.is_some());
    let Some(outcome) = ended.and_then(|flight| flight.outcome) else { return };
    match outcome {
        Ok(value) => {
            session.last = value.number;
            if !session.signed_out {
                (session.known, session.refused_at) = (value.number, None);
                session.generation += 1;
                let current = session.subject.current().map(|current| current.value.number);
                assert_eq!(current, Ok(session.issued), "an issued value was lost");
            }
        }
        Err(Failure::Refused(_)) => (session.refused_at, session.was_refused) = (Some(now), true),
        Err(Failure::Transient(..)) => session.refused_at = None,
        Err(Failure::Over(_)) => session.signed_out = true,
    }
}

fn check(session: &Session, output: &Output, now: Timestamp) {
    match output {
        Output::Value(Ok(version), reported) => {
            assert!(!session.signed_out, "a value of a session that was signed out");
            assert_eq!(version.value.number, session.known, "an older value than the newest known");
            assert!(reported.is_none_or(|outdated| version.generation > outdated), "the version that was reported");
        }
        Output::Value(Err(error), _) if session.signed_out => assert_eq!(error, &FetchError::SignedOut),
        Output::Value(Err(FetchError::Refused), _) => assert!(session.was_refused, "no flight was refused"),
        Output::Value(Err(error), _) => assert_ne!(error, &FetchError::SignedOut, "no sign-out before {now}"),
        Output::Last(Ok(last)) => {
            assert!(session.flight.is_none(), "signed out without waiting for a flight");
            assert_eq!(last.number, session.last, "signed out with an old value");
        }
        Output::Last(Err(error)) => assert_eq!(error, &FetchError::SignedOut),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_invariants_hold_in_any_order(steps in prop::collection::vec(any::<u16>().prop_map(Step::from), 1..80)) {
        let mut world = World::new();
        for step in steps {
            world.take(step);
        }
        world.finish();
    }
}
