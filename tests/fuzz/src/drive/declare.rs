//! Makes declarations out of bytes: by the grammar of `spec/src/docs`, with some mistakes.
//!
//! They are text, not tokens, so that a failing declaration can be read. `invisible!(…)` stands for a group without
//! delimiters, as a macro of the user leaves it around its arguments.

use std::fmt::Write;

use super::source::Source;
use super::words::{
    AROUND, ATTRIBUTES, BODIES, BOUNDS, CASES, CLAUSES, CONTENT_TYPES, CRATES, ENDS, FUNCTIONS, HEADERS, JUNK, MEMBERS,
    METHODS, MODIFIERS, NAMES, OTHER_ATTRIBUTES, PARAMETERS, PARTS, PATTERNS, PLACEHOLDERS, RECEIVERS, SEGMENTS, SERDE,
    SERDE_STRUCT, STATUSES, TIMES, TYPE_NAMES, TYPES, VISIBILITIES, WIRE_NAMES, WRONG_PLACES, Words,
};

/// A struct, or tokens like one, with the attributes of an endpoint.
pub(super) fn endpoint(bytes: &[u8]) -> String {
    let mut pen = Pen::new(bytes);
    let names = pen.names();
    let (path, places) = pen.path("", &names);
    let verb = pen.verb();
    let mut text = pen.other_attributes();
    let items = pen.endpoint_items(verb, &path);
    text += &pen.attribute("endpoint", &items);
    if pen.source.one_in(3) {
        let items = pen.serde_items();
        text += &pen.attribute("serde", &items);
    }
    let fields = pen.fields(verb, &names, places);
    text += pen.word(&VISIBILITIES);
    let (name, generics, clause) = (pen.word(&TYPE_NAMES), pen.generics(3), pen.clause(3));
    let what = if pen.slips() { pen.source.below(4) } else { 4 };
    let written = match what {
        0 => write!(text, "struct {name}{generics}{clause};"),
        1 => write!(text, "struct {name}{generics}({}, u8){clause};", pen.ty(2)),
        2 => write!(text, "enum {name}{generics}{clause} {{ A, B {{ {fields} }} }}"),
        3 => write!(text, "union {name}{generics}{clause} {{ {fields} }}"),
        _ => write!(text, "struct {name}{generics}{clause} {{ {fields} }}"),
    };
    written.unwrap();
    text
}

/// A struct or an enum, with the attributes of a response.
pub(super) fn response(bytes: &[u8]) -> String {
    let mut pen = Pen::new(bytes);
    let names = pen.names();
    let mut text = pen.other_attributes();
    if pen.source.one_in(3) {
        let items = pen.serde_items();
        text += &pen.attribute("serde", &items);
    }
    if pen.source.one_in(4) {
        let items = format!("crate = {}", pen.word(&CRATES));
        text += &pen.attribute("response", &items);
    }
    let is_enum = pen.source.one_in(2);
    if !is_enum && pen.source.one_in(3) {
        text += &pen.statuses();
    }
    text += pen.word(&VISIBILITIES);
    let (name, generics, clause) = (pen.word(&TYPE_NAMES), pen.generics(3), pen.clause(3));
    if !is_enum {
        return match pen.source.below(3) {
            0 => text + &format!("struct {name}{generics}({}){clause};", pen.parts(&names, true)),
            1 => text + &format!("struct {name}{generics}{clause} {{ {} }}", pen.parts(&names, false)),
            _ => text + &format!("struct {name}{generics}{clause};"),
        };
    }
    let mut variants = Vec::new();
    for variant in METHODS.right.iter().take(pen.source.below(5)) {
        let statuses = pen.statuses();
        variants.push(match pen.source.below(3) {
            0 => format!("{statuses}{variant}({})", pen.parts(&names, true)),
            1 => format!("{statuses}{variant} {{ {} }}", pen.parts(&names, false)),
            _ => format!("{statuses}{variant}"),
        });
    }
    let variants = pen.list(variants);
    text + &format!("enum {name}{generics}{clause} {{ {variants} }}")
}

