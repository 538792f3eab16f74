//! Discovery: where the endpoints are asked for, and which responses are believed.

use qelos_client::oauth2::{AuthorizationServer, OAuth2};
use qelos_client::{Client, Error};
use serde_json::{Value, json};

use crate::oauth2::Script;

fn metadata(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "token_endpoint": "https://login.test/oauth/token/",
        "authorization_endpoint": "https://login.test/oauth/authorize?tenant=acme",
        "device_authorization_endpoint": "https://login.test/oauth/device",
        "revocation_endpoint": "https://login.test/oauth/revoke",
        "code_challenge_methods_supported": ["plain", "S256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

async fn discover(issuer: &str, script: &Script) -> Result<AuthorizationServer, Error> {
    AuthorizationServer::discover(issuer, "cli", &script.client()).await
}

#[tokio::test(start_paused = true)]
async fn the_path_of_an_issuer_follows_the_well_known_one() {
    for (issuer, asked) in [
        ("https://login.test", "https://login.test/.well-known/oauth-authorization-server"),
        ("https://login.test/", "https://login.test/.well-known/oauth-authorization-server"),
        ("https://login.test/realms/main", "https://login.test/.well-known/oauth-authorization-server/realms/main"),
    ] {
        let script = Script::default().then(200, metadata(issuer));
        discover(issuer, &script).await.unwrap();
        assert_eq!(script.urls(), [asked]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_document_of_openid_is_the_second_choice() {
    let issuer = "https://login.test/realms/main";
    let script = Script::default().then(404, json!({})).then(200, metadata(issuer));
    discover(issuer, &script).await.unwrap();
    assert_eq!(script.urls()[1], "https://login.test/realms/main/.well-known/openid-configuration");
    let script = Script::default().then(404, json!({})).then(404, json!({ "message": "no such realm" }));
    let error = discover(issuer, &script).await.unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains("no such realm"), "{error}");
    // A server that is down has not said that it has no document.
    let down = (0..3).fold(Script::default(), |script, _| script.then(503, json!({})));
    assert!(discover(issuer, &down).await.unwrap_err().is_transient());
    assert!(down.urls().iter().all(|url| url.contains("oauth-authorization-server")));
}

#[tokio::test(start_paused = true)]
async fn metadata_of_another_issuer_are_refused() {
    for (asked, named) in [
        ("https://login.test", "https://evil.test"),
        ("https://login.test", "https://login.test/"),
        ("https://login.test/a", "https://login.test/b"),
        ("https://LOGIN.test", "https://login.test"),
    ] {
        let error = discover(asked, &Script::default().then(200, metadata(named))).await.unwrap_err();
        assert!(error.is_config() && error.to_string().contains("compared exactly"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn endpoints_are_not_asked_for_over_plain_http() {
    let script = Script::default();
    let error = discover("http://login.test", &script).await.unwrap_err();
    assert!(error.is_config() && script.urls().is_empty(), "{error}");
    let script = Script::default().then(200, metadata("http://127.0.0.1:8080"));
    discover("http://127.0.0.1:8080", &script).await.unwrap();
    let script = Script::default().then(200, metadata("http://login.test"));
    let builder = Client::builder("https://api.test").transport(script.transport());
    let allowed = builder.danger_allow_plain_http().build().unwrap();
    AuthorizationServer::discover("http://login.test", "cli", &allowed).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn each_endpoint_is_used_as_it_was_named() {
    let codes =
        json!({ "device_code": "d", "user_code": "u", "verification_uri": "https://login.test/", "expires_in": 60 });
    let script =
        Script::default().then(200, metadata("https://login.test")).then(200, codes).issue().then(200, json!({}));
    let scheme = OAuth2::new(discover("https://login.test", &script).await.unwrap());
    let client = script.client();
    let signed_in = scheme.device_sign_in(&client).await.unwrap().finish().await.unwrap();
    signed_in.sign_out().await.unwrap();
    let paths = ["device", "token/", "revoke"].map(|path| format!("https://login.test/oauth/{path}"));
    assert_eq!(script.urls()[1..], paths);
    let url = scheme.browser_sign_in(&client, "app:/cb").unwrap().url().to_owned();
    assert!(url.starts_with("https://login.test/oauth/authorize?tenant=acme&response_type=code&"), "{url}");
}

#[tokio::test(start_paused = true)]
async fn metadata_with_endpoints_that_are_none_are_refused() {
    let without = |name: &str| {
        let mut metadata = metadata("https://login.test");
        metadata.as_object_mut().unwrap().remove(name);
        metadata
    };
    let with = |name: &str, value: &str| {
        let mut metadata = metadata("https://login.test");
        metadata[name] = json!(value);
        metadata
    };
    for metadata in [
        without("token_endpoint"),
        with("token_endpoint", "/oauth/token"),
        with("authorization_endpoint", "javascript:alert(1)"),
        with("authorization_endpoint", "http://login.test/authorize"),
        with("revocation_endpoint", "https://login.test"),
    ] {
        let error = discover("https://login.test", &Script::default().then(200, metadata)).await.unwrap_err();
        assert!(error.is_config(), "{error}");
    }
    let only_tokens = json!({ "issuer": "https://login.test", "token_endpoint": "https://login.test/token" });
    let scheme = OAuth2::new(discover("https://login.test", &Script::default().then(200, only_tokens)).await.unwrap());
    let client = Script::default().client();
    assert!(scheme.device_sign_in(&client).await.unwrap_err().is_config());
    assert!(scheme.browser_sign_in(&client, "app:/cb").unwrap_err().is_config());
}
#[tokio::test]
async fn an_empty_id_is_refused_before_the_server_is_asked() {
    // Its script is empty: a request would panic.
    let client = Script::default().client();
    let asked = AuthorizationServer::discover("https://login.test", " ", &client).await;
    for refused in [asked, AuthorizationServer::new("https://login.test/token", "")] {
        let error = refused.unwrap_err();
        assert!(error.is_config() && error.to_string().contains("the id of the program is empty"), "{error}");
    }
}
