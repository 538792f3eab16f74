//! Methods of endpoints.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem;

/// The methods of the [registry](https://www.iana.org/assignments/http-methods) that are safe: they ask for nothing but a
/// response.
const SAFE: &[&str] = &["GET", "HEAD", "OPTIONS", "PRI", "PROPFIND", "QUERY", "REPORT", "SEARCH", "TRACE"];

/// Those of them that are not idempotent.
const NOT_IDEMPOTENT: &[&str] = &["CONNECT", "LOCK", "PATCH", "POST"];

/// Those of them that are idempotent, and not safe.
const IDEMPOTENT: &[&str] = &[
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "COPY",
    "DELETE",
    "LABEL",
    "LINK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "MOVE",
    "ORDERPATCH",
    "PROPPATCH",
    "PUT",
    "REBIND",
    "UNBIND",
    "UNCHECKOUT",
    "UNLINK",
    "UNLOCK",
    "UPDATE",
    "UPDATEREDIRECTREF",
    "VERSION-CONTROL",
];

/// The method of an endpoint: one of [`http::Method`], or any other by its name, also in a constant.
///
/// ```
/// use qelos_spec::Method;
///
/// const FIND: Method = Method::extension("PROPFIND");
///
/// assert_eq!(FIND.as_str(), "PROPFIND");
/// assert_eq!(FIND.is_safe(), Some(true));
/// assert_eq!(Method::extension("PURGE").is_idempotent(), None, "no registry knows it");
/// assert_eq!(Method::POST, http::Method::POST);
/// ```
#[derive(Clone)]
pub struct Method(Name);

#[derive(Clone)]
enum Name {
    Known(http::Method),
    Extension(&'static str),
}

impl Method {
    /// `GET`
    pub const GET: Self = Self(Name::Known(http::Method::GET));
    /// `HEAD`
    pub const HEAD: Self = Self(Name::Known(http::Method::HEAD));
    /// `POST`
    pub const POST: Self = Self(Name::Known(http::Method::POST));
    /// `PUT`
    pub const PUT: Self = Self(Name::Known(http::Method::PUT));
    /// `PATCH`
    pub const PATCH: Self = Self(Name::Known(http::Method::PATCH));
    /// `DELETE`
    pub const DELETE: Self = Self(Name::Known(http::Method::DELETE));
    /// `OPTIONS`
    pub const OPTIONS: Self = Self(Name::Known(http::Method::OPTIONS));

    /// A method by its name.
    ///
    /// # Panics
    ///
    /// When the name has another character than `A` to `Z`, digits, `-` and `_`, or none. In a constant this is a compile
    /// error.
    #[must_use]
    pub const fn extension(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        assert!(!bytes.is_empty(), "a method has a name");
        let mut at = 0;
        while at < bytes.len() {
            let fits = matches!(bytes[at], b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_');
            assert!(fits, "the name of a method is made of capital letters, digits, `-` and `_`");
            at += 1;
        }
        Self(Name::Extension(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Name::Known(method) => method.as_str(),
            Name::Extension(name) => name,
        }
    }

    /// Whether a request asks for nothing but its response, by the registry of IANA; `None` for methods that are not in it.
    #[must_use]
    pub fn is_safe(&self) -> Option<bool> {
        self.is_idempotent().map(|_| SAFE.contains(&self.as_str()))
    }

    /// Whether sending a request twice does no more than sending it once, by the registry of IANA; `None` for methods that are
    /// not in it. An endpoint may say otherwise: [`Endpoint::IDEMPOTENT`](crate::Endpoint::IDEMPOTENT).
    #[must_use]
    pub fn is_idempotent(&self) -> Option<bool> {
        let name = self.as_str();
        if SAFE.contains(&name) || IDEMPOTENT.contains(&name) {
            Some(true)
        } else {
            NOT_IDEMPOTENT.contains(&name).then_some(false)
        }
    }

    /// The default of [`Endpoint::IDEMPOTENT`](crate::Endpoint::IDEMPOTENT), which is a constant: texts cannot be compared in it.
    pub(crate) const fn idempotent_by_default(self) -> bool {
        use http::Method;
        let is_idempotent =
            matches!(&self.0, Name::Known(Method::GET | Method::HEAD | Method::PUT | Method::DELETE | Method::OPTIONS));
        // A constant cannot drop a method, which may hold memory. One that is a constant holds none.
        mem::forget(self);
        is_idempotent
    }

    /// The method as HTTP libraries take it.
    #[must_use]
    pub fn to_http(&self) -> http::Method {
        match &self.0 {
            Name::Known(method) => method.clone(),
            Name::Extension(name) => name.parse().unwrap_or_else(|_| unreachable!("a method with checked characters")),
        }
    }
}

impl PartialEq for Method {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Method {}

impl Hash for Method {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialEq<http::Method> for Method {
    fn eq(&self, other: &http::Method) -> bool {
        self.as_str() == other.as_str()
    }
}

impl PartialEq<Method> for http::Method {
    fn eq(&self, other: &Method) -> bool {
        other == self
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher as _, RandomState};

    use super::*;

    #[test]
    fn methods_are_the_same_by_their_names() {
        let hasher = RandomState::new();
        let hash = |method: &Method| hasher.hash_one(method);
        assert_eq!(format!("{:?} {}", Method::GET, Method::POST), "GET POST");
        assert_eq!(Method::GET, Method::GET);
        assert_eq!(hash(&Method::GET), hash(&Method::GET));
        assert_ne!(Method::GET, Method::POST);
        assert_ne!(hash(&Method::GET), hash(&Method::POST));
        assert!(Method::GET == http::Method::GET && Method::GET != http::Method::POST);
        assert!(http::Method::GET == Method::GET && http::Method::GET != Method::POST);
    }
}
