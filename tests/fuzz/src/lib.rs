//! The code that the fuzz targets share.
//!
//! A crate of macros exports nothing but macros, so its modules are included by their path: `proc_macro2` works outside
//! of a compiler too. `tests/macros/main.rs` lists the same modules and its tests replay the corpus without a fuzzer.
#![allow(clippy::unwrap_used, reason = "a property that does not hold shall panic")]

#[allow(dead_code, reason = "`#[derive(SessionScheme)]` has no target")]
#[path = "../../../qelos-macros/src"]
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

pub mod drive;

// They name each other from the root of their crate.
use front_end::{check, draft, errors, expand, model, parse, pipeline, runtime_path, tokens, words};
