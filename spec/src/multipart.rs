//! Forms with several parts: `multipart/form-data`, by RFC 7578.
//!
//! A form is data. [`Multipart::open`] makes a body of it, with the [`Boundary`] that the caller has drawn;
//! [`Multipart::read`] is the inverse, for servers and doubles.
//!
//! ```
//! use qelos_spec::multipart::{Boundary, Multipart, Part};
//! use qelos_spec::http::HeaderValue;
//!
//! let form = Multipart::new()
//!     .with(Part::text("title", "The first invoice"))
//!     .with(Part::json("tags", &["paid", "2026"])?)
//!     .with(Part::file("scan", "scan.pdf", b"%PDF-1.7".to_vec()).of_type(HeaderValue::from_static("application/pdf")));
//! assert!(form.is_repeatable());
//!
//! let boundary = Boundary::from_random([7; 16]); // 16 random bytes
//! let body = form.open(&boundary)?;
//! assert_eq!(body.length(), form.length(&boundary));
//! assert_eq!(Multipart::read(body.as_bytes().unwrap(), &boundary)?, form);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::borrow::Cow;
use std::fmt;

use http::HeaderValue;
use serde::Serialize;

use crate::body::Upload;
use crate::json;
use crate::secret::{Collecting, ExposeSecret, MASK, SecretString, Secrets};

mod boundary;
mod file;
mod read;
pub(crate) mod value;
mod write;

pub use self::boundary::Boundary;
pub use self::file::File;
pub use self::read::MultipartError;

/// A form: parts in an order. A name may occur more than once.
///
/// `Debug` shows the parts with the sizes of their contents; [`snapshot`](Self::snapshot) shows texts as well.
#[derive(Clone, Default, PartialEq)]
pub struct Multipart {
    parts: Vec<Part>,
}

/// A part of a form.
///
/// `Debug` shows the size of its content, and nothing of the content itself.
#[derive(Clone)]
pub struct Part {
    name: String,
    file_name: Option<String>,
    media_type: Option<HeaderValue>,
    content: Upload,
    /// The secrets that were written into the content.
    secrets: Vec<SecretString>,
}

impl Multipart {
    /// A form without parts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part at the end.
    #[must_use]
    pub fn with(mut self, part: Part) -> Self {
        self.push(part);
        self
    }

    /// Adds a part at the end of this form.
    pub(crate) fn push(&mut self, part: Part) {
        self.parts.push(part);
    }

    /// The parts, in their order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The parts of this name, in their order.
    pub fn named<'m>(&'m self, name: &str) -> impl Iterator<Item = &'m Part> {
        self.parts.iter().filter(move |part| part.name == name)
    }

    /// Whether it can be sent more than once: all of its parts can.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.parts.iter().all(|part| part.content.is_repeatable())
    }

    /// The secrets of the form: the parts of [`Part::secret`], and those that
    /// [`on_the_wire`](crate::secret::on_the_wire) has written into JSON. A form that was read has none.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        let values: Vec<_> = self.parts.iter().flat_map(|part| part.secrets.iter().cloned()).collect();
        if !values.is_empty() {
            secrets.known().values = values;
        }
        secrets
    }

    /// The form as stable text, one line or more for each part: texts and JSON as they are, with these secrets masked,
    /// and the length of all other contents.
    ///
    /// ```
    /// use qelos_spec::multipart::{Multipart, Part};
    ///
    /// let form = Multipart::new().with(Part::text("title", "Invoice")).with(Part::file("scan", "scan.pdf", vec![0; 9]));
    /// assert_eq!(
    ///     form.snapshot(&form.secrets()),
    ///     "title = Invoice\nscan (\"scan.pdf\", application/octet-stream) = <9 bytes>\n"
    /// );
    /// ```
    #[must_use]
    pub fn snapshot(&self, secrets: &Secrets) -> String {
        self.parts.iter().map(|part| part.snapshot(secrets)).collect()
    }
}

