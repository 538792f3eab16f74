//! The method of an endpoint, as a word or a literal.

use proc_macro2::Ident;
use syn::LitStr;

use crate::draft::Settings;
use crate::errors::{Errors, Reported};
use crate::words::{Verb, key};

// #[endpoint(POTS, "/x")]
pub(super) fn read(word: &Ident, errors: &Errors) -> Result<Verb, Reported> {
    let written = word.to_string();
    if let Some(verb) = Verb::registered(&written) {
        return Ok(verb);
    }
    if let Some(why_not) = Verb::why_not(&written) {
        return Err(errors.error(word, format!("no endpoint has the method `{written}`: {why_not}")));
    }
    let near_common = key::nearest(&written, Verb::COMMON_NAMES);
    let nearest = near_common.or_else(|| key::nearest(&written, Verb::names().filter(|_| Verb::is_name(&written))));
    let hint = match nearest {
        Some(name) => format!("; did you mean `{name}`?"),
        None if Verb::is_name(&written) => format!("; one that is in no registry is a literal: write `\"{written}\"`"),
        None => String::new(),
    };
    let expected = key::one_of(&Verb::COMMON_NAMES);
    errors.error(word, format!("unknown method `{written}`, expected {expected}{hint}"));
    // The rest is checked as if the nearest method had been written.
    Ok(nearest.and_then(Verb::registered).unwrap_or(Verb::Post))
}

/// Whether a literal is the name of a method, where one is missing.
pub(super) fn could_be_an_extension(literal: &LitStr, settings: &Settings) -> bool {
    settings.verb.is_none() && Verb::is_name(&literal.value())
}

// #[endpoint("PURGE", "/x", …)]
pub(super) fn extension(literal: &LitStr, errors: &Errors) -> Result<Verb, Reported> {
    let name = literal.value();
    match Verb::why_not(&name) {
        Some(why_not) => Err(errors.error(literal, format!("no endpoint has the method `{name}`: {why_not}"))),
        None => Ok(Verb::registered(&name).unwrap_or(Verb::Extension(name))),
    }
}

/// Whether a word alone is the method, rather than a misspelt or misplaced key.
pub(super) fn could_be_one(word: &str, settings: &Settings) -> bool {
    let close_to_a_key = key::nearest(word, key::ENDPOINT.iter().copied()).is_some();
    let close_to_a_method = key::nearest(word, Verb::COMMON_NAMES).is_some();
    close_to_a_method
        || Verb::registered(word).is_some()
        || (settings.verb.is_none() && !close_to_a_key && !key::FIELD.contains(&word))
}

// #[endpoint("GET /x", …)]
pub(super) fn with_path(literal: &LitStr) -> Option<(Verb, LitStr)> {
    let text = literal.value();
    let (verb, path) = text.split_once(' ')?;
    let verb = Verb::registered(&verb.to_ascii_uppercase())?;
    Some((verb, LitStr::new(path.trim(), literal.span())))
}
