//! Secrets: text that is sent, and never printed.
//!
//! `SecretString` comes from the `secrecy` crate: its `Debug` says `[REDACTED]`, it has no `Display` and no equality,
//! and its memory is wiped. The types here only say how a secret gets onto the wire, which is always explicit.

use std::borrow::Cow;

pub use secrecy::{ExposeSecret, SecretString};
use serde::Serializer;

/// What may stand in a field marked `secret`.
///
/// A secret is written to the request and masked everywhere else. A plain `String` would be printed by the `Debug` of
/// the struct that holds it, so only [`SecretString`] will do.
#[diagnostic::on_unimplemented(
    message = "a field marked `secret` holds a `SecretString`, not `{Self}`",
    label = "this type can be printed",
    note = "use `SecretString`, or `Option<SecretString>` for a secret that may be absent"
)]
pub trait SecretText {
    /// The secret, if there is one.
    fn reveal(&self) -> Option<&str>;
}

impl SecretText for SecretString {
    fn reveal(&self) -> Option<&str> {
        Some(self.expose_secret())
    }
}

impl SecretText for Option<SecretString> {
    fn reveal(&self) -> Option<&str> {
        self.as_ref().map(ExposeSecret::expose_secret)
    }
}

/// The token of a field marked `bearer`.
#[diagnostic::on_unimplemented(
    message = "a field marked `bearer` holds a `SecretString`, not `{Self}`",
    label = "not a `SecretString`",
    note = "a bearer token is always sent, and never printed"
)]
pub trait BearerToken: Sized {
    /// The token.
    fn token(&self) -> &SecretString;
    /// The inverse.
    fn of(token: SecretString) -> Self;
}

impl BearerToken for SecretString {
    fn token(&self) -> &SecretString {
        self
    }

    fn of(token: SecretString) -> Self {
        token
    }
}

/// The inverse of [`SecretText`], for headers.
#[diagnostic::on_unimplemented(
    message = "a field marked `secret` holds a `SecretString`, not `{Self}`",
    label = "this type can be printed"
)]
pub trait FromSecretText: Sized {
    /// Reads the values of one header.
    ///
    /// # Errors
    ///
    /// When there are too few or too many.
    fn from_secret_texts(texts: &[Cow<'_, str>]) -> Result<Self, String>;
}

impl FromSecretText for SecretString {
    fn from_secret_texts(texts: &[Cow<'_, str>]) -> Result<Self, String> {
        Option::from_secret_texts(texts)?.ok_or_else(|| "it is missing".to_owned())
    }
}

impl FromSecretText for Option<SecretString> {
    fn from_secret_texts(texts: &[Cow<'_, str>]) -> Result<Self, String> {
        match texts {
            [] => Ok(None),
            [text] => Ok(Some(text.as_ref().into())),
            _ => Err(format!("it is given {} times", texts.len())),
        }
    }
}

/// Writes a secret out: for `#[serde(serialize_with = "…")]` on wire types, where the other side needs the real text.
///
/// # Errors
///
/// When the serializer fails.
pub fn on_the_wire<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

/// As [`on_the_wire`], for a secret that may be absent.
#[allow(clippy::ref_option, reason = "serde hands over a reference to the field")]
pub(crate) fn some_on_the_wire<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => on_the_wire(secret, serializer),
        None => serializer.serialize_none(),
    }
}
