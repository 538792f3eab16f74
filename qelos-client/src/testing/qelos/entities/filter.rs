//! Filters of entities: the parameters of a query as conditions.

use std::fmt::Display;

use qelos_spec::{UserId, WorkspaceId};
use regex::RegexBuilder;
use serde_json::{Map, Value, json};

use super::super::state::BlueprintRecord;
use super::javascript::{self, Date};
use super::matching::{Condition, Operand, Test};

/// The reason why a filter cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoFilter {
    /// The database refuses it.
    Broken,
    /// The embedded Qelos does not know what the database does.
    Unsupported(String),
}

/// All conditions hold, and one of the alternatives if there are any.
#[derive(Default)]
pub(super) struct Filter {
    all: Vec<Condition>,
    any: Vec<Condition>,
}

/// Names with `$` that the database knows. They are not known here.
const OF_THE_DATABASE: [&str; 8] = ["$or", "$and", "$nor", "$expr", "$where", "$text", "$comment", "$jsonSchema"];

/// Operators that the database knows. They are not known here.
const OTHER_OPERATORS: [&str; 5] = ["$not", "$size", "$all", "$elemMatch", "$type"];

impl Filter {
    pub(super) fn holds(&self, document: &Map<String, Value>) -> bool {
        self.all.iter().all(|condition| condition.holds(document))
            && (self.any.is_empty() || self.any.iter().any(|condition| condition.holds(document)))
    }

    /// The filter of a list: properties may be named without `metadata`, and values are converted by their type.
    pub(super) fn of_list(parameters: Map<String, Value>, blueprint: &BlueprintRecord) -> Result<Self, NoFilter> {
        let mut filter = Self::default();
        for (name, value) in parameters {
            // A property that is compared with an empty text is not taken for one.
            let is_property = blueprint.properties.contains_key(&name) && value != "";
            let path = if is_property { format!("metadata.{name}") } else { name };
            let key = path.strip_prefix("metadata.").unwrap_or_default();
            let is_relation = blueprint.relations.iter().any(|relation| relation.key == key);
            let condition = match (blueprint.properties.get(key), value) {
                (_, Value::String(target)) if is_relation => {
                    let index = Test::Equal(Some(format!("{key}:{target}").into()));
                    Condition { path: "indexes".to_owned(), tests: vec![index] }
                }
                (Some(property), value) => Condition { tests: of_property(value, &property.kind)?, path },
                (None, value) => Condition { tests: tests(value, convert_field(&path))?, path },
            };
            filter.all.push(known(condition)?);
        }
        Ok(filter)
    }

    /// The filter of a chart: names and values are those of the database.
    pub(super) fn of_chart(parameters: Map<String, Value>) -> Result<Self, NoFilter> {
        let conditions = parameters.into_iter().map(|(path, value)| {
            let tests = tests(value, convert_field(&path))?;
            known(Condition { path, tests })
        });
        Ok(Self { all: conditions.collect::<Result<_, _>>()?, any: Vec::new() })
    }

    /// One of these properties has to match a pattern as well.
    pub(super) fn and_contains<P: Display>(
        &mut self,
        properties: impl IntoIterator<Item = P>,
        text: &str,
    ) -> Result<(), NoFilter> {
        for property in properties {
            let tests = vec![matches(text, "i")?];
            self.any.push(Condition { path: format!("metadata.{property}"), tests });
        }
        // The database refuses a choice of nothing.
        if self.any.is_empty() { Err(NoFilter::Broken) } else { Ok(()) }
    }
}

/// Refuses conditions about names of the database itself.
fn known(condition: Condition) -> Result<Condition, NoFilter> {
    let unsupported = |name: &str| Err(NoFilter::Unsupported(format!("the filter `{name}`")));
    match condition.path.as_str() {
        name if OF_THE_DATABASE.contains(&name) => unsupported(name),
        name if name.starts_with('$') => Err(NoFilter::Broken),
        name @ ("metadata" | "auditInfo" | "__v") => unsupported(name),
        name if name.starts_with("auditInfo.") => unsupported(name),
        _ => Ok(condition),
    }
}

/// How the texts of a query become values that the database compares.
type Convert = fn(Value) -> Result<Operand, NoFilter>;

/// The tests of a property, whose type decides how they are converted.
fn of_property(value: Value, kind: &str) -> Result<Vec<Test>, NoFilter> {
    const COMPARISONS: [&str; 6] = ["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"];
    match (kind, value) {
        ("boolean", value) => {
            let wanted = value.as_str().is_some_and(|text| text == "1" || text.eq_ignore_ascii_case("true"));
            Ok(vec![Test::Equal(Some(wanted.into()))])
        }
        ("number" | "datetime", value) => {
            let convert: Convert = if kind == "number" { to_integer } else { to_moment };
            match value {
                Value::Object(fields) if fields.keys().any(|name| COMPARISONS.contains(&name.as_str())) => {
                    // Only texts are taken over: a list inside of `$in` is dropped.
                    let texts = fields.into_iter().filter(|(_, value)| value.is_string()).collect();
                    operators(texts, convert)
                }
                text @ Value::String(_) => Ok(vec![Test::Equal(convert(text)?)]),
                other => pattern_or(other),
            }
        }
        (_, value) => pattern_or(value),
    }
}

