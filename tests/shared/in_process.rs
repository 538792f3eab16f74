//! A session in a store that works, and in one that fails.

use std::sync::atomic::Ordering;
use std::time::Duration;

use qelos_client::api::{GetMe, OAuthSignIn};
use qelos_client::store::{FileTokenStore, StoredSession, TokenStore};
use qelos_client::testing::Member;
use qelos_client::wire::Tokens;
use qelos_client::{Client, ExposeSecret, OAuth};

use crate::store::Unreliable;
use crate::world::{Gated, LIFETIME, REFRESH, TRIES, World, sign_in};

#[tokio::test(start_paused = true)]
async fn one_client_finds_the_tokens_that_another_has_renewed() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [first, second] = world.two(&store).await;
    for round in 1..=3 {
        first.call(&GetMe).await.unwrap();
        second.call(&GetMe).await.unwrap();
        assert_eq!(world.refreshes(), round, "the second has found the tokens of the first");
        world.pass(LIFETIME);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_waits_for_the_lock_finds_the_new_tokens() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [first, second] = world.two(&store).await;
    let (first, second) = (tokio::spawn(first.call(&GetMe)), tokio::spawn(second.call(&GetMe)));
    drop(world.until_a_refresh_has_a_response().await);
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_reads_the_store_before_it_asks_the_server() {
    let (world, store) = (World::gated(), Unreliable::default());
    let first = world.oauth().await;
    first.keep_in(store.clone()).await.unwrap();
    let second = world.restored(&store).await;
    first.refresh_token().await.unwrap();
    second.refresh_token().await.unwrap();
    assert_eq!(world.refreshes(), 1, "the first client has just renewed the tokens");
    second.refresh_token().await.unwrap();
    assert_eq!(world.refreshes(), 2);
}

#[tokio::test(start_paused = true)]
async fn each_lock_is_released() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [first, second] = world.two(&store).await;
    first.call(&GetMe).await.unwrap();
    second.call(&GetMe).await.unwrap();
    second.sign_out().await.unwrap();
    let [taken, released] = [&store.taken, &store.released].map(|count| count.load(Ordering::SeqCst));
    assert_eq!((taken, released), (3, 3), "to keep the session, to renew it, and to remove it");
}

#[tokio::test(start_paused = true)]
async fn waiting_for_the_lock_has_a_limit() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [first, _] = world.two(&store).await;
    store.locked.store(true, Ordering::SeqCst);
    let error = first.call(&GetMe).await.unwrap_err();
    assert!(error.is_store() && world.refreshes() == 0, "{error}");
    assert_eq!(
        error.to_string(),
        "GET /api/me: another process has held the lock of the token store for half a minute — the session goes on when \
         its token store can be used again"
    );
    store.locked.store(false, Ordering::SeqCst);
    first.call(&GetMe).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_store_that_does_not_respond_has_a_limit() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [first, _] = world.two(&store).await;
    store.silent.store(true, Ordering::SeqCst);
    let error = first.call(&GetMe).await.unwrap_err();
    assert!(error.is_store() && world.refreshes() == 0, "{error}");
    let why = "GET /api/me: the token store has not responded for half a minute — ";
    assert!(error.to_string().starts_with(why), "{error}");
    store.silent.store(false, Ordering::SeqCst);
    first.call(&GetMe).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn without_its_store_a_session_goes_on_until_its_access_token_expires() {
    let (world, store) = (World::gated(), Unreliable::default());
    let client = world.oauth().await;
    client.keep_in(store.clone()).await.unwrap();
    store.broken.store(true, Ordering::SeqCst);
    world.pass(LIFETIME.saturating_sub(Duration::from_secs(20)));
    client.call(&GetMe).await.expect("the renewal was early");
    world.pass(Duration::from_secs(20));
    let error = client.call(&GetMe).await.unwrap_err();
    assert!(error.is_store() && !error.is_session_ended());
    assert!(error.to_string().starts_with("GET /api/me: the disk is full — "), "{error}");
    assert_eq!(world.refreshes(), 0, "the refresh token is not used up");
    store.broken.store(false, Ordering::SeqCst);
    client.call(&GetMe).await.unwrap();
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failing_write_is_noticed_before_the_refresh_token_is_used_up() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [client, _] = world.two(&store).await;
    *store.saves_left.lock().unwrap() = Some(0);
    assert!(client.call(&GetMe).await.unwrap_err().is_store());
    assert_eq!(world.refreshes(), 0);
}

