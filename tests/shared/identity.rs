//! Server and user of a session: no token is sent to another server, and no client becomes another user.

use std::time::Duration;

use qelos_client::api::{GetMe, OAuthSignIn};
use qelos_client::store::{FileTokenStore, TokenStore as _};
use qelos_client::testing::NewUser;
use qelos_client::{Anonymous, AnyCredential, Client, Environment, Error, ExposeSecret, OAuth};

use crate::store::Unreliable;
use crate::world::{ADA, Gated, LIFETIME, PASSWORD, World, sign_in};

const BOB: &str = "bob@example.com";
const HERE: &str = "https://qelos.test";
const ELSEWHERE: &str = "https://elsewhere.test";

fn world() -> World<Gated> {
    let world = World::gated();
    world.qelos.add_user(NewUser::new(BOB, PASSWORD));
    world
}

/// Starts a program whose environment names this user of this server.
async fn start(
    world: &World<Gated>,
    url: &str,
    user: &str,
    store: &Unreliable,
) -> Result<Client<AnyCredential, Gated>, Error> {
    let environment = Environment::read_from(|name| match name {
        "QELOS_URL" => Some(url.into()),
        "QELOS_USERNAME" => Some(user.into()),
        "QELOS_PASSWORD" => Some(PASSWORD.into()),
        _ => None,
    });
    let (network, clock) = (world.network.clone(), world.client_clock.clone());
    environment?.keep_in(store.clone()).connect_with(|builder| builder.transport(network).clock(clock)).await
}

async fn signed_in(world: &World<Gated>, user: &str) -> Client<OAuth, Gated> {
    world.anonymous().oauth_sign_in(&OAuthSignIn::new(user, PASSWORD.into())).await.unwrap().0
}

fn elsewhere(world: &World<Gated>) -> Client<Anonymous, Gated> {
    let builder = Client::builder(ELSEWHERE).transport(world.network.clone());
    builder.clock(world.client_clock.clone()).build().unwrap()
}

async fn user_of(client: &Client<AnyCredential, Gated>) -> String {
    client.logged_in_user().await.unwrap().username.unwrap()
}

async fn stored_login(store: &Unreliable) -> Option<String> {
    store.load().await.unwrap()?.login().map(str::to_owned)
}

fn requests(world: &World<Gated>) -> usize {
    world.qelos.requests().len()
}

#[tokio::test(start_paused = true)]
async fn a_session_of_another_server_is_neither_restored_nor_overwritten() {
    let (world, store) = (world(), Unreliable::default());
    let client = world.oauth().await;
    client.keep_in(store.clone()).await.unwrap();
    let kept = store.load().await.unwrap().unwrap().version();
    let theirs = elsewhere(&world).oauth_sign_in(&sign_in()).await.unwrap().0;
    let sent = requests(&world);
    for refused in [
        elsewhere(&world).restore(store.clone()).await.map(drop),
        theirs.keep_in(store.clone()).await,
        start(&world, ELSEWHERE, ADA, &store).await.map(drop),
    ] {
        let error = refused.unwrap_err();
        let names_both = error.to_string().contains(HERE) && error.to_string().contains(ELSEWHERE);
        assert!(error.is_store() && names_both, "{error}");
    }
    assert_eq!(requests(&world), sent, "nothing is sent");
    assert_eq!(store.load().await.unwrap().unwrap().version(), kept);
    start(&world, "https://Qelos.test:443/", ADA, &store).await.expect("it is the same server");
}

#[tokio::test(start_paused = true)]
async fn a_running_client_does_not_adopt_a_session_of_another_server() {
    let (world, store, other) = (world(), Unreliable::default(), Unreliable::default());
    let client = world.oauth().await;
    client.keep_in(store.clone()).await.unwrap();
    elsewhere(&world).oauth_sign_in(&sign_in()).await.unwrap().0.keep_in(other.clone()).await.unwrap();
    store.kept.lock().unwrap().clone_from(&other.kept.lock().unwrap());
    client.call(&GetMe).await.expect("its own token is valid");
    world.pass(LIFETIME);
    let sent = requests(&world);
    let error = client.call(&GetMe).await.unwrap_err();
    assert!(error.to_string().contains(HERE) && error.to_string().contains(ELSEWHERE), "{error}");
    assert_eq!(requests(&world), sent);
}

