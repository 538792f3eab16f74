//! Logins through a browser: the URLs it is sent to, and the callbacks that are accepted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::{McpDiscovery, McpRegister, SocialLogin, SocialProvider};
use qelos_client::transport::whole;
use qelos_client::{
    Anonymous, Body, Client, ExposeSecret, McpAuthorization, Transport, TransportError, refresh_token_of_callback,
};
use sha2::{Digest, Sha256};
use url::Url;

use crate::world::{ADA, LIFETIME, World};

const CALLBACK: &str = "http://127.0.0.1:7777/callback";

/// A server that gives tokens for any code, and keeps the requests.
#[derive(Clone, Default)]
struct Generous(Arc<Mutex<Vec<Request<Bytes>>>>);

impl Transport for Generous {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let body = match request.uri().path() {
            "/api/auth/mcp/token" => {
                r#"{"access_token":"e30.e30.x","refresh_token":"r","token_type":"Bearer","expires_in":18000}"#
            }
            _ => r#"{"_id":"6b01d2e6627f2972a3745ddb","username":"ada@example.com","roles":["user"]}"#,
        };
        let request = whole(request).await?;
        self.0.lock().unwrap().push(request);
        Ok(Response::new(body.into()))
    }
}

impl Generous {
    fn client(&self) -> Client<Anonymous, Self> {
        Client::builder("https://qelos.test").transport(self.clone()).build().unwrap()
    }
}