/// A trait, with the attribute of a resource in front.
pub(super) fn resource(bytes: &[u8]) -> String {
    let mut pen = Pen::new(bytes);
    let names = pen.names();
    let (path, places) = pen.path("", &names);
    let settings = pen.resource_items(&path);
    let mut text = format!("#[resource({settings})] ");
    text += &pen.other_attributes();
    text += pen.word(&VISIBILITIES);
    let name = pen.word(&TYPE_NAMES);
    let slips = if pen.slips() { (pen.generics(1), pen.clause(1)) } else { Default::default() };
    write!(text, "trait {name}{}{}{} {{ ", slips.0, pen.word(&BOUNDS), slips.1).unwrap();
    if pen.slips() {
        text += "#![allow(a)] ";
    }
    let first = pen.source.below(METHODS.right.len());
    for index in 0..pen.source.below(4) {
        let name = METHODS.right[(first + index) % METHODS.right.len()];
        text += &pen.method(name, index, &names, places);
        if pen.slips() {
            text += pen.source.pick(MEMBERS);
        }
    }
    text + "}"
}

/// Writes by the grammar, and makes as many mistakes as the first byte says.
struct Pen<'d> {
    source: Source<'d>,
    /// A mistake in one of so many places; zero means none.
    slips: usize,
}

impl<'d> Pen<'d> {
    fn new(bytes: &'d [u8]) -> Self {
        let mut source = Source::new(bytes);
        let slips = source.pick(&[0, 250, 60, 12]);
        Self { source, slips }
    }

    fn slips(&mut self) -> bool {
        self.slips > 0 && self.source.one_in(self.slips)
    }

