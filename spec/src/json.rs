//! JSON bodies: values that are written as they are meant, and read as they were sent.
//!
//! `serde_json` does the writing and the syntax of the reading. What is done here does not depend on its features, which
//! any crate of a program turns on for all of them.

mod read;
mod write;

pub(crate) use read::{JsonField, object, present, unique, whole};
pub(crate) use write::{Body, Object, field, value};
