//! What a transport sends besides the request.

use qelos_client::Client;
use qelos_client::api::GetMe;
use qelos_client::transport::{Transport, TransportErrorKind};

use super::{Tested, named};
use crate::transport::server::{Server, json};

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
