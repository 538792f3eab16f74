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

/// The secrets of a request. They travel with it, among the extensions of the `http::Request`, so that nothing on the way
/// shows them.
///
/// Known are the fields marked `secret` or `bearer`, and what [`on_the_wire`](super::on_the_wire) writes, at any depth of a
/// value.
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

/// What is secret in a request.
#[derive(Clone, Default)]
pub(crate) struct Known {
    /// The names of fields of the body.
    pub(crate) body: Vec<&'static str>,
    /// The names of parameters of the query.
    pub(crate) query: Vec<&'static str>,
    /// What is secret, wherever it stands.
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

    /// What is secret, wherever it stands.
    pub(crate) fn values(&self) -> &[SecretString] {
        self.0.as_deref().map_or(&[], |known| &known.values)
    }

    /// To add some.
    pub(crate) fn known(&mut self) -> &mut Known {
        Arc::make_mut(self.0.get_or_insert_default())
    }

    /// Masks the secrets in a text, also where they are written as JSON, URLs or HTML write text.
    ///
    /// A secret of up to three characters is masked only when it is the whole text. Where it stands inside of a text, it
    /// stays: a message without any of its `7`s could not be read, and would tell what the secret is.
    #[must_use]
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        masked(text, self.values())
    }

    /// These, and the credential that the request is sent with.
    #[must_use]
    pub fn with_credential(&self, credential: &CredentialHeader) -> Self {
        let mut all = self.clone();
        all.known().values.extend(credential.secrets());
        all
    }

    /// Whether a field of this name is declared as secret: its name is none. `lines.0.pin` is the field `pin`.
    pub(crate) fn declares(&self, field: &str) -> bool {
        let last = field.rsplit('.').next().unwrap_or(field);
        self.body().iter().chain(self.query()).any(|name| *name == field || *name == last)
    }

    /// The secrets that are none of the values, so that they can only stand in a name, as the keys of a map do.
    ///
    /// The others are no reason to mask a name: a password may be the word `password`.
    pub(crate) fn in_names<'v>(&self, values: impl Iterator<Item = Cow<'v, str>>) -> Vec<&str> {
        let mut secrets: Vec<_> = self.values().iter().map(ExposeSecret::expose_secret).collect();
        if !secrets.is_empty() {
            values.for_each(|value| secrets.retain(|secret| *secret != value));
        }
        secrets
    }
}

/// How many there are, and under which names.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (body, query, values) = (self.body(), self.query(), self.values().len());
        f.debug_struct("Secrets").field("body", &body).field("query", &query).field("values", &values).finish()
    }
}

thread_local! {
    /// What the encoding under way on this thread has written; `None` outside of one.
    static WRITTEN: RefCell<Option<Vec<SecretString>>> = const { RefCell::new(None) };
}

/// Collects the secrets that are written on this thread, until it is dropped.
///
/// A thread-local reaches a secret at any depth of a value, through `flatten` and tags, where serde buffers, and in
/// serializers of the user; a serializer of ours would reach only what is written to it. Encoding awaits nothing, so all of it
/// happens on one thread, and one encoding inside of another ends first.
#[derive(Debug)]
pub(crate) struct Collecting {
    outer: Option<Vec<SecretString>>,
    /// What it has begun on one thread must end there.
    not_send: PhantomData<*const ()>,
}

impl Collecting {
    pub(crate) fn start() -> Self {
        Self { outer: WRITTEN.replace(Some(Vec::new())), not_send: PhantomData }
    }

    /// The text without the secrets that the encoding under way has written so far.
    pub(crate) fn mask(text: &str) -> String {
        WRITTEN.with_borrow(|written| masked(text, written.as_deref().unwrap_or_default()).into_owned())
    }

    /// What was written. An encoding around this one has written it, too: its request may hold this one, as a batch does.
    pub(crate) fn finish(mut self) -> Vec<SecretString> {
        let written = WRITTEN.take().unwrap_or_default();
        if let Some(outer) = &mut self.outer {
            outer.extend_from_slice(&written);
        }
        written
    }
}

/// Also when the value panics that is being written.
impl Drop for Collecting {
    fn drop(&mut self) {
        WRITTEN.set(mem::take(&mut self.outer));
    }
}

/// Tells the encoding under way, if there is one, that this is a secret.
pub(super) fn collect(secret: &str) {
    // Not there while its thread ends, when no encoding is under way either.
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
    fn an_encoding_collects_what_is_written_during_it() {
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
