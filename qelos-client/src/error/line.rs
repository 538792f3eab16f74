//! An error as one line, with its causes or without.

use std::error::Error as StdError;
use std::fmt::{self, Write};

use qelos_spec::one_line::OneLine;

use crate::error::{Call, Error, Kind, Standing};

/// The longest line, in characters.
const LONGEST: usize = 2000;

impl Error {
    fn write(&self, line: &mut impl Write) -> fmt::Result {
        if let Some(Call { endpoint, .. }) = &self.0.call {
            write!(line, "{} {}: ", endpoint.method, endpoint.path)?;
        }
        self.write_kind(line)?;
        if self.0.attempts > 1 {
            write!(line, ", in {} attempts", self.0.attempts)?;
        }
        match self.hint() {
            Some(hint) => write!(line, " — {hint}"),
            None => Ok(()),
        }
    }

    fn write_kind(&self, line: &mut impl Write) -> fmt::Result {
        match &self.0.kind {
            Kind::Config(message) => line.write_str(message),
            Kind::Encode(error) => write!(line, "{error}"),
            Kind::NotAllowed => match &self.0.call {
                Some(Call { endpoint, credential }) => {
                    write!(line, "this endpoint needs {}, but the client holds {}", endpoint.needs, credential.kind)
                }
                None => line.write_str("the credential is not of the kind that the endpoint needs"),
            },
            Kind::Plaintext => line.write_str("a secret would travel unencrypted; nothing was sent"),
            Kind::Transport(error) => write!(line, "{error}"),
            Kind::Deadline(deadline, status) => {
                write!(line, "not done within its deadline of {deadline:?}")?;
                match status {
                    Some(status) => write!(line, ": the response did not end in time ({status})"),
                    None => Ok(()),
                }
            }
            Kind::Api(error) | Kind::Redirect(error, _) => write!(line, "{error}"),
            Kind::Decode(error) => write!(line, "{error}"),
            Kind::WorkspaceMismatch(wanted, got) => {
                write!(line, "not in the workspace {wanted} that was asked for, but in ")?;
                match got {
                    Some(got) => write!(line, "{got}"),
                    None => line.write_str("none"),
                }
            }
            Kind::SignInFailed(why, _) => write!(line, "the sign-in has failed: {why}"),
            Kind::SessionEnded(why, _) => write!(line, "the session has ended: {why}"),
            Kind::Store(error) => write!(line, "{error}"),
        }
    }

    /// Writes the causes from the outside in. A cause whose text the error before it repeats is left out.
    fn write_causes(&self, line: &mut impl Write) -> fmt::Result {
        let (mut separator, mut before) = ("; caused by: ", String::new());
        for cause in std::iter::successors(self.source(), |&cause| cause.source()) {
            let text = cause.to_string();
            if !before.contains(&text) {
                write!(line, "{separator}{text}")?;
                (separator, before) = (": ", text);
            }
        }
        Ok(())
    }
}

/// `{:#}` adds the causes.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with_causes = f.alternate();
        let mut line = OneLine::new(f, LONGEST);
        self.write(&mut line)?;
        if with_causes { self.write_causes(&mut line) } else { Ok(()) }
    }
}

/// The line with its causes: an `unwrap` or the end of `main` prints it, and it has to explain itself there.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Error").field(&format_args!("{self:#}")).finish()
    }
}

impl StdError for Error {
    /// The error of the transport, or the reason why the credential could not be renewed. All else is in the line
    /// itself.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match (&self.0.kind, &self.0.standing) {
            (Kind::Transport(error), _) => error.source(),
            (_, Some(Standing::NotRenewed(error))) => Some(error),
            _ => None,
        }
    }
}
