//! The macros of `qelos-client`, with the time that each call takes: in the compiler, and built as cargo builds macros.
#![allow(dead_code, reason = "the other flavours of the macros are not called")]

// As in `tests/macros/main.rs`. The path of the crate is put in.
#[path = "qelos-macros/src"]
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

use std::time::Instant;

use proc_macro::TokenStream;

// They name each other from the root of their crate.
use front_end::{check, draft, errors, expand, model, parse, pipeline, runtime_path, tokens, words};
use runtime_path::Flavour;

#[proc_macro_derive(Endpoint, attributes(endpoint, serde))]
pub fn endpoint(item: TokenStream) -> TokenStream {
    timed(|| pipeline::endpoint(item.into(), Flavour::Client).into())
}

#[proc_macro_attribute]
pub fn resource(settings: TokenStream, item: TokenStream) -> TokenStream {
    timed(|| pipeline::resource(settings.into(), &item.into(), Flavour::Client).into())
}

fn timed(expand: impl FnOnce() -> TokenStream) -> TokenStream {
    let start = Instant::now();
    let code = expand();
    eprintln!("macro, ns: {}", start.elapsed().as_nanos());
    code
}
