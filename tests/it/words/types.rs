//! The public types of our crates that implement both `Display` and `Serialize`, read from the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use quote::ToTokens;
use syn::{Item, Visibility};

/// Their names, in order. Those that a macro of ours makes count as well.
pub(super) fn with_two_texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut displayed, mut serialized) = (BTreeSet::new(), BTreeSet::new());
    for folder in ["spec/src", "qelos-client/src"] {
        read(&root.join(folder), &mut displayed, &mut serialized);
    }
    displayed.intersection(&serialized).cloned().collect()
}

fn read(folder: &Path, displayed: &mut BTreeSet<String>, serialized: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            read(&entry, displayed, serialized);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            for item in syn::parse_file(&fs::read_to_string(&entry).unwrap()).unwrap().items {
                item_of(&item, displayed, serialized);
            }
        }
    }
}

fn item_of(item: &Item, displayed: &mut BTreeSet<String>, serialized: &mut BTreeSet<String>) {
    let derives = |attrs: &[syn::Attribute]| {
        let derives = attrs.iter().filter(|attr| attr.path().is_ident("derive")).map(ToTokens::to_token_stream);
        derives.into_iter().any(|derive| derive.to_string().split([' ', '(', ',']).any(|name| name == "Serialize"))
    };
    match item {
        Item::Struct(item) if matches!(item.vis, Visibility::Public(_)) && derives(&item.attrs) => {
            serialized.insert(item.ident.to_string());
        }
        Item::Enum(item) if matches!(item.vis, Visibility::Public(_)) && derives(&item.attrs) => {
            serialized.insert(item.ident.to_string());
        }
        Item::Impl(item) => {
            let Some((of, _)) = &item.trait_ else { return };
            let (of, name) =
                (of.segments.last().unwrap().ident.to_string(), item.self_ty.to_token_stream().to_string());
            match of.as_str() {
                "Display" => displayed.insert(name),
                "Serialize" => serialized.insert(name),
                _ => false,
            };
        }
        // `ids! { UserId: "a user"; }` writes both.
        Item::Macro(item) if item.mac.path.is_ident("ids") => {
            let names = item.mac.tokens.clone().into_iter().map(|token| token.to_string());
            for name in names.filter(|name| name.ends_with("Id")) {
                displayed.insert(name.clone());
                serialized.insert(name);
            }
        }
        _ => {}
    }
}
