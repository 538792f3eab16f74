//! Four processes with 25 callers each share a session over 20 expiries. In each round one process is killed: while it
//! renews the session, or at any other moment. There is one refresh per expiry, and no call fails. All of it with a
//! session of Qelos, and with one of OAuth 2.

use std::any::Any;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use qelos_client::oauth2::{AuthorizationServer, OAuth2};
use qelos_client::store::{FileTokenStore, RedisTokenStore, TokenStore};
use qelos_client::testing::ManualClock;
use qelos_client::{Client, Clock as _, Timestamp};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::authorization_server::{self, Server};
use crate::random::Random;
use crate::redis_server::RedisServer;
use crate::world::{LIFETIME, PASSWORD, TRIES, World, sign_in};

const PROCESSES: usize = 4;
const ROUNDS: usize = 20;
/// The limit of a round. A round that takes longer hangs.
const LIMIT: Duration = Duration::from_mins(1);

#[tokio::test]
async fn processes_share_a_session_through_a_file() {
    through_a_file(World::new()).await;
}

#[tokio::test]
async fn processes_share_a_session_of_oauth2_through_a_file() {
    through_a_file(with_grace()).await;
}

#[tokio::test]
async fn processes_share_a_session_through_redis() {
    through_redis("processes::processes_share_a_session_through_redis", World::new()).await;
}

#[tokio::test]
async fn processes_share_a_session_of_oauth2_through_redis() {
    through_redis("processes::processes_share_a_session_of_oauth2_through_redis", with_grace()).await;
}

async fn through_a_file(service: impl Service) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("session.json");
    Stage::new(service, FileTokenStore::new(&path), path.to_str().unwrap().to_owned(), PASSWORD).await.play().await;
}

async fn through_redis(test: &str, service: impl Service) {
    let Some(server) = RedisServer::start(test).await else { return };
    let store = RedisTokenStore::connect(&server.url(), "tests:session").await.unwrap();
    Stage::new(service, store, server.url(), PASSWORD).await.play().await;
}

/// A server that accepts a refresh token again for a while, because nothing else can replace tokens that were lost.
fn with_grace() -> Server {
    let server = Server::new();
    server.state().grace = authorization_server::LIFETIME;
    server
}

/// The moment when a process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// The renewing process, before the refresh token is sent: the token stays valid.
    Sending,
    /// The renewing process, after the server has exchanged the tokens, and before they are written to the store. These
    /// tokens are lost, as documented: another process has to sign in again, or to renew the session within the grace
    /// period of the server.
    Received,
    /// Any process, after the server has seen so many requests.
    Requests(usize),
}

/// The requests that the server has seen in a round.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) refreshes: usize,
    pub(crate) sign_ins: usize,
}

/// A round in which no tokens are lost.
pub(crate) const ONE_REFRESH: Seen = Seen { refreshes: 1, sign_ins: 0 };
/// A server whose session the processes share.
pub(crate) trait Service {
    /// The scheme of the workers.
    const SCHEME: &'static str;
    /// How often a worker sends a refresh token that is refused.
    const TRIES: usize;
    /// One refresh whose tokens were lost with a process, and what replaces them.
    const LOST_WITH_A_PROCESS: Seen;
    const LIFETIME: Duration;

    /// Listens on this machine. The server ends when the returned value is dropped.
    async fn serve(&self) -> (String, impl Send + 'static);
    /// Begins a session with the server at this URL, and keeps it in the store.
    async fn begin(&self, url: &str, store: impl TokenStore);
    fn server_clock(&self) -> &ManualClock;
    fn client_clock(&self) -> &ManualClock;
    fn seen(&self) -> Seen;
    fn requests(&self) -> usize;
    fn forget_requests(&self);
}

impl Service for World {
    const SCHEME: &'static str = "qelos";
    const TRIES: usize = TRIES;
    const LOST_WITH_A_PROCESS: Seen = Seen { refreshes: 1 + TRIES, sign_ins: 1 };
    const LIFETIME: Duration = LIFETIME;

    async fn serve(&self) -> (String, impl Send + 'static) {
        let server = self.qelos.clone().serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
        (server.base_url().to_string(), server)
    }

    async fn begin(&self, url: &str, store: impl TokenStore) {
        let client = Client::builder(url).clock(self.client_clock.clone()).build().unwrap();
        client.oauth_sign_in(&sign_in()).await.unwrap().0.keep_in(store).await.unwrap();
    }

