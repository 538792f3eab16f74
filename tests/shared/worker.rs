//! One of several processes that share a session: `session-worker SCHEME URL STORE PASSWORD`. The scheme is `qelos` or
//! `oauth2`. The store is the path of a file or the address of a Redis server. The password is `-` for a process that
//! cannot sign in again. It reads commands from its standard input:
//!
//! * `go MILLIS STAGE`: set the clock to so many milliseconds after 1970, and make the calls. A refresh stops at the
//!   stage: `sending`, before it is sent, or `received`, after the transport has its response; `-` for no stop.
//! * `go on`: no refresh stops any more.
//!
//! It writes its progress to its standard output: `ready`, `sending`, `received`, and `done` or `failed WHY`. After
//! SIGTERM it writes `ending`, then `settled` when the client has settled, and ends.

use std::io::Write as _;

use http::{Request, Response};
use qelos_client::api::{GetMe, OAuthSignIn};
use qelos_client::auth::{Qelos, SatisfiedBy, SignedIn};
use qelos_client::oauth2::{AuthorizationServer, OAuth2};
use qelos_client::session::{SessionScheme, TokenSession};
use qelos_client::store::{FileTokenStore, RedisTokenStore};
use qelos_client::testing::ManualClock;
use qelos_client::transport::ReqwestTransport;
use qelos_client::{Anonymous, Body, Client, Endpoint, Error, Timestamp, Transport, TransportError};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

const CALLERS: usize = 25;
/// How long other processes wait for a killed one; longer than the pauses of a busy machine.
const LEASE: std::time::Duration = std::time::Duration::from_secs(2);

type Session<S> = Client<TokenSession<S>, Watched>;

/// The endpoint behind the server of OAuth 2.
#[derive(Clone, Copy, Endpoint)]
#[endpoint(GET, "/me", response = String, auth = SignedIn)]
struct Me;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, scheme, url, store, password] = arguments.as_slice() else {
        return Err("usage: session-worker SCHEME URL STORE PASSWORD".into());
    };
    let (stop_at, stops) = watch::channel(String::new());
    let clock = ManualClock::new(Timestamp::EPOCH);
    let transport = Watched { network: ReqwestTransport::new()?, stops };
    let client = Client::builder(url).transport(transport).clock(clock.clone()).build()?;
    if scheme == "oauth2" {
        let server = AuthorizationServer::new(&format!("{url}/oauth/token"), "invoices")?;
        return run(restored(&client, OAuth2::new(server), store).await?, Me, &clock, &stop_at).await;
    }
    let mut client = restored(&client, Qelos::default(), store).await?;
    if password != "-" {
        client = client.sign_in_again_with(OAuthSignIn::new("ada@example.com", password.as_str().into()));
    }
    run(client, GetMe, &clock, &stop_at).await
}

async fn restored<S: SessionScheme>(
    client: &Client<Anonymous, Watched>,
    scheme: S,
    store: &str,
) -> Result<Session<S>, Box<dyn std::error::Error>> {
    let restored = if store.starts_with("unix:") {
        let store = RedisTokenStore::connect(store, "tests:session").await?.lease(LEASE)?;
        client.restore_as(scheme, store).await?
    } else {
        client.restore_as(scheme, FileTokenStore::new(store)).await?
    };
    Ok(restored.ok_or("there is no session to share")?)
}

async fn run<S, E>(
    client: Session<S>,
    endpoint: E,
    clock: &ManualClock,
    stop_at: &watch::Sender<String>,
) -> Result<(), Box<dyn std::error::Error>>
where
    S: SessionScheme,
    E: Endpoint + Copy + Send + Sync + 'static,
    E::Auth: SatisfiedBy<TokenSession<S>>,
{
    say("ready");
    let mut ending = signal(SignalKind::terminate())?;
    let settled = async {
        ending.recv().await;
        say("ending");
        let settled = client.settled().await;
        say("settled");
        settled
    };
    tokio::select! {
        settled = settled => Ok(settled?),
        ended = run_commands(&client, endpoint, clock, stop_at) => ended,
    }
}

async fn run_commands<S, E>(
    client: &Session<S>,
    endpoint: E,
    clock: &ManualClock,
    stop_at: &watch::Sender<String>,
) -> Result<(), Box<dyn std::error::Error>>
where
    S: SessionScheme,
    E: Endpoint + Copy + Send + Sync + 'static,
    E::Auth: SatisfiedBy<TokenSession<S>>,
{
    let mut commands = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = commands.next_line().await? {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["go", "on"] => drop(stop_at.send_replace(String::new())),
            ["go", millis, stage] => {
                clock.set(Timestamp::from_unix_millis(millis.parse()?));
                stop_at.send_replace(stage.to_owned());
                tokio::spawn(calls(client.clone(), endpoint));
            }
            _ => return Err(format!("`{line}` is not a command").into()),
        }
    }
    Ok(())
}

async fn calls<S, E>(client: Session<S>, endpoint: E)
where
    S: SessionScheme,
    E: Endpoint + Send + Sync,
    E::Auth: SatisfiedBy<TokenSession<S>>,
{
    let calls: JoinSet<_> = (0..CALLERS).map(|_| client.call(&endpoint)).collect();
    let results: Result<Vec<_>, Error> = calls.join_all().await.into_iter().collect();
    match results {
        Ok(_) => say("done"),
        Err(error) => say(&format!("failed {error}")),
    }
}

fn say(what: &str) {
    // Writing fails when the test that started this process has ended.
    let _ = writeln!(std::io::stdout(), "{what}");
}

/// The network. A refresh reports its stage, and stops at the requested one.
struct Watched {
    network: ReqwestTransport,
    stops: watch::Receiver<String>,
}

impl Transport for Watched {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        if !["/api/token/refresh", "/oauth/token"].contains(&request.uri().path()) {
            return self.network.send(request).await;
        }
        self.reached("sending").await;
        let response = self.network.send(request).await;
        self.reached("received").await;
        response
    }
}

impl Watched {
    async fn reached(&self, stage: &str) {
        say(stage);
        // This fails when the sender was dropped: then the process is ending.
        let _ = self.stops.clone().wait_for(|stop| stop != stage).await;
    }
}
