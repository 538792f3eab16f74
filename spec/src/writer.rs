//! Writes requests, for the code that `#[derive(Endpoint)]` generates.
//!
//! A method that writes a value fails when the value cannot be written in its place, or when a function of the user
//! that writes it fails: then [`RequestWriter::finish`] returns the error. A flattened value has to be a struct or a map,
//! and its names must not be used yet.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::mem;

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use secrecy::zeroize::Zeroizing;

use crate::auth::WithoutCredential;
use crate::endpoint::Endpoint;
use crate::endpoint_info::EndpointInfo;
use crate::flat::{self, Names};
use crate::format::{Format, FormatValue};
use crate::header_map;
use crate::idempotency_key::KeyValue;
use crate::json::{self, Body};
use crate::multipart::value::PartValue;
use crate::multipart::{Multipart, Part};
use crate::request::{EncodeError, JSON, Place, Request};
use crate::secret::{BearerToken, Collecting, ExposeSecret, SecretString, SecretText, Secrets, revealed};
use crate::template::ROOM_FOR_VALUES;
use crate::text::{Pairs, TextPlace, Texts, ValueError};
use crate::value::{HeaderText, JsonValue, PathValue, RawContent, TextValue};

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
/// The room for a JSON body, in bytes.
const ROOM_FOR_A_BODY: usize = 128;

/// Builds a [`Request`]: one call for each field of the endpoint.
///
/// The names of fields and the order of calls are not checked: the caller is generated code, which has them right.
#[derive(Debug)]
pub struct RequestWriter {
    request: Request,
    /// The first value that could not be written.
    error: Option<EncodeError>,
    /// Where the path ends, and the query begins.
    path_end: usize,
    body: Vec<u8>,
    form: String,
    secrets: Collecting,
    /// The names in the query that come from flattened values.
    flattened_query: BTreeSet<String>,
    /// The names in the body that come from flattened values.
    flattened_body: BTreeSet<String>,
}

impl RequestWriter {
    /// Begins a request of `E` with its path, in which the values are filled in.
    #[must_use]
    pub fn of<E: Endpoint + ?Sized>(values: &[(&'static str, &dyn PathValue)]) -> Self {
        Self::new(EndpointInfo::of::<E>(), values)
    }

    fn new(endpoint: &'static EndpointInfo, values: &[(&'static str, &dyn PathValue)]) -> Self {
        if values.is_empty() {
            return Self::at(endpoint, Cow::Borrowed(endpoint.path.as_str()), None, Collecting::start());
        }
        let secrets = Collecting::start();
        let (name, reason) = match endpoint.path.fill(values) {
            Ok(target) if Collecting::is_empty() => return Self::at(endpoint, target, None, secrets),
            Ok(_) => secret_in_the_path(values),
            Err(error) => error,
        };
        let reason = Collecting::mask(&reason);
        let error = EncodeError { endpoint: endpoint.name, place: Place::Path(name), reason };
        Self::at(endpoint, Cow::default(), Some(error), secrets)
    }

    fn at(
        endpoint: &'static EndpointInfo,
        target: Cow<'static, str>,
        error: Option<EncodeError>,
        collecting: Collecting,
    ) -> Self {
        let path_end = target.len();
        let (content, secrets) = (Bytes::new().into(), Secrets::default());
        let request =
            Request { endpoint, target, content_type: None, fields: Vec::new(), content, form: None, secrets };
        Self {
            request,
            error,
            path_end,
            body: Vec::new(),
            form: String::new(),
            secrets: collecting,
            flattened_query: BTreeSet::new(),
            flattened_body: BTreeSet::new(),
        }
    }

    /// Parameters that are the same in all requests of the endpoint, before all others. The macro has checked the text.
    pub fn constant_query(&mut self, parameters: &'static str) {
        self.query_pairs().begin_encoded(parameters);
    }

    /// A query parameter: absent, once, or repeated, depending on the number of texts in its value.
    pub fn query<V: TextValue + ?Sized>(&mut self, name: &'static str, value: &V) {
        self.query_with(name, |texts| value.serialize(texts));
    }

    /// A query parameter that is masked wherever the request is shown.
    pub fn query_secret<V: SecretText + ?Sized>(&mut self, name: &'static str, value: &V) {
        self.request.secrets.known().query.push(name);
        self.query(name, &revealed(value));
    }

