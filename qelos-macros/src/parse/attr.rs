//! `key = value, word, "literal"`: the inside of every attribute of ours.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Lit, LitBool, LitInt, LitStr, Meta, Path, PathArguments, Token, Type, parenthesized, token};

use crate::draft::{BodyKey, Given, HeaderDraft, Setting, Settings, Spanned};
use crate::errors::{Errors, Reported};
use crate::parse::{status, template, verb};
use crate::tokens;
use crate::words::{Template, Verb, key};

/// One item between commas.
pub(super) enum Item {
    /// `"/path"`
    Literal(LitStr),
    /// `POST`, `secret`, or the key of `key = value`
    Word(Ident),
}

/// Reads the items of one attribute; `each` takes an item and reads what follows its key. A mistake in one item does
/// not hide those in the next. `Err` if a part of it is no item at all: that may have been meant as a setting that is
/// missing.
pub(super) fn items(
    attr: &Attribute,
    errors: &Errors,
    mut each: impl FnMut(Item, ParseStream),
) -> Result<(), Reported> {
    let tokens = match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) => return Ok(()),
        Meta::NameValue(pair) => {
            let name = pair.path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string());
            return Err(errors.error(pair, format!("write `#[{name}(…)]`")));
        }
    };
    items_of(tokens, errors, &mut each)
}

/// Like [`items`].
pub(super) fn items_of(
    tokens: TokenStream,
    errors: &Errors,
    each: &mut dyn FnMut(Item, ParseStream),
) -> Result<(), Reported> {
    let mut understood = Ok(());
    let read = |input: ParseStream| {
        while !input.is_empty() {
            if input.peek(LitStr) {
                each(Item::Literal(input.parse()?), input);
            } else if input.peek(Ident::peek_any) {
                each(Item::Word(input.call(Ident::parse_any)?), input);
            } else {
                understood = Err(errors.error(input.span(), "expected a word, `key = value` or a string literal"));
                skip_item(input);
            }
            end_of_item(input, errors)?;
        }
        Ok(())
    };
    if let Err(error) = read.parse2(tokens) {
        errors.push(error);
    }
    understood
}

/// Takes the comma. Where it is missing, the next item may still begin: `GET "/path"`.
pub(super) fn end_of_item(input: ParseStream, errors: &Errors) -> syn::Result<()> {
    if !input.is_empty() && !input.peek(Token![,]) {
        errors.error(input.span(), "expected `,`");
        if input.peek(LitStr) || input.peek(Ident::peek_any) {
            return Ok(());
        }
        skip_item(input);
    }
    if input.is_empty() { Ok(()) } else { input.parse::<Token![,]>().map(drop) }
}

/// A word that stands alone.
// #[endpoint(secret = true)]
pub(super) fn word(key: &Ident, input: ParseStream, errors: &Errors) {
    if !input.is_empty() && !input.peek(Token![,]) && !input.peek(LitStr) && !input.peek(Ident::peek_any) {
        let ahead = input.fork();
        let value = ahead.parse::<Token![=]>().and_then(|_| ahead.parse::<Lit>()).ok();
        skip_item(input);
        let is_named = key::NAMED.iter().any(|named| key == named);
        let hint = match value {
            Some(Lit::Str(name)) if is_named => {
                let name = name.value();
                format!("write the word alone; another name is `{key}, rename = \"{name}\"`")
            }
            Some(Lit::Str(_)) if key == "path" => {
                "write the word alone; a path value is put where its name stands in the path".to_owned()
            }
            Some(Lit::Bool(holds)) if !holds.value => "leave it out where it does not hold".to_owned(),
            _ => "write the word alone".to_owned(),
        };
        errors.error(key, format!("`{key}` takes no value: {hint}"));
    }
}

