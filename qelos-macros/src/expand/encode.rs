//! `impl Endpoint`: writing requests, reading responses.

use std::rc::Rc;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, GenericArgument, Generics, Lit, PathArguments, Type, WherePredicate};

use crate::draft::{HeaderDraft, List};
use crate::expand::{attrs, response};
use crate::model::{Body, Endpoint, Field, Parts, Place, inside_option};
use crate::runtime_path::RuntimePath;
use crate::tokens::{self, at_span, plain, said_by_us};
use crate::words::{Verb, names_in};

/// The implementation of `Endpoint`.
pub(crate) fn endpoint(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let value = |field: &Field, at| {
        let (this, ident) = (Ident::new("self", at), said_by_us(&field.ident));
        Value { borrowed: quote_spanned!(at=> &#this.#ident), ty: field.ty.to_token_stream() }
    };
    implementation(endpoint, &request(endpoint, &value, runtime), runtime)
}

/// The implementation of `Endpoint` whose `encode` is given.
pub(super) fn implementation(endpoint: &Endpoint, encode: &TokenStream, runtime: &RuntimePath) -> TokenStream {
    let Endpoint { head, path, auth, error, .. } = endpoint;
    let (ident, method) = (attrs::name_of(head), method(&endpoint.verb, runtime));
    let settings = settings(endpoint, runtime);
    let name = docs_name(&ident);
    let response = response::ty(endpoint, runtime);
    let decode = response::decode(endpoint, runtime);
    let generics = bounded(endpoint, runtime, false);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let attrs = attrs::of_what_stands_for(head, endpoint.attrs_of_fields());
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::Endpoint for #ident #ty_generics #where_clause {
            const NAME: &'static #runtime::str = #name;
            const METHOD: #runtime::Method = #method;
            const PATH: #runtime::PathTemplate = #runtime::PathTemplate::new(#path);
            type Auth = #auth;
            type Response = #response;
            type Error = #error;
            #settings

            fn encode(&self) -> #runtime::Encoded {
                #encode
            }

            fn decode(qelos_response: &#runtime::Received) -> #runtime::Decoded<Self::Response> {
                #decode
            }
        }
    }
}

