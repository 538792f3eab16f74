//! Conversions of values as JavaScript makes them.

use qelos_spec::Timestamp;
use serde_json::{Number, Value};

use super::super::date;

/// `Number(value)`; `None` for `NaN`.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Null => Some(0.0),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => number_in(text.trim()),
        Value::Array(items) => match items.as_slice() {
            [] => Some(0.0),
            [Value::Array(_) | Value::Object(_) | Value::Bool(_), ..] | [_, _, ..] => None,
            [only] => number(only),
        },
        Value::Object(_) => None,
    }
}

fn number_in(text: &str) -> Option<f64> {
    if text.is_empty() {
        return Some(0.0);
    }
    let in_base = |prefix: &str, base| {
        let digits = text.strip_prefix(prefix).or_else(|| text.strip_prefix(&prefix.to_uppercase()))?;
        // More digits than fit are no numbers that a test compares.
        u32::from_str_radix(digits, base).ok().map(f64::from)
    };
    if let Some(number) = in_base("0x", 16).or_else(|| in_base("0o", 8)).or_else(|| in_base("0b", 2)) {
        return Some(number);
    }
    // Rust also reads `inf` and `nan`.
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse().ok().filter(|_| is_decimal)
}

/// `parseInt(text)`, which cuts decimals; `None` for `NaN`.
pub(super) fn integer(text: &str) -> Option<f64> {
    let text = text.trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse::<f64>().ok().map(|number| sign * number)
}

/// A number as JSON writes it: without a fraction where it has none.
#[allow(clippy::cast_possible_truncation, reason = "a number below 2^53 without a fraction is the integer")]
pub(super) fn to_json(number: f64) -> Value {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < LARGEST {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// Whether the value is truthy.
pub(super) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// `String(value)`.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        Value::Object(_) => "[object Object]".to_owned(),
        other => other.to_string(),
    }
}

/// What `new Date(value)` makes of a value.
pub(super) enum Date {
    Valid(Timestamp),
    Invalid,
    /// Perhaps a date in a form that only JavaScript reads, such as `May 5, 2020 noon`.
    Unknown,
}

/// `new Date(value)`, of dates in the forms that `date` reads.
pub(super) fn date(value: &Value) -> Date {
    match value {
        Value::Null => Date::Valid(Timestamp::EPOCH),
        Value::Bool(flag) => Date::Valid(Timestamp::from_unix_millis(i64::from(*flag))),
        Value::Object(_) => Date::Invalid,
        Value::Array(_) => Date::Unknown,
        value => match date::read(value) {
            Some(time) => Date::Valid(time),
            None if value.as_str().is_some_and(|text| !text.bytes().any(|byte| byte.is_ascii_digit())) => Date::Invalid,
            None => Date::Unknown,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_those_of_javascript() {
        for (value, expected) in [
            (json!("20"), Some(20.0)),
            (json!(" 2.5e1 "), Some(25.0)),
            (json!("0x1F"), Some(31.0)),
            (json!(""), Some(0.0)),
            (json!(null), Some(0.0)),
            (json!(true), Some(1.0)),
            (json!([]), Some(0.0)),
            (json!(["7"]), Some(7.0)),
            (json!([1, 2]), None),
            (json!({}), None),
            (json!("dear"), None),
            (json!("nan"), None),
            (json!("inf"), None),
        ] {
            assert_eq!(number(&value), expected, "{value}");
        }
        assert_eq!([integer("20.9"), integer(" -3x"), integer("x3")], [Some(20.0), Some(-3.0), None]);
        assert_eq!(to_json(20.0).to_string(), "20");
        assert_eq!(to_json(20.5).to_string(), "20.5");
    }
}
