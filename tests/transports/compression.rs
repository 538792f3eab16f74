//! Compressed responses. The transport on reqwest asks for them and unpacks them, and its limits hold for what is unpacked.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use qelos_client::auth::Public;
use qelos_client::transport::{HyperTransport, ReqwestTransport, ServiceTransport};
use qelos_client::{Anonymous, Client, Download, Endpoint, Error, Lines, Retries, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower_http::decompression::DecompressionLayer;

/// A JSON string of 998 zeros in 1,000 bytes, by the name of its compression.
const PACKED: [(&str, &[u8]); 4] = [
    ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x53\x32\x18\x05\xa3\x60\x14\x0c\x73\xa0\x04\x00\xe3\x82\xca\x7a\xe8\x03\x00\x00"),
    ("deflate", b"\x78\xda\x53\x32\x18\x05\xa3\x60\x14\x0c\x73\xa0\x04\x00\x76\x5c\xbb\x65"),
    ("zstd", b"\x28\xb5\x2f\xfd\x64\xe8\x02\x55\x00\x00\x18\x22\x30\x22\x01\x00\xe2\x2b\x80\x05\x02\x37\xaf\x56"),
    ("br", b"\x1b\xe7\x03\xf8\xa5\x44\x60\x4a\x91\xca\x02\x81\x9f\x05"),
];
const GZIP: &[u8] = PACKED[0].1;
const GZIP_HEAD: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03";
/// The lines `7` and `8`, each complete for who unpacks what has arrived.
const SEVEN: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x32\xe7\x02\x00\x00\x00\xff\xff";
const EIGHT: &[u8] = b"\xb3\xe0\x02\x00\x37\xcf\x65\xb6\x04\x00\x00\x00";

#[derive(Endpoint)]
#[endpoint(GET, "/zeros", response = String, auth = Public)]
struct Zeros;

#[derive(Endpoint)]
#[endpoint(HEAD, "/zeros", response = (), auth = Public)]
struct Exists;

#[derive(Endpoint)]
#[endpoint(GET, "/numbers", response = Lines<u32>, auth = Public)]
struct Numbers;

#[derive(Endpoint)]
#[endpoint(GET, "/content", response = Download, auth = Public)]
struct Content<'c> {
    #[endpoint(header = "range")]
    range: Option<&'c str>,
}

/// A server on one connection: the request that it has read, and the connection.
struct Server {
    url: String,
    listener: TcpListener,
}

impl Server {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { url: format!("http://{}", listener.local_addr().unwrap()), listener }
    }

    fn client<T: Transport>(&self, transport: T) -> Client<Anonymous, T> {
        Client::builder(&self.url).retries(Retries::none()).transport(transport).build().unwrap()
    }

    /// Reads a request, and sends a head with these lines.
    async fn head(&self, lines: &str) -> (String, TcpStream) {
        let (mut stream, _) = self.listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).await.unwrap();
        stream.write_all(format!("HTTP/1.1 {lines}\r\nconnection: close\r\n\r\n").as_bytes()).await.unwrap();
        (String::from_utf8_lossy(&request[..length]).into_owned(), stream)
    }

    /// Responds once with this body, compressed in this way; returns the request.
    async fn respond(&self, status: &str, compression: &str, body: &[u8]) -> String {
        let length = body.len();
        let head = format!("{status}\r\ncontent-encoding: {compression}\r\ncontent-length: {length}");
        let (request, mut stream) = self.head(&head).await;
        stream.write_all(body).await.unwrap();
        request
    }
}

fn reqwest() -> ReqwestTransport {
    ReqwestTransport::new().unwrap()
}

/// The outcome of `GET /zeros`, and the request, when the server responds with this.
async fn get(
    transport: impl Transport,
    status: &str,
    compression: &str,
    body: &[u8],
) -> (Result<String, Error>, String) {
    let server = Server::new().await;
    let client = server.client(transport);
    tokio::join!(async { client.call(&Zeros).await }, server.respond(status, compression, body))
}

