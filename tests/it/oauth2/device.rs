//! Signing in on another device: when the server is asked, and what its responses mean.

use std::time::Duration;

use qelos_client::oauth2::{AuthorizationServer, DeviceProgress, OAuth2};
use qelos_client::store::FileTokenStore;
use qelos_client::testing::ManualClock;
use qelos_client::{Error, ExposeSecret as _};
use serde_json::{Value, json};

use crate::oauth2::{Script, noon};

fn scheme() -> OAuth2 {
    let server = AuthorizationServer::new("https://login.test/token", "cli").unwrap().scopes("read write");
    OAuth2::new(server.authorize_devices_at("https://login.test/device").unwrap())
}

fn codes() -> Value {
    json!({
        "device_code": "d-hunter2",
        "user_code": "WDJB-MJHT",
        "verification_uri": "https://login.test/activate",
        "verification_uri_complete": "https://login.test/activate?user_code=WDJB-MJHT",
        "expires_in": 600,
    })
}

fn begun() -> Script {
    Script::default().then(200, codes())
}

#[tokio::test(start_paused = true)]
async fn the_server_is_asked_as_often_as_it_wants_until_the_user_has_signed_in() {
    let script = begun().refuse("authorization_pending").refuse("slow_down").refuse("authorization_pending").issue();
    let client = script.client();
    let mut sign_in = scheme().device_sign_in(&client).await.unwrap();
    assert_eq!((sign_in.user_code(), sign_in.verification_uri()), ("WDJB-MJHT", "https://login.test/activate"));
    assert_eq!(sign_in.verification_uri_complete(), Some("https://login.test/activate?user_code=WDJB-MJHT"));
    assert_eq!(sign_in.expires_at(), noon().saturating_add(Duration::from_mins(10)));
    let shown = format!("{sign_in:?}");
    assert!(shown.starts_with("DeviceSignIn { verification_uri: \"https://login.test/activate\", "), "{shown}");
    assert!(!shown.contains("hunter2"));

    let mut steps = Vec::new();
    for _ in 0..4 {
        steps.push(sign_in.next().await.unwrap());
    }
    assert_eq!(format!("{steps:?}"), "[Pending, SlowedDown(10s), Pending, Finished]");
    assert!(matches!(steps[1], DeviceProgress::SlowedDown(pause) if pause.as_secs() == 10));
    let Some(DeviceProgress::Finished(signed_in)) = steps.pop() else { panic!("the user has signed in") };
    assert_eq!(*script.times.lock().unwrap(), [0, 5, 10, 20, 30]);

    let forms = script.forms();
    assert_eq!((forms[0]["client_id"].as_str(), forms[0]["scope"].as_str()), ("cli", "read write"));
    assert_eq!(forms[1]["grant_type"], "urn:ietf:params:oauth:grant-type:device_code");
    assert_eq!((forms[1]["device_code"].as_str(), forms[1]["client_id"].as_str()), ("d-hunter2", "cli"));
    assert!(!forms[1].contains_key("scope"));

    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path().join("session.json"));
    signed_in.keep_in(store.clone()).await.unwrap();
    let restored = client.restore_as(scheme(), store).await.unwrap().expect("the session was kept");
    assert_eq!(restored.tokens().unwrap().access_token.expose_secret(), "a1");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_the_user_and_an_expired_code_end_the_sign_in() {
    for (code, text) in [("access_denied", "the user has refused"), ("expired_token", "the code has expired")] {
        let script = begun().refuse("authorization_pending").refuse(code);
        let error = scheme().device_sign_in(&script.client()).await.unwrap().finish().await.unwrap_err();
        assert!(error.is_sign_in_failed() && error.to_string().contains(text), "{error}");
        assert_eq!(error.api().and_then(|refusal| refusal.message()), Some(code));
    }
    let script = begun().refuse("invalid_client");
    let error = scheme().device_sign_in(&script.client()).await.unwrap().finish().await.unwrap_err();
    assert!(!error.is_sign_in_failed(), "{error}");
    assert_eq!(error.api().and_then(|refusal| refusal.message()), Some("invalid_client"));
}