    /// A query parameter that a function writes.
    pub fn query_with(&mut self, name: &'static str, write: impl FnOnce(Texts<'_>) -> Result<(), ValueError>) {
        let written = self.query_pairs().push(name, write);
        self.close_query();
        self.note(Place::Query(name), written);
    }

    /// The fields of a value as query parameters.
    pub fn query_flattened<V: TextValue + ?Sized>(&mut self, name: &'static str, declared: &[&str], value: &V) {
        let mut flattened = mem::take(&mut self.flattened_query);
        let names = Names { declared, flattened: &mut flattened };
        let written = flat::write(value, names, self.query_pairs());
        self.close_query();
        self.flattened_query = flattened;
        self.note(Place::Query(name), written);
    }

    /// Opens a form as the body; the fields follow.
    pub fn open_form(&mut self) {
        self.request.content_type = Some(FORM);
    }

    /// A field of the form: absent, once, or repeated, depending on the number of texts in its value.
    pub fn form_field<V: TextValue + ?Sized>(&mut self, name: &'static str, value: &V) {
        self.form_field_with(name, |texts| value.serialize(texts));
    }

    /// A field of the form that a function writes.
    pub fn form_field_with(&mut self, name: &'static str, write: impl FnOnce(Texts<'_>) -> Result<(), ValueError>) {
        let written = Pairs::behind(&mut self.form, 0).push(name, write);
        self.note(Place::Body(name), written);
    }

    /// A field of the form that is masked wherever the request is shown.
    pub fn form_secret<V: SecretText + ?Sized>(&mut self, name: &'static str, value: &V) {
        self.request.secrets.known().body.push(name);
        self.form_field(name, &revealed(value));
    }

    /// The fields of a value as fields of the form.
    pub fn form_flattened<V: TextValue + ?Sized>(&mut self, name: &'static str, declared: &[&str], value: &V) {
        let names = Names { declared, flattened: &mut self.flattened_body };
        let written = flat::write(value, names, Pairs::behind(&mut self.form, 0));
        self.note(Place::Body(name), written);
    }

    /// Opens a form of several parts as the body; the parts follow.
    pub fn open_parts(&mut self) {
        self.parts();
    }

    /// A part of the form: absent, once, or repeated, depending on the number of texts or files in its value.
    pub fn part<V: PartValue<K> + ?Sized, K>(&mut self, name: &'static str, value: &V) {
        let written = value.add_to(self.parts(), name);
        self.note(Place::Body(name), written);
    }

    /// A part of the form as JSON: absent when it is `None`.
    pub fn part_json<V: JsonValue + ?Sized>(&mut self, name: &'static str, value: &V) {
        let written =
            Part::json_field(name, value).map(|part| part.into_iter().for_each(|part| self.parts().push(part)));
        self.note(Place::Body(name), written);
    }

    /// A part of the form that is masked wherever the request is shown.
    pub fn part_secret<V: SecretText + ?Sized>(&mut self, name: &'static str, value: &V) {
        self.request.secrets.known().body.push(name);
        if let Some(text) = revealed(value) {
            self.parts().push(Part::secret(name, &text.into()));
        }
    }

    fn parts(&mut self) -> &mut Multipart {
        &mut self.request.form.get_or_insert_default().parts
    }

    /// The body as it is.
    pub fn raw<V: RawContent>(&mut self, name: &'static str, content_type: &'static str, value: &V) {
        self.request.content = value.to_content();
        match HeaderValue::from_str(content_type) {
            Ok(content_type) => self.request.content_type = Some(content_type),
            Err(error) => self.fail(Place::Body(name), &error),
        }
    }

    /// The body in a format of the user.
    pub fn format<F: Format, V: FormatValue>(&mut self, name: &'static str, value: &V) {
        match F::write(value).map(|body| (body, HeaderValue::from_str(F::MEDIA_TYPE))) {
            Ok((body, Ok(media_type))) => {
                self.body = body;
                self.request.content_type = Some(media_type);
            }
            Ok((_, Err(error))) => self.fail(Place::Body(name), &error),
            Err(error) => self.fail(Place::Body(name), &error),
        }
    }

    /// A header: absent, once, or repeated, depending on the number of texts in its value.
    pub fn header<V: HeaderText + ?Sized>(&mut self, name: &'static str, value: &V) {
        self.header_with(name, |texts| value.serialize(texts));
    }

    /// A header that a function writes.
    pub fn header_with(&mut self, name: &'static str, write: impl FnOnce(Texts<'_>) -> Result<(), ValueError>) {
        let written = write(Texts::new(&mut Header { writer: self, name }));
        self.note(Place::Header(name), written);
    }

    /// A header whose value is a secret.
    pub fn secret_header<V: SecretText + ?Sized>(&mut self, name: &'static str, value: &V) {
        if let Some(text) = revealed(value) {
            self.push_header(name, text, true);
        }
    }

    /// The key by which the server recognises the request, if there is one.
    pub fn idempotency_key<V: KeyValue>(&mut self, name: &'static str, value: &V) {
        if let Some(key) = value.key() {
            self.push_header(name, key.as_str(), false);
        }
    }

    /// A header that is the same in all requests of the endpoint. The macro has checked both texts.
    pub fn constant_header(&mut self, name: &'static str, value: &'static str) {
        self.request.fields.push((HeaderName::from_static(name), HeaderValue::from_static(value)));
    }

    /// Each entry of a map as a header, under a name that begins with `prefix` and is none of those that are `taken`.
    pub fn header_map<V: TextValue + ?Sized>(&mut self, prefix: &'static str, taken: &[&str], value: &V) {
        let written = header_map::write(value, prefix, taken, &mut self.request.fields);
        self.note(Place::Header(prefix), written);
    }

    /// A cookie, for endpoints without a credential of the client, which may be a cookie itself.
    pub fn cookie<A: WithoutCredential, V: HeaderText + ?Sized>(&mut self, name: &'static str, value: &V) {
        self.cookie_with::<A>(name, |texts| value.serialize(texts));
    }

    /// A cookie that a function writes.
    pub fn cookie_with<A: WithoutCredential>(
        &mut self,
        name: &'static str,
        write: impl FnOnce(Texts<'_>) -> Result<(), ValueError>,
    ) {
        let written = write(Texts::new(&mut Cookie { writer: self, name }));
        self.note(Place::Cookie(name), written);
    }

    /// A cookie whose value is a secret.
    pub fn secret_cookie<A: WithoutCredential, V: SecretText + ?Sized>(&mut self, name: &'static str, value: &V) {
        if let Some(text) = revealed(value) {
            self.push_cookie(name, text, true);
        }
    }

    /// All cookies are one header. A character that separates them, or ends a value, could add another cookie.
    fn push_cookie(&mut self, name: &'static str, text: &str, secret: bool) {
        let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\');
        if !text.bytes().all(fits) {
            self.fail(
                Place::Cookie(name),
                &"a cookie has no spaces, quotes, `,`, `;` and `\\`, and only ASCII: encode it first",
            );
            return;
        }
        let at = self.request.fields.iter().position(|(name, _)| *name == COOKIE);
        let before = at.map(|at| self.request.fields.remove(at).1);
        let secret = secret || before.as_ref().is_some_and(HeaderValue::is_sensitive);
        let before = before.as_ref().and_then(|value| value.to_str().ok()).map(|before| format!("{before}; "));
        let line = Zeroizing::new(format!("{}{name}={text}", Zeroizing::new(before.unwrap_or_default()).as_str()));
        self.push_header(COOKIE.as_str(), &line, secret);
    }

    /// `authorization: Bearer …`, for endpoints that take a token of their own. An empty token is an error.
    pub fn bearer<A: WithoutCredential, V: BearerToken>(&mut self, name: &'static str, token: &V) {
        let token = token.token();
        revealed(token);
        if token.expose_secret().is_empty() {
            self.fail(Place::Header(name), &"it is empty");
        }
        let text = Zeroizing::new(format!("Bearer {}", token.expose_secret()));
        self.push_header(AUTHORIZATION.as_str(), &text, true);
    }

    /// Opens a JSON object as the body; the fields follow.
    pub fn open_json(&mut self) {
        self.body.reserve(ROOM_FOR_A_BODY);
        self.body.push(b'{');
    }

    /// A field of the JSON object: absent when it is `None`.
    pub fn json_field<V: JsonValue + ?Sized>(&mut self, name: &'static str, value: &V) {
        self.json_field_with(name, |json| value.serialize(json));
    }

    /// A field of the JSON object that a function writes: absent when it writes `None`.
    pub fn json_field_with(
        &mut self,
        name: &'static str,
        write: impl FnOnce(Body<'_, '_>) -> Result<(), serde_json::Error>,
    ) {
        let written = json::field(&mut self.body, name, write);
        self.note(Place::Body(name), written);
    }

    /// The fields of a value as fields of the JSON object.
    pub fn json_flattened<V: JsonValue + ?Sized>(&mut self, name: &'static str, declared: &[&str], value: &V) {
        let names = Names { declared, flattened: &mut self.flattened_body };
        let written = flat::write(value, names, json::Object(&mut self.body));
        self.note(Place::Body(name), written);
    }

    /// A field of the JSON object that is masked wherever the request is shown.
    pub fn json_secret<V: SecretText + ?Sized>(&mut self, name: &'static str, value: &V) {
        self.request.secrets.known().body.push(name);
        self.json_field(name, &revealed(value));
    }

    /// One value as the whole JSON body; with `None` there is no body.
    pub fn json_body<V: JsonValue + ?Sized>(&mut self, name: &'static str, value: &V) {
        match json::value(&mut self.body, |json| value.serialize(json)) {
            Ok(true) => self.request.content_type = Some(JSON),
            Ok(false) => {}
            Err(error) => self.fail(Place::Body(name), &error),
        }
    }

    /// Names the media type of the JSON body, if there is one. The macro has checked the text.
    pub fn content_type(&mut self, media_type: &'static str) {
        if let Some(content_type) = &mut self.request.content_type {
            *content_type = HeaderValue::from_static(media_type);
        }
    }

    /// Closes the JSON object.
    pub fn close_json(&mut self) {
        self.body.push(b'}');
        self.request.content_type = Some(JSON);
    }

    /// The request, unless a value could not be written.
    ///
    /// # Errors
    ///
    /// The first error. It is returned here, and not where it occurs, so that an endpoint does not check each of its
    /// fields.
    pub fn finish(mut self) -> Result<Request, EncodeError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let written = self.secrets.finish();
        if !written.is_empty() {
            mark_those_with(&written, &mut self.request.fields);
            self.request.secrets.known().values = written;
        }
        let body: Bytes = if self.form.is_empty() { self.body.into() } else { self.form.into() };
        if !body.is_empty() {
            self.request.content = body.into();
        }
        Ok(self.request)
    }

    /// Opens the query, or goes on with it.
    fn query_pairs(&mut self) -> Pairs<'_> {
        if let Cow::Borrowed(path) = self.request.target {
            let mut target = String::with_capacity(path.len() + ROOM_FOR_VALUES);
            target.push_str(path);
            self.request.target = Cow::Owned(target);
        }
        let target = self.request.target.to_mut();
        if target.len() == self.path_end {
            target.push('?');
        }
        Pairs::behind(target, self.path_end + 1)
    }

    /// Takes the `?` off again when nothing stands behind it.
    fn close_query(&mut self) {
        if self.request.target.len() == self.path_end + 1 {
            self.request.target.to_mut().pop();
        }
    }

    fn push_header(&mut self, name: &'static str, text: &str, secret: bool) {
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(http::Error::from);
        match parsed.and_then(|name| Ok((name, HeaderValue::from_str(text)?))) {
            Ok((name, mut value)) => {
                value.set_sensitive(secret);
                self.request.fields.push((name, value));
            }
            Err(error) => self.fail(Place::Header(name), &error),
        }
    }

    fn note<E: Display>(&mut self, place: Place, written: Result<(), E>) {
        if let Err(error) = written {
            self.fail(place, &error);
        }
    }

    /// Keeps the first error. The secrets in the reason are masked: it may name a key of a map, or repeat a message of a
    /// type of the user.
    #[cold]
    fn fail(&mut self, place: Place, reason: &dyn Display) {
        let endpoint = self.request.endpoint.name;
        self.error.get_or_insert_with(|| EncodeError {
            endpoint,
            place,
            reason: Collecting::mask(&reason.to_string()),
        });
    }
}

