//! Transports in a program that was built without TLS: plain http works, and https is an error that says what is missing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use qelos_client::api::GetMe;
use qelos_client::http::Request;
use qelos_client::transport::{HyperTransport, ReqwestTransport, TransportErrorKind};
use qelos_client::{Body, Client, Transport};

#[allow(dead_code, reason = "these tests use a part of it")]
#[path = "../it/transport/server.rs"]
mod server;

/// `features` is how the error names what brings TLS.
async fn has_no_tls(transport: impl Transport + Clone, features: &str) {
    let why = format!(
        "the transport is not set up for this: this program was built without TLS, which an `https` URL needs: turn on a \
         feature of `qelos-client`, {features}"
    );
    let built = Client::builder("https://acme.example").transport(transport.clone()).build();
    assert!(built.unwrap_err().to_string().ends_with(&why));
    let request = Request::get("https://acme.example/api/me").body(Body::default()).unwrap();
    let error = transport.send(request).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string()), (TransportErrorKind::Setup, why));

    let server = server::Server::responding(server::json(r#"{"_id":"6b01d2eb627f2972a3746020"}"#)).await;
    let plain = Client::builder(&server.url()).api_token("ql_planted").transport(transport).build().unwrap();
    plain.call(&GetMe).await.unwrap();
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn reqwest_without_tls() {
    has_no_tls(ReqwestTransport::new().unwrap(), "`rustls` or `native-tls`").await;
}

#[tokio::test]
async fn hyper_without_tls() {
    has_no_tls(HyperTransport::new().unwrap(), "`rustls`").await;
}
