//! `impl Endpoint`: writing requests, reading answers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, GenericArgument, Generics, PathArguments, Type, WherePredicate};

use crate::krate::Krate;
use crate::model::{Answer, Endpoint, Field, Place};
use crate::tokens;

/// The implementation of `Endpoint`.
pub(super) fn endpoint(endpoint: &Endpoint, krate: &Krate) -> TokenStream {
    let Endpoint { ident, auth, template, error, .. } = endpoint;
    let (path, verb) = (&template.text, Ident::new(endpoint.verb.name(), Span::call_site()));
    let idempotent = endpoint.verb.is_idempotent() || endpoint.idempotent.is_some();
    let timeout = timeout(endpoint, krate);
    let name = docs_name(ident);
    let answer = answer(&endpoint.answer);
    let decode = match &endpoint.answer {
        Answer::Nothing => quote_spanned!(Span::mixed_site()=> #krate::decode_nothing(qelos_response)),
        Answer::Json(ty) => quote_spanned!(spot(ty.span())=> #krate::decode_json::<Self, #ty>(qelos_response)),
    };
    let encode = body(endpoint, krate);
    let generics = bounded(endpoint, krate, false);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let cfgs = cfgs(&endpoint.attrs);
    quote_spanned! {Span::mixed_site()=>
        #(#cfgs)*
        // A struct that is deprecated is so for its users.
        #[allow(deprecated)]
        impl #impl_generics #krate::Endpoint for #ident #ty_generics #where_clause {
            const NAME: &'static #krate::str = #name;
            const METHOD: #krate::Method = #krate::Method::#verb;
            const PATH: #krate::PathTemplate = #krate::PathTemplate::new(#path);
            type Auth = #auth;
            type Response = #answer;
            type Error = #error;
            const IDEMPOTENT: #krate::bool = #idempotent;
            const TIMEOUT: #krate::Option<#krate::Duration> = #timeout;

            fn encode(&self) -> #krate::Result<#krate::Request, #krate::EncodeError> {
                #encode
            }

            fn decode(qelos_response: &#krate::HttpResponse<#krate::Bytes>) -> #krate::Result<Self::Response, #krate::ResponseError> {
                #decode
            }
        }
    }
}

