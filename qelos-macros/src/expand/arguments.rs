//! The arguments of a method.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use crate::draft::Borrow;
use crate::expand::attrs;
use crate::model::{Arg, Operation};
use crate::runtime_path::RuntimePath;
use crate::tokens::{at_span, plain};

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

/// A field of the struct of an endpoint, made of an argument.
pub(super) fn field(Arg { ident, borrow, written, attrs }: &Arg, runtime: &RuntimePath) -> TokenStream {
    let (at, cfgs) = (at_span(pointee(written).span()), attrs::cfgs(attrs));
    let value = match borrow {
        Borrow::No => quote!(#ident),
        Borrow::Whole => quote_spanned!(at=> #ident: #runtime::owned(#ident)),
        Borrow::Inside => {
            quote_spanned!(at=> #ident: #runtime::Option::map(#ident, |qelos_value| #runtime::owned(qelos_value)))
        }
    };
    quote!(#(#cfgs)* #value)
}

/// Where to point when an argument does not fit.
pub(super) fn pointee(written: &Type) -> &Type {
    if let Type::Reference(reference) = plain(written) { &reference.elem } else { written }
}
