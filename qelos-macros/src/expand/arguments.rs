//! The arguments of a method.

use std::ptr;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Index, Type};

use crate::draft::Borrow;
use crate::expand::attrs;
use crate::expand::encode::Value;
use crate::model::{Arg, Endpoint, Field, Operation, Place};
use crate::runtime_path::RuntimePath;
use crate::tokens::{at_span, plain, said_by_us};

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

/// A field of the struct of an endpoint, made of an argument, or of a value that the handle holds.
pub(super) fn field(arg: &Arg, runtime: &RuntimePath) -> TokenStream {
    let Arg { ident, borrow, written, attrs, .. } = arg;
    let (at, cfgs) = (at_span(pointee(written).span()), attrs::cfgs(attrs));
    let value = match borrow {
        Borrow::No => quote!(#ident),
        _ => {
            let owned = owned(&given(arg), *borrow, at, runtime);
            quote_spanned!(at=> #ident: #owned)
        }
    };
    quote!(#(#cfgs)* #value)
}

/// The fields of the struct of an endpoint behind those of its values: one that holds its type parameters.
pub(super) fn marker(operation: &Operation, endpoint: &Endpoint, runtime: &RuntimePath) -> Option<TokenStream> {
    let name = said_by_us(&endpoint.fields.get(operation.of_fields().count())?.ident);
    Some(quote_spanned!(Span::mixed_site()=> #name: #runtime::PhantomData))
}

/// The value of a field where its method is called: an argument, or what the handle holds.
pub(super) fn given(Arg { held, ident, .. }: &Arg) -> TokenStream {
    match held {
        Some(index) => {
            let index = Index::from(*index);
            quote_spanned!(Span::mixed_site()=> &self.values.#index)
        }
        None => quote!(#ident),
    }
}

/// A value as a field of the struct owns it.
fn owned(given: &TokenStream, borrow: Borrow, at: Span, runtime: &RuntimePath) -> TokenStream {
    match borrow {
        Borrow::No => quote!(#given),
        Borrow::Whole => quote_spanned!(at=> #runtime::owned(#given)),
        Borrow::Inside => {
            quote_spanned!(at=> #runtime::Option::map(#given, |qelos_value| #runtime::owned(qelos_value)))
        }
        Borrow::Texts => quote_spanned!(at=> #runtime::owned_texts(#given)),
        Borrow::Cow => quote_spanned!(at=> #runtime::Cow::into_owned(#given)),
        Borrow::AsRef => quote_spanned!(at=> #runtime::owned_text(&#given)),
        Borrow::Into => quote_spanned!(at=> #runtime::Into::into(#given)),
    }
}

/// An argument as a value of its own.
pub(super) fn owned_argument(arg: &Arg, runtime: &RuntimePath) -> TokenStream {
    let (at, cfgs) = (at_span(pointee(&arg.written).span()), attrs::cfgs(&arg.attrs));
    let owned = owned(&given(arg), arg.borrow, at, runtime);
    quote!(#(#cfgs)* #owned)
}

/// The type behind the reference, if there is one: where to point when an argument does not fit.
pub(super) fn pointee(written: &Type) -> &Type {
    if let Type::Reference(reference) = plain(written) { &reference.elem } else { written }
}

/// An argument that is lent to the function that writes the request, and the field that owns its value in the struct.
pub(super) struct Lent<'l> {
    arg: &'l Arg,
    field: &'l Field,
    /// Whether the function takes the argument as the method does. If not, it takes a reference to the field.
    as_written: bool,
}

/// The arguments of a method that declares an endpoint.
pub(super) fn lent<'l>(operation: &'l Operation, endpoint: &'l Endpoint) -> Vec<Lent<'l>> {
    let pairs = operation.of_fields().zip(&endpoint.fields);
    pairs.map(|(arg, field)| Lent { arg, field, as_written: is_lent_as_written(arg, field) }).collect()
}

/// Not if the method takes the value itself. Nor where text, a list or an option would not do: a function of the user takes
/// the field, and some places take only values that are owned.
fn is_lent_as_written(arg: &Arg, field: &Field) -> bool {
    let takes_field = matches!(
        field.place,
        Place::Headers | Place::Cookie | Place::Raw | Place::Bearer | Place::Part | Place::Format
    );
    let is_field = field.write.is_some() || field.skip_if.is_some() || field.is_idempotency_key || takes_field;
    match arg.borrow {
        Borrow::Whole => !is_field || arg.has_size,
        Borrow::Inside => !is_field,
        // The request takes the value that the struct owns.
        Borrow::No | Borrow::Texts | Borrow::Cow | Borrow::AsRef | Borrow::Into => false,
    }
}

/// The value of a field inside of the function that writes the request.
pub(super) fn value_of(field: &Field, lent: &[Lent<'_>], at: Span) -> Value {
    let lent = lent.iter().find(|lent| ptr::eq(lent.field, field));
    lent.expect("each field of the endpoint of a method is one of its arguments").value(at)
}

impl Lent<'_> {
    /// The parameter of the function.
    pub(super) fn parameter(&self) -> TokenStream {
        let (name, at) = (said_by_us(&self.field.ident), self.field.at);
        let (cfgs, field, written) = (attrs::cfgs(&self.arg.attrs), &self.field.ty, &self.arg.written);
        let ty = if self.as_written { quote!(#written) } else { quote_spanned!(at=> &#field) };
        let name = if self.field.place == Place::Skip { quote_spanned!(at=> _) } else { quote!(#name) };
        quote!(#(#cfgs)* #name: #ty)
    }

    /// The parameter as a value.
    fn value(&self, at: Span) -> Value {
        let mut name = said_by_us(&self.field.ident);
        name.set_span(at);
        let (named, to_named) = (quote!(#name), quote_spanned!(at=> &#name));
        let (field, elem, written) = (&self.field.ty, pointee(&self.arg.written), &self.arg.written);
        // Values in a path have a size.
        let needs_size = self.field.place == Place::Path;
        match self.arg.borrow {
            Borrow::Whole if self.as_written && needs_size && !self.arg.has_size => {
                Value { borrowed: to_named, ty: quote_spanned!(at=> &#elem) }
            }
            Borrow::Whole if self.as_written => Value { borrowed: named, ty: elem.to_token_stream() },
            Borrow::Inside if self.as_written => Value { borrowed: to_named, ty: written.to_token_stream() },
            _ => Value { borrowed: named, ty: field.to_token_stream() },
        }
    }

    /// What a method passes, of its argument.
    pub(super) fn of_an_argument(&self, runtime: &RuntimePath) -> TokenStream {
        let Arg { written, borrow, attrs, .. } = self.arg;
        let (at, cfgs) = (at_span(pointee(written).span()), attrs::cfgs(attrs));
        let given = given(self.arg);
        let value = if self.as_written {
            given
        } else {
            let owned = owned(&given, *borrow, at, runtime);
            quote_spanned!(at=> &#owned)
        };
        quote!(#(#cfgs)* #value)
    }

    /// What the struct passes, of its field.
    pub(super) fn of_a_field(&self, runtime: &RuntimePath) -> TokenStream {
        let (at, cfgs) = (self.field.at, attrs::cfgs(&self.arg.attrs));
        let this = Ident::new("self", at);
        let name = said_by_us(&self.field.ident);
        let field = quote_spanned!(at=> &#this.#name);
        let value = match self.arg.borrow {
            Borrow::Inside if self.as_written => {
                let borrow = Ident::new(if self.arg.has_size { "as_ref" } else { "as_deref" }, at);
                quote_spanned!(at=> #runtime::Option::#borrow(#field))
            }
            _ => field,
        };
        quote!(#(#cfgs)* #value)
    }
}
