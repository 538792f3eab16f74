//! What a handle holds besides its client: the values of placeholders in the path of its resource, and its types.

use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{GenericParam, Generics, Type, WherePredicate, parse_quote_spanned};

use crate::draft::{Calls, FieldAttrs, FieldDraft, OperationDraft, PlaceKey, ResourceDraft, Spanned};
use crate::errors::Errors;
use crate::tokens::{self, at_span};
use crate::words::{Template, key};

/// Settles which placeholders of the path are places of the resource, in the order of the path: those that no method takes
/// as an argument, and those that `places(…)` names.
pub(crate) fn settle_places(resource: &mut ResourceDraft, errors: &Errors) {
    let typed = std::mem::take(&mut resource.places);
    let template = match &resource.path {
        Some(Err(_)) => return,
        Some(Ok(template)) => template.clone(),
        None => Template { text: Ok(String::new()), span: Span::call_site(), placeholders: Vec::new(), query: None },
    };
    typed_placeholders_exist(&typed, &template, errors);
    no_method_takes_a_typed_place(&typed, &mut resource.operations, errors);
    let mut names: Vec<&String> = Vec::new();
    template.placeholders.iter().for_each(|name| names.extend((!names.contains(&name)).then_some(name)));
    resource.places = names
        .into_iter()
        .filter_map(|name| match typed.iter().find(|place| place.ident.unraw() == name) {
            Some(place) => Some(place.clone()),
            None if resource.operations.iter().any(|operation| takes(operation, name)) => None,
            None => Some(text(name, template.span)),
        })
        .collect();
    no_other_resource_gets_a_place_twice(resource, errors);
}

// #[resource(path = "/repos/{owner}", places(ovner: Owner))]
fn typed_placeholders_exist(typed: &[FieldDraft], template: &Template, errors: &Errors) {
    if template.text.is_err() {
        return;
    }
    for place in typed {
        let name = place.ident.unraw().to_string();
        if !template.placeholders.contains(&name) {
            let hint = key::did_you_mean(&name, template.placeholders.iter().map(String::as_str));
            errors.error(&place.ident, format!("the path of the resource has no placeholder `{{{name}}}`{hint}"));
        }
    }
}

// #[resource(path = "/repos/{owner}", places(owner: Owner))] trait Repos { #[get] async fn get(&self, owner: Owner); }
fn no_method_takes_a_typed_place(typed: &[FieldDraft], operations: &mut [OperationDraft], errors: &Errors) {
    for operation in operations.iter_mut().filter(|operation| !matches!(operation.calls, Ok(Calls::Nested(_)))) {
        let is_typed = |name: &Ident| typed.iter().any(|place| place.ident.unraw() == name.unraw());
        if let Some(arg) = operation.args.iter().find(|arg| is_typed(&arg.field.ident)) {
            let name = &arg.field.ident;
            let message =
                format!("`{name}` stands in `places(…)`, so the accessor takes it: take it off here, or there");
            operation.outcome = Err(errors.error(name, message));
        }
    }
}

// #[resource(path = "/repos/{owner}", …)] trait Repos { #[resource] fn repo(&self, owner: &str) -> impl Repo; }
fn no_other_resource_gets_a_place_twice(resource: &mut ResourceDraft, errors: &Errors) {
    let places = &resource.places;
    for operation in resource.operations.iter_mut().filter(|operation| matches!(operation.calls, Ok(Calls::Nested(_))))
    {
        let is_held = |name: &Ident| places.iter().any(|place| place.ident.unraw() == name.unraw());
        if let Some(arg) = operation.args.iter().find(|arg| is_held(&arg.field.ident)) {
            let name = &arg.field.ident;
            let message =
                format!("the handle holds `{name}` already, and gives it to the other resource: take this off");
            operation.outcome = Err(errors.error(name, message));
        }
    }
}

/// Whether a method has an argument for a placeholder.
fn takes(operation: &OperationDraft, name: &str) -> bool {
    let leads_elsewhere = matches!(operation.calls, Ok(Calls::Nested(_) | Calls::Existing(_)));
    !leads_elsewhere && operation.args.iter().any(|arg| arg.field.ident.unraw() == name)
}

