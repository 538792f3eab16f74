//! Path templates: `/api/invoices/{id}/lines`.
//!
//! A stable macro cannot point inside a string literal, so the messages name the piece they are about.

use proc_macro2::{Ident, Span};
use syn::LitStr;

use crate::errors::{Errors, Reported};
use crate::words::Template;

/// Reads a template; every mistake is reported, and the placeholders that can be read are kept for the other checks.
pub(crate) fn read(literal: &LitStr, errors: &Errors) -> Template {
    read_text(&literal.value(), literal.span(), errors)
}

fn read_text(text: &str, span: Span, errors: &Errors) -> Template {
    let (text, query) = text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)));
    let mut placeholders = Vec::new();
    let ((), outcome) = errors.part(|errors| {
        match text.strip_prefix('/') {
            Some(rest) => segments(rest, &mut placeholders, span, errors),
            None => drop(errors.error(span, without_a_slash(text, query))),
        }
        if let Some(query) = query {
            self::query(query, span, errors);
        }
    });
    Template { text: outcome.map(|()| text.to_owned()), span, placeholders, query: query.map(str::to_owned) }
}

/// The prefix of a resource, which has no query: that of each request stands at its method.
pub(crate) fn read_prefix(literal: &LitStr, errors: &Errors) -> Template {
    let mut template = read(literal, errors);
    if template.query.take().is_some() && template.text.is_ok() {
        template.text = Err(errors.error(literal, "a query stands at the method that sends it: `#[get(\"?acl\")]`"));
    }
    template
}

// #[endpoint(GET, "/invoices?page={page}", …)]
fn query(query: &str, span: Span, errors: &Errors) {
    let mut names = Vec::new();
    for pair in query.split('&') {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        let odd = pair.char_indices().find(|(at, c)| match c {
            '%' => !is_escape(&pair[at + 1..]),
            c => !(c.is_ascii_alphanumeric() || "-._~:@!$'()*+,;=/?".contains(*c)),
        });
        let message = if pair.contains(['{', '}']) {
            CONSTANT.to_owned()
        } else if name.is_empty() {
            "the query of the path has a parameter without a name".to_owned()
        } else if names.contains(&name) {
            format!("`{name}` stands twice in the query of the path")
        } else if let Some((_, odd)) = odd {
            let odd = odd.escape_debug();
            format!("the query of the path has a `{odd}` in it, which no query can hold: write it percent-encoded")
        } else {
            names.push(name);
            continue;
        };
        errors.error(span, message);
    }
}

/// Whether the text behind a `%` is a byte.
fn is_escape(text: &str) -> bool {
    text.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
}

/// Reads the path of a method behind that of its resource: nothing and `/` are the path of the resource.
pub(crate) fn read_behind(literal: &LitStr, errors: &Errors) -> Template {
    match literal.value().as_str() {
        "" => read_text("/", literal.span(), errors),
        query if query.starts_with('?') => read_text(&format!("/{query}"), literal.span(), errors),
        // `/notes` and `:batch`, `/People` and `('{name}')`
        text if text.starts_with([':', '(', '.']) => {
            let message = "a `/` stands between the path of the resource and that of a method: for one without it, move the last segment of the resource to its methods";
            Template::unknown(literal.span(), errors.error(literal, message))
        }
        _ => read(literal, errors),
    }
}

fn without_a_slash(text: &str, query: Option<&str>) -> String {
    if text.contains("://") {
        "the path starts with `/`; the server is given to the client, not to the endpoint".to_owned()
    } else {
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        format!("the path starts with `/`: write \"/{text}{query}\"")
    }
}

const CONSTANT: &str = "the query of the path is the same in each request: a parameter with a value of its own is a field or an argument, marked `query` where it does not go there by itself";

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
        '%' => !is_escape(&text[at + 1..]),
        // RFC 3986 calls it a `pchar`.
        c => !(c.is_ascii_alphanumeric() || "-._~:@!$&'()*+,;=".contains(*c)),
    });
    let Some((_, odd)) = odd else { return };
    errors.error(
        span,
        match odd {
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
