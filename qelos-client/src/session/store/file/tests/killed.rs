//! Files of a process that was killed while it wrote, and writers whose lock file was removed.

use super::*;

/// A store with these texts in `session.json` and in `session.json.new`.
fn left(current: Option<&str>, new: &str) -> (FileTokenStore, TempDir) {
    let (store, directory) = store();
    if let Some(current) = current {
        fs::write(directory.path().join("session.json"), current).unwrap();
    }
    fs::write(directory.path().join("session.json.new"), new).unwrap();
    (store, directory)
}

/// The record with the mark of a renewal.
fn marked(session: &StoredSession) -> String {
    json(session).replace(r#""renewingSince":null"#, r#""renewingSince":"2026-11-21T12:00:00.000Z""#)
}

#[tokio::test]
async fn renewed_tokens_that_were_not_renamed_are_used() {
    for current in [json(&session()), marked(&session())] {
        let (store, directory) = left(Some(&current), &json(&session_of(7, 2)));
        assert_eq!(version(&store).await, Some(session_of(7, 2).version()));
        assert_eq!(names_in(&directory), ["session.json", "session.json.lock"]);
    }
    // Also by a writer that does not read first: the store does not have the record that it expects.
    let (store, _directory) = left(Some(&json(&session())), &json(&session_of(7, 2)));
    let mut lock = locked(&store).await;
    assert_eq!(lock.save(Some(&session()), None).await.unwrap(), Saved::Superseded);
    assert_eq!(version(&store).await, Some(session_of(7, 2).version()));
}

#[tokio::test]
async fn any_other_new_file_is_removed_unused() {
    let (current, next) = (json(&session_of(7, 2)), json(&session_of(7, 3)));
    let cases = [
        ("half a session", Some(current.as_str()), next[..next.len() - 1].to_owned()),
        ("an empty file", Some(&current), String::new()),
        ("the same session", Some(&current), current.clone()),
        ("a mark", Some(&current), marked(&session_of(7, 2))),
        ("older tokens", Some(&current), json(&session_of(7, 1))),
        ("another session", Some(&current), json(&session_of(8, 3))),
        ("signed out", None, next.clone()),
        ("emptied by hand", Some(""), next.clone()),
    ];
    for (case, current, new) in cases {
        let (store, directory) = left(current, &new);
        let before = store.load().await.unwrap();
        assert_eq!(before.as_ref().map(json), current.filter(|text| !text.is_empty()).map(str::to_owned), "{case}");
        let mut lock = locked(&store).await;
        assert!(!names_in(&directory).contains(&"session.json.new".to_owned()), "{case}");
        assert_eq!(lock.save(before.as_ref(), Some(&session_of(9, 0))).await.unwrap(), Saved::Kept, "{case}");
        assert_eq!(version(&store).await, Some(session_of(9, 0).version()), "{case}");
    }
}

#[tokio::test]
async fn signing_out_leaves_no_new_file() {
    let (store, directory) = left(Some(&json(&session())), &json(&session_of(7, 2)));
    let newest = store.load().await.unwrap();
    fs::write(directory.path().join("session.json.new"), json(&session_of(7, 3))).unwrap();
    let mut lock = locked(&store).await;
    assert_eq!(lock.save(newest.as_ref(), None).await.unwrap(), Saved::Superseded, "there are newer ones to revoke");
    let newest = store.load().await.unwrap();
    assert_eq!(lock.save(newest.as_ref(), None).await.unwrap(), Saved::Kept);
    assert_eq!(names_in(&directory), ["session.json.lock"]);
}

#[tokio::test]
async fn a_reader_does_not_use_the_new_file_of_a_running_process() {
    let (store, directory) = store();
    put(&store, &session()).await;
    let lock = locked(&store).await;
    let new = directory.path().join("session.json.new");
    fs::write(&new, json(&session_of(7, 2))).unwrap();
    assert_eq!(version(&store).await, Some(session().version()));
    assert!(new.exists());
    drop(lock);
    assert_eq!(version(&store).await, Some(session_of(7, 2).version()));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_not_replaced_by_the_new_file() {
    let (store, directory) = left(Some("my notes"), &json(&session_of(7, 2)));
    for error in [store.try_lock().await.map(drop), store.load().await.map(drop)] {
        let error = error.unwrap_err().to_string();
        assert!(error.contains("it does not hold a session"), "{error}");
    }
    assert_eq!(fs::read_to_string(directory.path().join("session.json")).unwrap(), "my notes");
    assert!(directory.path().join("session.json.new").exists(), "it may have the newest tokens");
}

/// Takes the lock without a store, for the single steps of two writers.
fn lock_on(directory: &TempDir) -> Locked {
    Locked::try_new(&Names::of(&directory.path().join("session.json")).unwrap()).unwrap().expect("the lock is free")
}

#[test]
fn a_mount_point_is_named_in_the_error() {
    let error = record::explained(io::ErrorKind::ResourceBusy.into()).to_string();
    assert_eq!(error, "it is a mount point, which cannot be replaced: mount its directory instead");
    assert_eq!(record::explained(io::ErrorKind::StorageFull.into()).kind(), io::ErrorKind::StorageFull);
}

#[cfg(unix)]
mod lock_removed {
    use super::*;

    fn remove_lock(directory: &TempDir) {
        fs::remove_file(directory.path().join("session.json.lock")).unwrap();
    }

    #[tokio::test]
    async fn a_lock_whose_file_is_gone_is_taken_again() {
        let (store, directory) = store();
        let mut lock = locked(&store).await;
        remove_lock(&directory);
        assert_eq!(lock.save(None, Some(&session())).await.unwrap(), Saved::Kept);
        assert!(store.try_lock().await.unwrap().is_none(), "the new lock file is locked");
        lock.unlock().await.unwrap();
        locked(&store).await;
    }

    #[tokio::test]
    async fn a_writer_writes_nothing_while_another_process_has_the_new_lock() {
        let (store, directory) = store();
        put(&store, &session()).await;
        let mut first = locked(&store).await;
        remove_lock(&directory);
        let mut second = locked(&store).await;
        for session in [Some(&session_of(7, 2)), None] {
            let error = first.save(Some(&super::session()), session).await.unwrap_err().to_string();
            assert!(error.contains("was removed while it was held, and another process has taken it since"), "{error}");
        }
        assert_eq!(version(&store).await, Some(session().version()));
        assert_eq!(second.save(Some(&session()), Some(&session_of(7, 3))).await.unwrap(), Saved::Kept);
        second.unlock().await.unwrap();
        assert_eq!(first.save(Some(&session()), Some(&session_of(7, 2))).await.unwrap(), Saved::Superseded);
        assert_eq!(version(&store).await, Some(session_of(7, 3).version()));
    }

    #[test]
    fn the_earlier_of_two_writers_writes_nothing() {
        let (_, directory) = store();
        let first = lock_on(&directory);
        let begun = first.begin().unwrap();
        remove_lock(&directory);
        let second = lock_on(&directory);
        assert_eq!(second.save(None, Some(&session())).unwrap(), Saved::Kept);
        let late = session_of(8, 1);
        assert!(!first.put_in_place(&begun, &late).unwrap());
        assert_eq!(first.interrupted(None, Some(&late)).unwrap(), Saved::Superseded);

        // The same while the second writer is still writing.
        let begun = first.begin().unwrap();
        let theirs = second.begin().unwrap();
        assert!(!first.put_in_place(&begun, &late).unwrap());
        let error = first.interrupted(Some(&session().version()), Some(&late)).unwrap_err().to_string();
        assert_eq!(error, "another process writes it at the same time: do not remove its lock file");
        assert!(second.put_in_place(&theirs, &session_of(7, 2)).unwrap());
        let path = directory.path().join("session.json");
        assert_eq!(fs::read_to_string(path).unwrap(), json(&session_of(7, 2)));
    }

    #[test]
    fn a_sign_out_removes_no_session_that_another_writer_is_replacing() {
        let (_, directory) = store();
        let first = lock_on(&directory);
        assert_eq!(first.save(None, Some(&session())).unwrap(), Saved::Kept);
        let begun = first.begin().unwrap();
        remove_lock(&directory);
        let second = lock_on(&directory);
        let theirs = second.begin().unwrap();
        first.replace(&begun, Some(&session().version()), None).unwrap_err();
        assert!(second.put_in_place(&theirs, &session_of(7, 2)).unwrap());
    }

    #[test]
    fn a_session_that_another_process_has_renamed_is_kept() {
        let (_, directory) = store();
        let first = lock_on(&directory);
        first.save(None, Some(&session())).unwrap();
        let begun = first.begin().unwrap();
        fs::write(directory.path().join("session.json.new"), json(&session_of(7, 2))).unwrap();
        remove_lock(&directory);
        let _second = lock_on(&directory);
        assert!(!first.put_in_place(&begun, &session_of(7, 2)).unwrap());
        assert_eq!(first.interrupted(Some(&session().version()), Some(&session_of(7, 2))).unwrap(), Saved::Kept);
    }
}
