//! What becomes of a call when the network or the server fails: counted at the server.

use std::time::Duration;

use qelos_client::auth::Public;
use qelos_client::transport::ReqwestTransport;
use qelos_client::{Client, Endpoint, Error, Retries};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::server::{Does, Server, answer, json};

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/numbers", response = Vec<u32>, auth = Public)]
struct Read;

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/numbers", response = Vec<u32>, auth = Public)]
struct Create;

const DEADLINE: Duration = Duration::from_secs(20);

/// Waits for hardly anything: the waits themselves are tested where time can be paused.
fn client_of(url: &str, transport: ReqwestTransport) -> Client {
    let retries = Retries::at_most(2).waiting(Duration::from_millis(1), Duration::from_millis(1));
    Client::builder(url).retries(retries).deadline(DEADLINE).transport(transport).build().unwrap()
}

fn client(url: &str) -> Client {
    client_of(url, ReqwestTransport::new().unwrap())
}

/// One that does not wait long for an answer.
fn hasty(url: &str) -> Client {
    client_of(url, ReqwestTransport::builder().timeout(Duration::from_millis(300)).build().unwrap())
}

/// Calls a server that always does the same: each call fails the same way, reading after so many requests and creating
/// after so many.
async fn fails(does: Does, client: fn(&str) -> Client, reads: usize, creates: usize) -> Error {
    let started = Instant::now();
    let server = Server::doing([does.clone()]).await;
    let of_read = client(&server.url()).call(&Read).await.unwrap_err();
    assert_eq!(server.received().len(), reads, "{does:?}: {of_read}");
    assert_eq!(of_read.attempts(), reads, "{does:?}: {of_read}");

    let server = Server::doing([does.clone()]).await;
    let of_create = client(&server.url()).call(&Create).await.unwrap_err();
    assert_eq!(server.received().len(), creates, "{does:?}: {of_create}");
    assert_eq!((of_create.status(), of_create.is_timeout()), (of_read.status(), of_read.is_timeout()));
    assert!(started.elapsed() < DEADLINE);
    of_read
}

/// Twice this, and then an answer: reading does not notice.
async fn passes(does: Does) {
    let server = Server::doing([does.clone(), does.clone(), Does::Answer(json("[7]"))]).await;
    assert_eq!(client(&server.url()).call(&Read).await.unwrap(), [7], "{does:?}");
    assert_eq!(server.received().len(), 3, "{does:?}");
}

fn half() -> String {
    json("[1,2,3,4,5,6,7,8]").strip_suffix("5,6,7,8]").unwrap().to_owned()
}

#[tokio::test]
async fn a_reset_before_the_answer() {
    for does in [Does::Reset(String::new()), Does::Answer(String::new()), Does::Reset("HTTP/1.1 200 O".to_owned())] {
        let error = fails(does.clone(), client, 3, 1).await;
        assert!(error.is_transport() && error.is_passing() && !error.is_connect(), "{does:?}: {error}");
        assert!(
            error.to_string().starts_with("GET /api/numbers: the connection broke before an answer came"),
            "{error}"
        );
        passes(does).await;
    }
}

#[tokio::test]
async fn a_reset_in_the_middle_of_the_answer_and_one_that_ends_too_early() {
    for does in [Does::Reset(half()), Does::Answer(half())] {
        let error = fails(does.clone(), client, 3, 1).await;
        assert_eq!(error.status().unwrap(), 200, "the status survives: {error}");
        assert!(error.is_transport() && error.is_passing(), "{does:?}: {error}");
        assert!(error.to_string().contains("the connection broke in the middle of the answer (200 OK)"), "{error}");
        passes(does).await;
    }
}

#[tokio::test]
async fn a_reset_after_the_answer_is_nobodys_business() {
    let server = Server::doing([Does::Reset(json("[7]"))]).await;
    for _ in 0..10 {
        assert_eq!(client(&server.url()).call(&Create).await.unwrap(), [7]);
    }
    assert_eq!(server.received().len(), 10);
}

