//! `#[derive(Response)]`: reading the parts of a response, and writing them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, WherePredicate};

use crate::draft::{DefaultKey, When};
use crate::expand::attrs;
use crate::expand::encode::{docs_name, mentions, one_of_several};
use crate::expand::response::{bound_at_use, in_format, media_type_or_none};
use crate::model::{Part, PartPlace, ResponseType, Variant};
use crate::runtime_path::RuntimePath;
use crate::tokens::{self, at_span};

/// The implementations of a type of responses.
pub(crate) fn response(response: &ResponseType, runtime: &RuntimePath) -> TokenStream {
    let ident = attrs::name_of(&response.head);
    let reading = reading(response, runtime);
    let (impl_generics, ty_generics, where_clause) = reading.split_for_impl();
    let attrs = attrs::of_what_stands_for(&response.head, std::iter::empty());
    let (read, rest) = (read(response, runtime), read_rest(response, runtime));
    let not_recommended = runtime.not_recommended();
    let success = response.is_a_success().then(|| {
        let constants = constants(response, runtime);
        quote_spanned! {Span::mixed_site()=>
            #(#attrs)*
            #not_recommended
            impl #impl_generics #runtime::Response for #ident #ty_generics #where_clause {
                #constants

                fn from_response(
                    qelos_endpoint: &'static #runtime::EndpointInfo,
                    qelos_response: &#runtime::HttpResponse<#runtime::Bytes>,
                ) -> #runtime::Result<Self, #runtime::ResponseError> {
                    #runtime::decode_parts::<Self>(qelos_endpoint, qelos_response)
                }
            }
        }
    });
    let to_response = to_response(response, runtime);
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::ReadParts for #ident #ty_generics #where_clause {
            fn read(qelos_reader: &mut #runtime::ResponseReader<'_>) -> #runtime::Result<#runtime::Option<Self>, #runtime::Unfit> {
                #read
            }

            #rest
        }

        #success

        #(#attrs)*
        #not_recommended
        impl #impl_generics #runtime::ErrorResponse for #ident #ty_generics #where_clause {
            fn from_refusal(
                qelos_endpoint: &'static #runtime::EndpointInfo,
                qelos_refusal: &#runtime::ApiError,
            ) -> #runtime::Option<#runtime::Result<Self, #runtime::DecodeError>> {
                #runtime::refusal_of_parts::<Self>(qelos_endpoint, qelos_refusal)
            }
        }

        #to_response
    }
}

