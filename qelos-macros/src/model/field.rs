//! One field of an endpoint.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprPath, LitStr, Type};

use crate::draft::{DefaultKey, FieldAttrs, FieldDraft, Given, List, PlaceKey, Secret};
use crate::errors::Reported;
use crate::tokens::{at_span, plain};
use crate::words::{Case, Template, Verb};

/// A value of a request, and where it goes.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// Where the compiler shall point when the type does not fit.
    pub(crate) at: Span,
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
    /// Whether it is the header that makes the request repeatable.
    pub(crate) is_idempotency_key: bool,
    pub(crate) secret: Option<Secret>,
    pub(crate) flatten: Option<Span>,
    pub(crate) skip_if: Option<ExprPath>,
    pub(crate) default: Option<DefaultKey>,
    /// The value that is sent in place of an absent one.
    pub(crate) absent: Option<Box<Expr>>,
    /// It is marked as JSON: a field of the body, or a part.
    pub(crate) json: Option<Span>,
    /// It is sent as its `Display` writes it.
    pub(crate) display: Option<Span>,
    /// It is a key without a value.
    pub(crate) flag: Option<Span>,
    /// Its parts are parameters of their own, with keys in brackets.
    pub(crate) nested: Option<Span>,
    /// Its elements are one text.
    pub(crate) list: Option<List>,
    pub(crate) write: Option<ExprPath>,
    pub(crate) read: Option<ExprPath>,
    /// Of a raw body.
    pub(crate) content_type: LitStr,
    /// Of a body in a format of the user.
    pub(crate) format: Option<Box<Type>>,
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
    /// Each of its entries into a header, whose name begins with that of the field.
    Headers,
    /// Into a cookie.
    Cookie,
    /// A field of the JSON object that is the body.
    Json,
    /// A field of the form that is the body.
    Form,
    /// A part of the form of several parts that is the body.
    Part,
    /// It is the body, as JSON.
    Body,
    /// It is the body, as it is.
    Raw,
    /// It is the body, in a format of the user.
    Format,
    /// The token in `authorization`.
    Bearer,
    /// Nowhere.
    Skip,
}

impl Place {
    fn of(key: &PlaceKey) -> Self {
        match key {
            PlaceKey::Header(name) if name.value().ends_with('*') => Self::Headers,
            PlaceKey::Header(_) | PlaceKey::IdempotencyKey(_) => Self::Header,
            PlaceKey::Cookie(_) => Self::Cookie,
            PlaceKey::Path => Self::Path,
            PlaceKey::Query => Self::Query,
            PlaceKey::Form => Self::Form,
            PlaceKey::Part => Self::Part,
            PlaceKey::Body => Self::Body,
            PlaceKey::Raw(_) => Self::Raw,
            PlaceKey::Format(_) => Self::Format,
            PlaceKey::Bearer => Self::Bearer,
            // A status is no part of a request, and its word is not read there.
            PlaceKey::Skip | PlaceKey::Status => Self::Skip,
        }
    }

    /// Whether it is a part of the body, or all of it.
    pub(crate) fn is_in_the_body(&self) -> bool {
        matches!(self, Self::Json | Self::Form | Self::Part | Self::Body | Self::Raw | Self::Format)
    }

    /// Where a field goes that says nothing.
    fn without_a_word(verb: &Verb) -> Self {
        match verb {
            Verb::Post | Verb::Put | Verb::Patch | Verb::Registered("QUERY", _) => Self::Json,
            // With a method that has no usual place, a rule refuses the field.
            Verb::Get | Verb::Head | Verb::Delete | Verb::Registered(..) | Verb::Extension(_) => Self::Query,
        }
    }

    /// Whether a field that says nothing has a place, by the meaning of the method.
    pub(crate) fn is_known_without_a_word(verb: &Verb) -> bool {
        !matches!(verb, Verb::Registered(..) | Verb::Extension(_)) || matches!(verb.name(), "QUERY" | "OPTIONS")
    }
}

