//! The path of a declaration: parse, settle, check, and either write the code or report every mistake next to a stand-in,
//! so that one mistake is one message.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, Item};

use crate::draft::{Calls, EndpointDraft, FieldAttrs, Given, OperationDraft, ResourceDraft, Settings, StructHead};
use crate::errors::{Errors, Reported};
use crate::expand::fallback;
use crate::model::{Endpoint, Operation, Outline, Pages, Parts, Resource, ResponseType, StandIn, StructNames, Target};
use crate::runtime_path::{Flavour, RuntimePath};
use crate::words::{Template, Verb};
use crate::{check, expand, model, parse};

/// `#[derive(Endpoint)]`.
pub(crate) fn endpoint(item: TokenStream, flavour: Flavour) -> TokenStream {
    let errors = Errors::default();
    let code = derive(item, flavour, &errors).map(|(draft, runtime, endpoint)| match endpoint {
        Ok(endpoint) => {
            let (paged, endpoint) = (expand::paged(&endpoint, &runtime), expand::endpoint(&endpoint, &runtime));
            quote!(#endpoint #paged)
        }
        Err(_) => fallback::endpoint(&draft, &runtime),
    });
    let code = code.unwrap_or_else(syn::Error::into_compile_error);
    let errors = errors.finish();
    quote!(#errors #code)
}

/// `#[derive(DecodeRequest)]`. Its mistakes are those of `#[derive(Endpoint)]`, which reports them.
pub(crate) fn decode_request(item: TokenStream, flavour: Flavour) -> TokenStream {
    let (errors_of_endpoint, errors) = (Errors::default(), Errors::default());
    let code = derive(item, flavour, &errors_of_endpoint).map(|(draft, runtime, endpoint)| {
        match endpoint.and_then(|endpoint| check::read_back(&endpoint, &errors).map(|()| endpoint)) {
            Ok(endpoint) => expand::decode_request(&endpoint, &runtime),
            Err(_) => fallback::decode_request(&draft, &runtime),
        }
    });
    let code = code.unwrap_or_else(syn::Error::into_compile_error);
    errors_of_endpoint.discard();
    let errors = errors.finish();
    quote!(#errors #code)
}

type Derived = (EndpointDraft, RuntimePath, Result<Endpoint, Reported>);

fn derive(item: TokenStream, flavour: Flavour, errors: &Errors) -> syn::Result<Derived> {
    let item: DeriveInput = syn::parse2(item)?;
    let (draft, parsed) = errors.part(|errors| {
        let draft = parse::endpoint(item, errors);
        check::idempotence_is_taken_back_where_it_holds(&draft.settings, false, errors);
        draft
    });
    let runtime = RuntimePath::new(flavour, draft.settings.crate_path.given());
    let endpoint = checked(&draft, errors);
    Ok((draft, runtime, parsed.and(endpoint)))
}

/// The endpoint of a draft, if it keeps the rules.
fn checked(draft: &EndpointDraft, errors: &Errors) -> Result<Endpoint, Reported> {
    let ((outline, parts, pages), outcome) = errors.part(|errors| {
        let outline = Outline::settle(draft, errors);
        let parts = Parts::of(&outline.fields, errors);
        check::endpoint(&outline, errors);
        let pages = Pages::of(&outline, errors);
        (outline, parts, pages)
    });
    outcome.and_then(|()| outline.complete(parts, pages))
}

/// `#[derive(Response)]`.
pub(crate) fn response(item: TokenStream, flavour: Flavour) -> TokenStream {
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let errors = Errors::default();
    let (draft, parsed) = errors.part(|errors| parse::response(item, errors));
    let runtime = RuntimePath::new(flavour, draft.crate_path.given());
    let response = ResponseType::settle(&draft);
    let checked = errors.part(|errors| check::response(&response, errors)).1;
    let code = match parsed.and(checked) {
        Ok(()) => expand::response(&response, &runtime),
        Err(_) => fallback::response(&draft.head, &runtime),
    };
    let errors = errors.finish();
    quote!(#errors #code)
}

/// `#[derive(SessionScheme)]`.
pub(crate) fn session(item: TokenStream) -> TokenStream {
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let errors = Errors::default();
    let (draft, outcome) = errors.part(|errors| {
        let (draft, parsed) = errors.part(|errors| parse::session(item, errors));
        if parsed.is_ok() {
            check::session(&draft, errors);
        }
        draft
    });
    let runtime = RuntimePath::new(Flavour::Client, draft.crate_path.given());
    let code = match outcome {
        Ok(()) => expand::session(&draft, &runtime),
        Err(_) => fallback::session(&draft, &runtime),
    };
    let errors = errors.finish();
    quote!(#errors #code)
}

/// `#[resource]`.
pub(crate) fn resource(settings: TokenStream, item: &TokenStream, flavour: Flavour) -> TokenStream {
    let parsed = match syn::parse2(item.clone()) {
        Ok(Item::Trait(parsed)) => parsed,
        other => {
            let what = "a resource is a trait, whose methods are endpoints: `#[resource(…)] trait Invoices { … }`";
            let error = other.map_or_else(|error| error, |other| syn::Error::new(other.span(), what));
            let error = error.into_compile_error();
            return quote!(#item #error);
        }
    };
    let errors = Errors::default();
    let input = quote!(#settings #item);
    let (mut draft, written) = parse::resource(settings, parsed, &errors);
    model::settle_places(&mut draft, &errors);
    check_places(&mut draft, &errors);
    check::words_of_all_methods(&mut draft, &errors);
    let runtime = RuntimePath::new(flavour, draft.crate_path.given());
    let mut names = StructNames::of(&draft.ident);
    let operations = draft.operations.iter().map(|method| operation(method, &draft, &mut names, &errors)).collect();
    let resource = Resource::of(&draft, operations);
    check::resource(&resource, &errors);
    let code = expand::resource(&resource, &written, &runtime, &input);
    let errors = errors.finish();
    quote!(#code #errors)
}

/// Checks the places of a resource as those of a path alone. One with a mistake becomes a text: each method would report it
/// again.
fn check_places(resource: &mut ResourceDraft, errors: &Errors) {
    if resource.places.is_empty() {
        return;
    }
    let at = Span::call_site();
    let placeholders: Vec<_> = resource.places.iter().map(|place| place.ident.unraw().to_string()).collect();
    let text = format!("/{{{}}}", placeholders.join("}/{"));
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
    let check = |errors: &Errors| check::endpoint(&Outline::settle(&path, errors), errors);
    if errors.part(check).1.is_err() {
        for place in &mut resource.places {
            place.ty = syn::parse_quote!(::std::string::String);
            place.attrs = Ok(FieldAttrs::default());
        }
    }
}

/// One method of a resource. The endpoint that it declares takes the path of a struct.
fn operation(draft: &OperationDraft, resource: &ResourceDraft, names: &mut StructNames, errors: &Errors) -> Operation {
    let calls = match &draft.calls {
        Ok(Calls::Own(settings)) => {
            let declared = model::declared(draft, settings, resource);
            let endpoint = match draft.outcome {
                Ok(()) => checked(&declared, errors),
                // Missing settings are reported, too. The rules are not run: they would report follow-ups.
                Err(reported) => {
                    Outline::settle(&declared, errors);
                    Err(reported)
                }
            };
            Target::own(draft, resource, declared, endpoint, names, errors)
        }
        Ok(Calls::Existing(ty)) => Target::existing(draft, resource, ty, errors),
        Ok(Calls::Nested(path)) => match draft.outcome.and(resource.outcome) {
            Ok(()) => Ok(Target::Nested(path.clone())),
            Err(reported) => Err(StandIn::of(draft, Vec::new(), None, reported)),
        },
        Err(reported) => {
            let uses = resource.auth.given().cloned().into_iter().collect();
            Err(StandIn::of(draft, uses, None, *reported))
        }
    };
    Operation::of(draft, resource, calls)
}
