//! The session cookies in the `Set-Cookie` lines of a response, by RFC 6265 §5.2 and §5.3.
//!
//! - A cookie is its name, domain and path. For each of them, the last line of the response counts.
//! - The domain is the host of the server or a parent of it. Public suffixes are accepted, too, because the cookie is
//!   sent to this host only. A cookie for any other domain is not accepted: a gateway may pass on a response of another
//!   installation, whose session would replace the user's session.
//! - `localhost`, `127.0.0.1` and `[::1]` count as one host, because all of them are this machine: a development server
//!   may use another of these names than the client.
//! - A line without a path is about another cookie than a line with one. By the RFC, it means the directory of the
//!   request, so it would remove a cookie for `/api` in a response of `/api/logout`, but not in other responses.
//!   Ignoring such a removal keeps a session until the server refuses it. Following it in the wrong response would lose
//!   a valid session.
//! - `Max-Age` takes precedence over `Expires`. `Expires` is a time of the server's clock, so it is compared with the
//!   `Date` of the same response, and with the clock of the client only when there is none. Otherwise, when one of the
//!   clocks is wrong by more than the life of a cookie, each cookie would count as a removal.
//! - A cookie is kept when it has expired: the server decides about that, and clocks differ.
//! - A `Secure` cookie is also sent over plain http: the connection decides where credentials may go.
//! - A line that cannot be read does not hide another line, and an invalid attribute does not hide its cookie.

use std::net::IpAddr;

use cookie::Cookie;
use http::header::{DATE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Uri};
use qelos_spec::{BaseUrl, SecretString, Timestamp};

/// The prefix of the names of Qelos' session cookies; the rest is the tenant.
pub(super) const PREFIX: &str = "qlt_";

/// The length of the longest domain name.
const LONGEST_DOMAIN: usize = 253;

/// A session cookie, as the last line about it sets or removes it.
pub(super) struct SetCookie {
    pub(super) identity: Identity,
    /// `None` when the line removes the cookie.
    pub(super) value: Option<SecretString>,
    /// The line, as the server has written it.
    pub(super) line: HeaderValue,
}

/// The identity of a cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) name: String,
    domain: String,
    /// `None` when the line has no path.
    path: Option<String>,
}

impl Identity {
    /// The identity of a cookie in the request of a browser, which does not tell its domain and path: no line is known
    /// to be about it.
    pub(super) fn unknown(name: String) -> Self {
        Self { name, domain: String::new(), path: None }
    }
}

/// The host that sets cookies, and to which they are sent.
pub(super) struct Host(String);

impl Host {
    pub(super) fn of(base: &BaseUrl) -> Self {
        let uri = base.as_str().parse::<Uri>().ok();
        Self(uri.and_then(|uri| uri.host().map(canonical)).unwrap_or_default())
    }

    /// The session cookies in a response of this host, in the order of the last line about each.
    pub(super) fn session_cookies(&self, headers: &HeaderMap, now: Timestamp) -> Vec<SetCookie> {
        let mut last: Vec<SetCookie> = Vec::new();
        for (line, cookie) in lines(headers) {
            let Some(identity) = self.identity(&cookie) else { continue };
            last.retain(|earlier| earlier.identity != identity);
            let value = (!is_removal(&cookie, headers, now)).then(|| cookie.value().into());
            let mut line = line.clone();
            line.set_sensitive(true);
            last.push(SetCookie { identity, value, line });
        }
        last
    }

    /// The domain of a session cookie that this host may not set, for the error about it.
    pub(super) fn foreign_domain(&self, headers: &HeaderMap, now: Timestamp) -> Option<String> {
        let is_foreign = |cookie: &Cookie<'_>| self.identity(cookie).is_none() && !is_removal(cookie, headers, now);
        let foreign = lines(headers).map(|(_, cookie)| cookie).find(is_foreign)?;
        let domain = foreign.domain()?.chars().take(LONGEST_DOMAIN);
        Some(domain.flat_map(char::escape_debug).collect())
    }

    /// The cookie that a line is about; `None` when this host may not set cookies for its domain.
    fn identity(&self, line: &Cookie<'_>) -> Option<Identity> {
        let domain = match line.domain().map(canonical).filter(|domain| !domain.is_empty()) {
            Some(parent) if self.is_below(&parent) => parent,
            Some(other) if !self.is(&other) => return None,
            _ => self.0.clone(),
        };
        let path = line.path().filter(|path| path.starts_with('/')).map(str::to_owned);
        Some(Identity { name: line.name().to_owned(), domain, path })
    }

