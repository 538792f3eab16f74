//! `impl DecodeRequest` and `impl EncodeResponse`: reading requests, writing responses.

use std::rc::Rc;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::draft::{DefaultKey, HeaderDraft};
use crate::expand::encode::{
    FORM, Functions, JSON, QUERY, bounded, docs_name, headers_beside, names_beside, part_by_type, read,
};
use crate::expand::{attrs, response};
use crate::model::{Body, Endpoint, Field, Place};
use crate::runtime_path::RuntimePath;
use crate::tokens::{at_span, said_by_us};

/// The implementations of `DecodeRequest` and `EncodeResponse`.
pub(crate) fn endpoint(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let ident = attrs::name_of(&endpoint.head);
    let decode = body(endpoint, runtime);
    let mut generics = bounded(endpoint, runtime, true);
    // Without `Endpoint`, this bound is the one error. With type parameters the bound would hide the type of the
    // response.
    if generics.params.is_empty() {
        generics
            .make_where_clause()
            .predicates
            .push(syn::parse_quote_spanned!(at_span(ident.span())=> Self: #runtime::Endpoint));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let attrs = attrs::of_what_stands_for(&endpoint.head, endpoint.attrs_of_fields());
    let encode_response = response::encode_response(endpoint, &generics, runtime);
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::DecodeRequest for #ident #ty_generics #where_clause {
            fn decode_request(qelos_request: &#runtime::HttpRequest<#runtime::Bytes>) -> #runtime::Result<Self, #runtime::RequestError> {
                #decode
            }
        }

        #encode_response
    }
}

fn body(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let reader = Ident::new("qelos_reader", Span::mixed_site());
    let open = match &endpoint.parts.body {
        Body::JsonFields(_) => quote_spanned!(Span::mixed_site()=> #runtime::RequestReader::open_json(&mut #reader)?;),
        Body::Form(_) => quote_spanned!(Span::mixed_site()=> #runtime::RequestReader::open_form(&mut #reader);),
        Body::Parts(_) => quote_spanned!(Span::mixed_site()=> #runtime::RequestReader::open_parts(&mut #reader)?;),
        Body::None | Body::Json(_) | Body::Raw(_) | Body::Format(_) => TokenStream::new(),
    };
    let takes = endpoint.parts.query.iter().any(|field| field.flatten.is_some());
    let mutable = (takes || !open.is_empty()).then(|| quote!(mut));
    let start = quote_spanned!(Span::mixed_site()=>
        #runtime::RequestReader::new(#runtime::EndpointInfo::of::<Self>(), qelos_request)?
    );
    // A flattened field takes the rest, so it is read after the others.
    let (rest, named): (Vec<_>, Vec<_>) = endpoint.fields.iter().partition(|field| field.flatten.is_some());
    let init = |field: &&Rc<Field>| {
        let (ident, value) = (said_by_us(&field.ident), value(field, &reader, endpoint, runtime));
        let cfgs = attrs::cfgs(&field.attrs);
        quote_spanned!(field.at=> #(#cfgs)* #ident: #value)
    };
    let (named, rest): (Vec<_>, Vec<_>) = (named.iter().map(init).collect(), rest.iter().map(init).collect());
    let build = quote_spanned!(Span::mixed_site()=> #runtime::Result::Ok(Self { #(#named,)* #(#rest,)* }));
    let constant = endpoint.headers.iter().map(|HeaderDraft { wire, value, .. }| {
        quote_spanned!(Span::mixed_site()=> #runtime::RequestReader::constant_header(&#reader, #wire, #value)?;)
    });
    if endpoint.headers.is_empty() && endpoint.fields.iter().all(|field| field.place == Place::Skip) {
        return quote_spanned!(Span::mixed_site()=> #start; #build);
    }
    quote_spanned! {Span::mixed_site()=>
        let #mutable #reader = #start;
        #(#constant)*
        #open
        #build
    }
}

/// The expression that reads one field.
fn value(field: &Field, reader: &Ident, endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let Field { ident, ty, wire, .. } = field;
    let at = field.at;
    let (borrow, method, arguments) = match field.place {
        Place::Path => by_texts(field, "path", &docs_name(ident), runtime),
        Place::Query => named(field, &QUERY, (&endpoint.parts.query, endpoint.query.as_deref()), runtime),
        Place::Form => named(field, &FORM, (endpoint.parts.body.fields(), None), runtime),
        Place::Json => named(field, &JSON, (endpoint.parts.body.fields(), None), runtime),
        Place::Part => {
            let default = default_or_none(field, runtime);
            (quote!(&), part_by_type(field), quote_spanned!(at=> #wire, #default))
        }
        Place::Header if field.is_idempotency_key => {
            (quote!(&), quote_spanned!(at=> idempotency_key::<#ty>), quote!(#wire))
        }
        Place::Headers => {
            let taken = headers_beside(field, &endpoint.parts, &endpoint.headers);
            (quote!(&), quote_spanned!(at=> header_map::<#ty>), quote_spanned!(at=> #wire, #taken))
        }
        Place::Cookie if field.secret.is_some() => {
            (quote!(&), quote_spanned!(at=> secret_cookie::<#ty>), quote!(#wire))
        }
        Place::Cookie => by_texts(field, "cookie", wire, runtime),
        Place::Header if field.secret.is_some() => {
            (quote!(&), quote_spanned!(at=> secret_header::<#ty>), quote!(#wire))
        }
        Place::Header => by_texts(field, "header", wire, runtime),
        Place::Body => (quote!(&), quote_spanned!(at=> json_body::<#ty>), quote!(#wire)),
        Place::Raw => (quote!(&), quote_spanned!(at=> raw::<#ty>), quote!(#wire)),
        Place::Format => {
            let format = response::format(field);
            (quote!(&), quote_spanned!(at=> format::<#format, #ty>), quote!(#wire))
        }
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

/// How a field is read: the borrow of the reader, the function, and its other arguments.
type Read = (TokenStream, TokenStream, TokenStream);

/// How a field of the path, a header or a cookie is read.
fn by_texts(field: &Field, function: &str, name: &str, runtime: &RuntimePath) -> Read {
    let (at, ty) = (field.at, &field.ty);
    let (function, read) = match read(field, runtime) {
        Some(read) => (Ident::new(&format!("{function}_with"), at), Some(quote_spanned!(at=> , #read))),
        None => (Ident::new(function, at), None),
    };
    (quote!(&), quote_spanned!(at=> #function::<#ty>), quote_spanned!(at=> #name #read))
}

/// How a field of the query, the form or the JSON object is read.
fn named(
    field: &Field,
    functions: &Functions,
    (fields, constant): (&[Rc<Field>], Option<&str>),
    runtime: &RuntimePath,
) -> Read {
    let Field { ty, wire, .. } = field;
    let at = field.at;
    // A JSON object loses its fields as they are read, so a flattened one needs no list of them.
    let is_json = field.place == Place::Json;
    let borrow = if is_json || field.flatten.is_some() { quote!(&mut) } else { quote!(&) };
    let (function, arguments) = if field.flatten.is_some() {
        let beside = (!is_json).then(|| names_beside(field, fields, constant)).map(|names| quote!(, #names));
        (functions.flattened, quote_spanned!(at=> #wire #beside))
    } else {
        let default = default_or_none(field, runtime);
        let read = read(field, runtime).map(|read| quote_spanned!(at=> , #read));
        let function = match field.nested {
            Some(_) => functions.nested,
            None if read.is_some() => functions.with,
            None => functions.plain,
        };
        (function, quote_spanned!(at=> #wire, #default #read))
    };
    let function = Ident::new(function, at);
    (borrow, quote_spanned!(at=> #function::<#ty>), arguments)
}

/// The argument of a function that reads a field: how the value is made if it is absent.
fn default_or_none(field: &Field, runtime: &RuntimePath) -> TokenStream {
    let ty = &field.ty;
    let at = at_span(ty.span());
    match default(field, runtime) {
        Some(default) => quote_spanned!(at=> #runtime::default_by::<#ty>(#default)),
        None => quote_spanned!(at=> #runtime::Option::None),
    }
}

fn default(field: &Field, runtime: &RuntimePath) -> Option<TokenStream> {
    let ty = &field.ty;
    Some(match field.default.as_ref()? {
        DefaultKey::Trait(_) => quote_spanned!(field.at=> #runtime::default_value::<#ty>),
        DefaultKey::Path(path) => quote!(#path),
    })
}
