//! The error of a body that is read or written piece by piece.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::time::Duration;

use crate::one_line::OneLine;

/// The longest line of a [`StreamError`], in characters.
const LONGEST_LINE: usize = 1000;

type Cause = Box<dyn Error + Send + Sync>;

/// A body could not be read or written to its end. Its `Display` is one line of at most 1,000 characters. It repeats
/// nothing of the body: no line, no event, no chunk.
///
/// Also `Debug` shows nothing of the body. The data of a failure that the server reported is for programs:
/// [`failure`](Self::failure).
///
/// ```
/// use std::io;
/// use qelos_spec::StreamError;
///
/// let error = StreamError::broken(io::Error::from(io::ErrorKind::ConnectionReset));
/// assert!(error.is_broken());
/// assert_eq!(error.to_string(), "the stream broke off");
/// ```
#[derive(Debug)]
pub struct StreamError(Kind);

#[derive(Debug)]
enum Kind {
    Broken(Cause),
    TooLong,
    Idle(Duration),
    Malformed { what: &'static str, why: String },
    TooLarge { what: &'static str, limit: u64 },
    Unfinished(Ending),
    Failure(Failure),
    Spent,
    Client(Cause),
}

/// The place where a stream ended too early.
#[derive(Debug)]
pub(crate) enum Ending {
    /// Before the declared end marker.
    NoMarker,
    /// In an event or a line.
    Within(&'static str),
    /// Although it is declared to have no end.
    Endless,
    /// Before the announced length.
    Short { missing: u64 },
}

/// The data of a failure event.
struct Failure(String);

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

impl StreamError {
    /// The connection, file or other source of the stream failed. The cause is the `source` of the error.
    ///
    /// A cause that is a `StreamError` itself is returned as it is, so that it is not wrapped again by each layer.
    #[must_use]
    pub fn broken(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        match cause.into().downcast::<Self>() {
            Ok(error) => *error,
            Err(cause) => Self(Kind::Broken(cause)),
        }
    }

    /// The sender was silent for longer than the limit.
    #[must_use]
    pub fn idle(limit: Duration) -> Self {
        Self(Kind::Idle(limit))
    }

    /// An item is not of the declared type. The reason is a clause: `it has no field "id"`. It must not repeat values,
    /// because they may be secrets.
    #[must_use]
    pub fn malformed(reason: impl Into<String>) -> Self {
        Self::malformed_in("an item", reason)
    }

    /// A call that the stream needed failed, such as the one that opens it again. The line of the error is that of the
    /// cause.
    #[must_use]
    pub fn client(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Kind::Client(cause.into()))
    }

    pub(crate) fn malformed_in(what: &'static str, reason: impl Into<String>) -> Self {
        Self(Kind::Malformed { what, why: reason.into() })
    }

    pub(crate) fn too_long() -> Self {
        Self(Kind::TooLong)
    }

    pub(crate) fn too_large(what: &'static str, limit: usize) -> Self {
        Self(Kind::TooLarge { what, limit: limit as u64 })
    }

    pub(crate) fn unfinished(ending: Ending) -> Self {
        Self(Kind::Unfinished(ending))
    }

    pub(crate) fn failed(data: &str) -> Self {
        Self(Kind::Failure(Failure(data.to_owned())))
    }

    pub(crate) fn spent() -> Self {
        Self(Kind::Spent)
    }

    /// Whether the source of the stream failed, such as its connection, or was longer than it had announced. What came
    /// before the error is whole.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(self.0, Kind::Broken(_) | Kind::TooLong)
    }

    /// Whether the sender was silent for too long.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        matches!(self.0, Kind::Idle(_))
    }

