//! Schemes that are only data: what their sessions send, and when they end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::auth::{Public, SatisfiedBy, SignedIn};
use qelos_client::session::{BeginsWith, DeclaredTokens, SessionScheme, TokenSession};
use qelos_client::store::{FileTokenStore, MemoryTokenStore};
use qelos_client::testing::ManualClock;
use qelos_client::{
    Anonymous, Client, Endpoint, ExposeSecret as _, SecretString, Timestamp, Transport, TransportError,
};
use serde::Deserialize;
use tokio::sync::Notify;

#[derive(Endpoint)]
#[endpoint(POST, "/login", response = LoggedIn, auth = Public)]
struct LogIn {
    user: &'static str,
    #[endpoint(secret)]
    password: SecretString,
}

#[derive(Endpoint)]
#[endpoint(POST, "/renew", response = LoggedIn, auth = Public)]
struct Renew {
    client: String,
    #[endpoint(secret)]
    refresh_token: SecretString,
}

#[derive(Endpoint)]
#[endpoint(POST, "/logout", auth = SignedIn)]
struct LogOut {
    #[endpoint(secret)]
    refresh_token: SecretString,
}

#[derive(Endpoint)]
#[endpoint(GET, "/me", response = String, auth = SignedIn)]
struct Me;

#[derive(Endpoint)]
#[endpoint(GET, "/admin", auth = SignedIn)]
struct Admin;

#[derive(Deserialize)]
struct LoggedIn {
    user: User,
    session: Pair,
}

#[derive(Deserialize)]
struct User(u32);

#[derive(Deserialize)]
struct Pair {
    token: SecretString,
    refresh_token: Option<SecretString>,
    seconds: Option<u64>,
}

#[derive(Clone, SessionScheme)]
#[session(
    name = "acme",
    sign_in = LogIn,
    renew = Renew { client: self.client.clone(), refresh_token: refresh },
    end = LogOut { refresh_token: refresh },
    access = session.token,
    refresh = session.refresh_token,
    subject = user.0,
    expires_in = session.seconds,
    header = "X-Session",
    prefix = "v1 ",
    refused("session_expired", 498),
    satisfies(SignedIn),
)]
struct Acme {
    client: String,
}

/// The requests that came: method and path, the token, and the body.
type Seen = Arc<Mutex<Vec<(String, String, String)>>>;

/// Answers with the first response whose path it is.
fn server(
    clock: &ManualClock,
    responses: &'static [(&'static str, u16, &'static str)],
) -> (Client<Anonymous, impl Transport + use<>>, Seen) {
    let seen = Seen::default();
    let (keeps, used) = (Arc::clone(&seen), Arc::new(Mutex::new(vec![false; responses.len()])));
    let transport = move |request: Request<Bytes>| {
        let token = request.headers().get("x-session").map_or("", |value| value.to_str().unwrap()).to_owned();
        assert!(!request.headers().contains_key("authorization"));
        let path = request.uri().path().to_owned();
        let mut used = used.lock().unwrap();
        let next = responses.iter().zip(used.iter_mut()).find(|((at, ..), used)| *at == path && !**used);
        let ((_, status, body), used) = next.unwrap_or_else(|| panic!("{path} was called"));
        *used = true;
        keeps.lock().unwrap().push((path, token, String::from_utf8(request.body().to_vec()).unwrap()));
        let response = Response::builder().status(*status).header("content-type", "application/json");
        std::future::ready(Ok::<_, TransportError>(response.body(Bytes::from_static(body.as_bytes())).unwrap()))
    };
    (Client::builder("https://acme.test").transport(transport).clock(clock.clone()).build().unwrap(), seen)
}

fn noon() -> ManualClock {
    ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap())
}

fn acme() -> Acme {
    Acme { client: "cli".to_owned() }
}

fn ada() -> LogIn {
    LogIn { user: "ada", password: "hunter2".into() }
}

