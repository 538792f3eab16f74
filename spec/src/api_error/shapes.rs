//! Finds the words in the body of a refusal.
//!
//! Most APIs follow no standard, but they use few places and few names. An object holds a message and a code, or an
//! object `error` that holds them, or a list or map of problems. The tables below have the names; in each table, the
//! first name with a text counts.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use crate::api_error::field::FieldError;
use crate::one_line::shorten;
use crate::response::Content;

/// The sentence for people.
const MESSAGE: &[&str] = &[
    "message",
    "error_description", // OAuth
    "detail",            // RFC 9457, JSON:API
    "msg",
    "title", // RFC 9457 without a detail
    "error_message",
    "errorMessage",
    "description",
    "Message", // AWS, ASP.NET
    "reason",  // Elasticsearch
    "error",
];
/// The code for programs; a name whose text is the message already is skipped.
const CODE: &[&str] = &[
    "code",
    "error_code",
    "errorCode",
    "type",   // RFC 9457, Elasticsearch, FastAPI
    "__type", // AWS
    "reason", // Kubernetes
    "status", // Google
    "error",  // OAuth
];
/// Lists of problems, each a text or an object with the words above and one of [`FIELD`].
const PROBLEMS: &[&str] =
    &["errors", "error", "message", "detail", "details", "violations", "issues", "invalid-params", "invalid_params"];
/// A map from fields to problems: a text, several, or an object with the words above.
const PROBLEMS_BY_FIELD: &str = "errors";
/// The name of the field in an object of such a list: a text, or a list of the names on the way to it.
const FIELD: &[&str] = &[
    "field",
    "path",
    "loc",
    "param",
    "parameter",
    "property",
    "propertyPath",
    "attribute",
    "pointer",
    "location",
    "source",
    "name",
];
/// Keys of a map that stand for the whole request.
const NO_FIELD: &[&str] = &["", "general", "non_field_errors"];
/// Codes that say no more than "error".
const NO_CODE: &[&str] = &["about:blank", "error", "Error", "fail", "failure", "Failure"];

/// The longest message of a refusal, in characters.
const LONGEST_MESSAGE: usize = 300;
/// The longest message of one field.
const LONGEST_OF_FIELD: usize = 200;
/// The longest code, and the longest name of a field.
const LONGEST_NAME: usize = 100;
/// The most problems that are read of each list or map, and the most fields that are kept.
const MOST: usize = 32;

/// The message, code and fields of a refusal.
#[derive(Default)]
pub(super) struct Said {
    pub(super) message: Option<String>,
    pub(super) code: Option<String>,
    pub(super) fields: Vec<FieldError>,
}

/// The words of one object.
#[derive(Default)]
struct Words {
    message: Option<String>,
    code: Option<String>,
}

/// Whether a body is an object with the one key `errors`.
pub(crate) fn is_errors_alone(response: &Response<Bytes>) -> bool {
    let body: Option<Map<String, Value>> = serde_json::from_slice(Content::of(response).body).ok();
    body.is_some_and(|object| object.len() == 1 && object.get("errors").is_some_and(Value::is_object))
}

impl Said {
    /// `None` when the body cannot be read.
    pub(super) fn read(status: StatusCode, content: &Content<'_>) -> Option<Self> {
        let mut said = Self::default();
        match serde_json::from_slice(content.body) {
            Ok(json) => said.whole(status, &json),
            Err(_) => said.message = Some(words_of_text(content)?),
        }
        Some(said)
    }

    fn whole(&mut self, status: StatusCode, json: &Value) {
        match json {
            Value::Object(object) => self.object(status, object),
            Value::Array(problems) => problems.iter().take(MOST).for_each(|problem| self.problem(status, problem)),
            _ => self.say(Words::of(status, json)),
        }
    }

    fn object(&mut self, status: StatusCode, object: &Map<String, Value>) {
        self.say(Words::of_object(status, object));
        if let Some(Value::Object(inner)) = object.get("error") {
            self.object(status, inner);
        }
        match object.get(PROBLEMS_BY_FIELD) {
            Some(Value::Object(by_field)) => {
                let mut by_field: Vec<_> = by_field.iter().collect();
                by_field.sort_by_key(|(field, _)| *field);
                for (field, problem) in by_field.into_iter().take(MOST) {
                    self.of_field(Some(field.clone()), Words::of(status, problem));
                }
            }
            Some(text @ Value::String(_)) => self.say(Words::of(status, text)),
            _ => {}
        }
        for list in PROBLEMS.iter().filter_map(|name| object.get(*name)?.as_array()) {
            list.iter().take(MOST).for_each(|problem| self.problem(status, problem));
        }
    }