fn pairs(text: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn asked(authorization: &McpAuthorization) -> HashMap<String, String> {
    pairs(Url::parse(authorization.url()).unwrap().query().unwrap())
}

#[tokio::test]
async fn an_mcp_client_sends_pkce_and_state() {
    let server = Generous::default();
    let client = server.client();
    let authorization = client.mcp_authorization(CALLBACK, Some("inspector".to_owned())).unwrap();
    let asked = asked(&authorization);
    assert!(authorization.url().starts_with("https://qelos.test/api/auth/mcp/authorize?"));
    assert_eq!((asked["code_challenge_method"].as_str(), asked["redirect_uri"].as_str()), ("S256", CALLBACK));

    let back = format!("{CALLBACK}?code=the+code&state={}", asked["state"]);
    let client = client.finish_mcp_authorization(&authorization, &back).await.unwrap();
    let who = client.logged_in_user().await.unwrap();
    assert_eq!(who.username.as_deref(), Some("ada@example.com"));
    let sent = server.0.lock().unwrap();
    let form = pairs(std::str::from_utf8(sent[0].body()).unwrap());
    assert_eq!((form["code"].as_str(), form["client_id"].as_str()), ("the code", "inspector"));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    assert_eq!(challenge, asked["code_challenge"]);
    assert!(form["code_verifier"].len() >= 43, "RFC 7636 asks for 43 characters");
    assert_eq!(sent[1].headers()["authorization"], "Bearer e30.e30.x");
    assert_eq!(client.tokens().unwrap().refresh.expose_secret(), "r", "it can be renewed like any session");
}

#[test]
fn each_authorization_is_random_and_not_printed() {
    let client = Generous::default().client();
    let (one, two) =
        (client.mcp_authorization(CALLBACK, None).unwrap(), client.mcp_authorization(CALLBACK, None).unwrap());
    let (first, second) = (asked(&one), asked(&two));
    assert_ne!(first["state"], second["state"]);
    assert_ne!(first["code_challenge"], second["code_challenge"]);
    let shown = format!("{one:?}");
    assert!(shown.contains(CALLBACK) && !shown.contains(&first["state"]), "{shown}");
}

#[tokio::test]
async fn an_invalid_callback_is_refused_before_sending() {
    let server = Generous::default();
    let client = server.client();
    let authorization = client.mcp_authorization(CALLBACK, None).unwrap();
    let state = &asked(&authorization)["state"];
    let cases = [
        (format!("{CALLBACK}?code=c"), "belongs to another authorization"),
        (format!("{CALLBACK}?code=c&state=another"), "belongs to another authorization"),
        (format!("{CALLBACK}?code=c&state={state}&state=another"), "belongs to another authorization"),
        (format!("{CALLBACK}?state={state}"), "has no code"),
        (format!("{CALLBACK}?code=&state={state}"), "has no code"),
        (format!("{CALLBACK}?access_token=hunter2&refresh_token=hunter2&state={state}"), "has tokens in its URL"),
        (format!("{CALLBACK}#refresh_token=hunter2&state={state}"), "has tokens in its URL"),
        (format!("{CALLBACK}?code=c&state={state}#access_token=hunter2"), "has tokens in its URL"),
        (format!("{CALLBACK}?error=access_denied&state={state}"), "refused: access_denied"),
        (format!("{CALLBACK}?error=access_denied&error_description=Not+today&state={state}"), "refused: Not today"),
    ];
    for (back, why) in cases {
        let error = client.finish_mcp_authorization(&authorization, &back).await.unwrap_err();
        assert!(error.is_sign_in_failed(), "{error}");
        let error = error.to_string();
        assert!(error.contains(why), "{error}");
        assert!(!error.contains(state.as_str()) && !error.contains("hunter2"), "{error}");
    }
    assert!(server.0.lock().unwrap().is_empty());
}

#[test]
fn social_logins_have_urls_and_callbacks() {
    let client = Generous::default().client();
    let mut login = SocialLogin::new(SocialProvider::LinkedIn);
    (login.state, login.return_url) = (Some("s t".to_owned()), Some("/done?x=1".to_owned()));
    let url = Url::parse(&client.social_login_url(&login).unwrap()).unwrap();
    assert_eq!(url.path(), "/api/auth/linkedin");
    assert_eq!(pairs(url.query().unwrap())["returnUrl"], "/done?x=1");
    let callback = client.social_callback_url(SocialProvider::Google).unwrap();
    assert_eq!(callback, "https://qelos.test/api/auth/google/callback");
    let slash = SocialProvider::Other("a/signin".to_owned());
    assert_eq!(
        client.social_callback_url(slash).unwrap(),
        "https://qelos.test/api/auth/a%2Fsignin/callback",
        "a name stays in its segment"
    );
    let escape = SocialProvider::Other("../../signin".to_owned());
    let error = client.social_callback_url(escape).unwrap_err().to_string();
    assert!(error.contains("a part of the path would be `..`"), "{error}");

    for (back, token) in
        [("https://app.test/cb?rt=a%2Bb#there", Some("a+b")), ("x=1&rt=c", Some("c")), ("?rt=%20", None), ("", None)]
    {
        let found = refresh_token_of_callback(back).ok();
        assert_eq!(found.as_ref().map(ExposeSecret::expose_secret), token, "{back}");
    }
}

#[tokio::test]
async fn a_social_login_starts_a_session_and_keeps_no_private_fields() {
    let world = World::new();
    // In place of a provider: the refresh token that the server would put into the URL.
    let refresh = world.oauth().await.tokens().unwrap().refresh;
    let back = format!("https://app.test/cb?rt={}", refresh.expose_secret());
    let token = refresh_token_of_callback(&back).unwrap();
    let (client, response) = world.anonymous().exchange_auth_callback(token.clone()).await.unwrap();
    assert_eq!((response.user.id, response.user.profile.username.as_deref()), (Some(world.ada), Some(ADA)));
    assert_eq!(client.logged_in_user().await.unwrap().id, world.ada);

    let kept = format!("{response:?} {}", serde_json::to_string(&response).unwrap());
    for field in ["password", "salt", "$2a$", "tokens", "relatedToken", "lastLogin"] {
        assert!(!kept.contains(field), "{field} in {kept}");
    }
    let again = world.anonymous().exchange_auth_callback(token).await.unwrap_err();
    assert!(again.is_unauthorized() && !again.to_string().contains(refresh.expose_secret()), "{again}");
}

/// In place of the user and the browser: the user, who is signed in, agrees, and the browser follows the redirects.
async fn consent(world: &World, url: &str) -> String {
    let access = world.oauth().await.tokens().unwrap().access;
    let bearer = format!("Bearer {}", access.expose_secret());
    let location = |response: &Response<Bytes>| response.headers()["location"].to_str().unwrap().to_owned();
    let request = |method: &str, url: &str, body: String| {
        let request = Request::builder().method(method).uri(url).header("authorization", &bearer);
        request.header("content-type", "application/x-www-form-urlencoded").body(Bytes::from(body)).unwrap()
    };
    let asked = location(&world.qelos.handle(request("GET", url, String::new())));
    let state = asked.strip_prefix("/mcp/authorize?mcp_state=").unwrap();
    let agreed = request("POST", "https://qelos.test/api/auth/mcp/consent", format!("mcp_state={state}&action=accept"));
    location(&world.qelos.handle(agreed))
}

#[tokio::test]
async fn an_mcp_session_is_renewed_like_any_other() {
    let world = World::new();
    let client = world.anonymous();
    let endpoints = client.call(&McpDiscovery).await.unwrap();
    assert_eq!(endpoints.token_endpoint, "https://qelos.test/api/auth/mcp/token");
    let registered = client.call(&McpRegister::new(vec![CALLBACK.to_owned()])).await.unwrap();
    let authorization = client.mcp_authorization(CALLBACK, Some(registered.client_id)).unwrap();
    let back = consent(&world, authorization.url()).await;
    let client = client.finish_mcp_authorization(&authorization, &back).await.unwrap();
    let who = client.logged_in_user().await.unwrap();
    assert_eq!(who.id, world.ada);

    let exchanges = world.qelos.count("POST", "/api/auth/mcp/token");
    world.pass(LIFETIME);
    client.logged_in_user().await.unwrap();
    assert_eq!(world.qelos.count("POST", "/api/token/refresh"), 1);
    assert_eq!(
        world.qelos.count("POST", "/api/auth/mcp/token"),
        exchanges,
        "the token endpoint does not renew, although it advertises that"
    );
}
