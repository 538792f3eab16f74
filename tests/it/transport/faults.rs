//! Calls when the network or the server fails. Requests are counted at the server.

use std::time::Duration;

use qelos_client::auth::Public;
use qelos_client::{Anonymous, Client, Endpoint, Error, Retries};
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::Tested;
use crate::transport::server::{Behavior, Server, json, response};

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/numbers", response = Vec<u32>, auth = Public)]
struct Read;

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/numbers", response = Vec<u32>, auth = Public)]
struct Create;

const DEADLINE: Duration = Duration::from_secs(20);

/// A client with very short waits: the waits themselves are tested with paused time.
fn client_of(url: &str, transport: Tested) -> Client<Anonymous, Tested> {
    let retries = Retries::at_most(2).waiting(Duration::from_millis(1), Duration::from_millis(1));
    Client::builder(url).retries(retries).deadline(DEADLINE).transport(transport).build().unwrap()
}

fn client(url: &str) -> Client<Anonymous, Tested> {
    client_of(url, Tested::new().unwrap())
}

/// A client with a short timeout.
fn hasty(url: &str) -> Client<Anonymous, Tested> {
    client_of(url, Tested::builder().timeout(Duration::from_millis(300)).build().unwrap())
}

/// Calls a server with this behavior. Both calls have to fail in the same way: `Read` after `reads` requests, `Create`
/// after `creates`.
async fn fails(
    behavior: Behavior,
    client: fn(&str) -> Client<Anonymous, Tested>,
    reads: usize,
    creates: usize,
) -> Error {
    let started = Instant::now();
    let server = Server::with_script([behavior.clone()]).await;
    let of_read = client(&server.url()).call(&Read).await.unwrap_err();
    assert_eq!(server.received().len(), reads, "{behavior:?}: {of_read}");
    assert_eq!(of_read.attempts(), reads, "{behavior:?}: {of_read}");

    let server = Server::with_script([behavior.clone()]).await;
    let of_create = client(&server.url()).call(&Create).await.unwrap_err();
    assert_eq!(server.received().len(), creates, "{behavior:?}: {of_create}");
    assert_eq!((of_create.status(), of_create.is_timeout()), (of_read.status(), of_read.is_timeout()));
    assert!(started.elapsed() < DEADLINE);
    of_read
}

/// Checks that a read succeeds after two connections with this behavior.
async fn read_recovers(behavior: Behavior) {
    let server = Server::with_script([behavior.clone(), behavior.clone(), Behavior::Respond(json("[7]"))]).await;
    assert_eq!(client(&server.url()).call(&Read).await.unwrap(), [7], "{behavior:?}");
    assert_eq!(server.received().len(), 3, "{behavior:?}");
}

fn half() -> String {
    json("[1,2,3,4,5,6,7,8]").strip_suffix("5,6,7,8]").unwrap().to_owned()
}

#[tokio::test]
async fn a_reset_before_the_response_is_retried_for_a_read() {
    for behavior in
        [Behavior::Reset(String::new()), Behavior::Respond(String::new()), Behavior::Reset("HTTP/1.1 200 O".to_owned())]
    {
        let error = fails(behavior.clone(), client, 3, 1).await;
        assert!(error.is_transport() && error.is_transient() && !error.is_connect(), "{behavior:?}: {error}");
        assert!(
            error.to_string().starts_with("GET /api/numbers: the connection broke before a response came"),
            "{error}"
        );
        read_recovers(behavior).await;
    }
}

#[tokio::test]
async fn an_incomplete_response_is_retried_for_a_read() {
    for behavior in [Behavior::Reset(half()), Behavior::Respond(half())] {
        let error = fails(behavior.clone(), client, 3, 1).await;
        assert_eq!(error.status().unwrap(), 200, "the error keeps the status: {error}");
        assert!(error.is_transport() && error.is_transient(), "{behavior:?}: {error}");
        assert!(error.to_string().contains("the connection broke in the middle of the response (200 OK)"), "{error}");
        read_recovers(behavior).await;
    }
}

#[tokio::test]
async fn a_reset_after_the_response_is_ignored() {
    let server = Server::with_script([Behavior::Reset(json("[7]"))]).await;
    for _ in 0..10 {
        assert_eq!(client(&server.url()).call(&Create).await.unwrap(), [7]);
    }
    assert_eq!(server.received().len(), 10);
}

