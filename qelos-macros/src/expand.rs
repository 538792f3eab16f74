//! Code: models into tokens. Nothing here can fail, and nothing here decides.
//!
//! The entry functions are the architecture: parse, settle, check, and either write the code or report every mistake
//! next to a stand-in, so that one mistake is one message.

mod attrs;
mod decode;
mod docs;
mod encode;
mod fallback;
mod resource;

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{DeriveInput, Item};

use crate::cx::Cx;
use crate::draft::ResourceDraft;
use crate::krate::{Flavour, Krate};
use crate::model::{Endpoint, Resource};
use crate::{check, parse};

/// `#[derive(Endpoint)]`.
pub(crate) fn endpoint(item: TokenStream, flavour: Flavour) -> TokenStream {
    derive(item, flavour, encode::endpoint, |endpoint, krate, cx| {
        let errors = cx.finish();
        let stand_in = fallback::endpoint(endpoint, krate);
        quote!(#errors #stand_in)
    })
}

/// `#[derive(DecodeRequest)]`. Its mistakes are those of `#[derive(Endpoint)]`, which reports them.
pub(crate) fn decode_request(item: TokenStream, flavour: Flavour) -> TokenStream {
    let write = |endpoint: &Endpoint, krate: &Krate| {
        let cx = Cx::default();
        check::read_back(endpoint, &cx);
        let failed = cx.failed();
        let errors = cx.finish();
        let code = if failed { fallback::decode_request(endpoint, krate) } else { decode::endpoint(endpoint, krate) };
        quote!(#errors #code)
    };
    derive(item, flavour, write, |endpoint, krate, cx| {
        cx.discard();
        fallback::decode_request(endpoint, krate)
    })
}

fn derive(
    item: TokenStream,
    flavour: Flavour,
    write: impl Fn(&Endpoint, &Krate) -> TokenStream,
    report: impl Fn(&Endpoint, &Krate, Cx) -> TokenStream,
) -> TokenStream {
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let cx = Cx::default();
    let draft = parse::endpoint(item, &cx);
    let krate = Krate::new(flavour, draft.settings.krate.as_given());
    let endpoint = Endpoint::settle(draft, &cx);
    check::endpoint(&endpoint, &cx);
    if cx.failed() { report(&endpoint, &krate, cx) } else { write(&endpoint, &krate) }
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
    let cx = Cx::default();
    let input = quote!(#settings #item);
    let (draft, written) = parse::resource(settings, parsed, &cx);
    let krate = Krate::new(flavour, draft.krate.as_given());
    let resource = settle(draft, &written, &cx);
    let code = resource::resource(&resource, &written.0, &krate, &input);
    let errors = cx.finish();
    quote!(#code #errors)
}

fn settle(draft: ResourceDraft, written: &parse::WrittenTrait, cx: &Cx) -> Resource {
    let mut resource = Resource::settle(draft, &written.0.ident, &written.0.vis, cx, check::endpoint);
    check::resource(&mut resource, cx);
    resource
}
