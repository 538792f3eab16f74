//! The names of the files of a session.

use std::io;
use std::path::{Path, PathBuf};

use crate::session::store::file::ours::{self, found, refusal, with};

/// The limit for symbolic links in a row, as on Linux.
const LINKS: usize = 40;

/// The files of a session, all in the directory that its path leads to now.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) session: PathBuf,
    pub(super) lock: PathBuf,
    /// The next session, before it is renamed.
    pub(super) new: PathBuf,
}

impl Names {
    /// Follows symbolic links. The target may not exist yet.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut path = path.to_owned();
        for _ in 0..LINKS {
            let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(refusal(format_args!("`{}` is a directory: name a file in it", path.display())));
            };
            let directory = directory.canonicalize().map_err(|error| no_directory(directory, &error))?;
            let session = directory.join(name);
            let found = found(session.symlink_metadata())?;
            let Some(link) = found.filter(std::fs::Metadata::is_symlink) else { return Self::with_endings(session) };
            ours::check_link(&session, &link, &directory)?;
            path = directory.join(session.read_link()?);
        }
        Err(refusal(format_args!("`{}` is one of too many symbolic links in a row", path.display())))
    }

    fn with_endings(session: PathBuf) -> io::Result<Self> {
        for ending in ["new", "lock"] {
            if session.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending)) {
                const WHY: &str = "because that file may belong to another session: choose another name";
                return Err(refusal(format_args!("its name may not end in `.{ending}`, {WHY}")));
            }
        }
        Ok(Self { lock: with(&session, ".lock"), new: with(&session, ".new"), session })
    }
}

/// Keeps the kind of the error: a missing directory means that there is no session, as a missing file does.
fn no_directory(directory: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("its directory `{}` cannot be found: {error}", directory.display()))
}
