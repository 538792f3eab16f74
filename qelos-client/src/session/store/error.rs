//! The error of a store.

use std::fmt;
use std::sync::Arc;

/// The error of a [`TokenStore`](crate::store::TokenStore), which could not do an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    message: Arc<str>,
}

impl StoreError {
    /// An error with this message: what went wrong, and where. It must not contain the content of the store.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string().into() }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for StoreError {}
