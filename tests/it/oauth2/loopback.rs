//! The port to which a browser comes back, over real sockets.

use std::time::Duration;

use qelos_client::ExposeSecret as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::oauth2::Script;
use crate::oauth2::browser::{query, scheme};

const LONG: Duration = Duration::from_secs(30);

/// What a browser shows for this target.
pub(crate) async fn browse(port: u16, target: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nuser-agent: browser\r\n\r\n");
    // In two pieces, as a network may deliver it.
    let (first, second) = request.split_at(9);
    stream.write_all(first.as_bytes()).await.unwrap();
    tokio::task::yield_now().await;
    stream.write_all(second.as_bytes()).await.unwrap();
    let mut shown = String::new();
    stream.read_to_string(&mut shown).await.unwrap();
    shown
}

fn port_in(redirect_uri: &str) -> u16 {
    redirect_uri.strip_prefix("http://127.0.0.1:").unwrap().strip_suffix("/callback").unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_browser_that_comes_back_gets_a_page_and_the_program_a_session() {
    let script = Script::default().issue();
    let sign_in = scheme().loopback_sign_in(&script.client(), "/callback").await.unwrap();
    let shown = format!("{sign_in:?}");
    assert!(shown.starts_with("LoopbackSignIn { sign_in: BrowserSignIn { redirect_uri: "), "{shown}");
    let asked = query(sign_in.with_parameter("prompt", "login").url());
    assert_eq!(asked["prompt"], "login");
    let sign_in = scheme().loopback_sign_in(&script.client(), "/callback").await.unwrap();
    let asked = query(sign_in.url());
    let (port, state) = (port_in(&asked["redirect_uri"]), asked["state"].clone());
    let program = tokio::spawn(sign_in.finish(LONG));

    // What is no response to this sign-in does not end it.
    let silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    drop(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    assert!(browse(port, "/favicon.ico").await.starts_with("HTTP/1.1 404 "));
    assert!(browse(port, &format!("/callback/x?code=evil&state={state}")).await.starts_with("HTTP/1.1 404 "));
    for foreign in ["/callback", "/callback?code=evil&state=guessed", "/callback?error=access_denied&state=<b>"] {
        let shown = browse(port, foreign).await;
        assert!(shown.starts_with("HTTP/1.1 400 ") && !shown.contains("<b>"), "{shown}");
    }

    let shown = browse(port, &format!("/callback?code=<b>&state={state}")).await;
    assert!(shown.starts_with("HTTP/1.1 200 ") && shown.contains("You can close this window"), "{shown}");
    assert!(shown.contains("cache-control: no-store") && !shown.contains("<b>") && !shown.contains(&state), "{shown}");
    let client = program.await.unwrap().unwrap();
    assert_eq!(client.tokens().unwrap().access_token.expose_secret(), "a1");
    let form = script.forms()[0].clone();
    assert_eq!((form["code"].as_str(), &form["redirect_uri"]), ("<b>", &asked["redirect_uri"]));
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "the port is closed");
    drop(silent);
}

#[tokio::test]
async fn a_refusal_of_the_user_ends_the_sign_in() {
    let sign_in = scheme().loopback_sign_in(&Script::default().client(), "/callback").await.unwrap();
    let asked = query(sign_in.url());
    let program = tokio::spawn(sign_in.finish(LONG));
    let target = format!("/callback?error=access_denied&state={}", asked["state"]);
    assert!(browse(port_in(&asked["redirect_uri"]), &target).await.contains("You can close this window"));
    let error = program.await.unwrap().unwrap_err();
    assert!(error.is_sign_in_failed() && error.to_string().contains("has refused it"), "{error}");
}

#[tokio::test]
async fn a_browser_that_does_not_come_back_ends_the_sign_in() {
    let sign_in = scheme().loopback_sign_in(&Script::default().client(), "/callback").await.unwrap();
    let port = port_in(&query(sign_in.url())["redirect_uri"]);
    let error = sign_in.finish(Duration::from_millis(20)).await.unwrap_err();
    assert!(error.is_sign_in_failed() && error.to_string().contains("within 20ms"), "{error}");
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "the port is closed");
}

#[tokio::test]
async fn a_path_that_no_redirect_has_is_refused() {
    let client = Script::default().client();
    for path in ["callback", "", "/a b", "/a?b", "/%2e"] {
        assert!(scheme().loopback_sign_in(&client, path).await.unwrap_err().is_config(), "{path}");
    }
}
