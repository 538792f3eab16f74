//! The embedded Qelos on the network, for clients in other processes and for the real transport.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use qelos_spec::{BaseUrl, Body};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::testing::FakeQelos;

/// A listener of [`FakeQelos`]. It stops accepting connections when it is dropped.
#[derive(Debug)]
pub struct FakeServer {
    addr: SocketAddr,
    base_url: BaseUrl,
    accepting: JoinHandle<()>,
}

impl FakeQelos {
    /// Listens for HTTP/1.1 requests. Port 0 takes any free port. Keep a clone to inspect the fake while it serves.
    ///
    /// The passwords of a fake are no secrets: with an address that other machines can reach, it logs a warning.
    ///
    /// As at the server, a body that is too large is refused with a 413 before it is read: JSON of more than 100 KiB, or
    /// anything of more than 50 MiB. Endpoints of the test take bodies of any size, and have them in memory.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// use qelos_client::SystemClock;
    /// use qelos_client::testing::FakeQelos;
    ///
    /// let server = FakeQelos::new(SystemClock).serve("127.0.0.1:0".parse().unwrap()).await?;
    /// assert!(server.base_url().as_str().starts_with("http://127.0.0.1:"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn serve(self, addr: SocketAddr) -> io::Result<FakeServer> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        if !addr.ip().is_loopback() {
            tracing::warn!(%addr, "other machines can reach the embedded Qelos, and its passwords are no secrets");
        }
        let base_url = format!("http://{}", reachable(addr)).parse().map_err(io::Error::other)?;
        Ok(FakeServer { addr, base_url, accepting: tokio::spawn(accept(listener, self)) })
    }
}