/// The value behind `key =`.
pub(super) fn value<T: Parse + ToTokens>(
    key: &Ident,
    input: ParseStream,
    usage: &str,
    errors: &Errors,
) -> Result<T, Reported> {
    let parse = || input.parse::<Token![=]>().and_then(|_| input.parse::<T>());
    // Tokens left over inside of a group only show when all of them are parsed. They would be in generated code.
    let is_whole = |value: &T| syn::parse2::<T>(value.to_token_stream()).is_ok();
    parse().ok().filter(is_whole).ok_or_else(|| {
        skip_item(input);
        errors.error(key, format!("write `{usage}`"))
    })
}

/// Leaves the rest of an item that was reported.
pub(super) fn skip_item(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// Sets a setting, which can be given once.
pub(super) fn set<T>(setting: &mut Setting<T>, what: &str, at: Span, value: Result<T, Reported>, errors: &Errors) {
    if setting.is_none() {
        *setting = Some(value);
    } else {
        errors.error(at, format!("{what} is given twice"));
    }
}

/// Reports a key that does not exist.
pub(super) fn unknown(key: &Ident, known: &[&str], input: ParseStream, errors: &Errors) -> Reported {
    skip_item(input);
    let written = key.to_string();
    if written == "multipart" {
        return errors.error(key, "a form of several parts is made of fields: mark each of them `part`");
    }
    let hint = key::elsewhere(&written, known).unwrap_or_else(|| key::did_you_mean(&written, known.iter().copied()));
    errors.error(key, format!("unknown key `{written}`, expected {}{hint}", key::one_of(known)))
}

/// One item of `#[endpoint(…)]` on a struct.
pub(super) fn endpoint_item(settings: &mut Settings, item: Item, input: ParseStream, errors: &Errors) {
    match item {
        Item::Literal(literal) => literal_item(settings, &literal, errors),
        Item::Word(key) if settings.verb.given().is_some() && could_be_a_path(&key, input, settings) => {
            path_by_name(&mut settings.path, &key, input, errors);
        }
        Item::Word(key) if !input.peek(Token![=]) && verb::could_be_one(&key.to_string(), settings) => {
            let verb = verb::read(&key, errors);
            set(&mut settings.verb, "the method", key.span(), verb, errors);
            if input.peek(token::Paren) {
                // #[endpoint(GET("/x"), …)]
                let path = in_parentheses(&input.fork()).ok();
                skip_item(input);
                let written = path.as_ref().map_or_else(|| "/path".to_owned(), LitStr::value);
                let message = format!("a method stands alone, and the path behind a comma: `{key}, \"{written}\"`");
                let reported = errors.error(&key, message);
                settings.path = Some(path.map(|path| template::read(&path, errors)).ok_or(reported));
            }
        }
        Item::Word(key) => match key.to_string().as_str() {
            "response" => {
                let response = value(&key, input, "response = Type", errors);
                let response = response.and_then(|ty| response_type(ty, "response =", errors));
                set(&mut settings.response, "`response`", key.span(), response, errors);
            }
            "crate" => crate_path(&mut settings.crate_path, &key, input, errors),
            "method" => {
                settings.verb = Some(Err(unknown(&key, key::ENDPOINT, input, errors)));
            }
            "path" => {
                settings.path = Some(Err(unknown(&key, key::ENDPOINT, input, errors)));
            }
            _ => shared_key(settings, &key, key::ENDPOINT, input, errors),
        },
    }
}

/// A text: the path, or a method that should have been a word.
fn literal_item(settings: &mut Settings, literal: &LitStr, errors: &Errors) {
    if let Some((verb, path)) = verb::with_path(literal) {
        let written = path.value();
        errors.error(literal, format!("the method is a word of its own: write `{}, \"{written}\"`", verb.name()));
        settings.verb.get_or_insert(Ok(verb));
        return set_path(&mut settings.path, &path, template::read(&path, errors), errors);
    }
    match Verb::common(&literal.value()) {
        Some(verb) => {
            errors.error(literal, format!("a method is a word: write `{}`", verb.name()));
            set(&mut settings.verb, "the method", literal.span(), Ok(verb), errors);
        }
        None if verb::could_be_an_extension(literal, settings) => {
            settings.verb = Some(verb::extension(literal, errors));
        }
        None => set_path(&mut settings.path, literal, template::read(literal, errors), errors),
    }
}

/// `("/x")`
fn in_parentheses(input: ParseStream) -> syn::Result<LitStr> {
    let inside;
    parenthesized!(inside in input);
    inside.parse()
}

/// Whether a word stands for a path, rather than for a key.
pub(super) fn could_be_a_path(key: &Ident, input: ParseStream, settings: &Settings) -> bool {
    let is_constant = key.to_string().chars().all(|c| c.is_uppercase() || c.is_numeric() || c == '_');
    let is_elsewhere = input.peek(Token![::]) || input.peek(Token![!]);
    let is_method = Verb::common(&key.to_string()).is_some();
    settings.path.is_none() && !input.peek(Token![=]) && !is_method && (is_constant || is_elsewhere)
}

// #[endpoint(GET, PATH, …)] #[endpoint(GET, concat!("/api", "/x"), …)] #[get(paths::INVOICES)]
pub(super) fn path_by_name(setting: &mut Setting<Template>, key: &Ident, input: ParseStream, errors: &Errors) {
    skip_item(input);
    let message = "write the path itself, in quotes: the macro cannot see the value of a constant or of another macro";
    *setting = Some(Err(errors.error(key, message)));
}

/// The type of a response, as it stands in an implementation.
// #[endpoint(GET, "/x", response = Result<Invoice, Error>, …)]; async fn list(&self) -> &[Invoice];
pub(super) fn response_type(ty: Type, written: &str, errors: &Errors) -> Result<Type, Reported> {
    match tokens::plain(&ty) {
        Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Result") => {
            let args = path.path.segments.last().and_then(|last| match &last.arguments {
                PathArguments::AngleBracketed(args) => Some(&args.args),
                _ => None,
            });
            let success = args.and_then(|args| args.first()).map_or_else(|| "Invoice".to_owned(), shown);
            // A type called `Error` is what the method returns in any case, and no response is read as a `dyn Error`.
            let is_of_a_call = |error: &String| error.ends_with("Error") || error.contains("dyn");
            let refused = args.and_then(|args| args.iter().nth(1)).map(shown).filter(|error| !is_of_a_call(error));
            let refused = refused.map(|error| format!("; what a refusal says is `error = {error}` in the attribute"));
            let refused = refused.unwrap_or_default();
            let message = format!(
                "write the type of a successful response, `{written} {success}`: the `Result` around it is added{refused}"
            );
            let reported = errors.error(&ty, message);
            // The stand-in keeps the type that was written.
            if tokens::holds_impl(&ty) { Err(reported) } else { Ok(ty) }
        }
        _ => read_into(ty, errors),
    }
}

