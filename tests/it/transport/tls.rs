//! TLS: a server that is not trusted gets no request, and an own authority can be trusted.

use std::sync::Arc;

use qelos_client::api::GetMe;
use qelos_client::transport::ReqwestTransport;
use qelos_client::transport::reqwest::Certificate;
use qelos_client::{ApiTokenAuth, Client};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::transport::server::{Server, json};

fn client(url: &str, transport: ReqwestTransport) -> Client<ApiTokenAuth> {
    Client::builder(url).api_token("ql_planted").transport(transport).build().unwrap()
}

/// A server with a self-signed certificate for `localhost`: its address, the certificate, and the requests that it
/// receives.
async fn serve() -> (String, Certificate, mpsc::UnboundedReceiver<String>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let (kept, received) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not trust the certificate closes the connection.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = vec![0; 16 * 1024];
            let length = stream.read(&mut request).await.unwrap_or(0);
            kept.send(String::from_utf8_lossy(&request[..length]).into_owned()).unwrap();
            stream.write_all(json(r#"{"_id":"6b01d2eb627f2972a3746020"}"#).as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (url, Certificate::from_pem(cert.pem().as_bytes()).unwrap(), received)
}

#[tokio::test]
async fn a_plain_http_server_is_a_tls_error_for_https() {
    let server = Server::responding(json("{}")).await;
    let url = server.url().replace("http:", "https:");
    let error = client(&url, ReqwestTransport::new().unwrap()).call(&GetMe).await.unwrap_err();
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
    let (url, _, mut received) = serve().await;
    let error = client(&url, ReqwestTransport::new().unwrap()).call(&GetMe).await.unwrap_err();
    assert!(error.is_tls() && error.is_connect(), "{error}");
    assert!(received.try_recv().is_err(), "nothing was sent");
}

#[tokio::test]
async fn an_own_authority_is_trusted() {
    let (url, certificate, mut received) = serve().await;
    let trusting = ReqwestTransport::builder().configure(move |client| client.tls_certs_merge([certificate.clone()]));
    client(&url, trusting.build().unwrap()).call(&GetMe).await.unwrap();
    assert!(received.recv().await.unwrap().contains("x-api-key: ql_planted"));
}
