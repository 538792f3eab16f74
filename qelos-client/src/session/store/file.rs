//! A session in a file, for the processes of one machine.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::session::store::waiting::runtime;
use crate::session::store::{Saved, StoreError, StoreLock, StoredSession, TokenStore};

mod names;
mod ours;
mod record;
#[cfg(test)]
mod tests;

use self::names::Names;
use self::record::Locked;

/// Keeps a session in a file that only its owner can read, for all processes of the machine that know its path.
///
/// A session is written to a file beside it first (`PATH.new`), brought to the disk, and then renamed to its place: a reader,
/// and the next process after a crash, finds the old session or the new one, whole. Writers exclude each other with a lock on a
/// third file (`PATH.lock`), which stays there; the system frees the lock when a process ends, however it ends. The directory
/// has to exist, on a file system with locks: many network file systems have none.
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
///
/// # One file is one session
///
/// Symbolic links are followed each time the file is used, so that all of its names mean the same session and the same lock.
/// The link stays; the file it leads to is replaced, or created if it does not exist yet. A link is only followed if it belongs
/// to this user, to root, or to the owner of its directory: any other may have been planted.
///
/// Refused, because replacing them by renaming is impossible or would split the session:
///
/// * A file with several hard links: the others would keep the old session.
/// * A file that is a mount point, such as a single file mounted into a container. Written in place, a crash would leave half
///   a session, and the lock would lie outside of the mount, where other containers do not see it. Mount its directory
///   instead.
/// * A name that ends in `.new` or `.lock`: it may be the file beside another session.
///
/// # Whose file it is
///
/// The session and the two files beside it have to be regular files that belong to the user of this process. A file of another
/// user may have been put there for this process to use, and replacing it would shut its owner out: a process that runs as
/// root does not take over the session of a service. The error names both users. Some file systems show other owners than they
/// were given (FAT, CIFS, NFS for root): a file is accepted when one that is created beside it, and removed at once, shows the
/// same owner.
///
/// On Unix the file is for its owner only (mode 600). A session that is open to others is closed to them if possible, with a
/// warning; elsewhere the rights are those of the directory. A file that holds something else is left as it is. The directory
/// should belong to this user as well: a process that can write to it can remove the session.
///
/// A file that is empty, or holds nothing but white space or zero bytes (a disk was full, or the power failed), is no session:
/// there is a warning, and the next session replaces it.
///
/// # When a process is killed while it writes
///
/// `PATH.new` may then hold the only copy of new tokens. The next process that takes the lock decides:
///
/// * It is renamed to its place if it holds a whole session with the lineage of the one in its place and a higher number: the
///   tokens of a renewal.
/// * Otherwise it is removed: half a session; one that is not newer; one of another lineage, which no process has taken up
///   yet; and any of them when there is no session in its place, which may have been signed out since.
/// * When one of the two cannot be read, that is an error, and both stay.
///
/// A `PATH.new` that is there before the lock is taken belongs to no running process; one that appears while the lock is held
/// is being written. So a reader never uses it directly. If a reader sees one that would be put in place, and the lock is free,
/// it takes the lock for that; if not, the session in its place is the current one.
///
/// # When the lock file is removed
///
/// Two processes may then hold a lock each. A process that is about to write notices, and takes the lock again; when another
/// process has it, that is an error, and nothing is written. The lock file may be removed even later than that, so a write
/// begins by creating `PATH.new`, of which there is one, after removing any other, and only then compares the session with
/// what was expected. A process whose `PATH.new` is gone at the end writes nothing. Left open is the moment between this last
/// look and the renaming.
#[derive(Debug, Clone)]
pub struct FileTokenStore {
    /// Absolute, or why it is not known.
    path: Result<Arc<Path>, StoreError>,
}

/// The lock of a [`FileTokenStore`].
#[derive(Debug)]
pub struct FileLock {
    path: Arc<Path>,
    /// Dropping it is what frees the lock. A write shares it: a cancelled `save` may go on, and holds the lock until it is done.
    locked: Arc<Locked>,
}

impl FileTokenStore {
    /// A session at this path. Nothing is read or written yet.
    ///
    /// A relative path is one from the directory that is current now: changing it later does not move the session. When the
    /// current directory is not known, because it was removed, everything done with the store is an error that says so.
    ///
    /// ```
    /// use qelos_client::store::FileTokenStore;
    ///
    /// let store = FileTokenStore::new("/var/lib/plugin/session.json");
    /// # let _ = store;
    /// ```
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let absolute =
            std::path::absolute(&path).map_err(|error| failed(&path, "found from the current directory", &error));
        Self { path: absolute.map(Arc::from) }
    }
}

impl TokenStore for FileTokenStore {
    type Lock = FileLock;

    async fn load(&self) -> Result<Option<StoredSession>, StoreError> {
        on_disk(&self.path.clone()?, "read", record::load).await
    }

    async fn try_lock(&self) -> Result<Option<FileLock>, StoreError> {
        let path = self.path.clone()?;
        let locked = on_disk(&path, "locked", |path| Locked::try_new(&Names::of(path)?)).await?;
        Ok(locked.map(|locked| FileLock { path, locked: Arc::new(locked) }))
    }
}

impl StoreLock for FileLock {
    async fn save(
        &mut self,
        expected: Option<&StoredSession>,
        session: Option<&StoredSession>,
    ) -> Result<Saved, StoreError> {
        let what = if session.is_some() { "written" } else { "removed" };
        let (expected, session) = (expected.map(StoredSession::version), session.cloned());
        let mut locked = Arc::clone(&self.locked);
        let write = move |_: &Path| {
            if !locked.is_held()? {
                locked = Arc::new(locked.take_again()?);
            }
            locked.save(expected.as_deref(), session.as_ref()).map(|saved| (saved, locked))
        };
        let (saved, locked) = on_disk(&self.path, what, write).await?;
        self.locked = locked;
        Ok(saved)
    }

    async fn unlock(self) -> Result<(), StoreError> {
        // A cancelled `save` may still be writing: it frees the lock when it is done.
        let unlocked = Arc::into_inner(self.locked).map_or(Ok(()), |locked| locked.unlock());
        unlocked.map_err(|error| failed(&self.path, "unlocked", &error))
    }
}

/// On the blocking pool, so that a slow disk does not hold up the runtime.
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
