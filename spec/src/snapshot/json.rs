//! A JSON body as text for people: one member in a line, sorted by name, with numbers as they were written.
//!
//! `serde_json::Value` cannot do this: features that other crates of the program may turn on decide whether it keeps
//! the order of members and the digits of numbers.

use serde::de::IgnoredAny;
use serde_json::Value;

/// How many lists and objects may be inside of one another: as many as `serde_json` reads.
const DEEPEST: usize = 127;

pub(super) enum Json<'t> {
    /// A number, `true`, `false` or `null`, as it is written.
    Literal(&'t str),
    Text(String),
    List(Vec<Json<'t>>),
    Object(Vec<(String, Json<'t>)>),
}

impl<'t> Json<'t> {
    /// `None` when the text is not JSON, or nested too deeply.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        // From here on the text is known to be JSON: the code below does not check the syntax again.
        serde_json::from_str::<IgnoredAny>(text).ok()?;
        Cursor { rest: text }.value(0)
    }

    /// All texts that are values, at any depth.
    pub(super) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Literal(_) => Vec::new(),
            Self::Text(text) => vec![text],
            Self::List(items) => items.iter().flat_map(Self::texts).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.texts()).collect(),
        }
    }

    /// Changes every text, and every name of a member.
    pub(super) fn change(&mut self, text: &impl Fn(&mut String), name: &impl Fn(&mut String)) {
        match self {
            Self::Literal(_) => {}
            Self::Text(own) => text(own),
            Self::List(items) => items.iter_mut().for_each(|item| item.change(text, name)),
            Self::Object(members) => members.iter_mut().for_each(|(own, value)| {
                name(own);
                value.change(text, name);
            }),
        }
    }

    pub(super) fn pretty(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 0);
        text
    }

    fn write(&self, out: &mut String, depth: usize) {
        match self {
            Self::Literal(literal) => out.push_str(literal),
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::List(items) => write_all(out, ['[', ']'], depth, items, |out, item| item.write(out, depth + 1)),
            Self::Object(members) => write_all(out, ['{', '}'], depth, members, |out, (name, value)| {
                out.push_str(&quoted(name));
                out.push_str(": ");
                value.write(out, depth + 1);
            }),
        }
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn write_all<T>(out: &mut String, [open, close]: [char; 2], depth: usize, all: &[T], write: impl Fn(&mut String, &T)) {
    let line = |out: &mut String, depth| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    out.push(open);
    for (index, one) in all.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        line(out, depth + 1);
        write(out, one);
    }
    if !all.is_empty() {
        line(out, depth);
    }
    out.push(close);
}

/// Reads a text that is JSON.
struct Cursor<'t> {
    rest: &'t str,
}

impl<'t> Cursor<'t> {
    fn value(&mut self, depth: usize) -> Option<Json<'t>> {
        match self.peek()? {
            '[' | '{' if depth == DEEPEST => None,
            '"' => self.text().map(Json::Text),
            '[' => self.all(']', |cursor| cursor.value(depth + 1)).map(Json::List),
            '{' => {
                let mut members = self.all('}', |cursor| {
                    let name = cursor.text()?;
                    cursor.take(':').then(|| cursor.value(depth + 1)).flatten().map(|value| (name, value))
                })?;
                members.sort_by(|(one, _), (other, _)| one.cmp(other));
                Some(Json::Object(members))
            }
            _ => {
                let ends = |next: char| matches!(next, ',' | ']' | '}') || next.is_ascii_whitespace();
                Some(Json::Literal(self.split_at(self.rest.find(ends).unwrap_or(self.rest.len()))))
            }
        }
    }

    /// The elements or members, up to the closing bracket.
    fn all<T>(&mut self, close: char, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.split_at(1);
        let mut all = Vec::new();
        while !self.take(close) {
            all.push(one(self)?);
            self.take(',');
        }
        Some(all)
    }

    fn text(&mut self) -> Option<String> {
        let mut escaped = false;
        self.peek()?;
        let end = self.rest.char_indices().skip(1).find(|(_, next)| {
            let closes = *next == '"' && !escaped;
            escaped = *next == '\\' && !escaped;
            closes
        });
        let (end, _) = end?;
        serde_json::from_str(self.split_at(end + 1)).ok()
    }

    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.split_at(1);
        }
        found
    }

    fn split_at(&mut self, end: usize) -> &'t str {
        let (before, rest) = self.rest.split_at(end);
        self.rest = rest;
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_sorted_and_numbers_stay_as_they_are_written() {
        let text = r#" { "b" : [ 1.50, -0, 1e400, 340282366920938463463374607431768211455 ],
            "a":{"z":null,"y":true , "":"\"\\\u00e4\n"}, "c":[],"d":{} , "a": 0.1} "#;
        let pretty = "{\n  \"a\": {\n    \"\": \"\\\"\\\\ä\\n\",\n    \"y\": true,\n    \"z\": null\n  },\n  \"a\": 0.1,\n  \
                      \"b\": [\n    1.50,\n    -0,\n    1e400,\n    340282366920938463463374607431768211455\n  ],\n  \
                      \"c\": [],\n  \"d\": {}\n}";
        assert_eq!(Json::parse(text).unwrap().pretty(), pretty);
    }

    #[test]
    fn a_text_that_is_not_json_is_not_read() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        for text in ["", "{", "a=1", "[1,]", "{\"a\" 1}", "\"\\ud800\"", "1 2", &deep] {
            assert!(Json::parse(text).is_none(), "{}", &text[..text.len().min(20)]);
        }
        for text in ["1", "null", "\"]\"", "[[\"}\"]]"] {
            assert_eq!(Json::parse(text).unwrap().pretty().replace([' ', '\n'], ""), text);
        }
    }

    #[test]
    fn a_text_is_read_as_deep_as_serde_json_reads_one() {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            for levels in 120..140 {
                let text = open.repeat(levels) + "7" + &close.repeat(levels);
                let is_read = serde_json::from_str::<Value>(&text).is_ok();
                assert_eq!(Json::parse(&text).is_some(), is_read, "{levels} of {open}");
            }
        }
    }
}
