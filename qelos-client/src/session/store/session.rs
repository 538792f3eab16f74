//! One session as a store keeps it: whose it is, which of its token sets this is, and the tokens.

use std::fmt;
use std::sync::Arc;

use qelos_spec::wire::Tokens;
use qelos_spec::{ExposeSecret, SecretString, Timestamp, WorkspaceId};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::session::person::Person;
use crate::session::store::StoreError;

/// A session as it is kept: whose it is, its tokens, and what has to be known to go on with them.
///
/// A store has no need to look into it: it writes [`to_json`](Self::to_json), and reads [`from_json`](Self::from_json).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredSession {
    /// The server the tokens are for, as [`BaseUrl::origin`](qelos_spec::BaseUrl::origin) writes it.
    pub(crate) origin: String,
    /// The name that was signed in with, as it was sent; `None` for tokens that were handed in.
    pub(crate) login: Option<String>,
    /// The id of the user, where the tokens say it.
    pub(crate) subject: Option<String>,
    /// The workspace that was asked for.
    pub(crate) workspace: Option<WorkspaceId>,
    /// Which session it is. One that is put in the place of another has a lineage of its own.
    pub(crate) lineage: Lineage,
    /// Which tokens of that session these are; newer ones have a higher number.
    pub(crate) number: u64,
    /// When the tokens arrived, if that is known.
    pub(crate) received_at: Option<Timestamp>,
    /// The mark: since when the refresh token may be used up.
    pub(crate) renewing_since: Option<Timestamp>,
    pub(crate) tokens: Tokens,
}

impl StoredSession {
    /// The text to keep. It holds the tokens themselves.
    ///
    /// # Errors
    ///
    /// None that could be provoked.
    pub fn to_json(&self) -> Result<SecretString, StoreError> {
        serde_json::to_string(self).map(SecretString::from).map_err(StoreError::new)
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// When it is something else; the error says where and repeats nothing of it. A session that was written before the
    /// server and the user were part of it is refused as well, because it cannot be told whose it is.
    pub fn from_json(text: &str) -> Result<Self, StoreError> {
        serde_json::from_str(text).map_err(|error| {
            if serde_json::from_str::<WithoutOrigin>(text).is_ok_and(|old| old.origin.is_none()) {
                return StoreError::new("it holds a session of an earlier version of this client, which does not say what server and user it belongs to: remove it and sign in again");
            }
            let (line, column) = (error.line(), error.column());
            StoreError::new(format_args!("it does not hold a session as this client writes it (line {line}, column {column}): if nothing else needs it, remove it and sign in again"))
        })
    }

    /// Which record this is: its lineage, its number, and whether a renewal is under way. A store compares records by this text.
    #[must_use]
    pub fn version(&self) -> String {
        let since = self.renewing_since.map_or_else(String::new, |since| since.unix_millis().to_string());
        format!("{}:{}:{since}", self.lineage, self.number)
    }

    /// The tokens.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The name that was signed in with, in lower case; `None` when the session was taken up from tokens. An application
    /// that signs in as one of several users compares it before it takes up the session.
    #[must_use]
    pub fn login(&self) -> Option<&str> {
        self.login.as_deref()
    }

    pub(crate) fn person(&self) -> Person {
        Person { login: self.login.clone(), subject: self.subject.clone() }
    }

    /// The same record, marked as being renewed since then.
    pub(crate) fn marked(&self, since: Timestamp) -> Self {
        Self { renewing_since: Some(since), ..self.clone() }
    }

    /// Whether both are records of the same tokens, marked or not.
    pub(crate) fn is_same_pair(&self, other: &Self) -> bool {
        self.lineage == other.lineage
            && self.number == other.number
            && self.tokens.refresh.expose_secret() == other.tokens.refresh.expose_secret()
    }

    /// Whether it was written for this server: tokens of one are never sent to another.
    pub(crate) fn check_origin(&self, origin: &str) -> Result<(), StoreError> {
        if self.origin == origin {
            return Ok(());
        }
        Err(StoreError::new(format_args!(
            "the token store holds a session of `{}`, and this client is one of `{origin}`: nothing was sent, and the session stays; use a store of its own for each server, or remove the session",
            self.origin.escape_debug()
        )))
    }
}

/// What was written before the origin was part of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithoutOrigin {
    origin: Option<IgnoredAny>,
    #[serde(rename = "refreshToken")]
    _refresh_token: IgnoredAny,
    #[serde(rename = "lineage")]
    _lineage: IgnoredAny,
}

/// The name of a session in a store, drawn by chance when it is put there. It is compared as text: not every language that
/// reads it has numbers of 64 bits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) struct Lineage(Arc<str>);

impl Lineage {
    pub(crate) fn draw() -> Result<Self, StoreError> {
        let chance = getrandom::u64().map_err(StoreError::new)?;
        Ok(format!("{chance:016x}").into())
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
    use super::*;

    const TEXT: &str = r#"{"origin":"https://acme.example","login":"ada","subject":"u1","workspace":null,"lineage":"00000000000000a7","number":3,"receivedAt":"2026-11-21T12:00:00.000Z","renewingSince":null,"tokens":{"token":"a","refreshToken":"r"}}"#;

    #[test]
    fn text_that_is_no_session_is_refused_without_being_repeated() {
        for odd in ["", "{", r#"{"token":"s3cret"}"#, r#"{"token":"s3cret","refreshToken":"s3cret","number":"s3cret"}"#]
        {
            let error = StoredSession::from_json(odd).unwrap_err().to_string();
            assert!(error.starts_with("it does not hold a session") && !error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn a_session_is_read_as_it_was_written() {
        let session = StoredSession::from_json(TEXT).unwrap();
        assert_eq!(session.to_json().unwrap().expose_secret(), TEXT);
        assert_eq!((session.login(), session.version().as_str()), (Some("ada"), "00000000000000a7:3:"));
        assert!(!format!("{session:?}").contains("\"a\""));
    }

    #[test]
    fn a_session_without_its_origin_is_refused_with_what_to_do() {
        let old = r#"{"token":"s3cret","refreshToken":"s3cret","receivedAt":null,"workspace":null,"lineage":7,"number":1,"renewingSince":null}"#;
        let error = StoredSession::from_json(old).unwrap_err().to_string();
        assert!(error.contains("earlier version") && error.ends_with("remove it and sign in again"), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }

    #[test]
    fn a_session_of_another_server_is_refused_with_both_names() {
        let session = StoredSession::from_json(TEXT).unwrap();
        assert_eq!(session.check_origin("https://acme.example"), Ok(()));
        for other in
            ["http://acme.example", "https://acme.example/qelos", "https://acme.example:8443", "https://evil.example"]
        {
            let error = session.check_origin(other).unwrap_err().to_string();
            assert!(error.contains("`https://acme.example`") && error.contains(&format!("`{other}`")), "{error}");
        }
    }
}
