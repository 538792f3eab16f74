//! The messages of ours, read out of the sources: what the macros report, and what the traits say when they are not
//! implemented.
//!
//! In the front end of the macros every text of more than one word is for the user, so a message counts however it is
//! put together.

use std::fmt;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// A message, or a piece of one: its fixed parts, and the file that holds it.
pub(crate) struct Message {
    parts: Vec<String>,
    of_a_trait: bool,
    file: PathBuf,
}

impl Message {
    /// Whether a line shows it.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        text.lines().any(|line| self.is_within(line))
    }

    /// Whether it is what an error begins with; only those of traits have a code.
    pub(crate) fn heads(&self, error: &str) -> bool {
        error.starts_with("error[") == self.of_a_trait
            && error.split_once(": ").is_some_and(|(_, text)| text.starts_with(&self.parts[0]) && self.is_within(text))
    }

    fn is_within(&self, line: &str) -> bool {
        let mut rest = line;
        self.parts.iter().all(|part| {
            let after = rest.split_once(part.as_str()).map(|(_, after)| after);
            rest = after.unwrap_or(rest);
            after.is_some()
        })
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.parts.join("…"), self.file.display())
    }
}

/// Every message.
pub(crate) fn all() -> Vec<Message> {
    let macros = Path::new("../../qelos-macros/src");
    let mut found = Vec::new();
    for file in crate::files(macros, "rs") {
        // Generated code has texts, too, and tests have theirs.
        if !["expand", "tests", "tests.rs"].iter().any(|other| file.starts_with(macros.join(other))) {
            of_the_macros(read(&file), &file, &mut found);
        }
    }
    for sources in ["../../spec/src", "../../qelos-client/src"] {
        for file in crate::files(Path::new(sources), "rs") {
            of_the_traits(read(&file), &file, &mut found);
        }
    }
    assert!(found.len() > 150, "the sources are not where this looks for them");
    found
}

fn read(file: &Path) -> TokenStream {
    std::fs::read_to_string(file).unwrap().parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The texts of more than one word, outside of attributes, documentation and assertions.
fn of_the_macros(tokens: TokenStream, file: &Path, found: &mut Vec<Message>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut called = String::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                tokens.next_if(|next| matches!(next, TokenTree::Punct(punct) if punct.as_char() == '!'));
                tokens.next_if(|next| matches!(next, TokenTree::Group(_)));
            }
            TokenTree::Punct(punct) if punct.as_char() == '!' => {}
            TokenTree::Ident(ident) => called = ident.to_string(),
            TokenTree::Group(group) if called == "format" => of_a_format(group.stream(), file, found),
            TokenTree::Group(_) if called.starts_with("assert") => {}
            TokenTree::Group(group) => of_the_macros(group.stream(), file, found),
            TokenTree::Literal(literal) => {
                let text = text_of(&literal.to_string()).filter(|text| text.trim().contains(' '));
                found.extend(text.map(|text| Message { parts: vec![text], of_a_trait: false, file: file.to_owned() }));
            }
            TokenTree::Punct(_) => called.clear(),
        }
    }
}

/// The first text of `format!(…)`, cut at its placeholders; what else is in there are values.
fn of_a_format(tokens: TokenStream, file: &Path, found: &mut Vec<Message>) {
    let mut tokens = tokens.into_iter();
    if let Some(TokenTree::Literal(literal)) = tokens.next() {
        let text = text_of(&literal.to_string()).filter(|text| text.trim().contains(' '));
        found.extend(text.map(|text| Message { parts: fixed_parts(&text), of_a_trait: false, file: file.to_owned() }));
    }
    of_the_macros(tokens.collect(), file, found);
}

/// What `#[diagnostic::on_unimplemented(…)]` says.
fn of_the_traits(tokens: TokenStream, file: &Path, found: &mut Vec<Message>) {
    let mut inside = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => inside = ident == "on_unimplemented",
            TokenTree::Group(group) if inside => {
                let texts = group.stream().into_iter().filter_map(|token| text_of(&token.to_string()));
                found.extend(texts.map(|text| Message {
                    parts: fixed_parts(&text),
                    of_a_trait: true,
                    file: file.to_owned(),
                }));
            }
            TokenTree::Group(group) => of_the_traits(group.stream(), file, found),
            _ => {}
        }
    }
}

/// The value of a string literal.
fn text_of(literal: &str) -> Option<String> {
    let inside = literal.strip_prefix('"')?.strip_suffix('"')?;
    Some(inside.replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// `` the path has a `{odd}`, not `{{` `` → `` the path has a ` ``, `` `, not `{` ``.
fn fixed_parts(format: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = format.chars().peekable();
    let mut inside = false;
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if !inside && chars.next_if_eq(&c).is_some() => parts.last_mut().unwrap().push(c),
            '{' => {
                inside = true;
                parts.push(String::new());
            }
            '}' => inside = false,
            _ if inside => {}
            _ => parts.last_mut().unwrap().push(c),
        }
    }
    parts
}
