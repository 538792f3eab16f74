//! The URL of a server: the prefix that every path is appended to.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};

/// The longest URI that [`Uri`] can hold, in bytes.
const LONGEST_URI: usize = 65_534;

/// The URL of a server, with an optional path prefix: `https://acme.example`, `https://example.com/qelos`.
///
/// A path is *appended* to it, never joined: a request cannot change the scheme, the host, the port or the prefix.
///
/// The host is a name of letters, digits, `-` and `_`, or an address. Other spellings of an IPv4 address, such as
/// `0x7f.1` for `127.0.0.1`, are refused, because programs read them differently. Whether an `xn--` label encodes a
/// name is in the tables of Unicode: the transport looks it up when a client is built.
///
/// ```
/// use qelos_spec::BaseUrl;
///
/// let base: BaseUrl = "https://example.com/qelos/".parse().unwrap();
/// assert_eq!(base.as_str(), "https://example.com/qelos");
/// assert!("example.com".parse::<BaseUrl>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    text: String,
    prefix: usize,
    /// What each request needs of the text, read once.
    scheme: Scheme,
    authority: Authority,
    is_loopback: bool,
}

impl BaseUrl {
    /// The URL, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The identity of the server: scheme, host, port and [`prefix`](Self::prefix), without the default port of the
    /// scheme. Two base URLs with equal origins are the same server, although their texts may differ.
    ///
    /// ```
    /// use qelos_spec::BaseUrl;
    ///
    /// let base: BaseUrl = "https://Acme.example:443/qelos/".parse().unwrap();
    /// assert_eq!(base.as_str(), "https://acme.example:443/qelos");
    /// assert_eq!(base.origin(), "https://acme.example/qelos");
    /// ```
    #[must_use]
    pub fn origin(&self) -> Cow<'_, str> {
        let default_port = if self.is_https() { ":443" } else { ":80" };
        match self.text[..self.prefix].strip_suffix(default_port) {
            Some(origin) => Cow::Owned(format!("{origin}{}", self.prefix())),
            None => Cow::Borrowed(&self.text),
        }
    }

    /// The path before every path: empty, or `/qelos`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.text[self.prefix..]
    }

    /// The host: a name, or an address. An IPv6 address is in brackets.
    ///
    /// ```
    /// use qelos_spec::BaseUrl;
    ///
    /// let base: BaseUrl = "https://Acme.example/qelos".parse().unwrap();
    /// assert_eq!((base.host(), base.port()), ("acme.example", 443));
    /// ```
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// The port; that of the scheme if the URL names none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.authority.port_u16().unwrap_or(if self.is_https() { 443 } else { 80 })
    }

    /// Whether requests are encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Whether the server is this machine: `localhost`, `127.0.0.0/8` or `[::1]`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// The URI of a path and query on this server, or why there is none.
    pub(crate) fn uri_of(&self, target: Cow<'static, str>) -> Result<Uri, String> {
        if self.text.len() + target.len() > LONGEST_URI {
            return Err(format!("the URL is longer than {LONGEST_URI} bytes"));
        }
        let target = match (self.prefix(), target) {
            ("", Cow::Borrowed(target)) => Bytes::from_static(target.as_bytes()),
            ("", Cow::Owned(target)) => Bytes::from(target),
            (prefix, target) => Bytes::from([prefix, &target].concat()),
        };
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::from_maybe_shared(target).map_err(|error| error.to_string())?);
        Uri::from_parts(parts).map_err(|error| error.to_string())
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        check(text.trim()).map_err(|reason| InvalidBaseUrl { reason })
    }
}

