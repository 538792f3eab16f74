//! The record of a session in a store.

use std::fmt;
use std::sync::Arc;

use qelos_spec::{SecretString, Timestamp};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::session::person::Person;
use crate::session::store::StoreError;

/// The record of a session in a store: its server and user, its tokens, and the state of its renewal.
///
/// A store does not have to know the fields: it writes [`to_json`](Self::to_json), and reads
/// [`from_json`](Self::from_json).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredSession {
    /// The name of the scheme.
    pub(crate) scheme: String,
    /// The server that is called, as [`BaseUrl::origin`](qelos_spec::BaseUrl::origin) writes it.
    pub(crate) origin: String,
    /// The server that issues the tokens, if it is another one.
    pub(crate) issuer: Option<String>,
    /// The name of the sign-in, as it was sent; `None` for a session from tokens.
    pub(crate) login: Option<String>,
    /// The id of the user, if the tokens have one.
    pub(crate) subject: Option<String>,
    /// What the session was begun for, beyond its user.
    pub(crate) scope: Option<String>,
    /// The identity of the session. A session that replaces another has a lineage of its own.
    pub(crate) lineage: Lineage,
    /// The number of these tokens in their lineage: newer ones have a higher number.
    pub(crate) number: u64,
    /// When the tokens arrived, if that is known.
    pub(crate) received_at: Option<Timestamp>,
    /// The mark: a renewal began at this time, and may have used the refresh token up.
    pub(crate) renewing_since: Option<Timestamp>,
    pub(crate) tokens: Sealed,
}

/// Where a session belongs: its tokens go nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    pub(crate) scheme: &'static str,
    pub(crate) origin: String,
    pub(crate) issuer: Option<String>,
}

/// Tokens as JSON: the store knows nothing of their scheme. They are not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sealed(Value);

