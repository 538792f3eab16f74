//! Files of other users, and files that other users can read.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::PathBuf;
use std::process::Command;

use super::*;
use crate::testing::warnings::Warnings;

fn mode(directory: &TempDir, name: &str) -> u32 {
    directory.path().join(name).metadata().unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn only_the_owner_can_read_the_session() {
    let (store, directory) = store();
    put(&store, &session()).await;
    assert_eq!((mode(&directory, "session.json"), mode(&directory, "session.json.lock")), (0o600, 0o600));
    fs::set_permissions(directory.path().join("session.json"), Permissions::from_mode(0o644)).unwrap();
    store.load().await.unwrap();
    assert_eq!(mode(&directory, "session.json"), 0o600, "the permissions of others are removed");
}

#[test]
fn only_a_file_that_others_can_read_is_warned_about() {
    let (_, directory) = store();
    let path = directory.path().join("session.json");
    fs::write(&path, json(&session())).unwrap();
    let warnings = Warnings::default();
    let _guard = tracing::subscriber::set_default(warnings.clone());
    for (mode, count) in [(0o600, 0), (0o700, 0), (0o640, 1), (0o604, 2)] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        record::load(&path).unwrap();
        assert_eq!(warnings.count(), count, "{mode:o}");
    }
}

#[tokio::test]
async fn a_file_without_a_session_keeps_its_permissions() {
    let (store, directory) = store();
    for text in ["my notes", ""] {
        fs::write(directory.path().join("session.json"), text).unwrap();
        fs::set_permissions(directory.path().join("session.json"), Permissions::from_mode(0o644)).unwrap();
        let _ = store.load().await;
        assert_eq!(mode(&directory, "session.json"), 0o644, "{text:?}");
    }
}

#[tokio::test]
async fn a_file_with_several_hard_links_is_refused() {
    let (store, directory) = store();
    put(&store, &session()).await;
    fs::hard_link(directory.path().join("session.json"), directory.path().join("backup.json")).unwrap();
    let mut lock = locked(&store).await;
    let saved = lock.save(Some(&session()), Some(&session_of(7, 2))).await;
    for error in [store.load().await.map(drop), saved.map(drop)] {
        let error = error.unwrap_err().to_string();
        assert!(error.contains("session.json` has 2 hard links"), "{error}");
    }
    assert_eq!(fs::read_to_string(directory.path().join("backup.json")).unwrap(), json(&session()));
    assert_eq!(names_in(&directory), ["backup.json", "session.json", "session.json.lock"]);
}

/// Plants something in place of each of the three files, and returns the errors of the operations that find it.
async fn refused(plant: impl Fn(PathBuf)) -> Vec<String> {
    let planted = |name: &str| {
        let (store, directory) = store();
        plant(directory.path().join(name));
        (store, directory)
    };
    let mut errors = Vec::new();
    let (store, _directory) = planted("session.json");
    errors.push(store.load().await.map(drop));
    errors.push(locked(&store).await.save(None, Some(&session())).await.map(drop));

    let (store, _directory) = planted("session.json.lock");
    errors.push(store.try_lock().await.map(drop));

    let (store, _directory) = planted("session.json.new");
    errors.push(store.load().await.map(drop));
    errors.push(store.try_lock().await.map(drop));

    let (store, directory) = self::store();
    let mut lock = locked(&store).await;
    plant(directory.path().join("session.json.new"));
    errors.push(lock.save(None, Some(&session())).await.map(drop));
    assert_eq!(names_in(&directory), ["session.json.lock", "session.json.new"], "the planted file stays");
    errors.into_iter().map(|error| error.unwrap_err().to_string()).collect()
}

#[tokio::test]
async fn a_special_file_is_refused_without_opening_it() {
    let errors = refused(|path| {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    });
    for error in errors.await {
        assert!(error.contains("is a FIFO, not a regular file"), "{error}");
    }
    let errors = refused(|path| drop(std::os::unix::net::UnixListener::bind(path).unwrap()));
    for error in errors.await {
        assert!(error.contains("is a socket, not a regular file"), "{error}");
    }
    let error = FileTokenStore::new("/dev/null").load().await.unwrap_err().to_string();
    assert!(error.contains("`/dev/null` is a device, not a regular file"), "{error}");
}