fn timeout(endpoint: &Endpoint, krate: &Krate) -> TokenStream {
    match endpoint.timeout.map(|timeout| u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX)) {
        Some(millis) => quote!(#krate::Option::Some(#krate::Duration::from_millis(#millis))),
        None => quote!(#krate::Option::None),
    }
}

/// The conditions under which something exists, for everything that belongs to it.
pub(super) fn cfgs(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
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
    let request = Ident::new("qelos_request", Span::mixed_site());
    let values = endpoint.path_fields().map(|Field { ident, ty, .. }| {
        let name = docs_name(ident);
        quote_spanned!(spot(ty.span())=> (#name, #krate::path_value::<#ty>(&#this.#ident)))
    });
    let step = |field| step(field, &this, &request, endpoint);
    let parts_of_a_body = |field: &&Field| matches!(field.place, Place::Json | Place::Form);
    let mut steps: Vec<_> = endpoint.fields.iter().filter(|field| !parts_of_a_body(field)).filter_map(step).collect();
    let mut parts = endpoint.fields.iter().filter(parts_of_a_body).peekable();
    match parts.peek().map(|part| &part.place) {
        Some(Place::Form) => {
            steps.push(quote!(#request.open_form();));
            steps.extend(parts.filter_map(step));
        }
        Some(_) => {
            steps.push(quote!(#request.open_json();));
            steps.extend(parts.filter_map(step));
            steps.push(quote!(#request.close_json();));
        }
        None => {}
    }
    let start = quote_spanned!(Span::mixed_site()=>
        #krate::RequestWriter::new(#krate::EndpointInfo::of::<Self>(), &[#(#values),*])?
    );
    let mutable = (!steps.is_empty()).then(|| quote!(mut));
    quote_spanned! {Span::mixed_site()=>
        let #mutable #request = #start;
        #(#steps)*
        #krate::Result::Ok(#request.finish())
    }
}

/// The statement that writes one field; none for what is in the path already, or nowhere.
fn step(field: &Field, this: &Ident, request: &Ident, endpoint: &Endpoint) -> Option<TokenStream> {
    let Field { ident, ty, wire, .. } = field;
    let at = spot(ty.span());
    let write = match field.place {
        Place::Path | Place::Skip => return None,
        Place::Query | Place::Json | Place::Form => {
            let (method, arguments) = part(field, this);
            quote_spanned!(at=> #request.#method #arguments?;)
        }
        Place::Header if field.secret.is_some() => {
            quote_spanned!(at=> #request.secret_header::<#ty>(#wire, &#this.#ident)?;)
        }
        Place::Header => quote_spanned!(at=> #request.header::<#ty, _>(#wire, &#this.#ident)?;),
        Place::Body => quote_spanned!(at=> #request.json_body::<#ty>(#wire, &#this.#ident)?;),
        Place::Raw => {
            let content_type = &field.content_type;
            quote_spanned!(at=> #request.raw::<#ty>(#wire, #content_type, &#this.#ident)?;)
        }
        Place::Bearer => {
            let auth = &endpoint.auth;
            let auth = quote_spanned!(spot(auth.span())=> #auth);
            quote_spanned!(at=> #request.bearer::<#auth, #ty>(#wire, &#this.#ident)?;)
        }
    };
    Some(match &field.skip_if {
        None => write,
        Some(skip) => {
            let this = Ident::new("self", spot(ident.span()));
            let value = quote_spanned!(spot(ident.span())=> &#this.#ident);
            let skipped = quote_spanned!(spot(skip.span())=> #skip(#value));
            quote_spanned!(at=> if !#skipped { #write })
        }
    })
}

/// How a field of the query, the form or the JSON object is written: the method, and what it is given.
fn part(field: &Field, this: &Ident) -> (Ident, TokenStream) {
    let Field { ident, ty, wire, .. } = field;
    let at = spot(ty.span());
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
    let arguments = match &field.write {
        Some(write) => quote_spanned!(at=> (#wire, |qelos_serializer| #write(&#this.#ident, qelos_serializer))),
        None => quote_spanned!(at=> ::<#ty>(#wire, &#this.#ident)),
    };
    (Ident::new(method, at), arguments)
}

/// The generics of the endpoint, with a bound for each field whose type depends on them.
///
/// `read` asks for what reading needs, too.
pub(super) fn bounded(endpoint: &Endpoint, krate: &Krate, read: bool) -> Generics {
    let mut generics = endpoint.generics.clone();
    let params: Vec<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
    if params.is_empty() {
        return generics;
    }
    let mut predicates = Vec::new();
    for field in &endpoint.fields {
        let (mut ty, written) = (&field.ty, field.write.is_none());
        let (write_bound, read_bound) = match field.place {
            Place::Path => (quote!(#krate::PathValue), quote!(#krate::FromPathValue)),
            Place::Header => {
                ty = one_of_several(ty);
                (quote!(#krate::Display), quote!(#krate::FromStr<Err: #krate::Display>))
            }
            Place::Query | Place::Form => (quote!(#krate::TextValue), quote!(#krate::FromWire)),
            Place::Json | Place::Body => (quote!(#krate::JsonValue), quote!(#krate::FromWire)),
            Place::Skip | Place::Bearer | Place::Raw => continue,
        };
        if mentions(ty, &params) {
            let ty = tokens::subject(ty);
            predicates.extend(written.then(|| quote!(#ty: #write_bound)));
            predicates.extend((read && field.read.is_none()).then(|| quote!(#ty: #read_bound)));
        }
    }
    if let Answer::Json(ty) = &endpoint.answer
        && mentions(ty, &params)
    {
        let ty = tokens::subject(ty);
        predicates.push(quote!(#ty: #krate::JsonResponse));
    }
    let clause = generics.make_where_clause();
    clause
        .predicates
        .extend(predicates.into_iter().map(|predicate| -> WherePredicate { syn::parse_quote!(#predicate) }));
    generics
}

/// The `T` of a header that is an `Option<T>` or a `Vec<T>`. By name: another one would not be a header anyway.
fn one_of_several(ty: &Type) -> &Type {
    let Type::Path(path) = ty else { return ty };
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
