//! What generated code may not say, and that it says the same each time.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::{Macro, resource};
use crate::pipeline;
use crate::runtime_path::Flavour;

/// A declaration for each macro that uses most of the grammar, without naming a crate.
fn declarations(crate_path: &TokenStream) -> [(Macro, TokenStream); 5] {
    let endpoint = quote! {
        #[endpoint(POST, "/a/{id}", response = R, error = E, auth = A, timeout = "1s", pages(number = q, items = d: u8) #crate_path)]
        struct S<T> {
            id: T,
            #[endpoint(query)] q: u8,
            #[endpoint(header = "x-h")] h: u8,
            #[endpoint(header = "x-s", secret)] s: SecretString,
            #[serde(with = "w", default)] w: u8,
            #[serde(flatten)] f: T,
            #[serde(skip_serializing_if = "never", default = "nine")] n: u8,
            #[endpoint(skip)] k: T,
        }
    };
    let trait_ = quote! {
        #[resource(path = "/a", auth = A, decode #crate_path)]
        pub trait T {
            /// Doc.
            #[get("/{id}", pages(cursor = q, next = self::next, more = m, items = d: u8))]
            async fn get(&self, id: &str, q: Option<&u8>) -> R;
            #[endpoint(S)]
            async fn s(&self, s: &S) -> R;
            async fn broken(&self) -> R;
        }
    };
    let response = quote! {
        #[response(200 #crate_path)]
        struct S<T> {
            #[response(header)] h: u8,
            #[response(status)] s: u16,
            #[serde(with = "w", default)] w: u8,
            #[serde(flatten)] f: T,
            #[serde(skip_serializing_if = "never", default = "nine")] n: u8,
            #[response(skip)] k: T,
        }
    };
    let crate_alone = crate_path.clone().into_iter().skip(1).collect::<TokenStream>();
    let refused = quote! {
        #[response(#crate_alone)]
        enum E<T> {
            #[response(404)] Missing(T),
            #[response(409)] Twice,
            #[response(4xx)] Wrong { #[response(status)] s: u16, #[response(raw)] b: R },
            #[response(500)] Other(#[response(format = F)] T),
            #[response(_)] Rest(ApiError),
        }
    };
    [
        (pipeline::endpoint, endpoint.clone()),
        (pipeline::decode_request, endpoint),
        (resource, trait_),
        (pipeline::response, response),
        (pipeline::response, refused),
    ]
}

fn idents(tokens: TokenStream, out: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => out.push(ident.to_string()),
            TokenTree::Group(group) => idents(group.stream(), out),
            _ => {}
        }
    }
}

#[test]
fn another_crate_path_is_used_everywhere_and_the_usual_one_nowhere() {
    for (expand, item) in declarations(&quote!(, crate = ::elsewhere)) {
        let mut found = Vec::new();
        idents(expand(item, Flavour::Client), &mut found);
        assert!(found.iter().any(|ident| ident == "elsewhere"));
        for banned in ["qelos_client", "qelos_spec"] {
            assert!(!found.iter().any(|ident| ident == banned), "{banned}");
        }
    }
}

#[test]
fn each_flavour_names_the_crate_it_was_imported_from() {
    for (flavour, named, not_named) in
        [(Flavour::Spec, "qelos_spec", "qelos_client"), (Flavour::Client, "qelos_client", "qelos_spec")]
    {
        for (expand, item) in declarations(&quote!()) {
            let mut found = Vec::new();
            idents(expand(item, flavour), &mut found);
            assert!(found.iter().any(|ident| ident == named) && !found.iter().any(|ident| ident == not_named));
        }
    }
}

#[test]
fn the_same_declaration_gives_the_same_code() {
    for (expand, item) in declarations(&quote!()) {
        let once = expand(item.clone(), Flavour::Spec).to_string();
        assert_eq!(once, expand(item, Flavour::Spec).to_string());
    }
}

/// Every path that generated code begins goes through the hidden module, so nothing of the user's can be in the way.
#[test]
fn nothing_of_the_prelude_is_named_by_its_bare_name() {
    let bare =
        ["Ok", "Err", "Some", "None", "Box", "ToOwned", "Default", "Clone", "Copy", "Send", "Sized", "From", "Into"];
    for (expand, item) in declarations(&quote!()) {
        let tokens: Vec<_> = flat(expand(item, Flavour::Spec));
        for (index, token) in tokens.iter().enumerate() {
            if bare.contains(&token.as_str()) {
                assert_eq!(
                    tokens[index - 1],
                    ":",
                    "`{token}` stands alone: {:?}",
                    &tokens[index.saturating_sub(6)..=index]
                );
            }
        }
    }
}

/// A method call would be that of any trait in scope that borrows less.
#[test]
fn nothing_is_called_as_a_method() {
    for (expand, item) in declarations(&quote!()) {
        let tokens: Vec<_> = flat(expand(item, Flavour::Spec));
        let call = tokens.windows(3).find(|three| three[0] == "." && matches!(three[2].as_str(), "(" | ":"));
        assert!(call.is_none(), "{call:?} is a method call");
    }
}

/// Where a method borrows, its request is written by one more function.
#[test]
fn conditions_of_borrowed_arguments_are_repeated_wherever_they_go() {
    let code = resource(
        quote! {
            #[resource(path = "/a", auth = A)]
            #[allow(things)]
            trait Things {
                #[get]
                async fn list(&self, #[cfg(named)] name: &str, #[cfg(paged)] page: u32) -> R;
            }
        },
        Flavour::Spec,
    )
    .to_string();
    let count = |attribute: &str| code.matches(attribute).count();
    // Four signatures, the field, the statement that writes it, and three calls.
    assert_eq!((count("# [cfg (named)]"), count("# [cfg (paged)]")), (9, 9), "{code}");
    // As without borrowed arguments, and the implementation with the function.
    assert_eq!(count("# [allow (things)]"), 12, "{code}");
}

/// Attributes of other macros stay on the trait, where they can be read; those of Rust go along.
#[test]
fn attributes_go_where_they_belong() {
    let code = resource(
        quote! {
            #[resource(path = "/a", auth = A)]
            #[mockable]
            #[allow(things)]
            #[deprecated]
            pub trait Things {
                #[get]
                #[traced]
                #[expect(unused)]
                async fn list(&self, /** The page. */ #[cfg(paged)] page: u32) -> R;
            }
        },
        Flavour::Spec,
    )
    .to_string();
    let count = |attribute: &str| code.matches(attribute).count();
    assert_eq!((count("mockable"), count("traced"), count("expect")), (1, 1, 0), "{code}");
    assert_eq!(count("# [deprecated]"), 2, "the trait, and how a client gives it: {code}");
    // The trait, the struct and its implementation, the handle and five of its own, the extension and its own.
    assert_eq!(count("# [allow (things)]"), 11, "{code}");
    // Three signatures, the field, its value, the statement that writes it, and the call.
    assert_eq!(count("# [cfg (paged)]"), 7, "{code}");
    assert_eq!(count("The page"), 1, "a field has documentation, an argument has none: {code}");
}

fn flat(tokens: TokenStream) -> Vec<String> {
    let mut out = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                out.push("(".to_owned());
                out.extend(flat(group.stream()));
                out.push(")".to_owned());
            }
            other => out.push(other.to_string()),
        }
    }
    out
}
