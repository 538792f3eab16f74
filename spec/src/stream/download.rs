//! Bytes as they arrive.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use crate::body::Body;
use crate::stream::error::StreamError;

/// The body of a response as chunks of bytes, of any size and without a limit.
///
/// The chunks are those of the connection: their borders mean nothing. A body that ends before its announced length is an
/// error.
///
/// ```
/// use qelos_spec::{Download, StreamError};
/// use std::io::Write;
///
/// async fn save(mut file: Download, to: &mut (impl Write + Send)) -> Result<(), StreamError> {
///     while let Some(chunk) = file.next().await {
///         to.write_all(&chunk?).map_err(StreamError::broken)?;
///         println!("{} of {:?} bytes", file.received(), file.length());
///     }
///     Ok(())
/// }
///
/// let double = Download::from("the content");
/// assert_eq!(double.length(), Some(11));
/// ```
pub struct Download {
    body: Body,
    length: Option<u64>,
    received: u64,
}

impl Download {
    /// The whole length, if the server has announced it.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The number of bytes that were read.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The next chunk, which is never empty; `None` after the last one.
    ///
    /// # Cancel safety
    ///
    /// No chunk is lost when the future is dropped.
    #[expect(clippy::should_implement_trait, reason = "it is the method of a stream, which waits")]
    pub fn next(&mut self) -> impl Future<Output = Option<Result<Bytes, StreamError>>> + use<'_> {
        poll_fn(|cx| self.poll(cx))
    }

    /// The rest of the bytes in memory.
    ///
    /// # Errors
    ///
    /// When they are more than the limit, or do not all arrive.
    pub fn collect(self, limit: usize) -> impl Future<Output = Result<Bytes, StreamError>> {
        self.body.collect(limit)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        let chunk = ready!(self.body.poll_chunk(cx));
        if let Some(Ok(chunk)) = &chunk {
            self.received += chunk.len() as u64;
        }
        Poll::Ready(chunk)
    }
}

impl<B: Into<Body>> From<B> for Download {
    fn from(body: B) -> Self {
        let body = body.into();
        Self { length: body.length(), body, received: 0 }
    }
}

impl Stream for Download {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("length", &self.length)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
