//! The arguments of a method.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand::attrs;
use crate::model::{Arg, Operation};

/// The arguments as a method declares them.
pub(super) fn declared(operation: &Operation) -> TokenStream {
    let args = operation.args.iter().map(|Arg { ident, written, attrs, .. }| {
        let attrs = attrs::of_an_argument(attrs);
        quote!(#(#attrs)* #ident: #written)
    });
    quote!(#(#args),*)
}

/// The arguments as values.
pub(super) fn names(operation: &Operation) -> impl Iterator<Item = TokenStream> {
    operation.args.iter().map(|Arg { ident, attrs, .. }| {
        let cfgs = attrs::cfgs(attrs);
        quote!(#(#cfgs)* #ident)
    })
}
