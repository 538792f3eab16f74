//! A plugin as a web server: a server of Qelos registers it, its gateway calls it for a user, and the plugin calls back.
//!
//! `cargo run --example plugin_server` runs on two embedded servers, the plugin's own Qelos and that of a tenant, and
//! acts as the gateway as well. A plugin for real reads its settings with `Settings::read` and `Environment::read`.

use std::error::Error;
use std::future::IntoFuture;
use std::process::ExitCode;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use qelos_client::api::OAuthSignIn;
use qelos_client::plugin::{Caller, Manifest, Plugin, Settings};
use qelos_client::testing::{FakeQelos, FakeServer, NewUser};
use qelos_client::{Client, OAuth, SystemClock};
use serde_json::{Value, json};

type Todos = Plugin<OAuth>;

/// `GET /api/play/hello`, which the users of a tenant call as `GET /api/on/todos/hello`.
async fn hello(State(plugin): State<Todos>, caller: Caller) -> Result<String, qelos_client::Error> {
    // The tenant's Qelos, as the user that the tenant has made for this plugin.
    let client = plugin.client_of(&caller.tenant).await?;
    let me = client.logged_in_user().await?;
    let user = caller.user.and_then(|user| user.first_name).unwrap_or_else(|| "guest".to_owned());
    Ok(format!("hello, {user}; the plugin is {} here", me.username.unwrap_or_default()))
}

fn application(plugin: &Todos) -> Router {
    plugin.router(Router::new().route("/hello", get(hello)).with_state(plugin.clone()))
}

#[tokio::main]
async fn main() -> ExitCode {
    match play().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The plugin failed: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn play() -> Result<(), Box<dyn Error>> {
    let own = embedded(NewUser::new("todos@own.example", "only-for-this-run").role("admin")).await?;
    let tenant = embedded(NewUser::new("todos.0@127.0.0.1", "only-for-this-run").role("plugin")).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);

    let settings = Settings::read_from(|name| match name {
        "APP_URL" => Some(url.clone().into()),
        "ALLOWED_TENANTS" => Some("127.0.0.1".into()),
        "ACCESS_TOKEN_SECRET" | "REFRESH_TOKEN_SECRET" | "USER_PAYLOAD_SECRET" => {
            Some(format!("{name}, only for this run, and long enough").into())
        }
        _ => None,
    })?;
    let sign_in = OAuthSignIn::new("todos@own.example", "only-for-this-run".into());
    let (client, _) = Client::new(own.base_url().as_str())?.oauth_sign_in(&sign_in).await?;
    let plugin = Plugin::new(Manifest::new("todos", settings.app_url()), settings, client.sign_in_again_with(sign_in));
    tokio::spawn(axum::serve(listener, application(&plugin)).into_future());
    println!("the plugin is at {url}");

    // The tenant installs the plugin.
    let http = reqwest::Client::new();
    let registration = json!({ "username": "todos.0@127.0.0.1", "password": "only-for-this-run", "appUrl": tenant.base_url().as_str() });
    let register = http.post(format!("{url}/api/register")).header(CONTENT_TYPE, "application/json");
    let tokens = register.body(registration.to_string()).send().await?.text().await?;
    let tokens: Value = serde_json::from_str(&tokens)?;
    println!("1. POST /api/register: tokens for the tenant");

    // Its gateway passes on the request of a user.
    let hello = format!("{url}/api/play/hello");
    let token = tokens["access_token"].as_str().unwrap_or_default();
    let ada = json!({ "_id": "6b072b5778f278c3d3bceb1c", "firstName": "Ada", "roles": ["user"] }).to_string();
    let response = http.get(&hello).bearer_auth(token).header("user", ada.clone()).send().await?;
    println!("2. GET /api/play/hello: {}", response.text().await?);

    let response = http.get(&hello).bearer_auth("forged").header("user", ada).send().await?;
    println!("3. the same with another token: {}, {}", response.status(), response.text().await?);
    Ok(())
}

async fn embedded(user: NewUser) -> Result<FakeServer, Box<dyn Error>> {
    let qelos = FakeQelos::new(SystemClock);
    qelos.add_user(user);
    Ok(qelos.serve("127.0.0.1:0".parse()?).await?)
}
