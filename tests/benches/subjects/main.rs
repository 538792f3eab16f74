//! A program with many endpoints. `code` adds a group of five for each module.
#![allow(dead_code, clippy::expect_used, reason = "it is compiled, and never calls a server")]

use std::future::Future;
use std::pin::Pin;

mod operations;

/// What the endpoints of all programs need.
pub struct Caller {
    pub base: String,
    pub token: String,
    pub http: reqwest::Client,
    pub client: qelos_client::Client<qelos_client::ApiTokenAuth>,
    pub texts: [String; 3],
    pub list: Vec<String>,
}

/// Calls one endpoint, as the code of a user does, and takes a number from its response.
pub type Site = fn(&'static Caller) -> Pin<Box<dyn Future<Output = usize> + Send>>;

fn main() {
    let mut args = std::env::args();
    let mut next = || args.next().unwrap_or_default();
    let (base, token, texts, list) = (next(), next(), [next(), next(), next()], vec![next(), next()]);
    let client = qelos_client::Client::builder(&base).api_token(&*token).build().expect("a client");
    let caller = Box::leak(Box::new(Caller { base, token, http: reqwest::Client::new(), client, texts, list }));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for site in GROUPS.iter().flat_map(|group| group.iter()) {
        println!("{}", runtime.block_on(site(caller)));
    }
}
