//! Reads values out of JSON, each from its own text.
//!
//! Values that `serde_json` buffers, as a `Value` or for an untagged enum, lose digits of numbers or become maps,
//! depending on its features. So a text is taken apart level by level, and `std` reads the numbers.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::value::RawValue;

use crate::flat::Field;
use crate::text::{OF_SERDE_JSON, OneText, ValueError};

/// How many lists and objects may be inside of one another: as many as `serde_json` reads.
const DEPTH: u8 = 127;

/// Reads a value that may be absent. A `null` reads as `Some` if the type inside of the `Option` can be `null`, and
/// else as `None`.
///
/// Only reading tells which of the two it is, and reading uses the visitor up. So the value may be read twice.
pub(crate) fn present<'r, V>(
    text: Option<&'r str>,
    read: impl for<'j> Fn(JsonField<'j>) -> Result<V, ValueError>,
) -> Result<V, ValueError> {
    let refused = Cell::new(false);
    let field = JsonField { text, depth: DEPTH, null: Some(&refused) };
    read(field).or_else(|error| if refused.get() { read(field) } else { Err(error) })
}

/// The text of a whole body; `None` when it is empty.
pub(crate) fn whole(body: &[u8]) -> Result<Option<&str>, ValueError> {
    if body.is_empty() {
        return Ok(None);
    }
    serde_json::from_slice::<&RawValue>(body).map(|value| Some(value.get())).map_err(ValueError::custom)
}

/// The fields of an object, with the texts of their values.
pub(crate) fn object(text: &str) -> Result<Vec<(Cow<'_, str>, &str)>, ValueError> {
    let Object(fields) = serde_json::from_str(text).map_err(ValueError::custom)?;
    Ok(fields)
}

struct Object<'r>(Vec<(Cow<'r, str>, &'r str)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    fields.push((name, value.get()));
                }
                Ok(Object(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// The name of a field, borrowed where nothing in it is escaped.
#[derive(serde::Deserialize)]
struct Name<'r>(#[serde(borrow)] Cow<'r, str>);

/// Fails if a name occurs more than once, and says which one.
pub(crate) fn unique(fields: &[(Cow<'_, str>, &str)]) -> Result<(), ValueError> {
    let mut names = BTreeSet::new();
    match fields.iter().find(|(name, _)| !names.insert(name.as_ref())) {
        Some((name, _)) => Err(ValueError(format!("`{name}` is given more than once"))),
        None => Ok(()),
    }
}

/// Reads a field of a body, or a value inside of one.
#[derive(Debug, Clone, Copy)]
pub struct JsonField<'r> {
    /// The text; `None` when the field is absent.
    text: Option<&'r str>,
    depth: u8,
    /// For a field that an endpoint or a flattened struct declares: set when its `Option` cannot hold `null`.
    null: Option<&'r Cell<bool>>,
}

impl<'r> JsonField<'r> {
    /// A field of an object, for a flattened value.
    pub(crate) fn of(text: &'r str, null: &'r Cell<bool>) -> Self {
        Self { text: Some(text), depth: DEPTH, null: Some(null) }
    }

    fn text(&self) -> Result<&'r str, ValueError> {
        self.text.ok_or_else(|| ValueError("it is missing".to_owned()))
    }

    fn inside(self, text: &'r str) -> Result<Self, ValueError> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| ValueError("it is nested too deeply".to_owned()))?;
        Ok(Self { text: Some(text), depth, null: None })
    }

    /// The digits, if it is a number.
    fn number<T: std::str::FromStr>(&self) -> Option<T> {
        self.text.filter(|text| text.starts_with(|first: char| first == '-' || first.is_ascii_digit()))?.parse().ok()
    }

    fn elements(self, text: &'r str) -> Result<impl Iterator<Item = Self> + use<'r>, ValueError> {
        let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(ValueError::custom)?;
        let inside = self.inside(text)?;
        Ok(elements.into_iter().map(move |element| Self { text: Some(element.get()), ..inside }))
    }

    fn entries(self, text: &'r str) -> Result<impl Iterator<Item = (Key<'r>, Self)> + use<'r>, ValueError> {
        let inside = self.inside(text)?;
        Ok(object(text)?.into_iter().map(move |(name, value)| (Key(name), Self { text: Some(value), ..inside })))
    }

    /// A number whose kind only its text tells.
    ///
    /// `serde_json` reads the numbers that do not fit: with the right feature it keeps all digits.
    fn any_number<V: Visitor<'r>>(self, text: &'r str, visitor: V) -> Result<V::Value, ValueError> {
        if let Some(number) = self.number() {
            return visitor.visit_u64(number);
        }
        match (self.number::<i64>(), self.number::<f64>()) {
            (Some(number), _) if number != 0 => visitor.visit_i64(number),
            (_, Some(number)) if number.is_finite() && is_exact(text, number) => visitor.visit_f64(number),
            _ => serde_json::Deserializer::from_str(text).deserialize_any(visitor).map_err(ValueError::custom),
        }
    }
}

