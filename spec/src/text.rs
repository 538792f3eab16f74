//! Values as text: how a serde value becomes none, one or several texts, and back.
//!
//! Query strings and headers carry text, not JSON. `None` is no text, a scalar is one, a sequence is one text for each
//! element; anything nested has no text form, and is refused with a reason instead of being guessed at.

use std::borrow::Cow;
use std::fmt::Display;

use serde::de::value::SeqDeserializer;
use serde::de::{self, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde::ser::{self, Impossible, Serialize, SerializeSeq, SerializeTuple, SerializeTupleStruct};

/// The texts that a function writes, or why it writes none.
pub(crate) fn to_texts(write: impl FnOnce(Texts<'_>) -> Result<(), NoText>) -> Result<Vec<String>, String> {
    let mut texts = Vec::new();
    write(Texts { out: &mut texts, nested: false }).map_err(|error| error.0)?;
    Ok(texts)
}

/// A value has no text form, or a text is no such value; and why.
#[derive(Debug)]
pub struct NoText(pub(crate) String);

impl Display for NoText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoText {}

impl ser::Error for NoText {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl de::Error for NoText {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

fn no_text<T>(what: &str) -> Result<T, NoText> {
    Err(NoText(format!("{what} has no text form; use a scalar, a list of scalars, or a field of the body")))
}

/// Writes a value as texts.
#[derive(Debug)]
pub struct Texts<'o> {
    out: &'o mut Vec<String>,
    nested: bool,
}

impl Texts<'_> {
    fn push(self, text: impl Display) {
        self.out.push(text.to_string());
    }

    fn list(self) -> Result<Self, NoText> {
        if self.nested { no_text("a list in a list") } else { Ok(Self { nested: true, ..self }) }
    }
}

macro_rules! scalars {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<(), NoText> {
            self.push(value);
            Ok(())
        }
    )*};
}

impl ser::Serializer for Texts<'_> {
    type Ok = ();
    type Error = NoText;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Impossible<(), NoText>;
    type SerializeMap = Impossible<(), NoText>;
    type SerializeStruct = Impossible<(), NoText>;
    type SerializeStructVariant = Impossible<(), NoText>;

    scalars! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128, serialize_char: char, serialize_str: &str
    }

    fn serialize_f32(self, value: f32) -> Result<(), NoText> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), NoText> {
        if value.is_finite() { self.serialize_str(&value.to_string()) } else { no_text("a number that is not finite") }
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), NoText> {
        no_text("a byte string")
    }

    fn serialize_none(self) -> Result<(), NoText> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NoText> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), NoText> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), NoText> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), NoText> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), NoText> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), NoText> {
        no_text("an enum variant with data")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, NoText> {
        self.list()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, NoText> {
        self.list()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, NoText> {
        self.list()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NoText> {
        no_text("an enum variant with data")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, NoText> {
        no_text("a map")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, NoText> {
        no_text("a struct")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NoText> {
        no_text("an enum variant with data")
    }
}

macro_rules! elements {
    ($($trait:ident::$method:ident),*) => {$(
        impl $trait for Texts<'_> {
            type Ok = ();
            type Error = NoText;

            fn $method<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), NoText> {
                element.serialize(Texts { out: self.out, nested: true })
            }

            fn end(self) -> Result<(), NoText> {
                Ok(())
            }
        }
    )*};
}

elements!(SerializeSeq::serialize_element, SerializeTuple::serialize_element, SerializeTupleStruct::serialize_field);

/// One text of many, as the elements of a list see it.
struct OneText<'t>(&'t str);

impl IntoDeserializer<'_, NoText> for OneText<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident: $visit:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoText> {
            match self.0.parse() {
                Ok(value) => visitor.$visit(value),
                Err(error) => Err(NoText(error.to_string())),
            }
        }
    )*};
}