/// The first value of a path that writes a secret, and why it is refused.
#[cold]
fn secret_in_the_path(values: &[(&'static str, &dyn PathValue)]) -> (&'static str, String) {
    let is_secret = |value: &dyn PathValue| {
        let writing = Collecting::start();
        // It was written before.
        _ = value.write(Texts::new(&mut Vec::<String>::new()));
        !writing.finish().is_empty()
    };
    let name = values.iter().find(|(_, value)| is_secret(*value)).map_or("", |(name, _)| *name);
    let reason = "a secret in the path ends up in logs and histories: send it in a header or in the body";
    (name, reason.to_owned())
}

/// Marks the headers that hold one of these secrets, so that no library prints them.
#[cold]
fn mark_those_with(secrets: &[SecretString], headers: &mut [(HeaderName, HeaderValue)]) {
    let secrets: Vec<_> = secrets.iter().map(|secret| secret.expose_secret().as_bytes()).collect();
    for (_, value) in headers {
        let holds =
            |secret: &&[u8]| !secret.is_empty() && value.as_bytes().windows(secret.len()).any(|part| part == *secret);
        if secrets.iter().any(holds) {
            value.set_sensitive(true);
        }
    }
}

/// The values of one header.
struct Header<'w> {
    writer: &'w mut RequestWriter,
    name: &'static str,
}

impl TextPlace for Header<'_> {
    fn text(&mut self, text: &str) -> Result<(), ValueError> {
        self.writer.push_header(self.name, text, false);
        Ok(())
    }
}

/// The values of one cookie.
struct Cookie<'w> {
    writer: &'w mut RequestWriter,
    name: &'static str,
}

impl TextPlace for Cookie<'_> {
    fn text(&mut self, text: &str) -> Result<(), ValueError> {
        self.writer.push_cookie(self.name, text, false);
        Ok(())
    }
}
