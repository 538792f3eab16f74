//! Whether a document fits a filter, by the rules of the database.

use std::cmp::Ordering;

use regex::Regex;
use serde_json::{Map, Value};

/// What is asked of one place of a document.
pub(super) struct Condition {
    /// `metadata.price`
    pub(super) path: String,
    pub(super) tests: Vec<Test>,
}

/// A value to compare with; `None` is `NaN`, which equals nothing that is stored.
pub(super) type Operand = Option<Value>;

pub(super) enum Test {
    Equal(Operand),
    NotEqual(Operand),
    Greater(Operand),
    AtLeast(Operand),
    Less(Operand),
    AtMost(Operand),
    OneOf(Vec<Value>),
    NoneOf(Vec<Value>),
    Matches(Regex),
    Exists,
}

impl Condition {
    pub(super) fn holds(&self, document: &Map<String, Value>) -> bool {
        let found = values_at(document, &self.path);
        self.tests.iter().all(|test| test.holds(&found))
    }
}

impl Test {
    /// Whether one of the values at the place passes.
    fn holds(&self, found: &[&Value]) -> bool {
        let equals = |wanted: &Operand| match wanted {
            Some(Value::Null) => found.is_empty() || found.iter().any(|value| value.is_null()),
            Some(wanted) => found.iter().any(|value| is_equal(value, wanted)),
            None => false,
        };
        let any_of = |wanted: &[Value]| wanted.iter().any(|one| equals(&Some(one.clone())));
        let ordered = |wanted: &Operand, is_good: fn(Ordering) -> bool| {
            let Some(wanted) = wanted else { return false };
            found.iter().any(|value| of_one_kind(value, wanted).is_some_and(is_good))
        };
        match self {
            Self::Equal(wanted) => equals(wanted),
            Self::NotEqual(wanted) => !equals(wanted),
            Self::Greater(wanted) => ordered(wanted, Ordering::is_gt),
            Self::AtLeast(wanted) => ordered(wanted, Ordering::is_ge),
            Self::Less(wanted) => ordered(wanted, Ordering::is_lt),
            Self::AtMost(wanted) => ordered(wanted, Ordering::is_le),
            Self::OneOf(wanted) => any_of(wanted),
            Self::NoneOf(wanted) => !any_of(wanted),
            Self::Matches(pattern) => {
                found.iter().any(|value| value.as_str().is_some_and(|text| pattern.is_match(text)))
            }
            Self::Exists => !found.is_empty(),
        }
    }
}

/// The values at a path: that of the field, and if it is a list its items as well.
pub(super) fn values_at<'d>(document: &'d Map<String, Value>, path: &str) -> Vec<&'d Value> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(value) = document.get(name) else { return Vec::new() };
    let items = value.as_array().into_iter().flatten();
    match rest {
        None => std::iter::once(value).chain(items).collect(),
        Some(rest) => {
            let objects = std::iter::once(value).chain(items).filter_map(Value::as_object);
            objects.flat_map(|fields| values_at(fields, rest)).collect()
        }
    }
}

/// Whether two values are equal. Numbers are, whatever their form.
fn is_equal(value: &Value, wanted: &Value) -> bool {
    value == wanted || of_one_kind(value, wanted) == Some(Ordering::Equal)
}

/// The order of two values of one kind; `None` for others, which no comparison finds.
fn of_one_kind(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

/// The order in which the database sorts values of any kind. What is absent comes first.
pub(super) fn order(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    let rank = |value: Option<&Value>| match value {
        None | Some(Value::Null) => 0,
        Some(Value::Number(_)) => 1,
        Some(Value::String(_)) => 2,
        Some(Value::Object(_)) => 3,
        Some(Value::Array(_)) => 4,
        Some(Value::Bool(_)) => 5,
    };
    let same_kind = || of_one_kind(one?, other?);
    rank(one).cmp(&rank(other)).then_with(|| same_kind().unwrap_or(Ordering::Equal))
}
