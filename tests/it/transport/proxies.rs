//! Proxies: what they see, and what they do not see.

use std::process::Command;
use std::sync::Arc;

use qelos_client::api::GetMe;
use qelos_client::{ApiTokenAuth, Client, Error, Retries};
use rcgen::{CertifiedKey, KeyPair};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::{Tested, proxied, trusting};
use crate::transport::encrypted::{certificate, config, serve};
use crate::transport::server::{Server, json, read, response};

/// Set for a run of this program with a proxy in its environment.
const PROXY: &str = "QELOS_TESTS_PROXY";

fn client(url: &str, transport: Tested) -> Client<ApiTokenAuth, Tested> {
    let builder = Client::builder(url).api_token("ql_planted").retries(Retries::none());
    builder.transport(transport).danger_allow_plain_http().build().unwrap()
}

async fn fails(url: &str, transport: Tested) -> Error {
    client(url, transport).call(&GetMe).await.unwrap_err()
}

fn through(proxy: &Server) -> Tested {
    proxied(Tested::builder(), &proxy.url().replace("//", "//ada:hunter2@")).build().unwrap()
}

/// Plain http to this machine is safe, because no other machine sees it. A proxy would see it.
#[tokio::test]
async fn plain_http_to_this_machine_uses_no_proxy() {
    let (server, proxy) = (Server::responding(json("{}")).await, Server::responding(json("{}")).await);
    fails(&server.url(), through(&proxy)).await;
    assert_eq!((server.received().len(), proxy.received().len()), (1, 0));
    assert!(server.received()[0].contains("x-api-key: ql_planted"));
    assert!(!server.received()[0].contains("proxy-authorization"));
}

#[tokio::test]
async fn a_proxy_gets_encrypted_requests_only() {
    let proxy = Server::responding(response("502 Bad Gateway", "connection: close\r\n", "")).await;
    let error = fails("https://qelos.test", through(&proxy)).await;
    assert!(error.is_connect(), "{error}");
    let received = proxy.received();
    assert!(received[0].starts_with("CONNECT qelos.test:443 HTTP/1.1\r\n"), "{}", received[0]);
    assert!(
        received[0].to_lowercase().contains("\r\nproxy-authorization: basic ywrhomh1bnrlcji=\r\n"),
        "{}",
        received[0]
    );
    assert!(!received.concat().contains("ql_planted"));
    assert!(!format!("{error:?}{error:#}").contains("hunter2"), "{error:?}");

    let builder = Client::builder("http://qelos.test").api_token("ql_planted").transport(through(&proxy));
    let error = builder.build().unwrap().call(&GetMe).await.unwrap_err();
    assert!(error.is_plaintext(), "{error}");
    assert_eq!(proxy.received().len(), 1, "the proxy did not see the request");
}

#[tokio::test]
async fn plain_http_that_is_allowed_goes_to_the_proxy_as_a_whole_url() {
    let proxy = Server::responding(json("{}")).await;
    fails("http://qelos.test/prefix", through(&proxy)).await;
    let received = proxy.received().remove(0);
    assert!(received.starts_with("GET http://qelos.test/prefix/api/me HTTP/1.1\r\n"), "{received}");
    assert!(received.contains("\r\nhost: qelos.test\r\n"), "{received}");
    assert!(received.contains("\r\nproxy-authorization: Basic YWRhOmh1bnRlcjI=\r\n"), "{received}");
}

/// A proxy that opens one tunnel, with TLS on the way to the proxy if it has a certificate: its URL.
async fn tunnels(own: Option<&CertifiedKey<KeyPair>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let acceptor = own.map(|own| TlsAcceptor::from(Arc::new(config(own, None))));
    let scheme = if acceptor.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        let (client, _) = listener.accept().await.unwrap();
        match acceptor {
            Some(acceptor) => tunnel(acceptor.accept(client).await.unwrap()).await,
            None => tunnel(client).await,
        }
    });
    url
}

async fn tunnel(mut client: impl AsyncRead + AsyncWrite + Unpin) {
    let request = read(&mut client).await;
    let server = request.strip_prefix("CONNECT ").unwrap().split_once(' ').unwrap().0;
    let mut server = TcpStream::connect(server).await.unwrap();
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

#[tokio::test]
async fn a_server_behind_a_proxy_is_called_with_tls() {
    let of_proxy = certificate();
    for of_proxy in [None, Some(&of_proxy)] {
        let (url, roots, mut received) = serve(None).await;
        let roots = of_proxy.iter().fold(roots, |roots, of_proxy| roots + &of_proxy.cert.pem());
        let transport = proxied(trusting(&roots), &tunnels(of_proxy).await).build().unwrap();
        client(&url, transport).call(&GetMe).await.unwrap();
        assert!(received.recv().await.unwrap().contains("x-api-key: ql_planted"));
    }
}

#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_an_error_before_sending() {
    let gone = proxied(Tested::builder(), "http://127.0.0.1:1").build().unwrap();
    let error = fails("https://qelos.test", gone).await;
    assert!(error.is_connect() && !error.is_tls() && error.is_transient(), "{error}");

    let of_proxy = certificate();
    let not_trusted = proxied(Tested::builder(), &tunnels(Some(&of_proxy)).await).build().unwrap();
    let error = fails("https://qelos.test", not_trusted).await;
    assert!(error.is_tls(), "{error}");
}

#[tokio::test]
async fn the_proxies_of_the_environment_are_used() {
    let Some(proxy) = std::env::var_os(PROXY) else {
        let proxy = Server::responding(response("502 Bad Gateway", "connection: close\r\n", "")).await;
        let mut program = Command::new(std::env::current_exe().unwrap());
        let test = format!("{}::the_proxies_of_the_environment_are_used", module_path!().split_once("::").unwrap().1);
        program.args(["--exact", &test]).env(PROXY, proxy.url()).env_remove("REQUEST_METHOD");
        for other in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "no_proxy"] {
            program.env_remove(other);
        }
        program.env("HTTPS_PROXY", proxy.url()).env("NO_PROXY", "not.qelos.test");
        let output = tokio::task::spawn_blocking(move || program.output().unwrap()).await.unwrap();
        let output_text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && output_text.contains("1 passed"), "{output_text}");
        assert_eq!(proxy.received().len(), 1);
        return assert!(proxy.received()[0].starts_with("CONNECT qelos.test:443 "), "{}", proxy.received()[0]);
    };
    let transport = Tested::new().unwrap();
    assert!(fails("https://qelos.test", transport.clone()).await.is_connect(), "{}", proxy.display());
    for direct in ["https://not.qelos.test", "http://qelos.test"] {
        let error = fails(direct, transport.clone()).await;
        assert!(error.is_dns(), "{direct}: {error}");
    }
}