fn method(verb: &Verb, runtime: &RuntimePath) -> TokenStream {
    let name = verb.name();
    if let Verb::Registered(..) | Verb::Extension(_) = verb {
        return quote!(#runtime::Method::extension(#name));
    }
    let constant = Ident::new(name, Span::call_site());
    quote!(#runtime::Method::#constant)
}

/// The constants that differ from their defaults, and those of the response.
fn settings(endpoint: &Endpoint, runtime: &RuntimePath) -> TokenStream {
    let idempotent = endpoint.idempotent.map(|holds| quote!(const IDEMPOTENT: #runtime::bool = #holds;));
    let timeout = endpoint.timeout.map(|timeout| {
        let millis = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        let timeout = quote!(#runtime::Option::Some(#runtime::Duration::from_millis(#millis)));
        quote!(const TIMEOUT: #runtime::Option<#runtime::Duration> = #timeout;)
    });
    let key = endpoint.fields.iter().find(|field| field.is_idempotency_key).map(|field| &field.wire);
    let key = key.map(
        |name| quote!(const IDEMPOTENCY_KEY: #runtime::Option<&'static #runtime::str> = #runtime::Option::Some(#name);),
    );
    let errors_with_200 = endpoint.errors_with_200.then(|| quote!(const ERRORS_WITH_200: #runtime::bool = true;));
    let of_response = response::constants(endpoint, runtime);
    let query = endpoint.query.as_ref().map(|query| quote!(const QUERY: &'static #runtime::str = #query;));
    quote!(#query #idempotent #key #timeout #errors_with_200 #of_response)
}

pub(super) fn docs_name(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The value of a field where a request is written.
pub(super) struct Value {
    /// The expression that borrows it.
    pub(super) borrowed: TokenStream,
    pub(super) ty: TokenStream,
}

/// The value of a field, with a span for its expression.
type ValueOf<'v> = &'v dyn Fn(&Field, Span) -> Value;

/// The statements that write a request, inside of a function where the endpoint is `Self`.
pub(super) fn request(endpoint: &Endpoint, value: ValueOf<'_>, runtime: &RuntimePath) -> TokenStream {
    let request = Ident::new("qelos_request", Span::mixed_site());
    let defaults = endpoint.fields.iter().filter_map(|field| default(field, value, runtime));
    let value: ValueOf<'_> = &|field, at| or_default(field, value(field, at), runtime);
    let values = endpoint.path_fields.iter().map(|field| {
        let (name, at) = (docs_name(&field.ident), field.at);
        let Value { borrowed, ty } = value(field, at);
        match written(field, &borrowed, &ty, runtime) {
            Some(write) => quote_spanned!(at=> (#name, #runtime::path_value(&#runtime::by(#write)))),
            None => quote_spanned!(at=> (#name, #runtime::path_value::<#ty>(#borrowed))),
        }
    });
    let start = quote_spanned!(Span::mixed_site()=> #runtime::RequestWriter::of::<Self>(&[#(#values),*]));
    let steps = Writer { value, request: &request, runtime }.steps(endpoint);
    let mutable = (!steps.is_empty()).then(|| quote!(mut));
    quote_spanned! {Span::mixed_site()=>
        #(#defaults)*
        let #mutable #request = #start;
        #(#steps)*
        #runtime::RequestWriter::finish(#request)
    }
}

/// The statement that makes the value which is sent in place of an absent one.
fn default(field: &Field, value: ValueOf<'_>, runtime: &RuntimePath) -> Option<TokenStream> {
    let default = field.absent.as_deref()?;
    let at = at_span(default.span());
    let (name, Value { ty, .. }) = (default_of(field), value(field, field.at));
    let cfgs: Vec<_> = attrs::cfgs(&field.attrs).collect();
    // A rule has refused other types.
    let inside = syn::parse2::<Type>(ty.clone()).ok().as_ref().and_then(inside_option).cloned()?;
    // A method may borrow what its struct owns. A constant that is borrowed here lives as long as the values of any struct.
    let is_borrowed = matches!(plain(&inside), Type::Reference(_));
    let (owner, given) = match default {
        Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) => (None, default.to_token_stream()),
        default if is_borrowed => {
            let owner = format_ident!("{name}_value");
            (Some(quote_spanned!(at=> #(#cfgs)* let #owner = &#default;)), quote_spanned!(at=> #owner))
        }
        default => (None, default.to_token_stream()),
    };
    Some(quote_spanned!(at=> #owner #(#cfgs)* let #name: #ty = #runtime::default_of::<#inside, _>(#given);))
}

/// A value, or what is sent in place of it.
fn or_default(field: &Field, Value { borrowed, ty }: Value, runtime: &RuntimePath) -> Value {
    if field.absent.is_none() {
        return Value { borrowed, ty };
    }
    let default = default_of(field);
    Value { borrowed: quote_spanned!(field.at=> #runtime::or_default(#borrowed, &#default)), ty }
}

fn default_of(field: &Field) -> Ident {
    format_ident!("qelos_default_{}", field.ident.unraw(), span = Span::mixed_site())
}

/// Writes the statements that write a request. They call by the full path: a method call would be that of any trait in
/// scope that borrows less.
struct Writer<'w> {
    value: ValueOf<'w>,
    request: &'w Ident,
    runtime: &'w RuntimePath,
}

impl Writer<'_> {
    fn steps(&self, Endpoint { query, parts, headers, auth, content_type, .. }: &Endpoint) -> Vec<TokenStream> {
        let mut steps: Vec<_> = query.iter().map(|query| self.constant_query(query)).collect();
        steps.extend(self.named(&parts.query, &QUERY, query.as_deref()));
        steps.extend(headers.iter().map(|header| self.constant(header)));
        steps.extend(parts.headers.iter().map(|field| self.header(field)));
        steps.extend(parts.header_maps.iter().map(|field| self.header_map(field, parts, headers)));
        steps.extend(parts.cookies.iter().map(|field| self.cookie(field, auth)));
        steps.extend(parts.bearer.iter().map(|field| self.bearer(field, auth)));
        steps.extend(self.body(&parts.body));
        if let Some(media_type) = content_type {
            let (request, runtime) = (self.request, self.runtime);
            steps.push(
                quote_spanned!(Span::mixed_site()=> #runtime::RequestWriter::content_type(&mut #request, #media_type);),
            );
        }
        steps
    }

    fn body(&self, body: &Body) -> Vec<TokenStream> {
        let mut steps = Vec::new();
        match body {
            Body::None => {}
            Body::JsonFields(fields) => {
                steps.push(self.bracket("open_json"));
                steps.extend(self.named(fields, &JSON, None));
                steps.push(self.bracket("close_json"));
            }
            Body::Form(fields) => {
                steps.push(self.bracket("open_form"));
                steps.extend(self.named(fields, &FORM, None));
            }
            Body::Parts(fields) => {
                steps.push(self.bracket("open_parts"));
                steps.extend(fields.iter().map(|field| self.part(field)));
            }
            Body::Json(field) => steps.push(self.step(field, &self.of_its_type("json_body", field), None)),
            Body::Raw(field) => {
                steps.push(self.step(field, &self.of_its_type("raw", field), Some(&field.content_type)));
            }
            Body::Format(field) => {
                let (format, ty) = (response::format(field), &field.ty);
                steps.push(self.step(field, &quote_spanned!(field.at=> format::<#format, #ty>), None));
            }
        }
        steps
    }

    /// The statement before or behind the fields of a body.
    fn bracket(&self, function: &str) -> TokenStream {
        let (request, runtime) = (self.request, self.runtime);
        let function = Ident::new(function, Span::mixed_site());
        quote_spanned!(Span::mixed_site()=> #runtime::RequestWriter::#function(&mut #request);)
    }

    fn named(&self, fields: &[Rc<Field>], functions: &Functions, constant: Option<&str>) -> Vec<TokenStream> {
        let step = |field: &Rc<Field>| match &**field {
            field if field.is_written_by_function() => {
                let function = Ident::new(functions.with, field.at);
                self.step(field, &function, None)
            }
            Field { flatten: Some(_), .. } => {
                let function = self.of_its_type(functions.flattened, field);
                self.step(field, &function, Some(&names_beside(field, fields, constant)))
            }
            Field { secret: Some(_), .. } => self.step(field, &self.of_its_type(functions.secret, field), None),
            _ => self.step(field, &self.of_its_type(functions.plain, field), None),
        };
        fields.iter().map(step).collect()
    }

    fn header(&self, field: &Field) -> TokenStream {
        let function = match field.secret {
            _ if field.is_idempotency_key => self.of_its_type("idempotency_key", field),
            Some(_) => self.of_its_type("secret_header", field),
            None if field.is_written_by_function() => quote_spanned!(field.at=> header_with),
            None => self.of_its_type("header", field),
        };
        self.step(field, &function, None)
    }

    fn constant_query(&self, query: &str) -> TokenStream {
        let (request, runtime) = (self.request, self.runtime);
        quote_spanned!(Span::mixed_site()=> #runtime::RequestWriter::constant_query(&mut #request, #query);)
    }

    fn constant(&self, HeaderDraft { wire, value, .. }: &HeaderDraft) -> TokenStream {
        let (request, runtime) = (self.request, self.runtime);
        quote_spanned!(Span::mixed_site()=> #runtime::RequestWriter::constant_header(&mut #request, #wire, #value);)
    }

    fn header_map(&self, field: &Field, parts: &Parts, constant: &[HeaderDraft]) -> TokenStream {
        let taken = headers_beside(field, parts, constant);
        self.step(field, &self.of_its_type("header_map", field), Some(&taken))
    }

    fn cookie(&self, field: &Field, auth: &Type) -> TokenStream {
        let (ty, at) = (&field.ty, field.at);
        let auth = quote_spanned!(at_span(auth.span())=> #auth);
        let function = match field.secret {
            Some(_) => quote_spanned!(at=> secret_cookie::<#auth, #ty>),
            None if field.is_written_by_function() => quote_spanned!(at=> cookie_with::<#auth>),
            None => quote_spanned!(at=> cookie::<#auth, #ty>),
        };
        self.step(field, &function, None)
    }

    fn bearer(&self, field: &Field, auth: &Type) -> TokenStream {
        let ty = &field.ty;
        let auth = quote_spanned!(at_span(auth.span())=> #auth);
        self.step(field, &quote_spanned!(field.at=> bearer::<#auth, #ty>), None)
    }

    fn part(&self, field: &Field) -> TokenStream {
        let function = match field.secret {
            Some(_) => self.of_its_type("part_secret", field),
            None => part_by_type(field),
        };
        self.step(field, &function, None)
    }

    /// A function with the type of a field as its parameter.
    fn of_its_type(&self, function: &str, field: &Field) -> TokenStream {
        let at = field.at;
        let (function, Value { ty, .. }) = (Ident::new(function, at), (self.value)(field, at));
        quote_spanned!(at=> #function::<#ty>)
    }

    /// The statement that writes one field.
    fn step(&self, field: &Field, function: &dyn ToTokens, more: Option<&dyn ToTokens>) -> TokenStream {
        let Self { request, runtime, .. } = self;
        let wire = &field.wire;
        let at = field.at;
        let more = more.map(|more| quote_spanned!(at=> #more,));
        let Value { borrowed, ty } = (self.value)(field, at);
        let value = written(field, &borrowed, &ty, runtime).unwrap_or(borrowed);
        let write = quote_spanned!(at=> #runtime::RequestWriter::#function(&mut #request, #wire, #more #value););
        let cfgs = attrs::cfgs(&field.attrs);
        let write = match &field.skip_if {
            None => write,
            Some(skip) => {
                let value = (self.value)(field, at_span(field.ident.span())).borrowed;
                let skipped = quote_spanned!(at_span(skip.span())=> #skip(#value));
                quote_spanned!(at=> if !#skipped { #write })
            }
        };
        quote!(#(#cfgs)* #write)
    }
}

/// The function that writes a field, if a word or a function of the user says how.
fn written(field: &Field, value: &TokenStream, ty: &TokenStream, runtime: &RuntimePath) -> Option<TokenStream> {
    let at = field.at;
    let one = if field.flag.is_some() {
        Some(quote_spanned!(at=> |qelos_texts| #runtime::write_flag::<#ty>(#value, qelos_texts)))
    } else if field.nested.is_some() {
        Some(quote_spanned!(at=> |qelos_texts| #runtime::write_nested::<#ty>(#value, qelos_texts)))
    } else if let Some(write) = &field.write {
        Some(quote_spanned!(at=> |qelos_serializer| #write(#value, qelos_serializer)))
    } else {
        let by_display = || quote_spanned!(at=> |qelos_texts| #runtime::write_display::<#ty, _>(#value, qelos_texts));
        field.display.map(|_| by_display())
    };
    let Some(List { separator, .. }) = field.list else { return one };
    let one =
        one.unwrap_or_else(|| quote_spanned!(at=> |qelos_texts| #runtime::write_text::<#ty>(#value, qelos_texts)));
    Some(quote_spanned!(at=> |qelos_list| #runtime::write_list(#separator, qelos_list, #one)))
}

/// The function that reads a field, if a word or a function of the user says how.
pub(super) fn read(field: &Field, runtime: &RuntimePath) -> Option<TokenStream> {
    let (at, ty) = (field.at, &field.ty);
    let one = if field.flag.is_some() {
        Some(quote_spanned!(at=> |qelos_texts| #runtime::read_flag::<#ty>(qelos_texts)))
    } else if let Some(read) = &field.read {
        Some(quote_spanned!(at=> |qelos_value| #read(qelos_value)))
    } else {
        let by_display = || quote_spanned!(at=> |qelos_texts| #runtime::read_display::<#ty, _>(qelos_texts));
        field.display.map(|_| by_display())
    };
    let Some(List { separator, .. }) = field.list else { return one };
    let one = one.unwrap_or_else(|| quote_spanned!(at=> |qelos_texts| #runtime::read_text::<#ty>(qelos_texts)));
    Some(quote_spanned!(at=> |qelos_list| #runtime::read_list(#separator, qelos_list, #one)))
}

/// The function that writes or reads a part of a form which is no secret.
pub(super) fn part_by_type(field: &Field) -> TokenStream {
    let (ty, at) = (&field.ty, field.at);
    match field.json {
        Some(_) => quote_spanned!(at=> part_json::<#ty>),
        None => quote_spanned!(at=> part::<#ty, _>),
    }
}

/// The functions that write or read a field of one kind.
pub(super) struct Functions {
    pub(super) plain: &'static str,
    secret: &'static str,
    pub(super) flattened: &'static str,
    pub(super) with: &'static str,
    pub(super) nested: &'static str,
}

pub(super) const QUERY: Functions = Functions {
    plain: "query",
    secret: "query_secret",
    flattened: "query_flattened",
    with: "query_with",
    nested: "query_nested",
};
pub(super) const FORM: Functions = Functions {
    plain: "form_field",
    secret: "form_secret",
    flattened: "form_flattened",
    with: "form_field_with",
    nested: "form_nested",
};
pub(super) const JSON: Functions = Functions {
    plain: "json_field",
    secret: "json_secret",
    flattened: "json_flattened",
    with: "json_field_with",
    nested: "",
};

/// The names that are declared where a value is flattened, and those of the constant parameters.
pub(super) fn names_beside(flattened: &Field, fields: &[Rc<Field>], constant: Option<&str>) -> TokenStream {
    let constant = names_in(constant);
    let named = fields.iter().filter(|other| other.flatten.is_none()).map(|other| {
        let (wire, cfgs) = (&other.wire, attrs::cfgs(&other.attrs).collect::<Vec<_>>());
        // Stands for all names that begin so.
        let under = other.nested.map(|_| format!("{wire}[")).map(|under| quote!(, #(#cfgs)* #under));
        quote!(#(#cfgs)* #wire #under)
    });
    quote_spanned!(flattened.at=> &[#(#named,)* #(#constant),*])
}

/// The names of headers that no key of a map can have.
pub(super) fn headers_beside(map: &Field, parts: &Parts, constant: &[HeaderDraft]) -> TokenStream {
    let declared = parts.headers.iter().map(|field| &field.wire).chain(constant.iter().map(|header| &header.wire));
    let taken = declared.filter(|name| name.starts_with(&map.wire));
    quote_spanned!(at_span(map.ty.span())=> &[#(#taken),*])
}

/// The generics of the endpoint, with a bound for each type that depends on them.
///
/// `read` adds the bounds for reading.
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
            _ if field.flag.is_some() => continue,
            _ if field.display.is_some() => {
                ty = one_of_several(ty);
                (quote!(#runtime::Display), quote!(#runtime::FromStr<Err: #runtime::Display>))
            }
            Place::Path => (quote!(#runtime::PathValue), quote!(#runtime::FromWire)),
            Place::Header | Place::Cookie => (quote!(#runtime::HeaderText), quote!(#runtime::FromHeaderText)),
            Place::Query | Place::Form | Place::Headers => (quote!(#runtime::TextValue), quote!(#runtime::FromWire)),
            Place::Part if field.json.is_none() => (quote!(#runtime::TextValue), quote!(#runtime::FromWire)),
            Place::Json | Place::Body | Place::Part => (quote!(#runtime::JsonValue), quote!(#runtime::FromWire)),
            Place::Format => (quote!(#runtime::FormatValue), quote!(#runtime::FromWire)),
            Place::Skip | Place::Bearer | Place::Raw => continue,
        };
        if mentions(ty, &params) {
            let ty = tokens::subject(ty);
            predicates.extend(written.then(|| quote!(#ty: #write_bound)));
            predicates.extend((read && field.read.is_none()).then(|| quote!(#ty: #read_bound)));
        }
    }
    if let Some(ty) = endpoint.response.ty().filter(|ty| mentions(ty, &params)) {
        let (ty, bound) = (tokens::subject(ty), response::bound(&endpoint.response, runtime));
        predicates.push(quote!(#ty: #bound + #runtime::Send));
    }
    if mentions(&endpoint.error, &params) {
        let error = tokens::subject(&endpoint.error);
        predicates.push(quote!(#error: #runtime::ErrorResponse + #runtime::Send));
    }
    let clause = generics.make_where_clause();
    clause
        .predicates
        .extend(predicates.into_iter().map(|predicate| -> WherePredicate { syn::parse_quote!(#predicate) }));
    generics
}

/// The bounds of [`bounded`] generics that were not written.
pub(super) fn added_bounds(bounded: Generics, written: &Generics) -> Vec<WherePredicate> {
    let written = written.where_clause.as_ref().map_or(0, |clause| clause.predicates.len());
    bounded.where_clause.into_iter().flat_map(|clause| clause.predicates).skip(written).collect()
}

/// The `T` of an `Option<T>` or a `Vec<T>`. By name: another one could not be sent as its `Display` anyway.
pub(super) fn one_of_several(ty: &Type) -> &Type {
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

pub(super) fn mentions(ty: &Type, params: &[Ident]) -> bool {
    params.iter().any(|param| tokens::mention(ty.to_token_stream(), &param.to_string()))
}
