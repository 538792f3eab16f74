//! Bodies: bytes, or a stream of them.

use std::error::Error;
use std::fmt::{self, Display};
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Frame, SizeHint};

use crate::stream::{Ending, StreamError};

mod upload;

pub use self::upload::Upload;

/// The body of a request or a response: bytes, or a stream of them.
///
/// Most bodies are bytes, and cost no more than these. Each body is an `http_body::Body`, so that middleware for it
/// works. A stream is read once: a [`Download`](crate::Download) reads its chunks. Content that can be sent several times
/// is an [`Upload`].
///
/// `Debug` shows the length, and nothing of the content.
///
/// ```
/// use qelos_spec::Body;
///
/// let body = Body::from("hello");
/// assert_eq!(body.length(), Some(5));
/// assert_eq!(body.as_bytes().unwrap(), "hello");
/// assert_eq!(format!("{body:?}"), "<5 bytes>");
/// ```
pub struct Body(Kind);

enum Kind {
    Bytes(Bytes),
    Stream { source: Source, left: Option<u64> },
}

type Source = Pin<Box<dyn http_body::Body<Data = Bytes, Error = StreamError> + Send>>;

impl Body {
    /// The chunks of a stream. An error of the stream is the `source` of a [`StreamError`], if it is not one itself.
    ///
    /// ```
    /// use qelos_spec::Body;
    /// use qelos_spec::futures_core::Stream;
    ///
    /// fn body(rows: impl Stream<Item = Result<String, std::io::Error>> + Send + 'static) -> Body {
    ///     Body::from_stream(rows)
    /// }
    /// ```
    pub fn from_stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        Self(Kind::Stream { source: Box::pin(OfStream(Box::pin(stream))), left: None })
    }

    /// The body of another library, such as `hyper::body::Incoming`. The length that it knows is the announced one.
    pub fn from_http<B>(body: B) -> Self
    where
        B: http_body::Body + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let left = body.size_hint().exact();
        Self(Kind::Stream { source: Box::pin(OfBody(Box::pin(body))), left })
    }

    /// Announces the length of a stream. The stream fails if it turns out to be longer or shorter. Bytes know their
    /// length.
    #[must_use]
    pub fn with_length(mut self, bytes: u64) -> Self {
        if let Kind::Stream { left, .. } = &mut self.0 {
            *left = Some(bytes);
        }
        self
    }

    /// The number of bytes that will come, if it is known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes.len() as u64),
            Kind::Stream { left, .. } => *left,
        }
    }

    /// The bytes, if it is no stream.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes),
            Kind::Stream { .. } => None,
        }
    }

    /// The bytes, if it is no stream; otherwise the body itself.
    ///
    /// # Errors
    ///
    /// When the body is a stream.
    pub fn try_into_bytes(self) -> Result<Bytes, Self> {
        match self.0 {
            Kind::Bytes(bytes) => Ok(bytes),
            stream @ Kind::Stream { .. } => Err(Self(stream)),
        }
    }

    /// All bytes. Those of a body that is no stream, or has one chunk only, are not copied.
    ///
    /// # Errors
    ///
    /// When there are more bytes than the limit, or the stream fails. A length that was announced is checked before
    /// anything is read.
    pub fn collect(mut self, limit: usize) -> impl Future<Output = Result<Bytes, StreamError>> + Send {
        let (mut first, mut all) = (Bytes::new(), BytesMut::new());
        poll_fn(move |cx| {
            if self.length().is_some_and(|left| left > limit as u64) {
                return Poll::Ready(Err(StreamError::too_large("the body", limit)));
            }
            while let Some(chunk) = ready!(self.poll_chunk(cx)).transpose()? {
                if chunk.len() > limit - first.len() - all.len() {
                    return Poll::Ready(Err(StreamError::too_large("the body", limit)));
                }
                if first.is_empty() && all.is_empty() {
                    first = chunk;
                    continue;
                }
                all.extend_from_slice(&mem::take(&mut first));
                all.extend_from_slice(&chunk);
            }
            Poll::Ready(Ok(if first.is_empty() { mem::take(&mut all).freeze() } else { mem::take(&mut first) }))
        })
    }

    /// The next chunk, which is never empty. Trailers are skipped.
    pub(crate) fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        loop {
            match ready!(self.poll(cx)).transpose()?.map(Frame::into_data) {
                Some(Ok(chunk)) if !chunk.is_empty() => return Poll::Ready(Some(Ok(chunk))),
                Some(_) => {}
                None => return Poll::Ready(None),
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let frame = match &mut self.0 {
            Kind::Bytes(bytes) if bytes.is_empty() => return Poll::Ready(None),
            Kind::Bytes(bytes) => return Poll::Ready(Some(Ok(Frame::data(mem::take(bytes))))),
            Kind::Stream { source, left } => match (ready!(source.as_mut().poll_frame(cx)), left) {
                (Some(Ok(frame)), left) => count(frame, left).map(Some),
                (None, Some(missing @ 1..)) => Err(StreamError::unfinished(Ending::Short { missing: *missing })),
                (Some(Err(error)), _) => Err(error),
                (None, _) => Ok(None),
            },
        };
        // A stream must not be polled again after its end.
        if !matches!(frame, Ok(Some(_))) {
            self.0 = Kind::Bytes(Bytes::new());
        }
        Poll::Ready(frame.transpose())
    }
}

