//! JSON schemas of properties, as far as blueprints commonly use them.

use serde_json::{Map, Value};

use super::javascript;

/// Words that say something to people only.
const NOTES: [&str; 7] = ["$schema", "$id", "title", "description", "default", "examples", "$comment"];

/// Whether the value fits a schema; without one it is an object of texts. The error is a word that is not known here.
pub(super) fn fits(value: &Value, schema: Option<&Value>) -> Result<bool, String> {
    match schema.filter(|schema| javascript::is_truthy(schema)) {
        Some(schema) => is_valid(value, schema),
        None => Ok(value.as_object().is_some_and(|fields| fields.values().all(Value::is_string))),
    }
}

fn is_valid(value: &Value, schema: &Value) -> Result<bool, String> {
    let words = match schema {
        Value::Bool(any) => return Ok(*any),
        Value::Object(words) => words,
        other => return Err(other.to_string()),
    };
    for (word, rule) in words {
        if !follows(value, word, rule, words)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the value follows one word of a schema.
fn follows(value: &Value, word: &str, rule: &Value, words: &Map<String, Value>) -> Result<bool, String> {
    let unknown = || word.to_owned();
    let bound = || rule.as_f64().ok_or_else(unknown);
    let number = value.as_f64().filter(|_| value.is_number());
    let size = |count: Option<usize>, is_good: fn(u64, u64) -> bool| {
        let bound = rule.as_u64().ok_or_else(unknown)?;
        Ok(count.is_none_or(|count| is_good(count as u64, bound)))
    };
    let length = || value.as_str().map(|text| text.chars().count());
    let items = value.as_array();
    match word {
        "type" => match rule {
            Value::Array(kinds) => Ok(kinds.iter().any(|kind| is_of_kind(value, kind))),
            kind => Ok(is_of_kind(value, kind)),
        },
        "enum" => Ok(rule.as_array().ok_or_else(unknown)?.contains(value)),
        "const" => Ok(rule == value),
        "minimum" => bound().map(|bound| number.is_none_or(|number| number >= bound)),
        "maximum" => bound().map(|bound| number.is_none_or(|number| number <= bound)),
        "exclusiveMinimum" => bound().map(|bound| number.is_none_or(|number| number > bound)),
        "exclusiveMaximum" => bound().map(|bound| number.is_none_or(|number| number < bound)),
        "minLength" => size(length(), |length, bound| length >= bound),
        "maxLength" => size(length(), |length, bound| length <= bound),
        "minItems" => size(items.map(Vec::len), |length, bound| length >= bound),
        "maxItems" => size(items.map(Vec::len), |length, bound| length <= bound),
        "items" if !rule.is_array() => all_valid(items.into_iter().flatten().map(|item| (item, rule))),
        "required" => {
            let names = rule.as_array().ok_or_else(unknown)?;
            let has = |fields: &Map<String, Value>| {
                names.iter().all(|name| name.as_str().is_some_and(|name| fields.contains_key(name)))
            };
            Ok(value.as_object().is_none_or(has))
        }
        "properties" => {
            let schemas = rule.as_object().ok_or_else(unknown)?;
            let fields = value.as_object();
            all_valid(schemas.iter().filter_map(|(name, schema)| Some((fields?.get(name)?, schema))))
        }
        "additionalProperties" => {
            let listed = words.get("properties").and_then(Value::as_object);
            let others = value.as_object().into_iter().flatten();
            let others = others.filter(|(name, _)| listed.is_none_or(|listed| !listed.contains_key(*name)));
            all_valid(others.map(|(_, value)| (value, rule)))
        }
        note if NOTES.contains(&note) => Ok(true),
        _ => Err(unknown()),
    }
}

fn all_valid<'v>(values: impl Iterator<Item = (&'v Value, &'v Value)>) -> Result<bool, String> {
    for (value, schema) in values {
        if !is_valid(value, schema)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_of_kind(value: &Value, kind: &Value) -> bool {
    match kind.as_str().unwrap_or_default() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_fits_its_schema() {
        let schema = json!({
            "type": "object",
            "required": ["doors"],
            "additionalProperties": false,
            "properties": {
                "doors": {"type": "integer", "minimum": 1, "exclusiveMaximum": 6},
                "names": {"type": "array", "maxItems": 2, "items": {"type": ["string", "null"], "minLength": 2}},
            },
        });
        let of = |value| fits(&value, Some(&schema));
        assert_eq!(of(json!({"doors": 5, "names": ["ab", null]})), Ok(true));
        for bad in [
            json!([]),
            json!({}),
            json!({"doors": 0}),
            json!({"doors": 6}),
            json!({"doors": 2.5}),
            json!({"doors": "5"}),
            json!({"doors": 5, "wheels": 4}),
            json!({"doors": 5, "names": ["a"]}),
            json!({"doors": 5, "names": ["ab", "cd", "ef"]}),
        ] {
            assert_eq!(of(bad.clone()), Ok(false), "{bad}");
        }
    }

    #[test]
    fn an_object_without_a_schema_holds_texts() {
        assert_eq!(fits(&json!({"a": "b"}), None), Ok(true));
        assert_eq!(fits(&json!({"a": 1}), None), Ok(false));
    }

    #[test]
    fn a_word_that_is_not_known_is_told() {
        assert_eq!(fits(&json!({}), Some(&json!({"oneOf": []}))), Err("oneOf".to_owned()));
    }
}
