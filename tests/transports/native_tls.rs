//! The transport on reqwest with the TLS of the system: it keeps the promises that it keeps with rustls.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use qelos_client::api::GetMe;
use qelos_client::transport::ReqwestTransport;
use qelos_client::transport::reqwest::{Certificate, Identity, ReqwestTransportBuilder};
use qelos_client::{Client, Retries};
use tokio::net::TcpListener;

mod transport;

#[path = "../it/transport/http_2.rs"]
mod http_2;
#[path = "../it/transport/tls.rs"]
mod tls;

type Tested = ReqwestTransport;

fn trusting(roots: &str) -> ReqwestTransportBuilder {
    let roots = Certificate::from_pem_bundle(roots.as_bytes()).unwrap();
    Tested::builder().configure(move |client| client.tls_certs_merge(roots.clone()))
}

fn identified(builder: ReqwestTransportBuilder, certificate_and_key: &str) -> ReqwestTransportBuilder {
    let (certificate, key) = certificate_and_key.split_at(certificate_and_key.find("-----BEGIN PRIVATE KEY").unwrap());
    let identity = Identity::from_pkcs8_pem(certificate.as_bytes(), key.as_bytes()).unwrap();
    builder.configure(move |client| client.identity(identity.clone()))
}

/// A server that goes away in the middle of a handshake may be back soon: that is no error of TLS.
#[tokio::test]
async fn a_connection_that_breaks_while_it_is_encrypted_is_made_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream.set_zero_linger());
        }
    });
    let client = Client::builder(&url).api_token("ql_planted").retries(Retries::none());
    let error = client.transport(Tested::new().unwrap()).build().unwrap().call(&GetMe).await.unwrap_err();
    assert!(error.is_connect() && error.is_transient() && !error.is_tls(), "{error:?}");
}