fn check(text: &str) -> Result<BaseUrl, &'static str> {
    if text.is_empty() {
        return Err("it is empty");
    }
    if text.contains(['?', '#']) {
        return Err("it has a query or a fragment, and only a path may follow the host");
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\' || !c.is_ascii()) {
        return Err("it has a character that has to be escaped (write an international host name in its `xn--` form)");
    }
    let uri: Uri = text.parse().map_err(|_| "it is not a URL")?;
    let scheme = uri.scheme().filter(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme));
    let scheme = scheme.ok_or("it does not start with `https://` (or `http://`)")?.clone();
    let authority = uri.authority().ok_or("it has no host")?;
    if authority.as_str().contains('@') {
        return Err("it holds a user name or password; sign in, or give an API token, instead");
    }
    let (host, port) = authority.as_str().split_at(authority.host().len());
    let (host, port) = (check_host(host)?, check_port(port)?);
    let path = uri.path().trim_end_matches('/');
    if path.split('/').skip(1).any(|segment| matches!(decode_dots(segment).as_str(), "" | "." | "..")) {
        return Err("its path has an empty, `.` or `..` segment");
    }
    if !path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:@".contains(&byte)) {
        return Err("its path has a character that has to be escaped");
    }
    let authority = Authority::try_from(format!("{host}{port}")).map_err(|_| "it is not a URL")?;
    let origin = format!("{scheme}://{authority}");
    let is_loopback = is_loopback(&host);
    Ok(BaseUrl { prefix: origin.len(), text: origin + path, scheme, authority, is_loopback })
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The host in the one spelling that all programs read the same way.
fn check_host(text: &str) -> Result<String, &'static str> {
    if text.starts_with('[') {
        return check_ipv6(text);
    }
    let host = text.to_ascii_lowercase();
    let name = host.strip_suffix('.').unwrap_or(&host);
    if name.is_empty() {
        return Err("it has no host");
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return Err("its host has a character that no host name has: write letters, digits, `-`, `_` and `.`");
    }
    if name.split('.').any(str::is_empty) {
        return Err("its host begins with a dot, or has two dots in a row");
    }
    if name.len() > 253 || name.split('.').any(|label| label.len() > 63) {
        return Err("its host is longer than 253 characters, or has more than 63 between two dots");
    }
    if ends_in_a_number(name) && !matches!(host.parse(), Ok(IpAddr::V4(_))) {
        return Err(
            "its host ends in a number, and is not an IPv4 address: write four numbers from 0 to 255, as in `127.0.0.1`",
        );
    }
    Ok(host)
}

/// The shortest form of an IPv6 address, in brackets.
fn check_ipv6(text: &str) -> Result<String, &'static str> {
    let address = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).and_then(|text| text.parse().ok());
    let Some(IpAddr::V6(address)) = address else {
        return Err(
            "its host is in brackets, and is not an IPv6 address, as in `[::1]`; leave out a zone such as `%eth0`",
        );
    };
    Ok(match (address.to_ipv4_mapped(), address.segments()) {
        (Some(_), [.., high, low]) => format!("[::ffff:{high:x}:{low:x}]"),
        (None, _) => format!("[{address}]"),
    })
}

/// Whether a URL parser takes the host for an IPv4 address: with any count of numbers, decimal, octal or hexadecimal.
fn ends_in_a_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let hexadecimal = last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hexadecimal || last.bytes().all(|byte| byte.is_ascii_digit())
}

/// The port with its colon, without leading zeros: `:8443`. Empty if there is none.
fn check_port(text: &str) -> Result<String, &'static str> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let digits = text.strip_prefix(':').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let port = digits.and_then(|digits| digits.parse::<u16>().ok());
    port.map(|port| format!(":{port}")).ok_or("its port is not a number from 0 to 65535")
}

fn decode_dots(segment: &str) -> String {
    segment.replace("%2e", ".").replace("%2E", ".")
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({:?})", self.text)
    }
}

/// The text is not the URL of a server. The error does not repeat it: people paste passwords into URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidBaseUrl {
    reason: &'static str,
}

impl fmt::Display for InvalidBaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not the URL of a server: {}", self.reason)
    }
}

