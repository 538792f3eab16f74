//! The annotated expansions in `spec/examples` are what the macros write today, comments aside, and the endpoint that wraps
//! another there passes on what the trait has today.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{File, ImplItem, Item, TraitItem};

use super::resource;
use crate::pipeline;
use crate::runtime_path::Flavour;

fn example(name: &str) -> File {
    file(&format!("examples/{name}"))
}

/// A file of `qelos-spec`.
fn file(name: &str) -> File {
    let path = format!("{}/../spec/{name}.rs", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    syn::parse_file(&text).expect("it is a file of Rust")
}

fn same(annotated: Vec<Item>, written: Vec<Item>) {
    let (annotated, written) = (shown(annotated), shown(written));
    for (annotated, written) in annotated.iter().zip(&written) {
        assert_eq!(annotated, written);
    }
    assert_eq!(annotated.len(), written.len());
}

/// The tokens of some items, with the hidden module under the name the annotated files give it.
fn shown(items: impl IntoIterator<Item = impl ToTokens>) -> Vec<String> {
    let show = |item: TokenStream| {
        let text = item.to_string().replace(":: qelos_spec :: __private ::", "q ::");
        // Nor does it matter where lines and lists end, or how a text is quoted.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        text.replace(" , {", " {").replace(", }", "}").replace(" }", "}").replace(", )", ")").replace("r\" ", "\" ")
    };
    items.into_iter().map(|item| show(item.into_token_stream())).collect()
}

fn expansion(code: TokenStream) -> Vec<Item> {
    syn::parse2::<File>(code).expect("the expansion is a file").items
}

/// What an annotated file holds besides its imports, its `main`, and `skip` items of the author's.
fn annotated(name: &str, skip: usize) -> Vec<Item> {
    let items = example(name).items.into_iter();
    let generated = items.filter(|item| !matches!(item, Item::Use(_)) && !matches!(item, Item::Fn(_)));
    generated.skip(skip).collect()
}

#[test]
fn the_annotated_endpoint_is_what_the_derives_write() {
    let item = example("endpoint").items.into_iter().find(|item| matches!(item, Item::Struct(_))).expect("a struct");
    let mut written = expansion(pipeline::endpoint(quote!(#item), Flavour::Spec));
    written.extend(expansion(pipeline::decode_request(quote!(#item), Flavour::Spec)));
    same(annotated("endpoint-expanded", 1), written);
}

#[test]
fn the_annotated_resource_is_what_the_macro_writes() {
    let item = example("resource").items.into_iter().find_map(|item| match item {
        Item::Trait(item) => Some(item),
        _ => None,
    });
    let mut item = item.expect("a trait");
    // The attribute goes first: `super::resource` takes it off there.
    let at = item.attrs.iter().position(|attr| attr.path().is_ident("resource")).expect("the attribute");
    let attribute = item.attrs.remove(at);
    item.attrs.insert(0, attribute);
    let written = expansion(resource(quote!(#item), Flavour::Spec));
    same(annotated("resource-expanded", 0), written);
}

/// The compiler reports no constant that has a default and is not named: the wrapper would then have the default, and not the value of
/// the endpoint inside.
#[test]
fn an_endpoint_that_wraps_another_passes_on_every_constant() {
    let declared = file("src/endpoint").items.into_iter().find_map(|item| match item {
        Item::Trait(item) if item.ident == "Endpoint" => Some(item.items),
        _ => None,
    });
    let declared = declared.expect("the trait").into_iter().filter_map(|item| match item {
        TraitItem::Const(constant) => Some(constant.ident.to_string()),
        _ => None,
    });
    let wrapper = example("by_hand").items.into_iter().find_map(|item| match item {
        Item::Impl(item) if !item.generics.params.is_empty() => Some(item.items),
        _ => None,
    });
    let passed_on = wrapper.expect("the endpoint that wraps another").into_iter().filter_map(|item| match item {
        ImplItem::Const(constant) if shown([&constant.expr]) == [format!("E :: {}", constant.ident)] => {
            Some(constant.ident.to_string())
        }
        _ => None,
    });
    let passed_on: Vec<_> = passed_on.collect();
    let missing: Vec<_> = declared.filter(|constant| !passed_on.contains(constant)).collect();
    assert!(
        missing.is_empty(),
        "pass these on in spec/examples/by_hand.rs, as `const NAME: … = E::NAME;`: {missing:?}"
    );
}
