//! The path of a session: spellings, links, and paths that are refused.

use super::*;

#[tokio::test]
async fn a_relative_path_starts_at_the_first_current_directory() {
    let store = FileTokenStore::new("a/../session.json");
    let path = store.path.unwrap();
    assert_eq!(*path, *std::env::current_dir().unwrap().join("a/../session.json"));
    let error = FileTokenStore::new("").load().await.unwrap_err().to_string();
    assert!(error.starts_with("the session file `` cannot be found from the current directory: "), "{error}");
}

#[tokio::test]
async fn a_directory_is_refused() {
    let (store, directory) = store();
    fs::create_dir(directory.path().join("session.json")).unwrap();
    let mut lock = locked(&store).await;
    for error in [store.load().await.map(drop), lock.save(None, Some(&session())).await.map(drop)] {
        let error = error.unwrap_err().to_string();
        assert!(error.contains("session.json` is a directory, not a regular file"), "{error}");
    }
    assert_eq!(names_in(&directory), ["session.json", "session.json.lock"], "no file with tokens is left");
    for path in ["/", "/.."] {
        let error = FileTokenStore::new(path).load().await.unwrap_err().to_string();
        assert!(error.contains("is a directory: name a file in it"), "{error}");
    }
}

#[tokio::test]
async fn a_name_with_a_reserved_ending_is_refused() {
    let (_, directory) = store();
    for name in ["session.json.new", "session.json.lock", "session.LOCK"] {
        let store = FileTokenStore::new(directory.path().join(name));
        let error = store.try_lock().await.unwrap_err().to_string();
        assert!(error.contains("its name may not end in `."), "{error}");
        assert!(store.load().await.is_err());
    }
    assert!(names_in(&directory).is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn all_names_of_a_file_mean_one_session_and_one_lock() {
    use std::os::unix::fs::symlink;

    let (store, directory) = store();
    let path = |name: &str| directory.path().join(name);
    fs::create_dir(path("a")).unwrap();
    symlink(directory.path(), path("a/directory")).unwrap();
    symlink("../session.json", path("a/link")).unwrap();
    symlink("link", path("a/link-to-the-link")).unwrap();
    let names = [
        "./a/../session.json",
        "session.json/.",
        "a/directory/session.json",
        "a/link",
        "a/link-to-the-link",
        "a/directory/a/link",
    ];
    put(&store, &session_of(7, 0)).await;
    for (number, name) in (1..).zip(names) {
        let other = FileTokenStore::new(path(name));
        let lock = locked(&store).await;
        assert!(other.try_lock().await.unwrap().is_none(), "{name}");
        drop(lock);
        put(&other, &session_of(7, number)).await;
        assert_eq!(version(&store).await, Some(session_of(7, number).version()), "{name}");
    }
    assert!(path("a/link").is_symlink());
    assert_eq!(names_in(&directory), ["a", "session.json", "session.json.lock"]);
}

#[cfg(unix)]
#[tokio::test]
async fn the_missing_target_of_a_link_is_created() {
    let (store, directory) = store();
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("kept.json");
    std::os::unix::fs::symlink(&target, directory.path().join("session.json")).unwrap();
    assert!(store.load().await.unwrap().is_none());
    put(&store, &session()).await;
    assert_eq!(fs::read_to_string(&target).unwrap(), json(&session()));
    assert_eq!((names_in(&directory), names_in(&elsewhere).len()), (vec!["session.json".to_owned()], 2));
}

#[cfg(unix)]
#[tokio::test]
async fn links_in_a_circle_are_an_error() {
    let (store, directory) = store();
    std::os::unix::fs::symlink("session.json", directory.path().join("session.json")).unwrap();
    let error = store.load().await.unwrap_err().to_string();
    assert!(error.ends_with("is one of too many symbolic links in a row"), "{error}");
}
