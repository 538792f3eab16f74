//! The kind of a body, told from its headers and its first bytes.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Response};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The longest name of a type, charset or encoding that is shown, in bytes.
const LONGEST_NAME: usize = 60;

/// The body of a response, without a byte order mark, and its headers about the body.
pub(crate) struct Content<'r> {
    pub(crate) body: &'r [u8],
    media_type: Option<&'r str>,
    charset: Option<&'r str>,
    encoding: Option<&'r str>,
}

impl<'r> Content<'r> {
    pub(crate) fn of(response: &'r Response<Bytes>) -> Self {
        Self::of_parts(response.headers(), response.body())
    }

    pub(crate) fn of_parts(headers: &'r HeaderMap, body: &'r [u8]) -> Self {
        let header = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        let content_type = header(CONTENT_TYPE).next().unwrap_or_default();
        let mut parts = content_type.split(';').map(str::trim);
        let media_type = parts.next().filter(|name| !name.is_empty());
        let charset =
            parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("charset"));
        let mut encodings = header(CONTENT_ENCODING).flat_map(|value| value.split(',')).map(str::trim);
        let is_coded = |name: &&str| !name.is_empty() && !name.eq_ignore_ascii_case("identity");
        Self {
            media_type,
            charset: charset.map(|(_, name)| name.trim_matches('"')),
            // The encoding that was applied last covers the others.
            encoding: encodings.rfind(is_coded),
            ..Self::of_body(body)
        }
    }

    /// A body whose headers are not known any more.
    pub(crate) fn of_body(body: &'r [u8]) -> Self {
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        Self { body, media_type: None, charset: None, encoding: None }
    }

    /// The media type in the header, in lower case, or `something unknown` for one that cannot be shown.
    pub(crate) fn media_type(&self) -> Option<String> {
        let shown = known(&self.media_type?.to_ascii_lowercase(), is_media_type);
        Some(shown.trim_matches('`').to_owned())
    }

    /// Whether it is empty, or white space only.
    pub(crate) fn is_blank(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }

    /// Whether it is a page for a browser: it begins like one. The label `text/html` alone is not enough, because many
    /// servers put it on JSON or a word. It is enough where the body cannot be read.
    pub(crate) fn is_page(&self) -> bool {
        let start = self.body.trim_ascii_start();
        let begins_with =
            |tag: &str| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()));
        (self.is_called_a_page() && (begins_with("<") || (!self.is_blank() && self.text().is_none())))
            || begins_with("<!doctype html")
            || begins_with("<html")
    }

    pub(crate) fn is_called(&self, media_type: &str) -> bool {
        self.media_type.is_some_and(|name| name.eq_ignore_ascii_case(media_type))
    }

    /// The media type in the header, if it is not the declared one. `image/*` stands for all images.
    pub(crate) fn other_type_than(&self, declared: &str) -> Option<String> {
        let declared = declared.split(';').next().unwrap_or_default().trim();
        let name = self.media_type?;
        let fits = match declared.split_once('/') {
            Some(("*", "*")) => true,
            Some((kind, "*")) => name.split_once('/').is_some_and(|(found, _)| found.eq_ignore_ascii_case(kind)),
            _ => name.eq_ignore_ascii_case(declared),
        };
        (!fits).then(|| known(name, is_media_type))
    }

    /// Whether it is called a page for a browser.
    pub(crate) fn is_called_a_page(&self) -> bool {
        self.is_called("text/html") || self.is_called("application/xhtml+xml")
    }

    /// The body as text, if it is UTF-8.
    pub(crate) fn text(&self) -> Option<&'r str> {
        std::str::from_utf8(self.body).ok()
    }

    /// The reason why the body cannot be read, as a clause about "its body"; `None` if it seems to be text in UTF-8.
    ///
    /// Called only after reading has failed: a transport may leave the header of an encoding that it has undone, and
    /// many servers name a charset that they do not use.
    pub(crate) fn why_unreadable(&self) -> Option<String> {
        const OURS: [&str; 5] = ["utf-8", "utf8", "us-ascii", "ascii", ""];
        let foreign = |name: &&str| !OURS.iter().any(|ours| ours.eq_ignore_ascii_case(name));
        if let Some(encoding) = self.encoding {
            let encoding = known(encoding, |name| ENCODINGS.contains(&name));
            return Some(format!("its body is encoded with {encoding}, which was not asked for"));
        }
        let by_its_mark = || matches!(self.body, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]).then_some("utf-16");
        if let Some(charset) = self.charset.filter(foreign).or_else(by_its_mark) {
            let charset = known(charset, |name| CHARSETS.iter().any(|start| name.starts_with(start)));
            return Some(format!("the charset of its body is {charset}, and only UTF-8 is read"));
        }
        self.text().is_none().then(|| "its body is not text in UTF-8".to_owned())
    }

    /// The media type in the header, if it is one and not JSON.
    pub(crate) fn other_type(&self) -> Option<String> {
        let is_json = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.ends_with("/json") || name.ends_with("+json")
        };
        self.media_type.filter(|name| !is_json(name)).map(|name| known(name, is_media_type))
    }
}

fn is_media_type(name: &str) -> bool {
    name.split_once('/').is_some_and(|(kind, _)| MEDIA_TYPES.contains(&kind))
}

const ENCODINGS: [&str; 6] = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress"];
/// The beginnings of names of charsets.
const CHARSETS: [&str; 13] =
    ["utf", "ucs", "iso", "windows-", "cp", "us-", "gb", "big5", "euc-", "shift", "koi8", "mac", "latin"];
/// The part of a media type before the slash.
const MEDIA_TYPES: [&str; 9] =
    ["application", "audio", "font", "image", "message", "model", "multipart", "text", "video"];

/// A name out of a header, if it is a known one: any other text may be a secret.
fn known(name: &str, is_known: impl Fn(&str) -> bool) -> String {
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || "/-+._".contains(c);
    let is_short = name.len() <= LONGEST_NAME && name.chars().all(is_of_a_name);
    if is_short && is_known(&name.to_ascii_lowercase()) { format!("`{name}`") } else { "something unknown".to_owned() }
}
