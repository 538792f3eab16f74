//! `places(id: InvoiceId)`: placeholders in the path of a resource whose values are no strings.

use proc_macro2::{Group, Ident};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Token, Type};

use crate::draft::FieldDraft;
use crate::errors::Errors;
use crate::parse::{attr, field};
use crate::tokens;

/// One of them, as it was written.
struct Place {
    attrs: Vec<Attribute>,
    ident: Ident,
    ty: Type,
}

/// Reads them.
pub(super) fn places(places: &mut Vec<FieldDraft>, key: &Ident, input: ParseStream, errors: &Errors) {
    let list = |input: ParseStream| Punctuated::<Place, Token![,]>::parse_terminated_with(input, place);
    match input.parse::<Group>().and_then(|group| list.parse2(group.stream())) {
        Ok(all) if !all.is_empty() => all.into_iter().for_each(|place| add(places, place, errors)),
        _ => {
            attr::skip_item(input);
            errors.error(key, "write `places(id: InvoiceId)`: the types of placeholders whose values are no strings");
        }
    }
}

fn place(input: ParseStream) -> syn::Result<Place> {
    let attrs = input.call(Attribute::parse_outer)?;
    let ident = input.call(Ident::parse_any)?;
    input.parse::<Token![:]>()?;
    Ok(Place { attrs, ident, ty: input.parse()? })
}

// #[resource(path = "/repos/{owner}", places(owner: &str, owner: u32))]
fn add(places: &mut Vec<FieldDraft>, Place { attrs, ident, ty }: Place, errors: &Errors) {
    if places.iter().any(|other| other.ident == ident) {
        errors.error(&ident, format!("the type of `{ident}` is given twice"));
        return;
    }
    if let Some(borrow) = tokens::first_borrow(&ty) {
        errors.error(borrow, "a handle owns the values of its path: take the type owned, such as `String`");
        return;
    }
    if tokens::holds_impl(&ty) {
        errors.error(&ty, "the value of a placeholder is of one type: name it in place of `impl`");
        return;
    }
    let read = field::attrs(&attrs, errors);
    let (_, others): (Vec<_>, Vec<_>) = attrs.into_iter().partition(field::is_ours);
    field::refuse_others(&others, errors);
    places.push(FieldDraft { ident, ty, attrs: read, others: Vec::new() });
}