#[tokio::test(start_paused = true)]
async fn a_program_for_another_user_begins_its_own_session() {
    let (world, store) = (world(), Unreliable::default());
    let ada = start(&world, HERE, ADA, &store).await.unwrap();
    let bob = start(&world, HERE, " Bob@Example.com", &store).await.unwrap();
    assert_eq!((user_of(&ada).await.as_str(), user_of(&bob).await.as_str()), (ADA, BOB));
    assert_eq!(stored_login(&store).await.as_deref(), Some(BOB));

    world.pass(LIFETIME);
    let kept = store.load().await.unwrap().unwrap().version();
    let error = ada.logged_in_user().await.unwrap_err();
    assert!(error.to_string().contains(ADA) && error.to_string().contains(BOB), "{error}");
    assert_eq!(store.load().await.unwrap().unwrap().version(), kept, "neither overwrites the other");
    assert_eq!(user_of(&bob).await, BOB);
    let again = start(&world, HERE, BOB, &store).await.unwrap();
    assert_eq!((user_of(&again).await.as_str(), world.sign_ins()), (BOB, 2));
}

#[tokio::test(start_paused = true)]
async fn a_running_client_does_not_adopt_a_session_of_another_user() {
    let (world, store) = (world(), Unreliable::default());
    let ada = world.oauth().await;
    ada.keep_in(store.clone()).await.unwrap();
    let bob = signed_in(&world, BOB).await;
    bob.keep_in(store.clone()).await.unwrap();
    let error = ada.keep_in(store.clone()).await.unwrap_err();
    assert!(error.to_string().contains(ADA) && error.to_string().contains(BOB), "{error}");
    world.pass(LIFETIME);
    let error = ada.call(&GetMe).await.unwrap_err();
    assert!(error.is_store() && error.to_string().contains(BOB), "{error}");
    assert_eq!(bob.call(&GetMe).await.unwrap().email.as_deref(), Some(BOB), "his session is not overwritten");
}

