//! The transport on hyper-util, for the tests that all transports pass.

use qelos_client::transport::HyperTransport;
use qelos_client::transport::hyper::HyperTransportBuilder;

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

type Tested = HyperTransport;

/// How an error names a certificate of the program.
#[cfg(target_os = "linux")]
const OWN_CERTIFICATE: &str = "your own with `root_certificates`";

fn trusting(roots: &str) -> HyperTransportBuilder {
    Tested::builder().root_certificates(roots.as_bytes())
}

fn identified(builder: HyperTransportBuilder, certificate_and_key: &str) -> HyperTransportBuilder {
    builder.client_certificate(certificate_and_key.as_bytes())
}

fn proxied(builder: HyperTransportBuilder, url: &str) -> HyperTransportBuilder {
    builder.proxy(url)
}

#[cfg(target_os = "linux")]
fn resolving(name: &str, addr: std::net::SocketAddr) -> HyperTransportBuilder {
    Tested::builder().resolve(name, addr)
}

fn named(user_agent: &str) -> HyperTransportBuilder {
    Tested::builder().user_agent(user_agent)
}
