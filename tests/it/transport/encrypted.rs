//! A server with TLS.

use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::transport::server::json;

/// A self-signed certificate for `localhost`, and its key.
pub(crate) fn certificate() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

/// The settings of a server with this certificate. With `trusted`, clients have to show that certificate.
pub(crate) fn config(own: &CertifiedKey<KeyPair>, trusted: Option<&CertifiedKey<KeyPair>>) -> ServerConfig {
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let config = match trusted {
        Some(client) => {
            let mut roots = RootCertStore::empty();
            roots.add(client.cert.der().clone()).unwrap();
            ServerConfig::builder()
                .with_client_cert_verifier(WebPkiClientVerifier::builder(roots.into()).build().unwrap())
        }
        None => ServerConfig::builder().with_no_client_auth(),
    };
    config.with_single_cert(vec![own.cert.der().clone()], key).unwrap()
}

/// A server with a self-signed certificate for `localhost`: its address, the certificate, and the requests that it
/// receives.
pub(crate) async fn serve(
    trusted: Option<&CertifiedKey<KeyPair>>,
) -> (String, String, mpsc::UnboundedReceiver<String>) {
    let own = certificate();
    let acceptor = TlsAcceptor::from(Arc::new(config(&own, trusted)));
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
    (url, own.cert.pem(), received)
}
