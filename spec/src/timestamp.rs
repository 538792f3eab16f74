//! Points in time, in the form that the server writes.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// A point in time, in UTC and to the millisecond: `2026-11-22T17:20:42.894Z`.
///
/// ```
/// use std::time::Duration;
/// use qelos_spec::Timestamp;
///
/// let expiry: Timestamp = "2026-11-22T19:20:42.8941+02:00".parse().unwrap();
/// assert_eq!(expiry.to_string(), "2026-11-22T17:20:42.894Z");
/// assert!(expiry.saturating_add(Duration::from_secs(1)) > expiry);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00.000Z.
    pub const EPOCH: Self = Self(0);
    /// 0001-01-01T00:00:00.000Z, the earliest point in time with a text form.
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// 9999-12-31T23:59:59.999Z, the latest point in time with a text form.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// From milliseconds since 1970. A value outside of the years 1 to 9999 becomes [`MIN`](Self::MIN) or
    /// [`MAX`](Self::MAX).
    #[must_use]
    pub fn from_unix_millis(millis: i64) -> Self {
        Self(millis.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// Later by `duration`, at most [`MAX`](Self::MAX).
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_unix_millis(self.0.saturating_add(millis))
    }

    /// Earlier by `duration`, at least [`MIN`](Self::MIN).
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_unix_millis(self.0.saturating_sub(millis))
    }

    /// The duration since `earlier`; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Self::EPOCH.saturating_add(after),
            Err(before) => Self::EPOCH.saturating_sub(before.duration()),
        }
    }
}

/// The text is not a point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidTimestamp;

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a point in time as in 2026-11-22T17:20:42.894Z (RFC 3339, with a time zone)")
    }
}

impl std::error::Error for InvalidTimestamp {}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InvalidTimestamp)?;
        // Both round down, also before 1970.
        Ok(Self::from_unix_millis(time.unix_timestamp() * 1000 + i64::from(time.millisecond())))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The constructors keep the value within the years that `time` can represent, so this conversion succeeds.
        let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .to_offset(UtcOffset::UTC);
        let (year, month, day) = (time.year(), u8::from(time.month()), time.day());
        let (hour, minute, second, milli) = time.to_hms_milli();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text)
    }
}

/// Reads the text where it stands, without a copy.
struct Text;

impl Visitor<'_> for Text {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_ends_have_a_text_form_that_reads_back() {
        for (end, text) in [
            (Timestamp::MIN, "0001-01-01T00:00:00.000Z"),
            (Timestamp::EPOCH, "1970-01-01T00:00:00.000Z"),
            (Timestamp::MAX, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(end.to_string(), text);
            assert_eq!(text.parse(), Ok(end));
        }
        assert_eq!(Timestamp::from_unix_millis(i64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::MAX.saturating_add(Duration::MAX), Timestamp::MAX);
    }

    #[test]
    fn invalid_text_says_how_to_write_a_timestamp() {
        for text in ["", "tomorrow", "2026-11-22", "2026-11-22T17:20:42"] {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text:?}");
        }
    }

    #[test]
    fn a_timestamp_is_read_from_any_text() {
        let read = |text: &str| {
            let value = Value::from(text);
            let of_text: Option<Timestamp> = serde_json::from_str(&value.to_string()).ok();
            assert_eq!(serde_json::from_reader(value.to_string().as_bytes()).ok(), of_text, "{text}");
            assert_eq!(Timestamp::deserialize(&value).ok(), of_text, "{text}");
            assert_eq!(serde_json::from_value(value).ok(), of_text, "{text}");
            of_text.map(Timestamp::unix_millis)
        };
        for (text, millis) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:00.0019Z", 1),
            ("1969-12-31T23:59:59.9999Z", -1),
            ("1969-12-31T23:59:58.500Z", -1500),
            ("1970-01-01T00:30:00.250+01:00", -1_799_750),
            ("1969-12-31t23:00:00-01:00", 0),
            ("2016-12-31T23:59:60Z", 1_483_228_799_999),
            ("0001-01-01T00:00:00Z", Timestamp::MIN.unix_millis()),
            ("0000-12-31T23:59:59Z", Timestamp::MIN.unix_millis()),
            ("9999-12-31T23:59:59.999999-23:59", Timestamp::MAX.unix_millis()),
        ] {
            assert_eq!(read(text), Some(millis), "{text}");
        }
        for text in ["", "now", "1970-01-01", "1970-01-01 00:00:00", "1970-02-30T00:00:00Z", "10000-01-01T00:00:00Z"] {
            assert_eq!(read(text), None, "{text}");
        }
        let escaped = serde_json::from_str::<Timestamp>(r#""1970-01-01T00:00:00Z""#);
        assert_eq!(escaped.unwrap(), Timestamp::EPOCH);
    }

    #[test]
    fn other_values_are_not_a_timestamp() {
        let why = |value: Value| serde_json::from_value::<Timestamp>(value).unwrap_err().to_string();
        assert_eq!(why(Value::from("soon")), InvalidTimestamp.to_string());
        assert_eq!(why(Value::Bool(true)), "invalid type: boolean `true`, expected a string");
        assert_eq!(why(Value::Null), "invalid type: null, expected a string");
        assert_eq!(serde_json::from_value::<Option<Timestamp>>(Value::Null).unwrap(), None);
    }

    #[test]
    fn system_time_before_1970_counts_down() {
        let before = SystemTime::UNIX_EPOCH - Duration::from_millis(1500);
        assert_eq!(Timestamp::from(before).unix_millis(), -1500);
    }
}
