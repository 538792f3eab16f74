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
