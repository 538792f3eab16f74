//! Where a server is: the prefix that every path is appended to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;

/// The URL of a server, with an optional path prefix: `https://acme.example`, `https://example.com/qelos`.
///
/// A path is *appended* to it, never joined: nothing in a request can change the scheme, the host, the port or the
/// prefix.
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
}

impl BaseUrl {
    /// The URL, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The path in front of every path: empty, or `/qelos`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.text[self.prefix..]
    }

    /// Whether what is sent there is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// Whether it is this machine: `localhost`, `127.0.0.0/8` or `[::1]`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let authority = self.text[..self.prefix].split_once("://").map_or("", |(_, authority)| authority);
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
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
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err("it does not start with `https://` (or `http://`)");
    }
    let authority = uri.authority().ok_or("it has no host")?;
    if authority.as_str().contains('@') {
        return Err("it holds a user name or password; sign in, or give an API token, instead");
    }
    if authority.host().is_empty() || authority.as_str().len() != host_and_port(authority) {
        return Err("its host or port is not valid");
    }
    let path = uri.path().trim_end_matches('/');
    if path.split('/').skip(1).any(|segment| matches!(decode_dots(segment).as_str(), "" | "." | "..")) {
        return Err("its path has an empty, `.` or `..` segment");
    }
    if !path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:@".contains(&byte)) {
        return Err("its path has a character that has to be escaped");
    }
    let origin = format!("{}://{}", uri.scheme_str().unwrap_or_default(), authority.as_str().to_ascii_lowercase());
    Ok(BaseUrl { prefix: origin.len(), text: origin + path })
}

/// How long `host` or `host:port` is when the port is a number that fits.
fn host_and_port(authority: &http::uri::Authority) -> usize {
    let port = authority.port_u16().map_or(0, |_| authority.port().map_or(0, |port| port.as_str().len() + 1));
    authority.host().len() + port
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

/// The text is not the URL of a server. It is not repeated here: people paste passwords into URLs.
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
        ] {
            assert_eq!(given.parse::<BaseUrl>().unwrap().as_str(), kept);
        }
    }

    #[test]
    fn everything_else_is_refused_with_a_reason() {
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
    fn loopback_is_this_machine_only() {
        let loopback = |text: &str| text.parse::<BaseUrl>().unwrap().is_loopback();
        assert!(loopback("http://localhost:3000") && loopback("http://127.8.0.1") && loopback("http://[::1]:1"));
        assert!(
            !loopback("http://localhost.evil.example") && !loopback("http://10.0.0.1") && !loopback("http://[::2]")
        );
    }
}
