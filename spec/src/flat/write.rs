//! Writes a flattened value: field by field, in their order, each name once.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::ser::{
    self, Error, Impossible, SerializeMap, SerializeStruct, SerializeStructVariant, SerializeTupleVariant,
};

use crate::text::{OF_SERDE_JSON, Pairs, Texts, ValueError, no_text};

/// The kind of value that a field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldOf {
    /// A struct: the field is absent when it is `None`.
    Struct,
    /// A map: an entry is written also when it is `None`, since it was put into the map.
    Map,
}

/// The place that the fields of flattened values are written to.
pub(crate) trait Fields {
    type Error: Error;
    /// A field that was begun: a list, or an object. [`Impossible`] where there cannot be one.
    type Opened: SerializeTupleVariant<Ok = (), Error = Self::Error>
        + SerializeStructVariant<Ok = (), Error = Self::Error>;

    /// Writes a field.
    fn field<T: Serialize + ?Sized>(&mut self, of: FieldOf, name: &str, value: &T) -> Result<(), Self::Error>;

    /// Begins a field that is a list or an object, depending on the bracket: the data of an enum variant.
    fn open(self, name: &str, bracket: u8) -> Result<Self::Opened, Self::Error>;
}

/// A value that is `None` has no text, and no value is nested.
impl Fields for Pairs<'_> {
    type Error = ValueError;
    type Opened = Impossible<(), ValueError>;

    fn field<T: Serialize + ?Sized>(&mut self, _: FieldOf, name: &str, value: &T) -> Result<(), ValueError> {
        self.push(name, |texts| value.serialize(texts))
    }

    fn open(self, _: &str, _: u8) -> Result<Self::Opened, ValueError> {
        no_text("an enum variant with data")
    }
}

/// The names that are used: those that the endpoint declares, and those of the values that were flattened before.
#[derive(Debug)]
pub(crate) struct Names<'n> {
    pub(crate) declared: &'n [&'n str],
    pub(crate) flattened: &'n mut BTreeSet<String>,
}

/// Whether a name is one of these. One that ends with `[` stands for all that begin with it.
pub(crate) fn is_declared(name: &str, declared: &[&str]) -> bool {
    declared.iter().any(|declared| name == *declared || declared.ends_with('[') && name.starts_with(declared))
}

impl Names<'_> {
    /// Takes a name, which must not be used yet: of two values under one name, a server may read either one, or both.
    fn claim<E: Error>(&mut self, name: &str) -> Result<(), E> {
        if is_declared(name, self.declared) {
            return Err(E::custom(format_args!(
                "it holds `{name}`, and so does the endpoint: give it another name, or set the field of the endpoint"
            )));
        }
        if self.flattened.insert(name.to_owned()) {
            return Ok(());
        }
        Err(E::custom(format_args!("`{name}` is flattened into the request twice: give one of them another name")))
    }
}

/// Writes the fields of a struct or a map; nothing for `None`.
pub(crate) fn write<V, F>(value: &V, names: Names<'_>, fields: F) -> Result<(), F::Error>
where
    V: Serialize + ?Sized,
    F: Fields,
{
    value.serialize(Flattened { names, fields, key: None })
}

/// Takes a struct or a map apart.
struct Flattened<'n, F> {
    names: Names<'n>,
    fields: F,
    /// The key of a map that waits for its value.
    key: Option<(FieldOf, String)>,
}

impl<F: Fields> Flattened<'_, F> {
    fn field<T: Serialize + ?Sized>(&mut self, of: FieldOf, name: &str, value: &T) -> Result<(), F::Error> {
        self.names.claim::<F::Error>(name)?;
        self.fields.field(of, name, value).map_err(|error| F::Error::custom(format_args!("`{name}`: {error}")))
    }

    fn open(mut self, name: &str, bracket: u8) -> Result<F::Opened, F::Error> {
        self.names.claim::<F::Error>(name)?;
        self.fields.open(name, bracket)
    }
}

fn not_flat<T, E: Error>() -> Result<T, E> {
    Err(E::custom("only a struct or a map can be flattened"))
}

