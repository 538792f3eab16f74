//! `impl DecodeRequest`: reading requests, writing answers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::draft::DefaultKey;
use crate::expand::encode::{bounded, cfgs, docs_name, spot};
use crate::krate::Krate;
use crate::model::{Answer, Endpoint, Field, Place};
use crate::tokens;

/// The implementation of `DecodeRequest`.
pub(super) fn endpoint(endpoint: &Endpoint, krate: &Krate) -> TokenStream {
    let ident = &endpoint.ident;
    let encode = match &endpoint.answer {
        Answer::Nothing => {
            quote_spanned!(Span::mixed_site()=> let _ = qelos_response; #krate::Result::Ok(#krate::encode_nothing()))
        }
        Answer::Json(ty) => quote_spanned!(spot(ty.span())=> #krate::encode_json::<Self, #ty>(qelos_response)),
    };
    let decode = body(endpoint, krate);
    let mut generics = bounded(endpoint, krate, true);
    if let Answer::Json(ty) = &endpoint.answer
        && generics.type_params().next().is_some()
    {
        let ty = tokens::subject(ty);
        generics.make_where_clause().predicates.push(syn::parse_quote!(#ty: #krate::JsonAnswer));
    }
    // Whoever derives this alone is told so once. With parameters it would hide what the answer is.
    if generics.params.is_empty() {
        generics
            .make_where_clause()
            .predicates
            .push(syn::parse_quote_spanned!(spot(ident.span())=> Self: #krate::Endpoint));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let cfgs = cfgs(&endpoint.attrs);
    quote_spanned! {Span::mixed_site()=>
        #(#cfgs)*
        // A struct that is deprecated is so for its users.
        #[allow(deprecated)]
        impl #impl_generics #krate::DecodeRequest for #ident #ty_generics #where_clause {
            fn decode_request(qelos_request: &#krate::HttpRequest<#krate::Bytes>) -> #krate::Result<Self, #krate::RequestError> {
                #decode
            }

            fn encode_response(qelos_response: &Self::Response) -> #krate::Result<#krate::HttpResponse<#krate::Bytes>, #krate::EncodeError> {
                #encode
            }
        }
    }
}

fn body(endpoint: &Endpoint, krate: &Krate) -> TokenStream {
    let reader = Ident::new("qelos_reader", Span::mixed_site());
    let has = |place| endpoint.fields_in(place).next().is_some();
    let open = match (has(Place::Json), has(Place::Form)) {
        (true, _) => Some(quote!(#reader.open_json()?;)),
        (_, true) => Some(quote!(#reader.open_form();)),
        _ => None,
    };
    let mutable = open.is_some().then(|| quote!(mut));
    let start = quote_spanned!(Span::mixed_site()=>
        #krate::RequestReader::new(#krate::EndpointInfo::of::<Self>(), qelos_request)?
    );
    // What is flattened gets what the others have left.
    let (rest, named): (Vec<_>, Vec<_>) = endpoint.fields.iter().partition(|field| field.flatten.is_some());
    let init = |field: &&Field| {
        let (ident, value) = (&field.ident, value(field, &reader, endpoint, krate));
        quote_spanned!(spot(field.ty.span())=> #ident: #value)
    };
    let (named, rest): (Vec<_>, Vec<_>) = (named.iter().map(init).collect(), rest.iter().map(init).collect());
    let build = quote_spanned!(Span::mixed_site()=> #krate::Result::Ok(Self { #(#named,)* #(#rest,)* }));
    if endpoint.fields.iter().all(|field| field.place == Place::Skip) {
        return quote_spanned!(Span::mixed_site()=> #start; #build);
    }
    quote_spanned! {Span::mixed_site()=>
        let #mutable #reader = #start;
        #open
        #build
    }
}

/// The expression that reads one field.
fn value(field: &Field, reader: &Ident, endpoint: &Endpoint, krate: &Krate) -> TokenStream {
    let Field { ident, ty, wire, .. } = field;
    let at = spot(ty.span());
    match field.place {
        Place::Path => {
            let name = docs_name(ident);
            quote_spanned!(at=> #reader.path::<#ty>(#name)?)
        }
        Place::Query | Place::Json | Place::Form => {
            let (method, arguments) = part(field, endpoint, krate);
            quote_spanned!(at=> #reader.#method #arguments?)
        }
        Place::Header if field.secret.is_some() => quote_spanned!(at=> #reader.secret_header::<#ty>(#wire)?),
        Place::Header => quote_spanned!(at=> #reader.header::<#ty, _>(#wire)?),
        Place::Body => quote_spanned!(at=> #reader.json_body::<#ty>(#wire)?),
        Place::Raw => quote_spanned!(at=> #reader.raw::<#ty>(#wire)?),
        Place::Bearer => quote_spanned!(at=> #reader.bearer::<#ty>(#wire)?),
        Place::Skip => {
            let default = default(field, krate).unwrap_or_else(|| quote_spanned!(at=> #krate::default_value::<#ty>));
            quote_spanned!(at=> #default())
        }
    }
}

/// How a field of the query, the form or the JSON object is read: the method, and what it is given.
fn part(field: &Field, endpoint: &Endpoint, krate: &Krate) -> (Ident, TokenStream) {
    let Field { ty, wire, .. } = field;
    let at = spot(ty.span());
    let (plain, flattened, with) = match field.place {
        Place::Query => ("query", "query_flattened", "query_with"),
        Place::Form => ("form_field", "form_flattened", "form_field_with"),
        _ => ("json_field", "json_flattened", "json_field_with"),
    };
    if field.flatten.is_some() {
        let named = endpoint.fields.iter().filter(|other| other.place == field.place && other.flatten.is_none());
        let named = named.map(|other| &other.wire);
        // A JSON object loses its fields as they are read, so it needs no list of them.
        let but = (field.place != Place::Json).then(|| quote!(, &[#(#named),*]));
        return (Ident::new(flattened, at), quote_spanned!(at=> ::<#ty>(#wire #but)));
    }
    let default = match default(field, krate) {
        Some(default) => quote_spanned!(at=> #krate::default_by::<#ty>(#default)),
        None => quote_spanned!(at=> #krate::Option::None),
    };
    match &field.read {
        Some(read) => {
            (Ident::new(with, at), quote_spanned!(at=> ::<#ty>(#wire, #default, |qelos_value| #read(qelos_value))))
        }
        None => (Ident::new(plain, at), quote_spanned!(at=> ::<#ty>(#wire, #default))),
    }
}

fn default(field: &Field, krate: &Krate) -> Option<TokenStream> {
    let ty = &field.ty;
    Some(match field.default.as_ref()? {
        DefaultKey::Trait(_) => quote_spanned!(spot(ty.span())=> #krate::default_value::<#ty>),
        DefaultKey::Path(path) => quote!(#path),
    })
}
