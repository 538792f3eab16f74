//! A server that sends the bytes of the test.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The behavior of the server on one connection.
#[derive(Debug, Clone)]
pub(crate) enum Behavior {
    /// Sends this for any request, and closes.
    Respond(String),
    /// Sends this for each request on the connection, and keeps it open.
    Keep(String),
    /// Sends this, and resets the connection.
    Reset(String),
    /// Sends this, waits for another request on the same connection, and resets it.
    ResetNext(String),
    /// Sends this, and then nothing more.
    Stall(String),
    /// Sends this, and then endless bytes.
    Flood(String),
}

/// A listener on this machine, and the requests that it has received.
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    received: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Uses one behavior for each connection, and the last one for all later connections.
    pub(crate) async fn with_script(script: impl IntoIterator<Item = Behavior>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let received = Arc::<Mutex<Vec<String>>>::default();
        let connections = Arc::<AtomicUsize>::default();
        let (kept, accepted) = (Arc::clone(&received), Arc::clone(&connections));
        let mut script = script.into_iter();
        let mut behavior = script.next().unwrap();
        let rest: Vec<_> = script.collect();
        tokio::spawn(async move {
            let mut rest = rest.into_iter();
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, behavior.clone(), Arc::clone(&kept)));
                behavior = rest.next().unwrap_or(behavior);
            }
        });
        Self { addr, received, connections }
    }

    /// Sends the same response on all connections.
    pub(crate) async fn responding(response: impl Into<String>) -> Self {
        Self::with_script([Behavior::Respond(response.into())]).await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The number of accepted connections.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// All requests, in the order of their completion.
    pub(crate) fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, behavior: Behavior, kept: Arc<Mutex<Vec<String>>>) {
    let request = read(&mut stream).await;
    kept.lock().unwrap().push(request);
    let (Behavior::Respond(bytes)
    | Behavior::Keep(bytes)
    | Behavior::Reset(bytes)
    | Behavior::ResetNext(bytes)
    | Behavior::Stall(bytes)
    | Behavior::Flood(bytes)) = &behavior;
    // This fails when the client has closed the connection.
    let _ = stream.write_all(bytes.as_bytes()).await;
    match behavior {
        Behavior::Respond(_) => {}
        Behavior::Keep(bytes) => loop {
            let another = read(&mut stream).await;
            if another.is_empty() {
                break;
            }
            kept.lock().unwrap().push(another);
            let _ = stream.write_all(bytes.as_bytes()).await;
        },
        Behavior::Reset(_) => stream.set_zero_linger().unwrap(),
        Behavior::ResetNext(_) => {
            let another = read(&mut stream).await;
            kept.lock().unwrap().push(another);
            stream.set_zero_linger().unwrap();
        }
        Behavior::Stall(_) => drop(stream.read(&mut [0]).await),
        Behavior::Flood(_) => while stream.write_all(&[b' '; 4096]).await.is_ok() {},
    }
}

/// Reads one request: its head, and a body of the announced length. Other bytes than HTTP are returned after the first
/// read.
pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut request = Vec::new();
    loop {
        let length = stream.read_buf(&mut request).await.unwrap_or(0);
        let text = String::from_utf8_lossy(&request);
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let announced = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            body.len() >= announced.unwrap_or(0)
        });
        if whole || length == 0 || !request[0].is_ascii_alphabetic() {
            return text.into_owned();
        }
    }
}

/// A complete response.
pub(crate) fn response(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

pub(crate) fn json(body: &str) -> String {
    response("200 OK", "content-type: application/json\r\nconnection: close\r\n", body)
}

pub(crate) fn redirect(to: &str, status: &str) -> String {
    response(status, &format!("location: {to}\r\nconnection: close\r\n"), "")
}