const SIGNED_IN: (&str, u16, &str) =
    ("/login", 200, r#"{"user":7,"session":{"token":"a1","refresh_token":"r1","seconds":60}}"#);

#[tokio::test(start_paused = true)]
async fn a_session_is_begun_renewed_kept_and_ended_as_it_was_declared() {
    let (clock, directory) = (noon(), tempfile::tempdir().unwrap());
    let (client, seen) = server(
        &clock,
        &[
            SIGNED_IN,
            ("/me", 200, "\"ada\""),
            // The refresh token and the life have not changed.
            ("/renew", 200, r#"{"user":7,"session":{"token":"a2","seconds":60}}"#),
            ("/me", 200, "\"ada\""),
            ("/logout", 204, ""),
        ],
    );
    let signed_in = client.sign_in_as(acme(), &ada()).await.unwrap();
    assert_eq!(signed_in.call(&Me).await.unwrap(), "ada");
    let store = FileTokenStore::new(directory.path().join("session.json"));
    signed_in.keep_in(store.clone()).await.unwrap();
    clock.advance(Duration::from_mins(1));
    let restored = client.restore_as(acme(), store).await.unwrap().unwrap();
    assert_eq!(restored.call(&Me).await.unwrap(), "ada");
    assert_eq!(restored.tokens().unwrap().refresh.unwrap().expose_secret(), "r1");
    restored.sign_out().await.unwrap();
    let seen = seen.lock().unwrap().clone();
    let sent = |number: usize| (seen[number].0.as_str(), seen[number].1.as_str(), seen[number].2.as_str());
    assert_eq!(sent(0), ("/login", "", r#"{"user":"ada","password":"hunter2"}"#));
    assert_eq!(sent(1), ("/me", "v1 a1", ""));
    assert_eq!(sent(2), ("/renew", "", r#"{"client":"cli","refresh_token":"r1"}"#));
    assert_eq!(sent(3), ("/me", "v1 a2", ""));
    assert_eq!(sent(4), ("/logout", "v1 a2", r#"{"refresh_token":"r1"}"#));
}

#[tokio::test(start_paused = true)]
async fn a_declared_refusal_renews_and_any_other_one_is_about_permissions() {
    for refusal in [(401, r#"{"code":"session_expired"}"#), (401, r#"{"message":"session_expired"}"#)] {
        let responses = [
            SIGNED_IN,
            ("/me", refusal.0, refusal.1),
            ("/renew", 200, r#"{"user":7,"session":{"token":"a2","refresh_token":"r2"}}"#),
            ("/me", 200, "\"ada\""),
        ];
        let (client, _) = server(&noon(), Box::leak(Box::new(responses)));
        let client = client.sign_in_as(acme(), &ada()).await.unwrap();
        assert_eq!(client.call(&Me).await.unwrap(), "ada");
        assert_eq!(client.tokens().unwrap().access.expose_secret(), "a2");
    }
    for refusal in [(401, r#"{"message":"admins only"}"#), (403, "")] {
        let responses = Box::leak(Box::new([SIGNED_IN, ("/admin", refusal.0, refusal.1)]));
        let (client, seen) = server(&noon(), responses);
        let client = client.sign_in_as(acme(), &ada()).await.unwrap();
        let error = client.call(&Admin).await.unwrap_err();
        assert!(error.is_forbidden() && seen.lock().unwrap().len() == 2, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_tokens_that_were_renewed_meanwhile_is_answered_with_the_new_ones() {
    let gate = Arc::new(Notify::new());
    let (holds, refusals) = (Arc::clone(&gate), AtomicUsize::new(0));
    let transport = move |request: Request<Bytes>| {
        let token = request.headers().get("x-session").map_or("", |value| value.to_str().unwrap());
        let (status, body) = match (request.uri().path(), token) {
            ("/login", _) => (200, SIGNED_IN.2),
            ("/renew", _) => (200, r#"{"user":7,"session":{"token":"a2","refresh_token":"r2"}}"#),
            (_, "v1 a2") => (200, "\"ada\""),
            // It says nothing: the token may be good.
            _ => (401, ""),
        };
        let is_late = status == 401 && refusals.fetch_add(1, Ordering::SeqCst) == 1;
        let holds = Arc::clone(&holds);
        async move {
            if is_late {
                holds.notified().await;
            }
            let response = Response::builder().status(status).header("content-type", "application/json");
            Ok::<_, TransportError>(response.body(Bytes::from_static(body.as_bytes())).unwrap())
        }
    };
    let clock = noon();
    let client = Client::builder("https://acme.test").transport(transport).clock(clock.clone()).build().unwrap();
    let client = client.sign_in_as(acme(), &ada()).await.unwrap();
    let [first, second] = [(); 2].map(|()| tokio::spawn(client.call(&Me)));
    assert_eq!(first.await.unwrap().unwrap(), "ada");
    // Too late to share the renewal of the first call, and too early for another one.
    clock.advance(Duration::from_secs(40));
    gate.notify_one();
    assert_eq!(second.await.unwrap().unwrap(), "ada", "it costs no renewal of its own");
}

#[tokio::test(start_paused = true)]
async fn an_empty_token_begins_no_session() {
    for (token, refresh, which) in [("", "r1", "an empty access token"), ("a1", " ", "an empty refresh token")] {
        let body = format!(r#"{{"user":7,"session":{{"token":"{token}","refresh_token":"{refresh}"}}}}"#);
        let (client, _) = server(&noon(), Box::leak(Box::new([("/login", 200, &*body.leak())])));
        let error = client.sign_in_as(acme(), &ada()).await.err().unwrap();
        assert!(error.to_string().contains(which), "{error}");
    }
}

/// A scheme whose responses have the life of the token in a field of this type.
macro_rules! scheme_with_life {
    ($name:ident: $word:ident = $life:ty) => {
        mod $name {
            use super::*;

            #[derive(Endpoint)]
            #[endpoint(POST, "/login", response = Issued, auth = Public)]
            pub(super) struct Enter;

            #[derive(Endpoint)]
            #[endpoint(POST, "/renew", response = Issued, auth = Public)]
            pub(super) struct Renew {
                #[endpoint(secret)]
                refresh: SecretString,
            }

            #[derive(Deserialize)]
            pub(super) struct Issued {
                token: SecretString,
                refresh: SecretString,
                life: $life,
            }

            #[derive(Clone, SessionScheme)]
            #[session(
                                                                                        name = "life",
                                                                                        sign_in = Enter,
                                                                                        renew = Renew { refresh },
                                                                                        access = token,
                                                                                        refresh = refresh,
                                                                                        $word = life,
                                                                                        header = "x-session",
                                                                                        satisfies(SignedIn),
                                                                                    )]
            pub(super) struct Scheme;
        }
    };
}

scheme_with_life!(seconds: expires_in = u32);
scheme_with_life!(time: expires_at = Timestamp);
scheme_with_life!(optional_time: expires_at = Option<Timestamp>);

#[tokio::test(start_paused = true)]
async fn the_life_of_a_token_is_read_from_fields_of_each_type() {
    async fn renewed_in_time<S, E>(scheme: S, enter: E, [first, second]: [&'static str; 2])
    where
        S: BeginsWith<E>,
        SignedIn: SatisfiedBy<TokenSession<S>>,
        E: Endpoint<Auth = Public> + Sync,
    {
        let clock = noon();
        let responses =
            [("/login", 200, first), ("/me", 200, "\"ada\""), ("/renew", 200, second), ("/me", 200, "\"ada\"")];
        let (client, seen) = server(&clock, Box::leak(Box::new(responses)));
        let client = client.sign_in_as(scheme, &enter).await.unwrap();
        for passes in [Duration::from_mins(5), Duration::from_mins(6)] {
            clock.advance(passes);
            assert_eq!(client.call(&Me).await.unwrap(), "ada");
        }
        let paths: Vec<_> =
            seen.lock().unwrap().iter().map(|(path, token, body)| format!("{path} {token}{body}")).collect();
        assert_eq!(paths, ["/login ", "/me a1", r#"/renew {"refresh":"r1"}"#, "/me a2"]);
    }

    let seconds = [r#"{"token":"a1","refresh":"r1","life":600}"#, r#"{"token":"a2","refresh":"r2","life":600}"#];
    renewed_in_time(seconds::Scheme, seconds::Enter, seconds).await;
    let times = [
        r#"{"token":"a1","refresh":"r1","life":"2026-11-21T12:10:00Z"}"#,
        r#"{"token":"a2","refresh":"r2","life":"2026-11-21T12:30:00Z"}"#,
    ];
    renewed_in_time(time::Scheme, time::Enter, times).await;
    renewed_in_time(optional_time::Scheme, optional_time::Enter, times).await;
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_is_refused_as_declared_ends_the_session() {
    for (status, body, ends) in [
        (400, r#"{"code":"session_expired"}"#, true),
        (498, "{}", true),
        (401, "{}", true),
        (403, r#"{"message":"blocked by the proxy"}"#, false),
        (500, "{}", false),
    ] {
        let clock = noon();
        let (client, _) = server(&clock, Box::leak(Box::new([SIGNED_IN, ("/renew", status, body)])));
        let client = client.sign_in_as(acme(), &ada()).await.unwrap();
        clock.advance(Duration::from_mins(1));
        assert_eq!(client.call(&Me).await.unwrap_err().is_session_ended(), ends, "{status} {body}");
    }
}

#[derive(Endpoint)]
#[endpoint(POST, "/renew", response = LoggedIn, auth = Public)]
struct RenewWithHeader {
    #[endpoint(header = "x-refresh", secret)]
    refresh: SecretString,
}

#[derive(Clone, SessionScheme)]
#[session(
    name = "header",
    sign_in = LogIn,
    renew = RenewWithHeader { refresh },
    access = session.token,
    refresh = session.refresh_token,
    expires_in = session.seconds,
    header = "x-session",
    satisfies(SignedIn),
)]
struct WithHeader;

#[tokio::test(start_paused = true)]
async fn a_renewal_that_cannot_be_written_is_not_tried_again() {
    const ODD: &str = r#"{"user":7,"session":{"token":"a1","refresh_token":"r\n1","seconds":60}}"#;
    let clock = noon();
    let (client, _) = server(&clock, &[("/login", 200, ODD)]);
    let client = client.sign_in_as(WithHeader, &ada()).await.unwrap();
    clock.advance(Duration::from_mins(1));
    let error = client.call(&Me).await.unwrap_err();
    assert!(error.is_encode() && !error.is_transient() && !error.is_session_ended(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_session_of_another_user_in_the_store_is_not_gone_on_with() {
    let (clock, store) = (noon(), MemoryTokenStore::default());
    let (client, _) = server(
        &clock,
        &[
            SIGNED_IN,
            ("/login", 200, r#"{"user":8,"session":{"token":"b1","refresh_token":"s1","seconds":3600}}"#),
            ("/me", 200, "\"bob\""),
        ],
    );
    let ada = client.sign_in_as(acme(), &ada()).await.unwrap();
    ada.keep_in(store.clone()).await.unwrap();
    let bob = client.sign_in_as(acme(), &LogIn { user: "bob", password: "hunter3".into() }).await.unwrap();
    bob.keep_in(store.clone()).await.unwrap();
    clock.advance(Duration::from_mins(1));
    let error = ada.call(&Me).await.unwrap_err();
    assert!(error.is_store() && error.to_string().contains('7') && error.to_string().contains('8'), "{error}");
    assert_eq!(bob.call(&Me).await.unwrap(), "bob");
}

#[derive(Clone, SessionScheme)]
#[session(name = "short", sign_in = LogIn, access = session.token, lasts = "1m", satisfies(SignedIn))]
struct Short;

#[tokio::test(start_paused = true)]
async fn a_session_without_a_renewal_is_over_when_its_token_expires() {
    let clock = noon();
    let (client, seen) = server(&clock, &[SIGNED_IN]);
    let client = client.sign_in_as(Short, &ada()).await.unwrap();
    clock.advance(Duration::from_mins(1));
    let error = client.with_credential(client.credential().clone()).call(&Me).await.unwrap_err();
    assert!(error.is_session_ended() && error.to_string().contains("its scheme cannot renew it"), "{error}");
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn declared_tokens_show_no_secret_and_are_read_back_from_a_store() {
    let mut tokens = DeclaredTokens::new("hunter2".into());
    tokens.refresh = Some("hunter3".into());
    tokens.expires_at = Some("2026-11-21T12:00:00Z".parse().unwrap());
    tokens.subject = Some("7".to_owned());
    assert!(!format!("{tokens:?}").contains("hunter"));
    let text = serde_json::to_string(&tokens).unwrap();
    assert_eq!(serde_json::to_string(&serde_json::from_str::<DeclaredTokens>(&text).unwrap()).unwrap(), text);
    let session = TokenSession::from_tokens(acme(), tokens);
    let shown = format!("{session:?}");
    assert!(shown.starts_with("TokenSession { scheme: \"acme\", ") && shown.contains("ended: false"), "{shown}");
    assert!(!shown.contains("hunter"));
}
