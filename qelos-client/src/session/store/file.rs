//! The store in a file, for the processes of one machine.

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
/// A session is first written to `PATH.new`, synced to the disk, and then renamed to `PATH`: a reader, and the next
/// process after a crash, finds either the old session or the new one, complete. Writers exclude each other with a lock
/// on a third file, `PATH.lock`, which the store never removes. The system frees the lock when a process ends in any
/// way. The directory has to exist, on a file system with locks: many network file systems have none.
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
/// Symbolic links are followed each time the file is used, so that all names of the file mean the same session and the
/// same lock. The link stays, and its target is replaced, or created if it does not exist yet. A link is only followed
/// if it belongs to this user, to root, or to the owner of its directory: another user may have planted it.
///
/// These files are refused, because replacing them by renaming is impossible or would split the session:
///
/// * A file with several hard links: the other links would keep the old session.
/// * A file that is a mount point, such as a single file mounted into a container. It could only be written in place: a
///   crash would leave half a session, and the lock would be outside of the mount, where other containers do not see
///   it. Mount its directory instead.
/// * A name that ends in `.new` or `.lock`: the file may belong to another session.
///
/// # Owner and permissions
///
/// The session, `PATH.new` and `PATH.lock` have to be regular files of the user of this process. Another user may have
/// planted a file for this process to use. And replacing a file would lock its owner out: a process that runs as root
/// does not take the session of a service. The error names both users. Some file systems do not show the true owner
/// (FAT, CIFS, NFS for root): a file is also accepted if a new file beside it, which is removed at once, shows the same
/// owner.
///
/// On Unix, only the owner can read the file (mode 600). If others can read it, this is changed if possible, with a
/// warning. On other systems, the permissions of the directory apply. A file with something else than a session is left
/// as it is. The directory should belong to this user as well: a process that can write to it can remove the session.
///
/// A file that is empty, or contains only white space or zero bytes (the disk was full, or the power failed), is no
/// session. There is a warning, and the next session replaces it.
///
/// # When a process is killed while it writes
///
/// `PATH.new` may then contain the only copy of new tokens. The next process that takes the lock decides:
///
/// * It renames `PATH.new` to `PATH` if both are complete sessions of the same lineage, and `PATH.new` has the higher
///   number. These are the tokens of a renewal.
/// * Otherwise it removes `PATH.new`: half a session, one that is not newer, or one of another lineage, which no
///   process uses yet. Also any session when there is none at `PATH`, because it may have been signed out.
/// * When one of the two files cannot be read, that is an error, and both stay.
///
/// While the lock is free, no running process is writing `PATH.new`; while it is held, its holder may be writing it. So
/// a reader never uses `PATH.new` directly. If it could be renamed to `PATH`, the reader tries to take the lock and
/// does that. When the lock is not free, the current session is the one at `PATH`.
///
/// # When the lock file is removed
///
/// Two processes may then hold a lock each. A process that is about to write notices this, and takes the lock again.
/// When another process has it, that is an error, and nothing is written. The lock file may also be removed later. So a
/// write first removes any `PATH.new` and creates its own, and then compares the session with the expected one. If its
/// `PATH.new` has gone at the end, the process writes nothing. One gap is left: the moment between this last check and
/// the renaming.
#[derive(Debug, Clone)]
pub struct FileTokenStore {
    /// The absolute path, or the reason why it is unknown.
    path: Result<Arc<Path>, StoreError>,
}

/// The lock of a [`FileTokenStore`].
#[derive(Debug)]
pub struct FileLock {
    path: Arc<Path>,
    /// Dropping the last reference frees the lock. A write has a reference: a cancelled `save` may go on, and keeps the
    /// lock until it is done.
    locked: Arc<Locked>,
}

impl FileTokenStore {
    /// A store at this path. Nothing is read or written yet.
    ///
    /// A relative path starts at the current directory of this moment: a later change of the directory does not move
    /// the session. When the current directory was removed, every operation of the store is an error that says so.
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
        // A cancelled `save` may still be writing on the blocking pool: it keeps the lock, and frees it when it is
        // done.
        let unlocked = Arc::into_inner(self.locked).map_or(Ok(()), |locked| locked.unlock());
        unlocked.map_err(|error| failed(&self.path, "unlocked", &error))
    }
}

/// Runs a file operation on the blocking pool, so that a slow disk does not block the runtime.
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
