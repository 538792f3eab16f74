//! Stand-ins for what could not be generated, so that code which uses it gets no errors of its own.
//!
//! They compile, and are never run: the errors next to them stop the build.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;

use crate::expand::attrs;
use crate::expand::encode::{answer, docs_name};
use crate::krate::Krate;
use crate::model::Endpoint;

/// In place of `impl Endpoint`.
pub(super) fn endpoint(endpoint: &Endpoint, krate: &Krate) -> TokenStream {
    let Endpoint { generics, error, .. } = endpoint;
    let (ident, attrs) = (attrs::name_of(endpoint), attrs::of_what_stands_for(endpoint));
    let name = docs_name(&ident);
    let answer = answer(&endpoint.answer);
    // What was written is used, so that its import is.
    let auth = match &endpoint.auth {
        Type::Tuple(_) => quote!(#krate::Public),
        written => quote!(#written),
    };
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #krate::Endpoint for #ident #ty_generics #where_clause {
            const NAME: &'static #krate::str = #name;
            const METHOD: #krate::Method = #krate::Method::GET;
            const PATH: #krate::PathTemplate = #krate::PathTemplate::new("/");
            type Auth = #auth;
            type Response = #answer;
            type Error = #error;
            const IDEMPOTENT: #krate::bool = false;
            const TIMEOUT: #krate::Option<#krate::Duration> = #krate::Option::None;

            fn encode(&self) -> #krate::Result<#krate::Request, #krate::EncodeError> {
                #krate::unreachable!()
            }

            fn decode(_: &#krate::HttpResponse<#krate::Bytes>) -> #krate::Result<Self::Response, #krate::ResponseError> {
                #krate::unreachable!()
            }
        }
    }
}

/// In place of `impl DecodeRequest`.
pub(super) fn decode_request(endpoint: &Endpoint, krate: &Krate) -> TokenStream {
    let generics = &endpoint.generics;
    let (ident, attrs) = (attrs::name_of(endpoint), attrs::of_what_stands_for(endpoint));
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #krate::DecodeRequest for #ident #ty_generics #where_clause {
            fn decode_request(_: &#krate::HttpRequest<#krate::Bytes>) -> #krate::Result<Self, #krate::RequestError> {
                #krate::unreachable!()
            }

            fn encode_response(_: &Self::Response) -> #krate::Result<#krate::HttpResponse<#krate::Bytes>, #krate::EncodeError> {
                #krate::unreachable!()
            }
        }
    }
}