/// Only the client may decide that a request was lost, and retry it.
#[tokio::test]
async fn a_reset_of_a_kept_connection_is_retried_for_a_read() {
    let kept_alive = response("200 OK", "content-type: application/json\r\n", "[7]");
    let server = Server::with_script([Behavior::ResetNext(kept_alive), Behavior::Respond(json("[8]"))]).await;
    let client = client(&server.url());
    assert_eq!(client.call(&Create).await.unwrap(), [7]);
    let error = client.call(&Create).await.unwrap_err();
    assert!(error.is_transport() && !error.is_connect(), "{error}");
    assert_eq!(server.received().len(), 2, "the second request was sent once");
    assert_eq!(client.call(&Create).await.unwrap(), [8]);

    let kept_alive = response("200 OK", "content-type: application/json\r\n", "[7]");
    let server = Server::with_script([Behavior::ResetNext(kept_alive), Behavior::Respond(json("[8]"))]).await;
    let client = self::client(&server.url());
    assert_eq!(client.call(&Read).await.unwrap(), [7]);
    assert_eq!(client.call(&Read).await.unwrap(), [8], "the read is retried");
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn bytes_that_are_not_http_are_a_transport_error() {
    let error = fails(Behavior::Respond("220 mail.acme.example ESMTP\r\n".to_owned()), client, 3, 1).await;
    assert!(error.is_transport() && error.status().is_none(), "{error}");
}

#[tokio::test]
async fn a_server_that_stops_sending_is_a_timeout() {
    let error = fails(Behavior::Stall(String::new()), hasty, 3, 1).await;
    assert!(error.is_timeout() && error.status().is_none(), "{error}");
    assert_eq!(error.to_string(), "GET /api/numbers: no response came in time, in 3 attempts");
    let error = fails(Behavior::Stall(half()), hasty, 3, 1).await;
    assert!(error.is_timeout() && error.status().unwrap() == 200, "{error}");
    assert_eq!(error.to_string(), "GET /api/numbers: the response did not end in time (200 OK), in 3 attempts");
    let impatient =
        |url: &str| client_of(url, Tested::builder().read_timeout(Duration::from_millis(300)).build().unwrap());
    assert!(fails(Behavior::Stall(half()), impatient, 3, 1).await.is_timeout());
}

#[tokio::test]
async fn the_timeout_of_an_endpoint_overrides_that_of_the_transport() {
    #[derive(Debug, Endpoint)]
    #[endpoint(GET, "/api/numbers", response = Vec<u32>, auth = Public, timeout = "5s")]
    struct Patient;

    let server = Server::with_script([Behavior::Stall(half())]).await;
    let allowed = Tested::builder().timeout(Duration::from_millis(1)).build().unwrap();
    let client = client_of(&server.url(), allowed);
    let started = Instant::now();
    let call = client.call(&Patient).timeout(Duration::from_millis(700)).retries(Retries::none());
    let error = call.await.unwrap_err();
    assert!(error.is_timeout() && error.status().unwrap() == 200, "the error keeps the status: {error}");
    assert!((Duration::from_millis(700)..DEADLINE).contains(&started.elapsed()), "{:?}", started.elapsed());
    let error = client.call(&Patient).deadline(Duration::from_millis(700)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /api/numbers: not done within its deadline of 700ms: the response did not end in time (200 OK)"
    );
    assert!(error.is_timeout() && error.status().unwrap() == 200);

    let busy = response("503 Service Unavailable", "connection: close\r\n", "");
    let server = Server::with_script([Behavior::Respond(busy), Behavior::Stall(String::new())]).await;
    let error = client_of(&server.url(), Tested::new().unwrap()).call(&Read);
    let error = error.deadline(Duration::from_millis(700)).await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.status()),
        (2, None),
        "the status of an earlier attempt is not reported: {error}"
    );
}

#[tokio::test]
async fn a_response_that_is_too_large_is_not_read() {
    fn small(url: &str) -> Client<Anonymous, Tested> {
        client_of(url, Tested::builder().largest_body(100).build().unwrap())
    }
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n";
    let endless = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    for behavior in [Behavior::Stall(announced.to_owned()), Behavior::Flood(endless.to_owned())] {
        let error = fails(behavior, small, 1, 1).await;
        assert!(error.is_too_large() && error.is_transport() && !error.is_transient(), "{error}");
        assert_eq!(error.status().unwrap(), 200);
    }
    let fits = Server::responding(json(&format!("[7{}]", " ".repeat(97)))).await;
    assert_eq!(small(&fits.url()).call(&Read).await.unwrap(), [7]);
}

