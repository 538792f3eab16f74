//! The path of a declaration: parse, settle, check, and either write the code or report every mistake next to a stand-in,
//! so that one mistake is one message.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{DeriveInput, Item};

use crate::draft::ResourceDraft;
use crate::errors::Errors;
use crate::model::{Endpoint, Resource};
use crate::runtime_path::{Flavour, RuntimePath};
use crate::{check, expand, parse};

/// `#[derive(Endpoint)]`.
pub(crate) fn endpoint(item: TokenStream, flavour: Flavour) -> TokenStream {
    derive(item, flavour, expand::endpoint, |endpoint, runtime, errors| {
        let errors = errors.finish();
        let stand_in = expand::fallback::endpoint(endpoint, runtime);
        quote!(#errors #stand_in)
    })
}

/// `#[derive(DecodeRequest)]`. Its mistakes are those of `#[derive(Endpoint)]`, which reports them.
pub(crate) fn decode_request(item: TokenStream, flavour: Flavour) -> TokenStream {
    let write = |endpoint: &Endpoint, runtime: &RuntimePath| {
        let errors = Errors::default();
        check::read_back(endpoint, &errors);
        let failed = errors.failed();
        let errors = errors.finish();
        let code = if failed {
            expand::fallback::decode_request(endpoint, runtime)
        } else {
            expand::decode_request(endpoint, runtime)
        };
        quote!(#errors #code)
    };
    derive(item, flavour, write, |endpoint, runtime, errors| {
        errors.discard();
        expand::fallback::decode_request(endpoint, runtime)
    })
}

fn derive(
    item: TokenStream,
    flavour: Flavour,
    write: impl Fn(&Endpoint, &RuntimePath) -> TokenStream,
    report: impl Fn(&Endpoint, &RuntimePath, Errors) -> TokenStream,
) -> TokenStream {
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let errors = Errors::default();
    let draft = parse::endpoint(item, &errors);
    let runtime = RuntimePath::new(flavour, draft.settings.crate_path.as_given());
    let endpoint = Endpoint::settle(draft, &errors);
    check::endpoint(&endpoint, &errors);
    if errors.failed() { report(&endpoint, &runtime, errors) } else { write(&endpoint, &runtime) }
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
    let (draft, written) = parse::resource(settings, parsed, &errors);
    let runtime = RuntimePath::new(flavour, draft.crate_path.as_given());
    let resource = settle(draft, &written, &errors);
    let code = expand::resource(&resource, &written.0, &runtime, &input);
    let errors = errors.finish();
    quote!(#code #errors)
}

fn settle(draft: ResourceDraft, written: &parse::WrittenTrait, errors: &Errors) -> Resource {
    let mut resource = Resource::settle(draft, &written.0.ident, &written.0.vis, errors, check::endpoint);
    check::resource(&mut resource, errors);
    resource
}