    fn is(&self, domain: &str) -> bool {
        self.0 == domain || is_loopback(&self.0) && is_loopback(domain)
    }

    /// Whether the host is below a domain. Addresses have no parents: `10.0.0.1` is not below `0.0.1`.
    fn is_below(&self, domain: &str) -> bool {
        let is_name = self.0.parse::<IpAddr>().is_err();
        is_name && self.0.strip_suffix(domain).is_some_and(|labels| labels.ends_with('.'))
    }
}

/// The lines about session cookies that can be read. A name or value that is not UTF-8 is left out: it could not be
/// sent back.
fn lines(headers: &HeaderMap) -> impl Iterator<Item = (&HeaderValue, Cookie<'_>)> {
    let lines = headers.get_all(SET_COOKIE).iter();
    let cookies = lines.filter_map(|line| Some((line, Cookie::parse(String::from_utf8_lossy(line.as_bytes())).ok()?)));
    let is_text = |text: &str| !text.contains(char::REPLACEMENT_CHARACTER);
    cookies.filter(move |(_, cookie)| {
        cookie.name().starts_with(PREFIX) && is_text(cookie.name()) && is_text(cookie.value())
    })
}

/// Whether a line removes its cookie. An empty value is a removal, with any attributes.
fn is_removal(line: &Cookie<'_>, headers: &HeaderMap, now: Timestamp) -> bool {
    let has_expired = match (line.max_age(), line.expires_datetime()) {
        (Some(age), _) => !age.is_positive(),
        (None, Some(expiry)) => {
            let now = server_time(headers).unwrap_or(now);
            expiry.unix_timestamp().saturating_mul(1000) <= now.unix_millis()
        }
        (None, None) => false,
    };
    line.value().is_empty() || has_expired
}

/// The time of the server's clock when it wrote the response.
fn server_time(headers: &HeaderMap) -> Option<Timestamp> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok().map(Timestamp::from)
}

