//! The parameters of a query with brackets, as the library `qs` reads them: `price[$gte]=10`.

use serde_json::{Map, Value};

/// How many brackets of a name are read; the others are part of the last name.
const DEPTH: usize = 3;

/// The highest number in brackets that is a place in a list.
const LAST_PLACE: usize = 20;

/// Reads the parameters into texts, lists and objects. The same name twice is a list.
pub(super) fn read(query: &str) -> Map<String, Value> {
    let mut parameters = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| !name.is_empty()) {
        let mut names = split(&name);
        let first = names.remove(0);
        let slot = parameters.entry(first).or_insert(Value::Null);
        insert(slot, &names, Value::String(value.into_owned()));
    }
    parameters.into_iter().map(|(name, value)| (name, with_lists(value))).collect()
}

/// `a[b][c]` are the names `a`, `b` and `c`.
fn split(name: &str) -> Vec<String> {
    let Some(bracket) = name.find('[').filter(|at| *at > 0) else { return vec![name.to_owned()] };
    let (first, mut rest) = name.split_at(bracket);
    let mut names = vec![first.to_owned()];
    while let Some((inner, behind)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        if names.len() > DEPTH {
            break;
        }
        names.push(inner.to_owned());
        rest = behind;
    }
    if !rest.is_empty() {
        names.push(rest.to_owned());
    }
    names
}

fn insert(slot: &mut Value, names: &[String], value: Value) {
    let Some((name, rest)) = names.split_first() else {
        return if slot.is_null() { *slot = value } else { append(slot, value) };
    };
    if name.is_empty() && rest.is_empty() {
        // `a[]=b` is a list, also of one.
        return append(slot, value);
    }
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    if let Value::Object(fields) = slot {
        insert(fields.entry(name.clone()).or_insert(Value::Null), rest, value);
    }
}

/// Makes a list of what is there, and appends the value.
fn append(slot: &mut Value, value: Value) {
    match slot.take() {
        Value::Null => *slot = Value::Array(vec![value]),
        Value::Array(mut values) => {
            values.push(value);
            *slot = Value::Array(values);
        }
        first => *slot = Value::Array(vec![first, value]),
    }
}

/// An object whose names are places is a list.
fn with_lists(value: Value) -> Value {
    let Value::Object(fields) = value else { return value };
    let fields: Map<_, _> = fields.into_iter().map(|(name, value)| (name, with_lists(value))).collect();
    let places: Option<Vec<usize>> =
        fields.keys().map(|name| name.parse().ok().filter(|place| *place <= LAST_PLACE)).collect();
    match places {
        Some(places) if !places.is_empty() => {
            let mut items: Vec<_> = places.into_iter().zip(fields.into_iter().map(|(_, value)| value)).collect();
            items.sort_by_key(|(place, _)| *place);
            Value::Array(items.into_iter().map(|(_, value)| value).collect())
        }
        _ => Value::Object(fields),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn brackets_are_read() {
        for (query, expected) in [
            ("a=1&b=x%20y", json!({"a": "1", "b": "x y"})),
            ("a%5B%24gte%5D=1&a[$lt]=5", json!({"a": {"$gte": "1", "$lt": "5"}})),
            ("a[$in][1]=y&a[$in][0]=x", json!({"a": {"$in": ["x", "y"]}})),
            ("a=x&a=y&a=z", json!({"a": ["x", "y", "z"]})),
            ("a[]=x", json!({"a": ["x"]})),
            ("a[b][c][d][e]=x", json!({"a": {"b": {"c": {"d": {"[e]": "x"}}}}})),
            ("a[21]=x", json!({"a": {"21": "x"}})),
            ("a.b=x", json!({"a.b": "x"})),
        ] {
            assert_eq!(Value::Object(read(query)), expected, "{query}");
        }
    }
}
