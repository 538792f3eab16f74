//! The lists of `words/key.rs` are what the parser takes: each word of a list at its place, and no word of another list.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;

use super::resource;
use crate::pipeline;
use crate::runtime_path::Flavour;
use crate::words::key;

/// The code for a declaration.
fn expanded(declaration: &str) -> TokenStream {
    let item: TokenStream = declaration.parse().expect("a declaration is tokens");
    if declaration.contains("trait") { resource(item, Flavour::Spec) } else { pipeline::endpoint(item, Flavour::Spec) }
}

#[test]
fn each_place_takes_the_words_of_its_list_and_no_others() {
    let places = [
        ("ENDPOINT", key::ENDPOINT, "#[endpoint(GET, \"/a\", auth = A, @ = b)] struct S;"),
        ("FIELD", key::FIELD, "#[endpoint(GET, \"/a\", auth = A)] struct S { #[endpoint(@ = b)] field: u8 }"),
        ("RESOURCE", key::RESOURCE, "#[resource(@ = b)] trait T {}"),
        (
            "OPERATION",
            key::OPERATION,
            "#[resource(path = \"/a\", auth = A)] trait T { #[get(@ = b)] async fn get(&self); }",
        ),
    ];
    let words: BTreeSet<&str> = places.iter().flat_map(|(_, list, _)| list.iter().copied()).collect();
    for (name, list, declaration) in places {
        for word in &words {
            // Another mistake may be reported: a value does not fit every word.
            let code = expanded(&declaration.replace('@', word)).to_string();
            let is_taken = !code.contains(&format!("unknown key `{word}`"));
            assert!(is_taken || !list.contains(word), "`{word}` is in `{name}`, but the parser does not read it there");
            assert!(!is_taken || list.contains(word), "the parser reads `{word}`, which is not in `{name}`");
        }
    }
}