/// The statuses of a success, and the types of its bodies.
fn constants(response: &ResponseType, runtime: &RuntimePath) -> TokenStream {
    let whens: Vec<_> = response.variants.iter().flat_map(Variant::whens).collect();
    let statuses = (!whens.is_empty()).then(|| {
        let statuses = whens.iter().fold(quote!(#runtime::Statuses::NONE), |set, when| with(&set, *when, runtime));
        quote!(const STATUSES: #runtime::Statuses = #statuses;)
    });
    let mut types: Vec<TokenStream> = Vec::new();
    for ty in response.variants.iter().filter_map(|variant| media_type(variant, runtime)) {
        if !types.iter().any(|other| other.to_string() == ty.to_string()) {
            types.push(ty);
        }
    }
    let json = quote!("application/json").to_string();
    let accept =
        types.iter().any(|ty| ty.to_string() != json).then(|| quote!(const ACCEPT: #runtime::Accept = &[#(#types),*];));
    quote!(#statuses #accept)
}

/// The media type of the body of a variant; none if it has no body of its own.
fn media_type(variant: &Variant, runtime: &RuntimePath) -> Option<TokenStream> {
    match variant.whole_body().map(|field| (&field.place, &field.ty)) {
        Some((PartPlace::Raw(Some(media_type)), _)) => Some(quote!(#media_type)),
        Some((PartPlace::Raw(None), _)) => Some(quote!("*/*")),
        Some((PartPlace::Format(format), ty)) => {
            let format = in_format(format, ty, runtime);
            Some(quote!(#format.media_type))
        }
        Some((PartPlace::ApiError, _)) => None,
        _ => variant.has_body().then(|| quote!("application/json")),
    }
}

/// A set of statuses and more of them.
fn with(set: &TokenStream, when: When, runtime: &RuntimePath) -> TokenStream {
    match when {
        When::Status(status) => quote!(#runtime::Statuses::with(#set, #status)),
        When::Class(class) => quote!(#runtime::Statuses::with_class(#set, #class)),
        When::Rest => quote!(#runtime::Statuses::ALL),
    }
}

/// The statuses from which a variant is read: without those that other variants name more precisely.
fn own_statuses(response: &ResponseType, variant: &Variant, runtime: &RuntimePath) -> TokenStream {
    let whens: Vec<_> = variant.whens().collect();
    if whens.is_empty() {
        return quote!(#runtime::Statuses::ALL);
    }
    let own = whens.iter().fold(quote!(#runtime::Statuses::NONE), |set, when| with(&set, *when, runtime));
    let others = whens.iter().flat_map(|when| response.more_precise_than(*when)).filter(|other| !whens.contains(other));
    others.fold(own, |set, other| match other {
        When::Status(status) => quote!(#runtime::Statuses::without(#set, #status)),
        When::Class(class) => quote!(#runtime::Statuses::without_class(#set, #class)),
        When::Rest => set,
    })
}

/// The body of `ReadParts::read`: the exact statuses first, then the ranges.
fn read(response: &ResponseType, runtime: &RuntimePath) -> TokenStream {
    if let [variant] = response.variants.as_slice()
        && variant.whens().next().is_none()
    {
        return read_variant(response, variant, runtime);
    }
    let arms = |exact: bool| {
        response.variants.iter().filter_map(move |variant| {
            let patterns = variant.whens().filter_map(|when| match when {
                When::Status(status) if exact => Some(quote!(#status)),
                When::Class(class) if !exact => {
                    let (first, last) = (class * 100, class * 100 + 99);
                    Some(quote!(#first..=#last))
                }
                _ => None,
            });
            let patterns: Vec<_> = patterns.collect();
            let read = (!patterns.is_empty()).then(|| read_variant(response, variant, runtime))?;
            Some(quote_spanned!(Span::mixed_site()=> #(#patterns)|* => { #read }))
        })
    };
    let (exact, classes) = (arms(true), arms(false));
    quote_spanned! {Span::mixed_site()=>
        match #runtime::ResponseReader::code(qelos_reader) {
            #(#exact)*
            #(#classes)*
            _ => #runtime::Result::Ok(#runtime::Option::None),
        }
    }
}

fn read_rest(response: &ResponseType, runtime: &RuntimePath) -> Option<TokenStream> {
    let rest = response.variants.iter().find(|variant| variant.whens().any(|when| when == When::Rest))?;
    let read = read_variant(response, rest, runtime);
    Some(quote_spanned! {Span::mixed_site()=>
        fn read_rest(qelos_reader: &mut #runtime::ResponseReader<'_>) -> #runtime::Result<#runtime::Option<Self>, #runtime::Unfit> {
            #read
        }
    })
}

/// The path of a variant: `Self`, or `Self::Variant`.
fn path(response: &ResponseType, variant: &Variant) -> TokenStream {
    let this = Ident::new("Self", Span::mixed_site());
    let name = &variant.ident;
    if response.is_enum { quote!(#this::#name) } else { quote!(#this) }
}

fn read_variant(response: &ResponseType, variant: &Variant, runtime: &RuntimePath) -> TokenStream {
    let reader = quote_spanned!(Span::mixed_site()=> qelos_reader);
    let open = if variant.json_fields().next().is_some() {
        Some(quote_spanned!(Span::mixed_site()=> #runtime::ResponseReader::open_json(#reader)?;))
    } else if variant.has_body() {
        None
    } else {
        Some(quote_spanned!(Span::mixed_site()=> #runtime::ResponseReader::nothing(#reader)?;))
    };
    // A flattened field takes the rest, so it is read after the others.
    let (rest, named): (Vec<_>, Vec<_>) = variant.fields.iter().partition(|field| field.flatten.is_some());
    let fields = named.into_iter().chain(rest).map(|field| {
        let (member, value) = (&field.member, read_value(field, &reader, runtime));
        quote_spanned!(at_span(field.ty.span())=> #member: #value)
    });
    let path = path(response, variant);
    quote_spanned! {Span::mixed_site()=>
        #open
        #runtime::Result::Ok(#runtime::Option::Some(#path { #(#fields),* }))
    }
}

/// The expression that reads one field.
fn read_value(field: &Part, reader: &TokenStream, runtime: &RuntimePath) -> TokenStream {
    let Part { ty, wire, .. } = field;
    let at = at_span(ty.span());
    let default = field.default.as_ref().map(|default| match default {
        DefaultKey::Trait(_) => quote_spanned!(at=> #runtime::default_value::<#ty>),
        DefaultKey::Path(path) => quote!(#path),
    });
    let call = match &field.place {
        PartPlace::Skip => {
            let default = default.unwrap_or_else(|| quote_spanned!(at=> #runtime::default_value::<#ty>));
            return quote_spanned!(at=> #default());
        }
        PartPlace::Status => {
            return quote_spanned!(at=> #runtime::ResponseReader::status::<#ty>(#reader));
        }
        PartPlace::Header if field.display.is_some() => {
            let read = quote_spanned!(at=> |qelos_texts| #runtime::read_display::<#ty, _>(qelos_texts));
            quote_spanned!(at=> header_with::<#ty>(#reader, #wire, #read))
        }
        PartPlace::Header => quote_spanned!(at=> header::<#ty>(#reader, #wire)),
        PartPlace::Body => quote_spanned!(at=> body::<#ty>(#reader)),
        PartPlace::Raw(media_type) => {
            let media_type = media_type_or_none(media_type.as_ref(), runtime);
            quote_spanned!(at=> raw::<#ty>(#reader, #media_type))
        }
        PartPlace::Format(format) => {
            let format = in_format(format, ty, runtime);
            quote_spanned!(at=> format(#reader, &#format))
        }
        PartPlace::ApiError => quote_spanned!(at=> api_error(#reader)),
        PartPlace::Json if field.flatten.is_some() => quote_spanned!(at=> json_flattened::<#ty>(#reader, #wire)),
        PartPlace::Json => {
            let default = match default {
                Some(default) => quote_spanned!(at=> #runtime::default_by::<#ty>(#default)),
                None => quote_spanned!(at=> #runtime::Option::None),
            };
            match &field.read {
                Some(read) => quote_spanned! {at=>
                    json_field_with::<#ty>(#reader, #wire, #default, |qelos_value| #read(qelos_value))
                },
                None => quote_spanned!(at=> json_field::<#ty>(#reader, #wire, #default)),
            }
        }
    };
    quote_spanned!(at=> #runtime::ResponseReader::#call?)
}

/// The implementation of `ToResponse`.
fn to_response(response: &ResponseType, runtime: &RuntimePath) -> TokenStream {
    let ident = attrs::name_of(&response.head);
    let mut generics = response.head.generics.clone();
    let fields = response.variants.iter().flat_map(|variant| &variant.fields);
    let bounds = fields.flat_map(|field| {
        let ty = &field.ty;
        match &field.place {
            PartPlace::Header if field.display.is_some() => {
                vec![bound_at_use(one_of_several(ty), &quote!(#runtime::Display))]
            }
            PartPlace::Header => vec![bound_at_use(ty, &quote!(#runtime::HeaderText))],
            PartPlace::Status => vec![bound_at_use(ty, &quote!(#runtime::StatusValue))],
            PartPlace::Json if field.write.is_some() => Vec::new(),
            PartPlace::Json | PartPlace::Body => vec![bound_at_use(ty, &quote!(#runtime::JsonValue))],
            PartPlace::Raw(_) => vec![bound_at_use(ty, &quote!(#runtime::RawBody))],
            PartPlace::Format(format) => {
                let of_value = bound_at_use(ty, &quote!(#runtime::FormatValue));
                vec![of_value, bound_at_use(format, &quote!(#runtime::Format))]
            }
            PartPlace::ApiError | PartPlace::Skip => Vec::new(),
        }
    });
    let bounds: Vec<_> = bounds.collect();
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let arms = response.variants.iter().map(|variant| write_variant(response, variant, runtime));
    let attrs = attrs::of_what_stands_for(&response.head, std::iter::empty());
    let not_recommended = runtime.not_recommended();
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        #not_recommended
        impl #impl_generics #runtime::ToResponse for #ident #ty_generics #where_clause {
            fn to_response(&self) -> #runtime::Result<#runtime::HttpResponse<#runtime::Bytes>, #runtime::EncodeError> {
                match self {
                    #(#arms)*
                }
            }
        }
    }
}

fn write_variant(response: &ResponseType, variant: &Variant, runtime: &RuntimePath) -> TokenStream {
    let name = docs_name(&response.head.ident);
    let path = path(response, variant);
    let status = variant.only_status().unwrap_or(if variant.has_body() { 200 } else { 204 });
    let writer = Ident::new("qelos_writer", Span::mixed_site());
    let written = || variant.fields.iter().filter(|field| !matches!(field.place, PartPlace::Skip));
    let bindings = written().map(|field| {
        let (member, value) = (&field.member, value_of(field));
        quote!(#member: #value)
    });
    let statuses = own_statuses(response, variant, runtime);
    let statuses = quote_spanned!(Span::mixed_site()=> const { #statuses });
    // A header of the user's may be the type of the body: it is written first, and kept.
    let (json, others): (Vec<_>, Vec<_>) = written().partition(|field| matches!(field.place, PartPlace::Json));
    let (headers, others): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|field| matches!(field.place, PartPlace::Header));
    let step = |field: &&Part| write_value(field, variant, &writer, &statuses, runtime);
    let mut steps: Vec<_> = headers.iter().chain(&others).map(step).collect();
    if !json.is_empty() {
        steps.push(quote_spanned!(Span::mixed_site()=> #runtime::ResponseWriter::open_json(&mut #writer);));
        steps.extend(json.iter().map(step));
        steps.push(quote_spanned!(Span::mixed_site()=> #runtime::ResponseWriter::close_json(&mut #writer);));
    }
    let mutable = (!steps.is_empty()).then(|| quote!(mut));
    quote_spanned! {Span::mixed_site()=>
        #path { #(#bindings,)* .. } => {
            let #mutable #writer = #runtime::ResponseWriter::new(#name, #status);
            #(#steps)*
            #runtime::ResponseWriter::finish(#writer)
        }
    }
}

/// The name of a value while it is written.
fn value_of(field: &Part) -> Ident {
    format_ident!("qelos_field_{}", docs_name(&field.ident), span = Span::mixed_site())
}

/// The statement that writes one field.
fn write_value(
    field: &Part,
    variant: &Variant,
    writer: &Ident,
    statuses: &TokenStream,
    runtime: &RuntimePath,
) -> TokenStream {
    let Part { ty, wire, .. } = field;
    let (at, value) = (at_span(ty.span()), value_of(field));
    let call = match &field.place {
        PartPlace::Skip => return TokenStream::new(),
        PartPlace::Header if field.display.is_some() => {
            let write = quote_spanned!(at=> |qelos_texts| #runtime::write_display::<#ty, _>(#value, qelos_texts));
            quote_spanned!(at=> header_with(&mut #writer, #wire, #write))
        }
        PartPlace::Header => quote_spanned!(at=> header::<#ty>(&mut #writer, #wire, #value)),
        PartPlace::Status => quote_spanned!(at=> status::<#ty>(&mut #writer, #statuses, #value)),
        PartPlace::Body => quote_spanned!(at=> body::<#ty>(&mut #writer, #wire, #value)),
        PartPlace::Raw(media_type) => {
            let media_type = media_type_or_none(media_type.as_ref(), runtime);
            quote_spanned!(at=> raw::<#ty>(&mut #writer, #wire, #media_type, #value))
        }
        PartPlace::Format(format) => quote_spanned!(at=> format::<#format, #ty>(&mut #writer, #wire, #value)),
        PartPlace::ApiError => quote_spanned!(at=> api_error(&mut #writer, #statuses, #wire, #value)),
        PartPlace::Json if field.flatten.is_some() => {
            let declared = variant.json_fields().filter(|other| other.flatten.is_none()).map(|other| &other.wire);
            quote_spanned!(at=> json_flattened::<#ty>(&mut #writer, #wire, &[#(#declared),*], #value))
        }
        PartPlace::Json => match &field.write {
            Some(write) => quote_spanned! {at=>
                json_field_with(&mut #writer, #wire, |qelos_serializer| #write(#value, qelos_serializer))
            },
            None => quote_spanned!(at=> json_field::<#ty>(&mut #writer, #wire, #value)),
        },
    };
    let write = quote_spanned!(at=> #runtime::ResponseWriter::#call;);
    match &field.skip_if {
        None => write,
        Some(skip) => {
            let skipped = quote_spanned!(at_span(skip.span())=> #skip(#value));
            quote_spanned!(at=> if !#skipped { #write })
        }
    }
}

/// The generics of the type, with a bound for each type that depends on them.
fn reading(response: &ResponseType, runtime: &RuntimePath) -> Generics {
    let mut generics = response.head.generics.clone();
    let params: Vec<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
    if params.is_empty() {
        return generics;
    }
    let mut predicates: Vec<WherePredicate> = params.iter().map(|param| syn::parse_quote!(#param: 'static)).collect();
    for field in response.variants.iter().flat_map(|variant| &variant.fields) {
        let mut ty = &field.ty;
        let bound = match &field.place {
            PartPlace::Header if field.display.is_some() => {
                ty = one_of_several(ty);
                quote!(#runtime::FromStr<Err: #runtime::Display>)
            }
            PartPlace::Header => quote!(#runtime::FromHeaderText),
            PartPlace::Json if field.read.is_some() => continue,
            PartPlace::Json => quote!(#runtime::DecodeBody + #runtime::FromWire),
            PartPlace::Body | PartPlace::Format(_) => quote!(#runtime::DecodeBody),
            PartPlace::Raw(_) => quote!(#runtime::RawBody),
            PartPlace::Status | PartPlace::ApiError | PartPlace::Skip => continue,
        };
        if mentions(ty, &params) {
            let ty = tokens::subject(ty);
            predicates.push(syn::parse_quote!(#ty: #bound));
        }
    }
    generics.make_where_clause().predicates.extend(predicates);
    generics
}
