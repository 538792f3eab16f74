//! The three macros: every token stream expands to code that parses, and always to the same code.
//!
//! An input that begins with `/` is the declaration itself, so that a corpus can be read and written by people. Every
//! other input is a series of choices, see `declare`.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, Parser};
use syn::{DeriveInput, Expr, File, Item, ItemTrait, Meta, Pat, Type, Visibility};

use super::declare;
use crate::pipeline;
use crate::runtime_path::Flavour;
use crate::tokens::mention;

/// Deeper than real declarations. Parsers recurse, and the size of the stack is not tested.
const DEEPEST: usize = 32;

/// `#[derive(Endpoint)]` expands every token stream to one implementation, or to errors and a stand-in for it; with `pages` to
/// one more.
pub fn endpoint(data: &[u8]) {
    let Some(item) = tokens(&show_struct(data)) else { return };
    let expansion = twice(|| pipeline::endpoint(item.clone(), flavour(data)));
    let (errors, others) = split(parsed(&expansion));
    let Ok(item) = syn::parse2::<DeriveInput>(item) else {
        assert!(errors == 1 && others.is_empty(), "other tokens than an item get one error: {expansion}");
        return;
    };
    let has_pages = others.iter().filter_map(implemented).any(|name| name == "Paged");
    let says_pages = item.attrs.iter().any(|attr| mention(attr.to_token_stream(), "pages"));
    assert!(says_pages || !has_pages, "pages are declared: {expansion}");
    let wanted: &[_] = match (has_pages, errors) {
        (false, _) => &["Endpoint"],
        (true, 0) => &["Endpoint", "Paged"],
        (true, _) => &["Paged", "Endpoint"],
    };
    assert_implements(&others, wanted, &item, &expansion);
}

/// `#[derive(DecodeRequest)]` expands every token stream to two implementations. It leaves errors to `Endpoint` if that
/// reports any.
pub fn decode_request(data: &[u8]) {
    let Some(written) = tokens(&show_struct(data)) else { return };
    let expansion = twice(|| pipeline::decode_request(written.clone(), flavour(data)));
    let (errors, others) = split(parsed(&expansion));
    let Ok(item) = syn::parse2::<DeriveInput>(written.clone()) else {
        assert!(errors == 1 && others.is_empty(), "other tokens than an item get one error: {expansion}");
        return;
    };
    let (reported, _) = split(parsed(&pipeline::endpoint(written, flavour(data))));
    assert!(errors == 0 || reported == 0, "`Endpoint` has reported its errors: {expansion}");
    assert_implements(&others, &["DecodeRequest", "EncodeResponse"], &item, &expansion);
}

/// `#[derive(Response)]` expands every token stream to the implementations of a response, or to errors and stand-ins for
/// them.
pub fn response(data: &[u8]) {
    let Some(item) = tokens(&show_response(data)) else { return };
    let expansion = twice(|| pipeline::response(item.clone(), flavour(data)));
    let (errors, others) = split(parsed(&expansion));
    let Ok(item) = syn::parse2::<DeriveInput>(item) else {
        assert!(errors == 1 && others.is_empty(), "other tokens than an item get one error: {expansion}");
        return;
    };
    let success = others.iter().any(|item| implemented(item).is_some_and(|name| name == "Response"));
    let wanted: &[_] = match (errors, success) {
        (0, true) => &["ReadParts", "Response", "ErrorResponse", "ToResponse"],
        (0, false) => &["ReadParts", "ErrorResponse", "ToResponse"],
        _ => &["Response", "ErrorResponse", "ToResponse"],
    };
    assert_implements(&others, wanted, &item, &expansion);
}

/// `#[resource]` expands every trait to that trait, its handle and its extension, also after mistakes. Any other item
/// is returned as it was written, with an error.
pub fn resource(data: &[u8]) {
    let Some(written) = tokens(&show_trait(data)) else { return };
    let (settings, item) = settings_and_item(written.clone());
    let expansion = twice(|| pipeline::resource(settings.clone(), &item, flavour(data)));
    let Ok(item) = syn::parse2::<ItemTrait>(item.clone()) else {
        let rest = expansion.to_string();
        let rest = rest.strip_prefix(&item.to_string()).unwrap_or_else(|| panic!("the item is returned: {rest}"));
        let (errors, others) = split(parsed(&rest.parse().unwrap()));
        assert!(errors == 1 && others.is_empty(), "another item than a trait gets one error: {expansion}");
        return;
    };
    let (_, others) = split(parsed(&expansion));
    let names: Vec<_> = others.iter().filter_map(name).collect();
    let name = item.ident.to_string();
    let plain = name.trim_start_matches("r#");
    for expected in [name.clone(), format!("{plain}Handle"), format!("{plain}Ext")] {
        assert!(names.contains(&expected), "`{expected}` is missing: {expansion}");
    }
    // Two items may have one name if both exist under a condition.
    for always in others.iter().filter(|item| !is_conditional(item)).filter_map(self::name) {
        let count = names.iter().filter(|name| **name == always).count();
        assert_eq!(count, 1, "the name `{always}` is given twice: {expansion}");
    }
    for parameter in others.iter().filter_map(our_parameter) {
        assert!(!mention(written.clone(), &parameter.to_string()), "`{parameter}` is a name of the user: {expansion}");
    }
}

/// The type parameter of the generated handle that is the client. Others are those of the user.
fn our_parameter(item: &Item) -> Option<Ident> {
    match item {
        Item::Struct(item) if item.ident.to_string().ends_with("Handle") => {
            item.generics.type_params().next().map(|parameter| parameter.ident.clone())
        }
        _ => None,
    }
}

