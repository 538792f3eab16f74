//! The rules: declarations that are refused although their grammar is right. Those of one endpoint stand here, those of a
//! resource in `check/resource.rs`.
//!
//! One rule is one function, with the code it refuses above it. Each reports at the token that is wrong, and says what
//! to write instead.

mod header;
mod media_type;
mod resource;
mod response;
mod session;
mod value;

use std::rc::Rc;

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

use crate::draft::{DefaultKey, Given};
use crate::errors::{Errors, Reported};
use crate::model::{Endpoint, Field, Outline, Place, inside_option, is_called};
use crate::tokens::plain;
use crate::words::{Template, Verb, key};

pub(crate) use self::resource::{idempotence_is_taken_back_where_it_holds, resource, words_of_all_methods};
use self::response::is_bytes;
pub(crate) use self::response::response;
pub(crate) use self::session::session;

/// Checks one endpoint.
pub(crate) fn endpoint(endpoint: &Outline, errors: &Errors) {
    placeholders_have_fields(endpoint, errors);
    placeholders_differ(endpoint, errors);
    only_fixed_text_follows_the_rest(endpoint, errors);
    path_fields_have_placeholders(endpoint, errors);
    path_values_are_one_text(endpoint, errors);
    path_values_are_always_there(endpoint, errors);
    no_body_where_none_is_sent(endpoint, errors);
    a_body_is_announced_for_a_reason(endpoint, errors);
    fields_have_a_place(endpoint, errors);
    header::of_an_endpoint(endpoint, errors);
    header::constant(&endpoint.draft.settings.headers, errors);
    one_key_makes_a_request_repeatable(endpoint, errors);
    secrets_stay_out_of_the_url(endpoint, errors);
    values_that_are_always_sent_are_not_skipped(endpoint, errors);
    defaults_stand_for_what_is_absent(endpoint, errors);
    flattened_fields_have_no_name(endpoint, errors);
    only_what_has_a_name_is_renamed(endpoint, errors);
    functions_write_what_serde_writes(endpoint, errors);
    value::of_an_endpoint(endpoint, errors);
    markers_are_not_sent(endpoint, errors);
    maps_are_flattened(endpoint, errors);
    content_types_are_some(endpoint, errors);
    json_is_in_the_body(endpoint, errors);
    bytes_are_files(endpoint, errors);
    idempotence_is_not_said_twice(endpoint, errors);
    response::of_an_endpoint(endpoint, errors);
}

/// Checks the rules of `DecodeRequest`.
pub(crate) fn read_back(endpoint: &Endpoint, errors: &Errors) -> Result<(), Reported> {
    errors.part(|errors| values_that_are_read_are_owned(endpoint, errors)).1
}

// #[endpoint(GET, "/tokens/{token_ide}", …)] struct GetToken { token_id: … }
fn placeholders_have_fields(endpoint: &Outline, errors: &Errors) {
    if endpoint.template.text.is_err() {
        return;
    }
    for name in &endpoint.template.placeholders {
        let field = endpoint.fields.iter().find(|field| field.ident.unraw() == name);
        match field {
            Some(field) if field.place == Place::Path => {}
            Some(field) => {
                let message = format!(
                    "`{name}` is a placeholder of the path, so the field goes there; take this mark off, or the placeholder out"
                );
                errors.error(field.place_span(), message);
            }
            None => {
                let names: Vec<_> = endpoint.fields.iter().map(|field| field.ident.unraw().to_string()).collect();
                let word = endpoint.draft.argument_word;
                let sent_as = endpoint.fields.iter().find(|field| field.wire == *name).map(|field| &field.ident);
                let hint = match (sent_as, key::nearest(name, names.iter().map(String::as_str))) {
                    (Some(field), _) => format!("; a placeholder is the name of the {word}: write `{{{field}}}`"),
                    (None, Some(near)) => format!("; did you mean `{{{near}}}`?"),
                    (None, None) => format!("; add the {word} `{name}`"),
                };
                errors.error(endpoint.template.span, format!("the placeholder `{{{name}}}` has no {word}{hint}"));
            }
        }
    }
}

