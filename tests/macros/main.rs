//! The front end of the macros, called as functions: every declaration that it accepts is built, and the corpus of the
//! fuzz targets goes through it.
//!
//! A crate of macros exports nothing but macros, so this program includes the modules by their path, as
//! `fuzz/src/lib.rs` does. They name each other from the root of their crate, and so need a program of their own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod corpus;
mod declarations;

#[path = "../../qelos-macros/src"]
mod front_end {
    pub(crate) mod check;
    pub(crate) mod draft;
    pub(crate) mod errors;
    pub(crate) mod expand;
    pub(crate) mod model;
    pub(crate) mod parse;
    pub(crate) mod pipeline;
    pub(crate) mod runtime_path;
    pub(crate) mod tokens;
    pub(crate) mod words;
}

/// What is fuzzed.
#[path = "../fuzz/src"]
pub mod fuzz {
    pub mod drive;
}

use front_end::{check, draft, errors, expand, model, parse, pipeline, runtime_path, tokens, words};
use fuzz::drive;
