//! The traits of values in a path, a query, a header or a body.
//!
//! A type of a user may lack one of them, so each has a message of its own that says what is missing.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};

use crate::body::Upload;
use crate::text::{FromTexts, Texts, ValueError, at_most_one};

/// A value that can be in a path: one that serde writes as a scalar.
///
/// Its text must not be empty, nor hold `.` or `..` between separators: see [`PathTemplate`](crate::PathTemplate).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a path value",
    label = "it does not implement `serde::Serialize`",
    note = "derive it: `#[derive(serde::Serialize)]`; it has to come out as a scalar",
    note = "a type that has a `Display` and no `Serialize` is sent where its field is marked `#[endpoint(display)]`"
)]
pub trait PathValue {
    /// Writes the value.
    ///
    /// # Errors
    ///
    /// When the value has no text form.
    fn write(&self, texts: Texts<'_>) -> Result<(), ValueError>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> PathValue for T {
    fn write(&self, texts: Texts<'_>) -> Result<(), ValueError> {
        self.serialize(texts)
    }
}

/// Takes only path values. The compiler reports another type at the type parameter.
pub fn path_value<V: PathValue>(value: &V) -> &dyn PathValue {
    value
}

/// A path value that a function writes.
#[derive(Debug)]
pub struct By<F>(F);

/// Takes only a function that writes a path value.
pub fn by<F: Fn(Texts<'_>) -> Result<(), ValueError>>(write: F) -> By<F> {
    By(write)
}

#[diagnostic::do_not_recommend]
impl<F: Fn(Texts<'_>) -> Result<(), ValueError>> PathValue for By<F> {
    fn write(&self, texts: Texts<'_>) -> Result<(), ValueError> {
        self.0(texts)
    }
}

/// A value that can be a header: one that serde writes as a scalar, as a list of scalars, or not at all.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a header value",
    label = "it does not implement `serde::Serialize`",
    note = "derive it: `#[derive(serde::Serialize)]`; it has to come out as a scalar, a list of scalars, or nothing",
    note = "a type that has a `Display` and no `Serialize` is sent where its field is marked `display`",
    note = "a `SecretString` is sent where its field is marked `#[endpoint(secret)]`"
)]
pub trait HeaderText: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> HeaderText for T {}

/// A value that can be read back out of a header; the inverse of [`HeaderText`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a header",
    label = "it does not implement `serde::Deserialize`, or borrows",
    note = "a header is read as it is written; derive it: `#[derive(serde::Deserialize)]`",
    note = "a type that has a `FromStr` and no `Deserialize` is read where its field is marked `display`"
)]
pub trait FromHeaderText: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> FromHeaderText for T {}

/// A value that is sent as its `Display` writes it: one, none (`Option`), or several (`Vec`).
///
/// `K` only keeps the three apart; it is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as its `Display`",
    label = "it does not implement `Display`",
    note = "`Option<T>` may be absent, and `Vec<T>` is a list, where `T` implements `Display`"
)]
pub trait DisplayText<K> {
    /// Writes the texts.
    ///
    /// # Errors
    ///
    /// When the serializer fails.
    fn write_display<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// One text; see [`DisplayText`].
#[derive(Debug)]
pub struct One;
/// None or one; see [`DisplayText`].
#[derive(Debug)]
pub struct Maybe;
/// Any number; see [`DisplayText`].
#[derive(Debug)]
pub struct Many;

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> DisplayText<One> for T {
    fn write_display<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display> DisplayText<Maybe> for Option<T> {
    fn write_display<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.collect_str(value),
            None => serializer.serialize_none(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display> DisplayText<Many> for Vec<T> {
    fn write_display<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().write_display(serializer)
    }
}

/// An argument that is borrowed.
#[diagnostic::do_not_recommend]
impl<T: Display> DisplayText<Many> for [T] {
    fn write_display<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|value| format!("{value}")))
    }
}

/// Writes a value as its `Display`.
///
/// # Errors
///
/// When the `Display` fails.
pub fn write_display<V: DisplayText<K> + ?Sized, K>(value: &V, texts: Texts<'_>) -> Result<(), ValueError> {
    value.write_display(texts)
}

