//! The Redis store: a lock with one holder and a lease, and writes that are compared with the record.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use qelos_client::store::{RedisTokenStore, Saved, StoreLock as _, StoredSession, TokenStore as _};
use qelos_client::wire::Tokens;

use crate::redis_server::RedisServer;

/// Longer than the pauses of a busy machine.
const LEASE: Duration = Duration::from_secs(3);

fn session(number: u64) -> StoredSession {
    let text = format!(
        r#"{{"scheme":"qelos","origin":"https://qelos.test","login":null,"subject":null,"lineage":"7","number":{number},"receivedAt":null,"renewingSince":null,"tokens":{{"token":"a","refreshToken":"r{number}"}}}}"#
    );
    StoredSession::from_json(&text).unwrap()
}

async fn store(server: &RedisServer) -> RedisTokenStore {
    RedisTokenStore::connect(&server.url(), "tests:lock").await.unwrap().lease(LEASE).unwrap()
}

/// The rest of the lease in milliseconds. `None` when the lock is free: in the last millisecond of a lease Redis answers
/// 0, and the lock is still taken.
async fn lease_left(server: &RedisServer) -> Option<u64> {
    let answer = server.command(&["PTTL", "tests:lock:lock"]).await;
    if answer.trim() == "-2" { None } else { Some(answer.trim().parse().unwrap()) }
}

async fn kept(store: &RedisTokenStore) -> Option<String> {
    use qelos_client::ExposeSecret as _;

    let session = store.load().await.unwrap()?;
    Some(session.tokens::<Tokens>().unwrap().refresh.expose_secret().to_owned())
}

#[tokio::test]
async fn a_saved_session_is_loaded_until_it_is_removed() {
    let Some(server) = RedisServer::start("redis::a_saved_session_is_loaded_until_it_is_removed").await else { return };
    let store = store(&server).await;
    assert_eq!(kept(&store).await, None);
    let mut lock = store.try_lock().await.unwrap().unwrap();
    assert_eq!(lock.save(None, Some(&session(1))).await.unwrap(), Saved::Kept);
    assert_eq!(kept(&store).await.as_deref(), Some("r1"));
    assert_eq!(lock.save(None, Some(&session(2))).await.unwrap(), Saved::Superseded);
    assert_eq!(lock.save(Some(&session(1)), None).await.unwrap(), Saved::Kept);
    assert_eq!(kept(&store).await, None);
}

#[tokio::test]
async fn the_lock_has_one_holder_for_as_long_as_it_is_held() {
    let Some(server) = RedisServer::start("redis::the_lock_has_one_holder_for_as_long_as_it_is_held").await else {
        return;
    };
    let (store, other) = (store(&server).await, store(&server).await);
    let lock = store.try_lock().await.unwrap().unwrap();
    let (mut left, mut renewals) = (lease_left(&server).await, 0);
    while renewals < 3 {
        let now = lease_left(&server).await;
        assert!(now.is_some(), "the lease runs out although the lock is held");
        // The rest only grows when the lease is renewed.
        renewals += usize::from(now > left);
        left = now;
    }
    assert!(other.try_lock().await.unwrap().is_none());
    lock.unlock().await.unwrap();
    assert!(other.try_lock().await.unwrap().is_some());
}

#[tokio::test]
async fn a_lock_that_is_not_released_runs_out() {
    let Some(server) = RedisServer::start("redis::a_lock_that_is_not_released_runs_out").await else { return };
    let (store, other) = (store(&server).await, store(&server).await);
    drop(store.try_lock().await.unwrap().unwrap());
    assert!(other.try_lock().await.unwrap().is_none(), "a lock that was dropped without a release is still taken");
    while lease_left(&server).await.is_some() {}
    assert!(other.try_lock().await.unwrap().is_some());
}

#[tokio::test]
async fn a_holder_that_has_lost_the_lock_overwrites_no_newer_record() {
    let Some(server) = RedisServer::start("redis::a_holder_that_has_lost_the_lock_overwrites_no_newer_record").await
    else {
        return;
    };
    let (store, other) = (store(&server).await, store(&server).await);
    let mut slow = store.try_lock().await.unwrap().unwrap();
    // The lease runs out.
    server.command(&["DEL", "tests:lock:lock"]).await;
    let mut later = other.try_lock().await.unwrap().unwrap();

    let [one, two, three] = [1, 2, 3].map(session);
    assert_eq!(slow.save(None, Some(&one)).await.unwrap(), Saved::Kept, "no newer record was written");
    assert_eq!(later.save(Some(&one), Some(&two)).await.unwrap(), Saved::Kept);
    assert_eq!(slow.save(Some(&one), Some(&three)).await.unwrap(), Saved::Superseded);
    assert_eq!(kept(&store).await.as_deref(), Some("r2"));
    assert_eq!(later.save(Some(&two), None).await.unwrap(), Saved::Kept);
    assert_eq!(slow.save(Some(&two), Some(&three)).await.unwrap(), Saved::Superseded, "a sign-out is not undone");
    slow.unlock().await.unwrap();
    assert!(store.try_lock().await.unwrap().is_none(), "the lock of another holder is not released");
}

