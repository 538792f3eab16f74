//! Several tokio runtimes with one transport: no runtime waits for another.

use std::time::Duration;

use qelos_client::auth::Public;
use qelos_client::{Anonymous, Client, Endpoint, Error, Retries};
use tokio::runtime::{Builder, Runtime};

use super::{Tested, named};
use crate::transport::server::{Behavior, Server, response};

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/numbers", response = Vec<u32>, auth = Public)]
struct Create;

/// Without a deadline, a call that waits for an undriven runtime would wait for ever.
const DEADLINE: Duration = Duration::from_secs(10);

/// A runtime that is only driven inside of `block_on`.
fn undriven() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A server that keeps connections open, on a runtime that is always driven.
fn serve() -> (Runtime, Server) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let kept = Behavior::Keep(response("200 OK", "content-type: application/json\r\n", "[7]"));
    let server = runtime.block_on(Server::with_script([kept]));
    (runtime, server)
}

fn client(url: &str) -> Client<Anonymous, Tested> {
    let builder = Client::builder(url).retries(Retries::none()).deadline(DEADLINE);
    builder.transport(Tested::new().unwrap()).build().unwrap()
}

fn call(runtime: &Runtime, client: &Client<Anonymous, Tested>) -> Result<Vec<u32>, Error> {
    runtime.block_on(async { client.call(&Create).await })
}

#[test]
fn a_connection_of_an_undriven_runtime_is_not_used_by_another() {
    let (_running, server) = serve();
    let client = client(&server.url());
    let (one, two) = (undriven(), undriven());
    for round in 1..=3 {
        for runtime in [&one, &two] {
            assert_eq!(call(runtime, &client).unwrap(), [7]);
        }
        assert_eq!(server.received().len(), 2 * round);
    }
    assert_eq!(server.connections(), 2, "each runtime has kept its own connection");
}

#[test]
fn a_client_outlives_its_runtimes() {
    let (_running, server) = serve();
    let client = client(&server.url());
    for _ in 0..3 {
        // The next runtime may have the same id.
        let runtime = undriven();
        for _ in 0..2 {
            assert_eq!(call(&runtime, &client).unwrap(), [7]);
        }
    }
    assert_eq!((server.received().len(), server.connections()), (6, 3));
}

#[test]
fn clients_of_further_runtimes_are_configured_as_the_first_one() {
    let (_running, server) = serve();
    let transport = named("acme/1").build().unwrap();
    let client = Client::builder(&server.url()).transport(transport).build().unwrap();
    for runtime in [undriven(), undriven()] {
        call(&runtime, &client).unwrap();
    }
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert!(received.iter().all(|request| request.contains("\r\nuser-agent: acme/1\r\n")), "{received:?}");
}
