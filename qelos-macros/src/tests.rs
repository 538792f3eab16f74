//! The tests that need nothing but this crate and files of this repository. They take seconds.

mod examples;
mod expansions;
mod hygiene;
mod keys;
mod reference;

use proc_macro2::TokenStream;

use crate::pipeline;
use crate::runtime_path::Flavour;

/// A macro, as a function from what was written to what comes out.
type Macro = fn(TokenStream, Flavour) -> TokenStream;

fn resource(item: TokenStream, flavour: Flavour) -> TokenStream {
    let (settings, item) = split(item);
    pipeline::resource(settings, &item, flavour)
}

/// `#[resource(settings)] trait …` into what the compiler hands to the macro.
fn split(item: TokenStream) -> (TokenStream, TokenStream) {
    let mut item: syn::ItemTrait = syn::parse2(item).expect("a trait");
    let attribute = item.attrs.remove(0);
    let settings = attribute.meta.require_list().expect("settings").tokens.clone();
    (settings, quote::quote!(#item))
}

/// As a person would read it.
fn formatted(code: TokenStream) -> String {
    let file = syn::parse2(code).expect("the expansion is a file");
    prettyplease::unparse(&file)
}
