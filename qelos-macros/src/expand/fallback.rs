//! Stand-ins for declarations with mistakes, so that code which uses them gets no errors of its own. They are written from
//! drafts.
//!
//! They compile, and are never run: the errors next to them stop the build.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{GenericParam, Generics, ItemTrait, Type};

use crate::draft::{EndpointDraft, Given, SessionDraft, Settings, StructHead};
use crate::expand::encode::docs_name;
use crate::expand::{arguments, attrs};
use crate::model::{Operation, Resource, StandIn, item_type};
use crate::runtime_path::RuntimePath;
use crate::tokens::{self, at_span, said_by_us};

/// In place of `impl Endpoint`. Types of the user's are in it, or else the compiler reports their imports as unused.
pub(crate) fn endpoint(draft: &EndpointDraft, runtime: &RuntimePath) -> TokenStream {
    let EndpointDraft { head, settings: Settings { auth, response, error, .. }, .. } = draft;
    let (ident, attrs) = (attrs::name_of(head), attrs::of_what_stands_for(head, draft.attrs_of_fields()));
    let name = docs_name(&ident);
    let auth = match auth.given() {
        Some(auth) if !matches!(auth, Type::Tuple(_)) => quote!(#auth),
        _ => quote!(#runtime::Public),
    };
    let response = response.given().map_or_else(|| quote!(()), |response| quote!(#response));
    let error = error.given().map_or_else(|| quote!(()), |error| quote!(#error));
    let generics = &head.generics;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let paged = paged(draft, runtime);
    quote_spanned! {Span::mixed_site()=>
        #paged

        #(#attrs)*
        impl #impl_generics #runtime::Endpoint for #ident #ty_generics #where_clause {
            const NAME: &'static #runtime::str = #name;
            const METHOD: #runtime::Method = #runtime::Method::GET;
            const PATH: #runtime::PathTemplate = #runtime::PathTemplate::new("/");
            type Auth = #auth;
            type Response = #response;
            type Error = #error;

            fn encode(&self) -> #runtime::Encoded {
                #runtime::unreachable!()
            }

            fn decode(_: &#runtime::Received) -> #runtime::Decoded<Self::Response> {
                #runtime::unreachable!()
            }
        }
    }
}

/// In place of `impl Paged`, for an endpoint with pages.
fn paged(draft: &EndpointDraft, runtime: &RuntimePath) -> Option<TokenStream> {
    let EndpointDraft { head, settings: Settings { pages, response, .. }, .. } = draft;
    let item = pages.as_ref()?.as_ref().ok().zip(response.given());
    let item = item.and_then(|(pages, response)| item_type(pages, response));
    let item = item.map_or_else(|| quote!(()), |item| quote!(#item));
    let (ident, attrs) = (attrs::name_of(head), attrs::of_what_stands_for(head, draft.attrs_of_fields()));
    let (impl_generics, ty_generics, where_clause) = head.generics.split_for_impl();
    Some(quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::Paged for #ident #ty_generics #where_clause {
            type Item = #item;
            type Position = ();
            const POSITION: &'static #runtime::str = "";

            fn following(&self, _: &Self::Response) -> #runtime::Result<#runtime::Option<Self>, #runtime::DecodeError> {
                #runtime::unreachable!()
            }

            fn items(_: Self::Response) -> #runtime::Vec<Self::Item> {
                #runtime::unreachable!()
            }

            fn position(&self) {}

            fn at(&self, _: ()) -> Self {
                #runtime::unreachable!()
            }
        }
    })
}

/// In place of `impl DecodeRequest`.
pub(crate) fn decode_request(draft: &EndpointDraft, runtime: &RuntimePath) -> TokenStream {
    let head = &draft.head;
    let (ident, attrs) = (attrs::name_of(head), attrs::of_what_stands_for(head, draft.attrs_of_fields()));
    let (impl_generics, ty_generics, where_clause) = head.generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::DecodeRequest for #ident #ty_generics #where_clause {
            fn decode_request(_: &#runtime::HttpRequest<#runtime::Bytes>) -> #runtime::Result<Self, #runtime::RequestError> {
                #runtime::unreachable!()
            }
        }

        #(#attrs)*
        impl #impl_generics #runtime::EncodeResponse for #ident #ty_generics #where_clause {
            fn encode_response(_: &Self::Response) -> #runtime::Result<#runtime::HttpResponse<#runtime::Bytes>, #runtime::EncodeError> {
                #runtime::unreachable!()
            }
        }
    }
}