#[tokio::test(start_paused = true)]
async fn unsaved_tokens_stay_in_memory_until_a_later_call_writes_them() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [client, other] = world.two(&store).await;
    *store.saves_left.lock().unwrap() = Some(1);
    client.call(&GetMe).await.expect("the new tokens are in memory");
    let only_copy = client.tokens().unwrap();
    client.call(&GetMe).await.expect("the store still fails");
    assert_eq!(world.refreshes(), 1, "no refresh token is used up meanwhile");
    assert_eq!(client.tokens().unwrap().refresh.expose_secret(), only_copy.refresh.expose_secret());

    *store.saves_left.lock().unwrap() = None;
    world.pass(Duration::from_secs(5));
    client.call(&GetMe).await.unwrap();
    other.call(&GetMe).await.unwrap();
    assert_eq!((world.refreshes(), world.sign_ins()), (2, 1), "the other finds the tokens that were written late");
}

#[tokio::test(start_paused = true)]
async fn unsaved_tokens_are_written_before_a_program_ends() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [client, other] = world.two(&store).await;
    *store.saves_left.lock().unwrap() = Some(1);
    client.call(&GetMe).await.expect("the new tokens are in memory");
    assert!(client.settled().await.unwrap_err().is_store(), "the store still fails");

    *store.saves_left.lock().unwrap() = None;
    client.settled().await.unwrap();
    client.call(&GetMe).await.unwrap();
    other.call(&GetMe).await.unwrap();
    assert_eq!(world.refreshes(), 1, "both go on with these tokens");
}

#[tokio::test(start_paused = true)]
async fn unsaved_tokens_move_with_the_session_to_another_store() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [client, _] = world.two(&store).await;
    *store.saves_left.lock().unwrap() = Some(1);
    client.call(&GetMe).await.expect("the new tokens are in memory");
    let (newest, next) = (client.tokens().unwrap(), Unreliable::default());
    client.keep_in(next.clone()).await.unwrap();
    let restored = world.restored(&next).await.tokens().unwrap();
    for tokens in [client.tokens().unwrap(), restored] {
        assert_eq!(tokens.refresh.expose_secret(), newest.refresh.expose_secret());
    }
}

#[tokio::test(start_paused = true)]
async fn finding_new_tokens_needs_no_lock() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [first, second] = world.two(&store).await;
    first.call(&GetMe).await.unwrap();
    store.locked.store(true, Ordering::SeqCst);
    second.call(&GetMe).await.unwrap();
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test(start_paused = true)]
async fn diverged_sessions_adopt_the_stored_one() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [first, second] = world.two(&store).await;
    *store.saves_left.lock().unwrap() = Some(1);
    first.call(&GetMe).await.expect("its tokens are not in the store");
    *store.saves_left.lock().unwrap() = None;
    let second = second.sign_in_again_with(sign_in());
    second.call(&GetMe).await.expect("the refresh token is used up, but there is a password");
    first.call(&GetMe).await.unwrap();
    let (first, second) = (first.tokens().unwrap(), second.tokens().unwrap());
    assert_eq!(first.refresh.expose_secret(), second.refresh.expose_secret());
    assert_eq!((world.refreshes(), world.sign_ins()), (1 + TRIES, 2));
}

