//! A format of the user: the XML of this store, which has elements and texts.

use std::error::Error;

use qelos_client::Format;
use serde::Serialize;
use serde::de::value::{Error as Misfit, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

pub(super) struct Xml;

impl Format for Xml {
    const MEDIA_TYPE: &'static str = "application/xml";

    fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Box<dyn Error + Send + Sync>> {
        let text = std::str::from_utf8(body)?;
        let mut rest = match text.split_once("?>") {
            Some((head, rest)) if head.starts_with("<?xml") => rest.trim_start(),
            _ => text,
        };
        let root = Element::read(&mut rest).ok_or("the elements do not end")?;
        Ok(T::deserialize(Same(vec![root]))?)
    }

    fn write<T: Serialize>(_: &T) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        Err("no request to this store has XML".into())
    }
}

struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Reads one element, and leaves what stands behind it.
    fn read(rest: &mut &str) -> Option<Self> {
        let (tag, behind) = rest.strip_prefix('<')?.split_once('>')?;
        let name = tag.split_whitespace().next()?.to_owned();
        let mut element = Self { name, text: String::new(), children: Vec::new() };
        *rest = behind;
        loop {
            let (text, _) = rest.split_once('<')?;
            element.text += &unescaped(text);
            *rest = &rest[text.len()..];
            match rest.strip_prefix("</") {
                Some(end) => {
                    let (name, behind) = end.split_once('>')?;
                    *rest = behind;
                    return (name == element.name).then_some(element);
                }
                None => element.children.push(Self::read(rest)?),
            }
        }
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The elements of one name below another element: a list of values, or the one value.
struct Same(Vec<Element>);

impl Same {
    fn one(self) -> Result<Element, Misfit> {
        match <[Element; 1]>::try_from(self.0) {
            Ok([element]) => Ok(element),
            Err(_) => Err(Misfit::custom("an element stands there more than once")),
        }
    }

    fn parsed<V: std::str::FromStr>(self) -> Result<V, Misfit> {
        self.one()?.text.trim().parse().map_err(|_| Misfit::custom("an element has a text of another type"))
    }
}

impl IntoDeserializer<'_, Misfit> for Same {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Same {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_string(self.one()?.text)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_bool(self.parsed()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_u32(self.parsed()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_u64(self.parsed()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_seq(SeqDeserializer::new(self.0.into_iter().map(|element| Self(vec![element]))))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let mut fields: Vec<(String, Self)> = Vec::new();
        for child in self.one()?.children {
            match fields.iter_mut().find(|(name, _)| *name == child.name) {
                Some((_, same)) => same.0.push(child),
                None => fields.push((child.name.clone(), Self(vec![child]))),
            }
        }
        visitor.visit_map(MapDeserializer::new(fields.into_iter()))
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct tuple
        tuple_struct map enum identifier ignored_any
    }
}
