//! The rules of a resource: what only shows when all of its operations are seen.

use std::collections::HashMap;

use syn::ext::IdentExt;

use crate::errors::Errors;
use crate::model::{self, Resource, Target};
use crate::words::key;

/// Checks what only shows when all operations of a resource are seen.
pub(crate) fn resource(resource: &mut Resource, errors: &Errors) {
    accessors_have_a_name(resource, errors);
    accessors_are_free(resource, errors);
    structs_have_names_of_their_own(resource, errors);
    operations_differ(resource, errors);
    existing_endpoints_take_one_argument(resource, errors);
    existing_endpoints_without_fields_have_a_name(resource, errors);
    existing_endpoints_exist(resource, errors);
}

// #[endpoint(<Api as Endpoints>::SignOut)] async fn sign_out(&self);
fn existing_endpoints_without_fields_have_a_name(resource: &Resource, errors: &Errors) {
    for operation in resource.operations.iter().filter(|operation| operation.args.is_empty()) {
        if let Target::Existing(ty) = &operation.target
            && model::struct_name(ty).is_none()
        {
            let message = "without an argument this has to be the name of a struct without fields; or take the endpoint as the one argument";
            errors.error(ty, message);
        }
    }
}

// #[resource] trait Crate { … }
fn accessors_have_a_name(resource: &Resource, errors: &Errors) {
    let name = resource.accessor_name();
    if model::NEVER_RAW.contains(&name.as_str()) {
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

// #[resource] trait Things { #[get] async fn handle(&self); }
fn structs_have_names_of_their_own(resource: &mut Resource, errors: &Errors) {
    let mut taken = HashMap::from([
        (resource.ident.unraw().to_string(), ("the resource itself".to_owned(), false)),
        (resource.handle().to_string(), ("the handle".to_owned(), false)),
        (resource.extension().to_string(), ("the extension trait".to_owned(), false)),
    ]);
    for operation in &mut resource.operations {
        let (Target::Own(endpoint) | Target::Broken(Some(endpoint))) = &operation.target else { continue };
        let (name, method, is_conditional) = (endpoint.ident.to_string(), &operation.ident, operation.is_conditional());
        // Of two that exist under conditions, one may be there when the other is not.
        if let Some((other, _)) = taken.get(&name).filter(|(_, other)| !(is_conditional && *other)) {
            let message =
                format!("the struct of this method would be called like {other}: call the method something else");
            errors.error(method, message);
            // The compiler would say so again.
            operation.target = Target::Broken(None);
        } else {
            taken.insert(name, (format!("that of `{method}`"), is_conditional));
        }
    }
}

// #[get("/{id}")] async fn get(…) …; #[get("/{name}")] async fn find(…) …;
fn operations_differ(resource: &Resource, errors: &Errors) {
    let mut seen = HashMap::new();
    for operation in resource.operations.iter().filter(|operation| !operation.is_conditional()) {
        let Target::Own(endpoint) = &operation.target else { continue };
        let shape = without_names(&endpoint.template.text);
        if let Some(first) = seen.insert((endpoint.verb.name(), shape), &operation.ident) {
            let (verb, path) = (endpoint.verb.name(), &endpoint.template.text);
            errors.error(operation.span(), format!("`{first}` calls `{verb} {path}` already"));
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

// #[endpoint(CreateApiToken)] async fn create(&self, nickname: String, expires_at: Timestamp) …;
fn existing_endpoints_take_one_argument(resource: &Resource, errors: &Errors) {
    for operation in &resource.operations {
        let Target::Existing(ty) = &operation.target else { continue };
        if let Some(second) = operation.args.get(1) {
            let name = quote::quote!(#ty).to_string().replace(' ', "");
            let message = format!("the one argument is the endpoint: `{}(&self, request: &{name})`", operation.ident);
            errors.error(&second.ident, message);
        }
    }
}

// #[cfg(feature = "admin")] #[endpoint(DeleteAll)] async fn delete_all(&self) …;
fn existing_endpoints_exist(resource: &Resource, errors: &Errors) {
    for operation in resource.operations.iter().filter(|operation| matches!(operation.target, Target::Existing(_))) {
        let of_args = operation.args.iter().flat_map(|arg| &arg.attrs);
        if let Some(cfg) = operation.attrs.iter().chain(of_args).find(|attr| attr.path().is_ident("cfg")) {
            let message = "a method that calls an existing endpoint is there whenever the resource is: put this on the whole resource";
            errors.error(cfg, message);
        }
    }
}
