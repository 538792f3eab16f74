use std::fs;

use qelos_spec::ExposeSecret;
use tempfile::TempDir;

use super::*;

mod killed;
mod names;
#[cfg(unix)]
mod whose;

/// The record of this lineage with this number.
fn session_of(lineage: u64, number: u64) -> StoredSession {
    let text = format!(
        r#"{{"scheme":"qelos","origin":"https://acme.example","login":null,"subject":null,"lineage":"{lineage}","number":{number},"receivedAt":null,"renewingSince":null,"tokens":{{"token":"a","refreshToken":"r{number}"}}}}"#
    );
    StoredSession::from_json(&text).unwrap()
}

fn session() -> StoredSession {
    session_of(7, 1)
}

fn json(session: &StoredSession) -> String {
    session.to_json().unwrap().expose_secret().to_owned()
}

/// A store in a directory of its own, which the guard removes.
fn store() -> (FileTokenStore, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (FileTokenStore::new(directory.path().join("session.json")), directory)
}

async fn locked(store: &FileTokenStore) -> FileLock {
    store.try_lock().await.unwrap().expect("the lock is free")
}

async fn put(store: &FileTokenStore, session: &StoredSession) {
    let before = store.load().await.unwrap();
    assert_eq!(locked(store).await.save(before.as_ref(), Some(session)).await.unwrap(), Saved::Kept);
}

async fn version(store: &FileTokenStore) -> Option<String> {
    store.load().await.unwrap().map(|session| session.version())
}

fn names_in(directory: &TempDir) -> Vec<String> {
    let entries = directory.path().read_dir().unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_saved_session_is_loaded_until_it_is_removed() {
    let (store, directory) = store();
    assert!(store.load().await.unwrap().is_none());
    let mut lock = locked(&store).await;
    assert_eq!(lock.save(None, Some(&session())).await.unwrap(), Saved::Kept);
    assert_eq!(json(&store.load().await.unwrap().unwrap()), json(&session()));
    assert_eq!(lock.save(None, None).await.unwrap(), Saved::Superseded);
    assert_eq!(lock.save(Some(&session()), None).await.unwrap(), Saved::Kept);
    assert!(store.load().await.unwrap().is_none());
    assert_eq!(lock.save(None, None).await.unwrap(), Saved::Kept, "removing nothing succeeds");
    assert_eq!(names_in(&directory), ["session.json.lock"]);
}

#[tokio::test]
async fn the_lock_has_one_holder_until_it_is_released_or_dropped() {
    let (store, _directory) = store();
    let lock = locked(&store).await;
    assert!(store.try_lock().await.unwrap().is_none());
    lock.unlock().await.unwrap();
    drop(locked(&store).await);
    locked(&store).await;
}

#[tokio::test]
async fn a_file_with_something_else_stays_as_it_is() {
    let (store, directory) = store();
    let path = directory.path().join("session.json");
    fs::write(&path, "my notes, s3cret").unwrap();
    let error = store.load().await.unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "the session file `{}` cannot be read: it does not hold a session of this client (line 1, column 1): if \
             nothing else needs it, remove it and sign in again",
            path.display()
        )
    );
    let mut lock = locked(&store).await;
    for session in [Some(&session()), None] {
        let error = lock.save(None, session).await.unwrap_err().to_string();
        assert!(error.contains("it does not hold a session"), "{error}");
    }
    assert_eq!(fs::read_to_string(path).unwrap(), "my notes, s3cret");
    assert_eq!(names_in(&directory), ["session.json", "session.json.lock"]);
}

#[tokio::test]
async fn a_file_that_is_too_large_for_a_session_is_not_read() {
    let (store, directory) = store();
    let file = fs::File::create(directory.path().join("session.json")).unwrap();
    file.set_len(1 << 20).unwrap();
    assert!(store.load().await.unwrap().is_none(), "zero bytes are no session");
    file.set_len((1 << 20) + 1).unwrap();
    let error = store.load().await.unwrap_err().to_string();
    assert!(error.ends_with("it is larger than any session, so it holds something else"), "{error}");
}

#[tokio::test]
async fn an_empty_file_has_no_session_and_is_replaced() {
    for nothing in ["", " \r\n\t", "\0\0\0\0"] {
        let (store, directory) = store();
        let path = directory.path().join("session.json");
        fs::write(&path, nothing).unwrap();
        assert!(store.load().await.unwrap().is_none(), "{nothing:?}");
        let mut lock = locked(&store).await;
        assert_eq!(lock.save(None, None).await.unwrap(), Saved::Kept);
        assert_eq!(lock.save(None, Some(&session())).await.unwrap(), Saved::Kept, "{nothing:?}");
        assert_eq!(fs::read_to_string(path).unwrap(), json(&session()));
    }
}

#[tokio::test]
async fn a_missing_directory_has_no_session_and_no_lock() {
    let store = FileTokenStore::new("/nowhere/session.json");
    assert!(store.load().await.unwrap().is_none());
    let error = store.try_lock().await.unwrap_err().to_string();
    let why = "the session file `/nowhere/session.json` cannot be locked: its directory `/nowhere` cannot be found: ";
    assert!(error.starts_with(why), "{error}");
}

#[test]
fn a_directory_that_disappears_is_an_error() {
    let (_, directory) = store();
    let names = Names::of(&directory.path().join("session.json")).unwrap();
    let lock = Locked::try_new(&names).unwrap().unwrap();
    directory.close().unwrap();
    let errors = [lock.begin().map(drop), Locked::try_new(&names).map(drop)];
    assert_eq!(errors.map(|error| error.unwrap_err().kind()), [io::ErrorKind::NotFound; 2]);
}

#[test]
fn a_call_outside_of_a_runtime_is_an_error() {
    let (store, _directory) = store();
    let mut loading = Box::pin(store.load());
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = loading.as_mut().poll(&mut cx) else { panic!("it waits") };
    assert_eq!(error.to_string(), "a token store needs a tokio runtime, and this call is made outside of one");
}

/// The disk is slow: the write has not begun when `save` is cancelled.
#[test]
fn a_cancelled_write_keeps_the_lock_until_it_is_done() {
    let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    let (store, directory) = store();
    let (go_on, disk) = std::sync::mpsc::channel::<()>();
    let elsewhere = || Locked::try_new(&Names::of(&directory.path().join("session.json")).unwrap()).unwrap();
    runtime.block_on(async {
        let mut lock = locked(&store).await;
        let slow = tokio::task::spawn_blocking(move || disk.recv().unwrap());
        {
            let session = session();
            let mut save = std::pin::pin!(lock.save(None, Some(&session)));
            std::future::poll_fn(|cx| std::task::Poll::Ready(save.as_mut().poll(cx).is_pending())).await;
        }
        lock.unlock().await.unwrap();
        assert!(elsewhere().is_none(), "the write has the lock");
        go_on.send(()).unwrap();
        slow.await.unwrap();
        assert!(store.load().await.unwrap().is_some());
        assert!(elsewhere().is_some());
    });
}
