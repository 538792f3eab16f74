//! The methods of requests.

/// The method of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Verb {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    /// Another one of the registry of IANA, and whether it is idempotent.
    Registered(&'static str, bool),
    /// One that the registry does not have.
    Extension(String),
}

/// The methods of the registry that have no variant of their own. `qelos-spec` has the registry as well; a test compares
/// them.
const REGISTERED: &[(&str, bool)] = &[
    ("ACL", true),
    ("BASELINE-CONTROL", true),
    ("BIND", true),
    ("CHECKIN", true),
    ("CHECKOUT", true),
    ("COPY", true),
    ("LABEL", true),
    ("LINK", true),
    ("LOCK", false),
    ("MERGE", true),
    ("MKACTIVITY", true),
    ("MKCALENDAR", true),
    ("MKCOL", true),
    ("MKREDIRECTREF", true),
    ("MKWORKSPACE", true),
    ("MOVE", true),
    ("OPTIONS", true),
    ("ORDERPATCH", true),
    ("PROPFIND", true),
    ("PROPPATCH", true),
    ("QUERY", true),
    ("REBIND", true),
    ("REPORT", true),
    ("SEARCH", true),
    ("UNBIND", true),
    ("UNCHECKOUT", true),
    ("UNLINK", true),
    ("UNLOCK", true),
    ("UPDATE", true),
    ("UPDATEREDIRECTREF", true),
    ("VERSION-CONTROL", true),
];

impl Verb {
    /// Those that need no explanation: a resource has an attribute for each.
    pub(crate) const COMMON: [Self; 6] = [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete];
    pub(crate) const COMMON_NAMES: [&'static str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    /// The method with this name, if it is registered. A test keeps it to methods that an endpoint can have.
    pub(crate) fn registered(name: &str) -> Option<Self> {
        let other = || REGISTERED.iter().find(|(other, _)| *other == name);
        Self::common(name).or_else(|| other().map(|(name, idempotent)| Self::Registered(name, *idempotent)))
    }

    /// The common method with this name.
    pub(crate) fn common(name: &str) -> Option<Self> {
        Self::COMMON.into_iter().find(|verb| verb.name() == name)
    }

    /// The names of all registered methods, the common ones first.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::COMMON_NAMES.into_iter().chain(REGISTERED.iter().map(|(name, _)| *name))
    }

    /// Whether a text has the form of a method's name.
    pub(crate) fn is_name(text: &str) -> bool {
        text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
    }

    /// Why no endpoint has a method, although it is registered.
    pub(crate) fn why_not(name: &str) -> Option<&'static str> {
        match name {
            "CONNECT" => Some("it opens a tunnel through a proxy, which is no request to an endpoint"),
            "PRI" => Some("it begins a connection of HTTP/2, and is never the method of a request"),
            "TRACE" => Some("the server would send the request back, and with it the credential that a client adds"),
            _ => None,
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Registered(name, _) => name,
            Self::Extension(name) => name,
        }
    }

    /// The name of the attribute on a method of a resource.
    pub(crate) fn attribute(&self) -> String {
        self.name().to_lowercase()
    }

    /// Whether a request has a body only where its endpoint says so, or never.
    pub(crate) fn forbids_body(&self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }

    /// Whether sending it twice does no more than sending it once, by the meaning of the method.
    pub(crate) fn is_idempotent(&self) -> bool {
        match self {
            Self::Get | Self::Head | Self::Put | Self::Delete => true,
            Self::Post | Self::Patch | Self::Extension(_) => false,
            Self::Registered(_, is_idempotent) => *is_idempotent,
        }
    }
}
