//! The transport on reqwest, for the tests that all transports pass.

use qelos_client::transport::ReqwestTransport;
use qelos_client::transport::reqwest::{Certificate, Identity, Proxy, ReqwestTransportBuilder};

// On other systems, no variable says where the certificates are.
#[cfg(target_os = "linux")]
#[path = "certificates.rs"]
mod certificates;
#[path = "faults.rs"]
mod faults;
#[path = "http_2.rs"]
mod http_2;
#[path = "origins.rs"]
mod origins;
#[path = "proxies.rs"]
mod proxies;
#[path = "runtimes.rs"]
mod runtimes;
#[path = "settings.rs"]
mod settings;
#[path = "streams.rs"]
mod streams;
#[path = "tls.rs"]
mod tls;
#[path = "uploads.rs"]
mod uploads;

type Tested = ReqwestTransport;

/// How an error names a certificate of the program.
#[cfg(target_os = "linux")]
const OWN_CERTIFICATE: &str = "a `Certificate`";

fn trusting(roots: &str) -> ReqwestTransportBuilder {
    let roots = Certificate::from_pem_bundle(roots.as_bytes()).unwrap();
    Tested::builder().configure(move |client| client.tls_certs_merge(roots.clone()))
}

fn identified(builder: ReqwestTransportBuilder, certificate_and_key: &str) -> ReqwestTransportBuilder {
    let identity = Identity::from_pem(certificate_and_key.as_bytes()).unwrap();
    builder.configure(move |client| client.identity(identity.clone()))
}

fn proxied(builder: ReqwestTransportBuilder, url: &str) -> ReqwestTransportBuilder {
    let proxy = Proxy::all(url).unwrap();
    builder.configure(move |client| client.proxy(proxy.clone()))
}

#[cfg(target_os = "linux")]
fn resolving(name: &'static str, addr: std::net::SocketAddr) -> ReqwestTransportBuilder {
    Tested::builder().configure(move |client| client.resolve(name, addr))
}

fn named(user_agent: &'static str) -> ReqwestTransportBuilder {
    Tested::builder().configure(move |client| client.user_agent(user_agent))
}
