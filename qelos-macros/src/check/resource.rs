//! The rules of a resource: those that concern several of its operations, or the whole of it.

use std::collections::{BTreeSet, HashMap};

use proc_macro2::Span;
use quote::ToTokens;
use syn::LitStr;
use syn::ext::IdentExt;

use crate::check::{endpoint, header};
use crate::draft::{Calls, EndpointDraft, FieldAttrs, Given, ResourceDraft, Settings, StructHead};
use crate::errors::Errors;
use crate::model::{Body, Endpoint, NEVER_RAW, Operation, Outline, Resource, Response, Target};
use crate::tokens;
use crate::words::{Template, Verb, key};

/// Checks what a resource says for all of its methods. What has a mistake is taken off: each method would report it again.
pub(crate) fn words_of_all_methods(resource: &mut ResourceDraft, errors: &Errors) {
    header::of_all_methods(resource, errors);
    idempotence_is_of_some_method(resource, errors);
    idempotence_is_taken_back_for_a_reason(resource, errors);
    bounds_are_about_types(resource, errors);
}

/// Checks the places of a resource as those of a path alone. One with a mistake becomes a text: each method would report it
/// again.
pub(crate) fn places_of_all_methods(resource: &mut ResourceDraft, errors: &Errors) {
    let at = Span::call_site();
    let placeholders: Vec<_> = resource.places.iter().map(|place| place.ident.unraw().to_string()).collect();
    let text = placeholders.iter().map(|name| format!("/{{{name}}}")).collect();
    let mut settings = Settings::new(at);
    settings.verb = Some(Ok(Verb::Get));
    settings.auth = Some(Ok(syn::parse_quote!(())));
    settings.path = Some(Ok(Template { text: Ok(text), span: at, placeholders, query: None }));
    let (ident, vis, generics) = (resource.ident.clone(), resource.vis.clone(), resource.generics.clone());
    let path = EndpointDraft {
        head: StructHead { ident, vis, generics, attrs: Vec::new() },
        settings,
        rename_all: None,
        argument_word: "placeholder",
        fields: resource.places.clone(),
    };
    let check = |errors: &Errors| endpoint(&Outline::settle(&path, errors), errors);
    if errors.part(check).1.is_err() {
        for place in &mut resource.places {
            place.ty = syn::parse_quote!(::std::string::String);
            place.attrs = Ok(FieldAttrs::default());
        }
    }
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

// #[resource(path = "/x", …)] trait Invoices { #[post(idempotent = false)] async fn create(&self); }
fn idempotence_is_taken_back_for_a_reason(resource: &ResourceDraft, errors: &Errors) {
    for operation in &resource.operations {
        let Ok(Calls::Own(settings)) = &operation.calls else { continue };
        if let (Some(at), None) = (settings.not_idempotent, &resource.idempotent) {
            errors.error(at, "the resource does not say `idempotent` for all of its methods: leave this out");
        }
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
        if let Some(first) = seen.insert((verb, without_names(path), sent_besides(endpoint)), &operation.ident) {
            errors.error(operation.ident.span(), format!("`{first}` calls `{verb} {path}` already"));
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
fn sent_besides(endpoint: &Endpoint) -> BTreeSet<String> {
    let Endpoint { parts, query, headers, accept, content_type, response, .. } = endpoint;
    let mut all = BTreeSet::new();
    for (what, fields) in [("query", &parts.query), ("header", &parts.headers), ("cookie", &parts.cookies)] {
        all.extend(fields.iter().map(|field| format!("{what} {}", field.wire)));
    }
    all.extend(query.iter().flat_map(|query| query.split('&')).map(|constant| format!("query {constant}")));
    all.extend(parts.header_maps.iter().map(|field| format!("headers {}", field.wire)));
    all.extend(headers.iter().map(|header| format!("header {} {}", header.wire, header.value.value())));
    all.extend(content_type.iter().map(|of| format!("content type {}", of.value())));
    let of_response = match response {
        Response::Raw(_, media_type) => media_type.as_ref().map(LitStr::value),
        Response::Format(_, format) => Some(format.to_token_stream().to_string()),
        Response::Nothing | Response::Typed(_) | Response::Stream(..) => None,
    };
    let accept = accept.as_ref().map(LitStr::value).or(of_response);
    all.extend(accept.map(|accept| format!("accept {accept}")));
    match &parts.body {
        Body::None => {}
        Body::JsonFields(fields) => all.extend(fields.iter().map(|field| format!("json {}", field.wire))),
        Body::Form(fields) => all.extend(fields.iter().map(|field| format!("form {}", field.wire))),
        Body::Parts(fields) => all.extend(fields.iter().map(|field| format!("part {}", field.wire))),
        Body::Json(field) => _ = all.insert(format!("body {}", field.ty.to_token_stream())),
        Body::Raw(field) => _ = all.insert(format!("raw {}", field.content_type.value())),
        Body::Format(field) => _ = all.insert(format!("format {}", field.format.to_token_stream())),
    }
    all
}

fn without_names(template: &str) -> String {
    let mut inside = false;
    template
        .chars()
        .filter(|c| {
            let keep = !inside || *c == '}';
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
