//! What a value is made of, as text that does not depend on ids, times and keys: `{_id: id, email, roles: [text]}`. A field
//! that is only named is text.

use std::collections::{BTreeMap, BTreeSet};

use qelos_client::Timestamp;
use serde_json::Value;

use crate::token;

pub(crate) fn outline(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(text) => kind(text).to_owned(),
        Value::Array(items) => list(items),
        Value::Object(fields) => {
            // Sorted: the order of a map depends on what else is in the program.
            let fields: BTreeMap<_, _> = fields.iter().map(|(name, value)| (name, outline(value))).collect();
            let named = fields.into_iter().map(|(name, kind)| match kind.as_str() {
                "text" => name.clone(),
                _ => format!("{name}: {kind}"),
            });
            format!("{{{}}}", named.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The kinds of the items, with their number if they are all of one kind.
fn list(items: &[Value]) -> String {
    let kinds: BTreeSet<_> = items.iter().map(outline).collect();
    let kinds: Vec<_> = kinds.into_iter().collect();
    match kinds.as_slice() {
        [kind] if items.len() > 1 => format!("[{} × {kind}]", items.len()),
        _ => format!("[{}]", kinds.join(" or ")),
    }
}

fn kind(text: &str) -> &'static str {
    let is_hex = |digits: usize| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text {
        _ if token::claims(text).is_some() => "token",
        _ if text.starts_with("ql_") && text.len() == 67 => "key",
        _ if is_hex(64) => "hash",
        _ if is_hex(24) => "id",
        _ if text.parse::<Timestamp>().is_ok() => "time",
        _ if text.starts_with("qlt_0=") => "cookie",
        _ => "text",
    }
}

/// A text in which ids and tokens have no value: `/api/workspaces/{id}`.
pub(crate) fn without_ids(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut masked = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        match kind(word) {
            "text" | "time" => masked.push_str(word),
            known => masked.extend(["{", known, "}"]),
        }
        let separators = after.find(is_part).unwrap_or(after.len());
        masked.push_str(&after[..separators]);
        rest = &after[separators..];
    }
    masked
}
