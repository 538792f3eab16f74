//! Dates as the server reads and writes them.

use qelos_spec::Timestamp;
use serde_json::Value;

/// Reads a date as the `Date` of JavaScript does: a full date, a day, or a number of milliseconds.
pub(super) fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().or_else(|_| format!("{text}T00:00:00Z").parse()).ok(),
        Value::Number(millis) => millis.as_i64().map(Timestamp::from_unix_millis),
        _ => None,
    }
}

/// A birth date as the server stores it: the year, the month counted from 00, and in place of the day the weekday counted
/// from Sunday.
pub(super) fn birth_date(given: &Value) -> String {
    let Some(time) = read(given) else { return "NaN-NaN-NaN".to_owned() };
    let text = time.to_string();
    let year = text[..4].trim_start_matches('0');
    let month = text[5..7].parse::<u32>().map_or(0, |month| month - 1);
    // 1970 began on a Thursday, which is number 4.
    let weekday = (time.unix_millis().div_euclid(86_400_000) + 4).rem_euclid(7);
    format!("{year}-{month:02}-{weekday:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_date_is_mangled() {
        for (given, stored) in [
            // As recorded.
            (Value::from("1990-05-17"), "1990-04-04"),
            (Value::from("not a date"), "NaN-NaN-NaN"),
            (Value::from("2000-01-01T12:00:00Z"), "2000-00-06"),
            (Value::from("1969-12-28"), "1969-11-00"),
            (Value::from(0), "1970-00-04"),
            (Value::Bool(true), "NaN-NaN-NaN"),
        ] {
            assert_eq!(birth_date(&given), stored, "{given}");
        }
    }
}
