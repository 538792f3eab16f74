//! Values as text: a serde value becomes none, one or several texts, and back.
//!
//! Paths, queries, headers, cookies and forms carry text, not JSON. `None` is no text, a scalar is one, a sequence is one
//! text for each element. A nested value has no text form: it is refused with a reason.

mod flag;
mod list;
mod nested;
mod read;

use std::fmt::{self, Display, Write};

use serde::de;
use serde::ser::{self, Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct};

pub use flag::{read_flag, write_flag};
pub use list::{read_list, read_text, write_list, write_text};
pub(crate) use nested::read_tree;
pub use nested::write_nested;
pub(crate) use read::{FromTexts, OneText, at_most_one};

/// The pairs of a query or a form, in the text that holds them.
#[derive(Debug)]
pub(crate) struct Pairs<'o> {
    out: &'o mut String,
    /// Where the first pair begins.
    start: usize,
}

impl<'o> Pairs<'o> {
    pub(crate) fn behind(out: &'o mut String, start: usize) -> Self {
        Self { out, start }
    }

    /// Adds a parameter: one pair for each text that a function writes.
    pub(crate) fn push(
        &mut self,
        name: &str,
        write: impl FnOnce(Texts<'_>) -> Result<(), ValueError>,
    ) -> Result<(), ValueError> {
        write(Texts::new(&mut Parameter { pairs: self, name }))
    }

    /// Begins with parameters that are encoded already.
    pub(crate) fn begin_encoded(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Begins a pair.
    fn open(&mut self, name: &str) -> FormText<'_> {
        if self.out.len() > self.start {
            self.out.push('&');
        }
        let mut out = FormText(self.out);
        out.push(name);
        out.0.push('=');
        out
    }
}

/// The pairs of one name.
struct Parameter<'p, 'o> {
    pairs: &'p mut Pairs<'o>,
    name: &'p str,
}

impl TextPlace for Parameter<'_, '_> {
    fn text(&mut self, text: &str) -> Result<(), ValueError> {
        self.pairs.open(self.name).push(text);
        Ok(())
    }

    fn plain(&mut self, text: &str) -> Result<(), ValueError> {
        self.pairs.open(self.name).0.push_str(text);
        Ok(())
    }

    fn nested(&mut self, way: &str, text: &str) -> Result<(), ValueError> {
        let mut out = self.pairs.open(self.name);
        out.0.pop();
        out.push(way);
        out.0.push('=');
        out.push(text);
        Ok(())
    }

    fn key(&mut self) -> Result<(), ValueError> {
        self.pairs.open(self.name).0.pop();
        Ok(())
    }

    fn list(&mut self, text: &str, separator: char) -> Result<(), ValueError> {
        let mut out = self.pairs.open(self.name);
        // A comma stands in a query as it is.
        for (index, part) in text.split(|c| c == ',' && c == separator).enumerate() {
            out.0.push_str(if index > 0 { "," } else { "" });
            out.push(part);
        }
        Ok(())
    }

    fn display(&mut self, text: &dyn Display) -> Result<(), ValueError> {
        written(write!(self.pairs.open(self.name), "{text}"))
    }
}

/// Writes text into a form, encoded.
struct FormText<'o>(&'o mut String);

impl FormText<'_> {
    fn push(&mut self, text: &str) {
        self.0.extend(form_urlencoded::byte_serialize(text.as_bytes()));
    }
}

impl Write for FormText<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}

/// The reason why a value cannot be written in its place, or cannot be read.
#[derive(Debug)]
pub struct ValueError(pub(crate) String);

impl Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ValueError {}

impl ser::Error for ValueError {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl de::Error for ValueError {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// The reason for a number that no request can hold.
pub(crate) const NOT_FINITE: &str = "a number that is not finite cannot be sent: check it first, or send `None`";

/// The beginning of the names that `serde_json` gives to its own values, which it passes on as structs: raw values, and
/// numbers if a crate of the program turns on `arbitrary_precision`.
pub(crate) const OF_SERDE_JSON: &str = "$serde_json::private::";
pub(crate) const JSON_NUMBER: &str = "$serde_json::private::Number";

pub(crate) fn no_text<T>(what: &str) -> Result<T, ValueError> {
    Err(ValueError(format!("{what} has no text form; use a scalar, a list of scalars, or a field of a JSON body")))
}

fn has_fields<T>(what: &str) -> Result<T, ValueError> {
    Err(ValueError(format!(
        "{what} has no text form; in the query and in forms, mark it `#[serde(flatten)]`, so that each of its fields is a parameter, or `nested`; elsewhere mark it `display` to send its `Display`, or use a field of a JSON body"
    )))
}

/// The place that the texts of a value go to.
pub(crate) trait TextPlace {
    /// Takes a text.
    fn text(&mut self, text: &str) -> Result<(), ValueError>;

