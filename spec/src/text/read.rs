//! Values out of texts.

use std::borrow::Cow;
use std::cell::Cell;

use serde::de::value::SeqDeserializer;
use serde::de::{self, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::text::ValueError;

/// One text: an element of a list, or the key of a map.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OneText<'t> {
    text: &'t str,
    /// Set when the text is read as the name of a field.
    identifier: Option<&'t Cell<bool>>,
}

impl<'t> OneText<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, identifier: None }
    }

    /// A key that sets `identifier` when it is read as the name of a field.
    pub(crate) fn key(text: &'t str, identifier: &'t Cell<bool>) -> Self {
        Self { text, identifier: Some(identifier) }
    }
}

impl IntoDeserializer<'_, ValueError> for OneText<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident: $visit:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            match self.text.parse() {
                Ok(value) => visitor.$visit(value),
                Err(error) => Err(ValueError(error.to_string())),
            }
        }
    )*};
}

impl<'de> de::Deserializer<'de> for OneText<'_> {
    type Error = ValueError;

    parsed! {
        deserialize_bool: visit_bool, deserialize_i8: visit_i8, deserialize_i16: visit_i16, deserialize_i32: visit_i32,
        deserialize_i64: visit_i64, deserialize_i128: visit_i128, deserialize_u8: visit_u8, deserialize_u16: visit_u16,
        deserialize_u32: visit_u32, deserialize_u64: visit_u64, deserialize_u128: visit_u128,
        deserialize_f32: visit_f32, deserialize_f64: visit_f64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_str(self.text)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_enum(IntoDeserializer::<ValueError>::into_deserializer(self.text))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        if let Some(identifier) = self.identifier {
            identifier.set(true);
        }
        visitor.visit_str(self.text)
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct ignored_any
    }
}

/// The text, if there is one. Several are an error.
pub(crate) fn at_most_one<'t>(texts: &'t [Cow<'t, str>]) -> Result<Option<&'t str>, String> {
    match texts {
        [] => Ok(None),
        [text] => Ok(Some(text)),
        _ => Err(format!("it is given {} times", texts.len())),
    }
}

/// Reads a value from its texts.
#[derive(Debug, Clone, Copy)]
pub struct FromTexts<'t>(pub(crate) &'t [Cow<'t, str>]);

impl<'t> FromTexts<'t> {
    fn one(&self) -> Result<OneText<'t>, ValueError> {
        let text = at_most_one(self.0).map_err(ValueError)?;
        text.map(OneText::new).ok_or_else(|| ValueError("it is missing".to_owned()))
    }

    fn list<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_seq(SeqDeserializer::new(self.0.iter().map(|text| OneText::new(text))))
    }
}

macro_rules! of_one {
    ($($method:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> { self.one()?.$method(visitor) }
    )*};
}

impl<'de> de::Deserializer<'de> for FromTexts<'_> {
    type Error = ValueError;

    of_one! {
        deserialize_any, deserialize_bool, deserialize_i8, deserialize_i16, deserialize_i32, deserialize_i64,
        deserialize_i128, deserialize_u8, deserialize_u16, deserialize_u32, deserialize_u64, deserialize_u128,
        deserialize_f32, deserialize_f64, deserialize_char, deserialize_str, deserialize_string
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ValueError> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.list(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.one()?.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! { bytes byte_buf map struct identifier ignored_any }
}

impl IntoDeserializer<'_, ValueError> for FromTexts<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
