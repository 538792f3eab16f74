//! Path templates: the fixed text of a path and the places where values go.
//!
//! A template is written once, in the declaration of an endpoint. A client fills values into it, a server reads them
//! back out of a path. A value can never change the shape of the path: all characters outside of RFC 3986's unreserved
//! set are percent-encoded, and an empty value is refused. So is one with a `.` or `..` between separators: URL parsers
//! remove such a segment with its neighbour, and gateways that decode the path first do the same with each part of a
//! value.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::mem;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::text::{TextPlace, Texts, ValueError, written};
use crate::value::PathValue;

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same for a value that takes the rest of a path: `/` stays.
const RESERVED_IN_THE_REST: &AsciiSet = &RESERVED.remove(b'/');

/// The room for the values of a path and the query behind it, in bytes.
pub(crate) const ROOM_FOR_VALUES: usize = 96;

/// The path of an endpoint, with `{placeholders}`.
///
/// A placeholder stands for one segment or a part of one: `/api/invoices/{id}`, `/files/{name}.pdf`,
/// `/projects/{id}:publish`. Several in one segment have text between them, which their values do not hold:
/// `/compare/{base}...{head}`. `{*name}` stands for one segment or more: the slashes of its value stay slashes, and only
/// fixed text can follow it, `/files/{*path}/versions`. A `/` at the end is a part of the path.
///
/// A value that is empty is refused when the request is built, and so is one with a `.` or `..` between separators, which
/// may be `/` or `\` and encoded any number of times: gateways that decode a path would read another one.
///
/// ```
/// use qelos_spec::PathTemplate;
///
/// const INVOICE: PathTemplate = PathTemplate::new("/api/invoices/{id}");
///
/// assert_eq!(INVOICE.placeholders().collect::<Vec<_>>(), ["id"]);
/// assert_eq!(INVOICE.captures("/api/invoices/a%20b").unwrap()[0].1, "a b");
/// assert!(INVOICE.captures("/api/invoices/a/b").is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PathTemplate {
    text: &'static str,
    /// Whether a segment has several placeholders.
    is_joined: bool,
}

