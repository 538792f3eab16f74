//! What a body is, by what its head says and its first bytes show.

use bytes::Bytes;
use http::Response;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The longest name of a type, charset or encoding that is shown, in bytes.
const LONGEST_NAME: usize = 60;

/// The body of a response, without a byte order mark, and what its head says about it.
pub(crate) struct Content<'r> {
    pub(crate) body: &'r [u8],
    media_type: Option<&'r str>,
    charset: Option<&'r str>,
    encoding: Option<&'r str>,
}

impl<'r> Content<'r> {
    pub(crate) fn of(response: &'r Response<Bytes>) -> Self {
        let header = |name| response.headers().get_all(name).iter().filter_map(|value| value.to_str().ok());
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
            // The one that was applied last is the one that hides the rest.
            encoding: encodings.rfind(is_coded),
            ..Self::of_body(response.body())
        }
    }

    /// A body whose head is not known any more.
    pub(crate) fn of_body(body: &'r [u8]) -> Self {
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        Self { body, media_type: None, charset: None, encoding: None }
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }

    /// Whether it is a page for a browser. It takes markup: many a server calls a word or JSON `text/html`. What cannot be
    /// looked into is what it is called.
    pub(crate) fn is_page(&self) -> bool {
        let start = self.body.trim_ascii_start();
        let begins_with =
            |tag: &str| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()));
        let is_called_so = self.is_called("text/html") || self.is_called("application/xhtml+xml");
        (is_called_so && (begins_with("<") || (!self.is_blank() && self.text().is_none())))
            || begins_with("<!doctype html")
            || begins_with("<html")
    }

    pub(crate) fn is_called(&self, media_type: &str) -> bool {
        self.media_type.is_some_and(|name| name.eq_ignore_ascii_case(media_type))
    }

    /// The body as text, if it is some.
    pub(crate) fn text(&self) -> Option<&'r str> {
        std::str::from_utf8(self.body).ok()
    }

    /// Why it cannot be read, in a clause about "its body"; `None` when it is text in UTF-8, as far as that can be told.
    ///
    /// Asked only when reading has failed: a transport may leave the header of an encoding that it has undone, and many a
    /// server names a charset that it does not use.
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
            return Some(format!("the charset of its body is {charset}, which is not read: UTF-8 is"));
        }
        self.text().is_none().then(|| "its body is not text in UTF-8".to_owned())
    }

    /// What it is called, when that is a media type and not JSON.
    pub(crate) fn other_type(&self) -> Option<String> {
        let is_json = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.ends_with("/json") || name.ends_with("+json")
        };
        let is_type = |name: &str| name.split_once('/').is_some_and(|(kind, _)| MEDIA_TYPES.contains(&kind));
        self.media_type.filter(|name| !is_json(name)).map(|name| known(name, is_type))
    }
}

const ENCODINGS: [&str; 6] = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress"];
/// How names of charsets begin.
const CHARSETS: [&str; 13] =
    ["utf", "ucs", "iso", "windows-", "cp", "us-", "gb", "big5", "euc-", "shift", "koi8", "mac", "latin"];
/// What stands before the slash.
const MEDIA_TYPES: [&str; 9] =
    ["application", "audio", "font", "image", "message", "model", "multipart", "text", "video"];

/// A name out of a header, if it is one: anything else in its place may be a secret.
fn known(name: &str, is_known: impl Fn(&str) -> bool) -> String {
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || "/-+._".contains(c);
    let is_short = name.len() <= LONGEST_NAME && name.chars().all(is_of_a_name);
    if is_short && is_known(&name.to_ascii_lowercase()) {
        format!("`{name}`")
    } else {
        "one that is not known".to_owned()
    }
}