#[tokio::test]
async fn a_body_that_is_not_the_declared_json_is_a_decode_error() {
    let bodies = ["[1,2", "[1,2]]", "{1}", "", "\"text\"", "\u{0}"];
    for body in bodies {
        let error = fails(Behavior::Respond(json(body)), client, 1, 1).await;
        assert!(error.is_decode() && error.status().unwrap() == 200, "{body}: {error}");
    }
    let unnamed = response("200 OK", "content-type: text/plain\r\nconnection: close\r\n", "[7]");
    let server = Server::responding(unnamed).await;
    assert_eq!(client(&server.url()).call(&Read).await.unwrap(), [7], "the body counts, not its content type");
}

#[tokio::test]
async fn a_page_instead_of_a_response_is_named_in_the_error() {
    let page = |status| response(status, "content-type: text/html\r\nconnection: close\r\n", "<h1>Please sign in</h1>");
    let error = fails(Behavior::Respond(page("200 OK")), client, 1, 1).await;
    assert_eq!(
        error.to_string(),
        "GET /api/numbers: the response to `Read` (200 OK) is not the declared one: it is an HTML page — is there a login page \
         or a proxy in between, and is the base URL right?"
    );
    assert!(error.is_decode() && error.status().unwrap() == 200);
    let error = fails(Behavior::Respond(page("502 Bad Gateway")), client, 3, 1).await;
    assert!(error.is_transient() && error.status().unwrap() == 502, "{error}");
}

#[tokio::test]
async fn an_overloaded_server_is_called_again_as_it_asks() {
    for (status, retry_after) in [("429 Too Many Requests", "0"), ("503 Service Unavailable", "0")] {
        let headers = format!("retry-after: {retry_after}\r\nconnection: close\r\n");
        let behavior = Behavior::Respond(response(status, &headers, ""));
        let error = fails(behavior.clone(), client, 3, 1).await;
        assert_eq!((error.retry_after(), error.is_transient()), (Some(Duration::ZERO), true), "{error}");
        read_recovers(behavior).await;
    }
    let later = "retry-after: Wed, 21 Oct 2099 07:28:00 GMT\r\nconnection: close\r\n";
    let error = fails(Behavior::Respond(response("503 Service Unavailable", later, "")), client, 1, 1).await;
    assert!(error.retry_after().unwrap() > Duration::from_hours(24), "too long to wait for: {error}");
}

#[tokio::test]
async fn a_closed_connection_is_replaced_for_each_call() {
    let server = Server::responding(json("[7]")).await;
    let client = client(&server.url());
    for _ in 0..20 {
        assert_eq!(client.call(&Create).await.unwrap(), [7]);
    }
    assert_eq!(server.received().len(), 20);
}

#[tokio::test]
async fn a_refused_connection_is_retried_for_every_method() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for error in [client(&url).call(&Read).await.unwrap_err(), client(&url).call(&Create).await.unwrap_err()] {
        assert!(error.is_connect() && error.is_transport() && error.is_transient() && error.status().is_none());
        assert!(!(error.is_timeout() || error.is_dns() || error.is_tls()), "{error}");
        assert!(
            error.to_string().ends_with(
                ": no connection could be made, in 3 attempts — is the server running, and is the base URL right?"
            ),
            "{error}"
        );
        assert!(std::error::Error::source(&error).is_some(), "the cause is kept");
    }
}

#[tokio::test]
async fn a_name_without_an_address_is_a_dns_error() {
    let error = client("https://no-such-host.invalid").call(&Create).await.unwrap_err();
    assert!(error.is_dns() && error.is_connect() && !error.is_tls(), "{error}");
    assert!(error.to_string().contains("the name of the server has no address"), "{error}");
}

/// A listener that does not accept, with a full queue: Linux does not respond to new connections.
#[cfg(target_os = "linux")]
async fn overrun() -> (TcpListener, std::net::SocketAddr, Vec<tokio::net::TcpStream>) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let addr = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = tokio::time::timeout(Duration::from_millis(200), tokio::net::TcpStream::connect(addr)).await
    {
        waiting.push(stream.unwrap());
    }
    (listener, addr, waiting)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_that_accepts_no_connection_is_a_connect_timeout() {
    let (_listener, addr, _waiting) = overrun().await;
    let transport = Tested::builder().connect_timeout(Duration::from_millis(100)).build().unwrap();
    let error = client_of(&format!("http://{addr}"), transport).call(&Create).await.unwrap_err();
    assert!(error.is_connect() && error.is_timeout(), "{error}");
    assert_eq!(error.attempts(), 3, "nothing was sent, so every request is retried");
    assert!(error.to_string().contains("no connection could be made in time, in 3 attempts — is the server reachable"));
}