impl<'de> de::Deserializer<'de> for OneText<'_> {
    type Error = NoText;

    parsed! {
        deserialize_bool: visit_bool, deserialize_i8: visit_i8, deserialize_i16: visit_i16, deserialize_i32: visit_i32,
        deserialize_i64: visit_i64, deserialize_i128: visit_i128, deserialize_u8: visit_u8, deserialize_u16: visit_u16,
        deserialize_u32: visit_u32, deserialize_u64: visit_u64, deserialize_u128: visit_u128,
        deserialize_f32: visit_f32, deserialize_f64: visit_f64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoText> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoText> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, NoText> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NoText> {
        visitor.visit_enum(IntoDeserializer::<NoText>::into_deserializer(self.0))
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// Reads a value from the texts that are there.
#[derive(Debug, Clone, Copy)]
pub struct FromTexts<'t>(pub(crate) &'t [Cow<'t, str>]);

impl<'t> FromTexts<'t> {
    fn one(&self) -> Result<OneText<'t>, NoText> {
        match self.0 {
            [text] => Ok(OneText(text)),
            [] => Err(NoText("it is missing".to_owned())),
            _ => Err(NoText(format!("it is given {} times", self.0.len()))),
        }
    }

    fn list<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, NoText> {
        visitor.visit_seq(SeqDeserializer::new(self.0.iter().map(|text| OneText(text))))
    }
}

macro_rules! of_one {
    ($($method:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoText> { self.one()?.$method(visitor) }
    )*};
}

impl<'de> de::Deserializer<'de> for FromTexts<'_> {
    type Error = NoText;

    of_one! {
        deserialize_any, deserialize_bool, deserialize_i8, deserialize_i16, deserialize_i32, deserialize_i64,
        deserialize_i128, deserialize_u8, deserialize_u16, deserialize_u32, deserialize_u64, deserialize_u128,
        deserialize_f32, deserialize_f64, deserialize_char, deserialize_str, deserialize_string
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoText> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoText> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, NoText> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, NoText> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoText> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, NoText> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, NoText> {
        self.list(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NoText> {
        self.one()?.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! { bytes byte_buf map struct identifier ignored_any }
}

impl IntoDeserializer<'_, NoText> for FromTexts<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Order {
        NewestFirst,
        WithData(u8),
    }

    fn texts<V: Serialize>(value: &V) -> Result<Vec<String>, String> {
        to_texts(|texts| value.serialize(texts))
    }

    fn read_as<V: DeserializeOwned>(texts: &[Cow<'_, str>]) -> Result<V, String> {
        V::deserialize(FromTexts(texts)).map_err(|error| error.0)
    }

    fn round_trip<V: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &V, expected: &[&str]) {
        let written = texts(value).unwrap();
        assert_eq!(written, expected);
        let read: Vec<_> = written.iter().map(Cow::from).collect();
        assert_eq!(&read_as::<V>(&read).unwrap(), value);
    }

    #[test]
    fn scalars_options_and_lists_have_texts() {
        round_trip(&7_u32, &["7"]);
        round_trip(&-0.5_f64, &["-0.5"]);
        round_trip(&true, &["true"]);
        round_trip(&'ä', &["ä"]);
        round_trip(&String::new(), &[""]);
        round_trip(&Order::NewestFirst, &["newest-first"]);
        round_trip(&Some("x".to_owned()), &["x"]);
        round_trip(&None::<String>, &[]);
        round_trip(&vec![1, 2], &["1", "2"]);
        round_trip(&Vec::<u8>::new(), &[]);
        round_trip(&("a".to_owned(), 1), &["a", "1"]);
    }

    #[test]
    fn nested_values_are_refused_with_a_reason() {
        assert!(texts(&vec![vec![1]]).unwrap_err().starts_with("a list in a list has no text form"));
        assert!(texts(&BTreeMap::from([("a", 1)])).unwrap_err().starts_with("a map"));
        assert!(texts(&Order::WithData(1)).unwrap_err().starts_with("an enum variant with data"));
        assert!(texts(&f64::NAN).unwrap_err().starts_with("a number that is not finite"));
    }

    #[test]
    fn texts_that_do_not_fit_say_why() {
        assert_eq!(read_as::<u8>(&[]).unwrap_err(), "it is missing");
        assert_eq!(read_as::<u8>(&["1".into(), "2".into()]).unwrap_err(), "it is given 2 times");
        assert_eq!(read_as::<u8>(&["x".into()]).unwrap_err(), "invalid digit found in string");
        assert!(read_as::<Order>(&["oldest".into()]).unwrap_err().starts_with("unknown variant `oldest`"));
    }
}
