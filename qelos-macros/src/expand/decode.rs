//! `impl DecodeRequest`: reading requests, writing responses.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::draft::DefaultKey;
use crate::expand::attrs;
use crate::expand::encode::{bounded, docs_name, names_beside};
use crate::model::{Endpoint, Field, Place, Response};
use crate::runtime_path::RuntimePath;
use crate::tokens::{self, at_span, said_by_us};

/// The implementation of `DecodeRequest`.
pub(crate) fn endpoint(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let ident = attrs::name_of(&endpoint.head);
    let encode = match &endpoint.response {
        Response::Nothing => {
            quote_spanned!(Span::mixed_site()=> let _ = qelos_response; #runtime::Result::Ok(#runtime::encode_nothing()))
        }
        Response::Json(ty) => quote_spanned!(at_span(ty.span())=> #runtime::encode_json::<Self, #ty>(qelos_response)),
    };
    let decode = body(endpoint, runtime);
    let mut generics = bounded(endpoint, runtime, true);
    if let Response::Json(ty) = &endpoint.response
        && generics.type_params().next().is_some()
    {
        let ty = tokens::subject(ty);
        generics.make_where_clause().predicates.push(syn::parse_quote!(#ty: #runtime::EncodeJson));
    }
    // Whoever derives this alone is told so once. With parameters it would hide what the response is.
    if generics.params.is_empty() {
        generics
            .make_where_clause()
            .predicates
            .push(syn::parse_quote_spanned!(at_span(ident.span())=> Self: #runtime::Endpoint));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let attrs = attrs::of_what_stands_for(&endpoint.head, endpoint.attrs_of_fields());
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::DecodeRequest for #ident #ty_generics #where_clause {
            fn decode_request(qelos_request: &#runtime::HttpRequest<#runtime::Bytes>) -> #runtime::Result<Self, #runtime::RequestError> {
                #decode
            }

            fn encode_response(qelos_response: &Self::Response) -> #runtime::Result<#runtime::HttpResponse<#runtime::Bytes>, #runtime::EncodeError> {
                #encode
            }
        }
    }
}

fn body(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let reader = Ident::new("qelos_reader", Span::mixed_site());
    let has = |place| endpoint.fields_in(place).next().is_some();
    let open = match (has(Place::Json), has(Place::Form)) {
        (true, _) => Some(quote_spanned!(Span::mixed_site()=> #runtime::RequestReader::open_json(&mut #reader)?;)),
        (_, true) => Some(quote_spanned!(Span::mixed_site()=> #runtime::RequestReader::open_form(&mut #reader);)),
        _ => None,
    };
    let takes = |field: &Field| field.place == Place::Query && field.flatten.is_some();
    let mutable = (open.is_some() || endpoint.fields.iter().any(takes)).then(|| quote!(mut));
    let start = quote_spanned!(Span::mixed_site()=>
        #runtime::RequestReader::new(#runtime::EndpointInfo::of::<Self>(), qelos_request)?
    );
    // What is flattened gets what the others have left.
    let (rest, named): (Vec<_>, Vec<_>) = endpoint.fields.iter().partition(|field| field.flatten.is_some());
    let init = |field: &&Field| {
        let (ident, value) = (said_by_us(&field.ident), value(field, &reader, endpoint, runtime));
        let cfgs = attrs::cfgs(&field.attrs);
        quote_spanned!(at_span(field.ty.span())=> #(#cfgs)* #ident: #value)
    };
    let (named, rest): (Vec<_>, Vec<_>) = (named.iter().map(init).collect(), rest.iter().map(init).collect());
    let build = quote_spanned!(Span::mixed_site()=> #runtime::Result::Ok(Self { #(#named,)* #(#rest,)* }));
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
fn value(field: &Field, reader: &Ident, endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let Field { ident, ty, wire, .. } = field;
    let at = at_span(ty.span());
    let (borrow, method, arguments) = match field.place {
        Place::Path => {
            let name = docs_name(ident);
            (quote!(&), quote_spanned!(at=> path::<#ty>), quote!(#name))
        }
        Place::Query | Place::Json | Place::Form => {
            let (method, arguments) = part(field, endpoint, runtime);
            let used_up = field.place == Place::Json || field.flatten.is_some();
            (if used_up { quote!(&mut) } else { quote!(&) }, method, arguments)
        }
        Place::Header if field.secret.is_some() => {
            (quote!(&), quote_spanned!(at=> secret_header::<#ty>), quote!(#wire))
        }
        Place::Header => (quote!(&), quote_spanned!(at=> header::<#ty, _>), quote!(#wire)),
        Place::Body => (quote!(&), quote_spanned!(at=> json_body::<#ty>), quote!(#wire)),
        Place::Raw => (quote!(&), quote_spanned!(at=> raw::<#ty>), quote!(#wire)),
        Place::Bearer => (quote!(&), quote_spanned!(at=> bearer::<#ty>), quote!(#wire)),
        Place::Skip => {
            let default =
                default(field, runtime).unwrap_or_else(|| quote_spanned!(at=> #runtime::default_value::<#ty>));
            return quote_spanned!(at=> #default());
        }
    };
    // By the full path: a method call would be that of any trait in scope that borrows less.
    quote_spanned!(at=> #runtime::RequestReader::#method(#borrow #reader, #arguments)?)
}

/// How a field of the query, the form or the JSON object is read: the method, and what it is given.
fn part(field: &Field, endpoint: &Endpoint, runtime: &RuntimePath) -> (TokenStream, TokenStream) {
    let Field { ty, wire, .. } = field;
    let at = at_span(ty.span());
    let (plain, flattened, with) = match field.place {
        Place::Query => ("query", "query_flattened", "query_with"),
        Place::Form => ("form_field", "form_flattened", "form_field_with"),
        _ => ("json_field", "json_flattened", "json_field_with"),
    };
    if field.flatten.is_some() {
        // A JSON object loses its fields as they are read, so it needs no list of them.
        let but = (field.place != Place::Json).then(|| names_beside(field, endpoint)).map(|names| quote!(, #names));
        let method = Ident::new(flattened, at);
        return (quote_spanned!(at=> #method::<#ty>), quote_spanned!(at=> #wire #but));
    }
    let default = match default(field, runtime) {
        Some(default) => quote_spanned!(at=> #runtime::default_by::<#ty>(#default)),
        None => quote_spanned!(at=> #runtime::Option::None),
    };
    let (method, read) = match &field.read {
        Some(read) => (Ident::new(with, at), Some(quote_spanned!(at=> , |qelos_value| #read(qelos_value)))),
        None => (Ident::new(plain, at), None),
    };
    (quote_spanned!(at=> #method::<#ty>), quote_spanned!(at=> #wire, #default #read))
}

fn default(field: &Field, runtime: &RuntimePath) -> Option<TokenStream> {
    let ty = &field.ty;
    Some(match field.default.as_ref()? {
        DefaultKey::Trait(_) => quote_spanned!(at_span(ty.span())=> #runtime::default_value::<#ty>),
        DefaultKey::Path(path) => quote!(#path),
    })
}