#[tokio::test]
async fn a_server_that_loses_its_data_blocks_no_holder() {
    let Some(server) = RedisServer::start("redis::a_server_that_loses_its_data_blocks_no_holder").await else { return };
    let store = store(&server).await;
    let mut before = None;
    for number in 1..=3 {
        let (mut lock, next) = (store.try_lock().await.unwrap().unwrap(), session(number));
        assert_eq!(lock.save(before.as_ref(), Some(&next)).await.unwrap(), Saved::Kept);
        if number == 2 {
            server.command(&["FLUSHALL"]).await;
            assert_eq!(lock.save(None, Some(&next)).await.unwrap(), Saved::Kept);
        }
        before = Some(next);
        lock.unlock().await.unwrap();
    }
    assert_eq!(kept(&store).await.as_deref(), Some("r3"));
}

#[tokio::test]
async fn a_connection_that_breaks_is_made_again() {
    let Some(server) = RedisServer::start("redis::a_connection_that_breaks_is_made_again").await else { return };
    let store = store(&server).await;
    let mut lock = store.try_lock().await.unwrap().unwrap();
    server.command(&["CLIENT", "KILL", "TYPE", "normal"]).await;
    assert_eq!(lock.save(None, Some(&session(1))).await.unwrap(), Saved::Kept);
    assert_eq!(kept(&store).await.as_deref(), Some("r1"));
}

#[tokio::test]
async fn other_content_and_a_missing_server_are_named() {
    let Some(server) = RedisServer::start("redis::other_content_and_a_missing_server_are_named").await else { return };
    let store = store(&server).await;
    server.command(&["HSET", "tests:lock", "session", "s3cret"]).await;
    let error = store.load().await.unwrap_err().to_string();
    assert!(error.starts_with("the session under `tests:lock` in Redis cannot be read: it does not hold a session"));
    assert!(!error.contains("s3cret"), "{error}");
    let error = RedisTokenStore::connect("redis://:s3cret@127.0.0.1:1/", "tests:lock").await.unwrap_err().to_string();
    assert!(error.starts_with("the session under `tests:lock` in Redis cannot be reached: "), "{error}");
    assert!(!error.contains("s3cret"), "{error}");
    assert_eq!(format!("{store:?}"), "RedisTokenStore { key: \"tests:lock\", .. }");
}

#[tokio::test]
async fn a_command_that_the_server_refuses_is_sent_once() {
    let Some(server) = RedisServer::start("redis::a_command_that_the_server_refuses_is_sent_once").await else {
        return;
    };
    let store = store(&server).await;
    server.command(&["SET", "tests:lock", "a text, and no record"]).await;
    let error = store.load().await.unwrap_err().to_string();
    assert!(error.starts_with("the session under `tests:lock` in Redis cannot be read: "), "{error}");
    let counts = server.command(&["INFO", "commandstats"]).await;
    assert!(counts.contains("cmdstat_hget:calls=1,"), "{counts}");
}

#[tokio::test]
async fn a_lock_has_the_lease_that_was_asked_for_and_shows_no_address() {
    let Some(server) = RedisServer::start("redis::a_lock_has_the_lease_that_was_asked_for_and_shows_no_address").await
    else {
        return;
    };
    let lock = store(&server).await.lease(Duration::from_mins(150)).unwrap().try_lock().await.unwrap().unwrap();
    assert!(lease_left(&server).await.unwrap() > 8_000_000, "it is in milliseconds");
    assert_eq!(format!("{lock:?}"), "RedisLock { key: \"tests:lock\", .. }");
}

#[tokio::test]
async fn a_lease_below_a_second_is_refused() {
    let Some(server) = RedisServer::start("redis::a_lease_below_a_second_is_refused").await else {
        return;
    };
    for short in [Duration::ZERO, Duration::from_millis(999)] {
        let error = store(&server).await.lease(short).unwrap_err().to_string();
        assert!(error.contains("make it 1s at least"), "{error}");
    }
    store(&server).await.lease(Duration::from_secs(1)).unwrap().try_lock().await.unwrap().unwrap();
}

#[tokio::test]
async fn a_restarted_server_is_waited_for() {
    let Some(mut server) = RedisServer::start("redis::a_restarted_server_is_waited_for").await else {
        return;
    };
    let store = store(&server).await;
    let mut lock = store.try_lock().await.unwrap().unwrap();
    server.kill().await;
    let (reads, session) = (store.clone(), session(1));
    let saved = tokio::spawn(async move { lock.save(None, Some(&session)).await });
    let loaded = tokio::spawn(async move { reads.load().await });
    // Both commands have failed once, and wait.
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert!(!saved.is_finished() && !loaded.is_finished());
    server.restart().await;
    assert_eq!(saved.await.unwrap().unwrap(), Saved::Kept);
    loaded.await.unwrap().unwrap();
    assert_eq!(kept(&store).await.as_deref(), Some("r1"));
}

#[tokio::test]
async fn a_call_outside_of_a_runtime_is_an_error() {
    let Some(server) = RedisServer::start("redis::a_call_outside_of_a_runtime_is_an_error").await else { return };
    let store = store(&server).await;
    let loaded = std::thread::spawn(move || {
        let mut loading = std::pin::pin!(store.load());
        loading.as_mut().poll(&mut Context::from_waker(Waker::noop())).map(|loaded| loaded.unwrap_err().to_string())
    });
    let why = "a token store needs a tokio runtime, and this call is made outside of one";
    assert_eq!(loaded.join().unwrap(), Poll::Ready(why.to_owned()));
}
