//! The refresher against a model of a server that takes each value once: callers arrive, are dropped, complain and sign
//! out in any order, and every step of every one of them is taken by itself.
//!
//! What must hold whatever happens: there are never two flights at once, nobody is given an older value than the newest
//! known, a value the server has given out is not lost on the way, and nobody waits for ever.

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

/// What can happen. A number chooses among those it can happen to.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Somebody wants a value that will do.
    Arrive,
    /// A caller complains about a version; 0 is the newest.
    Complain(u64),
    /// One of those who wait looks whether it is done, woken or not.
    Look(usize),
    /// One of those who wait is dropped.
    Drop(usize),
    /// The runtime takes a turn: flights that are over come home.
    Turn,
    /// The server takes the value that a flight brings it, and gives out the next.
    Exchange,
    /// A flight is over.
    Over(End),
    /// So many seconds.
    Pass(u64),
    SignOut,
    /// A new session.
    SignIn,
}

#[derive(Debug, Clone, Copy)]
enum End {
    /// With what the server gave out, or with a refusal if it had nothing to give.
    Well,
    /// Whether the server has exchanged the value or not: nobody knows.
    NoNetwork,
    Panic,
    /// With the news that the session is over.
    Over,
}

/// A number is read as a step, which is much faster than to have steps made.
impl From<u16> for Step {
    fn from(code: u16) -> Self {
        let (kind, which) = (code % 40, code / 40);
        match kind {
            0..6 => Self::Arrive,
            6..10 => Self::Complain(u64::from(which % 3)),
            10..16 => Self::Look(usize::from(which)),
            16..18 => Self::Drop(usize::from(which)),
            18..24 => Self::Turn,
            24..29 => Self::Exchange,
            29..32 => Self::Over(End::Well),
            32 => Self::Over(End::NoNetwork),
            33 => Self::Over(End::Panic),
            34 if which % 8 == 0 => Self::Over(End::Over),
            34..36 => Self::Pass(10 * u64::from(which % 9)),
            36 | 37 => Self::Pass(600 * u64::from(which % 9)),
            38 => Self::SignOut,
            _ => Self::SignIn,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Trouble {
    NoNetwork,
    Refused,
    SignedOut,
    Lost,
}

impl From<TaskLost> for Trouble {
    fn from(_: TaskLost) -> Self {
        Self::Lost
    }
}

/// The values of a session, in the order in which the server gives them out. One lives for an hour.
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

type Outcome = Result<Numbered, Failure<Trouble>>;

/// A session: the refresher, and what is really going on.
struct Session {
    subject: Arc<SingleFlight<Numbered, Trouble>>,
    /// The newest value the server has given out: the only one it takes.
    given_out: u64,
    /// The newest value that can be had.
    known: u64,
    /// The newest value that came home, also after the sign-out.
    last: u64,
    /// How often one came home.
    generation: u64,
    signed_out: bool,
    /// When the last flight was refused, if it was.
    refused_at: Option<Timestamp>,
    was_refused: bool,
    flight: Option<Flight>,
    /// Flights that have started and not come to their end.
    in_the_air: Arc<AtomicUsize>,
}

struct Flight {
    took: u64,
    brings: Option<u64>,
    land: Option<oneshot::Sender<Outcome>>,
    /// What will have happened when it comes home.
    over: Option<Outcome>,
}

impl Session {
    fn new(now: Timestamp) -> Self {
        Self {
            subject: SingleFlight::new(Numbered::new(0, now)),
            given_out: 0,
            known: 0,
            last: 0,
            generation: 0,
            signed_out: false,
            refused_at: None,
            was_refused: false,
            flight: None,
            in_the_air: Arc::default(),
        }
    }

    /// Starts a flight, as the refresher wants it to.
    fn take_off(
        &mut self,
        value: &Numbered,
        complaint: Option<u64>,
        now: Timestamp,
    ) -> impl Future<Output = Outcome> + Send + use<> {
        assert_eq!(self.in_the_air.fetch_add(1, Ordering::SeqCst), 0, "two flights at once");
        assert_eq!(value.number, self.known, "an old value is brought to the server");
        assert!(complaint.is_none_or(|outdated| outdated == self.generation), "a flight for a complaint of yesterday");
        assert!(!self.signed_out, "a flight for a session that was signed out");
        assert!(self.refused_at.is_none_or(|at| now.since(at) >= REFUSAL_HOLDS), "a session that is over is hammered");
        let (land, landed) = oneshot::channel();
        self.flight = Some(Flight { took: value.number, brings: None, land: Some(land), over: None });
        let down = Down(Arc::clone(&self.in_the_air));
        async move {
            let _down = down;
            // Without the report that a panic of the test itself would make.
            landed.await.unwrap_or_else(|_| std::panic::resume_unwind(Box::new("on purpose")))
        }
    }
}

struct Down(Arc<AtomicUsize>);

impl Drop for Down {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

type Shared = Rc<RefCell<Session>>;

/// Somebody who waits.
struct Waiting {
    session: Shared,
    future: Pin<Box<dyn Future<Output = Answer>>>,
    woken: Arc<Woken>,
}

enum Answer {
    /// To a call; with the generation it complained about.
    Value(Result<Versioned<Numbered>, Trouble>, Option<u64>),
    /// To a sign-out.
    Last(Result<Numbered, Trouble>),
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
    /// Signing in begins another one; those before are left to themselves.
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
            Step::Arrive => self.arrive(None),
            Step::Complain(age) => {
                let newest = self.session().borrow().generation;
                self.arrive(Some(newest.saturating_sub(age)));
            }
            Step::Look(which) if !self.waiting.is_empty() => drop(self.look(which % self.waiting.len())),
            Step::Drop(which) if !self.waiting.is_empty() => {
                drop(self.waiting.swap_remove(which % self.waiting.len()));
            }
            Step::Look(_) | Step::Drop(_) => {}
            Step::Turn => self.turn(),
            Step::Exchange => exchange(&mut self.session().borrow_mut()),
            Step::Over(end) => over(&mut self.session().borrow_mut(), end, self.clock.now()),
            Step::Pass(seconds) => self.clock.advance(Duration::from_secs(seconds)),
            Step::SignOut => self.sign_out(),
            Step::SignIn => self.sign_in(),
        }
    }

    fn arrive(&mut self, complaint: Option<u64>) {
        let (session, clock) = (self.session(), self.clock.clone());
        let future = async move {
            let subject = Arc::clone(&session.borrow().subject);
            let fetch = |value: Numbered, _| session.borrow_mut().take_off(&value, complaint, clock.now());
            let value = match complaint {
                Some(outdated) => subject.renew(outdated, &clock, fetch).await,
                None => subject.fresh(&clock, fetch).await,
            };
            Answer::Value(value, complaint)
        };
        self.wait(Box::pin(future));
    }

    fn sign_out(&mut self) {
        let session = self.session();
        session.borrow_mut().signed_out = true;
        let future = async move {
            let subject = Arc::clone(&session.borrow().subject);
            Answer::Last(subject.end(Trouble::SignedOut).await)
        };
        self.wait(Box::pin(future));
    }

    fn wait(&mut self, future: Pin<Box<dyn Future<Output = Answer>>>) {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        self.waiting.push(Waiting { session: self.session(), future, woken });
        if let Some(Answer::Value(Err(error), _)) = self.look(self.waiting.len() - 1) {
            assert!(!matches!(error, Trouble::NoNetwork | Trouble::Lost), "a failure of a flight long gone: {error:?}");
        }
    }

    fn look(&mut self, which: usize) -> Option<Answer> {
        let _inside = self.runtime.enter();
        let Waiting { session, future, woken } = &mut self.waiting[which];
        woken.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(woken));
        let Poll::Ready(answer) = future.as_mut().poll(&mut Context::from_waker(&waker)) else { return None };
        check(&session.borrow(), &answer, self.clock.now());
        self.waiting.swap_remove(which);
        Some(answer)
    }

    fn turn(&self) {
        self.runtime.block_on(tokio::task::yield_now());
        for session in &self.sessions {
            come_home(&mut session.borrow_mut(), self.clock.now());
        }
    }

    /// All flights come to their end, and with them all callers that wait: woken, not only lucky. A caller that has joined a
    /// flight that panicked starts one of its own.
    fn finish(mut self) {
        for _ in 0..2 {
            for session in &self.sessions {
                over(&mut session.borrow_mut(), End::NoNetwork, self.clock.now());
            }
            self.turn();
            while let Some(which) = self.waiting.iter().position(|waiting| waiting.woken.0.load(Ordering::SeqCst)) {
                self.look(which);
            }
        }
        assert!(self.waiting.is_empty(), "a caller waits for ever");
    }
}

fn exchange(session: &mut Session) {
    let given_out = session.given_out;
    if let Some(flight) = &mut session.flight
        && flight.over.is_none()
        && flight.brings.is_none()
        && flight.took == given_out
    {
        flight.brings = Some(given_out + 1);
        session.given_out += 1;
    }
}

fn over(session: &mut Session, end: End, now: Timestamp) {
    let Some(flight) = session.flight.as_mut().filter(|flight| flight.over.is_none()) else { return };
    let outcome = match (end, flight.brings) {
        (End::Well, Some(number)) => Ok(Numbered::new(number, now)),
        (End::Well, None) => Err(Failure::Refused(Trouble::Refused)),
        (End::NoNetwork, _) => Err(Failure::Transient(Trouble::NoNetwork, None)),
        (End::Panic, _) => Err(Failure::Transient(Trouble::Lost, None)),
        (End::Over, _) => Err(Failure::Over(Trouble::SignedOut)),
    };
    // It panics when there is nobody left to tell it how it ends.
    let land = flight.land.take().filter(|_| !matches!(end, End::Panic));
    flight.over = Some(outcome.clone());
    if let Some(land) = land {
        land.send(outcome).unwrap();
    }
}

fn come_home(session: &mut Session, now: Timestamp) {
    let Some(outcome) = session.flight.take_if(|flight| flight.over.is_some()).and_then(|flight| flight.over) else {
        return;
    };
    match outcome {
        Ok(value) => {
            session.last = value.number;
            if !session.signed_out {
                (session.known, session.refused_at) = (value.number, None);
                session.generation += 1;
                let current = session.subject.current().map(|current| current.value.number);
                assert_eq!(current, Ok(session.given_out), "a value was lost on the way");
            }
        }
        Err(Failure::Refused(_)) => (session.refused_at, session.was_refused) = (Some(now), true),
        Err(Failure::Transient(..)) => session.refused_at = None,
        Err(Failure::Over(_)) => session.signed_out = true,
    }
}

fn check(session: &Session, answer: &Answer, now: Timestamp) {
    match answer {
        Answer::Value(Ok(version), complaint) => {
            assert!(!session.signed_out, "a value of a session that was signed out");
            assert_eq!(version.value.number, session.known, "an older value than the newest known");
            assert!(complaint.is_none_or(|outdated| version.generation > outdated), "the version complained about");
        }
        Answer::Value(Err(error), _) if session.signed_out => assert_eq!(error, &Trouble::SignedOut),
        Answer::Value(Err(Trouble::Refused), _) => assert!(session.was_refused, "nobody has refused"),
        Answer::Value(Err(error), _) => assert_ne!(error, &Trouble::SignedOut, "nobody has signed out at {now}"),
        Answer::Last(Ok(last)) => {
            assert!(session.flight.is_none(), "signed out without what a flight may bring");
            assert_eq!(last.number, session.last, "signed out with an old value");
        }
        Answer::Last(Err(error)) => assert_eq!(error, &Trouble::SignedOut),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_in_whatever_order(steps in prop::collection::vec(any::<u16>().prop_map(Step::from), 1..80)) {
        let mut world = World::new();
        for step in steps {
            world.take(step);
        }
        world.finish();
    }
}