/// Whether a float stands for this number and for no other of as many digits.
fn is_exact(text: &str, number: f64) -> bool {
    let digits = text.bytes().take_while(|byte| !byte.eq_ignore_ascii_case(&b'e')).filter(u8::is_ascii_digit);
    digits.skip_while(|digit| *digit == b'0').count() <= 15
        || serde_json::to_string(&number).is_ok_and(|written| significant(&written) == significant(text))
}

/// The digits of a number, without its exponent: programs write one number in several ways.
fn significant(text: &str) -> String {
    let digits = text.chars().take_while(|c| !c.eq_ignore_ascii_case(&'e')).filter(char::is_ascii_digit);
    digits.collect::<String>().trim_matches('0').to_owned()
}

/// The key of an object, which is read as a text of a query is: also as a number.
struct Key<'r>(Cow<'r, str>);

impl<'r> IntoDeserializer<'r, ValueError> for Key<'r> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! of_text {
    ($($method:ident($($arg:ident: $type:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($arg: $type,)* visitor: V) -> Result<V::Value, ValueError> {
            OneText::new(&self.0).$method($($arg,)* visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = ValueError;

    of_text! {
        deserialize_bool(); deserialize_i8(); deserialize_i16(); deserialize_i32(); deserialize_i64();
        deserialize_i128(); deserialize_u8(); deserialize_u16(); deserialize_u32(); deserialize_u64();
        deserialize_u128(); deserialize_f32(); deserialize_f64(); deserialize_option();
        deserialize_newtype_struct(name: &'static str);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

macro_rules! numbers {
    ($($method:ident: $visit:ident $(if $fits:path)?),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            match self.number() {
                $(Some(number) if !$fits(number) => Err(ValueError("the number is too large".to_owned())),)?
                Some(number) => visitor.$visit(number),
                None => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for JsonField<'de> {
    type Error = ValueError;

    // The smaller types are read as any number is.
    numbers! {
        deserialize_i128: visit_i128, deserialize_u128: visit_u128,
        deserialize_f32: visit_f32 if f32::is_finite, deserialize_f64: visit_f64 if f64::is_finite
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let text = self.text()?;
        match text.as_bytes().first() {
            // Not by `serde_json`, which would add a position in this text to the reason of the type.
            Some(b'"') if !text.contains('\\') => visitor.visit_borrowed_str(text.trim_matches('"')),
            Some(b'"') => visitor.visit_string(serde_json::from_str(text).map_err(ValueError::custom)?),
            Some(b'[') => SeqDeserializer::new(self.elements(text)?).deserialize_any(visitor),
            Some(b'{') => MapDeserializer::new(self.entries(text)?).deserialize_any(visitor),
            Some(b'-' | b'0'..=b'9') => self.any_number(text, visitor),
            _ => serde_json::Deserializer::from_str(text).deserialize_any(visitor).map_err(ValueError::custom),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let inner = Self { null: None, ..self };
        match (self.text, self.null) {
            (None, _) | (Some("null"), None) => visitor.visit_none(),
            (Some("null"), Some(refused)) if refused.get() => visitor.visit_none(),
            (Some("null"), Some(refused)) => visitor.visit_some(inner).inspect_err(|_| refused.set(true)),
            _ => visitor.visit_some(inner),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        match self.text {
            // Only `serde_json` can make one of its raw values.
            Some(text) if name.starts_with(OF_SERDE_JSON) => {
                let mut json = serde_json::Deserializer::from_str(text);
                json.deserialize_newtype_struct(name, visitor).map_err(ValueError::custom)
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let text = self.text()?;
        if !text.starts_with('{') {
            let name: Cow<'_, str> = Deserialize::deserialize(self)?;
            return visitor.visit_enum(IntoDeserializer::<ValueError>::into_deserializer(name));
        }
        let mut entries = self.entries(text)?;
        match (entries.next(), entries.next()) {
            (Some(one), None) => {
                visitor.visit_enum(MapAccessDeserializer::new(MapDeserializer::new(std::iter::once(one))))
            }
            _ => Err(ValueError("an enum variant with data is an object with one field".to_owned())),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier
    }
}

impl<'de> Field<'de> for JsonField<'de> {
    fn of_a_map(self) -> Self {
        Self { null: None, ..self }
    }
}

impl<'de> IntoDeserializer<'de, ValueError> for JsonField<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::de::DeserializeOwned;
    use serde_json::Value;

    use super::*;

    fn read<V: DeserializeOwned>(text: &str) -> Result<V, String> {
        let text = whole(text.as_bytes()).map_err(|error| error.0)?;
        present(text, |json| V::deserialize(json)).map_err(|error| error.0)
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Alias<T>(T);

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(untagged)]
    enum Either {
        Whole(u64),
        Number(f64),
        Text(String),
        List(Vec<Either>),
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    enum Shape {
        Unit,
        Newtype(f32),
        Tuple(u8, Option<u8>),
        Struct { side: i8 },
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Outer {
        #[serde(flatten)]
        inner: BTreeMap<String, f64>,
    }

    #[test]
    fn null_is_some_where_the_type_can_hold_it_and_else_none() {
        assert_eq!(read("null"), Ok(None::<u8>));
        assert_eq!(read("null"), Ok(Some(None::<u8>)));
        assert_eq!(read("null"), Ok(Some(())));
        assert_eq!(read("null"), Ok(Some(Value::Null)));
        assert_eq!(read("null"), Ok(Alias(Some(None::<String>))));
        assert_eq!(read("7"), Ok(Some(Some(7_u8))));
        assert_eq!(read(""), Ok(None::<Value>));
        assert_eq!(read(""), Ok(Alias(None::<Option<u8>>)));
        assert_eq!(read("[null]"), Ok(vec![None::<Option<u8>>]), "serde decides inside of a value");
        assert_eq!(read::<u8>("").unwrap_err(), "it is missing");
        assert_eq!(read::<Value>("").unwrap_err(), "it is missing");
    }

    #[test]
    fn numbers_are_read_from_their_digits() {
        assert_eq!(read("0.1"), Ok(0.1_f32));
        assert_eq!(read("1.7976931348623157e308"), Ok(f64::MAX));
        assert_eq!(read::<f64>("-0").map(f64::to_bits), Ok((-0.0_f64).to_bits()));
        assert_eq!(read("9007199254740993.0"), Ok(9_007_199_254_740_992.0_f64));
        assert_eq!(read(&u128::MAX.to_string()), Ok(u128::MAX));
        assert_eq!(read(&format!("[{}]", i128::MIN)), Ok(vec![i128::MIN]));
        assert_eq!(read("[18446744073709551615,-9223372036854775808]"), Ok((u64::MAX, i64::MIN)));
        assert_eq!(read::<f64>("1e999").unwrap_err(), "the number is too large");
        assert_eq!(read::<f32>("1e39").unwrap_err(), "the number is too large");
        assert!(read::<u8>("256").is_err() && read::<u128>("-1").is_err() && read::<i128>("1.5").is_err());
        let any_zero = read::<Either>("-0");
        assert!(matches!(any_zero, Ok(Either::Number(zero)) if zero.is_sign_negative()), "{any_zero:?}");
        assert_eq!(read::<Value>("[7,-7,0.5,100.0]"), Ok(serde_json::json!([7, -7, 0.5, 100.0])));
    }

    #[test]
    fn a_number_that_is_no_float_is_a_value_as_serde_json_reads_it() {
        for text in ["2.71828182845904523536", "-0.12345678901234567890123456789", "9007199254740993.0", "1e999"] {
            // Its features decide whether it rounds a number, keeps all digits, or refuses one that is too large.
            let expected = serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("0.30000000000000004"), Ok(Value::from(0.1 + 0.2)), "all digits of a float");
    }

    #[test]
    fn a_text_without_escapes_can_be_borrowed() {
        let borrowed = |text| present(Some(text), |json| <&str>::deserialize(json).map(str::to_owned));
        assert_eq!(borrowed(r#""größer""#).unwrap(), "größer");
        assert_eq!(borrowed(r#""""#).unwrap(), "");
        assert!(borrowed(r#""a\n""#).is_err());
    }

    #[test]
    fn the_reason_of_a_type_has_no_position_in_the_field() {
        for text in [r#""a""#, r#""a\n""#] {
            let value: String = serde_json::from_str(text).unwrap();
            assert_eq!(read::<u8>(text).unwrap_err(), format!("invalid type: string {value:?}, expected u8"));
        }
    }

    #[test]
    fn null_is_none_for_an_entry_of_a_flattened_map() {
        let fields = object(r#"{"a":null,"b":7}"#).unwrap();
        let refused = [Cell::new(false), Cell::new(false)];
        let fields = fields.iter().zip(&refused);
        let fields: Vec<_> = fields.map(|((name, text), null)| (name.as_ref(), JsonField::of(text, null))).collect();
        let (map, _): (BTreeMap<String, Option<Value>>, _) = crate::flat::read(&fields, || 0).unwrap();
        assert_eq!(map, BTreeMap::from([("a".to_owned(), None), ("b".to_owned(), Some(7.into()))]));
    }

    #[test]
    fn numbers_survive_the_buffers_of_serde() {
        let list = vec![Either::Whole(7), Either::Number(0.5), Either::Number(1e30), Either::Text("a\n".to_owned())];
        assert_eq!(read(r#"[7,0.5,1e30,"a\n"]"#), Ok(Either::List(list)));
        assert_eq!(read(r#"{"a":0.1}"#), Ok(Outer { inner: BTreeMap::from([("a".to_owned(), 0.1)]) }));
    }

    #[test]
    fn objects_are_maps_structs_and_variants() {
        assert_eq!(read(r#"{"1":"a","2":"b"}"#), Ok(BTreeMap::from([(1, "a".to_owned()), (2, "b".to_owned())])));
        assert_eq!(read(r#"{"a\"b":true}"#), Ok(BTreeMap::from([("a\"b".to_owned(), true)])));
        let shapes = vec![Shape::Unit, Shape::Newtype(0.1), Shape::Tuple(1, None), Shape::Struct { side: -1 }];
        assert_eq!(read(r#"["Unit",{"Newtype":0.1},{"Tuple":[1,null]},{"Struct":{"side":-1,"x":[]}}]"#), Ok(shapes));
        assert!(read::<Shape>(r#"{"Unit":null,"Newtype":1}"#).is_err());
        assert!(read::<Box<RawValue>>(" [1.50 ] ").is_ok_and(|raw| raw.get() == "[1.50 ]"));
        assert!(unique(&object(r#"{"a":1,"b":2,"a":3}"#).unwrap()).unwrap_err().0.contains("`a`"));
    }

    #[test]
    fn a_text_that_is_not_json_is_an_error() {
        for text in ["{", "[1,]", "nul", "01", "1.", "\"\\ud800\"", "\"a\nb\"", "1 2", "\u{feff}1"] {
            assert!(read::<Value>(text).is_err(), "{text:?}");
        }
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read::<Value>(&deep(127)).is_ok());
        assert_eq!(read::<Value>(&deep(128)).unwrap_err(), "it is nested too deeply");
    }
}
