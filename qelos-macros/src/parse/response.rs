//! `#[derive(Response)]`: a struct, or an enum with one variant for each status.

use proc_macro2::Ident;
use quote::format_ident;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Fields, LitInt, LitStr, Meta, Token, Type};

use crate::draft::{FieldAttrs, FieldDraft, PlaceKey, ResponseDraft, Spanned, StructHead, VariantDraft, When};
use crate::errors::{Errors, Reported};
use crate::parse::attr::{self, Item};
use crate::parse::{derive, field, status};
use crate::words::{Case, key};

/// Reads the item of the derive.
pub(crate) fn response(item: DeriveInput, errors: &Errors) -> ResponseDraft {
    let (mut crate_path, mut rename_all) = (None, None);
    let is_enum = matches!(item.data, Data::Enum(_));
    let statuses = statuses(&item.attrs, errors, &mut |key, input, errors| {
        if key == "crate" {
            attr::crate_path(&mut crate_path, key, input, errors);
        } else {
            unknown(key, &["crate"], input, errors);
        }
    });
    if let Some(first) = statuses.as_ref().ok().and_then(|statuses| statuses.first()).filter(|_| is_enum) {
        errors.error(first.span, "a status stands on a variant: each has its own");
    }
    for attribute in item.attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        _ = attr::items(attribute, errors, |item, input| derive::serde_item(&mut rename_all, item, input, errors));
    }
    let variants = match item.data {
        Data::Struct(data) => vec![variant(item.ident.clone(), statuses, data.fields, errors)],
        Data::Enum(data) => data.variants.into_iter().map(|of| variant_of_an_enum(of, errors)).collect(),
        Data::Union(data) => {
            errors.error(data.union_token.span, "a response is a struct or an enum, not a union");
            Vec::new()
        }
    };
    let head = StructHead { ident: item.ident, vis: item.vis, generics: item.generics, attrs: item.attrs };
    ResponseDraft { head, is_enum, rename_all, crate_path, variants }
}

fn variant_of_an_enum(variant: syn::Variant, errors: &Errors) -> VariantDraft {
    let statuses = statuses(&variant.attrs, errors, &mut |key, input, errors| {
        unknown(key, &[], input, errors);
    });
    let statuses = statuses.and_then(|statuses| {
        if !statuses.is_empty() {
            return Ok(statuses);
        }
        let usage = "`#[response(404)]`, `#[response(4xx)]`, or `#[response(_)]` for all others";
        Err(errors.error(&variant.ident, format!("which status is this? mark it {usage}")))
    });
    self::variant(variant.ident, statuses, variant.fields, errors)
}

fn variant(
    ident: Ident,
    statuses: Result<Vec<Spanned<When>>, Reported>,
    fields: Fields,
    errors: &Errors,
) -> VariantDraft {
    let is_tuple = matches!(fields, Fields::Unnamed(_));
    let fields = fields.into_iter().enumerate().filter_map(|(number, field)| {
        let attrs = attrs(&field, errors);
        let ident = match field.ident {
            // The compiler has refused `_` before it asks us, and goes on.
            Some(ident) if ident == "_" => return None,
            Some(ident) => ident,
            None => format_ident!("_{number}", span = field.ty.span()),
        };
        Some(FieldDraft { ident, ty: field.ty, attrs, others: field.attrs })
    });
    VariantDraft { ident, statuses, is_tuple, fields: fields.collect() }
}

/// Reads the statuses in the `#[response(…)]` of a type or a variant; `each` reads what is none.
fn statuses(
    attrs: &[Attribute],
    errors: &Errors,
    each: &mut dyn FnMut(&Ident, ParseStream, &Errors),
) -> Result<Vec<Spanned<When>>, Reported> {
    let mut statuses = Vec::new();
    let ((), outcome) = errors.part(|errors| {
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("response")) {
            let Meta::List(list) = &attr.meta else {
                errors.error(attr, "write `#[response(…)]`");
                continue;
            };
            let read = |input: ParseStream| {
                while !input.is_empty() {
                    item(input, &mut statuses, errors, each)?;
                    attr::end_of_item(input, errors)?;
                }
                Ok(())
            };
            if let Err(error) = read.parse2(list.tokens.clone()) {
                errors.push(error);
            }
        }
    });
    outcome.map(|()| statuses)
}

