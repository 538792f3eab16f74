//! The URL of an endpoint of an authorization server.

use qelos_spec::BaseUrl;

use crate::error::Error;

/// A URL without a query, in the parts that a request takes.
#[derive(Debug, Clone)]
pub(super) struct EndpointUrl {
    /// All of it up to its last segment.
    base: BaseUrl,
    name: String,
    ends_with_slash: bool,
}

impl EndpointUrl {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        const NO_PATH: &str = "the URL of an endpoint of an authorization server has a path, such as `/oauth/token`";
        let text = text.trim();
        let (path, ends_with_slash) = text.strip_suffix('/').map_or((text, false), |path| (path, true));
        let (base, name) = path.rsplit_once('/').ok_or_else(|| Error::config(NO_PATH))?;
        if name.is_empty() || base.ends_with(':') || base.ends_with('/') {
            return Err(Error::config(NO_PATH));
        }
        if name.contains(['?', '#', '%']) {
            return Err(Error::config(
                "the URL of an endpoint of an authorization server ends with its path, without escapes",
            ));
        }
        Ok(Self { base: base_url(base)?, name: name.to_owned(), ends_with_slash })
    }

    pub(super) fn base(&self) -> &BaseUrl {
        &self.base
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn ends_with_slash(&self) -> bool {
        self.ends_with_slash
    }
}

pub(super) fn base_url(text: &str) -> Result<BaseUrl, Error> {
    text.parse().map_err(|error| Error::config(format_args!("the authorization server: {error}")))
}

/// A URL that a program may give to a browser, as it is: `https`, or `http` to this machine. The programs that open
/// browsers give other schemes to other programs, and some of them pass the text through a shell.
pub(super) fn for_browser(text: &str) -> Result<String, Error> {
    let url = text.trim();
    let server = base_url(url.split(['?', '#']).next().unwrap_or(url))?;
    let is_odd = |c: char| !c.is_ascii_graphic() || matches!(c, '"' | '\'' | '<' | '>' | '\\' | '^' | '`');
    if url.contains(is_odd) {
        return Err(Error::config("the URL for the browser has a character that has to be escaped"));
    }
    if !server.is_https() && !server.is_loopback() {
        return Err(Error::config("the URL for the browser begins with `https://`: a password is entered there"));
    }
    Ok(url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_has_a_path_without_a_query_and_without_escapes() {
        let url = EndpointUrl::parse(" https://login.test/oauth/token/ ").unwrap();
        assert_eq!((url.base().as_str(), url.name()), ("https://login.test/oauth", "token"));
        assert!(url.ends_with_slash() && !EndpointUrl::parse("https://login.test/token").unwrap().ends_with_slash());
        for (text, why) in [
            ("token", "has a path"),
            ("https:/token", "has a path"),
            ("https://login.test", "has a path"),
            ("https://login.test//", "has a path"),
            ("https://login.test/token?x=1", "ends with its path"),
            ("https://login.test/token#x", "ends with its path"),
            ("https://login.test/to%6ben", "ends with its path"),
        ] {
            let error = EndpointUrl::parse(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn a_browser_gets_urls_that_no_shell_reads_in_another_way() {
        for url in ["https://login.test/a?b=c&d=%20#e", "http://127.0.0.1:8080/a", "http://localhost/"] {
            assert_eq!(for_browser(&format!(" {url}\n")).unwrap(), url);
        }
        for character in ['"', '\'', '<', '>', '\\', '^', '`', ' ', 'ä', '\u{7f}'] {
            let error = for_browser(&format!("https://login.test/?a={character}b")).unwrap_err().to_string();
            assert!(error.contains("has to be escaped"), "{character:?}: {error}");
        }
        assert!(for_browser("http://login.test/").unwrap_err().to_string().contains("`https://`"));
    }
}
