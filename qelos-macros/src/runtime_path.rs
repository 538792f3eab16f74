//! The path to the crate that generated code names.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Path;

/// Which crate the macro was imported from.
#[derive(Clone, Copy)]
pub(crate) enum Flavour {
    Spec,
    Client,
}

/// The hidden module that everything in generated code is reached through.
///
/// It is kept as tokens, and not as a stream: each operation on a stream or on a span asks the compiler, and an endpoint
/// names the module twenty times.
#[derive(Clone)]
pub(crate) struct RuntimePath(Vec<TokenTree>);

impl RuntimePath {
    /// `crate = ::path` if it is given, else the crate the macro was imported from.
    pub(crate) fn new(flavour: Flavour, explicit: Option<&Path>) -> Self {
        let root = match (explicit, flavour) {
            (Some(path), _) => path.to_token_stream(),
            (None, Flavour::Spec) => quote!(::qelos_spec),
            (None, Flavour::Client) => quote!(::qelos_client),
        };
        // Resolved where the macro is called, like a path the user wrote: hygiene must not get in the way of `::name`.
        let resolved = |mut token: TokenTree| {
            token.set_span(token.span().resolved_at(Span::call_site()));
            token
        };
        Self(quote!(#root::__private).into_iter().map(resolved).collect())
    }
}

impl RuntimePath {
    /// The module with the span of a type: the compiler points at the whole path of a bound that is not met.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        let span = span.resolved_at(Span::call_site());
        let respan = |mut token: TokenTree| {
            token.set_span(span);
            token
        };
        self.0.iter().cloned().map(respan).collect()
    }

    /// For the implementation of a trait: the compiler does not show it beside an error about another type. Only for the
    /// types of this toolkit, which have nothing to do with the mistake of a user. (A module with `no_implicit_prelude` has no
    /// `diagnostic`, so that no code in it can have this attribute.)
    pub(crate) fn not_recommended(&self) -> Option<TokenStream> {
        let is_own = matches!(self.0.first(), Some(TokenTree::Ident(root)) if root == "crate");
        is_own.then(|| quote!(#[diagnostic::do_not_recommend]))
    }
}

impl ToTokens for RuntimePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}
