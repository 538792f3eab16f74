//! Checks that a file is ours: a regular file of the user of this process, with one name.
//!
//! A file is checked before it is opened, because opening a FIFO blocks, and opening a device may have any effect. It
//! is checked again afterwards, because it may have been replaced in between.

use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

#[cfg(not(unix))]
use self::elsewhere as system;
#[cfg(unix)]
use self::unix as system;

pub(super) use self::system::{check_link, close_to_others, is_at};
#[cfg(all(test, unix))]
pub(super) use self::unix::{owner_of_new_files, user};

/// How often a file is opened again after it was replaced.
pub(super) const ATTEMPTS: usize = 16;

/// Opens the file with this name; `None` when there is none.
pub(super) fn open(path: &Path, options: &OpenOptions) -> io::Result<Option<File>> {
    for _ in 0..ATTEMPTS {
        let Some(metadata) = found(path.symlink_metadata())? else { return Ok(None) };
        check(path, &metadata)?;
        let Some(file) = found(options.open(path))? else { continue };
        if is_at(&file, path)? {
            check(path, &file.metadata()?)?;
            return Ok(Some(file));
        }
    }
    Err(keeps_changing(path))
}

/// The error after [`ATTEMPTS`].
pub(super) fn keeps_changing(path: &Path) -> io::Error {
    refusal(format_args!(
        "`{}` is replaced again and again: make sure that only this client writes to it",
        path.display()
    ))
}

/// Creates a new file with this name, which only its owner can read.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    system::for_owner(&mut options);
    options.open(path)
}

/// Removes the file if it is ours.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    if let Some(metadata) = found(path.symlink_metadata())? {
        check(path, &metadata)?;
        found(std::fs::remove_file(path))?;
    }
    Ok(())
}

fn check(path: &Path, metadata: &Metadata) -> io::Result<()> {
    if !metadata.is_file() {
        let (path, kind) = (path.display(), system::kind(metadata));
        return Err(refusal(format_args!("`{path}` is {kind}, not a regular file: remove it, or choose another path")));
    }
    system::check(path, metadata)
}

/// An error of this store, as an [`io::Error`].
pub(super) fn refusal(message: fmt::Arguments<'_>) -> io::Error {
    io::Error::other(message.to_string())
}

/// `None` for a file that does not exist.
pub(super) fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

/// A path with a suffix.
pub(super) fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(unix)]
mod unix {
    use std::fs::{File, Metadata, OpenOptions, Permissions};
    use std::io;
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
    use std::path::Path;

    use super::{found, refusal, with};

    pub(super) fn for_owner(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    pub(super) fn kind(metadata: &Metadata) -> &'static str {
        let kind = metadata.file_type();
        if kind.is_symlink() {
            "a symbolic link"
        } else if kind.is_dir() {
            "a directory"
        } else if kind.is_fifo() {
            "a FIFO"
        } else if kind.is_socket() {
            "a socket"
        } else {
            "a device"
        }
    }

    pub(super) fn check(path: &Path, metadata: &Metadata) -> io::Result<()> {
        let links = metadata.nlink();
        if links > 1 {
            return Err(refusal(format_args!(
                "`{}` has {links} hard links, and replacing it would not change the others: remove them, or use symbolic links",
                path.display()
            )));
        }
        let user = user()?;
        if metadata.uid() == user || owner_of_new_files(path).is_ok_and(|owner| owner == metadata.uid()) {
            return Ok(());
        }
        Err(refusal(format_args!(
            "`{}` belongs to user {}, and this process runs as user {user}: run it as the owner of the file, change the owner, or \
             choose another path",
            path.display(),
            metadata.uid()
        )))
    }

    /// Refuses a link of another user. Linux does not follow such a link in a directory like `/tmp`, but it cannot
    /// protect us here, because this store follows links itself.
    pub(in super::super) fn check_link(path: &Path, link: &Metadata, directory: &Path) -> io::Result<()> {
        const ROOT: u32 = 0;
        let owner = link.uid();
        if owner == ROOT || owner == user()? || owner == directory.metadata()?.uid() {
            return Ok(());
        }
        Err(refusal(format_args!(
            "`{}` is a symbolic link of user {owner}, but neither this process nor the directory belongs to that user: use the \
             path of its target",
            path.display()
        )))
    }

    /// Whether this file has the name.
    pub(in super::super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
        let file = file.metadata()?;
        let named = found(path.symlink_metadata())?;
        Ok(named.is_some_and(|named| (named.dev(), named.ino()) == (file.dev(), file.ino())))
    }

    /// Removes the permissions of others. The file is not refused, because some systems widen the permissions of a
    /// whole volume when they mount it.
    pub(in super::super) fn close_to_others(path: &Path, file: &File) -> io::Result<()> {
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            let path = path.display();
            match file.set_permissions(Permissions::from_mode(0o600)) {
                Ok(()) => tracing::warn!(%path, "other users could read the session file: its mode is 600 now"),
                Err(error) => {
                    tracing::warn!(%path, %error, "other users can read the session file: its mode cannot be changed");
                }
            }
        }
        Ok(())
    }

    /// The user of this process. The standard library has no function for it, so this is the owner of a new pipe, which
    /// needs no name. It is not cached, because a process may change its user.
    pub(in super::super) fn user() -> io::Result<u32> {
        let (pipe, _) = io::pipe()?;
        Ok(File::from(OwnedFd::from(pipe)).metadata()?.uid())
    }

    /// The owner that the file system of this path shows for a new file. Some file systems show one owner for all
    /// files, others show another owner than root for the files of root.
    pub(in super::super) fn owner_of_new_files(path: &Path) -> io::Result<u32> {
        let path = with(path, &format!(".{:016x}", getrandom::u64().map_err(io::Error::other)?));
        let owner = super::create(&path).and_then(|file| file.metadata()).map(|metadata| metadata.uid());
        found(std::fs::remove_file(path))?;
        owner
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::fs::{File, Metadata, OpenOptions};
    use std::io;
    use std::path::Path;

    use super::found;

    pub(super) fn for_owner(_: &mut OpenOptions) {}

    pub(super) fn kind(metadata: &Metadata) -> &'static str {
        if metadata.is_symlink() {
            "a symbolic link"
        } else if metadata.is_dir() {
            "a directory"
        } else {
            "a device"
        }
    }

    #[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
    pub(super) fn check(_: &Path, _: &Metadata) -> io::Result<()> {
        Ok(())
    }

    #[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
    pub(in super::super) fn check_link(_: &Path, _: &Metadata, _: &Path) -> io::Result<()> {
        Ok(())
    }

    /// The standard library cannot compare two files here: any file with this name counts.
    pub(in super::super) fn is_at(_: &File, path: &Path) -> io::Result<bool> {
        found(path.symlink_metadata()).map(|named| named.is_some())
    }

    #[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
    pub(in super::super) fn close_to_others(_: &Path, _: &File) -> io::Result<()> {
        Ok(())
    }
}
