//! Dates as the server reads and writes them.

use qelos_spec::Timestamp;
use serde_json::Value;

/// Reads a date as the `Date` of JavaScript does: a full date, a day in several forms, or a number of milliseconds.
pub(super) fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok().or_else(|| day(text)),
        Value::Number(millis) => millis.as_i64().map(Timestamp::from_unix_millis),
        _ => None,
    }
}

/// The beginning of a day: `2099`, `2099-12`, `2099-12-31`, `2099-12-1`, `12/31/2099`, `Dec 31, 2099`, `31 December 2099`.
fn day(text: &str) -> Option<Timestamp> {
    let mut parts = text.split(['-', '/', ' ', ',']).filter(|part| !part.is_empty());
    let (first, second, third) = (parts.next()?, parts.next(), parts.next());
    let (year, month, day) = match (first.len(), second, third) {
        (4, month, day) if first.parse::<u16>().is_ok() => (first, month.unwrap_or("1"), day.unwrap_or("1")),
        (_, Some(day), Some(year)) if number_of_month(first).is_some() && day.parse::<u8>().is_ok() => {
            (year, first, day)
        }
        (_, Some(month), Some(year)) => (year, month, first),
        _ => return None,
    };
    // The parser refuses days that a month does not have.
    let text = format!("{year:0>4}-{:02}-{day:0>2}T00:00:00Z", number_of_month(month)?);
    parts.next().is_none().then(|| text.parse().ok()).flatten()
}

/// The number of a month, from its number or its name.
fn number_of_month(text: &str) -> Option<usize> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let name = text.get(..3).map(str::to_ascii_lowercase);
    let named = NAMES.iter().position(|known| name.as_deref() == Some(known)).map(|at| at + 1);
    named.or_else(|| text.parse().ok().filter(|month| (1..=12).contains(month)))
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
    fn days_are_read_in_the_forms_of_javascript() {
        for (text, day) in [
            ("2099", "2099-01-01"),
            ("2099-12", "2099-12-01"),
            ("2099-12-31", "2099-12-31"),
            ("1990-5-7", "1990-05-07"),
            ("05/17/1990", "1990-05-17"),
            ("12/31/2099", "2099-12-31"),
            ("Dec 31, 2099", "2099-12-31"),
            ("31 December 2099", "2099-12-31"),
        ] {
            assert_eq!(read(&text.into()).map(|time| time.to_string()), Some(format!("{day}T00:00:00.000Z")), "{text}");
        }
        for text in ["", "soon", "99", "12/2099", "13/31/2099", "2099-02-30", "2099-1-1-1", "a/b/c"] {
            assert_eq!(read(&text.into()), None, "{text}");
        }
    }

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