/// Counts the bytes of a frame against the announced length.
fn count(frame: Frame<Bytes>, left: &mut Option<u64>) -> Result<Frame<Bytes>, StreamError> {
    if let (Some(left), Some(data)) = (left, frame.data_ref()) {
        let rest = left.checked_sub(data.len() as u64);
        *left = rest.ok_or_else(StreamError::too_long)?;
    }
    Ok(frame)
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        self.poll(cx)
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Bytes(bytes) => bytes.is_empty(),
            // A stream that was cut says that it has ended: the error comes with the next frame.
            Kind::Stream { source, left } => !matches!(left, Some(1..)) && source.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Stream { source, left: None } => source.size_hint(),
            _ => SizeHint::with_exact(self.length().unwrap_or_default()),
        }
    }
}

/// An empty body.
impl Default for Body {
    fn default() -> Self {
        Self(Kind::Bytes(Bytes::new()))
    }
}

macro_rules! from_bytes {
    ($($type:ty),*) => {$(
        impl From<$type> for Body {
            fn from(bytes: $type) -> Self {
                Self(Kind::Bytes(bytes.into()))
            }
        }
    )*};
}

from_bytes!(Bytes, Vec<u8>, String, &'static [u8], &'static str);

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Description { is_stream: self.as_bytes().is_none(), length: self.length() }.fmt(f)
    }
}

/// Content in texts for people: `<5 bytes>`, `<stream, 1048576 bytes>`, `<stream>`.
struct Description {
    is_stream: bool,
    length: Option<u64>,
}

impl Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_stream, self.length) {
            (true, Some(length)) => write!(f, "<stream, {length} bytes>"),
            (true, None) => f.write_str("<stream>"),
            (false, length) => write!(f, "<{} bytes>", length.unwrap_or_default()),
        }
    }
}

/// The body of another library. The inner box takes the place of a projection of its pin.
struct OfBody<B>(Pin<Box<B>>);

impl<B> http_body::Body for OfBody<B>
where
    B: http_body::Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let frame = ready!(self.0.as_mut().poll_frame(cx));
        let to_bytes = |frame: Frame<B::Data>| frame.map_data(|mut data| data.copy_to_bytes(data.remaining()));
        Poll::Ready(frame.map(|frame| frame.map(to_bytes).map_err(StreamError::broken)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// A stream of chunks.
struct OfStream<S>(Pin<Box<S>>);

impl<S, B, E> http_body::Body for OfStream<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let chunk = ready!(self.0.as_mut().poll_next(cx));
        let to_frame = |chunk: B| Frame::data(chunk.into());
        Poll::Ready(chunk.map(|chunk| chunk.map(to_frame).map_err(StreamError::broken)))
    }
}

#[cfg(test)]
mod tests;