// #[resource(path = "/{id}")] trait Lines { #[get("/{id}")] async fn get(&self, id: u32) -> …; }
fn placeholders_differ(endpoint: &Outline, errors: &Errors) {
    let template = &endpoint.template;
    for (index, name) in template.placeholders.iter().enumerate().filter(|_| template.text.is_ok()) {
        if template.placeholders[..index].contains(name) {
            errors.error(
                template.span,
                format!("the placeholder `{{{name}}}` stands in the path of the resource already"),
            );
        }
    }
}

// #[endpoint(GET, "/files/{*path}/{version}")] struct GetFile { path: String, version: u32 }
fn only_fixed_text_follows_the_rest(endpoint: &Outline, errors: &Errors) {
    let Ok(text) = &endpoint.template.text else { return };
    let rest = text.split_once("{*").and_then(|(_, rest)| rest.split_once('}'));
    let Some((name, behind)) = rest.filter(|(_, behind)| behind.contains('{')) else { return };
    let message = format!(
        "`{{*{name}}}` takes the rest of the path: only fixed text can follow it, and a placeholder does in `{behind}`"
    );
    errors.error(endpoint.template.span, message);
}

// #[endpoint(GET, "/tokens", …)] struct GetToken { #[endpoint(path)] token_id: … }
fn path_fields_have_placeholders(endpoint: &Outline, errors: &Errors) {
    let Template { text: Ok(text), placeholders, .. } = &endpoint.template else { return };
    for field in endpoint.fields_in(Place::Path) {
        let name = field.ident.unraw().to_string();
        // Where a placeholder comes close, the other rule has suggested the right spelling.
        let near = placeholders.iter().any(|placeholder| key::nearest(placeholder, [name.as_str()]).is_some());
        if !placeholders.contains(&name) && !near {
            let message = format!("the path \"{text}\" has no placeholder `{{{name}}}` for this field");
            errors.error(field.place_span(), message);
        }
    }
}

// #[endpoint(GET, "/tokens/{id}", …)] struct GetToken { id: Option<String> }
fn path_values_are_one_text(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields_in(Place::Path) {
        if is_option(&field.ty) {
            let message =
                "a path value cannot be optional: without it this is another path; declare an endpoint for each";
            errors.error(&field.ty, message);
        } else if is_list(&field.ty) && !field.is_written_by_function() {
            let message =
                "a path value is one text: mark this list `comma`, `space` or `pipe`, or move it to the query";
            errors.error(&field.ty, message);
        }
    }
}

// #[get("/{id}")] async fn get(&self, #[cfg(feature = "ids")] id: u32) -> …;
fn path_values_are_always_there(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields_in(Place::Path) {
        if let Some(cfg) = field.attrs.iter().find(|attr| attr.path().is_ident("cfg")) {
            let message = "a path value is there whenever its path is: put this on the whole method";
            errors.error(cfg, message);
        }
    }
}

/// By name: one with another name is refused when the request is built.
fn is_option(ty: &Type) -> bool {
    is_called(ty, "Option")
}

/// By name: one with another name is refused when the request is built.
fn is_list(ty: &Type) -> bool {
    let is_list = ["Vec", "VecDeque", "BTreeSet", "HashSet"].iter().any(|list| is_called(ty, list));
    is_list || matches!(plain(ty), Type::Slice(_) | Type::Array(_))
}

// #[endpoint(GET, "/search", …)] struct Search { #[endpoint(body)] filter: Filter }
fn no_body_where_none_is_sent(endpoint: &Outline, errors: &Errors) {
    let Some(verb) = endpoint.verb.as_ref().ok().filter(|verb| verb.forbids_body()) else { return };
    if *verb == Verb::Get && endpoint.draft.settings.with_body.given().is_some() {
        return;
    }
    let way_out = match verb {
        Verb::Get => "or write `with_body` on the endpoint if its server reads one",
        _ => "or change the method",
    };
    let verb = verb.name();
    for field in endpoint.fields.iter().filter(|field| field.place.is_in_the_body()) {
        let message = format!("a {verb} request has no body: send `{}` as `query`, {way_out}", field.ident);
        errors.error(field.place_span(), message);
    }
}