/// Signs in, and kills the process after the server has exchanged the tokens, and before they are written to the store.
async fn killed_in_the_middle(store: &Unreliable) -> (World<Gated>, Client<OAuth, Gated>) {
    let world = World::gated();
    let [first, second] = world.two(store).await;
    let process = std::thread::spawn({
        let network = world.network.clone();
        move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(async {
                let shut = network.gate.acquire().await.unwrap();
                tokio::spawn(first.call(&GetMe));
                while network.qelos.count("POST", REFRESH) == 0 {
                    tokio::task::yield_now().await;
                }
                // The runtime is dropped with all its tasks.
                shut.forget();
            });
            drop(runtime);
            network.gate.add_permits(1);
        }
    });
    process.join().unwrap();
    (world, second)
}

#[tokio::test(start_paused = true)]
async fn lost_tokens_are_replaced_by_signing_in() {
    let store = Unreliable::default();
    let (world, second) = killed_in_the_middle(&store).await;
    second.sign_in_again_with(sign_in()).call(&GetMe).await.unwrap();
    assert_eq!((world.refreshes(), world.sign_ins()), (1 + TRIES, 2));
    world.restored(&store).await.call(&GetMe).await.unwrap();
    assert_eq!(world.sign_ins(), 2, "all processes share the new session");
}

#[tokio::test(start_paused = true)]
async fn without_a_password_lost_tokens_end_the_session() {
    let (world, second) = killed_in_the_middle(&Unreliable::default()).await;
    let error = second.call(&GetMe).await.unwrap_err();
    assert!(error.is_session_ended());
    assert_eq!(
        error.to_string(),
        "GET /api/me: the session has ended: the server refused to renew it, and the outcome of an earlier renewal is \
         unknown: its process was stopped, or its response was lost, or its token store could not be written to — sign in \
         again"
    );
    assert_eq!(world.refreshes(), 1 + TRIES);
}

#[tokio::test(start_paused = true)]
async fn an_ended_session_goes_on_after_another_process_has_signed_in() {
    let store = Unreliable::default();
    let (world, second) = killed_in_the_middle(&store).await;
    assert!(second.call(&GetMe).await.unwrap_err().is_session_ended());
    world.oauth().await.keep_in(store).await.unwrap();
    let tried = world.refreshes();
    assert!(second.call(&GetMe).await.unwrap_err().is_session_ended(), "a refusal is remembered for a minute");
    world.pass(Duration::from_mins(1));
    second.call(&GetMe).await.unwrap();
    assert_eq!(world.refreshes(), tried);
}

