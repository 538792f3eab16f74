//! Writes values as JSON: without fields that are `None`, and only with finite numbers.

use std::fmt::Display;

use serde::Serialize;
use serde::ser::{
    Error, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant, Serializer,
};

use crate::flat::{FieldOf, Fields};
use crate::text::NOT_FINITE;

/// The serializer that writes a value into a body.
pub(crate) type Body<'s, 'b> = JsonSerializer<'s, &'s mut serde_json::Serializer<&'b mut Vec<u8>>>;

/// Writes a field that an endpoint or a flattened struct declares; writes nothing, not even the name, when it is
/// `None`.
pub(crate) fn field(
    object: &mut Vec<u8>,
    name: &str,
    write: impl FnOnce(Body<'_, '_>) -> Result<(), serde_json::Error>,
) -> Result<(), serde_json::Error> {
    let start = object.len();
    push_name(object, name)?;
    if !value(object, write)? {
        object.truncate(start);
    }
    Ok(())
}

/// Writes a value; returns whether there is one: `false` for `None`.
pub(crate) fn value(
    out: &mut Vec<u8>,
    write: impl FnOnce(Body<'_, '_>) -> Result<(), serde_json::Error>,
) -> Result<bool, serde_json::Error> {
    let (start, mut absent) = (out.len(), false);
    write(JsonSerializer { inner: &mut serde_json::Serializer::new(&mut *out), absent: Some(&mut absent) })?;
    if absent {
        out.truncate(start);
    }
    Ok(!absent)
}

fn push_name(object: &mut Vec<u8>, name: &str) -> Result<(), serde_json::Error> {
    push_comma(object);
    serde_json::to_writer(&mut *object, name)?;
    object.push(b':');
    Ok(())
}

fn push_comma(out: &mut Vec<u8>) {
    if !matches!(out.last(), Some(b'{' | b'[')) {
        out.push(b',');
    }
}

fn push_inside<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<(), serde_json::Error> {
    value.serialize(JsonSerializer::inside(&mut serde_json::Serializer::new(out)))
}

/// The object that is a body, for flattened values.
pub(crate) struct Object<'b>(pub(crate) &'b mut Vec<u8>);

impl<'b> Fields for Object<'b> {
    type Error = serde_json::Error;
    type Opened = Parts<'b>;

    fn field<T: Serialize + ?Sized>(&mut self, of: FieldOf, name: &str, value: &T) -> Result<(), Self::Error> {
        match of {
            FieldOf::Struct => field(self.0, name, |json| value.serialize(json)),
            FieldOf::Map => {
                push_name(self.0, name)?;
                push_inside(self.0, value)
            }
        }
    }

    fn open(self, name: &str, bracket: u8) -> Result<Parts<'b>, Self::Error> {
        push_name(self.0, name)?;
        self.0.push(bracket);
        Ok(Parts(self.0))
    }
}

/// The list or the object under the name of an enum variant.
pub(crate) struct Parts<'b>(&'b mut Vec<u8>);

impl SerializeTupleVariant for Parts<'_> {
    type Ok = ();
    type Error = serde_json::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Self::Error> {
        push_comma(self.0);
        push_inside(self.0, value)
    }

    fn end(self) -> Result<(), Self::Error> {
        self.0.push(b']');
        Ok(())
    }
}

impl SerializeStructVariant for Parts<'_> {
    type Ok = ();
    type Error = serde_json::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Self::Error> {
        push_name(self.0, name)?;
        push_inside(self.0, value)
    }

    fn end(self) -> Result<(), Self::Error> {
        self.0.push(b'}');
        Ok(())
    }
}

/// Writes a value with a serializer of `serde_json`, and refuses the numbers that it would write as `null`.
pub struct JsonSerializer<'a, S> {
    inner: S,
    /// Set when the value is `None`. There is none inside of a value, where serde decides.
    absent: Option<&'a mut bool>,
}