/// A value that can be read with `FromStr`; the inverse of [`DisplayText`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read with `FromStr`",
    label = "implement `FromStr` for it",
    note = "a field marked `display` is read with `FromStr`, the inverse of the `Display` that writes it"
)]
pub trait FromDisplayText<K>: Sized {
    /// Reads the texts of one name.
    ///
    /// # Errors
    ///
    /// When they are not such a value; the error is the reason.
    fn from_texts(texts: &[Cow<'_, str>]) -> Result<Self, String>;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr<Err: Display>> FromDisplayText<One> for T {
    fn from_texts(texts: &[Cow<'_, str>]) -> Result<Self, String> {
        Option::<T>::from_texts(texts)?.ok_or_else(|| "it is missing".to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromStr<Err: Display>> FromDisplayText<Maybe> for Option<T> {
    fn from_texts(texts: &[Cow<'_, str>]) -> Result<Self, String> {
        at_most_one(texts)?.map(|text| text.parse().map_err(|error: T::Err| error.to_string())).transpose()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromStr<Err: Display>> FromDisplayText<Many> for Vec<T> {
    fn from_texts(texts: &[Cow<'_, str>]) -> Result<Self, String> {
        texts.iter().map(|text| text.parse().map_err(|error: T::Err| error.to_string())).collect()
    }
}

/// Reads a value with `FromStr`.
///
/// # Errors
///
/// When the texts are not such a value.
pub fn read_display<V: FromDisplayText<K>, K>(texts: FromTexts<'_>) -> Result<V, ValueError> {
    V::from_texts(texts.0).map_err(ValueError)
}

/// A value that can be a query parameter or a field of a form: one that serde writes as a scalar, as a list of scalars,
/// or not at all.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a query parameter or a field of a form",
    label = "it does not implement `serde::Serialize`",
    note = "derive it: `#[derive(serde::Serialize)]`; it has to come out as a scalar, a list of scalars, or nothing",
    note = "a struct or a map is marked `#[serde(flatten)]`: each of its fields is a parameter of its own",
    note = "a `SecretString` is sent where its field is marked `#[endpoint(secret)]`, and a `File` where it is marked `#[endpoint(part)]`"
)]
pub trait TextValue: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> TextValue for T {}

/// A value that can be JSON, in a body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a part of a JSON body",
    label = "it does not implement `serde::Serialize`",
    note = "derive it: `#[derive(serde::Serialize)]`",
    note = "a `SecretString` is sent where its field is marked `#[endpoint(secret)]`"
)]
pub trait JsonValue: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> JsonValue for T {}

/// A value that can be read back out of any place.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a request",
    label = "it does not implement `serde::Deserialize`, or borrows",
    note = "`DecodeRequest` reads what `Endpoint` writes; derive it: `#[derive(serde::Deserialize)]`"
)]
pub trait FromWire: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> FromWire for T {}

/// A value that can be read although it was not sent.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default value",
    label = "it does not implement `Default`",
    note = "`DecodeRequest` needs one where a field is skipped or has a `default`: implement `Default`, or name a function, `#[serde(default = \"path::to::function\")]`"
)]
pub trait DefaultValue: Default {}

#[diagnostic::do_not_recommend]
impl<T: Default> DefaultValue for T {}

/// The default value of a type.
#[must_use]
pub fn default_value<V: DefaultValue>() -> V {
    V::default()
}

/// Takes only a function that returns such a value.
pub fn default_by<V>(function: fn() -> V) -> Option<fn() -> V> {
    Some(function)
}

/// An argument that a method borrows and its request owns.
#[diagnostic::on_unimplemented(
    message = "a request owns its values, and a borrowed `{Self}` cannot be cloned into it",
    label = "it does not implement `Clone`",
    note = "derive `Clone` for it, or take the argument by value"
)]
pub trait BorrowedArgument<O> {
    /// The value the request owns.
    fn owned(&self) -> O;
}

#[diagnostic::do_not_recommend]
impl<O, T: ToOwned<Owned = O> + ?Sized> BorrowedArgument<O> for T {
    fn owned(&self) -> O {
        self.to_owned()
    }
}

/// Takes only arguments that a request can own.
pub fn owned<O, T: BorrowedArgument<O> + ?Sized>(argument: &T) -> O {
    argument.owned()
}

