//! SHA-256, of bytes and in hexadecimal digits.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The hash of a text, in hexadecimal digits.
pub(super) fn hash(text: &str) -> String {
    sha256(text.as_bytes()).iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// The hash itself.
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