// #[endpoint(POST, "/search", with_body, …)]
fn a_body_is_announced_for_a_reason(endpoint: &Outline, errors: &Errors) {
    let (Some(word), Ok(verb)) = (endpoint.draft.settings.with_body.given(), &endpoint.verb) else { return };
    let message = match verb {
        Verb::Get if endpoint.fields.iter().any(|field| field.place.is_in_the_body()) => return,
        Verb::Get => "no field goes into this body: mark one `body`, or those of a JSON object `json`".to_owned(),
        Verb::Head => "a HEAD request has no body".to_owned(),
        verb => format!("a {} request may have a body as it is; leave the word out", verb.name()),
    };
    errors.error(*word, message);
}

// #[endpoint(PROPFIND, "/files", …)] struct Find { depth: u8 }
fn fields_have_a_place(endpoint: &Outline, errors: &Errors) {
    let Some(verb) = endpoint.verb.as_ref().ok().filter(|verb| !Place::is_known_without_a_word(verb)) else { return };
    for field in endpoint.fields.iter().filter(|field| field.placed_by.is_none() && field.place == Place::Query) {
        let (verb, name) = (verb.name(), &field.ident);
        let message = format!(
            "a {verb} request has no usual place for `{name}`: mark it `query`, `header` or `json`, or `body` if it is all of it"
        );
        errors.error(name, message);
    }
}

// #[endpoint(GET, "/login/{password}", …)] struct LogIn { #[endpoint(secret)] password: SecretString }
fn secrets_stay_out_of_the_url(endpoint: &Outline, errors: &Errors) {
    for field in &endpoint.fields {
        let Some(secret) = field.secret else { continue };
        let (word, in_url) = (secret.word(), secret.in_url);
        let message = match field.place {
            Place::Query if in_url => continue,
            Place::Path | Place::Query => {
                let place = if field.place == Place::Path { "path" } else { "query" };
                let name = &field.ident;
                format!(
                    "a secret in the {place} ends up in logs and histories: send `{name}` in a header or in the body"
                )
            }
            Place::Body | Place::Raw | Place::Format => {
                "a secret is one field of the body, not all of it: make it a field".to_owned()
            }
            Place::Headers => "a secret is one value: send it in a header of its own".to_owned(),
            Place::Bearer => format!("a bearer token is a secret as it is; leave `{word}` out"),
            Place::Skip => format!("a field that is not sent needs no `{word}`"),
            Place::Part if field.json.is_some() => "a secret is sent as text: take `json` out".to_owned(),
            Place::Header | Place::Cookie | Place::Json | Place::Form | Place::Part if in_url => {
                "this secret is not in the URL: write `secret`".to_owned()
            }
            Place::Header | Place::Cookie | Place::Json | Place::Form | Place::Part => continue,
        };
        errors.error(secret.span, message);
    }
}

// #[serde(default)] on a field of the path
fn values_that_are_always_sent_are_not_skipped(endpoint: &Outline, errors: &Errors) {
    for field in &endpoint.fields {
        let place = match field.place {
            Place::Path => "a path value",
            Place::Body | Place::Raw | Place::Format => "the whole body",
            Place::Bearer => "a bearer token",
            _ => continue,
        };
        if let Some(function) = &field.skip_if {
            errors.error(function, format!("{place} is always sent, so it cannot be skipped"));
        }
        match &field.default {
            Some(DefaultKey::Trait(word)) => {
                errors.error(*word, format!("{place} is always sent, so `default` has nothing to do"));
            }
            Some(DefaultKey::Path(path)) => {
                errors.error(path, format!("{place} is always sent, so `default` has nothing to do"));
            }
            None => {}
        }
        if let Some(value) = &field.absent {
            errors.error(&**value, format!("{place} is always sent, so `default` has nothing to do"));
        }
    }
}

