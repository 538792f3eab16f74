//! A body as a form.

use std::fmt;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};

use super::{Boundary, Multipart, Part};

/// More parts than a form of people or programs has.
const MOST_PARTS: usize = 1000;
/// The largest head of a part, in bytes.
const LARGEST_HEAD: usize = 16 * 1024;

impl Multipart {
    /// Reads a form out of a whole body. The contents are parts of it, and are not copied.
    ///
    /// Only well-formed bodies are read, as browsers and HTTP libraries write them: a body that two servers could read in
    /// two ways is an error. A form has at most 1,000 parts, and the head of each at most 16 KiB. The body is bounded by
    /// the server that has received it.
    ///
    /// # Errors
    ///
    /// When it is not the form of this boundary.
    pub fn read(body: &Bytes, boundary: &Boundary) -> Result<Self, MultipartError> {
        let delimiter = [b"\r\n--", boundary.as_str().as_bytes()].concat();
        // The first one needs no line end before it.
        let mut at = match body.strip_prefix(&delimiter[2..]) {
            Some(_) => delimiter.len() - 2,
            None => find(body, &delimiter).ok_or(MultipartError(Reason::NoBoundary))? + delimiter.len(),
        };
        let mut form = Self::new();
        loop {
            let rest = &body[at..];
            if is_last(rest)? {
                return Ok(form);
            }
            if form.parts.len() == MOST_PARTS {
                return Err(MultipartError(Reason::TooManyParts));
            }
            let start = at + find(rest, b"\r\n").unwrap_or_default();
            // A part begins with the line end of its boundary, so that a head without fields is found as well.
            let part = &body[start..];
            let length = find(part, &delimiter).ok_or(MultipartError(Reason::NoEnd))?;
            let head = find(&part[..length], b"\r\n\r\n").ok_or(MultipartError(Reason::Head("has no end")))?;
            let content = body.slice(start + head + 4..start + length);
            form.parts.push(read_part(&part[..head], content)?);
            at = start + length + delimiter.len();
        }
    }
}

/// Whether a boundary is the last one, by the text behind it.
fn is_last(behind: &[u8]) -> Result<bool, MultipartError> {
    let last = behind.strip_prefix(b"--");
    let line = find(behind, b"\r\n").map(|end| &behind[..end]);
    let is_blank = |text: &[u8]| text.iter().all(|byte| matches!(byte, b' ' | b'\t'));
    match (last, line) {
        // Nothing, or a line end and any text.
        (Some(text), None) if is_blank(text) => Ok(true),
        (Some(_), Some(line)) if is_blank(&line[2..]) => Ok(true),
        (None, Some(line)) if is_blank(line) => Ok(false),
        (None, None) => Err(MultipartError(Reason::NoEnd)),
        _ => Err(MultipartError(Reason::BehindBoundary)),
    }
}

/// Reads a part from its head, which begins with a line end if it has fields.
fn read_part(head: &[u8], content: Bytes) -> Result<Part, MultipartError> {
    let malformed = |why| MultipartError(Reason::Head(why));
    if head.len() > LARGEST_HEAD {
        return Err(malformed("is larger than 16 KiB"));
    }
    let head = std::str::from_utf8(head).map_err(|_| malformed("is not text in UTF-8"))?;
    let (mut names, mut media_type) = (None, None);
    for line in head.split("\r\n").skip(1) {
        let (field, value) = line.split_once(':').ok_or(malformed("has a line without a colon"))?;
        let field = HeaderName::from_bytes(field.as_bytes()).map_err(|_| malformed("has a field without a name"))?;
        if value.contains(['\r', '\n']) {
            return Err(malformed("has a line end that is not CRLF"));
        }
        let value = value.trim_matches([' ', '\t']);
        let set = |is_given: bool| if is_given { Err(malformed("has a field twice")) } else { Ok(()) };
        match field.as_str() {
            "content-disposition" => {
                set(names.is_some())?;
                names = Some(read_names(value).ok_or(malformed("has no name in `content-disposition: form-data`"))?);
            }
            "content-type" => {
                set(media_type.is_some())?;
                let value = HeaderValue::from_bytes(value.as_bytes());
                media_type = Some(value.map_err(|_| malformed("has a media type that is none"))?);
            }
            "content-transfer-encoding" if !is_plain(value) => {
                return Err(malformed("has a transfer encoding, which is not read"));
            }
            _ => {}
        }
    }
    let (name, file_name) = names.ok_or(malformed("has no `content-disposition`"))?;
    Ok(Part { file_name, media_type, ..Part::bytes(name, content) })
}

fn is_plain(encoding: &str) -> bool {
    ["7bit", "8bit", "binary"].iter().any(|plain| plain.eq_ignore_ascii_case(encoding))
}

/// The names in `form-data; name="a"; filename="b"`.
fn read_names(disposition: &str) -> Option<(String, Option<String>)> {
    let (kind, mut rest) = disposition.split_once(';').unwrap_or((disposition, ""));
    if !kind.trim_end().eq_ignore_ascii_case("form-data") {
        return None;
    }
    let (mut name, mut file_name) = (None, None);
    while !rest.trim_start().is_empty() {
        let (parameter, value) = rest.trim_start().split_once('=')?;
        let (text, behind) = match value.strip_prefix('"') {
            // Browsers write a backslash as it is.
            Some(quoted) => quoted.split_once('"')?,
            None => value.split_at(value.find(';').unwrap_or(value.len())),
        };
        let behind = behind.trim_start();
        rest = if behind.is_empty() { behind } else { behind.strip_prefix(';')? };
        let place = match parameter.to_ascii_lowercase().as_str() {
            "name" => &mut name,
            "filename" => &mut file_name,
            // RFC 7578 forbids `filename*`: a server that reads it would see another name than one that does not.
            "filename*" | "name*" => return None,
            _ => continue,
        };
        if place.replace(unescape(text)).is_some() {
            return None;
        }
    }
    Some((name?, file_name))
}

/// Undoes the three escapes of browsers.
fn unescape(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once('%') {
        text.push_str(before);
        let known = [("22", '"'), ("0D", '\r'), ("0d", '\r'), ("0A", '\n'), ("0a", '\n')];
        let found = known.iter().find_map(|(digits, c)| Some((behind.strip_prefix(digits)?, *c)));
        let (behind, c) = found.unwrap_or((behind, '%'));
        text.push(c);
        rest = behind;
    }
    text + rest
}

/// The place of the first occurrence.
fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut at = 0;
    loop {
        at += text.get(at..)?.iter().position(|byte| *byte == first)?;
        if text[at..].starts_with(wanted) {
            return Some(at);
        }
        at += 1;
    }
}

/// A body could not be read as a form. Its `Display` is one line, which repeats nothing of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultipartError(Reason);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    NoBoundary,
    NoEnd,
    BehindBoundary,
    TooManyParts,
    Head(&'static str),
}

impl fmt::Display for MultipartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reason::NoBoundary => f.write_str("the form does not contain its boundary"),
            Reason::NoEnd => f.write_str("the form ends without its last boundary"),
            Reason::BehindBoundary => f.write_str("a boundary of the form is followed by text on its line"),
            Reason::TooManyParts => write!(f, "the form has more than {MOST_PARTS} parts"),
            Reason::Head(why) => write!(f, "the head of a part {why}"),
        }
    }
}

impl std::error::Error for MultipartError {}