    /// Takes a text of letters, digits, `-` and `.`, which no place has to encode: that of a number.
    fn plain(&mut self, text: &str) -> Result<(), ValueError> {
        self.text(text)
    }

    /// Takes a key without a value, which only parameters have.
    fn key(&mut self) -> Result<(), ValueError> {
        self.text("")
    }

    /// Takes a part of a nested value, with the way to it in brackets, which only parameters have.
    fn nested(&mut self, _way: &str, _text: &str) -> Result<(), ValueError> {
        no_text("a nested value")
    }

    /// Takes a list that was made one text. None of its elements holds the separator.
    fn list(&mut self, text: &str, _separator: char) -> Result<(), ValueError> {
        self.text(text)
    }

    /// Takes a text as its `Display` writes it.
    fn display(&mut self, text: &dyn Display) -> Result<(), ValueError> {
        let mut out = String::new();
        written(write!(out, "{text}"))?;
        self.text(&out)
    }
}

/// The outcome of a `Display`.
pub(crate) fn written(outcome: fmt::Result) -> Result<(), ValueError> {
    outcome.map_err(|fmt::Error| ValueError("its `Display` fails".to_owned()))
}

/// Each text in a string of its own.
impl TextPlace for Vec<String> {
    fn text(&mut self, text: &str) -> Result<(), ValueError> {
        self.push(text.to_owned());
        Ok(())
    }
}

/// Writes a value as texts.
pub struct Texts<'o> {
    out: &'o mut dyn TextPlace,
    nested: bool,
}

impl<'o> Texts<'o> {
    pub(crate) fn new(out: &'o mut dyn TextPlace) -> Self {
        Self { out, nested: false }
    }

    /// The place that the texts go to.
    fn into_place(self) -> &'o mut dyn TextPlace {
        self.out
    }

    fn list(self) -> Result<Self, ValueError> {
        if self.nested { no_text("a list in a list") } else { Ok(self) }
    }
}

macro_rules! integers {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<(), ValueError> {
            self.out.plain(itoa::Buffer::new().format(value))
        }
    )*};
}

impl ser::Serializer for Texts<'_> {
    type Ok = ();
    type Error = ValueError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Impossible<(), ValueError>;
    type SerializeMap = Impossible<(), ValueError>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<(), ValueError>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128
    }

    fn serialize_bool(self, value: bool) -> Result<(), ValueError> {
        self.out.plain(if value { "true" } else { "false" })
    }

    fn serialize_char(self, value: char) -> Result<(), ValueError> {
        self.out.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), ValueError> {
        self.out.text(value)
    }

    fn serialize_f32(self, value: f32) -> Result<(), ValueError> {
        if value.is_finite() { self.out.display(&value) } else { Err(ValueError(NOT_FINITE.to_owned())) }
    }

    fn serialize_f64(self, value: f64) -> Result<(), ValueError> {
        if value.is_finite() { self.out.display(&value) } else { Err(ValueError(NOT_FINITE.to_owned())) }
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), ValueError> {
        self.out.display(&format_args!("{value}"))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), ValueError> {
        no_text("a byte string")
    }

    /// Refused in a list: the elements behind it would move up.
    fn serialize_none(self) -> Result<(), ValueError> {
        if self.nested { no_text("`None` in a list") } else { Ok(()) }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), ValueError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), ValueError> {
        if self.nested { no_text("`null` in a list") } else { Ok(()) }
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), ValueError> {
        self.serialize_unit()
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
        _: &'static str,
        _: &T,
    ) -> Result<(), ValueError> {
        no_text("an enum variant with data")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, ValueError> {
        self.list()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, ValueError> {
        self.list()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, ValueError> {
        self.list()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, ValueError> {
        no_text("an enum variant with data")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, ValueError> {
        has_fields("a map")
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self, ValueError> {
        if name == JSON_NUMBER { Ok(self) } else { has_fields("a struct") }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, ValueError> {
        no_text("an enum variant with data")
    }
}

macro_rules! elements {
    ($($trait:ident::$method:ident($($name:ty)?)),*) => {$(
        impl $trait for Texts<'_> {
            type Ok = ();
            type Error = ValueError;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? element: &T) -> Result<(), ValueError> {
                element.serialize(Texts { out: self.out, nested: true })
            }

            fn end(self) -> Result<(), ValueError> {
                Ok(())
            }
        }
    )*};
}

// The one struct is a number of `serde_json`.
elements!(
    SerializeSeq::serialize_element(),
    SerializeTuple::serialize_element(),
    SerializeTupleStruct::serialize_field(),
    SerializeStruct::serialize_field(&'static str)
);

#[cfg(test)]
mod tests;
