//! The proxies of the environment, or one that the program chose.

use std::env;

use http::uri::Scheme;
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Builder, Intercept, Matcher};

use crate::transport::network::is_plain_loopback;
use crate::transport::{TransportError, TransportErrorKind};

/// Stands for a URL that cannot be read, so that it is not taken for an absent one: its scheme is not supported either.
const UNREADABLE: &str = "socks5://unreadable.invalid";

/// A server that `NO_PROXY` names only if it names all servers.
const ANY_SERVER: &str = "http://any-server.invalid";

/// Decides which requests go through a proxy.
pub(super) struct Proxies {
    matcher: Matcher,
    /// Whether the proxy for plain http has a password: most programs need not look for it in each call.
    has_password: bool,
}

impl Proxies {
    /// The proxies in `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. A CGI program has none: there
    /// `HTTP_PROXY` is a header of the request that it serves.
    pub(super) fn of_environment() -> Self {
        if env::var_os("REQUEST_METHOD").is_some() {
            return Self::none();
        }
        let value = |names: [&str; 2]| {
            let value = names.into_iter().find_map(env::var_os);
            value.unwrap_or_default().to_string_lossy().into_owned()
        };
        let proxy = |names| readable(value(names));
        let matcher = Matcher::builder()
            .all(proxy(["ALL_PROXY", "all_proxy"]))
            .http(proxy(["HTTP_PROXY", "http_proxy"]))
            .https(proxy(["HTTPS_PROXY", "https_proxy"]))
            .no(value(["NO_PROXY", "no_proxy"]));
        Self::new(matcher)
    }

    /// This proxy for all servers.
    pub(super) fn all(url: &str) -> Self {
        Self::new(Matcher::builder().all(readable(url.to_owned())))
    }

    pub(super) fn none() -> Self {
        Self::new(Matcher::builder())
    }

    fn new(matcher: Builder) -> Self {
        let matcher = matcher.build();
        let proxy = matcher.intercept(&Uri::from_static(ANY_SERVER));
        Self { has_password: proxy.is_some_and(|proxy| proxy.basic_auth().is_some()), matcher }
    }

    /// The proxy for requests to this server. Requests over plain http to this machine have none.
    ///
    /// # Errors
    ///
    /// When there is a proxy for it that is not supported.
    pub(super) fn of(&self, server: &Uri) -> Result<Option<Intercept>, TransportError> {
        let Some(proxy) = self.matcher.intercept(server) else { return Ok(None) };
        if is_plain(server) && server.authority().is_some_and(|it| is_plain_loopback(&format!("http://{it}"))) {
            return Ok(None);
        }
        if proxy.uri().scheme().is_some_and(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme)) {
            return Ok(Some(proxy));
        }
        let why = "the proxy for this server has no URL that begins with `http://` or `https://`, and no other kind is \
                   supported: check `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and the setting `proxy`, or name the server in \
                   `NO_PROXY`";
        Err(TransportError::new(TransportErrorKind::Setup, why))
    }

    /// The header that a request itself needs for its proxy: a proxy of plain http reads the requests. For https the
    /// header is in the `CONNECT` request.
    pub(super) fn authorization_of(&self, server: &Uri) -> Option<HeaderValue> {
        if !self.has_password || !is_plain(server) {
            return None;
        }
        self.of(server).ok()??.basic_auth().cloned()
    }
}

fn is_plain(server: &Uri) -> bool {
    server.scheme() == Some(&Scheme::HTTP)
}

/// The URL of a proxy, or the one that stands for URLs that cannot be read. An empty one is an absent one.
fn readable(url: String) -> String {
    let is_read = Matcher::builder().all(url.clone()).build().intercept(&Uri::from_static(ANY_SERVER)).is_some();
    if url.is_empty() || is_read { url } else { UNREADABLE.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy_of(proxies: &Proxies, server: &str) -> Option<String> {
        proxies.of(&server.parse().unwrap()).unwrap().map(|proxy| proxy.uri().to_string())
    }

    #[test]
    fn plain_http_to_this_machine_has_no_proxy() {
        let proxies = Proxies::all("http://proxy.example:3128");
        for server in ["http://localhost:3000/api", "http://127.0.0.1", "http://[::1]:80"] {
            assert_eq!(proxy_of(&proxies, server), None, "{server}");
        }
        for server in ["https://localhost:3000/api", "http://localhost.example", "https://acme.example"] {
            assert_eq!(proxy_of(&proxies, server).unwrap(), "http://proxy.example:3128/", "{server}");
        }
        assert_eq!(proxy_of(&Proxies::none(), "https://acme.example"), None);
    }

    #[test]
    fn a_proxy_that_is_not_supported_is_an_error_without_its_url() {
        for url in
            ["socks5://u:planted@proxy.example", "socks4://planted", "ftp://planted", "http://[planted", "//planted"]
        {
            let proxies = Proxies::all(url);
            let error = proxies.of(&Uri::from_static("https://acme.example")).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Setup, "{url}");
            assert!(
                error.to_string().contains("`HTTPS_PROXY`") && !format!("{error:?}").contains("planted"),
                "{error}"
            );
            assert_eq!(proxy_of(&proxies, "http://localhost"), None, "this machine needs no proxy");
        }
        assert_eq!(proxy_of(&Proxies::all(""), "https://acme.example"), None);
    }

    #[test]
    fn only_plain_http_shows_the_password_of_a_proxy_in_the_request() {
        let proxies = Proxies::all("http://ada:hunter2@proxy.example");
        let of = |server| proxies.authorization_of(&Uri::from_static(server));
        assert!(of("http://acme.example").unwrap().is_sensitive());
        assert_eq!(of("http://acme.example").unwrap(), "Basic YWRhOmh1bnRlcjI=");
        assert_eq!((of("https://acme.example"), of("http://localhost")), (None, None));
    }
}