impl Part {
    /// A text. It is sent as it is: its line ends are not changed.
    pub fn text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { media_type: None, ..Self::bytes(name, text.into()) }
    }

    /// A secret text. The request that it is sent with masks it wherever it is shown.
    ///
    /// ```
    /// use qelos_spec::SecretString;
    /// use qelos_spec::multipart::{Multipart, Part};
    ///
    /// let form = Multipart::new().with(Part::secret("pin", &SecretString::from("4711")));
    /// assert_eq!(form.snapshot(&form.secrets()), "pin = ***\n");
    /// ```
    pub fn secret(name: impl Into<String>, text: &SecretString) -> Self {
        Self { secrets: vec![text.clone()], ..Self::text(name, text.expose_secret()) }
    }

    /// A value as JSON, of type `application/json`.
    ///
    /// # Errors
    ///
    /// When the value cannot be written as JSON.
    pub fn json<T: Serialize + ?Sized>(name: impl Into<String>, value: &T) -> Result<Self, serde_json::Error> {
        let encoding = Collecting::start();
        let json = serde_json::to_string(value)?;
        Ok(Self { secrets: encoding.finish(), ..Self::text(name, json) }.of_type(JSON))
    }

    /// A value as JSON, as a field of a JSON body is written; `None` when it is `None`.
    pub(crate) fn json_field<T: Serialize + ?Sized>(name: &str, value: &T) -> Result<Option<Self>, serde_json::Error> {
        let (encoding, mut json) = (Collecting::start(), Vec::new());
        let is_there = json::value(&mut json, |json| value.serialize(json))?;
        let part = Self { secrets: encoding.finish(), ..Self::bytes(name, json).of_type(JSON) };
        Ok(is_there.then_some(part))
    }

    /// Bytes or a stream without a file name, of type `application/octet-stream`.
    pub fn bytes(name: impl Into<String>, content: impl Into<Upload>) -> Self {
        let media_type = Some(HeaderValue::from_static(BYTES));
        Self { name: name.into(), file_name: None, media_type, content: content.into(), secrets: Vec::new() }
    }

    /// A file, of type `application/octet-stream`. Servers take the name for a hint, and some for a path: give them no
    /// directories.
    pub fn file(name: impl Into<String>, file_name: impl Into<String>, content: impl Into<Upload>) -> Self {
        Self { file_name: Some(file_name.into()), ..Self::bytes(name, content) }
    }

    /// Replaces the media type.
    #[must_use]
    pub fn of_type(self, media_type: HeaderValue) -> Self {
        Self { media_type: Some(media_type), ..self }
    }

    /// The name of the field.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the file, if it has one.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// The media type, if it has one: a text has none.
    #[must_use]
    pub fn media_type(&self) -> Option<&HeaderValue> {
        self.media_type.as_ref()
    }

    /// The content.
    #[must_use]
    pub fn content(&self) -> &Upload {
        &self.content
    }

    /// The content as text, if it is bytes in UTF-8.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        std::str::from_utf8(self.content.as_bytes()?).ok()
    }

    /// Name, file name and media type: `scan ("scan.pdf", application/pdf)`.
    fn heading(&self) -> String {
        let media_type = self.media_type.as_ref().map(|name| String::from_utf8_lossy(name.as_bytes()));
        match (&self.file_name, media_type) {
            (Some(file), Some(media_type)) => format!("{} ({file:?}, {media_type})", self.name),
            (Some(file), None) => format!("{} ({file:?})", self.name),
            (None, Some(media_type)) => format!("{} ({media_type})", self.name),
            (None, None) => self.name.clone(),
        }
    }

    fn snapshot(&self, secrets: &Secrets) -> String {
        let shown = if secrets.declares(&self.name) {
            MASK.into()
        } else if self.is_readable() {
            self.as_text().map_or_else(|| self.content.to_string().into(), |text| secrets.mask(text))
        } else {
            Cow::from(self.content.to_string())
        };
        format!("{} = {shown}\n", secrets.mask(&self.heading()))
    }

    /// Whether the content is for people: a text, JSON.
    fn is_readable(&self) -> bool {
        let media_type = self.media_type.as_ref().map(|name| name.as_bytes().to_ascii_lowercase());
        let is_text = |name: &[u8]| name.starts_with(b"text/") || name.starts_with(b"application/json");
        media_type.map_or(self.file_name.is_none(), |name| is_text(&name))
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// The type of content about which nothing is known.
const BYTES: &str = "application/octet-stream";

/// The secrets are parts of the contents.
impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        let Self { name, file_name, media_type, content, secrets: _ } = self;
        (name, file_name, media_type, content) == (&other.name, &other.file_name, &other.media_type, &other.content)
    }
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.parts).finish()
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.heading(), self.content)
    }
}

#[cfg(test)]
mod tests;
