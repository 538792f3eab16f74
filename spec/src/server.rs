//! Reading requests: what the generated code of `#[derive(DecodeRequest)]` calls.

use std::borrow::Cow;

use bytes::Bytes;
use http::Request;
use secrecy::SecretString;
use serde::de::{self, DeserializeOwned, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::{Map, Value};

use crate::auth::Presented;
use crate::endpoint::EndpointInfo;
use crate::request::{FromHeaderText, FromPathValue, Place, RequestError, RequestErrorKind};
use crate::response::without_values;
use crate::secret::FromSecretText;
use crate::text::from_texts;

/// A value that can be written as JSON or text and read back.
pub trait Wire: Serialize + DeserializeOwned {}

impl<T: Serialize + DeserializeOwned> Wire for T {}

/// Takes a request apart: one call for each field of the endpoint.
#[derive(Debug)]
pub struct RequestReader<'r> {
    endpoint: EndpointInfo,
    request: &'r Request<Bytes>,
    path: Vec<(&'static str, Cow<'r, str>)>,
    query: Vec<(Cow<'r, str>, Cow<'r, str>)>,
    json: Map<String, Value>,
}

impl<'r> RequestReader<'r> {
    /// Starts with method and path.
    ///
    /// # Errors
    ///
    /// When the request belongs to another endpoint.
    pub fn new(endpoint: EndpointInfo, request: &'r Request<Bytes>) -> Result<Self, RequestError> {
        let captures = endpoint.path.captures(request.uri().path()).filter(|_| request.method() == endpoint.method);
        let path = captures.ok_or(RequestError(RequestErrorKind::OtherEndpoint))?;
        let query = request.uri().query().unwrap_or_default();
        let query = form_urlencoded::parse(query.as_bytes()).collect();
        Ok(Self { endpoint, request, path, query, json: Map::new() })
    }

    /// A value of the path.
    ///
    /// # Errors
    ///
    /// When it is not such a value.
    pub fn path<V: FromPathValue>(&self, name: &'static str) -> Result<V, RequestError> {
        let text = self.path.iter().find(|(placeholder, _)| *placeholder == name).map_or("", |(_, text)| text);
        V::from_path_value(text).map_err(|reason| self.refuse(Place::Path(name), reason))
    }

    /// A query parameter.
    ///
    /// # Errors
    ///
    /// When it is missing, repeated, or not such a value.
    pub fn query<V: DeserializeOwned>(&self, name: &'static str) -> Result<V, RequestError> {
        let texts: Vec<_> =
            self.query.iter().filter(|(key, _)| key == name).map(|(_, text)| Cow::from(text.as_ref())).collect();
        from_texts(&texts).map_err(|reason| self.refuse(Place::Query(name), reason))
    }

    /// A query parameter, or `default` when it is absent.
    ///
    /// # Errors
    ///
    /// When it is repeated, or not such a value.
    pub fn query_or<V: DeserializeOwned>(
        &self,
        name: &'static str,
        default: impl FnOnce() -> V,
    ) -> Result<V, RequestError> {
        if self.query.iter().any(|(key, _)| key == name) { self.query(name) } else { Ok(default()) }
    }

    /// A header.
    ///
    /// # Errors
    ///
    /// When it is missing, repeated, or not such a value.
    pub fn header<V: FromHeaderText<K>, K>(&self, name: &'static str) -> Result<V, RequestError> {
        V::from_header_texts(&self.header_texts(name)).map_err(|reason| self.refuse(Place::Header(name), reason))
    }

    /// A header whose value is a secret.
    ///
    /// # Errors
    ///
    /// When it is missing or repeated.
    pub fn secret_header<V: FromSecretText>(&self, name: &'static str) -> Result<V, RequestError> {
        V::from_secret_texts(&self.header_texts(name)).map_err(|reason| self.refuse(Place::Header(name), reason))
    }

    fn header_texts(&self, name: &str) -> Vec<Cow<'r, str>> {
        let values = self.request.headers().get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect()
    }

    /// The token of `authorization: Bearer …`.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn bearer(&self, name: &'static str) -> Result<SecretString, RequestError> {
        match Presented::on(self.request.headers()) {
            Some(Presented::Bearer(token)) => Ok(token.into()),
            _ => Err(self.refuse(Place::Header(name), "there is no bearer token".to_owned())),
        }
    }

    /// Reads the body as a JSON object; its fields follow.
    ///
    /// # Errors
    ///
    /// When it is not one.
    pub fn open_json(&mut self) -> Result<(), RequestError> {
        self.json = serde_json::from_slice(self.request.body())
            .map_err(|error| self.refuse(Place::Body("{…}"), without_values(&error.to_string())))?;
        Ok(())
    }

    /// A field of the JSON object.
    ///
    /// # Errors
    ///
    /// When it is missing or not such a value.
    pub fn json_field<V: DeserializeOwned>(&mut self, name: &'static str) -> Result<V, RequestError> {
        let value = match self.json.remove(name) {
            Some(value) => V::deserialize(value),
            None => V::deserialize(Missing),
        };
        value.map_err(|error| self.refuse(Place::Body(name), without_values(&error.to_string())))
    }

    /// A field of the JSON object, or `default` when it is absent.
    ///
    /// # Errors
    ///
    /// When it is not such a value.
    pub fn json_field_or<V: DeserializeOwned>(
        &mut self,
        name: &'static str,
        default: impl FnOnce() -> V,
    ) -> Result<V, RequestError> {
        if self.json.contains_key(name) { self.json_field(name) } else { Ok(default()) }
    }

    /// The whole JSON body.
    ///
    /// # Errors
    ///
    /// When it is not such a value.
    pub fn json_body<V: DeserializeOwned>(&self, name: &'static str) -> Result<V, RequestError> {
        serde_json::from_slice(self.request.body())
            .map_err(|error| self.refuse(Place::Body(name), without_values(&error.to_string())))
    }

    fn refuse(&self, place: Place, reason: String) -> RequestError {
        RequestError(RequestErrorKind::Malformed { endpoint: self.endpoint.name, place, reason })
    }
}

/// Stands for a field that is not there: `None` for an `Option`, an error for everything else.
struct Missing;

impl<'de> de::Deserializer<'de> for Missing {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom("it is missing"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
