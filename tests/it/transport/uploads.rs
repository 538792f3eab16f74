//! Uploads: streams that are sent as they are read.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Collected, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use qelos_client::auth::Public;
use qelos_client::multipart::{Boundary, File, Multipart, Part};
use qelos_client::testing::{Fault, Faults};
use qelos_client::{Anonymous, Client, Endpoint, Error, Retries, Upload};
use tokio::net::TcpListener;

use super::Tested;
use crate::chunks::Chunks;

/// Returns the number of bytes that have arrived.
#[derive(Debug, Endpoint)]
#[endpoint(PUT, "/api/files", response = usize, auth = Public)]
struct Put {
    #[endpoint(raw = "application/octet-stream")]
    content: Upload,
}

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/files", response = usize, auth = Public)]
struct Add {
    #[endpoint(part)]
    title: &'static str,
    #[endpoint(part)]
    file: File,
}

/// A request that has arrived; without its body if that was cut.
struct Came {
    headers: HeaderMap,
    body: Option<Bytes>,
}

/// A server that keeps the requests that arrive, and the client of it.
struct World {
    came: Arc<Mutex<Vec<Came>>>,
    network: Faults<Tested>,
    client: Client<Anonymous, Faults<Tested>>,
}

/// A server that refuses so many requests with 503 first.
async fn world(refusals: usize) -> World {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let came = Arc::<Mutex<Vec<Came>>>::default();
    let kept = Arc::clone(&came);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let kept = Arc::clone(&kept);
            let service = service_fn(move |request: Request<Incoming>| {
                let kept = Arc::clone(&kept);
                async move {
                    let (head, body) = request.into_parts();
                    let body = body.collect().await.ok().map(Collected::to_bytes);
                    let length = body.as_ref().map_or(0, Bytes::len);
                    let mut kept = kept.lock().unwrap();
                    let status = if kept.len() < refusals { 503 } else { 200 };
                    kept.push(Came { headers: head.headers, body });
                    Response::builder().status(status).body(Full::new(Bytes::from(length.to_string())))
                }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    let network = Faults::around(Tested::new().unwrap());
    let retries = Retries::at_most(2).waiting(Duration::from_millis(1), Duration::from_millis(1));
    let client = Client::builder(&url).retries(retries).transport(network.clone()).build().unwrap();
    World { came, network, client }
}

const SIZE: usize = 5_000_000;

fn content() -> Bytes {
    (0..SIZE).map(|at| u8::try_from(at / 7 % 251).unwrap()).collect()
}

/// A large stream, in chunks that divide neither it nor any buffer.
fn chunks() -> Chunks {
    Chunks::of(&content(), 70_001)
}

/// Whether the stream failed: only `TransportErrorKind::Upload` says so.
fn is_of_the_upload(error: &Error) -> bool {
    error.is_transport()
        && !error.is_transient()
        && error.to_string().contains(": the body of the request could not be sent")
}

#[tokio::test]
async fn a_large_stream_arrives_whole() {
    let World { came, client, .. } = world(0).await;
    let known = Upload::once(chunks()).with_length(SIZE as u64);
    let unknown = Upload::once(chunks());
    for content in [known, unknown, Upload::from(content())] {
        assert_eq!(client.call(&Put { content }).await.unwrap(), SIZE);
    }
    let came = came.lock().unwrap();
    assert_eq!(came.len(), 3);
    let lengths = came.iter().map(|came| came.headers.get(CONTENT_LENGTH).map(|length| length.to_str().unwrap()));
    assert_eq!(lengths.collect::<Vec<_>>(), [Some("5000000"), None, Some("5000000")]);
    assert_eq!(came[1].headers[TRANSFER_ENCODING], "chunked");
    assert!(came.iter().all(|came| came.body.as_deref() == Some(&*content())));
}

#[tokio::test]
async fn a_form_with_a_large_stream_arrives_whole() {
    let World { came, client, .. } = world(0).await;
    let known = Upload::from_fn(chunks).with_length(SIZE as u64);
    for upload in [known, Upload::from_fn(chunks)] {
        client.call(&Add { title: "a scan", file: File::new("scan.bin", upload) }).await.unwrap();
    }
    let came = came.lock().unwrap();
    let expected = Multipart::new().with(Part::text("title", "a scan")).with(Part::file("file", "scan.bin", content()));
    for came in &*came {
        let boundary = Boundary::of_content_type(&came.headers[CONTENT_TYPE]).unwrap();
        assert_eq!(Multipart::read(came.body.as_ref().unwrap(), &boundary).as_ref(), Ok(&expected));
    }
    let length = came[0].body.as_ref().unwrap().len();
    assert_eq!(came[0].headers[CONTENT_LENGTH], length.to_string().as_str());
    assert_eq!(came[1].headers[TRANSFER_ENCODING], "chunked");
}

#[tokio::test]
async fn a_repeatable_stream_is_sent_again() {
    let World { came, client, network } = world(1).await;
    network.of::<Put>().next([Fault::refused()]);
    assert_eq!(client.call(&Put { content: Upload::from_fn(chunks) }).await.unwrap(), SIZE);
    assert_eq!((network.of::<Put>().sent(), came.lock().unwrap().len()), (3, 2));
    assert!(came.lock().unwrap().iter().all(|came| came.body.as_deref() == Some(&*content())));
}

#[tokio::test]
async fn a_stream_that_is_read_once_is_sent_once() {
    let World { came, client, network } = world(1).await;
    let error = client.call(&Put { content: Upload::once(chunks()) }).await.unwrap_err();
    assert_eq!((error.status().map(|status| status.as_u16()), error.attempts()), (Some(503), 1), "{error}");
    network.of::<Put>().next([Fault::refused()]);
    let error = client.call(&Put { content: Upload::once(chunks()) }).await.unwrap_err();
    assert!(error.is_connect() && error.attempts() == 1, "{error}");
    assert_eq!(came.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_stream_that_fails_is_an_error_of_the_upload() {
    let World { came, client, network } = world(0).await;
    let failing = || Upload::from_fn(|| chunks().that_fail());
    let put = |content| client.call(&Put { content });
    let form = client.call(&Add { title: "a", file: File::new("a", failing()) });
    let short = put(Upload::from_fn(chunks).with_length(SIZE as u64 + 1)).await;
    let long = put(Upload::from_fn(chunks).with_length(SIZE as u64 - 1)).await;
    for outcome in [put(failing()).await, put(failing().with_length(SIZE as u64 + 1)).await, short, long, form.await] {
        let error = outcome.unwrap_err();
        assert!(is_of_the_upload(&error) && error.attempts() == 1, "{error}");
    }
    assert_eq!(network.of_all().sent(), 5);
    assert!(came.lock().unwrap().iter().all(|came| came.body.is_none()), "no server takes a part for the whole");
}
