//! Responses that arrive while they are read, from a server on this machine.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_RANGE, CONTENT_TYPE, RANGE};
use http::{HeaderMap, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use qelos_client::auth::Public;
use qelos_client::futures_core::Stream;
use qelos_client::stream::{Event, Marker, StreamRules};
use qelos_client::{Anonymous, Body, Client, Download, Endpoint, Events, Lines, Retries, StreamError};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::Tested;
use crate::transport::server::{Behavior, Server};

const NEWS: StreamRules = StreamRules::new().ends_with(Marker::Data("[DONE]")).resumable();

#[derive(Endpoint)]
#[endpoint(GET, "/api/numbers", response = Lines<u32>, auth = Public)]
struct Numbers;

#[derive(Endpoint)]
#[endpoint(GET, "/api/news", response = Events<Event>, stream = NEWS, auth = Public)]
struct News;

#[derive(Endpoint)]
#[endpoint(GET, "/api/content", response = Download, auth = Public)]
struct Content {
    #[endpoint(header = "range")]
    range: Option<String>,
}

/// A body that a server sends.
struct Pieces {
    pieces: VecDeque<Bytes>,
    last: Last,
}

/// What follows the pieces.
enum Last {
    End,
    /// A broken connection. A server sends what it has when it has to wait, and drops it at an error.
    Break {
        is_sent: bool,
    },
    /// Nothing. The server notices that the connection is closed when the sender is dropped.
    Silence(#[expect(dead_code, reason = "it is dropped with the body")] oneshot::Sender<()>),
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        match (self.pieces.pop_front(), &mut self.last) {
            (Some(piece), _) => Poll::Ready(Some(Ok(piece))),
            (None, Last::End) => Poll::Ready(None),
            (None, Last::Break { is_sent: true }) => Poll::Ready(Some(Err(io::ErrorKind::Other.into()))),
            (None, Last::Break { is_sent }) => {
                *is_sent = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            (None, Last::Silence(_)) => Poll::Pending,
        }
    }
}

/// A response of this type, in pieces.
fn pieces(content_type: &str, pieces: &[&'static [u8]], last: Last) -> Response<Body> {
    let pieces = pieces.iter().map(|piece| Bytes::from_static(piece)).collect();
    let body = Body::from_stream(Pieces { pieces, last });
    Response::builder().header(CONTENT_TYPE, content_type).body(body).unwrap()
}

/// A response that is silent behind its first pieces, and the end of that silence: the server has noticed that its client
/// has closed the connection.
fn silent(content_type: &str, first: &[&'static [u8]]) -> (Response<Body>, oneshot::Receiver<()>) {
    let (sender, closed) = oneshot::channel();
    (pieces(content_type, first, Last::Silence(sender)), closed)
}

type Respond = dyn Fn(&HeaderMap) -> Response<Body> + Send + Sync;

/// A client of a server that responds so.
async fn client_of(
    respond: impl Fn(&HeaderMap) -> Response<Body> + Send + Sync + 'static,
) -> Client<Anonymous, Tested> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let respond: Arc<Respond> = Arc::new(respond);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let respond = Arc::clone(&respond);
            let service = service_fn(move |request: Request<Incoming>| {
                let response = respond(request.headers());
                async { Ok::<_, io::Error>(response) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    client(&url)
}

fn client(url: &str) -> Client<Anonymous, Tested> {
    let retries = Retries::at_most(2).waiting(Duration::from_millis(1), Duration::from_millis(1));
    Client::builder(url).retries(retries).transport(Tested::new().unwrap()).build().unwrap()
}

/// A server that gives these responses, one after the other.
async fn client_of_all(responses: impl IntoIterator<Item = Response<Body>>) -> Client<Anonymous, Tested> {
    let responses = Mutex::new(responses.into_iter().collect::<VecDeque<_>>());
    client_of(move |_| responses.lock().unwrap().pop_front().unwrap()).await
}

/// Waits until the server has noticed that the connection is closed.
async fn is_closed(closed: oneshot::Receiver<()>) {
    let noticed = timeout(Duration::from_secs(20), closed).await;
    assert!(noticed.is_ok_and(|noticed| noticed.is_err()), "the server notices that it is closed");
}

#[tokio::test]
async fn dropping_a_stream_closes_its_connection() {
    let (response, closed) = silent("application/x-ndjson", &[b"1\n", b"2\n"]);
    let (unread, unread_closed) = silent("application/x-ndjson", &[b"1\n"]);
    let client = client_of_all([response, unread]).await;
    let mut numbers = client.call(&Numbers).await.unwrap();
    assert_eq!(numbers.next().await.unwrap().unwrap(), 1, "it arrives before the response has ended");
    drop(numbers);
    is_closed(closed).await;
    drop(client.call(&Numbers).await.unwrap());
    is_closed(unread_closed).await;
}

#[tokio::test]
async fn the_limit_of_silence_closes_the_connection() {
    let (response, closed) = silent("application/x-ndjson", &[b"1\n"]);
    let client = client_of_all([response]).await;
    let silence = Duration::from_millis(100);
    let mut numbers = client.call(&Numbers).longest_silence(silence).await.unwrap();
    assert_eq!(numbers.next().await.unwrap().unwrap(), 1);
    let error = numbers.next().await.unwrap().unwrap_err();
    assert!(error.is_idle(), "{error}");
    is_closed(closed).await;
    assert!(numbers.next().await.is_none());
}

#[tokio::test]
async fn a_body_that_is_interrupted_is_an_error() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n";
    let short = format!("{head}content-length: 9\r\n\r\n1\n2\n");
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n4\r\n1\n2\n\r\n");
    let in_a_chunk = format!("{head}transfer-encoding: chunked\r\n\r\n9\r\n1\n2\n");
    for behavior in [short, chunked, in_a_chunk].map(Behavior::Respond) {
        let server = Server::with_script([behavior.clone()]).await;
        let mut numbers = client(&server.url()).call(&Numbers).await.unwrap();
        assert_eq!(numbers.next().await.unwrap().unwrap(), 1, "{behavior:?}");
        assert_eq!(numbers.next().await.unwrap().unwrap(), 2, "{behavior:?}");
        let error = numbers.next().await.unwrap().unwrap_err();
        assert!(error.is_broken() || error.is_unfinished(), "{behavior:?}: {error}");
        assert!(numbers.next().await.is_none());
        assert_eq!(server.received().len(), 1, "a stream that has begun is not sent again");

        let content = client(&server.url()).call(&Content { range: None }).await.unwrap();
        let error = content.collect(1 << 20).await.unwrap_err();
        assert!(error.is_broken() || error.is_unfinished(), "{behavior:?}: {error}");
    }
}

#[tokio::test]
async fn a_stream_of_events_goes_on_over_another_connection() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    let client = client_of(move |headers| {
        let mut asked = kept.lock().unwrap();
        asked.push(headers.get("last-event-id").map(|id| id.to_str().unwrap().to_owned()));
        let piece: &[u8] = match asked.len() {
            1 => b"retry: 1\nid: 7\ndata: a\n\nid: 8\ndata: cu",
            2 => b"id: 8\ndata: b\n\n",
            _ => b"data: c\n\ndata: [DONE]\n\n",
        };
        let last = if asked.len() == 1 { Last::Break { is_sent: false } } else { Last::End };
        pieces("text/event-stream; charset=utf-8", &[piece], last)
    });
    let mut news = client.await.call(&News).await.unwrap();
    let mut data = String::new();
    while let Some(event) = news.next().await {
        data += &event.unwrap().data;
    }
    assert_eq!(data, "abc");
    assert_eq!(*asked.lock().unwrap(), [None, Some("7".to_owned()), Some("8".to_owned())]);
}

/// The size of the content that is downloaded: as long as some buffers of a connection.
const SIZE: usize = 700_001;

fn content() -> Bytes {
    (0..SIZE).map(|at| u8::try_from(at / 7 % 251).unwrap()).collect()
}

/// The content, or the range of it that was asked for. The first connection breaks.
fn ranged(headers: &HeaderMap) -> Response<Body> {
    let content = content();
    let Some(range) = headers.get(RANGE) else {
        let pieces = [content.slice(..300_007)].into();
        let cut = Body::from_stream(Pieces { pieces, last: Last::Break { is_sent: false } });
        return Response::new(cut.with_length(SIZE as u64));
    };
    let from: usize =
        range.to_str().unwrap().strip_prefix("bytes=").unwrap().strip_suffix('-').unwrap().parse().unwrap();
    let mut rest = Response::new(Body::from(content.slice(from..)));
    *rest.status_mut() = StatusCode::PARTIAL_CONTENT;
    rest.headers_mut().insert(CONTENT_RANGE, format!("bytes {from}-{}/{SIZE}", SIZE - 1).parse().unwrap());
    rest
}

/// The chunks up to the end of a download, and its error.
async fn save(download: &mut Download, to: &mut Vec<u8>) -> Result<(), StreamError> {
    while let Some(chunk) = download.next().await {
        to.extend_from_slice(&chunk?);
    }
    Ok(())
}

#[tokio::test]
async fn a_download_tells_its_size_and_a_range_resumes_it() {
    let client = client_of(ranged).await;
    let mut saved = Vec::new();
    let mut download = client.call(&Content { range: None }).await.unwrap();
    assert_eq!((download.length(), download.received()), (Some(SIZE as u64), 0));
    let error = save(&mut download, &mut saved).await.unwrap_err();
    assert!(error.is_broken() || error.is_unfinished(), "{error}");
    assert_eq!(download.received(), saved.len() as u64, "what came before the error is whole");
    assert_eq!(download.length(), Some(SIZE as u64));

    let rest = Content { range: Some(format!("bytes={}-", saved.len())) };
    let (mut download, head) = client.call(&rest).with_head().await.unwrap();
    assert_eq!(head.status, StatusCode::PARTIAL_CONTENT);
    let range = format!("bytes {}-{}/{SIZE}", saved.len(), SIZE - 1);
    assert_eq!(head.headers[CONTENT_RANGE], range.as_str());
    assert_eq!(download.length(), Some((SIZE - saved.len()) as u64), "the length of the rest");
    save(&mut download, &mut saved).await.unwrap();
    assert!(saved == content(), "{} bytes", saved.len());
}
