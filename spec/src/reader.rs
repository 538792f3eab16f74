//! Reads requests, for the code that `#[derive(DecodeRequest)]` generates.
//!
//! A method that reads a value fails when the value is missing, repeated or malformed, or when a function of the user
//! that reads it fails.
#![allow(clippy::missing_errors_doc, reason = "the documentation of the file says it for all methods")]

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Display;

use bytes::Bytes;
use http::Request;
use http::header::{CONTENT_TYPE, COOKIE};

use crate::auth::Presented;
use crate::endpoint_info::EndpointInfo;
use crate::flat;
use crate::format::Format;
use crate::header_map;
use crate::idempotency_key::KeyValue;
use crate::json::{self, JsonField};
use crate::multipart::value::FromPartValue;
use crate::multipart::{Boundary, Multipart};
use crate::request::{Place, RequestError, RequestErrorKind};
use crate::response::{Content, without_values};
use crate::secret::{BearerToken, FromSecretText};
use crate::text::{FromTexts, ValueError, read_tree};
use crate::value::{FromHeaderText, FromWire, RawContent};

/// Takes a request apart: one call for each field of the endpoint.
#[derive(Debug)]
pub struct RequestReader<'r> {
    endpoint: &'static EndpointInfo,
    request: &'r Request<Bytes>,
    path: Vec<(&'static str, Cow<'r, str>)>,
    query: Pairs<'r>,
    form: Pairs<'r>,
    json: Vec<(Cow<'r, str>, &'r str)>,
    parts: Multipart,
}

/// The parameters of a query or a form, in their order.
type Pairs<'r> = Vec<(Cow<'r, str>, Cow<'r, str>)>;

impl<'r> RequestReader<'r> {
    /// Checks method, path and the constant parameters of the query.
    ///
    /// # Errors
    ///
    /// When the request belongs to another endpoint.
    pub fn new(endpoint: &'static EndpointInfo, request: &'r Request<Bytes>) -> Result<Self, RequestError> {
        let query = request.uri().query().unwrap_or_default();
        let is_one = *request.method() == endpoint.method && endpoint.is_in_query(query);
        let captures = endpoint.path.captures(request.uri().path()).filter(|_| is_one);
        let path = captures.ok_or(RequestError(RequestErrorKind::OtherEndpoint))?;
        let query = form_urlencoded::parse(query.as_bytes()).collect();
        Ok(Self { endpoint, request, path, query, form: Pairs::new(), json: Vec::new(), parts: Multipart::new() })
    }

    /// A value of the path.
    pub fn path<V: FromWire>(&self, name: &'static str) -> Result<V, RequestError> {
        self.path_with(name, |texts| V::deserialize(texts))
    }