/// Nothing below the client may decide that a request was lost, and send it again.
#[tokio::test]
async fn a_reset_on_a_connection_that_was_kept() {
    let kept_alive = answer("200 OK", "content-type: application/json\r\n", "[7]");
    let server = Server::doing([Does::ResetNext(kept_alive), Does::Answer(json("[8]"))]).await;
    let client = client(&server.url());
    assert_eq!(client.call(&Create).await.unwrap(), [7]);
    let error = client.call(&Create).await.unwrap_err();
    assert!(error.is_transport() && !error.is_connect(), "{error}");
    assert_eq!(server.received().len(), 2, "the second one was sent once");
    assert_eq!(client.call(&Create).await.unwrap(), [8]);

    let kept_alive = answer("200 OK", "content-type: application/json\r\n", "[7]");
    let server = Server::doing([Does::ResetNext(kept_alive), Does::Answer(json("[8]"))]).await;
    let client = self::client(&server.url());
    assert_eq!(client.call(&Read).await.unwrap(), [7]);
    assert_eq!(client.call(&Read).await.unwrap(), [8], "reading does not notice");
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn what_is_not_http() {
    let error = fails(Does::Answer("220 mail.acme.example ESMTP\r\n".to_owned()), client, 3, 1).await;
    assert!(error.is_transport() && error.status().is_none(), "{error}");
}

#[tokio::test]
async fn a_server_that_says_nothing_and_one_that_stops_in_the_middle() {
    let error = fails(Does::Stall(String::new()), hasty, 3, 1).await;
    assert!(error.is_timeout() && error.status().is_none(), "{error}");
    assert_eq!(error.to_string(), "GET /api/numbers: no answer came in time, in 3 attempts");
    let error = fails(Does::Stall(half()), hasty, 3, 1).await;
    assert!(error.is_timeout() && error.status().unwrap() == 200, "{error}");
    assert_eq!(error.to_string(), "GET /api/numbers: the answer did not end in time (200 OK), in 3 attempts");
    let impatient = |url: &str| {
        client_of(url, ReqwestTransport::builder().read_timeout(Duration::from_millis(300)).build().unwrap())
    };
    assert!(fails(Does::Stall(half()), impatient, 3, 1).await.is_timeout());
}

#[tokio::test]
async fn an_endpoint_may_take_longer_than_the_transport_allows_others() {
    #[derive(Debug, Endpoint)]
    #[endpoint(GET, "/api/numbers", response = Vec<u32>, auth = Public, timeout = "5s")]
    struct Patient;

    let server = Server::doing([Does::Stall(half())]).await;
    let allowed = ReqwestTransport::builder().timeout(Duration::from_millis(1)).build().unwrap();
    let client = client_of(&server.url(), allowed);
    let started = Instant::now();
    let call = client.call(&Patient).timeout(Duration::from_millis(700)).retries(Retries::none());
    let error = call.await.unwrap_err();
    assert!(error.is_timeout() && error.status().unwrap() == 200, "what was known of the answer is: {error}");
    assert!((Duration::from_millis(700)..DEADLINE).contains(&started.elapsed()), "{:?}", started.elapsed());
    let error = client.call(&Patient).deadline(Duration::from_millis(700)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /api/numbers: not done within its deadline of 700ms: the answer did not end in time (200 OK)"
    );
    assert!(error.is_timeout() && error.status().unwrap() == 200);

    let busy = answer("503 Service Unavailable", "connection: close\r\n", "");
    let server = Server::doing([Does::Answer(busy), Does::Stall(String::new())]).await;
    let error = client_of(&server.url(), ReqwestTransport::new().unwrap()).call(&Read);
    let error = error.deadline(Duration::from_millis(700)).await.unwrap_err();
    assert_eq!((error.attempts(), error.status()), (2, None), "that of an earlier attempt is not the answer: {error}");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read() {
    fn small(url: &str) -> Client {
        client_of(url, ReqwestTransport::builder().largest_body(100).build().unwrap())
    }
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n";
    let endless = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    for does in [Does::Stall(announced.to_owned()), Does::Flood(endless.to_owned())] {
        let error = fails(does, small, 1, 1).await;
        assert!(error.is_too_large() && error.is_transport() && !error.is_passing(), "{error}");
        assert_eq!(error.status().unwrap(), 200);
    }
    let fits = Server::answering(json(&format!("[7{}]", " ".repeat(97)))).await;
    assert_eq!(small(&fits.url()).call(&Read).await.unwrap(), [7]);
}

#[tokio::test]
async fn json_that_is_cut_off_malformed_or_something_else() {
    let bodies = ["[1,2", "[1,2]]", "{1}", "", "\"text\"", "\u{0}"];
    for body in bodies {
        let error = fails(Does::Answer(json(body)), client, 1, 1).await;
        assert!(error.is_decode() && error.status().unwrap() == 200, "{body}: {error}");
    }
    let unnamed = answer("200 OK", "content-type: text/plain\r\nconnection: close\r\n", "[7]");
    let server = Server::answering(unnamed).await;
    assert_eq!(client(&server.url()).call(&Read).await.unwrap(), [7], "what it is counts, not what it is called");
}

#[tokio::test]
async fn a_page_in_the_place_of_an_answer() {
    let page = |status| answer(status, "content-type: text/html\r\nconnection: close\r\n", "<h1>Please sign in</h1>");
    let error = fails(Does::Answer(page("200 OK")), client, 1, 1).await;
    assert_eq!(
        error.to_string(),
        "GET /api/numbers: the answer to `Read` (200 OK) is not the declared one: it is an HTML page — is there a login page \
         or a proxy in between, and is the base URL right?"
    );
    assert!(error.is_decode() && error.status().unwrap() == 200);
    let error = fails(Does::Answer(page("502 Bad Gateway")), client, 3, 1).await;
    assert!(error.is_passing() && error.status().unwrap() == 502, "{error}");
}

#[tokio::test]
async fn a_server_that_is_overloaded() {
    for (status, retry_after) in [("429 Too Many Requests", "0"), ("503 Service Unavailable", "0")] {
        let headers = format!("retry-after: {retry_after}\r\nconnection: close\r\n");
        let does = Does::Answer(answer(status, &headers, ""));
        let error = fails(does.clone(), client, 3, 1).await;
        assert_eq!((error.retry_after(), error.is_passing()), (Some(Duration::ZERO), true), "{error}");
        passes(does).await;
    }
    let later = "retry-after: Wed, 21 Oct 2099 07:28:00 GMT\r\nconnection: close\r\n";
    let error = fails(Does::Answer(answer("503 Service Unavailable", later, "")), client, 1, 1).await;
    assert!(error.retry_after().unwrap() > Duration::from_hours(24), "too long to wait for: {error}");
}

#[tokio::test]
async fn connection_close_on_every_answer() {
    let server = Server::answering(json("[7]")).await;
    let client = client(&server.url());
    for _ in 0..20 {
        assert_eq!(client.call(&Create).await.unwrap(), [7]);
    }
    assert_eq!(server.received().len(), 20);
}

#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for error in [client(&url).call(&Read).await.unwrap_err(), client(&url).call(&Create).await.unwrap_err()] {
        assert!(error.is_connect() && error.is_transport() && error.is_passing() && error.status().is_none());
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
async fn a_name_without_an_address() {
    let error = client("https://no-such-host.invalid").call(&Create).await.unwrap_err();
    assert!(error.is_dns() && error.is_connect() && !error.is_tls(), "{error}");
    assert!(error.to_string().contains("the name of the server has no address"), "{error}");
}

/// A listener whose queue is full: nobody accepts, and Linux leaves whoever comes now without an answer.
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
async fn a_server_that_lets_nobody_in() {
    let (_listener, addr, _waiting) = overrun().await;
    let transport = ReqwestTransport::builder().connect_timeout(Duration::from_millis(100)).build().unwrap();
    let error = client_of(&format!("http://{addr}"), transport).call(&Create).await.unwrap_err();
    assert!(error.is_connect() && error.is_timeout(), "{error}");
    assert_eq!(error.attempts(), 3, "nothing was sent, so it is safe to try again");
    assert!(error.to_string().contains("no connection could be made in time, in 3 attempts — is the server reachable"));
}
