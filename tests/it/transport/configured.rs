//! A client of reqwest with settings of the user: they apply, except for those that the transport overwrites.

use qelos_client::api::GetMe;
use qelos_client::transport::ReqwestTransport;
use qelos_client::transport::reqwest::ClientBuilder;
use qelos_client::{ApiTokenAuth, Client, Retries};

use crate::transport::server::{Server, json, redirect, response};

fn client(
    url: &str,
    configure: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
) -> Client<ApiTokenAuth> {
    let transport = ReqwestTransport::builder().configure(configure).build().unwrap();
    let builder = Client::builder(url).api_token("ql_planted").retries(Retries::none());
    builder.transport(transport).build().unwrap()
}

/// Turns on everything that the transport has to turn off.
fn careless(client: ClientBuilder) -> ClientBuilder {
    let repeats = reqwest::retry::for_host("127.0.0.1").max_retries_per_request(5).classify_fn(|outcome| {
        let again = outcome.status().is_some_and(|status| status.is_server_error());
        if again { outcome.retryable() } else { outcome.success() }
    });
    let follows = reqwest::redirect::Policy::limited(10);
    client.redirect(follows).retry(repeats).cookie_store(true).referer(true)
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let other = Server::responding(json("{}")).await;
    let server = Server::responding(redirect(&format!("{}/api/me", other.url()), "307 Temporary Redirect")).await;
    assert!(client(&server.url(), careless).call(&GetMe).await.unwrap_err().is_redirect());
    assert_eq!((server.received().len(), other.received().len()), (1, 0));
}

#[tokio::test]
async fn no_cookies_are_kept() {
    let set = response("500 Oh", "set-cookie: qlt_0=planted-cookie; Path=/\r\nconnection: close\r\n", "");
    let server = Server::responding(set).await;
    let client = client(&server.url(), careless);
    for _ in 0..2 {
        client.call(&GetMe).await.unwrap_err();
    }
    assert!(!server.received()[1].contains("planted-cookie"), "{}", server.received()[1]);
}

#[tokio::test]
async fn no_request_is_sent_twice() {
    let server = Server::responding(response("503 Service Unavailable", "connection: close\r\n", "")).await;
    client(&server.url(), careless).call(&GetMe).await.unwrap_err();
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn other_settings_apply() {
    let server = Server::responding(json("{}")).await;
    let named = client(&server.url(), |client| careless(client).user_agent("acme/1"));
    named.call(&GetMe).await.unwrap_err();
    assert!(server.received()[0].contains("\r\nuser-agent: acme/1\r\n"), "{}", server.received()[0]);
}

#[cfg(feature = "features-of-others")]
#[tokio::test]
async fn the_limit_for_a_body_holds_for_what_is_unpacked() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// A thousand zeros.
    const PACKED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x33\x30\x18\x05\xa3\x60\x14\x0c\x77\x00\x00\x83\x99\x5f\xa8\xe8\x03\x00\x00";
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let read = stream.read(&mut request).await.unwrap();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", PACKED.len());
        stream.write_all(&[head.as_bytes(), PACKED].concat()).await.unwrap();
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    let transport = ReqwestTransport::builder().configure(|client| client.gzip(true)).largest_body(999);
    let builder = Client::builder(&url).api_token("ql_1").transport(transport.build().unwrap());
    let error = builder.build().unwrap().call(&GetMe).retries(Retries::none()).await.unwrap_err();
    assert!(server.await.unwrap().contains("accept-encoding: gzip"));
    assert!(error.is_too_large(), "{error}");
}

#[tokio::test]
async fn later_settings_overwrite_earlier_ones() {
    let server = Server::responding(json("{}")).await;
    let builder = ReqwestTransport::builder().configure(|client| client.user_agent("acme/1").referer(true));
    let transport = builder.configure(|client| client.user_agent("acme/2")).build().unwrap();
    let client = Client::builder(&server.url()).api_token("ql_1").transport(transport).build().unwrap();
    client.call(&GetMe).await.unwrap_err();
    assert!(server.received()[0].contains("\r\nuser-agent: acme/2\r\n"), "{}", server.received()[0]);
}

#[test]
fn an_invalid_setting_is_an_error() {
    let broken = ReqwestTransport::builder().configure(|client| client.user_agent("line\nbreak")).build();
    assert_eq!(
        broken.as_ref().unwrap_err().to_string(),
        "the transport is not set up for this: builder error: failed to parse header value"
    );
    assert!(!qelos_client::Error::from(broken.unwrap_err()).is_transient());
}
