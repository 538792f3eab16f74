//! The pages of an endpoint. Declarations from which no next page could follow are refused here.

use std::rc::Rc;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

use crate::draft::{BodyKey, Given, Moving, PagesDraft, Reach, Settings};
use crate::errors::{Errors, Reported};
use crate::model::endpoint::{Outline, is_nothing, is_stream};
use crate::model::field::{Field, Place, is_called};
use crate::tokens::plain;
use crate::words::key;

/// How the pages of an endpoint follow each other.
pub(crate) struct Pages {
    /// The value that says which page it is.
    pub(crate) field: Rc<Field>,
    pub(crate) step: Step,
    /// Whether there are more pages, where a page says it.
    pub(crate) more: Option<Reach>,
    /// The items of a page; none where the page is the list itself.
    pub(crate) items: Option<Reach>,
    pub(crate) item: Type,
}

/// From one page to the next.
pub(crate) enum Step {
    /// The page has the next position.
    Next(Reach),
    /// The page has a header `Link` with the next position in its URL.
    Link(Reach),
    /// One more for each page.
    Number,
    /// One more for each item.
    Offset,
}

impl Pages {
    /// The pages of an endpoint that declares them.
    pub(crate) fn of(endpoint: &Outline, errors: &Errors) -> Option<Result<Self, Reported>> {
        let settings = &endpoint.draft.settings;
        let draft = match settings.pages.as_ref()? {
            Ok(draft) => draft,
            Err(reported) => return Some(Err(*reported)),
        };
        let (pages, outcome) = errors.part(|errors| {
            let field = field(endpoint, draft, errors);
            let step = step(draft, errors);
            let response = response(settings, draft, errors);
            let item = response.and_then(|response| item(draft, response, errors));
            items_are_counted_by_their_field(draft, errors);
            let (field, step, item) = (field?, step?, item?);
            link_is_in_the_query(draft, &field, &step, errors);
            Ok(Self { field, step, more: draft.more.clone(), items: draft.items.clone(), item })
        });
        Some(outcome.and(pages))
    }
}

/// The field that says which page it is.
fn field(endpoint: &Outline, draft: &PagesDraft, errors: &Errors) -> Result<Rc<Field>, Reported> {
    let Some((.., name)) = &draft.moving else {
        let usage = "name the field: `cursor = after`, `number = page` or `offset = skip`";
        return Err(errors.error(draft.at, format!("which field says which page it is? {usage}")));
    };
    let field = endpoint.fields.iter().find(|field| field.ident == *name);
    let Some(field) = field else { return Err(no_field(endpoint, name, errors)) };
    let of_draft = endpoint.draft.fields.iter().find(|draft| draft.ident == *name);
    if let Some(Err(reported)) = of_draft.map(|draft| &draft.attrs) {
        return Err(*reported);
    }
    positions_are_values(name, field, errors)?;
    Ok(field.clone())
}

// #[endpoint(GET, "/x", pages(cursor = aftr, …), …)] struct List { after: Option<String> }
fn no_field(endpoint: &Outline, name: &Ident, errors: &Errors) -> Reported {
    let names: Vec<_> = endpoint.fields.iter().map(|field| field.ident.unraw().to_string()).collect();
    let hint = key::did_you_mean(&name.to_string(), names.iter().map(String::as_str));
    let word = endpoint.draft.argument_word;
    errors.error(name, format!("there is no {word} `{name}` that could say which page it is{hint}"))
}

// #[endpoint(GET, "/x", pages(cursor = after, …), …)] struct List { #[endpoint(skip)] after: Option<String> }
fn positions_are_values(name: &Ident, field: &Field, errors: &Errors) -> Result<(), Reported> {
    let message = if field.place == Place::Skip {
        format!("`{name}` is not sent, so that each page would be the first one")
    } else if field.secret.is_some() || field.place == Place::Bearer {
        format!("`{name}` is a secret, and a position is handed out, to be stored")
    } else if field.flatten.is_some() {
        format!("`{name}` is flattened, and a position is one value with a name")
    } else if field.attrs.iter().any(|attr| attr.path().is_ident("cfg")) {
        format!("`{name}` is not always there, and each page needs it")
    } else {
        return Ok(());
    };
    Err(errors.error(name, message))
}

