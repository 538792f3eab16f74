//! Path templates: `/api/invoices/{id}/lines`.
//!
//! A stable macro cannot point inside a string literal, so the messages name the piece they are about.

use proc_macro2::Span;
use syn::LitStr;

use crate::cx::Cx;
use crate::model::Template;

/// Reads a template; every mistake is reported, and what can be read is kept for the other checks.
pub(crate) fn read(literal: &LitStr, cx: &Cx) -> Template {
    let text = literal.value();
    let span = literal.span();
    let before = cx.count();
    let Some(rest) = text.strip_prefix('/') else {
        if text.contains("://") {
            cx.error(span, "the path starts with `/`; the server is given to the client, not to the endpoint");
        } else {
            cx.error(span, format!("the path starts with `/`: write \"/{text}\""));
        }
        return Template { placeholders: Vec::new(), text, span, broken: true };
    };
    let mut placeholders = Vec::new();
    if !rest.is_empty() {
        let count = rest.split('/').count();
        for (index, segment) in rest.split('/').enumerate() {
            segment_of(segment, index + 1 == count, &mut placeholders, span, cx);
        }
    }
    for (index, name) in placeholders.iter().enumerate() {
        if placeholders[..index].contains(name) {
            cx.error(span, format!("the placeholder `{{{name}}}` stands twice in the path"));
        }
    }
    Template { placeholders, text, span, broken: cx.count() != before }
}

fn segment_of(segment: &str, is_last: bool, placeholders: &mut Vec<String>, span: Span, cx: &Cx) {
    if segment.is_empty() {
        return cx.error(span, "the path has an empty segment: no `//` in it, no `/` at its end");
    }
    if matches!(segment, "." | "..") {
        return cx.error(span, format!("the path has a `{segment}` segment, which URL parsers remove"));
    }
    let mut rest = segment;
    let mut found = 0;
    while let Some((before, after)) = rest.split_once('{') {
        literal_of(before, span, cx);
        let Some((name, after)) = after.split_once('}') else {
            return cx.error(span, format!("the placeholder `{{{after}` is not closed: `}}` is missing"));
        };
        found += 1;
        let (name, rest_of_path) = name.strip_prefix('*').map_or((name, false), |name| (name, true));
        if rest_of_path && !(is_last && before.is_empty() && after.is_empty()) {
            cx.error(span, format!("`{{*{name}}}` takes the rest of the path: nothing stands before it in its segment, and nothing behind"));
        }
        let star = if rest_of_path { "*" } else { "" };
        if name.is_empty() {
            cx.error(span, format!("the placeholder `{{{star}}}` needs the name of a field: `{{{star}name}}`"));
        } else if name.contains('{') {
            return cx.error(span, "the path has a `{` in a placeholder, which is written `{name}`");
        } else if syn::parse_str::<syn::Ident>(name).is_err()
            && syn::parse_str::<syn::Ident>(&format!("r#{name}")).is_err()
        {
            cx.error(span, format!("the placeholder `{{{name}}}` is not the name of a field"));
        } else {
            placeholders.push(name.to_owned());
        }
        rest = after;
    }
    literal_of(rest, span, cx);
    if found > 1 {
        cx.error(span, format!("the segment `{segment}` has two placeholders; where one value ends and the next begins could not be told"));
    }
}

fn literal_of(text: &str, span: Span, cx: &Cx) {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    let Some(odd) = text.chars().find(|c| !plain(*c)) else { return };
    cx.error(
        span,
        match odd {
            '?' => "the path ends before `?`: every field that goes into the query is a field of the struct".to_owned(),
            '#' => "the path has a `#`; a fragment is never sent".to_owned(),
            '}' => "the path has a `}` without a `{`".to_owned(),
            ':' | '<' => format!("the path has a `{odd}`; a placeholder is written `{{name}}`"),
            '*' => "the path has a `*`; the rest of a path is written `{*name}`".to_owned(),
            c if c.is_whitespace() => "the path has a space in it".to_owned(),
            c => format!("the path has a `{c}` in it; only letters, digits and `-._~` stand for themselves"),
        },
    );
}
