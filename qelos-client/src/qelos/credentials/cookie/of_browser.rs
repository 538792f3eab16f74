//! The session cookie in the request of a browser. No other cookie of the request is read or kept.
//!
//! - Qelos calls its cookie `qlt_` and the beginning of the tenant's id. A program that passes the session on under its own
//!   host adds `__Host-` in front: browsers accept such a name only from the host itself, so that no other host of the
//!   domain can slip in a session. Where both are there, that one counts.
//! - Qelos also reads a cookie called `token`, but sets none: it belongs to another program, and is not sent to Qelos.
//! - Of two cookies with one name the first counts, as for Qelos. Cookies of several tenants are an error, because the
//!   request does not tell which of them is meant.

use http::HeaderMap;
use http::header::COOKIE;
use qelos_spec::SecretString;

use super::set_cookie::PREFIX;
use crate::error::Error;

/// The prefix of cookies that only the host itself can set (RFC 6265bis §4.1.3.2).
pub(super) const OF_THE_HOST: &str = "__Host-";

/// The name, without `__Host-`, and the value of the session cookie.
pub(super) fn session_cookie(headers: &HeaderMap) -> Result<Option<(String, SecretString)>, Error> {
    for prefix in [OF_THE_HOST, ""] {
        let mut sessions = cookies(headers).filter_map(|(name, value)| {
            let name = std::str::from_utf8(name).ok()?.strip_prefix(prefix)?;
            (is_session(name) && !value.is_empty()).then_some((name, value))
        });
        let Some((name, value)) = sessions.next() else { continue };
        if sessions.any(|(other, _)| other != name) {
            return Err(Error::config(
                "the request has session cookies of several tenants: choose one, and continue it with `with_cookie`",
            ));
        }
        return Ok(Some((name.to_owned(), check_value(value)?.into())));
    }
    Ok(None)
}

/// The pairs in the headers `cookie`. A name or a value may be any bytes.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let pairs = headers.get_all(COOKIE).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..at].trim_ascii(), pair[at + 1..].trim_ascii()))
    })
}

fn is_session(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    name.strip_prefix(PREFIX).is_some_and(|tenant| !tenant.is_empty() && tenant.bytes().all(is_plain))
}

pub(super) fn check_name(name: &str) -> Result<(), Error> {
    if is_session(name) {
        return Ok(());
    }
    Err(Error::config("the session cookie of Qelos is called `qlt_` and the first 8 characters of the tenant's id"))
}

/// The value as text, if a cookie can have it (RFC 6265 §4.1.1).
pub(super) fn check_value(value: &[u8]) -> Result<&str, Error> {
    let is_allowed = |byte: &u8| byte.is_ascii_graphic() && !b"\",;\\".contains(byte);
    let text = std::str::from_utf8(value).ok().filter(|text| !text.is_empty() && value.iter().all(is_allowed));
    text.ok_or_else(|| {
        Error::config("the session cookie has a value that no cookie can have: the user has to sign in again")
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;
    use qelos_spec::ExposeSecret as _;

    use super::*;

    fn request<'l>(lines: impl IntoIterator<Item = &'l [u8]>) -> HeaderMap {
        lines.into_iter().map(|line| (COOKIE, HeaderValue::from_bytes(line).unwrap())).collect()
    }

    fn found(lines: &[&str]) -> Option<String> {
        let found = session_cookie(&request(lines.iter().map(|line| line.as_bytes()))).unwrap();
        found.map(|(name, value)| format!("{name}={}", value.expose_secret()))
    }

    #[test]
    fn the_session_cookie_is_found_among_others() {
        for (lines, session) in [
            (&["qlt_0=a"][..], "qlt_0=a"),
            (&["theme=dark; token=b; qlt_0=a; qlty=c"], "qlt_0=a"),
            (&["theme=dark", "qlt_6b01d2e6=a.b-c_d"], "qlt_6b01d2e6=a.b-c_d"),
            (&[" ;;=;x;qlt_0 = a ;"], "qlt_0=a"),
            (&["qlt_0=a=b=="], "qlt_0=a=b=="),
            (&["qlt_0=first; qlt_0=second"], "qlt_0=first"),
            (&["qlt_0=; qlt_0=second"], "qlt_0=second"),
            (&["qlt_0=of-the-domain; __Host-qlt_0=of-the-host"], "qlt_0=of-the-host"),
            (&["qlt_1=of-the-domain; qlt_2=x; __Host-qlt_0=of-the-host"], "qlt_0=of-the-host"),
        ] {
            assert_eq!(found(lines).as_deref(), Some(session), "{lines:?}");
        }
    }

    #[test]
    fn cookies_of_other_programs_are_no_session() {
        for line in ["", "qlt_0", "qlt_0=", "qlt_=a", "QLT_0=a", "xqlt_0=a", "token=a", "__Secure-qlt_0=a", "qlt_a b=c"]
        {
            assert_eq!(found(&[line]), None, "{line}");
        }
    }

    #[test]
    fn a_value_that_no_cookie_can_have_is_an_error_that_does_not_show_it() {
        for value in ["hunter2 hunter2", "\"hunter2\"", "hunter2,", "hunter2\\", "hunter2\u{fc}"] {
            let line = format!("qlt_0={value}");
            let error = session_cookie(&request([line.as_bytes()])).unwrap_err();
            assert!(error.is_config() && !format!("{error} {error:?}").contains("hunter2"), "{error}");
            assert!(check_value(value.as_bytes()).is_err(), "{value}");
        }
        assert!(check_value(b"").is_err() && check_value(b"a;b").is_err());
    }

    #[test]
    fn cookies_of_several_tenants_are_an_error() {
        for line in ["qlt_0=a; qlt_1=b", "__Host-qlt_0=a; __Host-qlt_1=b; qlt_0=c"] {
            let error = session_cookie(&request([line.as_bytes()])).unwrap_err().to_string();
            assert!(error.contains("several tenants"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_other_cookie_hides_the_session_or_gets_into_it(before: Vec<u8>, after: Vec<u8>) {
            let others = |bytes: Vec<u8>| -> Vec<u8> {
                bytes.into_iter().filter(|byte| matches!(byte, 32..=126 | 128..) && *byte != b'q').collect()
            };
            let line = [&others(before)[..], b"; qlt_0=a; ", &others(after)[..]].concat();
            let (name, value) = session_cookie(&request([&line[..]])).unwrap().unwrap();
            prop_assert_eq!((name.as_str(), value.expose_secret()), ("qlt_0", "a"));
        }
    }
}
