//! The rules of headers: of their names, of constant ones, and of the words for `accept`, `content-type` and `cookie`.

use std::collections::HashSet;

use proc_macro2::Span;
use syn::LitStr;

use crate::check::media_type;
use crate::draft::{BodyKey, Given, HeaderDraft, ResourceDraft, Settings};
use crate::errors::Errors;
use crate::model::{Outline, Place};

/// Headers that carry a credential.
const OF_THE_CREDENTIAL: &[&str] = &["authorization", "cookie", "x-api-key", "proxy-authorization", "set-cookie"];

/// Headers that belong to the client or the connection.
const OF_THE_CONNECTION: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers for which an endpoint has a word.
const WITH_A_WORD: &[&str] = &["accept", "content-type"];

/// Checks the headers of an endpoint.
pub(super) fn of_an_endpoint(endpoint: &Outline, errors: &Errors) {
    names_are_free(endpoint, errors);
    constant_ones_are_sent_once(endpoint, errors);
    prefixes_are_free(endpoint, errors);
    cookies_have_a_name(endpoint, errors);
    accept_is_said_once(&endpoint.draft.settings, errors);
    content_types_have_a_body(endpoint, errors);
}

/// Checks the headers that a resource gives to all of its methods. Those with a mistake are taken off: each method would
/// report it again.
pub(super) fn of_all_methods(resource: &mut ResourceDraft, errors: &Errors) {
    let accept = resource.accept.given().cloned();
    if errors.part(|errors| accept.iter().for_each(|accept| media_type::is_one(accept, errors))).1.is_err() {
        resource.accept = None;
    }
    if errors.part(|errors| constant(&resource.headers, errors)).1.is_err() {
        resource.headers.clear();
    }
}

/// Checks constant headers.
pub(super) fn constant(headers: &[HeaderDraft], errors: &Errors) {
    let mut seen = HashSet::new();
    for HeaderDraft { name, wire, value } in headers {
        name_is_free(&name.value(), name.span(), errors);
        let text = value.value();
        if text.trim() != text || text.is_empty() || !text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            errors.error(value, "the value of a header is visible ASCII, without spaces around it");
        }
        if !seen.insert(wire) {
            errors.error(name, format!("the header `{wire}` is given twice"));
        }
    }
}

// #[endpoint(header = "Authorization")]
fn names_are_free(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields_in(Place::Header) {
        name_is_free(&field.wire, field.wire_span, errors);
    }
}

/// Checks the header that carries the token of a session.
// #[session(header = "content-length", …)]
pub(super) fn of_a_session(written: &LitStr, errors: &Errors) {
    let name = written.value().to_ascii_lowercase();
    if !is_token(&name) {
        errors.error(written, not_a_name(&written.value()));
    } else if OF_THE_CONNECTION.contains(&name.as_str()) || WITH_A_WORD.contains(&name.as_str()) {
        errors.error(written, format!("`{name}` is set by the client or the connection: no token goes there"));
    }
}

fn not_a_name(written: &str) -> String {
    format!("\"{written}\" is not the name of a header: letters, digits and `-` make one")
}

fn name_is_free(written: &str, at: Span, errors: &Errors) {
    let name = written.to_ascii_lowercase();
    let message = if !is_token(&name) {
        not_a_name(written)
    } else if name == "cookie" {
        "`cookie` carries the credential, which the client adds: a cookie of the endpoint's own is a field marked `cookie = \"name\"`".to_owned()
    } else if OF_THE_CREDENTIAL.contains(&name.as_str()) {
        format!(
            "`{name}` carries the credential, which the client adds: say who may call with `auth`; a token of the endpoint's own is a field marked `bearer`"
        )
    } else if OF_THE_CONNECTION.contains(&name.as_str()) {
        format!("`{name}` is set by the client or the connection, not by an endpoint")
    } else if name == "accept" {
        "the media type of the response has a word on the endpoint: `accept = \"application/json\"`".to_owned()
    } else if name == "content-type" {
        "the media type of a JSON body has a word on the endpoint: `content_type = \"application/vnd.api+json\"`; that of another body stands at its field, `raw = \"text/csv\"`".to_owned()
    } else {
        return;
    };
    errors.error(at, message);
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

// #[endpoint(GET, "/x", headers("x-version" = "1"), …)] struct List { #[endpoint(header = "x-version")] version: u8 }
fn constant_ones_are_sent_once(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields_in(Place::Header) {
        if endpoint.draft.settings.headers.iter().any(|header| header.wire == field.wire) {
            let message = format!("the header `{}` is constant for this endpoint already", field.wire);
            errors.error(field.wire_span, message);
        }
    }
}

// #[endpoint(header = "x-*")] more: BTreeMap<String, String>
fn prefixes_are_free(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields_in(Place::Headers) {
        let prefix = field.wire.as_str();
        let lists = [OF_THE_CREDENTIAL, OF_THE_CONNECTION, WITH_A_WORD];
        let message = if let Some(taken) = lists.iter().copied().flatten().find(|name| name.starts_with(prefix)) {
            format!("a key of this map could set `{taken}`, which is not the endpoint's: write a longer prefix")
        } else if !is_token(prefix) || prefix.contains('*') {
            format!("\"{prefix}*\" is not the beginning of a header's name with one `*` behind it")
        } else {
            continue;
        };
        errors.error(field.wire_span, message);
    }
}

// #[endpoint(cookie = "a;b")]
fn cookies_have_a_name(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields_in(Place::Cookie).filter(|field| !is_token(&field.wire)) {
        let message = format!("\"{}\" is not the name of a cookie: letters, digits, `-` and `_` make one", field.wire);
        errors.error(field.wire_span, message);
    }
}

// #[endpoint(GET, "/x", response = Bytes, raw = "application/pdf", accept = "application/pdf", …)]
fn accept_is_said_once(settings: &Settings, errors: &Errors) {
    let Some(accept) = settings.accept.given() else { return };
    media_type::is_one(accept, errors);
    if let Some(BodyKey::Raw(Some(_))) = settings.body.as_ref().map(|body| &body.value) {
        errors.error(accept, "the media type of this response is that of `raw` already");
    }
}

// #[endpoint(GET, "/x", content_type = "application/vnd.api+json", …)]
fn content_types_have_a_body(endpoint: &Outline, errors: &Errors) {
    let Some(content_type) = endpoint.draft.settings.content_type.given() else { return };
    media_type::is_one(content_type, errors);
    if !endpoint.fields.iter().any(|field| matches!(field.place, Place::Json | Place::Body)) {
        let message =
            "this request has no JSON body; the media type of another body stands at its field, `raw = \"text/csv\"`";
        errors.error(content_type, message);
    }
}
