//! One endpoint.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{Attribute, ExprPath, LitStr, Type};

use crate::draft::{DefaultKey, EndpointDraft, FieldAttrs, FieldDraft, Given, PlaceKey, Secret, Settings, StructHead};
use crate::errors::{Errors, Reported};
use crate::tokens::plain;
use crate::words::{Case, Template, Verb, key};

/// What is known of an endpoint. A mistake in one part of it leaves the others, so that they can be checked.
pub(crate) struct Outline<'d> {
    pub(crate) draft: &'d EndpointDraft,
    pub(crate) verb: Result<Verb, Reported>,
    pub(crate) template: Template,
    auth: Result<&'d Type, Reported>,
    pub(crate) fields: Vec<Field>,
}

/// A request and its response.
pub(crate) struct Endpoint {
    pub(crate) head: StructHead,
    pub(crate) verb: Verb,
    pub(crate) path: String,
    /// The names of the fields of the path, in the order of the path.
    placeholders: Vec<String>,
    pub(crate) auth: Type,
    pub(crate) response: Response,
    /// `()` when it says nothing of its own.
    pub(crate) error: Type,
    pub(crate) is_idempotent: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) errors_with_200: bool,
    pub(crate) fields: Vec<Field>,
}

/// What a successful response says.
#[derive(Clone)]
pub(crate) enum Response {
    /// Only that it succeeded.
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

/// A value of the request.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) place: Place,
    /// The word that put it there, if one did.
    pub(crate) placed_by: Option<Span>,
    /// Its name on the wire.
    pub(crate) wire: String,
    pub(crate) wire_span: Span,
    /// Where the name was given to this very field.
    pub(crate) renamed: Option<Span>,
    pub(crate) secret: Option<Secret>,
    pub(crate) flatten: Option<Span>,
    pub(crate) skip_if: Option<ExprPath>,
    pub(crate) default: Option<DefaultKey>,
    pub(crate) write: Option<ExprPath>,
    pub(crate) read: Option<ExprPath>,
    /// Of a raw body.
    pub(crate) content_type: LitStr,
}

/// Where a value goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// Into the path.
    Path,
    /// Into the query string.
    Query,
    /// Into a header.
    Header,
    /// A field of the JSON object that is the body.
    Json,
    /// A field of the form that is the body.
    Form,
    /// It is the body, as JSON.
    Body,
    /// It is the body, as it is.
    Raw,
    /// The token in `authorization`.
    Bearer,
    /// Nowhere.
    Skip,
}

impl Place {
    /// Where a field goes that says nothing.
    fn without_a_word(verb: Verb) -> Self {
        match verb {
            Verb::Post | Verb::Put | Verb::Patch => Self::Json,
            Verb::Get | Verb::Head | Verb::Delete => Self::Query,
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
        let fields = draft.fields.iter().map(|field| Field::settle(field, verb, &template, case)).collect();
        Self { draft, verb, template, auth, fields }
    }

    /// The endpoint, if nothing of it was reported.
    pub(crate) fn complete(self) -> Result<Endpoint, Reported> {
        let Settings { response, error, idempotent, timeout, errors_with_200, .. } = self.draft.settings.clone();
        let verb = self.verb?;
        for field in &self.draft.fields {
            field.attrs.as_ref().map_err(|reported| *reported)?;
        }
        Ok(Endpoint {
            head: self.draft.head.clone(),
            verb,
            path: self.template.text?,
            placeholders: self.template.placeholders,
            auth: self.auth?.clone(),
            response: Response::of(response.transpose()?),
            error: error.transpose()?.unwrap_or_else(|| syn::parse_quote!(())),
            is_idempotent: verb.is_idempotent() || idempotent.transpose()?.is_some(),
            timeout: timeout.transpose()?,
            errors_with_200: errors_with_200.transpose()?.is_some(),
            fields: self.fields,
        })
    }

    pub(crate) fn fields_in(&self, place: Place) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.place == place)
    }
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

    /// The fields of the path, in the order of the path.
    pub(crate) fn path_fields(&self) -> impl Iterator<Item = &Field> {
        let named =
            |name: &String| self.fields.iter().find(|field| field.place == Place::Path && field.ident.unraw() == name);
        self.placeholders.iter().filter_map(named)
    }

    pub(crate) fn fields_in(&self, place: Place) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.place == place)
    }
}

impl Field {
    /// Settles a draft. What the attributes say is ignored if one of them had a mistake: a rule would report follow-ups.
    fn settle(draft: &FieldDraft, verb: Result<Verb, Reported>, template: &Template, case: Case) -> Self {
        let ident = &draft.ident;
        let FieldAttrs { place, rename, secret, flatten, skip_if, default, write, read } =
            draft.attrs.clone().unwrap_or_default();
        let name = ident.unraw().to_string();
        let placed_by = place.as_ref().map(|place| place.span);
        let renamed = rename.given().map(LitStr::span);
        let mut wire_span = renamed.unwrap_or_else(|| ident.span());
        let mut wire = rename.given().map_or_else(|| case.apply(&name), LitStr::value);
        let mut content_type = LitStr::new("application/octet-stream", ident.span());
        let place = match place.map(|place| place.value) {
            Some(PlaceKey::Header(header)) => {
                wire_span = header.span();
                wire = header.value();
                Place::Header
            }
            Some(PlaceKey::Path) => Place::Path,
            Some(PlaceKey::Query) => Place::Query,
            Some(PlaceKey::Form) => Place::Form,
            Some(PlaceKey::Body) => Place::Body,
            Some(PlaceKey::Raw(kind)) => {
                content_type = kind.unwrap_or(content_type);
                Place::Raw
            }
            Some(PlaceKey::Bearer) => Place::Bearer,
            Some(PlaceKey::Skip) => Place::Skip,
            None if template.placeholders.contains(&name) => Place::Path,
            None if draft.attrs.is_err() => Place::Skip,
            None => verb.map_or(Place::Json, Place::without_a_word),
        };
        Self {
            ident: ident.clone(),
            ty: draft.ty.clone(),
            attrs: draft.others.clone(),
            place,
            placed_by,
            wire,
            wire_span,
            renamed,
            secret: secret.given().copied(),
            flatten: flatten.given().copied(),
            skip_if: skip_if.given().cloned(),
            default: default.given().cloned(),
            write: write.given().cloned(),
            read: read.given().cloned(),
            content_type,
        }
    }

    /// Where to point when the place of the field is wrong.
    pub(crate) fn place_span(&self) -> Span {
        self.placed_by.unwrap_or_else(|| self.ident.span())
    }
}
