//! Several processes with one stored session, called *holders* here, against a model of the server and of the store.
//! Each operation of each holder is granted one at a time, in any order, and any operation can fail. The client code is
//! the real one.
//!
//! Invariants: a session that was signed out does not return, and no sign-out removes another session. The newest
//! tokens stay, and invalid tokens never replace valid ones. No token is sent to another server, and no client becomes
//! another user. No task waits for ever. A session is lost only when a process is killed, a response is lost, or the
//! session is ended on purpose.
//!
//! `PROPTEST_CASES=number` runs more histories. A failure is printed as the shortest history that causes it.

use std::ffi::OsString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use qelos_spec::api::OAuthSignIn;
use qelos_spec::wire::Tokens;
use qelos_spec::{ExposeSecret as _, Timestamp};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use self::gates::{Gates, Grant, Invariants};
use self::server::{LIFETIME, Network, Servers};
use self::shelf::{PURPOSE, Purpose, Shelf, Store};
use crate::auth::{Anonymous, OAuth};
use crate::client::Client;
use crate::client::builder::Builder;
use crate::session::store::StoredSession;
use crate::testing::ManualClock;
use crate::{Environment, Retries};

mod gates;
mod rules;
mod server;
mod shelf;

const HOLDERS: usize = 3;
/// Longer than any pause between two attempts.
const PAUSE: Duration = Duration::from_millis(700);
/// After so many pauses, every task has to be done.
const ROUNDS: usize = 150;
/// The limit for operations between two pauses.
const OPERATIONS: usize = 500;
const USERS: [&str; 2] = ["ada", "bob"];
const SERVERS: [&str; 2] = ["one.test", "two.test"];

