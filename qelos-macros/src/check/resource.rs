//! The rules of a resource: those that concern several of its operations, or the whole of it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use quote::ToTokens;
use syn::LitStr;
use syn::ext::IdentExt;

use crate::check::header;
use crate::draft::{Calls, Given, ResourceDraft, Settings};
use crate::errors::Errors;
use crate::model::{Body, Endpoint, Field, NEVER_RAW, Operation, Resource, Response, Target};
use crate::tokens;
use crate::words::{Verb, key};

/// Checks what a resource says for all of its methods. What has a mistake is taken off: each method would report it again.
pub(crate) fn words_of_all_methods(resource: &mut ResourceDraft, errors: &Errors) {
    header::of_all_methods(resource, errors);
    idempotence_is_of_some_method(resource, errors);
    idempotence_is_taken_back_for_a_reason(resource, errors);
    bounds_are_about_types(resource, errors);
}

// #[resource(path = "/x", idempotent, …)] trait Invoices { #[get] async fn list(&self); }
fn idempotence_is_of_some_method(resource: &mut ResourceDraft, errors: &Errors) {
    let Some(word) = resource.idempotent.given() else { return };
    let needs = |settings: &Settings| settings.verb.given().is_none_or(|verb| !verb.is_idempotent());
    let says_nothing = |settings: &Settings| settings.idempotent.is_none() && settings.not_idempotent.is_none();
    let is_one = |calls: &Result<Calls, _>| match calls {
        Ok(Calls::Own(settings)) => needs(settings) && says_nothing(settings),
        Ok(Calls::Existing(_) | Calls::Nested(_)) => false,
        Err(_) => true,
    };
    if !resource.operations.iter().any(|operation| is_one(&operation.calls)) {
        errors.error(*word, "no method of this resource needs the word: leave it out");
        resource.idempotent = None;
    }
}

fn idempotence_is_taken_back_for_a_reason(resource: &ResourceDraft, errors: &Errors) {
    for operation in &resource.operations {
        let Ok(Calls::Own(settings)) = &operation.calls else { continue };
        idempotence_is_taken_back_where_it_holds(settings, resource.idempotent.is_some(), errors);
    }
}

// #[resource(path = "/x", …)] trait Invoices { #[post(idempotent = false)] async fn create(&self); }
/// Checks `idempotent = false` of an endpoint; `of_all` is whether its resource says `idempotent` for all methods.
pub(crate) fn idempotence_is_taken_back_where_it_holds(settings: &Settings, of_all: bool, errors: &Errors) {
    let of_method = settings.verb.given().is_none_or(Verb::is_idempotent);
    if let Some(at) = settings.not_idempotent.filter(|_| !of_all && !of_method) {
        errors.error(at, "nothing says that this request is idempotent: leave this out");
    }
}

// #[resource(path = "/x", …)] trait Entities<T: Into<Self>> { … }
fn bounds_are_about_types(resource: &mut ResourceDraft, errors: &Errors) {
    let generics = &resource.generics;
    let tokens = generics.params.to_token_stream();
    let clause = generics.where_clause.as_ref().filter(|_| !generics.params.is_empty()).map(ToTokens::to_token_stream);
    if let Some(at) = [Some(tokens), clause].into_iter().flatten().find_map(|tokens| tokens::first(tokens, "Self")) {
        let message = "a bound of a resource is about its type parameters: `Self` is each handle and each double";
        resource.outcome = Err(errors.error(at, message));
    }
}

/// Checks a resource, whose endpoints were checked one by one.
pub(crate) fn resource(resource: &Resource, errors: &Errors) {
    accessors_have_a_name(resource, errors);
    accessors_are_free(resource, errors);
    existing_endpoints_need_no_places(resource, errors);
    operations_differ(resource, errors);
    names_of_pages_are_free(resource, errors);
    what_methods_name_exists(resource, errors);
}

// #[resource] trait Crate { … }
fn accessors_have_a_name(resource: &Resource, errors: &Errors) {
    let name = resource.accessor_name();
    if NEVER_RAW.contains(&name.as_str()) {
        let message = format!(
            "this is called as `client.{name}()`, and `{name}` is no name: write another one, `accessor = name`"
        );
        errors.error(resource.accessor_span(), message);
    }
}

// #[resource] trait Workspaces { … }
fn accessors_are_free(resource: &Resource, errors: &Errors) {
    let name = resource.accessor_name();
    if !resource.is_of_qelos && key::METHODS_OF_A_CLIENT.contains(&name.as_str()) {
        let message = format!(
            "a client has a method `{name}` of its own, which would be called in place of this: write another name, `accessor = name`"
        );
        errors.error(resource.accessor_span(), message);
    }
}

