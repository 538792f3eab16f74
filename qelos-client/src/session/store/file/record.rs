//! Reads a session from its file, and replaces it under its lock.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::Path;

use qelos_spec::ExposeSecret;

use crate::session::store::file::names::Names;
use crate::session::store::file::ours::{self, found, refusal};
use crate::session::store::{Change, Saved, StoredSession};

/// The size limit. A session has a few kilobytes: a larger file is something else, and is not read into memory.
const LARGEST: u64 = 1 << 20;

/// Reads the current session. The lock is only taken when a killed process has left a newer session.
pub(super) fn load(path: &Path) -> io::Result<Option<StoredSession>> {
    let Some(names) = found(Names::of(path))? else { return Ok(None) };
    let current = read(&names)?;
    let Some(file) = open_new(&names)? else { return Ok(current) };
    if !succeeds(&file, current.as_ref())? {
        return Ok(current);
    }
    match Locked::try_new(&names)? {
        Some(locked) => read(&locked.names),
        None => Ok(current),
    }
}

fn read(names: &Names) -> io::Result<Option<StoredSession>> {
    let path = &names.session;
    let Some(file) = ours::open(path, File::options().read(true))? else { return Ok(None) };
    let session = parse(&file)?;
    match session {
        // Only a session may be changed: another file keeps its permissions.
        Some(_) => ours::close_to_others(path, &file)?,
        None => tracing::warn!(path = %path.display(), "the session file is empty: it has no session"),
    }
    Ok(session)
}

/// Parses a session; `None` for an empty file.
fn parse(file: &File) -> io::Result<Option<StoredSession>> {
    if file.metadata()?.len() > LARGEST {
        return Err(refusal(format_args!("it is larger than any session, so it holds something else")));
    }
    let text = io::read_to_string(file)?;
    if text.trim_matches(|c: char| c.is_whitespace() || c == '\0').is_empty() {
        return Ok(None);
    }
    StoredSession::from_json(&text).map(Some).map_err(io::Error::other)
}

/// Opens `PATH.new`, if it exists.
fn open_new(names: &Names) -> io::Result<Option<File>> {
    ours::open(&names.new, File::options().read(true).write(true))
}

/// Whether the session in this file replaces the current one. A file that is no session does not; a disk error is an
/// error.
fn succeeds(file: &File, current: Option<&StoredSession>) -> io::Result<bool> {
    match parse(file) {
        Ok(session) => Ok(session.is_some_and(|session| Change::Tokens(session).is_allowed_over(current))),
        Err(error) if error.raw_os_error().is_some() => Err(error),
        Err(_) => Ok(false),
    }
}

/// The files of a session while its lock is held.
#[derive(Debug)]
pub(super) struct Locked {
    names: Names,
    /// The locked file. Closing it frees the lock.
    file: File,
}

impl Locked {
    /// Takes the lock, and recovers from a process that was killed while it wrote; `None` when another process has the
    /// lock.
    pub(super) fn try_new(names: &Names) -> io::Result<Option<Self>> {
        for _ in 0..ours::ATTEMPTS {
            let file = match ours::open(&names.lock, File::options().read(true).write(true))? {
                Some(file) => file,
                None => match ours::create(&names.lock) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                    created => created?,
                },
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // Another process may have removed the file before it was locked.
            let locked = Self { names: names.clone(), file };
            if locked.is_held()? {
                locked.recover()?;
                return Ok(Some(locked));
            }
        }
        Ok(None)
    }

    /// Whether the locked file still has its name, so that other processes try to lock the same file.
    pub(super) fn is_held(&self) -> io::Result<bool> {
        ours::is_at(&self.file, &self.names.lock)
    }

    /// Takes the lock on the new lock file, after the old one was removed.
    pub(super) fn take_again(&self) -> io::Result<Self> {
        Self::try_new(&self.names)?.ok_or_else(|| {
            refusal(format_args!(
                "its lock `{}` was removed while it was held, and another process has taken it since: do not remove the lock file",
                self.names.lock.display()
            ))
        })
    }

    pub(super) fn unlock(&self) -> io::Result<()> {
        self.file.unlock()
    }

    /// Renames or removes a `PATH.new` that a killed process has left. No running process is writing it, because that
    /// process would hold the lock.
    fn recover(&self) -> io::Result<()> {
        let names = &self.names;
        let Some(file) = open_new(names)? else { return Ok(()) };
        if !succeeds(&file, read(names)?.as_ref())? {
            return ours::remove(&names.new);
        }
        file.sync_all()?;
        if self.rename()? {
            let path = names.session.display();
            tracing::warn!(%path, "a process was killed before it had renamed the file with its new tokens: this process has renamed it");
            sync_directory(&names.session);
        }
        Ok(())
    }

