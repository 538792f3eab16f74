//! Secrets: text that is sent, and never printed.
//!
//! `SecretString` comes from the `secrecy` crate: its `Debug` says `[REDACTED]`, it has no `Display` and no equality,
//! and its memory is wiped. The items here write a secret into a request, which is always explicit.
//!
//! # Masking
//!
//! A request knows its [`Secrets`]: the fields that its endpoint marks as `secret` or `bearer`, and the values that
//! [`on_the_wire`] has written inside of other values. Such a request is not sent over plain http to another machine.
//! Its secrets are masked in a [`RequestSnapshot`](crate::RequestSnapshot), and in an [`ApiError`](crate::ApiError)
//! that repeats them. A [`ResponseSnapshot`](crate::ResponseSnapshot) masks them in the response, and the secrets that
//! a server writes with [`on_the_wire`].
//!
//! These secrets are *not* known:
//!
//! * a text that was put together from [`expose_secret`](ExposeSecret::expose_secret), such as a raw body;
//! * an exposed secret that a `Serialize` of your own writes without [`on_the_wire`];
//! * a secret in another encoding than that of JSON, URLs or HTML, such as base64;
//! * those of a request that was received over the network. Decode it, and encode it again: then they are known.
//!
//! # Memory
//!
//! The memory of each `SecretString` is overwritten when it is dropped: those of an endpoint, those of tokens, and
//! those that a request keeps for masking. So are the texts that a header such as `Bearer …` is made from.
//!
//! The copies that are sent are not overwritten: the body and the target of a request, the values of its headers, the
//! buffers of serde for `flatten`, those of the HTTP library and of TLS, and the text of a response that a secret was
//! read from. They are freed like any memory, and hold their text until something else is written there. A debugger,
//! swapped-out memory and a core dump may show them.

use std::borrow::Cow;

pub use secrecy::{ExposeSecret, SecretString};
use serde::Serializer;

use crate::text::at_most_one;

mod masking;
mod of_request;

pub(crate) use masking::MASK;
pub(crate) use of_request::Collecting;
pub use of_request::Secrets;

/// A type that a field marked `secret` can have.
///
/// A secret is written to the request and masked everywhere else. A plain `String` is not allowed, because the `Debug`
/// of the struct that holds it would print it.
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

/// An argument that is borrowed.
#[diagnostic::do_not_recommend]
impl SecretText for Option<&SecretString> {
    fn reveal(&self) -> Option<&str> {
        self.map(ExposeSecret::expose_secret)
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
    /// When there are too few values or too many.
    fn from_secret_texts(texts: &[Cow<'_, str>]) -> Result<Self, String>;
}

impl FromSecretText for SecretString {
    fn from_secret_texts(texts: &[Cow<'_, str>]) -> Result<Self, String> {
        Option::from_secret_texts(texts)?.ok_or_else(|| "it is missing".to_owned())
    }
}

impl FromSecretText for Option<SecretString> {
    fn from_secret_texts(texts: &[Cow<'_, str>]) -> Result<Self, String> {
        Ok(at_most_one(texts)?.map(SecretString::from))
    }
}

/// Writes the real text of a secret: for `#[serde(serialize_with = "…")]` on a field of a type that is sent.
///
/// The request that is being encoded learns that it holds the secret, whatever the depth of the field. A field of type
/// `Option<SecretString>` works as well.
///
/// ```
/// use qelos_spec::auth::SignedIn;
/// use qelos_spec::{Endpoint, RequestSnapshot, SecretString};
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Login {
///     name: String,
///     #[serde(serialize_with = "qelos_spec::secret::on_the_wire")]
///     password: SecretString,
/// }
///
/// #[derive(Endpoint)]
/// #[endpoint(POST, "/api/mailboxes", auth = SignedIn)]
/// struct AddMailbox {
///     login: Login,
/// }
///
/// let login = Login { name: "ada".to_owned(), password: "hunter2".into() };
/// let request = AddMailbox { login }.encode()?;
/// assert_eq!(request.body(), r#"{"login":{"name":"ada","password":"hunter2"}}"#);
/// assert!(request.holds_secrets());
/// assert!(RequestSnapshot::from(&request).as_str().contains(r#""password": "***""#));
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
///
/// # Errors
///
/// When the serializer fails.
pub fn on_the_wire<T: SecretText + ?Sized, S: Serializer>(secret: &T, serializer: S) -> Result<S::Ok, S::Error> {
    match revealed(secret) {
        Some(text) => serializer.serialize_str(text),
        None => serializer.serialize_none(),
    }
}

/// The text of the secret, if there is one. The request that is being encoded learns that it holds the secret.
pub(crate) fn revealed<T: SecretText + ?Sized>(secret: &T) -> Option<&str> {
    secret.reveal().inspect(|text| of_request::collect(text))
}
