//! One endpoint.

use std::rc::Rc;
use std::time::Duration;

use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Attribute, Expr, GenericArgument, LitStr, PathArguments, Type, TypeTuple};

use crate::draft::{BodyKey, EndpointDraft, Given, HeaderDraft, Settings, StructHead};
use crate::errors::{Errors, Reported};
use crate::model::{Field, Pages, Parts, Place, is_called};
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
    /// The constant parameters of the query.
    pub(crate) query: Option<String>,
    /// In the order of the path.
    pub(crate) path_fields: Vec<Rc<Field>>,
    pub(crate) parts: Parts,
    pub(crate) auth: Type,
    /// What it is where it is there.
    pub(crate) response: Response,
    /// The status with which the response is absent, and `Option<T>` is its type.
    pub(crate) none: Option<u16>,
    pub(crate) pages: Option<Pages>,
    /// The media type of the response, where the endpoint names it.
    pub(crate) accept: Option<LitStr>,
    /// The media type of a JSON body, where the endpoint names it.
    pub(crate) content_type: Option<LitStr>,
    /// The constant headers.
    pub(crate) headers: Vec<HeaderDraft>,
    /// `()` when it says nothing of its own.
    pub(crate) error: Type,
    /// What it says, where that differs from what the method means.
    pub(crate) idempotent: Option<bool>,
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
    /// A value of a type that says how it is read: as JSON, or as its `#[derive(Response)]` describes.
    Typed(Box<Type>),
    /// The body as it is, with a media type if one was given.
    Raw(Box<Type>, Option<LitStr>),
    /// The body in a format of the user.
    Format(Box<Type>, Box<Type>),
    /// The body while it arrives, by rules if some were given.
    Stream(Box<Type>, Option<Box<Expr>>),
}

impl Response {
    /// `()` is a piece of syntax, so seeing it is no guess.
    pub(crate) fn of(ty: Option<Type>, body: Option<&BodyKey>) -> Self {
        match ty {
            Some(ty) if !is_nothing(&ty) => match body {
                Some(BodyKey::Raw(media_type)) => Self::Raw(Box::new(ty), media_type.clone()),
                Some(BodyKey::Format(format)) => Self::Format(Box::new(ty), format.clone()),
                Some(BodyKey::Stream(rules)) => Self::Stream(Box::new(ty), rules.clone()),
                None if is_stream(&ty) => Self::Stream(Box::new(ty), None),
                Some(BodyKey::Json) | None => Self::Typed(Box::new(ty)),
            },
            _ => Self::Nothing,
        }
    }

    /// The type, if there is one.
    pub(crate) fn ty(&self) -> Option<&Type> {
        match self {
            Self::Nothing => None,
            Self::Typed(ty) | Self::Raw(ty, _) | Self::Format(ty, _) | Self::Stream(ty, _) => Some(ty),
        }
    }
}

/// Whether a type is one of the streams. By name: an alias of one does not compile without the word `stream`.
pub(crate) fn is_stream(ty: &Type) -> bool {
    ["Download", "Events", "Lines"].iter().any(|stream| is_called(ty, stream))
}

/// Whether a type is `()`.
pub(crate) fn is_nothing(ty: &Type) -> bool {
    matches!(plain(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// The `T` of an `Option<T>`. By name: an `Option` that is another one does not compile.
pub(crate) fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = plain(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(args) = &last.arguments else { return None };
    match args.args.first() {
        Some(GenericArgument::Type(inside)) => Some(inside),
        _ => None,
    }
}

impl<'d> Outline<'d> {
    /// Settles a draft, and reports what is missing from it.
    pub(crate) fn settle(draft: &'d EndpointDraft, errors: &Errors) -> Self {
        let Settings { at, verb, path, auth, .. } = &draft.settings;
        let verb = required(verb.as_ref(), || {
            errors.error(*at, format!("the method is missing, one of {}", key::one_of(&Verb::COMMON_NAMES)))
        });
        let path = required(path.as_ref(), || errors.error(*at, "the path is missing, such as \"/api/invoices/{id}\""));
        let auth = required(auth.as_ref(), || {
            errors.error(
                *at,
                "`auth` is missing: say who may call, such as `auth = SignedIn`, or `auth = Public` if anybody may",
            )
        });
        let template = path.cloned().unwrap_or_else(|reported| Template::unknown(*at, reported));
        let case = draft.rename_all.given().copied().unwrap_or(Case::Snake);
        let fields = draft.fields.iter().map(|field| Rc::new(Field::settle(field, verb, &template, case))).collect();
        Self { draft, verb: verb.cloned(), template, auth, fields }
    }

    /// The endpoint, if nothing of it was reported.
    pub(crate) fn complete(self, parts: Parts, pages: Option<Result<Pages, Reported>>) -> Result<Endpoint, Reported> {
        let Settings {
            response,
            body,
            none,
            accept,
            content_type,
            headers,
            error,
            idempotent,
            not_idempotent,
            timeout,
            errors_with_200,
            ..
        } = self.draft.settings.clone();
        let (response, none) = (response.transpose()?, none.transpose()?.map(|none| none.value));
        // A rule has refused `none` beside another type.
        let present = response.as_ref().filter(|_| none.is_some()).and_then(inside_option).cloned();
        let verb = self.verb.clone()?;
        for field in &self.draft.fields {
            field.attrs.as_ref().map_err(|reported| *reported)?;
        }
        let in_path = |name: &String| self.fields_in(Place::Path).find(|field| field.ident.unraw() == name).cloned();
        let has_key = self.idempotency_keys().next().is_some();
        let path_fields = self.template.placeholders.iter().filter_map(in_path).collect();
        let says_so = idempotent.transpose()?.is_some() || has_key || matches!(verb, Verb::Registered(_, true));
        let is_taken_back = not_idempotent.is_some() && verb.is_idempotent();
        Ok(Endpoint {
            head: self.draft.head.clone(),
            idempotent: if is_taken_back { Some(false) } else { says_so.then_some(true) },
            verb,
            path: self.template.text?,
            query: self.template.query,
            path_fields,
            parts,
            auth: self.auth?.clone(),
            response: Response::of(present.or(response), body.as_ref().map(|body| &body.value)),
            none,
            pages: pages.transpose()?,
            accept: accept.transpose()?,
            content_type: content_type.transpose()?,
            headers,
            error: error.transpose()?.unwrap_or_else(nothing),
            timeout: timeout.transpose()?,
            errors_with_200: errors_with_200.transpose()?.is_some(),
            fields: self.fields,
        })
    }

    /// The fields that make the request repeatable; a right declaration has at most one.
    pub(crate) fn idempotency_keys(&self) -> impl Iterator<Item = &Rc<Field>> {
        self.fields.iter().filter(|field| field.is_idempotency_key)
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
