//! One of several processes that share a session: `session-worker URL STORE PASSWORD`, where the store is the path of a file or
//! the address of a Redis server, and the password `-` for a process that cannot sign in again. It is told what to do on its
//! standard input:
//!
//! * `go MILLIS STAGE`: it is so many milliseconds after 1970; make the calls. A refresh stops at the stage: `asking`, before
//!   it is sent, or `answered`, before its answer is known; `-` is none.
//! * `go on`: no refresh stops any more.
//!
//! And it says how far it is: `ready`, `asking`, `answered`, and `done` or `failed WHY`. After SIGTERM it says `ending`, and
//! `settled` when what it has begun is; then it ends.

use std::io::Write as _;

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::{GetMe, OAuthSignIn};
use qelos_client::store::{FileTokenStore, RedisTokenStore};
use qelos_client::testing::ManualClock;
use qelos_client::transport::ReqwestTransport;
use qelos_client::{Client, Error, OAuth, Timestamp, Transport, TransportError};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

const CALLERS: usize = 25;
/// How long the others wait for a process that is killed; longer than a busy machine sleeps.
const LEASE: std::time::Duration = std::time::Duration::from_secs(2);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, url, store, password] = arguments.as_slice() else {
        return Err("usage: session-worker URL STORE PASSWORD".into());
    };
    let (stop_at, stops) = watch::channel(String::new());
    let clock = ManualClock::new(Timestamp::EPOCH);
    let transport = Watched { network: ReqwestTransport::new()?, stops };
    let client = Client::builder(url).transport(transport).clock(clock.clone()).build()?;
    let client = if store.starts_with("unix:") {
        client.restore(RedisTokenStore::connect(store, "tests:session").await?.lease(LEASE)?).await?
    } else {
        client.restore(FileTokenStore::new(store)).await?
    };
    let mut client = client.ok_or("there is no session to share")?;
    if password != "-" {
        client = client.sign_in_again_with(OAuthSignIn::new("ada@example.com", password.as_str().into()));
    }

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
        obeyed = obey(&client, &clock, &stop_at) => obeyed,
    }
}

async fn obey(
    client: &Client<OAuth, Watched>,
    clock: &ManualClock,
    stop_at: &watch::Sender<String>,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut told = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = told.next_line().await? {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["go", "on"] => drop(stop_at.send_replace(String::new())),
            ["go", millis, stage] => {
                clock.set(Timestamp::from_unix_millis(millis.parse()?));
                stop_at.send_replace(stage.to_owned());
                tokio::spawn(calls(client.clone()));
            }
            _ => return Err(format!("`{line}` is not understood").into()),
        }
    }
    Ok(())
}

async fn calls(client: Client<OAuth, Watched>) {
    let calls: JoinSet<_> = (0..CALLERS).map(|_| client.call(&GetMe)).collect();
    let failed: Result<Vec<_>, Error> = calls.join_all().await.into_iter().collect();
    match failed {
        Ok(_) => say("done"),
        Err(error) => say(&format!("failed {error}")),
    }
}

fn say(what: &str) {
    // Whoever started this process and is gone does not want to know.
    let _ = writeln!(std::io::stdout(), "{what}");
}

/// The network; a refresh says where it is, and stops where it is told to.
struct Watched {
    network: ReqwestTransport,
    stops: watch::Receiver<String>,
}

impl Transport for Watched {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if request.uri().path() != "/api/token/refresh" {
            return self.network.send(request).await;
        }
        self.reached("asking").await;
        let answer = self.network.send(request).await;
        self.reached("answered").await;
        answer
    }
}

impl Watched {
    async fn reached(&self, stage: &str) {
        say(stage);
        // It fails when nobody is left who could tell it to go on.
        let _ = self.stops.clone().wait_for(|stop| stop != stage).await;
    }
}