/// In place of what `#[derive(Response)]` writes.
/// A scheme that begins with any endpoint, and satisfies any requirement.
pub(crate) fn session(draft: &SessionDraft, runtime: &RuntimePath) -> TokenStream {
    let head = &draft.head;
    let ident = attrs::name_of(head);
    let uses = draft.satisfies.given().into_iter().flatten().chain(draft.sign_in.given());
    let (impl_generics, ty_generics, where_clause) = head.generics.split_for_impl();
    let stand_in = generics_with(head, quote!(QelosAny));
    let (impl_for_any, _, _) = stand_in.split_for_impl();
    let of_an_endpoint = generics_with(head, quote!(QelosAny: #runtime::Endpoint));
    let (impl_for_endpoints, _, _) = of_an_endpoint.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        impl #impl_generics #runtime::sessions::SessionScheme for #ident #ty_generics #where_clause {
            const NAME: &'static #runtime::str = "";
            type Tokens = #runtime::sessions::DeclaredTokens;

            async fn renew<QelosTransport: #runtime::sessions::Transport>(
                &self,
                _: &#runtime::sessions::DeclaredTokens,
                _: &#runtime::sessions::Connection<QelosTransport>,
            ) -> #runtime::Result<#runtime::sessions::DeclaredTokens, #runtime::sessions::RenewalFailed> {
                let _: #runtime::Option<(#(#uses,)*)>;
                #runtime::unreachable!()
            }
        }

        impl #impl_for_any #runtime::sessions::Satisfies<QelosAny> for #ident #ty_generics #where_clause {}

        impl #impl_for_endpoints #runtime::sessions::BeginsWith<QelosAny> for #ident #ty_generics #where_clause {
            fn begun(
                &self,
                _: QelosAny::Response,
            ) -> #runtime::Result<#runtime::sessions::DeclaredTokens, #runtime::sessions::Error> {
                #runtime::unreachable!()
            }
        }
    }
}

fn generics_with(head: &StructHead, parameter: TokenStream) -> Generics {
    let mut generics = head.generics.clone();
    if let Ok(parameter) = syn::parse2(parameter) {
        generics.params.push(parameter);
    }
    generics
}

pub(crate) fn response(head: &StructHead, runtime: &RuntimePath) -> TokenStream {
    let ident = attrs::name_of(head);
    let mut generics = head.generics.clone();
    if !generics.params.is_empty() {
        generics.make_where_clause().predicates.push(syn::parse_quote!(Self: 'static));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        impl #impl_generics #runtime::Response for #ident #ty_generics #where_clause {
            fn from_response(
                _: &'static #runtime::EndpointInfo,
                _: &#runtime::HttpResponse<#runtime::Bytes>,
            ) -> #runtime::Result<Self, #runtime::ResponseError> {
                #runtime::unreachable!()
            }
        }

        impl #impl_generics #runtime::ErrorResponse for #ident #ty_generics #where_clause {
            fn from_refusal(
                _: &'static #runtime::EndpointInfo,
                _: &#runtime::ApiError,
            ) -> #runtime::Option<#runtime::Result<Self, #runtime::DecodeError>> {
                #runtime::unreachable!()
            }
        }

        impl #impl_generics #runtime::ToResponse for #ident #ty_generics #where_clause {
            fn to_response(&self) -> #runtime::Result<#runtime::HttpResponse<#runtime::Bytes>, #runtime::EncodeError> {
                #runtime::unreachable!()
            }
        }
    }
}

/// In place of the endpoint that a method declares.
pub(super) fn declared(draft: &EndpointDraft, resource: &Resource, runtime: &RuntimePath) -> TokenStream {
    let StructHead { ident, vis, generics, .. } = &draft.head;
    let where_clause = &generics.where_clause;
    let fields = draft.fields.iter().map(|field| {
        let (name, ty, cfgs) = (said_by_us(&field.ident), &field.ty, attrs::cfgs(&field.others));
        quote!(#(#cfgs)* #[doc = ""] #vis #name: #ty)
    });
    let attrs = attrs::of_what_stands_for(&draft.head, draft.attrs_of_fields());
    let encode = endpoint(draft, runtime);
    let decode = resource.decode.then(|| decode_request(draft, runtime));
    quote! {
        #(#attrs)*
        #[doc = ""]
        #vis struct #ident #generics #where_clause { #(#fields),* }
        #encode
        #decode
    }
}

/// In place of a method of the handle.
pub(super) fn method(
    operation: &Operation,
    StandIn { generics, uses, .. }: &StandIn,
    (resource, written): (&Resource, &ItemTrait),
    caller: &Ident,
    runtime: &RuntimePath,
) -> TokenStream {
    let Operation { attrs, returns, .. } = operation;
    let (attrs, ident, vis) = (attrs::of_a_method(attrs), said_by_us(&operation.ident), &resource.vis);
    let (args, names) = (arguments::declared(operation), arguments::names(operation));
    // The type parameters of the resource are those of its handle.
    let mut all_generics = Generics::default();
    let lifetimes = written.generics.params.iter().filter(|param| matches!(param, GenericParam::Lifetime(_)));
    all_generics.params.extend(lifetimes.chain(&generics.params).cloned());
    let where_clause = &generics.where_clause;
    let uses = uses.iter().map(tokens::subject);
    quote_spanned! {at_span(ident.span())=>
        #(#attrs)*
        #vis async fn #ident #all_generics(&self, #args) -> #runtime::Result<#returns, #caller::Error> #where_clause {
            let _ = (#(#names,)*);
            let _: #runtime::Option<(#(#uses,)*)> = #runtime::Option::None;
            #runtime::unreachable!()
        }
    }
}
