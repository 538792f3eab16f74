//! An MCP client signs its user in: discovery, registration, a browser, and tokens, always with PKCE.
//!
//! `cargo run --example mcp` runs on an embedded Qelos, and acts as the user and the browser as well.

use std::error::Error;
use std::process::ExitCode;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use http::{Request, Response};
use qelos_client::api::{McpDiscovery, McpRegister, OAuthSignIn};
use qelos_client::testing::{FakeQelos, NewUser};
use qelos_client::{Client, ExposeSecret, SystemClock};

const CALLBACK: &str = "http://127.0.0.1:7777/callback";

#[tokio::main]
async fn main() -> ExitCode {
    match play().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The client was not authorized: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn play() -> Result<(), Box<dyn Error>> {
    let qelos = FakeQelos::new(SystemClock);
    qelos.add_user(NewUser::new("ada@acme.example", "only-for-this-run"));
    qelos.set_mcp_enabled(true);
    let client = Client::builder("https://embedded.example").transport(qelos.clone()).build()?;

    let server = client.call(&McpDiscovery).await?;
    println!("1. {} sends users to {}", server.issuer, server.authorization_endpoint);
    let mut inspector = McpRegister::new(vec![CALLBACK.to_owned()]);
    inspector.client_name = Some("inspector".to_owned());
    let registered = client.call(&inspector).await?;
    println!("2. registered as {}", registered.client_id);

    let authorization = client.mcp_authorization(CALLBACK, Some(registered.client_id))?;
    println!("3. the user is sent to {}", authorization.url());
    let back = browser(&qelos, authorization.url()).await?;
    println!("4. the user has agreed, and is back at {CALLBACK}");

    let client = client.finish_mcp_authorization(&authorization, &back).await?;
    let me = client.logged_in_user().await?;
    println!("5. authorized for {}, with tokens that are renewed like any others", me.username.unwrap_or_default());
    client.refresh_token().await?;
    client.sign_out().await?;
    client.settled().await?;
    Ok(())
}

/// In place of the user and the browser: the user signs in and agrees, and the browser follows the redirects.
async fn browser(qelos: &FakeQelos, url: &str) -> Result<String, Box<dyn Error>> {
    let client = Client::builder("https://embedded.example").transport(qelos.clone()).build()?;
    let sign_in = OAuthSignIn::new("ada@acme.example", "only-for-this-run".into());
    let session = client.oauth_sign_in(&sign_in).await?.0.tokens()?;
    let bearer = format!("Bearer {}", session.access.expose_secret());

    let asked = qelos.handle(Request::get(url).header(AUTHORIZATION, &bearer).body(Bytes::new())?);
    let state = location(&asked)?.split_once("mcp_state=").ok_or("no question for the user")?.1.to_owned();
    let consent = Request::post("https://embedded.example/api/auth/mcp/consent")
        .header(AUTHORIZATION, &bearer)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(format!("mcp_state={state}&action=accept").into())?;
    location(&qelos.handle(consent)).map(str::to_owned)
}

fn location(response: &Response<Bytes>) -> Result<&str, Box<dyn Error>> {
    let to = response.headers().get(LOCATION).ok_or_else(|| format!("no redirect: {:?}", response.body()))?;
    Ok(to.to_str()?)
}