    fn server_clock(&self) -> &ManualClock {
        &self.server_clock
    }

    fn client_clock(&self) -> &ManualClock {
        &self.client_clock
    }

    fn seen(&self) -> Seen {
        Seen { refreshes: self.refreshes(), sign_ins: self.sign_ins() }
    }

    fn requests(&self) -> usize {
        self.qelos.requests().len()
    }

    fn forget_requests(&self) {
        self.qelos.forget_requests();
    }
}

impl Service for Server {
    const SCHEME: &'static str = "oauth2";
    const TRIES: usize = 1;
    const LOST_WITH_A_PROCESS: Seen = Seen { refreshes: 2, sign_ins: 0 };
    const LIFETIME: Duration = authorization_server::LIFETIME;

    async fn serve(&self) -> (String, impl Send + 'static) {
        self.clone().listen().await
    }

    async fn begin(&self, url: &str, store: impl TokenStore) {
        let client = Client::builder(url).clock(self.client_clock.clone()).build().unwrap();
        let server = AuthorizationServer::new(&format!("{url}/oauth/token"), "invoices").unwrap();
        self.signed_in_as(&client, OAuth2::new(server)).keep_in(store).await.unwrap();
    }

    fn server_clock(&self) -> &ManualClock {
        &self.clock
    }

    fn client_clock(&self) -> &ManualClock {
        &self.client_clock
    }

    fn seen(&self) -> Seen {
        Seen { refreshes: self.renewals(), sign_ins: 0 }
    }

    fn requests(&self) -> usize {
        self.state().requests
    }

    fn forget_requests(&self) {
        let mut state = self.state();
        state.requests = 0;
        state.forms.clear();
    }
}

pub(crate) struct Stage<S> {
    pub(crate) service: S,
    url: String,
    _listening: Box<dyn Any + Send>,
    /// The time of the workers.
    pub(crate) now: Timestamp,
    store: String,
    /// The password of the workers, for signing in again; `-` for none.
    password: &'static str,
}

impl<S: Service> Stage<S> {
    /// Starts a server, signs in, and keeps the session in the store.
    pub(crate) async fn new(service: S, store: impl TokenStore, address: String, password: &'static str) -> Self {
        let (url, listening) = service.serve().await;
        service.begin(&url, store).await;
        let now = service.client_clock().now();
        Self { service, url, _listening: Box::new(listening), now, store: address, password }
    }

    async fn play(mut self) {
        let mut random = Random::new(seed());
        let mut workers = Vec::new();
        for _ in 0..PROCESSES {
            workers.push(Worker::start(&self).await);
        }
        for round in 0..rounds(ROUNDS) {
            let moment = match random.below(3) {
                0 => Moment::Sending,
                1 => Moment::Received,
                _ => Moment::Requests(random.below(PROCESSES * 25)),
            };
            self.expire(round);
            let any = random.below(PROCESSES);
            let in_time = tokio::time::timeout(LIMIT, self.round(&mut workers, moment, any));
            let had_sent = in_time.await.unwrap_or_else(|_| panic!("round {round}, {moment:?}: a process hangs"));
            let seen = self.seen();
            println!("round {round}, {moment:?}: {seen:?}");
            match moment {
                Moment::Sending => assert_eq!(seen, ONE_REFRESH, "round {round}, {moment:?}"),
                Moment::Received => assert_eq!(seen, S::LOST_WITH_A_PROCESS, "round {round}, {moment:?}"),
                Moment::Requests(_) => assert!(
                    seen == ONE_REFRESH || (seen == S::LOST_WITH_A_PROCESS && had_sent),
                    "round {round}, {moment:?}: {seen:?}, and the killed process had begun a refresh: {had_sent}"
                ),
            }
        }
    }

    /// Lets the token expire. In every second round, only the server's clock is past its expiry.
    pub(crate) fn expire(&mut self, round: usize) {
        self.service.server_clock().advance(S::LIFETIME);
        if round.is_multiple_of(2) {
            self.now = self.now.saturating_add(S::LIFETIME);
        }
        self.service.forget_requests();
    }

    pub(crate) fn seen(&self) -> Seen {
        self.service.seen()
    }

