//! Writes responses, for the code that `#[derive(Response)]` generates.
//!
//! A method that writes a value fails when the value cannot be written in its place, or when a function of the user
//! that writes it fails: then [`ResponseWriter::finish`] returns the error.

use std::collections::BTreeSet;
use std::fmt::Display;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response as HttpResponse, StatusCode};

use crate::api_error::ApiError;
use crate::flat::{self, Names};
use crate::format::{Format, FormatValue};
use crate::json::{self, Body};
use crate::request::{EncodeError, Place};
use crate::statuses::Statuses;
use crate::text::{TextPlace, Texts, ValueError};
use crate::typed_response::JSON;
use crate::value::{HeaderText, JsonValue, RawBody, StatusValue};

/// Builds a response: one call for each field of the type.
#[derive(Debug)]
pub struct ResponseWriter {
    response: HttpResponse<Bytes>,
    /// The first value that could not be written.
    error: Option<EncodeError>,
    name: &'static str,
    body: Vec<u8>,
    /// The names in the body that come from flattened values.
    flattened: BTreeSet<String>,
}

impl ResponseWriter {
    /// Begins a response with its status.
    #[must_use]
    pub fn new(name: &'static str, status: u16) -> Self {
        let mut response = HttpResponse::new(Bytes::new());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
        Self { response, error: None, name, body: Vec::new(), flattened: BTreeSet::new() }
    }

    /// The status, if it is one of those that are read back as the same variant.
    pub fn status<V: StatusValue>(&mut self, statuses: Statuses, value: &V) {
        self.set_status(statuses, value.to_status());
    }

    fn set_status(&mut self, statuses: Statuses, status: Option<StatusCode>) {
        match status.filter(|status| statuses.contains(*status)) {
            Some(status) => *self.response.status_mut() = status,
            None => self.fail(Place::Response, &format!("its status is not one of its own, which are {statuses}")),
        }
    }

    /// A header: absent, once, or repeated, depending on the number of texts in its value. It is read as UTF-8, and is
    /// written so.
    pub fn header<V: HeaderText>(&mut self, name: &'static str, value: &V) {
        self.header_with(name, |texts| value.serialize(texts));
    }

    /// A header that a function writes.
    pub fn header_with(&mut self, name: &'static str, write: impl FnOnce(Texts<'_>) -> Result<(), ValueError>) {
        if let Err(error) = write(Texts::new(&mut Header { writer: self, name })) {
            self.fail(Place::Header(name), &error);
        }
    }

    /// One value as the whole body, as JSON.
    pub fn body<V: JsonValue>(&mut self, name: &'static str, value: &V) {
        match serde_json::to_writer(&mut self.body, value) {
            Ok(()) => self.set_type(JSON),
            Err(error) => self.fail(Place::Body(name), &error),
        }
    }

    /// The body as it is.
    pub fn raw<V: RawBody>(&mut self, name: &'static str, media_type: Option<&'static str>, value: &V) {
        self.body = value.to_bytes().into();
        match HeaderValue::from_str(media_type.unwrap_or("application/octet-stream")) {
            Ok(media_type) => self.set_type(media_type),
            Err(error) => self.fail(Place::Body(name), &error),
        }
    }

    /// The body in a format of the user.
    pub fn format<F: Format, V: FormatValue>(&mut self, name: &'static str, value: &V) {
        match F::write(value).map(|body| (body, HeaderValue::from_str(F::MEDIA_TYPE))) {
            Ok((body, Ok(media_type))) => {
                self.body = body;
                self.set_type(media_type);
            }
            Ok((_, Err(error))) => self.fail(Place::Body(name), &error),
            Err(error) => self.fail(Place::Body(name), &error),
        }
    }

    /// The response that a refusal was read from.
    pub fn api_error(&mut self, statuses: Statuses, name: &'static str, error: &ApiError) {
        self.set_status(statuses, Some(error.status()));
        if let Some(media_type) = error.headers().get(CONTENT_TYPE) {
            self.set_type(media_type.clone());
        }
        match error.kept_body() {
            Some(body) => self.body = body.to_vec(),
            None => self.fail(Place::Body(name), &"the refusal did not keep its body, which is too large"),
        }
    }

    /// Opens a JSON object as the body; the fields follow.
    pub fn open_json(&mut self) {
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
        if let Err(error) = json::field(&mut self.body, name, write) {
            self.fail(Place::Body(name), &error);
        }
    }

    /// The fields of a value as fields of the JSON object.
    pub fn json_flattened<V: JsonValue + ?Sized>(&mut self, name: &'static str, declared: &[&str], value: &V) {
        let names = Names { declared, flattened: &mut self.flattened };
        if let Err(error) = flat::write(value, names, json::Object(&mut self.body)) {
            self.fail(Place::Body(name), &error);
        }
    }

    /// Closes the JSON object.
    pub fn close_json(&mut self) {
        self.body.push(b'}');
        self.set_type(JSON);
    }

    /// The response, unless a value could not be written.
    ///
    /// # Errors
    ///
    /// The first error.
    pub fn finish(mut self) -> Result<HttpResponse<Bytes>, EncodeError> {
        *self.response.body_mut() = self.body.into();
        self.error.map_or(Ok(self.response), Err)
    }

    /// Sets the type of the body, unless a header of the response is that already.
    fn set_type(&mut self, media_type: HeaderValue) {
        self.response.headers_mut().entry(CONTENT_TYPE).or_insert(media_type);
    }

    #[cold]
    fn fail(&mut self, place: Place, reason: &dyn Display) {
        let endpoint = self.name;
        self.error.get_or_insert_with(|| EncodeError { endpoint, place, reason: reason.to_string() });
    }
}

/// The values of one header.
struct Header<'w> {
    writer: &'w mut ResponseWriter,
    name: &'static str,
}

impl TextPlace for Header<'_> {
    fn text(&mut self, text: &str) -> Result<(), ValueError> {
        match HeaderValue::from_bytes(text.as_bytes()) {
            Ok(value) => drop(self.writer.response.headers_mut().append(self.name, value)),
            Err(error) => self.writer.fail(Place::Header(self.name), &error),
        }
        Ok(())
    }
}
