//! The rules of responses: those of a `#[derive(Response)]`, and of the words about the response on an endpoint.

use std::collections::HashMap;

use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

use crate::check::media_type;
use crate::draft::{BodyKey, DefaultKey, Given, When};
use crate::errors::Errors;
use crate::model::{Outline, Part, PartPlace, ResponseType, Variant, inside_option, is_called, is_nothing, is_stream};
use crate::tokens::{first_borrow, plain};

/// Headers that describe the connection, and are taken off before a response is read.
const OF_THE_CONNECTION: &[&str] =
    &["connection", "content-encoding", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/// Checks a type of responses.
pub(crate) fn response(response: &ResponseType, errors: &Errors) {
    enums_have_variants(response, errors);
    values_are_owned(response, errors);
    statuses_differ(response, errors);
    for variant in &response.variants {
        structs_have_no_rest(response, variant, errors);
        several_statuses_are_kept(variant, errors);
        parts_differ(variant, errors);
        bodies_have_a_status_with_one(variant, errors);
        headers_have_names(variant, errors);
        displays_are_headers(variant, errors);
        content_types_are_some(variant, errors);
        serde_shapes_json_fields(variant, errors);
        flattened_fields_have_no_name(variant, errors);
        bytes_are_raw(variant, errors);
    }
}

/// Checks the words about the response of an endpoint.
pub(super) fn of_an_endpoint(endpoint: &Outline, errors: &Errors) {
    let settings = &endpoint.draft.settings;
    if matches!(settings.response, Some(Err(_))) {
        return;
    }
    let response = settings.response.given();
    none_is_an_option(endpoint, response, errors);
    streams_have_no_words_of_other_bodies(endpoint, response, errors);
    let value = response.map(|ty| inside_option(ty).filter(|_| settings.none.is_some()).unwrap_or(ty));
    let Some(body) = &settings.body else {
        if let Some(bytes) = value.filter(|ty| is_bytes(ty)) {
            errors.error(bytes, format!("are these the bytes of the body? {BYTES}"));
        }
        return;
    };
    if value.is_none_or(is_nothing) {
        let word = body.value.word();
        errors.error(body.span, format!("`{word}` says how a response is read, and this one has no type"));
    }
    if let BodyKey::Raw(Some(media_type)) = &body.value {
        media_type::is_one(media_type, errors);
    }
}

const BYTES: &str = "write `raw = \"application/pdf\"`, or `raw` for any type; or `json` for a JSON list of numbers";

// #[endpoint(GET, "/x", response = Invoice, none = 404, …)]
fn none_is_an_option(endpoint: &Outline, response: Option<&Type>, errors: &Errors) {
    let Some(none) = endpoint.draft.settings.none.given() else { return };
    if response.is_none_or(|ty| inside_option(ty).is_none()) {
        let message = "with this status the response is `None`: its type is an `Option<T>`, written with this name";
        errors.error(none.span, message);
    }
}

// #[endpoint(GET, "/x", response = Events<Change>, none = 404, …)]
fn streams_have_no_words_of_other_bodies(endpoint: &Outline, response: Option<&Type>, errors: &Errors) {
    let settings = &endpoint.draft.settings;
    let word = settings.body.as_ref().map(|body| (body.value.word(), body.span));
    let of = |ty| inside_option(ty).filter(|_| settings.none.is_some()).unwrap_or(ty);
    let is_named = response.is_some_and(|ty| is_stream(of(ty)));
    if let Some((word, at)) = word.filter(|(word, _)| is_named && !["stream", "json"].contains(word)) {
        errors.error(at, format!("the response is a stream, which is read while it arrives, and not as `{word}`"));
    }
    // `json`: a type of the user, with the name of a stream.
    if word.map_or(!is_named, |(word, _)| word != "stream") {
        return;
    }
    if let Some(none) = settings.none.given() {
        errors.error(
            none.span,
            "a stream is not absent: without `none`, this status is an error, and its `status()` tells",
        );
    }
    if let Some(at) = settings.errors_with_200.given() {
        errors.error(*at, "a stream is not read before it is returned, so `errors_with_200` finds no errors in it");
    }
}

/// By name: an alias is a type that the compiler does not know how to read.
pub(super) fn is_bytes(ty: &Type) -> bool {
    let Type::Path(path) = plain(ty) else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let is_u8 = |args: &PathArguments| match args {
        PathArguments::AngleBracketed(args) => {
            matches!(args.args.first(), Some(GenericArgument::Type(of)) if is_called(of, "u8"))
        }
        _ => false,
    };
    (last.ident == "Bytes" && last.arguments.is_none()) || (last.ident == "Vec" && is_u8(&last.arguments))
}

// #[derive(Response)] enum Nothing {}
fn enums_have_variants(response: &ResponseType, errors: &Errors) {
    if response.is_enum && response.variants.is_empty() {
        errors.error(&response.head.ident, "a response has one variant for each status, and this has none");
    }
}

// #[derive(Response)] struct Page<'a> { name: &'a str }
fn values_are_owned(response: &ResponseType, errors: &Errors) {
    const OWNED: &str = "a response is read into values of its own: it borrows nothing";
    if let Some(lifetime) = response.head.generics.lifetimes().next() {
        errors.error(lifetime, OWNED);
        return;
    }
    for field in response.variants.iter().flat_map(|variant| &variant.fields) {
        let skipped = matches!(field.place, PartPlace::Skip);
        if let Some(borrow) = first_borrow(&field.ty).filter(|_| !skipped) {
            errors.error(borrow, OWNED);
        }
    }
}

// enum Refused { #[response(404)] Missing, #[response(404)] Gone }
fn statuses_differ(response: &ResponseType, errors: &Errors) {
    let mut seen: HashMap<String, &Variant> = HashMap::new();
    for variant in &response.variants {
        for status in variant.statuses.iter().flatten() {
            let shown = shown(status.value);
            if let Some(first) = seen.insert(shown.clone(), variant) {
                let name = &first.ident;
                errors.error(status.span, format!("`{shown}` is `{name}` already: a status belongs to one variant"));
            }
        }
    }
}

fn shown(when: When) -> String {
    match when {
        When::Status(status) => status.to_string(),
        When::Class(class) => format!("{class}xx"),
        When::Rest => "_".to_owned(),
    }
}

// #[derive(Response)] #[response(_)] struct Other { … }
fn structs_have_no_rest(response: &ResponseType, variant: &Variant, errors: &Errors) {
    let rest = variant.statuses.iter().flatten().find(|when| when.value == When::Rest);
    let Some(rest) = rest else { return };
    if !response.is_enum {
        errors.error(rest.span, "`_` stands for all other statuses, and a struct has no others: leave it out");
    } else if variant.whens().count() > 1 {
        errors.error(rest.span, "`_` stands for all other statuses: it needs no status beside it");
    }
}

// enum Refused { #[response(4xx)] Wrong { message: String } }
fn several_statuses_are_kept(variant: &Variant, errors: &Errors) {
    let Ok(statuses) = &variant.statuses else { return };
    let is_one = statuses.is_empty() || variant.only_status().is_some();
    let keeps = |field: &Part| matches!(field.place, PartPlace::Status | PartPlace::ApiError);
    if let Some(first) = statuses.first().filter(|_| !is_one && !variant.fields.iter().any(keeps)) {
        let message =
            "this stands for several statuses, so it has to hold which one: a field marked `status`, or an `ApiError`";
        errors.error(first.span, message);
    }
}

// struct Page { #[response(body)] items: Vec<Item>, total: u32 }
fn parts_differ(variant: &Variant, errors: &Errors) {
    let mut status: Option<&Part> = None;
    let mut body: Option<&Part> = None;
    for field in &variant.fields {
        match &field.place {
            PartPlace::Status => {
                if let Some(first) = status {
                    let first = first.shown();
                    errors.error(field.place_span(), format!("a response has one status, and {first} is it already"));
                }
                status = Some(field);
            }
            place if place.is_whole_body() => {
                if let Some(first) = body {
                    let first = first.shown();
                    errors.error(field.place_span(), format!("a response has one body, and {first} is it already"));
                }
                body = Some(field);
            }
            _ => {}
        }
    }
    let Some(body) = body else {
        names_differ(variant, errors);
        return;
    };
    for field in variant.json_fields() {
        let (name, whole) = (&field.ident, body.shown());
        let message =
            format!("{whole} is the whole body, so `{name}` cannot be a field of it: mark this `header` or `status`");
        errors.error(field.place_span(), message);
    }
}

// struct Page { total: u32, #[response(rename = "total")] count: u32 }
fn names_differ(variant: &Variant, errors: &Errors) {
    let named: Vec<_> = variant.json_fields().filter(|field| field.flatten.is_none()).collect();
    for (at, field) in named.iter().enumerate() {
        let same = named[..at].iter().find(|first| first.wire == field.wire && first.ident != field.ident);
        if let Some(first) = same {
            let (first, wire) = (&first.ident, &field.wire);
            errors
                .error(field.wire_span, format!("`{first}` is read from `{wire}` already; give this one another name"));
        }
    }
}

// #[response(204)] Deleted { id: u32 }
fn bodies_have_a_status_with_one(variant: &Variant, errors: &Errors) {
    let without = variant.statuses.iter().flatten().find(|when| matches!(when.value, When::Status(204 | 205 | 304)));
    if let Some(status) = without.filter(|_| variant.has_body()) {
        let shown = shown(status.value);
        errors.error(
            status.span,
            format!("a response with status {shown} has no body: only headers can be read from it"),
        );
    }
}

// #[response(header = "x total")]
fn headers_have_names(variant: &Variant, errors: &Errors) {
    for field in variant.fields.iter().filter(|field| matches!(field.place, PartPlace::Header)) {
        let name = field.wire.as_str();
        let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(token) {
            errors.error(field.wire_span, format!("\"{name}\" is not the name of a header of a response"));
        } else if name == "content-length" {
            length_is_of_no_body(variant, field, errors);
        } else if OF_THE_CONNECTION.contains(&name) {
            errors.error(field.wire_span, format!("`{name}` belongs to the connection, which reads and removes it"));
        }
    }
}

// #[response(header = "content-length")] size: u64, #[response(raw)] content: Bytes
fn length_is_of_no_body(variant: &Variant, field: &Part, errors: &Errors) {
    if variant.has_body() {
        // A transport that decodes a body removes the header.
        let message = "`content-length` is read where the body is not sent, as with `HEAD`: take the length of the body that is read here";
        errors.error(field.wire_span, message);
    }
}

// #[response(raw = "a picture")]
fn content_types_are_some(variant: &Variant, errors: &Errors) {
    for field in &variant.fields {
        if let PartPlace::Raw(Some(media_type)) = &field.place {
            media_type::is_one(media_type, errors);
        }
    }
}

// #[response(body, display)] total: Total
fn displays_are_headers(variant: &Variant, errors: &Errors) {
    for field in variant.fields.iter().filter(|field| !matches!(field.place, PartPlace::Header)) {
        if let Some(word) = field.display {
            errors.error(word, "`display` is for a header, which is text: this is another part of the response");
        }
    }
}

// #[response(header)] #[serde(default)] etag: String
fn serde_shapes_json_fields(variant: &Variant, errors: &Errors) {
    for field in variant.fields.iter().filter(|field| !matches!(field.place, PartPlace::Json)) {
        let default = match (&field.default, &field.place) {
            (None, _) | (_, PartPlace::Skip) => None,
            (Some(DefaultKey::Trait(word)), _) => Some(*word),
            (Some(DefaultKey::Path(path)), _) => Some(path.span()),
        };
        let functions = [&field.write, &field.read, &field.skip_if].into_iter().flatten().map(Spanned::span);
        let words = functions.chain(field.flatten).chain(field.renamed).chain(default);
        if let Some(word) = words.into_iter().next() {
            errors.error(
                word,
                "only a field of the JSON body is shaped by serde: this one is another part of the response",
            );
        }
    }
}

// #[serde(flatten, rename = "meta")] meta: Meta
fn flattened_fields_have_no_name(variant: &Variant, errors: &Errors) {
    for field in variant.json_fields() {
        let Some(word) = field.flatten else { continue };
        if field.write.is_some() || field.read.is_some() || field.default.is_some() {
            errors.error(word, "a flattened value is read by its own type: it takes no `with` and no `default`");
        } else if let Some(name) = field.renamed {
            errors.error(name, "a flattened value has no name of its own");
        }
    }
}

// #[response(body)] file: Bytes
fn bytes_are_raw(variant: &Variant, errors: &Errors) {
    for field in variant.fields.iter().filter(|field| matches!(field.place, PartPlace::Body)) {
        // A word says that a list of numbers is meant; `Bytes` is none.
        if is_bytes(&field.ty) && (field.is_unmarked() || is_called(&field.ty, "Bytes")) {
            let message = "are these the bytes of the body? mark them `#[response(raw = \"application/pdf\")]`, or `raw` for any type";
            errors.error(&field.ty, message);
        }
    }
}
