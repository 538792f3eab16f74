//! The routes of a plugin on axum, as Qelos and browsers call them.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qelos_client::plugin::{Caller, Plugin};
use qelos_client::testing::{Fault, NewUser};
use qelos_client::{Error, OAuth};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{BOT, Network, PASSWORD, UNA, World};

async fn hello(caller: Caller) -> String {
    caller.user.and_then(|user| user.first_name).unwrap_or_else(|| "guest".to_owned())
}

/// The name of the plugin's user in the tenant.
async fn bot(State(plugin): State<Plugin<OAuth, Network>>, caller: Caller) -> Result<String, Error> {
    let client = plugin.client_of(&caller.tenant).await?;
    Ok(client.logged_in_user().await?.username.unwrap_or_default())
}

fn registration() -> Value {
    json!({ "username": BOT, "password": PASSWORD, "appUrl": "https://acme.example" })
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

async fn call(router: &Router, method: Method, path: &str, headers: &[(&str, &str)], body: Value) -> Reply {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let response = router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Reply { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

async fn application(world: &World) -> Router {
    let plugin = world.plugin().await;
    let pages = plugin.protect_pages(Router::new().route("/whoami", get(hello)));
    plugin.router(Router::new().route("/hello", get(hello))).merge(pages).route("/open", get(hello))
}

#[tokio::test(start_paused = true)]
async fn qelos_installs_a_plugin_and_calls_it() {
    let world = World::new();
    let app = application(&world).await;
    let manifest = call(&app, Method::GET, "/api/play-manifest", &[], Value::Null).await;
    assert_eq!(manifest.headers["access-control-allow-origin"], "*");
    let manifest = manifest.json();
    assert_eq!(manifest["registerUrl"], "https://todos.example/api/register");
    assert_eq!(manifest["authAcquire"]["refreshTokenKey"], "refresh_token");

    let tokens = call(&app, Method::POST, "/api/register", &[], registration()).await;
    assert_eq!((tokens.status, &tokens.headers["cache-control"]), (StatusCode::OK, &"no-store".parse().unwrap()));
    let tokens = tokens.json();
    let bearer = |name: &str| format!("Bearer {}", tokens[name].as_str().unwrap());
    let (access, refresh) = (bearer("access_token"), bearer("refresh_token"));

    let by_una = [("authorization", access.as_str()), ("user", UNA)];
    let said = call(&app, Method::GET, "/api/play/hello", &by_una, Value::Null).await;
    assert_eq!((said.status, said.body.as_str()), (StatusCode::OK, "Una"));
    let said = call(&app, Method::GET, "/api/play/hello", &[by_una[0]], Value::Null).await;
    assert_eq!(said.body, "guest");

    let refused = call(&app, Method::GET, "/api/play/hello", &[("user", UNA)], Value::Null).await;
    assert_eq!(refused.status, StatusCode::PROXY_AUTHENTICATION_REQUIRED);
    assert_eq!(refused.headers["x-q-auth"], "unauthorized");
    assert_eq!(call(&app, Method::GET, "/api/play/nothing", &by_una, Value::Null).await.status, StatusCode::NOT_FOUND);
    let unprotected = call(&app, Method::GET, "/open", &by_una, Value::Null).await;
    assert!(
        unprotected.status.is_server_error() && unprotected.body.contains("Plugin::protect"),
        "{}",
        unprotected.body
    );

    let renewed = call(&app, Method::POST, "/api/token/refresh", &[("authorization", &refresh)], Value::Null).await;
    assert!(renewed.json()["access_token"].is_string());
    for headers in [[("authorization", refresh.as_str())].as_slice(), &[]] {
        let refused = call(&app, Method::POST, "/api/token/refresh", headers, Value::Null).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.json()["message"].as_str().unwrap().contains("install the plugin again"));
    }
    let missing = call(&app, Method::POST, "/api/register", &[], json!({ "username": BOT })).await;
    assert_eq!(
        (missing.status, &missing.json()["message"]),
        (StatusCode::UNAUTHORIZED, &json!("missing password, appUrl"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_registration_that_the_plugin_cannot_take_says_whether_to_try_again() {
    let world = World::new();
    world.own.add_user(NewUser::new("eve@own.example", "hunter22"));
    let app = world.plugin_of("eve@own.example").await.router(Router::new());
    let failed = call(&app, Method::POST, "/api/register", &[], registration()).await;
    let message = json!("the plugin has failed: its log says why");
    assert_eq!((failed.status, &failed.json()["message"]), (StatusCode::INTERNAL_SERVER_ERROR, &message));

    let app = application(&world).await;
    world.network.0["acme.example"].of_all().always(Fault::refused());
    let failed = call(&app, Method::POST, "/api/register", &[], registration()).await;
    let message = json!("the plugin cannot reach a server that it needs: try again");
    assert_eq!((failed.status, &failed.json()["message"]), (StatusCode::SERVICE_UNAVAILABLE, &message));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_returns_an_error_does_not_show_it_to_its_caller() {
    let world = World::new();
    let plugin = world.plugin().await;
    let app = plugin.router(Router::new().route("/bot", get(bot)).with_state(plugin.clone()));
    let tokens = call(&app, Method::POST, "/api/register", &[], registration()).await.json();
    let access = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let by_una = [("authorization", access.as_str()), ("user", UNA)];
    let said = call(&app, Method::GET, "/api/play/bot", &by_una, Value::Null).await;
    assert_eq!((said.status, said.body.as_str()), (StatusCode::OK, BOT));

    let network = &world.network.0["acme.example"];
    for (fault, status, why) in [
        (Fault::status(503), StatusCode::SERVICE_UNAVAILABLE, "cannot reach a server"),
        (Fault::status(404), StatusCode::INTERNAL_SERVER_ERROR, "its log says why"),
    ] {
        network.of_all().always(fault);
        let failed = call(&app, Method::GET, "/api/play/bot", &by_una, Value::Null).await;
        assert_eq!(failed.status, status);
        assert!(failed.body.contains(why) && !failed.body.contains("acme.example"), "{}", failed.body);
    }
}

#[tokio::test(start_paused = true)]
async fn a_browser_comes_back_from_qelos_and_signs_out() {
    let world = World::new();
    let app = application(&world).await;
    let tokens = call(&app, Method::POST, "/api/register", &[], registration()).await.json();
    let access = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let path = format!("/api/callback?returnUrl={}", STANDARD.encode("https://todos.example/").replace('=', "%3D"));
    let callback =
        call(&app, Method::GET, &path, &[("authorization", &access), ("user", UNA)], Value::Null).await.json();

    let asked = json!({ "returnUrl": "https://todos.example/", "token": callback["token"] });
    let authorized = call(&app, Method::POST, "/api/authorize", &[], asked).await;
    assert_eq!(authorized.json()["user"]["firstName"], "Una");
    let cookie = authorized.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let of_page = [("code", callback["code"].as_str().unwrap()), ("cookie", cookie.as_str())];
    assert_eq!(call(&app, Method::GET, "/whoami", &of_page, Value::Null).await.body, "Una");
    let refused = call(&app, Method::GET, "/whoami", &[of_page[1]], Value::Null).await;
    assert_eq!(
        (refused.status, refused.json()["message"].clone()),
        (StatusCode::UNAUTHORIZED, json!("there is no header `code`"))
    );

    let gone = call(&app, Method::POST, "/api/un-authorize", &of_page, Value::Null).await;
    assert!(gone.status.is_success() && gone.headers["set-cookie"].to_str().unwrap().contains("=; Max-Age=0"));
}
