//! TLS by rustls, with the certificates of the system and those of the program.

use std::io;
use std::sync::Arc;

use http::Uri;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, Error};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::transport::rustls::{no_certificates, provider};
use crate::transport::{TransportError, TransportErrorKind};

const HTTP_2: &[u8] = b"h2";
const HTTP_1: &[u8] = b"http/1.1";

/// The certificates that a program adds.
#[derive(Default)]
pub(super) struct Certificates {
    roots: Vec<CertificateDer<'static>>,
    /// The certificate of the client, those of its authorities, and its key.
    client: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
}

impl Certificates {
    pub(super) fn with_roots(mut self, pem: &[u8]) -> Result<Self, TransportError> {
        self.roots.extend(certificates(pem)?);
        Ok(self)
    }

    pub(super) fn with_client(mut self, pem: &[u8]) -> Result<Self, TransportError> {
        let key = PrivateKeyDer::from_pem_slice(pem).map_err(|error| setup(format!("no private key: {error}")))?;
        self.client = Some((certificates(pem)?, key));
        Ok(self)
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.map_err(|error| setup(format!("a certificate cannot be read: {error}")))?;
    if read.is_empty() { Err(setup("there is no certificate in this text: give it in the form PEM")) } else { Ok(read) }
}

/// Makes encrypted connections.
pub(super) struct Tls {
    to_servers: TlsConnector,
    /// The same, for HTTP/1.1 only.
    to_proxies: TlsConnector,
}

impl Tls {
    /// TLS with these certificates and those of the system. The inner error is the one of a machine that has none, or of a program
    /// without cryptography.
    pub(super) fn new(certificates: Certificates) -> Result<Result<Self, TransportError>, TransportError> {
        let provider = match provider() {
            Ok(provider) => provider,
            Err(error) => return Ok(Err(error)),
        };
        let Certificates { roots, client } = certificates;
        let has_own_roots = !roots.is_empty();
        let verifier = match verifier(roots, Arc::clone(&provider)) {
            Ok(verifier) => Arc::new(verifier),
            Err(_) if !has_own_roots => return Ok(Err(no_certificates("your own with `root_certificates`"))),
            Err(error) => return Err(setup(error)),
        };
        let config =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(setup)?;
        let config = config.dangerous().with_custom_certificate_verifier(verifier);
        let mut config = match client {
            Some((chain, key)) => config.with_client_auth_cert(chain, key).map_err(setup)?,
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![HTTP_1.to_vec()];
        let to_proxies = Arc::new(config.clone()).into();
        if cfg!(feature = "http2") {
            config.alpn_protocols.insert(0, HTTP_2.to_vec());
        }
        Ok(Ok(Self { to_servers: Arc::new(config).into(), to_proxies }))
    }

    /// The name for which the certificate of this server has to be.
    ///
    /// # Errors
    ///
    /// When no certificate can be for that name.
    #[allow(clippy::unused_self, reason = "without TLS no server has a name")]
    pub(super) fn name_of(&self, server: &Uri) -> Result<ServerName<'static>, TransportError> {
        name_of(server)
    }

    /// An encrypted connection to the server of this name, on one that is not encrypted, and whether the server chose HTTP/2 on it.
    pub(super) async fn to_server<S>(
        &self,
        name: ServerName<'static>,
        stream: S,
    ) -> Result<(TlsStream<S>, bool), TransportError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = self.to_servers.connect(name, stream).await.map_err(error)?;
        let is_http_2 = stream.get_ref().1.alpn_protocol() == Some(HTTP_2);
        Ok((stream, is_http_2))
    }

    /// An encrypted connection to this proxy.
    pub(super) async fn to_proxy<S>(&self, proxy: &Uri, stream: S) -> Result<TlsStream<S>, TransportError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.to_proxies.connect(name_of(proxy)?, stream).await.map_err(error)
    }
}

#[cfg(not(target_os = "android"))]
fn verifier(roots: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Verifier, Error> {
    Verifier::new_with_extra_roots(roots, provider)
}

#[cfg(target_os = "android")]
fn verifier(roots: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Verifier, Error> {
    if roots.is_empty() {
        return Verifier::new(provider);
    }
    Err(Error::General("Android takes no certificates of a program: add them to the system".to_owned()))
}

fn name_of(server: &Uri) -> Result<ServerName<'static>, TransportError> {
    let host = server.host().unwrap_or_default();
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    ServerName::try_from(address.unwrap_or(host).to_owned())
        .map_err(|error| setup(format!("the host of the URL is no name for a certificate: {error}")))
}

fn setup(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Setup, why)
}

/// While connecting, only TLS reports invalid data; other errors are those of the connection below it.
fn error(error: io::Error) -> TransportError {
    let is_tls = matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput);
    TransportError::new(if is_tls { TransportErrorKind::Tls } else { TransportErrorKind::Connect }, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_for_the_host_as_it_is_written() {
        let hosts =
            ["acme.example", "acme.example.", "qelos_gateway", "xn--bcher-kva.example", "xn--a", "127.0.0.1", "[::1]"];
        for host in hosts {
            let name = name_of(&format!("https://{host}:8443").parse().unwrap()).unwrap();
            assert_eq!(name.to_str(), host.trim_matches(['[', ']']));
        }
    }
}