    /// A value of the path that a function reads.
    pub fn path_with<V>(
        &self,
        name: &'static str,
        read: impl FnOnce(FromTexts<'_>) -> Result<V, ValueError>,
    ) -> Result<V, RequestError> {
        let text = self.path.iter().find(|(placeholder, _)| *placeholder == name).map_or("", |(_, text)| text);
        read(FromTexts(&[text.into()])).map_err(|reason| self.refuse_value(Place::Path(name), &reason.0))
    }

    /// A query parameter; if it is absent, the `default` that is given.
    pub fn query<V: FromWire>(&self, name: &'static str, default: Option<fn() -> V>) -> Result<V, RequestError> {
        self.query_with(name, default, |texts| V::deserialize(texts))
    }

    /// A query parameter that a function reads.
    pub fn query_with<V>(
        &self,
        name: &'static str,
        default: Option<fn() -> V>,
        read: impl FnOnce(FromTexts<'_>) -> Result<V, ValueError>,
    ) -> Result<V, RequestError> {
        one(&self.query, name, default, read).map_err(|reason| self.refuse_value(Place::Query(name), &reason))
    }

    /// A value made of the query parameters that are its name with keys in brackets behind it.
    pub fn query_nested<V: FromWire>(&self, name: &'static str, default: Option<fn() -> V>) -> Result<V, RequestError> {
        nested(&self.query, name, default).map_err(|reason| self.refuse_value(Place::Query(name), &reason.0))
    }

    /// A value made of all query parameters except for those named in `but`.
    pub fn query_flattened<V: FromWire>(&mut self, name: &'static str, but: &[&str]) -> Result<V, RequestError> {
        rest(&mut self.query, but).map_err(|reason| self.refuse_value(Place::Query(name), &reason))
    }

    /// A header.
    pub fn header<V: FromHeaderText>(&self, name: &'static str) -> Result<V, RequestError> {
        self.header_with(name, |texts| V::deserialize(texts))
    }

    /// A header that a function reads.
    pub fn header_with<V>(
        &self,
        name: &'static str,
        read: impl FnOnce(FromTexts<'_>) -> Result<V, ValueError>,
    ) -> Result<V, RequestError> {
        let texts = self.header_texts(name);
        read(FromTexts(&texts)).map_err(|reason| self.refuse_value(Place::Header(name), &reason.0))
    }

    /// A header whose value is a secret.
    pub fn secret_header<V: FromSecretText>(&self, name: &'static str) -> Result<V, RequestError> {
        V::from_secret_texts(&self.header_texts(name)).map_err(|reason| self.refuse(Place::Header(name), reason))
    }

    /// The key by which a request is recognised.
    pub fn idempotency_key<V: KeyValue>(&self, name: &'static str) -> Result<V, RequestError> {
        self.header(name).map(V::of)
    }

    /// Checks a header that is the same in all requests of the endpoint: without it, the request belongs to another one.
    pub fn constant_header(&self, name: &'static str, value: &'static str) -> Result<(), RequestError> {
        let is_there = self.request.headers().get_all(name).iter().any(|sent| *sent == *value);
        if is_there { Ok(()) } else { Err(RequestError(RequestErrorKind::OtherEndpoint)) }
    }

    /// A map of the headers whose names begin with `prefix`, except for those that are `taken`.
    pub fn header_map<V: FromWire>(&self, prefix: &'static str, taken: &[&str]) -> Result<V, RequestError> {
        let read = header_map::read(self.request.headers(), prefix, taken);
        read.map_err(|reason| self.refuse_value(Place::Header(prefix), &reason.0))
    }

    /// A cookie.
    pub fn cookie<V: FromHeaderText>(&self, name: &'static str) -> Result<V, RequestError> {
        self.cookie_with(name, |texts| V::deserialize(texts))
    }

    /// A cookie that a function reads.
    pub fn cookie_with<V>(
        &self,
        name: &'static str,
        read: impl FnOnce(FromTexts<'_>) -> Result<V, ValueError>,
    ) -> Result<V, RequestError> {
        let texts = self.cookie_texts(name);
        read(FromTexts(&texts)).map_err(|reason| self.refuse_value(Place::Cookie(name), &reason.0))
    }

    /// A cookie whose value is a secret.
    pub fn secret_cookie<V: FromSecretText>(&self, name: &'static str) -> Result<V, RequestError> {
        let read = V::from_secret_texts(&self.cookie_texts(name));
        read.map_err(|reason| self.refuse(Place::Cookie(name), reason))
    }

    fn cookie_texts(&self, name: &str) -> Vec<Cow<'r, str>> {
        let lines = self.request.headers().get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(|(other, _)| *other == name).map(|(_, text)| Cow::Borrowed(text)).collect()
    }

    fn header_texts(&self, name: &str) -> Vec<Cow<'r, str>> {
        let values = self.request.headers().get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect()
    }

    /// The token of `authorization: Bearer …`.
    pub fn bearer<V: BearerToken>(&self, name: &'static str) -> Result<V, RequestError> {
        match Presented::on(self.request.headers()) {
            Some(Presented::Bearer(token)) => Ok(V::of(token.into())),
            _ => Err(self.refuse(Place::Header(name), "there is no bearer token".to_owned())),
        }
    }

    /// Reads the body as a form; its fields follow.
    pub fn open_form(&mut self) {
        self.form = form_urlencoded::parse(self.request.body()).collect();
    }

    /// A field of the form; if it is absent, the `default` that is given.
    pub fn form_field<V: FromWire>(&self, name: &'static str, default: Option<fn() -> V>) -> Result<V, RequestError> {
        self.form_field_with(name, default, |texts| V::deserialize(texts))
    }

    /// A field of the form that a function reads.
    pub fn form_field_with<V>(
        &self,
        name: &'static str,
        default: Option<fn() -> V>,
        read: impl FnOnce(FromTexts<'_>) -> Result<V, ValueError>,
    ) -> Result<V, RequestError> {
        one(&self.form, name, default, read).map_err(|reason| self.refuse_value(Place::Body(name), &reason))
    }

    /// A value made of the fields of the form that are its name with keys in brackets behind it.
    pub fn form_nested<V: FromWire>(&self, name: &'static str, default: Option<fn() -> V>) -> Result<V, RequestError> {
        nested(&self.form, name, default).map_err(|reason| self.refuse_value(Place::Body(name), &reason.0))
    }

    /// A value made of all fields of the form except for those named in `but`.
    pub fn form_flattened<V: FromWire>(&mut self, name: &'static str, but: &[&str]) -> Result<V, RequestError> {
        rest(&mut self.form, but).map_err(|reason| self.refuse_value(Place::Body(name), &reason))
    }

    /// Reads the body as a JSON object; its fields follow.
    pub fn open_json(&mut self) -> Result<(), RequestError> {
        let text = json::whole(self.request.body());
        let text = text.and_then(|text| text.ok_or_else(|| ValueError("it is empty".to_owned())));
        self.json = text.and_then(json::object).map_err(|error| self.refuse_json("{…}", &error))?;
        json::unique(&self.json).map_err(|error| self.refuse(Place::Body("{…}"), error.0))
    }

    /// A field of the JSON object; if it is absent, the `default` that is given.
    pub fn json_field<V: FromWire>(
        &mut self,
        name: &'static str,
        default: Option<fn() -> V>,
    ) -> Result<V, RequestError> {
        self.json_field_with(name, default, |json| V::deserialize(json))
    }

    /// A field of the JSON object that a function reads.
    pub fn json_field_with<V>(
        &mut self,
        name: &'static str,
        default: Option<fn() -> V>,
        read: impl for<'j> Fn(JsonField<'j>) -> Result<V, ValueError>,
    ) -> Result<V, RequestError> {
        let at = self.json.iter().position(|(field, _)| field == name);
        let text = at.map(|at| self.json.remove(at).1);
        match default {
            Some(default) if text.is_none() => Ok(default()),
            _ => json::present(text, read).map_err(|error| self.refuse_body(name, &error)),
        }
    }

    /// A value made of the fields of the JSON object that were not read yet.
    pub fn json_flattened<V: FromWire>(&mut self, name: &'static str) -> Result<V, RequestError> {
        let refused = vec![Cell::new(false); self.json.len()];
        let fields = self.json.iter().zip(&refused);
        let fields: Vec<_> = fields.map(|((name, text), null)| (name.as_ref(), JsonField::of(text, null))).collect();
        let read = flat::read(&fields, || refused.iter().filter(|refused| refused.get()).count());
        let (value, known) = read.map_err(|error| self.refuse_body(name, &error))?;
        self.json.retain(|(name, _)| !known.contains(&name.as_ref()));
        Ok(value)
    }

    /// The whole JSON body; an empty one reads as `None`.
    pub fn json_body<V: FromWire>(&self, name: &'static str) -> Result<V, RequestError> {
        let value = json::whole(self.request.body()).and_then(|text| json::present(text, |json| V::deserialize(json)));
        value.map_err(|error| self.refuse_json(name, &error))
    }

    /// Reads the body as a form of several parts; the parts follow.
    pub fn open_parts(&mut self) -> Result<(), RequestError> {
        let boundary = self.request.headers().get(CONTENT_TYPE).and_then(Boundary::of_content_type);
        let form = match boundary {
            Some(boundary) => Multipart::read(self.request.body(), &boundary).map_err(|error| error.to_string()),
            None => Err("its type is not `multipart/form-data` with a boundary".to_owned()),
        };
        self.parts = form.map_err(|reason| self.refuse(Place::Content, reason))?;
        Ok(())
    }

    /// A part of the form; if it is absent, the `default` that is given.
    pub fn part<V: FromPartValue<K>, K>(
        &self,
        name: &'static str,
        default: Option<fn() -> V>,
    ) -> Result<V, RequestError> {
        let parts: Vec<_> = self.parts.named(name).collect();
        match default {
            Some(default) if parts.is_empty() => Ok(default()),
            _ => V::from_parts(&parts).map_err(|error| self.refuse_body(name, &error)),
        }
    }

    /// A part of the form that is JSON; if it is absent, the `default` that is given.
    pub fn part_json<V: FromWire>(&self, name: &'static str, default: Option<fn() -> V>) -> Result<V, RequestError> {
        let mut parts = self.parts.named(name);
        let refuse = |reason: &str| self.refuse(Place::Body(name), reason.to_owned());
        let text = match (parts.next(), parts.next()) {
            (None, _) => match default {
                Some(default) => return Ok(default()),
                None => None,
            },
            (Some(part), None) => Some(part.as_text().ok_or_else(|| refuse("it is not text in UTF-8"))?),
            (Some(_), Some(_)) => return Err(refuse("it is given more than once")),
        };
        json::present(text, |json| V::deserialize(json)).map_err(|error| self.refuse_body(name, &error))
    }

    /// The body as it is.
    pub fn raw<V: RawContent>(&self, name: &'static str) -> Result<V, RequestError> {
        V::from_content(self.request.body()).map_err(|reason| self.refuse(Place::Body(name), reason))
    }

    /// The body in a format of the user.
    pub fn format<F: Format, V: FromWire>(&self, name: &'static str) -> Result<V, RequestError> {
        F::read(self.request.body()).map_err(|error| self.refuse_body(name, &error))
    }

    fn refuse_body(&self, name: &'static str, error: &dyn Display) -> RequestError {
        self.refuse_value(Place::Body(name), &error.to_string())
    }

    /// For a whole body: it may be one of another type, such as a form.
    fn refuse_json(&self, name: &'static str, error: &ValueError) -> RequestError {
        let reason = without_values(&error.to_string());
        match Content::of_parts(self.request.headers(), self.request.body()).other_type() {
            Some(other) => {
                let reason = format!("{reason}; the type of the body is {other}, and it is read as JSON");
                self.refuse(Place::Body(name), reason)
            }
            None => self.refuse(Place::Body(name), reason),
        }
    }

    /// For reasons that come from another type or library, which may repeat the value.
    fn refuse_value(&self, place: Place, reason: &str) -> RequestError {
        self.refuse(place, without_values(reason))
    }

    fn refuse(&self, place: Place, reason: String) -> RequestError {
        RequestError(RequestErrorKind::Malformed { endpoint: self.endpoint.name, place, reason })
    }
}

fn one<V>(
    pairs: &Pairs<'_>,
    name: &str,
    default: Option<fn() -> V>,
    read: impl FnOnce(FromTexts<'_>) -> Result<V, ValueError>,
) -> Result<V, String> {
    let texts: Vec<_> = pairs.iter().filter(|(key, _)| key == name).map(|(_, text)| Cow::from(text.as_ref())).collect();
    match default {
        Some(default) if texts.is_empty() => Ok(default()),
        _ => read(FromTexts(&texts)).map_err(|error| error.0),
    }
}

fn nested<V: FromWire>(pairs: &Pairs<'_>, name: &str, default: Option<fn() -> V>) -> Result<V, ValueError> {
    let tree = read_tree(name, pairs.iter().map(|(key, text)| (key.as_ref(), text.as_ref())))?;
    match default {
        Some(default) if tree.is_empty() => Ok(default()),
        _ => V::deserialize(&tree),
    }
}

/// Reads a flattened value, and removes the parameters that it knows: they are not left to the next flattened value.
fn rest<V: FromWire>(pairs: &mut Pairs<'_>, but: &[&str]) -> Result<V, String> {
    let mut fields: BTreeMap<&str, Vec<Cow<'_, str>>> = BTreeMap::new();
    for (key, text) in pairs.iter().filter(|(key, _)| !flat::is_declared(key, but)) {
        fields.entry(key).or_default().push(Cow::from(text.as_ref()));
    }
    let fields: Vec<_> = fields.iter().map(|(key, texts)| (*key, FromTexts(texts))).collect();
    let (value, known) = flat::read(&fields, || 0).map_err(|error| error.0)?;
    pairs.retain(|(key, _)| !known.contains(&key.as_ref()));
    Ok(value)
}
