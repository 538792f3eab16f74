//! Attributes of fields and arguments: `#[endpoint(…)]` and the part of `#[serde(…)]` that shapes a request.

use proc_macro2::Ident;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, ExprPath, LitStr, Token, Type, token};

use crate::draft::{DefaultKey, FieldAttrs, List, PlaceKey, Secret, Setting, Spanned};
use crate::errors::{Errors, Reported};
use crate::parse::attr::{self, Item};
use crate::words::{Verb, key};

/// Reads the attributes of a field.
pub(super) fn attrs(attrs: &[Attribute], errors: &Errors) -> Result<FieldAttrs, Reported> {
    let (field, outcome) = errors.part(|errors| all_attrs(attrs, errors));
    outcome.map(|()| field)
}

fn all_attrs(attrs: &[Attribute], errors: &Errors) -> FieldAttrs {
    let mut field = FieldAttrs::default();
    for attr in attrs {
        if attr.path().is_ident("endpoint") && describes_an_endpoint(attr) {
            errors.error(attr.path(), "this describes an endpoint, and not a part of it: take it off");
        } else if attr.path().is_ident("endpoint") {
            _ = attr::items(attr, errors, |item, input| endpoint_item(&mut field, item, input, errors));
        } else if attr.path().is_ident("serde") {
            _ = attr::items(attr, errors, |item, input| serde_item(&mut field, item, input, errors));
        }
    }
    field
}

// #[endpoint(GET, "/x", auth = SignedIn)] number: u32
fn describes_an_endpoint(attr: &Attribute) -> bool {
    let first = attr.meta.require_list().ok().and_then(|list| list.tokens.clone().into_iter().next());
    first.is_some_and(|first| Verb::registered(&first.to_string()).is_some())
}

/// Whether the attribute is read by [`attrs`], and has no other meaning.
pub(super) fn is_ours(attr: &Attribute) -> bool {
    attr.path().is_ident("endpoint") || attr.path().is_ident("serde")
}

// #[get] async fn list(&self, #[query] page: u32) -> …;
pub(super) fn refuse_others(attrs: &[Attribute], errors: &Errors) {
    let of_rust = ["allow", "cfg", "cfg_attr", "deny", "doc", "expect", "forbid", "warn"];
    for attr in attrs.iter().filter(|attr| !of_rust.iter().any(|name| attr.path().is_ident(name))) {
        let word = attr.path().get_ident().map(ToString::to_string).unwrap_or_default();
        let place = key::nearest(&word, key::FIELD.iter().copied()).unwrap_or("query");
        errors.error(attr, format!("an argument is marked with `#[endpoint(…)]`, such as `#[endpoint({place})]`"));
    }
}

fn endpoint_item(field: &mut FieldAttrs, item: Item, input: ParseStream, errors: &Errors) {
    let key = match item {
        Item::Word(key) => key,
        Item::Literal(literal) => {
            errors.error(&literal, format!("a word stands here, without quotes: {}", key::one_of(key::FIELD)));
            return;
        }
    };
    let name = key.to_string();
    if !matches!(name.as_str(), "header" | "idempotency_key" | "cookie" | "raw" | "format" | "rename" | "default")
        && key::FIELD.contains(&name.as_str())
    {
        attr::word(&key, input, errors);
    }
    if let Some(list) = List::of(&key) {
        attr::set(&mut field.list, "the separator", key.span(), Ok(list), errors);
        return;
    }
    match name.as_str() {
        "path" => place(field, &key, PlaceKey::Path, errors),
        "query" => place(field, &key, PlaceKey::Query, errors),
        "form" => place(field, &key, PlaceKey::Form, errors),
        "part" => place(field, &key, PlaceKey::Part, errors),
        "raw" if input.peek(Token![=]) => {
            if let Ok(kind) = attr::value::<LitStr>(&key, input, "raw = \"application/pdf\"", errors) {
                place(field, &key, PlaceKey::Raw(Some(kind)), errors);
            }
        }
        "raw" => place(field, &key, PlaceKey::Raw(None), errors),
        "format" => {
            if let Ok(format) = attr::value::<Type>(&key, input, "format = Type", errors) {
                place(field, &key, PlaceKey::Format(Box::new(format)), errors);
            }
        }
        "body" => place(field, &key, PlaceKey::Body, errors),
        "bearer" => place(field, &key, PlaceKey::Bearer, errors),
        "skip" => place(field, &key, PlaceKey::Skip, errors),
        "header" => named(field, &key, ("header = \"x-name\"", PlaceKey::Header), input, errors),
        "cookie" => named(field, &key, ("cookie = \"name\"", PlaceKey::Cookie), input, errors),
        "idempotency_key" => idempotency_key(field, &key, input, errors),
        "rename" => rename(field, &key, input, errors),
        "default" => {
            let value = attr::value(&key, input, "default = 20", errors).map(Box::new);
            attr::set(&mut field.absent, "`default`", key.span(), value, errors);
        }
        "json" => attr::set(&mut field.json, "`json`", key.span(), Ok(key.span()), errors),
        "display" => display(field, &key, errors),
        "flag" => attr::set(&mut field.flag, "`flag`", key.span(), Ok(key.span()), errors),
        "nested" => attr::set(&mut field.nested, "`nested`", key.span(), Ok(key.span()), errors),
        word @ ("secret" | "secret_in_url") => {
            let secret = Secret { span: key.span(), in_url: word == "secret_in_url" };
            attr::set(&mut field.secret, "`secret`", key.span(), Ok(secret), errors);
        }
        _ => {
            attr::unknown(&key, key::FIELD, input, errors);
        }
    }
}

