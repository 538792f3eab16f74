//! `impl DecodeRequest`: reading requests, writing answers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::draft::DefaultKey;
use crate::expand::encode::{bounded, docs_name, spot};
use crate::krate::Krate;
use crate::model::{Answer, Endpoint, Field, Place};

/// The implementation of `DecodeRequest`.
pub(super) fn endpoint(endpoint: &Endpoint, krate: &Krate) -> TokenStream {
    let ident = &endpoint.ident;
    let encode = match &endpoint.answer {
        Answer::Nothing => {
            quote_spanned!(Span::mixed_site()=> let () = response; #krate::Result::Ok(#krate::encode_nothing()))
        }
        Answer::Json(ty) => quote_spanned!(spot(ty.span())=> #krate::encode_json::<Self, #ty>(response)),
    };
    let decode = body(endpoint, krate);
    let mut generics = bounded(endpoint, krate, &quote!(#krate::Wire), &quote!(#krate::PathText));
    if let Answer::Json(ty) = &endpoint.answer
        && generics.type_params().next().is_some()
    {
        generics.make_where_clause().predicates.push(syn::parse_quote!(#ty: #krate::serde::Serialize));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        impl #impl_generics #krate::DecodeRequest for #ident #ty_generics #where_clause {
            fn decode_request(request: &#krate::HttpRequest<#krate::Bytes>) -> #krate::Result<Self, #krate::RequestError> {
                #decode
            }

            fn encode_response(response: &Self::Response) -> #krate::Result<#krate::HttpResponse<#krate::Bytes>, #krate::EncodeError> {
                #encode
            }
        }
    }
}

fn body(endpoint: &Endpoint, krate: &Krate) -> TokenStream {
    let reader = Ident::new("reader", Span::mixed_site());
    let json = endpoint.fields_in(Place::Json).next().is_some();
    let open = json.then(|| quote!(#reader.open_json()?;));
    let mutable = json.then(|| quote!(mut));
    let fields = endpoint.fields.iter().map(|field| {
        let (ident, value) = (&field.ident, value(field, &reader, krate));
        quote_spanned!(spot(field.ty.span())=> #ident: #value)
    });
    let start = quote_spanned!(Span::mixed_site()=>
        #krate::RequestReader::new(#krate::EndpointInfo::of::<Self>(), request)?
    );
    if endpoint.fields.iter().all(|field| field.place == Place::Skip) {
        return quote_spanned! {Span::mixed_site()=>
            #start;
            #krate::Result::Ok(Self { #(#fields),* })
        };
    }
    quote_spanned! {Span::mixed_site()=>
        let #mutable #reader = #start;
        #open
        #krate::Result::Ok(Self { #(#fields),* })
    }
}

/// The expression that reads one field.
fn value(field: &Field, reader: &Ident, krate: &Krate) -> TokenStream {
    let Field { ident, ty, wire, .. } = field;
    let at = spot(ty.span());
    let default = field.default.as_ref().map(|default| match default {
        DefaultKey::Trait => quote_spanned!(at=> <#ty as #krate::Default>::default),
        DefaultKey::Path(path) => quote!(#path),
    });
    match (&field.place, default) {
        (Place::Path, _) => {
            let name = docs_name(ident);
            quote_spanned!(at=> #reader.path::<#ty>(#name)?)
        }
        (Place::Query, None) => quote_spanned!(at=> #reader.query::<#ty>(#wire)?),
        (Place::Query, Some(default)) => quote_spanned!(at=> #reader.query_or::<#ty>(#wire, #default)?),
        (Place::Json, None) => quote_spanned!(at=> #reader.json_field::<#ty>(#wire)?),
        (Place::Json, Some(default)) => quote_spanned!(at=> #reader.json_field_or::<#ty>(#wire, #default)?),
        (Place::Header, _) if field.secret.is_some() => quote_spanned!(at=> #reader.secret_header::<#ty>(#wire)?),
        (Place::Header, _) => quote_spanned!(at=> #reader.header::<#ty, _>(#wire)?),
        (Place::Body, _) => quote_spanned!(at=> #reader.json_body::<#ty>(#wire)?),
        (Place::Bearer, _) => quote_spanned!(at=> #reader.bearer(#wire)?),
        (Place::Skip, Some(default)) => quote_spanned!(at=> #default()),
        (Place::Skip, None) => quote_spanned!(at=> <#ty as #krate::Default>::default()),
    }
}
