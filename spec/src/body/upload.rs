//! Content that is sent, maybe several times.

use std::error::Error;
use std::fmt::{self, Display};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_core::Stream;

use super::{Body, Description};
use crate::stream::StreamError;

/// Content to send: bytes, or streams of them that are opened for each attempt.
///
/// A request may be sent more than once: after a transient failure, or with a renewed token. So an upload says how to
/// begin again. Clones share their content.
///
/// | made with | each attempt sends |
/// |---|---|
/// | `Upload::from(bytes)` | the same bytes, which are not copied |
/// | [`from_fn`](Self::from_fn) | a new stream |
/// | [`once`](Self::once) | the one stream: a second attempt is an error |
///
/// `Display` and `Debug` show the length, and nothing of the content.
///
/// ```
/// use qelos_spec::Upload;
///
/// let upload = Upload::from("hello");
/// assert!(upload.is_repeatable());
/// assert_eq!(upload.to_string(), "<5 bytes>");
/// ```
#[derive(Clone)]
pub struct Upload(Content);

#[derive(Clone)]
enum Content {
    Bytes(Bytes),
    Streams { open: Open, length: Option<u64>, is_repeatable: bool },
}

type Open = Arc<dyn Fn() -> Result<Body, StreamError> + Send + Sync>;

impl Upload {
    /// Streams that a function opens, one for each attempt. Each of them has to yield the same bytes.
    ///
    /// The function must not block. A stream that takes time to open opens when it is first polled, and yields an error
    /// if that fails.
    ///
    /// ```
    /// use qelos_spec::Upload;
    /// use qelos_spec::futures_core::Stream;
    ///
    /// fn export<S>(rows: fn() -> S) -> Upload
    /// where
    ///     S: Stream<Item = Result<String, std::io::Error>> + Send + 'static,
    /// {
    ///     Upload::from_fn(rows)
    /// }
    /// ```
    pub fn from_fn<F, S, B, E>(open: F) -> Self
    where
        F: Fn() -> S + Send + Sync + 'static,
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        Self::streams(true, None, move || Ok(Body::from_stream(open())))
    }

    /// A stream that can be sent only once, such as one that is being received. A request with it is never retried.
    pub fn once<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let body = Mutex::new(Some(Body::from_stream(stream)));
        let take = move || body.lock().unwrap_or_else(PoisonError::into_inner).take();
        Self::streams(false, None, move || take().ok_or_else(StreamError::spent))
    }

    /// Streams that a function opens, all of the same length, if that is known.
    pub(crate) fn streams(
        is_repeatable: bool,
        length: Option<u64>,
        open: impl Fn() -> Result<Body, StreamError> + Send + Sync + 'static,
    ) -> Self {
        Self(Content::Streams { open: Arc::new(open), length, is_repeatable })
    }

    /// Announces the length of the streams. A request whose length is known needs no chunked encoding, which some
    /// servers refuse. A stream that turns out to be longer or shorter fails. Bytes know their length.
    #[must_use]
    pub fn with_length(mut self, bytes: u64) -> Self {
        if let Content::Streams { length, .. } = &mut self.0 {
            *length = Some(bytes);
        }
        self
    }

    /// The length, if it is known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Content::Bytes(bytes) => Some(bytes.len() as u64),
            Content::Streams { length, .. } => *length,
        }
    }

    /// Whether it can be sent more than once.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        match self.0 {
            Content::Bytes(_) => true,
            Content::Streams { is_repeatable, .. } => is_repeatable,
        }
    }

    /// The bytes, if it has no streams.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Content::Bytes(bytes) => Some(bytes),
            Content::Streams { .. } => None,
        }
    }

    /// The body for one attempt.
    ///
    /// # Errors
    ///
    /// When it can be sent only once, and was opened before.
    pub fn open(&self) -> Result<Body, StreamError> {
        match &self.0 {
            Content::Bytes(bytes) => Ok(bytes.clone().into()),
            Content::Streams { open, length: Some(length), .. } => open().map(|body| body.with_length(*length)),
            Content::Streams { open, length: None, .. } => open(),
        }
    }
}

impl<B: Into<Bytes>> From<B> for Upload {
    fn from(bytes: B) -> Self {
        Self(Content::Bytes(bytes.into()))
    }
}

/// Bytes are compared. Streams are equal to their clones only, because comparing would read them.
impl PartialEq for Upload {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Content::Bytes(one), Content::Bytes(other)) => one == other,
            (Content::Streams { open: one, .. }, Content::Streams { open: other, .. }) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Display for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Description { is_stream: self.as_bytes().is_none(), length: self.length() }.fmt(f)
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}
