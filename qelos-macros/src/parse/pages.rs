//! `pages(cursor = after, next = meta.next, items = data)`: how the pages of an endpoint follow each other.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{Expr, ExprField, Member, Token, Type, parenthesized, token};

use crate::draft::{Moving, PagesDraft, Reach, Setting};
use crate::errors::{Errors, Reported};
use crate::parse::attr::{self, Item};
use crate::words::key;

const USAGE: &str = "pages(cursor = after, next = meta.next, items = data)";

/// Reads what stands behind the word.
pub(super) fn pages(setting: &mut Setting<PagesDraft>, key: &Ident, input: ParseStream, errors: &Errors) {
    let pages = draft(key, input, errors);
    attr::set(setting, "`pages`", key.span(), pages, errors);
}

fn draft(key: &Ident, input: ParseStream, errors: &Errors) -> Result<PagesDraft, Reported> {
    let Some(inside) = in_parentheses(input) else {
        attr::skip_item(input);
        return Err(errors.error(key, format!("write `{USAGE}`")));
    };
    let (draft, outcome) = errors.part(|errors| {
        let (at, moving, next, more, items, item) = (key.span(), None, None, None, None, None);
        let mut draft = PagesDraft { at, moving, next, more, items, item };
        _ = attr::items_of(inside, errors, &mut |item, input| pages_item(&mut draft, item, input, errors));
        draft
    });
    outcome.map(|()| draft)
}

fn in_parentheses(input: ParseStream) -> Option<TokenStream> {
    let read = |input: ParseStream| {
        let inside;
        parenthesized!(inside in input);
        inside.parse()
    };
    if input.peek(token::Paren) { read(input).ok() } else { None }
}

fn pages_item(draft: &mut PagesDraft, item: Item, input: ParseStream, errors: &Errors) {
    let key = match item {
        Item::Word(key) => key,
        Item::Literal(literal) => {
            errors.error(&literal, format!("a word stands here, without quotes: {}", key::one_of(key::PAGES)));
            return;
        }
    };
    match key.to_string().as_str() {
        "cursor" => moving(draft, &key, Moving::Cursor, input, errors),
        "number" => moving(draft, &key, Moving::Number, input, errors),
        "offset" => moving(draft, &key, Moving::Offset, input, errors),
        "next" | "link" => {
            let Ok(reach) = reach(&key, input, errors) else { return };
            match &draft.next {
                Some((first, _)) if *first == key => given_twice(&key, errors),
                Some((first, _)) => {
                    let message =
                        format!("the next page is said in one way: by `{first}` already, and here by `{key}`");
                    errors.error(&key, message);
                }
                None => draft.next = Some((key, reach)),
            }
        }
        "more" => {
            if let Ok(reach) = reach(&key, input, errors) {
                set(&mut draft.more, reach, &key, errors);
            }
        }
        "items" => {
            let Ok(reach) = reach(&key, input, errors) else { return };
            set(&mut draft.items, reach, &key, errors);
            if input.peek(Token![:]) {
                draft.item = item_type(&key, input, errors);
            }
        }
        _ => {
            attr::unknown(&key, key::PAGES, input, errors);
        }
    }
}

// pages(cursor = after, offset = skip)
fn moving(draft: &mut PagesDraft, key: &Ident, moving: Moving, input: ParseStream, errors: &Errors) {
    let Ok(field) = attr::value::<Ident>(key, input, &format!("{key} = name_of_the_field"), errors) else { return };
    match &draft.moving {
        Some((first, ..)) if *first == moving => given_twice(key, errors),
        Some((first, ..)) => {
            let first = first.word();
            let message = format!("a page is found in one way: by its `{first}` already, and here by its `{key}`");
            errors.error(key, message);
        }
        None => draft.moving = Some((moving, key.clone(), field)),
    }
}

fn set<T>(setting: &mut Option<T>, value: T, key: &Ident, errors: &Errors) {
    if setting.is_some() {
        given_twice(key, errors);
    } else {
        *setting = Some(value);
    }
}

fn given_twice(key: &Ident, errors: &Errors) {
    errors.error(key, format!("`{key}` is given twice"));
}

// pages(cursor = after, next = "meta.next")
fn reach(key: &Ident, input: ParseStream, errors: &Errors) -> Result<Reach, Reported> {
    let value = attr::value::<Expr>(key, input, &format!("{key} = meta.field"), errors)?;
    match opened(value) {
        Expr::Path(path) if path.path.get_ident().is_none() || path.qself.is_some() => {
            Ok(Reach::Function(Box::new(Expr::Path(path))))
        }
        closure @ Expr::Closure(_) => Ok(Reach::Function(Box::new(closure))),
        other => members(&other).map(Reach::Field).ok_or_else(|| {
            let usage = format!("`{key} = meta.field`, `{key} = |page| …` or `{key} = path::to::function`");
            errors.error(&other, format!("this is a field of the page, or a function of it: write {usage}"))
        }),
    }
}

/// An expression without the groups that macros of the user leave around what they pass on.
fn opened(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => opened(*group.expr),
        Expr::Paren(paren) => opened(*paren.expr),
        expr => expr,
    }
}

/// The names in `meta.next`.
fn members(expr: &Expr) -> Option<Vec<Member>> {
    match expr {
        Expr::Group(group) => members(&group.expr),
        Expr::Path(path) if path.qself.is_none() && path.attrs.is_empty() => {
            Some(vec![Member::Named(path.path.get_ident()?.clone())])
        }
        Expr::Field(ExprField { attrs, base, member, .. }) if attrs.is_empty() => {
            let mut members = members(base)?;
            members.push(member.clone());
            Some(members)
        }
        _ => None,
    }
}

// pages(cursor = after, next = next, items = data: )
fn item_type(key: &Ident, input: ParseStream, errors: &Errors) -> Option<Type> {
    let parse = || input.parse::<Token![:]>().and_then(|_| input.parse::<Type>());
    let item = parse().ok();
    if item.is_none() {
        attr::skip_item(input);
        errors.error(key, "write the type of an item behind the colon: `items = data: Type`");
    }
    item
}
