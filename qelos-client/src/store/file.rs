//! A session in a file, for the processes of one machine.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use qelos_spec::ExposeSecret;

use crate::store::{Saved, StoreError, StoreLock, StoredSession, TokenStore, runtime};

/// Keeps a session in a file that only its owner can read, for all processes of the machine that know its path.
///
/// A session is written to a file beside it first (`PATH.new`), brought to the disk, and then put in its place: whoever
/// reads, and whoever comes after a crash, finds the one or the other, whole. Writers exclude each other with a lock on a
/// third file (`PATH.lock`), which stays there; the system frees the lock when a process ends, however it ends.
///
/// On Unix the file is for its owner only (mode 600). When it is found to be readable by others, that is put right if it can
/// be, with a warning; elsewhere the rights are those of the directory. The directory has to exist, on a file system that knows
/// locks: many network file systems do not.
///
/// ```
/// use qelos_client::store::{FileTokenStore, TokenStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let store = FileTokenStore::new(std::env::temp_dir().join("no-session-yet.json"));
/// assert!(store.load().await.unwrap().is_none());
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FileTokenStore {
    path: Arc<Path>,
}

/// The lock of a [`FileTokenStore`].
#[derive(Debug)]
pub struct FileLock {
    path: Arc<Path>,
    /// Closing it is what frees the lock. A write has it as well: one that is given up while it goes on stays alone.
    file: Arc<File>,
}

impl FileTokenStore {
    /// A session at this path. Nothing is read or written yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into().into() }
    }
}

impl TokenStore for FileTokenStore {
    type Lock = FileLock;

    async fn load(&self) -> Result<Option<StoredSession>, StoreError> {
        on_disk(&self.path, "read", read).await
    }

    async fn try_lock(&self) -> Result<Option<FileLock>, StoreError> {
        let file = on_disk(&self.path, "locked", lock).await?;
        Ok(file.map(|file| FileLock { path: Arc::clone(&self.path), file: Arc::new(file) }))
    }
}

impl StoreLock for FileLock {
    async fn save(
        &mut self,
        expected: Option<&StoredSession>,
        session: Option<&StoredSession>,
    ) -> Result<Saved, StoreError> {
        let expected = expected.map(StoredSession::version);
        let text = session.map(StoredSession::to_json).transpose()?;
        let (what, locked) = (if text.is_some() { "written" } else { "removed" }, Arc::clone(&self.file));
        let write = move |path: &Path| {
            if read(path)?.as_ref().map(StoredSession::version) != expected {
                return Ok(Saved::Superseded);
            }
            let written = text.map_or_else(|| remove(path), |text| replace(path, text.expose_secret()));
            drop(locked);
            written.map(|()| Saved::Kept)
        };
        on_disk(&self.path, what, write).await
    }

    async fn unlock(self) -> Result<(), StoreError> {
        // While a write goes on that was given up, the lock is the write's.
        let unlocked = Arc::into_inner(self.file).map_or(Ok(()), |file| file.unlock());
        unlocked.map_err(|error| failed(&self.path, "unlocked", &error))
    }
}

/// Where waiting for the disk holds nobody up.
async fn on_disk<R: Send + 'static>(
    path: &Arc<Path>,
    what: &str,
    action: impl FnOnce(&Path) -> io::Result<R> + Send + 'static,
) -> Result<R, StoreError> {
    let of = Arc::clone(path);
    let done = runtime()?.spawn_blocking(move || action(&of)).await;
    done.unwrap_or_else(|stopped| Err(io::Error::other(stopped))).map_err(|error| failed(path, what, &error))
}

fn failed(path: &Path, what: &str, error: &io::Error) -> StoreError {
    StoreError::new(format_args!("the session file `{}` cannot be {what}: {error}", path.display()))
}

fn read(path: &Path) -> io::Result<Option<StoredSession>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    keep_to_owner(path, &file)?;
    let text = io::read_to_string(file)?;
    StoredSession::from_json(&text).map(Some).map_err(io::Error::other)
}

fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = for_owner().create(true).truncate(false).open(beside(path, ".lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Only under the lock, so the file beside has one writer.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let new = beside(path, ".new");
    // What a process left there that was killed, or anybody else, with whatever rights.
    remove(&new)?;
    let mut file = for_owner().create_new(true).open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&new, path)?;
    sync_directory(path)
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(suffix);
    beside.into()
}

#[cfg(unix)]
fn for_owner() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = File::options();
    options.write(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn for_owner() -> OpenOptions {
    let mut options = File::options();
    options.write(true);
    options
}

/// Rather put right than refused: some systems widen the rights of a whole volume when they mount it.
#[cfg(unix)]
fn keep_to_owner(path: &Path, file: &File) -> io::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        let path = path.display();
        match file.set_permissions(Permissions::from_mode(0o600)) {
            Ok(()) => tracing::warn!(%path, "the session file was open to others; from now on it is not"),
            Err(error) => {
                tracing::warn!(%path, %error, "the session file is open to others, and that cannot be changed");
            }
        }
    }
    Ok(())
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn keep_to_owner(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}

