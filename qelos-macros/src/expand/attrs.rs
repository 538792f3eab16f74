//! Attributes of the user's on generated items: each goes to the item that it is about, and to no other.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Meta};

use crate::draft::StructHead;
use crate::tokens::said_by_us;

/// The conditions under which something exists, for everything that belongs to it.
pub(crate) fn cfgs(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
}

/// The allowed lints, for every item that repeats the code. An expected lint is allowed: the compiler does not lint
/// generated code, so that the expectation would fail.
pub(super) fn lints<'a>(attrs: impl IntoIterator<Item = &'a Attribute>) -> impl Iterator<Item = TokenStream> {
    let of = |attr: &Attribute| match &attr.meta {
        Meta::List(list) if attr.path().is_ident("allow") || attr.path().is_ident("expect") => {
            let lints = &list.tokens;
            Some(quote!(#[allow(#lints)]))
        }
        _ => None,
    };
    attrs.into_iter().filter_map(of)
}

/// All of them, with `allow` in place of `expect`, for the same reason: on items of the user that are written anew.
pub(super) fn with_allow_only(attrs: &[Attribute]) -> Vec<Attribute> {
    let mut attrs = attrs.to_vec();
    for attr in attrs.iter_mut().filter(|attr| attr.path().is_ident("expect")) {
        if let Meta::List(list) = &mut attr.meta {
            list.path = syn::parse_quote!(allow);
        }
    }
    attrs
}

/// The documentation.
pub(super) fn docs(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("doc"))
}

/// `#[doc(hidden)]`, if it is among them. It hides the generated items as well.
pub(super) fn hidden(attrs: &[Attribute]) -> Option<TokenStream> {
    let hides = |attr: &&Attribute| match &attr.meta {
        Meta::List(list) => attr.path().is_ident("doc") && list.tokens.to_string() == "hidden",
        _ => false,
    };
    attrs.iter().find(hides).map(ToTokens::to_token_stream)
}

/// Whether it is `#[deprecated]`. Users are warned, generated code is not.
pub(super) fn deprecates(attr: &Attribute) -> bool {
    attr.path().is_ident("deprecated")
}

/// The name of an endpoint in front of its implementation. The compiler warns of one that is deprecated where the user says
/// it, and not where a derive does.
pub(super) fn name_of(head: &StructHead) -> Ident {
    if head.attrs.iter().any(deprecates) { said_by_us(&head.ident) } else { head.ident.clone() }
}

/// For code of ours that has to use what is deprecated. Only there: where the lint is forbidden, allowing it is an error.
pub(super) fn allowing_deprecation(is_used: bool) -> Option<TokenStream> {
    is_used.then(|| quote_spanned!(Span::mixed_site()=> #[allow(deprecated)]))
}

/// On an implementation that stands for a whole declaration: what concerns a field is said in it, too.
pub(super) fn of_what_stands_for<'f>(
    head: &'f StructHead,
    of_fields: impl Iterator<Item = &'f Attribute>,
) -> Vec<TokenStream> {
    cfgs(&head.attrs).map(ToTokens::to_token_stream).chain(lints(head.attrs.iter().chain(of_fields))).collect()
}

/// On an argument. Its documentation goes to the field it becomes: none can stand on an argument.
pub(super) fn of_an_argument(attrs: &[Attribute]) -> Vec<TokenStream> {
    let kept = attrs.iter().filter(|attr| is_one_of(attr, &["cfg", "cfg_attr", "warn", "deny", "forbid"]));
    kept.map(ToTokens::to_token_stream).chain(lints(attrs)).collect()
}

/// On what repeats a method: what its callers see, and what is allowed. Attributes of other macros stay where they are.
pub(super) fn of_a_method(attrs: &[Attribute]) -> Vec<TokenStream> {
    let names = ["doc", "cfg", "cfg_attr", "deprecated", "must_use", "warn", "deny", "forbid"];
    let kept = attrs.iter().filter(|attr| is_one_of(attr, &names));
    kept.map(ToTokens::to_token_stream).chain(lints(attrs)).collect()
}

/// Whether the attribute has one of these names. The name is read once: to compare a name of the compiler prints it.
fn is_one_of(attr: &Attribute, names: &[&str]) -> bool {
    attr.path().get_ident().is_some_and(|name| names.contains(&name.to_string().as_str()))
}
