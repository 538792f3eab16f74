//! The reqwest transport over real sockets: where it goes, and where it does not.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::{GetMe, OAuthSignIn};
use qelos_client::auth::Public;
use qelos_client::{ApiTokenAuth, Client, Credential, Endpoint, TransportError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that gives one answer to everybody, and keeps what it was sent.
struct Server {
    addr: SocketAddr,
    received: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn answering(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let received = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&received);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 16 * 1024];
                let length = stream.read(&mut request).await.unwrap();
                kept.lock().unwrap().push(String::from_utf8_lossy(&request[..length]).into_owned());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { addr, received }
    }

    fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

fn redirect(to: &str, status: &str) -> String {
    format!("HTTP/1.1 {status}\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

fn client(server: &Server) -> Client<ApiTokenAuth> {
    Client::builder(&format!("http://{}", server.addr)).api_token("ql_planted").build().unwrap()
}

#[tokio::test]
async fn a_redirect_takes_no_credential_anywhere() {
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let other = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_owned()).await;
        let there = format!("http://{}/api/me?leak=1", other.addr);
        let server = Server::answering(redirect(&there, status)).await;
        let error = client(&server).call(&GetMe).await.unwrap_err();

        assert_eq!(other.received(), [""; 0], "nobody called the other server");
        assert_eq!(server.received().len(), 1);
        assert!(server.received()[0].contains("x-api-key: ql_planted"));
        let hint = error.hint().unwrap();
        assert!(hint.contains(&format!("the server redirects to http://{};", other.addr)), "{hint}");
        assert!(!error.to_string().contains("leak"), "of the target only the origin is shown");
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
    }
}

#[tokio::test]
async fn a_public_endpoint_carries_no_credential_of_the_client() {
    let server =
        Server::answering("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned())
            .await;
    let client = client(&server);
    assert_eq!(client.credential().kind().as_str(), "api_token");
    client.oauth_signin(&OAuthSignIn::new("ada", "hunter2".into())).await.unwrap_err();
    let request = server.received().remove(0);
    assert!(request.starts_with("POST /api/signin HTTP/1.1\r\n"), "{request}");
    for header in ["x-api-key", "authorization", "cookie"] {
        assert!(!request.contains(header), "{request}");
    }
}

#[tokio::test]
async fn nobody_there_is_a_connect_error_with_a_hint() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let error =
        Client::builder(&format!("http://{addr}")).api_token("ql_1").build().unwrap().call(&GetMe).await.unwrap_err();
    assert!(error.is_connect() && error.is_transport() && error.status().is_none());
    assert_eq!(
        error.to_string(),
        "GET /api/me: no connection could be made — is the server running, and is the base URL right?"
    );
    assert!(std::error::Error::source(&error).is_some(), "the cause is kept");
}

/// An endpoint that is given less time than others.
#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/slow", auth = Public, timeout = "1500ms")]
struct Slow;

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/patient", auth = Public)]
struct Patient;

async fn after_two_seconds(_: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(Response::new(Bytes::new()))
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_gets_the_time_it_declares() {
    let client = Client::builder("https://acme.example").transport(after_two_seconds).build().unwrap();
    let started = tokio::time::Instant::now();
    let error = client.call(&Slow).await.unwrap_err();
    assert!(error.is_timeout() && error.status().is_none());
    assert_eq!(error.to_string(), "GET /api/slow: it took too long");
    assert_eq!(started.elapsed(), Duration::from_millis(1500));
    client.call(&Patient).await.unwrap();
}

#[test]
fn a_timeout_outside_of_a_runtime_is_an_error_and_no_panic() {
    let transport = async |_: Request<Bytes>| Ok::<_, TransportError>(Response::new(Bytes::new()));
    let client = Client::builder("https://acme.example").transport(transport).build().unwrap();
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(outcome) = pin!(client.call(&Slow)).poll(&mut cx) else { panic!("it waits") };
    assert!(outcome.unwrap_err().to_string().contains("within a tokio runtime"));
}
