//! Path templates: the fixed text of a path and the places where values go.
//!
//! A template is written once, in the declaration of an endpoint. Encoding walks it with values, serving walks it with
//! a path. A value can never change the shape of the path: everything outside RFC 3986's unreserved set is
//! percent-encoded, and a segment that would come out empty, `.` or `..` is refused, because URL parsers collapse those
//! whatever their encoding.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of an endpoint, with `{placeholders}`.
///
/// A placeholder stands for one segment or a part of one: `/api/invoices/{id}`, `/files/{name}.pdf`. At the end,
/// `{*name}` stands for one segment or more: the slashes of its value stay slashes.
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
pub struct PathTemplate(&'static str);

impl PathTemplate {
    /// Checks a template; in a constant, a mistake is a compile error.
    ///
    /// The macros check first and point at the mistake. This is the second line, for implementations by hand.
    ///
    /// # Panics
    ///
    /// When the template does not start with `/`, has an empty or dot segment, a character that does not belong into a
    /// path, or a placeholder that is empty, not closed, or not the only one of its segment.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        assert!(!bytes.is_empty() && bytes[0] == b'/', "a path template starts with `/`");
        let mut at = 1;
        while at < bytes.len() {
            at = check_segment(bytes, at) + 1;
        }
        assert!(bytes.len() == 1 || bytes[bytes.len() - 1] != b'/', "a path template does not end with `/`");
        Self(text)
    }

    /// The template as it was written.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }

    /// The names of the placeholders, in the order of the path.
    pub fn placeholders(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.segments().filter_map(|segment| segment.placeholder).map(|(name, _)| name)
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
            match segment.placeholder {
                None if part == segment.before => {}
                None => return None,
                Some((name, after)) => {
                    let value = part.strip_prefix(segment.before)?.strip_suffix(after)?;
                    if value.split('/').any(str::is_empty) {
                        return None;
                    }
                    values.push((name, percent_decode_str(value).decode_utf8().ok()?));
                }
            }
        }
        rest.is_none().then_some(values)
    }

    /// Puts values into the placeholders, in the order of the path.
    ///
    /// The caller, generated code, passes one value per placeholder.
    pub(crate) fn fill(&self, values: &[(&'static str, &dyn fmt::Display)]) -> Result<String, (&'static str, String)> {
        let mut path = String::with_capacity(self.0.len() + 32);
        for segment in self.segments() {
            path.push('/');
            path.push_str(segment.before);
            let Some((name, after)) = segment.placeholder else { continue };
            let value = values.iter().find(|(field, _)| *field == name).map(|(_, value)| value.to_string());
            let Some(value) = value else { return Err((name, "no value was given for it".to_owned())) };
            let pieces = if segment.takes_the_rest { value.split('/').collect() } else { vec![value.as_str()] };
            for (index, piece) in pieces.into_iter().enumerate() {
                if index > 0 {
                    path.push('/');
                }
                push_piece(&mut path, segment.before, piece, after).map_err(|reason| (name, reason))?;
            }
        }
        Ok(path)
    }

    fn segments(&self) -> impl Iterator<Item = Segment> + use<> {
        self.0[1..].split('/').map(Segment::read)
    }
}

/// Adds a value behind the `before` that stands there already, and what follows it.
fn push_piece(path: &mut String, before: &str, value: &str, after: &str) -> Result<(), String> {
    if value.is_empty() {
        return Err("it is empty, or a part of it is, and an empty segment would name another path".to_owned());
    }
    let start = path.len() - before.len();
    path.extend(utf8_percent_encode(value, RESERVED));
    path.push_str(after);
    match &path[start..] {
        dots @ ("." | "..") => {
            Err(format!("a segment would be `{dots}`, which URL parsers remove, together with its neighbour"))
        }
        _ => Ok(()),
    }
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PathTemplate({:?})", self.0)
    }
}

/// `before{name}after`, or only `before`, or `{*name}`.
struct Segment {
    before: &'static str,
    placeholder: Option<(&'static str, &'static str)>,
    takes_the_rest: bool,
}

impl Segment {
    fn read(text: &'static str) -> Self {
        match text.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
            Some((before, (name, after))) => {
                let plain = name.strip_prefix('*');
                Self { before, placeholder: Some((plain.unwrap_or(name), after)), takes_the_rest: plain.is_some() }
            }
            None => Self { before: text, placeholder: None, takes_the_rest: false },
        }
    }
}