#[tokio::test]
async fn a_link_in_place_of_the_new_or_lock_file_is_not_followed() {
    let victim = tempfile::NamedTempFile::new().unwrap();
    let (store, directory) = store();
    put(&store, &session()).await;
    let mut lock = locked(&store).await;
    symlink(victim.path(), directory.path().join("session.json.new")).unwrap();
    let saving = lock.save(Some(&session()), Some(&session_of(7, 2))).await.unwrap_err().to_string();
    for name in ["session.json.new", "session.json.lock"] {
        fs::remove_file(directory.path().join(name)).unwrap();
    }
    symlink(victim.path(), directory.path().join("session.json.lock")).unwrap();
    let locking = store.try_lock().await.unwrap_err().to_string();
    for error in [saving, locking] {
        assert!(error.contains("is a symbolic link, not a regular file"), "{error}");
    }
    assert_eq!(victim.path().metadata().unwrap().len(), 0);
    assert_eq!(version(&store).await, Some(session().version()));
}

const ANOTHER: u32 = 65534;

#[tokio::test]
async fn a_file_of_another_user_is_refused() {
    let (store, directory) = store();
    let path = directory.path().join("session.json");
    put(&store, &session()).await;
    if ours::user().unwrap() == 0 {
        chown(&path, Some(ANOTHER), None).unwrap();
    } else {
        fs::remove_file(&path).unwrap();
        symlink("/etc/passwd", &path).unwrap();
    }
    let before = path.metadata().unwrap();
    let mut errors = vec![store.load().await.map(drop)];
    if let Ok(Some(mut lock)) = store.try_lock().await {
        errors.push(lock.save(None, Some(&session_of(7, 2))).await.map(drop));
    }
    for error in errors {
        let error = error.unwrap_err().to_string();
        assert!(error.contains("` belongs to user "), "{error}");
    }
    let after = path.metadata().unwrap();
    assert_eq!((before.ino(), before.mode(), before.uid()), (after.ino(), after.mode(), after.uid()));
}

#[tokio::test]
async fn the_other_files_and_links_of_another_user_are_refused() {
    if ours::user().unwrap() != 0 {
        return; // Only root can change the owner of a file.
    }
    let errors = refused(|path| {
        fs::write(&path, json(&session())).unwrap();
        chown(path, Some(ANOTHER), None).unwrap();
    });
    for error in errors.await {
        assert!(error.contains("belongs to user 65534, and this process runs as user 0"), "{error}");
    }
    let (store, directory) = store();
    put(&FileTokenStore::new(directory.path().join("other.json")), &session()).await;
    let link = directory.path().join("session.json");
    symlink("other.json", &link).unwrap();
    std::os::unix::fs::lchown(&link, Some(ANOTHER), None).unwrap();
    let error = store.load().await.unwrap_err().to_string();
    assert!(error.contains("is a symbolic link of user 65534"), "{error}");
    chown(directory.path(), Some(ANOTHER), None).unwrap();
    assert!(store.load().await.unwrap().is_some(), "a link of the owner of the directory is followed");
}

#[test]
fn the_user_of_this_process_owns_its_new_files() {
    let file = tempfile::NamedTempFile::new().unwrap();
    assert_eq!(ours::user().unwrap(), file.path().metadata().unwrap().uid());
    let (_, directory) = store();
    assert_eq!(ours::owner_of_new_files(&directory.path().join("session.json")).unwrap(), ours::user().unwrap());
    assert!(names_in(&directory).is_empty());
}

/// This proves less as root, who can open every directory.
#[tokio::test]
async fn a_directory_that_cannot_be_synced_does_not_undo_a_write() {
    let (store, directory) = store();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o300)).unwrap();
    put(&store, &session()).await;
    put(&store, &session_of(7, 2)).await;
    assert_eq!(version(&store).await, Some(session_of(7, 2).version()));
    fs::set_permissions(directory.path(), Permissions::from_mode(0o700)).unwrap();
}