/// One step of a history. A number selects a holder or an operation.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A process starts, unless one runs with this number.
    Start(usize, Start),
    Call(usize),
    /// The holder renews its tokens.
    Refresh(usize),
    /// One of the waiting operations goes on.
    Grant(usize, Grant),
    LoseLock,
    /// A process is killed, in the middle of its operations.
    Kill(usize),
    SignOut(usize),
    KeepIn(usize),
    /// From now on, the holder can sign in again as this user.
    SignInAgainAs(usize, &'static str),
    /// The server revokes all refresh tokens of this user.
    Revoke(&'static str),
    /// Time passes: more than a pause between two attempts.
    Pass,
    /// All access tokens expire.
    Expire,
}

/// The way a process gets its session.
#[derive(Debug, Clone, Copy)]
enum Start {
    /// From its environment: this user of this server.
    Environment(&'static str, &'static str),
    /// From the store, without a password.
    Restore(&'static str),
    /// By signing in. The session replaces the one in the store, and the password is not kept.
    SignIn(&'static str),
}

/// Decodes a number into a step. This is much faster than a strategy of proptest for steps.
impl From<u16> for Step {
    fn from(code: u16) -> Self {
        let (kind, which) = (code % 64, usize::from(code / 64));
        let (holder, user) = (which % HOLDERS, USERS[usize::from(which % 8 == 7)]);
        let server = SERVERS[usize::from(which % 16 == 9)];
        match kind {
            0..3 => Self::Start(holder, Start::Environment(user, server)),
            3..5 => Self::Start(holder, Start::Restore(server)),
            5 => Self::Start(holder, Start::SignIn(user)),
            6..10 => Self::Call(holder),
            10..12 => Self::Refresh(holder),
            12..46 => Self::Grant(which, Grant::Done),
            46 => Self::Grant(which, Grant::Failed),
            47 => Self::Grant(which, Grant::Lost),
            48..51 => Self::LoseLock,
            51 => Self::Kill(holder),
            52 => Self::SignOut(holder),
            53 => Self::KeepIn(holder),
            54 => Self::SignInAgainAs(holder, user),
            55 if which % 4 == 0 => Self::Revoke(user),
            55..60 => Self::Pass,
            _ => Self::Expire,
        }
    }
}

/// The settings of a history.
#[derive(Debug, Clone, Copy)]
struct Setting {
    /// The server accepts a refresh token again within a grace period.
    grace: bool,
    /// Tokens have no claims.
    opaque: bool,
    /// No step loses a session.
    peaceful: bool,
}

impl From<u8> for Setting {
    fn from(code: u8) -> Self {
        Self { grace: code & 1 != 0, opaque: code & 2 != 0, peaceful: code & 4 != 0 }
    }
}

impl Step {
    fn may_lose_a_session(self) -> bool {
        match self {
            Self::Grant(_, grant) => grant != Grant::Done,
            Self::Kill(_) | Self::SignOut(_) | Self::Revoke(_) => true,
            _ => false,
        }
    }
}

struct World {
    setting: Setting,
    clock: ManualClock,
    servers: Arc<Mutex<Servers>>,
    shelf: Arc<Mutex<Shelf>>,
    gates: Gates,
    invariants: Invariants,
    holders: [Option<Holder>; HOLDERS],
}

/// A process. Dropping its runtime kills it.
struct Holder {
    runtime: Runtime,
    network: Network,
    store: Store,
    server: &'static str,
    client: Arc<Mutex<Option<Client<OAuth, Network>>>>,
    tasks: Vec<JoinHandle<()>>,
    /// Whether its session has been in the store.
    tied: bool,
    signed_out: bool,
}

impl World {
    fn new(setting: Setting, invariants: Invariants) -> Self {
        let clock = ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap());
        let grace = if setting.grace { Duration::from_mins(1) } else { Duration::ZERO };
        let servers = Arc::new(Mutex::new(Servers::new(clock.clone(), grace, setting.opaque)));
        let shelf = Arc::new(Mutex::new(Shelf::new(Arc::clone(&servers), invariants.clone())));
        Self { setting, clock, servers, shelf, gates: Gates::default(), invariants, holders: [None, None, None] }
    }

    fn take(&mut self, step: Step) {
        if self.setting.peaceful && step.may_lose_a_session() {
            return;
        }
        match step {
            Step::Start(slot, start) if self.holders[slot].is_none() => self.start(slot, start),
            Step::Start(..) => {}
            Step::Call(slot) => self.act(slot, async |client, _| drop(client.logged_in_user().await)),
            Step::Refresh(slot) => self.act(slot, async |client, _| drop(client.refresh_token().await)),
            Step::Grant(which, grant) => self.grant(which, grant),
            Step::LoseLock => self.shelf.lock().unwrap().lose_lock(),
            Step::Kill(slot) => self.holders[slot] = None,
            Step::SignOut(slot) => self.sign_out(slot),
            Step::KeepIn(slot) => self.act(slot, async |client, store| {
                drop(PURPOSE.scope(Purpose::KeepIn, client.keep_in(store)).await);
            }),
            Step::SignInAgainAs(slot, user) => {
                self.act(slot, async move |client, _| drop(client.sign_in_again_with(sign_in(user))));
            }
            Step::Revoke(user) => self.servers.lock().unwrap().revoke(user),
            Step::Pass => self.pass(PAUSE),
            Step::Expire => self.clock.advance(LIFETIME),
        }
    }

    fn start(&mut self, slot: usize, start: Start) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let number = self.shelf.lock().unwrap().enter();
        let (user, server) = match start {
            Start::Environment(user, server) => (Some(user), server),
            Start::Restore(server) => (None, server),
            Start::SignIn(user) => (Some(user), SERVERS[0]),
        };
        let network = Network {
            servers: Arc::clone(&self.servers),
            shelf: Arc::clone(&self.shelf),
            gates: self.gates.clone(),
            invariants: self.invariants.clone(),
            holder: number,
            user: Arc::new(Mutex::new(user.map(str::to_owned))),
        };
        let store = Store { shelf: Arc::clone(&self.shelf), gates: self.gates.clone(), holder: number };
        let client = Arc::default();
        let begun = begin(start, network.clone(), self.clock.clone(), store.clone(), Arc::clone(&client));
        let tasks = vec![runtime.spawn(begun)];
        self.holders[slot] =
            Some(Holder { runtime, network, store, server, client, tasks, tied: false, signed_out: false });
        self.turn(slot);
    }

    /// Starts a task of a holder with its client, if it has one.
    fn act<F>(&mut self, slot: usize, act: impl FnOnce(Client<OAuth, Network>, Store) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if let Some(holder) = &mut self.holders[slot]
            && let Some(client) = holder.client()
        {
            holder.tasks.push(holder.runtime.spawn(act(client, holder.store.clone())));
            self.turn(slot);
        }
    }

    fn sign_out(&mut self, slot: usize) {
        let Some(holder) = self.holders[slot].as_mut().filter(|holder| holder.client().is_some()) else { return };
        holder.signed_out = true;
        self.shelf.lock().unwrap().leaves(holder.store.holder);
        self.act(slot, async |client, _| drop(PURPOSE.scope(Purpose::SignOut, client.sign_out()).await));
    }

    fn grant(&mut self, which: usize, grant: Grant) {
        if let Some(number) = self.gates.grant(which, grant) {
            self.turn_of(number);
        }
    }

    fn turn_of(&mut self, number: usize) {
        let of = |holder: &Option<Holder>| holder.as_ref().is_some_and(|holder| holder.store.holder == number);
        if let Some(slot) = self.holders.iter().position(of) {
            self.turn(slot);
        }
    }

    fn pass(&mut self, time: Duration) {
        self.clock.advance(time);
        for slot in 0..HOLDERS {
            if let Some(holder) = &self.holders[slot] {
                holder.runtime.block_on(tokio::time::advance(time));
                self.turn(slot);
            }
        }
    }

    /// Runs a holder until each of its tasks waits for a grant or for time.
    fn turn(&mut self, slot: usize) {
        let Some(holder) = &mut self.holders[slot] else { return };
        holder.runtime.block_on(async {
            for _ in 0..6 {
                tokio::task::yield_now().await;
            }
        });
        holder.tasks.retain(|task| !task.is_finished());
        if let Some(client) = holder.client()
            && let Ok(current) = client.credential().current()
        {
            holder.tied |= current.store.is_some();
            self.shelf.lock().unwrap().has(holder.store.holder, current.lineage());
        }
    }

    /// Completes all operations without failures, and checks the final state.
    fn finish(mut self) {
        self.settle();
        let record = self.valid_record();
        if self.setting.peaceful {
            let is_empty = self.shelf.lock().unwrap().record.is_none();
            assert!(is_empty || record.is_some(), "a session is lost without a reason");
        }
        // A refusal is remembered for a minute.
        self.pass(Duration::from_secs(61));
        for slot in 0..HOLDERS {
            self.use_stored_session(slot);
        }
    }

    /// Checks that a holder of the stored session can use it.
    fn use_stored_session(&mut self, slot: usize) {
        let Some(record) = self.valid_record() else { return };
        if !self.holders[slot].as_ref().is_some_and(|holder| holder.shares(&record)) {
            return;
        }
        let succeeded = Arc::new(AtomicBool::new(false));
        // Only a failing call finds out that a token without an expiry has expired.
        for _ in 0..3 {
            let succeeded = Arc::clone(&succeeded);
            self.act(slot, async move |client, _| {
                if client.logged_in_user().await.is_ok() {
                    succeeded.store(true, Ordering::SeqCst);
                }
            });
            self.settle();
        }
        assert!(succeeded.load(Ordering::SeqCst), "the stored session is valid, and a holder cannot use it");
    }

    /// Grants all operations until none is left. The leases of forgotten locks run out in the meantime.
    fn settle(&mut self) {
        for round in 0..ROUNDS {
            // Renewals may go on without a call, and pause between attempts. No such pause is longer than this.
            self.pass(PAUSE);
            let mut operations = 0;
            while operations < OPERATIONS
                && let Some(number) = self.gates.grant(0, Grant::Done)
            {
                self.turn_of(number);
                operations += 1;
            }
            self.check();
            if operations == 0 && self.holders.iter().flatten().all(|holder| holder.tasks.is_empty()) {
                return;
            }
            if round % 10 == 9 {
                self.shelf.lock().unwrap().lose_lock();
            }
        }
        panic!("a task waits for ever");
    }

    fn check(&self) {
        if let Some(violated) = self.invariants.violated() {
            panic!("{violated}");
        }
    }

    fn valid_record(&self) -> Option<StoredSession> {
        let record = self.shelf.lock().unwrap().record.clone()?;
        self.servers
            .lock()
            .unwrap()
            .is_valid(record.tokens::<Tokens>().unwrap().refresh.expose_secret())
            .then_some(record)
    }
}

impl Holder {
    fn client(&self) -> Option<Client<OAuth, Network>> {
        self.client.lock().unwrap().clone()
    }

    fn shares(&self, record: &StoredSession) -> bool {
        let user = self.network.user.lock().unwrap();
        let is_of = |user: &String| record.login.as_ref() == Some(user) && record.origin.ends_with(self.server);
        self.tied && !self.signed_out && user.as_ref().is_some_and(is_of)
    }
}

/// Begins the session of a process, and leaves its client in `client`.
async fn begin(
    start: Start,
    network: Network,
    clock: ManualClock,
    store: Store,
    client: Arc<Mutex<Option<Client<OAuth, Network>>>>,
) {
    let begun = match start {
        Start::Environment(user, server) => {
            let lookup = |name: &str| match name {
                "QELOS_URL" => Some(OsString::from(format!("https://{server}"))),
                "QELOS_USERNAME" => Some(user.into()),
                "QELOS_PASSWORD" => Some("secret".into()),
                _ => None,
            };
            let environment = Environment::read_from(lookup).unwrap().keep_in(store);
            let connected = environment.connect_with(|builder| configured(builder, network, clock)).await;
            connected.ok().map(|client| client.into_typed::<OAuth>().unwrap())
        }
        Start::Restore(server) => {
            let anonymous = anonymous(server, network, clock);
            anonymous.restore(store).await.ok().flatten()
        }
        Start::SignIn(user) => match anonymous(SERVERS[0], network, clock).oauth_sign_in(&sign_in(user)).await {
            Ok((client, _)) => {
                drop(PURPOSE.scope(Purpose::KeepIn, client.keep_in(store)).await);
                Some(client)
            }
            Err(_) => None,
        },
    };
    *client.lock().unwrap() = begun;
}

fn anonymous(server: &str, network: Network, clock: ManualClock) -> Client<Anonymous, Network> {
    configured(Client::builder(&format!("https://{server}")), network, clock).build().unwrap()
}

fn configured<T>(builder: Builder<Anonymous, T>, network: Network, clock: ManualClock) -> Builder<Anonymous, Network> {
    builder.transport(network).clock(clock).retries(Retries::none())
}

fn sign_in(user: &str) -> OAuthSignIn {
    OAuthSignIn::new(user, "secret".into())
}

fn history() -> impl Strategy<Value = (Setting, Vec<Step>)> {
    (any::<u8>().prop_map(Setting::from), prop::collection::vec(any::<u16>().prop_map(Step::from), 1..200))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn the_invariants_hold_in_any_order((setting, steps) in history()) {
        let mut world = World::new(setting, Invariants::default());
        for step in steps {
            world.take(step);
            world.check();
        }
        world.finish();
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").map_or(2_000, |cases| cases.parse().expect("a number"))
}