/// The domain in lower case, without a dot in front, and without the brackets of an IPv6 address.
fn canonical(domain: &str) -> String {
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    domain.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase()
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qelos_spec::ExposeSecret;

    use super::*;

    const NOW: &str = "2026-11-21T12:00:00Z";

    fn host(name: &str) -> Host {
        Host::of(&format!("https://{name}").parse().unwrap())
    }

    fn response<'l>(lines: impl IntoIterator<Item = &'l [u8]>) -> HeaderMap {
        lines.into_iter().map(|line| (SET_COOKIE, HeaderValue::from_bytes(line).unwrap())).collect()
    }

    /// `domain/path=value` for each cookie; `-` where there is none.
    fn read(host: &Host, headers: &HeaderMap) -> Vec<String> {
        let cookies = host.session_cookies(headers, NOW.parse().unwrap()).into_iter();
        let shown = cookies.map(|SetCookie { identity: Identity { domain, path, .. }, value, .. }| {
            let value = value.as_ref().map_or("-", |value| value.expose_secret());
            format!("{domain}{}={value}", path.as_deref().unwrap_or("-"))
        });
        shown.collect()
    }

    fn of_acme(lines: &[&str]) -> Vec<String> {
        read(&host("acme.example"), &response(lines.iter().map(|line| line.as_bytes())))
    }

    #[test]
    fn the_last_line_about_each_cookie_counts() {
        for (lines, last) in [
            (&["qlt_0=a; Path=/", "qlt_0=; Path=/; Max-Age=0"][..], &["acme.example/=-"][..]),
            (&["qlt_0=; Path=/; Max-Age=0", "qlt_0=a; Path=/"], &["acme.example/=a"]),
            (&["qlt_0=; Path=/old; Max-Age=0", "qlt_0=b; Path=/"], &["acme.example/old=-", "acme.example/=b"]),
            (&["qlt_0=a; Path=/", "qlt_0=b; Path=/api", "qlt_0=c; Path=/"], &["acme.example/api=b", "acme.example/=c"]),
        ] {
            assert_eq!(of_acme(lines), last, "{lines:?}");
        }
    }

    #[test]
    fn a_cookie_is_its_name_domain_and_path() {
        let is_same = |one: &str, other: &str| of_acme(&[one, other]).len() == 1;
        let ours = "qlt_0=a; Path=/api";
        for same in
            ["Path=/api", "Path=/api; Domain=Acme.Example", "path=/api; domain=.acme.example", "Path=/; Path=/api"]
        {
            assert!(is_same(ours, &format!("qlt_0=b; {same}")), "{same}");
        }
        for other in ["", "Path=", "Path=api", "Path=/", "Path=/API", "Path=/api/", "Path=/api; Domain=example"] {
            assert!(!is_same(ours, &format!("qlt_0=b; {other}")), "{other}");
        }
        assert!(!is_same(ours, "qlt_1=b; Path=/api"));
        assert!(is_same("qlt_0=a; Path=", "qlt_0=b; Path=api"), "neither names a path");
    }

    #[test]
    fn a_host_sets_cookies_for_itself_and_its_parents() {
        let takes = |name: &str, domain: &str| {
            !read(&host(name), &response([format!("qlt_0=a; Domain={domain}").as_bytes()])).is_empty()
        };
        for (name, domain) in [
            ("acme.example", "acme.example"),
            ("acme.example", ".ACME.example"),
            ("ACME.example:8443", "acme.example"),
            ("eu.acme.example", "acme.example"),
            ("acme.example", "example"),
            ("acme.example", ""),
            ("10.0.0.1", "10.0.0.1"),
            ("[2001:db8::1]:8443", "[2001:db8::1]"),
            ("[2001:db8::1]", "2001:DB8::1"),
        ] {
            assert!(takes(name, domain), "{domain:?} from {name}");
        }
        for (name, domain) in [
            ("acme.example", "evil.example"),
            ("acme.example", "eu.acme.example"),
            ("acme.example", "cme.example"),
            ("acme.example", "acme.example:443"),
            ("acme.example", "localhost"),
            ("10.0.0.1", "0.0.1"),
            ("10.0.0.1", "127.0.0.1"),
            ("localhost.evil.example", "localhost"),
        ] {
            assert!(!takes(name, domain), "{domain:?} from {name}");
        }
    }

    #[test]
    fn the_names_of_this_machine_are_one_host() {
        let names = ["localhost", "127.0.0.1", "[::1]"];
        for (name, domain) in names.iter().flat_map(|name| names.map(|domain| (name, domain))) {
            let host = host(name);
            let lines = [&b"qlt_0=a"[..], &format!("qlt_0=b; Domain={domain}").into_bytes()[..]].map(<[u8]>::to_vec);
            let read = read(&host, &response(lines.iter().map(Vec::as_slice)));
            assert_eq!(read, [format!("{}-=b", host.0)], "{domain} from {name}");
        }
    }

    #[test]
    fn max_age_takes_precedence_over_expires_and_an_empty_value_is_a_removal() {
        let past = "Expires=Thu, 01 Jan 1970 00:00:01 GMT";
        let future = "Expires=Fri, 01 Jan 2100 00:00:00 GMT";
        for (line, is_set) in [
            ("qlt_0=a".to_owned(), true),
            ("qlt_0=".to_owned(), false),
            (format!("qlt_0=; Max-Age=60; {future}"), false),
            (format!("qlt_0=deleted; {past}"), false),
            (format!("qlt_0=a; {future}"), true),
            (format!("qlt_0=a; Max-Age=60; {past}"), true),
            (format!("qlt_0=a; {past}; Max-Age=60"), true),
            (format!("qlt_0=a; Max-Age=0; {future}"), false),
            (format!("qlt_0=a; Max-Age=-1; {future}"), false),
            (format!("qlt_0=a; Max-Age=soon; {past}"), false),
            (format!("qlt_0=a; Max-Age=99999999999999999999; {past}"), true),
            ("qlt_0=a; Expires=Sat, 21 Nov 2026 12:00:00 GMT".to_owned(), false),
            ("qlt_0=a; Expires=Sat, 21 Nov 2026 12:00:01 GMT".to_owned(), true),
            ("qlt_0=a; Expires=yesterday".to_owned(), true),
        ] {
            assert_eq!(!of_acme(&[&line])[0].ends_with("=-"), is_set, "{line}");
        }
    }

    #[test]
    fn every_form_of_a_date_is_read() {
        for [past, future] in [
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 06 Nov 2099 08:49:37 GMT"],
            ["Sunday, 06-Nov-94 08:49:37 GMT", "Wednesday, 06-Nov-69 08:49:37 GMT"],
            ["Sun Nov  6 08:49:37 1994", "Fri Nov  6 08:49:37 2099"],
            ["Sun, 06-Nov-1994 08:49:37 GMT", "Fri, 06-Nov-2099 08:49:37 GMT"],
            ["Sun, 06-Nov-94 08:49:37 GMT", "Wed, 06-Nov-69 08:49:37 GMT"],
            ["06 Nov 1994 08:49:37 GMT", "06 Nov 2099 08:49:37 GMT"],
        ] {
            let read = |date: &str| of_acme(&[&format!("qlt_0=a; Expires={date}")]);
            assert_eq!(
                (read(past), read(future)),
                (vec!["acme.example-=-".into()], vec!["acme.example-=a".into()]),
                "{past}"
            );
        }
    }

    #[test]
    fn expires_is_compared_with_the_date_of_its_response() {
        for (date, expires, is_set) in [
            // A server that is a month behind the client, then one that is a month ahead.
            ("Wed, 21 Oct 2026 12:00:00 GMT", "Wed, 21 Oct 2026 13:00:00 GMT", true),
            ("Mon, 21 Dec 2026 12:00:00 GMT", "Mon, 21 Dec 2026 11:00:00 GMT", false),
            ("the day after", "Sat, 21 Nov 2026 11:59:59 GMT", false),
            ("the day after", "Sat, 21 Nov 2026 12:00:01 GMT", true),
        ] {
            let mut headers = response([format!("qlt_0=a; Expires={expires}").as_bytes()]);
            headers.insert(DATE, date.parse().unwrap());
            let read = read(&host("acme.example"), &headers);
            assert_eq!(read, [if is_set { "acme.example-=a" } else { "acme.example-=-" }], "{expires} at {date}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_hides_no_other() {
        let odd = [
            &b"qlt_0=\xff"[..],
            b"qlt_\xff=x",
            b"theme=\xff\xfe",
            b"qlt_0",
            b"=",
            b";;;",
            b"",
            b"qlt_0=x; Domain=\xff",
        ];
        let ours = &b"qlt_0=a; Comment=Z\xfcrich; Path=/; Priority; =; Expires=\xff; SameSite=odd"[..];
        let read = read(&host("acme.example"), &response(odd.into_iter().chain([ours]).chain(odd)));
        assert_eq!(read, ["acme.example/=a"]);
    }

    #[test]
    fn the_foreign_domain_of_an_error_is_short_and_on_one_line() {
        let shown = |line: &[u8]| host("acme.example").foreign_domain(&response([line]), NOW.parse().unwrap());
        assert_eq!(shown(b"qlt_0=a; Domain=a\tb.example").as_deref(), Some("a\\tb.example"));
        assert_eq!(shown(b"qlt_0=a; Domain=acme.example"), None);
        assert_eq!(shown(b"qlt_0=; Domain=evil.example"), None, "a removal is not a session for another domain");
        let long = shown(format!("qlt_0=a; Domain={}", "a".repeat(9_000)).as_bytes()).unwrap();
        assert_eq!(long.len(), LONGEST_DOMAIN);
    }

    /// A line with any bytes that are allowed in a header.
    fn line() -> impl Strategy<Value = Vec<u8>> {
        let attribute = prop::sample::select(vec!["Expires=", "Max-Age=", "Domain=", "Path=", "qlt_1="]);
        let byte = prop_oneof![Just(b'\t'), 32_u8..=126, 128_u8..=255];
        (attribute, prop::collection::vec(byte, 0..40))
            .prop_map(|(attribute, rest)| [b"qlt_1=x; ", attribute.as_bytes(), &rest].concat())
    }

    proptest! {
        #[test]
        fn no_line_hides_another(before in line(), after in line()) {
            let headers = response([&before[..], b"qlt_0=a; Path=/api", &after]);
            let cookies = host("acme.example").session_cookies(&headers, NOW.parse().unwrap());
            let ours: Vec<_> = cookies.iter().filter(|cookie| cookie.identity.name == "qlt_0").collect();
            prop_assert_eq!(ours.len(), 1);
            prop_assert_eq!(ours[0].value.as_ref().map(ExposeSecret::expose_secret), Some("a"));
            let foreign = host("acme.example").foreign_domain(&headers, NOW.parse().unwrap()).unwrap_or_default();
            prop_assert!(!foreign.contains(char::is_control));
        }
    }
}
