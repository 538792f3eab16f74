//! What a transport sends besides the request, and its limits without a client.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use qelos_client::Client;
use qelos_client::api::GetMe;
use qelos_client::transport::{Transport, TransportErrorKind};

use super::{Tested, named};
use crate::transport::server::{Behavior, Server, json};

/// The request that a server receives.
async fn sent(transport: impl Transport) -> String {
    let server = Server::responding(json("{}")).await;
    let builder = Client::builder(&server.url()).api_token("ql_1").transport(transport);
    builder.build().unwrap().call(&GetMe).await.unwrap_err();
    server.received().remove(0)
}

#[tokio::test]
async fn a_request_names_its_program() {
    let request = sent(Tested::new().unwrap()).await;
    assert!(request.contains("\r\nuser-agent: qelos-client/"), "{request}");
    let request = sent(named("acme/1").build().unwrap()).await;
    assert!(request.contains("\r\nuser-agent: acme/1\r\n") && !request.contains("qelos-client"), "{request}");
    assert_eq!(named("line\nbreak").build().unwrap_err().kind(), TransportErrorKind::Setup);
}

/// Also in a program where something has turned on `gzip` of reqwest, which asks for it unless told otherwise.
#[tokio::test]
async fn no_compression_is_asked_for() {
    let request = sent(Tested::new().unwrap()).await;
    assert!(!request.contains("accept-encoding"), "{request}");
}

/// A client keeps the time of its calls. A transport that is used without one keeps it itself.
#[tokio::test]
async fn an_exchange_without_a_client_ends_in_time() {
    let half = json("[7]").replace("[7]", "[");
    for (sent, status) in [(String::new(), None), (half, Some(StatusCode::OK))] {
        let server = Server::with_script([Behavior::Stall(sent)]).await;
        let request = Request::get(format!("{}/api/me", server.url())).body(Bytes::new()).unwrap();
        let transport = Tested::builder().timeout(Duration::from_millis(300)).build().unwrap();
        let error = transport.send(request.map(qelos_client::Body::from)).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (TransportErrorKind::Timeout, status), "{error}");
    }
}
