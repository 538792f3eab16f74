//! MCP clients are let in: on pages of an application, and with a browser that comes back to a port of this machine.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_client::api::{McpAuthorize, McpRegister};
use qelos_client::auth::{SatisfiedBy, Session};
use qelos_client::testing::FakeQelos;
use qelos_client::{Client, Credential, McpAccessRequest, mcp_request_of_login};

use crate::oauth2::loopback::browse;
use crate::world::World;

const CALLBACK: &str = "https://client.example/cb";
const CONSENT: &str = "/api/auth/mcp/consent";

/// A server that permits the client to come back to its URL.
fn world() -> World {
    let world = World::new();
    world.qelos.set_mcp_callbacks(&[CALLBACK]);
    world
}

/// Where the server sends a browser that opens this URL.
fn location(world: &World, url: &str, cookie: Option<&str>) -> String {
    let request = Request::get(url.strip_prefix("https://qelos.test").unwrap_or(url)).header("host", "qelos.test");
    let request = cookie.into_iter().fold(request, |request, cookie| request.header("cookie", cookie));
    let response: Response<Bytes> = world.qelos.handle(request.body(Bytes::new()).unwrap());
    response.headers()["location"].to_str().unwrap().to_owned()
}

/// The request of an MCP client on the login page, to which the server sends a browser without a session.
fn asked(world: &World, url: &str) -> McpAuthorize {
    let login = location(world, url, None);
    assert!(login.starts_with("/login?redirect="), "{login}");
    mcp_request_of_login(&login).unwrap().expect("it is the request of an MCP client")
}

async fn cookie(world: &World) -> String {
    let line = world.cookie().await.take_set_cookies().remove(0);
    line.to_str().unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_application_lets_a_client_in_for_its_user() {
    let world = World::new();
    world.qelos.set_mcp_enabled(true);
    let mcp = world.anonymous();
    let registered = mcp.call(&McpRegister::new(vec![CALLBACK.to_owned()])).await.unwrap();
    let authorization = mcp.mcp_authorization(CALLBACK, Some(registered.client_id.clone())).unwrap();

    let asked = asked(&world, authorization.url());
    let user = world.cookie().await;
    let request = user.mcp_access_request(&asked).await.unwrap();
    assert_eq!((request.redirect_uri(), request.client_id()), (CALLBACK, Some(registered.client_id.as_str())));
    let back = user.accept_mcp_access(&request).await.unwrap().location;
    let mcp = mcp.finish_mcp_authorization(&authorization, &back).await.unwrap();
    assert_eq!(mcp.logged_in_user().await.unwrap().id, world.ada);
}

/// Accepts and denies what a browser with a session is asked, as the user of a session of any kind.
async fn replies<C: Credential>(world: &World, user: &Client<C, FakeQelos>)
where
    Session: SatisfiedBy<C>,
{
    let mcp = world.anonymous();
    let authorization = mcp.mcp_authorization(CALLBACK, None).unwrap();
    let page = location(world, authorization.url(), Some(&cookie(world).await));
    let request = McpAccessRequest::in_url(&page).unwrap();
    assert_eq!((request.redirect_uri(), request.client_id()), (CALLBACK, None));

    let back = user.deny_mcp_access(&request).await.unwrap().location;
    let error = mcp.finish_mcp_authorization(&authorization, &back).await.unwrap_err();
    assert!(error.is_sign_in_failed() && error.to_string().contains("refused: access_denied"), "{error}");
    let back = user.accept_mcp_access(&request).await.unwrap().location;
    mcp.finish_mcp_authorization(&authorization, &back).await.unwrap();
}

#[tokio::test]
async fn a_request_in_the_url_of_the_page_is_accepted_and_denied_with_any_session() {
    let world = world();
    replies(&world, &world.cookie().await).await;
    replies(&world, &world.oauth().await).await;
}

#[tokio::test]
async fn a_client_without_pkce_is_not_let_in() {
    let world = world();
    let user = world.oauth().await;
    let ask = "/api/auth/mcp/authorize?redirect_uri=https%3A%2F%2Fclient.example%2Fcb&state=s";
    for challenge in ["", "&code_challenge=x&code_challenge_method=plain"] {
        let url = format!("{ask}{challenge}");
        let error = mcp_request_of_login(&location(&world, &url, None)).unwrap_err();
        assert!(error.is_sign_in_failed() && error.to_string().contains("`code_challenge`"), "{error}");

        let page = location(&world, &url, Some(&cookie(&world).await));
        let request = McpAccessRequest::in_url(&page).unwrap();
        let error = user.accept_mcp_access(&request).await.unwrap_err();
        assert!(error.is_sign_in_failed() && error.to_string().contains("`code_challenge`"), "{error}");
        assert_eq!(world.qelos.count("POST", CONSENT), 0, "the server would send the tokens");
        let back = user.deny_mcp_access(&request).await.unwrap().location;
        assert_eq!(back, format!("{CALLBACK}?error=access_denied&state=s"));
        world.qelos.forget_requests();
    }
}

#[tokio::test]
async fn a_reply_comes_in_time_and_with_a_session() {
    let world = world();
    let asked = asked(&world, world.anonymous().mcp_authorization(CALLBACK, None).unwrap().url());
    let user = world.cookie().await;
    let request = user.mcp_access_request(&asked).await.unwrap();
    world.pass(Duration::from_mins(10));
    let error = user.accept_mcp_access(&request).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST), "{error}");
    let foreign = McpAuthorize::new("https://evil.example/cb", "E9Mel");
    let error = user.mcp_access_request(&foreign).await.unwrap_err();
    assert_eq!(error.api().unwrap().message(), Some("redirect_uri is not permitted"));

    world.qelos.rotate_signing_secret();
    let error = user.mcp_access_request(&asked).await.unwrap_err();
    assert!(error.is_sign_in_failed() && error.to_string().contains("has to sign in again"), "{error}");
}

