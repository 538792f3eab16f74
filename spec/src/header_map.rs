//! Maps of headers: each entry is a header, under a name that begins with that of the field.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::Error as _;
use serde::ser::Impossible;

use crate::flat::{self, FieldOf, Fields, Names};
use crate::text::{FromTexts, TextPlace, Texts, ValueError, no_text};
use crate::value::{FromWire, TextValue};

/// Writes a map or a struct. Names are sent in lower case, and each is used once.
pub(crate) fn write<V: TextValue + ?Sized>(
    value: &V,
    prefix: &str,
    taken: &[&str],
    headers: &mut Vec<(HeaderName, HeaderValue)>,
) -> Result<(), ValueError> {
    let names = Names { declared: &[], flattened: &mut BTreeSet::new() };
    flat::write(value, names, Entries { prefix, taken, used: BTreeSet::new(), headers })
}

/// Reads a map or a struct.
pub(crate) fn read<V: FromWire>(headers: &HeaderMap, prefix: &str, taken: &[&str]) -> Result<V, ValueError> {
    let mut entries: BTreeMap<&str, Vec<Cow<'_, str>>> = BTreeMap::new();
    for (name, value) in headers.iter().filter(|(name, _)| !taken.contains(&name.as_str())) {
        if let Some(key) = name.as_str().strip_prefix(prefix) {
            entries.entry(key).or_default().push(String::from_utf8_lossy(value.as_bytes()));
        }
    }
    let fields: Vec<_> = entries.iter().map(|(key, texts)| (*key, FromTexts(texts))).collect();
    flat::read(&fields, || 0).map(|(value, _)| value)
}

/// The values of one header.
struct Values<'w> {
    header: HeaderName,
    headers: &'w mut Vec<(HeaderName, HeaderValue)>,
}

impl TextPlace for Values<'_> {
    fn text(&mut self, text: &str) -> Result<(), ValueError> {
        let value = HeaderValue::from_str(text);
        let value = value.map_err(|_| ValueError::custom("its value cannot be that of a header"))?;
        self.headers.push((self.header.clone(), value));
        Ok(())
    }
}

struct Entries<'w> {
    prefix: &'w str,
    taken: &'w [&'w str],
    /// The names in lower case: keys that differ in their case are the same header.
    used: BTreeSet<String>,
    headers: &'w mut Vec<(HeaderName, HeaderValue)>,
}

impl Fields for Entries<'_> {
    type Error = ValueError;
    type Opened = Impossible<(), ValueError>;

    fn field<T: Serialize + ?Sized>(&mut self, _: FieldOf, key: &str, value: &T) -> Result<(), ValueError> {
        let name = format!("{}{}", self.prefix, key.to_ascii_lowercase());
        let header = HeaderName::from_bytes(name.as_bytes()).ok().filter(|_| !key.is_empty());
        let header = header.ok_or_else(|| ValueError::custom("it cannot be a part of the name of a header"))?;
        if self.taken.contains(&name.as_str()) {
            return Err(ValueError::custom("the endpoint has this header already"));
        }
        if !self.used.insert(name) {
            return Err(ValueError::custom("another key differs from it in its case only, which headers do not have"));
        }
        value.serialize(Texts::new(&mut Values { header, headers: self.headers }))
    }

    fn open(self, _: &str, _: u8) -> Result<Self::Opened, ValueError> {
        no_text("an enum variant with data")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_of_a_variant_is_one_text_or_refused() {
        #[derive(Serialize)]
        enum Shape {
            Side(u8),
            Corner(u8, u8),
            Box { side: u8 },
        }

        let written = |shape: &Shape| {
            let mut headers = Vec::new();
            write(shape, "x-", &[], &mut headers).map(|()| headers).map_err(|error| error.0)
        };
        let side = (HeaderName::from_static("x-side"), HeaderValue::from_static("7"));
        assert_eq!(written(&Shape::Side(7)), Ok(vec![side]));
        for shape in [Shape::Corner(1, 2), Shape::Box { side: 1 }] {
            assert!(written(&shape).unwrap_err().starts_with("an enum variant with data has no text form"));
        }
    }
}