    /// Whether an item could not be read. The stream goes on behind it.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        matches!(self.0, Kind::Malformed { .. })
    }

    /// Whether a line, an event or the whole body is larger than its limit.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.0, Kind::TooLarge { .. })
    }

    /// Whether the stream ended without a fault of the connection, but too early: without its declared end marker,
    /// although it is declared to have no end, in an event, or before its announced length.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        matches!(self.0, Kind::Unfinished(_))
    }

    /// Whether another connection may bring the rest of the stream.
    pub(crate) fn interrupts(&self) -> bool {
        matches!(self.0, Kind::Broken(_) | Kind::Idle(_) | Kind::Unfinished(_) | Kind::Client(_))
    }

    /// The error of the client, if a call that the stream needed failed. The line of this error repeats it, so `source`
    /// goes on with the cause behind it.
    #[must_use]
    pub fn client_error(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        match &self.0 {
            Kind::Client(cause) => Some(&**cause),
            _ => None,
        }
    }

    /// The data of the failure that the server reported in the stream, if it did: the JSON of the declared failure
    /// event. It is not part of the line of the error, because it may repeat anything.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match &self.0 {
            Kind::Failure(data) => Some(&data.0),
            _ => None,
        }
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = OneLine::new(f, LONGEST_LINE);
        match &self.0 {
            Kind::Broken(_) => line.write_str("the stream broke off"),
            Kind::TooLong => line.write_str("the stream is longer than its announced length"),
            Kind::Idle(limit) => write!(line, "the stream was silent for {limit:?}"),
            Kind::Malformed { what, why } => write!(line, "{what} of the stream cannot be read: {why}"),
            Kind::TooLarge { what, limit } => {
                write!(line, "{what} is larger than {limit} bytes; raise the limit if this size is expected")
            }
            Kind::Unfinished(Ending::NoMarker) => line.write_str("the stream ended without its end marker"),
            Kind::Unfinished(Ending::Endless) => line.write_str("the stream ended, and is declared to have no end"),
            Kind::Unfinished(Ending::Within(what)) => write!(line, "the stream ended in {what}"),
            Kind::Unfinished(Ending::Short { missing }) => {
                write!(line, "the stream ended {missing} bytes before its announced length")
            }
            Kind::Failure(_) => line.write_str("the server reported a failure in the stream"),
            Kind::Spent => line.write_str("an upload that can be sent only once was sent already"),
            Kind::Client(cause) => write!(line, "{cause}"),
        }
    }
}

impl Error for StreamError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Kind::Broken(cause) => Some(&**cause),
            Kind::Client(cause) => cause.source(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_cause_is_in_the_line_or_the_source() {
        let broken = StreamError::broken(io::Error::other("reset\nby peer"));
        assert_eq!(broken.to_string(), "the stream broke off");
        assert_eq!(broken.source().unwrap().to_string(), "reset\nby peer");
        let client = StreamError::client(io::Error::other("not signed in\n"));
        assert_eq!(client.to_string(), r"not signed in\n");
        assert!(client.source().is_none() && client.client_error().is_some());
        let client = StreamError::client(StreamError::broken(io::Error::other("reset")));
        assert_eq!(client.to_string(), "the stream broke off");
        assert_eq!(client.source().unwrap().to_string(), "reset", "the cause behind the line");
    }

    #[test]
    fn an_error_is_of_one_kind() {
        let kinds = |error: &StreamError| {
            let all = [
                ("broken", error.is_broken()),
                ("idle", error.is_idle()),
                ("malformed", error.is_malformed()),
                ("too large", error.is_too_large()),
                ("unfinished", error.is_unfinished()),
                ("client", error.client_error().is_some()),
                ("failure", error.failure().is_some()),
            ];
            all.into_iter().filter(|(_, is)| *is).map(|(kind, _)| kind).collect::<Vec<_>>()
        };
        for (error, kind) in [
            (StreamError::broken("reset"), "broken"),
            (StreamError::too_long(), "broken"),
            (StreamError::idle(Duration::from_secs(30)), "idle"),
            (StreamError::malformed("odd"), "malformed"),
            (StreamError::too_large("a line", 7), "too large"),
            (StreamError::unfinished(Ending::NoMarker), "unfinished"),
            (StreamError::client("not signed in"), "client"),
            (StreamError::failed("{}"), "failure"),
        ] {
            assert_eq!(kinds(&error), [kind], "{error}");
        }
    }

    #[test]
    fn layers_do_not_wrap_an_error_again() {
        let idle = StreamError::idle(Duration::from_secs(30));
        let passed_on = StreamError::broken(Box::<dyn Error + Send + Sync>::from(idle));
        assert!(passed_on.is_idle() && !passed_on.is_broken());
        assert_eq!(passed_on.to_string(), "the stream was silent for 30s");
    }

    #[test]
    fn the_data_of_a_failure_is_not_printed() {
        let error = StreamError::failed(r#"{"message":"hunter2"}"#);
        assert_eq!(error.failure(), Some(r#"{"message":"hunter2"}"#));
        assert_eq!(format!("{error:?}"), "StreamError(Failure(<21 bytes>))");
        assert!(!error.to_string().contains("hunter2"));
    }
}