// #[endpoint(idempotency_key)], #[endpoint(idempotency_key = "x-request-id")]
fn idempotency_key(field: &mut FieldAttrs, key: &Ident, input: ParseStream, errors: &Errors) {
    if input.peek(Token![=]) {
        named(field, key, ("idempotency_key = \"x-request-id\"", PlaceKey::IdempotencyKey), input, errors);
    } else {
        let name = LitStr::new("idempotency-key", key.span());
        place(field, key, PlaceKey::IdempotencyKey(name), errors);
    }
}

/// A place whose name stands behind its word.
fn named(
    field: &mut FieldAttrs,
    key: &Ident,
    (usage, of): (&str, fn(LitStr) -> PlaceKey),
    input: ParseStream,
    errors: &Errors,
) {
    if let Ok(name) = attr::value::<LitStr>(key, input, usage, errors) {
        place(field, key, of(name), errors);
    }
}

// #[endpoint(query, header = "x-page")]
pub(super) fn place(field: &mut FieldAttrs, key: &Ident, place: PlaceKey, errors: &Errors) {
    if let Some(first) = &field.place {
        let (first, second) = (first.value.word(), place.word());
        errors.error(key, format!("a field goes to one place: it is marked `{first}` already, and here `{second}`"));
    } else {
        field.place = Some(Spanned { value: place, span: key.span() });
    }
}

pub(super) fn display(field: &mut FieldAttrs, key: &Ident, errors: &Errors) {
    attr::set(&mut field.display, "`display`", key.span(), Ok(key.span()), errors);
}

pub(super) fn rename(field: &mut FieldAttrs, key: &Ident, input: ParseStream, errors: &Errors) {
    let name = attr::value::<LitStr>(key, input, "rename = \"name\"", errors);
    if let Ok(empty) = &name
        && empty.value().is_empty()
    {
        errors.error(empty, "a name is not empty");
    }
    attr::set(&mut field.rename, "the name", key.span(), name, errors);
}

pub(super) fn serde_item(field: &mut FieldAttrs, item: Item, input: ParseStream, errors: &Errors) {
    let key = match item {
        Item::Word(key) => key,
        Item::Literal(literal) => {
            errors.error(&literal, "`#[serde(…)]` takes no literal here");
            return;
        }
    };
    match key.to_string().as_str() {
        "rename" if input.peek(token::Paren) => {
            attr::skip_item(input);
            errors.error(&key, "an endpoint is written and read under one name: `rename = \"name\"`");
        }
        "rename" => rename(field, &key, input, errors),
        "skip_serializing_if" => {
            let path = attr::value::<LitStr>(&key, input, "skip_serializing_if = \"path::to::function\"", errors)
                .and_then(|text| function(&text, errors));
            attr::set(&mut field.skip_if, "`skip_serializing_if`", key.span(), path, errors);
        }
        "default" => {
            let value = if input.peek(Token![=]) {
                attr::value::<LitStr>(&key, input, "default = \"path::to::function\"", errors)
                    .and_then(|text| function(&text, errors))
                    .map(DefaultKey::Path)
            } else {
                Ok(DefaultKey::Trait(key.span()))
            };
            attr::set(&mut field.default, "`default`", key.span(), value, errors);
        }
        "skip" => {
            attr::word(&key, input, errors);
            place(field, &key, PlaceKey::Skip, errors);
        }
        "flatten" => {
            attr::word(&key, input, errors);
            attr::set(&mut field.flatten, "`flatten`", key.span(), Ok(key.span()), errors);
        }
        "with" => {
            let module = attr::value::<LitStr>(&key, input, "with = \"path::to::module\"", errors)
                .and_then(|text| function(&text, errors));
            let inside = |name: &str| {
                let name = Ident::new(name, key.span());
                module.as_ref().map(|module| syn::parse_quote!(#module::#name)).map_err(|reported| *reported)
            };
            attr::set(&mut field.write, "the function that writes", key.span(), inside("serialize"), errors);
            attr::set(&mut field.read, "the function that reads", key.span(), inside("deserialize"), errors);
        }
        "serialize_with" => with(&mut field.write, "the function that writes", &key, input, errors),
        "deserialize_with" => with(&mut field.read, "the function that reads", &key, input, errors),
        other => {
            attr::skip_item(input);
            let hint = key::did_you_mean(other, key::SERDE_FIELD.iter().copied());
            let known = key::one_of(key::SERDE_FIELD);
            errors.error(&key, format!("`{other}` of serde has no meaning for an endpoint; it reads {known}{hint}"));
        }
    }
}

fn with(setting: &mut Setting<ExprPath>, what: &str, key: &Ident, input: ParseStream, errors: &Errors) {
    let usage = format!("{key} = \"path::to::function\"");
    let path = attr::value::<LitStr>(key, input, &usage, errors).and_then(|text| function(&text, errors));
    attr::set(setting, what, key.span(), path, errors);
}

fn function(text: &LitStr, errors: &Errors) -> Result<ExprPath, Reported> {
    let path = text.parse_with(ExprPath::parse);
    path.map_err(|_| errors.error(text, "expected a path, such as \"Option::is_none\""))
}