    /// All workers call, one is killed, and another is started in its place: the calls of all of them succeed. Returns
    /// whether the killed worker had begun a refresh.
    async fn round(&self, workers: &mut [Worker], moment: Moment, any: usize) -> bool {
        let stop_at = match moment {
            Moment::Sending => "sending",
            Moment::Received => "received",
            Moment::Requests(_) => "-",
        };
        for worker in &mut *workers {
            worker.go(self.now, stop_at).await;
        }
        let victim = match moment {
            Moment::Sending | Moment::Received => first_to_say(workers, stop_at).await,
            Moment::Requests(count) => {
                while self.service.requests() < count {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                any
            }
        };
        let had_sent = workers[victim].kill().await;
        workers[victim] = Worker::start(self).await;
        workers[victim].go(self.now, "-").await;
        for worker in &mut *workers {
            worker.tell("go on").await;
        }
        for worker in workers {
            worker.says("done").await;
        }
        had_sent
    }
}

/// The seed in `QELOS_TESTS_SEED`, or a random one. It is printed, so that the same moments can be repeated.
pub(crate) fn seed() -> u64 {
    let given = std::env::var("QELOS_TESTS_SEED").ok();
    let seed = given.map_or_else(|| getrandom::u64().unwrap(), |seed| seed.parse().expect("a number"));
    println!("QELOS_TESTS_SEED={seed}");
    seed
}

/// As many rounds as `QELOS_TESTS_ROUNDS` says.
pub(crate) fn rounds(otherwise: usize) -> usize {
    std::env::var("QELOS_TESTS_ROUNDS").map_or(otherwise, |rounds| rounds.parse().expect("a number"))
}

pub(crate) async fn first_to_say(workers: &mut [Worker], what: &str) -> usize {
    let mut saying: Vec<_> = workers.iter_mut().map(|worker| Box::pin(worker.says(what))).collect();
    std::future::poll_fn(|cx| {
        let ready = saying.iter_mut().position(|saying| saying.as_mut().poll(cx).is_ready());
        ready.map_or(std::task::Poll::Pending, std::task::Poll::Ready)
    })
    .await
}

/// A process that shares the session; it is killed when it is dropped.
pub(crate) struct Worker {
    process: Child,
    commands: ChildStdin,
    says: Lines<BufReader<ChildStdout>>,
    /// The lines of this round.
    said: Vec<String>,
}

impl Worker {
    pub(crate) async fn start<S: Service>(stage: &Stage<S>) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_session-worker"))
            .args([S::SCHEME, &stage.url, &stage.store, stage.password])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let (commands, says) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let mut worker = Self { process, commands, says: BufReader::new(says).lines(), said: Vec::new() };
        worker.says("ready").await;
        worker
    }

    pub(crate) async fn go(&mut self, now: Timestamp, stop_at: &str) {
        self.said.clear();
        self.tell(&format!("go {} {stop_at}", now.unix_millis())).await;
    }

    pub(crate) async fn tell(&mut self, what: &str) {
        self.commands.write_all(format!("{what}\n").as_bytes()).await.unwrap();
    }

    pub(crate) async fn says(&mut self, what: &str) {
        while self.said.last().is_none_or(|last| last != what) {
            let said = self.says.next_line().await.unwrap().expect("the worker runs");
            assert!(!said.starts_with("failed"), "a call has {said}");
            self.said.push(said);
        }
    }

    /// Waits until the calls have succeeded, or one of them has failed. The error is its message.
    pub(crate) async fn outcome(&mut self) -> Result<(), String> {
        loop {
            let said = self.says.next_line().await.unwrap().expect("the worker runs");
            if let Some(why) = said.strip_prefix("failed ") {
                return Err(why.to_owned());
            }
            if said == "done" {
                return Ok(());
            }
        }
    }

    /// Waits until the worker has ended by itself. It can only end after its standard input was closed.
    pub(crate) async fn ends(self) -> ExitStatus {
        let Self { mut process, commands, .. } = self;
        drop(commands);
        process.wait().await.unwrap()
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id().unwrap()
    }

    /// Kills the worker at once. Returns whether it had begun a refresh.
    async fn kill(&mut self) -> bool {
        self.process.kill().await.unwrap();
        while let Ok(Some(said)) = self.says.next_line().await {
            self.said.push(said);
        }
        self.said.iter().any(|said| said == "sending")
    }
}
