//! Lists that the server takes as one text, with commas between the elements: `roles=admin,user`.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serializer, de, ser};

/// Writes nothing for an empty list where the field says `skip_serializing_if`.
pub(crate) fn serialize<T: Display, S: Serializer>(list: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    let elements: Vec<_> = list.iter().map(T::to_string).collect();
    if let Some(divided) = elements.iter().find(|element| element.contains(',')) {
        return Err(ser::Error::custom(format_args!("{divided:?} has a comma, which divides the list")));
    }
    serializer.serialize_str(&elements.join(","))
}

pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    let elements = text.split(',').filter(|element| !element.is_empty());
    elements.map(str::parse).collect::<Result<_, T::Err>>().map_err(de::Error::custom)
}