/// A pattern, beside which other tests are dropped, or tests of texts.
fn pattern_or(value: Value) -> Result<Vec<Test>, NoFilter> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    match text("$regex") {
        Some(pattern) => Ok(vec![matches(pattern, text("$options").unwrap_or("i"))?]),
        None => tests(value, unchanged),
    }
}

/// The tests that a value stands for.
fn tests(value: Value, convert: Convert) -> Result<Vec<Test>, NoFilter> {
    match value {
        Value::Array(values) => Ok(vec![Test::OneOf(converted(values, convert)?)]),
        Value::Object(fields) if fields.keys().any(|name| name.starts_with('$')) => operators(fields, convert),
        value @ Value::Object(_) => Ok(vec![Test::Equal(Some(value))]),
        value => Ok(vec![Test::Equal(convert(value)?)]),
    }
}

fn operators(fields: Map<String, Value>, convert: Convert) -> Result<Vec<Test>, NoFilter> {
    let options = fields.get("$options").and_then(Value::as_str).unwrap_or_default().to_owned();
    if fields.contains_key("$options") && !fields.contains_key("$regex") {
        return Err(NoFilter::Broken);
    }
    let mut tests = Vec::new();
    for (name, value) in fields {
        tests.push(match (name.as_str(), value) {
            ("$eq", value) => Test::Equal(convert(value)?),
            ("$ne", value) => Test::NotEqual(convert(value)?),
            ("$gt", value) => Test::Greater(convert(value)?),
            ("$gte", value) => Test::AtLeast(convert(value)?),
            ("$lt", value) => Test::Less(convert(value)?),
            ("$lte", value) => Test::AtMost(convert(value)?),
            ("$in", Value::Array(values)) => Test::OneOf(converted(values, convert)?),
            ("$nin", Value::Array(values)) => Test::NoneOf(converted(values, convert)?),
            ("$regex", Value::String(pattern)) => matches(&pattern, &options)?,
            ("$exists", _) => Test::Exists,
            ("$options", _) => continue,
            (name, _) if OTHER_OPERATORS.contains(&name) => {
                return Err(NoFilter::Unsupported(format!("the operator `{name}`")));
            }
            _ => return Err(NoFilter::Broken),
        });
    }
    Ok(tests)
}

/// Values that are `NaN` equal none, and are left out.
fn converted(values: Vec<Value>, convert: Convert) -> Result<Vec<Value>, NoFilter> {
    values.into_iter().map(convert).filter_map(Result::transpose).collect()
}

fn matches(pattern: &str, options: &str) -> Result<Test, NoFilter> {
    let mut builder = RegexBuilder::new(pattern);
    for option in options.chars() {
        match option {
            'i' => builder.case_insensitive(true),
            'm' => builder.multi_line(true),
            's' => builder.dot_matches_new_line(true),
            'x' => builder.ignore_whitespace(true),
            _ => return Err(NoFilter::Broken),
        };
    }
    let unsupported = |_| NoFilter::Unsupported(format!("the regular expression `{pattern}`"));
    builder.build().map(Test::Matches).map_err(unsupported)
}

/// How a field of the server itself is converted: as the form of the document says.
fn convert_field(path: &str) -> Convert {
    match path {
        "created" | "updated" => to_moment_of_document,
        "user" => |value| id::<UserId>(&value),
        "workspace" | "_id" => |value| id::<WorkspaceId>(&value),
        _ => unchanged,
    }
}

#[allow(clippy::unnecessary_wraps, reason = "it is one of several conversions")]
fn unchanged(value: Value) -> Result<Operand, NoFilter> {
    Ok(Some(value))
}

/// Decimals are cut.
#[allow(clippy::needless_pass_by_value, reason = "it is one of several conversions")]
#[allow(clippy::unnecessary_wraps, reason = "it is one of several conversions")]
fn to_integer(value: Value) -> Result<Operand, NoFilter> {
    Ok(value.as_str().and_then(javascript::integer).map(javascript::to_json))
}

#[allow(clippy::needless_pass_by_value, reason = "it is one of several conversions")]
fn to_moment(value: Value) -> Result<Operand, NoFilter> {
    match javascript::date(&value) {
        Date::Valid(time) => Ok(Some(json!(time))),
        Date::Invalid | Date::Unknown => Err(NoFilter::Unsupported(format!("the date {value} in a filter"))),
    }
}

/// The library of the database refuses what is no date.
fn to_moment_of_document(value: Value) -> Result<Operand, NoFilter> {
    match javascript::date(&value) {
        Date::Invalid => Err(NoFilter::Broken),
        _ => to_moment(value),
    }
}

/// The library of the database refuses what is no id.
fn id<I: std::str::FromStr>(value: &Value) -> Result<Operand, NoFilter> {
    let text = value.as_str().filter(|text| text.parse::<I>().is_ok()).ok_or(NoFilter::Broken)?;
    Ok(Some(text.to_lowercase().into()))
}