macro_rules! not_flat {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, _: $type) -> Result<(), F::Error> { not_flat() }
    )*};
}

impl<F: Fields> ser::Serializer for Flattened<'_, F> {
    type Ok = ();
    type Error = F::Error;
    type SerializeSeq = Impossible<(), F::Error>;
    type SerializeTuple = Impossible<(), F::Error>;
    type SerializeTupleStruct = Impossible<(), F::Error>;
    type SerializeTupleVariant = F::Opened;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = F::Opened;

    not_flat! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128, serialize_f32: f32, serialize_f64: f64, serialize_char: char, serialize_str: &str,
        serialize_bytes: &[u8]
    }

    fn serialize_none(self) -> Result<(), F::Error> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), F::Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), F::Error> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), F::Error> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), F::Error> {
        not_flat()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), F::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), F::Error> {
        self.field(FieldOf::Map, variant, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, F::Error> {
        not_flat()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, F::Error> {
        not_flat()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, F::Error> {
        not_flat()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<F::Opened, F::Error> {
        self.open(variant, b'[')
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, F::Error> {
        Ok(self)
    }

    /// Numbers and raw values of `serde_json` come as structs with names of their own.
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self, F::Error> {
        if name.starts_with(OF_SERDE_JSON) { not_flat() } else { Ok(self) }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<F::Opened, F::Error> {
        self.open(variant, b'{')
    }
}

impl<F: Fields> SerializeStruct for Flattened<'_, F> {
    type Ok = ();
    type Error = F::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), F::Error> {
        self.field(FieldOf::Struct, name, value)
    }

    fn end(self) -> Result<(), F::Error> {
        Ok(())
    }
}

impl<F: Fields> SerializeMap for Flattened<'_, F> {
    type Ok = ();
    type Error = F::Error;

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<(), F::Error> {
        self.key = Some((field_of(key), key_text(key).map_err(F::Error::custom)?));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), F::Error> {
        let (of, name) = self.key.take().ok_or_else(|| F::Error::custom("a map has a value without a key"))?;
        self.field(of, &name, value)
    }

    fn end(self) -> Result<(), F::Error> {
        Ok(())
    }
}

/// A struct that flattens another one comes as a map. Its keys are told by their type: the names of fields are `str`,
/// which has no size, while the keys of a map have one.
fn field_of<K: ?Sized>(_: &K) -> FieldOf {
    if size_of::<&K>() > size_of::<&()>() { FieldOf::Struct } else { FieldOf::Map }
}

/// The key of a map as text.
fn key_text<K: Serialize + ?Sized>(key: &K) -> Result<String, ValueError> {
    let mut texts: Vec<String> = Vec::new();
    key.serialize(Texts::new(&mut texts))?;
    match texts.pop() {
        Some(text) if texts.is_empty() => Ok(text),
        _ => Err(ValueError("the key of a flattened map is one text".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::json::Object;

    #[derive(Serialize)]
    struct Page<M> {
        size: Option<u8>,
        number: f32,
        #[allow(clippy::option_option, reason = "the inner one is `null`")]
        cleared: Option<Option<u8>>,
        #[serde(flatten)]
        more: M,
    }

    #[derive(Serialize)]
    struct Plain {
        zeta: Option<u8>,
        alpha: i128,
    }

    #[derive(Serialize)]
    enum Shape {
        Unit,
        Newtype(Option<u8>),
        Tuple(u8, Option<u8>),
        Struct { side: Option<u8>, name: &'static str },
        Empty {},
    }

    #[derive(Serialize)]
    struct Alias<V>(V);

    fn json<V: Serialize>(values: &[V]) -> Result<String, String> {
        let (mut object, mut flattened) = (b"{\"name\":0".to_vec(), BTreeSet::new());
        for value in values {
            let names = Names { declared: &["name", "absent"], flattened: &mut flattened };
            write(value, names, Object(&mut object)).map_err(|error| error.to_string())?;
        }
        object.push(b'}');
        Ok(String::from_utf8(object).unwrap())
    }

    fn query<V: Serialize>(value: &V) -> Result<String, String> {
        let mut query = String::new();
        let names = Names { declared: &["name"], flattened: &mut BTreeSet::new() };
        write(value, names, Pairs::behind(&mut query, 0)).map(|()| query).map_err(|error| error.0)
    }

    #[test]
    fn fields_keep_their_order_and_their_digits() {
        let plain = Plain { zeta: Some(1), alpha: i128::MIN };
        assert_eq!(json(&[&plain]).unwrap(), format!(r#"{{"name":0,"zeta":1,"alpha":{}}}"#, i128::MIN));
        assert_eq!(json(&[Alias(&plain)]).unwrap(), json(&[&plain]).unwrap(), "another name of the type");
        assert_eq!(query(&plain).unwrap(), format!("zeta=1&alpha={}", i128::MIN));
    }

    #[test]
    fn none_is_absent_in_a_struct_and_null_in_a_map() {
        assert_eq!(json(&[Plain { zeta: None, alpha: 1 }]).unwrap(), r#"{"name":0,"alpha":1}"#);
        let map = BTreeMap::from([("a", None), ("b", Some(1))]);
        assert_eq!(json(&[&map]).unwrap(), r#"{"name":0,"a":null,"b":1}"#);
        assert_eq!(query(&map).unwrap(), "b=1");
        let page = Page { size: None, number: 0.1, cleared: Some(None), more: map };
        assert_eq!(json(&[&page]).unwrap(), r#"{"name":0,"number":0.1,"cleared":null,"a":null,"b":1}"#);
        assert_eq!(query(&page).unwrap(), "number=0.1&b=1");
        assert_eq!(json(&[None::<Plain>]).unwrap(), r#"{"name":0}"#);
        assert_eq!(json(&[()]).unwrap(), r#"{"name":0}"#);
    }

    #[test]
    fn the_data_of_a_variant_is_a_field() {
        let shapes = [Shape::Newtype(None), Shape::Tuple(1, None), Shape::Struct { side: None, name: "a" }];
        assert_eq!(
            json(&shapes).unwrap(),
            r#"{"name":0,"Newtype":null,"Tuple":[1,null],"Struct":{"side":null,"name":"a"}}"#
        );
        for shape in [&shapes[1], &Shape::Empty {}] {
            assert!(query(shape).unwrap_err().starts_with("an enum variant with data has no text form"));
        }
        assert_eq!(query(&Shape::Newtype(Some(1))).unwrap(), "Newtype=1");
        assert_eq!(json(&[Shape::Unit]).unwrap_err(), "only a struct or a map can be flattened");
    }

    #[test]
    fn a_name_that_is_used_is_refused() {
        let map = |name: &str| BTreeMap::from([(name.to_owned(), Some(1))]);
        for name in ["name", "absent"] {
            let error = json(&[map(name)]).unwrap_err();
            assert!(error.starts_with(&format!("it holds `{name}`, and so does the endpoint")), "{error}");
        }
        assert!(query(&map("name")).unwrap_err().contains("`name`"));
        let error = json(&[map("a"), map("a")]).unwrap_err();
        assert!(error.starts_with("`a` is flattened into the request twice"), "{error}");
        let page = Page { size: None, number: 1.0, cleared: None, more: map("size") };
        assert!(json(&[page]).unwrap_err().contains("`size`"), "an absent field has its name, too");
    }

    #[test]
    fn values_that_are_no_fields_are_refused() {
        for error in [json(&["text"]), json(&[7]), json(&[serde_json::Value::from(0.5)])] {
            assert_eq!(error.unwrap_err(), "only a struct or a map can be flattened");
        }
        assert_eq!(json(&[vec![1]]).unwrap_err(), "only a struct or a map can be flattened");
        let error = json(&[BTreeMap::from([("a", f64::NAN)])]).unwrap_err();
        assert!(error.starts_with("`a`: a number that is not finite"), "{error}");
        let error = query(&BTreeMap::from([("a", vec![vec![1]])])).unwrap_err();
        assert!(error.starts_with("`a`: a list in a list has no text form"), "{error}");
        assert!(json(&[BTreeMap::from([((1, 2), 3)])]).unwrap_err().contains("the key of a flattened map"));
    }
}