impl<S> JsonSerializer<'_, S> {
    /// For a value inside of another one.
    pub(crate) fn inside(inner: S) -> Self {
        Self { inner, absent: None }
    }
}

/// A value inside of another one.
struct Inside<'v, T: ?Sized>(&'v T);

impl<T: Serialize + ?Sized> Serialize for Inside<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(JsonSerializer::inside(serializer))
    }
}

macro_rules! scalars {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<S::Ok, S::Error> { self.inner.$method(value) }
    )*};
}

macro_rules! opened {
    ($($method:ident($($arg:ident: $type:ty),*) -> $compound:ident;)*) => {$(
        fn $method(self, $($arg: $type),*) -> Result<Self::$compound, S::Error> {
            self.inner.$method($($arg),*).map(Opened)
        }
    )*};
}

impl<S: Serializer> Serializer for JsonSerializer<'_, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Opened<S::SerializeSeq>;
    type SerializeTuple = Opened<S::SerializeTuple>;
    type SerializeTupleStruct = Opened<S::SerializeTupleStruct>;
    type SerializeTupleVariant = Opened<S::SerializeTupleVariant>;
    type SerializeMap = Opened<S::SerializeMap>;
    type SerializeStruct = Opened<S::SerializeStruct>;
    type SerializeStructVariant = Opened<S::SerializeStructVariant>;

    scalars! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_unit_struct: &'static str
    }

    opened! {
        serialize_seq(len: Option<usize>) -> SerializeSeq;
        serialize_tuple(len: usize) -> SerializeTuple;
        serialize_tuple_struct(name: &'static str, len: usize) -> SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, len: usize)
            -> SerializeTupleVariant;
        serialize_map(len: Option<usize>) -> SerializeMap;
        serialize_struct(name: &'static str, len: usize) -> SerializeStruct;
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, len: usize)
            -> SerializeStructVariant;
    }

    fn serialize_f32(self, value: f32) -> Result<S::Ok, S::Error> {
        if value.is_finite() { self.inner.serialize_f32(value) } else { Err(Error::custom(NOT_FINITE)) }
    }

    fn serialize_f64(self, value: f64) -> Result<S::Ok, S::Error> {
        if value.is_finite() { self.inner.serialize_f64(value) } else { Err(Error::custom(NOT_FINITE)) }
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        if let Some(absent) = self.absent {
            *absent = true;
        }
        self.inner.serialize_none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        value.serialize(Self::inside(self.inner))
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit()
    }

    fn serialize_unit_variant(self, name: &'static str, index: u32, variant: &'static str) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit_variant(name, index, variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_newtype_variant(name, index, variant, &Inside(value))
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.collect_str(value)
    }
}

/// A list or an object that was begun.
pub struct Opened<C>(C);

