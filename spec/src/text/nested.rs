//! Nested values as parameters whose keys have brackets: `items[0][price]=5`.

mod read;

use serde::ser::{
    self, Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use crate::text::{JSON_NUMBER, OF_SERDE_JSON, TextPlace, Texts, ValueError, no_text};
use crate::value::TextValue;

pub(crate) use read::read_tree;

/// Writes a value as parameters: one for each scalar in it, with the way to it in brackets behind the name.
///
/// # Errors
///
/// When a part of the value has no text form.
pub fn write_nested<V: TextValue + ?Sized>(value: &V, texts: Texts<'_>) -> Result<(), ValueError> {
    value.serialize(Nested { out: texts.into_place(), way: &mut String::new(), is_element: false })
}

/// Writes a part of a value.
struct Nested<'o, 'w> {
    out: &'o mut dyn TextPlace,
    /// The way from the value to this part: `[0][price]`.
    way: &'w mut String,
    is_element: bool,
}

impl<'o, 'w> Nested<'o, 'w> {
    /// A scalar.
    fn text(self, write: impl FnOnce(Texts<'_>) -> Result<(), ValueError>) -> Result<(), ValueError> {
        write(Texts::new(&mut At { out: self.out, way: self.way }))
    }

    fn open(self) -> Parts<'o, 'w> {
        Parts { start: self.way.len(), out: self.out, way: self.way, count: 0, key: None }
    }

    /// The parts of an enum variant, under its name.
    fn open_variant(self, name: &str) -> Result<Parts<'o, 'w>, ValueError> {
        push_key(self.way, name)?;
        Ok(self.open())
    }
}

/// A key that holds a bracket, or none at all, would be read as another way.
fn push_key(way: &mut String, key: &str) -> Result<(), ValueError> {
    if key.is_empty() || key.contains(['[', ']']) {
        return Err(ValueError::custom("a key in brackets is not empty, and holds no bracket"));
    }
    way.extend(["[", key, "]"]);
    Ok(())
}

/// The place of one scalar.
struct At<'o, 'w> {
    out: &'o mut dyn TextPlace,
    way: &'w str,
}

impl TextPlace for At<'_, '_> {
    fn text(&mut self, text: &str) -> Result<(), ValueError> {
        self.out.nested(self.way, text)
    }
}

/// Writes the parts of a list, a map or a struct.
struct Parts<'o, 'w> {
    out: &'o mut dyn TextPlace,
    way: &'w mut String,
    /// Where the way of a part begins.
    start: usize,
    count: usize,
    /// The key of a map that waits for its value.
    key: Option<String>,
}

impl Parts<'_, '_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        let index = self.count;
        self.count += 1;
        self.part(itoa::Buffer::new().format(index), true, value)
    }

    fn part<T: Serialize + ?Sized>(&mut self, key: &str, is_element: bool, value: &T) -> Result<(), ValueError> {
        push_key(self.way, key)?;
        let written = value.serialize(Nested { out: self.out, way: self.way, is_element });
        self.way.truncate(self.start);
        written
    }
}

macro_rules! scalars {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<(), ValueError> { self.text(|texts| texts.$method(value)) }
    )*};
}

impl<'o, 'w> ser::Serializer for Nested<'o, 'w> {
    type Ok = ();
    type Error = ValueError;
    type SerializeSeq = Parts<'o, 'w>;
    type SerializeTuple = Parts<'o, 'w>;
    type SerializeTupleStruct = Parts<'o, 'w>;
    type SerializeTupleVariant = Parts<'o, 'w>;
    type SerializeMap = Parts<'o, 'w>;
    type SerializeStruct = Parts<'o, 'w>;
    type SerializeStructVariant = Parts<'o, 'w>;

    scalars! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128, serialize_f32: f32, serialize_f64: f64, serialize_char: char, serialize_str: &str,
        serialize_bytes: &[u8]
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<(), ValueError> {
        self.text(|texts| texts.collect_str(value))
    }

    /// Refused in a list, which would have a gap.
    fn serialize_none(self) -> Result<(), ValueError> {
        if self.is_element { no_text("`None` in a list") } else { Ok(()) }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), ValueError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), ValueError> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), ValueError> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), ValueError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), ValueError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), ValueError> {
        self.open().part(variant, false, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'o, 'w>, ValueError> {
        Ok(self.open())
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'o, 'w>, ValueError> {
        Ok(self.open())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'o, 'w>, ValueError> {
        Ok(self.open())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'o, 'w>, ValueError> {
        self.open_variant(variant)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'o, 'w>, ValueError> {
        Ok(self.open())
    }

    /// Numbers and raw values of `serde_json` come as structs with names of their own.
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'o, 'w>, ValueError> {
        if name.starts_with(OF_SERDE_JSON) && name != JSON_NUMBER { no_text("a raw value") } else { Ok(self.open()) }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'o, 'w>, ValueError> {
        self.open_variant(variant)
    }
}

macro_rules! parts {
    ($($trait:ident::$method:ident($($key:ident)?);)*) => {$(
        impl $trait for Parts<'_, '_> {
            type Ok = ();
            type Error = ValueError;

            fn $method<T: Serialize + ?Sized>(&mut self, $($key: &'static str,)? value: &T) -> Result<(), ValueError> {
                parts!(@ self, value $(, $key)?)
            }

            fn end(self) -> Result<(), ValueError> {
                Ok(())
            }
        }
    )*};
    (@ $this:ident, $value:ident) => { $this.element($value) };
    (@ $this:ident, $value:ident, $key:ident) => {
        if $key == JSON_NUMBER {
            $value.serialize(Nested { out: $this.out, way: $this.way, is_element: false })
        } else {
            $this.part($key, false, $value)
        }
    };
}

parts! {
    SerializeSeq::serialize_element();
    SerializeTuple::serialize_element();
    SerializeTupleStruct::serialize_field();
    SerializeTupleVariant::serialize_field();
    SerializeStruct::serialize_field(key);
    SerializeStructVariant::serialize_field(key);
}

impl SerializeMap for Parts<'_, '_> {
    type Ok = ();
    type Error = ValueError;

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<(), ValueError> {
        let mut texts: Vec<String> = Vec::new();
        key.serialize(Texts::new(&mut texts))?;
        self.key = texts.pop().filter(|_| texts.is_empty());
        if self.key.is_some() { Ok(()) } else { Err(ValueError::custom("the key of a map is one text")) }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        let key = self.key.take().ok_or_else(|| ValueError::custom("a map has a value without a key"))?;
        self.part(&key, false, value)
    }

    fn end(self) -> Result<(), ValueError> {
        Ok(())
    }
}
