//! Signing in with a browser: what the URL asks for, and which callbacks are taken.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qelos_client::ExposeSecret as _;
use qelos_client::oauth2::{AuthorizationServer, OAuth2};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::oauth2::Script;

const CALLBACK: &str = "app:/callback";

pub(super) fn scheme() -> OAuth2 {
    let server = AuthorizationServer::new("https://login.test/token", "invoices").unwrap().scopes("read write");
    OAuth2::new(server.authorize_at("https://login.test/authorize").unwrap())
}

pub(super) fn query(url: &str) -> HashMap<String, String> {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

#[tokio::test(start_paused = true)]
async fn the_code_is_exchanged_with_the_secret_behind_the_challenge() {
    let script = Script::default().issue();
    let sign_in = scheme().browser_sign_in(&script.client(), CALLBACK).unwrap().with_parameter("prompt", "log in");
    let asked = query(sign_in.url());
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "invoices"),
        ("redirect_uri", CALLBACK),
        ("scope", "read write"),
        ("code_challenge_method", "S256"),
        ("prompt", "log in"),
    ] {
        assert_eq!(asked[name], value);
    }
    assert_eq!((asked["state"].len(), asked["code_challenge"].len()), (43, 43));
    assert_eq!(format!("{sign_in:?}"), format!("BrowserSignIn {{ redirect_uri: {CALLBACK:?}, .. }}"));

    let callback = format!("{CALLBACK}?code=c%2B1&state={}", asked["state"]);
    let client = sign_in.finish(&callback).await.unwrap();
    let form = script.forms()[0].clone();
    assert_eq!(
        (form["grant_type"].as_str(), form["code"].as_str(), form["redirect_uri"].as_str(), form["client_id"].as_str()),
        ("authorization_code", "c+1", CALLBACK, "invoices")
    );
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"])), asked["code_challenge"]);
    assert!(!asked.values().any(|value| *value == form["code_verifier"]) && !form.contains_key("scope"));
    assert_eq!(client.tokens().unwrap().access_token.expose_secret(), "a1");
}

#[tokio::test(start_paused = true)]
async fn two_sign_ins_have_different_secrets() {
    let client = Script::default().client();
    let [one, other] = [(); 2].map(|()| query(scheme().browser_sign_in(&client, CALLBACK).unwrap().url()));
    assert!(one["state"] != other["state"] && one["code_challenge"] != other["code_challenge"]);
}

#[tokio::test(start_paused = true)]
async fn callbacks_of_others_and_refusals_exchange_nothing() {
    for (callback, text) in [
        ("code=c&state=other", "belongs to another one"),
        ("code=c", "belongs to another one"),
        ("code=c&state=STATE&state=STATE", "belongs to another one"),
        ("code=c&code=d&state=STATE", "has no code"),
        ("code=&state=STATE", "has no code"),
        ("state=STATE", "has no code"),
        ("error=access_denied&state=STATE", "the user or the server has refused it"),
        ("error=access_denied&code=c&state=STATE", "the user or the server has refused it"),
        ("error=invalid_scope%1b&state=STATE", r"`invalid_scope\u{1b}`"),
    ] {
        let script = Script::default();
        let sign_in = scheme().browser_sign_in(&script.client(), CALLBACK).unwrap();
        let callback = format!("{CALLBACK}?{}", callback.replace("STATE", &query(sign_in.url())["state"]));
        let error = sign_in.finish(&callback).await.unwrap_err();
        assert!(error.is_sign_in_failed() && error.to_string().contains(text), "{callback}: {error}");
        assert!(script.urls().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn the_issuer_of_a_callback_is_compared_where_it_is_known() {
    const OURS: &str = "&iss=https%3A%2F%2Flogin.test";
    const ANOTHER: &str = "&iss=https%3A%2F%2Fevil.test";
    for (announced, iss, is_taken) in [
        (Some(true), OURS, true),
        (Some(true), "", false),
        (Some(true), ANOTHER, false),
        (Some(true), "&iss=https%3A%2F%2Flogin.test%2F", false),
        (Some(false), "", true),
        (Some(false), OURS, true),
        (Some(false), ANOTHER, false),
        // The endpoints were given one by one: the issuer is not known.
        (None, ANOTHER, true),
    ] {
        let script = match announced {
            Some(announced) => Script::default().then(
                200,
                json!({
                    "issuer": "https://login.test",
                    "token_endpoint": "https://login.test/token",
                    "authorization_endpoint": "https://login.test/authorize",
                    "authorization_response_iss_parameter_supported": announced,
                }),
            ),
            None => Script::default(),
        };
        let script = if is_taken { script.issue() } else { script };
        let client = script.client();
        let scheme = match announced {
            Some(_) => OAuth2::new(AuthorizationServer::discover("https://login.test", "cli", &client).await.unwrap()),
            None => scheme(),
        };
        let sign_in = scheme.browser_sign_in(&client, CALLBACK).unwrap();
        let callback = format!("{CALLBACK}?code=c&state={}{iss}", query(sign_in.url())["state"]);
        let finished = sign_in.finish(&callback).await;
        assert_eq!(finished.is_ok(), is_taken, "{announced:?} {iss} {:?}", finished.err());
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_lists_other_methods_of_pkce_only_is_refused() {
    let metadata = json!({
        "issuer": "https://login.test",
        "token_endpoint": "https://login.test/token",
        "authorization_endpoint": "https://login.test/authorize",
        "code_challenge_methods_supported": ["plain"],
    });
    let client = Script::default().then(200, metadata).client();
    let server = AuthorizationServer::discover("https://login.test", "cli", &client).await.unwrap();
    let error = OAuth2::new(server).browser_sign_in(&client, CALLBACK).unwrap_err();
    assert!(error.is_config() && error.to_string().contains("S256"), "{error}");
}

#[test]
fn a_url_that_no_browser_should_open_is_refused() {
    let server = || AuthorizationServer::new("https://login.test/token", "cli").unwrap();
    for url in ["javascript:alert(1)", "http://login.test/a", "https://login.test/a#b", "https://login.test/a b", "-x"]
    {
        assert!(server().authorize_at(url).unwrap_err().is_config(), "{url}");
    }
    assert!(server().authorize_at("http://127.0.0.1:8080/authorize?a=b").is_ok());
}
