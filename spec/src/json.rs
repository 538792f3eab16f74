//! JSON bodies, written and read without losing digits or `null`s.
//!
//! `serde_json` writes the bodies and reads their syntax. The results do not depend on its features, which any crate of
//! a program can turn on for all the others.

mod read;
mod write;

pub(crate) use read::{JsonField, object, present, unique, whole};
pub(crate) use write::{Body, Object, field, value};