/// Texts that a request owns, of an argument that borrows each of them.
#[must_use]
pub fn owned_texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The inverse of [`owned_texts`].
#[must_use]
pub fn borrowed_texts(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// A text that a request owns, of an argument of any type that holds one.
pub fn owned_text(text: &impl AsRef<str>) -> String {
    text.as_ref().to_owned()
}

/// The inverse of [`owned_text`].
#[must_use]
pub fn borrowed_text(text: &str) -> &str {
    text
}

/// A value that a declaration gives for an absent one.
#[diagnostic::on_unimplemented(
    message = "a default of the type `{Self}` cannot stand for an absent `{T}`",
    label = "write a value of the type `{T}`"
)]
pub trait DefaultOf<T> {
    /// The value.
    fn value(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T> DefaultOf<T> for T {
    fn value(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl DefaultOf<String> for &str {
    fn value(self) -> String {
        self.to_owned()
    }
}

#[diagnostic::do_not_recommend]
impl<'v> DefaultOf<Cow<'v, str>> for &'v str {
    fn value(self) -> Cow<'v, str> {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl<'v> DefaultOf<&'v str> for &'v &'v str {
    fn value(self) -> &'v str {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<'v, T, const N: usize> DefaultOf<&'v [T]> for &'v [T; N] {
    fn value(self) -> &'v [T] {
        self
    }
}

/// Returns the default of an `Option<T>`. The compiler points at the value when it is of another type.
pub fn default_of<T, D: DefaultOf<T>>(default: D) -> Option<T> {
    Some(default.value())
}

/// A value, or the default of its declaration if it is absent.
pub fn or_default<'v, T>(value: &'v Option<T>, default: &'v Option<T>) -> &'v Option<T> {
    if value.is_some() { value } else { default }
}

/// A value that holds the status of a response.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the status of a response",
    label = "a status is a `StatusCode` or a `u16`",
    note = "use `http::StatusCode`, or `u16`"
)]
pub trait StatusValue: Sized {
    /// Takes the status of a response.
    fn from_status(status: StatusCode) -> Self;

    /// The status; `None` if the value is none.
    fn to_status(&self) -> Option<StatusCode>;
}

impl StatusValue for StatusCode {
    fn from_status(status: StatusCode) -> Self {
        status
    }

    fn to_status(&self) -> Option<StatusCode> {
        Some(*self)
    }
}

impl StatusValue for u16 {
    fn from_status(status: StatusCode) -> Self {
        status.as_u16()
    }

    fn to_status(&self) -> Option<StatusCode> {
        StatusCode::from_u16(*self).ok()
    }
}

/// A value that can be the whole body of a response, unchanged.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a raw body",
    label = "a raw body is bytes or text",
    note = "use `Vec<u8>`, `String` or `Bytes`; for anything else leave `raw` out, and it is JSON"
)]
pub trait RawBody: Sized {
    /// The bytes.
    fn to_bytes(&self) -> Bytes;

    /// Reads the bytes.
    ///
    /// # Errors
    ///
    /// When they are not such a value; the error is the reason.
    fn from_bytes(bytes: &Bytes) -> Result<Self, String>;
}

/// A value that can be the whole body of a request, unchanged: bytes, text, or content that may be a stream.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a raw body",
    label = "a raw body is bytes or text",
    note = "use `Vec<u8>`, `String` or `Bytes`, or `Upload` for a stream; for anything else leave `raw` out, and it is JSON"
)]
pub trait RawContent: Sized {
    /// The content, to be sent.
    fn to_content(&self) -> Upload;

    /// Takes the bytes that were received.
    ///
    /// # Errors
    ///
    /// When they are not such a value; the error is the reason.
    fn from_content(bytes: &Bytes) -> Result<Self, String>;
}

#[diagnostic::do_not_recommend]
impl<T: RawBody> RawContent for T {
    fn to_content(&self) -> Upload {
        self.to_bytes().into()
    }

    fn from_content(bytes: &Bytes) -> Result<Self, String> {
        Self::from_bytes(bytes)
    }
}

/// A request that was received has its bytes.
#[diagnostic::do_not_recommend]
impl RawContent for Upload {
    fn to_content(&self) -> Upload {
        self.clone()
    }

    fn from_content(bytes: &Bytes) -> Result<Self, String> {
        Ok(bytes.clone().into())
    }
}

impl RawBody for Bytes {
    fn to_bytes(&self) -> Bytes {
        self.clone()
    }

    fn from_bytes(bytes: &Bytes) -> Result<Self, String> {
        Ok(bytes.clone())
    }
}

impl RawBody for Vec<u8> {
    fn to_bytes(&self) -> Bytes {
        Bytes::copy_from_slice(self)
    }

    fn from_bytes(bytes: &Bytes) -> Result<Self, String> {
        Ok(bytes.to_vec())
    }
}

impl RawBody for String {
    fn to_bytes(&self) -> Bytes {
        Bytes::copy_from_slice(self.as_bytes())
    }

    fn from_bytes(bytes: &Bytes) -> Result<Self, String> {
        Self::from_utf8(bytes.to_vec()).map_err(|error| error.utf8_error().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_body_is_its_bytes_and_is_read_back() {
        let bytes = Bytes::from_static(b"7\xff");
        assert_eq!((bytes.to_bytes(), Bytes::from_bytes(&bytes)), (bytes.clone(), Ok(bytes.clone())));
        assert_eq!((bytes.to_vec().to_bytes(), Vec::from_bytes(&bytes)), (bytes.clone(), Ok(bytes.to_vec())));
        let text = "größer".to_owned();
        assert_eq!(String::from_bytes(&text.to_bytes()), Ok(text));
        assert!(String::from_bytes(&bytes).is_err());
    }
}
