//! Why a store could not do what it was asked to.

use std::fmt;
use std::sync::Arc;

/// A store could not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    message: Arc<str>,
}

impl StoreError {
    /// Says what went wrong, and where; nothing of what is in the store.
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