impl PathTemplate {
    /// Checks a template. In a constant, a mistake is a compile error.
    ///
    /// The macros have checked their templates before, to point at the mistake. This check is for implementations by
    /// hand.
    ///
    /// # Panics
    ///
    /// When the template does not start with `/`; has an empty segment other than its last, or a dot segment; has a
    /// character that has to be escaped; or has a placeholder that is empty, not closed, next to another one without
    /// text between them, or behind one that takes the rest.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        assert!(!bytes.is_empty() && bytes[0] == b'/', "a path template starts with `/`");
        let (mut at, mut open, mut is_joined) = (1, true, false);
        while at < bytes.len() {
            let (end, placeholders);
            (end, placeholders, open) = check_segment(bytes, at, open);
            at = end + 1;
            is_joined |= placeholders > 1;
        }
        Self { text, is_joined }
    }

    /// The template as it was written.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.text
    }

    /// The names of the placeholders, in the order of the path.
    pub fn placeholders(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.segments().flat_map(|segment| segment.placeholders).map(|(name, _)| name)
    }

    /// Reads the values back out of a path, percent-decoded; `None` when the path is not one of this template.
    #[must_use]
    pub fn captures<'p>(&self, path: &'p str) -> Option<Vec<(&'static str, Cow<'p, str>)>> {
        let mut values = Vec::new();
        let mut rest = Some(path.strip_prefix('/')?);
        for segment in self.segments() {
            let here = rest?;
            let (part, next) = match here.split_once('/') {
                Some((part, next)) if !segment.takes_the_rest => (part, Some(next)),
                _ => (here, None),
            };
            rest = next;
            let Some((_, behind)) = segment.placeholders.last() else {
                if part == segment.before {
                    continue;
                }
                return None;
            };
            if !segment.can_be_told_apart(part) {
                return None;
            }
            let behind = if segment.takes_the_rest { self.behind_the_rest() } else { behind };
            let mut between = part.strip_prefix(segment.before)?.strip_suffix(behind)?;
            for (index, (name, behind)) in segment.placeholders.iter().enumerate() {
                let is_last = index + 1 == segment.placeholders.len();
                let (value, left) = if is_last { (between, "") } else { between.split_once(behind)? };
                if value.split('/').any(str::is_empty) {
                    return None;
                }
                values.push((*name, percent_decode_str(value).decode_utf8().ok()?));
                between = left;
            }
            if segment.takes_the_rest {
                break;
            }
        }
        rest.is_none().then_some(values)
    }

    /// The fixed text behind `{*name}`, to the end of the path.
    fn behind_the_rest(&self) -> &'static str {
        self.text.split_once("{*").and_then(|(_, rest)| rest.split_once('}')).map_or("", |(_, behind)| behind)
    }

    /// Puts values into the placeholders, in the order of the path.
    ///
    /// The caller, generated code, passes one value for each placeholder. So a path without values is the template.
    pub(crate) fn fill(&self, values: Values<'_>) -> Result<Cow<'static, str>, Unfilled> {
        if values.is_empty() {
            return Ok(Cow::Borrowed(self.text));
        }
        if self.is_joined {
            return self.fill_segments(values);
        }
        let mut path = String::with_capacity(self.text.len() + ROOM_FOR_VALUES);
        let mut rest = self.text;
        while let Some((before, (name, behind))) = next_placeholder(rest) {
            path.push_str(before);
            let segment = path.bytes().rposition(|byte| byte == b'/').unwrap_or_default() + 1;
            let plain = name.strip_prefix('*');
            let name = plain.unwrap_or(name);
            write_value(name, plain.is_some(), values, &mut path)?;
            let (after, next) = behind.split_at(position(behind, b'/').unwrap_or(behind.len()));
            path.push_str(after);
            keeps_its_dots(name, &path[segment..])?;
            rest = next;
        }
        path.push_str(rest);
        Ok(Cow::Owned(path))
    }

    /// Puts values into the placeholders, of which several are in one segment.
    #[cold]
    fn fill_segments(&self, values: Values<'_>) -> Result<Cow<'static, str>, Unfilled> {
        let mut path = String::with_capacity(self.text.len() + ROOM_FOR_VALUES);
        self.segments().try_for_each(|segment| segment.fill(values, &mut path))?;
        Ok(Cow::Owned(path))
    }

    fn segments(&self) -> impl Iterator<Item = Segment> + use<> {
        self.text[1..].split('/').map(Segment::read)
    }
}

/// One value for each placeholder.
type Values<'v> = &'v [(&'static str, &'v dyn PathValue)];

/// The placeholder whose value cannot be in the path, and the reason.
type Unfilled = (&'static str, String);

/// Writes the value of a placeholder.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call for each value of each path is a part of the cost of a request")]
fn write_value(
    name: &'static str,
    takes_the_rest: bool,
    values: Values<'_>,
    path: &mut String,
) -> Result<(), Unfilled> {
    let value = values.iter().find(|(field, _)| *field == name);
    let (_, value) = value.ok_or_else(|| (name, "no value was given for it".to_owned()))?;
    let from = path.len();
    let reserved = if takes_the_rest { RESERVED_IN_THE_REST } else { RESERVED };
    let mut text = PathText { path, reserved, is_written: false };
    value.write(Texts::new(&mut text)).map_err(|reason| (name, reason.0))?;
    if path.len() == from || takes_the_rest && path[from..].split('/').any(str::is_empty) {
        let reason = "it is empty, or a part of it is, and an empty segment would name another path";
        return Err((name, reason.to_owned()));
    }
    Ok(())
}

/// Refuses a segment of which servers and gateways would remove a part.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call for each value of each path is a part of the cost of a request")]
fn keeps_its_dots(name: &'static str, segment: &str) -> Result<(), Unfilled> {
    let Some(dots) = removed_part(segment) else { return Ok(()) };
    let reason = "which servers and gateways remove, `..` together with the part before it, also when it is encoded";
    let advice = "refuse such a value where it comes from, or declare the field in the query";
    Err((name, format!("a part of the path would be `{dots}`, {reason}; {advice}")))
}

/// The text before the next placeholder, its name, and the text behind it.
fn next_placeholder(text: &'static str) -> Option<(&'static str, (&'static str, &'static str))> {
    let (before, rest) = split_at_byte(text, b'{')?;
    Some((before, split_at_byte(rest, b'}')?))
}

/// Splits a short text at an ASCII character, with less work than a search that is made for long texts.
fn split_at_byte(text: &str, byte: u8) -> Option<(&str, &str)> {
    position(text, byte).map(|at| (&text[..at], &text[at + 1..]))
}

fn position(text: &str, byte: u8) -> Option<usize> {
    text.bytes().position(|other| other == byte)
}

/// Writes text into a path, encoded.
struct PathText<'p> {
    path: &'p mut String,
    reserved: &'static AsciiSet,
    is_written: bool,
}

impl PathText<'_> {
    fn begin(&mut self) -> Result<(), ValueError> {
        if mem::replace(&mut self.is_written, true) {
            let reason = "it is a list, and a path value is one text: mark it `comma`, for one with commas in it";
            return Err(ValueError(reason.to_owned()));
        }
        Ok(())
    }

    fn push(&mut self, text: &str) {
        self.path.extend(utf8_percent_encode(text, self.reserved));
    }
}

