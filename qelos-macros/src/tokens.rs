//! Looking through tokens, where a syntax tree would only be in the way.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, Type, TypePath, Visibility};

/// Where the compiler shall point when something does not fit, with names that resolve as generated ones, and with the
/// lints of generated code.
pub(crate) fn at_span(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// A name of the user's in generated code. A lint that looks at the span of a name takes it for generated.
pub(crate) fn said_by_us(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(at_span(ident.span()));
    ident
}

/// A visibility of the user's, in the same way: it is where an item begins.
pub(crate) fn seen_by_us(vis: &Visibility) -> Visibility {
    fn respanned(tokens: TokenStream) -> TokenStream {
        let respan = |token: TokenTree| {
            let span = at_span(token.span());
            let mut token = match token {
                TokenTree::Group(group) => Group::new(group.delimiter(), respanned(group.stream())).into(),
                token => token,
            };
            token.set_span(span);
            token
        };
        tokens.into_iter().map(respan).collect()
    }
    syn::parse2(respanned(vis.to_token_stream())).unwrap_or_else(|_| vis.clone())
}

/// A type without the groups that macros of the user leave around what they pass on.
pub(crate) fn plain(ty: &Type) -> &Type {
    if let Type::Group(group) = ty { plain(&group.elem) } else { ty }
}

/// Whether a name occurs anywhere.
pub(crate) fn mention(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mention(group.stream(), name),
        _ => false,
    })
}

/// The first place where a name occurs.
pub(crate) fn first(tokens: TokenStream, name: &str) -> Option<Span> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == name => Some(ident.span()),
        TokenTree::Group(group) => first(group.stream(), name),
        _ => None,
    })
}

/// Whether an expression uses a name as a value, and not only as the name of a field.
pub(crate) fn uses_value(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Struct(whole) => {
            let mut values = whole.fields.iter().map(|field| &field.expr).chain(whole.rest.as_deref());
            values.any(|value| uses_value(value, name))
        }
        other => mention(other.to_token_stream(), name),
    }
}

/// Whether `impl Trait` occurs anywhere.
pub(crate) fn holds_impl(ty: &Type) -> bool {
    !is_a_name(ty) && mention(ty.to_token_stream(), "impl")
}

/// The first `&` or lifetime.
pub(crate) fn first_borrow(ty: &Type) -> Option<Span> {
    fn first(tokens: TokenStream) -> Option<Span> {
        tokens.into_iter().find_map(|token| match token {
            TokenTree::Punct(punct) if matches!(punct.as_char(), '&' | '\'') => Some(punct.span()),
            TokenTree::Group(group) => first(group.stream()),
            _ => None,
        })
    }
    if is_a_name(ty) { None } else { first(ty.to_token_stream()) }
}

/// Whether the type is a path without arguments. Most are, and looking through the tokens of each would cost more than the
/// rest of a declaration.
fn is_a_name(ty: &Type) -> bool {
    match plain(ty) {
        Type::Path(TypePath { attrs, qself: None, path }) => {
            attrs.is_empty() && path.segments.iter().all(|segment| segment.arguments.is_none())
        }
        _ => false,
    }
}

/// The first `name<…>`.
pub(crate) fn first_with_arguments(name: &str, ty: &Type) -> Option<Span> {
    if is_a_name(ty) { None } else { with_arguments(name, ty.to_token_stream()) }
}

fn with_arguments(name: &str, tokens: TokenStream) -> Option<Span> {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let found = match token {
            TokenTree::Group(group) => with_arguments(name, group.stream()),
            TokenTree::Ident(ident) if ident == name => {
                let opens = |next: &TokenTree| matches!(next, TokenTree::Punct(punct) if punct.as_char() == '<');
                tokens.next_if(opens).map(|_| ident.span())
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
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

/// The type behind `name =` in the arguments of a type, at any depth.
pub(crate) fn behind(name: &str, tokens: TokenStream) -> Option<TokenStream> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let is = |token: &TokenTree, c: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == c);
    let start = tokens.windows(2).position(|pair| pair[0].to_string() == name && is(&pair[1], '='))? + 2;
    let mut depth = 0_usize;
    let mut end = start;
    while end < tokens.len() && !(depth == 0 && (is(&tokens[end], '>') || is(&tokens[end], ','))) {
        depth = if is(&tokens[end], '<') { depth + 1 } else { depth - usize::from(is(&tokens[end], '>')) };
        end += 1;
    }
    Some(tokens[start..end].iter().cloned().collect())
}

/// References without the names of their lifetimes.
pub(crate) fn without_lifetimes(tokens: TokenStream) -> TokenStream {
    let mut plain: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), without_lifetimes(group.stream()));
                inside.set_span(group.span());
                plain.push(inside.into());
            }
            TokenTree::Punct(punct)
                if punct.as_char() == '\''
                    && matches!(plain.last(), Some(TokenTree::Punct(before)) if before.as_char() == '&') =>
            {
                tokens.next();
            }
            token => plain.push(token),
        }
    }
    plain.into_iter().collect()
}
