//! The names of a session on the disk, whatever it is called.

use std::io;
use std::path::{Path, PathBuf};

use crate::session::store::file::ours::{self, found, refusal, with};

/// As many symbolic links in a row as Linux follows.
const LINKS: usize = 40;

/// Where the files of a session are, all in the directory to which its path leads now.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) session: PathBuf,
    pub(super) lock: PathBuf,
    /// What is about to be put in the session's place.
    pub(super) new: PathBuf,
}

impl Names {
    /// Follows symbolic links, also one to a file that does not exist yet.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut path = path.to_owned();
        for _ in 0..LINKS {
            let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(refusal(format_args!("`{}` is a directory: name a file in it", path.display())));
            };
            let directory = directory.canonicalize().map_err(|error| no_directory(directory, &error))?;
            let session = directory.join(name);
            let found = found(session.symlink_metadata())?;
            let Some(link) = found.filter(std::fs::Metadata::is_symlink) else { return Self::beside(session) };
            ours::check_link(&session, &link, &directory)?;
            path = directory.join(session.read_link()?);
        }
        Err(refusal(format_args!("`{}` is one of too many symbolic links in a row", path.display())))
    }

    fn beside(session: PathBuf) -> io::Result<Self> {
        for ending in ["new", "lock"] {
            if session.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending)) {
                const WHY: &str = "because that file may belong to another session: choose another name";
                return Err(refusal(format_args!("its name may not end in `.{ending}`, {WHY}")));
            }
        }
        Ok(Self { lock: with(&session, ".lock"), new: with(&session, ".new"), session })
    }
}

/// Of the same kind, since a session in a directory that does not exist is no session.
fn no_directory(directory: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("its directory `{}` cannot be found: {error}", directory.display()))
}
