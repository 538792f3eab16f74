//! `impl Endpoint`: writing requests, reading answers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, WherePredicate};

use crate::krate::Krate;
use crate::model::{Answer, Endpoint, Field, Place};
use crate::tokens;

/// The implementation of `Endpoint`.
pub(super) fn endpoint(endpoint: &Endpoint, krate: &Krate) -> TokenStream {
    let Endpoint { ident, auth, template, .. } = endpoint;
    let (path, verb) = (&template.text, Ident::new(endpoint.verb.name(), Span::call_site()));
    let name = docs_name(ident);
    let answer = answer(&endpoint.answer);
    let decode = match &endpoint.answer {
        Answer::Nothing => quote_spanned!(Span::mixed_site()=> #krate::decode_nothing(response)),
        Answer::Json(ty) => quote_spanned!(spot(ty.span())=> #krate::decode_json::<Self, #ty>(response)),
    };
    let encode = body(endpoint, krate);
    let generics = bounded(endpoint, krate, &quote!(#krate::serde::Serialize), &quote!(#krate::Display));
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        impl #impl_generics #krate::Endpoint for #ident #ty_generics #where_clause {
            const NAME: &'static #krate::str = #name;
            const METHOD: #krate::Method = #krate::Method::#verb;
            const PATH: #krate::PathTemplate = #krate::PathTemplate::new(#path);
            type Auth = #auth;
            type Response = #answer;

            fn encode(&self) -> #krate::Result<#krate::Request, #krate::EncodeError> {
                #encode
            }

            fn decode(response: &#krate::HttpResponse<#krate::Bytes>) -> #krate::Result<Self::Response, #krate::ResponseError> {
                #decode
            }
        }
    }
}

/// The response type as it stands in `type Response = …`.
pub(super) fn answer(answer: &Answer) -> TokenStream {
    match answer {
        Answer::Nothing => quote!(()),
        Answer::Json(ty) => quote!(#ty),
    }
}

pub(super) fn docs_name(ident: &Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

/// Where the compiler shall point when a type does not fit, with names that resolve as generated ones.
pub(super) fn spot(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

fn body(endpoint: &Endpoint, krate: &Krate) -> TokenStream {
    let this = Ident::new("self", Span::mixed_site());
    let request = Ident::new("request", Span::mixed_site());
    let values = endpoint.path_fields().map(|Field { ident, ty, .. }| {
        let name = docs_name(ident);
        quote_spanned!(spot(ty.span())=> (#name, #krate::path_value::<#ty>(&#this.#ident)))
    });
    let mut steps = Vec::new();
    for field in endpoint.fields.iter().filter(|field| !matches!(field.place, Place::Path | Place::Json | Place::Skip))
    {
        steps.push(step(field, &this, &request, endpoint));
    }
    let mut json = endpoint.fields_in(Place::Json).map(|field| step(field, &this, &request, endpoint)).peekable();
    if json.peek().is_some() {
        steps.push(quote!(#request.open_json();));
        steps.extend(json);
        steps.push(quote!(#request.close_json();));
    }
    let start = quote_spanned!(Span::mixed_site()=>
        #krate::RequestWriter::new(#krate::EndpointInfo::of::<Self>(), &[#(#values),*])?
    );
    if steps.is_empty() {
        return quote_spanned!(Span::mixed_site()=> #krate::Result::Ok(#start.finish()));
    }
    quote_spanned! {Span::mixed_site()=>
        let mut #request = #start;
        #(#steps)*
        #krate::Result::Ok(#request.finish())
    }
}

/// The statement that writes one field.
fn step(field: &Field, this: &Ident, request: &Ident, endpoint: &Endpoint) -> TokenStream {
    let Field { ident, ty, wire, .. } = field;
    let at = spot(ty.span());
    let secret = field.secret.is_some();
    let write = match field.place {
        Place::Query => quote_spanned!(at=> #request.query::<#ty>(#wire, &#this.#ident)?;),
        Place::Header if secret => quote_spanned!(at=> #request.secret_header::<#ty>(#wire, &#this.#ident)?;),
        Place::Header => quote_spanned!(at=> #request.header::<#ty, _>(#wire, &#this.#ident)?;),
        Place::Json if secret => quote_spanned!(at=> #request.json_secret::<#ty>(#wire, &#this.#ident)?;),
        Place::Json => quote_spanned!(at=> #request.json_field::<#ty>(#wire, &#this.#ident)?;),
        Place::Body => quote_spanned!(at=> #request.json_body::<#ty>(#wire, &#this.#ident)?;),
        Place::Bearer => {
            let auth = &endpoint.auth;
            let bearer = quote_spanned!(spot(auth.span())=> bearer::<#auth>);
            quote_spanned!(at=> #request.#bearer(#wire, &#this.#ident)?;)
        }
        Place::Path | Place::Skip => return TokenStream::new(),
    };
    match &field.skip_if {
        None => write,
        Some(skip) => quote_spanned!(at=> if !#skip(&#this.#ident) { #write }),
    }
}

/// The generics of the endpoint, with a bound for each field whose type depends on them.
///
/// `text` is what a value of the path needs, `value` what every other one does.
pub(super) fn bounded(endpoint: &Endpoint, krate: &Krate, value: &TokenStream, text: &TokenStream) -> Generics {
    let mut generics = endpoint.generics.clone();
    let params: Vec<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
    if params.is_empty() {
        return generics;
    }
    let mut predicates = Vec::new();
    for Field { ty, place, .. } in &endpoint.fields {
        let bound = match place {
            Place::Path | Place::Header => text,
            Place::Skip | Place::Bearer => continue,
            _ => value,
        };
        if mentions(ty, &params) {
            predicates.push(quote!(#ty: #bound));
        }
    }
    if let Answer::Json(ty) = &endpoint.answer
        && mentions(ty, &params)
    {
        predicates.push(quote!(#ty: #krate::JsonResponse));
    }
    let clause = generics.make_where_clause();
    clause
        .predicates
        .extend(predicates.into_iter().map(|predicate| -> WherePredicate { syn::parse_quote!(#predicate) }));
    generics
}

fn mentions(ty: &syn::Type, params: &[Ident]) -> bool {
    params.iter().any(|param| tokens::mention(ty.to_token_stream(), param))
}