/// Like [`response_type`]. An `Rc` is told by its name.
// #[endpoint(GET, "/x", response = Rc<Invoice>, error = &'static str, …)]
fn read_into(ty: Type, errors: &Errors) -> Result<Type, Reported> {
    Err(if tokens::holds_impl(&ty) {
        errors.error(&ty, "a response is read into a type: name it in place of `impl`")
    } else if let Some(borrow) = tokens::first_borrow(&ty) {
        errors.error(borrow, "a response is read into a value of its own: it borrows nothing")
    } else if let Some(rc) = tokens::first_with_arguments("Rc", &ty) {
        errors.error(
            rc,
            "a response goes from thread to thread, which an `Rc` does not: name the type inside of it alone",
        )
    } else {
        return Ok(ty);
    })
}

fn shown(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}

/// The keys that a struct and a method of a resource have in common.
pub(super) fn shared_key(settings: &mut Settings, key: &Ident, known: &[&str], input: ParseStream, errors: &Errors) {
    match key.to_string().as_str() {
        "auth" => auth(&mut settings.auth, key, input, errors),
        "error" => error(&mut settings.error, key, input, errors),
        "raw" | "format" | "json" | "stream" => body_key(settings, key, input, errors),
        "none" => {
            let status = value::<LitInt>(key, input, "none = 404", errors).and_then(|status| {
                let value = status::exact(&status, errors)?;
                Ok(Spanned { value, span: status.span() })
            });
            set(&mut settings.none, "`none`", key.span(), status, errors);
        }
        "idempotent" if is_taken_back(input) => settings.not_idempotent = Some(key.span()),
        "idempotent" => idempotent(&mut settings.idempotent, key, input, errors),
        "accept" => accept(&mut settings.accept, key, input, errors),
        "content_type" => {
            let media_type = value::<LitStr>(key, input, "content_type = \"application/vnd.api+json\"", errors);
            set(&mut settings.content_type, "`content_type`", key.span(), media_type, errors);
        }
        "headers" => headers(&mut settings.headers, key, input, errors),
        "with_body" => {
            word(key, input, errors);
            set(&mut settings.with_body, "`with_body`", key.span(), Ok(key.span()), errors);
        }
        "errors_with_200" => {
            word(key, input, errors);
            set(&mut settings.errors_with_200, "`errors_with_200`", key.span(), Ok(key.span()), errors);
        }
        "timeout" => timeout(&mut settings.timeout, key, input, errors),
        _ => {
            unknown(key, known, input, errors);
        }
    }
}

