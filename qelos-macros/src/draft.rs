//! Drafts: the declaration as it was written, with its spans. Nothing is concluded from it yet.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::{Attribute, ExprPath, Generics, LitStr, Path, Type, Visibility};

use crate::errors::Reported;
use crate::words::{Case, Template, Verb};

/// A value and the code it was read from.
#[derive(Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// The value of a key: absent, given, or reported because it could not be read.
pub(crate) type Setting<T> = Option<Result<T, Reported>>;

pub(crate) trait Given<T> {
    /// The value, if there is one.
    fn given(&self) -> Option<&T>;
}

impl<T> Given<T> for Setting<T> {
    fn given(&self) -> Option<&T> {
        self.as_ref()?.as_ref().ok()
    }
}

/// `#[endpoint(POST, "/path", response = …, auth = …)]`, or the attribute of a resource's method.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Where to point when something is missing.
    pub(crate) at: Span,
    pub(crate) verb: Setting<Verb>,
    pub(crate) path: Setting<Template>,
    pub(crate) response: Setting<Type>,
    pub(crate) error: Setting<Type>,
    pub(crate) auth: Setting<Type>,
    pub(crate) idempotent: Setting<Span>,
    pub(crate) timeout: Setting<Duration>,
    pub(crate) errors_with_200: Setting<Span>,
    pub(crate) crate_path: Setting<Path>,
}

impl Settings {
    pub(crate) fn new(at: Span) -> Self {
        let (verb, path, response, error, auth, idempotent, timeout, errors_with_200, crate_path) = Default::default();
        Self { at, verb, path, response, error, auth, idempotent, timeout, errors_with_200, crate_path }
    }

    /// Something could not be read, and may have been meant as an absent setting: its absence is not reported.
    pub(crate) fn nothing_is_missing(&mut self, reported: Reported) {
        self.verb.get_or_insert(Err(reported));
        self.path.get_or_insert(Err(reported));
        self.auth.get_or_insert(Err(reported));
    }
}

/// A struct without its fields.
#[derive(Clone)]
pub(crate) struct StructHead {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
}

/// An endpoint as it was written.
pub(crate) struct EndpointDraft {
    pub(crate) head: StructHead,
    pub(crate) settings: Settings,
    pub(crate) rename_all: Setting<Case>,
    /// The word for a field in messages: `field`, or `argument`.
    pub(crate) argument_word: &'static str,
    pub(crate) fields: Vec<FieldDraft>,
}

impl EndpointDraft {
    pub(crate) fn attrs_of_fields(&self) -> impl Iterator<Item = &Attribute> {
        self.fields.iter().flat_map(|field| &field.others)
    }
}

/// A field of an endpoint struct, or an argument of a resource's method.
#[derive(Clone)]
pub(crate) struct FieldDraft {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// The content of its attributes, if none of them had a mistake.
    pub(crate) attrs: Result<FieldAttrs, Reported>,
    /// Attributes that are not ours.
    pub(crate) others: Vec<Attribute>,
}

/// The content of the attributes of a field.
#[derive(Clone, Default)]
pub(crate) struct FieldAttrs {
    pub(crate) place: Option<Spanned<PlaceKey>>,
    pub(crate) rename: Setting<LitStr>,
    pub(crate) secret: Setting<Secret>,
    pub(crate) flatten: Setting<Span>,
    pub(crate) skip_if: Setting<ExprPath>,
    pub(crate) default: Setting<DefaultKey>,
    /// A function that writes the value, in place of its own `Serialize`.
    pub(crate) write: Setting<ExprPath>,
    /// A function that reads the value, in place of its own `Deserialize`.
    pub(crate) read: Setting<ExprPath>,
}

/// `secret`, or `secret_in_url` where the server leaves no choice.
#[derive(Clone, Copy)]
pub(crate) struct Secret {
    pub(crate) span: Span,
    pub(crate) in_url: bool,
}

impl Secret {
    /// The word that was written.
    pub(crate) fn word(self) -> &'static str {
        if self.in_url { "secret_in_url" } else { "secret" }
    }
}

/// Where a field says it goes.
#[derive(Clone)]
pub(crate) enum PlaceKey {
    Path,
    Query,
    Header(LitStr),
    Form,
    Body,
    /// With a content type, if one was given.
    Raw(Option<LitStr>),
    Bearer,
    Skip,
}

impl PlaceKey {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header(_) => "header",
            Self::Form => "form",
            Self::Body => "body",
            Self::Raw(_) => "raw",
            Self::Bearer => "bearer",
            Self::Skip => "skip",
        }
    }
}

/// `#[serde(default)]` or `#[serde(default = "path")]`.
#[derive(Clone)]
pub(crate) enum DefaultKey {
    Trait(Span),
    Path(ExprPath),
}

/// `#[resource(…)] trait …` as it was written.
pub(crate) struct ResourceDraft {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) path: Setting<Template>,
    pub(crate) auth: Setting<Type>,
    pub(crate) decode: Setting<Span>,
    pub(crate) crate_path: Setting<Path>,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    /// A resource has none. They are kept for the stand-in.
    pub(crate) generics: Generics,
    /// Whether there is a mistake that concerns all methods.
    pub(crate) outcome: Result<(), Reported>,
    pub(crate) operations: Vec<OperationDraft>,
}

/// A method of a resource as it was written.
pub(crate) struct OperationDraft {
    pub(crate) ident: Ident,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    /// Refused; kept so that the method still exists.
    pub(crate) generics: Generics,
    pub(crate) args: Vec<ArgDraft>,
    pub(crate) returns: Option<Type>,
    pub(crate) calls: Result<Calls, Reported>,
    /// Whether there is a mistake in it.
    pub(crate) outcome: Result<(), Reported>,
}

/// The endpoint that a method of a resource calls.
pub(crate) enum Calls {
    /// `#[get("/…")]` and its siblings: an endpoint of its own.
    Own(Box<Settings>),
    /// `#[endpoint(CreateApiToken)]`: an endpoint that exists already.
    Existing(Box<Type>),
}

/// An argument of a resource's method.
#[derive(Clone)]
pub(crate) struct ArgDraft {
    /// Its type has no reference in front.
    pub(crate) field: FieldDraft,
    /// The type as it was written.
    pub(crate) written: Type,
    pub(crate) borrow: Borrow,
    /// Whether it is not a borrowed text or list, which a struct owns as a `String` or a `Vec`.
    pub(crate) has_size: bool,
}

/// How a method takes an argument that its endpoint owns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Borrow {
    /// `T`
    No,
    /// `&T`
    Whole,
    /// `Option<&T>`
    Inside,
}