// #[get("/{id}")] async fn get(…) …; #[get("/{name}")] async fn find(…) …;
fn operations_differ(resource: &Resource, errors: &Errors) {
    let mut seen = HashMap::new();
    for operation in resource.operations.iter().filter(|operation| !operation.is_conditional()) {
        let Ok(Target::Own(endpoint)) = &operation.calls else { continue };
        let (verb, path) = (endpoint.verb.name(), &endpoint.path);
        // `GET /pods` lists, and `GET /pods?watch=true` reports changes: what is sent besides makes another request.
        match seen.entry((verb, without_names(path), sent_besides(endpoint))) {
            Entry::Vacant(entry) => _ = entry.insert((&operation.ident, path)),
            Entry::Occupied(entry) => {
                let (first, path) = entry.get();
                errors.error(operation.ident.span(), format!("`{first}` calls `{verb} {path}` already"));
            }
        }
    }
}

// #[get(pages(…))] async fn list(…) …; #[get("/items")] async fn list_items(…) …;
fn names_of_pages_are_free(resource: &Resource, errors: &Errors) {
    for paged in resource.operations.iter().filter(|operation| operation.has_pages) {
        for taken in resource.with_names_of_pages(paged) {
            let message = format!(
                "`{}` is added for the pages of `{}`: call this method something else",
                taken.ident, paged.ident
            );
            errors.error(taken.ident.span(), message);
        }
    }
}

/// What a request has besides its method and its path, by name where it has names.
fn sent_besides(endpoint: &Endpoint) -> BTreeSet<(&'static str, String)> {
    let Endpoint { parts, query, headers, accept, content_type, response, .. } = endpoint;
    let names = |what: &'static str, fields: &[Rc<Field>]| -> Vec<_> {
        fields.iter().map(|field| (what, field.wire.clone())).collect()
    };
    let of_response = match response {
        Response::Raw(_, media_type) => media_type.as_ref().map(LitStr::value),
        Response::Format(_, format) => Some(format.to_token_stream().to_string()),
        Response::Nothing | Response::Typed(_) | Response::Stream(..) => None,
    };
    let body = match &parts.body {
        Body::None => Vec::new(),
        Body::JsonFields(fields) => names("json", fields),
        Body::Form(fields) => names("form", fields),
        Body::Parts(fields) => names("part", fields),
        Body::Json(field) => vec![("body", field.ty.to_token_stream().to_string())],
        Body::Raw(field) => vec![("raw", field.content_type.value())],
        Body::Format(field) => vec![("format", field.format.to_token_stream().to_string())],
    };
    let mut all = BTreeSet::from_iter(body);
    all.extend(names("query", &parts.query));
    all.extend(query.iter().flat_map(|query| query.split('&')).map(|constant| ("query", constant.to_owned())));
    all.extend(names("header", &parts.headers));
    all.extend(names("headers", &parts.header_maps));
    all.extend(names("cookie", &parts.cookies));
    all.extend(headers.iter().map(|header| ("header", [&*header.wire, &*header.value.value()].join("="))));
    all.extend(content_type.iter().map(|of| ("content-type", of.value())));
    all.extend(accept.as_ref().map(LitStr::value).or(of_response).map(|accept| ("accept", accept)));
    all
}

fn without_names(template: &str) -> String {
    let mut inside = false;
    template
        .chars()
        .filter(|c| {
            let keep = !inside || matches!(c, '}' | '*');
            inside = (inside || *c == '{') && *c != '}';
            keep
        })
        .collect()
}

// #[resource(path = "/repos/{owner}", …)] trait Repos { #[endpoint(ListRepos)] async fn list(&self, list: &ListRepos); }
fn existing_endpoints_need_no_places(resource: &Resource, errors: &Errors) {
    let Some(place) = resource.places.first().map(|place| place.ident.unraw().to_string()) else { return };
    for operation in &resource.operations {
        if let Ok(Target::Existing(ty, _)) = &operation.calls {
            let accessor = resource.accessor_name();
            let message = format!(
                "this endpoint has a path of its own, and would not get the `{place}` of `client.{accessor}({place}, …)`: declare the method here, with `#[get(\"/path\")]` or one like it"
            );
            errors.error(&**ty, message);
        }
    }
}

// #[cfg(feature = "admin")] #[endpoint(DeleteAll)] async fn delete_all(&self) …;
fn what_methods_name_exists(resource: &Resource, errors: &Errors) {
    let existing = |operation: &&Operation| matches!(operation.calls, Ok(Target::Existing(..) | Target::Nested(_)));
    for operation in resource.operations.iter().filter(existing) {
        let of_args = operation.args.iter().flat_map(|arg| &arg.attrs);
        if let Some(cfg) = operation.attrs.iter().chain(of_args).find(|attr| attr.path().is_ident("cfg")) {
            let message = "a method that names an endpoint or a resource is there whenever its resource is: put this on the whole resource";
            errors.error(cfg, message);
        }
    }
}
