//! Stand-ins for what could not be generated, so that code which uses it gets no errors of its own.
//!
//! They compile, and are never run: the errors next to them stop the build.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;

use crate::expand::attrs;
use crate::expand::encode::{docs_name, response};
use crate::model::Endpoint;
use crate::runtime_path::RuntimePath;

/// In place of `impl Endpoint`.
pub(crate) fn endpoint(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let Endpoint { generics, error, .. } = endpoint;
    let (ident, attrs) = (attrs::name_of(endpoint), attrs::of_what_stands_for(endpoint));
    let name = docs_name(&ident);
    let response = response(&endpoint.response);
    // What was written is used, so that its import is.
    let auth = match &endpoint.auth {
        Type::Tuple(_) => quote!(#runtime::Public),
        written => quote!(#written),
    };
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::Endpoint for #ident #ty_generics #where_clause {
            const NAME: &'static #runtime::str = #name;
            const METHOD: #runtime::Method = #runtime::Method::GET;
            const PATH: #runtime::PathTemplate = #runtime::PathTemplate::new("/");
            type Auth = #auth;
            type Response = #response;
            type Error = #error;
            const IDEMPOTENT: #runtime::bool = false;
            const TIMEOUT: #runtime::Option<#runtime::Duration> = #runtime::Option::None;

            fn encode(&self) -> #runtime::Result<#runtime::Request, #runtime::EncodeError> {
                #runtime::unreachable!()
            }

            fn decode(_: &#runtime::HttpResponse<#runtime::Bytes>) -> #runtime::Result<Self::Response, #runtime::ResponseError> {
                #runtime::unreachable!()
            }
        }
    }
}

/// In place of `impl DecodeRequest`.
pub(crate) fn decode_request(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let generics = &endpoint.generics;
    let (ident, attrs) = (attrs::name_of(endpoint), attrs::of_what_stands_for(endpoint));
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::DecodeRequest for #ident #ty_generics #where_clause {
            fn decode_request(_: &#runtime::HttpRequest<#runtime::Bytes>) -> #runtime::Result<Self, #runtime::RequestError> {
                #runtime::unreachable!()
            }

            fn encode_response(_: &Self::Response) -> #runtime::Result<#runtime::HttpResponse<#runtime::Bytes>, #runtime::EncodeError> {
                #runtime::unreachable!()
            }
        }
    }
}
