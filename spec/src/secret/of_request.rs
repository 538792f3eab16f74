//! The secrets of one request: collected while it is encoded, and masked wherever it is shown.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::masking::masked;
use crate::auth::CredentialHeader;

/// The secrets of a request. They are among the extensions of its `http::Request`, so that a transport can mask them.
///
/// They are the fields marked `secret` or `bearer`, and the values that [`on_the_wire`](super::on_the_wire) has
/// written, at any depth.
///
/// ```
/// use qelos_spec::{Endpoint, SecretString, api::OAuthSignIn};
///
/// let request = OAuthSignIn::new("ada", SecretString::from("hunter2")).encode()?;
/// assert_eq!(request.secrets().mask(r#"bad input: {"password":"hunter2"}"#), r#"bad input: {"password":"***"}"#);
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Clone, Default)]
pub struct Secrets(Option<Arc<Known>>);

/// The secrets of a request, and the names they stand under.
#[derive(Clone, Default)]
pub(crate) struct Known {
    /// The names of fields of the body.
    pub(crate) body: Vec<&'static str>,
    /// The names of parameters of the query.
    pub(crate) query: Vec<&'static str>,
    /// The secret texts, which are masked in every place.
    pub(crate) values: Vec<SecretString>,
}

impl Secrets {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The names of fields of the body.
    pub(crate) fn body(&self) -> &[&'static str] {
        self.0.as_deref().map_or(&[], |known| &known.body)
    }

    /// The names of parameters of the query.
    pub(crate) fn query(&self) -> &[&'static str] {
        self.0.as_deref().map_or(&[], |known| &known.query)
    }

    /// The secret texts, which are masked in every place.
    pub(crate) fn values(&self) -> &[SecretString] {
        self.0.as_deref().map_or(&[], |known| &known.values)
    }

    /// The secrets, to add others.
    pub(crate) fn known(&mut self) -> &mut Known {
        Arc::make_mut(self.0.get_or_insert_default())
    }

    /// Masks the secrets in a text, also in the encodings of JSON, URLs and HTML.
    ///
    /// A secret of up to three characters is masked only when it is the whole text. With every `7` of a message masked,
    /// the message could not be read, and would tell which character it was.
    #[must_use]
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        masked(text, self.values())
    }

    /// These secrets, and the credential that the request is sent with.
    #[must_use]
    pub fn with_credential(&self, credential: &CredentialHeader) -> Self {
        let mut all = self.clone();
        all.known().values.extend(credential.secrets());
        all
    }

    /// These secrets, and others that the request is sent with, such as a signature.
    #[must_use]
    pub fn with_values(&self, values: impl IntoIterator<Item = SecretString>) -> Self {
        let mut all = self.clone();
        all.known().values.extend(values);
        all
    }

    /// Whether a field of this name is declared as secret; its value is secret then, and its name is not. `lines.0.pin`
    /// is the field `pin`.
    pub(crate) fn declares(&self, field: &str) -> bool {
        let last = field.rsplit('.').next().unwrap_or(field);
        self.body().iter().chain(self.query()).any(|name| *name == field || *name == last)
    }

    /// The secrets that are not among the values. They may be names, such as the keys of a map.
    ///
    /// A secret that is a value does not mask a name: a password may be the word `password`.
    pub(crate) fn in_names<'v>(&self, values: impl Iterator<Item = Cow<'v, str>>) -> Vec<&str> {
        let mut secrets: Vec<_> = self.values().iter().map(ExposeSecret::expose_secret).collect();
        if !secrets.is_empty() {
            values.for_each(|value| secrets.retain(|secret| *secret != value));
        }
        secrets
    }
}

/// Shows the names, and the number of the secret texts.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (body, query, values) = (self.body(), self.query(), self.values().len());
        f.debug_struct("Secrets").field("body", &body).field("query", &query).field("values", &values).finish()
    }
}

thread_local! {
    /// The secrets that the current encoding on this thread has written; `None` while nothing is encoded.
    static WRITTEN: RefCell<Option<Vec<SecretString>>> = const { RefCell::new(None) };
}

/// Collects the secrets that are written on this thread, until it is dropped.
///
/// A thread-local reaches a secret at any depth of a value: behind `flatten` and tags, where serde buffers, and in
/// serializers of the user. A serializer of ours would see only the values that are written to it. Encoding awaits
/// nothing, so all of it happens on one thread, and an encoding inside of another one ends first.
#[derive(Debug)]
pub(crate) struct Collecting {
    outer: Option<Vec<SecretString>>,
    /// Not `Send`: the collection ends on the thread that began it.
    not_send: PhantomData<*const ()>,
}

impl Collecting {
    pub(crate) fn start() -> Self {
        Self { outer: WRITTEN.replace(Some(Vec::new())), not_send: PhantomData }
    }

    /// Whether the current encoding has written no secret so far.
    pub(crate) fn is_empty() -> bool {
        WRITTEN.with_borrow(|written| written.as_ref().is_none_or(Vec::is_empty))
    }

    /// The text, with the secrets masked that the current encoding has written so far.
    pub(crate) fn mask(text: &str) -> String {
        WRITTEN.with_borrow(|written| masked(text, written.as_deref().unwrap_or_default()).into_owned())
    }

    /// The secrets that were written. They also count for an encoding around this one, whose request may hold this one,
    /// as a batch does.
    pub(crate) fn finish(mut self) -> Vec<SecretString> {
        let written = WRITTEN.take().unwrap_or_default();
        if let Some(outer) = &mut self.outer {
            outer.extend_from_slice(&written);
        }
        written
    }
}

/// Ends the collection also when the `Serialize` of a value panics.
impl Drop for Collecting {
    fn drop(&mut self) {
        WRITTEN.set(mem::take(&mut self.outer));
    }
}

/// Adds a secret to those of the current encoding, if there is one.
pub(super) fn collect(secret: &str) {
    // The thread-local is gone while its thread ends; nothing is encoded then.
    let _ = WRITTEN.try_with(|written| {
        if let Some(written) = &mut *written.borrow_mut() {
            written.push(secret.into());
        }
    });
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    fn exposed(secrets: &[SecretString]) -> Vec<&str> {
        secrets.iter().map(ExposeSecret::expose_secret).collect()
    }

    #[test]
    fn an_encoding_collects_the_secrets_that_it_writes() {
        collect("before");
        let encoding = Collecting::start();
        collect("during");
        assert_eq!(exposed(&encoding.finish()), ["during"]);
        collect("after");
        assert!(Collecting::start().finish().is_empty());
    }

    #[test]
    fn an_encoding_inside_of_another_belongs_to_both() {
        let outer = Collecting::start();
        collect("first");
        let inner = Collecting::start();
        collect("inner");
        assert_eq!(exposed(&inner.finish()), ["inner"]);
        collect("last");
        assert_eq!(exposed(&outer.finish()), ["first", "inner", "last"]);
    }

    #[test]
    fn an_encoding_that_panics_or_fails_leaves_nothing_behind() {
        let outer = Collecting::start();
        let panicked = catch_unwind(|| {
            let _inner = Collecting::start();
            collect("of the panic");
            panic!("on purpose");
        });
        assert!(panicked.is_err());
        drop(Collecting::start());
        collect("outer");
        assert_eq!(exposed(&outer.finish()), ["outer"]);
        assert!(WRITTEN.with_borrow(Option::is_none));
    }

    #[test]
    fn secrets_are_not_printed() {
        let mut secrets = Secrets::default();
        secrets.known().values.push("hunter2".into());
        assert_eq!(format!("{secrets:?}"), "Secrets { body: [], query: [], values: 1 }");
    }
}
