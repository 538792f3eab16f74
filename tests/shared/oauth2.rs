//! Sessions of OAuth 2: the ways in which other programs lose them.

use std::sync::atomic::Ordering;
use std::time::Duration;

use http::StatusCode;
use qelos_client::oauth2::{AuthorizationServer, ClientCredentials, OAuth2};
use qelos_client::session::TokenSession;
use qelos_client::store::{FileTokenStore, TokenStore};
use qelos_client::{Error, ExposeSecret as _};
use tokio::task::JoinSet;

use crate::authorization_server::{Admin, LIFETIME, Me, REFRESHABLE, REVOCATION_URL, Server, TOKEN_URL, User};
use crate::store::Unreliable;

/// A client of another process.
async fn restored(server: &Server, store: &(impl TokenStore + Clone)) -> User {
    server.anonymous().restore_as(Server::scheme(), store.clone()).await.unwrap().expect("there is a session")
}

async fn calls(client: &User, callers: usize) -> Vec<Error> {
    let calls: JoinSet<_> = (0..callers).map(|_| client.call(&Me)).collect();
    calls.join_all().await.into_iter().filter_map(Result::err).collect()
}

#[tokio::test(start_paused = true)]
async fn one_renewal_per_expiry_serves_all_callers_of_all_processes() {
    let directory = tempfile::tempdir().unwrap();
    let (server, store) = (Server::new(), FileTokenStore::new(directory.path().join("session.json")));
    server.signed_in().keep_in(store.clone()).await.unwrap();
    let mut processes = Vec::new();
    for _ in 0..4 {
        processes.push(restored(&server, &store).await);
    }
    for expiry in 1..=20 {
        server.pass(LIFETIME);
        let stormed: JoinSet<_> =
            processes.iter().cloned().map(|client| async move { calls(&client, 25).await }).collect();
        let failed = stormed.join_all().await.concat();
        assert!(failed.is_empty(), "{failed:?}");
        assert_eq!(server.renewals(), expiry);
    }
}

#[tokio::test(start_paused = true)]
async fn two_processes_that_start_with_an_expired_token_renew_it_once() {
    let (server, store) = (Server::new(), Unreliable::default());
    server.signed_in().keep_in(store.clone()).await.unwrap();
    server.pass(LIFETIME);
    let (one, other) = (restored(&server, &store).await, restored(&server, &store).await);
    let (one, other) = tokio::join!(one.call(&Me), other.call(&Me));
    assert_eq!((one.unwrap(), other.unwrap(), server.renewals()), ("ada".to_owned(), "ada".to_owned(), 1));
}