    fn word(&mut self, words: &Words) -> &'static str {
        let words = if self.slips() { words.wrong } else { words.right };
        if words.len() < 2 { words[0] } else { self.source.pick(words) }
    }

    /// All names of fields, each time in another order.
    fn names(&mut self) -> Vec<&'static str> {
        let mut names = NAMES.right.to_vec();
        names.rotate_left(self.source.below(NAMES.right.len()));
        names
    }

    /// A path, and how many of the names have a placeholder in it.
    fn path(&mut self, start: &str, names: &[&'static str]) -> (String, usize) {
        let mut text = start.to_owned();
        let places = self.source.below(4);
        for name in &names[..places] {
            let name = name.trim_start_matches("r#");
            if self.source.one_in(2) {
                let segment = self.word(&SEGMENTS);
                write!(text, "/{}", segment.replace('@', name)).unwrap();
            }
            let place = self.word(&PLACEHOLDERS);
            write!(text, "/{}", place.replace('@', name)).unwrap();
        }
        if places > 0 && self.source.one_in(4) {
            let name = names[places - 1].trim_start_matches("r#");
            let end = text.rfind('/').unwrap_or_default();
            text.truncate(end);
            write!(text, "/{{*{name}}}").unwrap();
        }
        if self.slips() {
            text = self.source.text();
        }
        (if text.is_empty() { "/".to_owned() } else { text }, places)
    }

    fn verb(&mut self) -> &'static str {
        let wrong = self.slips();
        self.source.pick(if wrong {
            &["get", "POTS", "r#GET", "OPTIONS", "Get", "_"]
        } else {
            &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]
        })
    }

    fn endpoint_items(&mut self, verb: &str, path: &str) -> String {
        let mut items = vec![verb.to_owned(), self.literal(path), format!("auth = {}", self.ty(2))];
        if self.source.one_in(2) {
            items.push(format!("response = {}", self.ty(3)));
        }
        self.more_items(verb, &mut items);
        if self.source.one_in(4) {
            items.push(format!("crate = {}", self.word(&CRATES)));
        }
        self.list(items)
    }

    /// The words that a method of a resource may have as well.
    fn more_items(&mut self, verb: &str, items: &mut Vec<String>) {
        if self.source.one_in(4) {
            items.push(format!("error = {}", self.ty(2)));
        }
        if self.source.one_in(4) {
            let time = self.word(&TIMES);
            items.push(format!("timeout = {}", self.literal(time)));
        }
        if self.source.one_in(3) && (matches!(verb, "POST" | "PATCH" | "post" | "patch") || self.slips()) {
            items.push("idempotent".to_owned());
        }
        if self.source.one_in(8) {
            items.push("errors_with_200".to_owned());
        }
        if self.source.one_in(8) {
            items.push(self.word(&BODIES).to_owned());
        }
    }

    /// The attribute of a response with its statuses.
    fn statuses(&mut self) -> String {
        let statuses = (0..=self.source.below(2)).map(|_| self.word(&STATUSES).to_owned()).collect();
        let statuses = self.list(statuses);
        self.attribute("response", &statuses)
    }

    /// The fields of a response.
    fn parts(&mut self, names: &[&'static str], is_tuple: bool) -> String {
        let mut parts = Vec::new();
        for name in names.iter().take(self.source.below(4)) {
            let mut text = String::new();
            if self.source.one_in(2) {
                let items = self.word(&PARTS);
                text += &self.attribute("response", items);
            }
            if self.source.one_in(6) || self.slips() {
                let (word, function) = (self.word(&SERDE), self.word(&FUNCTIONS));
                let items = word.replace('&', &self.literal(function));
                text += &self.attribute("serde", &items);
            }
            let ty = if self.source.one_in(6) { "ApiError".to_owned() } else { self.ty(2) };
            parts.push(if is_tuple { format!("{text}{ty}") } else { format!("{text}{name}: {ty}") });
        }
        self.list(parts)
    }

    fn serde_items(&mut self) -> String {
        let case = self.word(&CASES);
        let mut items = vec![format!("rename_all = {}", self.literal(case))];
        if self.source.one_in(3) {
            items.push(self.word(&SERDE_STRUCT).to_owned());
        }
        self.list(items)
    }

    fn resource_items(&mut self, path: &str) -> String {
        let mut items = vec![format!("path = {}", self.literal(path)), format!("auth = {}", self.ty(2))];
        if self.source.one_in(2) {
            items.push("decode".to_owned());
        }
        if self.source.one_in(4) {
            items.push(format!("crate = {}", self.word(&CRATES)));
        }
        if self.source.one_in(4) {
            let (name, ty) = (self.word(&NAMES).to_owned(), self.ty(2));
            items.push(format!("places({name}: {ty})"));
        }
        if self.source.one_in(4) {
            items.push(format!("error = {}", self.ty(2)));
        }
        items.extend(self.source.one_in(4).then(|| "idempotent, timeout = \"2s\", accessor = other".to_owned()));
        self.list(items)
    }

    /// Fields or arguments: those of the path, and others, in places that this request has.
    fn fields(&mut self, verb: &str, names: &[&'static str], places: usize) -> String {
        let count = places + self.source.below(6);
        let mut body = Body::of(verb, &mut self.source);
        let mut fields = Vec::new();
        for (index, name) in names.iter().take(count).enumerate() {
            let (attributes, name) = self.described(name, index < places, &mut body);
            let ty = self.ty(3);
            let visibility = self.word(&VISIBILITIES);
            let default = if self.slips() { " = 1" } else { "" };
            fields.push(format!("{attributes}{visibility}{name}: {ty}{default}"));
        }
        self.list(fields)
    }

    fn arguments(&mut self, verb: &str, names: &[&'static str], places: usize) -> String {
        let count = places + self.source.below(4);
        let mut body = Body::of(&verb.to_uppercase(), &mut self.source);
        let mut arguments = vec![self.word(&RECEIVERS).to_owned()];
        for (index, name) in names.iter().take(count).enumerate() {
            let (attributes, name) = self.described(name, index < places, &mut body);
            let name = self.word(&PATTERNS).replace('@', name);
            arguments.push(format!("{attributes}{name}: {}", self.ty(3)));
        }
        self.list(arguments)
    }

    /// The attributes of a field, and its name.
    fn described(&mut self, name: &'static str, is_in_path: bool, body: &mut Body) -> (String, &'static str) {
        let mut text = self.other_attributes();
        let (items, more) = if is_in_path { (Vec::new(), false) } else { body.place(self) };
        if !items.is_empty() || self.slips() {
            let items = self.list(items);
            text += &self.attribute("endpoint", &items);
        }
        if self.slips() {
            let items = self.source.pick(WRONG_PLACES);
            text += &self.attribute("endpoint", items);
        }
        if (more && self.source.one_in(3)) || self.slips() {
            let mut items = Vec::new();
            for _ in 0..=self.source.below(2) {
                let word = self.word(&SERDE);
                let function = self.word(&FUNCTIONS);
                items.push(word.replace('&', &self.literal(function)));
            }
            let items = self.list(items);
            text += &self.attribute("serde", &items);
        }
        let name = if self.slips() { self.word(&NAMES) } else { name };
        (text, name)
    }

    fn method(&mut self, name: &str, index: usize, names: &[&'static str], places: usize) -> String {
        let mut text = self.other_attributes();
        let verb = self.source.pick(&["get", "post", "delete", "put", "patch", "head", "endpoint", "resource"]);
        if verb == "resource" {
            write!(text, "#[resource] fn {name}(&self, x: {}) -> impl {}; ", self.ty(2), self.word(&TYPE_NAMES))
                .unwrap();
            return text;
        }
        // The placeholders of the resource belong to all methods. A method may have more.
        let (path, more) = self.path(&format!("/{index}"), &names[places..]);
        let arguments = if verb == "endpoint" {
            let ty = self.ty(3);
            text += &self.attribute(verb, &ty);
            let receiver = self.word(&RECEIVERS);
            if self.source.one_in(2) { format!("{receiver}, x: {ty}") } else { receiver.to_owned() }
        } else {
            let mut items = vec![self.literal(&path)];
            if self.source.one_in(3) {
                items.push(format!("auth = {}", self.ty(2)));
            }
            self.more_items(verb, &mut items);
            let items = self.list(items);
            text += &self.attribute(verb, &items);
            self.arguments(verb, names, places + more)
        };
        let name = if self.slips() { self.word(&METHODS) } else { name };
        text += self.word(&MODIFIERS);
        let generics = if self.slips() { self.generics(1) } else { String::new() };
        write!(text, "fn {name}{generics}({arguments})").unwrap();
        if self.source.one_in(2) {
            write!(text, " -> {}", self.ty(3)).unwrap();
        }
        if self.slips() {
            text += &self.clause(1);
        }
        text + self.word(&ENDS)
    }

    fn attribute(&mut self, name: &str, items: &str) -> String {
        self.word(&ATTRIBUTES).replace('@', name).replace('$', items) + " "
    }

    fn other_attributes(&mut self) -> String {
        if self.source.one_in(6) { self.source.pick(OTHER_ATTRIBUTES).to_owned() } else { String::new() }
    }

    /// Items between commas, or tokens like them.
    fn list(&mut self, items: Vec<String>) -> String {
        let mut text = String::new();
        for item in items {
            if self.slips() {
                continue;
            }
            if !text.is_empty() {
                text += if self.slips() { self.source.pick(&[" ", ",,", ", =", ";", ", ,"]) } else { ", " };
            }
            text += &item;
            if self.slips() {
                write!(text, ", {}", self.source.pick(JUNK)).unwrap();
            }
        }
        text
    }

    fn generics(&mut self, seldom: usize) -> String {
        if !self.source.one_in(seldom) {
            return String::new();
        }
        let parameters = (0..self.source.below(4)).map(|_| self.word(&PARAMETERS).to_owned()).collect();
        format!("<{}>", self.list(parameters))
    }

    fn clause(&mut self, seldom: usize) -> String {
        if self.source.one_in(seldom) { format!(" where {} ", self.word(&CLAUSES)) } else { String::new() }
    }

    fn ty(&mut self, depth: usize) -> String {
        if depth > 0 && self.source.one_in(3) {
            let around = self.word(&AROUND);
            let inside = self.ty(depth - 1);
            return around.replace('@', &inside);
        }
        self.word(&TYPES).to_owned()
    }

    /// A literal with this text in it.
    fn literal(&mut self, text: &str) -> String {
        if !self.slips() {
            return if self.source.one_in(8) { format!("invisible!({text:?})") } else { format!("{text:?}") };
        }
        match self.source.below(6) {
            0 if !text.contains(['"', '\r']) => format!("r#\"{text}\"#"),
            1 => format!("{text:?}suffix"),
            2 => "b\"x\"".to_owned(),
            3 => "c\"x\"".to_owned(),
            4 => "'x'".to_owned(),
            _ => format!("concat!({text:?})"),
        }
    }
}

/// The body that a request has, so that its fields fit together.
struct Body {
    /// The word of its fields, if it is a form.
    form: Option<&'static str>,
    /// The field that is the whole body, until it was written.
    whole: Option<&'static str>,
    /// Whether fields are parts of the body.
    parts: bool,
    bearer: bool,
    key: bool,
    headers: usize,
}

impl Body {
    fn of(verb: &str, source: &mut Source<'_>) -> Self {
        let carries = matches!(verb, "POST" | "PUT" | "PATCH" | "DELETE");
        let kind = if carries { source.below(7) } else { 0 };
        let whole = [None, None, None, Some("body"), Some("raw"), Some("raw = "), None][kind];
        let form = [None, None, Some("form"), None, None, None, Some("part")][kind];
        Self { form, whole, parts: whole.is_none(), bearer: false, key: false, headers: 0 }
    }

    /// The place of a field, and whether serde's attributes have an effect there.
    fn place(&mut self, pen: &mut Pen<'_>) -> (Vec<String>, bool) {
        if let Some(whole) = self.whole.take() {
            let kind = if whole == "raw = " { pen.word(&CONTENT_TYPES) } else { "" };
            let kind = if kind.is_empty() { String::new() } else { pen.literal(kind) };
            return (vec![format!("{whole}{kind}")], false);
        }
        let own = self.form.unwrap_or("query");
        match pen.source.below(8) {
            0..=3 if self.parts && self.form.is_none() => (Vec::new(), true),
            0..=3 => {
                let wire = pen.word(&WIRE_NAMES);
                let rename = format!("rename = {}", pen.literal(wire));
                (if pen.source.one_in(4) { vec![own.to_owned(), rename] } else { vec![own.to_owned()] }, own != "part")
            }
            4 => {
                let header = HEADERS.right[self.headers % HEADERS.right.len()];
                let header = if pen.slips() { pen.word(&HEADERS) } else { header };
                self.headers += 1;
                let mut items = vec![format!("header = {}", pen.literal(header))];
                items.extend(pen.source.one_in(2).then(|| "secret".to_owned()));
                (items, false)
            }
            5 if self.form == Some("part") && pen.source.one_in(2) => {
                (vec!["part".to_owned(), "json".to_owned()], false)
            }
            5 if self.form.is_some() => (vec![own.to_owned(), "secret".to_owned()], false),
            6 if !self.bearer => {
                self.bearer = true;
                (vec!["bearer".to_owned()], false)
            }
            7 if !self.key && pen.source.one_in(2) => {
                self.key = true;
                (vec!["idempotency_key".to_owned()], false)
            }
            7 => (vec!["skip".to_owned()], false),
            _ if pen.source.one_in(4) => (vec!["query".to_owned(), "secret_in_url".to_owned()], true),
            _ => (vec!["query".to_owned()], true),
        }
    }
}