impl std::error::Error for InvalidBaseUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        text.parse::<BaseUrl>().expect_err(text).to_string()
    }

    #[test]
    fn an_origin_with_an_optional_prefix_is_taken() {
        for (given, kept) in [
            ("https://acme.example", "https://acme.example"),
            ("HTTPS://Acme.Example:8443/", "https://acme.example:8443"),
            (" http://[::1]:80/a/b// ", "http://[::1]:80/a/b"),
            ("https://[2001:DB8:0:0::0001]", "https://[2001:db8::1]"),
            ("https://[::ffff:192.0.2.1]", "https://[::ffff:c000:201]"),
            ("http://qelos_gateway:03000", "http://qelos_gateway:3000"),
            ("https://Acme.example.", "https://acme.example."),
            ("https://-a-.xn--bcher-kva.example", "https://-a-.xn--bcher-kva.example"),
            ("http://1.2.3.4.example", "http://1.2.3.4.example"),
            ("http://0x7f.1.0xyz", "http://0x7f.1.0xyz"),
        ] {
            assert_eq!(given.parse::<BaseUrl>().unwrap().as_str(), kept);
        }
    }

    #[test]
    fn any_other_text_is_refused_with_a_reason() {
        assert!(refused("").contains("empty"));
        assert!(refused("acme.example").contains("https://"));
        assert!(refused("ftp://acme.example").contains("https://"));
        assert!(refused("https://u:hunter2@acme.example").contains("API token"));
        assert!(!refused("https://u:hunter2@acme.example").contains("hunter2"));
        assert!(refused("https://acme.example/?a=b").contains("query"));
        assert!(refused("https://acme.example/a/%2E%2e/b").contains("`..`"));
        assert!(refused("https://acme.example:99999").contains("port"));
        assert!(refused("https://acme.example\\@evil.example").contains("escaped"));
        assert!(refused("https://").contains("URL"));
    }

    #[test]
    fn an_invalid_host_is_refused_with_a_reason() {
        let long = format!("http://{}.example", "a".repeat(64));
        let far_too_long = format!("http://{}example", "acme.".repeat(50));
        for (hosts, reason) in [
            (&["http://1.2.3", "http://1.2.3.4.5", "http://256.1.1.1", "http://acme.7"][..], "ends in a number"),
            (&["http://0x7f.1", "http://0X7F000001", "http://2130706433", "http://127.1"], "`127.0.0.1`"),
            (&["http://0177.0.0.1", "http://127.0.0.1.", "http://acme.0x"], "`127.0.0.1`"),
            (&["http://[fe80::1%25eth0]:3000", "http://[::1", "http://[127.0.0.1]", "http://[]"], ""),
            (&["http://[fe80::1%25eth0]:3000", "http://[127.0.0.1]", "http://[acme]"], "a zone such as `%eth0`"),
            (&["http://.acme.example", "http://acme..example", "http://acme.example.."], "two dots in a row"),
            (&[&long, &far_too_long], "is longer"),
            (&["http://.", "http://:3000"], "no host"),
            (&["http://acme!", "http://a,b.example", "http://a~b"], "a character that no host name has"),
            (&["http://acme:", "http://acme:+80", "http://[::1]x", "http://acme:65536"], "from 0 to 65535"),
        ] {
            for host in hosts {
                let refused = refused(host);
                assert!(refused.contains(reason), "{host}: {refused}");
            }
        }
    }

    #[test]
    fn a_character_that_has_to_be_escaped_is_named_as_the_reason() {
        for character in [' ', '\u{1}', '\u{85}', '\\', 'ä', '\u{2003}'] {
            let refused = refused(&format!("https://acme.example/a{character}b"));
            assert!(refused.contains("it has a character that has to be escaped"), "{character:?}: {refused}");
        }
    }

    #[test]
    fn names_and_urls_have_the_length_that_servers_take() {
        let label = "a".repeat(63);
        let longest = format!("{label}.{label}.{label}.{}", &label[..61]);
        assert_eq!(longest.len(), 253);
        assert!(format!("https://{longest}").parse::<BaseUrl>().is_ok());
        for host in [format!("{longest}b"), format!("{label}b.example")] {
            assert!(refused(&format!("https://{host}")).contains("longer than 253 characters, or has more than 63"));
        }
        let server: BaseUrl = "https://a.example".parse().unwrap();
        let uri_of =
            |length: usize| server.uri_of(Cow::Owned(format!("/{}", "a".repeat(length - 1 - server.text.len()))));
        assert!(uri_of(LONGEST_URI).is_ok());
        for length in [LONGEST_URI + 1, 2 * LONGEST_URI] {
            assert_eq!(uri_of(length).unwrap_err(), "the URL is longer than 65534 bytes");
        }
    }

    #[test]
    fn equal_origins_are_one_server() {
        let origin = |text: &str| text.parse::<BaseUrl>().unwrap().origin().into_owned();
        for same in ["https://a.example", "https://A.example:443/", " https://a.example:0443 "] {
            assert_eq!(origin(same), "https://a.example");
        }
        assert_eq!(origin("http://[0:0::1]:80/Qelos/"), "http://[::1]/Qelos");
        let others = ["http://a.example", "https://a.example:80", "https://a.example/qelos", "https://a.example."];
        for other in others {
            assert_eq!(origin(other), other, "it counts as another server");
        }
    }

    #[test]
    fn loopback_is_this_machine_only() {
        let loopback = |text: &str| text.parse::<BaseUrl>().unwrap().is_loopback();
        assert!(loopback("http://localhost:3000") && loopback("http://127.8.0.1") && loopback("http://[::1]:1"));
        assert!(
            !loopback("http://localhost.evil.example") && !loopback("http://10.0.0.1") && !loopback("http://[::2]")
        );
    }
}