impl TextPlace for PathText<'_> {
    fn text(&mut self, text: &str) -> Result<(), ValueError> {
        self.begin()?;
        self.push(text);
        Ok(())
    }

    fn plain(&mut self, text: &str) -> Result<(), ValueError> {
        self.begin()?;
        self.path.push_str(text);
        Ok(())
    }

    fn list(&mut self, text: &str, separator: char) -> Result<(), ValueError> {
        self.begin()?;
        // A comma stands in a path as it is.
        for (index, part) in text.split(|c| c == ',' && c == separator).enumerate() {
            self.path.push_str(if index > 0 { "," } else { "" });
            self.push(part);
        }
        Ok(())
    }

    fn display(&mut self, text: &dyn fmt::Display) -> Result<(), ValueError> {
        self.begin()?;
        written(write!(self, "{text}"))
    }
}

impl Write for PathText<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}

/// The first `.` or `..` between separators: a gateway may remove it.
///
/// Gateways decode a path, some of them more than once, and take `\` for `/`. Some parse the decoded path as a URL
/// again: there a part ends at `?`, `#` or the `;` of parameters, and control characters are dropped.
fn removed_part(text: &str) -> Option<&'static str> {
    if !may_hold_a_dot(text.as_bytes()) {
        return None;
    }
    decoded(text).split(|byte| matches!(byte, b'/' | b'\\')).find_map(|part| {
        let end = part.iter().position(|byte| matches!(byte, b';' | b'?' | b'#' | 0)).unwrap_or(part.len());
        let left: Vec<u8> = part[..end].iter().copied().filter(|byte| !byte.is_ascii_control()).collect();
        match left.trim_ascii() {
            b"." => Some("."),
            b".." => Some(".."),
            _ => None,
        }
    })
}

/// Whether the text holds a dot, or an escape that ends in one when it is decoded often enough: that of a dot, or of `%`.
fn may_hold_a_dot(text: &[u8]) -> bool {
    text.contains(&b'.') || text.windows(3).any(|escape| matches!(escape, b"%25" | b"%2e" | b"%2E"))
}

/// The text percent-decoded until there is nothing more to decode.
fn decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    for byte in text.bytes() {
        decoded.push(byte);
        // A decoded character may complete another escape: `%%32e` becomes `%2e`, which becomes a dot.
        while let [rest @ .., b'%', high, low] = &decoded[..]
            && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        {
            let kept = rest.len();
            decoded.truncate(kept);
            decoded.push(high * 16 + low);
        }
    }
    decoded
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl fmt::Debug for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PathTemplate({:?})", self.text)
    }
}

/// `before{name}between{name}after`, or only `before`, or `before{*name}after`.
struct Segment {
    before: &'static str,
    /// Each with the text behind it.
    placeholders: Vec<(&'static str, &'static str)>,
    takes_the_rest: bool,
}

impl Segment {
    fn read(text: &'static str) -> Self {
        let (before, mut rest) = text.split_once('{').unwrap_or((text, ""));
        let (mut placeholders, mut takes_the_rest) = (Vec::new(), false);
        while let Some((name, behind)) = rest.split_once('}') {
            let (behind, next) = behind.split_once('{').unwrap_or((behind, ""));
            let plain = name.strip_prefix('*');
            takes_the_rest |= plain.is_some();
            placeholders.push((plain.unwrap_or(name), behind));
            rest = next;
        }
        Self { before, placeholders, takes_the_rest }
    }

