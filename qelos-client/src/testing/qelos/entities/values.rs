//! The values of properties: which the server takes, and what it stores for them.

use serde_json::{Map, Value, json};

use super::super::state::{BlueprintRecord, Property};
use super::javascript::{self, Date, is_truthy};
use super::schema;

/// The reason why a request to write an entity fails.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Invalid {
    /// The server says what is wrong: 406.
    Refused(String),
    /// The server itself fails: 500.
    Broken,
    /// The embedded Qelos does not know what the server does.
    Unsupported(String),
}

/// The properties to store: those before, with the ones of the body in their place, each checked again.
pub(super) fn merged(
    before: &Map<String, Value>,
    body: &Map<String, Value>,
    blueprint: &BlueprintRecord,
) -> Result<Map<String, Value>, Invalid> {
    let mut given = before.clone();
    let flat = body.iter().filter(|(key, _)| !["_id", "metadata"].contains(&key.as_str()));
    given.extend(flat.map(|(key, value)| (key.clone(), value.clone())));
    if let Some(Value::Object(nested)) = body.get("metadata") {
        given.extend(nested.clone());
    }
    let mut stored = Map::new();
    for (key, property) in &blueprint.properties {
        if let Some(value) = checked(key, given.get(key), property)? {
            stored.insert(key.clone(), value);
        }
    }
    Ok(stored)
}

/// A property of an entity, perhaps a list; `None` where there is nothing to store.
fn checked(key: &str, value: Option<&Value>, property: &Property) -> Result<Option<Value>, Invalid> {
    if !property.multi {
        return one(key, value, property);
    }
    match value {
        Some(Value::Array(items)) => {
            let items = items.iter().map(|item| one(key, Some(item), property));
            Ok(Some(items.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()))
        }
        _ if property.required => Err(refused(key, "must be an array")),
        // A single value is dropped.
        _ => Ok(None),
    }
}

fn refused(key: &str, reason: &str) -> Invalid {
    Invalid::Refused(format!("Property {key} {reason}"))
}

/// A single value.
fn one(key: &str, value: Option<&Value>, property: &Property) -> Result<Option<Value>, Invalid> {
    if value.is_none() && !property.required {
        return Ok(None);
    }
    let must_be = |what: &str| refused(key, &format!("must be {what}"));
    let given = value.unwrap_or(&Value::Null);
    let stored = match property.kind.as_str() {
        "number" => {
            let number = value.and_then(javascript::number).ok_or_else(|| must_be("a number"))?;
            if given.is_number() { given.clone() } else { javascript::to_json(number) }
        }
        "boolean" => is_truthy(given).into(),
        "object" => {
            let fits = value.map_or(Ok(false), |value| schema::fits(value, property.schema.as_ref()));
            let kind = property.schema.as_ref().and_then(|schema| schema.get("type")).filter(|kind| is_truthy(kind));
            let kind = kind.map_or("object".to_owned(), javascript::text);
            let fits = fits.map_err(|word| Invalid::Unsupported(format!("`{word}` in a JSON schema")))?;
            if !fits {
                return Err(must_be(&format!("a valid according to schema: {kind}")));
            }
            given.clone()
        }
        "string" => {
            let text = given.as_str().ok_or_else(|| must_be("a string"))?;
            let options = property.options.as_ref().and_then(Value::as_array).filter(|options| !options.is_empty());
            if let Some(options) = options.filter(|options| !options.iter().any(|option| *option == text)) {
                let options: Vec<_> = options.iter().map(javascript::text).collect();
                return Err(must_be(&format!("one of {}", options.join(", "))));
            }
            given.clone()
        }
        "file" => {
            let url = given.as_str().filter(|url| url.starts_with("http"));
            url.ok_or_else(|| must_be("a valid file"))?.into()
        }
        "date" => day(value).map_err(|invalid| invalid.unwrap_or_else(|| must_be("a date")))?,
        "datetime" => moment(value).map_err(|invalid| invalid.unwrap_or_else(|| must_be("a datetime")))?,
        "time" => {
            let Value::String(text) = given else { return Err(Invalid::Broken) };
            time(text).ok_or_else(|| must_be("a time"))?
        }
        _ => given.clone(),
    };
    within(key, &stored, property)?;
    Ok(Some(stored))
}

/// A date, which is stored as the text that was sent. The error is `None` for a value that is no date.
fn day(value: Option<&Value>) -> Result<Value, Option<Invalid>> {
    // The server asks `null` for its text.
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Err(value.map(|_| Invalid::Broken));
    };
    read_date(value)?;
    Ok(javascript::text(value).into())
}

/// A moment, which is stored in one form.
fn moment(value: Option<&Value>) -> Result<Value, Option<Invalid>> {
    Ok(json!(read_date(value.ok_or(None)?)?))
}

fn read_date(value: &Value) -> Result<qelos_spec::Timestamp, Option<Invalid>> {
    match javascript::date(value) {
        Date::Valid(time) => Ok(time),
        Date::Invalid => Err(None),
        Date::Unknown => Err(Some(Invalid::Unsupported("dates in this form".to_owned()))),
    }
}

/// Hours and minutes, without the seconds.
fn time(text: &str) -> Option<Value> {
    let mut parts = text.split(':');
    let (hours, minutes) = (parts.next()?, parts.next()?);
    javascript::integer(hours).and(javascript::integer(minutes))?;
    Some(format!("{hours}:{minutes}").into())
}

/// The bounds, which are part of the range.
fn within(key: &str, stored: &Value, property: &Property) -> Result<(), Invalid> {
    let value = match property.kind.as_str() {
        "datetime" => match javascript::date(stored) {
            #[allow(clippy::cast_precision_loss, reason = "JavaScript compares them as such numbers as well")]
            Date::Valid(time) => Some(time.unix_millis() as f64),
            _ => None,
        },
        _ => javascript::number(stored),
    };
    let exceeds = |bound: &Option<Value>, is_beyond: fn(&f64, &f64) -> bool| {
        let bound = bound.as_ref()?;
        let beyond = value.zip(javascript::number(bound)).is_some_and(|(value, bound)| is_beyond(&value, &bound));
        beyond.then(|| javascript::text(bound))
    };
    if let Some(least) = exceeds(&property.min, f64::lt) {
        return Err(refused(key, &format!("must be greater than {least}")));
    }
    if let Some(most) = exceeds(&property.max, f64::gt) {
        return Err(refused(key, &format!("must be less than {most}")));
    }
    Ok(())
}