impl Field {
    /// Settles a draft. If one of the attributes had a mistake, all are ignored: rules would report follow-ups.
    pub(super) fn settle(draft: &FieldDraft, verb: Result<&Verb, Reported>, template: &Template, case: Case) -> Self {
        let ident = &draft.ident;
        let attrs = draft.attrs.clone().unwrap_or_default();
        let name = ident.unraw().to_string();
        let (wire, wire_span) = name_on_the_wire(ident, &attrs, case);
        let FieldAttrs {
            place,
            rename,
            secret,
            flatten,
            skip_if,
            default,
            absent,
            json,
            write,
            read,
            display,
            flag,
            nested,
            list,
        } = attrs;
        let placed_by = place.as_ref().map(|place| place.span).or(json.given().copied());
        let key = place.map(|place| place.value);
        let is_idempotency_key = matches!(key, Some(PlaceKey::IdempotencyKey(_)));
        let content_type = content_type(key.as_ref(), ident.span());
        let format = if let Some(PlaceKey::Format(format)) = &key { Some(format.clone()) } else { None };
        let place = match key {
            Some(key) => Place::of(&key),
            None if json.given().is_some() => Place::Json,
            None if template.placeholders.contains(&name) => Place::Path,
            None if draft.attrs.is_err() => Place::Skip,
            None => verb.map_or(Place::Json, Place::without_a_word),
        };
        Self {
            ident: ident.clone(),
            ty: draft.ty.clone(),
            at: at_span(draft.ty.span()),
            attrs: draft.others.clone(),
            place,
            placed_by,
            wire,
            wire_span,
            renamed: rename.given().map(LitStr::span),
            is_idempotency_key,
            secret: secret.given().copied(),
            flatten: flatten.given().copied(),
            skip_if: skip_if.given().cloned(),
            default: default.given().cloned(),
            absent: absent.given().cloned(),
            json: json.given().copied(),
            display: display.given().copied(),
            flag: flag.given().copied(),
            nested: nested.given().copied(),
            list: list.given().copied(),
            write: write.given().cloned(),
            read: read.given().cloned(),
            content_type,
            format,
        }
    }

    /// Whether a function writes the value, in place of its own `Serialize`.
    pub(crate) fn is_written_by_function(&self) -> bool {
        let by_word = [self.display, self.flag, self.nested, self.list.map(|list| list.span)];
        self.write.is_some() || by_word.iter().any(Option::is_some)
    }

    /// Where to point when the place of the field is wrong.
    pub(crate) fn place_span(&self) -> Span {
        self.placed_by.unwrap_or_else(|| self.ident.span())
    }
}

/// The media type of a raw body: the one that stands behind its word, or else bytes of an unknown kind.
fn content_type(key: Option<&PlaceKey>, at: Span) -> LitStr {
    match key {
        Some(PlaceKey::Raw(Some(kind))) => kind.clone(),
        _ => LitStr::new("application/octet-stream", at),
    }
}

/// The name of a field in the request, and where to point when it is wrong.
fn name_on_the_wire(ident: &Ident, attrs: &FieldAttrs, case: Case) -> (String, Span) {
    match attrs.place.as_ref().map(|place| &place.value) {
        Some(PlaceKey::Header(header) | PlaceKey::IdempotencyKey(header)) => {
            let name = header.value().to_ascii_lowercase();
            (name.strip_suffix('*').map(str::to_owned).unwrap_or(name), header.span())
        }
        Some(PlaceKey::Cookie(cookie)) => (cookie.value(), cookie.span()),
        _ => match attrs.rename.given() {
            Some(name) => (name.value(), name.span()),
            None => (case.apply(&ident.unraw().to_string()), ident.span()),
        },
    }
}

/// Whether a type has a name, by its last word: an alias of the type has another one.
pub(crate) fn is_called(ty: &Type, name: &str) -> bool {
    matches!(plain(ty), Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}
