//! Path templates: `/api/invoices/{id}/lines`.
//!
//! A stable macro cannot point inside a string literal, so the messages name the piece they are about.

use proc_macro2::{Ident, Span};
use syn::LitStr;

use crate::errors::{Errors, Reported};
use crate::words::Template;

/// Reads a template; every mistake is reported, and the placeholders that can be read are kept for the other checks.
pub(crate) fn read(literal: &LitStr, errors: &Errors) -> Template {
    let (text, span) = (literal.value(), literal.span());
    let mut placeholders = Vec::new();
    let ((), outcome) = errors.part(|errors| match text.strip_prefix('/') {
        Some(rest) => segments(rest, &mut placeholders, span, errors),
        None => {
            errors.error(span, without_a_slash(&text));
        }
    });
    Template { text: outcome.map(|()| text), span, placeholders }
}

/// Reads the path of a method behind that of its resource: nothing and `/` are the path of the resource.
pub(crate) fn read_behind(literal: &LitStr, errors: &Errors) -> Template {
    match literal.value().as_str() {
        "" | "/" => Template { text: Ok("/".to_owned()), span: literal.span(), placeholders: Vec::new() },
        // `/notes` and `:batch`, `/People` and `('{name}')`
        text if text.starts_with([':', '(', '.']) => {
            let message = "a `/` stands between the path of the resource and that of a method: for one without it, move the last segment of the resource to its methods";
            Template { text: Err(errors.error(literal, message)), span: literal.span(), placeholders: Vec::new() }
        }
        _ => read(literal, errors),
    }
}

fn without_a_slash(text: &str) -> String {
    if text.contains("://") {
        "the path starts with `/`; the server is given to the client, not to the endpoint".to_owned()
    } else if text.starts_with('?') {
        NO_QUERY.to_owned()
    } else {
        format!("the path starts with `/`: write \"/{text}\"")
    }
}

const NO_QUERY: &str = "a query is not written in the path: each of its parameters is a field or an argument, marked `query` where it does not go there by itself";

fn segments(path: &str, placeholders: &mut Vec<String>, span: Span, errors: &Errors) {
    if path.is_empty() {
        return;
    }
    let last = path.split('/').count() - 1;
    for (index, segment) in path.split('/').enumerate() {
        // A `/` at the end is meant: to some servers it is another path.
        if !(segment.is_empty() && index > 0 && index == last) {
            self::segment(segment, placeholders, span, errors);
        }
    }
    for (index, name) in placeholders.iter().enumerate() {
        if placeholders[..index].contains(name) {
            errors.error(span, format!("the placeholder `{{{name}}}` stands twice in the path"));
        }
    }
}

fn segment(segment: &str, placeholders: &mut Vec<String>, span: Span, errors: &Errors) {
    let whole = if segment.is_empty() {
        Some("the path has an empty segment: no `//` in it".to_owned())
    } else if is_removed(segment) {
        Some(format!("the path has a `{segment}` segment, which URL parsers remove"))
    } else {
        placeholder_of_others(segment)
    };
    if let Some(message) = whole {
        errors.error(span, message);
    } else {
        parts(segment, placeholders, span, errors);
    }
}

/// Reads the placeholders of a segment and the text around them.
fn parts(segment: &str, placeholders: &mut Vec<String>, span: Span, errors: &Errors) {
    let mut rest = segment;
    let mut is_first = true;
    while let Some((before, after)) = rest.split_once('{') {
        literal_of(before, span, errors);
        let Some((name, after)) = after.split_once('}') else {
            let message = format!("the placeholder `{{{after}` is not closed: `}}` is missing");
            errors.error(span, message);
            return;
        };
        if name.contains('{') {
            errors.error(span, "the path has a `{` in a placeholder, which is written `{name}`");
            return;
        }
        if !is_first && before.is_empty() {
            errors.error(span, format!("the segment `{segment}` has two placeholders without text between them; where one value ends and the next begins could not be told"));
        } else if !is_first && name.starts_with('*') {
            errors.error(span, format!("`{{{name}}}` takes the rest of the path: no placeholder stands before it in the segment `{segment}`"));
        }
        placeholders.extend(placeholder(name, span, errors));
        is_first = false;
        rest = after;
    }
    literal_of(rest, span, errors);
}

/// The name in a placeholder.
fn placeholder(name: &str, span: Span, errors: &Errors) -> Result<String, Reported> {
    let (name, star) = name.strip_prefix('*').map_or((name, ""), |name| (name, "*"));
    let plain = name.trim();
    if name.is_empty() {
        let message = format!("the placeholder `{{{star}}}` needs the name of a field: `{{{star}name}}`");
        return Err(errors.error(span, message));
    }
    if !is_name(plain) {
        return Err(errors.error(span, format!("the placeholder `{{{name}}}` is not the name of a field")));
    }
    if name != plain {
        errors.error(span, format!("a placeholder holds the name alone, without spaces: write `{{{star}{plain}}}`"));
    }
    Ok(plain.to_owned())
}

/// Whether it can be the name of a field. Only a word is given to the parser: the compiler reports unknown characters by
/// itself.
fn is_name(text: &str) -> bool {
    text.chars().all(|c| c == '_' || c.is_alphanumeric())
        && (syn::parse_str::<Ident>(text).is_ok() || syn::parse_str::<Ident>(&format!("r#{text}")).is_ok())
}

/// Whether a segment is `.` or `..`, to a URL parser: it reads dots that are encoded as well.
fn is_removed(segment: &str) -> bool {
    matches!(segment.replace("%2e", ".").replace("%2E", ".").as_str(), "." | "..")
}

/// A segment that is a placeholder elsewhere, and would be sent as it is.
fn placeholder_of_others(segment: &str) -> Option<String> {
    let first = segment.chars().next()?;
    let name = &segment[first.len_utf8()..];
    let name = name.strip_suffix('>').unwrap_or(name);
    let named = is_name(name);
    match first {
        ':' if named => Some(format!("a placeholder is written `{{{name}}}`; a `:` that is sent, `%3A`")),
        '<' if named => Some(format!("a placeholder is written `{{{name}}}`")),
        '*' if named || name.is_empty() => {
            Some("the rest of a path is written `{*name}`; a `*` that is sent, `%2A`".to_owned())
        }
        _ => None,
    }
}

fn literal_of(text: &str, span: Span, errors: &Errors) {
    let mut chars = text.char_indices();
    let odd = chars.find(|(at, c)| match c {
        '%' => !text.as_bytes()[at + 1..].get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)),
        // RFC 3986 calls it a `pchar`.
        c => !(c.is_ascii_alphanumeric() || "-._~:@!$&'()*+,;=".contains(*c)),
    });
    let Some((_, odd)) = odd else { return };
    errors.error(
        span,
        match odd {
            '?' => NO_QUERY.to_owned(),
            '#' => "the path has a `#`; a fragment is never sent".to_owned(),
            '}' => "the path has a `}` without a `{`".to_owned(),
            '%' => "the path has a `%` without two hexadecimal digits; one that is sent is `%25`".to_owned(),
            c => {
                let mut bytes = [0; 4];
                let bytes = c.encode_utf8(&mut bytes).bytes();
                let encoded = bytes.fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
                let shown =
                    if c.is_whitespace() || c.is_control() { c.escape_default().to_string() } else { c.to_string() };
                format!("the path has a `{shown}` in it, which no path can hold: write `{encoded}`")
            }
        },
    );
}
