//! `#[derive(SessionScheme)]`: a struct, and what its sessions are made of.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Expr, Lit, LitStr, Token, Type, parenthesized, token};

use crate::draft::{LifeKey, SessionDraft, Setting, StructHead};
use crate::errors::{Errors, Reported};
use crate::parse::attr::{self, Item};
use crate::words::key;

/// Reads the item of the derive.
pub(crate) fn session(item: DeriveInput, errors: &Errors) -> SessionDraft {
    if !matches!(item.data, Data::Struct(_)) {
        errors
            .error(&item.ident, "a scheme of sessions is a struct: its fields are what differs between installations");
    }
    let (ours, attrs): (Vec<_>, Vec<_>) = item.attrs.into_iter().partition(|attr| attr.path().is_ident("session"));
    let head = StructHead { ident: item.ident, vis: item.vis, generics: item.generics, attrs };
    let mut draft = SessionDraft {
        head,
        name: None,
        sign_in: None,
        renew: None,
        end: None,
        access: None,
        refresh: None,
        subject: None,
        life: None,
        header: None,
        prefix: None,
        refused: None,
        satisfies: None,
        crate_path: None,
    };
    for attribute in &ours {
        _ = attr::items(attribute, errors, |item, input| session_item(&mut draft, item, input, errors));
    }
    draft
}

fn session_item(draft: &mut SessionDraft, item: Item, input: ParseStream, errors: &Errors) {
    let key = match item {
        Item::Word(key) => key,
        Item::Literal(literal) => {
            errors.error(&literal, format!("a word stands here, without quotes: {}", key::one_of(key::SESSION)));
            return;
        }
    };
    match key.to_string().as_str() {
        "name" => set(&mut draft.name, &key, input, "name = \"acme\"", errors),
        "sign_in" => set(&mut draft.sign_in, &key, input, "sign_in = SignIn", errors),
        "renew" => set(&mut draft.renew, &key, input, "renew = Renew { refresh }", errors),
        "end" => set(&mut draft.end, &key, input, "end = SignOut { refresh }", errors),
        "access" => set_field(&mut draft.access, &key, input, errors),
        "refresh" => set_field(&mut draft.refresh, &key, input, errors),
        "subject" => set_field(&mut draft.subject, &key, input, errors),
        "expires_in" | "expires_at" | "lasts" | "jwt" => life(&mut draft.life, key, input, errors),
        "header" => set(&mut draft.header, &key, input, "header = \"x-session\"", errors),
        "prefix" => set(&mut draft.prefix, &key, input, "prefix = \"Token \"", errors),
        "refused" => set_list::<Lit>(&mut draft.refused, &key, input, "refused(401, \"token_expired\")", errors),
        "satisfies" => set_list::<Type>(&mut draft.satisfies, &key, input, "satisfies(SignedIn)", errors),
        "crate" => attr::crate_path(&mut draft.crate_path, &key, input, errors),
        _ => {
            attr::unknown(&key, key::SESSION, input, errors);
        }
    }
}

fn set<T: Parse + ToTokens>(setting: &mut Setting<T>, key: &Ident, input: ParseStream, usage: &str, errors: &Errors) {
    let value = attr::value(key, input, usage, errors);
    attr::set(setting, &format!("`{key}`"), key.span(), value, errors);
}

fn set_field(setting: &mut Setting<Expr>, key: &Ident, input: ParseStream, errors: &Errors) {
    let value = field(key, input, errors);
    attr::set(setting, &format!("`{key}`"), key.span(), value, errors);
}

/// A field of the response: `tokens.access`.
fn field(key: &Ident, input: ParseStream, errors: &Errors) -> Result<Expr, Reported> {
    let value = attr::value::<Expr>(key, input, &format!("{key} = field"), errors)?;
    if is_field(&value) {
        return Ok(value);
    }
    let usage = format!("write `{key} = field` or `{key} = field.of_a_field`");
    Err(errors.error(&value, format!("this names a field of the response: {usage}")))
}

fn is_field(expr: &Expr) -> bool {
    match expr {
        Expr::Path(path) => path.path.get_ident().is_some(),
        Expr::Field(field) => is_field(&field.base),
        _ => false,
    }
}

fn life(setting: &mut Setting<(Ident, LifeKey)>, key: Ident, input: ParseStream, errors: &Errors) {
    let life = match key.to_string().as_str() {
        "expires_in" => field(&key, input, errors).map(|field| LifeKey::In(Box::new(field))),
        "expires_at" => field(&key, input, errors).map(|field| LifeKey::At(Box::new(field))),
        "lasts" => {
            let text = attr::value::<LitStr>(&key, input, "lasts = \"60m\"", errors);
            text.and_then(|text| attr::duration(&text, errors)).map(LifeKey::Lasts)
        }
        _ => {
            attr::word(&key, input, errors);
            Ok(LifeKey::Jwt)
        }
    };
    if let Some(Ok((first, _))) = setting
        && *first != key
    {
        errors
            .error(&key, format!("the life of a token is said in one way: by `{first}` already, and here by `{key}`"));
        return;
    }
    let (what, at) = (format!("`{key}`"), key.span());
    attr::set(setting, &what, at, life.map(|life| (key, life)), errors);
}

fn set_list<T: Parse>(setting: &mut Setting<Vec<T>>, key: &Ident, input: ParseStream, usage: &str, errors: &Errors) {
    let list = list::<T>(input).filter(|list| !list.is_empty()).ok_or_else(|| {
        attr::skip_item(input);
        errors.error(key, format!("write `{usage}`"))
    });
    attr::set(setting, &format!("`{key}`"), key.span(), list, errors);
}

fn list<T: Parse>(input: ParseStream) -> Option<Vec<T>> {
    if !input.peek(token::Paren) {
        return None;
    }
    let read = |input: ParseStream| {
        let inside;
        parenthesized!(inside in input);
        inside.parse::<TokenStream>()
    };
    let parser = Punctuated::<T, Token![,]>::parse_terminated;
    let list = syn::parse::Parser::parse2(parser, read(input).ok()?).ok()?;
    Some(list.into_iter().collect())
}