    /// Replaces the session of the expected version, or removes it.
    pub(super) fn save(&self, expected: Option<&str>, session: Option<&StoredSession>) -> io::Result<Saved> {
        let new = self.begin()?;
        let saved = self.replace(&new, expected, session);
        // After a failure, remove the tokens in `PATH.new`. If that fails as well, the next process removes them.
        if ours::is_at(&new, &self.names.new).unwrap_or(false) {
            let _ = ours::remove(&self.names.new);
        }
        saved
    }

    /// Creates an empty `PATH.new`, and removes any other. After the lock file was removed, there may be two writers:
    /// the later one stops the earlier one by removing its file. So the session is compared after this step, and the
    /// name of the file is checked again before it is renamed.
    pub(super) fn begin(&self) -> io::Result<File> {
        let new = &self.names.new;
        for _ in 0..ours::ATTEMPTS {
            match ours::create(new) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => ours::remove(new)?,
                created => return created,
            }
        }
        Err(ours::keeps_changing(new))
    }

    pub(super) fn replace(
        &self,
        new: &File,
        expected: Option<&str>,
        session: Option<&StoredSession>,
    ) -> io::Result<Saved> {
        let current = read(&self.names)?;
        if current.as_ref().map(StoredSession::version).as_deref() != expected {
            return Ok(Saved::Superseded);
        }
        let done = match session {
            Some(session) => self.put_in_place(new, session)?,
            None if current.is_none() => return Ok(Saved::Kept),
            None => self.remove(new)?,
        };
        if !done {
            return self.interrupted(expected, session);
        }
        sync_directory(&self.names.session);
        Ok(Saved::Kept)
    }

    /// Writes the session to `PATH.new`, and renames it; `false` when another writer has removed `PATH.new`.
    pub(super) fn put_in_place(&self, mut new: &File, session: &StoredSession) -> io::Result<bool> {
        let text = session.to_json().map_err(io::Error::other)?;
        new.write_all(text.expose_secret().as_bytes())?;
        new.sync_all()?;
        Ok(ours::is_at(new, &self.names.new)? && self.rename()?)
    }

    /// Removes the session; `false` when another writer has removed `PATH.new`.
    fn remove(&self, new: &File) -> io::Result<bool> {
        let begun = ours::is_at(new, &self.names.new)?;
        if begun {
            found(std::fs::remove_file(&self.names.session).map_err(explained))?;
        }
        Ok(begun)
    }

    /// The outcome of a write whose `PATH.new` was removed. Another process may have recovered it, and renamed it to
    /// its place.
    pub(super) fn interrupted(&self, expected: Option<&str>, session: Option<&StoredSession>) -> io::Result<Saved> {
        let current = read(&self.names)?;
        if same_text(current.as_ref(), session)? {
            return Ok(Saved::Kept);
        }
        if current.map(|current| current.version()).as_deref() != expected {
            return Ok(Saved::Superseded);
        }
        Err(refusal(format_args!("another process writes it at the same time: do not remove its lock file")))
    }

    /// Renames `PATH.new` to `PATH`; `false` when it does not exist.
    fn rename(&self) -> io::Result<bool> {
        let renamed = std::fs::rename(&self.names.new, &self.names.session).map_err(explained);
        found(renamed).map(|renamed| renamed.is_some())
    }
}

/// Whether two records are equal, tokens included.
fn same_text(one: Option<&StoredSession>, other: Option<&StoredSession>) -> io::Result<bool> {
    let text =
        |session: Option<&StoredSession>| session.map(StoredSession::to_json).transpose().map_err(io::Error::other);
    let [one, other] = [text(one)?, text(other)?];
    Ok(one.as_ref().map(ExposeSecret::expose_secret) == other.as_ref().map(ExposeSecret::expose_secret))
}

pub(super) fn explained(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::ResourceBusy => {
            refusal(format_args!("it is a mount point, which cannot be replaced: mount its directory instead"))
        }
        _ => error,
    }
}

/// Syncs the directory, so that the renaming survives a power failure. Some file systems cannot do this: the file is
/// written all the same.
#[cfg(unix)]
fn sync_directory(path: &Path) {
    let Some(directory) = path.parent() else { return };
    if let Err(error) = File::open(directory).and_then(|directory| directory.sync_all()) {
        let path = path.display();
        tracing::warn!(%path, %error, "the directory of the session file cannot be synced: a power failure may bring back the session before");
    }
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) {}