/// A new name is only safe once its directory is.
#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"origin":"https://acme.example","login":null,"subject":null,"workspace":null,"lineage":"7","number":1,"receivedAt":null,"renewingSince":null,"tokens":{"token":"a","refreshToken":"r"}}"#;

    fn session() -> StoredSession {
        StoredSession::from_json(TEXT).unwrap()
    }

    /// A store in a directory of its own, which goes with the guard.
    fn store() -> (FileTokenStore, tempfile::TempDir) {
        let directory = tempfile::tempdir().unwrap();
        (FileTokenStore::new(directory.path().join("session.json")), directory)
    }

    async fn locked(store: &FileTokenStore) -> FileLock {
        store.try_lock().await.unwrap().expect("nobody has it")
    }

    #[tokio::test]
    async fn what_is_saved_is_loaded_until_it_is_removed() {
        let (store, _directory) = store();
        assert!(store.load().await.unwrap().is_none());
        let mut lock = locked(&store).await;
        assert_eq!(lock.save(None, Some(&session())).await.unwrap(), Saved::Kept);
        assert_eq!(store.load().await.unwrap().unwrap().to_json().unwrap().expose_secret(), TEXT);
        assert_eq!(lock.save(None, None).await.unwrap(), Saved::Superseded);
        assert_eq!(lock.save(Some(&session()), None).await.unwrap(), Saved::Kept);
        assert!(store.load().await.unwrap().is_none());
        assert_eq!(lock.save(None, None).await.unwrap(), Saved::Kept, "nothing to remove is no failure");
    }

    #[tokio::test]
    async fn one_at_a_time_until_it_is_unlocked_or_dropped() {
        let (store, _directory) = store();
        let lock = locked(&store).await;
        assert!(store.try_lock().await.unwrap().is_none());
        lock.unlock().await.unwrap();
        drop(locked(&store).await);
        locked(&store).await;
    }

    #[tokio::test]
    async fn what_a_killed_process_left_half_written_is_in_nobodys_way() {
        let (store, directory) = store();
        std::fs::write(directory.path().join("session.json.new"), "{\"token\":\"ha").unwrap();
        assert!(store.load().await.unwrap().is_none());
        locked(&store).await.save(None, Some(&session())).await.unwrap();
        assert!(store.load().await.unwrap().is_some());
        let mut left: Vec<_> = directory.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["session.json", "session.json.lock"]);
    }

    #[tokio::test]
    async fn a_file_that_holds_something_else_stays_as_it_is() {
        let (store, directory) = store();
        let path = directory.path().join("session.json");
        std::fs::write(&path, "my notes, s3cret").unwrap();
        let error = store.load().await.unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "the session file `{}` cannot be read: it does not hold a session as this client writes it (line 1, \
                 column 1): if nothing else needs it, remove it and sign in again",
                path.display()
            )
        );
        assert_eq!(std::fs::read_to_string(path).unwrap(), "my notes, s3cret");
    }

    #[tokio::test]
    async fn a_directory_that_is_not_there_is_named() {
        let store = FileTokenStore::new("/nowhere/session.json");
        let error = store.try_lock().await.unwrap_err().to_string();
        assert!(error.starts_with("the session file `/nowhere/session.json` cannot be locked: "), "{error}");
    }

    #[test]
    fn without_a_runtime_there_is_an_error_and_no_panic() {
        let (store, _directory) = store();
        let mut loading = Box::pin(store.load());
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(Err(error)) = loading.as_mut().poll(&mut cx) else { panic!("it waits") };
        assert_eq!(error.to_string(), "a token store is used within a tokio runtime, and there is none");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_but_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let (store, directory) = store();
        let mode = |name| directory.path().join(name).metadata().unwrap().permissions().mode() & 0o777;
        locked(&store).await.save(None, Some(&session())).await.unwrap();
        assert_eq!((mode("session.json"), mode("session.json.lock")), (0o600, 0o600));

        let path = directory.path().join("session.json");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        store.load().await.unwrap();
        assert_eq!(mode("session.json"), 0o600, "what was opened to others is closed again");
    }

    /// The disk is slow: the write has not begun when whoever wanted it gives up.
    #[test]
    fn a_write_that_is_given_up_keeps_the_lock_until_it_is_done() {
        let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        let (store, _directory) = store();
        let (go_on, disk) = std::sync::mpsc::channel::<()>();
        let elsewhere = || lock(&store.path).unwrap();
        runtime.block_on(async {
            let mut held = locked(&store).await;
            let slow = tokio::task::spawn_blocking(move || disk.recv().unwrap());
            {
                let session = session();
                let mut save = std::pin::pin!(held.save(None, Some(&session)));
                std::future::poll_fn(|cx| std::task::Poll::Ready(save.as_mut().poll(cx).is_pending())).await;
            }
            held.unlock().await.unwrap();
            assert!(elsewhere().is_none(), "the write has it");
            go_on.send(()).unwrap();
            slow.await.unwrap();
            assert!(store.load().await.unwrap().is_some());
            assert!(elsewhere().is_some());
        });
    }
}