fn item(
    input: ParseStream,
    statuses: &mut Vec<Spanned<When>>,
    errors: &Errors,
    each: &mut dyn FnMut(&Ident, ParseStream, &Errors),
) -> syn::Result<()> {
    let span = input.span();
    if input.peek(Token![_]) {
        input.parse::<Token![_]>()?;
        statuses.push(Spanned { value: When::Rest, span });
    } else if input.peek(LitInt) {
        let number: LitInt = input.parse()?;
        if input.peek(Token![..]) || input.peek(Token![..=]) || input.peek(Token![-]) {
            attr::skip_item(input);
            errors.error(&number, "a range of statuses is a hundred of them: write `4xx`");
        } else if let Ok(value) = status::when(&number, errors) {
            statuses.push(Spanned { value, span });
        }
    } else if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        errors.error(&text, format!("a status has no quotes: write `{}`", text.value()));
    } else if input.peek(Ident::peek_any) {
        each(&input.call(Ident::parse_any)?, input, errors);
    } else {
        attr::skip_item(input);
        errors.error(span, "expected a status, such as `404`, `4xx` or `_`");
    }
    Ok(())
}

// #[response(404, found)] #[response(stauts)]
fn unknown(key: &Ident, known: &[&str], input: ParseStream, errors: &Errors) {
    attr::skip_item(input);
    let written = key.to_string();
    if key::RESPONSE_FIELD.contains(&written.as_str()) {
        errors.error(key, format!("`{written}` stands on a field"));
    } else if key == "crate" {
        errors.error(key, "`crate` stands on the type");
    } else if key::ENDPOINT.contains(&written.as_str()) {
        errors.error(key, format!("`{written}` stands on the endpoint, in `#[endpoint(…)]`"));
    } else {
        let hint = key::did_you_mean(&written, key::RESPONSE_FIELD.iter().copied().chain(known.iter().copied()));
        errors.error(key, format!("unknown word `{written}`: a status stands here, such as `404`, `4xx` or `_`{hint}"));
    }
}

/// Reads the attributes of a field.
fn attrs(field: &syn::Field, errors: &Errors) -> Result<FieldAttrs, Reported> {
    let (attrs, outcome) = errors.part(|errors| {
        let mut attrs = FieldAttrs::default();
        for attr in &field.attrs {
            if attr.path().is_ident("response") {
                let mut each =
                    |item, input: ParseStream| response_item(&mut attrs, field.ident.as_ref(), item, input, errors);
                _ = attr::items(attr, errors, &mut each);
            } else if attr.path().is_ident("serde") {
                _ = attr::items(attr, errors, |item, input| field::serde_item(&mut attrs, item, input, errors));
            }
        }
        attrs
    });
    outcome.map(|()| attrs)
}

fn response_item(field: &mut FieldAttrs, ident: Option<&Ident>, item: Item, input: ParseStream, errors: &Errors) {
    let key = match item {
        Item::Word(key) => key,
        Item::Literal(literal) => {
            let words = key::one_of(key::RESPONSE_FIELD);
            errors.error(&literal, format!("a word stands here, without quotes: {words}"));
            return;
        }
    };
    match key.to_string().as_str() {
        "header" if input.peek(Token![=]) => {
            if let Ok(name) = attr::value::<LitStr>(&key, input, "header = \"x-name\"", errors) {
                field::place(field, &key, PlaceKey::Header(name), errors);
            }
        }
        "header" => match ident {
            Some(ident) => {
                let name = Case::Kebab.apply(&ident.unraw().to_string());
                field::place(field, &key, PlaceKey::Header(LitStr::new(&name, key.span())), errors);
            }
            None => {
                errors.error(&key, "a field without a name has no header: write `header = \"x-name\"`");
            }
        },
        "raw" if input.peek(Token![=]) => {
            if let Ok(kind) = attr::value::<LitStr>(&key, input, "raw = \"application/pdf\"", errors) {
                field::place(field, &key, PlaceKey::Raw(Some(kind)), errors);
            }
        }
        "format" => {
            if let Ok(format) = attr::value::<Type>(&key, input, "format = Type", errors) {
                field::place(field, &key, PlaceKey::Format(Box::new(format)), errors);
            }
        }
        "rename" => field::rename(field, &key, input, errors),
        "display" => {
            attr::word(&key, input, errors);
            field::display(field, &key, errors);
        }
        word @ ("raw" | "status" | "body" | "skip") => {
            let place = match word {
                "raw" => PlaceKey::Raw(None),
                "status" => PlaceKey::Status,
                "body" => PlaceKey::Body,
                _ => PlaceKey::Skip,
            };
            attr::word(&key, input, errors);
            field::place(field, &key, place, errors);
        }
        _ => {
            attr::unknown(&key, key::RESPONSE_FIELD, input, errors);
        }
    }
}