    /// Writes the segment behind a path, with values in its placeholders.
    fn fill(&self, values: Values<'_>, path: &mut String) -> Result<(), Unfilled> {
        path.push('/');
        let start = path.len();
        path.push_str(self.before);
        for (name, behind) in &self.placeholders {
            write_value(name, self.takes_the_rest, values, path)?;
            path.push_str(behind);
        }
        let Some((name, _)) = self.placeholders.last() else { return Ok(()) };
        if !self.can_be_told_apart(&path[start..]) {
            let reason = "it or a value beside it holds the text between them, so that they could not be told apart";
            return Err((name, reason.to_owned()));
        }
        keeps_its_dots(name, &path[start..])
    }

    /// Whether each text between two placeholders stands in a segment as often as in its template: a server may look for
    /// the first one or for the last one, and decode the segment before.
    fn can_be_told_apart(&self, filled: &str) -> bool {
        let Some((_, before)) = self.placeholders.split_last() else { return true };
        let fixed = || [self.before].into_iter().chain(self.placeholders.iter().map(|(_, behind)| *behind));
        let filled: Vec<u8> = percent_decode_str(filled).collect();
        before.iter().all(|(_, between)| {
            let between: Vec<u8> = percent_decode_str(between).collect();
            let declared: usize =
                fixed().map(|text| occurrences(&percent_decode_str(text).collect::<Vec<u8>>(), &between)).sum();
            occurrences(&filled, &between) == declared
        })
    }
}

/// How often a text stands in another one, also where it overlaps itself.
fn occurrences(text: &[u8], wanted: &[u8]) -> usize {
    text.windows(wanted.len()).filter(|window| *window == wanted).count()
}

/// Checks the segment that starts at `at`; returns its end, the number of its placeholders, and whether a later segment
/// may hold one.
const fn check_segment(bytes: &[u8], at: usize, open: bool) -> (usize, usize, bool) {
    let (mut end, mut placeholders, mut takes_the_rest) = (at, 0, false);
    let (mut dots, mut others) = (0, 0);
    while end < bytes.len() && bytes[end] != b'/' {
        if bytes[end] == b'{' {
            assert!(end == at || bytes[end - 1] != b'}', "two placeholders of a path template have text between them");
            assert!(
                open && !takes_the_rest,
                "only fixed text can follow a placeholder that takes the rest of the path"
            );
            (end, takes_the_rest) = check_placeholder(bytes, end);
            assert!(placeholders == 0 || !takes_the_rest, "no placeholder stands before one that takes the rest");
            placeholders += 1;
        } else if is_encoded_dot(bytes, end) {
            dots += 1;
            end += 2;
        } else if bytes[end] == b'.' {
            dots += 1;
        } else {
            check_literal(bytes, end);
            others += 1;
        }
        end += 1;
    }
    assert!(end > at, "a path template has an empty segment");
    assert!(others + placeholders > 0 || dots > 2, "a path template has a `.` or `..` segment");
    (end, placeholders, open && !takes_the_rest)
}

/// Checks the placeholder that is opened at `at`; returns where it is closed, and whether it takes the rest of the
/// path.
const fn check_placeholder(bytes: &[u8], at: usize) -> (usize, bool) {
    let takes_the_rest = at + 1 < bytes.len() && bytes[at + 1] == b'*';
    let start = at + 1 + takes_the_rest as usize;
    let mut end = start;
    while end < bytes.len() && bytes[end] != b'}' {
        let name = bytes[end].is_ascii_alphanumeric() || bytes[end] == b'_' || !bytes[end].is_ascii();
        assert!(name, "a placeholder of a path template is the name of a field");
        end += 1;
    }
    assert!(end < bytes.len(), "a placeholder of a path template is not closed");
    assert!(end > start, "a placeholder of a path template needs a name");
    (end, takes_the_rest)
}

/// Checks that a character is a `pchar` of RFC 3986: one that a segment may hold without an escape.
const fn check_literal(bytes: &[u8], at: usize) {
    let byte = bytes[at];
    assert!(byte != b'}', "a placeholder of a path template is closed and was never opened");
    let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'@');
    let delimiter = matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=');
    let encoded =
        byte == b'%' && at + 2 < bytes.len() && bytes[at + 1].is_ascii_hexdigit() && bytes[at + 2].is_ascii_hexdigit();
    assert!(plain || delimiter || encoded, "a character of a path template has to be escaped");
}

const fn is_encoded_dot(bytes: &[u8], at: usize) -> bool {
    at + 2 < bytes.len() && bytes[at] == b'%' && bytes[at + 1] == b'2' && matches!(bytes[at + 2], b'e' | b'E')
}

#[cfg(test)]
mod tests;
