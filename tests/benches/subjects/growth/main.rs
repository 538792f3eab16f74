//! A program with many endpoints that it calls without a network. `growth` adds a group of five for each module.
#![allow(dead_code, clippy::expect_used, reason = "the number of rounds is given by `growth`")]

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::{ApiTokenAuth, Client, Transport, TransportError};

use crate::operations::{EXPIRES_AT, LABELS, NICKNAME, Operation, TOKEN, WORKSPACE};

mod operations;

/// What the endpoints need.
pub struct Caller {
    pub client: Client<ApiTokenAuth, AtOnce>,
    pub texts: [String; 3],
    pub list: Vec<String>,
}

/// Calls one endpoint, as the code of a user does, and takes a number from its response.
pub type Site = fn(&'static Caller) -> Pin<Box<dyn Future<Output = usize> + Send>>;

/// Responds at once.
#[derive(Debug, Clone, Copy)]
pub struct AtOnce;

impl Transport for AtOnce {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (method, path) = (request.method(), request.uri().path());
        // `/api/group-7/me` is `/api/me` of the other measurements.
        let end = path.splitn(4, '/').last().unwrap_or_default();
        let operation = match end {
            "me" => Operation::Me,
            "api-tokens" if method == "GET" => Operation::List,
            _ => Operation::of(method, path),
        };
        Ok(operation.response())
    }
}

fn main() {
    let rounds: usize = std::env::args().nth(1).and_then(|word| word.parse().ok()).expect("a number");
    let client = Client::builder("http://127.0.0.1").api_token(TOKEN).transport(AtOnce).build().expect("a client");
    let (texts, list) = ([NICKNAME, WORKSPACE, EXPIRES_AT].map(str::to_owned), LABELS.map(str::to_owned).to_vec());
    let caller = Box::leak(Box::new(Caller { client, texts, list }));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        for _ in 0..rounds {
            for site in GROUPS.iter().flat_map(|group| group.iter()) {
                assert_ne!(site(caller).await, 0, "each response is as declared");
            }
        }
    });
}