#[tokio::test(start_paused = true)]
async fn the_loser_of_a_race_does_not_remove_the_session() {
    let (server, store) = (Server::new(), Unreliable::default());
    server.state().ends_sessions = false;
    let slow = server.signed_in();
    slow.keep_in(store.clone()).await.unwrap();
    let fast = restored(&server, &store).await;
    server.pass(LIFETIME);
    let shut = server.gate.acquire().await.unwrap();
    let renewing = tokio::spawn(slow.call(&Me));
    server.until_renewed().await;
    // The lease of the slow process runs out, and the other one sends the same refresh token.
    store.locked.store(false, Ordering::SeqCst);
    let losing = tokio::spawn(fast.call(&Me));
    while server.renewals() < 2 {
        tokio::task::yield_now().await;
    }
    drop(shut);
    let (won, lost) = (renewing.await.unwrap(), losing.await.unwrap());
    assert_eq!(won.unwrap(), "ada");
    assert!(lost.as_ref().is_ok_and(|name| name == "ada") || lost.unwrap_err().is_session_ended());
    assert!(!store.is_empty(), "the session is in the store");
    server.pass(Duration::from_secs(61));
    assert_eq!(fast.call(&Me).await.unwrap(), "ada", "the loser goes on with the tokens of the winner");
    assert_eq!(server.renewals(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_caller_does_not_lose_the_rotated_token() {
    let (server, store) = (Server::new(), Unreliable::default());
    let client = server.signed_in();
    client.keep_in(store.clone()).await.unwrap();
    server.pass(LIFETIME);
    let shut = server.gate.acquire().await.unwrap();
    let dropped = tokio::spawn(client.call(&Me));
    server.until_renewed().await;
    dropped.abort();
    drop(shut);
    assert_eq!((client.call(&Me).await.unwrap(), server.renewals()), ("ada".to_owned(), 1));
    assert_eq!((restored(&server, &store).await.call(&Me).await.unwrap(), server.renewals()), ("ada".to_owned(), 1));
}

#[tokio::test(start_paused = true)]
async fn a_lost_response_does_no_harm_within_the_grace_period_of_the_server() {
    let server = Server::new();
    server.state().grace = Duration::from_secs(30);
    let client = server.signed_in();
    server.pass(LIFETIME);
    server.lose.store(1, Ordering::SeqCst);
    assert_eq!(client.call(&Me).await.unwrap(), "ada", "the call has sent the refresh token again");
    assert_eq!(server.renewals(), 2);
}

#[tokio::test(start_paused = true)]
async fn without_a_grace_period_a_lost_response_ends_the_session_and_the_error_says_why() {
    let (server, store) = (Server::new(), Unreliable::default());
    let client = server.signed_in();
    client.keep_in(store.clone()).await.unwrap();
    server.pass(LIFETIME);
    server.lose.store(1, Ordering::SeqCst);
    let error = client.call(&Me).await.unwrap_err();
    assert!(error.is_session_ended(), "{error}");
    assert!(error.to_string().contains("the outcome of an earlier renewal is unknown"), "{error}");
    assert_eq!(error.api().and_then(|api| api.code()), Some("invalid_grant"));
}

#[tokio::test(start_paused = true)]
async fn hours_of_sleep_cost_one_renewal() {
    let server = Server::new();
    let client = server.signed_in();
    server.pass(Duration::from_hours(20));
    assert!(calls(&client, 25).await.is_empty());
    assert_eq!(server.renewals(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_costs_one_renewal_per_expiry() {
    let server = Server::new();
    let client = server.signed_in();
    let hours_ago = server.client_clock.clone();
    hours_ago.set("2026-11-21T06:00:00Z".parse().unwrap());
    server.pass(LIFETIME);
    assert!(calls(&client, 25).await.is_empty(), "the server refuses the token, and it is renewed");
    assert_eq!(server.renewals(), 1);
    server.pass(LIFETIME);
    assert!(calls(&client, 25).await.is_empty());
    assert_eq!(server.renewals(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_revoked_elsewhere_has_ended_and_its_error_says_so() {
    let (server, store) = (Server::new(), Unreliable::default());
    let client = server.signed_in();
    client.keep_in(store.clone()).await.unwrap();
    server.revoke_all();
    let error = client.call(&Me).await.unwrap_err();
    assert!(error.is_session_ended() && error.to_string().contains("or was revoked"), "{error}");
    assert_eq!(server.renewals(), 1);
    let again = client.call(&Me).await.unwrap_err();
    assert!(again.is_session_ended() && server.renewals() == 1, "the server is asked again after a minute");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_be_written_to_does_not_cost_the_refresh_token() {
    let (server, store) = (Server::new(), Unreliable::default());
    let client = server.signed_in();
    client.keep_in(store.clone()).await.unwrap();
    *store.saves_left.lock().unwrap() = Some(0);
    server.pass(LIFETIME.saturating_sub(Duration::from_secs(20)));
    assert_eq!(client.call(&Me).await.unwrap(), "ada", "the access token is good for 20 seconds");
    server.pass(Duration::from_secs(20));
    assert!(client.call(&Me).await.unwrap_err().is_store());
    assert_eq!(server.renewals(), 0, "the refresh token is not used up");
    *store.saves_left.lock().unwrap() = None;
    assert_eq!(client.call(&Me).await.unwrap(), "ada");
}

#[tokio::test(start_paused = true)]
async fn a_server_may_rotate_always_sometimes_or_never() {
    for rotates_every in [Some(1), Some(2), Some(3), None] {
        let (server, store) = (Server::new(), Unreliable::default());
        server.state().rotates_every = rotates_every;
        let one = server.signed_in();
        one.keep_in(store.clone()).await.unwrap();
        let other = restored(&server, &store).await;
        for expiry in 1..=8 {
            server.pass(LIFETIME);
            let (first, second) = if expiry % 3 == 0 { (&other, &one) } else { (&one, &other) };
            assert_eq!(first.call(&Me).await.unwrap(), "ada");
            assert_eq!(second.call(&Me).await.unwrap(), "ada");
            assert_eq!(server.renewals(), expiry, "the second client finds the tokens of the first: {rotates_every:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_has_expired_ends_the_session() {
    let (server, store) = (Server::new(), Unreliable::default());
    server.signed_in().keep_in(store.clone()).await.unwrap();
    server.pass(REFRESHABLE);
    let error = restored(&server, &store).await.call(&Me).await.unwrap_err();
    assert!(error.is_session_ended() && error.to_string().contains("it has expired"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_secret_of_the_program_does_not_end_the_session_of_its_user() {
    let server = Server::new();
    let known = AuthorizationServer::new(TOKEN_URL, "invoices").unwrap().secret_basic("hunter2");
    let client = server.signed_in_with(OAuth2::new(known));
    server.state().secret = Some("changed");
    server.pass(LIFETIME);
    let error = client.call(&Me).await.unwrap_err();
    assert!(!error.is_session_ended() && !error.is_transient(), "{error:?}");
    assert!(error.to_string().contains("invalid_client"), "{error}");
    assert!(!format!("{error:?}").contains("hunter2"));
    server.state().secret = Some("hunter2");
    assert_eq!(client.call(&Me).await.unwrap(), "ada");
}

#[tokio::test(start_paused = true)]
async fn a_program_proves_its_identity_in_basic_in_the_body_or_not_at_all() {
    let of = |server: AuthorizationServer| OAuth2::new(server);
    let known = || AuthorizationServer::new(TOKEN_URL, "invoices").unwrap();
    for (scheme, secret, client_id) in [
        (of(known()), None, Some("invoices")),
        (of(known().secret_basic("a%3Ab")), Some("a%253Ab"), None),
        (of(known().secret_post("hunter2")), Some("hunter2"), Some("invoices")),
    ] {
        let server = Server::new();
        server.state().secret = secret;
        let client = server.signed_in_with(scheme);
        server.pass(LIFETIME);
        assert_eq!(client.call(&Me).await.unwrap(), "ada");
        let form = server.state().forms[0].clone();
        assert_eq!(form["grant_type"], "refresh_token");
        assert_eq!(form.get("client_id").map(String::as_str), client_id);
    }
}

#[tokio::test(start_paused = true)]
async fn a_program_signs_in_again_once_for_all_callers_and_processes() {
    let (server, store) = (Server::new(), Unreliable::default());
    server.state().secret = Some("hunter2");
    let known =
        || AuthorizationServer::new(TOKEN_URL, "invoices").unwrap().secret_basic("hunter2").scopes("read write");
    let client = ClientCredentials::new(known()).sign_in(&server.anonymous()).await.unwrap();
    assert_eq!(server.state().forms[0]["scope"], "read write");
    client.keep_in(store.clone()).await.unwrap();
    let stored = store.load().await.unwrap().unwrap();
    assert_eq!((stored.login(), stored.scope()), (Some("invoices"), Some("read write")));
    let other = server.anonymous().restore_as(ClientCredentials::new(known()), store.clone()).await.unwrap().unwrap();
    for expiry in 1..=5 {
        server.pass(LIFETIME);
        let both: JoinSet<_> = (0..25).flat_map(|_| [client.call(&Me), other.call(&Me)]).collect();
        assert!(both.join_all().await.into_iter().all(|called| called.is_ok()));
        assert_eq!(server.renewals(), 1 + expiry);
    }
    server.pass(LIFETIME);
    let before = server.state().requests;
    client.call(&Me).await.unwrap();
    assert_eq!(server.state().requests - before, 2, "the token that has expired is not sent");
}

/// A program that the server knows by its secret.
fn program() -> AuthorizationServer {
    AuthorizationServer::new(TOKEN_URL, "invoices").unwrap().secret_basic("hunter2")
}

#[tokio::test(start_paused = true)]
async fn a_program_that_the_server_does_not_know_any_more_has_no_session() {
    for (status, error, ends, is_transient) in [
        (401, "invalid_client", true, false),
        (400, "invalid_client", true, false),
        (400, "unauthorized_client", true, false),
        (400, "invalid_scope", false, false),
        (503, "temporarily_unavailable", false, true),
    ] {
        let server = Server::new();
        server.state().secret = Some("hunter2");
        let client = ClientCredentials::new(program()).sign_in(&server.anonymous()).await.unwrap();
        server.state().secret = Some("changed");
        server.state().refusal_of_programs = (StatusCode::from_u16(status).unwrap(), error);
        server.pass(LIFETIME);
        let failed = client.call(&Me).await.unwrap_err();
        assert_eq!((failed.is_session_ended(), failed.is_transient()), (ends, is_transient), "{status} {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_program_that_signs_out_revokes_its_access_token() {
    let server = Server::new();
    server.state().secret = Some("hunter2");
    let known = program().revoke_at(REVOCATION_URL).unwrap();
    let client = ClientCredentials::new(known).sign_in(&server.anonymous()).await.unwrap();
    let token = client.tokens().unwrap().access_token;
    client.sign_out().await.unwrap();
    assert_eq!(server.state().revoked[0]["token"], token.expose_secret());
}

#[tokio::test(start_paused = true)]
async fn a_record_has_the_name_of_the_user_and_the_scopes() {
    let (server, store) = (Server::new(), Unreliable::default());
    let known = AuthorizationServer::new(TOKEN_URL, "invoices").unwrap().scopes("read write");
    server.signed_in_with(OAuth2::new(known).of_user("ada")).keep_in(store.clone()).await.unwrap();
    let stored = store.load().await.unwrap().unwrap();
    assert_eq!((stored.login(), stored.scope()), (Some("ada"), Some("read write")));
}

#[tokio::test(start_paused = true)]
async fn an_empty_refresh_token_begins_no_session() {
    let server = Server::new();
    let mut tokens = server.signed_in().tokens().unwrap();
    tokens.refresh_token = Some("".into());
    let now = server.anonymous().connection().now();
    let error = TokenSession::issued(Server::scheme(), tokens, now).err().unwrap();
    assert!(error.to_string().contains("an empty refresh token"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_scopes_of_tokens_stay_when_the_response_to_a_renewal_has_none() {
    let server = Server::new();
    let mut tokens = server.signed_in().tokens().unwrap();
    tokens.scope = Some("read".to_owned());
    let session = TokenSession::from_tokens(Server::scheme(), tokens);
    let client = server.anonymous().with_credential(session);
    server.pass(LIFETIME);
    client.call(&Me).await.unwrap();
    assert_eq!((client.tokens().unwrap().scope.as_deref(), server.renewals()), (Some("read"), 1));
}

#[tokio::test(start_paused = true)]
async fn signing_out_revokes_the_newest_refresh_token_and_empties_the_store() {
    let (server, store) = (Server::new(), Unreliable::default());
    let client = server.signed_in();
    client.keep_in(store.clone()).await.unwrap();
    server.pass(LIFETIME);
    client.call(&Me).await.unwrap();
    let newest = client.tokens().unwrap().refresh_token.unwrap();
    client.sign_out().await.unwrap();
    let revoked = server.state().revoked.clone();
    assert_eq!((revoked.len(), revoked[0]["token"].as_str()), (1, newest.expose_secret()));
    assert_eq!(revoked[0]["token_type_hint"], "refresh_token");
    assert!(store.is_empty() && client.call(&Me).await.unwrap_err().is_session_ended());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_is_not_sent_to_another_issuer_or_by_another_scheme() {
    let (server, store) = (Server::new(), Unreliable::default());
    server.signed_in().keep_in(store.clone()).await.unwrap();
    server.pass(LIFETIME);
    let elsewhere = AuthorizationServer::new("https://evil.test/oauth/token", "invoices").unwrap();
    let error = server.anonymous().restore_as(OAuth2::new(elsewhere), store.clone()).await.err().unwrap();
    let text = error.to_string();
    assert!(error.is_store() && text.contains("https://login.test/oauth") && text.contains("https://evil.test/oauth"));
    let elsewhere = AuthorizationServer::new("https://evil.test/oauth/token", "invoices").unwrap();
    let programs = Unreliable::default();
    let program = ClientCredentials::new(AuthorizationServer::new(TOKEN_URL, "invoices").unwrap());
    program.sign_in(&server.anonymous()).await.unwrap().keep_in(programs.clone()).await.unwrap();
    let error = server.anonymous().restore_as(ClientCredentials::new(elsewhere), programs).await.err().unwrap();
    assert!(error.is_store() && error.to_string().contains("https://evil.test/oauth"), "{error}");
    let error = server.anonymous().restore(store.clone()).await.err().unwrap();
    assert!(error.to_string().contains("`oauth2`") && error.to_string().contains("`qelos`"), "{error}");
    assert_eq!(server.renewals(), 1, "the program has signed in");
}

#[tokio::test(start_paused = true)]
async fn a_route_that_always_refuses_costs_a_refresh_token_less_and_less_often() {
    let server = Server::new();
    let client = server.signed_in();
    for _ in 0..120 {
        assert!(client.call(&Admin).await.unwrap_err().is_unauthorized());
        server.pass(Duration::from_secs(1));
    }
    assert_eq!(server.renewals(), 2, "one at once, and one after a minute");
    assert_eq!(client.call(&Me).await.unwrap(), "ada");
}

#[test]
fn a_refresh_token_is_not_sent_again_while_a_runtime_that_is_not_driven_may_bring_the_tokens() {
    let paused = || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let (stalled, driven) = (paused(), paused());
    let server = Server::new();
    let client = server.signed_in();
    server.pass(LIFETIME);
    let shut = stalled.block_on(server.gate.clone().acquire_owned()).unwrap();
    let renewing = stalled.spawn(client.call(&Me));
    stalled.block_on(server.until_renewed());

    let error = driven.block_on(async { client.call(&Me).await }).unwrap_err();
    assert!(error.to_string().contains("is not driven") && !error.is_session_ended(), "{error}");
    assert_eq!(server.renewals(), 1, "a second use would end the session");

    drop(shut);
    assert_eq!(stalled.block_on(renewing).unwrap().unwrap(), "ada");
    assert_eq!(driven.block_on(async { client.call(&Me).await }).unwrap(), "ada");
    assert_eq!(server.renewals(), 1);
}