#[tokio::test]
async fn each_compression_is_asked_for_and_unpacked() {
    for (compression, packed) in PACKED {
        let (zeros, request) = get(reqwest(), "200 OK", compression, packed).await;
        assert_eq!(zeros.unwrap(), "0".repeat(998), "{compression}");
        let asked = request.lines().find_map(|line| line.strip_prefix("accept-encoding: ")).unwrap();
        let mut asked: Vec<_> = asked.split([',', ' ']).filter(|word| !word.is_empty()).collect();
        asked.sort_unstable();
        assert_eq!(asked, ["br", "deflate", "gzip", "zstd"]);
    }
}

#[tokio::test]
async fn the_limit_for_a_body_holds_for_what_is_unpacked() {
    for (compression, packed) in PACKED {
        let limited = |bytes| ReqwestTransport::builder().largest_body(bytes).build().unwrap();
        let (zeros, _) = get(limited(999), "200 OK", compression, packed).await;
        assert!(zeros.as_ref().unwrap_err().is_too_large(), "{compression}: {zeros:?}");
        assert!(get(limited(1000), "200 OK", compression, packed).await.0.is_ok(), "{compression}");
    }
}

/// 65,536 spaces, after the head of gzip and any number of the same.
fn spaces() -> Vec<u8> {
    let head = b"\xec\xc1\x81\x00\x00\x00\x00\x80\x20\x95\xfd\x29\x17\xa9\x0a";
    [head.as_slice(), &[0; 63], b"\x6a\x00\x00\x00\xff\xff"].concat()
}

/// The body goes on for ever, and grows to the 800-fold. The client closes the connection at its limit of 16 MiB.
#[tokio::test]
async fn a_body_that_explodes_meets_the_limit() {
    let server = Server::new().await;
    let client = server.client(reqwest());
    let flood = async {
        let (_, mut stream) = server.head("200 OK\r\ncontent-encoding: gzip").await;
        stream.write_all(GZIP_HEAD).await.unwrap();
        let (spaces, mut sent) = (spaces(), 0);
        while stream.write_all(&spaces).await.is_ok() {
            sent += 1;
        }
        sent
    };
    let (zeros, sent) = tokio::join!(async { client.call(&Zeros).await }, flood);
    assert!(zeros.as_ref().unwrap_err().is_too_large(), "{zeros:?}");
    assert!(sent >= 256, "16 MiB are 256 blocks");
}

#[tokio::test]
async fn refusals_are_unpacked_and_redirects_are_not_followed() {
    let refused = get(reqwest(), "404 Not Found", "gzip", GZIP).await.0.unwrap_err();
    assert_eq!(refused.status().unwrap().as_u16(), 404, "{refused}");
    let moved = get(reqwest(), "307 Temporary Redirect\r\nlocation: /other", "gzip", GZIP).await.0;
    assert!(moved.unwrap_err().is_redirect());
}

#[tokio::test]
async fn a_body_that_cannot_be_unpacked_is_a_broken_response() {
    for body in [&GZIP[..20], b"0000", &[GZIP_HEAD, b"\xff\xff\xff"].concat()] {
        let error = get(reqwest(), "200 OK", "gzip", body).await.0.unwrap_err();
        assert!(error.is_transport() && !error.is_connect() && !error.is_decode(), "{error}");
        assert_eq!(error.status().unwrap().as_u16(), 200, "{error}");
    }
}

/// The bytes of a range would be those of the compressed content, and `content-length` without a body its length.
#[tokio::test]
async fn ranges_and_heads_are_asked_for_as_they_are() {
    let server = Server::new().await;
    let client = server.client(reqwest());
    let head = "200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 30";
    let (exists, (request, _)) = tokio::join!(async { client.call(&Exists).await }, server.head(head));
    exists.unwrap();
    assert!(request.contains("\r\naccept-encoding: identity\r\n"), "{request}");

    let content = Content { range: Some("bytes=2-3") };
    let part = async {
        let (request, mut stream) =
            server.head("206 Partial Content\r\ncontent-range: bytes 2-3/4\r\ncontent-length: 2").await;
        stream.write_all(b"cd").await.unwrap();
        request
    };
    let (content, request) = tokio::join!(async { client.call(&content).await }, part);
    assert_eq!(content.unwrap().collect(2).await.unwrap(), "cd");
    assert!(request.contains("\r\naccept-encoding: identity\r\n"), "{request}");
}

