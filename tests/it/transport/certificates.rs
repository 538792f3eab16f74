//! A machine without trusted certificates, such as an image without `ca-certificates`: only https needs them.

use std::process::Command;

use qelos_client::api::GetMe;
use qelos_client::transport::{Transport, TransportErrorKind};
use qelos_client::{Client, Error};
use rcgen::generate_simple_self_signed;

use super::{OWN_CERTIFICATE, Tested, named, resolving, trusting};
use crate::transport::server::{Server, json};

/// Set for a run of this program without certificates.
const WITHOUT: &str = "QELOS_TESTS_WITHOUT_CERTIFICATES";

/// Runs this test in another process, where the certificates of the system are in a missing file.
fn run_without_certificates(test: &str) {
    let test = format!("{}::{test}", module_path!().split_once("::").unwrap().1);
    let nowhere = "/nowhere/certificates";
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--exact", &test]).env("SSL_CERT_FILE", nowhere).env("SSL_CERT_DIR", nowhere).env(WITHOUT, "1");
    let output = program.output().unwrap();
    let output_text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && output_text.contains("1 passed"), "{output_text}");
}

fn assert_says_what_to_do(error: &Error) {
    assert!(error.is_connect() && !error.is_transient(), "{error}");
    assert_eq!(
        error.to_string().rsplit_once("the transport is not set up for this: ").unwrap().1,
        format!(
            "no trusted certificates were found on this machine: install `ca-certificates`, check `SSL_CERT_FILE` and \
             `SSL_CERT_DIR` if they are set, or add {OWN_CERTIFICATE} where the transport is built"
        )
    );
}

#[tokio::test]
async fn only_https_needs_certificates() {
    if std::env::var_os(WITHOUT).is_none() {
        return run_without_certificates("only_https_needs_certificates");
    }
    assert!(Client::new("https://acme.example").unwrap_err().is_connect(), "the default transport");
    let transport = Tested::new().unwrap();
    let encrypted = Client::builder("https://acme.example").transport(transport.clone());
    assert_says_what_to_do(&encrypted.build().unwrap_err());
    let request = http::Request::get("https://acme.example/api/me").body(bytes::Bytes::new()).unwrap();
    assert_says_what_to_do(&transport.send(request.map(qelos_client::Body::from)).await.unwrap_err().into());

    // The client does not know that this name is this machine: it sends as to any other server over plain http.
    let server = Server::responding(json("{}")).await;
    let resolved = resolving("qelos.test", server.addr).build().unwrap();
    let elsewhere = Client::builder("http://qelos.test").transport(resolved).danger_allow_plain_http();
    let here = Client::builder(&server.url()).transport(transport);
    for client in [here.api_token("ql_1").build().unwrap(), elsewhere.api_token("ql_1").build().unwrap()] {
        assert!(client.call(&GetMe).await.unwrap_err().is_decode());
    }
    assert_eq!(server.received().len(), 2);
}

#[test]
fn own_certificates_are_enough() {
    if std::env::var_os(WITHOUT).is_none() {
        return run_without_certificates("own_certificates_are_enough");
    }
    let own = generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem();
    Client::builder("https://localhost").transport(trusting(&own).build().unwrap()).build().unwrap();

    let broken = named("line\nbreak").build().unwrap_err();
    assert_eq!(broken.kind(), TransportErrorKind::Setup);
    assert!(!broken.to_string().contains("certificates"), "{broken}");
}
