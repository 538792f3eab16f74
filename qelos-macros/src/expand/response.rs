//! The response of an endpoint: how it is read and written.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Generics, Type, WherePredicate};

use crate::expand::attrs;
use crate::model::{Endpoint, Field, Response};
use crate::runtime_path::RuntimePath;
use crate::tokens::{self, at_span};

/// The type as it stands in `type Response = …`.
pub(super) fn ty(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let ty = endpoint.response.ty().map_or_else(|| quote!(()), |ty| quote!(#ty));
    if endpoint.none.is_some() { quote!(#runtime::Option<#ty>) } else { quote!(#ty) }
}

/// The bound that a type of the response needs.
pub(super) fn bound(response: &Response, runtime: &RuntimePath) -> TokenStream {
    match response {
        Response::Raw(..) => quote!(#runtime::RawBody),
        Response::Format(..) => quote!(#runtime::DecodeBody),
        Response::Stream(..) => quote!(#runtime::StreamResponse),
        Response::Nothing | Response::Typed(_) => quote!(#runtime::Response),
    }
}

/// The format of a body, where the compiler points at it.
pub(super) fn format(field: &Field) -> TokenStream {
    field.format.as_ref().map(|format| quote_spanned!(at_span(format.span())=> #format)).unwrap_or_default()
}

/// The constants of an endpoint that its response decides. Those that are absent are the defaults.
pub(super) fn constants(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let (statuses, accept) = match &endpoint.response {
        // In one piece, because almost all endpoints are such: each piece that is put into another one costs time.
        Response::Typed(ty) if endpoint.none.is_none() && endpoint.accept.is_none() => {
            return quote_spanned! {at_span(ty.span())=>
                const STATUSES: #runtime::Statuses = #runtime::declared::<#ty>().statuses;
                const ACCEPT: #runtime::Accept = #runtime::declared::<#ty>().accept;
            };
        }
        Response::Nothing => (None, None),
        Response::Typed(ty) => {
            let declared = declared(ty, runtime);
            (Some(quote!(#declared.statuses)), Some(quote!(#declared.accept)))
        }
        Response::Raw(_, media_type) => {
            let media_type = media_type.as_ref().map_or_else(|| quote!("*/*"), |media_type| quote!(#media_type));
            (None, Some(quote!(&[#media_type])))
        }
        Response::Format(ty, format) => {
            let format = in_format(format, ty, runtime);
            (None, Some(quote!(&[#format.media_type])))
        }
        Response::Stream(ty, _) => {
            let arriving = arriving(ty, runtime);
            (None, Some(quote!(#arriving.accept)))
        }
    };
    let accept = endpoint.accept.as_ref().map(|media_type| quote!(&[#media_type])).or(accept);
    let statuses = match endpoint.none {
        Some(none) => {
            let present = statuses.unwrap_or_else(|| quote!(#runtime::Statuses::SUCCESS));
            Some(quote!(#runtime::Statuses::with(#present, #none)))
        }
        None => statuses,
    };
    let statuses = statuses.map(|statuses| quote!(const STATUSES: #runtime::Statuses = #statuses;));
    let accept = accept.map(|accept| quote!(const ACCEPT: #runtime::Accept = #accept;));
    let stream = stream(&endpoint.response, runtime);
    quote! {
        #statuses
        #accept
        #stream
    }
}

/// The constant of a response that is a stream.
fn stream(response: &Response, runtime: &RuntimePath) -> TokenStream {
    let Response::Stream(ty, rules) = response else { return TokenStream::new() };
    let rules = stream_rules(rules.as_deref(), runtime);
    let arriving = arriving(ty, runtime);
    quote_spanned! {Span::mixed_site()=>
        const STREAM: #runtime::Option<#runtime::ReadStream<Self::Response>> = #runtime::Option::Some(|qelos_response| #arriving.open::<Self>(#rules, qelos_response));
    }
}

/// The facts of the type of a stream.
fn arriving(ty: &Type, runtime: &RuntimePath) -> TokenStream {
    quote_spanned!(at_span(ty.span())=> #runtime::arriving::<#ty>())
}

fn stream_rules(rules: Option<&Expr>, runtime: &RuntimePath) -> TokenStream {
    rules.map_or_else(|| quote!(#runtime::StreamRules::new()), |rules| quote!(const { #rules }))
}

/// The facts of the type of a response.
fn declared(ty: &Type, runtime: &RuntimePath) -> TokenStream {
    quote_spanned!(at_span(ty.span())=> #runtime::declared::<#ty>())
}

/// How a body in a format of the user is read. The compiler points at the format, or at the type.
pub(super) fn in_format(format: &Type, ty: &Type, runtime: &RuntimePath) -> TokenStream {
    let (format, ty) = (quote_spanned!(at_span(format.span())=> #format), quote_spanned!(at_span(ty.span())=> #ty));
    quote_spanned!(Span::mixed_site()=> #runtime::in_format::<#format, #ty>())
}

/// The body of `Endpoint::decode`.
pub(super) fn decode(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let read = |response: TokenStream| match &endpoint.response {
        Response::Nothing => quote_spanned!(Span::mixed_site()=> #runtime::decode_nothing::<Self>(#response)),
        Response::Typed(ty) => {
            quote_spanned! {at_span(ty.span())=>
                (#runtime::declared::<#ty>().read)(#runtime::EndpointInfo::of::<Self>(), #response)
            }
        }
        Response::Raw(ty, media_type) => {
            let media_type = media_type_or_none(media_type.as_ref(), runtime);
            quote_spanned!(at_span(ty.span())=> #runtime::decode_raw::<Self, #ty>(#media_type, #response))
        }
        Response::Format(ty, format) => {
            let format = in_format(format, ty, runtime);
            quote_spanned!(Span::mixed_site()=> #runtime::decode_format::<Self, _>(&#format, #response))
        }
        Response::Stream(ty, rules) => {
            let rules = stream_rules(rules.as_deref(), runtime);
            let arriving = arriving(ty, runtime);
            quote_spanned!(Span::mixed_site()=> #arriving.decode::<Self>(#rules, #response))
        }
    };
    match endpoint.none {
        None => read(quote_spanned!(Span::mixed_site()=> qelos_response)),
        Some(none) => {
            let present = read(quote_spanned!(Span::mixed_site()=> qelos_present));
            quote_spanned! {Span::mixed_site()=>
                #runtime::decode_or_none::<Self, _>(#none, qelos_response, |qelos_present| #present)
            }
        }
    }
}

pub(super) fn media_type_or_none(media_type: Option<&syn::LitStr>, runtime: &RuntimePath) -> TokenStream {
    match media_type {
        Some(media_type) => quote!(#runtime::Option::Some(#media_type)),
        None => quote!(#runtime::Option::None),
    }
}

/// A bound with a lifetime, which the compiler looks at where the implementation is used, and takes for granted in it: a
/// client needs no `Serialize`, and a type that is wrong for reading as well is reported once.
pub(super) fn bound_at_use(ty: &Type, bound: &TokenStream) -> WherePredicate {
    let ty = tokens::subject(ty);
    syn::parse_quote!(for<'qelos> #ty: #bound)
}

/// The implementation of `EncodeResponse`. A stream has none: it cannot be written as a whole.
pub(super) fn encode_response(endpoint: &Endpoint, generics: &Generics, runtime: &RuntimePath) -> TokenStream {
    let ident = attrs::name_of(&endpoint.head);
    let value = match endpoint.none {
        Some(_) => quote_spanned!(Span::mixed_site()=> qelos_present),
        None => quote_spanned!(Span::mixed_site()=> qelos_response),
    };
    let (bounds, write) = match &endpoint.response {
        Response::Nothing => {
            let write = quote_spanned! {Span::mixed_site()=>
                let _ = #value;
                #runtime::Result::Ok(#runtime::encode_nothing())
            };
            (Vec::new(), write)
        }
        Response::Typed(ty) => {
            let write = quote_spanned!(at_span(ty.span())=> #runtime::encode::<Self, #ty>(#value));
            (vec![bound_at_use(ty, &quote!(#runtime::ToResponse))], write)
        }
        Response::Raw(ty, media_type) => {
            let media_type = media_type_or_none(media_type.as_ref(), runtime);
            let write = quote_spanned!(at_span(ty.span())=> #runtime::encode_raw::<Self, #ty>(#media_type, #value));
            (vec![bound_at_use(ty, &quote!(#runtime::RawBody))], write)
        }
        Response::Format(ty, format) => {
            let write = quote_spanned!(at_span(ty.span())=> #runtime::encode_format::<Self, #format, #ty>(#value));
            let of_value = bound_at_use(ty, &quote!(#runtime::FormatValue));
            (vec![of_value, bound_at_use(format, &quote!(#runtime::Format))], write)
        }
        Response::Stream(..) => return TokenStream::new(),
    };
    let write = match endpoint.none {
        Some(none) => quote_spanned! {Span::mixed_site()=>
            #runtime::encode_or_none(#none, qelos_response, |qelos_present| { #write })
        },
        None => write,
    };
    let mut generics = generics.clone();
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let attrs = attrs::of_what_stands_for(&endpoint.head, endpoint.attrs_of_fields());
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::EncodeResponse for #ident #ty_generics #where_clause {
            fn encode_response(qelos_response: &Self::Response) -> #runtime::Result<#runtime::HttpResponse<#runtime::Bytes>, #runtime::EncodeError> {
                #write
            }
        }
    }
}