#[tokio::test(start_paused = true)]
async fn an_error_names_the_endpoint_that_was_asked() {
    let script = Script::default().refuse("unauthorized_client");
    let error = scheme().device_sign_in(&script.client()).await.unwrap_err().to_string();
    assert_eq!(error, "POST /{device_authorization_endpoint}: 400 Bad Request: unauthorized_client");
    let script = begun().refuse("unauthorized_client");
    let error = scheme().device_sign_in(&script.client()).await.unwrap().finish().await.unwrap_err().to_string();
    assert_eq!(error, "POST /{token_endpoint}: 400 Bad Request: unauthorized_client");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_be_reached_is_asked_less_often() {
    let script = begun().too_late().then(503, json!({})).refuse("authorization_pending").issue();
    let mut sign_in = scheme().device_sign_in(&script.client()).await.unwrap();
    assert!(matches!(sign_in.next().await, Ok(DeviceProgress::Unreachable(error)) if error.is_timeout()));
    assert!(matches!(sign_in.next().await, Ok(DeviceProgress::Unreachable(error)) if error.is_transient()));
    sign_in.finish().await.unwrap();
    assert_eq!(*script.times.lock().unwrap(), [0, 5, 15, 35, 55]);
}

#[tokio::test(start_paused = true)]
async fn a_code_expires_by_the_clock_of_the_client_also_if_the_server_does_not_say_so() {
    let codes = json!({ "device_code": "d", "user_code": "u", "verification_uri": "https://login.test/", "expires_in": 12, "interval": 5 });
    let pending = |script: Script| script.refuse("authorization_pending");
    let script = pending(pending(pending(Script::default().then(200, codes))));
    let error = scheme().device_sign_in(&script.client()).await.unwrap().finish().await.unwrap_err();
    assert!(error.is_sign_in_failed() && error.api().is_none(), "{error}");
    assert_eq!(*script.times.lock().unwrap(), [0, 5, 10, 12]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_any_length_may_become_longer_and_ends_with_the_code() {
    let mut codes = codes();
    codes["interval"] = json!(u64::MAX);
    let script = Script::default().then(200, codes).refuse("slow_down");
    let mut sign_in = scheme().device_sign_in(&script.client()).await.unwrap();
    assert!(matches!(sign_in.next().await, Ok(DeviceProgress::SlowedDown(pause)) if pause.as_secs() >= 600));
    assert_eq!(*script.times.lock().unwrap(), [0, 600]);
}

#[tokio::test(start_paused = true)]
async fn time_that_has_passed_is_not_waited_for_and_a_clock_that_is_set_back_makes_no_pause_longer() {
    let clock = ManualClock::new(noon());
    let script = begun().refuse("authorization_pending").refuse("authorization_pending").issue();
    let mut sign_in = scheme().device_sign_in(&script.client_at(&clock)).await.unwrap();
    clock.advance(Duration::from_secs(8));
    assert!(matches!(sign_in.next().await, Ok(DeviceProgress::Pending)));
    clock.set(noon().saturating_sub(Duration::from_hours(1)));
    assert!(matches!(sign_in.next().await, Ok(DeviceProgress::Pending)));
    assert_eq!(*script.times.lock().unwrap(), [0, 0, 5]);
    clock.set(noon().saturating_add(Duration::from_mins(11)));
    let error = sign_in.next().await.unwrap_err();
    assert!(error.is_sign_in_failed(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_a_terminal_or_a_browser_would_obey_is_not_shown() {
    let with = |name: &str, value: &str| {
        let mut codes = codes();
        codes[name] = json!(value);
        Script::default().then(200, codes)
    };
    for script in [
        with("user_code", "\u{1b}[2J"),
        with("user_code", ""),
        with("verification_uri", "javascript:alert(1)"),
        with("verification_uri", "file:///etc/passwd"),
        with("verification_uri", "http://login.test/activate"),
        with("verification_uri_complete", "https://login.test/$(reboot)`reboot`"),
        with("verification_uri_complete", "https://login.test/\u{1b}[2J"),
    ] {
        let begun: Result<_, Error> = scheme().device_sign_in(&script.client()).await;
        let error = begun.unwrap_err().to_string();
        assert!(!error.contains('\u{1b}') && !error.contains("passwd") && !error.contains("reboot"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_without_an_endpoint_for_devices_is_an_error_before_anything_is_sent() {
    let scheme = OAuth2::new(AuthorizationServer::new("https://login.test/token", "cli").unwrap());
    let error = scheme.device_sign_in(&Script::default().client()).await.unwrap_err();
    assert!(error.is_config() && error.to_string().contains("authorize_devices_at"), "{error}");
}
