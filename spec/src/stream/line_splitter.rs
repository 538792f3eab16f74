//! Chunks into lines.

use std::ops::Range;

use bytes::Bytes;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Splits chunks into lines that end with LF, CR or CRLF, wherever the chunks are cut. A byte order mark at the beginning
/// is left out.
///
/// A line that lies in one chunk is borrowed from it. Only a line that several chunks share is copied, into a buffer
/// that is used again for the next one.
#[derive(Debug)]
pub(crate) struct LineSplitter {
    chunk: Bytes,
    /// The place of the current line in the chunk.
    line: Range<usize>,
    /// Where the next line begins in the chunk.
    next: usize,
    /// The beginning of a line whose end has not arrived, or the current line if it came in several chunks.
    partial: Vec<u8>,
    /// Whether the current line is in `partial`.
    is_partial: bool,
    /// The number of lines up to the current one; two stands for any more.
    count: u8,
    /// Whether the current line ended with CR: an LF behind it belongs to the same end.
    after_cr: bool,
    limit: usize,
}

/// A line is longer than the limit.
#[derive(Debug, PartialEq)]
pub(crate) struct TooLong;

impl LineSplitter {
    /// Splits into lines of at most `limit` bytes, the end of a line not counted.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            chunk: Bytes::new(),
            line: 0..0,
            next: 0,
            partial: Vec::new(),
            is_partial: false,
            count: 0,
            after_cr: false,
            limit,
        }
    }

    /// Adds a chunk. The lines of the chunk before have been read: `advance` has returned `None`.
    pub(crate) fn push(&mut self, chunk: Bytes) {
        debug_assert!(self.next == self.chunk.len(), "the lines of the chunk before are lost");
        (self.chunk, self.line, self.next) = (chunk, 0..0, 0);
    }

    /// Goes to the next whole line. `None`: its end has not arrived, push another chunk.
    pub(crate) fn advance(&mut self) -> Option<Result<(), TooLong>> {
        self.leave_line();
        if self.after_cr && self.next < self.chunk.len() {
            self.after_cr = false;
            self.next += usize::from(self.chunk[self.next] == b'\n');
        }
        let rest = &self.chunk[self.next..];
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let length = end.unwrap_or(rest.len());
        if length > self.limit - self.partial.len() {
            return Some(Err(TooLong));
        }
        self.line = self.next..self.next + length;
        if end.is_none() || !self.partial.is_empty() {
            self.partial.extend_from_slice(&rest[..length]);
            self.is_partial = end.is_some();
        }
        if end.is_none() {
            (self.chunk, self.line, self.next) = (Bytes::new(), 0..0, 0);
            return None;
        }
        self.after_cr = rest[length] == b'\r';
        self.next += length + 1;
        self.count = 2.min(self.count + 1);
        Some(Ok(()))
    }

    /// Goes to the line at the end, behind the last line end, when no more chunks come. False if nothing is there.
    pub(crate) fn advance_to_rest(&mut self) -> bool {
        self.leave_line();
        self.is_partial = !self.partial.is_empty();
        self.count = 2.min(self.count + 1);
        self.is_partial
    }

    /// The current line, without its end.
    pub(crate) fn line(&self) -> &[u8] {
        let line = if self.is_partial { &self.partial } else { &self.chunk[self.line.clone()] };
        let mark = if self.count == 1 { BYTE_ORDER_MARK } else { &[] };
        line.strip_prefix(mark).unwrap_or(line)
    }

    fn leave_line(&mut self) {
        if self.is_partial {
            self.partial.clear();
            self.is_partial = false;
        }
    }

    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.partial.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::splits;

    fn lines(chunks: &[&[u8]], limit: usize) -> Result<(Vec<Vec<u8>>, Vec<u8>), TooLong> {
        let (mut splitter, mut lines) = (LineSplitter::new(limit), Vec::new());
        for chunk in chunks {
            splitter.push(Bytes::copy_from_slice(chunk));
            while let Some(advanced) = splitter.advance() {
                advanced?;
                lines.push(splitter.line().to_vec());
            }
        }
        let rest = if splitter.advance_to_rest() { splitter.line().to_vec() } else { Vec::new() };
        assert!(!splitter.advance_to_rest(), "the rest is one line");
        Ok((lines, rest))
    }

    #[test]
    fn a_line_ends_with_any_of_three_ends_wherever_chunks_are_cut() {
        for (text, expected, rest) in [
            ("a\nb\rc\r\nd", vec!["a", "b", "c"], "d"),
            ("\n\r\n\r\r\n", vec!["", "", "", ""], ""),
            ("\r\r\n\n", vec!["", "", ""], ""),
            ("größer\nals", vec!["größer"], "als"),
            ("", vec![], ""),
            ("\u{feff}a\n\u{feff}b", vec!["a"], "\u{feff}b"),
            ("\u{feff}\u{feff}a", vec![], "\u{feff}a"),
            ("\u{feff}\n\u{feff}\n", vec!["", "\u{feff}"], ""),
        ] {
            let expected = (expected.iter().map(|line| line.as_bytes().to_vec()).collect(), rest.as_bytes().to_vec());
            for chunks in splits(text.as_bytes()) {
                assert_eq!(lines(&chunks, 99).as_ref(), Ok(&expected), "{text:?} in {chunks:?}");
            }
        }
    }

    #[test]
    fn the_limit_of_a_line_does_not_depend_on_the_chunks() {
        for chunks in splits(b"12345\n12345\r\n12345") {
            assert!(lines(&chunks, 5).is_ok(), "{chunks:?}");
            assert_eq!(lines(&chunks, 4), Err(TooLong), "{chunks:?}");
        }
        for chunks in splits(b"1\n12345") {
            assert_eq!(lines(&chunks, 4), Err(TooLong), "{chunks:?}");
        }
    }
}
