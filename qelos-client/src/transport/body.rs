//! Bodies of responses, read into memory up to a limit.

use bytes::{Bytes, BytesMut};

use crate::transport::{TransportError, TransportErrorKind};

/// The most memory that is reserved because a server announces a body of that size.
const LARGEST_RESERVATION: usize = 1024 * 1024;

/// A body that is read. One that arrives in one piece, as most do, is not copied.
pub(super) struct Buffer {
    read: Read,
    /// How long the whole body is said to be.
    announced: usize,
    largest: usize,
}

enum Read {
    Nothing,
    Whole(Bytes),
    Parts(BytesMut),
}

impl Buffer {
    /// A body of which nothing has been read; `announced` is how long the server says it is.
    ///
    /// # Errors
    ///
    /// When that is more than the limit.
    pub(super) fn new(announced: Option<u64>, largest: usize) -> Result<Self, TransportError> {
        let announced = usize::try_from(announced.unwrap_or_default()).unwrap_or(usize::MAX);
        if announced > largest {
            return Err(too_large(largest));
        }
        Ok(Self { read: Read::Nothing, announced, largest })
    }

    /// Adds a piece.
    ///
    /// # Errors
    ///
    /// When the body is then larger than the limit.
    pub(super) fn push(&mut self, chunk: Bytes) -> Result<(), TransportError> {
        if self.len() + chunk.len() > self.largest {
            return Err(too_large(self.largest));
        }
        match &mut self.read {
            Read::Nothing => self.read = Read::Whole(chunk),
            Read::Whole(first) => {
                // The server decides what it announces: no more is taken in advance than it sends at once.
                let capacity = self.announced.min(LARGEST_RESERVATION).max(first.len() + chunk.len());
                let mut bytes = BytesMut::with_capacity(capacity);
                bytes.extend_from_slice(first);
                bytes.extend_from_slice(&chunk);
                self.read = Read::Parts(bytes);
            }
            Read::Parts(bytes) => bytes.extend_from_slice(&chunk),
        }
        Ok(())
    }

    fn len(&self) -> usize {
        match &self.read {
            Read::Nothing => 0,
            Read::Whole(bytes) => bytes.len(),
            Read::Parts(bytes) => bytes.len(),
        }
    }

    pub(super) fn into_bytes(self) -> Bytes {
        match self.read {
            Read::Nothing => Bytes::new(),
            Read::Whole(bytes) => bytes,
            Read::Parts(bytes) => bytes.freeze(),
        }
    }
}

fn too_large(largest: usize) -> TransportError {
    TransportError::new(TransportErrorKind::TooLarge, format!("the body is larger than {largest} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&Bytes], announced: Option<u64>, largest: usize) -> Result<Bytes, TransportError> {
        let mut body = Buffer::new(announced, largest)?;
        pieces.iter().try_for_each(|piece| body.push(Bytes::clone(piece)))?;
        Ok(body.into_bytes())
    }

    #[test]
    fn a_body_of_one_piece_is_not_copied() {
        let piece = Bytes::from("[1,2,3]".to_owned());
        let body = read(&[&piece], Some(7), 100).unwrap();
        assert_eq!((body.as_ptr(), body.len()), (piece.as_ptr(), piece.len()));
    }

    #[test]
    fn pieces_are_put_together_up_to_the_limit() {
        let (one, two) = (Bytes::from("[1,"), Bytes::from("2]"));
        for announced in [None, Some(5), Some(1)] {
            assert_eq!(read(&[&one, &two], announced, 5).unwrap(), "[1,2]");
            assert_eq!(read(&[&one, &two], announced, 4).map_err(|error| error.kind()), {
                Err(TransportErrorKind::TooLarge)
            });
        }
        assert_eq!(read(&[], None, 0).unwrap(), "");
        assert_eq!(read(&[], Some(u64::MAX), 5).unwrap_err().kind(), TransportErrorKind::TooLarge);
    }
}
