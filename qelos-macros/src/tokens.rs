//! Looking through tokens, where a syntax tree would only be in the way.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

/// Whether a name occurs anywhere.
pub(crate) fn mention(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mention(group.stream(), name),
        _ => false,
    })
}

/// Whether `impl Trait` occurs anywhere.
pub(crate) fn holds_impl(tokens: TokenStream) -> bool {
    mention(tokens, &Ident::new("impl", Span::call_site()))
}

/// The first `&` or lifetime.
pub(crate) fn first_borrow(tokens: TokenStream) -> Option<Span> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Punct(punct) if matches!(punct.as_char(), '&' | '\'') => Some(punct.span()),
        TokenTree::Group(group) => first_borrow(group.stream()),
        _ => None,
    })
}