impl Sealed {
    pub(crate) fn of(tokens: &impl Serialize) -> Result<Self, StoreError> {
        // The message of an error may repeat a token.
        serde_json::to_value(tokens).map(Self).map_err(|_| StoreError::new("the tokens have no JSON form"))
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl StoredSession {
    /// The text that a store keeps. It contains the tokens themselves.
    ///
    /// # Errors
    ///
    /// When the record cannot be written as JSON. No such record is known.
    pub fn to_json(&self) -> Result<SecretString, StoreError> {
        serde_json::to_string(self).map(SecretString::from).map_err(StoreError::new)
    }

    /// Reads the text of [`to_json`](Self::to_json).
    ///
    /// # Errors
    ///
    /// When the text is something else: the error names the position, and repeats nothing of the text. Also when the
    /// text comes from an earlier version, and does not name the server and the user.
    pub fn from_json(text: &str) -> Result<Self, StoreError> {
        serde_json::from_str(text).map_err(|error| {
            if serde_json::from_str::<WithoutScheme>(text).is_ok_and(|old| old.scheme.is_none()) {
                return StoreError::new("it holds a session of an earlier version of this client, without the names of its scheme, its server and its user: remove it and sign in again");
            }
            let (line, column) = (error.line(), error.column());
            StoreError::new(format_args!("it does not hold a session of this client (line {line}, column {column}): if nothing else needs it, remove it and sign in again"))
        })
    }

    /// The version of this record: its lineage, its number, and its mark. A store compares records by this text.
    #[must_use]
    pub fn version(&self) -> String {
        let since = self.renewing_since.map_or_else(String::new, |since| since.unix_millis().to_string());
        format!("{}:{}:{since}", self.lineage, self.number)
    }

    /// The tokens, as those of a scheme.
    ///
    /// # Errors
    ///
    /// When they are tokens of another scheme. The error does not repeat them.
    pub fn tokens<K: DeserializeOwned>(&self) -> Result<K, StoreError> {
        K::deserialize(&self.tokens.0).map_err(|_| {
            let scheme = self.scheme.escape_debug();
            StoreError::new(format_args!("the token store holds tokens of the scheme `{scheme}` in another form than this program reads: if nothing else needs them, remove the session and sign in again"))
        })
    }

    /// What the session was begun for, beyond its user, as its scheme says it.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// The name of the sign-in, as it was sent; `None` for a session from tokens. An application that signs in as one of
    /// several users compares it before it restores the session.
    #[must_use]
    pub fn login(&self) -> Option<&str> {
        self.login.as_deref()
    }

    pub(crate) fn person(&self) -> Person {
        Person { login: self.login.clone(), subject: self.subject.clone() }
    }

    /// The same record, with the mark of a renewal that began at this time.
    pub(crate) fn marked(&self, since: Timestamp) -> Self {
        Self { renewing_since: Some(since), ..self.clone() }
    }

    /// Whether both are records of the same tokens, marked or not.
    pub(crate) fn is_same_pair(&self, other: &Self) -> bool {
        self.lineage == other.lineage && self.number == other.number && self.tokens == other.tokens
    }

    /// The same for what stores hold: two empty ones are the same as well.
    pub(crate) fn are_same(one: Option<&Self>, other: Option<&Self>) -> bool {
        match (one, other) {
            (Some(one), Some(other)) => one.is_same_pair(other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }

    /// Refuses the record of another scheme or server: its tokens are never sent to this one.
    pub(crate) fn check_home(&self, home: &Home) -> Result<(), StoreError> {
        let Self { scheme, origin, issuer, .. } = self;
        let named = |issuer: &Option<String>| issuer.as_ref().unwrap_or(origin).escape_debug().to_string();
        if *scheme != home.scheme {
            return Err(StoreError::new(format_args!(
                "the token store holds a session of the scheme `{}`, and this client uses `{}`: nothing was sent, and the session stays; use one store for each scheme, or remove the session",
                scheme.escape_debug(),
                home.scheme
            )));
        }
        if *origin != home.origin {
            return Err(StoreError::new(format_args!(
                "the token store holds a session of `{}`, and this client calls `{}`: nothing was sent, and the session stays; use one store for each server, or remove the session",
                origin.escape_debug(),
                home.origin
            )));
        }
        if *issuer != home.issuer {
            return Err(StoreError::new(format_args!(
                "the token store holds a session that `{}` has issued, and this client renews at `{}`: nothing was sent, and the session stays; use one store for each server, or remove the session",
                named(issuer),
                named(&home.issuer)
            )));
        }
        Ok(())
    }
}

/// A record of an earlier version, which had no scheme.
#[derive(Deserialize)]
struct WithoutScheme {
    scheme: Option<IgnoredAny>,
    #[serde(rename = "number")]
    _number: IgnoredAny,
    #[serde(rename = "lineage")]
    _lineage: IgnoredAny,
}

/// The name of a session in a store: a random one, which it gets when it is put there. It is text, because JSON numbers
/// of 64 bits lose digits in some languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) struct Lineage(Arc<str>);

impl Lineage {
    pub(crate) fn random() -> Result<Self, StoreError> {
        let random = getrandom::u64().map_err(StoreError::new)?;
        Ok(format!("{random:016x}").into())
    }
}

impl From<String> for Lineage {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Lineage> for String {
    fn from(lineage: Lineage) -> Self {
        lineage.0.as_ref().into()
    }
}

impl fmt::Display for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use qelos_spec::ExposeSecret;

    use super::*;

    const TEXT: &str = r#"{"scheme":"qelos","origin":"https://acme.example","issuer":null,"login":"ada","subject":"u1","scope":null,"lineage":"00000000000000a7","number":3,"receivedAt":"2026-11-21T12:00:00.000Z","renewingSince":null,"tokens":{"refreshToken":"r","token":"a"}}"#;

    #[test]
    fn other_text_is_refused_and_not_repeated() {
        for other in
            ["", "{", r#"{"token":"s3cret"}"#, r#"{"token":"s3cret","refreshToken":"s3cret","number":"s3cret"}"#]
        {
            let error = StoredSession::from_json(other).unwrap_err().to_string();
            assert!(error.starts_with("it does not hold a session") && !error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn a_session_is_read_as_it_was_written() {
        let session = StoredSession::from_json(TEXT).unwrap();
        assert_eq!(session.to_json().unwrap().expose_secret(), TEXT);
        assert_eq!((session.login(), session.version().as_str()), (Some("ada"), "00000000000000a7:3:"));
        let shown = format!("{session:?}");
        assert!(!shown.contains("\"a\"") && shown.contains("tokens: ***"), "{shown}");
        assert!(session.tokens::<u32>().unwrap_err().to_string().contains("in another form"));
    }

    #[test]
    fn a_session_without_an_origin_is_refused_with_advice() {
        let old = r#"{"token":"s3cret","refreshToken":"s3cret","receivedAt":null,"workspace":null,"lineage":7,"number":1,"renewingSince":null}"#;
        let error = StoredSession::from_json(old).unwrap_err().to_string();
        assert!(error.contains("earlier version") && error.ends_with("remove it and sign in again"), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }

    fn home(scheme: &'static str, origin: &str, issuer: Option<&str>) -> Home {
        Home { scheme, origin: origin.to_owned(), issuer: issuer.map(str::to_owned) }
    }

    #[test]
    fn a_session_of_another_server_is_refused_and_both_are_named() {
        let session = StoredSession::from_json(TEXT).unwrap();
        assert_eq!(session.check_home(&home("qelos", "https://acme.example", None)), Ok(()));
        for other in
            ["http://acme.example", "https://acme.example/qelos", "https://acme.example:8443", "https://evil.example"]
        {
            let error = session.check_home(&home("qelos", other, None)).unwrap_err().to_string();
            assert!(error.contains("`https://acme.example`") && error.contains(&format!("`{other}`")), "{error}");
        }
    }

    #[test]
    fn a_session_of_another_scheme_or_issuer_is_refused_and_both_are_named() {
        let session = StoredSession::from_json(TEXT).unwrap();
        let error = session.check_home(&home("oauth2", "https://acme.example", None)).unwrap_err().to_string();
        assert!(error.contains("`qelos`") && error.contains("`oauth2`"), "{error}");
        let elsewhere = home("qelos", "https://acme.example", Some("https://evil.example"));
        let error = session.check_home(&elsewhere).unwrap_err().to_string();
        assert!(error.contains("`https://acme.example`") && error.contains("`https://evil.example`"), "{error}");
    }
}
