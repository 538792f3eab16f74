//! Nested values out of parameters whose keys have brackets.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{self, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::text::{FromTexts, OneText, ValueError};

/// How deep the brackets of a key may be: a key of a stranger cannot use up the stack.
const DEEPEST: usize = 32;

/// The parameters of one name, or those under one key.
#[derive(Debug, Default)]
pub(crate) struct Tree<'t> {
    /// The texts that stand here.
    texts: Vec<Cow<'t, str>>,
    /// What stands under each key, in the order of the parameters.
    parts: Vec<(&'t str, Tree<'t>)>,
    /// Where each key is in them: a request of a stranger may have a hundred thousand keys.
    places: BTreeMap<&'t str, usize>,
}

/// The parameters that belong to a name: its own, and those with brackets behind it.
pub(crate) fn read_tree<'t>(
    name: &str,
    pairs: impl Iterator<Item = (&'t str, &'t str)>,
) -> Result<Tree<'t>, ValueError> {
    let mut tree = Tree::default();
    for (key, text) in pairs {
        if let Some(way) = key.strip_prefix(name).filter(|way| way.is_empty() || way.starts_with('[')) {
            tree.add(way, text, DEEPEST)?;
        }
    }
    Ok(tree)
}

impl<'t> Tree<'t> {
    fn add(&mut self, way: &'t str, text: &'t str, depth: usize) -> Result<(), ValueError> {
        if way.is_empty() {
            self.texts.push(Cow::Borrowed(text));
            return Ok(());
        }
        let (key, rest) = way
            .strip_prefix('[')
            .and_then(|way| way.split_once(']'))
            .filter(|_| depth > 0)
            .ok_or_else(|| ValueError("its key is not a name with keys in brackets behind it".to_owned()))?;
        let next = self.parts.len();
        // `[]` adds an element.
        let at = if key.is_empty() { next } else { *self.places.entry(key).or_insert(next) };
        if at == next {
            self.parts.push((key, Self::default()));
        }
        self.parts[at].1.add(rest, text, depth - 1)
    }

    /// Whether there are no parameters.
    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.parts.is_empty()
    }

    /// The text that stands here alone.
    fn texts(&self) -> Result<FromTexts<'_>, ValueError> {
        if self.parts.is_empty() {
            Ok(FromTexts(&self.texts))
        } else {
            Err(ValueError("it has keys in brackets".to_owned()))
        }
    }

    /// The parts, which have no text beside them.
    fn parts(&self) -> Result<&[(&'t str, Self)], ValueError> {
        if self.texts.is_empty() {
            Ok(&self.parts)
        } else {
            Err(ValueError("it is one text, without keys in brackets".to_owned()))
        }
    }

    /// The elements of a list, in the order of their numbers; those without one follow.
    fn elements(&self) -> Result<Vec<&Self>, ValueError> {
        let mut elements = Vec::new();
        for (key, part) in self.parts()? {
            let number = if key.is_empty() { usize::MAX } else { number(key)? };
            elements.push((number, part));
        }
        elements.sort_by_key(|(number, _)| *number);
        let numbers = elements.iter().map(|(number, _)| *number).enumerate();
        if numbers.into_iter().any(|(expected, number)| number != expected && number != usize::MAX) {
            return Err(ValueError("an element of the list is missing".to_owned()));
        }
        Ok(elements.into_iter().map(|(_, part)| part).collect())
    }

    fn list<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, ValueError> {
        if self.parts.is_empty() {
            return de::Deserializer::deserialize_seq(FromTexts(&self.texts), visitor);
        }
        visitor.visit_seq(SeqDeserializer::new(self.elements()?.into_iter()))
    }

    fn map<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_map(MapDeserializer::new(self.parts()?.iter().map(|(key, part)| (OneText::new(key), part))))
    }
}

/// `0`, `1`, `12`
fn number(key: &str) -> Result<usize, ValueError> {
    let digits = key.bytes().all(|byte| byte.is_ascii_digit());
    key.parse().ok().filter(|_| digits).ok_or_else(|| ValueError("a key of the list is not a number".to_owned()))
}

impl IntoDeserializer<'_, ValueError> for &Tree<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! of_texts {
    ($($method:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> { self.texts()?.$method(visitor) }
    )*};
}

impl<'de> de::Deserializer<'de> for &Tree<'_> {
    type Error = ValueError;

    of_texts! {
        deserialize_bool, deserialize_i8, deserialize_i16, deserialize_i32, deserialize_i64, deserialize_i128,
        deserialize_u8, deserialize_u16, deserialize_u32, deserialize_u64, deserialize_u128, deserialize_f32,
        deserialize_f64, deserialize_char, deserialize_str, deserialize_string, deserialize_unit
    }

    /// A value without a type of its own, as behind `flatten`, is a map where it has keys.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let is_list = |parts: &[(&str, Tree<'_>)]| parts.iter().all(|(key, _)| key.is_empty() || number(key).is_ok());
        match self.parts.as_slice() {
            [] => self.texts()?.deserialize_any(visitor),
            parts if is_list(parts) => self.list(visitor),
            _ => self.map(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        if self.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
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

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.map(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        if self.parts.is_empty() {
            return self.texts()?.deserialize_enum(name, variants, visitor);
        }
        let entries = self.parts()?.iter().map(|(key, part)| (OneText::new(key), part));
        visitor.visit_enum(MapAccessDeserializer::new(MapDeserializer::new(entries)))
    }

    forward_to_deserialize_any! { bytes byte_buf identifier ignored_any }
}
