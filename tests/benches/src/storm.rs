//! A thousand calls at once with an expired token: how often it is renewed, and how long all calls take together.
//!
//! The code by hand keeps the token in a mutex: the first caller renews it, the others wait.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request};
use qelos_client::{Client, OAuth, Transport};
use reqwest::Client as Reqwest;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::runtime::Builder;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::backend::{EXPIRED, InProcess, RENEWAL, RENEWALS, respond};
use crate::contenders::ours::GetMe;
use crate::load::median;
use crate::operations::User;
use crate::programs;
use crate::server::Server;

const CALLS: usize = 1000;

/// Where the calls go, and the contenders, the one by hand first.
const STORMS: [(&str, &[&str]); 2] =
    [("in memory", &["by hand, in memory", "ours, in memory"]), ("loopback", &["by hand", "ours", "ours, hyper"])];

pub fn print(rounds: usize) {
    let server = Server::start();
    println!("{CALLS} calls at once     renewals      ms   ÷ by hand");
    for (place, contenders) in STORMS {
        println!("{place}");
        let mut turns = vec![Vec::new(); contenders.len()];
        for _ in 0..rounds {
            for (contender, turns) in contenders.iter().zip(&mut turns) {
                turns.push(storm(contender, &server.base));
            }
        }
        let times = turns.iter().map(|turns| median(turns.iter().map(|(_, time)| *time))).collect::<Vec<_>>();
        for ((contender, turns), time) in contenders.iter().zip(&turns).zip(&times) {
            let renewals = turns.iter().map(|(renewals, _)| *renewals).max().expect("a turn");
            println!("  {contender:19} {renewals:>9} {time:>7.1} {:>11.2}", time / times[0]);
        }
    }
}

/// Renewals and milliseconds of a storm in a process of its own.
fn storm(contender: &str, base: &str) -> (u64, f64) {
    let output = Command::new(programs::this()).args(["storm-turn", contender, base]).output().expect("a process");
    let printed = String::from_utf8_lossy(&output.stdout);
    let numbers =
        printed.trim().split_once(' ').and_then(|(one, other)| Some((one.parse().ok()?, other.parse().ok()?)));
    numbers.unwrap_or_else(|| panic!("{contender}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// One storm in this process, as text: renewals and milliseconds.
pub fn turn(contender: &str, base: &str) -> String {
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let network = Network { base: base.to_owned(), client: Reqwest::new() };
        let (renewals, time) = match contender {
            "by hand, in memory" => counted(&InProcess, ByHand::new(InProcess)).await,
            "ours, in memory" => counted(&InProcess, expired(Client::builder(base).transport(InProcess).build())).await,
            "by hand" => counted(&network, ByHand::new(network.clone())).await,
            "ours" => counted(&network, expired(Client::builder(base).build())).await,
            "ours, hyper" => {
                let transport = qelos_client::transport::HyperTransport::new().expect("a transport");
                counted(&network, expired(Client::builder(base).transport(transport).build())).await
            }
            other => panic!("there is no storm `{other}`"),
        };
        format!("{renewals} {}", time.as_secs_f64() * 1000.0)
    })
}

/// A client whose access token has expired.
fn expired<T: Transport>(client: Result<Client<qelos_client::Anonymous, T>, qelos_client::Error>) -> Client<OAuth, T> {
    let tokens = json!({ "token": EXPIRED, "refreshToken": "refresh-0" });
    client.expect("a client").with_tokens(serde_json::from_value(tokens).expect("tokens"))
}

/// Makes all calls, and counts the renewals that the server has seen.
async fn counted(server: &impl Json, caller: impl Caller) -> (u64, Duration) {
    let before: u64 = server.json(Method::GET, RENEWALS, "").await;
    let (start, caller) = (Instant::now(), Arc::new(caller));
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let caller = Arc::clone(&caller);
        calls.spawn(async move { caller.call().await });
    }
    calls.join_all().await;
    let time = start.elapsed();
    let after: u64 = server.json(Method::GET, RENEWALS, "").await;
    (after - before, time)
}

/// Makes one call with the newest token.
trait Caller: Send + Sync + 'static {
    fn call(&self) -> impl Future<Output = usize> + Send;
}

impl<T: Transport> Caller for Client<OAuth, T> {
    async fn call(&self) -> usize {
        Client::call(self, &GetMe).await.expect("a user").username.len()
    }
}

/// A session by hand: the mutex is held during a renewal.
struct ByHand<J> {
    server: J,
    tokens: Mutex<Tokens>,
}

#[derive(Clone, Deserialize)]
struct Renewed {
    payload: Tokens,
}

#[derive(Clone, Deserialize)]
struct Tokens {
    #[serde(rename = "token")]
    access: String,
    #[serde(rename = "refreshToken")]
    refresh: String,
}

impl<J: Json> ByHand<J> {
    fn new(server: J) -> Self {
        Self { server, tokens: Mutex::new(Tokens { access: EXPIRED.to_owned(), refresh: "refresh-0".to_owned() }) }
    }

    async fn access(&self) -> String {
        let mut tokens = self.tokens.lock().await;
        // It stands for the comparison of a time.
        if tokens.access == EXPIRED {
            *tokens = self.server.json::<Renewed>(Method::POST, RENEWAL, &tokens.refresh).await.payload;
        }
        tokens.access.clone()
    }
}

impl<J: Json> Caller for ByHand<J> {
    async fn call(&self) -> usize {
        let access = self.access().await;
        self.server.json::<User>(Method::GET, "/api/me", &access).await.username.len()
    }
}

/// A request by hand, and the JSON of its response.
trait Json: Send + Sync + 'static {
    fn json<R: DeserializeOwned + Send>(
        &self,
        method: Method,
        path: &str,
        bearer: &str,
    ) -> impl Future<Output = R> + Send;
}

#[derive(Clone)]
struct Network {
    base: String,
    client: Reqwest,
}

impl Json for Network {
    async fn json<R: DeserializeOwned + Send>(&self, method: Method, path: &str, bearer: &str) -> R {
        let request = self.client.request(method, format!("{}{path}", self.base));
        let request = request.header("accept", "application/json").bearer_auth(bearer);
        let response = request.send().await.expect("a response").error_for_status().expect("a success");
        response.json().await.expect("the response is as declared")
    }
}

impl Json for InProcess {
    async fn json<R: DeserializeOwned + Send>(&self, method: Method, path: &str, bearer: &str) -> R {
        let request = Request::builder().method(method).uri(path).header("accept", "application/json");
        let request = request.header("authorization", format!("Bearer {bearer}"));
        let request = request.body(Bytes::new()).expect("a request");
        tokio::task::yield_now().await;
        let response = respond(request.method(), request.uri().path());
        serde_json::from_slice(response.body()).expect("the response is as declared")
    }
}
