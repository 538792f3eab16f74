//! Reads environment variables, and finds mistakes in their values.

use std::ffi::OsString;

use qelos_spec::SecretString;

use crate::error::Error;

pub(super) const URL: &str = "QELOS_URL";
pub(super) const API_TOKEN: &str = "QELOS_API_TOKEN";
pub(super) const USERNAME: &str = "QELOS_USERNAME";
pub(super) const PASSWORD: &str = "QELOS_PASSWORD";
pub(super) const WORKSPACE: &str = "QELOS_WORKSPACE";
pub(super) const ALLOW_PLAIN_HTTP: &str = "QELOS_ALLOW_PLAIN_HTTP";

const IN_QUOTES: &str = "is in quotes, as in an env file that was read literally";
const BYTE_ORDER_MARK: &str = "holds a byte order mark (U+FEFF), as some editors write it in front of a file";

/// The variables that were found, and those that were not, for one error about all of them.
#[derive(Default)]
pub(super) struct Variables {
    found: Vec<&'static str>,
    empty: Vec<&'static str>,
    not_unicode: Vec<&'static str>,
}

impl Variables {
    /// The unchanged value; `None` when the variable is not set, or holds only blanks.
    pub(super) fn take(&mut self, name: &'static str, lookup: &impl Fn(&str) -> Option<OsString>) -> Option<String> {
        match lookup(name)?.into_string() {
            Ok(value) if value.trim().is_empty() => self.empty.push(name),
            Ok(value) => {
                self.found.push(name);
                return Some(value);
            }
            Err(_) => self.not_unicode.push(name),
        }
        None
    }

    /// A value that cannot be read might change how to connect, so it is an error.
    pub(super) fn are_all_unicode(&self) -> bool {
        self.not_unicode.is_empty()
    }

    pub(super) fn explain(&self) -> Error {
        let missing = self.missing();
        let mut told = Vec::new();
        if !missing.is_empty() {
            told.push(format!("missing {}", missing.join(" and ")));
        }
        for (what, names) in
            [("set and empty", &self.empty), ("not valid Unicode", &self.not_unicode), ("found", &self.found)]
        {
            if !names.is_empty() {
                told.push(format!("{what}: {}", names.join(", ")));
            }
        }
        Error::config(format_args!("the environment does not say how to connect: {}", told.join("; ")))
    }

    fn missing(&self) -> Vec<String> {
        let has = |name| self.found.contains(&name);
        let mut missing = Vec::new();
        if !has(URL) {
            missing.push(URL.to_owned());
        }
        match (has(USERNAME), has(PASSWORD)) {
            _ if has(API_TOKEN) => {}
            (true, true) => {}
            (true, false) => missing.push(format!("{PASSWORD} (or {API_TOKEN})")),
            (false, true) => missing.push(format!("{USERNAME} (or {API_TOKEN})")),
            (false, false) => missing.push(format!("{API_TOKEN} (or {USERNAME} and {PASSWORD})")),
        }
        missing
    }
}

/// The value without the blanks and line breaks around it. Quotes around it and byte order marks are errors.
pub(super) fn trimmed<'v>(name: &str, value: &'v str) -> Result<&'v str, Error> {
    let value = value.trim();
    match (has_byte_order_mark(value), is_in_quotes(value)) {
        (true, _) => Err(Error::config(format_args!("{name} {BYTE_ORDER_MARK}: remove it"))),
        (_, true) => Err(Error::config(format_args!("{name} {IN_QUOTES}: remove them"))),
        _ => Ok(value),
    }
}

/// A password, and a hint about anything unusual in it, which is shown if the server refuses the password.
///
/// Only a line break at the end is cut off: files and pipes add one, and a sign-in form does not let a person type one.
/// Anything else may belong to the password.
pub(super) fn password(value: &str) -> (SecretString, Option<String>) {
    let cut = value.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    if cut.is_some() {
        tracing::warn!("{PASSWORD} ends with a line break, which is cut off");
    }
    let password = cut.unwrap_or(value);
    let oddities = [
        (cut.is_some(), "ends with a line break, which was cut off"),
        (password.trim() != password, "begins or ends with a blank"),
        (is_in_quotes(password.trim()), IN_QUOTES),
        (has_byte_order_mark(password), BYTE_ORDER_MARK),
    ];
    let odd: Vec<_> = oddities.into_iter().filter_map(|(is_so, what)| is_so.then_some(what)).collect();
    let hint = (!odd.is_empty()).then(|| format!("check the password: {PASSWORD} {}", odd.join(", and it ")));
    (SecretString::from(password), hint)
}

fn has_byte_order_mark(value: &str) -> bool {
    value.contains('\u{feff}')
}

fn is_in_quotes(value: &str) -> bool {
    let between = |quote| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    between('"') || between('\'')
}
