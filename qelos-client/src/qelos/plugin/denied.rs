//! Why a plugin denies what it was asked for.

use std::error::Error as StdError;
use std::fmt;

use http::StatusCode;

use crate::error::Error;

/// A plugin denies a registration, a renewal, or a page its user.
#[derive(Debug)]
#[non_exhaustive]
pub enum Denied {
    /// What the request says is not accepted, for this reason, which may be shown to the caller.
    Refused(String),
    /// The plugin could not ask its own Qelos, or the server that registers. As a response of axum it is a warning in the log; with
    /// another framework, the program logs it.
    Failed(Error),
}

impl Denied {
    pub(super) fn refused(why: impl fmt::Display) -> Self {
        Self::Refused(why.to_string())
    }

    /// The status of the response: 401, or, after a failure, 503 if the caller may try again and 500 if that cannot help.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(_) => StatusCode::UNAUTHORIZED,
            Self::Failed(error) if error.is_transient() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The text for the caller: `{"message": …}`. It does not repeat the error of another server.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Refused(why) => why,
            Self::Failed(error) if error.is_transient() => "the plugin cannot reach a server that it needs: try again",
            Self::Failed(_) => "the plugin has failed: its log says why",
        }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => f.write_str(why),
            Self::Failed(error) => write!(f, "{}: {error}", self.message()),
        }
    }
}

impl StdError for Denied {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Refused(_) => None,
            Self::Failed(error) => Some(error),
        }
    }
}

impl From<Error> for Denied {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
