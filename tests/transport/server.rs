//! A server that does what the test says, byte by byte.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of one connection.
#[derive(Debug, Clone)]
pub(crate) enum Does {
    /// Sends this, whatever was asked, and closes.
    Answer(String),
    /// Sends this for each request on the connection, and keeps it open.
    Keep(String),
    /// Sends this, and resets the connection.
    Reset(String),
    /// Sends this, waits for another request on the same connection, and resets it.
    ResetNext(String),
    /// Sends this, and then nothing more.
    Stall(String),
    /// Sends this, and then bytes without end.
    Flood(String),
}

/// A listener on this machine, and what it was sent.
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    received: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Does this with one connection after the other, and with all later ones what it did with the last.
    pub(crate) async fn doing(script: impl IntoIterator<Item = Does>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let received = Arc::<Mutex<Vec<String>>>::default();
        let connections = Arc::<AtomicUsize>::default();
        let (kept, accepted) = (Arc::clone(&received), Arc::clone(&connections));
        let mut script = script.into_iter();
        let mut does = script.next().unwrap();
        let rest: Vec<_> = script.collect();
        tokio::spawn(async move {
            let mut rest = rest.into_iter();
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, does.clone(), Arc::clone(&kept)));
                does = rest.next().unwrap_or(does);
            }
        });
        Self { addr, received, connections }
    }

    /// Gives one answer to everybody.
    pub(crate) async fn answering(answer: impl Into<String>) -> Self {
        Self::doing([Does::Answer(answer.into())]).await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// How many connections it has accepted.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Every request, in the order in which they were complete.
    pub(crate) fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, does: Does, kept: Arc<Mutex<Vec<String>>>) {
    let request = read(&mut stream).await;
    kept.lock().unwrap().push(request);
    let (Does::Answer(bytes)
    | Does::Keep(bytes)
    | Does::Reset(bytes)
    | Does::ResetNext(bytes)
    | Does::Stall(bytes)
    | Does::Flood(bytes)) = &does;
    // A client that has heard enough hangs up.
    let _ = stream.write_all(bytes.as_bytes()).await;
    match does {
        Does::Answer(_) => {}
        Does::Keep(bytes) => loop {
            let another = read(&mut stream).await;
            if another.is_empty() {
                break;
            }
            kept.lock().unwrap().push(another);
            let _ = stream.write_all(bytes.as_bytes()).await;
        },
        Does::Reset(_) => stream.set_zero_linger().unwrap(),
        Does::ResetNext(_) => {
            let another = read(&mut stream).await;
            kept.lock().unwrap().push(another);
            stream.set_zero_linger().unwrap();
        }
        Does::Stall(_) => drop(stream.read(&mut [0]).await),
        Does::Flood(_) => while stream.write_all(&[b' '; 4096]).await.is_ok() {},
    }
}

/// One request: its head, and as much body as that announces. What is not HTTP is over with its first bytes.
async fn read(stream: &mut TcpStream) -> String {
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

/// A whole answer.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

pub(crate) fn json(body: &str) -> String {
    answer("200 OK", "content-type: application/json\r\nconnection: close\r\n", body)
}

pub(crate) fn redirect(to: &str, status: &str) -> String {
    answer(status, &format!("location: {to}\r\nconnection: close\r\n"), "")
}