/// The declaration of a struct that an input stands for.
pub(super) fn show_struct(data: &[u8]) -> String {
    text(data).unwrap_or_else(|| declare::endpoint(data))
}

/// The declaration of a response that an input stands for.
pub(super) fn show_response(data: &[u8]) -> String {
    text(data).unwrap_or_else(|| declare::response(data))
}

/// The declaration of a trait that an input stands for.
pub(super) fn show_trait(data: &[u8]) -> String {
    text(data).unwrap_or_else(|| declare::resource(data))
}

fn text(data: &[u8]) -> Option<String> {
    data.starts_with(b"/").then(|| String::from_utf8_lossy(data).into_owned())
}

/// The crate whose macros expand the input: one of the two, chosen by the input.
fn flavour(data: &[u8]) -> Flavour {
    if data.len().is_multiple_of(2) { Flavour::Spec } else { Flavour::Client }
}

fn tokens(text: &str) -> Option<TokenStream> {
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' | '<' | '&' => depth += 1,
            ')' | ']' | '}' | '>' | ',' | ';' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return None;
        }
    }
    text.parse().ok().map(invisible_groups)
}

/// `invisible!(…)` becomes a group without delimiters.
fn invisible_groups(tokens: TokenStream) -> TokenStream {
    let mut seen: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let TokenTree::Group(group) = token else {
            seen.push(token);
            continue;
        };
        let inside = invisible_groups(group.stream());
        let marked = match seen.as_slice() {
            [.., TokenTree::Ident(word), TokenTree::Punct(mark)] => word == "invisible" && mark.as_char() == '!',
            _ => false,
        };
        if marked {
            seen.truncate(seen.len() - 2);
        }
        match (marked, is_fragment(&inside)) {
            (false, _) => seen.push(Group::new(group.delimiter(), inside).into()),
            (true, true) => seen.push(Group::new(Delimiter::None, inside).into()),
            (true, false) => seen.extend(inside),
        }
    }
    seen.into_iter().collect()
}

/// Whether a macro can pass these tokens on as one fragment. It does that only with tokens that it has parsed.
fn is_fragment(tokens: &TokenStream) -> bool {
    fn parses<T: Parse>(tokens: &TokenStream) -> bool {
        syn::parse2::<T>(tokens.clone()).is_ok()
    }
    tokens.clone().into_iter().count() < 2
        || parses::<Type>(tokens)
        || parses::<Expr>(tokens)
        || parses::<Visibility>(tokens)
        || parses::<Meta>(tokens)
        || Pat::parse_multi.parse2(tokens.clone()).is_ok()
}

/// `#[resource(…)]` in front of an item.
fn settings_and_item(written: TokenStream) -> (TokenStream, TokenStream) {
    let mut tokens = written.clone().into_iter();
    let (Some(TokenTree::Punct(hash)), Some(TokenTree::Group(brackets))) = (tokens.next(), tokens.next()) else {
        return (TokenStream::new(), written);
    };
    let mut inside = brackets.stream().into_iter();
    match (inside.next(), inside.next()) {
        (Some(TokenTree::Ident(name)), Some(TokenTree::Group(settings)))
            if name == "resource" && hash.as_char() == '#' =>
        {
            (settings.stream(), tokens.collect())
        }
        _ => (TokenStream::new(), written),
    }
}

fn twice(expand: impl Fn() -> TokenStream) -> TokenStream {
    let (first, second) = (expand(), expand());
    assert_eq!(first.to_string(), second.to_string(), "the same input has the same expansion");
    first
}

fn parsed(expansion: &TokenStream) -> File {
    syn::parse2(expansion.clone()).unwrap_or_else(|error| panic!("the expansion does not parse: {error}\n{expansion}"))
}

/// The number of errors, and all other items.
fn split(file: File) -> (usize, Vec<Item>) {
    let is_error = |item: &Item| matches!(item, Item::Macro(call) if call.mac.path.segments.last().is_some_and(|last| last.ident == "compile_error"));
    let (errors, others): (Vec<_>, Vec<_>) = file.items.into_iter().partition(is_error);
    (errors.len(), others)
}

fn assert_implements(items: &[Item], wanted: &[&str], of: &DeriveInput, expansion: &TokenStream) {
    let found: Vec<_> = items.iter().filter_map(implemented).collect();
    assert_eq!(found, wanted, "these are implemented, and nothing else: {expansion}");
    assert_eq!(found.len(), items.len(), "nothing else is written: {expansion}");
    for item in items {
        let Item::Impl(implementation) = item else { continue };
        let parameters = (of.generics.params.len(), implementation.generics.params.len());
        assert_eq!(parameters.0, parameters.1, "with the parameters of the type: {expansion}");
    }
}

/// The trait that an item implements.
fn implemented(item: &Item) -> Option<String> {
    let Item::Impl(implementation) = item else { return None };
    Some(implementation.trait_.as_ref()?.0.segments.last()?.ident.to_string())
}

/// Whether a struct exists under a condition. The condition of a trait is evaluated before the macro sees the trait.
fn is_conditional(item: &Item) -> bool {
    matches!(item, Item::Struct(item) if item.attrs.iter().any(|attr| attr.path().is_ident("cfg")))
}

fn name(item: &Item) -> Option<String> {
    match item {
        Item::Trait(item) => Some(item.ident.to_string()),
        Item::Struct(item) => Some(item.ident.to_string()),
        _ => None,
    }
}
