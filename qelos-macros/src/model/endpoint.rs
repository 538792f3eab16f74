//! One endpoint.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{Attribute, ExprPath, Generics, LitStr, Type, Visibility};

use crate::draft::{DefaultKey, EndpointDraft, FieldAttrs, FieldDraft, PlaceKey, Secret, Settings};
use crate::errors::Errors;
use crate::tokens::plain;
use crate::words::{Case, Template, Verb, key};

/// A request and its response.
pub(crate) struct Endpoint {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) verb: Verb,
    pub(crate) template: Template,
    pub(crate) auth: Type,
    pub(crate) response: Response,
    /// `()` when it says nothing of its own.
    pub(crate) error: Type,
    /// The word, when it was said.
    pub(crate) idempotent: Option<Span>,
    pub(crate) timeout: Option<Duration>,
    /// The word, when it was said.
    pub(crate) errors_with_200: Option<Span>,
    /// What the user calls one of the fields.
    pub(crate) argument_word: &'static str,
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

impl Endpoint {
    /// Settles a draft, and reports what is missing from it.
    pub(crate) fn settle(draft: EndpointDraft, errors: &Errors) -> Self {
        let EndpointDraft { ident, vis, generics, attrs, settings, rename_all, argument_word, fields } = draft;
        let Settings { at, verb, path, response, error, auth, idempotent, timeout, errors_with_200, crate_path: _ } =
            settings;
        if verb.is_absent() {
            errors.error(at, format!("the method is missing, one of {}", key::one_of(&Verb::ALL.map(Verb::name))));
        }
        if path.is_absent() {
            errors.error(at, "the path is missing, such as \"/api/invoices/{id}\"");
        }
        if auth.is_absent() {
            errors.error(
                at,
                "`auth` is missing: say who may call, such as `auth = SignedIn`, or `auth = Public` if anybody may",
            );
        }
        let verb = verb.given().unwrap_or(Verb::Post);
        let template = path.given().unwrap_or_else(|| Template::unknown(at));
        let auth = auth.given().unwrap_or_else(|| syn::parse_quote!(()));
        let case = rename_all.given().unwrap_or(Case::Snake);
        let fields = fields.into_iter().map(|field| Field::settle(field, verb, &template, case)).collect();
        Self {
            ident,
            vis,
            generics,
            attrs,
            verb,
            template,
            auth,
            response: Response::of(response.given()),
            error: error.given().unwrap_or_else(|| syn::parse_quote!(())),
            idempotent: idempotent.given(),
            timeout: timeout.given(),
            errors_with_200: errors_with_200.given(),
            argument_word,
            fields,
        }
    }

    /// The fields of the path, in the order of the path.
    pub(crate) fn path_fields(&self) -> impl Iterator<Item = &Field> {
        let named =
            |name: &String| self.fields.iter().find(|field| field.place == Place::Path && field.ident.unraw() == name);
        self.template.placeholders.iter().filter_map(named)
    }

    pub(crate) fn fields_in(&self, place: Place) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.place == place)
    }
}

impl Field {
    fn settle(draft: FieldDraft, verb: Verb, template: &Template, case: Case) -> Self {
        let FieldDraft { ident, ty, attrs, others } = draft;
        // What could not be read is in nobody's way.
        let broken = attrs.broken;
        let attrs = if broken { FieldAttrs::default() } else { attrs };
        let name = ident.unraw().to_string();
        let placed_by = attrs.place.as_ref().map(|place| place.span);
        let rename = attrs.rename.given();
        let renamed = rename.as_ref().map(LitStr::span);
        let mut wire_span = renamed.unwrap_or_else(|| ident.span());
        let mut wire = rename.as_ref().map_or_else(|| case.apply(&name), LitStr::value);
        let mut content_type = LitStr::new("application/octet-stream", ident.span());
        let place = match attrs.place.map(|place| place.value) {
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
            None if broken => Place::Skip,
            None => Place::without_a_word(verb),
        };
        Self {
            ident,
            ty,
            attrs: others,
            place,
            placed_by,
            wire,
            wire_span,
            renamed,
            secret: attrs.secret.given(),
            flatten: attrs.flatten.given(),
            skip_if: attrs.skip_if.given(),
            default: attrs.default.given(),
            write: attrs.write.given(),
            read: attrs.read.given(),
            content_type,
        }
    }

    /// Where to point when the place of the field is wrong.
    pub(crate) fn place_span(&self) -> Span {
        self.placed_by.unwrap_or_else(|| self.ident.span())
    }
}