/// A place without a type of its own.
fn text(name: &str, at: Span) -> FieldDraft {
    let at = at_span(at).resolved_at(Span::call_site());
    let ident = syn::parse_str::<Ident>(name).map_or_else(|_| Ident::new_raw(name, at), |_| Ident::new(name, at));
    FieldDraft {
        ident,
        ty: parse_quote_spanned!(at=> ::std::string::String),
        attrs: Ok(FieldAttrs::default()),
        others: Vec::new(),
    }
}

/// Whether the type is that of a place which has none of its own.
pub(crate) fn is_text(ty: &Type) -> bool {
    ty.to_token_stream().to_string().replace(' ', "") == "::std::string::String"
}

/// The type parameters of a resource that one of its endpoints has: those that its types mention, and those in their bounds.
pub(crate) fn generics_of(resource: &Generics, types: &[&Type]) -> Generics {
    let mut generics = without_defaults(resource);
    if generics.params.is_empty() {
        return generics;
    }
    let names: Vec<Ident> = generics.params.iter().map(name).collect();
    let clauses: Vec<WherePredicate> =
        generics.where_clause.iter().flat_map(|clause| clause.predicates.iter().cloned()).collect();
    let mentions = |tokens: &dyn ToTokens, name: &Ident| tokens::mention(tokens.to_token_stream(), &name.to_string());
    let mut kept: Vec<Ident> = names.iter().filter(|name| types.iter().any(|ty| mentions(ty, name))).cloned().collect();
    loop {
        let is_kept = |name: &Ident| kept.contains(name);
        let bounds = generics.params.iter().filter(|param| is_kept(&name(param))).map(ToTokens::to_token_stream);
        let concern = |clause: &&WherePredicate| kept.iter().any(|name| mentions(clause, name));
        let bounds: Vec<_> = bounds.chain(clauses.iter().filter(concern).map(ToTokens::to_token_stream)).collect();
        let more = names.iter().find(|name| !is_kept(name) && bounds.iter().any(|bound| mentions(bound, name)));
        let Some(more) = more.cloned() else { break };
        kept.push(more);
    }
    generics.params = generics.params.into_iter().filter(|param| kept.contains(&name(param))).collect();
    let clauses: Vec<_> = clauses.into_iter().filter(|clause| kept.iter().any(|name| mentions(clause, name))).collect();
    generics.where_clause = None;
    if !clauses.is_empty() {
        generics.make_where_clause().predicates.extend(clauses);
    }
    generics
}

/// The type parameters of a trait, as they stand elsewhere. Its lifetimes were refused.
pub(crate) fn without_defaults(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    generics.params = generics
        .params
        .into_iter()
        .filter_map(|param| match param {
            GenericParam::Lifetime(_) => None,
            GenericParam::Type(mut param) => {
                param.default = None;
                Some(GenericParam::Type(param))
            }
            GenericParam::Const(mut param) => {
                param.default = None;
                Some(GenericParam::Const(param))
            }
        })
        .collect();
    generics
}

fn name(param: &GenericParam) -> Ident {
    match param {
        GenericParam::Lifetime(param) => param.lifetime.ident.clone(),
        GenericParam::Type(param) => param.ident.clone(),
        GenericParam::Const(param) => param.ident.clone(),
    }
}

/// The type that holds type parameters. It owns none of their values, and so can be sent and shared as it is.
pub(crate) fn marker_type(generics: &Generics, at: Span) -> Option<Type> {
    let types: Vec<_> = generics.type_params().map(|param| &param.ident).collect();
    let at = at_span(at).resolved_at(Span::call_site());
    let all = match types.as_slice() {
        [] => return None,
        [only] => quote!(#only),
        several => quote!((#(#several),*)),
    };
    Some(parse_quote_spanned!(at=> ::std::marker::PhantomData<fn() -> #all>))
}

/// The field of an endpoint that holds its type parameters.
pub(crate) fn marker(generics: &Generics, fields: &[FieldDraft], at: Span) -> Option<FieldDraft> {
    let ty = marker_type(generics, at)?;
    let mut name = "marker".to_owned();
    while fields.iter().any(|field| field.ident == name) {
        name.push('_');
    }
    let place = Some(Spanned { value: PlaceKey::Skip, span: at });
    let attrs = Ok(FieldAttrs { place, ..FieldAttrs::default() });
    Some(FieldDraft {
        ident: Ident::new(&name, at_span(at).resolved_at(Span::call_site())),
        ty,
        attrs,
        others: Vec::new(),
    })
}
