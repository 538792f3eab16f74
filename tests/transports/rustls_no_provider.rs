//! rustls with the cryptography that a program installs: until then, each transport says that there is none.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use qelos_client::api::GetMe;
use qelos_client::transport::reqwest::Certificate;
use qelos_client::transport::{HyperTransport, ReqwestTransport, TransportErrorKind};
use qelos_client::{Client, Transport};
use tokio_rustls::rustls::crypto::ring;

mod transport;

const WHY: &str = "the transport is not set up for this: rustls has no cryptography: install a provider before the transport is \
                   built, as with `rustls::crypto::ring::default_provider().install_default()`, or turn on the feature \
                   `rustls` of `qelos-client`";

async fn calls(url: &str, transport: impl Transport) {
    let client = Client::builder(url).api_token("ql_planted").transport(transport).build().unwrap();
    client.call(&GetMe).await.unwrap();
}

/// One test, because a program installs cryptography once.
#[tokio::test]
async fn cryptography_is_that_of_the_program() {
    let error = ReqwestTransport::new().unwrap_err();
    assert_eq!((error.kind(), error.to_string()), (TransportErrorKind::Setup, WHY.to_owned()));
    let early = HyperTransport::new().unwrap();
    let error = Client::builder("https://acme.example").transport(early.clone()).build().unwrap_err();
    assert!(error.to_string().ends_with(WHY), "{error}");
    Client::builder("http://localhost").transport(early).build().unwrap();

    ring::default_provider().install_default().unwrap();
    let (url, certificate, mut received) = transport::encrypted::serve(None).await;
    calls(&url, HyperTransport::builder().root_certificates(certificate.as_bytes()).build().unwrap()).await;
    let root = Certificate::from_pem(certificate.as_bytes()).unwrap();
    let reqwest = ReqwestTransport::builder().configure(move |client| client.tls_certs_merge([root.clone()]));
    calls(&url, reqwest.build().unwrap()).await;
    for _ in 0..2 {
        assert!(received.recv().await.unwrap().contains("x-api-key: ql_planted"));
    }
}
