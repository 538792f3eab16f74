//! `impl Endpoint`: writing requests, reading responses.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericArgument, Generics, PathArguments, Type, WherePredicate};

use crate::expand::attrs;
use crate::model::{Endpoint, Field, Place, Response};
use crate::runtime_path::RuntimePath;
use crate::tokens::{self, at_span, plain, said_by_us};

/// The implementation of `Endpoint`.
pub(crate) fn endpoint(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let Endpoint { head, path, auth, error, is_idempotent, .. } = endpoint;
    let (ident, verb) = (attrs::name_of(head), Ident::new(endpoint.verb.name(), Span::call_site()));
    let timeout = timeout(endpoint, runtime);
    let name = docs_name(&ident);
    let response = response(&endpoint.response);
    let errors_with_200 = endpoint.errors_with_200.then(|| quote!(const ERRORS_WITH_200: #runtime::bool = true;));
    let decode = match &endpoint.response {
        Response::Nothing => quote_spanned!(Span::mixed_site()=> #runtime::decode_nothing::<Self>(qelos_response)),
        Response::Json(ty) => quote_spanned!(at_span(ty.span())=> #runtime::decode_json::<Self, #ty>(qelos_response)),
    };
    let encode = body(endpoint, runtime);
    let generics = bounded(endpoint, runtime, false);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let attrs = attrs::of_what_stands_for(head, endpoint.attrs_of_fields());
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::Endpoint for #ident #ty_generics #where_clause {
            const NAME: &'static #runtime::str = #name;
            const METHOD: #runtime::Method = #runtime::Method::#verb;
            const PATH: #runtime::PathTemplate = #runtime::PathTemplate::new(#path);
            type Auth = #auth;
            type Response = #response;
            type Error = #error;
            const IDEMPOTENT: #runtime::bool = #is_idempotent;
            const TIMEOUT: #runtime::Option<#runtime::Duration> = #timeout;
            #errors_with_200

            fn encode(&self) -> #runtime::Result<#runtime::Request, #runtime::EncodeError> {
                #encode
            }

            fn decode(qelos_response: &#runtime::HttpResponse<#runtime::Bytes>) -> #runtime::Result<Self::Response, #runtime::ResponseError> {
                #decode
            }
        }
    }
}

fn timeout(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    match endpoint.timeout.map(|timeout| u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX)) {
        Some(millis) => quote!(#runtime::Option::Some(#runtime::Duration::from_millis(#millis))),
        None => quote!(#runtime::Option::None),
    }
}

/// The response type as it stands in `type Response = …`.
pub(super) fn response(response: &Response) -> TokenStream {
    match response {
        Response::Nothing => quote!(()),
        Response::Json(ty) => quote!(#ty),
    }
}

pub(super) fn docs_name(ident: &Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

fn body(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let this = Ident::new("self", Span::mixed_site());
    let request = Ident::new("qelos_request", Span::mixed_site());
    let values = endpoint.path_fields().map(|Field { ident, ty, .. }| {
        let (name, ident) = (docs_name(ident), said_by_us(ident));
        quote_spanned!(at_span(ty.span())=> (#name, #runtime::path_value::<#ty>(&#this.#ident)))
    });
    let step = |field| step(field, &this, &request, endpoint, runtime);
    let parts_of_a_body = |field: &&Field| matches!(field.place, Place::Json | Place::Form);
    let mut steps: Vec<_> = endpoint.fields.iter().filter(|field| !parts_of_a_body(field)).filter_map(step).collect();
    let mut parts = endpoint.fields.iter().filter(parts_of_a_body).peekable();
    match parts.peek().map(|part| &part.place) {
        Some(Place::Form) => {
            steps.push(quote_spanned!(Span::mixed_site()=> #runtime::RequestWriter::open_form(&mut #request);));
            steps.extend(parts.filter_map(step));
        }
        Some(_) => {
            steps.push(quote_spanned!(Span::mixed_site()=> #runtime::RequestWriter::open_json(&mut #request);));
            steps.extend(parts.filter_map(step));
            steps.push(quote_spanned!(Span::mixed_site()=> #runtime::RequestWriter::close_json(&mut #request);));
        }
        None => {}
    }
    let start = quote_spanned!(Span::mixed_site()=>
        #runtime::RequestWriter::new(#runtime::EndpointInfo::of::<Self>(), &[#(#values),*])?
    );
    let mutable = (!steps.is_empty()).then(|| quote!(mut));
    quote_spanned! {Span::mixed_site()=>
        let #mutable #request = #start;
        #(#steps)*
        #runtime::Result::Ok(#runtime::RequestWriter::finish(#request))
    }
}

/// The statement that writes one field; none for what is in the path already, or nowhere. It calls by the full path: a
/// method call would be that of any trait in scope that borrows less.
fn step(
    field: &Field,
    this: &Ident,
    request: &Ident,
    endpoint: &Endpoint,
    runtime: &RuntimePath,
) -> Option<TokenStream> {
    let Field { ty, wire, .. } = field;
    let ident = said_by_us(&field.ident);
    let at = at_span(ty.span());
    let (method, more) = match field.place {
        Place::Path | Place::Skip => return None,
        Place::Query | Place::Json | Place::Form if field.flatten.is_some() => {
            let declared = names_beside(field, endpoint);
            (part(field), Some(quote_spanned!(at=> #declared,)))
        }
        Place::Query | Place::Json | Place::Form => (part(field), None),
        Place::Header if field.secret.is_some() => (quote_spanned!(at=> secret_header::<#ty>), None),
        Place::Header => (quote_spanned!(at=> header::<#ty, _>), None),
        Place::Body => (quote_spanned!(at=> json_body::<#ty>), None),
        Place::Raw => {
            let content_type = &field.content_type;
            (quote_spanned!(at=> raw::<#ty>), Some(quote_spanned!(at=> #content_type,)))
        }
        Place::Bearer => {
            let auth = &endpoint.auth;
            let auth = quote_spanned!(at_span(auth.span())=> #auth);
            (quote_spanned!(at=> bearer::<#auth, #ty>), None)
        }
    };
    let value = match &field.write {
        Some(write) => quote_spanned!(at=> |qelos_serializer| #write(&#this.#ident, qelos_serializer)),
        None => quote_spanned!(at=> &#this.#ident),
    };
    let write = quote_spanned!(at=> #runtime::RequestWriter::#method(&mut #request, #wire, #more #value)?;);
    let cfgs = attrs::cfgs(&field.attrs);
    let write = match &field.skip_if {
        None => write,
        Some(skip) => {
            let this = Ident::new("self", at_span(ident.span()));
            let value = quote_spanned!(at_span(ident.span())=> &#this.#ident);
            let skipped = quote_spanned!(at_span(skip.span())=> #skip(#value));
            quote_spanned!(at=> if !#skipped { #write })
        }
    };
    Some(quote!(#(#cfgs)* #write))
}

/// The method that writes a field of the query, the form or the JSON object.
fn part(field: &Field) -> TokenStream {
    let ty = &field.ty;
    let at = at_span(ty.span());
    let (plain, secret, flattened, with) = match field.place {
        Place::Query => ("query", "query_secret", "query_flattened", "query_with"),
        Place::Form => ("form_field", "form_secret", "form_flattened", "form_field_with"),
        _ => ("json_field", "json_secret", "json_flattened", "json_field_with"),
    };
    let method = match field {
        Field { write: Some(_), .. } => with,
        Field { flatten: Some(_), .. } => flattened,
        Field { secret: Some(_), .. } => secret,
        _ => plain,
    };
    let method = Ident::new(method, at);
    if field.write.is_some() { quote!(#method) } else { quote_spanned!(at=> #method::<#ty>) }
}

/// The names that are declared where a value is flattened.
pub(super) fn names_beside(flattened: &Field, endpoint: &Endpoint) -> TokenStream {
    let named = endpoint.fields.iter().filter(|other| other.place == flattened.place && other.flatten.is_none());
    let named = named.map(|Field { wire, attrs, .. }| {
        let cfgs = attrs::cfgs(attrs);
        quote!(#(#cfgs)* #wire)
    });
    quote_spanned!(at_span(flattened.ty.span())=> &[#(#named),*])
}

/// The generics of the endpoint, with a bound for each type that depends on them.
///
/// `read` asks for what reading needs, too.
pub(super) fn bounded(endpoint: &Endpoint, runtime: &RuntimePath, read: bool) -> Generics {
    let mut generics = endpoint.head.generics.clone();
    let params: Vec<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
    if params.is_empty() {
        return generics;
    }
    let mut predicates = Vec::new();
    for field in &endpoint.fields {
        let (mut ty, written) = (&field.ty, field.write.is_none());
        let (write_bound, read_bound) = match field.place {
            Place::Path => (quote!(#runtime::PathValue), quote!(#runtime::FromPathValue)),
            Place::Header => {
                ty = one_of_several(ty);
                (quote!(#runtime::Display), quote!(#runtime::FromStr<Err: #runtime::Display>))
            }
            Place::Query | Place::Form => (quote!(#runtime::TextValue), quote!(#runtime::FromWire)),
            Place::Json | Place::Body => (quote!(#runtime::JsonValue), quote!(#runtime::FromWire)),
            Place::Skip | Place::Bearer | Place::Raw => continue,
        };
        if mentions(ty, &params) {
            let ty = tokens::subject(ty);
            predicates.extend(written.then(|| quote!(#ty: #write_bound)));
            predicates.extend((read && field.read.is_none()).then(|| quote!(#ty: #read_bound)));
        }
    }
    if let Response::Json(ty) = &endpoint.response
        && mentions(ty, &params)
    {
        let ty = tokens::subject(ty);
        predicates.push(quote!(#ty: #runtime::DecodeJson + #runtime::Send));
    }
    if mentions(&endpoint.error, &params) {
        let error = tokens::subject(&endpoint.error);
        predicates.push(quote!(#error: #runtime::DecodeJson + #runtime::Send));
    }
    let clause = generics.make_where_clause();
    clause
        .predicates
        .extend(predicates.into_iter().map(|predicate| -> WherePredicate { syn::parse_quote!(#predicate) }));
    generics
}

/// The `T` of a header that is an `Option<T>` or a `Vec<T>`. By name: another one would not be a header anyway.
fn one_of_several(ty: &Type) -> &Type {
    let Type::Path(path) = plain(ty) else { return ty };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Option" || last.ident == "Vec") else {
        return ty;
    };
    match &last.arguments {
        PathArguments::AngleBracketed(args) => match args.args.first() {
            Some(GenericArgument::Type(inner)) => inner,
            _ => ty,
        },
        _ => ty,
    }
}

fn mentions(ty: &Type, params: &[Ident]) -> bool {
    params.iter().any(|param| tokens::mention(ty.to_token_stream(), param))
}