macro_rules! elements {
    ($($trait:ident::$method:ident($($key:ident: $type:ty)?)),*) => {$(
        impl<C: $trait> $trait for Opened<C> {
            type Ok = C::Ok;
            type Error = C::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, $($key: $type,)? value: &T) -> Result<(), C::Error> {
                self.0.$method($($key,)? &Inside(value))
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                self.0.end()
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element(), SerializeTuple::serialize_element(), SerializeTupleStruct::serialize_field(),
    SerializeTupleVariant::serialize_field(), SerializeStruct::serialize_field(key: &'static str),
    SerializeStructVariant::serialize_field(key: &'static str)
}

impl<C: SerializeMap> SerializeMap for Opened<C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<(), C::Error> {
        self.0.serialize_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        self.0.serialize_value(&Inside(value))
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        self.0.end()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::IpAddr;

    use serde_json::{Value, json};

    use super::*;

    #[derive(Serialize)]
    struct Alias<T>(T);

    #[derive(Serialize)]
    #[serde(untagged)]
    enum Either {
        Number(Option<f64>),
        Text(&'static str),
    }

    #[derive(Serialize)]
    enum Shape {
        Unit,
        Newtype(Option<f32>),
        Tuple(u8, Option<f64>),
        Struct { side: Option<f64> },
    }

    fn written<T: Serialize>(value: &T) -> String {
        let mut object = b"{".to_vec();
        field(&mut object, "x", |json| value.serialize(json)).unwrap();
        String::from_utf8(object).unwrap()
    }

    fn error(value: &impl Serialize) -> String {
        field(&mut b"{".to_vec(), "x", |json| value.serialize(json)).unwrap_err().to_string()
    }

    #[test]
    fn a_field_that_is_none_is_removed_with_its_name() {
        assert_eq!(written(&None::<u8>), "{");
        assert_eq!(written(&&Box::new(None::<u8>)), "{");
        assert_eq!(written(&Alias(Alias(None::<u8>))), "{");
        assert_eq!(written(&Either::Number(None)), "{");
        assert_eq!(written(&Some(None::<u8>)), r#"{"x":null"#);
        assert_eq!(written(&Alias(Some(None::<u8>))), r#"{"x":null"#);
        assert_eq!(written(&Some(Alias(None::<u8>))), r#"{"x":null"#);
        assert_eq!(written(&()), r#"{"x":null"#);
        assert_eq!(written(&Value::Null), r#"{"x":null"#);
    }

    #[test]
    fn a_value_inside_of_another_is_as_serde_writes_it() {
        let nested = json!({ "a": null, "b": [0.5, -7, 18_446_744_073_709_551_615_u64, { "c": null }] });
        assert_eq!(written(&nested), format!(r#"{{"x":{nested}"#));
        assert_eq!(written(&(None::<u8>, vec![None::<u8>])), r#"{"x":[null,[null]]"#);
        assert_eq!(written(&BTreeMap::from([(1, None::<u8>)])), r#"{"x":{"1":null}"#);
        let shapes = [Shape::Unit, Shape::Newtype(None), Shape::Tuple(1, None), Shape::Struct { side: None }];
        assert_eq!(written(&shapes), r#"{"x":["Unit",{"Newtype":null},{"Tuple":[1,null]},{"Struct":{"side":null}}]"#);
        let raw = serde_json::value::RawValue::from_string("[1.50]".to_owned()).unwrap();
        assert_eq!(written(&raw), r#"{"x":[1.50]"#);
        assert_eq!(written(&Either::Text("a\"b\n")), r#"{"x":"a\"b\n""#);
        assert_eq!(written(&[IpAddr::from([127, 0, 0, 1])]), r#"{"x":["127.0.0.1"]"#, "as text for people");
    }

    #[test]
    fn numbers_have_the_digits_they_are_written_with() {
        assert_eq!(written(&0.1_f32), r#"{"x":0.1"#);
        assert_eq!(written(&0.1_f64), r#"{"x":0.1"#);
        assert_eq!(written(&i128::MIN), format!(r#"{{"x":{}"#, i128::MIN));
        assert_eq!(written(&[u128::MAX]), format!(r#"{{"x":[{}]"#, u128::MAX));
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused_wherever_it_is() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(error(&number), NOT_FINITE);
            assert_eq!(error(&Some(number)), NOT_FINITE);
            assert_eq!(error(&(1, [number])), NOT_FINITE);
            assert_eq!(error(&BTreeMap::from([("a", Some(Alias(number)))])), NOT_FINITE);
            assert_eq!(error(&Either::Number(Some(number))), NOT_FINITE);
            assert_eq!(error(&Shape::Tuple(1, Some(number))), NOT_FINITE);
            assert_eq!(error(&Shape::Struct { side: Some(number) }), NOT_FINITE);
        }
        assert_eq!(error(&f32::NAN), NOT_FINITE);
        assert_eq!(error(&Shape::Newtype(Some(f32::NAN))), NOT_FINITE);
    }
}