/// Checks the segment that starts at `at`; answers where it ends.
const fn check_segment(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    let mut open = usize::MAX;
    let mut placeholders = 0;
    while end < bytes.len() && bytes[end] != b'/' {
        match bytes[end] {
            b'{' => {
                assert!(open == usize::MAX, "a placeholder of a path template holds no other");
                assert!(placeholders == 0, "a segment of a path template has at most one placeholder");
                open = end;
                placeholders += 1;
            }
            b'}' => {
                assert!(open != usize::MAX, "a placeholder of a path template is closed and was never opened");
                let rest = bytes[open + 1] == b'*';
                assert!(end > open + 1 + rest as usize, "a placeholder of a path template needs a name");
                assert!(!rest || end + 1 == bytes.len(), "a placeholder for several segments ends the path");
                open = usize::MAX;
            }
            b'*' if open != usize::MAX && end == open + 1 => {
                assert!(open == at, "a placeholder for several segments has nothing before it");
            }
            byte => {
                let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
                let name = open == usize::MAX || byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
                assert!(plain || (open != usize::MAX && name), "a character of a path template has to be escaped");
                assert!(name, "a placeholder of a path template is the name of a field");
            }
        }
        end += 1;
    }
    assert!(open == usize::MAX, "a placeholder of a path template is not closed");
    assert!(end > at, "a path template has an empty segment");
    let dots = (end == at + 1 && bytes[at] == b'.') || (end == at + 2 && bytes[at] == b'.' && bytes[at + 1] == b'.');
    assert!(!dots, "a path template has a `.` or `..` segment");
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &'static str, value: &str) -> Result<String, (&'static str, String)> {
        PathTemplate::new(text).fill(&[("id", &value)])
    }

    #[test]
    fn values_are_encoded_outside_the_unreserved_set() {
        assert_eq!(fill("/t/{id}/x", "a b/c\\d?e#f%2e").unwrap(), "/t/a%20b%2Fc%5Cd%3Fe%23f%252e/x");
        assert_eq!(fill("/t/{id}", "az-._~09").unwrap(), "/t/az-._~09");
    }

    #[test]
    fn segments_that_parsers_collapse_are_refused() {
        for value in ["", ".", ".."] {
            assert!(fill("/t/{id}", value).is_err(), "{value:?}");
        }
        assert!(fill("/t/{id}.", ".").is_err(), "the literal completes the dot segment");
        assert_eq!(fill("/t/{id}", "...").unwrap(), "/t/...");
        assert_eq!(fill("/t/v{id}", "..").unwrap(), "/t/v..");
    }

    #[test]
    fn captures_undo_fill() {
        let template = PathTemplate::new("/files/{id}.pdf");
        let path = template.fill(&[("id", &"ä/ö")]).unwrap();
        assert_eq!(template.captures(&path).unwrap(), [("id", Cow::from("ä/ö"))]);
        assert!(template.captures("/files/.pdf").is_none(), "an empty value is not a value");
    }

    #[test]
    fn the_rest_of_a_path_keeps_its_slashes_and_nothing_else() {
        assert_eq!(fill("/files/{*id}", "a b/ü?.txt").unwrap(), "/files/a%20b/%C3%BC%3F.txt");
        for value in ["", "/a", "a/", "a//b", "../a", "a/.", "."] {
            assert!(fill("/files/{*id}", value).is_err(), "{value:?}");
        }
        let template = PathTemplate::new("/files/{*id}");
        assert_eq!(template.placeholders().collect::<Vec<_>>(), ["id"]);
        assert_eq!(template.captures("/files/a/b%20c").unwrap(), [("id", Cow::from("a/b c"))]);
        for path in ["/files", "/files/", "/files//a", "/files/a/"] {
            assert!(template.captures(path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_root_is_a_template() {
        let root = PathTemplate::new("/");
        assert_eq!(root.fill(&[]).unwrap(), "/");
        assert!(root.captures("/").is_some() && root.captures("/x").is_none());
    }

    #[test]
    fn mistakes_panic() {
        for text in [
            "", "x", "/a//b", "/a/", "/{", "/{}", "/}", "/{a}{b}", "/{{a}}", "/a?b", "/a#", "/a b", "/./a", "/..",
            "/{a-b}", "/{*}", "/{*a}/b", "/x{*a}", "/{a*}",
        ] {
            let outcome = std::panic::catch_unwind(|| PathTemplate::new(text));
            assert!(outcome.is_err(), "{text:?} was accepted");
        }
    }
}
