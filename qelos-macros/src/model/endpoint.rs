//! One endpoint.

use std::rc::Rc;
use std::time::Duration;

use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Attribute, Type, TypeTuple};

use crate::draft::{EndpointDraft, Given, Settings, StructHead};
use crate::errors::{Errors, Reported};
use crate::model::{Field, Parts, Place};
use crate::tokens::plain;
use crate::words::{Case, Template, Verb, key};

/// An endpoint that may have mistakes. Where one part has a mistake, the rules can still check the others.
pub(crate) struct Outline<'d> {
    pub(crate) draft: &'d EndpointDraft,
    pub(crate) verb: Result<Verb, Reported>,
    pub(crate) template: Template,
    auth: Result<&'d Type, Reported>,
    pub(crate) fields: Vec<Rc<Field>>,
}

/// A request and its response.
pub(crate) struct Endpoint {
    pub(crate) head: StructHead,
    pub(crate) verb: Verb,
    pub(crate) path: String,
    /// In the order of the path.
    pub(crate) path_fields: Vec<Rc<Field>>,
    pub(crate) parts: Parts,
    pub(crate) auth: Type,
    pub(crate) response: Response,
    /// `()` when it says nothing of its own.
    pub(crate) error: Type,
    /// Whether it says so. What the method means is not repeated.
    pub(crate) idempotent: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) errors_with_200: bool,
    /// All of them, in the order of the declaration.
    pub(crate) fields: Vec<Rc<Field>>,
}

/// The content of a successful response.
#[derive(Clone)]
pub(crate) enum Response {
    /// No content.
    Nothing,
    /// A value, as JSON.
    Json(Box<Type>),
}

impl Response {
    /// `()` is a piece of syntax, so seeing it is no guess.
    pub(crate) fn of(ty: Option<Type>) -> Self {
        match ty {
            Some(ty) if !matches!(plain(&ty), Type::Tuple(tuple) if tuple.elems.is_empty()) => Self::Json(Box::new(ty)),
            _ => Self::Nothing,
        }
    }
}

impl<'d> Outline<'d> {
    /// Settles a draft, and reports what is missing from it.
    pub(crate) fn settle(draft: &'d EndpointDraft, errors: &Errors) -> Self {
        let Settings { at, verb, path, auth, .. } = &draft.settings;
        let verb = required(verb.as_ref(), || {
            errors.error(*at, format!("the method is missing, one of {}", key::one_of(&Verb::ALL.map(Verb::name))))
        });
        let path = required(path.as_ref(), || errors.error(*at, "the path is missing, such as \"/api/invoices/{id}\""));
        let auth = required(auth.as_ref(), || {
            errors.error(
                *at,
                "`auth` is missing: say who may call, such as `auth = SignedIn`, or `auth = Public` if anybody may",
            )
        });
        let verb = verb.copied();
        let template = path.cloned().unwrap_or_else(|reported| Template::unknown(*at, reported));
        let case = draft.rename_all.given().copied().unwrap_or(Case::Snake);
        let fields = draft.fields.iter().map(|field| Rc::new(Field::settle(field, verb, &template, case))).collect();
        Self { draft, verb, template, auth, fields }
    }

    /// The endpoint, if nothing of it was reported.
    pub(crate) fn complete(self, parts: Parts) -> Result<Endpoint, Reported> {
        let Settings { response, error, idempotent, timeout, errors_with_200, .. } = self.draft.settings.clone();
        let verb = self.verb?;
        for field in &self.draft.fields {
            field.attrs.as_ref().map_err(|reported| *reported)?;
        }
        let in_path = |name: &String| self.fields_in(Place::Path).find(|field| field.ident.unraw() == name).cloned();
        let path_fields = self.template.placeholders.iter().filter_map(in_path).collect();
        Ok(Endpoint {
            head: self.draft.head.clone(),
            verb,
            path: self.template.text?,
            path_fields,
            parts,
            auth: self.auth?.clone(),
            response: Response::of(response.transpose()?),
            error: error.transpose()?.unwrap_or_else(nothing),
            idempotent: idempotent.transpose()?.is_some(),
            timeout: timeout.transpose()?,
            errors_with_200: errors_with_200.transpose()?.is_some(),
            fields: self.fields,
        })
    }

    pub(crate) fn fields_in(&self, place: Place) -> impl Iterator<Item = &Rc<Field>> {
        self.fields.iter().filter(move |field| field.place == place)
    }
}

/// `()`
fn nothing() -> Type {
    Type::Tuple(TypeTuple { attrs: Vec::new(), paren_token: Paren::default(), elems: Punctuated::new() })
}

/// The value of a setting that has to be there.
fn required<T>(setting: Option<&Result<T, Reported>>, missing: impl FnOnce() -> Reported) -> Result<&T, Reported> {
    match setting {
        Some(Ok(value)) => Ok(value),
        Some(Err(reported)) => Err(*reported),
        None => Err(missing()),
    }
}

impl Endpoint {
    pub(crate) fn attrs_of_fields(&self) -> impl Iterator<Item = &Attribute> {
        self.fields.iter().flat_map(|field| &field.attrs)
    }
}
