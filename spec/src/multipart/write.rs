//! A form as a body.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::{Boundary, Multipart, Part};
use crate::body::{Body, Upload};
use crate::stream::StreamError;

impl Multipart {
    /// The length of the form as a body, if the lengths of all parts are known.
    #[must_use]
    pub fn length(&self, boundary: &Boundary) -> Option<u64> {
        let length_of =
            |part: &Part| Some((part.head(boundary).len() + LINE_END.len()) as u64 + part.content.length()?);
        let parts = self.parts.iter().map(length_of).sum::<Option<u64>>()?;
        Some(parts + end(boundary).len() as u64)
    }

    /// The form as a body, for one attempt: bytes if all parts are, otherwise a stream.
    ///
    /// # Errors
    ///
    /// When a part can be sent only once, and was opened before.
    pub fn open(&self, boundary: &Boundary) -> Result<Body, StreamError> {
        let mut pieces = VecDeque::new();
        for part in &self.parts {
            pieces.push_back(part.head(boundary).into());
            pieces.push_back(part.content.open()?);
            pieces.push_back(LINE_END.into());
        }
        pieces.push_back(end(boundary).into());
        let bytes = pieces.iter().map(|piece| piece.as_bytes().map(AsRef::<[u8]>::as_ref));
        if let Some(bytes) = bytes.collect::<Option<Vec<_>>>() {
            return Ok(bytes.concat().into());
        }
        let body = Body::from_stream(InARow(pieces));
        Ok(match self.length(boundary) {
            Some(length) => body.with_length(length),
            None => body,
        })
    }

    /// The form as an upload, which opens its parts for each attempt.
    #[must_use]
    pub fn into_upload(self, boundary: Boundary) -> Upload {
        Upload::streams(self.is_repeatable(), self.length(&boundary), move || self.open(&boundary))
    }
}

const LINE_END: &str = "\r\n";

fn end(boundary: &Boundary) -> String {
    format!("--{}--\r\n", boundary.as_str())
}

impl Part {
    /// The lines before the content.
    fn head(&self, boundary: &Boundary) -> Vec<u8> {
        let mut head = format!("--{}\r\nContent-Disposition: form-data; name=\"", boundary.as_str());
        escape(&self.name, &mut head);
        if let Some(file_name) = &self.file_name {
            head.push_str("\"; filename=\"");
            escape(file_name, &mut head);
        }
        head.push_str("\"\r\n");
        let mut head = head.into_bytes();
        if let Some(media_type) = &self.media_type {
            head.extend_from_slice(b"Content-Type: ");
            head.extend_from_slice(media_type.as_bytes());
            head.extend_from_slice(LINE_END.as_bytes());
        }
        head.extend_from_slice(LINE_END.as_bytes());
        head
    }
}

/// Writes a name as browsers do. They leave a percent sign as it is, so a name that contains `%22` itself arrives as one
/// with a quotation mark.
fn escape(name: &str, out: &mut String) {
    for c in name.chars() {
        match c {
            '"' => out.push_str("%22"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            c => out.push(c),
        }
    }
}

/// Bodies in a row.
struct InARow(VecDeque<Body>);

impl Stream for InARow {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some(body) = self.0.front_mut() {
            match ready!(body.poll_chunk(cx)) {
                Some(chunk) => return Poll::Ready(Some(chunk)),
                None => drop(self.0.pop_front()),
            }
        }
        Poll::Ready(None)
    }
}