/// The keys that say how the body of the response is read.
fn body_key(settings: &mut Settings, key: &Ident, input: ParseStream, errors: &Errors) {
    let has_value = input.peek(Token![=]);
    let read = match key.to_string().as_str() {
        "raw" if has_value => {
            value(key, input, "raw = \"application/pdf\"", errors).map(|kind| BodyKey::Raw(Some(kind)))
        }
        "stream" if has_value => {
            value(key, input, "stream = RULES", errors).map(|rules| BodyKey::Stream(Some(Box::new(rules))))
        }
        "format" => value(key, input, "format = Type", errors).map(|format| BodyKey::Format(Box::new(format))),
        other => {
            word(key, input, errors);
            Ok(match other {
                "raw" => BodyKey::Raw(None),
                "stream" => BodyKey::Stream(None),
                _ => BodyKey::Json,
            })
        }
    };
    if let Ok(read) = read {
        body(settings, key, read, errors);
    }
}

// #[endpoint(GET, "/x", response = Bytes, raw, json, …)]
fn body(settings: &mut Settings, key: &Ident, body: BodyKey, errors: &Errors) {
    if let Some(first) = &settings.body {
        let (first, second) = (first.value.word(), body.word());
        errors.error(key, format!("a body is read in one way: it is `{first}` already, and here `{second}`"));
    } else {
        settings.body = Some(Spanned { value: body, span: key.span() });
    }
}

// timeout = "30 parsecs"
pub(super) fn duration(text: &LitStr, errors: &Errors) -> Result<Duration, Reported> {
    let value = text.value();
    let digits = value.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match &value[digits.len()..] {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        _ => None,
    };
    match unit.and_then(|unit| digits.parse::<u64>().ok()?.checked_mul(unit)) {
        Some(0) => Err(errors.error(text, "a timeout of zero lets no call succeed")),
        Some(millis) => Ok(Duration::from_millis(millis)),
        None => {
            let usage = "write a number and a unit, \"500ms\", \"30s\" or \"2m\"";
            Err(errors.error(text, format!("\"{value}\" is not a time: {usage}")))
        }
    }
}

pub(super) fn auth(setting: &mut Setting<Type>, key: &Ident, input: ParseStream, errors: &Errors) {
    let value = value(key, input, "auth = SignedIn", errors);
    set(setting, "`auth`", key.span(), value, errors);
}

pub(super) fn error(setting: &mut Setting<Type>, key: &Ident, input: ParseStream, errors: &Errors) {
    let error = value(key, input, "error = Type", errors).and_then(|ty| read_into(ty, errors));
    set(setting, "`error`", key.span(), error, errors);
}

