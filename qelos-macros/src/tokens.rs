//! Looking through tokens, where a syntax tree would only be in the way.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

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

/// A type in front of its bound, or beside others. What begins with `<T>` or with a lifetime would be read as something
/// else there, so it is put in parentheses.
pub(crate) fn subject(ty: &impl ToTokens) -> TokenStream {
    let tokens = ty.to_token_stream();
    if reads_as_no_type(tokens.clone()) { quote!((#tokens)) } else { tokens }
}

fn reads_as_no_type(tokens: TokenStream) -> bool {
    match opened(tokens).as_slice() {
        [TokenTree::Punct(first), ..] if first.as_char() == '\'' => true,
        [TokenTree::Punct(first), TokenTree::Ident(_), TokenTree::Punct(end), ..] => {
            first.as_char() == '<' && end.as_char() == '>'
        }
        _ => false,
    }
}

/// The tokens as a parser sees them: groups without delimiters, which macros leave around what they pass on, are not there.
fn opened(tokens: TokenStream) -> Vec<TokenTree> {
    let open = |token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => opened(group.stream()),
        token => vec![token],
    };
    tokens.into_iter().flat_map(open).collect()
}
