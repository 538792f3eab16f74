//! The rules of the words that say how a value is written: `display`, `flag`, `nested`, `comma`, `space` and `pipe`.

use syn::Type;

use crate::errors::Errors;
use crate::model::{Field, Outline, Place, inside_option, is_called};
use crate::tokens::plain;

/// Checks the values of an endpoint.
pub(super) fn of_an_endpoint(endpoint: &Outline, errors: &Errors) {
    for field in &endpoint.fields {
        displays_are_text(field, errors);
        flags_are_parameters(field, errors);
        nested_values_are_parameters(field, errors);
        lists_are_one_text(field, errors);
        constant_parameters_are_sent_once(endpoint, field, errors);
    }
}

// #[endpoint(GET, "/bucket?acl", …)] struct Get { #[endpoint(query)] acl: bool }
fn constant_parameters_are_sent_once(endpoint: &Outline, field: &Field, errors: &Errors) {
    let is_named = field.place == Place::Query && field.flatten.is_none();
    if is_named && endpoint.template.constant_names().any(|name| name == field.wire) {
        errors.error(field.wire_span, format!("`{}` stands in the query of the path already", field.wire));
    }
}

// #[endpoint(header = "x-acl", flag)] acl: bool
fn flags_are_parameters(field: &Field, errors: &Errors) {
    let Some(word) = field.flag else { return };
    if field.place != Place::Query {
        errors.error(word, "only a parameter of the query can be a key without a value");
    } else if field.display.is_some() || field.list.is_some() {
        errors.error(word, "a key without a value has no text: leave the other word out");
    } else if let Some(message) = no_text_by_a_word("flag", field) {
        errors.error(word, message);
    }
}

// #[endpoint(POST, "/x", …)] struct Create { #[endpoint(display)] id: Id }
fn displays_are_text(field: &Field, errors: &Errors) {
    let Some(word) = field.display else { return };
    if let Some(message) = no_text_by_a_word("display", field) {
        errors.error(word, message);
    }
}

// #[endpoint(header = "x-filter", nested)] filter: Filter
fn nested_values_are_parameters(field: &Field, errors: &Errors) {
    let Some(word) = field.nested else { return };
    if !matches!(field.place, Place::Query | Place::Form) {
        errors.error(word, "only a parameter of the query or a field of a form has keys in brackets");
    } else if field.display.is_some() || field.flag.is_some() || field.list.is_some() {
        errors.error(word, "a nested value is several texts: leave the other word out");
    } else if let Some(message) = no_text_by_a_word("nested", field) {
        errors.error(word, message);
    } else if is_one_scalar(inside_option(&field.ty).unwrap_or(&field.ty)) {
        errors.error(&field.ty, "`nested` is for a struct, a map or a list: leave the word out");
    }
}

// #[endpoint(query, comma)] name: String
fn lists_are_one_text(field: &Field, errors: &Errors) {
    let Some(list) = field.list else { return };
    let word = list.word();
    if let Some(message) = no_text_by_a_word(word, field) {
        errors.error(list.span, message);
    } else if field.place == Place::Cookie && list.separator != '|' {
        errors.error(list.span, format!("a cookie has no {word} in its value: write `pipe`, or send a header"));
    } else if is_one_scalar(inside_option(&field.ty).unwrap_or(&field.ty)) {
        errors.error(
            &field.ty,
            format!("`{word}` stands between the elements of a list: take a `Vec`, or leave the word out"),
        );
    }
}

/// Why a word for text cannot stand at a field.
fn no_text_by_a_word(word: &str, field: &Field) -> Option<String> {
    let is_text = matches!(field.place, Place::Path | Place::Query | Place::Header | Place::Cookie | Place::Form);
    Some(if !is_text || field.is_idempotency_key {
        format!("`{word}` is for a value that is sent as text: in the path, the query, a header, a cookie or a form")
    } else if field.secret.is_some() {
        format!("a secret is sent as it is: leave `{word}` out")
    } else if field.flatten.is_some() {
        format!("what is flattened is written by its own type: leave `{word}` out")
    } else if field.write.is_some() || field.read.is_some() {
        format!("a function writes this value: leave `{word}` out")
    } else {
        return None;
    })
}

/// By name: a list with another name is written as what it is.
fn is_one_scalar(ty: &Type) -> bool {
    let ty = if let Type::Reference(reference) = plain(ty) { &reference.elem } else { ty };
    let scalars = [
        "String", "str", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
        "isize", "f32", "f64",
    ];
    scalars.iter().any(|scalar| is_called(ty, scalar))
}