// #[endpoint(default = 20)] limit: u32
fn defaults_stand_for_what_is_absent(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields.iter().filter(|field| field.absent.is_some()) {
        let beside = [
            field.skip_if.as_ref().map(|skip| (skip.span(), "skip_serializing_if")),
            field.flatten.map(|word| (word, "flatten")),
            field.secret.map(|secret| (secret.span, secret.word())),
            field.is_idempotency_key.then(|| (field.place_span(), "idempotency_key")),
            (field.place == Place::Skip).then(|| (field.place_span(), "skip")),
        ];
        if let Some((at, word)) = beside.into_iter().flatten().next() {
            errors.error(
                at,
                format!("a value with a `default` is always sent as it is: `{word}` cannot stand beside it"),
            );
        } else if inside_option(&field.ty).is_none() && !sent_whole(&field.place) {
            errors.error(&field.ty, "a default is sent where a value is absent: put the type into `Option<…>`");
        }
    }
}

/// Whether a value in this place is always sent.
fn sent_whole(place: &Place) -> bool {
    matches!(place, Place::Path | Place::Body | Place::Raw | Place::Format | Place::Bearer)
}

// #[serde(flatten)] #[endpoint(header = "x-extra")] extra: Extra
fn flattened_fields_have_no_name(endpoint: &Outline, errors: &Errors) {
    for field in &endpoint.fields {
        let Some(word) = field.flatten else { continue };
        if !matches!(field.place, Place::Json | Place::Form | Place::Query) {
            errors.error(word, "only fields of the query, of a form or of a JSON body can be flattened");
        } else if field.secret.is_some() {
            errors.error(word, "a secret is one value, which cannot be flattened");
        } else if field.write.is_some() || field.read.is_some() || field.default.is_some() {
            errors.error(word, "what is flattened is written and read by its own type: no `with`, no `default`");
        } else if let Some(name) = field.renamed {
            errors.error(name, "what is flattened has no name of its own");
        }
    }
}

// #[endpoint(header = "x-trace", rename = "traceId")] trace: String
fn only_what_has_a_name_is_renamed(endpoint: &Outline, errors: &Errors) {
    for field in &endpoint.fields {
        let Some(name) = field.renamed else { continue };
        let is_named = matches!(field.place, Place::Json | Place::Form | Place::Part | Place::Query);
        if !is_named && field.flatten.is_none() {
            errors.error(name, "only fields of the query, of a form or of a JSON body can be renamed");
        }
    }
}

/// Whether serde writes the values of a place one by one.
fn is_of_serde(place: &Place) -> bool {
    matches!(place, Place::Path | Place::Query | Place::Header | Place::Cookie | Place::Json | Place::Form)
}

// #[serde(with = "iso8601")] #[endpoint(raw)] content: Vec<u8>
fn functions_write_what_serde_writes(endpoint: &Outline, errors: &Errors) {
    for field in &endpoint.fields {
        let Some(function) = field.write.as_ref().or(field.read.as_ref()) else { continue };
        if field.place == Place::Part {
            errors.error(function, "a part is written by its own type, not by a function");
        } else if !is_of_serde(&field.place) || field.is_idempotency_key {
            let message = "this value is not written by serde, and so not by a function";
            errors.error(function, message);
        } else if field.secret.is_some() {
            errors.error(function, "a secret is written as it is, not by a function");
        }
    }
}

// struct List<T> { marker: PhantomData<T> }
fn markers_are_not_sent(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields.iter().filter(|field| field.place != Place::Skip) {
        if is_called(&field.ty, "PhantomData") {
            errors.error(&field.ty, "there is nothing to send in a `PhantomData`: mark it `#[endpoint(skip)]`");
        }
    }
}