// #[endpoint(GET, "/x", pages(cursor = after), …)] #[endpoint(GET, "/x", pages(number = page, next = next), …)]
fn step(draft: &PagesDraft, errors: &Errors) -> Result<Step, Reported> {
    match (&draft.moving, &draft.next) {
        (Some((Moving::Cursor, ..)) | None, Some((word, reach))) if word == "next" => Ok(Step::Next(reach.clone())),
        (Some((Moving::Cursor, ..)) | None, Some((_, reach))) => Ok(Step::Link(reach.clone())),
        (Some((Moving::Cursor, key, _)), None) => {
            let usage = "write `next = meta.next`, or `link = links` for a header `Link`";
            Err(errors.error(key, format!("the page before says the next cursor: {usage}")))
        }
        (Some((moving, _, field)), Some((word, _))) => {
            let moving = moving.word();
            let message = format!("the next `{moving}` is counted: leave `{word}` out, or write `cursor = {field}`");
            Err(errors.error(word, message))
        }
        (Some((Moving::Offset, ..)), None) => Ok(Step::Offset),
        (Some((Moving::Number, ..)) | None, None) => Ok(Step::Number),
    }
}

// #[endpoint(GET, "/x", pages(…), auth = Public)] #[endpoint(GET, "/x", response = Events<u8>, pages(…), …)]
fn response<'s>(settings: &'s Settings, draft: &PagesDraft, errors: &Errors) -> Result<&'s Type, Reported> {
    if let Some(none) = settings.none.given() {
        return Err(errors.error(none.span, "a page is not absent: leave `none` out, and this status is an error"));
    }
    let is_stream_by_word = matches!(settings.body.as_ref().map(|body| &body.value), Some(BodyKey::Stream(_)));
    match &settings.response {
        Some(Err(reported)) => Err(*reported),
        Some(Ok(ty)) if is_stream_by_word || is_stream(ty) => {
            Err(errors.error(ty, "a stream has no pages: all of it arrives in one response"))
        }
        Some(Ok(ty)) if !is_nothing(ty) => Ok(ty),
        _ => Err(errors.error(draft.at, "a page is a response with a type, and this response has none")),
    }
}

// #[endpoint(GET, "/x", response = Page, pages(cursor = after, next = next), …)]
fn item(draft: &PagesDraft, response: &Type, errors: &Errors) -> Result<Type, Reported> {
    if draft.items.is_none() && !is_called(response, "Vec") {
        let usage = "write `items = data`; a page without such a field is a `Vec` of its items";
        return Err(errors.error(draft.at, format!("which field of the page holds its items? {usage}")));
    }
    item_type(draft, response).cloned().ok_or_else(|| {
        let known = "it is known where the response is a `Page<Invoice>`";
        let message =
            |items: &str| format!("what is the type of an item? name it, `items = {items}: Invoice`; {known}");
        match &draft.items {
            Some(Reach::Function(function)) => errors.error(&**function, message("…")),
            Some(Reach::Field(members)) => {
                let names: Vec<_> = members.iter().map(|member| member.to_token_stream().to_string()).collect();
                let at = members.last().map_or(draft.at, Spanned::span);
                errors.error(at, message(&names.join(".")))
            }
            None => errors.error(draft.at, message("data")),
        }
    })
}

/// The type of an item, if it is known.
pub(crate) fn item_type<'d>(draft: &'d PagesDraft, response: &'d Type) -> Option<&'d Type> {
    draft.item.as_ref().or_else(|| only_argument(response))
}

/// The `Invoice` of a `Page<Invoice>`. The compiler checks that the items are of this type.
fn only_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = plain(ty) else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    let mut types = arguments.args.iter();
    match (types.next(), types.next()) {
        (Some(GenericArgument::Type(ty)), None) => Some(ty),
        _ => None,
    }
}

// #[endpoint(GET, "/x", response = Page<u8>, pages(offset = skip, items = |page| page.data), …)]
fn items_are_counted_by_their_field(draft: &PagesDraft, errors: &Errors) {
    if let Some((Moving::Number | Moving::Offset, ..)) = &draft.moving
        && let Some(Reach::Function(function)) = &draft.items
    {
        errors.error(&**function, "the items are counted to find the next page: name their field, `items = data`");
    }
}

// #[endpoint(POST, "/x", pages(cursor = after, link = links), …)] struct Search { after: Option<String> }
fn link_is_in_the_query(draft: &PagesDraft, field: &Field, step: &Step, errors: &Errors) {
    if let (Step::Link(_), Some((.., name))) = (step, &draft.moving)
        && field.place != Place::Query
    {
        let message = format!("a `Link` has the next value in the query of its URL, where `{name}` is not sent");
        errors.error(name, message);
    }
}