#[tokio::test(start_paused = true)]
async fn signing_in_again_as_another_user_is_refused_before_anything_is_sent() {
    for store in [None, Some(Unreliable::default())] {
        let world = world();
        let ada = world.oauth().await;
        if let Some(store) = store {
            ada.keep_in(store).await.unwrap();
        }
        let ada = ada.sign_in_again_with(OAuthSignIn::new(BOB, PASSWORD.into()));
        world.pass(LIFETIME);
        ada.call(&GetMe).await.expect("the refresh token belongs to ada");
        world.qelos.revoke_refresh_tokens(world.ada);
        world.pass(LIFETIME);
        let error = ada.call(&GetMe).await.unwrap_err();
        assert!(error.is_session_ended(), "{error}");
        assert!(error.to_string().contains(ADA) && error.to_string().contains(BOB), "{error}");
        assert_eq!(world.sign_ins(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_user_with_the_same_name_is_another_user() {
    let (world, store) = (world(), Unreliable::default());
    let ada = start(&world, HERE, ADA, &store).await.unwrap();
    world.qelos.delete_user(world.ada);
    let replaced = world.qelos.add_user(NewUser::new(ADA, PASSWORD));
    world.pass(LIFETIME);
    let error = ada.logged_in_user().await.unwrap_err();
    let [before, now] = [world.ada, replaced].map(|id| id.to_string());
    assert!(error.is_session_ended(), "{error}");
    assert!(error.to_string().contains(&before) && error.to_string().contains(&now), "{error}");

    let next = start(&world, HERE, ADA, &store).await.expect("the password begins a new session");
    assert_eq!(next.logged_in_user().await.unwrap().id, replaced);
    assert_eq!(store.load().await.unwrap().unwrap().login(), Some(ADA));
}

#[tokio::test(start_paused = true)]
async fn a_session_from_tokens_has_no_login_until_the_next_sign_in() {
    let (world, store) = (world(), Unreliable::default());
    let tokens = world.oauth().await.tokens().unwrap();
    world.anonymous().with_tokens(tokens).keep_in(store.clone()).await.unwrap();
    assert_eq!(stored_login(&store).await, None);
    let ada = start(&world, HERE, ADA, &store).await.unwrap();
    assert_eq!((user_of(&ada).await.as_str(), world.sign_ins()), (ADA, 1));
    world.pass(LIFETIME);
    ada.logged_in_user().await.unwrap();
    assert_eq!(stored_login(&store).await, None, "a renewal does not prove the user");
    world.qelos.revoke_refresh_tokens(world.ada);
    world.pass(LIFETIME);
    ada.logged_in_user().await.unwrap();
    assert_eq!((stored_login(&store).await.as_deref(), world.sign_ins()), (Some(ADA), 2));
}

#[tokio::test(start_paused = true)]
async fn tokens_of_another_user_are_noticed_at_the_next_sign_in() {
    let (world, store) = (world(), Unreliable::default());
    let tokens = signed_in(&world, BOB).await.tokens().unwrap();
    world.anonymous().with_tokens(tokens).keep_in(store.clone()).await.unwrap();
    let ada = start(&world, HERE, ADA, &store).await.unwrap();
    let bob = ada.logged_in_user().await.unwrap();
    world.qelos.revoke_refresh_tokens(bob.id);
    world.pass(LIFETIME);
    let error = ada.logged_in_user().await.unwrap_err();
    assert!(error.is_session_ended(), "{error}");
    assert!(error.to_string().contains(&bob.id.to_string()) && error.to_string().contains(ADA), "{error}");
}

#[tokio::test(start_paused = true)]
async fn programs_that_start_at_the_same_time_share_one_session() {
    let (world, store) = (world(), Unreliable::default());
    let (one, two) = tokio::join!(start(&world, HERE, ADA, &store), start(&world, HERE, ADA, &store));
    let [one, two] = [one, two].map(|client| client.unwrap().into_typed::<OAuth>().unwrap().tokens().unwrap());
    assert_eq!(one.refresh.expose_secret(), two.refresh.expose_secret());
    assert_eq!(world.sign_ins(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_leaves_the_session_that_has_replaced_it() {
    let (world, store) = (world(), Unreliable::default());
    let first = world.oauth().await;
    first.keep_in(store.clone()).await.unwrap();
    // Two access tokens of one second are the same text, and the server ends the sessions of both.
    world.pass(Duration::from_secs(1));
    let second = world.oauth().await;
    second.keep_in(store.clone()).await.unwrap();
    first.sign_out().await.unwrap();
    assert!(!store.is_empty());
    world.pass(LIFETIME);
    second.call(&GetMe).await.unwrap();
    assert_eq!(world.qelos.sessions(world.ada), 1);
}

#[tokio::test(start_paused = true)]
async fn no_process_writes_a_signed_out_session_again() {
    let (world, store) = (world(), Unreliable::default());
    let [first, second] = world.two(&store).await;
    *store.kept.lock().unwrap() = None;
    let error = second.call(&GetMe).await.unwrap_err();
    assert!(error.is_session_ended() && error.to_string().contains("has signed it out"), "{error}");
    assert!(store.is_empty() && world.refreshes() == 0);
    first.sign_in_again_with(sign_in()).call(&GetMe).await.expect("the password begins a new session");
    assert_eq!((world.refreshes(), world.sign_ins(), store.is_empty()), (0, 2, false));
}

#[tokio::test]
async fn a_record_without_server_and_user_is_refused_with_advice() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("session.json");
    let before = r#"{"token":"s3cret","refreshToken":"s3cret","receivedAt":null,"workspace":null,"lineage":7,"number":1,"renewingSince":null}"#;
    std::fs::write(&path, before).unwrap();
    let error = world().anonymous().restore(FileTokenStore::new(&path)).await.unwrap_err();
    assert!(error.is_store() && error.to_string().contains("remove it and sign in again"), "{error}");
    assert!(!error.to_string().contains("s3cret"));
    assert_eq!(std::fs::read_to_string(path).unwrap(), before);
}
