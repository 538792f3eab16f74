//! TLS: a server that is not trusted gets no request, and an own authority can be trusted.

use qelos_client::api::GetMe;
use qelos_client::{ApiTokenAuth, Client};

use super::{Tested, identified, trusting};
use crate::transport::encrypted::{certificate, serve};
use crate::transport::server::{Server, json};

fn client(url: &str, transport: Tested) -> Client<ApiTokenAuth, Tested> {
    Client::builder(url).api_token("ql_planted").transport(transport).build().unwrap()
}

#[tokio::test]
async fn a_plain_http_server_is_a_tls_error_for_https() {
    let server = Server::responding(json("{}")).await;
    let url = server.url().replace("http:", "https:");
    let error = client(&url, Tested::new().unwrap()).call(&GetMe).await.unwrap_err();
    assert!(error.is_tls() && error.is_connect() && !error.is_transient(), "{error}");
    assert_eq!(error.attempts(), 1, "a TLS error is not transient");
    assert!(
        error.to_string().contains("no encrypted connection could be made — does the server speak `https`"),
        "{error}"
    );
    assert!(!server.received().concat().contains("ql_planted"));
}

#[tokio::test]
async fn a_self_signed_certificate_is_a_tls_error() {
    let (url, _, mut received) = serve(None).await;
    let error = client(&url, Tested::new().unwrap()).call(&GetMe).await.unwrap_err();
    assert!(error.is_tls() && error.is_connect(), "{error}");
    assert!(received.try_recv().is_err(), "nothing was sent");
}

#[tokio::test]
async fn an_own_authority_is_trusted() {
    let (url, certificate, mut received) = serve(None).await;
    client(&url, trusting(&certificate).build().unwrap()).call(&GetMe).await.unwrap();
    assert!(received.recv().await.unwrap().contains("x-api-key: ql_planted"));
}

#[tokio::test]
async fn a_certificate_for_another_name_is_a_tls_error() {
    let (url, certificate, mut received) = serve(None).await;
    let other = url.replace("localhost", "127.0.0.1");
    let error = client(&other, trusting(&certificate).build().unwrap()).call(&GetMe).await.unwrap_err();
    assert!(error.is_tls(), "{error}");
    assert!(received.try_recv().is_err(), "nothing was sent");
}

#[tokio::test]
async fn the_certificate_of_a_client_is_shown() {
    let own = certificate();
    let (url, root, mut received) = serve(Some(&own)).await;
    let error = client(&url, trusting(&root).build().unwrap()).call(&GetMe).await.unwrap_err();
    assert!(error.is_transport(), "{error}");
    assert!(received.try_recv().unwrap_or_default().is_empty(), "no request was read");

    let identity = own.cert.pem() + &own.signing_key.serialize_pem();
    let transport = identified(trusting(&root), &identity).build().unwrap();
    client(&url, transport).call(&GetMe).await.unwrap();
    assert!(received.recv().await.unwrap().contains("x-api-key: ql_planted"));
}
