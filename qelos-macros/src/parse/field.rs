//! Attributes of fields and arguments: `#[endpoint(…)]` and the part of `#[serde(…)]` that shapes a request.

use proc_macro2::Ident;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, ExprPath, LitStr, Token, token};

use crate::cx::Cx;
use crate::draft::{DefaultKey, FieldAttrs, PlaceKey, Secret, Slot, Spanned};
use crate::key;
use crate::model::Verb;
use crate::parse::attr::{self, Item};

/// Reads the attributes of a field.
pub(super) fn attrs(attrs: &[Attribute], cx: &Cx) -> FieldAttrs {
    let before = cx.count();
    let mut field = FieldAttrs::default();
    for attr in attrs {
        if attr.path().is_ident("endpoint") && describes_an_endpoint(attr) {
            cx.error(attr.path(), "this describes an endpoint, and not a part of it: take it off");
        } else if attr.path().is_ident("endpoint") {
            attr::items(attr, cx, |item, input| endpoint_item(&mut field, item, input, cx));
        } else if attr.path().is_ident("serde") {
            attr::items(attr, cx, |item, input| serde_item(&mut field, item, input, cx));
        }
    }
    field.broken = cx.count() != before;
    field
}

// #[endpoint(GET, "/x", auth = SignedIn)] number: u32
fn describes_an_endpoint(attr: &Attribute) -> bool {
    let first = attr.meta.require_list().ok().and_then(|list| list.tokens.clone().into_iter().next());
    first.is_some_and(|first| Verb::ALL.iter().any(|verb| first.to_string() == verb.name()))
}

/// Whether the attribute is read by [`attrs`], and has no other meaning.
pub(super) fn is_ours(attr: &Attribute) -> bool {
    attr.path().is_ident("endpoint") || attr.path().is_ident("serde")
}

fn endpoint_item(field: &mut FieldAttrs, item: Item, input: ParseStream, cx: &Cx) {
    let key = match item {
        Item::Word(key) => key,
        Item::Literal(literal) => {
            return cx.error(&literal, format!("a word stands here, without quotes: {}", key::one_of(key::FIELD)));
        }
    };
    let name = key.to_string();
    if !matches!(name.as_str(), "header" | "raw" | "rename") && key::FIELD.contains(&name.as_str()) {
        attr::word(&key, input, cx);
    }
    match name.as_str() {
        "path" => place(field, &key, PlaceKey::Path, cx),
        "query" => place(field, &key, PlaceKey::Query, cx),
        "form" => place(field, &key, PlaceKey::Form, cx),
        "raw" if input.peek(Token![=]) => {
            if let Some(kind) = attr::value::<LitStr>(&key, input, "raw = \"application/pdf\"", cx) {
                place(field, &key, PlaceKey::Raw(Some(kind)), cx);
            }
        }
        "raw" => place(field, &key, PlaceKey::Raw(None), cx),
        "body" => place(field, &key, PlaceKey::Body, cx),
        "bearer" => place(field, &key, PlaceKey::Bearer, cx),
        "skip" => place(field, &key, PlaceKey::Skip, cx),
        "header" => {
            if let Some(name) = attr::value::<LitStr>(&key, input, "header = \"x-name\"", cx) {
                place(field, &key, PlaceKey::Header(name), cx);
            }
        }
        "rename" => rename(field, &key, input, cx),
        word @ ("secret" | "secret_in_url") => {
            let secret = Secret { span: key.span(), in_url: word == "secret_in_url" };
            attr::set(&mut field.secret, "`secret`", key.span(), Some(secret), cx);
        }
        _ => attr::unknown(&key, key::FIELD, input, cx),
    }
}

// #[endpoint(query, header = "x-page")]
fn place(field: &mut FieldAttrs, key: &Ident, place: PlaceKey, cx: &Cx) {
    if let Some(first) = &field.place {
        let (first, second) = (first.value.word(), place.word());
        return cx
            .error(key, format!("a field goes to one place: it is marked `{first}` already, and here `{second}`"));
    }
    field.place = Some(Spanned { value: place, span: key.span() });
}

fn rename(field: &mut FieldAttrs, key: &Ident, input: ParseStream, cx: &Cx) {
    let name = attr::value::<LitStr>(key, input, "rename = \"name\"", cx);
    if let Some(empty) = name.as_ref().filter(|name| name.value().is_empty()) {
        cx.error(empty, "a name is not empty");
    }
    attr::set(&mut field.rename, "the name", key.span(), name, cx);
}

fn serde_item(field: &mut FieldAttrs, item: Item, input: ParseStream, cx: &Cx) {
    let key = match item {
        Item::Word(key) => key,
        Item::Literal(literal) => return cx.error(&literal, "`#[serde(…)]` takes no literal here"),
    };
    match key.to_string().as_str() {
        "rename" if input.peek(token::Paren) => {
            attr::skip_item(input);
            cx.error(&key, "an endpoint is written and read under one name: `rename = \"name\"`");
        }
        "rename" => rename(field, &key, input, cx),
        "skip_serializing_if" => {
            let path = attr::value::<LitStr>(&key, input, "skip_serializing_if = \"path::to::function\"", cx)
                .and_then(|text| function(&text, cx));
            attr::set(&mut field.skip_if, "`skip_serializing_if`", key.span(), path, cx);
        }
        "default" => {
            let value = if input.peek(Token![=]) {
                attr::value::<LitStr>(&key, input, "default = \"path::to::function\"", cx)
                    .and_then(|text| function(&text, cx))
                    .map(DefaultKey::Path)
            } else {
                Some(DefaultKey::Trait(key.span()))
            };
            attr::set(&mut field.default, "`default`", key.span(), value, cx);
        }
        "skip" => {
            attr::word(&key, input, cx);
            place(field, &key, PlaceKey::Skip, cx);
        }
        "flatten" => {
            attr::word(&key, input, cx);
            attr::set(&mut field.flatten, "`flatten`", key.span(), Some(key.span()), cx);
        }
        "with" => {
            let module = attr::value::<LitStr>(&key, input, "with = \"path::to::module\"", cx)
                .and_then(|text| function(&text, cx));
            let inside = |name: &str| {
                let name = Ident::new(name, key.span());
                module.as_ref().map(|module| syn::parse_quote!(#module::#name))
            };
            attr::set(&mut field.write, "the function that writes", key.span(), inside("serialize"), cx);
            attr::set(&mut field.read, "the function that reads", key.span(), inside("deserialize"), cx);
        }
        "serialize_with" => with(&mut field.write, "the function that writes", &key, input, cx),
        "deserialize_with" => with(&mut field.read, "the function that reads", &key, input, cx),
        other => {
            attr::skip_item(input);
            let hint = key::did_you_mean(other, key::SERDE_FIELD.iter().copied());
            let known = key::one_of(key::SERDE_FIELD);
            cx.error(&key, format!("`{other}` of serde has no meaning for an endpoint; it reads {known}{hint}"));
        }
    }
}

fn with(slot: &mut Slot<ExprPath>, what: &str, key: &Ident, input: ParseStream, cx: &Cx) {
    let usage = format!("{key} = \"path::to::function\"");
    let path = attr::value::<LitStr>(key, input, &usage, cx).and_then(|text| function(&text, cx));
    attr::set(slot, what, key.span(), path, cx);
}

fn function(text: &LitStr, cx: &Cx) -> Option<ExprPath> {
    let path = text.parse_with(ExprPath::parse).ok();
    if path.is_none() {
        cx.error(text, "expected a path, such as \"Option::is_none\"");
    }
    path
}
