//! Drafts: what was written, with its spans, before anything is concluded from it.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::{Attribute, ExprPath, Generics, LitStr, Path, Type, Visibility};

use crate::words::{Case, Template, Verb};

/// A value and the code it was read from.
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// What was written for a key: nothing, something that could not be read and was reported, or a value.
#[derive(Clone, Default)]
pub(crate) enum Slot<T> {
    #[default]
    Absent,
    Broken,
    Given(T),
}

impl<T> Slot<T> {
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    pub(crate) fn as_given(&self) -> Option<&T> {
        if let Self::Given(value) = self { Some(value) } else { None }
    }

    pub(crate) fn given(self) -> Option<T> {
        if let Self::Given(value) = self { Some(value) } else { None }
    }

    fn or_broken(&mut self) {
        if self.is_absent() {
            *self = Self::Broken;
        }
    }

    /// This, or what it inherits.
    pub(crate) fn or(self, inherited: &Self) -> Self
    where
        T: Clone,
    {
        if self.is_absent() { inherited.clone() } else { self }
    }
}

/// `#[endpoint(POST, "/path", response = …, auth = …)]`, or the attribute of a resource's method.
pub(crate) struct Settings {
    /// Where to point when something is missing.
    pub(crate) at: Span,
    pub(crate) verb: Slot<Verb>,
    pub(crate) path: Slot<Template>,
    pub(crate) response: Slot<Type>,
    pub(crate) error: Slot<Type>,
    pub(crate) auth: Slot<Type>,
    pub(crate) idempotent: Slot<Span>,
    pub(crate) timeout: Slot<Duration>,
    pub(crate) errors_with_200: Slot<Span>,
    pub(crate) crate_path: Slot<Path>,
}

impl Settings {
    pub(crate) fn new(at: Span) -> Self {
        let (verb, path, response, error, auth, idempotent, timeout, errors_with_200, crate_path) = Default::default();
        Self { at, verb, path, response, error, auth, idempotent, timeout, errors_with_200, crate_path }
    }

    /// What is absent was perhaps meant by something that could not be read.
    pub(crate) fn nothing_is_missing(&mut self) {
        self.verb.or_broken();
        self.path.or_broken();
        self.auth.or_broken();
    }
}

/// An endpoint as it was written.
pub(crate) struct EndpointDraft {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) settings: Settings,
    pub(crate) rename_all: Slot<Case>,
    /// What the user calls a part of it: a field, or an argument.
    pub(crate) argument_word: &'static str,
    pub(crate) fields: Vec<FieldDraft>,
}

/// A field of an endpoint struct, or an argument of a resource's method.
pub(crate) struct FieldDraft {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) attrs: FieldAttrs,
    /// Attributes that are not ours.
    pub(crate) others: Vec<Attribute>,
}

/// What the attributes of a field say.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) place: Option<Spanned<PlaceKey>>,
    pub(crate) rename: Slot<LitStr>,
    pub(crate) secret: Slot<Secret>,
    pub(crate) flatten: Slot<Span>,
    pub(crate) skip_if: Slot<ExprPath>,
    pub(crate) default: Slot<DefaultKey>,
    /// A function that writes the value, in place of its own `Serialize`.
    pub(crate) write: Slot<ExprPath>,
    /// A function that reads the value, in place of its own `Deserialize`.
    pub(crate) read: Slot<ExprPath>,
    /// Something of it was reported; the rest proves nothing.
    pub(crate) broken: bool,
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
    pub(crate) path: Slot<Template>,
    pub(crate) auth: Slot<Type>,
    pub(crate) decode: Slot<Span>,
    pub(crate) crate_path: Slot<Path>,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    /// What the trait should not have.
    pub(crate) generics: Generics,
    /// Something that concerns all methods is wrong, which was reported.
    pub(crate) broken: bool,
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
    pub(crate) kind: OperationKind,
    /// Something about it is wrong, which was reported.
    pub(crate) broken: bool,
    /// What is wrong cannot be repeated in a struct.
    pub(crate) hollow: bool,
}

/// What a method of a resource stands for.
pub(crate) enum OperationKind {
    /// `#[get("/…")]` and its siblings: an endpoint of its own.
    Own(Box<Settings>),
    /// `#[endpoint(CreateApiToken)]`: an endpoint that exists already.
    Existing(Box<Type>),
    /// It cannot be told, which was reported.
    Unknown,
}

/// An argument of a resource's method.
pub(crate) struct ArgDraft {
    /// Its type has no reference in front.
    pub(crate) field: FieldDraft,
    /// The type as it was written.
    pub(crate) written: Type,
    pub(crate) borrow: Borrow,
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
