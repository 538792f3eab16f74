//! Redirect addresses: checks whether one is permitted, and adds parameters to it.

use super::super::state::Mcp;

/// Whether a client may register the address: `https`, `http` to this machine, or a scheme of its own.
pub(super) fn may_register(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match scheme.to_ascii_lowercase().as_str() {
        "https" => !host.is_empty(),
        // The server means to allow `[::1]`, but its check fails on the brackets.
        "http" => matches!(without_port(host).to_ascii_lowercase().as_str(), "localhost" | "127.0.0.1"),
        scheme => is_scheme(scheme),
    }
}

impl Mcp {
    /// Whether users may be sent back to this address; `None` when the client is unknown.
    pub(super) fn permits(&self, address: &str, client: Option<&str>) -> Option<bool> {
        let permitted = match client {
            Some(client) => self.clients.get(client)?,
            None => &self.permitted,
        };
        Some(is_permitted(address, permitted))
    }
}

/// Whether one of the entries permits the address.
fn is_permitted(address: &str, permitted: &[String]) -> bool {
    permitted.iter().any(|entry| permits(entry.trim(), address.trim()))
}

fn permits(entry: &str, address: &str) -> bool {
    if entry.is_empty() {
        return false;
    }
    // `:*` should match any port, but the server escapes the pattern, and it matches only its own text.
    if entry.contains(":*") {
        return address == entry.replacen(":*", ":\\d+", 1);
    }
    if let Some(beginning) = entry.strip_suffix('*') {
        return address.starts_with(beginning);
    }
    // An entry also permits addresses of the same family on the same host, and those that begin with it.
    let begins_alike = address.starts_with(entry.strip_suffix('/').unwrap_or(entry));
    let same_origin = origin(address).is_some() && origin(address) == origin(entry);
    address == entry || (family(address) == family(entry) && (same_origin || begins_alike))
}

fn origin(address: &str) -> Option<(String, String)> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let default_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    Some((scheme.to_ascii_lowercase(), host.strip_suffix(default_port).unwrap_or(host).to_ascii_lowercase()))
}

/// The kind of client that an address belongs to. For an address on this machine, the path tells.
fn family(address: &str) -> Option<&'static str> {
    let (scheme, rest) = address.split_once("://")?;
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let is_loopback = matches!(without_port(host).to_ascii_lowercase().as_str(), "localhost" | "127.0.0.1" | "[::1]");
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Some("https"),
        "http" if is_loopback => {
            let known = ["/mcp/oauth/callback", "/oauth/callback", "/callback"];
            known.into_iter().find(|known| path.starts_with(known)).or(Some("loopback"))
        }
        _ => Some("custom"),
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'))
}

/// A query of the parameters that have a value.
pub(super) fn query_of<'p>(parameters: impl IntoIterator<Item = (&'p str, Option<&'p str>)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

/// The address with these parameters in its query, in place of others of that name.
pub(super) fn with_parameters<'p, const N: usize>(
    address: &str,
    parameters: [(&'p str, Option<&'p str>); N],
) -> String {
    let (address, fragment) = address.split_once('#').map_or((address, None), |(rest, end)| (rest, Some(end)));
    let (base, query) = address.split_once('?').unwrap_or((address, ""));
    let replaced = |name: &str| parameters.iter().any(|(new, value)| *new == name && value.is_some());
    let kept: Vec<_> = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| !replaced(name)).collect();
    let kept = kept.iter().map(|(name, value)| (name.as_ref(), Some(value.as_ref())));
    let query = query_of(kept.chain(parameters));
    // An address without a path has the path `/`, if the scheme is one of the web.
    let is_bare =
        base.split_once("://").is_some_and(|(scheme, rest)| scheme.starts_with("http") && !rest.contains('/'));
    let slash = if is_bare { "/" } else { "" };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{base}{slash}?{query}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_loopback_and_own_schemes_are_registered() {
        for address in ["https://a.example/cb", "http://127.0.0.1:8123/cb", "http://localhost/cb", "cursor://x/cb"] {
            assert!(may_register(address), "{address}");
        }
        for address in ["http://evil.example/cb", "http://[::1]/cb", "https:///cb", "nonsense", "1x://y", ""] {
            assert!(!may_register(address), "{address}");
        }
    }

    #[test]
    fn an_entry_permits_similar_addresses_and_a_port_wildcard_permits_none() {
        for (entry, address, is) in [
            ("https://a.example/cb", "https://a.example/cb", true),
            ("https://a.example/cb", "https://a.example/elsewhere", true),
            ("https://a.example", "https://a.example.evil.example/", true),
            ("https://a.example/cb", "https://b.example/cb", false),
            ("https://a.example/*", "https://a.example/x", true),
            ("http://127.0.0.1:*/callback", "http://127.0.0.1:9999/callback", false),
            ("http://127.0.0.1:1/callback", "http://127.0.0.1:1/other", false),
            ("", "https://a.example/cb", false),
        ] {
            assert_eq!(is_permitted(address, &[entry.to_owned()]), is, "{entry} and {address}");
        }
    }

    #[test]
    fn parameters_replace_those_of_the_same_name() {
        let written = |address| with_parameters(address, [("code", Some("a b")), ("state", None)]);
        assert_eq!(written("https://a.example"), "https://a.example/?code=a+b");
        assert_eq!(written("https://a.example/cb?x=1&code=2#f"), "https://a.example/cb?x=1&code=a+b#f");
        assert_eq!(written("cursor://x"), "cursor://x?code=a+b");
    }
}