#[tokio::test]
async fn a_response_without_a_body_may_name_a_compression() {
    for status in ["204 No Content", "304 Not Modified"] {
        let server = Server::new().await;
        let client = server.client(reqwest());
        let head = format!("{status}\r\ncontent-encoding: gzip");
        let (read, _) = tokio::join!(async { client.call(&Zeros).await }, server.head(&head));
        let error = read.unwrap_err();
        assert_eq!(error.status().unwrap().as_str(), &status[..3], "{error}");
        assert!(!error.is_transport(), "{error}");
    }
}

#[tokio::test]
async fn a_stream_is_unpacked_while_it_arrives() {
    let server = Server::new().await;
    let client = server.client(reqwest());
    let head = server.head("200 OK\r\ncontent-type: application/x-ndjson\r\ncontent-encoding: gzip");
    let (lines, (_, mut stream)) = tokio::join!(async { client.call(&Numbers).await }, async {
        let (request, mut stream) = head.await;
        stream.write_all(SEVEN).await.unwrap();
        (request, stream)
    });
    let mut lines = lines.unwrap();
    assert_eq!(lines.next().await.unwrap().unwrap(), 7, "before the end is sent");
    stream.write_all(EIGHT).await.unwrap();
    drop(stream);
    assert_eq!(lines.next().await.unwrap().unwrap(), 8);
    assert!(lines.next().await.is_none());
}

#[tokio::test]
async fn the_limit_of_a_stream_holds_for_what_is_unpacked() {
    let server = Server::new().await;
    let client = server.client(reqwest());
    let body = async {
        let (_, mut stream) = server.head("200 OK\r\ncontent-encoding: gzip").await;
        stream.write_all(GZIP).await.unwrap();
    };
    let (content, ()) = tokio::join!(async { client.call(&Content { range: None }).await }, body);
    let content = content.unwrap();
    assert_eq!(content.length(), None, "the length of the response is that of the compressed content");
    assert!(content.collect(999).await.unwrap_err().is_too_large());
}

#[tokio::test]
async fn a_program_turns_one_off() {
    let plain = ReqwestTransport::builder().configure(|client| client.no_gzip().no_brotli().no_zstd().no_deflate());
    let (zeros, request) = get(plain.build().unwrap(), "200 OK", "gzip", GZIP).await;
    assert!(!request.contains("accept-encoding"), "{request}");
    assert!(zeros.unwrap_err().is_decode());
}

/// The transport on hyper-util has none, whatever is turned on. A layer brings it.
#[tokio::test]
async fn a_layer_unpacks_for_the_transport_on_hyper() {
    let hyper = HyperTransport::new().unwrap();
    let (zeros, request) = get(hyper.clone(), "200 OK", "gzip", GZIP).await;
    assert!(!request.contains("accept-encoding"), "{request}");
    assert!(zeros.unwrap_err().is_decode());

    let layered = ServiceTransport::around(hyper, &DecompressionLayer::new());
    let (zeros, request) = get(layered.clone(), "200 OK", "gzip", GZIP).await;
    assert!(request.contains("\r\naccept-encoding: ") && request.contains("gzip"), "{request}");
    assert_eq!(zeros.unwrap(), "0".repeat(998));

    let explodes = [GZIP_HEAD, &spaces().repeat(257)].concat();
    let (zeros, _) = get(layered, "200 OK", "gzip", &explodes).await;
    assert!(zeros.as_ref().unwrap_err().is_too_large(), "{zeros:?}");
}
