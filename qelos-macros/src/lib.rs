//! The macros of `qelos-spec` and `qelos-client`.
//!
//! Both crates re-export them, each its own flavour: the code a macro writes names the crate it was imported from. The
//! documentation for users stands on the re-exports, where its examples compile. The functions here have none: rustdoc would
//! show it below that of the re-exports.
//!
//! All macros are one `pipeline`: `parse` reads a declaration into a draft, `model` settles where each field goes,
//! `check` holds the rules, `expand` writes code and cannot fail.

#![allow(missing_docs, reason = "the documentation stands on the re-exports")]

mod check;
mod draft;
mod errors;
mod expand;
mod model;
mod parse;
mod pipeline;
mod runtime_path;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

use proc_macro::TokenStream;

use crate::runtime_path::Flavour;

// `qelos_spec::Endpoint`.
#[proc_macro_derive(Endpoint, attributes(endpoint, serde))]
pub fn spec_endpoint(item: TokenStream) -> TokenStream {
    pipeline::endpoint(item.into(), Flavour::Spec).into()
}

// `qelos_spec::DecodeRequest`.
#[proc_macro_derive(DecodeRequest, attributes(endpoint, serde))]
pub fn spec_decode_request(item: TokenStream) -> TokenStream {
    pipeline::decode_request(item.into(), Flavour::Spec).into()
}

// `qelos_spec::Response`.
#[proc_macro_derive(Response, attributes(response, serde))]
pub fn spec_response(item: TokenStream) -> TokenStream {
    pipeline::response(item.into(), Flavour::Spec).into()
}

// `qelos_spec::resource`.
#[proc_macro_attribute]
pub fn resource(settings: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::resource(settings.into(), &item.into(), Flavour::Spec).into()
}

// `qelos_client::Endpoint`.
#[proc_macro_derive(ClientEndpoint, attributes(endpoint, serde))]
pub fn client_endpoint(item: TokenStream) -> TokenStream {
    pipeline::endpoint(item.into(), Flavour::Client).into()
}

// `qelos_client::DecodeRequest`.
#[proc_macro_derive(ClientDecodeRequest, attributes(endpoint, serde))]
pub fn client_decode_request(item: TokenStream) -> TokenStream {
    pipeline::decode_request(item.into(), Flavour::Client).into()
}

// `qelos_client::Response`.
#[proc_macro_derive(ClientResponse, attributes(response, serde))]
pub fn client_response(item: TokenStream) -> TokenStream {
    pipeline::response(item.into(), Flavour::Client).into()
}

// `qelos_client::session::SessionScheme`.
#[proc_macro_derive(SessionScheme, attributes(session))]
pub fn session_scheme(item: TokenStream) -> TokenStream {
    pipeline::session(item.into()).into()
}

// `qelos_client::resource`.
#[proc_macro_attribute]
pub fn client_resource(settings: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::resource(settings.into(), &item.into(), Flavour::Client).into()
}
