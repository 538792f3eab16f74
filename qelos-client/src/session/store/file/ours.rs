//! Which files are ours: regular ones that belong to the user of this process, under one name.
//!
//! A name is looked at before it is opened, because opening a FIFO waits for its other end and opening a device may do anything;
//! and once more afterwards, because it may have been replaced in between.

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

/// How often a name is looked at that leads to another file each time.
pub(super) const ATTEMPTS: usize = 16;

/// The file with this name; `None` when there is none.
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
    Err(restless(path))
}

/// The error after so many attempts.
pub(super) fn restless(path: &Path) -> io::Error {
    refusal(format_args!("`{}` is replaced by another file all the time", path.display()))
}

/// A file of this name that was not there before, for its owner only.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    system::for_owner(&mut options);
    options.open(path)
}

/// Removes it if it is ours.
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

/// An error of this store among those of the system.
pub(super) fn refusal(message: fmt::Arguments<'_>) -> io::Error {
    io::Error::other(message.to_string())
}

/// `None` for what does not exist.
pub(super) fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

/// A path with something at its end.
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

    /// The kernel of Linux does not follow a link that was planted in a directory like `/tmp`, but has no say where we follow
    /// it ourselves.
    pub(in super::super) fn check_link(path: &Path, link: &Metadata, directory: &Path) -> io::Result<()> {
        const ROOT: u32 = 0;
        let owner = link.uid();
        if owner == ROOT || owner == user()? || owner == directory.metadata()?.uid() {
            return Ok(());
        }
        Err(refusal(format_args!(
            "`{}` is a symbolic link of user {owner}, who is neither the user of this process nor the owner of the directory: \
             name the file it leads to",
            path.display()
        )))
    }

    /// Whether it is this file that has the name.
    pub(in super::super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
        let file = file.metadata()?;
        let named = found(path.symlink_metadata())?;
        Ok(named.is_some_and(|named| (named.dev(), named.ino()) == (file.dev(), file.ino())))
    }

    /// Rather put right than refused: some systems widen the rights of a whole volume when they mount it.
    pub(in super::super) fn close_to_others(path: &Path, file: &File) -> io::Result<()> {
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

    /// The user whose rights this process has. The standard library does not tell, but that user owns what the process creates,
    /// and a pipe has an owner without having a name. Asked each time, because a process may give up rights.
    pub(in super::super) fn user() -> io::Result<u32> {
        let (pipe, _) = io::pipe()?;
        Ok(File::from(OwnedFd::from(pipe)).metadata()?.uid())
    }

    /// The owner that the file system of this path shows for what we create: the same for all files on some, and another one
    /// for what root creates on others.
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

    /// The standard library does not tell two files apart here: what has the name is taken for the file.
    pub(in super::super) fn is_at(_: &File, path: &Path) -> io::Result<bool> {
        found(path.symlink_metadata()).map(|named| named.is_some())
    }

    #[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
    pub(in super::super) fn close_to_others(_: &Path, _: &File) -> io::Result<()> {
        Ok(())
    }
}