    /// Adds one problem of a list.
    fn problem(&mut self, status: StatusCode, problem: &Value) {
        let field = problem.as_object().and_then(|object| first(FIELD, object, name_of_field));
        self.of_field(field.map(|(_, name)| name), Words::of(status, problem));
    }

    fn of_field(&mut self, field: Option<String>, words: Words) {
        match field.filter(|field| !NO_FIELD.contains(&field.as_str())) {
            None => self.say(words),
            Some(field) if self.fields.len() < MOST => {
                let (field, message) = (shorten(&field, LONGEST_NAME), words.message);
                let message = message.map(|text| shorten(&text, LONGEST_OF_FIELD));
                self.fields.push(FieldError { field, code: words.code, message });
            }
            Some(_) => {}
        }
    }

    /// Adds words about the whole request to those before.
    fn say(&mut self, Words { message, code }: Words) {
        self.code = self.code.take().or(code);
        self.message = both(self.message.take(), message);
    }
}

impl Words {
    fn of(status: StatusCode, value: &Value) -> Self {
        match value {
            Value::Object(object) => Self::of_object(status, object),
            Value::Array(several) => several.iter().take(MOST).fold(Self::default(), |before, one| {
                let Self { message, code } = if one.is_array() { Self::default() } else { Self::of(status, one) };
                Self { message: both(before.message, message), code: before.code.or(code) }
            }),
            _ => Self { message: text(value).map(|text| shorten(&text, LONGEST_MESSAGE)), code: None },
        }
    }

    fn of_object(status: StatusCode, object: &Map<String, Value>) -> Self {
        let message = first(MESSAGE, object, sentences);
        let is_message = |name: &str| message.as_ref().is_some_and(|(taken, _)| *taken == name);
        let names = CODE.iter().filter(|name| !is_message(name));
        let code = names.copied().find_map(|name| code(status, object.get(name)?));
        Self { message: message.map(|(_, text)| shorten(&text, LONGEST_MESSAGE)), code }
    }
}

/// The first of these names that has a value, and the value.
fn first<'n, V>(names: &[&'n str], object: &Map<String, Value>, read: fn(&Value) -> Option<V>) -> Option<(&'n str, V)> {
    names.iter().find_map(|name| Some((*name, read(object.get(*name)?)?)))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A text, or a list of nothing else.
fn sentences(value: &Value) -> Option<String> {
    let Value::Array(several) = value else { return text(value) };
    let several: Option<Vec<_>> = several.iter().take(MOST).map(text).collect();
    several.filter(|several| !several.is_empty()).map(|several| several.join("; "))
}

/// Some APIs number their errors, others repeat the status.
fn code(status: StatusCode, value: &Value) -> Option<String> {
    let code = match value {
        Value::Number(number) => number.to_string(),
        _ => text(value)?,
    };
    let says_more = !NO_CODE.contains(&code.as_str())
        && code != status.as_str()
        && Some(code.as_str()) != status.canonical_reason();
    says_more.then(|| shorten(&code, LONGEST_NAME))
}

/// `email`; `["body", "lines", 0]`; the `{"pointer": "/data/attributes/name"}` of JSON:API.
fn name_of_field(value: &Value) -> Option<String> {
    match value {
        Value::Array(steps) if !steps.is_empty() => {
            let step = |step: &Value| match step {
                Value::String(name) => Some(name.clone()),
                Value::Number(index) => Some(index.to_string()),
                _ => None,
            };
            let steps: Option<Vec<_>> = steps.iter().take(MOST).map(step).collect();
            Some(steps?.join("."))
        }
        Value::Object(source) => ["pointer", "parameter", "header"].iter().find_map(|name| text(source.get(*name)?)),
        _ => text(value),
    }
}

/// Two sentences, or the one there is.
fn both(first: Option<String>, second: Option<String>) -> Option<String> {
    match (first, second) {
        (Some(first), Some(second)) if !first.split("; ").any(|said| said == second) => {
            Some(shorten(&format!("{first}; {second}"), LONGEST_MESSAGE))
        }
        (first, second) => first.or(second),
    }
}

/// The first line of plain text, which some servers call HTML; of a page, the text that Express puts between `<pre>`
/// tags.
fn words_of_text(content: &Content<'_>) -> Option<String> {
    let text = content.text()?;
    let words = if content.is_page() {
        text.split_once("<pre>")?.1.split('<').next()?
    } else if content.is_called("text/plain") || content.is_called("text/html") {
        text
    } else {
        return None;
    };
    let line = words.trim().lines().next()?;
    (!line.is_empty()).then(|| shorten(line, LONGEST_MESSAGE))
}