// #[endpoint(query)] labels: BTreeMap<String, String>
fn maps_are_flattened(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields.iter().filter(|field| field.flatten.is_none() && !field.is_written_by_function()) {
        let what = match field.place {
            Place::Query => "a query parameter",
            Place::Form => "a field of a form",
            Place::Part if field.json.is_none() => "a part",
            _ => continue,
        };
        if is_map(&field.ty) {
            let way_out = match field.place {
                Place::Part => "mark the map `#[endpoint(part, json)]`, and it is JSON",
                _ => {
                    "mark the map `#[serde(flatten)]`, and each entry becomes one, or `nested`, and its keys stand in brackets"
                }
            };
            let message = format!("{what} is one text or a list of texts: {way_out}");
            errors.error(&field.ty, message);
        }
    }
}

/// By name: one with another name is refused when the request is built.
fn is_map(ty: &Type) -> bool {
    let Type::Path(path) = plain(ty) else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let arguments = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().collect(),
        _ => Vec::new(),
    };
    match arguments.as_slice() {
        [GenericArgument::Type(inside)] if last.ident == "Option" => is_map(inside),
        [_, _, ..] => ["BTreeMap", "HashMap", "IndexMap", "Map"].iter().any(|name| last.ident == name),
        _ => false,
    }
}

// #[endpoint(GET, "/x", idempotent, …)]
fn idempotence_is_not_said_twice(endpoint: &Outline, errors: &Errors) {
    if let (Some(word), Ok(verb)) = (endpoint.draft.settings.idempotent.given(), &endpoint.verb)
        && verb.is_idempotent()
    {
        errors.error(*word, format!("a {} request is idempotent as it is; leave the word out", verb.name()));
    }
}

// #[endpoint(POST, "/x", …)] struct Pay { #[endpoint(idempotency_key)] a: …, #[endpoint(idempotency_key = "x-id")] b: … }
fn one_key_makes_a_request_repeatable(endpoint: &Outline, errors: &Errors) {
    let mut keys = endpoint.idempotency_keys();
    let Some(first) = keys.next() else { return };
    for field in keys {
        let message = format!("a request has one idempotency key, and `{}` is it already", first.ident);
        errors.error(field.place_span(), message);
    }
    if let Some(secret) = first.secret {
        errors.error(secret.span, format!("an idempotency key is no secret: leave `{}` out", secret.word()));
    }
    if let Some(word) = endpoint.draft.settings.idempotent.given() {
        errors.error(*word, "a request with an idempotency key is idempotent as it is; leave the word out");
    }
    if let Some(word) = endpoint.draft.settings.not_idempotent {
        errors.error(word, "a request with an idempotency key is idempotent: leave out this or the key");
    }
}

// #[endpoint(raw = "a picture")]
fn content_types_are_some(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields_in(Place::Raw) {
        media_type::is_one(&field.content_type, errors);
    }
}

// #[endpoint(query, json)] filter: Filter
fn json_is_in_the_body(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields.iter().filter(|field| !matches!(field.place, Place::Part | Place::Json)) {
        if let Some(word) = field.json {
            let message = "`json` alone is a field of the JSON body, and beside `part` a part that is JSON; `body` is the whole of it";
            errors.error(word, message);
        }
    }
}

// #[endpoint(part)] scan: Vec<u8>
fn bytes_are_files(endpoint: &Outline, errors: &Errors) {
    for field in endpoint.fields_in(Place::Part).filter(|field| field.json.is_none()) {
        if is_bytes(&field.ty) || inside_option(&field.ty).is_some_and(is_bytes) {
            let message =
                "bytes are no text, and serde writes them as numbers: take an `Upload`, or a `File` if it has a name";
            errors.error(&field.ty, message);
        }
    }
}

// #[derive(Endpoint, DecodeRequest)] … struct Create<'a> { note: &'a str }
fn values_that_are_read_are_owned(endpoint: &Endpoint, errors: &Errors) {
    let by_serde = |field: &&Rc<Field>| {
        matches!(field.place, Place::Part | Place::Body | Place::Format | Place::Headers) || is_of_serde(&field.place)
    };
    for field in endpoint.fields.iter().filter(by_serde) {
        if matches!(plain(&field.ty), Type::Reference(_)) {
            let message =
                "a value that is read back is owned: `DecodeRequest` needs `String` or `Cow<'_, str>`, not `&str`";
            errors.error(&field.ty, message);
        }
    }
}