impl FakeServer {
    /// The address it listens on, with the port that was found.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The base URL for a client on this machine: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn base_url(&self) -> BaseUrl {
        self.base_url.clone()
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The address to call: an unspecified one (`0.0.0.0`) is good for listening only, so it becomes the loopback address.
fn reachable(addr: SocketAddr) -> SocketAddr {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}

async fn accept(listener: TcpListener, qelos: FakeQelos) {
    loop {
        match listener.accept().await {
            // A task of its own for each, so that a panic in a handler is printed and ends one connection only.
            Ok((stream, _)) => drop(tokio::spawn(converse(stream, qelos.clone()))),
            // The connection broke before it was accepted. The error may also be a lasting one, so let other tasks run
            // before the next attempt.
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

async fn converse(stream: TcpStream, qelos: FakeQelos) {
    let service = service_fn(|request: Request<Incoming>| respond(request, &qelos));
    // An error means that the client broke the connection: there is nothing left to do.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Reads the body to its end first, since the fake takes whole requests.
async fn respond(request: Request<Incoming>, qelos: &FakeQelos) -> Result<Response<Body>, hyper::Error> {
    let (parts, body) = request.into_parts();
    let head = Request::from_parts(parts, Bytes::new());
    match read(body, qelos.largest_body(&head)).await? {
        Some(body) => Ok(qelos.respond(head.map(|_| body)).await),
        None => Ok(qelos.refuse_body(&head)),
    }
}

/// The whole body; `None` when it is larger than the limit. One that announces its length is not read then.
async fn read(body: Incoming, limit: Option<usize>) -> Result<Option<Bytes>, hyper::Error> {
    let Some(limit) = limit else { return Ok(Some(body.collect().await?.to_bytes())) };
    if usize::try_from(body.size_hint().lower()).is_ok_and(|length| length <= limit) {
        match Limited::new(body, limit).collect().await {
            Ok(whole) => return Ok(Some(whole.to_bytes())),
            Err(error) => error.downcast::<hyper::Error>().map_or(Ok(()), |broken| Err(*broken))?,
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

    use super::*;
    use crate::auth::Public;
    use crate::clock::SystemClock;
    use crate::testing::warnings::Warnings;
    use crate::{DecodeRequest, Endpoint};

    async fn serve() -> (FakeQelos, FakeServer) {
        let qelos = FakeQelos::new(SystemClock);
        let server = qelos.clone().serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
        (qelos, server)
    }

    #[tokio::test]
    async fn a_request_over_the_network_gets_its_response_and_the_connection_is_closed() {
        let (qelos, server) = serve().await;
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        stream.write_all(b"GET /api/me HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{response}");
        assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
        assert!(response.ends_with(r#"{"message":"you are not authorized. must be logged in."}"#), "{response}");
        assert_eq!(qelos.count("GET", "/api/me"), 1);
        assert_eq!(server.base_url().as_str(), format!("http://127.0.0.1:{}", server.addr().port()));
    }

    #[tokio::test]
    async fn a_chunked_response_has_no_length() {
        let (_, server) = serve().await;
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        let request = b"POST /api/cookie/refresh HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 404 Not Found\r\n"), "{response}");
        assert!(
            response.contains("\r\ntransfer-encoding: chunked\r\n") && !response.contains("content-length"),
            "{response}"
        );
        let (_, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(body.starts_with("43\r\n{\"message\":\"stub") && body.ends_with("}\r\n0\r\n\r\n"), "{body:?}");
    }

    /// Sends the head and the beginning of a request, and returns the status of the response.
    async fn status(server: &FakeServer, head: &str, body: &[u8]) -> String {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        stream.write_all(format!("{head}\r\nhost: 127.0.0.1\r\n\r\n").as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).await.unwrap();
        line.trim_end().to_owned()
    }

    #[tokio::test]
    async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
        const TOO_LARGE: &str = "HTTP/1.1 413 Payload Too Large";
        let (qelos, server) = serve().await;
        let json = "HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length:";
        // None of the announced bodies is sent.
        assert_eq!(status(&server, &format!("POST /api/signin {json} 102401"), b"").await, TOO_LARGE);
        assert_eq!(status(&server, &format!("POST /api/AI/threads {json} 52428801"), b"").await, TOO_LARGE);
        assert_eq!(status(&server, "POST /api/me HTTP/1.1\r\ncontent-length: 52428801", b"").await, TOO_LARGE);
        let chunked = "POST /api/signin HTTP/1.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked";
        // Its end is never sent.
        let chunk = [b"19001\r\n", vec![b' '; 0x19001].as_slice(), b"\r\n"].concat();
        assert_eq!(status(&server, chunked, &chunk).await, TOO_LARGE);
        assert_eq!(qelos.count("POST", "/api/signin"), 2);
    }

    #[tokio::test]
    async fn a_body_of_the_largest_size_is_read_and_endpoints_of_the_test_take_any() {
        let (qelos, server) = serve().await;
        let json = "HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length:";
        let padded = |length: usize| [b"{}", vec![b' '; length - 2].as_slice()].concat();
        let read = status(&server, &format!("POST /api/signin {json} 102400"), &padded(102_400)).await;
        assert_eq!(read, "HTTP/1.1 401 Unauthorized");
        let large = format!("POST /api/ai/x/y/z {json} 200000");
        assert_eq!(status(&server, &large, &padded(200_000)).await, "HTTP/1.1 404 Not Found");
        qelos.mount::<CountBytes>(|counted, _| Ok(counted.text.len()));
        let mounted = format!("POST /api/count {json} 200000");
        let body = format!("{{\"text\":\"{}\"}}", "x".repeat(200_000 - 11));
        assert_eq!(status(&server, &mounted, body.as_bytes()).await, "HTTP/1.1 200 OK");
    }

    #[derive(Debug, Endpoint, DecodeRequest)]
    #[endpoint(POST, "/api/count", response = usize, auth = Public)]
    struct CountBytes {
        text: String,
    }

    #[tokio::test]
    async fn an_address_that_other_machines_can_reach_is_warned_about() {
        let warnings = Warnings::default();
        let _guard = tracing::subscriber::set_default(warnings.clone());
        for (addr, count) in [("127.0.0.1:0", 0), ("[::1]:0", 0), ("0.0.0.0:0", 1)] {
            // A machine may have no IPv6.
            let _ = FakeQelos::new(SystemClock).serve(addr.parse().unwrap()).await;
            assert_eq!(warnings.count(), count, "{addr}");
        }
    }

    #[tokio::test]
    async fn a_dropped_server_accepts_no_connection() {
        let (_, server) = serve().await;
        let addr = server.addr();
        drop(server);
        // The accepting task ends when it is polled next.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(TcpStream::connect(addr).await.is_err());
    }
}
