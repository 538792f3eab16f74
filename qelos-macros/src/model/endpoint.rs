//! One endpoint.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{Attribute, ExprPath, Generics, LitStr, Type, Visibility};

use crate::cx::Cx;
use crate::draft::{DefaultKey, EndpointDraft, FieldAttrs, FieldDraft, PlaceKey, Secret, Settings};
use crate::key;
use crate::model::Case;
use crate::tokens::plain;

/// A request and its answer.
pub(crate) struct Endpoint {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) verb: Verb,
    pub(crate) template: Template,
    pub(crate) auth: Type,
    pub(crate) answer: Answer,
    /// `()` when it says nothing of its own.
    pub(crate) error: Type,
    /// The word, when it was said.
    pub(crate) idempotent: Option<Span>,
    pub(crate) timeout: Option<Duration>,
    /// The word, when it was said.
    pub(crate) errors_with_200: Option<Span>,
    /// What the user calls one of the fields.
    pub(crate) part: &'static str,
    pub(crate) fields: Vec<Field>,
}

/// The method of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verb {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    pub(crate) const ALL: [Self; 6] = [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The name of the attribute on a method of a resource.
    pub(crate) fn attribute(self) -> String {
        self.name().to_lowercase()
    }

    /// Where a field goes that says nothing.
    fn default_place(self) -> Place {
        match self {
            Self::Post | Self::Put | Self::Patch => Place::Json,
            Self::Get | Self::Head | Self::Delete => Place::Query,
        }
    }

    pub(crate) fn forbids_body(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }

    /// Whether sending it twice does no more than sending it once, by the meaning of the method.
    pub(crate) fn is_idempotent(self) -> bool {
        !matches!(self, Self::Post | Self::Patch)
    }
}

/// A path with placeholders.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// In the order of the path.
    pub(crate) placeholders: Vec<String>,
    /// Reported already: what is missing from it proves nothing.
    pub(crate) broken: bool,
}

impl Template {
    fn unknown(span: Span) -> Self {
        Self { text: "/".to_owned(), span, placeholders: Vec::new(), broken: true }
    }

    /// The prefix of a resource and the rest of one of its methods.
    pub(crate) fn append(&self, rest: Option<&Self>) -> Self {
        let mut whole = self.clone();
        if let Some(rest) = rest {
            // The path of the resource, whichever way it ends.
            if rest.text != "/" {
                whole.text = format!("{}{}", self.text.strip_suffix('/').unwrap_or(&self.text), rest.text);
            }
            whole.placeholders.extend(rest.placeholders.iter().cloned());
            whole.span = rest.span;
            whole.broken |= rest.broken;
        }
        whole
    }
}

/// What a successful answer says.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Only that it succeeded.
    Nothing,
    /// A value, as JSON.
    Json(Box<Type>),
}

impl Answer {
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

impl Endpoint {
    /// Settles a draft, and reports what is missing from it.
    pub(crate) fn settle(draft: EndpointDraft, cx: &Cx) -> Self {
        let EndpointDraft { ident, vis, generics, attrs, settings, rename_all, part, fields } = draft;
        let Settings { at, verb, path, response, error, auth, idempotent, timeout, errors_with_200, krate: _ } =
            settings;
        if verb.is_absent() {
            cx.error(at, format!("the method is missing, one of {}", key::one_of(&Verb::ALL.map(Verb::name))));
        }
        if path.is_absent() {
            cx.error(at, "the path is missing, such as \"/api/invoices/{id}\"");
        }
        if auth.is_absent() {
            cx.error(
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
            answer: Answer::of(response.given()),
            error: error.given().unwrap_or_else(|| syn::parse_quote!(())),
            idempotent: idempotent.given(),
            timeout: timeout.given(),
            errors_with_200: errors_with_200.given(),
            part,
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
            None => verb.default_place(),
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