#[tokio::test(start_paused = true)]
async fn a_superseded_renewal_uses_the_stored_tokens() {
    for superseded_at in [0, 1] {
        let (world, store) = (World::gated(), Unreliable::default());
        let [slow, _] = world.two(&store).await;
        let theirs = Unreliable::default();
        world.oauth().await.keep_in(theirs.clone()).await.unwrap();
        let theirs = theirs.kept.lock().unwrap().clone();
        if superseded_at == 0 {
            store.superseded_by.lock().unwrap().clone_from(&theirs);
        } else {
            let (store, theirs, seen) = (store.clone(), theirs.clone(), world.network.clone());
            tokio::spawn(async move {
                while seen.qelos.count("POST", REFRESH) == 0 {
                    tokio::task::yield_now().await;
                }
                *store.superseded_by.lock().unwrap() = theirs;
            });
        }
        slow.call(&GetMe).await.unwrap();
        assert_eq!(world.refreshes(), superseded_at, "superseded before or after the refresh");
        let tokens = slow.tokens().unwrap();
        assert_eq!(tokens.refresh.expose_secret(), theirs.unwrap().tokens::<Tokens>().unwrap().refresh.expose_secret());
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_has_lost_its_workspace_is_removed_from_the_store() {
    let (world, store) = (World::gated(), Unreliable::default());
    let workspace = world.qelos.add_workspace("One", &[Member::new(world.ada, &["admin"])]);
    let mut sign_in = sign_in();
    sign_in.workspace = Some(workspace);
    let (client, _) = world.anonymous().oauth_sign_in(&sign_in).await.unwrap();
    client.keep_in(store.clone()).await.unwrap();
    let other = world.restored(&store).await;
    world.pass(LIFETIME);
    other.call(&GetMe).await.unwrap();
    world.pass(LIFETIME);
    let error = other.call(&GetMe).await.unwrap_err();
    assert!(error.to_string().contains("has forgotten its workspace"), "the record has the workspace: {error}");
    assert!(store.is_empty());
}

#[tokio::test(start_paused = true)]
async fn signing_out_empties_the_store_and_revokes_the_newest_tokens() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [first, second] = world.two(&store).await;
    second.call(&GetMe).await.unwrap();
    assert_eq!(world.qelos.sessions(world.ada), 1);
    first.sign_out().await.unwrap();
    assert!(store.is_empty());
    assert_eq!(world.qelos.sessions(world.ada), 0, "with the tokens that the other client has renewed");
    world.pass(LIFETIME);
    assert!(second.call(&GetMe).await.unwrap_err().is_session_ended());
    assert!(world.anonymous().restore(store).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn signing_out_without_the_store_ends_the_session_with_an_error() {
    let (world, store) = (World::gated(), Unreliable::default());
    let client = world.oauth().await;
    client.keep_in(store.clone()).await.unwrap();
    store.broken.store(true, Ordering::SeqCst);
    assert!(client.sign_out().await.unwrap_err().is_store());
    assert!(client.call(&GetMe).await.unwrap_err().is_session_ended());
    assert_eq!(world.qelos.sessions(world.ada), 0, "the server has revoked the session");
}

#[tokio::test(start_paused = true)]
async fn an_older_session_with_a_higher_number_is_replaced() {
    let world = World::gated();
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path().join("session.json"));
    assert!(world.anonymous().restore(store.clone()).await.unwrap().is_none());
    let yesterday = world.oauth().await;
    yesterday.keep_in(store.clone()).await.unwrap();
    for _ in 0..3 {
        yesterday.refresh_token().await.unwrap();
    }
    world.qelos.revoke_refresh_tokens(world.ada);

    let today = world.oauth().await;
    let clone = today.clone();
    today.keep_in(store.clone()).await.unwrap();
    world.pass(LIFETIME);
    clone.call(&GetMe).await.expect("a clone uses the store as well");
    yesterday.call(&GetMe).await.expect("a client of the older session goes on with the new one");
    world.restored(&store).await.call(&GetMe).await.unwrap();
    assert_eq!((world.refreshes(), world.sign_ins()), (3 + 1, 2));
}

#[tokio::test(start_paused = true)]
async fn keeping_a_session_again_does_not_block_its_renewal() {
    for _ in 0..20 {
        let world = World::gated();
        let store = Unreliable::default();
        let client = world.oauth().await;
        client.keep_in(store.clone()).await.unwrap();
        world.pass(LIFETIME);

        let theirs = store.try_lock().await.unwrap();
        let began = tokio::time::Instant::now();
        let kept = tokio::spawn({
            let (client, store) = (client.clone(), store.clone());
            async move { client.keep_in(store).await }
        });
        let renewed = tokio::spawn(client.call(&GetMe));
        tokio::time::sleep(Duration::from_secs(1)).await;
        drop(theirs);
        renewed.await.unwrap().unwrap();
        kept.await.unwrap().unwrap();
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_session_counts_also_after_many_renewals_of_the_one_before() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [first, second] = world.two(&store).await;
    for client in [&first, &second] {
        client.call(&GetMe).await.unwrap();
    }
    first.sign_out().await.unwrap();
    world.oauth().await.keep_in(store.clone()).await.unwrap();
    world.pass(LIFETIME);
    second.call(&GetMe).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn signing_out_with_an_expired_token_ends_the_session_for_all() {
    let (world, store) = (World::gated(), Unreliable::default());
    let [first, second] = world.two(&store).await;
    first.sign_out().await.unwrap();
    assert_eq!(world.qelos.sessions(world.ada), 0);
    assert!(second.call(&GetMe).await.unwrap_err().is_session_ended());
    assert!(store.is_empty());
}

#[tokio::test(start_paused = true)]
async fn signing_out_ends_a_session_that_was_renewed_while_the_lock_was_lost() {
    let (world, store) = (World::gated(), Unreliable::default());
    let first = world.oauth().await;
    first.keep_in(store.clone()).await.unwrap();
    world.restored(&store).await.refresh_token().await.unwrap();
    let theirs = store.kept.lock().unwrap().clone();
    store.superseded_by.lock().unwrap().clone_from(&theirs);
    first.sign_out().await.unwrap();
    assert!(store.is_empty());
    assert_eq!(world.qelos.sessions(world.ada), 0);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_cannot_be_kept_goes_on_as_before() {
    let (world, store) = (World::gated(), Unreliable::default());
    let client = world.oauth().await;
    *store.saves_left.lock().unwrap() = Some(0);
    assert!(client.keep_in(store.clone()).await.unwrap_err().is_store());
    let theirs = StoredSession::from_json(FOREIGN).unwrap();
    *store.saves_left.lock().unwrap() = None;
    *store.superseded_by.lock().unwrap() = Some(theirs);
    assert!(client.keep_in(store.clone()).await.unwrap_err().is_store());
    world.pass(LIFETIME);
    client.call(&GetMe).await.unwrap();
    assert_eq!(world.refreshes(), 1);
}

const FOREIGN: &str = r#"{"scheme":"qelos","origin":"https://qelos.test","login":"ada@example.com","subject":null,"lineage":"7","number":9,"receivedAt":null,"renewingSince":null,"tokens":{"token":"a","refreshToken":"r"}}"#;

#[tokio::test(start_paused = true)]
async fn keeping_a_session_again_keeps_the_tokens_of_others() {
    let (world, store) = (World::gated(), Unreliable::default());
    let first = world.oauth().await;
    first.keep_in(store.clone()).await.unwrap();
    let second = world.restored(&store).await;
    second.refresh_token().await.unwrap();
    first.keep_in(store.clone()).await.unwrap();
    world.pass(LIFETIME);
    for client in [first, second] {
        client.call(&GetMe).await.unwrap();
    }
    assert_eq!(world.refreshes(), 2);
}

/// Two sessions of one user, each in a workspace of its own. The second replaces the first in the store. Then time
/// passes until the first has to be renewed.
async fn replaced_session(world: &World<Gated>, store: &Unreliable) -> (Client<OAuth, Gated>, OAuthSignIn) {
    let [one, two] = ["One", "Two"].map(|name| {
        let members = [Member::new(world.ada, &["admin"])];
        let mut sign_in = sign_in();
        sign_in.workspace = Some(world.qelos.add_workspace(name, &members));
        sign_in
    });
    let (first, _) = world.anonymous().oauth_sign_in(&one).await.unwrap();
    first.keep_in(store.clone()).await.unwrap();
    world.pass(Duration::from_hours(1));
    let (second, _) = world.anonymous().oauth_sign_in(&two).await.unwrap();
    second.keep_in(store.clone()).await.unwrap();
    world.pass(Duration::from_mins(270));
    (first, one)
}

#[tokio::test(start_paused = true)]
async fn a_session_does_not_move_to_the_workspace_of_another_session() {
    let (world, store) = (World::gated(), Unreliable::default());
    let (first, _) = replaced_session(&world, &store).await;
    let error = first.call(&GetMe).await.unwrap_err();
    assert!(error.is_session_ended() && error.to_string().contains("in another workspace"), "{error}");
    assert_eq!(world.refreshes(), 0, "the refresh token of the other session is not used up");

    let (world, store) = (World::gated(), Unreliable::default());
    let (first, one) = replaced_session(&world, &store).await;
    let first = first.sign_in_again_with(one.clone());
    assert_eq!(first.call(&GetMe).await.unwrap().workspace.map(|workspace| workspace.id), one.workspace);
}
