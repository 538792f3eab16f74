//! Reads a flattened value from the fields that other values have left.

use std::cell::Cell;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

use crate::text::{FromTexts, OneText, ValueError};
use crate::value::FromWire;

/// A field that a value is read from.
pub(crate) trait Field<'de>: Deserializer<'de, Error = ValueError> + Copy {
    /// The same field as an entry of a map, where serde decides how `null` reads.
    fn of_a_map(self) -> Self;
}

impl<'de> Field<'de> for FromTexts<'de> {
    fn of_a_map(self) -> Self {
        self
    }
}

/// Reads a value from fields. Returns the names that it knows as well: they are not left to the next flattened value.
///
/// `refusals` counts the fields that turned out not to hold a `null`. Reading uses a visitor up, so the value is read
/// again after a failure that shows one more of them, or that all fields of an `Option` are absent.
pub(crate) fn read<'de, V, D>(
    fields: &'de [(&'de str, D)],
    refusals: impl Fn() -> usize,
) -> Result<(V, &'static [&'static str]), ValueError>
where
    V: FromWire,
    D: Field<'de>,
{
    let (known, absent): (Cell<&[&str]>, _) = (Cell::new(&[]), Cell::new(false));
    loop {
        let before = (refusals(), absent.get());
        match V::deserialize(Left { fields, known: &known, absent: &absent, optional: false }) {
            Ok(value) => return Ok((value, known.get())),
            Err(_) if (refusals(), absent.get()) != before => {}
            Err(error) => return Err(error),
        }
    }
}

/// The fields that are left.
struct Left<'a, 'de, D> {
    fields: &'de [(&'de str, D)],
    known: &'a Cell<&'static [&'static str]>,
    /// Set when the value is an `Option` and all of its fields are absent.
    absent: &'a Cell<bool>,
    optional: bool,
}

impl<'de, D> Left<'_, 'de, D> {
    fn those(&self, names: Option<&'static [&'static str]>) -> Those<'de, D> {
        Those { fields: self.fields.iter(), names, value: None }
    }

    /// The fields that a value knows; an `Option` of a value whose fields are all absent is `None`.
    fn known(&self, names: &'static [&'static str]) -> Result<Those<'de, D>, ValueError> {
        self.known.set(names);
        if self.optional && !self.fields.iter().any(|(name, _)| names.contains(name)) {
            self.absent.set(true);
            return Err(ValueError("none of its fields is there".to_owned()));
        }
        Ok(self.those(Some(names)))
    }
}

impl<'de, D> Deserializer<'de> for Left<'_, 'de, D>
where
    D: Field<'de>,
{
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_map(self.those(None))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        if self.fields.is_empty() || self.absent.get() {
            visitor.visit_none()
        } else {
            visitor.visit_some(Self { optional: true, ..self })
        }
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

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_map(self.known(names)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_enum(MapAccessDeserializer::new(self.known(variants)?))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf seq tuple tuple_struct map
        identifier ignored_any
    }
}

/// The fields one after the other: all of them, or those with these names.
struct Those<'de, D> {
    fields: std::slice::Iter<'de, (&'de str, D)>,
    names: Option<&'static [&'static str]>,
    value: Option<D>,
}

impl<'de, D: Field<'de>> MapAccess<'de> for Those<'de, D> {
    type Error = ValueError;

    /// A struct reads its keys as identifiers, also a struct that flattens and is read as a map.
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        let names = self.names;
        let Some((name, field)) = self.fields.find(|(name, _)| names.is_none_or(|names| names.contains(name))) else {
            return Ok(None);
        };
        let identifier = Cell::new(false);
        let key = seed.deserialize(OneText::key(name, &identifier))?;
        self.value = Some(if identifier.get() { *field } else { field.of_a_map() });
        Ok(Some(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        let field = self.value.take().ok_or_else(|| ValueError("a value is read before its key".to_owned()))?;
        seed.deserialize(field)
    }
}
