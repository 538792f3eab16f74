//! Several holders of one stored session, against a model of its server and of its store: each operation of each holder is
//! granted by itself, in any order, and any of them fails. The code that holds the session is the real one, as a program calls
//! it.
//!
//! What must hold whatever happens: a session that was signed out does not return, and no sign-out removes another one; the
//! newest tokens stay, and dead ones replace no living ones; no token is sent to another server, and no client acts as another
//! user than before; no task waits for ever; and a session is lost only with a process, a response, or on purpose.
//!
//! `PROPTEST_CASES=number` runs more histories. A failure is printed as the shortest history that leads to it.

use std::ffi::OsString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use qelos_spec::api::OAuthSignIn;
use qelos_spec::{ExposeSecret as _, Timestamp};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use self::gates::{Gates, Grant, Promises};
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
/// After so many pauses everything is over, and so many operations are enough for what is done between two of them.
const ROUNDS: usize = 150;
const OPERATIONS: usize = 500;
const USERS: [&str; 2] = ["ada", "bob"];
const SERVERS: [&str; 2] = ["one.test", "two.test"];

/// What can happen. A number chooses among those it can happen to.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A process starts, where none runs.
    Start(usize, Start),
    Call(usize),
    /// The holder wants other tokens than those it has.
    Refresh(usize),
    /// One of the operations that wait goes on.
    Grant(usize, Grant),
    LoseLock,
    /// A process is killed, in the middle of whatever it does.
    Kill(usize),
    SignOut(usize),
    KeepIn(usize),
    /// From now on, the holder would sign in again as this user.
    SignInAgainAs(usize, &'static str),
    /// The server forgets all refresh tokens of this user.
    Revoke(&'static str),
    /// A moment: the pauses between two attempts are over.
    Pass,
    /// All access tokens expire.
    Expire,
}

/// How a process gets its session.
#[derive(Debug, Clone, Copy)]
enum Start {
    /// From its environment: this user of this server.
    Environment(&'static str, &'static str),
    /// From the store, and without a password.
    Restore(&'static str),
    /// By signing in, in place of whatever is in the store, and without keeping the password.
    SignIn(&'static str),
}

/// A number is read as a step, which is much faster than to have steps made.
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

/// What a history is made of.
#[derive(Debug, Clone, Copy)]
struct Setting {
    /// The server takes a refresh token twice, if not too late.
    grace: bool,
    opaque: bool,
    /// Nothing is lost on purpose, with a process, or on the way.
    peaceful: bool,
}

impl From<u8> for Setting {
    fn from(code: u8) -> Self {
        Self { grace: code & 1 != 0, opaque: code & 2 != 0, peaceful: code & 4 != 0 }
    }
}

impl Step {
    fn loses_something(self) -> bool {
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
    promises: Promises,
    holders: [Option<Holder>; HOLDERS],
}

/// A process: when its runtime is dropped, all it does stops where it is.
struct Holder {
    runtime: Runtime,
    network: Network,
    store: Store,
    server: &'static str,
    client: Arc<Mutex<Option<Client<OAuth, Network>>>>,
    tasks: Vec<JoinHandle<()>>,
    /// Whether its session was in the store once.
    tied: bool,
    signed_out: bool,
}

impl World {
    fn new(setting: Setting, promises: Promises) -> Self {
        let clock = ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap());
        let grace = if setting.grace { Duration::from_mins(1) } else { Duration::ZERO };
        let servers = Arc::new(Mutex::new(Servers::new(clock.clone(), grace, setting.opaque)));
        let shelf = Arc::new(Mutex::new(Shelf::new(Arc::clone(&servers), promises.clone())));
        Self { setting, clock, servers, shelf, gates: Gates::default(), promises, holders: [None, None, None] }
    }

    fn take(&mut self, step: Step) {
        if self.setting.peaceful && step.loses_something() {
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
            promises: self.promises.clone(),
            holder: number,
            acts_as: Arc::new(Mutex::new(user.map(str::to_owned))),
        };
        let store = Store { shelf: Arc::clone(&self.shelf), gates: self.gates.clone(), holder: number };
        let client = Arc::default();
        let begun = begin(start, network.clone(), self.clock.clone(), store.clone(), Arc::clone(&client));
        let tasks = vec![runtime.spawn(begun)];
        self.holders[slot] =
            Some(Holder { runtime, network, store, server, client, tasks, tied: false, signed_out: false });
        self.turn(slot);
    }

    /// What a holder does with its client, if it has one.
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
        self.act(slot, async |client, _| drop(PURPOSE.scope(Purpose::SignOut, client.logout()).await));
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

    /// A holder goes on until each of its tasks waits for a grant or for time.
    fn turn(&mut self, slot: usize) {
        let Some(holder) = &mut self.holders[slot] else { return };
        holder.runtime.block_on(async {
            for _ in 0..6 {
                tokio::task::yield_now().await;
            }
        });
        holder.tasks.retain(|task| !task.is_finished());
        if let Some(client) = holder.client()
            && let Ok(current) = client.credential().session.current()
        {
            holder.tied |= current.store.is_some();
            self.shelf.lock().unwrap().has(holder.store.holder, current.lineage());
        }
    }

    /// From here on nothing fails: whatever is under way comes to its end.
    fn finish(mut self) {
        self.settle();
        let record = self.living_record();
        if self.setting.peaceful {
            let is_empty = self.shelf.lock().unwrap().record.is_none();
            assert!(is_empty || record.is_some(), "a session is lost although nothing was");
        }
        // A refusal is remembered for a minute.
        self.pass(Duration::from_secs(61));
        for slot in 0..HOLDERS {
            self.use_what_is_there(slot);
        }
    }

    /// A holder of the session in the store can use it, whatever has happened before.
    fn use_what_is_there(&mut self, slot: usize) {
        let Some(record) = self.living_record() else { return };
        if !self.holders[slot].as_ref().is_some_and(|holder| holder.shares(&record)) {
            return;
        }
        let succeeded = Arc::new(AtomicBool::new(false));
        // A token that does not say when it expires is found to have expired by a call that fails.
        for _ in 0..3 {
            let succeeded = Arc::clone(&succeeded);
            self.act(slot, async move |client, _| {
                if client.logged_in_user().await.is_ok() {
                    succeeded.store(true, Ordering::SeqCst);
                }
            });
            self.settle();
        }
        assert!(succeeded.load(Ordering::SeqCst), "the session in the store is alive, and a holder cannot use it");
    }

    /// Grants everything, until there is nothing more to grant; a lock whose holder has lost sight of it runs out meanwhile.
    fn settle(&mut self) {
        for round in 0..ROUNDS {
            // Renewals go on after the calls that began them, but no pause between two attempts is longer than this.
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
        if let Some(promise) = self.promises.broken() {
            panic!("{promise}");
        }
    }

    fn living_record(&self) -> Option<StoredSession> {
        let record = self.shelf.lock().unwrap().record.clone()?;
        self.servers.lock().unwrap().is_alive(record.tokens.refresh.expose_secret()).then_some(record)
    }
}

impl Holder {
    fn client(&self) -> Option<Client<OAuth, Network>> {
        self.client.lock().unwrap().clone()
    }

    fn shares(&self, record: &StoredSession) -> bool {
        let user = self.network.acts_as.lock().unwrap();
        let is_of = |user: &String| record.login.as_ref() == Some(user) && record.origin.ends_with(self.server);
        self.tied && !self.signed_out && user.as_ref().is_some_and(is_of)
    }
}

/// The beginning of a process; what it has then is left in `client`.
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
        Start::SignIn(user) => match anonymous(SERVERS[0], network, clock).oauth_signin(&sign_in(user)).await {
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
    fn sessions_are_kept_whatever_happens_in_whatever_order((setting, steps) in history()) {
        let mut world = World::new(setting, Promises::default());
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
