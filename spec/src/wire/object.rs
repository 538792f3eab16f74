//! Objects whose fields belong to several structs.
//!
//! `flatten` writes them. It does not read them: it would copy all values, secrets as well, before it reads the first one,
//! and its errors would not name the field.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// Reads an object as `F`, a struct with all of the fields. An array is an error, as with `flatten`: by itself, a derived
/// struct would be read from one.
///
/// `name` is the type in the message about a value of another form.
pub(crate) fn fields<'de, F, D>(name: &'static str, deserializer: D) -> Result<F, D::Error>
where
    F: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_map(Object { name, fields: PhantomData })
}

struct Object<F> {
    name: &'static str,
    fields: PhantomData<F>,
}

impl<'de, F: Deserialize<'de>> Visitor<'de> for Object<F> {
    type Value = F;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<F, A::Error> {
        F::deserialize(MapAccessDeserializer::new(object))
    }
}
