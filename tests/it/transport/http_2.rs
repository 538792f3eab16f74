//! HTTP/2, with servers that offer it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use qelos_client::auth::Public;
use qelos_client::{Anonymous, Client, Endpoint, Retries};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Tested, trusting};
use crate::transport::encrypted::{certificate, config};

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/numbers", response = Vec<u32>, auth = Public)]
struct Read;

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/numbers", response = Vec<u32>, auth = Public)]
struct Create;

/// What the server has seen.
#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<Request<()>>>,
}

/// A server that speaks HTTP/2 only, and resets this many requests before it responds to any.
async fn serve(resets: usize) -> (Client<Anonymous, Tested>, Arc<Seen>) {
    let own = certificate();
    let mut config = config(&own, None);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let seen = Arc::<Seen>::default();
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            kept.connections.fetch_add(1, Ordering::Relaxed);
            let stream = acceptor.accept(stream).await.unwrap();
            let kept = Arc::clone(&kept);
            let service = service_fn(move |request: Request<Incoming>| {
                let mut requests = kept.requests.lock().unwrap();
                requests.push(request.map(drop));
                let is_reset = requests.len() <= resets;
                async move { if is_reset { Err("reset") } else { Ok(Response::new(Full::new(Bytes::from("[7]")))) } }
            });
            tokio::spawn(http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service));
        }
    });
    let retries = Retries::at_most(2).waiting(Duration::from_millis(1), Duration::from_millis(1));
    let transport = trusting(&own.cert.pem()).build().unwrap();
    (Client::builder(&url).retries(retries).transport(transport).build().unwrap(), seen)
}

#[tokio::test]
async fn the_requests_to_a_server_share_one_connection() {
    let (client, seen) = serve(0).await;
    assert_eq!(client.call(&Read).await.unwrap(), [7]);
    let (one, two, three) = tokio::join!(client.call(&Read), client.call(&Create), client.call(&Read));
    assert_eq!([one.unwrap(), two.unwrap(), three.unwrap()], [[7], [7], [7]]);
    assert_eq!(seen.connections.load(Ordering::Relaxed), 1);
    let requests = seen.requests.lock().unwrap();
    assert_eq!(requests.len(), 4);
    for request in &*requests {
        assert_eq!((request.version(), request.uri().path()), (Version::HTTP_2, "/api/numbers"));
        assert!(request.headers()["user-agent"].to_str().unwrap().starts_with("qelos-client/"));
    }
}

/// Only the client may decide that a request was lost, and retry it.
#[tokio::test]
async fn a_request_that_is_reset_is_retried_for_a_read() {
    let (client, seen) = serve(2).await;
    assert_eq!(client.call(&Read).await.unwrap(), [7]);
    assert_eq!(seen.requests.lock().unwrap().len(), 3);

    let (client, seen) = serve(1).await;
    let error = client.call(&Create).await.unwrap_err();
    assert!(error.is_transport() && !error.is_connect() && error.is_transient(), "{error}");
    assert_eq!(seen.requests.lock().unwrap().len(), 1);
    assert_eq!(client.call(&Create).await.unwrap(), [7], "the connection goes on");
}
