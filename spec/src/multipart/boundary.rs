//! The text between the parts of a form.

use std::fmt::Write;

use http::HeaderValue;

/// The longest boundary, by RFC 2046.
const LONGEST: usize = 70;

/// The text between the parts of a form.
///
/// It must not occur in the content of a part: a content that contains it would end its part, and could add others. So a
/// boundary is made of 16 random bytes, drawn anew for each request. With a fixed one, the authors of the contents could
/// forge parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boundary(String);

impl Boundary {
    /// The boundary of 16 random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let mut text = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// The boundary in the header `content-type` of a request, if its type is `multipart/form-data` and it has one.
    ///
    /// ```
    /// use qelos_spec::http::HeaderValue;
    /// use qelos_spec::multipart::Boundary;
    ///
    /// let header = HeaderValue::from_static("multipart/form-data; charset=utf-8; boundary=\"a b\"");
    /// assert_eq!(Boundary::of_content_type(&header).unwrap().as_str(), "a b");
    /// assert_eq!(Boundary::of_content_type(&HeaderValue::from_static("text/plain; boundary=a")), None);
    /// ```
    #[must_use]
    pub fn of_content_type(header: &HeaderValue) -> Option<Self> {
        let mut parts = header.to_str().ok()?.split(';').map(str::trim);
        if !parts.next()?.eq_ignore_ascii_case("multipart/form-data") {
            return None;
        }
        let mut parameters = parts.filter_map(|part| part.split_once('='));
        let (_, text) = parameters.find(|(name, _)| name.trim_end().eq_ignore_ascii_case("boundary"))?;
        let text = text.trim_start();
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "'()+_,-./:=? ".contains(c);
        let is_boundary = (1..=LONGEST).contains(&text.len()) && text.chars().all(is_allowed) && !text.ends_with(' ');
        is_boundary.then(|| Self(text.to_owned()))
    }

    /// The header `content-type` of a form with this boundary.
    ///
    /// ```
    /// use qelos_spec::multipart::Boundary;
    ///
    /// let header = Boundary::from_random([0xab; 16]).content_type();
    /// assert_eq!(header, "multipart/form-data; boundary=abababababababababababababababab");
    /// ```
    #[must_use]
    pub fn content_type(&self) -> HeaderValue {
        let plain = self.0.chars().all(|c| c.is_ascii_alphanumeric() || "'+_-.".contains(c));
        let quote = if plain { "" } else { "\"" };
        let header = HeaderValue::try_from(format!("multipart/form-data; boundary={quote}{}{quote}", self.0));
        // It never fails: each character of a boundary may stand in a header.
        header.unwrap_or(HeaderValue::from_static("multipart/form-data"))
    }

    /// The text, without the hyphens that stand before it in a form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