#[test]
fn a_login_page_follows_no_url() {
    for url in [
        "/login",
        "/login?redirect=",
        "/login?redirect=%2Fdashboard",
        "/login?redirect=https%3A%2F%2Fevil.example%2Fapi%2Fauth%2Fmcp%2Fauthorize%3Fcode_challenge_method%3DS256",
        "/login?redirect=%2F%2Fevil.example%2Fapi%2Fauth%2Fmcp%2Fauthorize",
        "/login?redirect=%2Fapi%2Fauth%2Fmcp%2Fauthorize%2F..%2F..%2Fconsent",
        "/login?redirect=%2Fapi%2Fauth%2Fmcp%2Fauthorize&redirect=%2Fapi%2Fauth%2Fmcp%2Fauthorize",
    ] {
        assert!(mcp_request_of_login(url).unwrap().is_none(), "{url}");
    }
    let incomplete = "/login?redirect=%2Fapi%2Fauth%2Fmcp%2Fauthorize%3Fcode_challenge_method%3DS256";
    assert!(mcp_request_of_login(incomplete).unwrap_err().is_config());
}

#[test]
fn a_page_without_a_request_is_an_error_that_shows_no_value() {
    for url in
        ["/mcp/authorize", "/mcp/authorize?mcp_state=hunter2", "?mcp_state=e30.aHVudGVyMg.x", "mcp_state=e30.e30.x"]
    {
        let error = McpAccessRequest::in_url(url).unwrap_err();
        assert!(error.is_config() && !error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_browser_that_comes_back_to_a_port_brings_the_session() {
    let world = World::new();
    world.qelos.set_mcp_enabled(true);
    let authorization = world.anonymous().mcp_loopback_authorization("inspector", "/callback").await.unwrap();
    let asked = asked(&world, authorization.url());
    let port = asked.redirect_uri.strip_prefix("http://127.0.0.1:").unwrap().strip_suffix("/callback").unwrap();
    let port: u16 = port.parse().unwrap();
    let user = world.cookie().await;
    let request = user.mcp_access_request(&asked).await.expect("the client has registered this port");
    let back = user.accept_mcp_access(&request).await.unwrap().location;

    let program = tokio::spawn(authorization.finish(Duration::from_secs(30)));
    for foreign in ["/callback?code=evil&state=guessed", "/callback?access_token=evil"] {
        assert!(browse(port, foreign).await.starts_with("HTTP/1.1 400 "), "{foreign}");
    }
    let target = back.strip_prefix(&format!("http://127.0.0.1:{port}")).unwrap();
    assert!(browse(port, target).await.contains("You can close this window"));
    let client = program.await.unwrap().unwrap();
    assert_eq!(client.logged_in_user().await.unwrap().id, world.ada);
    client.refresh_token().await.unwrap();
    assert_eq!(world.refreshes(), 1);
}
