//! The rules of a resource: those that concern several of its operations, or the whole of it.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::errors::Errors;
use crate::model::{Field, NEVER_RAW, Operation, Place, Resource, Target};
use crate::words::key;

/// Checks a resource, whose endpoints were checked one by one.
pub(crate) fn resource(resource: &Resource, errors: &Errors) {
    accessors_have_a_name(resource, errors);
    accessors_are_free(resource, errors);
    operations_differ(resource, errors);
    names_of_pages_are_free(resource, errors);
    existing_endpoints_exist(resource, errors);
}

// #[resource] trait Crate { … }
fn accessors_have_a_name(resource: &Resource, errors: &Errors) {
    let name = resource.accessor_name();
    if NEVER_RAW.contains(&name.as_str()) {
        let message =
            format!("this is called as `client.{name}()`, and `{name}` is no name: call the trait something else");
        errors.error(&resource.ident, message);
    }
}

// #[resource] trait Workspaces { … }
fn accessors_are_free(resource: &Resource, errors: &Errors) {
    let name = resource.accessor_name();
    if !resource.is_of_qelos && key::METHODS_OF_A_CLIENT.contains(&name.as_str()) {
        let message = format!(
            "a client has a method `{name}` of its own, which would be called in place of this: call the trait something else"
        );
        errors.error(&resource.ident, message);
    }
}

// #[get("/{id}")] async fn get(…) …; #[get("/{name}")] async fn find(…) …;
fn operations_differ(resource: &Resource, errors: &Errors) {
    let mut seen = HashMap::new();
    for operation in resource.operations.iter().filter(|operation| !operation.is_conditional()) {
        let Ok(Target::Own(endpoint)) = &operation.calls else { continue };
        let (verb, path) = (endpoint.verb.name(), &endpoint.path);
        // `GET /pods` lists, and `GET /pods?watch=true` reports changes: other names are another request.
        let is_named = |field: &&Rc<Field>| matches!(field.place, Place::Query | Place::Header);
        let constant = endpoint.query.iter().flat_map(|query| query.split('&'));
        let fields = endpoint.fields.iter().filter(is_named).map(|field| field.wire.as_str());
        let names: BTreeSet<_> = fields.chain(constant).collect();
        if let Some(first) = seen.insert((verb, without_names(path), names), &operation.ident) {
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

// #[cfg(feature = "admin")] #[endpoint(DeleteAll)] async fn delete_all(&self) …;
fn existing_endpoints_exist(resource: &Resource, errors: &Errors) {
    let existing = |operation: &&Operation| matches!(operation.calls, Ok(Target::Existing(..)));
    for operation in resource.operations.iter().filter(existing) {
        let of_args = operation.args.iter().flat_map(|arg| &arg.attrs);
        if let Some(cfg) = operation.attrs.iter().chain(of_args).find(|attr| attr.path().is_ident("cfg")) {
            let message = "a method that calls an existing endpoint is there whenever the resource is: put this on the whole resource";
            errors.error(cfg, message);
        }
    }
}
