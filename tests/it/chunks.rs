//! Streams of chunks, for uploads.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use qelos_spec::futures_core::Stream;
use tokio::time::{Sleep, sleep};

/// Bytes in chunks.
pub(crate) struct Chunks {
    left: VecDeque<Bytes>,
    wait: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    fails: bool,
}

impl Chunks {
    /// The bytes in chunks of this length.
    pub(crate) fn of(bytes: &Bytes, length: usize) -> Self {
        let left = bytes.chunks(length).map(Bytes::copy_from_slice).collect();
        Self { left, wait: Duration::ZERO, timer: None, fails: false }
    }

    /// Each chunk, and the end, come after this time.
    pub(crate) fn each_after(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// An error follows the last chunk.
    pub(crate) fn that_fail(self) -> Self {
        Self { fails: true, ..self }
    }
}

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.wait.is_zero() {
            let wait = self.wait;
            ready!(self.timer.get_or_insert_with(|| Box::pin(sleep(wait))).as_mut().poll(cx));
            self.timer = None;
        }
        let fails = self.left.is_empty() && self.fails;
        Poll::Ready(if fails { Some(Err(io::Error::other("the disk is gone"))) } else { self.left.pop_front().map(Ok) })
    }
}