pub(super) fn idempotent(setting: &mut Setting<Span>, key: &Ident, input: ParseStream, errors: &Errors) {
    word(key, input, errors);
    set(setting, "`idempotent`", key.span(), Ok(key.span()), errors);
}

/// `= false`, which is taken.
fn is_taken_back(input: ParseStream) -> bool {
    let ahead = input.fork();
    let value = ahead.parse::<Token![=]>().and_then(|_| ahead.parse::<LitBool>());
    let is_false = value.is_ok_and(|value| !value.value);
    if is_false {
        skip_item(input);
    }
    is_false
}

pub(super) fn timeout(setting: &mut Setting<Duration>, key: &Ident, input: ParseStream, errors: &Errors) {
    let timeout = value::<LitStr>(key, input, "timeout = \"30s\"", errors).and_then(|text| duration(&text, errors));
    set(setting, "`timeout`", key.span(), timeout, errors);
}

pub(super) fn accept(setting: &mut Setting<LitStr>, key: &Ident, input: ParseStream, errors: &Errors) {
    let media_type = value::<LitStr>(key, input, "accept = \"application/json\"", errors);
    set(setting, "`accept`", key.span(), media_type, errors);
}

/// `headers("x-version" = "1", …)`
pub(super) fn headers(headers: &mut Vec<HeaderDraft>, key: &Ident, input: ParseStream, errors: &Errors) {
    let pair = |input: ParseStream| -> syn::Result<HeaderDraft> {
        let name: LitStr = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(HeaderDraft { wire: name.value().to_ascii_lowercase(), name, value: input.parse()? })
    };
    let all = |input: ParseStream| {
        let inside;
        parenthesized!(inside in input);
        let all = inside.parse_terminated(pair, Token![,]);
        // What is left over would be an error in the words of syn.
        _ = inside.parse::<TokenStream>();
        all
    };
    let has_parentheses = input.peek(token::Paren);
    let at = match all(input) {
        Ok(all) if !all.is_empty() => return headers.extend(all),
        Err(error) if has_parentheses => error.span(),
        _ => key.span(),
    };
    skip_item(input);
    errors.error(at, "write `headers(\"x-api-version\" = \"2026-01-01\")`: names and values are literals");
}

pub(super) fn set_path(setting: &mut Setting<Template>, literal: &LitStr, template: Template, errors: &Errors) {
    set(setting, "the path", literal.span(), Ok(template), errors);
}

// #[endpoint(GET, "/x", crate = super::qelos)]
pub(super) fn crate_path(setting: &mut Setting<Path>, key: &Ident, input: ParseStream, errors: &Errors) {
    let mut path: Result<Path, Reported> = value(key, input, "crate = ::path::to::qelos_client", errors);
    if let Ok(path) = &mut path {
        refuse_arguments(path, errors);
        refuse_relative(path, errors);
    }
    set(setting, "`crate`", key.span(), path, errors);
}

// #[endpoint(GET, "/x", crate = ::qelos<T>)]
fn refuse_arguments(path: &mut Path, errors: &Errors) {
    for segment in &mut path.segments {
        // Generated code appends names to the path, so the arguments that were reported are taken off.
        let arguments = std::mem::take(&mut segment.arguments);
        if !arguments.is_none() {
            errors.error(&arguments, "`crate` takes the path of a crate, which has no arguments: take these off");
        }
    }
}

// #[endpoint(GET, "/x", crate = qelos)]
fn refuse_relative(path: &Path, errors: &Errors) {
    if path.leading_colon.is_none() && path.segments.first().is_none_or(|first| first.ident != "crate") {
        let shown = shown(path);
        let help = "so that it means the same wherever the macro is used";
        errors.error(path, format!("`crate` takes an absolute path, {help}: write `::{shown}` or `crate::…`"));
    }
}
